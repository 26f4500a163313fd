"""Constant texts, however they are put together: `"sys" + "tem"`, f-strings, `join`, `%`, `chr`, slices.

Nothing is evaluated: each operation that is followed is listed here and bounded in size.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

from flake8_incall.model.code.scopes import Kind

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_LONGEST = 4096
_DEEPEST = 40
_MOST_ALTERNATIVES = 16


class Unfollowed(Exception):  # noqa: N818  # no error: the answer "not known"
    """The expression is no constant, or none that is followed."""


class Constants:
    """The constants of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._depth = 0

    def texts(self, node: ast.expr) -> frozenset[str] | None:
        """The texts that an expression can be, or `None` when it can be something that is not known."""
        try:
            values = self._alternatives(node)
        except (Unfollowed, RecursionError):
            return None
        return frozenset(values) if all(isinstance(value, str) for value in values) else None

    def value(self, node: ast.expr) -> Any:
        """The one constant that an expression is: a text, bytes, a number, `None`, or a tuple of these.

        Raises:
            Unfollowed: It is not a constant, or none that is followed.
        """
        if self._depth >= _DEEPEST:
            raise Unfollowed
        self._depth += 1
        try:
            return _bounded(self._value(node))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise Unfollowed from error
        finally:
            self._depth -= 1

    def _alternatives(self, node: ast.expr) -> list[Any]:
        """Each constant that can flow in, where it is one of several."""
        pending: list[ast.expr] = [node]
        found: list[Any] = []
        while pending:
            if len(found) + len(pending) > _MOST_ALTERNATIVES:
                raise Unfollowed
            current = pending.pop()
            match current:
                case ast.IfExp():
                    pending += [current.body, current.orelse]
                case ast.BoolOp():
                    pending += current.values
                case ast.Name() if (sources := list(self._sources(current))) and sources != [current]:
                    pending += sources
                case _:
                    found.append(self.value(current))
        return found

    def _sources(self, node: ast.Name) -> Iterator[ast.expr]:
        """The expressions whose value a name can have, where all of them are known."""
        use = self._module.names.use(node)
        bindings = self._module.names.bindings(node.id, use) if use else []
        for binding in bindings:
            looped = self._elements_of_loop(binding.node) if binding.kind is Kind.TARGET else None
            if looped is not None:
                yield from looped
            elif binding.kind is Kind.ASSIGNMENT and binding.value is not None:
                yield binding.value
            else:
                raise Unfollowed

    def _elements_of_loop(self, target: ast.AST) -> list[ast.expr] | None:
        """What the variable of `for name in ("a", "b")` is in turn."""
        parent = self._module.parents.get(target)
        if isinstance(parent, ast.For | ast.comprehension) and parent.target is target:
            source = parent.iter
            if isinstance(source, ast.Tuple | ast.List | ast.Set):
                return source.elts
        return None

    def _value(self, node: ast.expr) -> Any:
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise Unfollowed
        return handler(self, node)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        sources = list(self._sources(node))
        if len(sources) != 1:
            raise Unfollowed
        return self.value(sources[0])

    def _inner(self, node: ast.NamedExpr) -> Any:
        return self.value(node.value)

    def _joined(self, node: ast.JoinedStr) -> str:
        return "".join(str(self.value(part)) for part in node.values)

    def _formatted(self, node: ast.FormattedValue) -> Any:
        if node.format_spec is not None or node.conversion not in (-1, ord("s")):
            raise Unfollowed
        return self.value(node.value)

    def _signed(self, node: ast.UnaryOp) -> Any:
        if not isinstance(node.op, ast.USub):
            raise Unfollowed
        return -self.value(node.operand)

    def _sequence(self, node: ast.Tuple | ast.List) -> tuple[Any, ...]:
        return tuple(self.value(element) for element in node.elts)

    def _operation(self, node: ast.BinOp) -> Any:
        operands: list[tuple[ast.operator, ast.expr]] = []
        left: ast.expr = node
        # `"a" + "b" + …` leans to the left, as deep as it is long.
        while isinstance(left, ast.BinOp):
            operands.append((left.op, left.right))
            left = left.left
        return reduce(
            lambda value, step: _bounded(_apply(step[0], value, self.value(step[1]))),
            reversed(operands),
            self.value(left),
        )

    def _item(self, node: ast.Subscript) -> Any:
        if isinstance(node.value, ast.Dict):
            return self._looked_up(node.value, self.value(node.slice))
        if isinstance(node.slice, ast.Slice):
            bounds = (node.slice.lower, node.slice.upper, node.slice.step)
            return self.value(node.value)[slice(*(None if b is None else self.value(b) for b in bounds))]
        sources = list(self._sources(node.value)) if isinstance(node.value, ast.Name) else []
        if len(sources) == 1 and isinstance(sources[0], ast.Dict):
            return self._looked_up(sources[0], self.value(node.slice))
        return self.value(node.value)[self.value(node.slice)]

    def _looked_up(self, node: ast.Dict, key: Any) -> Any:
        for candidate, value in zip(node.keys, node.values, strict=True):
            if candidate is None:
                raise Unfollowed
            if self.value(candidate) == key:
                return self.value(value)
        raise Unfollowed

    def _call(self, node: ast.Call) -> Any:
        if node.keywords and not isinstance(node.func, ast.Attribute):
            raise Unfollowed
        name = self._module.names.resolve(node.func).only
        if name in ("builtins.map",) and len(node.args) == 2:
            function = _FUNCTIONS.get(self._module.names.resolve(node.args[0]).only or "")
            if function is None:
                raise Unfollowed
            return tuple(function(element) for element in self.value(node.args[1]))
        arguments = [self.value(argument) for argument in node.args]
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](*arguments)
        if isinstance(node.func, ast.Attribute) and node.func.attr in self._text_methods:
            owner = self.value(node.func.value)
            if node.func.attr == "format":
                return _format(owner, arguments, {k.arg: self.value(k.value) for k in node.keywords})
            if isinstance(owner, str | bytes) and not node.keywords:
                return getattr(owner, node.func.attr)(*arguments)
        raise Unfollowed

    @cached_property
    def _text_methods(self) -> frozenset[str]:
        catalogue = self._module.catalogue
        return catalogue.members("pure") | catalogue.members("splits") | {"format", "join"}

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Any:
        """`chr(c) for c in (111, 115)`: one source, no condition, and one function of the variable or itself."""
        first = node.generators[0]
        if len(node.generators) > 1 or first.ifs or not isinstance(first.target, ast.Name):
            raise Unfollowed
        elements = self.value(first.iter)
        match node.elt:
            case ast.Name(id=name) if name == first.target.id:
                return tuple(elements)
            case ast.Call(args=[ast.Name(id=name)], keywords=[]) if name == first.target.id:
                function = _FUNCTIONS.get(self._module.names.resolve(node.elt.func).only or "")
                if function is not None:
                    return tuple(function(element) for element in elements)
        raise Unfollowed


