"""`flake8-incall new`: what it writes passes `strict` and runs; what it cannot write is one clear line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flake8_incall.scaffold.request import TYPES
from tests.cli.conftest import Command

URL = "https://api.example.com/slots"
EVERY_TYPE = [word for number, kind in enumerate(TYPES) for word in ("--param", f"p{number}:{kind}")]
DEFAULTS = ["--param=city:str=Pune", "--param=count:int=3", "--param=price:float=2.5", "--param=urgent:bool=False"]
RIGHT: dict[str, list[str]] = {
    "nothing else": [],
    "a parameter": ["--param", "city:str"],
    "every type": EVERY_TYPE,
    "every type and a request": [*EVERY_TYPE, "--http", URL],
    "defaults": [*DEFAULTS, "--http", URL],
    "an empty default": ["--param=city:str=", "--param=least:int=-5"],
    "a default first": ["--param=count:int=3", "--param=city:str", "--http", URL],
    "descriptions": ["--param=city:str:The city, such as पुणे", "--description=Call this when the caller names a city"],
    "a path": ["--param=order:str", "--param=row:int", "--http", "https://api.example.com/orders/{order}/rows/{row}"],
    "a port": ["--param=order:str", "--http", "https://api.example.com:8443/v1/"],
    "a long address": ["--param=city:str", "--http", f"https://api.example.com/{'long/' * 30}"],
}
for method in ("get", "POST", "PUT", "DELETE"):
    to_a_path = ["--param=order:str", "--param=seats:int", "--http", f"{URL}/{{order}}", "--method", method]
    RIGHT[f"{method} to a path"] = to_a_path


@pytest.mark.parametrize("case", RIGHT)
@pytest.mark.parametrize("form", [[], ["--document"]], ids=["python", "document"])
def test_new_writes_what_passes_strict(case: str, form: list[str], project: Path, command: Command) -> None:
    outcome = command("new", "find_slots", *RIGHT[case], *form)
    assert (outcome.status, outcome.err) == (0, "")
    written = project / ("find_slots.json" if form else "find_slots.py")
    text = written.read_text(encoding="utf-8")
    assert outcome.out.startswith(f"wrote {written.name}; `flake8-incall check --profile strict ")
    checked = command("check", "--profile=strict", "--require-functions", written.name)
    assert (checked.status, checked.out) == (0, "")
    compile(json.loads(text)["source_code"] if form else text, written.name, "exec")


def test_new_writes_a_basic_function(project: Path, command: Command) -> None:
    argv = ["--param=order:str", "--param=seats:int:How many seats", "--http", f"{URL}/{{order}}", "--method=post"]
    assert command("new", "book", "--basic", *argv).status == 0
    document = json.loads((project / "book.json").read_text(encoding="utf-8"))
    assert (document["api"], document["method"]) == (f"{URL}/{{order}}", "POST")
    assert [(row["key_name"], row["type"]) for row in document["parameters"]] == [
        ("order", "string"),
        ("seats", "number"),
    ]
    assert command("check", "--profile=strict", "--require-functions", "book.json").status == 0


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["find-slots"], "the function name 'find-slots' is not valid, expected"),
        (["find-slots"], "write 'find_slots'"),
        (["findSlots"], "write 'find_slots'"),
        (["class"], "is taken by Python or the function's own code; write 'class_value'"),
        (["_hidden"], "write 'hidden'"),
        (["test_order"], "test_order.py would not be checked: a test file, "),
        (["book", "--output", "conftest.py"], "conftest.py would not be checked: a test file, "),
        (["बुक"], "write a word such as 'find_slots'"),
        (["f" * 65], "at most 64"),
        (["find", "--param", "city"], "--param city: the type is missing; write city:str"),
        (["find", "--param", "city:string"], "unknown type 'string' (did you mean str?), expected one of str, int"),
        (["find", "--param", "city:Str"], "unknown type 'Str' (did you mean str?)"),
        (["find", "--param", "city:dict"], "unknown type 'dict'"),
        (["find", "--param", "city:"], "unknown type ''"),
        (["find", "--param", "ctx:str"], "--param: the name 'ctx' is taken"),
        (["find", "--param", "my city:str"], "write 'my_city'"),
        (["find", "--param=a:str", "--param=a:int"], "--param a: there are two of this name"),
        (["find", "--param", "count:int=many"], "the default 'many' is not of type int"),
        (["find", "--param", "count:int=True"], "the default 'True' is not of type int"),
        (["find", "--param", "tags:list[str]=[]"], "a list has no default"),
        (["find", "--http", "api.example.com"], "--http: 'api.example.com' is not usable, expected an address such as"),
        (["find", "--http", "http://api.example.com"], "is not usable, expected an address such as https://"),
        (["find", "--http", "https://"], "is not usable"),
        (["find", "--http", "https://api.example.com:port/"], "is not a URL"),
        (["find", "--http", "https://api.example.com/a b"], "is not usable"),
        (["find", "--http", 'https://api.example.com/"+x+"'], "is not usable"),
        (["find", "--http", "https://api.example.com/?a=1"], "has a query; remove it"),
        (["find", "--http", "https://{host}/", "--param=host:str"], "can only stand in the path"),
        (["find", "--http", "https://api.example.com/{city"], "can only stand in the path"),
        (["find", "--http", "https://api.example.com/{cty}", "--param=city:str"], "`{cty}` (did you mean city?)"),
        (
            ["find", "--http", URL, "--method", "PATCH"],
            "unknown method 'PATCH', expected one of GET, POST, PUT, DELETE",
        ),
        (["find", "--http", URL, "--method", "GTE"], "(did you mean GET?)"),
        (["find", "--basic"], "a basic function is an API call; add --http URL"),
        (["find", "--basic", "--http", URL, "--param=a:bool"], "the parameter 'a' is a bool"),
        (["find", "--basic", "--http", URL, "--param=a:int=3"], "the parameter 'a' has a default"),
        (["find", "--description", "Finds."], "this function would not pass: CAL"),
        (["find", "--description", 'Call """ this'], "three quotes"),
        (["find", "--output", "absent/find.py"], "absent/find.py: cannot be written: No such file"),
        (["find", "--document", "--basic"], "not allowed with argument"),
    ],
)
def test_new_refuses_in_one_line(argv: list[str], message: str, project: Path, command: Command) -> None:
    outcome = command("new", *argv)
    assert message in outcome.err
    assert outcome.err.startswith("flake8-incall: ")
    assert outcome.err.count("\n") == 1
    assert (outcome.status, outcome.out) == (2, "")
    assert list(project.iterdir()) == []


def test_new_overwrites_nothing_without_force(project: Path, command: Command) -> None:
    (project / "find.py").write_text("mine", encoding="utf-8")
    outcome = command("new", "find")
    assert (outcome.status, (project / "find.py").read_text(encoding="utf-8")) == (2, "mine")
    assert (
        outcome.err
        == "flake8-incall: find.py exists; choose another name with --output, or overwrite it with --force\n"
    )
    assert command("new", "find", "--force").status == 0
    assert "async def find(" in (project / "find.py").read_text(encoding="utf-8")


def test_new_writes_to_standard_output(project: Path, command: Command) -> None:
    outcome = command("new", "find", "--output", "-")
    assert outcome.out.startswith("from livekit.agents import RunContext\n")
    assert list(project.iterdir()) == []
