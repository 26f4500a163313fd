"""Lines on which their author suppresses a code, read as flake8 reads them."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterable
from functools import cached_property

NOQA = re.compile(r"# noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)
_LINE_ENDS = (tokenize.NL, tokenize.NEWLINE)
_WITHOUT_LINE = (tokenize.ENDMARKER, tokenize.DEDENT)


class Noqa:
    """The `noqa` comments of one file."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def suppresses(self, code: str, line: int) -> bool:
        """Whether a comment suppresses a code at a line, counted from 1."""
        found = NOQA.search(self._comments.get(line, ""))
        if found is None:
            return False
        codes = found["codes"]
        return codes is None or code.startswith(tuple(re.split(r"[,\s]+", codes.upper())))

    @cached_property
    def _comments(self) -> dict[int, str]:
        """By line: the text in which a comment counts. A string of several lines has one after its end."""
        if not any("noqa" in line.lower() for line in self._lines):
            return {}
        ranges = comment_lines(self._lines)
        joined = {pair: "".join(self._lines[pair[0] - 1 : pair[1]]) for pair in set(ranges.values())}
        return {line: joined[pair] for line, pair in ranges.items()}


def comment_lines(lines: list[str]) -> dict[int, tuple[int, int]]:
    """By line: the first and last line of the text in which a comment for it counts."""
    try:
        return dict(_ranges(lines))
    except (tokenize.TokenError, SyntaxError):
        return {line: (line, line) for line in range(1, len(lines) + 1)}


def _ranges(lines: list[str]) -> Iterable[tuple[int, tuple[int, int]]]:
    first, last = len(lines) + 1, 0
    for token in tokenize.generate_tokens(iter(lines).__next__):
        if token.type in _WITHOUT_LINE:
            continue
        first, last = min(first, token.start[0]), max(last, token.end[0])
        if token.type in _LINE_ENDS:
            yield from ((line, (first, last)) for line in range(first, last + 1))
            first, last = len(lines) + 1, 0
