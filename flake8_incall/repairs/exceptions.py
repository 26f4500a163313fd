"""Exception classes in handlers: which ones cover what is raised, how a module writes them, and where they go."""

from __future__ import annotations

import ast
import sys

from flake8_incall.catalogue.platform import HOME, INJECTED
from flake8_incall.diagnostics import Edit
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import find
from flake8_incall.model.edits.imports import Spelling
from flake8_incall.model.edits.text import inserted, replaced
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.objects.classes import OWN, UNKNOWN, Types
from flake8_incall.model.objects.references import References
from flake8_incall.repairs.naming import named
from flake8_incall.repairs.placing import may_hold_comment

_ROOTS = frozenset({"builtins.Exception", "builtins.BaseException", "builtins.object"})


def widest(types: Types, module: Module) -> list[str]:
    """Leave out the types that another one covers."""
    catches = module.catalogue.catches
    return [one for one in sorted(types) if not any(other != one and catches(other, one) for other in types)]


def joined(types: Types, module: Module) -> list[str]:
    """Put the common base class of several exceptions of a library in their place: `httpx.HTTPError`."""
    classes = module.fact(References).classes
    found = widest(types, module)
    for type_ in found:
        home = type_.partition(".")[0]
        for base in classes.ancestors(type_)[1:]:
            covered = [one for one in found if base in classes.ancestors(one)]
            if len(covered) > 1 and base.partition(".")[0] == home and base not in _ROOTS:
                return joined(frozenset({*found, base}) - {*covered}, module)
    return found


def tuple_of(types: list[str], at: ast.AST, module: Module) -> Spelling | None:
    """Return how to write what an `except` is to catch; `None` where a class cannot be named."""
    if any(_is_foreign(type_, module) for type_ in types):
        types = ["builtins.Exception"]
    spelled = [_spelled(type_, at, module) for type_ in types]
    known = [one for one in spelled if one is not None]
    if not known or len(known) < len(spelled):
        return None
    texts = list(dict.fromkeys(one.text for one in known))
    edits = tuple(dict.fromkeys(edit for one in known for edit in one.edits))
    return Spelling(texts[0] if len(texts) == 1 else f"({', '.join(texts)})", edits)


def catching(handler: ast.ExceptHandler, types: Types, module: Module) -> tuple[Edit, ...] | None:
    """Let a handler catch more types; `None` where it looks into the exception, or its types cannot be told."""
    if handler.type is None or UNKNOWN in types or _looks_into(handler):
        return None
    handlers = module.fact(Failures).handlers
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    if not all(isinstance(part, ast.Name | ast.Attribute) for part in parts) or UNKNOWN in handlers.taken(handler):
        return None
    new = joined(types, module)
    classes = module.fact(References).classes
    kept = [part for part in parts if not all(_is_covered(type_, new, module) for type_ in classes.caught(part))]
    added = tuple_of(new, handler, module)
    if added is None or any(_is_foreign(type_, module) for type_ in new):
        return None
    text = added.text.strip("()")
    if len(kept) == len(parts) and isinstance(handler.type, ast.Tuple) and parts:
        indent = indentation_of(module, parts[-1])
        separator = f",\n{indent}" if indent is not None and parts[-1].lineno > handler.type.lineno else ", "
        return (*added.edits, inserted(module.end(parts[-1]), separator + text))
    if may_hold_comment(module, handler.type):
        return None
    whole = [*(_as_item(part, module) for part in kept), text]
    is_single = not kept and "," not in text
    return (*added.edits, replaced(module, handler.type, text if is_single else f"({', '.join(whole)})"))


def indentation_of(module: Module, node: ast.AST) -> str | None:
    """Return the white space before a node that begins its line."""
    start = module.start(node)
    before = module.lines[start.line - 1][: start.column]
    return before if not before.strip() else None


def _as_item(part: ast.expr, module: Module) -> str:
    """How a class, or a name that stands for several, is written in a tuple."""
    is_several = len(module.fact(References).classes.caught(part)) > 1
    return "*" * is_several + module.segment(part)


def _is_foreign(type_: str, module: Module) -> bool:
    """Whether a class belongs to a library that the module does not import: another one raises it."""
    home = type_.partition(".")[0]
    imported = {target.partition(".")[0] for target in module.names.imports}
    is_known = home in imported or (module.names.is_snippet and home in INJECTED)
    return not is_known and home not in ("builtins", UNKNOWN, "") and home not in sys.stdlib_module_names


def _is_covered(type_: str, by: list[str], module: Module) -> bool:
    return any(module.catalogue.catches(one, type_) for one in by)


def _spelled(type_: str, at: ast.AST, module: Module) -> Spelling | None:
    if type_ == UNKNOWN:
        return Spelling("Exception")
    if type_.startswith((OWN, HOME)):
        return None
    home, _, name = type_.rpartition(".")
    if home == "builtins":
        return Spelling(name) if name not in module.names.top.bindings else None
    return named(type_, at, module)


def _looks_into(handler: ast.ExceptHandler) -> bool:
    """Whether a handler reads attributes of the exception, which others may not have."""
    return handler.name is not None and any(
        isinstance(node.value, ast.Name) and node.value.id == handler.name
        for node in find(ast.Attribute, *handler.body)
    )
