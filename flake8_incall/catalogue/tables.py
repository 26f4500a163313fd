"""The catalogue's tables as people write them: TOML, checked and brought into one flat form.

A table file has these sections, all optional:

    source = "…"                        what the file's entries were checked against, unless `library` says
    [library]                           httpx = { source = "httpx 0.28.1", aliases = ["httpxyz"] }: other names of it;
                                        httpx2 = { like = "httpx" }: another library with the same facts;
                                        asyncpg = { placeholder = "$1" }: for a value in its SQL
    [alias]                             "asyncio.TimeoutError" = "TimeoutError"
    [generated]                         _pb2_grpc = "grpc.aio.Stub": what `…Stub` of modules ending so stands for
    [facts]                             call = { effects = ["network"] }: for `like = "call"` in this file
    [api."httpx.AsyncClient"]           "get head" = { like = "call", url = "url@0" }; also "*", "*_async", "*.get"
    [type.httpx]                        "Response" = { json = false, fix = ".json()" }
    [attribute."httpx.Response"]        "status_code" = "int"
    [exception.httpx]                   "RequestError" = "httpx.HTTPError": its parent, or a list of several
    [module]                            process = ["os", "subprocess"]: not to be imported, by effect
    [audit]                             "os.system" = ["os.system"]: an audit event's callers
    [trait.mutates]                     list = "append sort": names of which a question of `traits` is answered yes
    [policy]                            the fields of `entries.Policy`

A key names one or more things below its section, separated by spaces. `builtins` holds the names that need no
import. An argument is written `name@position`, `name` (by keyword only) or `@position`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from flake8_incall.catalogue.entries import DECORATOR_KINDS, EFFECTS, FORMS, LIMITS, TIMEOUT_SCOPES, CatalogueError
from flake8_incall.catalogue.traits import TRAITS

Flat = dict[str, Any]

PSEUDO_TYPES = ("argument", "json", "unknown")
_UNITS = ("s", "ms")
_ARGUMENT = re.compile(r"[A-Za-z_]\w*(@\d+)?|@\d+")
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_MEMBERS = re.compile(r"(\*|[A-Za-z_]\w*)(\.[A-Za-z_]\w*)*(\.\*)?(_\w+)?")


class _FaultError(Exception):
    """What is wrong with one value; the entry and file are added on the way up."""


def read_tables(path: Path) -> Flat:
    """Read and check one table file.

    Returns:
        The file in flat form: a table for each section, `api`, `type`, `attribute` and `exception` by
        qualified name and `module` by module.

    Raises:
        CatalogueError: The file cannot be read, or an entry is malformed.
    """
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return flatten(document, str(path))


def flatten(document: Mapping[str, Any], file: str) -> Flat:
    """Bring a parsed table file into flat form.

    Raises:
        CatalogueError: An entry is malformed.
    """
    reader = _Reader(file)
    reader.known_fields(document, ("source", "facts", *_SECTIONS), "the file")
    reader.source = reader.checked(_text, document.get("source", file), "source")
    reader.facts = document.get("facts", {})
    flat: Flat = {}
    for section, read in _SECTIONS.items():
        table = document.get(section, {})
        if not isinstance(table, dict):
            raise reader.error(section, f"{table!r} is no table", f"[{section}]")
        flat[section] = dict(read(reader, table))
    return flat


class _Reader:
    """Reads the sections of one file, and knows where it is when something is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.source = file
        self.facts: Mapping[str, Any] = {}

    def error(self, entry: str, wrong: str, expected: str) -> CatalogueError:
        return CatalogueError(f"{self.file}: {entry}: {wrong}; expected {expected}")

    def checked(self, check: Callable[[Any], Any], value: Any, entry: str) -> Any:
        try:
            return check(value)
        except _FaultError as fault:
            wrong, expected = fault.args
            raise self.error(entry, wrong, expected) from None

    def known_fields(self, value: Mapping[str, Any], known: tuple[str, ...], entry: str) -> None:
        for field in value:
            if field not in known:
                raise self.error(entry, f"unknown field {field!r}", nearest(field, known))

    def members(self, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """The things that a section names, each with its qualified name."""
        for owner, members in table.items():
            if not isinstance(members, dict):
                raise self.error(owner, f"{members!r} is no table", "names with their facts")
            for names, value in members.items():
                for name in names.split():
                    if not _MEMBERS.fullmatch(name):
                        raise self.error(f"{owner}.{name}", "no name", "names separated by spaces")
                    yield name if owner == "builtins" else f"{owner}.{name}", value

    def apis(self, table: Mapping[str, Any]) -> Iterator[tuple[str, Flat]]:
        for name, value in self.members(table):
            facts = self.fields(value, {**_API_FIELDS, "like": _texts}, name)
            merged: Flat = {}
            for like in facts.pop("like", []):
                if like not in self.facts:
                    raise self.error(name, f"no facts {like!r}", nearest(like, tuple(self.facts)))
                merged |= self.fields(self.facts[like], _API_FIELDS, f"facts.{like}")
            yield name, {"source": self.source} | merged | facts

    def types(self, table: Mapping[str, Any]) -> Iterator[tuple[str, Flat]]:
        for name, value in self.members(table):
            yield name, {"source": self.source} | self.fields(value, _TYPE_FIELDS, name)

    def attributes(self, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, value in self.members(table):
            yield name, self.checked(_type_use, value, name)

    def exceptions(self, table: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
        for name, value in self.members(table):
            yield name, self.checked(_names, value, name)

    def aliases(self, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for name, value in table.items():
            yield name, self.checked(_name, value, f"alias.{name}")

    def generated(self, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for ending, value in table.items():
            yield ending, self.checked(_name, value, f"generated.{ending}")

    def libraries(self, table: Mapping[str, Any]) -> Iterator[tuple[str, Flat]]:
        for name, value in table.items():
            facts = self.fields(
                value, {"source": _text, "aliases": _names, "like": _name, "placeholder": _text}, f"library.{name}"
            )
            yield name, {"source": self.source} | facts

    def modules(self, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for effect, modules in table.items():
            self.checked(_one_of(EFFECTS), effect, f"module.{effect}")
            for module in self.checked(_names, modules, f"module.{effect}"):
                yield module, effect

    def audit(self, table: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
        for event, callers in table.items():
            yield event, self.checked(_names, callers, f"audit.{event}")

    def traits(self, table: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
        for trait, owners in table.items():
            self.checked(_one_of(TRAITS), trait, "trait")
            if not isinstance(owners, dict):
                raise self.error(f"trait.{trait}", f"{owners!r} is no table", "names by class or module")
            members = {
                owner: dict.fromkeys(self.checked(_texts, names, f"trait.{trait}: {owner}"))
                for owner, names in owners.items()
            }
            yield trait, [name for name, _ in self.members(members)]

    def policy(self, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        yield from self.fields(table, _POLICY_FIELDS, "policy").items()

    def fields(self, value: Any, known: Mapping[str, Callable[[Any], Any]], entry: str) -> Flat:
        """Check a table of fields, each with the check that belongs to it."""
        if not isinstance(value, dict):
            raise self.error(entry, f"{value!r} is no table", "fields in braces")
        self.known_fields(value, tuple(known), entry)
        return {name: self.checked(known[name], given, f"{entry}: {name}") for name, given in value.items()}


def nearest(word: str, known: tuple[str, ...]) -> str:
    """What to tell a person who wrote a word that is not known."""
    near = get_close_matches(word, known, n=1)
    return repr(near[0]) if near else f"one of {', '.join(known)}"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or "\n" in value:
        raise _FaultError(f"{value!r} is no text", "one line of text")
    return value


def _texts(value: Any) -> list[str]:
    return [_text(text) for text in (value if isinstance(value, list) else [value])]


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise _FaultError(f"{value!r} is no qualified name", 'one like "httpx.Response"')
    return value


def _names(value: Any) -> list[str]:
    return [_name(name) for name in (value if isinstance(value, list) else [value])]


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _FaultError(f"{value!r} is no flag", "true or false")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise _FaultError(f"{value!r} is no number of seconds", "a number above 0")
    return value


def _one_of(known: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in known:
            raise _FaultError(f"unknown {value!r}", nearest(str(value), known))
        return str(value)

    return check


def _effects(value: Any) -> list[str]:
    return sorted({_one_of(EFFECTS)(effect) for effect in _texts(value)} if value != [] else [])


def _argument(value: Any) -> str:
    if not isinstance(value, str) or not _ARGUMENT.fullmatch(value):
        raise _FaultError(f"{value!r} is no argument", '"name@position", "name" or "@position"')
    return value


def _arguments(value: Any) -> list[str]:
    return [_argument(argument) for argument in (value if isinstance(value, list) else [value])]


def _type_use(value: Any) -> str:
    *forms, name = _text(value).split(" of ")
    for form in forms:
        _one_of(FORMS)(form)
    return " of ".join([*forms, name if name in PSEUDO_TYPES else _name(name)])


def _constants(value: Any) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(v, str | int | float | bool) for v in value):
        raise _FaultError(f"{value!r} is no list of constants", "texts, numbers, true or false")
    return value


def _record(value: Any, known: Mapping[str, Callable[[Any], Any]], required: tuple[str, ...] = ()) -> Flat:
    """Check a table inside a field."""
    if not isinstance(value, dict):
        raise _FaultError(f"{value!r} is no table", f"{{ {', '.join(known)} }}")
    for name in value:
        if name not in known:
            raise _FaultError(f"unknown field {name!r}", nearest(name, tuple(known)))
    for name in required:
        if name not in value:
            raise _FaultError(f"{name!r} is missing", f"{{ {', '.join(known)} }}")
    return {name: known[name](given) for name, given in value.items()}


def _condition(value: Any) -> Flat:
    fields = {
        "argument": _argument,
        "values": _constants,
        "names": _names,
        "absent": _flag,
        "none": _flag,
        "other_than": _texts,
        "key": _text,
    }
    condition = _record(value, fields, ("argument",))
    if not condition.keys() - {"argument", "key"}:
        raise _FaultError("nothing is said of the argument", "values, names, absent or none")
    return condition


def _conditions(value: Any) -> list[Flat]:
    return [_condition(condition) for condition in (value if isinstance(value, list) else [value])]


def _timeout(value: Any) -> Flat:
    fields = {
        "call": _arguments,
        "client": _arguments,
        "objects": _arguments,
        "partial": _texts,
        "default": _number,
        "fixed": _number,
        "setter": _name,
        "scope": _one_of(TIMEOUT_SCOPES),
        "takes": _name,
        "unit": _one_of(_UNITS),
    }
    return _record(value, fields)


def _name_lists(value: Any) -> dict[str, list[str]]:
    if not isinstance(value, dict):
        raise _FaultError(f"{value!r} is no table", "names by module")
    return {_name(module): _names(names) for module, names in value.items()}


_API_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "effects": _effects,
    "harmless": _conditions,
    "insecure": _conditions,
    "unverified": _conditions,
    "timeout": _timeout,
    "bounds": _argument,
    "limit": _one_of(LIMITS),
    "raises": _names,
    "returns": _type_use,
    "sync_if": _conditions,
    "sync_returns": _type_use,
    "url": _arguments,
    "sql": _arguments,
    "template": _arguments,
    "path": _arguments,
    "seconds": _argument,
    "waits": _flag,
    "runs": _argument,
    "in_thread": _flag,
    "each": _flag,
    "later": _flag,
    "awaits": _argument,
    "enters": _argument,
    "awaits_all": _flag,
    "through": _argument,
    "typed_by": _argument,
    "decorator": _one_of(DECORATOR_KINDS[1:]),
    "reraises": _conditions,
    "endless": _conditions,
    "repeats_for": _argument,
    "answers": _argument,
    "changes": _flag,
    "rejects": _name,
    "twin": _text,
    "method_twin": _text,
    "note": _text,
    "source": _text,
}
_TYPE_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "json": _flag,
    "falsy": _flag,
    "fix": _text,
    "bases": _names,
    "status": _texts,
    "on_file": _flag,
    "source": _text,
}
_POLICY_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "modules": _names,
    "parts": _name_lists,
    "removed": _name_lists,
    "builtins": _names,
    "attributes": _names,
    "dunders": _names,
    "methods": _names,
    "keywords": _names,
    "doors": _names,
    "on_load": _names,
    "module_names": _names,
    "schemes": _names,
    "inner_domains": _texts,
}
_SECTIONS: Mapping[str, Callable[[_Reader, Mapping[str, Any]], Iterator[tuple[str, Any]]]] = {
    "library": _Reader.libraries,
    "alias": _Reader.aliases,
    "generated": _Reader.generated,
    "api": _Reader.apis,
    "type": _Reader.types,
    "attribute": _Reader.attributes,
    "exception": _Reader.exceptions,
    "module": _Reader.modules,
    "audit": _Reader.audit,
    "trait": _Reader.traits,
    "policy": _Reader.policy,
}
