"""The findings that still hold while a text does not parse: those of functions whose text is as it was."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Any

from flake8_incall.diagnostics import Diagnostic, Position
from flake8_incall.model.code.source import split_lines
from flake8_incall.model.code.tree import FunctionNode

_CLASS, _FUNCTION = "class_definition", "function_definition"


@dataclass(frozen=True, slots=True)
class Block:
    """A function in a text, decorators included.

    Attributes:
        name: Its qualified name.
        first: Its first line, counted from 1.
        last: Its last line.
    """

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found in the last text that could be parsed.

    Attributes:
        content: The text.
        blocks: The functions in it, those inside functions left out.
        findings: The findings.
    """

    content: str
    blocks: list[Block]
    findings: list[Diagnostic]


def blocks_of(tree: ast.Module) -> list[Block]:
    """The functions and methods of a syntax tree, in the order of the text."""
    return list(_blocks(tree.body, ""))


def _blocks(statements: Iterable[ast.stmt], prefix: str) -> Iterator[Block]:
    for statement in statements:
        if isinstance(statement, FunctionNode):
            first = min([statement.lineno, *(decorator.lineno for decorator in statement.decorator_list)])
            yield Block(f"{prefix}{statement.name}", first, statement.end_lineno or first)
        elif isinstance(statement, ast.ClassDef):
            yield from _blocks(statement.body, f"{prefix}{statement.name}.")
        else:
            for part in ast.iter_child_nodes(statement):
                yield from _blocks([part] if isinstance(part, ast.stmt) else getattr(part, "body", []), prefix)


def still_true(kept: Kept, content: str, seen: Iterable[Block] = ()) -> list[Diagnostic]:
    """The findings of functions that a text has as they were, where they stand in it.

    Args:
        kept: What was found in the last text that could be parsed.
        content: The text, which cannot be parsed.
        seen: The functions that a parser which goes on after errors finds in it.
    """
    old, new = split_lines(kept.content), split_lines(content)
    moved = _moved(kept.blocks, old, new, seen)
    found = []
    for finding in kept.findings:
        shifts = {_shift(one.start, kept.blocks, moved) for one in finding.repeats or (finding,)}
        is_judged = finding.qualified_name is None or any(block.name == finding.qualified_name for block in moved)
        if None not in shifts and is_judged:
            found.append(_shifted(finding, kept.blocks, moved))
    return found


def _moved(blocks: list[Block], old: list[str], new: list[str], seen: Iterable[Block]) -> dict[Block, int]:
    """By function that is as it was: how many lines further down it stands."""
    starts: dict[str, list[int]] = {}
    for number, line in enumerate(new, start=1):
        starts.setdefault(line, []).append(number)
    named = {(block.name, block.first) for block in seen}
    moved: dict[Block, int] = {}
    shift = 0
    for block in blocks:
        text = old[block.first - 1 : block.last]
        places = [at for at in starts.get(text[0], ()) if _is_same(new[at - 1 : at - 1 + len(text)], text)]
        if places:
            # Where the parser sees a function of this name, it is that; else the nearest to where it is expected.
            expected = block.first + shift
            best = min(places, key=lambda at: ((block.name, at) not in named, abs(at - expected)))
            shift = moved[block] = best - block.first
    return moved


def _is_same(lines: list[str], text: list[str]) -> bool:
    return lines == text or [*lines[:-1], *(line.rstrip() for line in lines[-1:])] == [*text[:-1], text[-1].rstrip()]


def seen_blocks(content: str) -> Iterator[Block]:
    """The functions that a parser which goes on after errors finds in a text; none where it is not installed."""
    if find_spec("ast_grep_py") is None:
        return
    from ast_grep_py import SgRoot

    pending: list[tuple[Any, str, int | None]] = [(SgRoot(content, "python").root(), "", None)]
    while pending:
        node, prefix, first = pending.pop()
        name = node.field("name")
        if node.kind() == _FUNCTION and name is not None:
            span = node.range()
            start = span.start.line if first is None else first
            yield Block(f"{prefix}{name.text()}", start + 1, span.end.line + 1)
            continue
        inner = f"{prefix}{name.text()}." if node.kind() == _CLASS and name is not None else prefix
        decorated = node.range().start.line if node.kind() == "decorated_definition" else None
        pending += ((child, inner, decorated) for child in node.children() if child.is_named())


# Places


def _shift(at: Position, blocks: list[Block], moved: dict[Block, int]) -> int | None:
    """How far a place has moved; `None` for one that stands in no function that is as it was."""
    around = next((block for block in blocks if block.first <= at.line <= block.last), None)
    return None if around is None else moved.get(around)


def _shifted(finding: Diagnostic, blocks: list[Block], moved: dict[Block, int]) -> Diagnostic:
    shift = _shift(finding.start, blocks, moved) or 0
    return replace(
        finding,
        start=_down(finding.start, shift),
        end=_down(finding.end, shift),
        # A fix can reach into what is being typed.
        fix=None,
        repeats=tuple(_shifted(one, blocks, moved) for one in finding.repeats),
    )


def _down(at: Position, shift: int) -> Position:
    return Position(at.line + shift, at.column)