def _apply(operator: ast.operator, left: Any, right: Any) -> Any:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub() if isinstance(left, int) and isinstance(right, int):
            return left - right
        case ast.BitXor() if isinstance(left, int) and isinstance(right, int):
            return left ^ right
        case ast.Mult() if isinstance(right, int) and right * _size(left) <= _LONGEST:
            return left * right
        case ast.Mod() if isinstance(left, str) and not re.search(r"%[^sdc%]", left):
            return left % right
    raise Unfollowed


def _format(text: Any, positional: list[Any], named: dict[str | None, Any]) -> str:
    """`str.format` for fields that are plain numbers or names."""
    pieces = re.split(r"\{(\w*)\}", text)
    if any("{" in piece or "}" in piece for piece in pieces[::2]):
        raise Unfollowed
    fields = [named[field] if field in named else positional[int(field or n)] for n, field in enumerate(pieces[1::2])]
    return pieces[0] + "".join(f"{value}{piece}" for value, piece in zip(fields, pieces[2::2], strict=True))


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes | tuple) else 1


def _bounded(value: Any) -> Any:
    if _size(value) > _LONGEST or (isinstance(value, int) and abs(value) > 1 << 64):
        raise Unfollowed
    return value


def _reversed(value: Any) -> tuple[Any, ...]:
    return tuple(reversed(value))


def _decoded(value: bytes | str) -> bytes:
    import binascii

    return binascii.a2b_base64(value)


def _from_codec(value: Any, codec: str) -> Any:
    if codec in ("rot13", "rot_13"):
        import codecs

        return codecs.decode(value, codec)
    raise Unfollowed


_FUNCTIONS: dict[str | None, Callable[..., Any]] = {
    "builtins.chr": chr,
    "builtins.str": str,
    "builtins.bytes": lambda value: bytes(value) if isinstance(value, tuple | bytes) else _refuse(),
    "builtins.bytes.fromhex": bytes.fromhex,
    "builtins.reversed": _reversed,
    "builtins.tuple": tuple,
    "builtins.list": tuple,
    "builtins.int": int,
    "builtins.ord": ord,
    "base64.b64decode": _decoded,
    "binascii.unhexlify": bytes.fromhex,
    "codecs.decode": _from_codec,
}


def _refuse() -> Any:
    raise Unfollowed


_HANDLERS: dict[type[ast.AST], Callable[[Constants, Any], Any]] = {
    ast.Constant: Constants._constant,
    ast.Name: Constants._name,
    ast.NamedExpr: Constants._inner,
    ast.JoinedStr: Constants._joined,
    ast.FormattedValue: Constants._formatted,
    ast.BinOp: Constants._operation,
    ast.UnaryOp: Constants._signed,
    ast.Tuple: Constants._sequence,
    ast.List: Constants._sequence,
    ast.Subscript: Constants._item,
    ast.Call: Constants._call,
    ast.ListComp: Constants._comprehension,
    ast.GeneratorExp: Constants._comprehension,
}
