"""What reaches the model: plain JSON that keeps the contract, whatever a function hands back."""

from __future__ import annotations

import json
import logging
import math
from typing import Any

from flake8_incall.runtime.limits import Limits

logger = logging.getLogger("flake8_incall.runtime")

UNUSABLE = (
    "The function ran, but its result cannot be used because of a technical fault. "
    "It may have taken effect: do not call it again for the same thing."
)
# Deeper than any answer that can be said to a caller, and far from Python's recursion limit.
_MAX_DEPTH = 64
# Above the range of a float most readers of JSON give up.
_MAX_INT_BITS = 1024
_MAX_MESSAGE = 2_000


class Result(dict[str, Any]):
    """A result as plain JSON values. Its text is JSON: LiveKit sends the model `str(result)`."""

    def __str__(self) -> str:
        return json.dumps(self, ensure_ascii=False)


class ResultError(Exception):
    """A value cannot be handed to the model.

    Attributes:
        reason: For the log: where and what, by type and shape, without the value.
        message: For the model.
    """

    def __init__(self, reason: str, message: str = UNUSABLE) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


def contract_result(value: object, limits: Limits, *, call: object = "a function") -> Result:
    """Rebuild what a function handed back as a result that keeps the contract.

    Args:
        value: Anything. No code of its own is run: neither `__str__` nor `items()`, nor what iterates over it.
        limits: How large a result may be.
        call: Which call this is, for the log.

    Returns:
        The result; or an error result, and the log says what was handed back by its type and shape.
    """
    try:
        result = plain_object(value, limits)
        check_contract(result)
    except ResultError as error:
        extra = getattr(call, "extra", None)
        logger.error("%s returned what is no result: %s", str(call), error.reason, extra=extra)
        return error_result(error.message)
    return result


def error_result(message: str) -> Result:
    """The result that tells the model what went wrong, in at most 2,000 characters."""
    return Result(status="error", message=plain_text(message)[:_MAX_MESSAGE].strip() or UNUSABLE)


def plain_object(value: object, limits: Limits) -> Result:
    """Rebuild a dict as plain JSON values.

    Raises:
        ResultError: It is no dict, holds what JSON cannot carry, or is too large.
    """
    if not issubclass(type(value), dict):
        raise ResultError(f"{shape(value)} in place of a dict")
    result = Result(_Rebuilding(limits).value(value, None, 0))
    check_size(str(result), limits)
    return result


def json_text(value: object, limits: Limits) -> str:
    """Rebuild a value as JSON text.

    Raises:
        ResultError: It holds what JSON cannot carry, or is too large.
    """
    text = json.dumps(_Rebuilding(limits).value(value, None, 0), ensure_ascii=False)
    check_size(text, limits)
    return text


def check_size(text: str, limits: Limits) -> None:
    """Refuse a text that is larger than a result may be.

    Raises:
        ResultError: It is.
    """
    # A character takes at most four bytes: most texts need not be encoded to be measured.
    if len(text) * 4 > limits.max_result_bytes and len(text.encode()) > limits.max_result_bytes:
        raise _too_large(limits)


def check_contract(result: Result) -> None:
    """Refuse a dict that is no contract result.

    Raises:
        ResultError: Its `status` is not one of the two, or an error has no `message`.
    """
    status = result.get("status")
    if status not in ("success", "error"):
        raise ResultError(
            f"`status` is {shape(status)} and not success or error" if "status" in result else "no `status`"
        )
    message = result.get("message")
    if status == "error" and not (isinstance(message, str) and message.strip()):
        raise ResultError(f"an error whose `message` is {shape(message)}" if message else "an error without `message`")


def shape(value: Any) -> str:
    """What a value is, for the log: its type and size, nothing of what it says."""
    kind = type(value)
    name = _name(kind)
    if issubclass(kind, dict):
        return f"{name} of {dict.__len__(value)} entries"
    if issubclass(kind, list):
        return f"{name} of {list.__len__(value)} items"
    if issubclass(kind, tuple):
        return f"{name} of {tuple.__len__(value)} items"
    if issubclass(kind, str):
        return f"{name} of {str.__len__(value)} characters"
    return "None" if value is None else name


# Where a value stands: the place of what holds it, and its key or index there; `None` for the result itself.
_Place = tuple[Any, Any] | None


class _Rebuilding:
    """Builds a value anew. Ends when the value is larger than allowed, so also on one that contains itself."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.max_result_bytes

    def value(self, value: object, at: _Place, depth: int) -> Any:
        """The value as plain JSON. What is asked is the type: an object may claim any `__class__`."""
        kind = type(value)
        if value is None or kind is bool:
            self._spend(4)
            return value
        if issubclass(kind, str):
            return self._string(value)
        if issubclass(kind, int):
            return self._integer(value, at)
        if issubclass(kind, float):
            return self._number(value, at)
        if issubclass(kind, dict | list | tuple):
            if depth == _MAX_DEPTH:
                raise ResultError(f"nested more than {_MAX_DEPTH} levels deep, or contains itself")
            return self._container(value, at, depth + 1)
        raise ResultError(f"{_shown(at)} is {shape(value)}, which JSON cannot carry")

    def _container(self, value: Any, at: _Place, depth: int) -> Any:
        self._spend(2)
        kind = type(value)
        try:
            if issubclass(kind, dict):
                return {self._key(key, at): self.value(item, (at, key), depth) for key, item in dict.items(value)}
            items = list.__iter__(value) if issubclass(kind, list) else tuple.__iter__(value)
            return [self.value(item, (at, index), depth) for index, item in enumerate(items)]
        except RuntimeError as error:
            # A thread that the function left behind still writes to it.
            raise ResultError(f"{_shown(at)} changes while it is read") from error

    def _key(self, key: object, at: _Place) -> str:
        if not issubclass(type(key), str):
            raise ResultError(f"{_shown(at)} has a key that is {shape(key)} and no text")
        return self._string(key)

    def _string(self, value: Any) -> str:
        self._spend(str.__len__(value) + 2)
        return plain_text(value)

    def _integer(self, value: Any, at: _Place) -> int:
        if int.bit_length(value) > _MAX_INT_BITS:
            raise ResultError(f"{_shown(at)} is an int of {int.bit_length(value)} bits")
        self._spend(1)
        return int.__int__(value)

    def _number(self, value: Any, at: _Place) -> float:
        number = float.__float__(value)
        if not math.isfinite(number):
            raise ResultError(f"{_shown(at)} is {number}, which JSON cannot carry")
        self._spend(1)
        return number

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _too_large(self._limits)


def _too_large(limits: Limits) -> ResultError:
    size = f"{limits.max_result_bytes:,} bytes"
    return ResultError(
        f"more than {size}",
        f"The result is larger than {size} and cannot be used. "
        "If what was asked for can be narrowed down, ask the caller for that.",
    )


def plain_text(value: str) -> str:
    """An exact `str` that can be sent as UTF-8: halves of a character that stand alone are replaced."""
    text = str.__str__(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _name(kind: type) -> str:
    # Not `kind.__name__`: a metaclass may answer that with code of its own.
    name = type.__dict__["__name__"].__get__(kind)
    return str(name)[:80]


def _shown(at: _Place) -> str:
    """A place for the log. A key that is a name is the author's; any other may be a caller's number or a secret."""
    words: list[str] = []
    while at is not None:
        at, key = at
        if isinstance(key, int):
            words.append(f"[{key}]")
        else:
            text = str.__str__(key)
            words.append(f".{text}" if len(text) <= 40 and text.isidentifier() else ".…")
    return f"`{''.join(reversed(words)).lstrip('.')}`" if words else "the result"
