"""What a function hands back, and what is to be said of it."""
