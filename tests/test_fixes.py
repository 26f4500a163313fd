"""Fixes: each clears its finding, adds none, and leaves the rest of the text as it was."""

from __future__ import annotations

import io
import json
import tokenize
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.engine import check_document
from flake8_incall.fixes import fixed
from flake8_incall.rules import REGISTRY
from tests.examples import CAN_MATCH
from tests.harness import load
from tests.repairs.fixed import after_fixes, chosen, findings, fixed_fixtures, offers, written

PATHS = sorted({path for path, _ in offers()})
# A loop that a queue ends is not known as such once the queue is read in a thread: the fix is tried and dropped.
DROPPED = ("cal605_endless_waiting_loop", "CAL604")
OFFERS = [
    pytest.param(path, code, marks=[pytest.mark.xfail(strict=True)] if (path.stem, code) == DROPPED else [])
    for path, code in offers()
]


@pytest.mark.parametrize(("path", "code"), OFFERS, ids=lambda part: getattr(part, "stem", part))
def test_fixes_clear_their_findings_and_add_none(path: Path, code: str) -> None:
    fixture = load(path)
    before, after = _counts(findings(path)), _counts(check(after_fixes(path, code), fixture.path, fixture.options))
    cleared = _counts(repeat for one in chosen(path, code) for repeat in one.repeats or (one,) if repeat.fix)
    assert after <= before - cleared


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_fixes_go_together_and_come_to_an_end(path: Path) -> None:
    fixture = load(path)

    def find(source: str) -> Sequence[Diagnostic]:
        return findings(path) if source == fixture.source else check(source, fixture.path, fixture.options)

    once = fixed(fixture.source, find, unsafe=True)
    assert {(path.stem, found.code) for found in once.left if found.fix} <= {DROPPED}
    assert fixed(once.text, find, unsafe=True).text == once.text
    # What nobody asked to change is still there.
    assert comments(once.text) == comments(fixture.source)


def test_fixed_fixtures_are_up_to_date() -> None:
    expected = dict(fixed_fixtures())
    assert set(expected) == written(), "run `python -m tests.documentation`"
    assert [path for path, text in expected.items() if path.read_text(encoding="utf-8") != text] == []


def _counts(found: Iterable[Diagnostic]) -> Counter[str]:
    return Counter(one.code for one in found for _ in range(one.count))


def comments(source: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def test_every_rule_with_a_fix_has_one_in_a_fixture() -> None:
    assert {code for _, code in offers()} == {
        rule.code for rule in REGISTRY.rules.values() if rule.fix and (CAN_MATCH or rule.code != "CAL990")
    }


SOURCE = """\
async def read(ctx: RunContext) -> dict:
    async with httpx.AsyncClient() as client:  # नमस्ते
        response = await client.get("https://api.example.com/नमस्ते")
    return {"status": "success", "text": response.text}
"""
TIMEOUT = "httpx.AsyncClient(timeout=5)"


@pytest.mark.parametrize(
    ("client", "codes"),
    [
        ("twilio.rest.Client('AC1', x_secrets['TWILIO'])", {"CAL601"}),
        ("boto3.client('s3')", {"CAL604"}),
    ],
)
def test_no_seconds_are_passed_where_an_object_belongs(client: str, codes: set[str]) -> None:
    source = f"""\
import boto3
import twilio.rest

async def read(ctx: RunContext) -> dict:
    service = {client}
    return {{"status": "success", "found": str(service.list_objects_v2(Bucket="a") or service.calls.list())}}
"""
    found = [one for one in check(source, "read.py") if one.code.startswith("CAL6")]
    assert {one.code for one in found} == codes
    assert not any(one.fix for one in found)


def test_line_ends_and_other_scripts_stay() -> None:
    result = fixed(SOURCE.replace("\n", "\r\n"), lambda source: check(source, "read.py"))
    assert result.text == SOURCE.replace("httpx.AsyncClient()", TIMEOUT).replace("\n", "\r\n")


def test_line_ends_of_old_systems_stay() -> None:
    source = SOURCE.replace("    async with", "    print(1)\n    async with").replace("\n", "\r")
    result = fixed(f"import logging\r\r\r{source}", lambda source: check(source, "read.py"))
    assert "CAL903" in {found.code for found in result.applied}
    assert "\n" not in result.text


def test_entries_are_indented_as_those_beside_them() -> None:
    source = """\
async def read(ctx: RunContext, day: str, hour: int) -> dict:
\t\"\"\"Call this when the caller asks for the text of an hour.

\tArgs:
\t\tday: The day, such as monday
\t\"\"\"
\treturn {"status": "success"}
"""
    result = fixed(source, lambda source: check(source, "read.py"), unsafe=True)
    assert "\n\t\tday: The day, such as monday\n\t\thour: " in result.text


@pytest.mark.parametrize(
    "body",
    [
        "with LOCK:\n        time.sleep(1)",
        "text = yaml.load(text, Own)",
    ],
)
def test_what_may_mean_something_else_is_unsafe(body: str) -> None:
    source = f"""\
import asyncio
import threading
import time

import yaml

LOCK = threading.Lock()


class Own(yaml.SafeLoader):
    pass


async def read(ctx: RunContext, text: str) -> dict:
    {body}
    return {{"status": "success", "text": text}}
"""
    fixes = [one.fix for one in check(source, "read.py") if one.code in ("CAL505", "CAL604") and one.fix]
    assert [fix.is_safe for fix in fixes] == [False]


def test_the_code_of_a_document_is_fixed_inside_its_json() -> None:
    document = {"type": "custom_in_call", "name": "read", "description": 'Call this "now"', "source_code": SOURCE}
    for is_ascii in (True, False):
        text = json.dumps(document, ensure_ascii=is_ascii, indent=2)
        result = fixed(text, lambda text: check_document(text, "read.json", Options()))
        assert json.loads(result.text)["source_code"] == SOURCE.replace("httpx.AsyncClient()", TIMEOUT)
        assert json.loads(result.text) | {"source_code": SOURCE} == document


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("httpx.AsyncClient(\n        base_url=URL,  # the shop\n    )", "base_url=URL, timeout=5,  # the shop"),
        ("httpx.AsyncClient(base_url=URL)", "httpx.AsyncClient(base_url=URL, timeout=5)"),
        ("httpx.AsyncClient(base_url=(URL))", "httpx.AsyncClient(base_url=(URL), timeout=5)"),
        ("httpx.AsyncClient(base_url=URL, )", "httpx.AsyncClient(base_url=URL, timeout=5, )"),
        ("httpx.AsyncClient(base_url=URL # )\n    )", "httpx.AsyncClient(base_url=URL, timeout=5 # )"),
    ],
)
def test_an_argument_goes_behind_the_last(before: str, after: str) -> None:
    result = fixed(SOURCE.replace("httpx.AsyncClient()", before), lambda source: check(source, "read.py"))
    assert after in result.text


