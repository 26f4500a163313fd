"""Functions on which verdict and truth have differed, or easily could: each by the thing that makes it hard."""

from __future__ import annotations

import pytest

from tests.truth.comparison import lines_of_truth, lines_of_verdict, verdict_on
from tests.truth.execution import truth_of

MODULE = """\
from contextlib import contextmanager, suppress
from typing import Literal

from livekit.agents import RunContext


class Refused(Exception):
    pass


class Missing(Refused):
    pass


def step(flag):
    if flag:
        raise ValueError("bad step")


def reply(status, message=None):
    body = {"status": status}
    if message:
        body["message"] = message
    return body


def amend(result):
    result["message"] = "See above"


def find(flag):
    if flag:
        return {"status": "success"}


class Kept:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return None


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return True


"""

CASES = {
    "a flag keeps its answer": """
        found = {"status": "success"} if a else None
        if a:
            return found
        return {"status": "error", "message": "None"}
    """,
    "a flag that is assigned loses its answer": """
        found = {"status": "success"} if a else None
        a = True
        if a:
            return found
        return None
    """,
    "a variable carries the flag on": """
        kind = "car" if a else "home"
        reply_text = None
        if a:
            reply_text = {"status": "success"}
        if kind == "car":
            return reply_text
        return {"status": "error", "message": "None"}
    """,
    "both names hold one dict": """
        one = two = {}
        two["status"] = "success"
        return one
    """,
    "a copy is another dict": """
        one = {"status": "success"}
        two = one.copy()
        two["status"] = "late"
        return one
    """,
    "a list holds the dict itself": """
        one = {"status": "error"}
        many = [one]
        many[0]["message"] = "Sorry"
        return one
    """,
    "a helper changes what it is given": """
        one = {"status": "error"}
        amend(one)
        return one
    """,
    "a helper is followed with its constants": """
        if a:
            return reply("error")
        return reply("error", "Sorry")
    """,
    "a helper that can end without a value": """
        return find(a)
    """,
    "a helper whose end without a value is caught": """
        return find(a) or {"status": "error", "message": "None"}
    """,
    "a loop over nothing": """
        for key in ():
            return None
        return {"status": "success"}
    """,
    "a loop that runs": """
        for key in (1, 2):
            result = {"status": "success"}
        return result
    """,
    "the `else` of a loop is left out by `break`": """
        for key in (1, 2):
            if a:
                break
        else:
            return {"status": "success"}
        if a:
            return {"status": "error", "message": "Left"}
    """,
    "a loop that only `break` leaves": """
        while True:
            if a:
                result = {"status": "success"}
                break
            a = True
        return result
    """,
    "`finally` has the last word": """
        try:
            return None
        finally:
            return {"status": "success"}
    """,
    "`finally` changes what is on its way out": """
        result = {"status": "error"}
        try:
            return result
        finally:
            result["message"] = "Sorry"
    """,
    "`finally` does not bind again what is on its way out": """
        result = {"status": "success"}
        try:
            return result
        finally:
            result = None
    """,
    "`continue` in `finally` takes a `return` back": """
        for key in (1, 2):
            try:
                return None
            finally:
                continue
        return {"status": "success"}
    """,
    "a handler for something else": """
        try:
            step(a)
        except KeyError:
            return None
        return {"status": "success"}
    """,
    "a handler for a base class": """
        try:
            if a:
                raise Missing("gone")
        except Refused:
            return {"status": "error"}
        return {"status": "success"}
    """,
    "a handler of what cannot be raised": """
        try:
            result = {"status": "success"}
            return result
        except Exception:
            return None
    """,
    "what was done before the exception stays done": """
        result = {}
        try:
            result["status"] = "error"
            step(a)
            result["status"] = "success"
        except ValueError:
            pass
        return result
    """,
    "`else` of a `try` is not guarded by its handlers": """
        try:
            result = {"status": "success"}
        except ValueError:
            result = None
        else:
            step(a)
        return result
    """,
    "`suppress` goes on behind the block": """
        with suppress(ValueError):
            step(a)
            return {"status": "success"}
    """,
    "a manager that lets exceptions through": """
        with Kept():
            step(a)
            return {"status": "success"}
    """,
    "a manager that takes exceptions up": """
        with Quiet():
            step(a)
            return {"status": "success"}
    """,
    "`match` with all answers of a flag": """
        match a:
            case True:
                return {"status": "success"}
            case False:
                return {"status": "error", "message": "No"}
    """,
    "`match` with all answers of a `Literal`": """
        match kind:
            case "car":
                return {"status": "success"}
            case "home":
                return {"status": "error", "message": "No"}
    """,
    "`match` without the rest": """
        match kind:
            case "car":
                return {"status": "success"}
    """,
    "`and` hands out its first value": """
        return a and {"status": "success"}
    """,
    "keys are taken away": """
        result = {"status": "error", "message": "Sorry"}
        if a:
            del result["message"]
        return result
    """,
    "a later spread wins": """
        base = {"status": "late"}
        return {**base, "status": "success"} if a else {"status": "success", **base}
    """,
    "`update` hands out nothing": """
        return {"status": "success"}.update(data=1)
    """,
    "what the dict holds decides": """
        result = {"status": "error"} if a else {"status": "success"}
        if result["status"] == "error":
            result["message"] = "Sorry"
        return result
    """,
    "a closure changes a result": """
        result = {"status": "error"}

        def explain():
            result["message"] = "Sorry"

        if a:
            explain()
        return result
    """,
    "`nonlocal` binds again": """
        status = "late"

        def decide():
            nonlocal status
            status = "success"

        decide()
        return {"status": status}
    """,
    "an assertion narrows": """
        result = {"status": "success"} if a else None
        assert a
        return result
    """,
}


def module(body: str) -> str:
    """Write the module around the body of one case."""
    head = 'async def look_up(ctx: RunContext, a: bool, kind: Literal["car", "home"]) -> dict:\n'
    lines = [line.removeprefix("    ") for line in body.strip("\n").splitlines()]
    return MODULE + head + "\n".join(lines) + "\n"


@pytest.mark.parametrize("body", CASES.values(), ids=CASES.keys())
def test_verdict_equals_truth(body: str) -> None:
    source = module(body)
    truth, verdict = truth_of(source), verdict_on(source)
    assert verdict.codes == truth.codes
    assert lines_of_verdict(truth, verdict) == lines_of_truth(truth)
