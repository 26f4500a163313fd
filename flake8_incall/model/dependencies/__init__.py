"""What judgements of in-call functions have read: other functions, classes, constants and statements of a file."""
