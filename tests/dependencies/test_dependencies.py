"""What is named as read by the judgement of a function, and how little of a file that is."""

from __future__ import annotations

import json
from statistics import mean

import pytest

from flake8_incall import Engine, Options
from flake8_incall.model.dependencies import dependencies as judged
from flake8_incall.model.dependencies.dependency import Dependency
from tests.dependencies.programs import DECORATED, OF_ONE_AGENT, REALISTIC, SHARED_HELPER, SIDE_BY_SIDE
from tests.documents.samples import ADVANCED, CODE

STRICT = Engine(Options(profile="strict"))
TOOL = '''\
from livekit.agents import RunContext, function_tool


@function_tool
async def book(ctx: RunContext) -> dict:
    """Book when the caller asks."""
    {body}
'''


def read(text: str, function: str, *kinds: str) -> set[str]:
    """The names of some kinds that the judgement of a function has read."""
    found = STRICT.check("tools.py", text).dependencies[function]
    return {one.name for one in found if one.kind in (kinds or ("function", "class", "constant", "statement"))}


def named(text: str, function: str) -> set[str]:
    return read(text, function) - {"", "logger"}


def share(read: tuple[Dependency, ...], text: str) -> float:
    """The share of a file's lines that a function depends on."""
    lines = {line for one in read for line in range(one.span.start.line, one.span.end.line + 1)}
    return len(lines) / text.count("\n")


@pytest.mark.parametrize("name", ["side_by_side.py", "of_one_agent.py", "shared_helper.py"])
def test_functions_depend_on_a_small_part_of_a_realistic_file(name: str) -> None:
    text = REALISTIC[name]
    shares = [share(read, text) for read in STRICT.check(name, text).dependencies.values()]
    assert mean(shares) < 0.3
    assert max(shares) < 0.45


def test_tools_side_by_side_depend_on_none_of_each_other() -> None:
    dependencies = STRICT.check("tools.py", SIDE_BY_SIDE).dependencies
    for function, read in dependencies.items():
        others = dependencies.keys() - {function}
        assert others.isdisjoint(one.name for one in read)


def test_a_function_depends_on_helpers_and_constants_behind_them() -> None:
    assert named(SIDE_BY_SIDE, "order") == {"BASE_URL", "TIMEOUT", "RATES", "_failed", "_price"}
    assert named(SIDE_BY_SIDE, "callback") == set()


def test_a_method_depends_on_what_others_store_into_its_object() -> None:
    assert named(OF_ONE_AGENT, "Host.directions") == {"Host"}
    found = named(OF_ONE_AGENT, "Host.finish")
    assert found >= {"Host", "Host.__init__", "Booking", "Booking.is_complete", "Booking.summary", "Host.set_name"}
    assert "Host.slots" not in found
    assert "Host.on_enter" not in found


def test_of_another_tool_only_the_statement_that_stores_is_read() -> None:
    read = STRICT.check("host.py", OF_ONE_AGENT).dependencies["Host.finish"]
    lines = {
        OF_ONE_AGENT.splitlines()[line - 1].strip()
        for one in read
        if one.name == "Host.set_name"
        for line in _lines(one)
    }
    assert "self.booking.name = name" in lines
    assert 'return {"status": "success"}' not in lines


def test_functions_share_a_helper_in_which_something_is_found() -> None:
    assert "orders" in named(SHARED_HELPER, "balance")
    assert "balance" in named(SHARED_HELPER, "orders")
    silent = SHARED_HELPER.replace("client.get", "client.pop").replace("requests.Session()", "{}")
    assert "balance" not in named(silent, "orders")


def test_tools_behind_one_decorator_depend_on_it_and_not_on_each_other() -> None:
    for function in ("read", "opened", "prices"):
        assert named(DECORATED, function) == {"handled"}


def test_what_fills_a_table_is_read_with_it() -> None:
    assert named(SHARED_HELPER, "read") == {"READERS", "register"}


@pytest.mark.parametrize(
    "change",
    [
        "RATES['a'] = open",
        "RATES.update(a=open)",
        "RATES = {'a': open}",
        "RATES |= {'a': open}",
        "del RATES['b']",
        "configure(RATES)",
        "def later():\n    RATES['a'] = open",
        "def later():\n    global RATES\n    RATES = {}",
        "for table in (RATES, {}):\n    table['a'] = open",
    ],
)
def test_what_changes_a_constant_is_read_with_it(change: str) -> None:
    text = f"RATES = {{'b': 1}}\n{TOOL.format(body='return RATES')}\n{change}\n"
    lines = {line for one in STRICT.check("a.py", text).dependencies["book"] for line in _lines(one)}
    assert len(text.splitlines()) in lines
    unrelated = text.replace("RATES", "OTHER").replace("return OTHER", "return {}")
    lines = {line for one in STRICT.check("a.py", unrelated).dependencies["book"] for line in _lines(one)}
    assert len(unrelated.splitlines()) not in lines


