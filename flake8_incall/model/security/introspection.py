"""Ways to look inside, by which code reaches what it does not name: frames, globals, computed names of modules."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_incall.catalogue import DANGERS, Catalogue
from flake8_incall.model.calls.reach import Unit
from flake8_incall.model.code.tree import find
from flake8_incall.model.inputs.search import Injections
from flake8_incall.model.references.constants import Unfollowed
from flake8_incall.model.references.references import References
from flake8_incall.model.references.referents import Getter, Instance, Outside, Referents, Unknown, names_of
from flake8_incall.model.security.harm import Danger

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# Attributes by which any object leads to the rest of the interpreter.
ATTRIBUTES = frozenset(
    {"__subclasses__", "__globals__", "__builtins__", "__code__", "__closure__", "__loader__", "__spec__"}
    | {"f_globals", "f_locals", "f_builtins", "f_back", "f_code", "tb_frame", "gi_frame", "gi_code", "cr_frame"}
    | {"cr_code", "ag_frame", "ag_code"}
)
_OF_MODULES = frozenset({"__dict__", "__getattribute__"})
# In a class pattern these are taken out of any object too.
_OF_PATTERNS = ATTRIBUTES | {"__self__", "__dict__", "__func__", "__class__", "__init__"}
# What the catalogue calls introspection and is harmless by itself: what it leads to is an attribute of these.
TOLD_OTHERWISE = frozenset({"locals", "vars", "sys.exc_info", "sys.exception", "inspect.getmembers"}) | {
    "operator.attrgetter",
    "operator.methodcaller",
    "string.Formatter",
}
# Methods of those that hand an attribute out.
_HANDING_OUT = frozenset({"string.Formatter.get_field", "string.Formatter.get_value"})
_MODULES = frozenset({"sys", "builtins", "__main__", "gc", "inspect", "_thread"})
_GETTERS = frozenset(
    {"getattr", "object.__getattribute__", "type.__getattribute__", "inspect.getattr_static", "inspect.getmembers"}
)
_NAMED_GETTERS = frozenset({"operator.attrgetter", "operator.methodcaller"})
_LOOKING = _GETTERS | {"vars", "hasattr", "isinstance", "callable", "id", "repr", "str", "type", "dir"}
# Any of these words is reason to look closely; `(` stands for a quoted annotation that calls something,
# and for an address of a file.
WORDS = (
    ATTRIBUTES
    | (_OF_PATTERNS - {"__class__", "__init__"})
    | _OF_MODULES
    | {"getattr", "getattr_static", "attrgetter", "methodcaller", "get_field", "get_value", "__builtins__", "*", "("}
    | {"check_hostname", "verify_mode", "verify", "minimum_version", "maximum_version"}
)
# Attributes that switch the checks of a connection off, and the values that do.
_WEAKENING: dict[tuple[str, str], tuple[object, ...]] = {
    ("ssl.SSLContext", "check_hostname"): (False,),
    ("ssl.SSLContext", "verify_mode"): (0,),
    ("requests.Session", "verify"): (False,),
}
OLD_VERSION = "allows versions of TLS before 1.2"
_OLD_VERSIONS = frozenset(f"ssl.TLSVersion.{version}" for version in ("SSLv3", "TLSv1", "TLSv1_1", "MINIMUM_SUPPORTED"))
_WEAKENING_NAMES: dict[tuple[str, str], frozenset[str]] = {
    ("ssl.SSLContext", "verify_mode"): frozenset({"ssl.CERT_NONE", "ssl.VerifyMode.CERT_NONE"}),
    ("ssl.SSLContext", "minimum_version"): _OLD_VERSIONS,
    ("ssl.SSLContext", "maximum_version"): _OLD_VERSIONS - {"ssl.TLSVersion.MINIMUM_SUPPORTED"},
}


def is_module(name: str, catalogue: Catalogue) -> bool:
    """Whether a name is that of a module by which files, processes or other modules are reached."""
    if name in _MODULES:
        return True
    parent = name.rpartition(".")[0]
    return catalogue.forbidden_module(name) is not None and catalogue.forbidden_module(parent) is None


def module_handed_on(name: str, node: ast.expr, unit: Unit, module: Module) -> Iterator[Danger]:
    """A module as a value: what is then done with it cannot be followed."""
    inner = module.index.through(node, ast.IfExp, ast.BoolOp, ast.NamedExpr)
    match module.parents[inner]:
        case ast.Attribute() | ast.Compare() | ast.Expr() | ast.If() | ast.UnaryOp():
            return
        case ast.Assign(targets=targets) if all(isinstance(target, ast.Name) for target in targets):
            return
        case ast.AnnAssign(target=ast.Name()):
            return
        case ast.Call(func=function, args=[first, *_]) if first is inner:
            names = {
                module.fact(References).catalogue.canonical(n) for n in names_of(module.fact(References).of(function))
            }
            if names & _LOOKING or any(isinstance(r, Getter) for r in module.fact(References).of(function)):
                return
    yield Danger("introspection", node, name, unit, note="a module used as a value cannot be analyzed")


def attribute(node: ast.Attribute, unit: Unit, references: References) -> Iterator[Danger]:
    """An attribute that looks inside its object."""
    if node.attr in ATTRIBUTES:
        yield Danger("introspection", node, node.attr, unit)
    elif _HANDING_OUT & names_of(references.of(node)):
        yield Danger("introspection", node, f"string.Formatter.{node.attr}", unit)
    elif node.attr in _OF_MODULES and not is_followed(node, references):
        for base in _modules(references.of(node.value)):
            yield Danger("introspection", node, f"{base}.{node.attr}", unit)


def computed_entry(node: ast.Subscript, unit: Unit, references: References) -> Iterator[Danger]:
    """`vars(os)[name]` with a name that is not known."""
    if isinstance(node.value, ast.Call):
        for base in sorted(names_of(references.of(node.value))):
            if base.endswith(".__dict__") and references.constants.texts(node.slice) is None:
                yield Danger("introspection", node, base, unit)


def call(node: ast.Call, unit: Unit, references: References) -> Iterator[Danger]:
    """`getattr` with a name that is not known, on a module; or with the name of an attribute that looks inside."""
    names = {references.catalogue.canonical(name) for name in names_of(references.of(node.func))}
    if names & _NAMED_GETTERS:
        for argument in node.args:
            yield from _named(argument, node, unit, references)
    if not names & _GETTERS or not node.args:
        return
    if len(node.args) > 1 and (texts := references.constants.texts(node.args[1])) is not None:
        yield from (Danger("introspection", node, text, unit) for text in refused(texts))
        return
    if _spells_a_dunder(node.args[1:2]):
        yield Danger("introspection", node, "getattr", unit)
        return
    modules = _modules(references.of(node.args[0]))
    if modules and len(node.args) > 1 and references.module.fact(Injections).known_names(node.args[1]):
        return
    for base in modules:
        yield Danger("introspection", node, f"getattr({base}, ...)", unit)


def _named(argument: ast.expr, node: ast.Call, unit: Unit, references: References) -> Iterator[Danger]:
    texts = references.constants.texts(argument)
    parts = {part for text in texts or () for part in text.split(".")}
    yield from (Danger("introspection", node, part, unit) for part in refused(parts))


def refused(names: Iterable[str]) -> list[str]:
    """Those of some attributes' names that look inside."""
    return sorted(ATTRIBUTES.intersection(names))


