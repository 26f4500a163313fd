"""The verbs of the command, a module each: `add_arguments(parser)`, and `run(parsed)` that returns the exit status."""

from __future__ import annotations

CLEAN, FINDINGS, COULD_NOT_RUN = 0, 1, 2
