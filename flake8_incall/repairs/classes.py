"""2xx: parameters of classes, whose objects the function makes of what JSON carries."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from flake8_incall.diagnostics import Edit, Fix
from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import find, last_name, uncalled
from flake8_incall.model.edits.imports import spelling
from flake8_incall.model.edits.statements import statement_at_head
from flake8_incall.model.edits.text import replaced
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of, only_definition
from flake8_incall.model.signature.defaults import is_none
from flake8_incall.repairs.words import be, words_of


def with_plain_values(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """`Literal` for an Enum, `dict` for a dataclass or model; the function makes the object of it."""
    module, annotation = function.module, parameter.node.annotation
    if function.interface is not function or not isinstance(annotation, ast.Name | ast.Attribute):
        return None
    definition = only_definition(module.fact(References).of(annotation))
    if not isinstance(definition, ast.ClassDef):
        return None
    name, class_ = parameter.name, module.segment(annotation)
    members = dict(_members(definition)) if _is_enum(definition, module) else {}
    if members:
        return _as_literal(function, parameter, members)
    if parameter.default is not None or not _has_fields(definition, module):
        return None
    words = words_of(name)
    message = f"The {words} {be(words)} not complete"
    conversion = statement_at_head(
        module,
        function.node,
        "try:",
        f"    {name} = {class_}(**{name})",
        "except (TypeError, ValueError):",
        f'    return {{"status": "error", "message": "{message}"}}',
    )
    return Fix((replaced(module, annotation, "dict"), conversion), is_safe=False) if conversion else None


def with_contents(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """`str` for a file of which the function only reads all."""
    module, annotation = function.module, parameter.node.annotation
    if function.interface is not function or annotation is None or parameter.default is not None:
        return None
    uses = [node for node in find(ast.Name, *function.node.body) if node.id == parameter.name]
    reads = [_whole_read(use, module) for use in uses]
    if not reads or not all(reads):
        return None
    edits = [replaced(module, read, parameter.name) for read in reads if read is not None]
    return Fix((replaced(module, annotation, "str"), *edits), is_safe=False)


def with_any(function: InCallFunction, parameter: Parameter) -> Fix | None:
    """`Any` for `any`, which is a function."""
    module, annotation = function.module, parameter.node.annotation
    if function.interface is not function or not isinstance(annotation, ast.Name) or annotation.id != "any":
        return None
    found = spelling(module, function.node, "typing", "Any", by_name=True)
    return Fix((*found.edits, replaced(module, annotation, found.text)), is_safe=False) if found else None


def _as_literal(function: InCallFunction, parameter: Parameter, members: dict[str, str | int]) -> Fix | None:
    module, annotation, default = function.module, parameter.node.annotation, parameter.default
    literal = spelling(module, function.node, "typing", "Literal", by_name=True)
    edits: list[Edit] = []
    if default is not None and not is_none(default):
        if last_name(default) not in members:
            return None
        edits = [replaced(module, default, json.dumps(members[last_name(default)], ensure_ascii=False))]
    if annotation is None or literal is None or is_none(default):
        return None
    line = f"{parameter.name} = {module.segment(annotation)}({parameter.name})"
    conversion = statement_at_head(module, function.node, line)
    if conversion is None:
        return None
    values = ", ".join(json.dumps(value, ensure_ascii=False) for value in members.values())
    whole = replaced(module, annotation, f"{literal.text}[{values}]")
    return Fix((*literal.edits, whole, *edits, conversion), is_safe=False)


def _members(definition: ast.ClassDef) -> Iterator[tuple[str, str | int]]:
    for statement in definition.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str() | int() as value)):
                yield name, value


def _is_enum(definition: ast.ClassDef, module: Module) -> bool:
    bases = names_of(module.fact(References).of_all(definition.bases))
    return module.catalogue.any_has("is-enum", bases)


def _has_fields(definition: ast.ClassDef, module: Module) -> bool:
    """Whether objects of a class are made of keywords alone."""
    references = module.fact(References)
    decorators = names_of(references.of_all(map(uncalled, definition.decorator_list)))
    bases = names_of(references.of_all(definition.bases))
    is_dataclass = any(name.endswith("dataclass") for name in decorators)
    return is_dataclass or not bases.isdisjoint({"pydantic.BaseModel", "typing.NamedTuple"})


def _whole_read(use: ast.Name, module: Module) -> ast.Call | None:
    """The call `use.read()`, of which a name is a part."""
    attribute = module.parents[use]
    call = module.index.call_of(attribute) if isinstance(attribute, ast.Attribute) else None
    is_whole = isinstance(attribute, ast.Attribute) and attribute.attr == "read" and call and not call.args
    return call if is_whole and call is not None and not call.keywords else None
