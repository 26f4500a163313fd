"""What the name of a function says of it, where nothing else is known."""

from __future__ import annotations

import ast
import re

_LOGGING = re.compile(
    r"(?:^|[._])(?:log|logger|logging|print|debug|info|warning|error|exception|trace|metrics?)(?:$|[._])"
)
_SPEAKING_OF_CHECKS = re.compile(
    r"(?:^|_)(?:check|ensure|validate|validated|validator|valid|verify|require|assert|allow|allowed|saniti[sz]e|safe"
    r"|clean|parse|normali[sz]e|format|convert|coerce)(?:_|$)|^is_"
)


def is_logging(function: ast.expr) -> bool:
    """Whether a function is there for the record."""
    return _LOGGING.search(_written(function)) is not None


def speaks_of_checks(function: ast.expr) -> bool:
    """Whether a function says that it looks at what it is given: `self.validator.check`."""
    return _SPEAKING_OF_CHECKS.search(_written(function).rpartition(".")[2]) is not None


def _written(function: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        parts.append(function.id)
    return ".".join(reversed(parts)).lower()
