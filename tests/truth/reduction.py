"""Makes a function smaller while verdict and truth go on to differ: `python -m tests.truth.reduction -h`."""

from __future__ import annotations

import argparse
import ast
import builtins
import copy
import os
from collections.abc import Callable, Iterator

from tests.truth.comparison import score, verdict_on
from tests.truth.execution import EndlessError, in_call_function, truth_of
from tests.truth.grammar import generate

Test = Callable[[str], bool]
BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
SLOPPY = {"NameError", "UnboundLocalError", "TypeError", "AttributeError", "SyntaxError", "IndexError"}


def differs(code: str, *, missed: bool) -> Test:
    """Make a test whether a module still has this very disagreement, without an accident in a run."""

    def still(source: str) -> bool:
        try:
            truth = truth_of(source)
        except (EndlessError, SyntaxError, NameError, KeyError, ValueError, TypeError, IndexError):
            return False
        if truth.raised & SLOPPY or _has_unknown_name(source) or (code in truth.codes) is not missed:
            return False
        return (code in verdict_on(source).codes) is not missed

    return still


def _has_unknown_name(source: str) -> bool:
    """Whether a name is read that nothing binds: a handler may hide that from the runs."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {name.id for name in names if not isinstance(name.ctx, ast.Load)} | {"RunContext", *dir(builtins)}
    for node in nodes:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bound.add(node.name)
            case ast.alias():
                bound.add(node.asname or node.name)
            case ast.arg():
                bound.add(node.arg)
            case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar():
                bound.add(node.name or "")
    return not {name.id for name in names} <= bound


def reduce(source: str, still: Test) -> str:
    """Take parts out of a module for as long as the test holds."""
    changed = True
    while changed:
        changed = False
        for smaller in _smaller(source):
            if len(smaller) < len(source) and still(smaller):
                source, changed = smaller, True
                break
    return source


def _smaller(source: str) -> Iterator[str]:
    """Give the module with one part less, for each part; the largest parts come first."""
    tree = ast.parse(source)
    for path in _parts(tree):
        for edit in (_drop, _unwrap, _left, _right, _plain):
            changed = copy.deepcopy(tree)
            if edit(changed, path):
                try:
                    yield ast.unparse(changed) + "\n"
                except (ValueError, AttributeError, IndexError):
                    continue


Path = tuple[tuple[str, int], ...]


def _parts(tree: ast.AST) -> list[Path]:
    """List every node below the module as the way to it."""
    found: list[Path] = []
    todo: list[tuple[ast.AST, Path]] = [(tree, ())]
    while todo:
        node, path = todo.pop(0)
        for name, value in ast.iter_fields(node):
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(child, ast.AST) and not isinstance(child, ast.expr_context):
                    found.append((*path, (name, index)))
                    todo.append((child, found[-1]))
    return found


def _at(tree: ast.AST, path: Path) -> ast.AST:
    for name, index in path:
        value = getattr(tree, name)
        tree = value[index] if isinstance(value, list) else value
    return tree


def _put(tree: ast.AST, path: Path, new: list[ast.AST]) -> bool:
    *way, (name, index) = path
    parent = _at(tree, tuple(way))
    value = getattr(parent, name)
    if isinstance(value, list):
        value[index : index + 1] = new
        return bool(value) or name in ("orelse", "finalbody", "handlers", "elts", "args", "keywords")
    if len(new) != 1:
        return False
    setattr(parent, name, new[0])
    return True


def _drop(tree: ast.AST, path: Path) -> bool:
    """Drop a statement, handler, case, or one entry of a dict display."""
    node = _at(tree, path)
    if isinstance(node, ast.AsyncFunctionDef) and node is in_call_function(_module(tree)):
        return False
    if isinstance(node, ast.expr) and path[-1][0] == "keys":
        parent = _at(tree, path[:-1])
        if isinstance(parent, ast.Dict):
            del parent.keys[path[-1][1]], parent.values[path[-1][1]]
            return True
    return isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case | ast.arg | ast.keyword) and _put(
        tree, path, []
    )


def _module(tree: ast.AST) -> ast.Module:
    if not isinstance(tree, ast.Module):
        raise TypeError("the way to a part begins at the module")
    return tree


def _unwrap(tree: ast.AST, path: Path) -> bool:
    """Put the blocks of a statement in its place."""
    node = _at(tree, path)
    if not isinstance(node, ast.stmt) or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    inside: list[ast.AST] = [part for name in BODIES for part in getattr(node, name, []) if isinstance(part, ast.stmt)]
    return bool(inside) and _put(tree, path, inside)


def _left(tree: ast.AST, path: Path) -> bool:
    """Put the first part of an expression in its place."""
    return _inner(tree, path, 0)


def _right(tree: ast.AST, path: Path) -> bool:
    """Put the last part of an expression in its place."""
    return _inner(tree, path, -1)


def _inner(tree: ast.AST, path: Path, index: int) -> bool:
    node = _at(tree, path)
    if not isinstance(node, ast.expr) or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        return False
    called = node.func if isinstance(node, ast.Call) else None
    parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr) and part is not called]
    return bool(parts) and _put(tree, path, [parts[index]])


def _plain(tree: ast.AST, path: Path) -> bool:
    """Put a plain value in the place of a larger one."""
    node = _at(tree, path)
    if not isinstance(node, ast.expr) or isinstance(node, ast.Constant | ast.Name):
        return False
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load) and _put(tree, path, [ast.Constant(1)])


def main() -> None:
    """Print the figures and the smallest form of the first disagreements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--functions", type=int, default=int(os.environ.get("INCALL_TRUTH_FUNCTIONS", "300")))
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--again", action="store_true", help="flags are tested again")
    parser.add_argument("--show", type=int, default=10, help="how many disagreements to show")
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.functions)
    total = score(generate(seed, again=asked.again) for seed in seeds)
    print(total.summary())
    for title, pairs, missed in (("false alarm", total.false_alarms, False), ("missed", total.missed, True)):
        for source, code in pairs[: asked.show]:
            print(f"\n# {title}: {code}\n{reduce(source, differs(code, missed=missed))}")


if __name__ == "__main__":
    main()
