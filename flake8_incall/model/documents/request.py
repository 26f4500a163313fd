"""The request that a basic function describes, judged where it stands in the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.diagnostics import Span
from flake8_incall.model.documents.basic import header_rows
from flake8_incall.model.documents.document import DocumentFunction
from flake8_incall.model.documents.form import NOT_BLANK
from flake8_incall.model.documents.headers import fault_of_header, secret_in_header
from flake8_incall.model.documents.json_text import JsonValue, shown
from flake8_incall.model.documents.url import Kind, faults_of_url, is_private


@dataclass(frozen=True, slots=True)
class RequestFault:
    """What is wrong with a part of a request.

    Attributes:
        at: The part of the URL, the header's name or its value.
        subject: What it belongs to, as a message names it.
        problem: A clause that follows the subject.
    """

    at: Span
    subject: str
    problem: str


def url_faults(function: DocumentFunction) -> Iterator[RequestFault]:
    """What is wrong with the URL of a basic function."""
    value, url = function.fields.given("url"), function.fields.text("url")
    if function.source is not None or value is None or url is None or not NOT_BLANK.search(url):
        return
    for fault in faults_of_url(url, _keys(function)):
        if fault.kind is Kind.REACH and function.allow_private_hosts and is_private(url):
            continue
        at = function.places.part(value, fault.start, fault.end)
        yield RequestFault(at, "the URL", fault.problem)


def header_faults(function: DocumentFunction) -> Iterator[RequestFault]:
    """What is wrong with the headers of a basic function; no secret is repeated."""
    known: set[str] = set()
    for name, value in _headers(function):
        if not isinstance(name.data, str) or not isinstance(value.data, str):
            continue
        subject = f"header `{shown(name.data)}`"
        fault = fault_of_header(name.data, value.data, known)
        secret = secret_in_header(name.data, value.data)
        known.add(name.data.lower())
        # Whoever writes a reference instead of a secret replaces the whole value.
        if fault is not None and (secret is None or fault.part is None):
            at = function.places.part(value, *fault.part) if fault.part else function.places.of(name)
            yield RequestFault(at, subject, fault.problem)
        if secret is not None:
            problem = f"contains {secret} in plain text; use `x_secrets.NAME`"
            yield RequestFault(function.places.of(value), subject, problem)


def _keys(function: DocumentFunction) -> set[str] | None:
    """The keys of the parameters; `None` where one is missing, which is said of the parameter itself."""
    keys = [parameter.text("name") for parameter in function.parameters]
    is_whole = bool(keys) and len(keys) == len(function.fields.items("parameters"))
    return {key for key in keys if key} if is_whole and all(keys) else None


def _headers(function: DocumentFunction) -> Iterator[tuple[JsonValue, JsonValue]]:
    """The names and values of the headers, however they are given."""
    if function.source is not None:
        return
    headers = function.fields.given("headers")
    if headers is not None and isinstance(headers.data, dict):
        yield from ((value.key, value) for value in headers.data.values() if value.key is not None)
    for row in header_rows(function):
        name, value = row.given("name"), row.given("value")
        if name is not None and value is not None and NOT_BLANK.search(row.text("name") or ""):
            yield name, value
