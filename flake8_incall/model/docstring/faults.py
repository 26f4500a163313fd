"""Why LiveKit's parser does not find what a person sees in a docstring."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass

from flake8_incall.model.docstring.docstrings import Docstring
from flake8_incall.model.docstring.layout import Line, Section, bullet
from flake8_incall.model.docstring.styles import google_complaint, names_by_style

_STYLE_NAMES = {"google": "Google", "numpydoc": "NumPy", "rest": "reST", "epydoc": "Epydoc"}
_TITLES = frozenset({"Args", "Arguments", "Params", "Parameters"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a docstring.

    Attributes:
        names: The parameters that it describes and the parser does not find.
        entry: The line that describes the first of them.
        cause: The fact, as a clause.
        remedy: What to do, as a clause.
    """

    names: tuple[str, ...]
    entry: Line
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
    return Fault(tuple(entries), entry, cause, remedy)


def is_explained_in_description(docstring: Docstring, name: str) -> bool:
    """Whether a line of the description that the model gets of the function explains a parameter."""
    entry = docstring.layout.entry(name, ())
    if entry is None or entry.section is not Section.DESCRIPTION or _is_field(entry):
        return False
    return " ".join(entry.text.split()) in " ".join((docstring.description or "").split())


def _cause(docstring: Docstring, name: str, entry: Line) -> tuple[str, str]:
    styles = {style for style, found in names_by_style(docstring.text).items() if name in found}
    if styles and docstring.style not in styles:
        return _cause_in_style(docstring, min(styles))
    if _is_field(entry):
        return _cause_in_field(docstring, name, entry)
    heading = _heading_above(docstring, entry)
    if heading is None or _is_field(heading):
        return "it is not under a heading", "write `Args:` above the entries and indent them"
    underline = _underline(docstring, heading)
    if underline:
        return _cause_in_numpy(name, heading, underline)
    return _cause_in_heading(heading) or _cause_in_entry(docstring, name, entry, heading)


def _is_field(line: Line) -> bool:
    """Whether a line has the form of a field in reST or Epydoc style."""
    return line.text[0] in ":@"


def _heading_above(docstring: Docstring, entry: Line) -> Line | None:
    lines = docstring.layout.lines
    above = reversed(lines[: lines.index(entry) + 1])
    return next((line for line in above if line.is_heading and line.section is Section.PARAMETERS), None)


def _cause_in_style(docstring: Docstring, style: str) -> tuple[str, str]:
    """The parser would find it, had it not taken the docstring for another style."""
    stray = next((line for line in docstring.layout.lines if _is_field(line) and not line.is_heading), None)
    if stray and not docstring.parameters:
        return (
            f"a line starting with `{stray.text[0]}` is parsed as a reST field",
            "rewrap it",
        )
    chosen = _STYLE_NAMES.get(docstring.style or "", "another")
    return f"it uses {_STYLE_NAMES[style]} style, the rest {chosen} style", "use one style"


def _cause_in_field(docstring: Docstring, name: str, entry: Line) -> tuple[str, str]:
    field = f"{entry.text[0]}param {name}:"
    if entry.indent:
        return f"`{field}` is indented", "write it at the margin"
    # One field that cannot be read voids all.
    for line in docstring.layout.lines:
        head, colon, _ = line.text[1:].partition(":")
        if _is_field(line) and line.section is Section.PARAMETERS and (not colon or len(head.split()) > 3):
            fault = "more than one word before the name" if colon else "no colon after the name"
            return f"`{line.text[0]}{head}{colon}` has {fault}", "write `:param name: ...`"
    return "its line is not a field that the parser recognizes", f"write `{field}`"


def _underline(docstring: Docstring, heading: Line) -> str | None:
    """The line of dashes below a heading in NumPy style."""
    lines = docstring.layout.lines
    below = next((line.text for line in lines[lines.index(heading) + 1 :]), "")
    return below if re.fullmatch(r"[-=~]{3,}", below) else None


def _cause_in_numpy(name: str, heading: Line, underline: str) -> tuple[str, str]:
    dashes = "-" * len(heading.text)
    if heading.indent:
        return f"the heading `{heading.text}` is indented", "write it at the margin of the docstring"
    if underline != dashes:
        title = f"`{heading.text}`"
        return f"the line under {title} is not as long as the title", f"underline it with {len(dashes)} dashes"
    return f"no entry has the name `{name}` alone", f"start its entry with `{name} :`"


def _cause_in_heading(heading: Line) -> tuple[str, str] | None:
    """What is wrong with a heading in Google style."""
    title, colon, rest = (part.strip() for part in heading.text.replace("：", ":").partition(":"))
    if rest.strip("*_ "):
        return f"it is on the line of `{title}:`", "give each parameter an indented line of its own"
    if title in _TITLES and not colon:
        return f"the heading `{title}` has no colon", f"write `{title}:`"
    if heading.text.rstrip() != f"{title}:":
        return f"the heading `{heading.text}` is misspelled", "write `Args:`"
    if title not in _TITLES:
        return f"`{title}:` is not a recognized heading", "write `Args:`"
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
        return f"`{heading.text}` occurs twice and only the last one counts", "merge them"
    complaint = google_complaint(docstring.text)
    if complaint:
        return _cause_in_complaint(complaint)
    mark = bullet(entry.text)
    if mark:
        return f"its entry starts with `{mark}`", f"start it with `{name}:`"
    if entry.text[0] in "`*_\"'":
        return "its name contains markup", f"write `{name}:`"
    if between and entry.indent != between[0].indent:
        return "its entry is indented differently from the first one", "indent all entries equally"
    return "its entry names more than the parameter", f"start it with `{name}:`"


def _cause_in_complaint(complaint: str) -> tuple[str, str]:
    """Read what the parser said when it gave up on the whole docstring."""
    quoted = re.fullmatch(r"Expected a colon in (.*)\.", complaint, re.DOTALL)
    if not quoted:
        return "a section of the docstring has no entries", "fill it or remove it"
    word = str(ast.literal_eval(quoted[1])).split()[0].replace("`", "")
    return (
        f"the line `{word} ...` has no colon, so the section is ignored",
        "write `name: ...` or indent it",
    )
