"""Function documents: JSON whose values have places."""
