"""Which exceptions leave a function, and what handlers make of them."""
