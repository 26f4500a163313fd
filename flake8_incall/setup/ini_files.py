"""Extend the `[flake8]` section of an INI file; comments and layout are kept."""

from __future__ import annotations

import configparser
import re
from collections.abc import Sequence

_HEADER = re.compile(r"\[flake8\]\s*(?:[#;].*)?$")
_ANY_HEADER = re.compile(r"\[[^\]]+\]")
_SPLIT = re.compile(r"[,\s]+")


def flake8_section(text: str) -> dict[str, str] | None:
    """Return the entries of the section with `-` in their names; `None` if there is no such section.

    Raises:
        configparser.Error: The file cannot be parsed.
    """
    cfg = configparser.RawConfigParser()
    cfg.read_string(text)
    return {key.replace("_", "-"): value for key, value in cfg["flake8"].items()} if "flake8" in cfg else None


def words(value: str) -> list[str]:
    """Return the parts of a list as flake8 reads it."""
    return [part for part in _SPLIT.split(value) if part]


def with_entry(text: str, key: str, value: Sequence[str]) -> str:
    """Return the text with one more entry at the end of the section, which is made if it is not there.

    Args:
        text: The file.
        key: The option.
        value: One line, or several that stand below the option.
    """
    line_end = _line_end(text)
    entry = (
        f"{key} = {value[0]}" if len(value) == 1 else f"{key} =" + "".join(f"{line_end}    {part}" for part in value)
    )
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if _HEADER.match(line)), None)
    if start is None:
        before = text if not text or text.endswith(("\n", "\r")) else text + line_end
        return f"{before}{line_end if before else ''}[flake8]{line_end}{entry}{line_end}"
    end = _end_of_section(lines, start)
    if not lines[end - 1].endswith(("\n", "\r")):
        lines[end - 1] += line_end
    return "".join([*lines[:end], entry + line_end, *lines[end:]])


def with_words(text: str, key: str, more: Sequence[str]) -> str:
    """Return the text with more words in a list that is there."""
    lines = text.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if _HEADER.match(line))
    name = re.compile(rf"{re.escape(key).replace('-', '[-_]').replace(chr(92), '')}\s*[=:]", re.IGNORECASE)
    first = next(number for number in range(start, len(lines)) if name.match(lines[number]))
    last = first
    for number in range(first + 1, len(lines)):
        if not lines[number].strip() or lines[number].lstrip().startswith(("#", ";")):
            continue
        if not lines[number][0].isspace():
            break
        last = number
    body = lines[last].rstrip("\r\n")
    ending = lines[last][len(body) :]
    body = body.rstrip()
    if last == first:
        comma = ", " if ", " in body or "," not in body else ","
        lines[last] = f"{body}{comma if words(body.partition('=')[2] or body.partition(':')[2]) else ' '}"
        lines[last] += comma.join(more) + ending
    else:
        indent = body[: len(body) - len(body.lstrip())]
        separator = "" if body.endswith(",") else ","
        lines[last] = f"{body}{separator}{_line_end(text)}{indent}{', '.join(more)}{ending}"
    return "".join(lines)


def _end_of_section(lines: list[str], start: int) -> int:
    """Return the index after the last entry of a section: comments behind it may belong to the next."""
    end = start + 1
    for number in range(start + 1, len(lines)):
        if _ANY_HEADER.match(lines[number]):
            break
        if lines[number].strip() and not lines[number].startswith(("#", ";")):
            end = number + 1
    return end


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
