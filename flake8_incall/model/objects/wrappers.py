"""The wrappers that decorators of the module put around a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flake8_incall.model.code.binding import ParameterKind, formals
from flake8_incall.model.code.tree import FunctionNode, below
from flake8_incall.model.objects.arguments import given, read
from flake8_incall.model.objects.referents import Callable, Local, Referents, names_of
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A function that a decorator of the module puts around another.

    Attributes:
        maker: The function whose first parameter it wraps.
        function: The wrapper itself.
        call: The one place where that calls the function.
        result: Whether it always returns the result of the wrapped function, called with its own arguments, or
            never does.
    """

    maker: FunctionNode
    function: Callable
    call: ast.Call | None
    result: Literal["same", "other", "unknown"]


def wrappers_by(decorator: ast.expr, references: References) -> Iterator[Wrapper]:
    """Yield what a decorator of the module puts around the function that it decorates."""
    seen: set[Callable] = set()
    for decorating in _functions(references.of(decorator)):
        for function in _functions(references.results_of(decorating)):
            maker = _maker(function, decorating, references)
            wrapped = _wrapped(maker, function, references) if maker is not None else None
            if maker is not None and wrapped is not None and function not in seen:
                seen.add(function)
                calls = [n for n in below(function) if isinstance(n, ast.Call) and _is_of(n, wrapped)]
                call = calls[0] if len(calls) == 1 else None
                yield Wrapper(maker, function, call, _result(function, wrapped, references))


def _functions(referents: Referents) -> Iterator[Callable]:
    definitions = (referent.definition for referent in referents if isinstance(referent, Local))
    return (definition for definition in definitions if not isinstance(definition, ast.ClassDef))


def _maker(function: Callable, decorating: Callable, references: References) -> FunctionNode | None:
    """The function inside a decorator, or the decorator itself, in which a wrapper stands."""
    index = references.module.index
    around = index.function_around(function)
    is_inside = around is decorating or (around is not None and index.is_inside(around, decorating))
    return around if is_inside and isinstance(around, FunctionNode) else None


def _wrapped(maker: FunctionNode, wrapper: Callable, references: References) -> str | None:
    """The parameter of a decorator that its wrapper uses."""
    for parameter in [*maker.args.posonlyargs, *maker.args.args][:1]:
        uses = (node for node in below(wrapper) if isinstance(node, ast.Name) and node.id == parameter.arg)
        if any(binding.node is parameter for use in uses for binding in references.names.bindings_of(use)):
            return parameter.arg
    return None


def _is_of(call: ast.Call, wrapped: str) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == wrapped


def _result(wrapper: Callable, wrapped: str, references: References) -> Literal["same", "other", "unknown"]:
    nodes = list(below(wrapper))
    if isinstance(wrapper, ast.Lambda):
        returned = [wrapper.body]
    else:
        returned = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
        if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes):
            return "unknown"
    kept = {_kept(value, wrapper, wrapped, nodes, references) for value in returned}
    return kept.pop() if len(kept) == 1 else "other" if not kept else "unknown"


def _kept(
    value: ast.expr, wrapper: Callable, wrapped: str, nodes: list[ast.AST], references: References
) -> Literal["same", "other", "unknown"]:
    """Whether a returned value is the result of the wrapped function, unchanged."""
    if isinstance(value, ast.Name):
        if any(_changes(node, value.id, references) for node in nodes):
            return "other"
        assigned = written(value, references)
        return _kept(assigned, wrapper, wrapped, nodes, references) if assigned is not value else "unknown"
    call = value.value if isinstance(value, ast.Await) else value
    for _ in range(2):
        if not isinstance(call, ast.Call):
            return "other"
        if _is_of(call, wrapped):
            return "same" if _is_passed_on(call, wrapper) else "unknown"
        awaited = [
            argument
            for name in names_of(references.of(call.func))
            if (api := references.catalogue.api(name)) is not None
            and api.awaits is not None
            and not api.awaits_all
            and isinstance(argument := given(api.awaits, read(call, references)), ast.expr)
        ]
        if not awaited:
            return "unknown" if any(isinstance(n, ast.Name) and n.id == wrapped for n in ast.walk(call)) else "other"
        call = awaited[0]
    return "unknown"


def _is_passed_on(call: ast.Call, wrapper: Callable) -> bool:
    """Whether a call hands on all arguments of a wrapper in their order, and no others."""
    expected: list[str] = []
    for formal in formals(wrapper.args):
        match formal.kind:
            case ParameterKind.KEYWORD_ONLY:
                expected.append(f"{formal.name}={formal.name}")
            case kind:
                expected.append(f"{kind.stars}{formal.name}")
    passed = [ast.unparse(argument) for argument in call.args]
    return passed + [ast.unparse(keyword) for keyword in call.keywords] == expected


def _changes(node: ast.AST, name: str, references: References) -> bool:
    match node:
        case ast.Subscript(value=ast.Name(id=changed), ctx=ast.Store()):
            return changed == name
        case ast.Call(func=ast.Attribute(value=ast.Name(id=changed), attr=method)):
            return changed == name and references.catalogue.has("mutates", f"dict.{method}")
    return False
