"""Calls of other modules' functions whose result is one of their arguments, or a part of it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from flake8_incall.catalogue import TypeUse
from flake8_incall.model.code.scopes import Binding
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.referents import (
    NOTHING,
    UNKNOWN,
    AtMost,
    Container,
    Getter,
    Instance,
    Local,
    LocalInstance,
    MadeClass,
    Namespace,
    Outside,
    Referent,
    Referents,
    classes_of,
    is_named_only,
)
from flake8_incall.model.objects.unpacking import Some

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

Follow = Callable[["References", ast.Call], Referents]
_ALCHEMY = "sqlalchemy.ext.asyncio"


def _getattr(references: References, node: ast.Call) -> Referents:
    if len(node.args) < 2:
        return UNKNOWN
    found = references.of(node.args[2]) if len(node.args) > 2 else NOTHING
    texts = references.constants.texts(node.args[1])
    if texts is None:
        return found | UNKNOWN
    bases = references.of(node.args[0])
    return found | frozenset(r for base in bases for text in texts for r in references.attribute(base, text, node))


def _vars(references: References, node: ast.Call) -> Referents:
    if not node.args:
        return _locals(references, node)
    bases = (base for base in references.of(node.args[0]) if isinstance(base, Outside))
    return frozenset(Outside(f"{base.name}.__dict__", node) for base in bases) or UNKNOWN


def _globals(references: References, node: ast.Call) -> Referents:
    return frozenset({Namespace()})


def _locals(references: References, node: ast.Call) -> Referents:
    is_inside = references.module.index.function_around(node) is not None
    return UNKNOWN if is_inside else frozenset({Namespace()})


def _import(references: References, node: ast.Call) -> Referents:
    texts = references.constants.texts(node.args[0]) if node.args else None
    return UNKNOWN if texts is None else frozenset(Outside(text, node, is_module=True) for text in texts)


def _first(references: References, node: ast.Call) -> Referents:
    return references.of(node.args[0]) if node.args else UNKNOWN


def _partial(references: References, node: ast.Call) -> Referents:
    """What is called in the end, by way of an object of another kind."""
    return _first(references, node) | UNKNOWN


def _itself(references: References, node: ast.Call) -> Referents:
    return _first(references, node)


def handed_on(references: References, node: ast.Call) -> ast.expr | None:
    """Return the argument that a call gives back as it is, or a copy of: of `cast`, the second."""
    for referent in references.of(node.func):
        match referent:
            case Outside(name=name):
                place = _PLACES.get(CALLS.get(references.catalogue.canonical(name)))
            case Instance(type=TypeUse(name=name, forms=())):
                place = _PLACES.get(CALLS.get(f"{name}.__call__"))
            case _:
                continue
        if place is not None and len(node.args) > place:
            return node.args[place]
    return None


def _element(references: References, node: ast.Call) -> Referents:
    found = _first(references, node)
    return frozenset(r for referent in found for r in references.containers.item(referent, Some.ANY))


def _cast(references: References, node: ast.Call) -> Referents:
    """What is cast, or the class that it is cast to where nothing is known of it."""
    if len(node.args) < 2:
        return UNKNOWN
    found = references.of(node.args[1])
    return found | references.declared.by(node.args[0]) if is_named_only(found) else found


def _changed(references: References, node: ast.Call) -> Referents:
    """A copy of an object with some other fields: `replace(LIMITS, patience=5)`."""
    return frozenset(r for r in _first(references, node) if isinstance(r, LocalInstance)) or UNKNOWN


def _new(references: References, node: ast.Call) -> Referents:
    """An object of a class of the module: `super().__new__(cls)`."""
    return frozenset(LocalInstance(made) for made in classes_of(_first(references, node))) or UNKNOWN


def _least(references: References, node: ast.Call) -> Referents:
    """`min(left, 8)` is 8 at most, and `min(TABLE)` an element."""
    if len(node.args) < 2:
        return _element(references, node)
    most = [bound for bound in map(references.constants.most, node.args) if bound is not None]
    return frozenset({AtMost(min(most))}) if most else references.of_all(node.args) | UNKNOWN


def _greatest(references: References, node: ast.Call) -> Referents:
    """`max(1, min(left, 8))` is 8 at most, and `max(TABLE)` an element."""
    if len(node.args) < 2:
        return _element(references, node)
    most = [bound for bound in map(references.constants.most, node.args) if bound is not None]
    return frozenset({AtMost(max(most))}) if len(most) == len(node.args) else references.of_all(node.args) | UNKNOWN


def _attributes(references: References, node: ast.Call) -> Referents:
    names = [references.constants.texts(argument) for argument in node.args]
    known = tuple(sorted(text for texts in names if texts for text in texts))
    return frozenset({Getter(known)}) if known else UNKNOWN


def _method(references: References, node: ast.Call) -> Referents:
    texts = references.constants.texts(node.args[0]) if node.args else None
    return frozenset({Getter(tuple(sorted(texts)))}) if texts else UNKNOWN


def _collected(references: References, node: ast.Call) -> Referents:
    return frozenset({Container(node)})


def _type(references: References, node: ast.Call) -> Referents:
    """`type("Kit", (), {"go": open})` is a class; `type(x)` tells nothing."""
    if len(node.args) != 3:
        return UNKNOWN
    members = (referent for referent in references.of(node.args[2]) if isinstance(referent, Container))
    return frozenset({MadeClass(node), *members})


def _session_maker(references: References, node: ast.Call) -> Referents:
    """`sessionmaker(engine, class_=AsyncSession)` makes what it is told to."""
    asked = [keyword.value for keyword in node.keywords if keyword.arg == "class_"]
    if not asked:
        return frozenset({Instance(TypeUse("sqlalchemy.orm.sessionmaker"))})
    is_async = any(isinstance(r, Outside) and r.name == f"{_ALCHEMY}.AsyncSession" for r in references.of_all(asked))
    return frozenset({Instance(TypeUse(f"{_ALCHEMY}.async_sessionmaker"))}) if is_async else UNKNOWN


def _super(references: References, node: ast.Call) -> Referents:
    definition = references.module.index.class_around(node)
    if definition is None:
        return UNKNOWN
    found: set[Referent] = set()
    for ancestor in references.classes.lineage(definition):
        if ancestor is definition:
            continue
        found.add(Instance(TypeUse(ancestor.name)) if isinstance(ancestor, Outside) else LocalInstance(ancestor))
    return frozenset(found) or frozenset({Instance(TypeUse("object"))})


def decorated(references: References, node: ast.Call) -> Referents:
    """Return the function that a decorator of the catalogue is called with: `observe(f)`, `retry(reraise=True)(f)`."""
    if len(node.args) != 1 or node.keywords:
        return NOTHING
    maker = node.func.func if isinstance(node.func, ast.Call) else node.func
    apis = [references.catalogue.api(r.name) for r in references.of(maker) if isinstance(r, Outside)]
    if not apis or not all(api is not None and api.keeps_calls for api in apis):
        return NOTHING
    return _functions(references.of(node.args[0]))


def before_decorating(references: References, binding: Binding) -> Referents:
    """Return the function behind `f = audited(f)`: whatever decorates it, it is run."""
    value = binding.value
    while isinstance(value, ast.Call) and value.args:
        value = value.args[0]
    if not isinstance(value, ast.Name) or value is binding.value or value.id != binding.name:
        return NOTHING
    return _functions(references.of(value))


def _functions(referents: Referents) -> Referents:
    """The functions of the module among what an expression can refer to."""
    return frozenset(r for r in referents if isinstance(r, Local) and isinstance(r.definition, FunctionNode))


_PLACES: dict[Follow | None, int] = {_itself: 0, _cast: 1}
# By canonical name: builtins without `builtins.` before them.
CALLS: dict[str, Follow] = {
    "getattr": _getattr,
    "object.__getattribute__": _getattr,
    "type.__getattribute__": _getattr,
    "inspect.getattr_static": _getattr,
    "vars": _vars,
    "globals": _globals,
    "locals": _locals,
    "__import__": _import,
    "importlib.import_module": _import,
    "operator.attrgetter": _attributes,
    "operator.methodcaller": _method,
    "type": _type,
    "types.new_class": _collected,
    "super": _super,
    "sqlalchemy.orm.sessionmaker": _session_maker,
    "typing.cast": _cast,
    "typing.NewType.__call__": _itself,
    "object.__new__": _new,
    "dataclasses.replace": _changed,
    "copy.replace": _changed,
    "min": _least,
    "max": _greatest,
    **dict.fromkeys(
        ("functools.cache", "functools.lru_cache", "staticmethod", "classmethod"),
        _first,
    ),
    **dict.fromkeys(("functools.partial", "functools.partialmethod"), _partial),
    **dict.fromkeys(("copy.copy", "copy.deepcopy"), _itself),
    **dict.fromkeys(("next", "random.choice"), _element),
    **dict.fromkeys(
        ("list", "tuple", "set", "frozenset", "dict", "sorted", "reversed", "iter", "enumerate"), _collected
    ),
    **dict.fromkeys(("types.SimpleNamespace", "types.MappingProxyType", "collections.OrderedDict"), _collected),
    **dict.fromkeys(("collections.defaultdict", "collections.deque", "collections.ChainMap", "zip"), _collected),
}
