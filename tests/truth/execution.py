"""What an in-call function really hands back: run under every assignment of its flags, each result judged."""

from __future__ import annotations

import ast
import itertools
import types
import warnings
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

CODES = ("CAL401", "CAL402", "CAL403", "CAL404", "CAL405")
STEPS = 2_000
"""Loop rounds that one run may take before it counts as endless."""

DOMAINS: dict[str, tuple[object, ...]] = {
    "bool": (False, True),
    "int": (-1, 0, 1, 2),
    "str | None": (None, "", "text", "other", "some other"),
}


class EndlessError(Exception):
    """A run took more than `STEPS` loop rounds."""


class _OutOfSteps(BaseException):
    pass


@dataclass(frozen=True, slots=True)
class Truth:
    """What came out of all runs of one function.

    Attributes:
        codes: The codes that at least one run deserves.
        returns: For the first line of each `return` that handed a value out: the codes of its values.
        last_lines: The last line of each `return` statement, by its first line.
        runs: How many assignments of the flags there are.
        raised: The names of the exceptions that left the function.
    """

    codes: frozenset[str]
    returns: dict[int, frozenset[str]]
    last_lines: dict[int, int]
    runs: int
    raised: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Handed:
    """A value together with the line of the `return` that handed it out: an implicit `None` has no line."""

    line: int
    value: object


def judge(value: object) -> str | None:
    """Give the code that a returned value deserves, or `None` when it keeps the contract."""
    if not isinstance(value, dict):
        return "CAL401"
    if "status" not in value:
        return "CAL402"
    if value["status"] not in ("success", "error"):
        return "CAL403"
    if value["status"] == "error" and "message" not in value:
        return "CAL404"
    return None


def truth_of(source: str) -> Truth:
    """Run the module's in-call function (its last `async def` with a `ctx`) under every assignment.

    Raises:
        EndlessError: One of the runs does not end.
    """
    tree = ast.parse(source)
    function = in_call_function(tree)
    returns = {node.lineno: node.end_lineno or node.lineno for node in _own_returns(function)}
    assignments = list(_assignments(function))
    program = _compile(tree, function)
    handed: dict[int, set[str]] = {}
    codes: set[str] = set()
    raised: set[str] = set()
    for assignment in assignments:
        result = _run(program, function.name, assignment)
        if isinstance(result, BaseException):
            raised.add(type(result).__name__)
        elif isinstance(result, _Handed):
            code = judge(result.value)
            handed.setdefault(result.line, set()).update({code} if code else ())
        else:
            codes.add("CAL405")
    codes.update(*handed.values())
    by_line = {line: frozenset(found) for line, found in handed.items()}
    return Truth(frozenset(codes), by_line, returns, len(assignments), frozenset(raised))


def results_of(source: str) -> list[object]:
    """Run a module's in-call function under every assignment; exceptions that leave it are results by their text.

    Raises:
        EndlessError: One of the runs does not end.
    """
    tree = ast.parse(source)
    function = in_call_function(tree)
    assignments = list(_assignments(function))
    program = _compile(tree, function)
    results = [_run(program, function.name, assignment) for assignment in assignments]
    return [repr(r) if isinstance(r, BaseException) else r.value if isinstance(r, _Handed) else r for r in results]


def in_call_function(tree: ast.Module) -> ast.AsyncFunctionDef:
    """Find the last top-level `async def` whose first parameter is `ctx`."""
    return [
        node
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef) and [a.arg for a in node.args.args][:1] == ["ctx"]
    ][-1]


def _assignments(function: ast.AsyncFunctionDef) -> Iterator[dict[str, object]]:
    flags = function.args.args[1:]
    domains = [_domain(flag.annotation) for flag in flags]
    for values in itertools.product(*domains):
        yield {flag.arg: value for flag, value in zip(flags, values, strict=True)}


def _domain(annotation: ast.expr | None) -> tuple[object, ...]:
    match annotation:
        case ast.Subscript(value=ast.Name(id="Literal"), slice=choices):
            value = ast.literal_eval(choices)
            return value if isinstance(value, tuple) else (value,)
        case ast.expr():
            return DOMAINS[ast.unparse(annotation)]
        case _:
            raise ValueError("a flag without an annotation")


def _own_returns(function: ast.AsyncFunctionDef) -> list[ast.Return]:
    """List the `return` statements of the function itself, not of what is nested in it."""
    found = []
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Return):
            found.append(node)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo.extend(ast.iter_child_nodes(node))
    return found


def _compile(tree: ast.Module, function: ast.AsyncFunctionDef) -> types.CodeType:
    tree.body = [node for node in tree.body if not _imports_livekit(node)]
    for node in _own_returns(function):
        line = ast.Constant(node.lineno)
        value = node.value or ast.Constant(None)
        node.value = ast.Call(ast.Name("_Handed", ast.Load()), [line, value], [])
    for part in list(ast.walk(tree)):
        if isinstance(part, ast.While | ast.For | ast.AsyncFor):
            part.body.insert(0, ast.Expr(ast.Call(ast.Name("_step", ast.Load()), [], [])))
    with warnings.catch_warnings():
        # Jumps out of `finally` are part of what is tested; 3.14 warns of them.
        warnings.simplefilter("ignore", SyntaxWarning)
        return compile(ast.fix_missing_locations(tree), "<generated>", "exec")


def _imports_livekit(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "livekit.agents"


def _run(program: types.CodeType, name: str, assignment: dict[str, object]) -> object:
    """Return what the function returned, or the exception that left it."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps > STEPS:
            raise _OutOfSteps

    # Each run has a module of its own, so that none sees what another left in a global.
    module: dict[str, Any] = {
        "__name__": "generated",
        "RunContext": object,
        "_Handed": _Handed,
        "_step": step,
    }
    exec(program, module)
    try:
        result: object = _finish(module[name](None, **assignment))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        result = error
    if steps > STEPS:
        raise EndlessError(name)
    return result


def _finish(coroutine: Coroutine[object, None, object]) -> object:
    try:
        while True:
            coroutine.send(None)
    except StopIteration as end:
        return end.value
