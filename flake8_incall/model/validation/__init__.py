"""What was checked of a parameter, and what is done with it unchecked."""
