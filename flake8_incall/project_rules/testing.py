"""Tests of rules: comments in Python files beside them (`# ruleid: no-print`), and ast-grep's own test files."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO

from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.options import OptionError, Options, nearest
from flake8_incall.project_rules.conditions import check_keys
from flake8_incall.project_rules.entries import Entry
from flake8_incall.project_rules.loading import files_below, load_rules, test_entries
from flake8_incall.project_rules.matching import Match, Regions, matches_in
from flake8_incall.project_rules.rule import RuleSet

_COMMENT = re.compile(r"#\s*(ruleid|ok|todoruleid|todook)\s*:\s*([\w./-]+(?:\s*,\s*[\w./-]+)*)")
# What a test file is to look like after all fixes.
FIXED = ".fixed.py"
_OF_TESTS = ("id", "valid", "invalid")


@dataclass(frozen=True, order=True, slots=True)
class Note:
    """Something to say about a line of a test.

    Attributes:
        path: The file.
        line: The line.
        text: The rule, and what is wrong or worth knowing.
    """

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(slots=True)
class TestRun:
    """What came of the tests of a directory.

    Attributes:
        rules: The rules.
        files: The files with tests.
        expectations: How many there are.
        failures: Expectations that do not hold.
        notes: Known gaps that are closed.
        tested: The names of the rules of which something is expected.
    """

    rules: RuleSet
    files: list[str] = field(default_factory=list)
    expectations: int = 0
    failures: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    tested: set[str] = field(default_factory=set)

    @property
    def untested(self) -> list[str]:
        """The names of the rules of which nothing is expected."""
        return [name for name in self.rules.ids if name not in self.tested]


@dataclass(frozen=True, slots=True)
class _Expectation:
    """What a comment says of a line: `ruleid`, `ok`, or one of these that does not hold yet."""

    kind: str
    name: str
    line: int
    comment_line: int


def test_rules(directory: str) -> TestRun:
    """Test the rules of a directory by the files in it.

    Raises:
        OptionError: A rule or a test is not valid, or there are no tests.
    """
    run = TestRun(load_rules(directory))
    for path in files_below(directory, (".py",)):
        if not path.endswith(FIXED):
            _test_file(path, run)
    for entry in test_entries(directory):
        _test_document(entry, run)
    if not run.files:
        raise OptionError(f"no tests in {directory!r}; write `# ruleid: {run.rules.ids[0]}` above code that it finds")
    run.failures.sort()
    return run


def _test_file(path: str, run: TestRun) -> None:
    text = read_test(path)
    if not _COMMENT.search(text):
        return
    try:
        tree = parse(text)
    except SyntaxError as error:
        raise OptionError(f"{path}:{error.lineno or 1}: is not valid Python: {error.msg}") from error
    expectations = list(_expectations(text))
    if not expectations:
        return
    _check_names(path, expectations, run.rules)
    run.files.append(path)
    run.expectations += len(expectations)
    run.tested |= {one.name for one in expectations}
    tested = {one.name for one in expectations}
    every, inside = matches_of_test(text, _only(run.rules, tested), tree)
    found = {(match.rule.id, match.span.start.line): match for match in inside}
    outside = {(match.rule.id, match.span.start.line) for match in every} - set(found)
    for one in expectations:
        _judge(path, one, found, outside, run)
    expected = {(one.name, one.line) for one in expectations}
    for (name, line), match in found.items():
        if (name, line) not in expected:
            run.failures.append(Note(path, line, f"{name}: unexpected match: {match.message}"))


def _judge(
    path: str,
    one: _Expectation,
    found: dict[tuple[str, int], Match],
    outside: set[tuple[str, int]],
    run: TestRun,
) -> None:
    match = found.get((one.name, one.line))
    if one.kind == "ruleid" and match is None:
        is_outside = (one.name, one.line) in outside
        why = "the code is in no in-call function, and none reaches it" if is_outside else "found none"
        run.failures.append(Note(path, one.line, f"{one.name}: expected a match, {why}"))
    elif one.kind == "ok" and match is not None:
        run.failures.append(Note(path, one.line, f"{one.name}: expected no match, found one: {match.message}"))
    elif one.kind == "todoruleid" and match is not None:
        run.notes.append(Note(path, one.comment_line, f"{one.name}: matches now; write `ruleid`"))
    elif one.kind == "todook" and match is None:
        run.notes.append(Note(path, one.comment_line, f"{one.name}: does not match any more; write `ok`"))


def matches_of_test(text: str, rules: RuleSet, tree: ast.Module) -> tuple[list[Match], list[Match]]:
    """Return all matches in a file, and those in in-call code; a file without any is searched as a whole."""
    # The name of the file is not asked: it is a test.
    module = Module("function.py", split_lines(text), tree, Options())
    found = list(matches_in(text, rules))
    regions = Regions(module)
    every = [match for match, _ in found]
    if not regions:
        return every, every
    return every, [match for match, span in found if regions.function_at(*span) is not None]


def _only(rules: RuleSet, names: set[str]) -> RuleSet:
    return replace(rules, rules=tuple(rule for rule in rules.rules if rule.id in names))


def read_test(path: str) -> str:
    """Return the text of a test.

    Raises:
        OptionError: It cannot be read or decoded.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        return data.decode(encoding)
    except OSError as error:
        raise OptionError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (SyntaxError, ValueError, LookupError) as error:
        raise OptionError(f"{path}: cannot be decoded: {' '.join(str(error).split())}") from error


def _expectations(text: str) -> Iterator[_Expectation]:
    lines = split_lines(text)
    tokens = [token for token in tokenize.generate_tokens(StringIO(text).readline) if token.type == tokenize.COMMENT]
    for token in tokens:
        comment = _COMMENT.match(token.string)
        if comment:
            line = _line_of_code(lines, *token.start)
            yield from (_Expectation(comment[1], name, line, token.start[0]) for name in _names(comment[2]))


def _line_of_code(lines: list[str], line: int, column: int) -> int:
    """The line that a comment is about: its own if code precedes it there, else the next with code."""
    if lines[line - 1][:column].strip():
        return line
    for number, text in enumerate(lines[line:], start=line + 1):
        if text.strip() and not text.lstrip().startswith("#"):
            return number
    return line


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _check_names(path: str, expectations: Iterable[_Expectation], rules: RuleSet) -> None:
    for one in expectations:
        if one.name not in rules.ids:
            hint = nearest(one.name, rules.ids)
            raise OptionError(f"{path}:{one.comment_line}: {one.kind}: unknown rule {one.name!r}{hint}")


# ast-grep's own tests


def _test_document(entry: Entry, run: TestRun) -> None:
    if "snapshots" in entry.items:
        return
    check_keys(entry, "test", _OF_TESTS)
    name = entry.items["id"].text("id")
    if name not in run.rules.ids:
        raise entry.items["id"].error(f"id: unknown rule {name!r}{nearest(name, run.rules.ids)}")
    run.tested.add(name)
    if entry.path not in run.files:
        run.files.append(entry.path)
    rules = _only(run.rules, {name})
    for key in ("valid", "invalid"):
        for item in entry.items[key].sequence(key) if key in entry.items else ():
            run.expectations += 1
            match = next((match for match, _ in matches_in(item.text(key), rules)), None)
            if key == "valid" and match is not None:
                text = f"{name}: expected no match, found one: {match.message}"
                run.failures.append(Note(item.path, item.line, text))
            elif key == "invalid" and match is None:
                run.failures.append(Note(item.path, item.line, f"{name}: expected a match, found none"))
