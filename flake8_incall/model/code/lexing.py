"""Strings and comments of Python source, f-strings as of Python 3.12, whatever Python runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_START = re.compile(r"""#[^\n]*|(?<![^\W\d_])(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"\"\"|'''|"|')""")
_PREFIXES = frozenset({"", "r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"})
_PLAIN_END = {
    quote: re.compile(rf"(?:\\.|(?!{quote})[^\\{'' if len(quote) == 3 else chr(10)}])*{quote}", re.DOTALL)
    for quote in ('"""', "'''", '"', "'")
}
_OPENING, _CLOSING = "([{", ")]}"


class UnclosedStringError(ValueError):
    """Raised when a string has no end."""


@dataclass(slots=True)
class Token:
    """A comment or a string.

    Attributes:
        start: The index of its first character, prefix included.
        end: The index after it.
        prefix: The letters before the quote in lower case; `"#"` for a comment.
        expressions: Where the expressions of an f-string or t-string stand, those of nested strings not included.
        is_new: Whether an f-string needs Python 3.12: an expression reuses its quotes, or has a backslash or a comment.
    """

    start: int
    end: int
    prefix: str
    expressions: list[tuple[int, int]] = field(default_factory=list)
    is_new: bool = False


def strings_and_comments(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Return the strings and comments of a part of a text, in its order.

    Raises:
        UnclosedStringError: A string has no end.
    """
    stop = len(text) if end is None else end
    while (found := _START.search(text, start, stop)) is not None:
        token = _token(text, found)
        yield token
        start = token.end


def _token(text: str, found: re.Match[str]) -> Token:
    if found["quote"] is None:
        return Token(found.start(), found.end(), "#")
    prefix, quote, start = found["prefix"].lower(), found["quote"], found.start()
    if prefix not in _PREFIXES:
        # A keyword stands before the string: `if"a"`.
        prefix, start = "", found.start("quote")
    if prefix.strip("r") not in ("f", "t"):
        closed = _PLAIN_END[quote].match(text, found.end())
        if closed is None:
            raise UnclosedStringError
        return Token(start, closed.end(), prefix)
    token = Token(start, start, prefix)
    token.end = _Formatted(text, quote, token).literal(found.end(), ends_with=quote)
    return token


class _Formatted:
    """Reads one f-string."""

    def __init__(self, text: str, quote: str, token: Token) -> None:
        self._text = text
        self._quote = quote
        self._token = token

    def literal(self, at: int, *, ends_with: str) -> int:
        """Return the index after the literal part that ends with a quote, or a format with a brace."""
        text = self._text
        while not text.startswith(ends_with, at):
            if at >= len(text) or (text[at] == "\n" and len(self._quote) == 1):
                raise UnclosedStringError
            if text[at] == "\\":
                name_end = text.find("}", at) if text.startswith("\\N{", at) and "r" not in self._token.prefix else -1
                at = name_end + 1 if name_end > 0 else at + (1 if text[at + 1 : at + 2] in ("{", "}") else 2)
            elif text.startswith(("{{", "}}"), at) and ends_with == self._quote:
                at += 2
            elif text[at] == "{":
                at = self._field(at + 1)
            else:
                at += 1
        return at + len(ends_with)

    def _field(self, start: int) -> int:
        """Return the index after the field whose `{` stands before an index."""
        end = self._expression_end(start)
        self._token.expressions.append((start, end))
        expression = self._text[start:end]
        is_broken = len(self._quote) == 1 and "\n" in expression
        self._token.is_new |= self._quote in expression or "\\" in expression or is_broken
        at = end
        while self._text[at : at + 1] not in (":", "}"):
            # `=`, or `!r`.
            if at >= len(self._text):
                raise UnclosedStringError
            at += 1
        return at + 1 if self._text[at] == "}" else self.literal(at + 1, ends_with="}")

    def _expression_end(self, at: int) -> int:
        text, depth = self._text, 0
        while at < len(text):
            found = _START.match(text, at)
            if found is not None:
                inner = _token(text, found)
                self._token.is_new |= inner.prefix == "#" or inner.is_new
                at = inner.end
                continue
            if depth == 0 and (text[at] in ":}" or self._is_suffix(at)):
                return at
            depth += (text[at] in _OPENING) - (text[at] in _CLOSING)
            at += 1
        raise UnclosedStringError

    def _is_suffix(self, at: int) -> bool:
        """Whether a conversion (`!r`) or the `=` of `{value=}` begins here, and no comparison."""
        text = self._text
        if text[at] == "!":
            return text[at + 1 : at + 2] != "="
        return text[at] == "=" and text[at - 1] not in "=!<>:" and text[at + 1 :].lstrip()[:1] in ("!", ":", "}")
