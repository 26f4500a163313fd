"""`flake8-incall test-rules`: the tests of a project's own rules."""

from __future__ import annotations

import argparse
import os
import sys
from itertools import zip_longest
from typing import TYPE_CHECKING

from flake8_incall.commands import CLEAN, FINDINGS
from flake8_incall.diagnostics import Diagnostic, Severity
from flake8_incall.fixes import fixed
from flake8_incall.model.code.source import parse
from flake8_incall.options import OptionError
from flake8_incall.pyproject import find_table
from flake8_incall.tally import plural
from flake8_incall.terminal import printable

if TYPE_CHECKING:
    from flake8_incall.project_rules.matching import Match
    from flake8_incall.project_rules.testing import TestRun

_NOTES = """\
Tests are comments in Python files in the directory. Each is about the next line of code, or about its own:

  # ruleid: no-print       the rule matches here
  # ok: no-print           it does not
  # todoruleid: no-print   it should match and does not yet
  # todook: no-print       it matches and should not

A match of a rule that a file names, on a line without such a comment, is a failure. In a file with in-call functions,
rules run on these and on what they reach; a file without any is searched as a whole. Test files of ast-grep are read
too: YAML with the id of a rule, and lists of valid and invalid code. Beside `booking.py`, `booking.fixed.py` says what
it looks like after the fixes of all rules.

exit status:
  0  all expectations hold
  1  an expectation does not hold
  2  a rule or a test is not valid, or there are no tests
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument(
        "directory",
        nargs="?",
        metavar="DIR",
        help="the directory of the rules (default: `rules` of [tool.incall])",
    )


def run(parsed: argparse.Namespace) -> int:
    """Print the expectations that do not hold."""
    # Most verbs do without ast-grep.
    from flake8_incall.project_rules.testing import test_rules

    directory = parsed.directory or _configured()
    result = test_rules(directory)
    test_fixes(directory, result)
    for failure in result.failures:
        print(printable(str(failure)))
    for note in result.notes:
        print(printable(f"{note.path}:{note.line}: note: {note.text}"), file=sys.stderr)
    if result.untested:
        print(f"no test of {', '.join(result.untested)}", file=sys.stderr)
    expected = f"{plural(result.expectations, 'expectation')} in {plural(len(result.files), 'file')}"
    print(
        f"{plural(len(result.failures), 'failure')}, {expected}" if result.failures else f"{expected}: all hold",
        file=sys.stderr,
    )
    return FINDINGS if result.failures else CLEAN


def test_fixes(directory: str, result: TestRun) -> None:
    """Compare test files after all fixes with the files that say what they look like then."""
    from flake8_incall.project_rules.loading import files_below
    from flake8_incall.project_rules.testing import FIXED, Note, matches_of_test, read_test

    def find(text: str) -> list[Diagnostic]:
        return [_diagnostic(match) for match in matches_of_test(text, result.rules, parse(text))[1]]

    for path in files_below(directory, (FIXED,)):
        source = f"{path.removesuffix(FIXED)}.py"
        result.expectations += 1
        try:
            got = fixed(read_test(source), find, unsafe=True).text
        except SyntaxError as error:
            raise OptionError(f"{source}:{error.lineno or 1}: is not valid Python: {error.msg}") from error
        pairs = enumerate(zip_longest(read_test(path).splitlines(), got.splitlines(), fillvalue=""), start=1)
        for line, (wanted, found) in pairs:
            if wanted != found:
                result.failures.append(Note(path, line, f"after the fixes: expected `{wanted}`, got `{found}`"))
                break


def _diagnostic(match: Match) -> Diagnostic:
    """A match as fixes take it."""
    severity = match.rule.severity or Severity.WARNING
    return Diagnostic(
        "",
        match.span.start,
        match.span.end,
        "CAL990",
        match.message,
        severity,
        fix=match.fix,
        project_rule=match.rule.shown,
    )


def _configured() -> str:
    table = find_table(os.curdir)
    directory = table.section.values.get("rules", "") if table else ""
    if not directory:
        raise OptionError("test-rules: no directory is named; name the one of the rules")
    return str(directory)
