"""Whether the tests of a key say anything about which keys there are: `dish.isalpha()` does not."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import below
from flake8_incall.model.validation.traces import Trace

if TYPE_CHECKING:
    from flake8_incall.model.validation.machine import Machine

_EQUALITIES = ast.In | ast.NotIn | ast.Eq | ast.NotEq | ast.Is | ast.IsNot
_MEASURING = frozenset({"builtins.len", "builtins.isinstance", "builtins.str", "builtins.bool"})


def lets_other_keys_pass(machine: Machine, trace: Trace) -> bool:
    """Whether all tests that a key has come through look at its form alone: its length, its characters, its type."""
    return all(isinstance(test, ast.expr) and _is_of_form(machine, test, trace) for test, _ in trace.checks)


def _is_of_form(machine: Machine, condition: ast.expr, trace: Trace) -> bool:
    called = {node.func for node in below(condition) if isinstance(node, ast.Call)}
    for node in below(condition):
        match node:
            case ast.Name(id=name) if name != trace.label and node not in called and not _is_parameter(machine, node):
                # Whatever another variable has kept: `is_known = dish in PRICES`.
                return False
            case ast.Compare(ops=ops) if any(isinstance(op, _EQUALITIES) for op in ops):
                return False
            case ast.Call() if not _is_measuring(machine, node):
                return False
    return True


def _is_parameter(machine: Machine, name: ast.Name) -> bool:
    bindings = machine.summaries.module.names.bindings_of(name)
    return bool(bindings) and all(binding.kind is Kind.PARAMETER for binding in bindings)


def _is_measuring(machine: Machine, call: ast.Call) -> bool:
    catalogue = machine.summaries.module.catalogue
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in catalogue.members("is-plain") | catalogue.members("keeps")
    return bool(names := machine.summaries.names_of(call.func)) and names <= _MEASURING
