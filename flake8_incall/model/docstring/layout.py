"""A docstring as a person sees it: its lines, sections and what looks like the entry of a parameter."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum


class Section(Enum):
    """What a line of a docstring is about."""

    DESCRIPTION = "the function"
    PARAMETERS = "the parameters"
    RETURNS = "the result"
    OTHER = "anything else"


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        offset: Where its text begins in the docstring, in characters.
        indent: Columns to the right of the docstring's margin.
        text: The line without the space around it.
        section: What it is about.
        is_heading: Whether it opens its section.
    """

    offset: int
    indent: int
    text: str
    section: Section
    is_heading: bool = False


# Headings that a person takes for one, whatever their case, mark-up and colon.
_TITLES = {
    Section.PARAMETERS: (
        r"(?:(?:keyword|other|input)\s+)?(?:args?|arguments?|params?|parameters?)|inputs?"
        r"|argument(?:e|en|i|os)|par[aá]metros|par[aâ]metros|param[eè]tres|parametri|पैरामीटर|पैरामीटर्स|तर्क|参数|引数|パラメータ"
    ),
    Section.RETURNS: (
        r"returns?|return\s+values?|yields?"
        r"|devuelve|retorna|retorno|regresa|rückgabe(?:wert)?|retourne|renvoie|restituisce|ritorna|geeft\s+terug|retourneert"
        r"|वापसी|रिटर्न|लौटाता\s+है|返回|返回值|戻り値"
    ),
    Section.OTHER: (
        r"raises?|throws|except|exceptions?|examples?|usage|notes?|warnings?|warns|attributes?"
        r"|see\s+also|references?|related|todo|outputs?|response"
    ),
}
_HEADINGS = {
    section: re.compile(rf"[#*_\s]*(?:{titles})[*_\s]*(?:$|[:：][*_\s]*(?P<rest>.*))", re.IGNORECASE)
    for section, titles in _TITLES.items()
}
_FIELDS = {
    Section.PARAMETERS: re.compile(r"[:@]\s*(?:param|parameter|arg|argument|key|keyword|type)\s"),
    Section.RETURNS: re.compile(r"[:@]\s*(?:returns?|rtype|yields?|ytype)\b"),
    Section.OTHER: re.compile(r"[:@]\s*(?:raises?|except|exception|var|ivar|cvar|meta)\b"),
}
_ENTRY = re.compile(r"(?:[-*+•‣·–—]\s*|\d+[.)]\s*)?[`*\"']{0,3}(?P<name>\w+)[`*\"']{0,3}")
_SET_OFF = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>)?\s*(?:[:：–—]|--?\s)")


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of a docstring that are not blank."""

    lines: tuple[Line, ...] = ()

    def heading(self, section: Section) -> Line | None:
        """The line that opens a section."""
        return next((line for line in self.lines if line.is_heading and line.section is section), None)

    def text(self, section: Section) -> str | None:
        """The lines of a section with its heading; `None` where there is no such section."""
        lines = [line.text for line in self.lines if line.section is section]
        return "\n".join(lines) if lines else None

    def entry(self, name: str, names: Collection[str]) -> Line | None:
        """The line that a person takes for the description of a parameter.

        Args:
            name: The parameter.
            names: All parameters: one entry can speak of several.
        """
        return next(self.entries(name, names), None)

    def entries(self, name: str, names: Collection[str]) -> Iterator[Line]:
        """The lines that a person takes for a description of a parameter; see `entry`."""
        for line in self.lines:
            if line.section in (Section.DESCRIPTION, Section.PARAMETERS) and _describes(line, name, names):
                yield line

    def has_entries_in_two_sections(self, name: str) -> bool:
        """Whether two sections under one heading have an entry for a parameter: the parser reads the last one."""
        found: list[str] = []
        heading: Line | None = None
        for line in self.lines:
            if line.is_heading:
                heading = line if line.section is Section.PARAMETERS and line.text.endswith(":") else None
            elif heading and line.text.startswith(name) and _describes(line, name, ()):
                found.append(heading.text)
                heading = None
        return len(found) > len(set(found))


def read_layout(node: ast.Constant) -> Layout:
    """Read the lines of a docstring from its literal."""
    written = str(node.value).split("\n")
    raw = [line.expandtabs() for line in written]
    margin = min((_indent(line) for line in raw[1:] if line.strip()), default=0)
    lines: list[Line] = []
    section, opened_at, passed = Section.DESCRIPTION, 0, 0
    for index, line in enumerate(raw):
        offset = passed + _indent(written[index])
        passed += len(written[index]) + 1
        if not line.strip():
            continue
        indent = _indent(line) - margin if index else 0
        opened = _opened(line.strip())
        # `Returns:` is taken wherever it stands: nobody calls a parameter so.
        is_outside = section is Section.DESCRIPTION or indent <= opened_at or line.strip() == "Returns:"
        if opened and is_outside:
            section, opened_at = opened, indent
        is_heading = opened is section and indent == opened_at
        lines.append(Line(offset, indent, line.strip(), section, is_heading))
    return Layout(tuple(lines))


def bullet(text: str) -> str | None:
    """The bullet that a line begins with."""
    found = re.match(r"[-*+•‣·–—](?=\s)|\d+[.)](?=\s)", text)
    return found.group() if found else None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _opened(text: str) -> Section | None:
    for section in (Section.PARAMETERS, Section.RETURNS, Section.OTHER):
        if _HEADINGS[section].match(text) or _FIELDS[section].match(text):
            return section
    return None


def _describes(line: Line, name: str, names: Collection[str]) -> bool:
    if line.is_heading:
        return any(_describes_text(text, name, names, line.section) for text in _inside_heading(line))
    return _describes_text(line.text, name, names, line.section)


def _inside_heading(line: Line) -> Iterator[str]:
    """What a heading says beside its title: `Args: city: the city`, `:param city: the city`."""
    field = re.match(r"[:@]\s*\w+\s+([^:]*)", line.text)
    if field:
        words = field.group(1).split()
        # `:param city the city` lacks a colon, `:param dict[str, int] city:` has a type of several words.
        yield from (f"{word}:" for word in {*words[:1], *words[-1:]})
        return
    found = _HEADINGS[line.section].match(line.text)
    yield from re.split(r"[,;]\s*", found["rest"] or "") if found else ()


def _describes_text(text: str, name: str, names: Collection[str], section: Section) -> bool:
    entry = _ENTRY.match(text)
    if entry and entry["name"] == name:
        if section is Section.PARAMETERS:
            return True
        # In prose a name counts only with what sets off a description; in quotes it is a key of an example.
        return text[0] not in "'\"" and bool(_SET_OFF.match(text, entry.end()))
    head, colon, _ = text.partition(":")
    together = set(re.findall(r"\w+", head)) - {"and", "or"}
    is_list = bool(colon) and bool(re.fullmatch(r"[\w\s,/&*`-]+", head))
    return is_list and name in together and together <= set(names)
