"""What the parts of the project say to each other: where something is, and what is wrong there."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """How much a diagnostic matters to a live call."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"

    def reaches(self, least: Severity) -> bool:
        """Whether it matters at least as much as another."""
        levels = list(Severity)
        return levels.index(self) <= levels.index(least)


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """A place in a text.

    Attributes:
        line: The line, counted from 1.
        column: The column in characters (not UTF-8 bytes), counted from 0.
    """

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """A range of a text.

    Attributes:
        start: Where it begins.
        end: Where it ends (exclusive).
        inner: For a function document: where it begins inside the function's own text.
    """

    start: Position
    end: Position
    inner: Position | None = None


@dataclass(frozen=True, order=True, slots=True)
class Edit:
    """A range of a text, and what is to stand there instead.

    Attributes:
        start: Where it begins.
        end: Where it ends (exclusive); `start` for an insertion.
        text: What is to stand there, line ends as `"\\n"`.
    """

    start: Position
    end: Position
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that together clear a finding.

    Attributes:
        edits: They do not overlap each other.
        is_safe: Whether the program keeps its meaning, so that nobody has to look at it.
    """

    edits: tuple[Edit, ...]
    is_safe: bool = True


@dataclass(frozen=True, slots=True)
class ProjectRule:
    """A rule of the project's own (CAL990), as readers of its findings see it.

    Attributes:
        id: Its name in the project.
        message: Its message, with metavariables.
        note: What it says beyond that, in Markdown; may be empty.
        url: The address of its documentation; may be empty.
    """

    id: str
    message: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule yields: a place and the words that fill the rule's message.

    Attributes:
        at: The syntax node to point at, or a position or range where no node stands.
        args: Values for the fields of the rule's message, by field name.
        fix: How to clear it, where that can be done without asking.
        about: The calls, values or modules at fault, by which a rule that yields to another recognizes the same
            fault (`yields_to` of the rule); `at` unless given.
        group: For a rule that reports once per function: findings with equal groups are repeats of one finding.
        severity: How much it matters; as the rule says unless given.
        project_rule: The rule of the project's own that found it.
    """

    at: ast.AST | Position | Span
    args: dict[str, str]
    fix: Fix | None = None
    about: tuple[Hashable, ...] = ()
    group: Hashable = None
    severity: Severity | None = None
    project_rule: ProjectRule | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding as its readers see it. Ordered by place, then code.

    Attributes:
        path: The file as it was named to the checker.
        start: Where it begins.
        end: Where it ends (exclusive), or `start` when only a point is known.
        code: The rule's code, such as `"CAL402"`.
        message: One line: the fact, then what to do.
        severity: How much it matters.
        function: The in-call function concerned, or `None` for the file as a whole.
        inner: For a function document: the place inside the function's own text.
        fix: How to clear it, where that can be done without asking.
        qualified_name: The function's name with those of the classes and functions around it: `"Desk.book"`.
        arguments: The words that fill the message, by field name, in the order of the rule, without line numbers.
        repeats: All findings that it stands for, itself among them, where repeats in a function are reported once.
        project_rule: The rule of the project's own that found it (CAL990).
    """

    path: str
    start: Position
    end: Position
    code: str
    message: str
    severity: Severity
    function: str | None = None
    inner: Position | None = None
    fix: Fix | None = None
    qualified_name: str | None = field(default=None, compare=False)
    arguments: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    repeats: tuple[Diagnostic, ...] = ()
    project_rule: ProjectRule | None = None

    @property
    def full_code(self) -> str:
        """The code; of a rule of the project's own with its name: `"CAL990/no-print"`."""
        return f"{self.code}/{self.project_rule.id}" if self.project_rule else self.code

    @property
    def count(self) -> int:
        """How many findings it stands for."""
        return len(self.repeats) or 1

    def sort_key(self) -> tuple[str, Position, str, str]:
        """Order diagnostics of a run: by file, place, code and message."""
        return (self.path, self.start, self.code, self.message)


def listed(names: Iterable[str]) -> str:
    """Names of the user's own as a message shows them: each in backticks, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)
