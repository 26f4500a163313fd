"""Scopes and bindings, compared with what Python's own compiler says (`symtable`) of the standard library."""

from __future__ import annotations

import ast
import symtable
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_incall.model.code.binder import Binder
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import COMPREHENSIONS, Kind, Scope
from flake8_incall.options import Options

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
FILES = sorted([*LIBRARY.glob("*.py"), *LIBRARY.glob("test/test_*scope*.py"), *LIBRARY.glob("asyncio/*.py")])


def _own(binder: Binder) -> Iterator[tuple[str, set[str]]]:
    """The names that each module, function, lambda and class binds, by our reading."""
    for node, scope in binder.scopes.items():
        if not isinstance(node, COMPREHENSIONS) and not _is_type_alias(node):
            name = "top" if isinstance(node, ast.Module) else getattr(node, "name", "lambda")
            yield name, {bound for bound in _bound(scope) if not _is_private_to_class(bound)}


def _bound(scope: Scope) -> Iterator[str]:
    for name, bindings in scope.bindings.items():
        if any(binding.kind is not Kind.TYPE_PARAMETER and not binding.is_remote for binding in bindings):
            yield name


def _is_type_alias(node: ast.AST) -> bool:
    return type(node).__name__ == "TypeAlias"


def _python(table: symtable.SymbolTable) -> Iterator[tuple[str, set[str]]]:
    """The same, as the compiler has it; comprehensions and type parameters are passed over."""
    pending = [table]
    while pending:
        current = pending.pop()
        pending.extend(current.get_children())
        if current.get_type() in ("module", "function", "class") and not _is_hidden(current):
            bound = {
                symbol.get_name()
                for symbol in current.get_symbols()
                if symbol.is_local() and (symbol.is_assigned() or symbol.is_imported() or symbol.is_parameter())
            }
            yield current.get_name(), {name for name in bound if not _is_private_to_class(name)}


def _is_private_to_class(name: str) -> bool:
    """Names with two underscores are written otherwise by the compiler inside classes; `.0` is its own."""
    return name.startswith((".", "__")) or (name.startswith("_") and "__" in name[1:])


def _is_hidden(table: symtable.SymbolTable) -> bool:
    return table.get_name() in ("genexpr", "listcomp", "setcomp", "dictcomp")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_scopes_bind_what_the_compiler_says(path: Path) -> None:
    source = path.read_bytes()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        pytest.skip("not Python for this version")
    left_out = set(_left_out(tree))
    ours = _by_name(_own(Binder(tree)), left_out)
    theirs = _by_name(_python(symtable.symtable(source.decode(), str(path), "exec")), left_out)
    assert ours == theirs


def _left_out(tree: ast.Module) -> Iterator[str]:
    """Names that the compiler counts to a scope and we do not, by intent."""
    for node in ast.walk(tree):
        # An annotation without a value makes a name local and gives it no meaning.
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        # From Python 3.12 on the compiler puts comprehensions into the function around them.
        if isinstance(node, ast.comprehension):
            yield from (target.id for target in ast.walk(node.target) if isinstance(target, ast.Name))


def _by_name(scopes: Iterator[tuple[str, set[str]]], left_out: set[str]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for name, bound in scopes:
        found.setdefault(name, []).append(sorted(bound - left_out))
    return {name: sorted(sets) for name, sets in found.items()}


def test_long_chains_need_no_recursion() -> None:
    chain = "if a0: x = 0\n" + "".join(f"elif a{i}: x = {i}\n" for i in range(2 * sys.getrecursionlimit() // 10))
    binder = Binder(ast.parse(chain))
    assert len(binder.module.bindings["x"]) == 2 * sys.getrecursionlimit() // 10 + 1


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs the syntax of Python 3.12")
def test_a_method_sees_the_type_parameters_of_its_class() -> None:
    source = "class Box[T]:\n    kind = 1\n    def put(self):\n        return T, kind\n"
    module = Module("box.py", source.splitlines(keepends=True), ast.parse(source), Options())
    read = {name.id: name for name in module.index.nodes(ast.Name) if isinstance(name.ctx, ast.Load)}
    assert [binding.kind for binding in module.names.bindings_of(read["T"])] == [Kind.TYPE_PARAMETER]
    assert module.names.bindings_of(read["kind"]) == []
