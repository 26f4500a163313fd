"""The same program written another way has the same findings."""
