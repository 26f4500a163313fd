"""Write new in-call functions and function documents that pass `strict`."""
