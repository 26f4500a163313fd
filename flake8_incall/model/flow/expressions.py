"""How expressions become steps: operands first, each onto the stack, then what is done with them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from flake8_incall.model.code.tree import children
from flake8_incall.model.flow.builder import Builder, Visit
from flake8_incall.model.flow.graph import Action, Step
from flake8_incall.model.objects.referents import Outside, is_certain

_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_NEVER_RAISES = (
    *(ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Slice, ast.Lambda, ast.JoinedStr, ast.Set),
    *(ast.Starred, ast.Dict),
)


def values(builder: Builder, nodes: Iterable[ast.expr]) -> Visit:
    """Push the values of expressions, in their order."""
    for node in nodes:
        yield value(builder, node)


def value(builder: Builder, node: ast.expr) -> Visit:
    """Push the value of an expression."""
    match node:
        case ast.BoolOp():
            yield _bool_op(builder, node)
        case ast.IfExp():
            yield _conditional(builder, node)
        case ast.NamedExpr():
            yield value(builder, node.value)
            builder.add(Action.COPY, node, pushes=1)
            builder.add(Action.STORE, node.target, pops=1)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            yield _comprehension(builder, node)
        case _:
            operands = list(operands_of(node))
            yield values(builder, operands)
            _evaluate(builder, node, len(operands))


def branch(builder: Builder, test: ast.expr, if_true: Step, if_false: Step) -> Visit:
    """Go one of two ways."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            yield branch(builder, test.operand, if_false, if_true)
        case ast.BoolOp():
            is_and = isinstance(test.op, ast.And)
            for part in test.values[:-1]:
                more = builder.label(part)
                yield branch(builder, part, more if is_and else if_true, if_false if is_and else more)
                builder.place(more)
            yield branch(builder, test.values[-1], if_true, if_false)
        case ast.Constant():
            builder.go(if_true if test.value else if_false)
        case _:
            yield value(builder, test)
            builder.add(Action.TEST, test, pops=1)
            builder.fork(if_false)
            builder.go(if_true)


def store(builder: Builder, target: ast.expr) -> Visit:
    """Assign the topmost operand to a target."""
    match target:
        case ast.Starred():
            yield store(builder, target.value)
        case ast.Tuple() | ast.List():
            builder.add(Action.STORE, target, pops=1, pushes=len(target.elts), can_raise=True)
            for element in target.elts:
                yield store(builder, element)
        case ast.Attribute() | ast.Subscript():
            operands = operands_of(target)
            yield values(builder, operands)
            builder.add(Action.STORE, target, pops=1 + len(operands), can_raise=True)
        case _:
            builder.add(Action.STORE, target, pops=1)


def operands_of(node: ast.expr) -> Sequence[ast.expr]:
    """The expressions whose values an expression takes from the stack, in the order of evaluation."""
    match node:
        case ast.Lambda():
            return ()
        case ast.Dict():
            return [part for pair in zip(node.keys, node.values, strict=True) for part in pair if part]
        case ast.Call():
            return [node.func, *node.args, *(keyword.value for keyword in node.keywords)]
        case _:
            return [child for child in children(node) if isinstance(child, ast.expr)]


def _never_returns(builder: Builder, node: ast.Call) -> bool:
    called = builder.references.of(node.func)
    if not is_certain(called):
        return False
    catalogue = builder.references.catalogue
    return all(isinstance(r, Outside) and catalogue.has("never-returns", r.name) for r in called)


def _evaluate(builder: Builder, node: ast.expr, operands: int) -> None:
    if isinstance(node, ast.Call) and _never_returns(builder, node):
        builder.add(Action.RAISE, node, pops=operands, pushes=1, can_raise=True)
        builder.last = None
    else:
        can_raise = not isinstance(node, _NEVER_RAISES)
        builder.add(Action.EVALUATE, node, pops=operands, pushes=1, can_raise=can_raise)


def _bool_op(builder: Builder, node: ast.BoolOp) -> Visit:
    done = builder.label(node, drop=-1)
    for part in node.values[:-1]:
        yield value(builder, part)
        more = builder.label(part)
        builder.add(Action.COPY, part, pushes=1)
        builder.add(Action.TEST, part, pops=1)
        if_true, if_false = (more, done) if isinstance(node.op, ast.And) else (done, more)
        builder.fork(if_false)
        builder.go(if_true)
        builder.place(more)
        builder.add(Action.DISCARD, part, pops=1)
    yield value(builder, node.values[-1])
    builder.place(done)


def _conditional(builder: Builder, node: ast.IfExp) -> Visit:
    body, otherwise = builder.label(node), builder.label(node)
    done = builder.label(node, drop=-1)
    yield branch(builder, node.test, body, otherwise)
    for label, result in ((body, node.body), (otherwise, node.orelse)):
        builder.place(label)
        yield value(builder, result)
        builder.go(done)
    builder.place(done)


def _comprehension(builder: Builder, node: _Comprehension) -> Visit:
    container, outer = builder.height, builder.scope
    builder.add(Action.START, node, pushes=1)
    ends: list[tuple[Step, Step]] = []
    for generator in node.generators:
        yield value(builder, generator.iter)
        done = builder.label(generator, drop=1)
        builder.add(Action.ITER, generator, pops=1, pushes=1, can_raise=True)
        # Only the first source is evaluated outside.
        builder.scope = node
        header = builder.label(generator)
        ends.append((header, done))
        builder.enter_loop(header)
        builder.add(Action.ITERATE, generator, pushes=1, can_raise=True)
        builder.fork(done)
        yield store(builder, generator.target)
        for condition in generator.ifs:
            more = builder.label(condition)
            yield branch(builder, condition, more, header)
            builder.place(more)
    results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    yield values(builder, results)
    builder.add(Action.COLLECT, node, pops=len(results)).place = container
    for header, done in reversed(ends):
        builder.end_loop(header)
        builder.place(done)
    builder.scope = outer
