"""One file as text, tree and names, and the table of what is known of it."""
