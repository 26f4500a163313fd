"""Basic functions as advanced Python: right by the strictest rules, and the same to the service and the model."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
from pathlib import Path
from typing import Any

import docstring_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from livekit.agents.llm import FunctionTool
from livekit.agents.llm.utils import prepare_function_arguments

from flake8_incall import Options, check
from flake8_incall.engine import check_document
from flake8_incall.runtime import load_tools
from flake8_incall.runtime.basic.document import BasicFunction
from flake8_incall.runtime.basic.eject import eject
from tests.runtime.basic.documents import call, context, tool_of
from tests.runtime.basic.generated import SECRETS, arguments, documents
from tests.runtime.basic.service import Received, reply, running

STRICT = Options(profile="strict")
ANSWERS = (
    reply('{"city": ["पुणे", null, 1.5]}'.encode()),
    reply(b"", "204 No Content"),
    reply(b" \n"),
    reply(b"<html>no</html>"),
    reply(b"[" * 100_000),
    *(reply(b"{}", f"{status} Other") for status in (201, 301, 400, 401, 404, 408, 422, 429, 500, 503)),
    b"no HTTP\r\n\r\n",
)
# Those of the HTTP client depend on it alone, and these on where the service listens.
NOT_COMPARED = {"host", "user-agent", "accept-encoding", "connection"}


def ejected(document: dict[str, Any]) -> str:
    return eject([BasicFunction.model_validate(document)])


@settings(max_examples=15)
@given(documents())
def test_what_is_ejected_has_no_finding(document: dict[str, Any]) -> None:
    assert check_document(json.dumps(document), "functions.json", STRICT) == []
    found = check(ejected(document), "functions.py", STRICT)
    assert [(each.code, each.message) for each in found] == []


@settings(max_examples=25)
@given(documents(names=("book_slot",)))
def test_the_model_is_told_the_same(document: dict[str, Any]) -> None:
    names: dict[str, Any] = {"RunContext": object}
    exec(ejected(document), names)
    told = docstring_parser.parse(names["book_slot"].__doc__)
    _, *parameters = told.params
    assert one_line(told.description) == one_line(document["description"])
    assert [one_line(each.description) for each in parameters] == [
        one_line(each["description"]) for each in document["parameters"]
    ]


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


# Of keys such as `copy` and `json`, which then work all the same.
@pytest.mark.filterwarnings("ignore:Field name:UserWarning")
@settings(max_examples=15)
@given(st.data())
def test_the_service_and_the_model_see_no_difference(folder: Path, data: st.DataObject) -> None:
    document = data.draw(documents())
    given_by_model = data.draw(arguments(document))
    answer = data.draw(st.sampled_from(ANSWERS))

    async def test() -> None:
        async with running() as service:
            service.answer = lambda _: answer
            document["api"] = document["api"].replace("https://api.example.com", service.url)
            basic = await call(tool_of(BasicFunction.model_validate(document), secrets=SECRETS), **given_by_model)
            keys = [each["key_name"] for each in document["parameters"]]
            advanced = await call_advanced(load(ejected(document), folder), keys, given_by_model)
            if service.received:
                assert advanced == basic
                first, second = map(compared, service.received)
                assert first == second
            else:
                # One tells of all that is wrong with the arguments, the other of one thing after the other.
                assert advanced["status"] == basic["status"] == "error"
                assert advanced["message"] in basic["message"].split("; ")

    asyncio.run(test())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ejected")


def load(text: str, folder: Path) -> FunctionTool[Any, Any]:
    path = folder / "functions.py"
    path.write_text(text, encoding="utf-8")
    [tool] = load_tools(path, secrets=SECRETS)
    assert isinstance(tool, FunctionTool)
    return tool


async def call_advanced(tool: FunctionTool[Any, Any], keys: list[str], given_by_model: dict[str, Any]) -> Any:
    """What the model gets of a function whose parameters are named otherwise, in the words of the document."""
    _, *names = inspect.signature(tool).parameters
    text = json.dumps({name: given_by_model[key] for name, key in zip(names, keys, strict=True)})
    args, kwargs = prepare_function_arguments(fnc=tool, json_arguments=text, call_ctx=context(tool.id, text))
    result = json.loads(str(await tool(*args, **kwargs)))
    for name, key in zip(names, keys, strict=True):
        if result.get("message", "").startswith(f"`{name}` "):
            result["message"] = result["message"].replace(f"`{name}`", f"`{key}`", 1)
    return result


def compared(request: Received) -> tuple[object, ...]:
    headers = {name: value for name, value in request.headers.items() if name not in NOT_COMPARED}
    return request.method, request.target, headers, request.body


def test_names_that_python_does_not_take_are_changed() -> None:
    functions = [
        BasicFunction.model_validate(
            {
                "name": name,
                "description": "Call this when the caller asks",
                "api": "https://api.example.com/{class}",
                "method": "GET",
                "parameters": [
                    {"key_name": key, "type": "string", "description": "Said by the caller"}
                    for key in ("class", "class_", "order-id", "order.id", "2nd", "_", "client")
                ],
            }
        )
        for name in ("check-stock", "check_stock")
    ]
    tree = ast.parse(eject(functions))
    first, second = tree.body
    assert isinstance(first, ast.AsyncFunctionDef)
    assert isinstance(second, ast.AsyncFunctionDef)
    assert [first.name, second.name] == ["check_stock", "check_stock_"]
    assert [each.arg for each in first.args.args] == [
        *("ctx", "class_", "class__", "order_id", "order_id_", "value_2nd", "value", "client")
    ]
