"""Texts with an exception in them, and what is left of them without it."""

from __future__ import annotations

import ast
import json
import re

from flake8_incall.model.code.module import Module
from flake8_incall.repairs.answers import UNAVAILABLE

_LEFT_OVER = " \t\n:;,-–(=\"'"
_PLACEHOLDER = re.compile(r"%[sr]|\{!?[sr]?\}")


def whole_text(mention: ast.expr, module: Module) -> ast.expr:
    """Return the text that a mention of an exception is put into."""
    whole: ast.expr = mention
    for outer, inner in module.index.outward(mention):
        is_part = isinstance(outer, ast.JoinedStr | ast.FormattedValue | ast.BinOp | ast.Attribute)
        if isinstance(outer, ast.Call) and _is_formatting(outer, inner, module):
            is_part = True
        if not is_part or not isinstance(outer, ast.expr):
            break
        whole = outer
    return whole


def _is_formatting(call: ast.Call, part: ast.AST, module: Module) -> bool:
    """Whether a call makes a text of its part: `str(error)`, `"…".format(error)`; an exception is none."""
    if isinstance(module.parents[call], ast.Raise):
        return False
    is_method = isinstance(call.func, ast.Attribute) and call.func.attr in ("format", "strip", "join")
    return call.func is part or is_method or isinstance(call.func, ast.Name)


def plain(whole: ast.expr, mention: ast.expr, module: Module) -> str:
    """Return a text without a mention, as a literal: what stands before it, or a message of its own."""
    match whole:
        case ast.JoinedStr(values=values):
            before = [*_before(values, mention, module)]
            fields = [part for part in before if isinstance(part, ast.FormattedValue)]
            if not any(field.conversion != -1 or field.format_spec for field in fields):
                text = "".join(_written(part, module) for part in before).rstrip(_LEFT_OVER)
                return f'{"f" * bool(fields)}"{text}"' if text and '"' not in text else _own()
        case (
            ast.BinOp(left=ast.Constant(value=str(text)))
            | ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text))))
        ):
            text = _PLACEHOLDER.split(text)[0].rstrip(_LEFT_OVER)
            return json.dumps(text, ensure_ascii=False) if text else _own()
    return _own()


def _own() -> str:
    return json.dumps(UNAVAILABLE)


def _before(values: list[ast.expr], mention: ast.expr, module: Module) -> list[ast.expr]:
    place = next(n for n, part in enumerate(values) if part is mention or module.index.is_inside(mention, part))
    return values[:place]


def _written(part: ast.expr, module: Module) -> str:
    if isinstance(part, ast.FormattedValue):
        return f"{{{module.segment(part.value)}}}"
    text = str(part.value) if isinstance(part, ast.Constant) else ""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("{", "{{").replace("}", "}}")
