"""Which condition a test belongs to: `if not a or not b:` is one condition, made of two tests."""

from __future__ import annotations

import ast
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import below, find
from flake8_incall.model.flow.graph import Action, Step
from flake8_incall.model.validation.traces import Outcome

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module


class Conditions:
    """The conditions of one module."""

    def __init__(self, module: Module) -> None:
        self._index = module.index
        self._exits: dict[ast.AST, Step] = {}
        self._names: dict[ast.AST, list[ast.Name]] = {}
        self._whole: dict[ast.AST, ast.expr | None] = {}
        self._module = module

    def outcome(self, step: Step, target: Step) -> tuple[object, Outcome] | None:
        """What is decided when a test goes one way; `None` where the condition that it is a part of goes on."""
        condition = self.whole(step.node)
        if condition is None:
            # A part of a value (`name or "nobody"`): it decides by itself.
            return step, Outcome.FIRST if target is step.next else Outcome.SECOND
        if target.action is Action.PASS and self._is_inside(target.node, condition):
            return None
        first = self._exits.setdefault(condition, target)
        return condition, Outcome.FIRST if target is first else Outcome.SECOND

    def whole(self, test: ast.AST) -> ast.expr | None:
        """The condition of a statement or comprehension that a test is, or is a part of."""
        if test not in self._whole:
            self._whole[test] = self._find_whole(test)
        return self._whole[test]

    def names(self, condition: ast.AST) -> list[ast.Name]:
        """The names that a condition reads, evaluated or not: all of them are what it is about."""
        if condition not in self._names:
            self._names[condition] = [*find(ast.Name, condition)]
        return self._names[condition]

    def again(self, condition: ast.AST | None) -> str | None:
        """What a condition says, if the module has it twice and it says the same whenever it is asked."""
        return self._repeated.get(condition)

    @cached_property
    def _repeated(self) -> dict[ast.AST | None, str]:
        texts: dict[str, list[ast.AST]] = {}
        for node in self._index.nodes(ast.If, ast.IfExp):
            texts.setdefault(ast.dump(node.test), []).append(node.test)
        found = ((test, text) for text, tests in texts.items() if len(tests) > 1 for test in tests)
        return {test: text for test, text in found if self._is_settled(test)}

    def _is_settled(self, condition: ast.AST) -> bool:
        """Whether a condition is made of constants and of names that are given a value once."""
        for node in below(condition):
            if isinstance(node, ast.Call | ast.Await | ast.NamedExpr | ast.Subscript | ast.Attribute):
                return False
            if isinstance(node, ast.Name):
                use = self._module.names.use(node)
                home = self._module.names.home(use.scope.node, node.id)[0] if use is not None else None
                if home is None or len(home.bindings.get(node.id, ())) > 1:
                    return False
        return True

    def _find_whole(self, test: ast.AST) -> ast.expr | None:
        parent, node = next(around for around in self._index.outward(test) if not self._is_junction(around[0]))
        match parent:
            case ast.If(test=top) | ast.While(test=top) | ast.IfExp(test=top) | ast.Assert(test=top):
                return top if top is node else None
            case ast.match_case(guard=ast.expr() as guard):
                return guard if guard is node else None
            case ast.comprehension(ifs=conditions):
                return node if isinstance(node, ast.expr) and node in conditions else None
        return None

    def _is_inside(self, node: ast.AST, condition: ast.expr) -> bool:
        """Whether a label between the parts of conditions belongs to this one."""
        around = takewhile(self._is_junction, (outer for outer, _ in self._index.outward(node)))
        return condition in around

    def is_put_for_nothing(self, test: ast.AST) -> bool:
        """Whether nothing is put in the place of nothing: `name or ""`."""
        match self._index.parents[test]:
            case ast.BoolOp(op=ast.Or(), values=[first, ast.Constant(value=value)]):
                return first is test and not value
        return False

    @staticmethod
    def _is_junction(node: ast.AST) -> bool:
        return isinstance(node, ast.BoolOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))
