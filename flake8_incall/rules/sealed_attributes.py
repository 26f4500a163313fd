"""5xx, sealed: attributes that look inside objects, and ways to reach attributes by their names as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING

from flake8_incall.diagnostics import Finding
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.visibility import Visibility
from flake8_incall.model.gate.exposure import Exposure
from flake8_incall.rules.registry import rule

# What only these rules need is imported where they run: few runs have the profile `gate`.
if TYPE_CHECKING:
    from flake8_incall.model.gate.ownership import Ownership

_FORMATTING = frozenset({"format", "format_map"})


@rule(
    "CAL523",
    "`{name}` {fault}",
    on=Module,
    profiles=("gate",),
)
def introspection(module: Module) -> Iterator[Finding]:
    """An attribute that gives access to interpreter internals is used.

    **Why**: A few such steps lead from any object to everything in the process: `print.__self__` is the `builtins`
    module. Patterns and class definitions that bind these attributes count as well.

    **Bad**:
    ```python
    def builtins_of(function):
        match function:
            case object(__self__=found):
                return found
    ```

    **Good**:
    ```python
    class Basket:
        def __init__(self) -> None:
            self._items: list[str] = []

        def __len__(self) -> int:
            return len(self._items)

    def kind_of(value) -> str:
        return type(value).__name__
    ```

    **Limits**: Private names are allowed on `self` and on objects of a class of the module, unless the class
    inherits from one outside. `type(value)` is allowed to be compared and asked for its name.
    """
    from flake8_incall.model.gate.inside import inside_names, looks_inside
    from flake8_incall.model.gate.ownership import Ownership

    ownership = Ownership(module)
    for attribute in module.index.nodes(ast.Attribute):
        fault = looks_inside(module, ownership, attribute)
        if fault and attribute.attr not in _FORMATTING:
            yield Finding(attribute, {"name": attribute.attr, "fault": fault})
    for node, name, fault in inside_names(module):
        yield Finding(node, {"name": name, "fault": fault})


@rule(
    "CAL524",
    "`{name}` {fault}",
    on=Module,
    profiles=("gate",),
)
def dynamic_attribute_access(module: Module) -> Iterator[Finding]:
    """Attributes are read or written by a computed name: `getattr`, `setattr`, `delattr`, `operator` helpers.

    **Why**: A name that is put together while the function runs cannot be read here, and reaches what is
    refused when it is written out. Items of a dict do the same for data, and nothing else.

    **Bad**:
    ```python
    def read(record, part: str):
        return getattr(record, "__" + part + "__")
    ```

    **Good**:
    ```python
    def read(record: dict, part: str):
        return record.get(part), getattr(record, "total", None)
    ```
    """
    from flake8_incall.model.gate.ownership import Ownership

    exposure, ownership = module.fact(Exposure), Ownership(module)
    for name in module.fact(Visibility).reads:
        if name.id not in ("getattr", "setattr", "delattr"):
            continue
        fault = _fault_of_access(module, ownership, name) if exposure.origins(name).is_outside else None
        if fault:
            yield Finding(name, {"name": name.id, "fault": fault})
    for member in exposure.members:
        if module.catalogue.has("makes-getter", member.qualified_name):
            yield Finding(member.node, {"name": member.qualified_name, "fault": "accesses attributes by string"})


def _fault_of_access(module: Module, ownership: Ownership, name: ast.Name) -> str | None:
    call = module.parents[name]
    if name.id != "getattr":
        return "sets attributes by string; assign directly, or use a dict"
    if not isinstance(call, ast.Call) or call.func is not name:
        return "is used as a value; call it directly with a string literal"
    wanted = call.args[1] if len(call.args) > 1 else None
    if not isinstance(wanted, ast.Constant) or not isinstance(wanted.value, str):
        return "is called with a computed name; use a string literal, or a dict"
    policy = module.fact(Exposure).policy
    if wanted.value.startswith("_") or wanted.value in policy.attributes | _FORMATTING:
        return "accesses an attribute that the gate does not allow"
    if ownership.definition(call.args[0]):
        return "accesses an attribute of a class by string; access it by name"
    return None


@rule(
    "CAL525",
    "{what} {fault}; use an f-string",
    on=Module,
    profiles=("gate",),
)
def unsafe_format_string(module: Module) -> Iterator[Finding]:
    """`format` is called on a non-literal string, or with fields that access attributes.

    **Why**: `"{0.__class__}".format(x)` is an attribute access that no checker of code sees, and a text that
    comes from elsewhere can hold one. An f-string is code, and is checked like code.

    **Bad**:
    ```python
    def greet(caller, text: str) -> str:
        return text.format(caller) + "{0.account.owner}".format(caller)
    ```

    **Good**:
    ```python
    GREETING = "Good morning {name}, {count:>3} orders"

    def greet(name: str, count: int) -> str:
        return GREETING.format(name=name, count=count)
    ```
    """
    from flake8_incall.model.gate.ownership import Ownership

    ownership = Ownership(module)
    for attribute in module.index.nodes(ast.Attribute):
        if attribute.attr not in _FORMATTING or module.fact(Exposure).is_member(attribute):
            continue
        fault = _fault_of_format(module, ownership, attribute)
        if fault:
            yield Finding(attribute, {"what": f"`{attribute.attr}`", "fault": fault})
    for member in module.fact(Exposure).members:
        if member.qualified_name == "string.Formatter":
            yield Finding(member.node, {"what": "`string.Formatter`", "fault": "accesses attributes by string"})


def _fault_of_format(module: Module, ownership: Ownership, attribute: ast.Attribute) -> str | None:
    own = ownership.own_class(attribute.value)
    if own is not None and ownership.defines(own, attribute.attr):
        return None
    texts = _texts(module, attribute.value)
    if attribute.attr == "format_map" or texts is None:
        return "is called on a non-literal format string"
    if any(_reaches_inside(text) for text in texts):
        return "has a field that accesses attributes"
    return None


def _texts(module: Module, node: ast.expr) -> list[str] | None:
    """The texts that an expression can be, or `None` if it can be another."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else None
    texts = []
    for binding in module.fact(Visibility).own(node):
        value = binding.value
        if binding.kind is not Kind.ASSIGNMENT or not isinstance(value, ast.Constant):
            return None
        if not isinstance(value.value, str):
            return None
        texts.append(value.value)
    return texts or None


def _reaches_inside(text: str) -> bool:
    pending = [text]
    while pending:
        try:
            for _, field, spec, _ in Formatter().parse(pending.pop()):
                if field and ("." in field or "[" in field):
                    return True
                if spec:
                    pending.append(spec)
        except ValueError:
            return False
    return False
