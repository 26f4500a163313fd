"""5xx: a caller's words are quoted in a URL, and bound in a database statement."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from flake8_incall.diagnostics import Fix
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import below
from flake8_incall.model.edits.imports import spelling
from flake8_incall.model.edits.text import inserted, replaced, source
from flake8_incall.model.inputs.search import Injection
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.written import written
from flake8_incall.model.signature.type_tree import TypeKind
from flake8_incall.repairs.placing import may_hold_comment

_MARK = "\0"
_QUOTED = re.compile(rf"'([^'{_MARK}]*{_MARK}\d+{_MARK}[^'{_MARK}]*)'|({_MARK}\d+{_MARK})")
# What stands before a value: a comparison, or the list of an INSERT.
_BEFORE_VALUE = re.compile(
    r"(?is)(?:[=<>]|\b(?:like|ilike|limit|offset|between|and|values\s*\(|set)|\bvalues\b.*[(,])\s*$"
)
_END_OF_HOST = re.compile(r"(?<![:/])[/?](?!/)")
_NUMBERED, _IN_TUPLE = "$1", frozenset({"%s", "?"})


def quoted(injection: Injection, function: InCallFunction) -> Fix | None:
    """Quote the parameters that are put into a URL behind its host."""
    module, text = function.module, _text_of(injection.at, function.module)
    quote = spelling(module, text, "urllib.parse", "quote", by_name=True) if text is not None else None
    if text is None or quote is None or not injection.is_own:
        return None
    texts = {p.name: _is_text(p) for p in function.inputs}
    places = [name for name in _behind_host(text) if name.id in texts and _is_whole_part(name, module)]
    if injection.parameter not in {place.id for place in places}:
        return None
    mark = "'" if source(module, module.start(text), module.end(text)).lstrip("rRfF").startswith('"') else '"'
    edits = [
        replaced(
            module, place, f"{quote.text}({place.id if texts[place.id] else f'str({place.id})'}, safe={mark}{mark})"
        )
        for place in places
    ]
    return Fix((*quote.edits, *edits), is_safe=False)


def _is_text(parameter: Parameter) -> bool:
    type_ = parameter.type
    return type_ is not None and type_.kind is TypeKind.SCALAR and type_.name == "builtins.str"


def _behind_host(text: ast.expr) -> Iterator[ast.Name]:
    """The names in the text of a URL with a slash or question mark before them that ends its host."""
    is_behind = False
    for node in below(text):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_behind = is_behind or bool(_END_OF_HOST.search(node.value))
        elif isinstance(node, ast.Name) and is_behind:
            yield node


def bound(injection: Injection, function: InCallFunction) -> Fix | None:
    """Bind what is put into a statement as values, where the driver's placeholders are known."""
    module, text = function.module, _text_of(injection.at, function.module)
    call = module.index.call_with(injection.at)
    placeholder = module.catalogue.placeholder(injection.api)
    if call is None or text is None or call.args != [injection.at] or not injection.is_own:
        return None
    if isinstance(text, ast.BinOp) and may_hold_comment(module, text):
        return None
    if placeholder != _NUMBERED and placeholder not in _IN_TUPLE:
        return None
    parts = _parts(text)
    statement = _statement(parts, placeholder, module) if parts is not None else None
    if statement is None:
        return None
    sql, values = statement
    passed = ", ".join(values)
    if placeholder != _NUMBERED:
        passed = f"({passed}{',' * (len(values) == 1)})"
    if text is injection.at:
        return Fix((replaced(module, text, f"{sql}, {passed}"),), is_safe=False)
    return Fix((replaced(module, text, sql), inserted(module.end(injection.at), f", {passed}")), is_safe=False)


def _text_of(at: ast.expr, module: Module) -> ast.expr | None:
    """The expression that makes a text: where it is used, or where the only name of it gets it."""
    if isinstance(at, ast.JoinedStr | ast.BinOp):
        return at
    if not isinstance(at, ast.Name):
        return None
    bindings = module.names.bindings_of(at)
    made = written(at, module.fact(References))
    reads = [n for n in module.index.nodes(ast.Name) if n.id == at.id and isinstance(n.ctx, ast.Load)]
    is_one = [n for n in reads if module.names.bindings_of(n) == bindings] == [at]
    return made if isinstance(made, ast.JoinedStr | ast.BinOp) and is_one else None


def _is_whole_part(name: ast.Name, module: Module) -> bool:
    """Whether a name is put into a text as it is."""
    match module.parents[name]:
        case ast.FormattedValue(conversion=-1, format_spec=None) | ast.BinOp(op=ast.Add()):
            return True
    return False


def _parts(text: ast.expr) -> list[str | ast.expr] | None:
    """The constant texts and the expressions that a text consists of; `None` for what is formatted otherwise."""
    match text:
        case ast.Constant(value=str(constant)):
            return [constant]
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return [value]
        case ast.JoinedStr(values=values):
            found = [_parts(value) for value in values]
            return [part for one in found for part in one] if None not in found else None  # type: ignore[union-attr]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            first, second = _parts(left), _parts(right)
            return [*first, *second] if first is not None and second is not None else None
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return [text]
    return None


def _statement(parts: list[str | ast.expr], placeholder: str, module: Module) -> tuple[str, list[str]] | None:
    """A statement with placeholders, as a literal, and the values for them."""
    written = [part for part in parts if not isinstance(part, str)]
    numbers = iter(range(len(written)))
    raw = "".join(part if isinstance(part, str) else f"{_MARK}{next(numbers)}{_MARK}" for part in parts)
    if placeholder == "%s" and "%" in re.sub(r"'[^']*'", "", raw):
        return None
    sql, values, end = "", list[str](), 0
    for found in _QUOTED.finditer(raw):
        before = raw[end : found.start()]
        if not _BEFORE_VALUE.search(sql + before):
            return None
        inner = found[1] or found[2]
        values.append(_value(inner, written, module))
        sql += before + (f"${len(values)}" if placeholder == _NUMBERED else placeholder)
        end = found.end()
    sql += raw[end:]
    if _MARK in sql or '"""' in sql or "\\" in sql:
        return None
    return (f'"""{sql}"""' if "\n" in sql else json.dumps(sql, ensure_ascii=False)), values


def _value(inner: str, written: list[ast.expr], module: Module) -> str:
    """An expression, or a text with one in it such as `f"%{name}%"`."""
    before, number, after = inner.split(_MARK)
    expression = module.segment(written[int(number)])
    if not before and not after:
        return expression
    quote = "'" if '"' in expression else '"'
    return f"f{quote}{before}{{{expression}}}{after}{quote}"
