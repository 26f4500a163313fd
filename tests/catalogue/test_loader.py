"""What the catalogue answers."""

from __future__ import annotations

import pytest

from flake8_incall.catalogue import Api, Argument, Catalogue, TypeUse, load


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def api(name: str) -> Api:
    found = load().api(name)
    assert found is not None, name
    return found


def test_a_name_that_nobody_knows_has_no_entry(catalogue: Catalogue) -> None:
    assert catalogue.api("somewhere.open") is None
    assert catalogue.type("somewhere.Thing") is None
    assert catalogue.attribute("somewhere.Thing.size") is None


@pytest.mark.parametrize("name", ["builtins.open", "open", "io.open", "_io.open"])
def test_all_names_of_one_thing_have_one_entry(name: str) -> None:
    assert api(name).name == "open"


@pytest.mark.parametrize("library", ["httpx", "httpx2", "httpxyz"])
def test_libraries_that_are_alike_have_the_same_facts_under_their_own_names(catalogue: Catalogue, library: str) -> None:
    request = api(f"{library}.AsyncClient.get")
    assert (request.name, request.timeout) == (f"{library}.AsyncClient.get", api("httpx.AsyncClient.get").timeout)
    assert request.raises == (f"{library}.RequestError",)
    assert request.returns == TypeUse(f"{library}.Response", ("coroutine",))
    assert request.source.startswith(f"{library} ")
    assert {f"{library}.HTTPError", "Exception"} < set(catalogue.exception_parents(f"{library}.ReadTimeout"))
    assert catalogue.attribute(f"{library}.Response.url") == TypeUse(f"{library}.URL")


def test_classes_of_libraries_that_are_alike_are_not_related(catalogue: Catalogue) -> None:
    assert catalogue.catches("httpx2.HTTPError", "httpx2.ReadTimeout")
    assert not catalogue.catches("httpx.HTTPError", "httpx2.ReadTimeout")
    assert not catalogue.catches("httpx2.HTTPError", "httpx.ReadTimeout")


@pytest.mark.parametrize(
    "name", ["shop_pb2_grpc.ShopStub", "acme.protos.shop_pb2_grpc.ShopStub", ".shop_pb2_grpc.ShopStub"]
)
def test_a_generated_class_has_the_entry_of_its_kind(catalogue: Catalogue, name: str) -> None:
    assert api(f"{name}.GetItem").name == "grpc.aio.Stub.*"
    assert api(name).returns == TypeUse("grpc.aio.Stub")
    assert catalogue.api(name.replace("Stub", "Servicer")) is None


def test_the_nearest_wildcard_stands_in(catalogue: Catalogue) -> None:
    assert api("os.getloadavg").name == "os.*"
    assert api("openai.AsyncOpenAI.chat.completions.create").name == "openai.AsyncOpenAI.*"
    assert api("google.genai.Client.aio.models.generate_content").name == "google.genai.Client.aio.*"
    assert api("google.genai.Client.models.generate_content").name == "google.genai.Client.*"
    assert catalogue.api("osprey.fly") is None


def test_a_wildcard_can_be_about_an_ending() -> None:
    assert "blocking" in api("stripe.Customer.create").effects
    assert api("stripe.Customer.create_async").name == "stripe.*_async"


def test_an_own_entry_goes_before_a_wildcard() -> None:
    assert api("os.path.join").effects == frozenset()
    assert api("os.open").effects == {"filesystem"}
    assert api("os.environ.get").effects == {"environment"}


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("logging.os.getcwd", "os.getcwd"),
        ("re.enum.sys.modules", "sys.modules"),
        ("httpx._config.os.environ", "os.environ"),
        ("random._os.getlogin", "os.*"),
        ("company.os.getcwd", None),
    ],
)
def test_a_module_can_be_reached_through_another(catalogue: Catalogue, name: str, entry: str | None) -> None:
    found = catalogue.api(name)
    assert (found.name if found else None) == entry


def test_a_class_has_what_its_bases_have(catalogue: Catalogue) -> None:
    assert api("datetime.datetime.weekday").name == "datetime.date.weekday"
    assert api("http.cookiejar.MozillaCookieJar.save").effects == {"filesystem"}
    assert catalogue.attribute("datetime.datetime.year") == TypeUse("int")


def test_an_attribute_can_be_known_whatever_its_name(catalogue: Catalogue) -> None:
    database = catalogue.attribute("pymongo.AsyncMongoClient.shop")
    assert database is not None
    orders = catalogue.attribute(f"{database.name}.orders")
    assert orders is not None
    assert api(f"{orders.name}.find_one").effects == {"database"}


