"""Entries say what is so: each is held against the library itself, where that is installed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from flake8_incall.catalogue import TRAITS, Api, Argument, load
from tests.catalogue.world import STAND_INS, is_here, may_be_missing, real

CATALOGUE = load()
TABLES = CATALOGUE.tables

AWAITABLE_ALL_THE_SAME = ("anyio.getnameinfo", "livekit.agents.JobContext.connect")
# What is reached through attributes of instances only.
BY_INSTANCE = ("openai.AsyncOpenAI.", "openai.OpenAI.", "google.", "requests.Session.verify")
# Classes that a compiler makes, and no library has; each stands for its synchronous twin too.
_MADE = [CATALOGUE.api(name) for name in TABLES["generated"].values()]
_TWINS = [api.sync_returns.name for api in _MADE if api is not None and api.sync_returns is not None]
GENERATED = (*TABLES["generated"].values(), *_TWINS)


def named(section: str) -> list[str]:
    return sorted(
        name
        for name in TABLES[section]
        if is_here(name) and not may_be_missing(name) and not name.startswith((*BY_INSTANCE, *GENERATED))
    )


def exists(name: str) -> bool:
    try:
        real(name)
    except AttributeError:
        return False
    return True


def test_every_api_exists() -> None:
    names = [name for name in named("api") if ".*" not in name]
    assert [name for name in names if not exists(name)] == []


def test_every_wildcard_stands_for_something() -> None:
    owners = [name.partition(".*")[0] for name in named("api") if ".*" in name]
    assert [owner for owner in owners if not exists(owner)] == []


def test_every_type_exists() -> None:
    assert [name for name in named("type") if not exists(name) and "platform_injected" not in name] == []


def test_types_inherit_as_they_say() -> None:
    wrong = [
        (name, base)
        for name in named("type")
        for base in TABLES["type"][name].get("bases", ())
        if base not in STAND_INS and is_here(base) and not issubclass(real(name), real(base))
    ]
    assert wrong == []


def test_exceptions_have_the_parents_that_they_say() -> None:
    wrong = {}
    for name in named("exception"):
        real_parents = {base for base in real(name).__bases__ if issubclass(base, BaseException) or base is object}
        if real_parents != {real(parent) for parent in TABLES["exception"][name]}:
            wrong[name] = real_parents
    assert wrong == {}


def test_aliases_stand_for_the_same_thing() -> None:
    wrong = [
        (alias, name)
        for alias, name in TABLES["alias"].items()
        if is_here(alias) and is_here(name) and not may_be_missing(alias) and not same(real(alias), real(name))
    ]
    assert wrong == []


def same(alias: object, meant: object) -> bool:
    """Whether two are one, or the first is a kind of the second or a module with the same contents."""
    if inspect.isclass(alias) and inspect.isclass(meant):
        return issubclass(alias, meant) or issubclass(meant, alias)
    return alias is meant or inspect.ismodule(alias) or callable(alias)


def callables() -> Iterator[Api]:
    for name in named("api"):
        api = CATALOGUE.api(name)
        if api and not api.is_wildcard and callable(real(name)):
            yield api


def test_calls_take_the_arguments_that_they_say() -> None:
    wrong = {api.name: list(wrong_arguments(api)) for api in callables()}
    assert {name: faults for name, faults in wrong.items() if faults} == {}


def test_calls_are_awaited_as_they_say() -> None:
    claimed = {api.name for api in callables() if api.returns and api.returns.forms[:1] == ("coroutine",)}
    coroutines = {api.name for api in callables() if inspect.iscoroutinefunction(real(api.name))}
    assert claimed - coroutines == {name for name in AWAITABLE_ALL_THE_SAME if is_here(name)}
    assert coroutines - claimed == set()


def arguments(api: Api) -> Iterator[Argument]:
    for argument in (api.bounds, api.seconds, api.runs):
        if argument:
            yield argument
    yield from (*api.url, *api.sql, *api.path, *(api.timeout.call if api.timeout else ()))
    yield from (condition.argument for condition in (*api.harmless, *api.insecure, *api.unverified))


def readable_parameters(thing: Any) -> list[inspect.Parameter] | None:
    """The parameters of a call but for `self`, or `None` for what is written in C without a signature."""
    try:
        parameters = list(inspect.signature(thing).parameters.values())
    except ValueError:
        return None
    return parameters[1:] if parameters and parameters[0].name == "self" else parameters


def wrong_arguments(api: Api) -> Iterator[str]:
    parameters = readable_parameters(real(api.name))
    if parameters is None:
        return
    for argument in arguments(api):
        kinds = {parameter.kind for parameter in parameters}
        places = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        keywords = {p.name for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)}
        if argument.name and argument.name not in keywords and inspect.Parameter.VAR_KEYWORD not in kinds:
            yield f"no argument {argument.name!r}"
        place = argument.position
        if place is None or (inspect.Parameter.VAR_POSITIONAL in kinds and place >= len(places)):
            continue
        if place >= len(places) or (argument.name and places[place] != argument.name):
            yield f"not {argument.name!r} at {place}"


def test_attributes_exist() -> None:
    names = [name for name in named("attribute") if not name.endswith(".*")]
    assert [name for name in names if not exists(name) and not is_set_on_instances(name)] == []


def is_set_on_instances(name: str) -> bool:
    owner, _, attribute = name.rpartition(".")
    for kind in real(owner).__mro__:
        code = getattr(kind.__init__, "__code__", None)
        declared = (*vars(kind), *vars(kind).get("__annotations__", ()))
        if attribute in declared or (code and attribute in code.co_names):
            return True
    return False


def test_every_entry_names_its_source() -> None:
    unnamed = [name for name in CATALOGUE.api_names if not source_of(name)]
    assert unnamed == []
    assert [name for name in CATALOGUE.type_names if not CATALOGUE.type(name).source] == []  # type: ignore[union-attr]


def source_of(name: str) -> str:
    api = CATALOGUE.api(name)
    assert api is not None
    return "" if api.source.endswith(".toml") else api.source


def test_functions_reject_as_they_say() -> None:
    arguments = {"datetime.datetime.strptime": ("no time", "%H"), "time.strptime": ("no time", "%H")}
    for name in named("api"):
        api = CATALOGUE.api(name)
        if api is not None and api.rejects:
            with pytest.raises(real(api.rejects)):
                real(name)(*arguments.get(name, ("no value",)))


# What instances have and classes do not, or what is called if a class has it.
MADE_LATER = (
    *("json.JSONDecodeError.msg", "openai.APIError.message", "urllib.error.URLError.reason", "UnicodeError.reason"),
    *("types.", "requests.Response.", "httpx.Response.status_code", "httpx2.Response.status_code"),
    *("dataclasses.__post_init__", "object.__set_name__", "object.__class_getitem__", "asyncio.Task.get_context"),
    *("attrs.__attrs_post_init__", "typing.NamedTuple."),
)


def test_names_with_traits_exist() -> None:
    names = {name.removesuffix(".*") for trait in TRAITS for name in CATALOGUE.names(trait)} - {"*"}
    here = [name for name in names if is_here(name) and not may_be_missing(name) and not name.startswith(MADE_LATER)]
    assert [name for name in here if not exists(name)] == []
