"""From the model's arguments to the HTTP request of a basic function."""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

import httpx2

from flake8_incall.model.documents.headers import fault_of_sent_value
from flake8_incall.model.documents.url import placeholders
from flake8_incall.runtime.basic import answers
from flake8_incall.runtime.basic.document import BasicFunction, BasicParameter

Value = str | int | float
WITH_BODY = ("POST", "PUT")
IDEMPOTENCY_KEY = "Idempotency-Key"
_MOST_SHOWN = 60


class ArgumentsError(Exception):
    """The arguments do not make a request. Its text is for the model, which is to call again."""


def check_secrets(function: BasicFunction, secrets: Mapping[str, str]) -> None:
    """See to it that every secret of the headers is there and can be sent.

    Raises:
        ValueError: One is not. The text names it and does not show it.
    """
    for header, name in function.secret_headers.items():
        fault = _fault_of_secret(header, secrets.get(name))
        if fault:
            raise ValueError(f"`{function.name}` sends the secret `{name}` in its header `{header}`, and it {fault}")


def needs_idempotency_key(function: BasicFunction) -> bool:
    """Whether the request is sent a key by which the service knows it again: it changes something, and has none."""
    return function.method != "GET" and IDEMPOTENCY_KEY.lower() not in map(str.lower, function.headers)


def values_of(function: BasicFunction, arguments: Mapping[str, object]) -> dict[str, Value]:
    """The arguments by parameter, each as its type: a text for a `string`, an `int` or `float` for a `number`.

    Raises:
        ArgumentsError: Some are missing, unknown, or of no use; all of them are named.
    """
    values: dict[str, Value] = {}
    faults: list[str] = []
    for parameter in function.parameters:
        try:
            values[parameter.name] = _value(parameter, arguments.get(parameter.name))
        except ArgumentsError as refusal:
            faults.append(f"`{parameter.name}` {refusal}")
    known = {parameter.name for parameter in function.parameters}
    faults += [
        f"`{str(name)[:_MOST_SHOWN]}` is no argument of `{function.name}`" for name in arguments if name not in known
    ]
    if faults:
        raise ArgumentsError("; ".join(faults))
    return values


def build_request(
    client: httpx2.AsyncClient,
    function: BasicFunction,
    values: Mapping[str, Value],
    secrets: Mapping[str, str],
    *,
    call_id: str,
    timeout: float,
) -> httpx2.Request:
    """The request: path, then query for GET and DELETE, or JSON body for POST and PUT.

    Args:
        client: The client that will send it.
        function: What is called.
        values: Of every parameter, as `values_of` gives them.
        secrets: By name; read anew for each request.
        call_id: Of the model's call. A request that changes something is known by it when it arrives twice.
        timeout: Seconds that each step may take: connecting, sending, receiving.

    Raises:
        ValueError: A secret is gone, or can no longer be sent.
    """
    check_secrets(function, secrets)
    split = urlsplit(function.url)
    rest = {name: value for name, value in values.items() if name not in function.path_keys}
    query: list[tuple[str, str | int | float | bool | None]] = [*parse_qsl(split.query, keep_blank_values=True)]
    body: dict[str, Value] | None = None
    if function.method in WITH_BODY:
        body = rest or None
    else:
        query += rest.items()
    filled = {header: secrets[name] for header, name in function.secret_headers.items()}
    if needs_idempotency_key(function):
        filled[IDEMPOTENCY_KEY] = call_id
    return client.build_request(
        function.method,
        _filled(split._replace(query="", fragment="").geturl(), values),
        params=query or None,
        headers={**function.headers, **filled},
        json=body,
        timeout=timeout,
    )


def _filled(url: str, values: Mapping[str, Value]) -> str:
    """The URL with a quoted value in each place, so that the value stays within its segment of the path."""
    parts: list[str] = []
    end = 0
    for place in placeholders(url):
        parts += [url[end : place.start], quote(str(values[place.name]), safe="")]
        end = place.end
    return "".join([*parts, url[end:]])


def _value(parameter: BasicParameter, given: object) -> Value:
    if given is None:
        raise ArgumentsError(answers.MISSING)
    return _number(given) if parameter.type == "number" else _text(given)


def _text(given: object) -> str:
    # Models write a pincode or a telephone number as a number.
    if isinstance(given, int | float) and not isinstance(given, bool):
        return str(_number(given))
    if not isinstance(given, str):
        raise ArgumentsError(answers.NO_TEXT)
    # Dots alone say nothing either, and in a path they lead out of the folder, quoted or not.
    if not given.strip().strip("."):
        raise ArgumentsError(answers.EMPTY)
    try:
        given.encode()
    except UnicodeEncodeError:
        raise ArgumentsError(answers.HALF_A_CHARACTER) from None
    return given


def _number(given: object) -> int | float:
    number = _parsed(given) if isinstance(given, str) else given
    if isinstance(number, bool) or not isinstance(number, int | float) or not _is_finite(number):
        raise ArgumentsError(answers.NO_NUMBER)
    return int(number) if number == int(number) else number


def _is_finite(number: int | float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def _parsed(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            # Python reads 1_000 as a number, no API does.
            return None if "_" in text else kind(text)
        except ValueError:
            continue
    return None


def _fault_of_secret(header: str, value: str | None) -> str | None:
    if value is None:
        return "is not among the secrets that were given"
    if not value:
        return "is empty"
    fault = fault_of_sent_value(value)
    return fault.problem if fault else None