def refused_attributes(names: Iterable[str]) -> list[str]:
    """Those of the attributes that a class pattern takes out of its subject that look inside."""
    return sorted(_OF_PATTERNS.intersection(names))


def is_followed(node: ast.expr, references: References) -> bool:
    """Whether what is taken out of `globals()` or `module.__dict__` is known, and judged by itself.

    To ask whether something is in there takes nothing out.
    """
    index = references.module.index
    parent = index.parents[index.call_of(node) or node]
    if isinstance(parent, ast.Compare):
        return all(isinstance(operator, ast.In | ast.NotIn) for operator in parent.ops)
    if not isinstance(parent, ast.Subscript):
        return False
    return not any(isinstance(referent, Unknown) for referent in references.of(parent))


def weakened_by_store(node: ast.Attribute, unit: Unit, references: References) -> Iterator[Danger]:
    """`context.verify_mode = ssl.CERT_NONE`."""
    stored = references.module.parents[node]
    if not isinstance(stored, ast.Assign):
        return
    for referent in references.of(node.value):
        if isinstance(referent, Instance):
            place = (references.catalogue.canonical(referent.type.name), node.attr)
            is_named = not _WEAKENING_NAMES.get(place, frozenset()).isdisjoint(names_of(references.of(stored.value)))
            if is_named or _is_one_of(stored.value, _WEAKENING.get(place, ()), references):
                note = OLD_VERSION if node.attr.endswith("_version") else ""
                yield Danger("insecure", stored, references.module.segment(stored), unit, note=note)


def _is_one_of(value: ast.expr, values: tuple[object, ...], references: References) -> bool:
    try:
        return references.constants.value(value) in values
    except Unfollowed:
        return False


def quoted_annotations(unit: Unit, module: Module) -> Iterator[Danger]:
    """Annotations in quotes that do something: LiveKit evaluates them when it builds the tool."""
    for annotation in unit.annotations:
        if not isinstance(annotation, ast.Constant) or not isinstance(annotation.value, str):
            continue
        if unit.is_own and "(" in annotation.value and (called := _called_in_quotes(annotation.value, module)):
            yield Danger("dynamic-code", annotation, called, unit, note="LiveKit evaluates quoted annotations")


def _called_in_quotes(text: str, module: Module) -> str | None:
    """What a quoted annotation calls that no type expression would: `Annotated[str, Field(...)]` may."""
    try:
        pending: list[tuple[ast.AST, bool]] = [(ast.parse(text, mode="eval").body, False)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    while pending:
        node, is_metadata = pending.pop()
        if isinstance(node, ast.Call):
            names = module.names.resolve(node.func, module.names.at_end()).names
            apis = (module.fact(References).catalogue.api(name) for name in names)
            if not is_metadata or any(api is not None and api.effects & DANGERS for api in apis):
                return ast.unparse(node.func)
        is_inside = is_metadata or isinstance(node, ast.Subscript)
        pending.extend((child, is_inside) for child in ast.iter_child_nodes(node))
    return None


def _modules(referents: Referents) -> list[str]:
    """The names among some referents that are modules for certain."""
    return sorted(
        {r.name for r in referents if isinstance(r, Outside) and (r.is_module or r.name in sys.stdlib_module_names)}
    )


def _spells_a_dunder(arguments: list[ast.expr]) -> bool:
    """Whether a computed name has two underscores written in it."""
    return any(isinstance(part.value, str) and "__" in part.value for part in find(ast.Constant, *arguments))
