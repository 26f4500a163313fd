"""1xx: signatures as the contract wants them."""

from __future__ import annotations

import ast
import re

from flake8_incall.diagnostics import Edit, Fix, Position
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.code.tree import find, has_yield, own
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.docstring.places import place_of_entry
from flake8_incall.model.edits.imports import Spelling, spelling
from flake8_incall.model.edits.names import renamed_parameter
from flake8_incall.model.edits.signatures import (
    first_parameter,
    with_return_annotation,
    without_parameter,
    without_slash,
    without_stars,
)
from flake8_incall.model.edits.text import inserted, replaced
from flake8_incall.model.results.judgements import Fault, faults, settled_results
from flake8_incall.model.waiting.hazards import Hazards
from flake8_incall.repairs.entries import without_entry
from flake8_incall.repairs.inference import inferred

_Yield = ast.Yield | ast.YieldFrom


def as_coroutine(function: InCallFunction) -> Fix | None:
    """`async def`; safe where the body does not block and nothing else of the module uses the function."""
    module = function.module
    if has_yield(function.node):
        return None
    is_safe = not module.fact(Hazards).blocking(function) and not _is_mentioned(function)
    return Fix((inserted(module.start(function.node), "async "),), is_safe=is_safe)


def with_context(function: InCallFunction) -> Fix | None:
    """`ctx: RunContext` before the first parameter, where the name `ctx` is free."""
    context = _context(function)
    if context is None or any(parameter.name == "ctx" for parameter in function.parameters):
        return None
    text = f"ctx: {context.text}"
    edit = first_parameter(function.module, function.node, text, is_method=function.is_method)
    return Fix((*context.edits, edit), is_safe=not _is_mentioned(function)) if edit is not None else None


