"""The catalogue as the model and the rules ask it.

The tables that come with the project are compiled into one JSON file, because reading them as TOML costs many
times more; `python -m flake8_incall.catalogue` rewrites it. An entry becomes an object when it is asked for.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from flake8_incall.catalogue.decoding import FIELDS, POLICY_FIELDS, type_use
from flake8_incall.catalogue.entries import (
    Api,
    CatalogueError,
    Effect,
    Policy,
    Type,
    TypeUse,
)
from flake8_incall.catalogue.traits import Trait, Traits
from flake8_incall.catalogue.words import DangerWords

_COMPILED = Path(__file__).with_name("compiled.json")
# Deeper chains of aliases or bases than this are a mistake in somebody's tables.
_LONGEST_CHAIN = 8


class Catalogue:
    """What is known of the world. Names may be given as any of their aliases say them.

    Attributes:
        tables: The loaded form; what its parts mean is the business of this module and of `compiler`.
        audit: The callers of each audit event of the interpreter about files, processes, code or imports.
    """

    def __init__(self, tables: dict[str, Any]) -> None:
        self.tables = tables
        self._canonical: dict[str, str] = {}
        self._apis: dict[str, Api | None] = {}
        self._types: dict[str, Type | None] = {}
        self._attributes: dict[str, TypeUse | None] = {}
        self._having: dict[tuple[Trait, str], bool] = {}
        self.audit: dict[str, tuple[str, ...]] = {event: tuple(callers) for event, callers in tables["audit"].items()}

    def canonical(self, name: str) -> str:
        """The one name under which the catalogue keeps what several names stand for.

        `openai.AsyncClient` is `openai.AsyncOpenAI`, `asyncio.TimeoutError` is `TimeoutError`, and so are builtins
        without `builtins.` before them.
        """
        if name not in self._canonical:
            self._canonical[name] = self._find_canonical(name)
        return self._canonical[name]

    def _find_canonical(self, name: str) -> str:
        aliases = self.tables["alias"]
        for _ in range(_LONGEST_CHAIN):
            for prefix, rest in _prefixes(name):
                if prefix in aliases:
                    name = aliases[prefix] + rest
                    break
            else:
                break
        return self._of_generated(name).removeprefix("builtins.")

    def _of_generated(self, name: str) -> str:
        """What stands for a class that a compiler has generated: `grpc.aio.Stub` for `shop_pb2_grpc.ShopStub`."""
        for ending, stand_in in self.tables["generated"].items():
            _, is_found, inside = name.rpartition(f"{ending}.")
            made, _, rest = inside.partition(".")
            if is_found and made.endswith(stand_in.rpartition(".")[2]):
                return f"{stand_in}.{rest}" if rest else stand_in
        return name

    def api(self, qualified_name: str) -> Api | None:
        """The entry of a function, method, class or module attribute.

        Its own entry, else the one that its class inherits, else the nearest wildcard.
        """
        if qualified_name not in self._apis:
            name = self.canonical(qualified_name)
            self._apis[qualified_name] = self._find_api(name) or self._through_another(name)
        return self._apis[qualified_name]

    def _through_another(self, name: str) -> Api | None:
        """The entry of what is reached through a library's own imports: `logging.os.getcwd`."""
        parts = name.split(".")
        if parts[0] in sys.stdlib_module_names or parts[0] in self.tables["library"]:
            # A library's `socket` is the module; elsewhere it is often an object.
            modules = self.names("is-kept-by-others") | {"socket"}
            for place in range(len(parts) - 1, 0, -1):
                module = parts[place].lstrip("_")
                if module in modules:
                    return self._find_api(self.canonical(".".join((module, *parts[place + 1 :]))))
        return None

    def _find_api(self, name: str) -> Api | None:
        apis = self.tables["api"]
        candidates = list(self._inherited(name))
        for candidate in candidates:
            if candidate in apis:
                return self._api(candidate)
        wildcards = [key for candidate in candidates for key in _wildcards(candidate) if key in apis]
        if not wildcards:
            return None
        return self._api(max(wildcards, key=lambda key: (key.count("."), len(key))))

    def _api(self, name: str) -> Api:
        facts: dict[str, Any] = self.tables["facts"][self.tables["api"][name]]
        fields = {field: FIELDS[field](value) if field in FIELDS else value for field, value in facts.items()}
        return Api(name, **fields | {"source": self.tables["sources"][facts["source"]]})

    def _inherited(self, name: str) -> Iterator[str]:
        """A name, and the same member of each class that its class inherits from."""
        types = self.tables["type"]
        yield name
        for owner, rest in _prefixes(name):
            if owner in types and rest:
                for base in self._ancestors(owner, "type")[1:]:
                    yield base + rest
                return

    def _ancestors(self, name: str, table: str) -> tuple[str, ...]:
        """A class and what it inherits from, nearest first."""
        entries = self.tables[table]
        found = [name]
        for current in found:
            entry = entries.get(current, ())
            bases = entry.get("bases", ()) if isinstance(entry, dict) else entry
            found.extend(base for base in map(self.canonical, bases) if base not in found)
        return tuple(found)

    def type(self, qualified_name: str) -> Type | None:
        """The entry of a type; every exception of the catalogue is one."""
        if qualified_name not in self._types:
            self._types[qualified_name] = self._find_type(self.canonical(qualified_name))
        return self._types[qualified_name]

    def _find_type(self, name: str) -> Type | None:
        if name in self.tables["type"]:
            return self._type(name)
        if name in self.tables["exception"]:
            return Type(name, fix="str(...)")
        return None

    def _type(self, name: str) -> Type:
        facts: dict[str, Any] = self.tables["type"][name]
        return Type(
            name,
            facts.get("json", False),
            facts.get("falsy", False),
            facts.get("fix", ""),
            tuple(facts.get("bases", ())),
            tuple(facts.get("status", ())),
            facts.get("on_file", False),
            self.tables["sources"][facts["source"]],
        )

    def attribute(self, qualified_name: str) -> TypeUse | None:
        """What an attribute of an instance or module is: `"httpx.Response.status_code"` is an `int`."""
        if qualified_name not in self._attributes:
            self._attributes[qualified_name] = self._find_attribute(self.canonical(qualified_name))
        return self._attributes[qualified_name]

    def _find_attribute(self, name: str) -> TypeUse | None:
        attributes = self.tables["attribute"]
        for owned in self._inherited(name):
            for key in (owned, f"{owned.rpartition('.')[0]}.*"):
                if key in attributes:
                    return type_use(attributes[key])
        return None

    def library(self, qualified_name: str) -> str:
        """The library that a name belongs to: `google.cloud.storage` of `google.cloud.storage.Blob.delete`."""
        name = self.canonical(qualified_name)
        return next((p for p, _ in _prefixes(name) if p in self.tables["library"]), name.partition(".")[0])

    def placeholder(self, qualified_name: str) -> str:
        """What stands for a value in the statements of the library that a name belongs to: `$1`; `""` if unknown."""
        return str(self.tables["library"].get(self.library(qualified_name), {}).get("placeholder", ""))

    def kin(self, qualified_name: str) -> tuple[str, ...]:
        """The name, and what it is called in the libraries with the same facts: `httpx2.get` for `httpx.get`."""
        found = [qualified_name]
        for library, facts in self.tables["library"].items():
            model = facts.get("like")
            if model is not None and qualified_name.startswith(f"{model}."):
                found.append(library + qualified_name.removeprefix(model))
        return tuple(found)

    def is_exception(self, qualified_name: str) -> bool:
        """Whether the catalogue knows a name as an exception."""
        return self.canonical(qualified_name) in self.tables["exception"]

    def exception_parents(self, qualified_name: str) -> tuple[str, ...]:
        """An exception's canonical name and those of all its parents, nearest first.

        A handler catches it if it names any of these. An unknown exception has no known parents.
        """
        return self._ancestors(self.canonical(qualified_name), "exception")

    def catches(self, handled: str, raised: str) -> bool:
        """Whether `except handled` catches `raised`; both must be known for a useful answer."""
        return self.canonical(handled) in self.exception_parents(raised)

    def forbidden_module(self, module: str) -> Effect | None:
        """Why a module is not to be imported where in-call functions are, or `None` if it may be."""
        forbidden: dict[str, Effect] = self.tables["module"]
        for prefix, _ in _prefixes(module):
            if prefix in forbidden:
                return forbidden[prefix]
        return None

    @cached_property
    def _traits(self) -> Traits:
        return Traits(self.tables["trait"], self.tables["type"])

    def names(self, trait: Trait) -> frozenset[str]:
        """The canonical names with a trait."""
        return self._traits.names(trait)

    def members(self, trait: Trait) -> frozenset[str]:
        """The methods and attributes with a trait, by their last names: for an object of which no class is known."""
        return self._traits.members(trait)

    def last_names(self, trait: Trait) -> frozenset[str]:
        """The last parts of all names with a trait: for what is only read, and not resolved."""
        return self._traits.last_names(trait)

    def has(self, trait: Trait, qualified_name: str) -> bool:
        """Whether a function, class or member has a trait, by itself or by inheritance."""
        key = trait, qualified_name
        if key not in self._having:
            self._having[key] = self._traits.cover(trait, self._inherited(self.canonical(qualified_name)))
        return self._having[key]

    def any_has(self, trait: Trait, qualified_names: Iterable[str]) -> bool:
        """Whether one of several names that an expression can stand for has a trait."""
        return any(self.has(trait, name) for name in qualified_names)

    @cached_property
    def policy(self) -> Policy:
        """What the gate lets in."""
        table: dict[str, Any] = self.tables["policy"]
        return Policy(**{field: POLICY_FIELDS.get(field, frozenset)(value) for field, value in table.items()})

    @cached_property
    def danger_words(self) -> DangerWords:
        """By which words a file can reach anything dangerous."""
        return DangerWords(self.tables)

    @cached_property
    def libraries(self) -> frozenset[str]:
        """The names of the libraries with entries, as they are imported."""
        return frozenset(name.partition(".")[0] for name in self.tables["api"])

    @property
    def api_names(self) -> tuple[str, ...]:
        """The names of all entries, wildcards included."""
        return tuple(self.tables["api"])

    @property
    def type_names(self) -> tuple[str, ...]:
        """The names of all types."""
        return tuple(self.tables["type"])


