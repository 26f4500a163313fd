"""Effects of the metadata in `Annotated[...]` on a parameter's description."""

from __future__ import annotations

import ast
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from flake8_incall.model.code.scopes import Use
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import only_definition, only_name
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_FIELDS = frozenset({"pydantic.Field", "pydantic.fields.Field"})
_JSON_SCHEMAS = frozenset({"pydantic.WithJsonSchema", "pydantic.json_schema.WithJsonSchema"})
_HOOKS = frozenset({"__get_pydantic_core_schema__", "__get_pydantic_json_schema__"})


class Metadata(Enum):
    """What one item behind the type in `Annotated[...]` says to the model."""

    DESCRIPTION = "describes the parameter in the tool schema"
    TEXT = "describes the parameter to a person only"
    NOTHING = "describes nothing"
    UNKNOWN = "cannot tell"


def read_metadata(item: ast.expr, module: Module, find_use: Callable[[ast.Name], Use | None]) -> Metadata:
    """Tell what one item of metadata is.

    Args:
        item: The item as written.
        module: The file it stands in.
        find_use: Where a name in it is looked up.
    """
    value = written(item, module.fact(References), find_use(item) if isinstance(item, ast.Name) else None)
    match value:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return Metadata.TEXT
        case ast.Constant():
            return Metadata.NOTHING
        case ast.Call():
            return _call(value, module, find_use)
        case ast.Name():
            return _named(value, module, find_use(value))
    return Metadata.UNKNOWN


def _call(call: ast.Call, module: Module, find_use: Callable[[ast.Name], Use | None]) -> Metadata:
    root = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    made = module.fact(References).of(call.func, find_use(root) if isinstance(root, ast.Name) else None)
    name = only_name(made) or ""
    if name in _FIELDS:
        described = any(keyword.arg in ("description", "json_schema_extra", None) for keyword in call.keywords)
        return Metadata.DESCRIPTION if described else Metadata.NOTHING
    if name in _JSON_SCHEMAS:
        return Metadata.UNKNOWN
    if name.endswith(".Doc"):
        return Metadata.TEXT
    if module.catalogue.has("describes-nothing", name):
        return Metadata.NOTHING
    definition = only_definition(made)
    # pydantic looks at metadata of other classes only where they have its hooks.
    is_marker = isinstance(definition, ast.ClassDef) and not _may_have_hooks(definition)
    return Metadata.TEXT if is_marker else Metadata.UNKNOWN


def _may_have_hooks(node: ast.ClassDef) -> bool:
    return bool(node.bases) or any(getattr(statement, "name", None) in _HOOKS for statement in node.body)


def _named(name: ast.Name, module: Module, use: Use | None) -> Metadata:
    only = only_name(module.fact(References).of(name, use))
    is_silent = only is not None and module.catalogue.has("describes-nothing", only)
    return Metadata.NOTHING if is_silent else Metadata.UNKNOWN
