"""What the judgement of a function has read is all that decides it, and little more."""
