"""What looks inside an object, by the gate's policy: attributes, and names that stand for attributes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.code.visibility import Visibility
from flake8_incall.model.gate.exposure import Exposure
from flake8_incall.model.gate.type_places import is_plain_comparison, stands_for_type

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module
    from flake8_incall.model.gate.ownership import Ownership

_NAMES_OF_A_CLASS = frozenset({"__doc__", "__name__", "__qualname__"})
_IN_A_CLASS = frozenset({"__doc__", "__hash__", "__slots__"})
# `[T]` of a function, a class or an alias, from Python 3.12 on.
_TYPE_PARAMETERS: list[Any] = [
    getattr(ast, name) for name in ("TypeVar", "TypeVarTuple", "ParamSpec") if hasattr(ast, name)
]
_FIELD_MAKERS = frozenset({"typing.NamedTuple", "enum.Enum"})


def looks_inside(module: Module, ownership: Ownership, attribute: ast.Attribute) -> str | None:
    """Why an attribute is refused, or `None` if it is let in."""
    policy = module.fact(Exposure).policy
    name = attribute.attr
    if name in policy.attributes and not module.fact(Exposure).is_member(attribute):
        own = ownership.own_class(attribute.value)
        if own is not None and ownership.defines(own, name):
            return None
        return "gives access to frames, globals or code objects"
    if not name.startswith("_"):
        return None
    if name == "__class__":
        outer = module.parents[attribute]
        is_asked_for_name = isinstance(outer, ast.Attribute) and outer.attr in _NAMES_OF_A_CLASS
        return None if is_asked_for_name else "is allowed only as `x.__class__.__name__`"
    if name in policy.dunders:
        return None
    if is_dunder(name):
        is_inherited = name in policy.methods and _is_super(module, attribute.value)
        return None if is_inherited else "is an internal attribute, which gives access to interpreter state"
    return None if ownership.may_keep_private(attribute.value) else "is a private attribute of another object"


def inside_names(module: Module) -> Iterator[tuple[ast.AST, str, str]]:
    """The names that do what a refused attribute would, each with its node and why it is refused."""
    yield from _bound(module)
    yield from _patterns(module)
    yield from _classes_of_values(module)
    yield from _enums_from_texts(module)
    for definition in module.index.nodes(ast.ClassDef):
        for keyword in definition.keywords:
            if keyword.arg in (None, "metaclass"):
                yield keyword.value, "metaclass", "is not allowed"
    for keyword in module.index.nodes(ast.keyword):
        if keyword.arg and is_dunder(keyword.arg):
            yield keyword.value, keyword.arg, "acts like the internal attribute of that name"


def is_dunder(name: str) -> bool:
    """Whether a name begins and ends with two underscores."""
    return name.startswith("__") and name.endswith("__")


def _is_super(module: Module, node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and module.fact(Exposure).only_names(node.func) == {"builtins.super"}


# Names that are bound


def _bound(module: Module) -> Iterator[tuple[ast.AST, str, str]]:
    """The dunders that the module gives a meaning, and fields that patterns read as attributes."""
    policy = module.fact(Exposure).policy
    for node, name in _bindings(module):
        owner = module.parents[node]
        if not is_dunder(name):
            if isinstance(owner, ast.AnnAssign) and name in policy.attributes and module.index.owner(owner) is not None:
                yield node, name, "is an attribute that the gate does not allow"
        elif isinstance(node, FunctionNode) and isinstance(owner, ast.ClassDef):
            if name not in policy.methods:
                yield node, name, "overrides how Python handles the class, which the gate does not allow"
        elif not _is_let_in(module, node, name):
            yield node, name, "is a name reserved by Python"


def _bindings(module: Module) -> Iterator[tuple[ast.AST, str]]:
    nodes = module.index.nodes
    yield from ((name, name.id) for name in nodes(ast.Name) if not isinstance(name.ctx, ast.Load))
    yield from ((function, function.name) for function in module.index.functions)
    yield from ((definition, definition.name) for definition in nodes(ast.ClassDef))
    yield from ((parameter, parameter.arg) for parameter in nodes(ast.arg))
    yield from ((alias, alias.asname or alias.name) for alias in nodes(ast.alias))
    yield from ((node, node.name) for node in nodes(ast.MatchAs) if node.name)
    yield from ((node, node.name) for node in nodes(ast.MatchStar) if node.name)
    yield from ((node, node.name) for node in nodes(ast.ExceptHandler) if node.name)
    yield from ((node, node.rest) for node in nodes(ast.MatchMapping) if node.rest)
    for kind in _TYPE_PARAMETERS:
        yield from ((node, node.name) for node in nodes(kind))


def _is_let_in(module: Module, node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Name):
        return False
    statement = module.parents[node]
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return False
    home = module.parents[statement]
    return (isinstance(home, ast.Module) and name in module.fact(Exposure).policy.module_names) or (
        isinstance(home, ast.ClassDef) and name in _IN_A_CLASS
    )


# Class patterns


def _patterns(module: Module) -> Iterator[tuple[ast.AST, str, str]]:
    policy = module.fact(Exposure).policy
    for pattern in module.index.nodes(ast.MatchClass):
        for name in pattern.kwd_attrs:
            if name.startswith("_") or name == "format" or name in policy.attributes:
                yield pattern, name, "acts like the internal attribute of that name"
        if pattern.patterns and not _has_known_fields(module, pattern):
            fault = "has positional class patterns, which can read any attribute; use keyword patterns"
            yield pattern, module.segment(pattern.cls), fault


def _has_known_fields(module: Module, pattern: ast.MatchClass) -> bool:
    names = module.fact(Exposure).only_names(pattern.cls)
    if names:
        return len(pattern.patterns) == 1 and all(module.catalogue.has("is-matched-whole", n) for n in names)
    bindings = module.fact(Visibility).own(pattern.cls)
    found = bindings[0].node if len(bindings) == 1 else None
    return isinstance(found, ast.ClassDef) and all(
        module.fact(Exposure).only_names(base) <= _FIELD_MAKERS and module.fact(Exposure).only_names(base)
        for base in found.bases
    )


# The classes of values


def _classes_of_values(module: Module) -> Iterator[tuple[ast.AST, str, str]]:
    for name in module.fact(Visibility).reads:
        if name.id not in ("super", "type") or not module.fact(Exposure).origins(name).is_outside:
            continue
        call = module.index.call_of(name)
        if name.id == "super":
            if call is None or call.args or call.keywords:
                yield name, name.id, "is allowed only as `super()` without arguments"
        elif not (_is_type_use(module, call) if call else stands_for_type(module, name)):
            yield name, name.id, "is allowed only in comparisons and as `type(x).__name__`"


def _enums_from_texts(module: Module) -> Iterator[tuple[ast.AST, str, str]]:
    """Enums that are made by a call, which can define any dunder by its name as text."""
    for call in module.index.nodes(ast.Call):
        is_look_up = len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)
        if not is_look_up and _is_enum(module, call.func):
            yield call, module.segment(call.func), "creates a class from strings; use a class statement"
    is_enum = partial(module.catalogue.any_has, "is-enum")
    for node in (*module.index.nodes(ast.Name), *module.index.nodes(ast.Attribute)):
        if is_enum(module.fact(Exposure).qualified_names(node)):
            is_base = isinstance(module.parents[node], ast.ClassDef)
            if not (is_base or module.index.call_of(node) or stands_for_type(module, node)):
                yield node, module.segment(node), "is used as a value; use it only as a base class"


def _is_enum(module: Module, callee: ast.expr) -> bool:
    if module.catalogue.any_has("is-enum", module.fact(Exposure).qualified_names(callee)):
        return True
    bindings = module.fact(Visibility).own(callee)
    bases = [base for b in bindings if isinstance(b.node, ast.ClassDef) for base in b.node.bases]
    return any(module.catalogue.any_has("is-enum", module.fact(Exposure).qualified_names(base)) for base in bases)


def _is_type_use(module: Module, call: ast.Call) -> bool:
    """Whether `type(x)` is compared, shown, or asked for its name."""
    if len(call.args) != 1 or call.keywords or isinstance(call.args[0], ast.Starred):
        return False
    outer = module.parents[call]
    if isinstance(outer, ast.Attribute):
        return outer.attr in _NAMES_OF_A_CLASS
    if isinstance(outer, ast.Compare):
        return is_plain_comparison(module, outer)
    return isinstance(outer, ast.FormattedValue)
