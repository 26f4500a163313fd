"""The binding of arguments to parameters, as Python does it.

`bind(formals(definition.args), arguments)` answers for any kind of argument: expressions, or the values that an
analysis has for them. What only a name resolution can tell (the instance of a method, what a `partial` fixed before,
what is in `*ITEMS`) is added to the arguments by `model.objects.arguments`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Generic, Literal, TypeVar

from flake8_incall.model.code.tree import values_given

# What an argument is to whoever asks: an expression, or a value of an analysis, but no text.
V = TypeVar("V")
W = TypeVar("W")
# That nothing is given, and that it is not known what is.
Unbound = Literal["absent", "unknown"]


class ParameterKind(Enum):
    """How a parameter takes its arguments."""

    POSITIONAL_ONLY = "by position"
    PLAIN = "by position or by name"
    REST = "*"
    KEYWORD_ONLY = "by name"
    MORE = "**"

    @property
    def stars(self) -> str:
        """The stars before the name of one that collects."""
        return self.value if self in (ParameterKind.REST, ParameterKind.MORE) else ""


_BY_NAME = (ParameterKind.PLAIN, ParameterKind.KEYWORD_ONLY)
_BY_POSITION = (ParameterKind.POSITIONAL_ONLY, ParameterKind.PLAIN)


@dataclass(frozen=True, slots=True)
class Formal:
    """A parameter of a definition.

    Attributes:
        name: Its name.
        node: The parameter, or one that stands for a field from which `__init__` is made.
        kind: How it takes its arguments.
        default: The expression of its default.
    """

    name: str
    node: ast.arg
    kind: ParameterKind = ParameterKind.PLAIN
    default: ast.expr | None = None


def formals(arguments: ast.arguments) -> list[Formal]:
    """Return the parameters of a signature, in the order in which they are written."""
    return list(_formals(arguments))


def _formals(arguments: ast.arguments) -> Iterator[Formal]:
    kinds = [ParameterKind.POSITIONAL_ONLY] * len(arguments.posonlyargs) + [ParameterKind.PLAIN] * len(arguments.args)
    defaults = [None] * (len(kinds) - len(arguments.defaults)) + arguments.defaults
    positional = [*arguments.posonlyargs, *arguments.args]
    for node, kind, default in zip(positional, kinds, defaults, strict=True):
        yield Formal(node.arg, node, kind, default)
    if arguments.vararg is not None:
        yield Formal(arguments.vararg.arg, arguments.vararg, ParameterKind.REST)
    for node, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield Formal(node.arg, node, ParameterKind.KEYWORD_ONLY, default)
    if arguments.kwarg is not None:
        yield Formal(arguments.kwarg.arg, arguments.kwarg, ParameterKind.MORE)


@dataclass(frozen=True, slots=True)
class Arguments(Generic[V]):
    """The arguments of a call.

    Attributes:
        positional: Those by position, up to the first `*` whose items are not known.
        keywords: Those by name.
        spread: That `*` and all positional arguments behind it.
        keyword_spread: Each `**` whose keys are not known.
        repeated: The names that are given twice.
    """

    positional: tuple[V, ...] = ()
    keywords: Mapping[str, V] = field(default_factory=dict)
    spread: tuple[V, ...] = ()
    keyword_spread: tuple[V, ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def everything(self) -> list[V]:
        """All of them, spreads included."""
        return [*self.positional, *self.spread, *self.keywords.values(), *self.keyword_spread]

    def of(self, name: str, position: int | None) -> V | Unbound:
        """Return what one parameter is given.

        Args:
            name: Its name; empty where it is given by position only.
            position: Its place; `None` where it is given by name only.
        """
        if name and name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        is_open = (position is not None and self.spread) or (name and self.keyword_spread)
        return "unknown" if is_open else "absent"

    def behind(self, argument: object) -> Arguments[V]:
        """Return those that a call hands on to a function among its arguments: `to_thread(look_up, city)`."""
        end = next((n for n, value in enumerate(self.positional, 1) if value is argument), len(self.positional))
        return replace(self, positional=self.positional[end:])

    def mapped(self, change: Callable[[V], W]) -> Arguments[W]:
        """Return what they are to another analysis."""
        return Arguments(
            tuple(map(change, self.positional)),
            {name: change(value) for name, value in self.keywords.items()},
            tuple(map(change, self.spread)),
            tuple(map(change, self.keyword_spread)),
            self.repeated,
        )

    def after(self, fixed: Arguments[V]) -> Arguments[V]:
        """Return these behind those that `partial`, or the instance of a method, has fixed before."""
        if fixed.spread:
            positional, spread = fixed.positional, (*fixed.spread, *self.positional, *self.spread)
        else:
            positional, spread = (*fixed.positional, *self.positional), self.spread
        return Arguments(
            positional,
            {**fixed.keywords, **self.keywords},
            spread,
            (*fixed.keyword_spread, *self.keyword_spread),
            (*fixed.repeated, *self.repeated),
        )


def written(call: ast.Call) -> Arguments[ast.expr]:
    """Return the arguments of a call as they are written, each `*` and `**` as not known."""
    return evaluated(call, values_given(call))


def evaluated(call: ast.Call, values: Sequence[V]) -> Arguments[V]:
    """Return the arguments of a call by the values that an analysis has for them.

    Args:
        call: The call.
        values: One for each argument by position, then one for each by name.
    """
    end = next((n for n, node in enumerate(call.args) if isinstance(node, ast.Starred)), len(call.args))
    by_name = [(keyword.arg, value) for keyword, value in zip(call.keywords, values[len(call.args) :], strict=True)]
    return Arguments(
        tuple(values[:end]),
        {name: value for name, value in by_name if name is not None},
        tuple(values[end : len(call.args)]),
        tuple(value for name, value in by_name if name is None),
    )


@dataclass(frozen=True, slots=True)
class Bound(Generic[V]):
    """What a call gives to the parameters of a definition.

    Attributes:
        given: By parameter, its argument.
        rest: What `*args` takes.
        more: What `**kwargs` takes.
        defaults: By parameter that nothing is given for, its default.
        unknown: The parameters that `*` or `**` of the call may give, or may not.
        spread: What may be given to those, and to `*args` and `**kwargs`.
        missing: The parameters without a default that nothing is given for.
        excess: The positional arguments for which there is no parameter.
        unexpected: The names for which there is no parameter.
        twice: The names that are given twice.
    """

    given: Mapping[str, V]
    rest: tuple[V, ...]
    more: Mapping[str, V]
    defaults: Mapping[str, ast.expr]
    unknown: tuple[str, ...]
    spread: tuple[V, ...]
    missing: tuple[str, ...]
    excess: tuple[V, ...]
    unexpected: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether Python takes the call, as far as it can be told."""
        return not (self.missing or self.excess or self.unexpected or self.twice)

    def of(self, name: str) -> V | Unbound | Literal["default"]:
        """Return the argument of a parameter; that of `*args` and `**kwargs`, which collect, is unknown."""
        if name in self.given:
            return self.given[name]
        if name in self.defaults:
            return "default"
        return "absent" if name in self.missing else "unknown"

    def taker(self, argument: object) -> str | None:
        """Return the parameter that takes an argument for itself."""
        return next((name for name, value in self.given.items() if value is argument), None)


