"""One-fault functions: the fault is found, and fixes clear as many as they should, whatever the layout of the file."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable

import pytest

from flake8_incall import check
from flake8_incall.fixes import fixed
from tests.repairs.faults import Fault, bases, faults, outcome
from tests.repairs.table import on_faults, total

FAULTS = list(faults())
LEAST_SAFE, LEAST_FIXED = 0.25, 0.7
COMMENT = "# नमस्ते"


@pytest.mark.parametrize("name", bases())
def test_function_without_fault_has_no_finding(name: str) -> None:
    assert check(bases()[name], f"{name}.py") == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_found_and_fixes_add_nothing(fault: Fault) -> None:
    before, _, result = outcome(fault)
    codes = {one.code for one in before}
    assert fault.code in codes
    assert {one.code for one in result.left} <= codes
    # A second run has nothing left to do.
    assert fixed(result.text, fault.find, unsafe=True).text == result.text


def test_fixes_clear_most_faults() -> None:
    counts = total(on_faults().values())
    assert counts.safe / counts.all >= LEAST_SAFE
    assert counts.fixed / counts.all >= LEAST_FIXED


def outside_strings(text: str, change: Callable[[str], str]) -> str:
    """Change the lines of a module that do not stand in a string of several lines."""
    strings = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.STRING]
    inside = {line for token in strings for line in range(token.start[0] + 1, token.end[0] + 1)}
    lines = text.splitlines(keepends=True)
    return "".join(line if number in inside else change(line) for number, line in enumerate(lines, start=1))


def with_tabs(line: str) -> str:
    indent = len(line) - len(line.lstrip(" "))
    return "\t" * (indent // 4) + line[indent - indent % 4 :]


LAYOUTS: dict[str, Callable[[str], str]] = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "no line end": lambda text: text.rstrip("\n"),
    "comments": lambda text: outside_strings(text, lambda line: line.replace(":\n", f":  {COMMENT}\n")),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("fault", FAULTS[::7], ids=lambda fault: fault.name)
def test_fixes_keep_the_layout(fault: Fault, layout: str) -> None:
    text = LAYOUTS[layout](fault.text)
    result = fixed(text, fault.find, unsafe=True)
    assert {one.code for one in result.left} == {one.code for one in outcome(fault)[2].left}
    assert result.text.count("\r") == (result.text.count("\n") if layout == "crlf" else 0)
    assert result.text.endswith("\n") == text.endswith("\n")
    assert result.text.count(COMMENT) == text.count(COMMENT)


@pytest.mark.parametrize("code", ["CAL204", "CAL401", "CAL405", "CAL902", "CAL803"])
def test_fixes_indent_by_tabs_where_the_file_does(code: str) -> None:
    fault = next(fault for fault in FAULTS if fault.code == code)
    text = outside_strings(fault.text, with_tabs)
    result = fixed(text, fault.find, unsafe=True)
    assert {one.code for one in result.left} == {one.code for one in outcome(fault)[2].left}
    added = [line for line in result.text.splitlines() if line not in text.splitlines()]
    assert added
    assert not any(line.startswith(" ") for line in added)
