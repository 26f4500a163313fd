"""`flake8-incall fix`: clears findings in place, or shows how it would."""

from __future__ import annotations

import argparse
import codecs
import difflib
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from flake8_incall.commands import CLEAN, COULD_NOT_RUN, FINDINGS
from flake8_incall.commands.check import add_input_arguments, nothing_to_check, run_of
from flake8_incall.diagnostics import Diagnostic
from flake8_incall.files import replace_file
from flake8_incall.fixes import Fixed, fixed
from flake8_incall.flake8_host import display_name
from flake8_incall.new_findings import new_findings
from flake8_incall.reading import Problem, attempt, decoded, is_document_file
from flake8_incall.runner import Checker, Run, files_of
from flake8_incall.selectors import check_selection
from flake8_incall.terminal import printable

# The findings in a file, from its name and its bytes.
Examine = Callable[[str, bytes], list[Diagnostic]]

_NOTES = """\
A fix is applied only if the file still parses and the fix removes findings without adding new ones.
Comments, line ends and the encoding stay. The text of standard input goes to standard output.

exit status:
  0  no finding is left
  1  findings are left, or with --diff would be changed
  2  something could not be read, parsed, written or taken as an option
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument("--unsafe", action="store_true", help="also apply fixes that may change behavior")
    parser.add_argument(
        "--exit-zero", action="store_true", help="exit with 0 if findings are left, but no errors; for hooks"
    )
    parser.add_argument("--diff", action="store_true", help="show a diff instead of changing files")
    add_input_arguments(parser)


def run(parsed: argparse.Namespace) -> int:
    """Fix the files one by one and say what was done."""
    run = run_of(parsed)
    check_selection(run.host)
    paths = files_of(run)
    if not paths:
        return nothing_to_check(parsed)
    examine = _examiner(run)
    done: list[Fixed] = []
    problems: list[Problem] = []
    for path in paths:
        answer = _of_file(path, display_name(run.flake8, path), examine, parsed)
        if isinstance(answer, Problem):
            problems.append(answer)
        else:
            done.append(answer)
    for problem in problems:
        print(printable(str(problem)), file=sys.stderr)
    print(_summary(done, is_offer=parsed.diff, unsafe=parsed.unsafe), file=sys.stderr)
    if problems:
        return COULD_NOT_RUN
    is_open = any(result.left or (parsed.diff and result.applied) for result in done)
    return FINDINGS if is_open and not parsed.exit_zero else CLEAN


def _examiner(run: Run) -> Examine:
    """Find what is to be fixed: the findings that are not in the baseline, if there is one."""
    checker, new = Checker(run), new_findings(run)

    def examine(name: str, data: bytes) -> list[Diagnostic]:
        found = checker.examine(name, data).diagnostics
        baseline = new.baseline_for(name) if new else None
        return baseline.compare(name, found).new if baseline else found

    return examine


def _of_file(path: str, name: str, examine: Examine, parsed: argparse.Namespace) -> Fixed | Problem:
    answer = attempt(path, name, lambda name, data: _fixed(name, data, examine, unsafe=parsed.unsafe))
    if isinstance(answer, Problem):
        return answer
    return _shown(name, *answer) if parsed.diff else _written(path, name, *answer)


def _fixed(name: str, data: bytes, examine: Examine, *, unsafe: bool) -> tuple[Fixed, str, str]:
    """The text of a file after its fixes, the text before, and its encoding."""
    text, encoding = _decoded(name, data)
    if text.encode(encoding) != data:
        # Such as UTF-7, which has several spellings of one text.
        raise UnicodeError(f"{encoding} does not give the same bytes back")

    def find(text: str) -> list[Diagnostic]:
        return examine(name, text.encode(encoding))

    return fixed(text, find, unsafe=unsafe), text, encoding


def _decoded(name: str, data: bytes) -> tuple[str, str]:
    if not is_document_file(name, data):
        return decoded(data)
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    return data.decode(encoding), encoding


def _shown(name: str, result: Fixed, before: str, _encoding: str) -> Fixed:
    lines = difflib.unified_diff(
        before.splitlines(), result.text.splitlines(), f"{name} (before)", f"{name} (after)", lineterm=""
    )
    for line in lines:
        print(printable(line))
    return result


def _written(path: str, name: str, result: Fixed, _before: str, encoding: str) -> Fixed | Problem:
    if path == "-":
        sys.stdout.buffer.write(result.text.encode(encoding))
    elif result.applied:
        try:
            replace_file(Path(path), result.text.encode(encoding))
        except OSError as error:
            return Problem(name, f"cannot be written: {error.strerror or error}")
        codes = Counter(found.full_code for found in result.applied)
        told = ", ".join(f"{code} x {count}" if count > 1 else code for code, count in sorted(codes.items()))
        print(f"{printable(name)}: fixed {told}")
    return result


def _summary(done: list[Fixed], *, is_offer: bool, unsafe: bool) -> str:
    applied, left = sum(len(result.applied) for result in done), [found for result in done for found in result.left]
    words = [f"{'would fix' if is_offer else 'fixed'} {applied}", f"{len(left)} left"]
    offered = sum(found.fix is not None and not found.fix.is_safe for found in left)
    if offered and not unsafe:
        words.append(f"{offered} of these with --unsafe")
    return ", ".join(words) + (": `flake8-incall check` shows what is left" if left else "")
