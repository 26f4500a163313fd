"""What a repair writes into a function: an error for the model, and a line in the log."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass

from flake8_incall.diagnostics import Edit
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Binding, Kind
from flake8_incall.model.code.tree import find
from flake8_incall.model.edits.imports import spelling
from flake8_incall.model.errors.aftermath import is_logging
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of
from flake8_incall.model.signature.type_tree import TypeKind
from flake8_incall.repairs.naming import side_by_side
from flake8_incall.repairs.placing import behind_imports, is_local

UNAVAILABLE = "The service is unavailable right now"
_MAKERS = frozenset({"logging.getLogger", "structlog.get_logger", "structlog.getLogger"})
_LOGURU = "loguru.logger"
_DICTS = frozenset({TypeKind.DICT, TypeKind.TYPED_DICT, TypeKind.ANY, TypeKind.UNKNOWN})
_LONGEST_LINE = 120


def error(message: str) -> str:
    """Return a statement that returns an error to the model.

    Args:
        message: The text that the model gets.
    """
    return error_of(json.dumps(message, ensure_ascii=False))


def error_of(expression: str) -> str:
    """Return a statement that returns an error whose message is the value of an expression."""
    return f'return {{"status": "error", "message": {expression}}}'


def error_lines(expression: str, indent: str) -> list[str]:
    """Return such a statement in lines that are not too long below an indentation, relative to it."""
    line = error_of(expression)
    if len(indent) + len(line) <= _LONGEST_LINE:
        return [line]
    return ["return {", '    "status": "error",', f'    "message": {expression},', "}"]


def is_answering(node: ast.AST, function: InCallFunction) -> bool:
    """Whether a `return` where a node stands answers the model, with a dict as far as annotations tell."""
    owner = function.module.index.function_around(node)
    kinds = {part.kind for part in function.returns.alternatives()} if function.returns is not None else _DICTS
    return owner in function.module.fact(Failures).answers(function).bodies and not kinds.isdisjoint(_DICTS)


@dataclass(frozen=True, slots=True)
class Log:
    """How a failure is logged.

    Attributes:
        line: The statement.
        edits: What has to be imported or made for it.
    """

    line: str
    edits: tuple[Edit, ...] = ()


def logged(at: ast.AST, function: InCallFunction, call: str = "") -> Log | None:
    """Return the statement that logs a failure, where the module's logger can be used or made.

    Args:
        at: Where it is to stand.
        function: The in-call function.
        call: What is written behind the logger; unless given, it logs the exception at hand.
    """
    module = function.module
    call = call or f'.exception("{function.name} failed")'
    bound = module.names.top.bindings
    names = [name for name, bindings in bound.items() if all(_is_logger(binding, module) for binding in bindings)]
    for name in names or ["logger"] * (module.names.is_snippet and "logger" not in bound):
        return Log(name + call) if not is_local(module, at, name) else None
    if module.names.is_snippet or "logger" in bound or is_local(module, at, "logger"):
        return None
    return _with_new_logger(module, at, "logger" + call)


def has_log(handler: ast.ExceptHandler, module: Module) -> bool:
    """Whether a handler logs."""
    return any(is_logging(call, module) for call in find(ast.Call, *handler.body))


def _is_logger(binding: Binding, module: Module) -> bool:
    if binding.kind is Kind.IMPORT:
        return binding.target == _LOGURU
    made = binding.value
    return isinstance(made, ast.Call) and not names_of(module.fact(References).of(made.func)).isdisjoint(_MAKERS)


def _with_new_logger(module: Module, at: ast.AST, line: str) -> Log | None:
    """Make a logger behind the imports."""
    logging = spelling(module, at, "logging")
    made = behind_imports(module, f"logger = {logging.text}.getLogger(__name__)") if logging is not None else None
    if logging is None or made is None:
        return None
    return Log(line, side_by_side(logging.edits, (made,)))
