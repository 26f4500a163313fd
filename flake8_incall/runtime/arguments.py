"""What LiveKit lets through and the annotation of a parameter does not.

LiveKit validates arguments with pydantic, which takes `true` for 1, reads NaN and infinity as floats, and has nothing
against an empty text. The model is told what is wrong instead, so that it can ask the caller.
"""

from __future__ import annotations

import contextlib
import inspect
import math
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

# What a value must be instead, as a clause; `None` for a value that may pass.
Check = Callable[[object], str | None]


@dataclass(frozen=True, slots=True)
class Refused:
    """Stands in for an argument that is refused, on its way from pydantic to the call.

    Attributes:
        value: What the model sent.
        message: For the model.
    """

    value: object
    message: str

    def __str__(self) -> str:
        return f"{self.value} (refused)"


class Arguments:
    """The checks that follow from the signature of one function.

    Attributes:
        annotations: What LiveKit is to read in place of the annotations of the checked parameters.
    """

    def __init__(self, function: Callable[..., object]) -> None:
        parameters = inspect.signature(function).parameters
        hints = resolved_hints(function)
        self._names = tuple(parameters)
        self._defaults = {name: parameter.default for name, parameter in parameters.items()}
        found = ((name, _check_of(name, hints, parameters[name])) for name in parameters)
        self._checks = {name: check for name, check in found if check}
        self.annotations = {
            name: Annotated[hints[name], _BeforePydantic(name, check)] for name, check in self._checks.items()
        }

    def refusal(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> str | None:
        """Why a call must not be made, for the model; `None` when it may."""
        for name, value in zip(self._names, args, strict=False):
            if message := self._refusal(name, value):
                return message
        for name, value in kwargs.items():
            if message := self._refusal(name, value):
                return message
        return None

    def _refusal(self, name: str, value: object) -> str | None:
        if type(value) is Refused:
            return value.message
        check = self._checks.get(name)
        # What the author chose as a default is not what the model sent.
        if check is None or value is self._defaults[name]:
            return None
        clause = check(value)
        return f"`{name}` {clause}" if clause else None


def own_annotations(function: Callable[..., object]) -> dict[str, Any]:
    """The annotations of a function as they are written; none where a name in them does not exist (Python 3.14)."""
    try:
        return inspect.get_annotations(function)
    except NameError:
        return {}


def resolved_hints(function: Callable[..., object]) -> dict[str, Any]:
    """The annotations of a function as types; those that cannot be resolved yet are left out."""
    inner = inspect.unwrap(function)
    names = getattr(inner, "__globals__", {})
    hints: dict[str, Any] = {}
    for name, annotation in own_annotations(function).items():
        holder = types.SimpleNamespace(__annotations__={name: annotation})
        # A name that is defined later, or never: LiveKit resolves it again, and says so.
        with contextlib.suppress(Exception):
            hints |= typing.get_type_hints(holder, globalns=names, include_extras=True)
    return hints


@dataclass(frozen=True, slots=True)
class _BeforePydantic:
    """In an annotation: looks at what the model sent, before pydantic turns `true` into 1."""

    name: str
    check: Check

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_wrap_validator_function(self._validate, handler(source))

    def _validate(self, value: object, validate: Callable[[object], object]) -> object:
        clause = self.check(value)
        return Refused(value, f"`{self.name}` {clause}") if clause else validate(value)


def _check_of(name: str, hints: Mapping[str, Any], parameter: inspect.Parameter) -> Check | None:
    if name not in hints:
        return None
    hint = hints[name]
    if parameter.default is parameter.empty and _is_text(hint):
        return _filled_text
    return _check(hint) if any(part in (int, float) for part in _parts(hint)) else None


def _check(hint: Any) -> Check:
    """What a type refuses of the values that pydantic would turn into it. A type that is not known takes all."""
    if get_origin(hint) is Annotated:
        return _any_value if _states(hint, "allow_inf_nan") else _check(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        return _one_of([_check(member) for member in get_args(hint)])
    if get_origin(hint) is Literal:
        return _any_value if any(isinstance(choice, bool) for choice in get_args(hint)) else _no_number
    if get_origin(hint) in _CONTAINERS:
        return _items(get_origin(hint), get_args(hint))
    return _PLAIN.get(hint, _any_value) if isinstance(hint, type) else _any_value


def _any_value(value: object) -> str | None:
    return None


def _whole_number(value: object) -> str | None:
    return f"must be an integer, not {_word(value)}" if _is_odd(value) else None


def _number(value: object) -> str | None:
    return f"must be a number, not {_word(value)}" if _is_odd(value) else None


def _no_number(value: object) -> str | None:
    return f"must not be {_word(value)}" if _is_odd(value) else None


def _filled_text(value: object) -> str | None:
    if isinstance(value, str) and not value.strip():
        return "must not be empty: ask the caller for it"
    return None


def _one_of(checks: Iterable[Check]) -> Check:
    members = list(checks)

    def check(value: object) -> str | None:
        clauses = [member(value) for member in members]
        return clauses[0] if all(clauses) else None

    return check


def _items(container: type, arguments: tuple[Any, ...]) -> Check:
    """Checks what is inside: the values of a dict, the items of anything else."""
    kinds = [argument for argument in arguments if argument is not ...]
    if container is tuple and ... not in arguments:
        kinds = [Union[tuple(kinds)]] if kinds else []  # noqa: UP007  the members are a list
    check = _check(kinds[-1]) if kinds else _any_value

    def check_items(value: object) -> str | None:
        if _is_odd(value):
            return _no_number(value)
        held = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple | set) else ()
        clauses = (check(item) for item in held)
        return next((f"has an item that {clause}" for clause in clauses if clause), None)

    return check_items


_CONTAINERS = frozenset({list, tuple, set, frozenset, dict, typing.get_origin(typing.Sequence[int])})
_PLAIN: dict[type, Check] = {
    int: _whole_number,
    float: _number,
    **dict.fromkeys((str, type(None), list, tuple, set, dict), _no_number),
}


def _is_odd(value: object) -> bool:
    return isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value))


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "NaN or infinite"


def _is_text(hint: Any) -> bool:
    """Whether it is a text of which nobody says that it may be empty."""
    if get_origin(hint) is Annotated:
        return get_args(hint)[0] is str and not _states(hint, "min_length")
    return hint is str


def _states(hint: Any, constraint: str) -> bool:
    """Whether the metadata of an annotation has a constraint of pydantic's, also inside `Field(...)`."""
    metadata = get_args(hint)[1:]
    inner = [part for entry in metadata for part in getattr(entry, "metadata", ())]
    return any(getattr(entry, constraint, None) is not None for entry in (*metadata, *inner))


def _parts(hint: Any) -> Iterable[Any]:
    """A type and all types in it."""
    pending = [hint]
    while pending:
        part = pending.pop()
        yield part
        pending += [] if get_origin(part) is Literal else get_args(part)
