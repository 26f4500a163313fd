"""How a module writes what a repair needs from a library: as it imports other things of that library."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from flake8_incall.diagnostics import Edit
from flake8_incall.model.code.module import Module
from flake8_incall.model.edits.imports import Spelling, spelling


def named(qualified: str, at: ast.AST, module: Module) -> Spelling | None:
    """Return how to write a qualified name at a node, with the import that it needs."""
    home, _, member = qualified.rpartition(".")
    imported = module.names.imports
    # Where only members of a library are imported, so is this one.
    is_by_name = home not in imported and any(target.startswith(f"{home}.") for target in imported)
    return spelling(module, at, home, member, by_name=is_by_name)


def side_by_side(*imports: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits that import several things, those at one place as one block."""
    found: dict[object, Edit] = {}
    for edit in dict.fromkeys(edit for edits in imports for edit in edits):
        before = found.get(edit.start)
        if before is None or edit.start != edit.end:
            found[edit.start] = edit
        else:
            is_apart = edit.text.endswith("\n\n") and before.text.endswith("\n\n")
            text = before.text[: -1 if is_apart else None] + edit.text
            found[edit.start] = Edit(edit.start, edit.end, text)
    return tuple(found.values())
