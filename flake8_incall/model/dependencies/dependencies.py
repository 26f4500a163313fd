"""What the judgements of the in-call functions of a module have read of its file."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property

from flake8_incall.diagnostics import Position, Span
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.dependencies.closure import Closure
from flake8_incall.model.dependencies.connections import Connections
from flake8_incall.model.dependencies.dependency import Content, Dependency
from flake8_incall.model.dependencies.pieces import Piece, digest_of
from flake8_incall.model.dependencies.signs import Signs


class Dependencies:
    """The dependencies of the in-call functions of one module.

    What is found in code that several of them reach is told of one of them: a function on whose pieces findings of
    in-call functions stand also depends on all other functions that rest on these pieces.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self._connections = Connections(module)
        self._signs = Signs(module)
        self._closures = [Closure(function, self._connections) for function in module.fact(discover).functions]

    def by_name(self, places: Iterable[Position]) -> dict[str, tuple[Dependency, ...]]:
        """The dependencies of each in-call function, by its qualified name.

        Args:
            places: Where findings of in-call functions stand.
        """
        speaking = self._speaking(places)
        tokens = {closure: speaking & self._tokens(closure) for closure in self._closures}
        found: dict[str, dict[Dependency, None]] = {}
        for closure in self._closures:
            sharing = [other for other in self._closures if not tokens[closure].isdisjoint(tokens[other])]
            pieces = {*closure.pieces, *(piece for other in sharing for piece in other.pieces)}
            read = self._read(closure, (piece for piece in pieces if piece.home not in pieces))
            found.setdefault(closure.function.qualified_name, {}).update(dict.fromkeys(read))
        return {name: tuple(read) for name, read in found.items()}

    def outdated_by(self, other: Dependencies, told: Iterable[tuple[Position, str]]) -> frozenset[str]:
        """The functions of another text of which the judgements of this one need not hold.

        Besides those that have read something that differs: a finding in code that such a function shares with others
        may be told of another one of them now. While who tells it has not changed, the rest stay as they are.

        Args:
            other: The dependencies of the other text.
            told: Where findings of in-call functions stand in this one, and of which function each is told.
        """
        before, after = self._contents_by_name(), other._contents_by_name()
        changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
        outdated = set(changed)
        sharing = self._names_by_token()
        for token, names in other._names_by_token().items():
            sharing.setdefault(token, set()).update(names)
        for token, tellers in self._tellers(told).items():
            names = sharing.get(token, set())
            if names & changed:
                outdated |= tellers
            if tellers & changed:
                outdated |= names
        return frozenset(outdated & after.keys())

    def _contents_by_name(self) -> dict[str, list[list[Content]]]:
        """By function: all that was read for it; for each of several of one name."""
        found: dict[str, list[list[Content]]] = {}
        for closure in self._closures:
            found.setdefault(closure.function.qualified_name, []).append(self._contents(closure))
        return found

    def _names_by_token(self) -> dict[str, set[str]]:
        """By token of a piece: the functions that rest on it."""
        found: dict[str, set[str]] = {}
        for closure in self._closures:
            for token in self._tokens(closure):
                found.setdefault(token, set()).add(closure.function.qualified_name)
        return found

    def _tellers(self, told: Iterable[tuple[Position, str]]) -> dict[str, set[str]]:
        """By token of a piece: the functions of which the findings on it are told."""
        found: dict[str, set[str]] = {}
        for place, name in set(told):
            for piece in self._told_on:
                if piece.span.start <= place <= piece.span.end:
                    found.setdefault(piece.token, set()).add(name)
        return found

    @cached_property
    def _told_on(self) -> set[Piece]:
        """The pieces on which findings can stand."""
        return {*self._connections.pieces.all, *(piece for closure in self._closures for piece in closure.pieces)}

    def _speaking(self, places: Iterable[Position]) -> frozenset[str]:
        """The tokens of the pieces on which findings stand."""
        spoken = list(places)
        return frozenset(
            piece.token
            for piece in self._told_on
            if any(piece.span.start <= place <= piece.span.end for place in spoken)
        )

    def _tokens(self, closure: Closure) -> frozenset[str]:
        """The tokens of a function's pieces, and of all excerpts of them."""
        parts = [part for piece in closure.pieces for part in self._connections.excerpts.of(piece)]
        return frozenset(piece.token for piece in (*closure.pieces, *parts))

    def _contents(self, closure: Closure) -> list[Content]:
        return [dependency.content for dependency in self._read(closure, closure.pieces)]

    def _read(self, closure: Closure, pieces: Iterable[Piece]) -> Iterator[Dependency]:
        """Some pieces and all else that is read for a function, its own text first."""
        own = self._connections.pieces.of(closure.function.node)
        yield self._dependency(own, is_own=True)
        for piece in sorted(pieces, key=_start):
            if piece is not own and piece.kind != "import":
                yield self._dependency(piece)
        yield from self._imports
        yield from self._signs.of(closure)

    def _dependency(self, piece: Piece, *, is_own: bool = False) -> Dependency:
        kind, name, digest = self._content(piece)
        return Dependency("own" if is_own else kind, name, piece.span, digest)

    def _content(self, piece: Piece) -> Content:
        """What of a piece counts: also whether it runs in a call, or only while the module is loaded."""
        is_in_call = piece.whole in self._connections.in_call_code
        return (piece.kind, piece.name, digest_of(f"{piece.digest} in a call") if is_in_call else piece.digest)

    @cached_property
    def _imports(self) -> list[Dependency]:
        """All imports of the file: they decide what names mean, and how messages write them."""
        found: list[Dependency] = []
        for node in self._connections.imports:
            names = list(_modules(node))
            span = Span(self._module.start(node), self._module.end(node))
            found.append(Dependency("import", ", ".join(names), span, digest_of(self._module.segment(node))))
            found += [Dependency("module", name, span, "") for name in names]
        return found


def _start(piece: Piece) -> Position:
    return piece.span.start


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The modules that an import names; `from . import store` names `.store`."""
    if isinstance(node, ast.ImportFrom) and node.module is None:
        yield from ("." * node.level + alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield "." * node.level + (node.module or "")
    else:
        yield from (alias.name for alias in node.names)
