"""The pieces that a module consists of: its top-level statements, and of classes the head and each statement inside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal

from flake8_incall.diagnostics import Position, Span
from flake8_incall.model.code.module import Module

PieceKind = Literal["function", "class", "constant", "import", "statement"]
_SIZE = 16


@dataclass(eq=False, slots=True)
class Piece:
    """A part of a module that is read as a whole.

    Attributes:
        kind: What it is.
        name: Its qualified name: `"Desk.book"`; for a constant the names that it binds, for an import its modules.
        node: The statement; for the head of a class the class; for an excerpt also a parameter.
        span: Where it stands, from its first decorator on.
        digest: A digest of its text.
        owner: The head of the class that it is a statement of.
        members: For the head of a class: the statements of its body.
        home: For an excerpt: the function that it is a part of.
    """

    kind: PieceKind
    name: str
    node: ast.AST
    span: Span
    digest: str
    owner: Piece | None = None
    members: list[Piece] = field(default_factory=list)
    home: Piece | None = None

    @property
    def whole(self) -> Piece:
        """The piece of the file that it is, or is a part of."""
        return self.home or self

    @property
    def token(self) -> str:
        """What tells it from other pieces of its text, and is the same in another text that has it too."""
        return self.name if self.home is None else f"{self.name} {self.digest}"

    @property
    def roots(self) -> list[ast.AST]:
        """The nodes whose content belongs to it: of the head of a class, what stands before its body."""
        if isinstance(self.node, ast.ClassDef) and self.owner is None:
            parameters = getattr(self.node, "type_params", [])
            return [*self.node.decorator_list, *parameters, *self.node.bases, *self.node.keywords]
        return [self.node]


class Pieces:
    """The pieces of one module.

    Attributes:
        all: Every piece, in source order.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self._of: dict[ast.AST, Piece] = {}
        self.all: list[Piece] = []
        for statement in module.tree.body:
            self._add(statement, None)

    def of(self, node: ast.AST) -> Piece:
        """The piece that a node belongs to."""
        around = (node, *(outer for outer, _ in self._module.index.outward(node)))
        return next(self._of[place] for place in around if place in self._of)

    def _add(self, statement: ast.stmt, owner: Piece | None) -> None:
        names = ", ".join(_names(statement))
        first, last = self._lines(statement)
        kind: PieceKind = _kind(statement) if names or not isinstance(statement, ast.Assign) else "statement"
        piece = Piece(
            kind=kind,
            name=f"{owner.name}.{names}" if owner is not None and names else names,
            node=statement,
            span=Span(Position(first, 0), Position(last, len(self._module.lines[last - 1].rstrip("\r\n")))),
            digest=digest_of("".join(self._module.lines[first - 1 : last])),
            owner=owner,
        )
        self._of[statement] = piece
        self.all.append(piece)
        if owner is not None:
            owner.members.append(piece)
        if isinstance(statement, ast.ClassDef) and owner is None:
            for inner in statement.body:
                self._add(inner, piece)

    def _lines(self, statement: ast.stmt) -> tuple[int, int]:
        """The first and last line of a statement; of a class, of its head."""
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
        last = statement.end_lineno or first
        if isinstance(statement, ast.ClassDef) and statement in self._module.tree.body:
            parts = [*statement.bases, *(keyword.value for keyword in statement.keywords)]
            last = max([statement.lineno, *(part.end_lineno or first for part in parts)])
        return first, last


def digest_of(text: str) -> str:
    """A digest of a text, as hexadecimal digits."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SIZE).hexdigest()


def _kind(statement: ast.stmt) -> PieceKind:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return "function"
        case ast.ClassDef():
            return "class"
        case ast.Import() | ast.ImportFrom():
            return "import"
        case ast.Assign() | ast.AnnAssign():
            return "constant"
    return "statement"


def _names(statement: ast.stmt) -> Iterator[str]:
    """The names by which people know a statement."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import():
            yield from (alias.name for alias in statement.names)
        case ast.ImportFrom():
            yield "." * statement.level + (statement.module or "")
        case ast.Assign(targets=targets):
            yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
