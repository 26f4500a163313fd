"""CAL401 to CAL405: where a diagnostic stands, and what it says of the way and of the value's origin."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.options import Profile

HEAD = '''from livekit.agents import RunContext
from shop import enrich, stock


def _failure(text=None):
    reply = {"status": "error"}
    if text:
        reply["message"] = text
    return reply


async def answer(ctx: RunContext, found: bool, urgent: bool, name: str) -> dict:
    """Answer the caller who asks for something.

    Args:
        found: Whether it was found
        urgent: Whether it is urgent
        name: What it is called

    Returns:
        dict: status and more
    """
'''
FIRST = len(HEAD.splitlines()) + 1


def found(body: str, profile: Profile = "contract") -> list[Diagnostic]:
    """The diagnostics of the family on a function with this body, whose first line is `FIRST`."""
    diagnostics = check(HEAD + indent(dedent(body).strip("\n"), "    ") + "\n", options=Options(profile=profile))
    assert not [d for d in diagnostics if d.code == "CAL999"]
    return [d for d in diagnostics if "CAL401" <= d.code <= "CAL405"]


def told(body: str) -> list[tuple[str, int, str]]:
    """Code, line of the body counted from 1, and message."""
    return [(d.code, d.start.line - FIRST + 1, d.message) for d in found(body)]


def test_the_message_names_variable_origin_and_way() -> None:
    body = """
        reply = {"name": name}
        if found:
            reply["status"] = "success"
        return reply
    """
    remedy = 'add `"status": "success"` or `"status": "error"`'
    expected = f"`reply` (line {FIRST}) has no `status` when `found` is false; {remedy}"
    assert told(body) == [("CAL402", 4, expected)]


def test_a_dict_of_a_helper_is_named_by_its_line() -> None:
    assert told("return _failure()") == [
        (
            "CAL404",
            1,
            'the returned dict (line 6) has status "error" but no `message`; '
            "add a message that the agent can tell the caller",
        )
    ]
    assert told('return _failure("No such thing")') == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("None", "`None`"),
        ("name", "a string"),
        ("found", "a bool"),
        ('f"Found {name}"', "a string"),
        ("[]", "a list"),
        ('({"status": "error"}, 404)', "a tuple"),
        ("{name}", "a `set`"),
        ("lambda: {}", "a function"),
        ('{"status": "success"} if found else None', "`None` when `found` is false"),
    ],
)
def test_what_is_no_dict_is_said(value: str, said: str) -> None:
    assert told(f"return {value}") == [("CAL401", 1, f"`answer` can return {said}; return a dict with `status`")]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ('"ok"', '`"ok"`'),
        ("200", "`200`"),
        ("True", "`True`"),
        ("None", "`None`"),
        ("found", "a bool"),
        ("[]", "a list"),
        ('"success" if found else "failed"', '`"failed"` when `found` is false'),
    ],
)
def test_what_is_no_status_is_said(status: str, said: str) -> None:
    [(code, line, message)] = told(f'return {{"status": {status}}}')
    assert (code, line) == ("CAL403", 1)
    assert message == f'`status` can be {said}; only "success" and "error" are allowed'


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("if found:\n    return {'status': 'success'}", 1),
        ("try:\n    stock()\nexcept OSError:\n    name\nelse:\n    return {'status': 'success'}", 4),
        ("for one in stock():\n    return {'status': 'success'}", 1),
        ("match name:\n    case 'a':\n        return {'status': 'success'}", 1),
        ("stock()", 1),
        ("pass", 1),
        ("while stock():\n    if urgent:\n        return {'status': 'success'}", 1),
    ],
)
def test_the_end_is_where_nothing_comes_after(body: str, line: int) -> None:
    assert [(code, at) for code, at, _ in told(body)] == [("CAL405", line)]


@pytest.mark.parametrize(
    "body",
    [
        "...",
        "raise NotImplementedError",
        "while True:\n    if stock():\n        return {'status': 'success'}",
        "if found:\n    return {'status': 'success'}\nraise ValueError(name)",
        "try:\n    return {'status': 'success', 'n': stock()}\nexcept OSError:\n    raise",
        "with stock():\n    return {'status': 'success'}",
        "async with stock() as session:\n    return {'status': 'success'}",
        "match name:\n    case 'a':\n        return {'status': 'success'}\n    case _:\n        return _failure('no')",
        "yield {}",
    ],
)
def test_no_way_to_the_end(body: str) -> None:
    assert told(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "return stock()",
        "return await stock()",
        "return {'status': stock()}",
        "return {'status': 'success', **stock()}",
        "return {**stock()}",
        "reply = {}\nenrich(reply)\nreturn reply",
        "return enrich({})",
        "return ctx.userdata['reply']",
        "reply = stock()\nreply['status'] = 'ok' if reply.ok else 'no'\nreturn reply",
        "return stock() or {'status': 'success'}",
        "return {'status': name}",
        "try:\n    reply = stock()\nfinally:\n    enrich()\nreturn reply",
        "result = stock()\nif not isinstance(result, dict):\n    result = {'status': 'success'}\nreturn result",
    ],
)
def test_what_cannot_be_told_is_left_alone(body: str) -> None:
    assert told(body) == []


def test_one_finding_for_each_return() -> None:
    body = """
        if found:
            return {"n": 1} if urgent else {"n": 2}
        return {"n": 3}
    """
    assert [(code, line) for code, line, _ in told(body)] == [("CAL402", 2), ("CAL402", 3)]


def test_ways_that_are_not_there_have_no_findings() -> None:
    body = """
        reply = None
        if found:
            reply = {"status": "success"}
        if not found:
            return {"status": "error", "message": "Nothing there"}
        return reply
    """
    assert told(body) == []


def test_results_are_not_judged_in_livekit() -> None:
    assert found("return name", "livekit") == []
    assert found("pass", "livekit") == []


def test_no_message_looks_like_another_place() -> None:
    body = 'if name[:3] == "abc":\n    return {"status": "error", "message": name}\nreturn None if name[:4] else {}'
    assert all(":4" not in message and ":3" not in message for _, _, message in told(body))
