"""Which handler takes which exception."""

from __future__ import annotations

import ast

from flake8_incall.model.code.tree import FunctionNode, below, find
from flake8_incall.model.interpreter.state import Raised
from flake8_incall.model.interpreter.world import World

# What a program raises counts as an `Exception`: whoever handles that handles everything here.
_GROUPS = frozenset({"builtins.ExceptionGroup", "builtins.BaseExceptionGroup"})
_EVERYTHING = frozenset({"builtins.Exception", "builtins.BaseException"})


def divided(world: World, node: ast.AST, raised: Raised) -> tuple[Raised | None, Raised | None]:
    """Divide what is under way between a handler or manager and those behind it: what it gets, and what passes it."""
    is_star = isinstance(world.module.parents.get(node), ast.TryStar)
    if is_star and not raised.types.isdisjoint(_GROUPS):
        # What is in a group is not followed: a part may be for this handler, and a part for others.
        return raised, raised
    return caught(world, handled_by(world, node), raised)


def caught(world: World, handled: frozenset[str], raised: Raised) -> tuple[Raised | None, Raised | None]:
    """Divide what is under way between a handler and those behind it.

    Args:
        world: The module.
        handled: The types that the handler names.
        raised: What is under way.

    Returns:
        What the handler can get, and what can pass it; `None` for nothing.
    """
    if not handled:
        return None, raised
    if not raised.types:
        taken = raised if "?" in handled or handled & _EVERYTHING else Raised(handled)
        return taken, None if handled & _EVERYTHING else raised
    taken_types, passed_types = set(), set()
    for type_ in raised.types:
        ancestors = world.ancestors(type_)
        if not handled.isdisjoint(ancestors):
            taken_types.add(type_)
        elif "?" in handled or "?" in ancestors:
            taken_types.add(type_)
            passed_types.add(type_)
        else:
            passed_types.add(type_)
    return (
        Raised(frozenset(taken_types)) if taken_types else None,
        Raised(frozenset(passed_types)) if passed_types else None,
    )


def handled_by(world: World, node: ast.AST) -> frozenset[str]:
    """The types that a handler, `contextlib.suppress` or a context manager of the module takes up.

    Returns:
        Their names; empty when it takes up none, `"?"` among them when it cannot be told.
    """
    match node:
        case ast.ExceptHandler(type=None):
            return _EVERYTHING
        case ast.ExceptHandler(type=ast.expr() as expression):
            return world.type_names(expression)
        case ast.withitem(context_expr=ast.Call() as call):
            return _handled_by_manager(world, call)
        case _:
            return frozenset({"?"})


def _handled_by_manager(world: World, call: ast.Call) -> frozenset[str]:
    meaning = world.names.resolve(call.func)
    if "contextlib.suppress" in meaning.names:
        return frozenset().union(*(world.type_names(argument) for argument in call.args))
    for definition in meaning.definitions:
        if isinstance(definition, ast.ClassDef):
            return _handled_by_exit(world, definition)
        return _handled_by_generator(world, definition)
    return frozenset({"?"})


def _handled_by_exit(world: World, definition: ast.ClassDef) -> frozenset[str]:
    exits = [world.class_binding(definition, name) for name in ("__exit__", "__aexit__")]
    nodes = [binding.node for binding in exits if binding is not None]
    answers: set[bool | None] = set()
    for node in nodes:
        if isinstance(node, FunctionNode):
            answers |= set(_answers(node))
    if answers == {True}:
        return _EVERYTHING
    return frozenset({"?"}) if True in answers or None in answers else frozenset()


def _answers(function: FunctionNode) -> list[bool | None]:
    """What an `__exit__` answers, for each of its `return`s: true, false, or it cannot be told."""
    returns = [*find(ast.Return, function)]
    answers: list[bool | None] = []
    for node in returns:
        if node.value is None:
            answers.append(False)
        else:
            answers.append(bool(node.value.value) if isinstance(node.value, ast.Constant) else None)
    if not isinstance(function.body[-1], ast.Return):
        answers.append(False)
    return answers


def _handled_by_generator(world: World, definition: FunctionNode) -> frozenset[str]:
    """What the handlers around the `yield` of a `@contextmanager` take up."""
    for node in below(definition):
        if isinstance(node, ast.Try) and any(find(ast.Yield, *node.body)):
            return frozenset().union(*(handled_by(world, handler) for handler in node.handlers))
    return frozenset()
