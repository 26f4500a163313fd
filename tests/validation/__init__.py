"""Whether the model of validation says what really happens: random functions, run with every value and flag."""
