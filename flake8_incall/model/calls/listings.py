"""Functions that LiveKit's agents and sessions are given as they are: `tools=[...]` and `update_tools([...])`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.calls.function import InCallFunction, Registration
from flake8_incall.model.calls.registrations import Registered
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Container, classes_of, definitions_of, names_of
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_UPDATE = "update_tools"


def listings(module: Module) -> Iterator[Registered]:
    """The functions of a module that it lists as tools."""
    if not any("tools" in line for line in module.lines):
        return
    imports_livekit = any(name.partition(".")[0] == "livekit" for name in _imported(module))
    references = module.fact(References)
    for call in module.index.nodes(ast.Call):
        tools = listed(call)
        if tools is None:
            continue
        is_livekits = imports_livekit and _is_livekits(module, call)
        for element in _elements(references, tools):
            for node in definitions_of(references.of(element)):
                if isinstance(node, FunctionNode) and (
                    is_livekits or InCallFunction(module, node, "").is_handed_context
                ):
                    yield Registered(element, node, "", "listed in `tools`", Registration())


def _imported(module: Module) -> list[str]:
    top = module.names.top
    return [*(b.target for bindings in top.bindings.values() for b in bindings), *top.star_modules]


def listed(call: ast.Call) -> ast.expr | None:
    """Return the expression that a call lists as tools."""
    for keyword in call.keywords:
        if keyword.arg == "tools":
            return keyword.value
    is_update = isinstance(call.func, ast.Attribute) and call.func.attr == _UPDATE
    return call.args[0] if is_update and call.args else None


def _is_livekits(module: Module, call: ast.Call) -> bool:
    """Whether tools go to LiveKit's objects, or to what the project builds on them."""
    match call.func:
        case ast.Attribute(attr="update_tools") | ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
            return True
    made = module.fact(References).of(call.func)
    return bool(classes_of(made)) or any(name.partition(".")[0] in ("livekit", "") for name in names_of(made))


def _elements(references: References, tools: ast.expr) -> Iterator[ast.expr]:
    """What a list holds, however it is put together; what a call makes a tool is registered by that."""
    for referent in references.of(tools):
        if isinstance(referent, Container) and not isinstance(referent.node, ast.Dict | ast.DictComp):
            for _, element in references.containers.entries(referent):
                if not isinstance(written(element, references), ast.Call):
                    yield element