def _lines(one: Dependency) -> range:
    return range(one.span.start.line, one.span.end.line + 1)


def test_calls_that_pass_objects_to_a_helper_are_read_with_it() -> None:
    text = TOOL.format(body="return fetch(None)") + "\n\ndef fetch(client):\n    return client.get('/')\n"
    text = f"import httpx\n{text}\n\ndef other():\n    return fetch(GIVEN)\n"
    assert named(text.replace("GIVEN", "'text'"), "book") == {"fetch"}
    assert named(text.replace("GIVEN", "httpx.Client()"), "book") == {"fetch", "other"}


def test_every_module_that_an_import_names_is_a_place_that_was_looked_at() -> None:
    text = "import httpx, a.b\nfrom .store import find\nfrom . import rates\n" + TOOL.format(
        body="import json\n    return {}"
    )
    found = [one for one in STRICT.check("a.py", text).dependencies["book"] if one.kind == "module"]
    assert {one.name for one in found} == {"httpx", "a.b", ".store", ".rates", "livekit.agents", "json"}
    assert {one.digest for one in found} == {""}


def test_own_text_comes_first_with_its_decorators() -> None:
    own = STRICT.check("tools.py", SIDE_BY_SIDE).dependencies["stock"][0]
    assert (own.kind, own.name) == ("own", "stock")
    assert SIDE_BY_SIDE.splitlines()[own.span.start.line - 1] == "@function_tool"


def test_a_registration_elsewhere_is_read() -> None:
    text = (
        TOOL.format(body="return {}").replace("@function_tool\n", "") + "\ntool = function_tool(book, name='reserve')\n"
    )
    assert named(text, "book") == {"tool"}


def test_digests_are_of_the_text_alone() -> None:
    def digests(text: str) -> dict[str, str]:
        return {one.name: one.digest for one in STRICT.check("a.py", text).dependencies["stock"] if one.name}

    moved = digests("# A comment.\n\n" + SIDE_BY_SIDE)
    assert digests(SIDE_BY_SIDE) == moved
    changed = digests(SIDE_BY_SIDE.replace("TIMEOUT = 8.0", "TIMEOUT = 9.0"))
    assert {name for name in moved if moved[name] != changed[name]} == {"TIMEOUT"}


def test_functions_of_a_document_depend_on_their_own_objects() -> None:
    def document(*names: str, code: str = CODE) -> str:
        made = [{**ADVANCED, "name": name, "code": code.replace("order_status", name)} for name in names]
        return json.dumps({"functions": made}, indent=1)

    before = document("f0", "f1")
    report = STRICT.check("functions.json", before)
    assert [(one.kind, one.name) for one in report.dependencies["f1"]] == [("document", "f1")]
    assert STRICT.outdated(report, before) == frozenset()
    assert STRICT.outdated(report, before.replace("f1(ctx", "f1( ctx")) == {"f1"}
    assert STRICT.outdated(report, document("f2", "f1", "f0")) == {"f2"}


def test_a_file_without_in_call_functions_has_no_dependencies() -> None:
    report = STRICT.check("a.py", "x = 1\n")
    assert report.dependencies == {}
    assert STRICT.outdated(report, SIDE_BY_SIDE) == {"opening_hours", "stock", "order", "cancel", "callback"}
    assert STRICT.outdated(STRICT.check("a.py", SIDE_BY_SIDE), "x = 1\n") == frozenset()


def test_outdated_names_the_function_that_was_edited_alone() -> None:
    report = STRICT.check("tools.py", SIDE_BY_SIDE)
    edited = SIDE_BY_SIDE.replace('print("cancelling", number)', "logger.info(number)")
    assert STRICT.outdated(report, edited) == {"cancel"}
    assert STRICT.outdated(report, "\n\n" + SIDE_BY_SIDE.replace("TIMEOUT = 8.0", "TIMEOUT = 80")) == {"stock", "order"}


def test_outdated_reads_what_is_put_before_a_name() -> None:
    report = STRICT.check("tools.py", SIDE_BY_SIDE)
    assert "callback" in STRICT.outdated(report, "len = None\n" + SIDE_BY_SIDE)
    assert "cancel" not in STRICT.outdated(report, "len = None\n" + SIDE_BY_SIDE)


def test_a_check_does_nothing_for_dependencies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judged, "Dependencies", None)
    assert STRICT.check("tools.py", SIDE_BY_SIDE).findings


def test_dependencies_are_worked_out_once() -> None:
    report = STRICT.check("tools.py", SIDE_BY_SIDE)
    assert report.dependencies is report.dependencies
