"""Reads fixtures: files of in-call functions whose comments say which diagnostics they deserve.

On the line where a diagnostic is expected, its column in characters and the values of its message's fields:

    async def book(context: RunContext): ...  # CAL103: 0, "context"

Several stand on one line, each after its own `#`. Of one in a string of several lines the comment stands after the
string, and gives the line too, counted from there: `# CAL304: (-2, 8), "day"`.

`# ok: CAL103 why` marks a near miss that must stay silent, `# missed: CAL103 why` a gap that is known; on the line of
a `def` a mark holds for its signature and docstring, after a string for all of it. Comments at the top of the file
set options: `# profile: strict`.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from flake8_incall import Diagnostic, Options, check
from flake8_incall.options import DECLARED
from flake8_incall.rules import REGISTRY, Rule
from tests.examples import CAN_MATCH

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"

_SETTING = re.compile(r"#\s*(\w+):\s*(.+)")
_NEXT = re.compile(r"\s+#\s*(?=CAL\d|ok:|missed:)")
_EXPECTED = re.compile(r"(CAL\d{3}):\s*(.+)")
_MARK = re.compile(r"(ok|missed): (CAL\d{3}) (\S.*)")


class FixtureError(Exception):
    """A fixture says something that cannot be read; its text names the line."""


@dataclass(frozen=True, order=True, slots=True)
class Expected:
    """A diagnostic as a fixture writes it: line from 1, column in characters from 0."""

    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column} {self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A line where a code must stay silent, or is known to be missed, and why; it holds for `first` to `last`."""

    line: int
    code: str
    why: str
    first: int
    last: int


@dataclass(slots=True)
class Fixture:
    """One fixture file, read."""

    path: str
    source: str
    options: Options
    expected: list[Expected] = field(default_factory=list)
    near_misses: list[Mark] = field(default_factory=list)
    missed: list[Mark] = field(default_factory=list)

    def diagnostics(self) -> list[Diagnostic]:
        """What all rules of the fixture's profile say of it."""
        return check(self.source, self.path, self.options)


def fixture_paths() -> list[Path]:
    """Every fixture of a Python family: `fixtures/<family>/<name>.py`; of CAL990 only with the extra that it needs."""
    found = sorted(path for path in FIXTURES.glob("*/*.py") if not path.name.endswith(".fixed.py"))
    return [path for path in found if CAN_MATCH or path.parent.name != "project_rules"]


def load(path: Path) -> Fixture:
    """Read a fixture file."""
    return read(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())


def read(source: str, path: str = "fixtures/family/name.py") -> Fixture:
    """Read the comments of a fixture.

    Raises:
        FixtureError: A comment names a code and is no expectation, or a setting is not an option.
    """
    fixture = Fixture(path, source, Options.from_values(dict(_settings(source))))
    ranges = _ranges(source)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and re.search(r"CAL\d", token.string):
            for text in _NEXT.split(token.string.removeprefix("#").strip()):
                _add(fixture, token.start[0], text, ranges)
    return fixture


def problems(fixture: Fixture) -> list[str]:
    """What a fixture's comments say and the rules do not, or the other way round.

    Repeats that are reported once are expected one by one, each where it is.
    """
    found = [_as_expected(one) for diagnostic in fixture.diagnostics() for one in diagnostic.repeats or [diagnostic]]
    lines = [(seen.line, seen.code) for seen in found]
    return [
        *(f"not expected: {seen}" for seen in _without(found, fixture.expected)),
        *(f"expected, not found: {wanted}" for wanted in _without(fixture.expected, found)),
        *(
            f"false alarm: {mark.line} {mark.code}, which is fine since {mark.why}"
            for mark in fixture.near_misses
            if _holds_for(mark, lines)
        ),
    ]


def is_found(mark: Mark, fixture: Fixture) -> bool:
    """Whether a gap is closed: the code is now found on the mark's line."""
    found = (one for seen in fixture.diagnostics() for one in seen.repeats or [seen])
    return _holds_for(mark, ((seen.start.line, seen.code) for seen in found))


def _holds_for(mark: Mark, lines: Iterable[tuple[int, str]]) -> bool:
    return any(code == mark.code and mark.first <= line <= mark.last for line, code in lines)


def fields(rule: Rule) -> list[str]:
    """The fields of a rule's message in their order, each once."""
    return list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(rule.message) if name))


def _settings(source: str) -> Iterator[tuple[str, Any]]:
    names = {option.field for option in DECLARED}
    for number, line in enumerate(source.splitlines(), start=1):
        setting = _SETTING.fullmatch(line)
        if setting is None:
            return
        if setting[1] not in names:
            raise FixtureError(f"line {number}: {setting[1]!r} is no option")
        yield setting[1], setting[2]


def _ranges(source: str) -> dict[int, tuple[int, int]]:
    """The lines that a mark is about, by its own line, where these are several."""
    ranges: dict[int, tuple[int, int]] = {}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str()) if node.end_lineno and node.end_lineno > node.lineno:
                ranges.setdefault(node.end_lineno, (node.lineno, node.end_lineno))
            case ast.FunctionDef(body=[first, *_]) | ast.AsyncFunctionDef(body=[first, *_]):
                is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
                last = first.end_lineno if is_docstring else first.lineno - 1
                ranges[node.lineno] = (node.lineno, max(node.lineno, last or 0))
    return ranges


def _add(fixture: Fixture, line: int, text: str, ranges: dict[int, tuple[int, int]]) -> None:
    if mark := _MARK.fullmatch(text):
        marks = fixture.near_misses if mark[1] == "ok" else fixture.missed
        marks.append(Mark(line, _rule(line, mark[2]).code, mark[3], *ranges.get(line, (line, line))))
    elif expected := _EXPECTED.fullmatch(text):
        fixture.expected.append(_expected(line, _rule(line, expected[1]), expected[2]))
    else:
        raise FixtureError(f"line {line}: {text!r} names a code and is no expectation")


def _rule(line: int, code: str) -> Rule:
    if code not in REGISTRY.rules:
        raise FixtureError(f"line {line}: there is no {code}")
    return REGISTRY.rules[code]


def _expected(line: int, rule: Rule, text: str) -> Expected:
    try:
        place, *values = ast.literal_eval(f"({text},)")
    except (SyntaxError, ValueError) as error:
        raise FixtureError(f"line {line}: {text!r} is no column with values: {error}") from error
    names = fields(rule)
    above, column = place if isinstance(place, tuple) else (0, place)
    if not isinstance(column, int) or len(values) != len(names):
        raise FixtureError(f"line {line}: {rule.code} takes a column and {names}, not {text}")
    return Expected(line + above, column, rule.code, rule.text(dict(zip(names, values, strict=True))))


def _as_expected(found: Diagnostic) -> Expected:
    return Expected(found.start.line, found.start.column, found.code, found.message)


def _without(these: Iterable[Expected], those: Iterable[Expected]) -> list[Expected]:
    """These without those, each of those taken once."""
    left = list(those)
    rest = []
    for item in sorted(these):
        if item in left:
            left.remove(item)
        else:
            rest.append(item)
    return rest
