"""What a docstring says, read with the parser that LiveKit uses: what it finds is what the model gets."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_incall._vendor.docstring_parser.common import Docstring as Parsed
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.docstring import styles
from flake8_incall.model.docstring.layout import Layout, Line, Section, read_layout

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction

# Longer than this, or with entries like `((((...`, the parser is busy for seconds.
_LONGEST = 20_000
_MOST_STEPS = 30_000_000
_TYPE_FIELD = re.compile(r"[:@]\s*type\s")


@dataclass(frozen=True, slots=True)
class DocumentedParameter:
    """What the docstring says of one parameter.

    Attributes:
        description: What the model is told; empty where the entry says nothing.
        type: The type written beside the name, as text.
        entry: Where a person sees it: its line; of several the last one, which the model gets.
        is_attribute: Whether it stands in a section on attributes, which LiveKit reads like parameters.
        is_repeated: Whether another entry for it comes before, of which the model gets nothing.
    """

    description: str
    type: str | None
    entry: Line | None
    is_attribute: bool
    is_repeated: bool


@dataclass(frozen=True, slots=True)
class DocumentedReturn:
    """What the docstring says of the result.

    Attributes:
        text: All of it, with its heading.
        heading: The line that opens it.
    """

    text: str
    heading: Line


@dataclass(frozen=True, slots=True)
class Docstring:
    """A function's docstring.

    Attributes:
        text: The docstring as the function carries it; empty without one.
        literal: The string in the tree; `None` without one.
        description: What the model is told of the function; `None` where that is nothing.
        parameters: What it is told of parameters, by the name the parser finds (`"- city"` for a bullet).
        returns: The section on the result, as a person sees it: LiveKit drops it.
        style: The style that the parser took it for: `"google"`, `"numpydoc"`, `"rest"` or `"epydoc"`.
        fault: Why the parser, and so LiveKit, cannot read it at all.
        layout: Its lines as a person sees them.
        is_known: Whether it can be told; nothing is known of one that a call makes.
    """

    text: str = ""
    literal: ast.Constant | None = None
    description: str | None = None
    parameters: dict[str, DocumentedParameter] = field(default_factory=dict)
    returns: DocumentedReturn | None = None
    style: str | None = None
    fault: str | None = None
    layout: Layout = field(default_factory=Layout)
    is_known: bool = True

    @property
    def exists(self) -> bool:
        """Whether there is a docstring that says anything."""
        return bool(self.text.strip())

    @property
    def begins_like_a_field(self) -> bool:
        """Whether its first sentence has the form of a `:field:`, so that the parser takes it for one."""
        first = self.layout.lines[:1]
        return any(line.text[0] in ":@" and line.section is Section.DESCRIPTION for line in first)


def docstring_of(function: InCallFunction) -> Docstring:
    """Return what the docstring of an in-call function says, as LiveKit reads it."""
    return read_docstring(function.apparent.documentation)


def read_docstring(node: FunctionNode | ast.Constant | None) -> Docstring:
    """Read a docstring as LiveKit reads it.

    Args:
        node: The function that has it, or the constant that it is; `None` where neither can be told.
    """
    if node is None:
        return Docstring(is_known=False)
    literal = _literal(node)
    if literal is None:
        return Docstring()
    text, layout = str(literal.value), read_layout(literal)
    returns = _returns(layout)
    if _keeps_busy(text):
        fault = "LiveKit's parser takes seconds to parse it"
        return Docstring(text, literal, returns=returns, fault=fault, layout=layout)
    try:
        parsed = styles.parse(text)
    except Exception as error:  # Whatever it raises here, it raises in LiveKit as well.
        fault = f"LiveKit's parser fails on it with {type(error).__name__}"
        return Docstring(text, literal, returns=returns, fault=fault, layout=layout)
    return Docstring(
        text=text,
        literal=literal,
        description=parsed.description,
        parameters=_parameters(parsed, layout),
        returns=returns,
        style=parsed.style.name.lower() if parsed.style else None,
        layout=layout,
    )


def _literal(node: FunctionNode | ast.Constant) -> ast.Constant | None:
    if isinstance(node, ast.Constant):
        return node if isinstance(node.value, str) else None
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return first.value if isinstance(first.value.value, str) else None
    return None


def _keeps_busy(text: str) -> bool:
    entries = (line.partition(":")[0] for line in text.split("\n"))
    return len(text) > _LONGEST or any(e.count("(") * len(e) ** 2 > _MOST_STEPS for e in entries)


def _parameters(parsed: Parsed, layout: Layout) -> dict[str, DocumentedParameter]:
    parameters: dict[str, DocumentedParameter] = {}
    for meta in parsed.params:
        parameters[meta.arg_name] = DocumentedParameter(
            description=meta.description or "",
            type=meta.type_name,
            entry=_last_entry(layout, meta.arg_name.lstrip("*")),
            is_attribute=meta.args[0] in ("attribute", "ivar", "cvar", "var"),
            is_repeated=meta.arg_name in parameters or layout.has_entries_in_two_sections(meta.arg_name),
        )
    return parameters


def _last_entry(layout: Layout, name: str) -> Line | None:
    """The line of a parameter's last entry."""
    found = [line for line in layout.entries(name, ()) if not _TYPE_FIELD.match(line.text)]
    # A continued line can begin with the parameter's name too.
    return [line for line in found if line.indent == found[0].indent][-1] if found else None


def _returns(layout: Layout) -> DocumentedReturn | None:
    heading, text = layout.heading(Section.RETURNS), layout.text(Section.RETURNS)
    return DocumentedReturn(text, heading) if heading and text else None
