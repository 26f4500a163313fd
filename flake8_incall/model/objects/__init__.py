"""What expressions refer to, beyond names, and what in-call code reaches."""
