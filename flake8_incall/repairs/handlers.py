"""7xx: what handlers do: tell the model and the log of a failure, and let an interruption pass."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence

from flake8_incall.diagnostics import Edit, Fix, Position
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import find
from flake8_incall.model.edits.arguments import without_item
from flake8_incall.model.edits.statements import indent_unit, indentation, statement_after, statement_before
from flake8_incall.model.edits.text import inserted, replaced
from flake8_incall.model.errors.aftermath import takes_interruption
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.objects.classes import OWN, UNKNOWN
from flake8_incall.model.objects.references import References
from flake8_incall.repairs.answers import UNAVAILABLE, Log, error, error_lines, has_log, is_answering, logged
from flake8_incall.repairs.placing import may_hold_comment
from flake8_incall.repairs.texts import plain

_ENDS = ast.Pass | ast.Continue | ast.Break
_MESSAGE = ', "message": '
_SPOKEN = frozenset({"livekit.agents.ToolError", UNKNOWN})


def with_error(handler: ast.ExceptHandler, function: InCallFunction) -> Fix | None:
    """Let a handler log and return an error at its end, in the place of what does nothing."""
    module = function.module
    log = logged(handler, function)
    owner = module.index.function_around(handler)
    # An error in the first round of a loop leaves no second one.
    is_repeated = owner is not None and any(module.index.loops_around(handler, owner))
    if log is None or is_repeated or not is_answering(handler, function):
        return None
    lines = [error(UNAVAILABLE)] if has_log(handler, module) else [log.line, error(UNAVAILABLE)]
    edit = _at_end(handler.body, lines, module)
    return Fix((*log.edits, edit), is_safe=False) if edit is not None else None


def with_log(handler: ast.ExceptHandler, function: InCallFunction) -> Fix | None:
    """Let a handler that goes on log the exception first."""
    log, first = logged(handler, function), handler.body[0]
    if log is None:
        return None
    if isinstance(first, ast.Pass) or _is_dots(first):
        return Fix((*log.edits, replaced(function.module, first, log.line)))
    edit = statement_before(function.module, first, log.line)
    return Fix((*log.edits, edit)) if edit is not None else None


def as_error(returned: ast.Return, function: InCallFunction) -> Fix | None:
    """Make an error of a success that is written down: `{"status": "success", ...}`."""
    module = function.module
    match returned.value:
        case ast.Dict(keys=keys, values=values):
            entries = {
                key.value: value for key, value in zip(keys, values, strict=True) if isinstance(key, ast.Constant)
            }
            status = entries.get("status")
            if isinstance(status, ast.Constant) and status.value == "success":
                message = "" if "message" in entries else f'{_MESSAGE}"{UNAVAILABLE}"'
                return Fix((replaced(module, status, f'"error"{message}'),), is_safe=False)
    return None


def instead_of_raise(node: ast.Raise, function: InCallFunction) -> Fix | None:
    """Return an error with the text of an exception instead of raising it."""
    module = function.module
    if not is_answering(node, function):
        return None
    handler = handler_around(node, module)
    text = _text_of(node.exc)
    mention = _mention(node.exc, handler.name) if node.exc is not None and handler is not None else None
    if handler is not None and (node.exc is None or mention is not None):
        return _instead_of_passing_on(node, text, mention, handler, function)
    is_plain = isinstance(text, ast.Constant | ast.JoinedStr)
    return _returning(node, module.segment(text), (), module) if text is not None and is_plain else None


def _instead_of_passing_on(
    node: ast.Raise,
    text: ast.expr | None,
    mention: ast.Name | None,
    handler: ast.ExceptHandler,
    function: InCallFunction,
) -> Fix | None:
    """Return an error where a handler raises its exception again, or another with its text."""
    module = function.module
    taken = module.fact(Failures).handlers.taken(handler)
    is_own = any(type_.startswith(OWN) or type_ in _SPOKEN for type_ in taken)
    if takes_interruption(handler, module) or (is_own and text is None):
        return None
    if is_own and text is not None:
        # Its author wrote the text for callers.
        return _returning(node, module.segment(text), (), module)
    message = plain(text, mention, module) if text is not None and mention is not None else json.dumps(UNAVAILABLE)
    log = None if has_log(handler, module) else logged(node, function)
    return _returning(node, message, (log,) if log is not None else (), module)


def _returning(node: ast.Raise, message: str, logs: tuple[Log, ...], module: Module) -> Fix | None:
    indent = indentation(module, node)
    lines = [*(log.line for log in logs), *error_lines(message, indent or "")]
    if indent is None:
        is_alone = len(lines) == 1 and not may_hold_comment(module, node)
        return Fix((replaced(module, node, lines[0]),), is_safe=False) if is_alone else None
    edit = _instead(node, lines, module)
    return Fix((*(e for log in logs for e in log.edits), edit), is_safe=False) if edit is not None else None


def _text_of(exception: ast.expr | None) -> ast.expr | None:
    """The text that an exception is made with, if it has a line for itself."""
    match exception:
        case ast.Call(args=[ast.Constant(value=str()) | ast.JoinedStr() | ast.Call() | ast.BinOp() as text]):
            return text if text.lineno == text.end_lineno else None
    return None


def _mention(exception: ast.expr, name: str | None) -> ast.Name | None:
    return next((node for node in find(ast.Name, exception) if node.id == name), None)


def letting_interruption_pass(node: ast.ExceptHandler | ast.withitem, module: Module) -> Fix | None:
    """Catch `Exception` instead of everything; leave `CancelledError` out, or raise it again."""
    if isinstance(node, ast.withitem):
        arguments = node.context_expr.args if isinstance(node.context_expr, ast.Call) else []
        return _without_interruptions(arguments, node.context_expr, module)
    if node.type is None:
        start = module.start(node)
        return Fix((inserted(Position(start.line, start.column + len("except")), " Exception"),))
    taken = module.fact(Failures).handlers.taken(node)
    if "builtins.BaseException" in taken:
        return Fix((replaced(module, node.type, "Exception"),)) if node.type.lineno == node.type.end_lineno else None
    if isinstance(node.type, ast.Tuple):
        return _without_interruptions(node.type.elts, node.type, module)
    if taken == {"asyncio.CancelledError"}:
        is_end = isinstance(node.body[-1], _ENDS | ast.Return)
        edit = _instead(node.body[-1], ["raise"], module) if is_end else statement_after(module, node.body[-1], "raise")
        return Fix((edit,), is_safe=False) if edit is not None else None
    return None


def return_behind(statement: ast.Return, function: InCallFunction) -> Fix | None:
    """Move the `return` at the end of a `finally` behind the `try`."""
    module = function.module
    around = module.parents[statement]
    if not isinstance(around, ast.Try) or around.finalbody[-1:] != [statement]:
        return None
    indent, start, end = indentation(module, around), module.start(statement), module.end(statement)
    if indent is None or start.line != end.line or indentation(module, statement) is None:
        return None
    moved = Edit(Position(start.line, 0), start, indent)
    if len(around.finalbody) > 1:
        return Fix((moved,), is_safe=False)
    above = next((n for n in range(start.line - 1, 0, -1) if module.lines[n - 1].strip().startswith("finally")), 0)
    if not above or module.lines[above - 1].strip() != "finally:":
        return None
    line = (Position(above, 0), Position(above + 1, 0))
    if around.handlers:
        return Fix((Edit(*line, ""), moved), is_safe=False)
    log = logged(statement, function)
    if log is None:
        return None
    text = f"{indent}except Exception:\n{indent}{indent_unit(module, around.body[0])}{log.line}\n"
    return Fix((*log.edits, Edit(*line, text), moved), is_safe=False)


def _without_interruptions(types: Sequence[ast.expr], whole: ast.expr, module: Module) -> Fix | None:
    classes = module.fact(References).classes
    edits: list[Edit] = []
    for type_ in types:
        taken = classes.caught(type_)
        if taken == {"builtins.BaseException"}:
            edits.append(replaced(module, type_, "Exception"))
        elif taken == {"asyncio.CancelledError"} and len(types) > 1:
            edit = without_item(module, types, type_)
            edits += [edit] if edit is not None else []
    if len(types) == 2 and isinstance(whole, ast.Tuple) and edits and not edits[0].text:
        if may_hold_comment(module, whole):
            return None
        kept = next(type_ for type_ in types if classes.caught(type_) != {"asyncio.CancelledError"})
        edits = [replaced(module, whole, module.segment(kept))]
    return Fix(tuple(edits), is_safe=False) if edits else None


def _at_end(body: list[ast.stmt], lines: list[str], module: Module) -> Edit | None:
    last = body[-1]
    is_placeholder = isinstance(last, _ENDS) or _is_dots(last) or (len(body) == 1 and isinstance(last, ast.Assign))
    return _instead(last, lines, module) if is_placeholder else statement_after(module, last, *lines)


def _instead(statement: ast.stmt, lines: list[str], module: Module) -> Edit | None:
    """Put lines in the place of a statement that begins its line."""
    indent = indentation(module, statement)
    if indent is None or may_hold_comment(module, statement):
        return None
    unit = indent_unit(module, statement)
    own = [unit * line.startswith("    ") + line.lstrip(" ") for line in lines]
    return replaced(module, statement, f"\n{indent}".join(own))


def _is_dots(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def handler_around(node: ast.AST, module: Module) -> ast.ExceptHandler | None:
    """Return the innermost handler of the same function that a node stands in."""
    around = module.index.outward(node, module.index.function_around(node))
    return next((outer for outer, _ in around if isinstance(outer, ast.ExceptHandler)), None)


def _is_named(node: ast.expr, name: str | None) -> bool:
    return isinstance(node, ast.Name) and node.id == name
