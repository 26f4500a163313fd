"""Rewrites the compiled form of the tables: `python -m flake8_incall.catalogue`."""

from flake8_incall.catalogue.compiler import write_compiled

write_compiled()
