"""Ways to write a module's in-call functions otherwise without changing what they do.

Each rewrite changes a tree in place and says whether it found anything to change. What a rewrite changes on
purpose (a longer body, a second `return`) stands beside it as the codes that it may add or take away.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flake8_incall.model.code.tree import FunctionNode

Function = ast.FunctionDef | ast.AsyncFunctionDef
Change = Callable[[ast.Module, list[Function]], bool]

_SCOPES = (*FunctionNode.__args__, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One way to write a function otherwise.

    Attributes:
        name: What it does, in a word or two.
        change: Does it to a tree.
        exempt: Codes whose number it may change.
        merges: Codes of which several findings may become one.
        renames: Codes that become others.
    """

    name: str
    change: Change
    exempt: frozenset[str] = frozenset()
    merges: frozenset[str] = frozenset()
    renames: tuple[tuple[str, str], ...] = ()


def _statements(source: str) -> list[ast.stmt]:
    return ast.parse(source).body


def _body(function: Function) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """The docstring of a function and the statements after it."""
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return function.body[:has_docstring], function.body[has_docstring:]


def _is_stub(function: Function) -> bool:
    """Whether a body is left out: around `...` or `raise NotImplementedError` it would be one."""
    _, body = _body(function)
    return all(isinstance(node, ast.Pass | ast.Raise) or ast.unparse(node) == "..." for node in body)


