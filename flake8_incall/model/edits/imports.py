"""Edits that import what a fix writes, where the module does not know it yet."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.catalogue.platform import INJECTED
from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Binding, Kind
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.edits.statements import statement_at_head
from flake8_incall.model.edits.text import inserted

_Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True)
class Spelling:
    """How to write a qualified name at a place.

    Attributes:
        text: Such as `"asyncio.timeout"`, or `"aio.timeout"` after `import asyncio as aio`.
        edits: The import that it needs; none where the module has it.
    """

    text: str
    edits: tuple[Edit, ...] = ()


def spelling(module: Module, at: ast.AST, home: str, member: str = "", *, by_name: bool = False) -> Spelling | None:
    """Return how to write a module, or a member of one, at a node.

    Args:
        module: Where it is to be written.
        at: The node that it is written in.
        home: The module that is to be imported: `"asyncio"`, `"urllib.parse"`.
        member: What of it is meant; the module itself unless given.
        by_name: Whether a new import is to be `from home import member`.

    Returns:
        The spelling with the import that it needs; `None` where the name that it needs stands for something else.
    """
    qualified = f"{home}.{member}" if member else home
    for prefix, rest in ((qualified, ""), *(((home, f".{member}"),) if member else ())):
        known = _known_as(module, at, prefix)
        if known is not None:
            return Spelling(known + rest)
    name = member if by_name else home.partition(".")[0]
    if not _is_free(module, at, name, home):
        return None
    if member and by_name and home in module.names.top.star_modules:
        return Spelling(member)
    if module.names.is_snippet and INJECTED.get(name) == (qualified if by_name else home):
        return Spelling(name if by_name else qualified)
    edit = _new_import(module, at, home, member if by_name else "")
    return Spelling(name if by_name else qualified, (edit,)) if edit is not None else None


def _known_as(module: Module, at: ast.AST, qualified: str) -> str | None:
    """The name or chain of names by which a place knows a qualified name."""
    injected = (name for name, meant in INJECTED.items() if meant == qualified) if module.names.is_snippet else ()
    for name in injected:
        if name not in module.names.top.bindings and not _is_shadowed(module, at, name):
            return name
    top = module.names.top.bindings
    for name, bindings in top.items():
        if _imports(bindings, qualified) and not _is_shadowed(module, at, name):
            return name if bindings[0].target == qualified else qualified
    for function in module.index.functions_around(at):
        for name, bindings in module.names.scope(function).bindings.items():
            is_before = all(getattr(b.node, "end_lineno", 0) < getattr(at, "lineno", 0) for b in bindings)
            if is_before and all(b.kind is Kind.IMPORT and b.target == qualified for b in bindings):
                return name
    return None


def _imports(bindings: list[Binding], qualified: str) -> bool:
    """Whether the bindings of a name make a qualified name known: as itself, or as `import urllib.parse` does."""
    target = bindings[0].target
    if not all(b.kind is Kind.IMPORT and b.target == target and not _is_typing_only(b) for b in bindings):
        return False
    return target == qualified or any(
        alias.name == qualified and alias.asname is None
        for binding in bindings
        if isinstance(binding.node, ast.Import)
        for alias in binding.node.names
    )


def _is_typing_only(binding: Binding) -> bool:
    return any(block.is_typing_only for block in binding.block.chain())


def _is_free(module: Module, at: ast.AST, name: str, home: str) -> bool:
    """Whether a name may be bound to an import: nothing else has it where the import, or its use, stands."""
    top = module.names.top.bindings.get(name, ())
    is_package = all(binding.kind is Kind.IMPORT and binding.target == home.partition(".")[0] for binding in top)
    return (not top or (is_package and name == home.partition(".")[0])) and not _is_shadowed(module, at, name)


def _is_shadowed(module: Module, at: ast.AST, name: str) -> bool:
    """Whether a function around a place, or one that it is, gives a name another meaning than the module's."""
    own = [at] if isinstance(at, FunctionNode) else []
    functions = [*own, *module.index.functions_around(at)]
    return any(name in module.names.scope(function).bindings for function in functions)


