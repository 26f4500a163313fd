"""What the catalogue says: of a callable, of a type, and of what the gate lets in."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

Effect = Literal[
    "filesystem",
    "process",
    "environment",
    "dynamic-code",
    "dynamic-import",
    "deserialise",
    "introspection",
    "network",
    "database",
    "blocking",
    "sleep",
    "task",
]
EFFECTS: tuple[Effect, ...] = get_args(Effect)

# What a harmless argument takes away; a call that waits or goes over the network does so all the same.
DANGERS: frozenset[Effect] = frozenset(EFFECTS[:7])

Form = Literal[
    "coroutine",
    "awaitable",
    "context",
    "async context",
    "awaitable context",
    "awaitable object",
    "optional",
    "list",
    "tuple",
    "dict",
    "iterator",
    "async iterator",
]
FORMS: tuple[Form, ...] = get_args(Form)
_LATE_FORMS = frozenset(
    {"coroutine", "awaitable", "async context", "awaitable context", "awaitable object", "async iterator"}
)

# Objects that say how long: each library has its own phases of a request.
Limit = Literal["", "httpx", "aiohttp", "urllib3"]
LIMITS: tuple[Limit, ...] = get_args(Limit)
TimeoutScope = Literal["operation", "call"]
TIMEOUT_SCOPES: tuple[TimeoutScope, ...] = get_args(TimeoutScope)

# What a decorator makes of a function: the same in calls, results and exceptions; one whose result is kept for the
# next call; one that is called again, or ended after a time; one whose exceptions it takes up; an attribute; a context
# manager; something else.
DecoratorKind = Literal["", "transparent", "caches", "repeats", "bounds", "catches", "property", "manager", "other"]
DECORATOR_KINDS: tuple[DecoratorKind, ...] = get_args(DecoratorKind)

Constant = str | int | float | bool | None


class CatalogueError(ValueError):
    """A table that cannot be used. Its text is one line: file, entry, what is wrong, what is expected."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call.

    Attributes:
        name: The keyword, or `""` when it is given by position only.
        position: Its place among the positional arguments, counted from 0 and without `self`, or `None`
            when it is given by keyword only.
    """

    name: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that holds of one argument of a call, when any one of these is so.

    Attributes:
        argument: The argument in question.
        values: It is one of these constants, or a list with one of them in it.
        names: It is the object with one of these qualified names, or an instance of a type so named.
        absent: It is not given.
        none: It is `None`.
        other_than: Its text is not known, or begins with none of these.
        key: Not the argument itself is meant, but what stands under this key in the dict that is given.
    """

    argument: Argument
    values: tuple[Constant, ...] = ()
    names: tuple[str, ...] = ()
    absent: bool = False
    none: bool = False
    other_than: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Timeout:
    """How the time of a call is limited.

    Attributes:
        call: Arguments of the call itself that limit it.
        client: Arguments of the client's constructor (or the function that makes the client) that do.
        objects: Arguments of either that take an object which may say so: a configuration, a dict, another client.
        partial: Names with `timeout` in them that limit a part only: to connect, to find a server, to wait in a queue.
        default: Seconds after which it ends when nothing is given, or `None` when it never does.
        fixed: Seconds after which the library ends it whatever is given, or `None` when the arguments decide.
        setter: The method of the client that sets it later, or `""`.
        scope: Whether all of these limit the whole call, or each operation in it (to connect, to send, each read),
            so that an answer that comes in drips takes longer.
        takes: The class whose objects say how long, where the arguments take no plain seconds.
        unit: Seconds in one unit of the arguments: 1, or 0.001 for milliseconds.
    """

    call: tuple[Argument, ...] = ()
    client: tuple[Argument, ...] = ()
    objects: tuple[Argument, ...] = ()
    partial: frozenset[str] = frozenset()
    default: float | None = None
    fixed: float | None = None
    setter: str = ""
    scope: TimeoutScope = "operation"
    takes: str = ""
    unit: float = 1.0

    def bound(self, seconds: float | None) -> float | None:
        """Return the seconds after which a call is over for certain, if that is its timeout."""
        return seconds if self.scope == "call" else None


