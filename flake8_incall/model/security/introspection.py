"""Ways to look inside, by which code reaches what it does not name: frames, globals, computed names of modules."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from flake8_incall.catalogue import DANGERS, Catalogue
from flake8_incall.model.calls.reach import Unit
from flake8_incall.model.code.binding import Arguments
from flake8_incall.model.code.tree import find
from flake8_incall.model.inputs.search import Injections
from flake8_incall.model.objects.arguments import holds
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Getter, Instance, Outside, Referents, Unknown, names_of
from flake8_incall.model.security.harm import Danger

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_OF_MODULES = frozenset({"__dict__", "__getattribute__"})
# Methods of those that hand an attribute out.
_HANDING_OUT = frozenset({"string.Formatter.get_field", "string.Formatter.get_value"})
_METHODS_OF_FORMATTERS = frozenset({"get_field", "get_value"})
OLD_VERSION = "allows versions of TLS before 1.2"


@lru_cache(maxsize=4)
def words(catalogue: Catalogue) -> frozenset[str]:
    """The words of which any is reason to look closely.

    `(` stands for a quoted annotation that calls something, and for an address of a file.
    """
    return (
        (catalogue.last_names("looks-inside-in-pattern") - {"__class__", "__init__"})
        | _OF_MODULES
        | catalogue.last_names("gets-attribute")
        | catalogue.last_names("makes-getter")
        | _METHODS_OF_FORMATTERS
        | {"*", "("}
    )


def is_module(name: str, catalogue: Catalogue) -> bool:
    """Whether a name is that of a module by which files, processes or other modules are reached."""
    if catalogue.has("leads-everywhere", name):
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
            referents = module.fact(References).of(function)
            if any(isinstance(r, Getter) for r in referents) or _looks(names_of(referents), module.catalogue):
                return
    yield Danger("introspection", node, name, unit, note="a module used as a value cannot be analyzed")


def _looks(functions: Iterable[str], catalogue: Catalogue) -> bool:
    """Whether what one of these functions returns is judged by itself, or is not of the module it is handed."""
    return any(
        name == "builtins.vars" or catalogue.has("looks", name) or catalogue.has("gets-attribute", name)
        for name in functions
    )


def attribute(node: ast.Attribute, unit: Unit, references: References) -> Iterator[Danger]:
    """An attribute that looks inside its object."""
    if node.attr in references.catalogue.last_names("looks-inside"):
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
    names = names_of(references.of(node.func))
    if references.catalogue.any_has("makes-getter", names):
        for argument in node.args:
            yield from _named(argument, node, unit, references)
    if not node.args or not references.catalogue.any_has("gets-attribute", names):
        return
    if len(node.args) > 1 and (texts := references.constants.texts(node.args[1])) is not None:
        yield from (Danger("introspection", node, text, unit) for text in refused(texts, references.catalogue))
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
    yield from (Danger("introspection", node, part, unit) for part in refused(parts, references.catalogue))


def refused(names: Iterable[str], catalogue: Catalogue) -> list[str]:
    """Those of some attributes' names that look inside."""
    return sorted(catalogue.last_names("looks-inside").intersection(names))


def refused_attributes(names: Iterable[str], catalogue: Catalogue) -> list[str]:
    """Those of the attributes that a class pattern takes out of its subject that look inside."""
    return sorted(catalogue.last_names("looks-inside-in-pattern").intersection(names))


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
            api = references.catalogue.api(f"{referent.type.name}.{node.attr}")
            arguments = Arguments((stored.value,))
            if api is not None and any(holds(condition, arguments, references) for condition in api.insecure):
                note = OLD_VERSION if node.attr.endswith("_version") else ""
                yield Danger("insecure", stored, references.module.segment(stored), unit, note=note)


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
            names = names_of(module.fact(References).of(node.func, module.names.at_end()))
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
