"""One-fault functions: a function without a finding, with one thing in it that somebody does wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flake8_incall import Diagnostic, Options, check
from flake8_incall.fixes import Fixed, fixed

FILE = Path(__file__).parent / "faults.toml"


@dataclass(frozen=True, slots=True)
class Fault:
    """A function with one fault.

    Attributes:
        name: The code and the function that it is in.
        code: The code of the rule that reports it.
        text: The text of the module.
        options: The profile that looks for it.
    """

    name: str
    code: str
    text: str
    options: Options

    def find(self, text: str) -> list[Diagnostic]:
        """Check a text as the fault's own is checked."""
        return check(text, f"{self.name}.py", self.options)


@cache
def outcome(fault: Fault) -> tuple[list[Diagnostic], Fixed, Fixed]:
    """Return the findings of a fault, and the texts after safe fixes and after all fixes."""
    return (
        fault.find(fault.text),
        fixed(fault.text, fault.find),
        fixed(fault.text, fault.find, unsafe=True),
    )


def bases() -> dict[str, str]:
    """Read the functions without a finding."""
    found: dict[str, str] = _read()["base"]
    return found


def faults() -> Iterator[Fault]:
    """Read the faults."""
    known, seen = bases(), dict[str, int]()
    for entry in _read()["fault"]:
        text = known[entry["base"]]
        for before, after in [(entry["before"], entry["after"]), *entry.get("also", [])]:
            assert text.count(before) >= 1, f"{entry['code']}: {before!r} is not in the base"
            text = text.replace(before, after)
        code = entry["code"]
        seen[code] = seen.get(code, 0) + 1
        options = Options.from_values({"profile": entry.get("profile", "contract")})
        yield Fault(f"{code}_{entry['base']}_{seen[code]}", code, text, options)


def _read() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
