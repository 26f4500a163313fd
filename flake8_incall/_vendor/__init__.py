"""Unmodified copies of other projects' files, so that no other package can replace them."""
