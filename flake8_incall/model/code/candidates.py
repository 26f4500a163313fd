"""The cheap look at a file, before any work: whether it can hold in-call functions."""

from __future__ import annotations

from flake8_incall.model.code.module import may_hold_in_call_functions
from flake8_incall.model.code.paths import is_matched
from flake8_incall.options import Options


def is_candidate(source: str, path: str, options: Options) -> bool:
    """Whether there may be anything to find in a file; the gate looks at every file."""
    if options.profile == "gate":
        return True
    return may_hold_in_call_functions(source) or is_matched(path, options)
