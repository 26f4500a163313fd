"""Basic functions: an API call that a document describes, without code."""