def _own(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of a body without those of functions and classes inside."""
    pending: list[ast.AST] = [*nodes]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _SCOPES):
            pending += ast.iter_child_nodes(node)


def around(before: str, wrapper: str = "", marker: str = "BODY") -> Change:
    """Put the body into a statement that holds `BODY`, behind some statements."""

    def change(_: ast.Module, functions: list[Function]) -> bool:
        found = False
        for function in functions:
            docstring, body = _body(function)
            if not body or _is_stub(function) or ("await" in before and not _is_async(function)):
                continue
            outer = _statements(wrapper) if wrapper else body
            for node in [node for statement in outer for node in ast.walk(statement)] if wrapper else ():
                for field, value in ast.iter_fields(node):
                    if isinstance(value, list) and any(_is_marker(v, marker) for v in value):
                        setattr(node, field, [s for v in value for s in (body if _is_marker(v, marker) else [v])])
            function.body = [*docstring, *_statements(before), *outer]
            found = True
        return found

    return change


def _is_marker(node: object, marker: str) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Name) and node.value.id == marker


def _is_async(function: Function) -> bool:
    return isinstance(function, ast.AsyncFunctionDef)


def _has_context(function: Function) -> bool:
    return any(argument.arg == "ctx" for argument in function.args.args)


def _yields(function: Function) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))


def where(condition: Callable[[Function], bool], change: Change) -> Change:
    """Change only some functions."""
    return lambda tree, functions: change(tree, [function for function in functions if condition(function)])


def import_inside(tree: ast.Module, _: list[Function]) -> bool:
    """Move imports into the functions that use them, where nothing outside of function bodies does."""
    bodies = [node for node in ast.walk(tree) if isinstance(node, FunctionNode) and _is_outermost(tree, node)]
    inside = {id(part) for node in bodies for statement in node.body for part in ast.walk(statement)}
    outside = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in inside}
    moved = False
    for statement in [*tree.body]:
        if not isinstance(statement, ast.Import | ast.ImportFrom) or getattr(statement, "module", "") == "__future__":
            continue
        names = {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
        users = [node for node in bodies if names & {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}]
        if names & outside or not users or "*" in names or any(_binds(node, names) for node in users):
            continue
        tree.body.remove(statement)
        for user in users:
            docstring, body = _body(user)
            user.body = [*docstring, statement, *body]
        moved = True
    return moved


def _is_outermost(tree: ast.Module, function: ast.AST) -> bool:
    methods = [part for node in tree.body if isinstance(node, ast.ClassDef) for part in node.body]
    return function in tree.body or function in methods


def _binds(function: Function, names: set[str]) -> bool:
    """Whether a function gives one of the names a meaning of its own, or asks for the module's."""
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and node.id in names:
            return True
        if isinstance(node, ast.arg) and node.arg in names:
            return True
        if isinstance(node, ast.Global | ast.Nonlocal) and names.intersection(node.names):
            return True
    return False


def import_renamed(tree: ast.Module, _: list[Function]) -> bool:
    """Give every imported name another one."""
    renamed: dict[str, str] = {}
    every = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    for statement in every:
        if statement not in tree.body or getattr(statement, "module", "") == "__future__":
            continue
        for alias in statement.names:
            old = alias.asname or alias.name
            again = [a for other in every for a in other.names if (a.asname or a.name).split(".")[0] == old]
            if "." in old or old == "*" or len(again) > 1 or old.startswith("RunContext") or _rebinds(tree, old):
                continue
            renamed[old] = alias.asname = f"{old}_"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in renamed:
            node.id = renamed[node.id]
    return bool(renamed)


def _rebinds(tree: ast.Module, name: str) -> bool:
    texts = {part for node in ast.walk(tree) if isinstance(node, ast.Constant) for part in str(node.value).split()}
    stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    others = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    defined = {getattr(n, "name", None) for n in ast.walk(tree) if not isinstance(n, ast.alias)}
    declared = {name for n in ast.walk(tree) if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names}
    return name in texts | stored | others | defined | declared or any(name in text for text in texts)


def decorated(decorator: str, *, is_above: bool, setup: str = "from langfuse import observe") -> Change:
    """Put a decorator of another library on the functions."""

    def change(tree: ast.Module, functions: list[Function]) -> bool:
        for function in functions:
            made = ast.parse(decorator, mode="eval").body
            function.decorator_list.insert(0 if is_above else len(function.decorator_list), made)
        future = [s for s in tree.body if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
        at = tree.body.index(future[-1]) + 1 if future else ast.get_docstring(tree, clean=False) is not None
        tree.body[at:at] = _statements(setup)
        return bool(functions)

    return change


def nested(_: ast.Module, functions: list[Function]) -> bool:
    """Hold the body in a helper that is awaited at once."""
    found = False
    for function in functions:
        docstring, body = _body(function)
        is_generator = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in _own(body))
        if not _is_async(function) or is_generator or not body or _is_stub(function):
            continue
        arguments = function.args
        parameters = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
        stored = {n.id for n in _own(body) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        stored |= {n.name for n in _own(body) if isinstance(n, ast.ExceptHandler | ast.MatchAs) and n.name}
        declared = [name for n in _own(body) if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names]
        rebound = sorted(parameters & stored - {*declared})
        helper = _statements("async def work():\n    pass")[0]
        assert isinstance(helper, ast.AsyncFunctionDef)
        helper.body = [*([ast.Nonlocal(rebound)] if rebound else []), *body]
        function.body = [*docstring, helper, *_statements("return await work()")]
        found = True
    return found


def named_result(_: ast.Module, functions: list[Function]) -> bool:
    """Give each result a name before it is returned."""
    found = False
    for function in functions:
        for node in [function, *_own(function.body)]:
            for field, value in ast.iter_fields(node):
                if isinstance(node, _SCOPES) and node is not function:
                    continue
                if isinstance(value, list) and any(isinstance(v, ast.Return) and v.value for v in value):
                    setattr(node, field, [s for v in value for s in _named(v)])
                    found = True
    return found


def _named(node: ast.AST) -> list[ast.AST]:
    if not isinstance(node, ast.Return) or node.value is None:
        return [node]
    assignment = _statements("the_result = 0")[0]
    assert isinstance(assignment, ast.Assign)
    assignment.value = node.value
    return [assignment, *_statements("return the_result")]


_TRACER = "from opentelemetry import trace\ntracer = trace.get_tracer('tools')"
# Another module in the file, for a profile that refuses what it does not know or wants snippets to stand alone.
_BESIDE = frozenset({"CAL520", "CAL527", "CAL905"})
# Below another library's decorator the signature may be the decorator's, and who is no tool yet is none then.
_SIGNATURE = frozenset({"CAL102", "CAL104", "CAL107"})

REWRITES = (
    # An import that is moved inside stands no longer beside a snippet.
    Rewrite("import inside", import_inside, exempt=frozenset({"CAL905"})),
    Rewrite("import renamed", import_renamed),
    Rewrite("tracing with", around(_TRACER, "with tracer.start_as_current_span('x'):\n    BODY"), exempt=_BESIDE),
    Rewrite(
        "tracing with as", around(_TRACER, "with tracer.start_as_current_span('x') as span:\n    BODY"), exempt=_BESIDE
    ),
    Rewrite("try finally", around("", "try:\n    BODY\nfinally:\n    elapsed = 1")),
    Rewrite("observe below", decorated("observe()", is_above=False), exempt=_BESIDE | _SIGNATURE),
    Rewrite("observe above", decorated("observe", is_above=True), exempt=_BESIDE | _SIGNATURE),
    Rewrite(
        "tracer.wrap",
        decorated("tracer.wrap(service='x')", is_above=False, setup="from ddtrace import tracer"),
        exempt=_BESIDE | _SIGNATURE,
    ),
    Rewrite(
        "nested helper",
        nested,
        # A parameter that the helper sets by `nonlocal` may be read as it came; what a loop leaves in doubt is told
        # where all of a helper's ways are joined.
        exempt=frozenset({"CAL407", "CAL802"}),
        # All results leave through one `return`; without one, `None` does.
        merges=frozenset({"CAL401", "CAL402", "CAL403", "CAL404", "CAL406", "CAL409", "CAL410", "CAL411"}),
        renames=(("CAL405", "CAL401"),),
    ),
    # Then the caller hears something on every path.
    Rewrite(
        "say first",
        where(_has_context, around("await ctx.session.say('one moment')")),
        exempt=frozenset({"CAL411"}),
    ),
    Rewrite("await first", around("import asyncio\nawait asyncio.sleep(0)"), exempt=_BESIDE),
    Rewrite("if True", around("", "if True:\n    BODY")),
    Rewrite("match", around("", "match 1:\n    case _:\n        BODY")),
    Rewrite("for once", around("", "for _ in (1,):\n    BODY\n    break")),
    Rewrite("while once", around("", "while True:\n    BODY\n    break")),
    Rewrite(
        "else of a guard",
        where(
            # A generator cannot return what the guard does.
            lambda function: _has_context(function) and not _yields(function),
            around("", 'if ctx is None:\n    return {"status": "error", "message": "No"}\nelse:\n    BODY'),
        ),
        # Now there is a path that returns an error.
        exempt=frozenset({"CAL408"}),
    ),
    Rewrite("named result", named_result),
)
