"""One file as text and syntax tree, with what is known about its places."""

from __future__ import annotations

import ast
from functools import cached_property
from pathlib import Path

from flake8_incall.catalogue import Catalogue, load
from flake8_incall.diagnostics import Position
from flake8_incall.model.code.facts import Subject
from flake8_incall.model.code.index import TreeIndex
from flake8_incall.model.code.names import Names
from flake8_incall.options import Options

# A file without any of these has no in-call function, unless its path is matched by `incall-paths`.
MARKS = ("RunContext", "function_tool", "incall_tool", "# incall:", "#incall:")


class Module(Subject):
    """One file as text and tree; what else is known of it is a fact (`module.fact(References)`).

    The tree is shared with other flake8 plugins: nothing is ever set on its nodes.

    Attributes:
        path: The file as it was named to the checker.
        lines: The text's lines with their line ends.
        tree: The syntax tree of these lines.
        options: What the run was asked to do.
        is_document: Whether the text is the source of a function document, where the platform runs
            the first `def` and knows nothing of the rest.
    """

    def __init__(
        self,
        path: str,
        lines: list[str],
        tree: ast.Module,
        options: Options,
        *,
        is_document: bool = False,
    ) -> None:
        self.path = path
        self.lines = lines
        self.tree = tree
        self.options = options
        self.is_document = is_document

    @cached_property
    def index(self) -> TreeIndex:
        """The nodes of the tree by class, and what stands around each."""
        return TreeIndex(self.tree)

    @property
    def children(self) -> dict[ast.AST, list[ast.AST]]:
        """The nodes right below every node of the tree."""
        return self.index.children

    @property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The parent of every node but the root."""
        return self.index.parents

    @cached_property
    def names(self) -> Names:
        """Scopes and bindings, and what a name stands for."""
        return Names(self)

    @cached_property
    def catalogue(self) -> Catalogue:
        """What is known of the world outside the module."""
        return load(Path(self.options.catalogue) if self.options.catalogue else None)

    @cached_property
    def evaluates_annotations_late(self) -> bool:
        """Whether `from __future__ import annotations` turns annotations into text."""
        return any(
            isinstance(node, ast.ImportFrom)
            and node.module == "__future__"
            and any(alias.name == "annotations" for alias in node.names)
            for node in self.tree.body
        )

    def start(self, node: ast.AST) -> Position:
        """Where a node begins."""
        # Nodes of an annotation in quotes are placed by whoever parsed them; the root has no place.
        line = getattr(node, "lineno", 1)
        return Position(line, self._characters(line, getattr(node, "col_offset", 0)))

    def end(self, node: ast.AST) -> Position:
        """Where a node ends (exclusive)."""
        line = getattr(node, "end_lineno", None)
        offset = getattr(node, "end_col_offset", None)
        if line is None or offset is None:
            return self.start(node)
        return Position(line, self._characters(line, offset))

    def segment(self, node: ast.AST) -> str:
        """The source of a node on one line."""
        start, end = self.start(node), self.end(node)
        lines = self.lines[start.line - 1 : end.line]
        if not lines:
            return ""
        lines[-1] = lines[-1][: end.column]
        lines[0] = lines[0][start.column :]
        return " ".join(" ".join(lines).split())

    def _characters(self, line: int, byte_offset: int) -> int:
        """Turn the UTF-8 byte offset that `ast` gives into characters."""
        if line > len(self.lines):
            return byte_offset
        text = self.lines[line - 1]
        if text.isascii():
            return byte_offset
        return len(text.encode()[:byte_offset].decode(errors="ignore"))


def may_hold_in_call_functions(text: str) -> bool:
    """The cheap look before any work: whether a text has a mark of an in-call function."""
    return any(mark in text for mark in MARKS) or ("livekit" in text and "tools" in text)
