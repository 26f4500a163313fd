"""What a new function is to take and to call, read from the command line."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flake8_incall.model.documents.form import METHODS
from flake8_incall.options import OptionError, nearest

TYPES = ("str", "int", "float", "bool", "list[str]", "list[int]", "list[float]")
_LONGEST_NAME = 64
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_IN_PATH = re.compile(r"\{(\w*)\}")
# What the written function itself uses.
_TAKEN = frozenset({"client", "ctx", "data", "httpx", "logger", "logging", "quote", "response"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the function.

    Attributes:
        name: Its name.
        type: One of `TYPES`.
        default: Its default as Python source; `None` for a required parameter.
        description: What the model is told of it.
    """

    name: str
    type: str
    default: str | None
    description: str

    @property
    def declaration(self) -> str:
        """The parameter in the signature."""
        return f"{self.name}: {self.type}" + ("" if self.default is None else f" = {self.default}")


@dataclass(frozen=True, slots=True)
class Request:
    """The HTTP request that the function sends.

    Attributes:
        url: The address; `{name}` in its path stands for a parameter.
        method: One of GET, POST, PUT and DELETE.
    """

    url: str
    method: str

    @property
    def in_path(self) -> tuple[str, ...]:
        """The parameters that stand in the path."""
        return tuple(_IN_PATH.findall(self.url))


def checked_name(name: str, what: str = "the function name") -> str:
    """Return a name that Python, the platform and model providers accept.

    Raises:
        OptionError: They do not.
    """
    if _NAME.fullmatch(name) and not keyword.iskeyword(name) and len(name) <= _LONGEST_NAME and name not in _TAKEN:
        return name
    hint = _corrected(name)
    advice = f"write {hint!r}" if hint else "write a word such as 'find_slots'"
    if name in _TAKEN or keyword.iskeyword(name):
        raise OptionError(f"{what} {name!r} is taken by Python or the function's own code; {advice}")
    rule = f"expected at most {_LONGEST_NAME} lower-case letters, digits and underscores that begin with a letter"
    raise OptionError(f"{what} {name!r} is not valid, {rule}; {advice}")


def _corrected(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    near = re.sub(r"[^a-z0-9]+", "_", words).strip("_0123456789")[:_LONGEST_NAME]
    return f"{near}_value" if near in _TAKEN or keyword.iskeyword(near) else near


def parameters(texts: Sequence[str]) -> tuple[Parameter, ...]:
    """Read parameters: `NAME:TYPE`, `NAME:TYPE=DEFAULT`, each with `:DESCRIPTION` behind it or not.

    Raises:
        OptionError: One is not valid, or two have one name.
    """
    found = [_parameter(text) for text in texts]
    names = [parameter.name for parameter in found]
    for name in names:
        if names.count(name) > 1:
            raise OptionError(f"--param {name}: there are two of this name; remove one")
    # Python takes no parameter without default after one that has one.
    return tuple(sorted(found, key=lambda parameter: parameter.default is not None))


def _parameter(text: str) -> Parameter:
    name, colon, rest = text.partition(":")
    if not colon:
        raise OptionError(f"--param {text}: the type is missing; write {text.strip() or 'city'}:str")
    name = checked_name(name.strip(), "--param: the name")
    declared, _, description = rest.partition(":")
    kind, equals, default = declared.partition("=")
    kind = kind.replace(" ", "")
    if kind not in TYPES:
        hint = nearest(kind, TYPES) or nearest(kind.lower(), ("str", "int", "float", "bool"))
        raise OptionError(f"--param {text}: unknown type {kind!r}{hint}, expected one of {', '.join(TYPES)}")
    words = name.replace("_", " ")
    told = " ".join(description.split()) or f"What the caller gives as {words}"
    return Parameter(name, kind, _default(kind, default.strip(), text) if equals else None, told)


def _default(kind: str, text: str, whole: str) -> str:
    values: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "float": (int, float), "bool": bool}
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    if kind == "str" and not isinstance(value, str):
        value = text
    expected = values.get(kind)
    if expected is None:
        raise OptionError(f"--param {whole}: a list has no default; remove `={text}`")
    if not isinstance(value, expected) or (kind in ("int", "float") and isinstance(value, bool)):
        raise OptionError(f"--param {whole}: the default {text!r} is not of type {kind}")
    return repr(value)


def request(url: str, method: str, given: Iterable[Parameter]) -> Request:
    """Read what the function calls.

    Raises:
        OptionError: The URL or the method is not valid, or the path has a `{name}` without parameter.
    """
    verb = method.upper()
    if verb not in METHODS:
        hint = nearest(verb, METHODS)
        raise OptionError(f"--method: unknown method {method!r}{hint}, expected one of {', '.join(METHODS)}")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise OptionError(f"--http: {url!r} is not a URL: {error}") from error
    if parts.scheme != "https" or not host or not re.fullmatch(r"[!-~]+", url) or "\\" in url or '"' in url:
        raise OptionError(f"--http: {url!r} is not usable, expected an address such as https://api.example.com/slots")
    if parts.fragment or parts.username is not None or parts.query:
        part = "a query" if parts.query else "a fragment" if parts.fragment else "a user name"
        raise OptionError(f"--http: {url!r} has {part}; remove it, parameters go there by themselves")
    made = Request(url, verb)
    known = {parameter.name for parameter in given if not parameter.type.startswith("list")}
    outside = [text for text in (parts.netloc, parts.scheme) if "{" in text or "}" in text]
    leftover = re.sub(r"\{\w+\}", "", url)
    if outside or "{" in leftover or "}" in leftover:
        raise OptionError(f"--http: {url!r} is not usable, `{{name}}` of a parameter can only stand in the path")
    for name in made.in_path:
        if name not in known:
            hint = nearest(name, known)
            raise OptionError(f"--http: nothing fills `{{{name}}}`{hint}; add --param {name}:str")
    return made
