"""Sets of tools that land in one agent: those of a class and its bases, and those of one list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.listings import listed
from flake8_incall.model.calls.registrations import registrations
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Outside, only_definition
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_LONGEST_CHAIN = 5


@dataclass(frozen=True, slots=True)
class NamedTool:
    """A tool whose name is certain.

    Attributes:
        name: The name.
        at: The decorated definition, or the call that makes the tool.
        node: The definition that becomes the tool.
    """

    name: str
    at: ast.AST
    node: FunctionNode


@dataclass(frozen=True, slots=True)
class Clash:
    """Two tools of one name that one agent is given.

    Attributes:
        first: The tool that is given first.
        second: The other.
    """

    first: NamedTool
    second: NamedTool


def clashes(module: Module) -> Iterator[Clash]:
    """The tools for which LiveKit rejects an agent, each pair once."""
    seen: set[frozenset[ast.AST]] = set()
    toolsets = _Toolsets(module)
    for tools in toolsets.together():
        first: dict[str, NamedTool] = {}
        for tool in tools:
            other = first.setdefault(tool.name, tool)
            pair = frozenset({other.at, tool.at})
            if other.at is not tool.at and pair not in seen:
                seen.add(pair)
                yield Clash(other, tool)


class _Toolsets:
    def __init__(self, module: Module) -> None:
        self._module = module
        self._tools: dict[ast.AST, NamedTool] = {}
        for made in module.fact(registrations):
            function = InCallFunction(module, made.node, made.reason, made.registration) if made.node else None
            if function is not None and function.has_certain_name:
                self._tools[made.at] = NamedTool(function.tool_name, made.at, function.node)

    @cached_property
    def _references(self) -> References:
        return self._module.fact(References)

    def together(self) -> Iterator[list[NamedTool]]:
        """The tools that land in one agent, those of a class before those of its list."""
        if len(self._tools) < 2:
            return
        classes = {node: self._of_class(node) for node in self._module.index.nodes(ast.ClassDef)}
        for owner, tools in self._lists():
            own = classes.pop(owner, self._of_class(owner)) if owner is not None else []
            yield [*own, *self._listed(tools, 0)]
        yield from classes.values()

    # Classes

    def _of_class(self, node: ast.ClassDef) -> list[NamedTool]:
        attributes: dict[str, NamedTool | None] = {}
        for each in self._references.classes.lineage(node):
            if isinstance(each, Outside):
                continue
            for name, bindings in self._module.names.scope(each).bindings.items():
                # A method of this name further down the bases is replaced.
                attributes.setdefault(name, self._bound(each, bindings[-1].node, bindings[-1].value))
        tools = [tool for tool in attributes.values() if tool is not None]
        return sorted(tools, key=lambda tool: tool.node.lineno)

    def _bound(self, owner: ast.ClassDef, node: ast.AST, value: ast.expr | None) -> NamedTool | None:
        """The tool that a name of a class is bound to, wherever the class body is executed."""
        if isinstance(node, FunctionNode):
            return self._tools.get(node) if self._module.parents[node] is owner else None
        return self._tools.get(value) if value is not None else None

    # Lists

    def _lists(self) -> Iterator[tuple[ast.ClassDef | None, ast.expr]]:
        """What is given as `tools=` or to `update_tools`, with the class whose own tools are added to it."""
        for node in self._module.index.nodes(ast.Call):
            found = listed(node)
            if found is not None:
                yield self._owner(node), found

    def _owner(self, call: ast.Call) -> ast.ClassDef | None:
        match call.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="__init__"):
                return self._module.index.class_around(call)
        return None

    def _listed(self, node: ast.expr, depth: int) -> Iterator[NamedTool]:
        if depth > _LONGEST_CHAIN:
            return
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                for element in elements:
                    yield from self._element(element, depth + 1)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield from self._listed(left, depth + 1)
                yield from self._listed(right, depth + 1)
            case ast.Name():
                value = written(node, self._references)
                yield from self._listed(value, depth + 1) if value is not node else ()

    def _element(self, node: ast.expr, depth: int) -> Iterator[NamedTool]:
        if isinstance(node, ast.Starred):
            yield from self._listed(node.value, depth)
        elif node in self._tools:
            yield self._tools[node]
        else:
            made = (written(node, self._references), only_definition(self._references.of(node)))
            yield from [self._tools[each] for each in made if each in self._tools][:1]
