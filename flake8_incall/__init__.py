"""flake8-incall: proves the functions that voice agents call during a telephone call right, or says what is wrong.

>>> from flake8_incall import check
>>> [diagnostic.code for diagnostic in check("def f(ctx: RunContext) -> dict: ...")]
['CAL101', 'CAL301']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flake8_incall.diagnostics import Diagnostic, Position, Severity
    from flake8_incall.engine import Engine, check
    from flake8_incall.model.dependencies.dependency import Dependency
    from flake8_incall.options import OptionError, Options
    from flake8_incall.report import Report

__version__ = "0.1.0"
__all__ = [
    "Dependency",
    "Diagnostic",
    "Engine",
    "OptionError",
    "Options",
    "Position",
    "Report",
    "Severity",
    "__version__",
    "check",
]

_HOMES = {
    "Dependency": "flake8_incall.model.dependencies.dependency",
    "Diagnostic": "flake8_incall.diagnostics",
    "Engine": "flake8_incall.engine",
    "Position": "flake8_incall.diagnostics",
    "Severity": "flake8_incall.diagnostics",
    "check": "flake8_incall.engine",
    "OptionError": "flake8_incall.options",
    "Options": "flake8_incall.options",
    "Report": "flake8_incall.report",
}


def __getattr__(name: str) -> Any:
    # flake8 imports this package at every start; the engine is loaded when a file needs it.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
