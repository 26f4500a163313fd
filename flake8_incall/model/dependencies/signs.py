"""Marks anywhere in a file that decide how objects of unknown types are judged."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_incall.catalogue import Trait
from flake8_incall.diagnostics import Position, Span
from flake8_incall.model.code.module import Module
from flake8_incall.model.dependencies.closure import Closure
from flake8_incall.model.dependencies.dependency import Dependency
from flake8_incall.model.dependencies.pieces import digest_of
from flake8_incall.model.errors.responses import LOOKING_CLIENT
from flake8_incall.model.inputs.sinks import ADDRESS_SIGN, STATEMENT_SIGN

_SETTER = re.compile(r"set\w*timeout\w*", re.IGNORECASE)
# By name: the sign, and the methods of unknown objects that it makes takers of such texts.
_TEXTS: tuple[tuple[str, re.Pattern[str], Trait], ...] = (
    ("address", ADDRESS_SIGN, "takes-address"),
    ("statement", STATEMENT_SIGN, "takes-statement"),
)


class Signs:
    """The signs of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._everywhere = list(self._found())

    def of(self, closure: Closure) -> Iterator[Dependency]:
        """The signs that the judgement of a function has looked for beyond what it rests on anyway."""
        lines = self._module.lines
        for name, pattern, trait in _TEXTS:
            spans = [piece.span for piece in closure.pieces]
            own = (line for span in spans for line in lines[span.start.line - 1 : span.end.line])
            if closure.attributes.isdisjoint(self._module.catalogue.members(trait)) or any(map(pattern.search, own)):
                continue
            number = next((n for n, line in enumerate(lines, start=1) if pattern.search(line)), None)
            if number is not None:
                end = Position(number, len(lines[number - 1].rstrip("\r\n")))
                yield Dependency("sign", name, Span(Position(number, 0), end), digest_of(name))
        yield from self._everywhere

    def _found(self) -> Iterator[Dependency]:
        for node in self._module.index.nodes(ast.keyword, ast.Call):
            match node:
                case ast.keyword(arg=str() as name) if name in LOOKING_CLIENT:
                    yield self._sign(name, node)
                case ast.Call(func=ast.Attribute(attr=name)) if _SETTER.fullmatch(name):
                    yield self._sign(name, node)

    def _sign(self, name: str, node: ast.AST) -> Dependency:
        return Dependency("sign", name, Span(self._module.start(node), self._module.end(node)), digest_of(name))