@dataclass(frozen=True, slots=True)
class TypeUse:
    """A type as a result or an attribute has it.

    Attributes:
        name: A type of the catalogue. `json` is JSON data of unknown shape, `unknown` anything, `argument` the type
            argument of the generic class that it is said of: `Data` for `RunContext[Data]`.
        forms: What is around it, from the outside in: `("coroutine", "list")` for a coroutine that gives
            a list of it, `("awaitable",)` for what runs whether it is awaited or not, `("awaitable context",)`
            for what can be awaited or entered with `async with`, `("awaitable object",)` for an object of it that can
            be awaited or entered as well.
    """

    name: str
    forms: tuple[Form, ...] = ()

    def without(self, *forms: Form) -> TypeUse | None:
        """What is left when one of these forms is taken off the outside, or `None` if none is there."""
        if self.forms and self.forms[0] in forms:
            return TypeUse(self.name, self.forms[1:])
        return None

    @property
    def is_late(self) -> bool:
        """Whether nothing happens until it is awaited, entered or iterated."""
        return self.forms[:1] != () and self.forms[0] in _LATE_FORMS

    @property
    def awaited(self) -> TypeUse | None:
        """What `await` gives, or `None` when it cannot be awaited."""
        return self.without("coroutine", "awaitable", "awaitable context", "awaitable object")

    @property
    def entered(self) -> TypeUse | None:
        """What `with … as` or `async with … as` gives, or `None` when the catalogue does not say."""
        return self.without("context", "async context", "awaitable context", "awaitable object")


@dataclass(frozen=True, slots=True)
class Api:
    """A function, method, class or module attribute, and what becomes of who uses it.

    Attributes:
        name: The qualified name that the entry stands under; it ends with `.*` for all below a name,
            with `.*_async` for those of them that end so.
        effects: What it does to the world.
        harmless: The dangerous effects do not happen when all of these hold.
        insecure: Certificates are not checked when any of these holds.
        unverified: A signature or a host key is not checked when any of these holds; `note` says what follows.
        timeout: How its time is limited, or `None` when the time of the call plays no part.
        bounds: The argument with the seconds by which it limits what it waits for.
        limit: In whose manner its arguments make up one limit; `""` where `bounds` says it all.
        raises: The classes that a handler has to name, or a parent of each; `None` when that is not known.
        returns: What a call gives, or the attribute is.
        sync_if: A call gives the synchronous twin of that when all of these hold.
        sync_returns: That twin.
        url: Arguments that are addresses.
        sql: Arguments that are statements of a query language.
        template: Arguments that are templates whose expressions are evaluated.
        path: Arguments that are paths of files.
        seconds: The argument that says how long it sleeps.
        waits: Whether it waits for something inside the process, for as long as that takes: a lock, a speech.
        runs: The argument that is a function which it calls.
        in_thread: Whether that function runs outside the event loop.
        each: Whether it calls that function with the items of its other arguments, one by one.
        later: Whether it only keeps that function, for something else to call.
        awaits: The argument that is an awaitable which it hands on or waits for, and whose result it gives.
        enters: The argument that is a context manager which it enters, and gives what that gives.
        awaits_all: Whether all arguments are such awaitables, and it gives a list of their results.
        through: The argument that is the client which what it makes speaks through, and whose timeout counts for it.
        typed_by: The argument whose class is the type argument of what it makes.
        decorator: What it makes of a function that it decorates; `""` where it is no decorator.
        reraises: The exceptions of that function leave it as they are when any of these holds; else, those of `raises`
            do where there are some.
        endless: It never ends with an exception when all of these hold.
        repeats_for: The argument that says for which exceptions it calls that function again; others leave as they are.
        answers: The argument that gives a result in place of an exception.
        changes: Whether it changes something on the other side that a second call changes again. Whether a
            request does depends on its method too.
        rejects: The exception with which it refuses a first argument that it cannot convert, or `""`.
        twin: What to use instead in a coroutine, as text.
        method_twin: The method of the same object that does it without blocking; `*` stands for its own name.
        note: A word to who meets it, or `""`.
        source: The library and version, or the documentation, that the entry was checked against.
    """

    name: str
    effects: frozenset[Effect] = frozenset()
    harmless: tuple[Condition, ...] = ()
    insecure: tuple[Condition, ...] = ()
    unverified: tuple[Condition, ...] = ()
    timeout: Timeout | None = None
    bounds: Argument | None = None
    limit: Limit = ""
    raises: tuple[str, ...] | None = None
    returns: TypeUse | None = None
    sync_if: tuple[Condition, ...] = ()
    sync_returns: TypeUse | None = None
    url: tuple[Argument, ...] = ()
    sql: tuple[Argument, ...] = ()
    template: tuple[Argument, ...] = ()
    path: tuple[Argument, ...] = ()
    seconds: Argument | None = None
    waits: bool = False
    runs: Argument | None = None
    in_thread: bool = False
    each: bool = False
    later: bool = False
    awaits: Argument | None = None
    awaits_all: bool = False
    enters: Argument | None = None
    through: Argument | None = None
    typed_by: Argument | None = None
    decorator: DecoratorKind = ""
    reraises: tuple[Condition, ...] = ()
    endless: tuple[Condition, ...] = ()
    repeats_for: Argument | None = None
    answers: Argument | None = None
    changes: bool = False
    rejects: str = ""
    twin: str = ""
    method_twin: str = ""
    note: str = ""
    source: str = ""

    @property
    def keeps_calls(self) -> bool:
        """Whether a call of what it makes of a function is a call of that function."""
        return self.decorator in ("transparent", "caches", "repeats", "bounds", "catches")

    @property
    def is_wildcard(self) -> bool:
        """Whether the entry stands for all names below one."""
        return ".*" in self.name

    @property
    def is_external(self) -> bool:
        """Whether a call leaves the process and can hang or fail there."""
        return "network" in self.effects or "database" in self.effects

    def awaited_method(self, called: str) -> str:
        """The method of the same object to await instead of the one with a qualified name, or `""`."""
        return self.method_twin.replace("*", called.rpartition(".")[2])

    @property
    def is_awaitable(self) -> bool:
        """Whether the result has to be awaited (or entered with `async with`)."""
        return self.returns is not None and self.returns.awaited is not None


