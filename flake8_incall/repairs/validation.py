"""8xx: what the model hands over is checked before it is used, and refused with an error."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace

from flake8_incall.diagnostics import Fix, Position
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.code.module import Module
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.edits.statements import head_line, indent_unit, indentation, statement_before, wrapped
from flake8_incall.model.edits.text import replaced, source
from flake8_incall.model.signature.type_tree import Type, TypeKind
from flake8_incall.model.validation.uses import Use
from flake8_incall.repairs.answers import error, error_of, is_answering

_RANGE = re.compile(r"(?<![\d-])(-?\d+)\s*(?:-|–|to|and)\s*(\d+)(?![\d-])")
_LATITUDE, _LONGITUDE = re.compile(r"lat(itude)?"), re.compile(r"lo?ng?(itude)?")
# Numbers that are nought now and then, and such as can be below it.
_FROM_ZERO = re.compile(r"amount|cost|discount|distance|floor|hour|index|minute|page|percent|price|score|total")
_SIGNED = re.compile(r"balance|change|degree|delta|diff|level|offset|shift|temp|zone|^[xyz]$")
_COLLECTIONS = (TypeKind.LIST, TypeKind.DICT, TypeKind.TYPED_DICT)
_FLIPPED: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.Lt: ">=",
    ast.LtE: ">",
    ast.Gt: "<=",
    ast.GtE: "<",
}


@dataclass(frozen=True, slots=True)
class Check:
    """How a parameter is found to be invalid.

    Attributes:
        test: The condition under which it is.
        message: What the model is told.
    """

    test: str
    message: str


def checked_first(use: Use, function: InCallFunction) -> Fix | None:
    """Refuse an invalid parameter at the head of the function, behind the checks that stand there."""
    parameter = next((p for p in function.inputs if p.name == use.label), None)
    check = _check(parameter, function) if parameter is not None else None
    return _at_head(check, use, function) if check is not None else None


def as_condition(statement: ast.Assert, names: list[str], function: InCallFunction) -> Fix | None:
    """Return an error where an `assert` raises."""
    module = function.module
    indent = indentation(module, statement)
    if indent is None or not is_answering(statement, function):
        return None
    told = statement.msg
    if (
        told is not None
        and "#" in source(module, module.end(statement.test), module.end(statement))
        and (statement.test.end_lineno != statement.end_lineno)
    ):
        # A comment beside the message would go with it.
        return None
    is_text = isinstance(told, ast.JoinedStr) or (isinstance(told, ast.Constant) and isinstance(told.value, str))
    if told is not None and is_text and told.lineno == told.end_lineno:
        answer = error_of(module.segment(told))
    else:
        answer = error("Invalid " + " or ".join(map(_words, names)))
    text = f"if {_negated(statement.test, module)}:\n{indent}{indent_unit(module, statement)}{answer}"
    return Fix((replaced(module, statement, text),), is_safe=False)


def guarded(use: Use, function: InCallFunction) -> Fix | None:
    """Test what an operation cannot take before it, or catch what it raises."""
    if use.operation is None or not is_answering(use.at, function):
        return None
    statement = function.module.index.statement(use.at)
    check = _check_of_operation(use, function)
    if check is not None:
        edit = statement_before(function.module, statement, *_lines(check))
        return Fix((edit,), is_safe=False) if edit is not None else None
    types = sorted(type_.removeprefix("builtins.") for type_ in use.raised)
    if not all(type_.isidentifier() for type_ in types):
        return None
    caught = types[0] if len(types) == 1 else f"({', '.join(types)})"
    tail = (f"except {caught}:", f"    {error('Invalid ' + _words(str(use.label)))}")
    edits = wrapped(function.module, statement, statement, "try:", tail)
    return Fix(edits, is_safe=False) if edits is not None else None


# Which check


def _check(parameter: Parameter, function: InCallFunction) -> Check | None:
    """The check that a parameter's type, its description and its name suggest."""
    type_ = parameter.type
    name, words = parameter.name, _words(parameter.name).capitalize()
    if type_ is None:
        return None
    if type_.kind in _COLLECTIONS:
        return Check(f"not {name}", f"{words} must not be empty")
    if type_.kind is not TypeKind.SCALAR:
        return None
    if type_.name == "builtins.str":
        return Check(f"not {name}.strip()", f"{words} is required")
    return _check_of_number(name, words, type_, function)