@pytest.mark.parametrize(
    ("use", "is_safe"), [("", True), ("\n\nasync def at_noon():\n    return await hours('noon')\n", False)]
)
def test_a_parameter_more_is_safe_where_nobody_calls_the_function(use: str, is_safe: bool) -> None:
    head = "from livekit.agents import RunContext, function_tool\n\n\n@function_tool\n"
    source = f'{head}async def hours(day: str) -> dict:\n    return {{"status": "success"}}\n{use}'
    [found] = [found for found in check(source, "hours.py") if found.code == "CAL102"]
    assert found.fix
    assert found.fix.is_safe == is_safe


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("()", "(ctx: RunContext)"),
        ("(day: str)", "(ctx: RunContext, day: str)"),
        ("(\n    day: str = 'Monday',\n)", "(\n    ctx: RunContext,\n    day: str = 'Monday',\n)"),
        ("(day: str, /)", "(ctx: RunContext, day: str, /)"),
        ("(day: str, *, hour: int)", "(ctx: RunContext, day: str, *, hour: int)"),
        ("(*, day: str)", "(ctx: RunContext, *, day: str)"),
        ("( )", "( ctx: RunContext)"),
    ],
)
def test_the_context_goes_before_the_first_parameter(before: str, after: str) -> None:
    assert with_context(f"@function_tool\nasync def hours{before} -> dict:\n    pass\n") == (
        f"@function_tool\nasync def hours{after} -> dict:\n    pass\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(self)", "(self, ctx: RunContext)"),
        ("(self, day: str)", "(self, ctx: RunContext, day: str)"),
        ("(self, /)", "(self, ctx: RunContext, /)"),
        ("(self, *, day: str)", "(self, ctx: RunContext, *, day: str)"),
        ("(\n        self,\n    )", "(\n        self, ctx: RunContext,\n    )"),
    ],
)
def test_the_context_of_a_method_goes_behind_self(before: str, after: str) -> None:
    method = "class Desk(Agent):\n    @function_tool\n    async def hours{} -> dict:\n        pass\n"
    assert with_context(method.format(before)) == method.format(after)


@pytest.mark.parametrize("signature", ["(ctx, day: str)", "(*days: str)", "(**days: str)"])
def test_the_context_goes_nowhere_where_its_place_is_not_plain(signature: str) -> None:
    source = f"@function_tool\nasync def hours{signature} -> dict:\n    pass\n"
    assert with_context(source) == source


def with_context(source: str) -> str:
    """What the fix of CAL102 makes of functions."""
    head = "from livekit.agents import Agent, RunContext, function_tool\n\n\n"

    def find(text: str) -> list[Diagnostic]:
        return [found for found in check(text, "hours.py") if found.code == "CAL102"]

    return fixed(head + source, find, unsafe=True).text.removeprefix(head)


def test_what_is_passed_unseen_is_left_alone() -> None:
    source = SOURCE.replace("httpx.AsyncClient()", "httpx.AsyncClient(**options())")
    assert fixed(source, lambda source: check(source, "read.py")).text == source


def test_a_fix_that_breaks_the_text_is_not_made() -> None:
    def find(source: str) -> list[Diagnostic]:
        return [
            replace(one, fix=one.fix and replace(one.fix, edits=(replace(one.fix.edits[0], text=")"),)))
            for one in check(source, "read.py")
        ]

    assert any(one.fix for one in find(SOURCE))
    result = fixed(SOURCE, find)
    assert (result.text, result.applied) == (SOURCE, [])