def load(extra: Path | None = None) -> Catalogue:
    """The catalogue that comes with the project, and a user's own tables.

    Args:
        extra: A TOML file in the format of `tables`; its entries go before ours of the same name.

    Raises:
        CatalogueError: The file cannot be read, or an entry is malformed.
    """
    if extra is None:
        return _built_in()
    try:
        return _extended(extra, extra.stat().st_mtime_ns)
    except OSError as error:
        raise CatalogueError(f"{extra}: cannot be read: {error.strerror}") from error


@cache
def _built_in() -> Catalogue:
    return Catalogue(_read_compiled())


@lru_cache(maxsize=4)
def _extended(extra: Path, modified: int) -> Catalogue:
    """The catalogue with a user's file as it was at a time, so that a run over many files reads it once."""
    from flake8_incall.catalogue.compiler import merge
    from flake8_incall.catalogue.tables import read_tables

    return Catalogue(merge(_read_compiled(), read_tables(extra), str(extra)))


def _read_compiled() -> dict[str, Any]:
    tables: dict[str, Any] = json.loads(_COMPILED.read_bytes())
    return tables


def _prefixes(name: str) -> Iterator[tuple[str, str]]:
    """A dotted name cut in two, longest first: `("a.b", "")`, `("a", ".b")`."""
    end = len(name)
    while end > 0:
        yield name[:end], name[end:]
        end = name.rfind(".", 0, end)


def _wildcards(name: str) -> Iterator[str]:
    """The wildcards that can stand for a name: `a.*.get_async`, `a.*_async` and `a.*` for `a.b.get_async`."""
    _, underscore, suffix = name.rpartition("_")
    last = name.rpartition(".")[2]
    for prefix, _ in _prefixes(name):
        yield f"{prefix}.*.{last}"
        if underscore and suffix.isidentifier():
            yield f"{prefix}.*_{suffix}"
        yield f"{prefix}.*"
