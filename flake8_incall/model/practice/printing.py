"""What in-call code prints."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of

_STREAMS = frozenset({"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"})
_WRITING = frozenset(f"{stream}.{method}" for stream in _STREAMS for method in ("write", "writelines"))


def prints(function: InCallFunction) -> Iterator[tuple[ast.expr, str, str]]:
    """The calls by which a function and its helpers print: the call, its name, and the helper it stands in, if any."""
    module = function.module
    for owner, _ in module.fact(Failures).owners(function):
        for node in module.fact(Calls).nodes(owner):
            name = _printed_by(node, module) if isinstance(node, ast.Call) else None
            if name is not None and isinstance(node, ast.Call):
                helper = owner.name if isinstance(owner, FunctionNode) and owner is not function.node else ""
                yield node, name, helper


def _printed_by(call: ast.Call, module: Module) -> str | None:
    names = names_of(module.fact(References).of(call.func))
    prints = partial(module.catalogue.has, "prints")
    name = next((name for name in sorted(names) if name in _WRITING or prints(name)), None)
    if name is None or (prints(name) and not _goes_to_output(call, module)):
        return None
    return name.removeprefix("builtins.")


def _goes_to_output(call: ast.Call, module: Module) -> bool:
    """Whether nothing else is given for the output to go to."""
    files = [keyword.value for keyword in call.keywords if keyword.arg in ("file", "stream")]
    return all(not names_of(module.fact(References).of(file)).isdisjoint(_STREAMS) for file in files)
