"""Lines on which their author suppresses a code, read as flake8 reads them."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterable
from functools import cached_property

_NOQA = re.compile(r"# noqa(?::\s?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.IGNORECASE)
_LINE_ENDS = (tokenize.NL, tokenize.NEWLINE)
_WITHOUT_LINE = (tokenize.ENDMARKER, tokenize.DEDENT)


class Noqa:
    """The `noqa` comments of one file."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def suppresses(self, code: str, line: int) -> bool:
        """Whether a comment suppresses a code at a line, counted from 1."""
        found = _NOQA.search(self._comments.get(line, ""))
        if found is None:
            return False
        codes = found["codes"]
        return codes is None or code.startswith(tuple(re.split(r"[,\s]+", codes.upper())))

    @cached_property
    def _comments(self) -> dict[int, str]:
        """By line: the text in which a comment counts. A string of several lines has one after its end."""
        if not any("noqa" in line.lower() for line in self._lines):
            return {}
        try:
            return dict(_joined(self._lines))
        except (tokenize.TokenError, SyntaxError):
            return dict(enumerate(self._lines, start=1))


def _joined(lines: list[str]) -> Iterable[tuple[int, str]]:
    first, last = len(lines) + 1, 0
    for token in tokenize.generate_tokens(iter(lines).__next__):
        if token.type in _WITHOUT_LINE:
            continue
        first, last = min(first, token.start[0]), max(last, token.end[0])
        if token.type in _LINE_ENDS:
            text = "".join(lines[first - 1 : last])
            yield from ((line, text) for line in range(first, last + 1))
            first, last = len(lines) + 1, 0
