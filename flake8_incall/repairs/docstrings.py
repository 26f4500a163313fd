"""3xx: docstrings that say to the model what it needs. Texts are made of names, so a person has to look."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Sequence

from flake8_incall.diagnostics import Edit, Fix, Position
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.docstring.layout import Line, Section
from flake8_incall.model.docstring.told import inputs_to_document, unread_inputs
from flake8_incall.model.edits.statements import head_line, indent_unit, indentation
from flake8_incall.model.edits.text import inserted, replaced, source
from flake8_incall.repairs.descriptions import description_of, fields_of, returns_of
from flake8_incall.repairs.words import begins_with_verb, occasion
from flake8_incall.repairs.written import Written, written


def with_docstring(function: InCallFunction) -> Fix | None:
    """A docstring with all sections."""
    module, first = function.module, function.node.body[0]
    indent = indentation(module, first)
    if indent is None or function.apparent.documentation is not function.node:
        return None
    unit = indent_unit(module, first)
    inputs = inputs_to_document(function)
    lines = [occasion(function.name), ""]
    if inputs:
        lines += ["Args:", *(f"{unit}{p.name}: {description_of(p)}" for p in inputs), ""]
    lines += ["Returns:", f"{unit}{returns_of(function, indent + unit)}"]
    text = "\n".join(f"{indent}{line}".rstrip() for line in lines).lstrip()
    whole = f'"""{text}\n{indent}"""'
    literal = function.fact(docstring_of).literal
    if literal is not None:
        return Fix((replaced(module, literal, whole),), is_safe=False)
    return Fix((inserted(Position(head_line(module, first), 0), f"{indent}{whole}\n"),), is_safe=False)


def with_description(function: InCallFunction) -> Fix | None:
    """A description that says when to call the function, in the place of one that says nothing."""
    text = occasion(function.name)
    if function.fact(docstring_of).begins_like_a_field:
        return None
    given = function.registration.description_node
    if given is not None:
        return Fix((replaced(function.module, given, json.dumps(text)),), is_safe=False)
    doc = written(function)
    if doc is None:
        return _requoted(function, text)
    old = [line for line in doc.docstring.layout.lines if line.section is Section.DESCRIPTION]
    if old:
        edit = doc.replace(old[0].offset, doc.line_end(old[-1]), text)
    elif doc.docstring.text.startswith("\n"):
        edit = doc.replace(0, 0, f"\n{doc.margin}{text}\n")
    else:
        edit = doc.replace(0, 0, f"{text}\n\n{doc.margin}")
    return Fix((edit,), is_safe=False) if edit is not None else None


def with_occasion(function: InCallFunction, description: str) -> Fix | None:
    """The occasion before a description that begins with what the function does: `Get the ...`."""
    doc = written(function)
    lines = doc.docstring.layout.lines if doc is not None else ()
    if doc is None or not lines or not _is_order(description):
        return None
    first = lines[0]
    word = first.text.split()[0]
    edit = doc.replace(first.offset, first.offset + len(word), f"Call this when the caller wants to {word.lower()}")
    return Fix((edit,), is_safe=False) if edit is not None else None


def with_entries(function: InCallFunction, parameters: Sequence[Parameter]) -> Fix | None:
    """Entries for parameters, in the style of the docstring."""
    doc = written(function)
    if doc is None:
        return _requoted(function, *_google(function, parameters))
    layout, margin = doc.docstring.layout, doc.margin
    heading = layout.heading(Section.PARAMETERS)
    entries = [line for line in layout.lines if line.section is Section.PARAMETERS and not line.is_heading]
    if heading is None:
        returns = layout.heading(Section.RETURNS) or layout.heading(Section.OTHER)
        lines = _google(function, parameters)
        if doc.docstring.style in ("rest", "epydoc") and returns is not None:
            mark = returns.text[0] if returns.text[0] in ":@" else ":"
            lines = [f"{mark}param {p.name}: {description_of(p)}" for p in parameters]
            return _fixed(doc.replace(returns.offset, returns.offset, "".join(f"{line}\n{margin}" for line in lines)))
        if returns is None:
            return _fixed(_at_end(doc, lines))
        if _is_underlined(doc, returns):
            lines = _numpy(parameters)
        text = f"\n{margin}".join(lines)
        text = re.sub(r"[ \t]+\n", "\n", text)
        return _fixed(doc.replace(returns.offset, returns.offset, f"{text}\n\n{margin}"))
    lead = doc.lead(heading)
    if heading.text[0] in ":@":
        last = [line for line in layout.lines if line.section is Section.PARAMETERS][-1]
        lines = [f"{heading.text[0]}param {p.name}: {description_of(p)}" for p in parameters]
    elif _is_underlined(doc, heading):
        last = (entries or [heading])[-1]
        lines = _numpy(parameters)[2:]
    else:
        last = (entries or [heading])[-1]
        lead = doc.lead(entries[0]) if entries else lead + indent_unit(doc.module, function.node.body[0])
        lines = [f"{p.name}: {description_of(p)}" for p in parameters]
    text = "".join(f"\n{lead}{line}" for line in lines)
    return _fixed(doc.replace(doc.line_end(last), doc.line_end(last), text))


def with_returns(function: InCallFunction) -> Fix | None:
    """A section on the result, in the style of the docstring."""
    doc = written(function)
    unit = indent_unit(function.module, function.node.body[0])
    indent = indentation(function.module, function.node.body[0])
    # Where its entries are not read, another section changes what the parser makes of the rest.
    if indent is None or unread_inputs(function):
        return None
    google = ["Returns:", f"{unit}{returns_of(function, indent + unit)}"]
    if doc is None:
        return _requoted(function, *google)
    heading = doc.docstring.layout.heading(Section.PARAMETERS)
    if heading is not None and heading.text[0] in ":@":
        last = doc.docstring.layout.lines[-1]
        text = f"\n{indent}{heading.text[0]}returns: {returns_of(function, indent)}"
        return _fixed(doc.replace(doc.line_end(last), doc.line_end(last), text))
    if heading is not None and _is_underlined(doc, heading):
        schema = returns_of(function, indent + unit).removeprefix("dict: ")
        return _fixed(_at_end(doc, ["Returns", "-------", "dict", f"{unit}{schema}"]))
    return _fixed(_at_end(doc, google))


def with_status_documented(function: InCallFunction) -> Fix | None:
    """The status in the section on the result: in its braces, or behind its text."""
    doc = written(function)
    returns = doc.docstring.returns if doc is not None else None
    if doc is None or returns is None:
        return None
    lines = [line for line in doc.docstring.layout.lines if line.section is Section.RETURNS]
    start, end = lines[0].offset, doc.line_end(lines[-1])
    brace = doc.docstring.text.find("{", start, end)
    if brace < 0:
        return _safe(doc.replace(end, end, ', with `status` "success" or "error"'))
    status = _status_field(function)
    following = doc.docstring.text[brace + 1 :]
    gap = following[: len(following) - len(following.lstrip())]
    separator = f",{gap}" if "\n" in gap else ", "
    at = brace + 1 + len(gap)
    return _safe(doc.replace(at, at, status + separator if not following.lstrip().startswith("}") else status))


def with_keys_documented(function: InCallFunction, keys: Collection[str]) -> Fix | None:
    """More keys in the braces of the section on the result."""
    doc = written(function)
    returns = doc.docstring.returns if doc is not None else None
    if doc is None or returns is None:
        return None
    text, start = doc.docstring.text, returns.heading.offset
    end = _closing(text, text.find("{", start))
    if end is None:
        return None
    types = fields_of(function)
    fields = [f"{key}: {types.get(key, 'Any')}" for key in sorted(keys)]
    at = len(text[:end].rstrip())
    line = text[text.rfind("\n", 0, at) + 1 : at]
    gap = f"\n{line[: len(line) - len(line.lstrip())]}" if "\n" in text[at:end] else " "
    separator = "" if text[at - 1] in ",{" else ","
    edit = doc.replace(at, at, separator + gap + f",{gap}".join(fields))
    return Fix((edit,)) if edit is not None else None


def _closing(text: str, start: int) -> int | None:
    """Where the brace that opens at a place is closed."""
    depth = 0
    for index in range(start, len(text)) if start >= 0 else ():
        depth += (text[index] == "{") - (text[index] == "}")
        if depth == 0:
            return index
    return None


def _status_field(function: InCallFunction) -> str:
    return returns_of(function, "").partition("{")[2].partition("\n")[0].strip().split(",")[0].rstrip("}").strip() or (
        'status: "success" | "error"'
    )


def _google(function: InCallFunction, parameters: Sequence[Parameter]) -> list[str]:
    unit = indent_unit(function.module, function.node.body[0])
    return ["Args:", *(f"{unit}{p.name}: {description_of(p)}" for p in parameters)]


def _numpy(parameters: Sequence[Parameter]) -> list[str]:
    entries = [line for p in parameters for line in (_typed(p), f"    {description_of(p)}")]
    return ["Parameters", "----------", *entries]


def _typed(parameter: Parameter) -> str:
    annotation = parameter.node.annotation
    return f"{parameter.name} : {ast.unparse(annotation)}" if annotation is not None else parameter.name


def _is_underlined(doc: Written, heading: Line) -> bool:
    lines = doc.docstring.layout.lines
    below = lines[lines.index(heading) + 1 : lines.index(heading) + 2]
    return any(re.fullmatch(r"-{3,}", line.text) for line in below)


def _at_end(doc: Written, lines: Sequence[str]) -> Edit | None:
    """Lines behind the text, after a blank one; the quotes keep, or get, a line of their own."""
    text = doc.docstring.text
    end = len(text.rstrip())
    block = "\n" + "".join(f"\n{doc.margin}{line}".rstrip(" \t") for line in lines)
    return doc.replace(end, end, block if "\n" in text[end:] else f"{block}\n{doc.margin}")


def _requoted(function: InCallFunction, *lines: str) -> Fix | None:
    """Lines behind, or in the place of, a docstring in quotes for one line; others are left alone."""
    docstring, module = function.fact(docstring_of), function.module
    indent = indentation(module, function.node.body[0])
    literal = docstring.literal
    if literal is None or indent is None or function.apparent.documentation is not function.node:
        return None
    if '"' in docstring.text or "\\" in source(module, module.start(literal), module.end(literal)):
        return None
    is_section = len(lines) > 1
    kept = [docstring.text.strip(), ""] if is_section else []
    text = "\n".join(f"{indent}{line}".rstrip() for line in [*kept, *lines]).lstrip()
    ending = f"\n{indent}" if is_section else ""
    return Fix((replaced(module, literal, f'"""{text}{ending}"""'),), is_safe=False)


def _is_order(description: str) -> bool:
    """Whether a description begins with a verb in the infinitive, as orders do."""
    return begins_with_verb(description.lower())


def _safe(edit: Edit | None) -> Fix | None:
    """LiveKit drops the section on the result: what it says is for people."""
    return Fix((edit,)) if edit is not None else None


def _fixed(edit: Edit | None) -> Fix | None:
    return Fix((edit,), is_safe=False) if edit is not None else None
