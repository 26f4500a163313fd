"""4xx: values and keys that JSON carries."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from flake8_incall.diagnostics import Edit, Fix
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import find
from flake8_incall.model.edits.arguments import is_awaitable_place
from flake8_incall.model.edits.displays import value_of
from flake8_incall.model.edits.imports import spelling
from flake8_incall.model.edits.text import inserted, replaced
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.written import written
from flake8_incall.model.results.results import Result

_SUFFIX = re.compile(r"append `(?P<text>\.[^`]+)`")
_WRAPPER = re.compile(r"use `(?P<name>[\w.]+)\(\.\.\.\)`")
_CLOSED = ast.Name | ast.Attribute | ast.Call | ast.Subscript


def with_serializable(function: InCallFunction, result: Result, path: str, advice: str) -> Fix | None:
    """The conversion that the advice of a finding names, where the value is written."""
    module, value = function.module, _value_at(function, result, path)
    if value is None:
        return None
    start, end = module.start(value), module.end(value)
    is_closed = isinstance(value, _CLOSED)
    if suffix := _SUFFIX.fullmatch(advice):
        edits = [inserted(end, suffix["text"])]
        if not is_closed:
            edits = [inserted(start, "("), inserted(end, f"){suffix['text']}")]
    elif wrapper := _WRAPPER.fullmatch(advice):
        home, _, name = wrapper["name"].rpartition(".")
        found = spelling(module, value, home, name) if home else None
        if home and found is None:
            return None
        edits = [*(found.edits if found else ()), *_wrapped(module, value, found.text if found else name)]
    elif advice == "add `await`" and is_awaitable_place(module, value):
        edits = [inserted(start, "await ")]
    elif advice == "call it" and is_closed:
        edits = [inserted(end, "()")]
    else:
        return None
    return Fix(tuple(edits), is_safe=False)


def with_text_key(function: InCallFunction, result: Result, path: str) -> Fix | None:
    """Texts for the keys of a dict, where it is written."""
    module, display = function.module, _value_at(function, result, path)
    edits: list[Edit] = []
    match display:
        case ast.Dict(keys=keys):
            for key in keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, int | float | None):
                    edits.append(replaced(module, key, f'"{json.dumps(key.value)}"'))
                elif isinstance(key, _CLOSED):
                    edits += _wrapped(module, key, "str")
        case ast.DictComp(key=key):
            edits += _wrapped(module, key, "str")
    # JSON makes the same texts of constants; what is written elsewhere can be read by these keys.
    is_same = all(not edit.text.endswith(("(", ")")) for edit in edits)
    is_safe = is_same and display is not None and module.index.is_inside(display, result.node)
    return Fix(tuple(edits), is_safe=is_safe) if edits else None


def _wrapped(module: Module, value: ast.expr, function: str) -> list[Edit]:
    return [inserted(module.start(value), f"{function}("), inserted(module.end(value), ")")]


def _value_at(function: InCallFunction, result: Result, path: str) -> ast.expr | None:
    """The expression that stands at a path of a result, if one does: `data.eta` in `{"data": {"eta": ...}}`."""
    value = result.node.value if isinstance(result.node, ast.Return) else None
    for step in [part for part in re.split(r"\.|(?=\[)", path) if part]:
        value = _inside(function, value, step)
    return _named(function, value) if isinstance(value, ast.Name) and _is_display(_named(function, value)) else value


def _inside(function: InCallFunction, value: ast.expr | None, step: str) -> ast.expr | None:
    stored = [*_stored(function, value.id, step)] if isinstance(value, ast.Name) else []
    if stored:
        return stored[0] if len(stored) == 1 else None
    match _named(function, value):
        case ast.Dict() as display if not step.startswith("["):
            return value_of(display, step)
        case ast.ListComp(elt=item) if step.startswith("["):
            return item
        case ast.List(elts=[item]) if step.startswith("["):
            return item
        case ast.List(elts=items) if step[1:-1].isdigit() and int(step[1:-1]) < len(items):
            return items[int(step[1:-1])]
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            return next((keyword.value for keyword in keywords if keyword.arg == step), None)
    return None


def _named(function: InCallFunction, value: ast.expr | None) -> ast.expr | None:
    """What a name is given once, or the expression itself."""
    return written(value, function.module.fact(References)) if value is not None else None


def _stored(function: InCallFunction, name: str, key: str) -> Iterator[ast.expr]:
    """The values that the function puts under a key of what a name stands for."""
    for node in find(ast.Assign, *function.node.body):
        match node.targets:
            case [ast.Subscript(value=ast.Name(id=own), slice=ast.Constant(value=text))] if (own, text) == (name, key):
                yield node.value


def _is_display(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Dict | ast.DictComp)
