"""7xx, what the model is told: a message without the text of the exception, an error for a response with one."""

from __future__ import annotations

import ast
import re

from flake8_incall.diagnostics import Edit, Fix, Position
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import find, last_name
from flake8_incall.model.edits.statements import statement_after, statement_before
from flake8_incall.model.edits.text import replaced, source
from flake8_incall.model.errors.responses import Unlooked
from flake8_incall.repairs.answers import UNAVAILABLE, error, has_log, is_answering, logged
from flake8_incall.repairs.handlers import handler_around
from flake8_incall.repairs.placing import may_hold_comment
from flake8_incall.repairs.texts import plain, whole_text

_ERROR_CODES = 400


def without_exception_text(mention: ast.expr, function: InCallFunction) -> Fix | None:
    """Log the exception and leave its text out of the message."""
    module = function.module
    handler = handler_around(mention, module)
    if handler is None:
        return None
    whole = whole_text(mention, module)
    if whole is None or may_hold_comment(module, whole):
        return None
    edits: list[Edit] = [replaced(module, whole, plain(whole, mention, module))]
    # What the log is told by way of a variable is told no more.
    if not has_log(handler, module) or (module.index.is_named(whole) and not _has_trace(handler)):
        log = logged(handler, function)
        edit = statement_before(module, handler.body[0], log.line) if log is not None else None
        if log is None or edit is None:
            return None
        edits += [*log.edits, edit]
    uses = [name for name in find(ast.Name, *handler.body) if name.id == handler.name]
    if all(name is whole or module.index.is_inside(name, whole) for name in uses):
        edits += _without_name(handler, module)
    return Fix(tuple(edits), is_safe=False)


def _has_trace(handler: ast.ExceptHandler) -> bool:
    """Whether a handler logs the exception itself, by `logger.exception(...)`."""
    return any(last_name(call.func) == "exception" for call in find(ast.Call, handler))


def with_status_check(found: Unlooked, function: InCallFunction) -> Fix | None:
    """Return an error for a response that says so, right where it is got."""
    response, module = found.read.value, function.module
    if not isinstance(response, ast.Name) or not is_answering(found.read, function):
        return None
    bindings = module.names.bindings_of(response)
    if len(bindings) != 1 or bindings[0].kind not in (Kind.ASSIGNMENT, Kind.CONTEXT):
        return None
    log = logged(found.read, function, f'.error("{function.name} failed with status %s", {found.status})')
    if log is None:
        return None
    lines = (f"if {found.status} >= {_ERROR_CODES}:", f"    {log.line}", f"    {error(UNAVAILABLE)}")
    got = module.index.statement(bindings[0].node)
    if isinstance(got, ast.With | ast.AsyncWith):
        edit = statement_before(module, got.body[0], *lines)
    else:
        edit = statement_after(module, got, *lines)
    return Fix((*log.edits, edit), is_safe=False) if edit is not None else None


def _without_name(handler: ast.ExceptHandler, module: Module) -> list[Edit]:
    """Take `as error` out of a handler that reads it no more."""
    if handler.type is None or handler.name is None:
        return []
    start = module.end(handler.type)
    line = module.lines[start.line - 1]
    found = re.match(rf"\s+as\s+{re.escape(handler.name)}(?=\s*:)", line[start.column :])
    end = Position(start.line, start.column + found.end()) if found is not None else None
    return [Edit(start, end, "")] if end is not None and source(module, start, end) else []
