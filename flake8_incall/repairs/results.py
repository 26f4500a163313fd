"""4xx: results that are dicts with a status, and with a message for errors."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from flake8_incall.diagnostics import Edit, Fix, Position
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.tree import find, own
from flake8_incall.model.edits.arguments import with_keyword
from flake8_incall.model.edits.displays import key_node, value_of, with_first_item, with_last_item
from flake8_incall.model.edits.statements import statement_after
from flake8_incall.model.edits.text import inserted, replaced, source
from flake8_incall.model.interpreter.operators import type_of
from flake8_incall.model.interpreter.values import DictShape
from flake8_incall.model.results.judgements import STATUSES, Judgement, is_success, settled_results
from flake8_incall.model.results.results import Result
from flake8_incall.model.results.schema import documented_schema
from flake8_incall.repairs.outcomes import error_at, handler_around, message_at, status_at
from flake8_incall.repairs.words import status_meant

_OTHER_MESSAGES = ("error", "error_message", "errorMessage", "err", "msg", "detail", "details", "reason", "description")
_OTHER_STATUSES = ("success", "ok", "succeeded")
_DATA = frozenset(f"builtins.{name}" for name in ("str", "list", "tuple", "int", "float", "bool"))


def with_dict(function: InCallFunction, group: Sequence[Judgement]) -> Fix | None:
    """A dict in the place of another result, or around it."""
    node = group[0].result.node
    others = [r for r in function.fact(settled_results).returned if r.node is node]
    if not isinstance(node, ast.Return):
        return None
    if isinstance(node.value, ast.IfExp):
        edits = [_in_dict(function, part, []) for part in (node.value.body, node.value.orelse) if _is_plain(part)]
    elif len(others) == len({id(one.result) for one in group}) or _is_plain(node.value):
        edits = [_in_dict(function, node.value or node, [one.result for one in group])]
    else:
        return None
    made = [edit for each in edits for edit in each or ()]
    return Fix(tuple(made), is_safe=False) if made and all(edits) else None


def with_status(function: InCallFunction, result: Result) -> Fix | None:
    """A status in a dict that has none, in the words of another key where one stands for it."""
    module, node = function.module, result.node
    if not isinstance(node, ast.Return) or node.value is None or _lacks_documented_keys(function, result):
        return None
    display = _display(function, result)
    if isinstance(display, ast.Dict) and key_node(display, "status") is None:
        edits = _status_in(function, display, node)
    elif isinstance(display, ast.Call):
        edit = with_keyword(module, display, f'status="{status_at(function, node, display)}"')
        edits = (edit,) if edit is not None else None
    else:
        edits = (
            inserted(module.start(node.value), "{**"),
            inserted(module.end(node.value), f', "status": "{status_at(function, node, node.value)}"}}'),
        )
    return Fix(edits, is_safe=False) if edits else None


def with_known_status(function: InCallFunction, group: Sequence[Judgement]) -> Fix | None:
    """The status that another word stands for: `"success"` for `"ok"`."""
    edits: list[Edit] = []
    for value in _statuses(function, group[0].result):
        status = status_meant(value.value)
        if value.value in STATUSES:
            continue
        if status is None and handler_around(function, value) is not None:
            status = "error"
        if status is None:
            return None
        edits.append(replaced(function.module, value, f'"{status}"'))
        display = function.module.parents[value]
        if status == "error" and isinstance(display, ast.Dict) and key_node(display, "message") is None:
            edits += _message_in(function, display, value) or []
    return Fix(tuple(dict.fromkeys(edits)), is_safe=False) if edits else None


def with_message(function: InCallFunction, result: Result) -> Fix | None:
    """A message in an error that has none, by another key where one stands for it."""
    display = _display(function, result)
    status = value_of(display, "status") if isinstance(display, ast.Dict) else None
    if isinstance(display, ast.Dict):
        if status is not None and not isinstance(status, ast.Constant):
            # On other paths it is a success, of which a message about a failure would be untrue.
            return None
        edits = _message_in(function, display, result.node)
        return Fix(tuple(edits), is_safe=False) if edits else None
    if isinstance(display, ast.Call) and not any(keyword.arg == "message" for keyword in display.keywords):
        edit = with_keyword(function.module, display, f"message={message_at(function, result.node)}")
        return Fix((edit,), is_safe=False) if edit is not None else None
    return None


def with_return(function: InCallFunction, fallen: Sequence[Result]) -> Fix | None:
    """A `return` at the end: an error in a handler, and where another path has succeeded."""
    module, body = function.module, function.node.body
    handlers = {handler_around(function, one.node) for one in fallen} - {None}
    in_loop = any(any(module.index.loops_around(handler, function.node)) for handler in handlers if handler)
    if handlers and not in_loop and all(handler_around(function, one.node) for one in fallen):
        edits = [
            statement_after(module, handler.body[-1], f"return {error_at(function, handler.body[-1])}")
            for handler in handlers
            if handler is not None
        ]
    else:
        has_success = any(is_success(result) for result in function.fact(settled_results).returned)
        last = error_at(function, function.node) if has_success else '{"status": "success"}'
        edits = [statement_after(module, body[-1], f"return {last}")]
    return Fix(tuple(edit for edit in edits if edit), is_safe=False) if all(edits) else None


def with_status_last(function: InCallFunction, result: Result) -> Fix | None:
    """The status behind what is unpacked into a result, so that nothing overwrites it."""
    module, node = function.module, result.node
    display = node.value if isinstance(node, ast.Return) else None
    status = value_of(display, "status") if isinstance(display, ast.Dict) else None
    key = key_node(display, "status") if isinstance(display, ast.Dict) else None
    if not isinstance(display, ast.Dict) or not isinstance(status, ast.Constant) or key is None:
        return None
    place = display.keys.index(key)
    if None not in display.keys[place:] or place + 1 == len(display.values):
        return None
    following = display.keys[place + 1]
    # What is unpacked begins with its stars.
    end = module.start(following or display.values[place + 1])
    if following is None:
        end = Position(end.line, end.column - len("**"))
    last = with_last_item(module, display, f'"status": {module.segment(status)}')
    is_near = source(module, module.end(status), end).strip() == ","
    return Fix((Edit(module.start(key), end, ""), last), is_safe=False) if last is not None and is_near else None


def with_reply(function: InCallFunction, result: Result) -> Fix | None:
    """A text for the model in the place of nothing."""
    module, node, text = function.module, result.node, f"return {message_at(function, result.node)}"
    if isinstance(node, ast.Return):
        is_nothing = node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)
        return Fix((replaced(module, node, text),), is_safe=False) if is_nothing else None
    edit = statement_after(module, function.node.body[-1], text)
    return Fix((edit,), is_safe=False) if edit is not None else None


def _lacks_documented_keys(function: InCallFunction, result: Result) -> bool:
    """Whether a success would lack keys that the docstring promises, which `strict` reports instead."""
    schema = documented_schema(function) if function.options.profile == "strict" else None
    shape = result.shape()
    return schema is not None and isinstance(shape, DictShape) and not schema.required <= {"status", *shape.entries}


def _is_plain(value: ast.expr | None) -> bool:
    """Whether a value can be nothing else, however the function gets there."""
    return value is None or isinstance(value, ast.Constant | ast.JoinedStr | ast.List | ast.Tuple | ast.Set)


def _in_dict(
    function: InCallFunction, value: ast.expr | ast.stmt, results: Sequence[Result]
) -> tuple[Edit, ...] | None:
    """A result, or all of a bare `return`, as a dict."""
    module = function.module
    match value:
        case ast.stmt():
            return (replaced(module, value, f"return {error_at(function, value)}"),)
        case ast.Constant(value=None | False):
            return (replaced(module, value, error_at(function, value)),)
        case ast.Constant(value=True):
            return (replaced(module, value, '{"status": "success"}'),)
        case ast.Tuple(elts=[ast.Dict() as first, *_]):
            # Parentheses around a tuple may stay around its first item.
            return (*_mended(function, first), Edit(module.end(first), module.end(value.elts[-1]), ""))
        case ast.Call(func=ast.Attribute(attr="dumps"), args=[ast.Dict() as first]):
            before = Edit(module.start(value), module.start(first), "")
            return (before, *_mended(function, first), Edit(module.end(first), module.end(value), ""))
        case ast.List(elts=[]) | ast.Tuple(elts=[]) if handler_around(function, value):
            return (replaced(module, value, error_at(function, value)),)
        case ast.Constant(value=str()) | ast.JoinedStr():
            return _around(function, value, "message")
        case ast.Constant() | ast.List() | ast.Tuple() | ast.ListComp():
            return _around(function, value, "data")
    types = {type_of(result.state, result.value) for result in results}
    if not types or not types <= _DATA:
        return None
    is_text = isinstance(value, ast.BinOp) and types == {"builtins.str"}
    return _around(function, value, "message" if is_text else "data")


def _mended(function: InCallFunction, display: ast.Dict) -> tuple[Edit, ...]:
    """What a dict needs that a text or tuple has hidden: a status, or the one that its word stands for."""
    status = value_of(display, "status")
    if status is None:
        return _status_in(function, display, display) or ()
    meant = status_meant(status.value) if isinstance(status, ast.Constant) and status.value not in STATUSES else None
    return (replaced(function.module, status, f'"{meant}"'),) if meant is not None else ()


def _around(function: InCallFunction, value: ast.expr, key: str) -> tuple[Edit, ...]:
    module, status = function.module, status_at(function, value, value)
    if status == "error" and key == "data":
        return (replaced(module, value, error_at(function, value)),)
    is_bare = isinstance(value, ast.Tuple) and module.segment(value)[:1] != "("
    head, tail = ("(", ")}") if is_bare else ("", "}")
    return (
        inserted(module.start(value), f'{{"status": "{status}", "{key}": {head}'),
        inserted(module.end(value), tail),
    )


def _display(function: InCallFunction, result: Result) -> ast.AST | None:
    """Where a dict is written that only becomes a result: in the `return`, or given to the name that it returns."""
    shape, node = result.shape(), result.node
    value = node.value if isinstance(node, ast.Return) else None
    made = shape.node if isinstance(shape, DictShape) else None
    if value is None or not isinstance(made, ast.Dict | ast.Call):
        return None
    if isinstance(made, ast.Call) and not (isinstance(made.func, ast.Name) and made.func.id == "dict"):
        return None
    if function.module.index.is_inside(made, node):
        return made
    parent = function.module.parents.get(made)
    if not isinstance(value, ast.Name) or not isinstance(parent, ast.Assign | ast.AnnAssign):
        return None
    targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
    is_given = any(isinstance(target, ast.Name) and target.id == value.id for target in targets)
    return made if is_given and _is_only_built(function, value.id) else None


def _is_only_built(function: InCallFunction, name: str) -> bool:
    """Whether a name is only assigned, given items and returned: what it holds goes nowhere else."""
    index = function.module.index
    for node in find(ast.Name, *function.node.body):
        parent = index.parents[node]
        is_item = isinstance(parent, ast.Subscript) and parent.value is node
        if node.id == name and isinstance(node.ctx, ast.Load) and not (is_item or isinstance(parent, ast.Return)):
            return False
    return True


def _status_in(function: InCallFunction, display: ast.Dict, at: ast.AST) -> tuple[Edit, ...] | None:
    module = function.module
    if not display.keys:
        is_error = status_at(function, at) == "error"
        return (replaced(module, display, error_at(function, at) if is_error else '{"status": "success"}'),)
    key = key_node(display, *_OTHER_STATUSES)
    value = value_of(display, str(key.value)) if key is not None else None
    if key is not None and isinstance(value, ast.Constant) and isinstance(value.value, bool):
        status = "success" if value.value else "error"
        edits = [Edit(module.start(key), module.end(value), f'"status": "{status}"')]
    else:
        status = status_at(function, at, display)
        item, is_spread = f'"status": "{status}"', any(name is None for name in display.keys)
        edit = with_last_item(module, display, item) if is_spread else with_first_item(module, display, item)
        if edit is None:
            return None
        edits = [edit]
    if status == "error" and key_node(display, "message") is None:
        edits += _message_in(function, display, at) or []
    return tuple(edits)


def _message_in(function: InCallFunction, display: ast.Dict, at: ast.AST) -> list[Edit] | None:
    """What gives a dict a message: the text of another key, or one that tells what went wrong."""
    module = function.module
    empty = value_of(display, "message")
    if empty is not None:
        return [replaced(module, empty, message_at(function, at))]
    other = key_node(display, *_OTHER_MESSAGES)
    if other is not None and _is_text(value_of(display, str(other.value))):
        return [replaced(module, other, '"message"')]
    edit = with_last_item(module, display, f'"message": {message_at(function, at)}')
    return [edit] if edit is not None else None


def _is_text(value: ast.expr | None) -> bool:
    match value:
        case ast.Constant(value=str(text)):
            return bool(text.strip())
        case ast.JoinedStr() | ast.Call(func=ast.Name(id="str")):
            return True
    return False


def _statuses(function: InCallFunction, result: Result) -> Iterator[ast.Constant]:
    """The constants in the function that are the status of a result."""
    returned = result.node.value if isinstance(result.node, ast.Return) else None
    values: list[ast.expr] = []
    for node in own(returned) if isinstance(returned, ast.Dict) else own(*function.node.body):
        match node:
            case ast.Dict():
                values += filter(None, [value_of(node, "status")])
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value="status"))], value=value):
                values.append(value)
            case ast.keyword(arg="status", value=value):
                values.append(value)
    names = {value.id for value in values if isinstance(value, ast.Name)}
    for node in own(*function.node.body) if names else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                values.append(value)
    for value in values:
        parts = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
        yield from (part for part in parts if isinstance(part, ast.Constant))
