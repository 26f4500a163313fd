"""Texts with an exception in them, and what is left of them without it."""

from __future__ import annotations

import ast
import json
import re

from flake8_incall.catalogue import Trait
from flake8_incall.model.code.module import Module
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Local, names_of
from flake8_incall.repairs.answers import UNAVAILABLE

_LEFT_OVER = " \t\n:;,-–(=\"'"
_PLACEHOLDER = re.compile(r"%[sr]|\{!?[sr]?\}")


def whole_text(mention: ast.expr, module: Module) -> ast.expr | None:
    """Return the text that a mention of an exception is put into; `None` where it stands for several values."""
    whole: ast.expr = mention
    for outer, inner in module.index.outward(mention):
        is_part = isinstance(outer, ast.JoinedStr | ast.FormattedValue | ast.BinOp | ast.Attribute | ast.Subscript)
        if isinstance(outer, ast.Call) and _is_formatting(outer, inner, module):
            is_part = True
        if not is_part or not isinstance(outer, ast.expr):
            break
        whole = outer
    return None if _is_collection(whole, module) else whole


def _is_formatting(call: ast.Call, part: ast.AST, module: Module) -> bool:
    """Whether a call makes a text of its part: `str(error)`, `"…".format(error)`; an exception is none."""
    if isinstance(module.parents[call], ast.Raise):
        return False
    is_method = isinstance(call.func, ast.Attribute) and call.func.attr in ("format", "strip", "join")
    if call.func is part or is_method or _has("traces", call.func, module):
        return True
    return isinstance(call.func, ast.Name) and not _is_own(call.func, module) and not _has("copies", call.func, module)


def _is_own(function: ast.expr, module: Module) -> bool:
    """Whether a function is the module's: what it makes may be anything."""
    return any(isinstance(referent, Local) for referent in module.fact(References).of(function))


def _has(trait: Trait, function: ast.expr, module: Module) -> bool:
    return module.catalogue.any_has(trait, names_of(module.fact(References).of(function)))


def _is_collection(whole: ast.expr, module: Module) -> bool:
    """Whether a mention stands for several values where it is used: `exc.args`, `[*map(str, exc.args)]`."""
    parent = module.parents[whole]
    is_spread = isinstance(parent, ast.Starred | ast.comprehension)
    is_copied = isinstance(parent, ast.Call) and _has("copies", parent.func, module)
    is_unpacked = isinstance(whole, ast.Name) and isinstance(whole.ctx, ast.Store)
    return is_spread or is_copied or is_unpacked or (isinstance(whole, ast.Attribute) and whole.attr == "args")


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
            first, *others = _PLACEHOLDER.split(text)
            first = first.rstrip(_LEFT_OVER)
            return json.dumps(first, ensure_ascii=False) if first and len(others) == 1 else _own()
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
