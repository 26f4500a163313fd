"""Read a docstring in one of the four styles that LiveKit's parser knows, or in the one that fits best."""

from __future__ import annotations

from flake8_incall._vendor.docstring_parser import epydoc, google, numpydoc, rest
from flake8_incall._vendor.docstring_parser.common import Docstring, DocstringStyle, ParseError

# In the order in which the parser tries them: of two styles that find the same number of entries, the first counts.
_PARSERS = {
    DocstringStyle.REST: rest.parse,
    DocstringStyle.GOOGLE: google.parse,
    DocstringStyle.NUMPYDOC: numpydoc.parse,
    DocstringStyle.EPYDOC: epydoc.parse,
}


def parse(text: str) -> Docstring:
    """Parse a docstring as `docstring_parser.parse` does: the style that finds the most entries.

    Raises:
        ParseError: No style can read it.
    """
    parsed: list[Docstring] = []
    failure = ParseError()
    for parse_style in _PARSERS.values():
        try:
            parsed.append(parse_style(text))
        except ParseError as error:
            failure = error
    if not parsed:
        raise failure
    return max(parsed, key=lambda docstring: len(docstring.meta))


def names_by_style(text: str) -> dict[str, set[str]]:
    """The parameters that each style alone finds; a style that cannot read the docstring is missing."""
    found: dict[str, set[str]] = {}
    for style, parse_style in _PARSERS.items():
        try:
            found[style.name.lower()] = {parameter.arg_name for parameter in parse_style(text).params}
        except Exception:  # noqa: S112 - a style that cannot be read is left out, whatever the parser raised.
            continue
    return found


def google_complaint(text: str) -> str | None:
    """What the parser says is wrong when it reads the docstring in Google style."""
    try:
        google.parse(text)
    except ParseError as error:
        return str(error)
    return None
