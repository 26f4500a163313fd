"""In-call functions, how they are found, and what they call."""