def bind(parameters: Iterable[Formal], arguments: Arguments[V]) -> Bound[V]:
    """Bind the arguments of a call to the parameters of what is called."""
    kinds: dict[ParameterKind, list[Formal]] = {kind: [] for kind in ParameterKind}
    for formal in parameters:
        kinds[formal.kind].append(formal)
    places = [*kinds[ParameterKind.POSITIONAL_ONLY], *kinds[ParameterKind.PLAIN]]
    names = {formal.name for kind in _BY_NAME for formal in kinds[kind]}
    given: dict[str, V] = {}
    defaults: dict[str, ast.expr] = {}
    open_: dict[str, list[str]] = {"unknown": [], "absent": []}
    for place, formal in enumerate([*places, *kinds[ParameterKind.KEYWORD_ONLY]]):
        position = place if formal.kind in _BY_POSITION else None
        value = arguments.of(formal.name if formal.kind in _BY_NAME else "", position)
        if not isinstance(value, str):
            given[formal.name] = value
        elif value == "absent" and formal.default is not None:
            defaults[formal.name] = formal.default
        else:
            open_[value].append(formal.name)
    rest = arguments.positional[len(places) :]
    more = {name: value for name, value in arguments.keywords.items() if name not in names}
    taken = {formal.name for formal in places[: len(arguments.positional)]} & names
    return Bound(
        given,
        rest if kinds[ParameterKind.REST] else (),
        more if kinds[ParameterKind.MORE] else {},
        defaults,
        tuple(open_["unknown"]),
        (*arguments.spread, *arguments.keyword_spread),
        tuple(open_["absent"]),
        () if kinds[ParameterKind.REST] else rest,
        () if kinds[ParameterKind.MORE] else tuple(more),
        (*arguments.repeated, *(name for name in arguments.keywords if name in taken)),
    )
