"""The language server, mostly without an editor."""
