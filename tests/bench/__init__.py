"""What the plugin costs, beside others: `python -m tests.bench`."""