def with_context_first(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """The context as the first parameter, called `ctx`."""
    module, annotation = function.module, parameter.node.annotation
    if function.interface is not function or annotation is None:
        return None
    renaming: tuple[Edit, ...] = ()
    if parameter.name != "ctx":
        renamed = _renamed(function, parameter, "ctx")
        if renamed is None:
            return None
        renaming = renamed
    if parameter is function.parameters[0]:
        return Fix(renaming, is_safe=False)
    out = without_parameter(module, function.node, parameter.node)
    text = f"ctx: {module.segment(annotation)}"
    first = first_parameter(module, function.node, text, is_method=function.is_method)
    if out is None or first is None:
        return None
    kept = (edit for edit in renaming if edit.start != module.start(parameter.node))
    return Fix((first, out, *kept), is_safe=False)


def as_context(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """`RunContext` alone as the annotation of what is meant to be the context, and `ctx` as its name.

    Safe where the annotation only adds to `RunContext`, or is missing.
    """
    module, annotation, context = function.module, parameter.node.annotation, _context(function)
    if context is None or parameter is not function.parameters[0]:
        return None
    renaming: tuple[Edit, ...] = ()
    if parameter.name != "ctx" and function.options.profile != "livekit":
        renamed = _renamed(function, parameter, "ctx")
        if renamed is None:
            return None
        renaming = renamed
    if annotation is None:
        # After the new name, which may stand at the same place.
        edit = inserted(module.end(parameter.node), f": {context.text}")
    else:
        edit = replaced(module, annotation, context.text)
    is_meant = annotation is None or parameter.mentions_context
    return Fix((*context.edits, *renaming, edit), is_safe=is_meant and not renaming)


def with_annotation(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """The type that the default, the docstring or the uses of a parameter suggest."""
    found = inferred(function, parameter) if function.interface is function else None
    if found is None:
        return None
    edit = inserted(function.module.end(parameter.node), f": {found.text}")
    edits = [edit]
    if parameter.default is not None:
        start, end = function.module.end(parameter.node), function.module.start(parameter.default)
        line = function.module.lines[start.line - 1]
        if start.line == end.line and line[start.column : end.column] == "=":
            edits = [Edit(start, end, f": {found.text} = ")]
    return Fix(tuple(edits), is_safe=found.is_said)


def with_dict_returned(function: InCallFunction) -> Fix | None:
    """`-> dict`; in the place of another annotation where every result is a dict."""
    module, node = function.module, function.node
    if function.registration.is_raw is False and function.interface is not function:
        return None
    if node.returns is None:
        edit = with_return_annotation(module, node, "dict")
        return Fix((edit,)) if edit is not None else None
    results = function.fact(settled_results)
    is_other = any(True for _ in faults(function, Fault.NOT_A_DICT)) or results.fallen or not results.returned
    return None if is_other else Fix((replaced(module, node.returns, "dict"),), is_safe=False)


def with_keywords_allowed(function: InCallFunction) -> Fix | None:
    """No `/` in the signature."""
    edit = without_slash(function.module, function.node) if function.interface is function else None
    return Fix((edit,)) if edit is not None else None


def without_underscore(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """A parameter's name without the underscores at its beginning."""
    name = parameter.name.lstrip("_")
    if not name.isidentifier() or function.interface is not function:
        return None
    edits = _renamed(function, parameter, name)
    return Fix(edits, is_safe=False) if edits is not None else None


def without_unread(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """The signature without a parameter that nothing reads: `**options`, a second context."""
    module, node = function.module, function.node
    if function.interface is not function or any(name.id == parameter.name for name in find(ast.Name, *node.body)):
        return None
    out = without_stars if parameter.stars else without_parameter
    edit = out(module, node, parameter.node)
    documented = function.fact(docstring_of).parameters
    names = [name for name in documented if name.lstrip("*") == parameter.name]
    entries = [without_entry(function, documented[name].entry) for name in names]
    if edit is None or not all(entries):
        return None
    return Fix((edit, *(edit for entry in entries if entry for edit in entry.edits)), is_safe=False)


def with_returns_for_yields(function: InCallFunction) -> Fix | None:
    """`return` for each `yield` of a dict, where none stands in a loop."""
    module, yields = function.module, [node for node in own(*function.node.body) if isinstance(node, _Yield)]
    for node in yields:
        is_result = isinstance(node, ast.Yield) and isinstance(node.value, ast.Dict) and module.index.is_dropped(node)
        if not is_result or any(module.index.loops_around(node, function.node)):
            return None
    starts = [module.start(node) for node in yields]
    edits = [Edit(start, Position(start.line, start.column + len("yield")), "return") for start in starts]
    return Fix(tuple(edits), is_safe=False) if edits else None


def with_accepted_name(function: InCallFunction) -> Fix | None:
    """A tool name of the letters that providers accept, where it is given as a text."""
    given = function.registration.name_node
    if not isinstance(given, ast.Constant) or not isinstance(given.value, str):
        return None
    name = re.sub(r"[^a-zA-Z0-9_-]+", "_", given.value).strip("_")[:64]
    return Fix((replaced(function.module, given, f'"{name}"'),), is_safe=False) if name else None


def _context(function: InCallFunction) -> Spelling | None:
    """How to write `RunContext`; `None` where the signature is another function's."""
    if function.interface is not function:
        return None
    return spelling(function.module, function.node, "livekit.agents", "RunContext", by_name=True)


def _renamed(function: InCallFunction, parameter: Parameter, name: str) -> tuple[Edit, ...] | None:
    """Give a parameter another name, in the docstring too."""
    edits = renamed_parameter(function.module, function.node, parameter.node, name)
    entry = function.fact(docstring_of).parameters.get(parameter.name)
    if edits is None or entry is None:
        return edits
    place = place_of_entry(function, entry.entry, parameter.name)
    is_there = place.end.column - place.start.column == len(parameter.name)
    return (*edits, Edit(place.start, place.end, name)) if is_there else None


def _is_mentioned(function: InCallFunction) -> bool:
    """Whether the file names the function elsewhere: what uses it there would have to change as well."""
    index = function.module.index
    return any(node.id == function.name for node in index.nodes(ast.Name)) or any(
        node.attr == function.name for node in index.nodes(ast.Attribute)
    )
