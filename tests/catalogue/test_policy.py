"""What the gate lets in reaches nothing dangerous, and is there to be let in."""

from __future__ import annotations

import builtins
import importlib
import inspect
import types

import pytest

from flake8_incall.catalogue import DANGERS, load
from tests.catalogue.world import is_here, may_be_missing, real

CATALOGUE = load()
POLICY = CATALOGUE.policy
# Let in to be called with arguments that the sealed rules look at.
JUDGED_BY_ARGUMENTS = {"httpx.AsyncClient", "httpx2.AsyncClient"}
HERE = sorted(module for module in POLICY.known_modules if is_here(module) and module != "httpx")


def public_names(module: str) -> set[str]:
    if module in POLICY.parts:
        return set(POLICY.parts[module])
    return {name for name in dir(importlib.import_module(module)) if not name.startswith("_")}


@pytest.mark.parametrize("module", HERE)
def test_no_name_that_is_let_in_is_known_to_be_dangerous(module: str) -> None:
    dangerous = {
        name
        for name in public_names(module)
        if POLICY.allows_name(module, name) and f"{module}.{name}" not in JUDGED_BY_ARGUMENTS
        if (api := CATALOGUE.api(f"{module}.{name}")) and api.effects & DANGERS
    }
    assert dangerous == set()


@pytest.mark.parametrize("module", HERE)
def test_no_name_that_is_let_in_is_a_dangerous_builtin_or_function_of_another_module(module: str) -> None:
    """`linecache.open` is `tokenize.open`: what a module has from another does what it does there."""
    namespace = vars(importlib.import_module(module))
    dangerous = set()
    for name in public_names(module) & namespace.keys():
        found = namespace[name]
        if isinstance(found, types.ModuleType) or not callable(found) or not POLICY.allows_name(module, name):
            continue
        home = f"{getattr(found, '__module__', None)}.{getattr(found, '__qualname__', None)}"
        api = CATALOGUE.api(home)
        if api and not api.is_wildcard and api.effects & DANGERS and f"{module}.{name}" not in JUDGED_BY_ARGUMENTS:
            dangerous.add((name, home))
    assert dangerous == set()


def test_what_is_let_in_in_part_exists() -> None:
    assert [(m, n) for m, names in POLICY.parts.items() if is_here(m) for n in names if not hasattr(real(m), n)] == []


def test_what_is_taken_out_exists_or_has_gone() -> None:
    missing = {
        f"{module}.{name}"
        for module, names in POLICY.removed.items()
        if is_here(module) and module != "httpx"
        for name in names
        # A name that warns when it is touched is there.
        if f"{module}.{name}" != "httpx2.main"
        if not hasattr(real(module), name) and not may_be_missing(f"{module}.{name}")
    }
    assert missing == set()


def test_what_is_taken_out_is_taken_from_what_is_let_in() -> None:
    assert POLICY.removed.keys() <= POLICY.modules


@pytest.mark.parametrize(
    ("module", "name", "is_allowed"),
    [
        ("json", "loads", True),
        ("typing", "Literal", True),
        ("typing", "get_type_hints", False),
        ("asyncio", "sleep", True),
        ("asyncio", "create_subprocess_exec", False),
        ("asyncio", "subprocess", False),
        ("os", "getcwd", False),
        ("urllib", "request", False),
        ("urllib.parse", "quote", True),
        ("io", "open", False),
    ],
)
def test_which_names_are_let_in(module: str, name: str, is_allowed: bool) -> None:
    assert POLICY.allows_name(module, name) is is_allowed


def test_every_builtin_known_to_be_dangerous_is_out() -> None:
    dangerous = {n for n in dir(builtins) if (api := CATALOGUE.api(f"builtins.{n}")) and api.effects & DANGERS}
    assert dangerous <= POLICY.builtins


def test_every_attribute_of_frames_code_and_generators_is_out() -> None:
    insiders = (types.FrameType, types.CodeType, types.GeneratorType, types.CoroutineType, types.TracebackType)
    names = {name for kind in insiders for name in dir(kind) if not name.startswith("_")}
    work_with_them = {"clear", "close", "send", "throw", "replace"}
    assert names - work_with_them <= POLICY.attributes | {"co_branches"}
    assert inspect.currentframe() is not None


def test_a_user_can_let_a_module_in() -> None:
    wider = POLICY.allowing(("secrets", "logging"))
    assert wider.allows_name("secrets", "token_hex")
    assert wider.allows_name("logging", "StreamHandler")
    assert not POLICY.allows_name("secrets", "token_hex")
    assert not wider.allows_name("typing", "get_type_hints")