@dataclass(frozen=True, slots=True)
class Type:
    """A type, as far as a result is concerned.

    Attributes:
        name: Its qualified name; builtins have none before theirs.
        json: Whether JSON carries an instance.
        falsy: Whether an instance can be false in a test: an empty container, a zero, a response that failed.
        fix: What makes it carry one: `.isoformat()` to be appended, or a call with `...` for the value.
        bases: The types of the catalogue whose methods and attributes it has.
        status: The attributes and methods by which a response is looked at for success.
        on_file: Whether an instance reads or writes the file that it was made from for as long as it is used.
        source: What the entry was checked against.
    """

    name: str
    json: bool = False
    falsy: bool = False
    fix: str = ""
    bases: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    on_file: bool = False
    source: str = ""


@dataclass(frozen=True)
class Policy:
    """What the gate lets in. Read by the sealed rules and by the loader of the runtime.

    Attributes:
        modules: Modules that are let in, but for what is taken out of them.
        parts: Modules of which only the names given are let in.
        removed: Names taken out of a module that is let in.
        builtins: Builtins that are not let in, as names or attributes of `builtins`.
        attributes: Attributes that are refused on whatever object.
        dunders: Attributes with a leading underscore that are allowed all the same.
        methods: Names with two leading underscores that a class may define.
        keywords: Keyword arguments that are refused on whatever call.
        doors: Callables that may be named only where they are called, since their arguments reach out.
        on_load: Callables that may be called, or decorate, while a module is loaded.
        module_names: Names with two leading underscores that a module may give a value to.
        schemes: The schemes of addresses that lead over the network.
        inner_domains: The ends of host names that lead to the operator's own network.
    """

    modules: frozenset[str]
    parts: Mapping[str, frozenset[str]]
    removed: Mapping[str, frozenset[str]]
    builtins: frozenset[str]
    attributes: frozenset[str]
    dunders: frozenset[str]
    methods: frozenset[str]
    keywords: frozenset[str]
    doors: frozenset[str]
    on_load: frozenset[str]
    module_names: frozenset[str]
    schemes: frozenset[str]
    inner_domains: tuple[str, ...]

    @cached_property
    def known_modules(self) -> frozenset[str]:
        """Every module that may be imported, in full or in part."""
        return self.modules | frozenset(self.parts)

    def allows_module(self, module: str) -> bool:
        """Whether a module may be imported."""
        return module in self.known_modules

    def allows_name(self, module: str, name: str) -> bool:
        """Whether a name of a module may be used."""
        if name in self.removed.get(module, ()):
            return False
        if module in self.parts:
            return name in self.parts[module]
        return module in self.modules and not _is_another_module(module, name)

    def allowing(self, modules: tuple[str, ...]) -> Policy:
        """The same policy with these modules let in in full."""
        return replace(
            self,
            modules=self.modules | frozenset(modules),
            parts={module: names for module, names in self.parts.items() if module not in modules},
        )


def _is_another_module(module: str, name: str) -> bool:
    """Whether a name leads to a module that this one imports for itself: `re.enum`, `uuid.os`."""
    if name not in sys.stdlib_module_names or name == module.rpartition(".")[2]:
        return False
    return f"{module}.{name}" not in _NAMED_LIKE_A_MODULE


_NAMED_LIKE_A_MODULE = frozenset({"datetime.time", "unicodedata.decimal"})