def _new_import(module: Module, at: ast.AST, home: str, member: str) -> Edit | None:
    statement = f"from {home} import {member}" if member else f"import {home}"
    if module.names.is_snippet:
        # The platform runs the function and nothing beside it.
        own = [at] if isinstance(at, FunctionNode) else []
        around = [node for node in (*own, *module.index.functions_around(at)) if isinstance(node, FunctionNode)]
        return statement_at_head(module, around[-1], statement) if around else None
    for node in _imports_at_top(module) if member else ():
        if isinstance(node, ast.ImportFrom) and (node.module, node.level) == (home, 0) and node.names[0].name != "*":
            return _with_alias(module, node, member)
    return _in_order(module, home, statement)


def _imports_at_top(module: Module) -> Iterator[_Import]:
    """The imports at the top of a module, those from `__future__` left out."""
    for statement in module.tree.body:
        if isinstance(statement, _Import):
            if not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
                yield statement
        elif not _is_docstring(statement):
            return


def _with_alias(module: Module, statement: ast.ImportFrom, name: str) -> Edit:
    """Add a name to a `from` import, in order."""
    after = next((alias for alias in statement.names if _rank(alias.name) > _rank(name)), None)
    last = statement.names[-1]
    line = module.start(after or last).line
    before = module.lines[line - 1][: module.start(after or last).column]
    is_alone = not before.strip() and statement.lineno < line and not module.lines[line - 2].rstrip().endswith("\\")
    separator = f",\n{before}" if is_alone else ", "
    if after is not None:
        return inserted(module.start(after), name + separator)
    return inserted(module.end(last), separator + name)


def _rank(name: str) -> tuple[bool, bool, str]:
    """The order of names in an import: constants, classes, functions."""
    return (not name.isupper(), not name[:1].isupper(), name)


def _in_order(module: Module, home: str, statement: str) -> Edit:
    """Insert an import among those of its kind at the top of a module, or where imports begin."""
    imports = list(_imports_at_top(module))
    own = [node for node in imports if _is_standard(node) == _is_standard_name(home)]
    rank = (statement.startswith("from"), home.lower())
    later = next((node for node in own if _order(node) > rank), None)
    if later is not None:
        return inserted(Position(later.lineno, 0), f"{statement}\n")
    if own:
        return _after(module, own[-1], f"{statement}\n")
    if not imports:
        return _at_top(module, statement)
    if _is_standard_name(home):
        return inserted(Position(imports[0].lineno, 0), f"{statement}\n\n")
    return _after(module, imports[-1], f"\n{statement}\n")


def _after(module: Module, node: _Import, text: str) -> Edit:
    end = module.end(node)
    rest = module.lines[end.line - 1][end.column :]
    if ";" in rest or not rest.endswith(("\n", "\r")):
        return inserted(Position(node.lineno, 0), text.strip("\n") + "\n")
    return inserted(Position(end.line + 1, 0), text)


def _order(node: _Import) -> tuple[bool, str]:
    if isinstance(node, ast.ImportFrom):
        return True, "." * node.level + (node.module or "").lower()
    return False, node.names[0].name.lower()


def _is_standard(node: _Import) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and _is_standard_name(node.module or "")
    return _is_standard_name(node.names[0].name)


def _is_standard_name(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _at_top(module: Module, statement: str) -> Edit:
    """The first import of a module: after its docstring and what is imported from `__future__`."""
    first = next((node for node in module.tree.body if not _is_docstring(node) and not _is_future(node)), None)
    if first is None:
        return inserted(Position(len(module.lines) + 1, 0), f"{statement}\n")
    decorators = first.decorator_list if isinstance(first, FunctionNode | ast.ClassDef) else []
    line = min([first.lineno, *(decorator.lineno for decorator in decorators)])
    above = line
    while above > 1 and module.lines[above - 2].lstrip().startswith("#"):
        above -= 1
    gap = "\n\n" if isinstance(first, FunctionNode | ast.ClassDef) else "\n"
    # What is said at the beginning of a file is said of the file.
    return inserted(Position(above if above > 1 else line, 0), f"{statement}\n{gap}")


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
