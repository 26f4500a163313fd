"""3xx: entries of a docstring that stand for the parameters there are, in a form that LiveKit's parser reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_incall.diagnostics import Edit, Fix
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.docstring.faults import Fault
from flake8_incall.model.docstring.layout import Line, Section
from flake8_incall.repairs.descriptions import description_of
from flake8_incall.repairs.written import Written, written

_FIELD = r"[:@]\s*\w+\s+(?:[\w\[\], |]+\s+)?"
_BULLET = r"(?:[-*+•‣·–—]\s*|\d+[.)]\s*)?[`*\"']{0,3}"
# The remedies of faults that are mended line by line.
_REMEDIES = ("write `", "indent it", "start it with `")
_TAIL = r"[`*\"']{0,3}\s*(?P<type>\([^()]*\)|\[[^\[\]]*\])?\s*(?P<colon>:|\s--?\s|[–—])?\s*"


def without_entry(function: InCallFunction, entry: Line | None) -> Fix | None:
    """No entry for a parameter that there is not; no section either where it is the only entry."""
    doc = written(function)
    if doc is None or entry is None or (entry.is_heading and entry.text[0] not in ":@"):
        return None
    lines = doc.docstring.layout.lines
    first, last = entry, doc.block_end(entry)
    section = [line for line in lines if line.section is entry.section]
    if section[0].is_heading and section[0].text[0] not in ":@" and section[1:2] == [entry] and section[-1] is last:
        first = section[0]
    start, end = doc.line_start(first), doc.line_end(last)
    text = doc.docstring.text
    is_followed = "\n" in text[end:]
    if first is not entry:
        # The blank line above a section goes with it.
        start = len(text[:start].rstrip()) + 1
    if start == 0:
        return None
    edit = doc.replace(start, text.index("\n", end) + 1, "") if is_followed else doc.replace(start - 1, end, "")
    return Fix((edit,)) if edit is not None else None


def with_name(function: InCallFunction, entry: Line | None, name: str, meant: str) -> Fix | None:
    """The name of the parameter that an entry means."""
    doc = written(function)
    found = _read(entry, name) if entry is not None else None
    if doc is None or entry is None or found is None:
        return None
    start = entry.offset + found.start("name")
    edit = doc.replace(start, start + len(name), meant)
    return Fix((edit,)) if edit is not None else None


def with_text(function: InCallFunction, entry: Line | None, parameter: Parameter) -> Fix | None:
    """A description in the place of one that says nothing, where it stands on the line of the entry."""
    doc = written(function)
    found = _read(entry, parameter.name) if entry is not None else None
    if doc is None or entry is None or found is None:
        return None
    last = doc.block_end(entry)
    if doc.docstring.style == "numpydoc" and doc.docstring.text[doc.line_end(entry) : last.offset].count("\n") == 1:
        # NumPy style has the description on the next line.
        return _unsafe(doc.replace(last.offset, doc.line_end(last), description_of(parameter)))
    if not found["colon"] or last is not entry:
        return None
    start = entry.offset + found.end("colon")
    return _unsafe(doc.replace(start, doc.line_end(entry), f" {description_of(parameter)}"))


def with_type(function: InCallFunction, entry: Line | None, parameter: Parameter, documented: str) -> Fix | None:
    """The type of the annotation in an entry."""
    doc, annotation = written(function), parameter.node.annotation
    found = _read(entry, parameter.name) if entry is not None else None
    if doc is None or entry is None or found is None or annotation is None:
        return None
    at = entry.text.find(documented)
    if at < 0:
        return None
    edit = doc.replace(entry.offset + at, entry.offset + at + len(documented), ast.unparse(annotation))
    return Fix((edit,)) if edit is not None else None


def without_repeats(function: InCallFunction, name: str) -> Fix | None:
    """The last entry of a parameter alone, which is what the model gets."""
    doc = written(function)
    if doc is None:
        return None
    earlier = [line for line in doc.docstring.layout.entries(name, ()) if not line.is_heading][:-1]
    fixes = [without_entry(function, line) for line in earlier]
    edits = [edit for fix in fixes if fix is not None for edit in fix.edits]
    return Fix(tuple(edits), is_safe=False) if edits and all(fixes) else None


def in_google_style(function: InCallFunction, fault: Fault) -> Fix | None:
    """A heading and entries as LiveKit's parser reads them, with the words as they are."""
    doc = written(function)
    if doc is None or not fault.remedy.startswith(_REMEDIES):
        return None
    edits = [*_heading(doc, fault), *_entries(doc, fault)]
    return Fix(tuple(edits)) if edits else None


def _heading(doc: Written, fault: Fault) -> Iterator[Edit]:
    if not fault.remedy.startswith("write `"):
        return
    heading = doc.docstring.layout.heading(Section.PARAMETERS)
    if heading is not None and heading.text[0] not in ":@":
        edit = doc.replace(heading.offset, doc.line_end(heading), "Args:")
        yield from [edit] if edit is not None else []


def _entries(doc: Written, fault: Fault) -> Iterator[Edit]:
    heading = doc.docstring.layout.heading(Section.PARAMETERS)
    for line in doc.docstring.layout.lines:
        if line.section is not Section.PARAMETERS or line.is_heading or heading is None:
            continue
        found = next((found for name in fault.names if (found := _read(line, name))), None)
        if found is None:
            continue
        written_as = line.text[: found.end()]
        plain = f"{found['name']}{' ' + found['type'] if found['type'] else ''}: "
        missing = "    " if line.indent <= heading.indent else ""
        if written_as.rstrip() != plain.rstrip() or missing:
            edit = doc.replace(line.offset, line.offset + len(written_as), missing + plain)
            yield from [edit] if edit is not None else []


def _unsafe(edit: Edit | None) -> Fix | None:
    return Fix((edit,), is_safe=False) if edit is not None else None


def _read(line: Line, name: str) -> re.Match[str] | None:
    """Read the head of an entry: bullet, name, type and colon."""
    return re.match(rf"(?:{_FIELD}|{_BULLET})(?P<name>{re.escape(name)})(?!\w){_TAIL}", line.text)
