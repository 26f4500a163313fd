"""1xx: raw tools as LiveKit takes them."""

from __future__ import annotations

import ast

from flake8_incall.diagnostics import Fix
from flake8_incall.model.calls.function import CONTEXT_NAMES, InCallFunction
from flake8_incall.model.edits.displays import key_node
from flake8_incall.model.edits.imports import spelling
from flake8_incall.model.edits.text import inserted, replaced
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.written import written


def with_parameters_key(function: InCallFunction, schema: ast.expr) -> Fix | None:
    """The key `parameters` for the one that MCP uses."""
    display = written(schema, function.module.fact(References))
    if not isinstance(display, ast.Dict) or key_node(display, "parameters") is not None:
        return None
    key = key_node(display, "inputSchema", "input_schema")
    return Fix((replaced(function.module, key, '"parameters"'),)) if key is not None else None


def with_raw_annotation(function: InCallFunction, at: ast.AST) -> Fix | None:
    """The annotation of `raw_arguments` or of the context."""
    if not isinstance(at, ast.arg):
        return None
    module = function.module
    if at.arg == "raw_arguments":
        return Fix((inserted(module.end(at), ": dict[str, object]"),))
    found = spelling(module, function.node, "livekit.agents", "RunContext", by_name=True)
    if at.arg not in CONTEXT_NAMES or found is None:
        return None
    return Fix((*found.edits, inserted(module.end(at), f": {found.text}")))
