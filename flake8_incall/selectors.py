"""Validate the codes in `select`, `ignore` and the like: one that names no rule would have no effect."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from flake8_incall.options import OptionError, nearest

_LISTS = ("select", "extend_select", "ignore", "extend_ignore")
_PREFIX = "CAL"
_LETTERS = re.compile(r"[A-Za-z]*")


def check_selectors(values: Namespace | dict[str, Any], *, is_shared: bool) -> None:
    """Refuse codes that name no rule.

    Args:
        values: flake8's options.
        is_shared: Whether other plugins' codes may stand beside ours, as in a configuration file of flake8.

    Raises:
        OptionError: A code is not that of a rule, nor the beginning of one.
    """
    for name, code in _selected(values if isinstance(values, dict) else vars(values)):
        if not is_shared or _is_meant_for_us(code):
            check_codes(name, (code,))


def check_codes(name: str, codes: Iterable[str]) -> None:
    """Refuse codes that name no rule.

    Args:
        name: The list that they stand in.
        codes: Codes, or beginnings of codes.

    Raises:
        OptionError: A code is not that of a rule, nor the beginning of one.
    """
    for code in codes:
        if not any(known.startswith(code) for known in all_codes()):
            hint = _hint(code.upper()) if _is_meant_for_us(code) else ""
            raise OptionError(f"{name}: {code!r} is not a rule{hint}; `flake8-incall rules` lists them")


def _hint(code: str) -> str:
    """A hint for a misspelled code in capitals; the beginning of codes may be all that it is."""
    is_beginning = any(known.startswith(code) for known in all_codes())
    return f" (did you mean {code}?)" if is_beginning else nearest(code, all_codes())


@cache
def all_codes() -> tuple[str, ...]:
    """The codes of all rules; to import the rules themselves takes longer than to check a small project."""
    return tuple(Path(__file__).with_name("codes.txt").read_text(encoding="utf-8").split())


def check_selection(values: Namespace) -> None:
    """Refuse a selection without any rule of this project: every file would pass.

    Raises:
        OptionError: `select` and `extend-select` name none.
    """
    if values.select is None:
        return
    codes = (*values.select, *(values.extend_select or ()))
    if not any(known.startswith(codes) for known in all_codes()):
        raise OptionError(
            "select: names no rule of flake8-incall, so nothing would be reported; add `CAL`, or remove it"
        )


def _selected(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    from flake8.utils import parse_files_to_codes_mapping

    for name in _LISTS:
        for code in values.get(name) or ():
            yield name.replace("_", "-"), code
    for _, codes in parse_files_to_codes_mapping(values.get("per_file_ignores") or ""):
        yield from (("per-file-ignores", code) for code in codes)


def _is_meant_for_us(code: str) -> bool:
    """Whether a code begins with our letters, in any case or order."""
    found = _LETTERS.match(code)
    letters = found[0].upper() if found else ""
    return letters.startswith(_PREFIX) or sorted(letters) == sorted(_PREFIX)
