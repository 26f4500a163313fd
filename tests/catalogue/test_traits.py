"""Traits are held against the real types and functions wherever Python has them."""

from __future__ import annotations

import builtins
import collections
import contextlib
import copy
import functools
import importlib
import itertools
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from flake8_incall.catalogue import MEANINGS, TRAITS, Catalogue, CatalogueError, Trait, load

SAMPLES: Mapping[str, Callable[[], Any]] = {
    "list": lambda: [2, 1, 1],
    "bytearray": lambda: bytearray(b"bca"),
    "dict": lambda: {"a": 1, "b": 2},
    "set": lambda: {1, 2},
    "collections.deque": lambda: collections.deque([2, 1, 1]),
    "collections.OrderedDict": lambda: collections.OrderedDict(a=1, b=2),
    "collections.Counter": lambda: collections.Counter("aab"),
}
ARGUMENTS: tuple[Callable[[], tuple[Any, ...]], ...] = (
    lambda: (),
    lambda: (1,),
    lambda: (2,),
    lambda: (-1,),
    lambda: (ord("b"),),
    lambda: ([7],),
    lambda: ({1, 7},),
    lambda: ("a",),
    lambda: ({"a": 7},),
    lambda: (collections.Counter("a"),),
    lambda: (0, 7),
    lambda: ("z", 7),
    lambda: (b"z",),
)
# What else a method may be asked for leaves the object as it is, or makes it anew.
NEW_IN_PYTHON_3_12 = {"asyncio.Task.get_context"}
NOT_ASKED = {"__init__", "__new__", "__init_subclass__", "__setstate__", "__setattr__", "__delattr__", "__missing__"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def found(name: str) -> Any:
    """What a qualified name stands for."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        with contextlib.suppress(ImportError):
            return nested(importlib.import_module(".".join(parts[:end])), parts[end:])
    return nested(builtins, parts)


def nested(owner: Any, parts: Iterable[str]) -> Any:
    for part in parts:
        owner = getattr(owner, part)
    return owner


def calls(owner: str, method: str) -> Iterator[tuple[Any, Any, Any]]:
    """An object before and after calls of a method with various arguments, and what each call returned."""
    for make in ARGUMENTS:
        sample = SAMPLES[owner]()
        before, arguments = copy.deepcopy(sample), make()
        try:
            returned = getattr(sample, method)(*arguments)
        except Exception:
            continue
        yield before, sample, (arguments, returned)


def contents(value: Any) -> list[Any]:
    return list(value.items()) if isinstance(value, dict) else list(value)


def changes(owner: str, method: str) -> bool:
    return any(contents(before) != contents(after) for before, after, _ in calls(owner, method))


def methods(owner: str) -> list[str]:
    sample = SAMPLES[owner]()
    return [name for name in dir(sample) if callable(getattr(sample, name)) and name not in NOT_ASKED]


@pytest.mark.parametrize("owner", SAMPLES)
def test_a_method_mutates_exactly_if_the_real_one_does(catalogue: Catalogue, owner: str) -> None:
    mutating = {method for method in methods(owner) if catalogue.has("mutates", f"{owner}.{method}")}
    assert mutating == {method for method in methods(owner) if changes(owner, method)}


@pytest.mark.parametrize("owner", SAMPLES)
def test_a_method_removes_exactly_if_the_real_one_makes_its_object_smaller(catalogue: Catalogue, owner: str) -> None:
    removing = {method for method in methods(owner) if catalogue.has("removes", f"{owner}.{method}")}
    shrinking = {
        method
        for method in methods(owner)
        if any(len(after) < len(before) for before, after, _ in calls(owner, method))
    }
    # `items *= 0`, `symmetric_difference_update` and slices can make an object smaller, and are not there for it.
    assert removing <= shrinking
    assert shrinking - removing <= {"__imul__", "__ixor__", "symmetric_difference_update", "__setitem__"}


def test_what_drops_returns_nothing(catalogue: Catalogue) -> None:
    for name in catalogue.names("drops"):
        owner, _, method = name.rpartition(".")
        assert {returned for _, _, (_, returned) in calls(owner, method)} == {None}, name


@pytest.mark.parametrize("owner", ["list", "set", "collections.deque"])
def test_what_stores_has_its_argument_in_it_then(catalogue: Catalogue, owner: str) -> None:
    mark = ("mark",)
    for name in catalogue.names("collects"):
        held, _, method = name.rpartition(".")
        if held == owner:
            sample = SAMPLES[owner]()
            argument = mark if catalogue.has("stores", name) else sample.__class__([mark])
            getattr(sample, method)(*((0,) if method == "insert" else ()), argument)
            assert mark in sample, name


TEXTS = ("", "A b c", "12", "a,b\nc", "straße", "is_x")


@pytest.mark.parametrize("trait", ["pure", "splits", "keeps", "tells", "is-plain", "accepts-its-type", "constructs"])
def test_methods_of_texts_exist(catalogue: Catalogue, trait: Trait) -> None:
    for name in catalogue.names(trait):
        root = name.partition(".")[0]
        if root in ("str", "bytes", "int", "float", "list", "dict", "set", "re", "datetime") and "*" not in name:
            assert callable(found(name)), name


def test_what_tells_of_a_text_returns_a_truth_value_or_number(catalogue: Catalogue) -> None:
    for name in catalogue.names("tells"):
        if name.startswith("str."):
            assert isinstance(returned_by(name, " "), bool | int), name


def test_what_is_pure_and_tells_nothing_keeps(catalogue: Catalogue) -> None:
    pure = {name for name in catalogue.names("pure") if name.startswith("str.")}
    assert pure - catalogue.names("tells") <= catalogue.names("keeps")
    assert {name for name in catalogue.names("tells") if name.startswith("str.")} <= pure


def test_what_splits_returns_texts(catalogue: Catalogue) -> None:
    for name in catalogue.names("splits"):
        if name.startswith("str."):
            assert all(isinstance(part, str) for part in returned_by(name, "a b"[:1])), name


def test_what_is_plain_is_false_of_texts_with_structure(catalogue: Catalogue) -> None:
    for name in catalogue.names("is-plain"):
        method = name.rpartition(".")[2]
        assert not any(getattr(f"a1{mark}", method)() for mark in "/?#&%\\:.@ "), name
        assert any(getattr(text, method)() for text in ("a", "1")), name


def test_what_is_pure_makes_little_of_little(catalogue: Catalogue) -> None:
    for name in catalogue.names("pure"):
        owner, _, method = name.rpartition(".")
        if owner == "str" and method != "replace":
            for text, argument in itertools.product(TEXTS, (None, 10**7, "a")):
                with contextlib.suppress(TypeError, ValueError, LookupError):
                    result = getattr(text, method)(*(() if argument is None else (argument,)))
                    assert not isinstance(result, str) or len(result) <= 3 * len(text), name


def test_what_accepts_its_type_raises_nothing(catalogue: Catalogue) -> None:
    for name in catalogue.names("accepts-its-type"):
        if name.startswith("str."):
            for text in TEXTS:
                returned_by(name, ",", text)


def returned_by(name: str, argument: str, text: str = "A b c") -> Any:
    """What a method of a text returns, called with as many arguments as it needs."""
    method = getattr(text, name.rpartition(".")[2])
    special = {"center": (9,), "ljust": (9,), "rjust": (9,), "zfill": (9,), "encode": (), "join": (["a"],)}
    tries = [special[method.__name__]] if method.__name__ in special else [(), (argument,), (argument, "x")]
    for arguments in tries:
        with contextlib.suppress(TypeError):
            return method(*arguments)
    raise AssertionError(name)


def test_what_never_raises_exists(catalogue: Catalogue) -> None:
    for name in catalogue.names("never-raises"):
        assert callable(found(name.removesuffix(".*"))), name


def test_attributes_that_describe_exist_where_python_has_the_class(catalogue: Catalogue) -> None:
    made: dict[str, tuple[Any, ...]] = {
        "json.JSONDecodeError": ("m", "d", 0),
        "urllib.error.URLError": ("m",),
        "UnicodeError": ("m",),
    }
    made["UnicodeDecodeError"] = ("utf-8", b"", 0, 1, "m")
    for name in catalogue.names("describes"):
        owner, _, attribute = name.rpartition(".")
        kind = "UnicodeDecodeError" if owner == "UnicodeError" else owner
        if owner.partition(".")[0] not in ("fastapi", "openai"):
            assert hasattr(found(kind)(*made.get(kind, ("m",))), attribute), name


def test_every_trait_is_used_and_explained(catalogue: Catalogue) -> None:
    assert set(MEANINGS) == set(TRAITS) == set(catalogue.tables["trait"]) | {"looks"}
    assert sorted(TRAITS) == list(TRAITS)


def test_a_name_may_have_builtins_before_it_or_not(catalogue: Catalogue) -> None:
    assert catalogue.has("mutates", "list.append")
    assert catalogue.has("mutates", "builtins.list.append")
    assert catalogue.any_has("shows", ("shop.make", "builtins.str"))
    assert not catalogue.has("mutates", "list.copy")


def test_a_class_inherits_the_traits_of_its_bases(catalogue: Catalogue) -> None:
    assert catalogue.has("removes", "collections.OrderedDict.popitem")
    assert catalogue.has("collects", "collections.defaultdict.update")


def test_members_are_those_of_classes(catalogue: Catalogue) -> None:
    assert "append" in catalogue.members("mutates")
    assert "escape" not in catalogue.members("keeps")
    assert "*" not in catalogue.members("never-raises")


def test_a_wildcard_stands_for_all_below_a_name(catalogue: Catalogue) -> None:
    assert catalogue.has("accepts-its-type", "re.compile")
    assert catalogue.has("never-raises", "logging.Logger.info")
    assert not catalogue.has("never-raises", "logging.config")


def test_libraries_that_are_alike_have_the_same_traits(catalogue: Catalogue) -> None:
    assert catalogue.has("keeps", "httpx.URL")
    assert catalogue.has("keeps", "httpx2.URL")


def test_a_users_table_adds_names_to_a_trait(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[trait.logs]\n"acme.Journal" = "note"\nacme = ["audit", "trail"]', encoding="utf-8")
    catalogue = load(own)
    assert catalogue.members("logs") == load().members("logs") | {"note"}
    assert catalogue.has("logs", "acme.trail")
    assert catalogue.has("logs", "logging.info")


@pytest.mark.parametrize(
    ("text", "entry", "expected"),
    [
        ('[trait.mutate]\nlist = "append"', "trait", "'mutates'"),
        ('[trait]\nmutates = "append"', "trait.mutates", "names by class or module"),
        ("[trait.mutates]\nlist = 3", "trait.mutates: list", "one line of text"),
        ('[trait.mutates]\nlist = "app-end"', "list.app-end", "names separated by spaces"),
    ],
)
def test_a_mistake_in_a_trait_is_reported(tmp_path: Path, text: str, entry: str, expected: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError) as error:
        load(own)
    assert str(error.value).startswith(f"{own}: {entry}: ")
    assert expected in str(error.value)
    assert "\n" not in str(error.value)


def test_attributes_of_a_coroutine_are_all_there_are(catalogue: Catalogue) -> None:
    public = {name for name in dir(types.CoroutineType) if not name.startswith("_")}
    assert public <= catalogue.members("of-coroutine")


@pytest.mark.parametrize(
    "trait", ["calls-no-override", "clock", "deletes-files", "is-kept-by-others", "never-returns", "peeks"]
)
def test_names_of_the_standard_library_exist(catalogue: Catalogue, trait: Trait) -> None:
    for name in catalogue.names(trait):
        root = name.partition(".")[0]
        if root in sys.stdlib_module_names and name not in NEW_IN_PYTHON_3_12:
            assert found(name.removesuffix(".*")) is not None, name


def test_methods_that_run_on_creation_are_called_without_being_named(catalogue: Catalogue) -> None:
    called = set()

    class Recorder:
        def __init_subclass__(cls) -> None:
            called.add("__init_subclass__")

        def __new__(cls) -> Recorder:
            called.add("__new__")
            return super().__new__(cls)

        def __init__(self) -> None:
            called.add("__init__")

        def __set_name__(self, owner: type, name: str) -> None:
            called.add("__set_name__")

        def __class_getitem__(cls, item: type) -> type[Recorder]:
            called.add("__class_getitem__")
            return cls

    class Inner(Recorder[int]):  # type: ignore[type-arg]
        field = Recorder()

    assert Inner.field is not None
    assert called | {"__post_init__"} == catalogue.last_names("runs-on-creation")


def test_every_attribute_that_a_response_is_looked_at_by_says_its_status(catalogue: Catalogue) -> None:
    for name in ("aiohttp.ClientResponse", "httpx.Response", "requests.Response"):
        response = catalogue.type(name)
        assert response is not None
        assert set(response.status) <= catalogue.members("says-status")


@pytest.mark.parametrize(
    "trait", ["is-enum", "is-typed-dict", "is-set", "is-number", "is-container", "makes-type", "makes-accessor"]
)
def test_classes_exist(catalogue: Catalogue, trait: Trait) -> None:
    for name in catalogue.names(trait):
        # Python 3.11 has `NamedTuple` and `NewType` of `typing_extensions` in `typing` alone.
        if not name.startswith("typing_extensions."):
            assert callable(found(name)), name


def test_classes_are_matched_whole_exactly_if_the_real_ones_are(catalogue: Catalogue) -> None:
    kinds = [kind for kind in vars(builtins).values() if isinstance(kind, type)]
    whole = {kind.__name__ for kind in kinds if is_matched_whole(kind)}
    assert catalogue.names("is-matched-whole") == whole


def is_matched_whole(kind: Any) -> bool:
    try:
        subject = kind()
        match subject:
            case kind(inner):
                return inner is subject
    except (TypeError, RuntimeError):
        return False
    return False


def test_containers_are_asked_for_any_value(catalogue: Catalogue) -> None:
    for name in catalogue.names("is-container"):
        container = range(3) if name == "range" else found(name)()
        assert not any(value in container for value in ("x", 1.5, None, (), object())), name


def test_attributes_of_modules_and_functions_exist(catalogue: Catalogue) -> None:
    assert all(hasattr(types, name) for name in catalogue.members("of-module"))
    wrapped = functools.wraps(found)(lambda: None)
    assert all(hasattr(wrapped, name) for name in catalogue.members("describes-function") - {"__signature__"})


def test_reserved_names_are_those_that_pydantic_refuses(catalogue: Catalogue) -> None:
    pydantic = pytest.importorskip("pydantic")
    for name in catalogue.members("is-reserved") - {"model_extra", "model_fields_set"}:
        with pytest.raises((pydantic.errors.PydanticUserError, NameError, ValueError, TypeError)):
            pydantic.create_model("Tool", **{name: (str, "x")})
