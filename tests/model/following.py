"""In-call functions from a few lines, and what is found out about them."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.flow.graph import Graph
from flake8_incall.model.flow.statements import build
from flake8_incall.model.interpreter.values import Constant, DictShape, SequenceShape, Value
from flake8_incall.model.objects.references import References
from flake8_incall.model.results.judgements import settled_results
from flake8_incall.model.results.results import Result, Results
from flake8_incall.options import Options


def module_of(source: str) -> Module:
    """A module from its text."""
    text = dedent(source)
    return Module("snippet.py", text.splitlines(keepends=True), ast.parse(text), Options())


def last_function(module: Module) -> FunctionNode:
    """The last function at the top of a module."""
    return [node for node in module.tree.body if isinstance(node, FunctionNode)][-1]


def graph_of(body: str, parameters: str = "a=0, b=0, c=0") -> Graph:
    """The graph of a function with this body."""
    module = module_of(f"def f({parameters}):\n" + indent(dedent(body), "    "))
    return build(last_function(module), module.fact(References))


def results_of_body(body: str, parameters: str = "a: bool, b: bool, c: bool", module: str = "") -> Results:
    """What a function with this body can hand back; `module` stands before it."""
    return results_of_module(dedent(module) + f"\nasync def f(ctx, {parameters}):\n" + indent(dedent(body), "    "))


def results_of_module(source: str) -> Results:
    """What the last function of a module can hand back."""
    module = module_of(source)
    return InCallFunction(module, last_function(module), "in a test").fact(settled_results)


def plain(result: Result, value: Value | None = None) -> object:
    """A result as Python would show it; what is not known is `...`."""
    found = result.state.resolve(result.value if value is None else value)
    shape = result.shape(found)
    if isinstance(found, Constant):
        return found.value
    if isinstance(shape, DictShape) and not shape.is_open and all(e.is_certain for e in shape.entries.values()):
        return {key: plain(result, entry.value) for key, entry in shape.entries.items()}
    if isinstance(shape, SequenceShape) and shape.is_exact:
        items = [plain(result, item) for item in shape.items]
        return tuple(items) if shape.type == "builtins.tuple" else items
    return ...


def returned(results: Results) -> list[object]:
    """Everything that can be returned, as Python would show it, without repetition."""
    found: list[object] = []
    for result in results.returned:
        shown = plain(result)
        if not any(shown == other and type(shown) is type(other) for other in found):
            found.append(shown)
    return sorted(found, key=repr)