def _check_of_number(name: str, words: str, type_: Type, function: InCallFunction) -> Check | None:
    if type_.name not in ("builtins.int", "builtins.float"):
        return None
    limits = _limits(name, function)
    if limits is not None:
        low, high = limits
        return Check(f"not {low} <= {name} <= {high}", f"{words} must be between {low} and {high}")
    if _SIGNED.search(name):
        return None
    if _FROM_ZERO.search(name):
        return Check(f"{name} < 0", f"{words} must not be negative")
    return Check(f"{name} <= 0", f"{words} must be positive")


def _limits(name: str, function: InCallFunction) -> tuple[int, int] | None:
    """The least and the greatest value, by the description of a parameter or the planet."""
    if _LATITUDE.fullmatch(name):
        return -90, 90
    if _LONGITUDE.fullmatch(name):
        return -180, 180
    documented = docstring_of(function).parameters.get(name)
    found = _RANGE.search(documented.description) if documented is not None and documented.description else None
    low, high = (int(found[1]), int(found[2])) if found is not None else (0, 0)
    return (low, high) if low < high else None


def _check_of_operation(use: Use, function: InCallFunction) -> Check | None:
    label, words = str(use.label), _words(str(use.label))
    match use.operation:
        case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod(), right=ast.Name(id=name)) if name == label:
            return Check(f"{name} == 0", f"{words.capitalize()} must not be 0")
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=0)) if name == label:
            return Check(f"not {name}", f"{words.capitalize()} must not be empty")
        case ast.Subscript(value=ast.Name(id=table), slice=ast.Name(id=name)) if name == label:
            if "KeyError" in {type_.removeprefix("builtins.") for type_ in use.raised}:
                return Check(f"{name} not in {table}", f"Unknown {words}")
            return Check(f"not 0 <= {name} < len({table})", f"Unknown {words}")
    return None


# Where it goes


def _at_head(check: Check, use: Use, function: InCallFunction) -> Fix | None:
    body, module = function.node.body, function.module
    around = [inner for outer, inner in module.index.outward(use.at) if outer is function.node]
    used = next((s for s in body if s in around), None)
    if used is None or not is_answering(body[0], function):
        return None
    place = next(s for s in body if s is used or not (_is_docstring(s) or _is_check(s)))
    edit = statement_before(module, place, *_lines(check))
    if edit is None:
        return None
    # A comment above a statement stays with it.
    above = Position(head_line(module, place), 0)
    return Fix((replace(edit, start=above, end=above),), is_safe=False)


def _lines(check: Check) -> tuple[str, str]:
    return f"if {check.test}:", f"    {error(check.message)}"


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_check(statement: ast.stmt) -> bool:
    """Whether a statement only refuses: `if not name: return ...`."""
    is_refusing = isinstance(statement, ast.If) and not statement.orelse and isinstance(statement.body[-1], ast.Return)
    return is_refusing or isinstance(statement, ast.Import | ast.ImportFrom | ast.Assert)


def _negated(test: ast.expr, module: Module) -> str:
    text = source(module, module.start(test), module.end(test)).replace("\r\n", "\n")
    match test:
        case _ if "\n" in text:
            return f"not ({text})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return module.segment(operand)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return f"{_part(left, module)} {_FLIPPED[type(op)]} {_part(right, module)}"
        case ast.Compare() | ast.Name() | ast.Call() | ast.Attribute() | ast.Subscript():
            return f"not {text}"
    return f"not ({text})"


def _part(node: ast.expr, module: Module) -> str:
    text = source(module, module.start(node), module.end(node))
    return text if isinstance(node, ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript) else f"({text})"


def _words(name: str) -> str:
    return name.strip("_").replace("_", " ")
