"""What the code is. Knows no rule."""
