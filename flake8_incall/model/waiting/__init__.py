"""External calls, how long they can take, and what holds others up."""
