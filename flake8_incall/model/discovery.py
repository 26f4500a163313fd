"""Which functions of a file are in-call functions, and why each is one or is none."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_incall.model.function import InCallFunction
from flake8_incall.model.module import FunctionNode
from flake8_incall.model.paths import is_matched
from flake8_incall.model.signature.registrations import registrations

if TYPE_CHECKING:
    from flake8_incall.model.module import Module


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that is made a tool and is no function that LiveKit can make one of.

    Attributes:
        at: Where it is made a tool.
        what: What it is, as a phrase: "a lambda".
    """

    at: ast.AST
    what: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found in one file.

    Attributes:
        functions: The in-call functions in source order.
        misfits: What else is made a tool.
        passed_over: The other top-level functions, and methods with a `RunContext`, each with why it is none.
    """

    functions: list[InCallFunction] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    passed_over: list[tuple[FunctionNode, str]] = field(default_factory=list)


def discover(module: Module) -> Discovery:
    """Find the in-call functions of a file."""
    if module.is_document:
        return _in_document(module)
    registered = list(registrations(module))
    found = {
        r.node: InCallFunction(module, r.node, r.reason, r.registration, _is_method(module, r.node))
        for r in registered
        if r.node is not None
    }
    called: set[ast.AST] = set() if registered else _called_definitions(module)
    if is_matched(module.path, module.options.paths):
        for node in _top_level(module):
            if not node.name.startswith("_"):
                found.setdefault(node, InCallFunction(module, node, "matched by `incall-paths`"))
    elif not registered:
        for node in _top_level(module):
            if _why_not_by_signature(module, node, called) is None:
                reason = "takes a `RunContext` and nothing in the file calls it"
                found[node] = InCallFunction(module, node, reason)
    return Discovery(
        functions=sorted(found.values(), key=lambda function: function.node.lineno),
        misfits=[Misfit(r.at, r.what) for r in registered if r.node is None],
        passed_over=[
            (node, _why_not(module, node, called, is_registering=bool(registered)))
            for node in _top_level(module)
            if node not in found
        ],
    )


def _in_document(module: Module) -> Discovery:
    """On the platform the first `def` of the text is run, and the rest does not exist."""
    nodes = _top_level(module)
    return Discovery(
        functions=[InCallFunction(module, node, "the first `def` of a function document") for node in nodes[:1]],
        passed_over=[(node, "the platform runs only the first `def`") for node in nodes[1:]],
    )


def _top_level(module: Module) -> list[FunctionNode]:
    """The functions of the module itself, also under `if` and `try`, in source order."""
    bound = (binding.node for bindings in module.names.top.bindings.values() for binding in bindings)
    return sorted((node for node in bound if isinstance(node, FunctionNode)), key=lambda node: node.lineno)


def _is_method(module: Module, node: FunctionNode) -> bool:
    homes = (ancestor for ancestor in module.ancestors(node) if isinstance(ancestor, FunctionNode | ast.ClassDef))
    if not isinstance(next(homes, None), ast.ClassDef):
        return False
    meanings = [module.names.resolve(decorator) for decorator in node.decorator_list]
    return not any("builtins.staticmethod" in meaning.names for meaning in meanings)


# Functions without decorator: found by their signature


def _why_not(module: Module, node: FunctionNode, called: set[ast.AST], *, is_registering: bool) -> str:
    if is_registering:
        return "the file names its in-call functions with `function_tool`, and this is none of them"
    return _why_not_by_signature(module, node, called) or "its name is private"


def _why_not_by_signature(module: Module, node: FunctionNode, called: set[ast.AST]) -> str | None:
    """Why an undecorated top-level function is no in-call function; `None` when it is one."""
    if node.name.startswith("_"):
        return "its name is private"
    function = InCallFunction(module, node, "")
    if not function.contexts:
        return "no parameter is annotated with LiveKit's `RunContext`"
    # Where `RunContext` is imported, only this form is a tool and not a helper or a hook.
    if not module.names.is_snippet:
        if not isinstance(node, ast.AsyncFunctionDef):
            return "is not `async`, and the file imports `RunContext`"
        if not function.parameters[0].is_context:
            return "its `RunContext` is not first, and the file imports `RunContext`"
    if node in called:
        return "another function of the file calls it"
    return None


def _called_definitions(module: Module) -> set[ast.AST]:
    """The functions that other code of the file calls by name."""
    called: set[ast.AST] = set()
    for call in module.parents:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            definitions = module.names.resolve(call.func).definitions
            called |= definitions.difference(module.ancestors(call)) if definitions else set()
    return called
