"""How statements become steps, and so a function its control-flow graph."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.flow.builder import Builder, Finally, Loop, Visit, run
from flake8_incall.model.flow.expressions import branch, operands_of, store, value, values
from flake8_incall.model.flow.graph import Action, Body, Graph, Step
from flake8_incall.model.objects.handling import Handling
from flake8_incall.model.objects.references import References


def build(function: Body, references: References) -> Graph:
    """The control-flow graph of a function.

    Args:
        function: The function; functions and classes inside it are single steps.
        references: What its module's expressions refer to, to know calls that never return and `contextlib.suppress`.
    """
    builder = Builder(function, references)
    if isinstance(function, FunctionNode):
        run(_statements(builder, function.body))
        builder.go(builder.fallen)
    else:
        run(value(builder, function.body))
        builder.leave(Action.RETURN, function, builder.returned, pops=1)
    return Graph(function, builder.entry, builder.returned, builder.fallen, builder.raised)


def _statements(builder: Builder, nodes: Iterable[ast.stmt]) -> Visit:
    for node in nodes:
        visit = _STATEMENTS.get(type(node))
        if visit is None:
            can_raise = isinstance(node, ast.Import | ast.ImportFrom)
            builder.add(Action.EXECUTE, node, can_raise=can_raise)
        else:
            yield visit(builder, node)


def _expression(builder: Builder, node: ast.Expr) -> Visit:
    yield value(builder, node.value)
    builder.add(Action.DISCARD, node, pops=1)


def _assign(builder: Builder, node: ast.Assign) -> Visit:
    yield value(builder, node.value)
    for target in node.targets[:-1]:
        builder.add(Action.COPY, node, pushes=1)
        yield store(builder, target)
    yield store(builder, node.targets[-1])


def _annotated_assign(builder: Builder, node: ast.AnnAssign) -> Visit:
    if node.value is not None:
        yield value(builder, node.value)
        yield store(builder, node.target)


def _augmented_assign(builder: Builder, node: ast.AugAssign) -> Visit:
    # The operands of the target are evaluated once in Python and twice here: no effect worth following.
    yield value(builder, node.target)
    yield value(builder, node.value)
    builder.add(Action.EVALUATE, node, pops=2, pushes=1, can_raise=True)
    yield store(builder, node.target)


def _delete(builder: Builder, node: ast.Delete) -> Visit:
    pending = list(reversed(node.targets))
    while pending:
        target = pending.pop()
        if isinstance(target, ast.Tuple | ast.List):
            pending.extend(reversed(target.elts))
            continue
        operands = operands_of(target)
        yield values(builder, operands)
        builder.add(Action.DELETE, target, pops=len(operands), can_raise=True)


def _if(builder: Builder, node: ast.If) -> Visit:
    body, otherwise, after = builder.label(node), builder.label(node), builder.label(node)
    yield branch(builder, node.test, body, otherwise)
    builder.place(body)
    yield _statements(builder, node.body)
    builder.go(after)
    builder.place(otherwise)
    yield _statements(builder, node.orelse)
    builder.place(after)


def _while(builder: Builder, node: ast.While) -> Visit:
    header, body, otherwise, after = (builder.label(node) for _ in range(4))
    builder.enter_loop(header)
    yield branch(builder, node.test, body, otherwise)
    builder.place(body)
    yield _loop_body(builder, node.body, header, after)
    builder.place(otherwise)
    yield _statements(builder, node.orelse)
    builder.place(after)


def _for(builder: Builder, node: ast.For | ast.AsyncFor) -> Visit:
    otherwise, after = builder.label(node), builder.label(node)
    yield value(builder, node.iter)
    builder.add(Action.ITER, node, pops=1, pushes=1, can_raise=True)
    header = builder.label(node)
    builder.enter_loop(header)
    builder.add(Action.ITERATE, node, pushes=1, can_raise=True)
    builder.fork(otherwise)
    yield store(builder, node.target)
    yield _loop_body(builder, node.body, header, after)
    builder.place(otherwise)
    yield _statements(builder, node.orelse)
    builder.place(after)


def _loop_body(builder: Builder, body: list[ast.stmt], header: Step, after: Step) -> Visit:
    builder.around.append(Loop(header, after))
    yield _statements(builder, body)
    builder.around.pop()
    builder.end_loop(header)


def _break_or_continue(builder: Builder, node: ast.Break | ast.Continue) -> Visit:
    for depth, block in reversed(list(enumerate(builder.around))):
        if isinstance(block, Loop):
            target = block.after if isinstance(node, ast.Break) else block.header
            builder.leave(Action.LEAVE, node, target, within=depth)
            break
    yield from ()


def _return(builder: Builder, node: ast.Return) -> Visit:
    if node.value is not None:
        yield value(builder, node.value)
    builder.leave(Action.RETURN, node, builder.returned, pops=1 if node.value is not None else 0)


def _raise(builder: Builder, node: ast.Raise) -> Visit:
    operands = [operand for operand in (node.exc, node.cause) if operand is not None]
    yield values(builder, operands)
    builder.add(Action.RAISE, node, pops=len(operands), can_raise=True)
    builder.last = None


def _assert(builder: Builder, node: ast.Assert) -> Visit:
    holds, fails = builder.label(node), builder.label(node)
    yield branch(builder, node.test, holds, fails)
    builder.place(fails)
    operands = [node.msg] if node.msg is not None else []
    yield values(builder, operands)
    builder.add(Action.RAISE, node, pops=len(operands), can_raise=True)
    builder.last = None
    builder.place(holds)


def _try(builder: Builder, node: ast.Try) -> Visit:
    after = builder.label(node)
    if node.finalbody:
        yield _with_finally(builder, node, after)
    else:
        yield _with_handlers(builder, node, after)
    builder.place(after)


def _with_finally(builder: Builder, node: ast.Try, after: Step) -> Visit:
    outer, done = builder.handler, builder.label(node)
    block = Finally(builder.label(node))
    block.entry.finals += 1
    unwind = builder.label(node)
    unwind.action, unwind.route = Action.LEAVE, (block.entry, outer)
    builder.handler = unwind
    builder.around.append(block)
    yield _with_handlers(builder, node, done)
    builder.place(done)
    builder.leave(Action.LEAVE, node, after, within=len(builder.around) - 1)
    builder.around.pop()
    builder.handler = outer
    if unwind in builder.reached:
        builder.reached.add(block.entry)
        block.followers[outer] = None
    builder.place(block.entry)
    builder.finals += 1
    yield _statements(builder, node.finalbody)
    resume = builder.add(Action.RESUME, node)
    builder.finals -= 1
    resume.route = tuple(block.followers)
    if builder.last is resume:
        builder.reached.update(block.followers)
    builder.last = None


def _with_handlers(builder: Builder, node: ast.Try, after: Step) -> Visit:
    outer, dispatch = builder.handler, builder.label(node)
    if node.handlers:
        builder.handler = dispatch
    yield _statements(builder, node.body)
    builder.handler = outer
    yield _statements(builder, node.orelse)
    builder.go(after)
    if node.handlers:
        builder.place(dispatch)
        yield _handlers(builder, node, after)


def _handlers(builder: Builder, node: ast.Try, after: Step) -> Visit:
    for handler in node.handlers:
        otherwise = builder.label(handler)
        builder.add(Action.CATCH, handler)
        if handler.type is not None:
            builder.fork(otherwise)
        yield _statements(builder, handler.body)
        if isinstance(node, ast.TryStar):
            # The other handlers may have their turn with the rest of the group.
            builder.add(Action.CATCH, node)
            builder.fork(otherwise)
        builder.go(after)
        builder.place(otherwise)
    builder.go(builder.handler)


def _with(builder: Builder, node: ast.With | ast.AsyncWith) -> Visit:
    outer, after = builder.handler, builder.label(node)
    guards: list[tuple[Step, ast.withitem, Step]] = []
    for item in node.items:
        yield value(builder, item.context_expr)
        builder.add(Action.ENTER, item, pops=1, pushes=1, can_raise=True)
        if item.optional_vars is not None:
            yield store(builder, item.optional_vars)
        else:
            builder.add(Action.DISCARD, item, pops=1)
        if _may_swallow(builder, item):
            guards.append((builder.label(node), item, builder.handler))
            builder.handler = guards[-1][0]
    yield _statements(builder, node.body)
    builder.go(after)
    builder.handler = outer
    for entry, item, beyond in reversed(guards):
        builder.place(entry)
        builder.add(Action.CATCH, item)
        builder.fork(beyond)
        builder.go(after)
    builder.place(after)


def _may_swallow(builder: Builder, manager: ast.withitem) -> bool:
    """Whether to ask later if a manager takes exceptions up; an unknown one is taken not to."""
    return bool(builder.references.module.fact(Handling).taken(manager))


def _match(builder: Builder, node: ast.Match) -> Visit:
    after = builder.label(node)
    yield value(builder, node.subject)
    for case in node.cases:
        otherwise = builder.label(case)
        builder.add(Action.MATCH, case)
        if not is_irrefutable(case.pattern):
            builder.fork(otherwise)
        if case.guard is not None:
            body = builder.label(case)
            yield branch(builder, case.guard, body, otherwise)
            builder.place(body)
        yield _statements(builder, case.body)
        builder.go(after)
        builder.place(otherwise)
    builder.place(after)


def is_irrefutable(pattern: ast.pattern) -> bool:
    """Whether a pattern fits everything."""
    while True:
        match pattern:
            case ast.MatchAs(pattern=None):
                return True
            case ast.MatchAs(pattern=ast.pattern() as inner):
                pattern = inner
            case ast.MatchOr():
                # Python lets only the last alternative be irrefutable.
                pattern = pattern.patterns[-1]
            case _:
                return False


_STATEMENTS: dict[type[ast.stmt], Callable[[Builder, Any], Visit]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated_assign,
    ast.AugAssign: _augmented_assign,
    ast.Delete: _delete,
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.Break: _break_or_continue,
    ast.Continue: _break_or_continue,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
}
