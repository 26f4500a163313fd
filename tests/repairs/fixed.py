"""The fixtures with the fixes of one rule: `cal102_context_missing.fixed.py` beside `cal102_context_missing.py`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flake8_incall import Diagnostic
from flake8_incall.fixes import compatible, edited
from tests.examples import CAN_MATCH
from tests.harness import FIXTURES, fixture_paths, load


@cache
def findings(path: Path) -> tuple[Diagnostic, ...]:
    """Return what is found in a fixture."""
    return tuple(load(path).diagnostics())


@cache
def offers() -> list[tuple[Path, str]]:
    """Return the fixtures in which a code has a fix, each with that code."""
    return sorted({(path, one.code) for path in fixture_paths() for one in findings(path) if one.fix is not None})


def chosen(path: Path, code: str) -> list[Diagnostic]:
    """Return the findings of a code whose fixes go together."""
    return compatible(one for one in findings(path) if one.code == code and one.fix is not None)


def after_fixes(path: Path, code: str) -> str:
    """Return the text of a fixture after the fixes of a code that go together."""
    edits = [edit for found in chosen(path, code) if found.fix for edit in found.fix.edits]
    return edited(load(path).source, edits)


def fixed_fixtures() -> Iterator[tuple[Path, str]]:
    """Yield the files of what each rule's own fixtures are after its fixes, with their texts."""
    for path, code in offers():
        if path.stem.startswith(code.lower()):
            yield path.with_name(f"{path.stem}.fixed.py"), after_fixes(path, code)


def written() -> set[Path]:
    """Return the files that there are; those of CAL990 only with the extra that it needs."""
    return {path for path in FIXTURES.glob("*/*.fixed.py") if CAN_MATCH or path.parent.name != "project_rules"}
