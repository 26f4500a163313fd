"""What in-call code does that it must not."""
