"""Constants, however they are put together: `"sys" + "tem"`, f-strings, `join`, `2 * MINUTE`, `timedelta(0)`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from flake8_incall.model.objects import folding
from flake8_incall.model.objects.arguments import read
from flake8_incall.model.objects.changes import Changes
from flake8_incall.model.objects.folding import Unfollowed, attempted
from flake8_incall.model.objects.referents import AtMost, Constant, Container, Member, Referents, only_name

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

_MOST_ALTERNATIVES = 16
_LONGEST = 4096
_DEEPEST = 20
_NO_SEQUENCE = object()


class Constants:
    """The constants of one module: what `References` says of them, and what it asks to say it.

    Several constants can flow in, and are told only if nothing else can.
    """

    def __init__(self, references: References) -> None:
        self._references = references
        self._sequences: dict[ast.AST, Any] = {}
        self._depth = 0

    def texts(self, node: ast.expr) -> frozenset[str] | None:
        """The texts that an expression can be, or `None` when it can be something that is not known."""
        values = self.values(node)
        are_texts = values is not None and all(isinstance(v, str) and len(v) <= _LONGEST for v in values)
        return frozenset(values) if values is not None and are_texts else None

    def value(self, node: ast.expr, otherwise: Any) -> Any:
        """The one constant that an expression is: a text, bytes, a number, `None`, or a tuple or list of these.

        Args:
            node: The expression.
            otherwise: What to return where it is none, or none that is followed.
        """
        values = self.values(node)
        return otherwise if values is None or len(values) != 1 else values[0]

    def _only(self, node: ast.expr) -> Any:
        """The one constant that an expression is.

        Raises:
            Unfollowed: It is not a constant, or none that is followed.
        """
        values = self.values(node)
        if values is None or len(values) != 1:
            raise Unfollowed
        return values[0]

    def values(self, node: ast.expr) -> list[Any] | None:
        """The constants that an expression can be, or `None` when it can be something else."""
        return self.among(self._references.of(node))

    def among(self, referents: Referents) -> list[Any] | None:
        """The constants that referents are, or `None` when something else is among them."""
        found: list[Any] = []
        for referent in referents:
            match referent:
                case Constant(value=value):
                    found.append(value)
                case Container(node=node):
                    try:
                        found.append(self._sequence(node))
                    except Unfollowed:
                        return None
                case Member() if (worth := self._references.enumerations.worth(referent)) is not None:
                    inner = self.among(worth)
                    if inner is None:
                        return None
                    found += inner
                case _:
                    return None
            if len(found) > _MOST_ALTERNATIVES:
                return None
        return found or None

    def most(self, node: ast.expr) -> float | None:
        """The number that an expression cannot exceed, where one is known."""
        if isinstance(node, ast.Starred):
            return None
        found: list[float] = []
        for referent in self._references.of(node):
            match referent:
                case AtMost(value=value) | Constant(value=int() | float() as value):
                    found.append(value)
                case _:
                    return None
        return max(found, default=None)

    # What expressions make of them

    def joined(self, node: ast.JoinedStr) -> Referents | None:
        """What an f-string is."""
        found: list[Any] | None = [""]
        for part in node.values:
            texts = self._field(part) if isinstance(part, ast.FormattedValue) else self.values(part)
            found = None if texts is None else _products(lambda one, other: one + other, found, texts)
            if found is None:
                return None
        return _constants(found)

    def _field(self, node: ast.FormattedValue) -> list[Any] | None:
        spec = [""] if node.format_spec is None else self.values(node.format_spec)
        if any(isinstance(referent, Member) for referent in self._references.of(node.value)):
            return None
        return _products(folding.formatted(node.conversion), self.values(node.value), spec)

    def operated(self, node: ast.BinOp, left: Referents, right: Referents) -> Referents | None:
        """What a binary operation is."""
        found = self.among(left)
        return None if found is None else _constants(_products(folding.operated(node.op), found, self.among(right)))

    def signed(self, node: ast.UnaryOp) -> Referents | None:
        """What a sign, or `not`, makes of a constant."""
        return _constants(_products(folding.signed(node.op), self.values(node.operand)))

    def item(self, node: ast.Subscript) -> Referents | None:
        """An element or a part of a constant, or of a sequence of constants."""
        owners = self.values(node.value)
        if owners is None:
            return None
        if not isinstance(node.slice, ast.Slice):
            return _constants(_products(lambda owner, key: owner[key], owners, self.values(node.slice)))
        bounds = (node.slice.lower, node.slice.upper, node.slice.step)
        parts = [[None] if bound is None else self.values(bound) for bound in bounds]
        return _constants(_products(lambda owner, *ends: owner[slice(*ends)], owners, *parts))

    def called(self, name: str, node: ast.Call) -> Referents | None:
        """What a function of Python, by its canonical name, gives for constants."""
        if name == "map":
            return self._map(node)
        function = folding.function_named(name)
        if function is None:
            return None
        arguments = read(node, self._references)
        if arguments.spread or arguments.keyword_spread or (arguments.keywords and name != "datetime.timedelta"):
            return None
        names = list(arguments.keywords)
        operands = [self.values(value) for value in (*arguments.positional, *arguments.keywords.values())]

        def apply(*values: Any) -> Any:
            end = len(values) - len(names)
            return function(*values[:end], **dict(zip(names, values[end:], strict=True)))

        return _constants(_products(apply, *operands))

    def method(self, node: ast.Call, function: ast.Attribute) -> Referents | None:
        """What a method of a text, or `timedelta.total_seconds`, gives."""
        if function.attr not in self._text_methods and function.attr != "total_seconds":
            return None
        owners = self.values(function.value)
        if owners is None or any(isinstance(argument, ast.Starred) for argument in node.args):
            return None
        if function.attr == "total_seconds":
            seconds = folding.function_named("datetime.timedelta.total_seconds")
            return _constants(_products(seconds, owners)) if seconds is not None and not node.args else None
        if function.attr == "format":
            return self._filled_in(node, owners)
        if node.keywords:
            return None
        return _constants(_products(folding.method_named(function.attr), owners, *map(self.values, node.args)))

    def _filled_in(self, node: ast.Call, owners: list[Any]) -> Referents | None:
        names, count = [keyword.arg or "" for keyword in node.keywords], len(node.args)
        operands = [self.values(value) for value in (*node.args, *(keyword.value for keyword in node.keywords))]
        if "" in names:
            return None

        def apply(text: Any, *values: Any) -> str:
            return folding.filled_in(text, values[:count], dict(zip(names, values[count:], strict=True)))

        return _constants(_products(apply, owners, *operands))

    @cached_property
    def _text_methods(self) -> frozenset[str]:
        catalogue = self._references.catalogue
        return catalogue.members("pure") | catalogue.members("splits") | {"format", "join"}

    # Sequences

    def _sequence(self, node: ast.AST) -> Any:
        """The sequence of constants that a container is."""
        if self._depth > _DEEPEST:
            raise Unfollowed
        if node not in self._sequences:
            # What has itself inside is none.
            self._sequences[node] = _NO_SEQUENCE
            self._depth += 1
            try:
                self._sequences[node] = self._elements(node)
            except Unfollowed:
                pass
            finally:
                self._depth -= 1
        if self._sequences[node] is _NO_SEQUENCE:
            raise Unfollowed
        return self._sequences[node]

    def _elements(self, node: ast.AST) -> Any:
        match node:
            case ast.Tuple(elts=elements):
                return tuple(self._each(elements))
            case ast.List(elts=elements) if not self._references.module.fact(Changes).may_change(node):
                return self._each(elements)
            case ast.ListComp() | ast.GeneratorExp() if not self._references.module.fact(Changes).may_change(node):
                return self._comprehension(node)
        raise Unfollowed

    def _each(self, elements: list[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for element in elements:
            if isinstance(element, ast.Starred):
                found += attempted(list, self._only(element.value))
            else:
                found.append(self._only(element))
        return found

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> list[Any]:
        """`chr(c) for c in (111, 115)`: one source, no condition, and one function of the variable or itself."""
        first = node.generators[0]
        if len(node.generators) > 1 or first.ifs or first.is_async or not isinstance(first.target, ast.Name):
            raise Unfollowed
        elements: list[Any] = attempted(list, self._only(first.iter))
        match node.elt:
            case ast.Name(id=name) if name == first.target.id:
                return elements
            case ast.Call(args=[ast.Name(id=name)], keywords=[]) if name == first.target.id:
                return self._mapped(node.elt.func, elements)
        raise Unfollowed

    def _map(self, node: ast.Call) -> Referents | None:
        match node:
            case ast.Call(args=[function, source], keywords=[]):
                try:
                    return _constants([self._mapped(function, self._only(source))])
                except Unfollowed:
                    pass
        return None

    def _mapped(self, function: ast.expr, elements: Any) -> list[Any]:
        applied = folding.function_named(self._name(function))
        if applied is None:
            raise Unfollowed
        return [attempted(applied, element) for element in attempted(list, elements)]

    def _name(self, function: ast.expr) -> str:
        return self._references.catalogue.canonical(only_name(self._references.of(function)) or "")


def _products(function: Callable[..., Any], *operands: list[Any] | None) -> list[Any] | None:
    """What a function makes of each choice of operands; `None` where any of that cannot be told."""
    known = [values for values in operands if values is not None]
    if len(known) < len(operands) or prod(map(len, known)) > _MOST_ALTERNATIVES:
        return None
    try:
        return [attempted(function, *chosen) for chosen in product(*known)]
    except Unfollowed:
        return None


def _constants(values: list[Any] | None) -> Referents | None:
    return None if values is None else frozenset(map(Constant, values))