def test_what_a_call_gives_is_followed_to_its_value() -> None:
    get = api("httpx.AsyncClient.get")
    assert get.is_awaitable
    assert get.returns is not None
    assert get.returns.awaited == TypeUse("httpx.Response")
    assert get.returns.entered is None
    request = api("aiohttp.ClientSession.get").returns
    assert request is not None
    assert request.awaited == request.entered == TypeUse("aiohttp.ClientResponse")
    rows = api("asyncpg.Connection.fetch").returns
    assert rows is not None
    assert rows.awaited == TypeUse("asyncpg.Record", ("list",))


def test_what_makes_json_carry_a_value(catalogue: Catalogue) -> None:
    fixes = {
        name: (found.json, found.fix)
        for name in ("datetime.date", "decimal.Decimal", "set", "str", "httpx.ReadTimeout", "pydantic.BaseModel")
        if (found := catalogue.type(name))
    }
    assert fixes == {
        "datetime.date": (False, ".isoformat()"),
        "decimal.Decimal": (False, "float(...)"),
        "set": (False, "list(...)"),
        "str": (True, ""),
        "httpx.ReadTimeout": (False, "str(...)"),
        "pydantic.BaseModel": (False, '.model_dump(mode="json")'),
    }


def test_what_makes_a_call_harmless() -> None:
    (memory,) = api("sqlite3.connect").harmless
    assert memory.argument == Argument("database", 0)
    assert memory.values == (":memory:",)
    (loader,) = api("yaml.load").harmless
    assert "yaml.SafeLoader" in loader.names
    assert all(condition.absent for condition in api("httpx.AsyncClient").harmless)


def test_what_leaves_the_process() -> None:
    assert api("httpx.AsyncClient.get").is_external
    assert api("asyncpg.Connection.fetch").is_external
    assert not api("os.system").is_external


def test_how_time_is_limited() -> None:
    assert api("requests.get").timeout is not None
    assert api("requests.get").timeout.default is None  # type: ignore[union-attr]
    session = api("aiohttp.ClientSession.get").timeout
    assert session is not None
    assert (session.call, session.client, session.default) == ((Argument("timeout"),), (Argument("timeout"),), 300)
    mongo = api("pymongo.collection.Collection.find_one").timeout
    assert mongo is not None
    assert mongo.unit == 0.001
    assert api("asyncio.wait_for").bounds == Argument("timeout", 1)
    assert api("datetime.datetime.now").timeout is None


@pytest.mark.parametrize(
    ("handled", "raised", "is_caught"),
    [
        ("httpx.RequestError", "httpx.ConnectTimeout", True),
        ("httpx.RequestError", "httpx.HTTPStatusError", False),
        ("httpx.HTTPError", "httpx.HTTPStatusError", True),
        ("builtins.OSError", "asyncio.TimeoutError", True),
        ("ValueError", "json.decoder.JSONDecodeError", True),
        ("Exception", "asyncio.CancelledError", False),
        ("requests.exceptions.Timeout", "requests.ConnectTimeout", True),
        ("aiohttp.ClientError", "TimeoutError", False),
    ],
)
def test_which_handler_catches_what(catalogue: Catalogue, handled: str, raised: str, is_caught: bool) -> None:
    assert catalogue.catches(handled, raised) is is_caught


def test_an_unknown_exception_has_no_parents(catalogue: Catalogue) -> None:
    assert not catalogue.is_exception("somewhere.Trouble")
    assert catalogue.exception_parents("somewhere.Trouble") == ("somewhere.Trouble",)


def test_which_modules_are_forbidden_and_why(catalogue: Catalogue) -> None:
    assert catalogue.forbidden_module("os") == "process"
    assert catalogue.forbidden_module("os.path") == "process"
    assert catalogue.forbidden_module("multiprocessing.shared_memory") == "filesystem"
    assert catalogue.forbidden_module("pickle") == "deserialise"
    assert catalogue.forbidden_module("json") is None
    assert catalogue.forbidden_module("osprey") is None


def test_what_runs_a_function_elsewhere() -> None:
    thread = api("asyncio.to_thread")
    assert thread.runs == Argument("func", 0)
    assert thread.in_thread
    assert not api("functools.partial").in_thread


def test_aliases_that_go_round_end(catalogue: Catalogue) -> None:
    tables = dict(catalogue.tables) | {"alias": {"a": "b", "b": "a"}}
    assert Catalogue(tables).canonical("a.x") in {"a.x", "b.x"}
