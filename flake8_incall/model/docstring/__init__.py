"""The docstring, as a person sees it and as LiveKit reads it."""
