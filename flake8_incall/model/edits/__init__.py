"""Edits of a module's text, which fixes consist of: one topic per file."""
