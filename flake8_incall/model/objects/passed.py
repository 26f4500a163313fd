"""What the module's own calls pass: to a parameter without an annotation, to what makes objects, to their fields."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from flake8_incall.model.code.binding import Bound
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.calling import bound
from flake8_incall.model.objects.fields import Field
from flake8_incall.model.objects.referents import NOTHING, Constant, Definition, Instance, Local, Referents

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

# What an object is made with is given to these methods.
_MAKERS = frozenset({"__init__", "__post_init__"})


class Passed:
    """The arguments of the calls of one module's functions and classes, by name or as methods of `self`."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._index = references.module.index
        self._known: dict[ast.arg, Referents] = {}
        self._fields: dict[tuple[ast.ClassDef, str], list[ast.expr | None] | None] = {}
        self._made: dict[ast.expr, ast.Call] = {}

    def to(self, parameter: ast.arg, function: FunctionNode) -> Referents:
        """The objects of classes that a parameter of a function is given, which takes one argument."""
        if parameter not in self._known:
            # A function that passes on its own parameter adds nothing.
            self._known[parameter] = NOTHING
            found = self._references.of_all(self.expressions(parameter, function))
            self._known[parameter] = frozenset(r for r in found if isinstance(r, Instance)) | _kept(found, function)
        return self._known[parameter]

    def expressions(self, parameter: ast.arg, function: FunctionNode) -> list[ast.expr]:
        """The expressions that the calls of a function give to a parameter."""
        return [call.given[parameter.arg] for call in self._of(function) if parameter.arg in call.given]

    def _of(self, function: FunctionNode) -> Iterator[Bound[ast.expr]]:
        """The calls of a function, and those of the class whose objects it makes."""
        made = self._index.owner(function) if function.name in _MAKERS else None
        if made is None:
            return self._bound([function.name], function)
        names = [function.name, made.name, "cls"]
        return chain(self._bound(names, made), self._bound(names, function))

    def arguments(self, parameter: ast.arg, function: FunctionNode) -> list[ast.expr | None]:
        """All that the calls of a function give to a parameter, `*args` included, and its default where they give none.

        Returns:
            The expressions, `None` among them for one that is not seen; none where nothing calls it.
        """
        found: list[ast.expr | None] = []
        for call in self._of(function):
            if parameter is function.args.vararg:
                found += [*call.rest, *([None] if call.spread else [])]
            else:
                found.append({**call.defaults, **call.given}.get(parameter.arg))
        return found

    def constants(self, parameter: ast.arg, function: FunctionNode, owner: ast.ClassDef) -> Referents:
        """The constants with which all objects of a class are made; nothing where others may be among them."""
        if function.name != "__init__" or parameter in (function.args.vararg, function.args.kwarg):
            return NOTHING
        made = [owner, *self._heirs.get(owner, ())]
        if not self._handed_on.isdisjoint(each.name for each in made):
            return NOTHING
        calls = [call for each in made for call in self._bound((each.name, "cls"), each)]
        calls += self._bound(("__init__",), function)
        name = parameter.arg
        values = [call.given.get(name) or call.defaults.get(name) for call in calls if name not in call.unknown]
        if len(values) < len(calls) or None in values:
            return NOTHING
        found = self._references.of_all(value for value in values if value is not None)
        return found if all(isinstance(referent, Constant) for referent in found) else NOTHING

    def to_field(self, definition: ast.ClassDef, attribute: str) -> list[ast.expr | None] | None:
        """The expressions that a field of a class has its value from when an object is made.

        Returns:
            The expressions, `None` among them for one that is not seen; `None` where there is no such field.
        """
        key = (definition, attribute)
        if key not in self._fields:
            record = self._references.fields.of(definition)
            field = record.field(attribute) if record is not None else None
            self._fields[key] = None if field is None else []
            if field is not None:
                self._fields[key] = self._given(field, definition)
        return self._fields[key]

    def _given(self, field: Field, definition: ast.ClassDef) -> list[ast.expr | None]:
        made = [definition, *self.heirs(definition)]
        calls = [call for each in made for call in self._bound((each.name, "cls"), each)]
        found: list[ast.expr | None] = [call.given[field.argument] for call in calls if field.argument in call.given]
        found += [None for call in calls if field.argument in call.unknown]
        if not calls or any(field.argument not in (*call.given, *call.unknown) for call in calls):
            default = self.default(field)
            found += [default] if default is not None else []
        return found

    def default(self, field: Field) -> ast.expr | None:
        """Return what a field is where nothing is given: its default, or what its factory makes."""
        match field.factory:
            case None:
                return field.default
            case ast.Lambda(body=body):
                return body
            case factory:
                if factory not in self._made:
                    self._made[factory] = ast.copy_location(ast.Call(factory, [], []), factory)
                return self._made[factory]

    def _bound(self, names: list[str] | tuple[str, ...], called: Definition) -> Iterator[Bound[ast.expr]]:
        """What the calls of a function or class give to its parameters, as far as they are known."""
        for name in dict.fromkeys(names):
            for call in self._calls.get(name, ()):
                if Local(called) in self._references.of(call.func):
                    found = bound(call.func, called, self._references)
                    yield from [found] if found is not None else []

    def heirs(self, definition: ast.ClassDef) -> list[ast.ClassDef]:
        """Return the classes of the module that inherit from one."""
        return self._heirs.get(definition, [])

    @cached_property
    def _handed_on(self) -> frozenset[str]:
        """The names of classes that something else than a call by name may make objects of: `MAKERS = {"a": Shop}`."""
        classes = {node.name for node in self._index.nodes(ast.ClassDef)}
        mentions = (node for node in self._index.nodes(ast.Name) if node.id in classes)
        return frozenset(node.id for node in mentions if self._is_handed_on(node))

    def _is_handed_on(self, node: ast.Name) -> bool:
        match self._index.parents[node]:
            case ast.Call(args=arguments):
                return node in arguments
            case ast.AnnAssign(value=value):
                return value is node
            case ast.Assign() | ast.NamedExpr() | ast.Dict() | ast.List() | ast.Tuple() | ast.Set() | ast.keyword():
                return True
            case ast.Return() | ast.IfExp() | ast.BoolOp() | ast.Starred():
                return True
        return False

    @cached_property
    def _heirs(self) -> dict[ast.ClassDef, list[ast.ClassDef]]:
        """By class: those of the module that inherit from it."""
        found: dict[ast.ClassDef, list[ast.ClassDef]] = {}
        for node in self._index.nodes(ast.ClassDef):
            for ancestor in self._references.classes.lineage(node):
                if isinstance(ancestor, ast.ClassDef) and ancestor is not node:
                    found.setdefault(ancestor, []).append(node)
        return found

    @cached_property
    def _calls(self) -> dict[str, list[ast.Call]]:
        """By name: `fetch(client)`, `self.fetch(client)`, `super().__init__(client)`; others would take more types."""
        found: dict[str, list[ast.Call]] = {}
        for node in self._index.nodes(ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                    found.setdefault(name, []).append(node)
                case ast.Attribute(attr="__init__" as name):
                    found.setdefault(name, []).append(node)
        return found


def _kept(found: Referents, function: FunctionNode) -> Referents:
    """The one function of the module that every object of a class is made with; of several, none is known to be it."""
    functions = frozenset(referent for referent in found if isinstance(referent, Local))
    return functions if function.name in _MAKERS and len(functions) == 1 and found == functions else NOTHING
