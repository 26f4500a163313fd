"""Why LiveKit's parser does not find what a person sees in a docstring."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass

from flake8_incall.model.docstring_layout import Line, Section, bullet
from flake8_incall.model.docstrings import Docstring, google_complaint, names_by_style

_STYLE_NAMES = {"google": "Google", "numpydoc": "NumPy", "rest": "reST", "epydoc": "Epydoc"}
_TITLES = frozenset({"Args", "Arguments", "Params", "Parameters"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a docstring.

    Attributes:
        names: The parameters that it describes and the parser does not find.
        cause: The fact, as a clause.
        remedy: What to do, as a clause.
    """

    names: tuple[str, ...]
    cause: str
    remedy: str


def unread_parameters(docstring: Docstring, names: Collection[str]) -> Fault | None:
    """Say which parameters a docstring describes to a person but not to LiveKit, and why.

    Args:
        docstring: The docstring.
        names: The parameters that the model fills.

    Returns:
        The fault, or `None` where the parser finds all that is described.
    """
    missing = [name for name in names if name not in docstring.parameters]
    entries = {name: entry for name in missing if (entry := docstring.layout.entry(name, names))}
    if not entries:
        return None
    name, entry = next(iter(entries.items()))
    cause, remedy = _cause(docstring, name, entry)
    return Fault(tuple(entries), cause, remedy)


def _cause(docstring: Docstring, name: str, entry: Line) -> tuple[str, str]:
    styles = {style for style, found in names_by_style(docstring.text).items() if name in found}
    if styles and docstring.style not in styles:
        other = _STYLE_NAMES[min(styles)]
        chosen = _STYLE_NAMES.get(docstring.style or "", "another")
        return f"it is written in {other} style, the rest in {chosen} style", "keep to one style"
    if entry.text[0] in ":@":
        return _cause_in_field(name, entry)
    heading = _heading_above(docstring, entry)
    if heading is None or heading.text[0] in ":@":
        return "it stands under no heading", "write `Args:` above the entries and indent them"
    return (
        _cause_in_numpy_heading(docstring, heading)
        or _cause_in_heading(heading)
        or _cause_in_entry(docstring, name, entry, heading)
    )


def _heading_above(docstring: Docstring, entry: Line) -> Line | None:
    lines = docstring.layout.lines
    above = reversed(lines[: lines.index(entry) + 1])
    return next((line for line in above if line.is_heading and line.section is Section.PARAMETERS), None)


def _cause_in_field(name: str, entry: Line) -> tuple[str, str]:
    field = f"{entry.text[0]}param {name}:"
    if entry.indent:
        return f"`{field}` is indented", "write it at the margin"
    if len(entry.text[1:].partition(":")[0].split()) > 3:
        return "the type has more than one word", f"write `{field}` and leave the type to the annotation"
    return "its line has not the form that the parser knows", f"write `{field}`"


def _cause_in_numpy_heading(docstring: Docstring, heading: Line) -> tuple[str, str] | None:
    lines = docstring.layout.lines
    below = next((line.text for line in lines[lines.index(heading) + 1 :]), "")
    if not re.fullmatch(r"[-=~]{3,}", below):
        return None
    dashes = "-" * len(heading.text)
    if below == dashes and not heading.indent:
        return None
    return (
        f"the line under `{heading.text}` does not fit the title",
        f"underline it with {len(dashes)} dashes",
    )


def _cause_in_heading(heading: Line) -> tuple[str, str] | None:
    """What is wrong with a heading in Google style."""
    title, colon, rest = (part.strip() for part in heading.text.replace("：", ":").partition(":"))
    if rest.strip("*_ "):
        return f"it stands on the line of `{title}:`", "give each parameter an indented line of its own"
    if title in _TITLES and not colon:
        return f"the heading `{title}` has no colon", f"write `{title}:`"
    if heading.text.rstrip() != f"{title}:":
        return f"the heading `{heading.text}` is not written as `Args:`", "write `Args:`"
    if title not in _TITLES:
        return f"the parser knows no heading `{title}:`", "write `Args:`"
    if heading.indent:
        return f"the heading `{title}:` is indented", "write it at the margin of the docstring"
    return None


def _cause_in_entry(docstring: Docstring, name: str, entry: Line, heading: Line) -> tuple[str, str]:
    """What is wrong with an entry under a heading that the parser knows."""
    lines = docstring.layout.lines
    between = lines[lines.index(heading) + 1 : lines.index(entry)]
    if entry.indent <= heading.indent:
        if heading is lines[0]:
            return f"the docstring starts with `{heading.text}`", "start it with what the function does"
        return f"it is not indented below `{heading.text}`", "indent it"
    cut = next((line for line in between if line.indent <= heading.indent and not line.is_heading), None)
    if cut:
        return "an unindented line before it ends the section", "indent that line or move it up"
    if sum(line.text == heading.text for line in lines) > 1:
        return f"`{heading.text}` is there twice and only the last one counts", "join them"
    complaint = google_complaint(docstring.text)
    if complaint:
        return _cause_in_complaint(complaint)
    mark = bullet(entry.text)
    if mark:
        return f"its entry begins with `{mark}`", f"begin it with `{name}:`"
    if entry.text[0] in "`*_\"'":
        return "its name is marked up", f"write `{name}:`"
    if between and entry.indent != between[0].indent:
        return "its entry is indented otherwise than the first one", "indent all entries alike"
    return "its entry names more than the parameter", f"begin it with `{name}:`"


def _cause_in_complaint(complaint: str) -> tuple[str, str]:
    """Read what the parser said when it gave up on the whole docstring."""
    quoted = re.fullmatch(r"Expected a colon in (.*)\.", complaint, re.DOTALL)
    if not quoted:
        return "a section of the docstring has no entries", "fill it or remove it"
    try:
        text = str(ast.literal_eval(quoted[1]))
    except (SyntaxError, ValueError):
        text = ""
    word = next(iter(text.split()), "an entry").replace("`", "")
    return f"the entry `{word}` has no colon, and one such entry voids all", f"write `{word}: ...`"
