"""The profile `gate`: it lets in only what is known to be harmless, and nothing in a file makes it look away."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest

from flake8_incall import Options, check
from flake8_incall.cli import main
from flake8_incall.engine import check_document
from flake8_incall.rules import REGISTRY
from tests.evasion import Technique, techniques
from tests.harness import FIXTURES

GATE = Options(profile="gate")
SEALED = {f"CAL{number}" for number in range(520, 530)}

OWN = techniques("sealed")
WAYS = [technique for technique in OWN if not technique.is_harmless]
HARMLESS = [technique for technique in OWN if technique.is_harmless]
# What the profile `contract` is measured by, whether it sees it or not.
EVASIONS = [technique for technique in techniques() if not technique.is_harmless]

TOOL = '''\
from livekit.agents import RunContext


async def order_state(ctx: RunContext, order_id: str) -> dict:
    """Tell the state of an order when the caller asks for it.

    Args:
        order_id: The number of the order

    Returns:
        dict: {status: "success", state: str}
    """
    return {"status": "success", "state": order_id.upper()}
'''


def codes(source: str, options: Options = GATE) -> set[str]:
    return {found.code for found in check(source, "orders.py", options)}


def sealed(source: str) -> set[str]:
    return codes(source) & SEALED


def named(technique: Technique) -> str:
    return f"{technique.group}: {technique.name}"


@pytest.mark.parametrize("technique", WAYS, ids=named)
def test_a_way_around_is_refused(technique: Technique) -> None:
    assert sealed(technique.source) == technique.codes


@pytest.mark.parametrize("technique", EVASIONS, ids=named)
def test_what_gets_around_the_names_that_are_called_is_refused(technique: Technique) -> None:
    assert sealed(technique.source)


@pytest.mark.parametrize("technique", HARMLESS, ids=named)
def test_what_only_looks_like_a_way_around_is_let_in(technique: Technique) -> None:
    assert codes(technique.source) == set()


@pytest.mark.parametrize("name", ["weather", "weather_snippet"])
def test_the_example_of_the_contract_is_let_in(name: str) -> None:
    assert codes((FIXTURES / "contract" / f"{name}.py").read_text(encoding="utf-8")) == set()


def test_a_file_without_any_sign_of_an_in_call_function_is_looked_at() -> None:
    assert codes("import subprocess\n") == {"CAL520"}
    assert codes("import subprocess\n", Options()) == set()


# What is let in


def test_a_user_lets_a_module_in() -> None:
    source = "import asyncpg\nfrom shop.rules import rate\n\n" + TOOL
    assert sealed(source) == {"CAL520"}
    assert codes(source, Options(profile="gate", allow=("asyncpg", "shop.rules"))) == set()


def test_a_module_that_a_user_lets_in_does_not_bring_those_that_it_imports() -> None:
    source = "import asyncpg\n\nSYSTEM = asyncpg.os\n\n" + TOOL
    assert codes(source, Options(profile="gate", allow=("asyncpg",))) == {"CAL521"}


# What is in a file, and is not to be honoured


HIDDEN = {
    "noqa": TOOL.replace("upper()}", "upper(), 'how': open}  # noqa"),
    "noqa with the code": TOOL.replace("upper()}", "upper(), 'how': open}  # noqa: CAL522"),
    "noqa for the file": "# flake8: noqa\n" + TOOL.replace("upper()}", "upper(), 'how': open}"),
    "noqa for the file and code": "# flake8: noqa: CAL522\n" + TOOL.replace("upper()}", "upper(), 'how': open}"),
    "type: ignore": TOOL.replace("upper()}", "upper(), 'how': open}  # type: ignore"),
    "type: ignore for the file": "# type: ignore\n" + TOOL.replace("upper()}", "upper(), 'how': open}"),
    "ruff and bandit": "# ruff: noqa\n" + TOOL.replace("upper()}", "upper(), 'how': open}  # nosec"),
}


@pytest.mark.parametrize("source", HIDDEN.values(), ids=HIDDEN)
def test_comments_hide_nothing(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "orders.py").write_text(source, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--profile=gate", "orders.py"]) == 1
    assert "CAL522" in capsys.readouterr().out


@pytest.mark.parametrize(
    "setting",
    [
        "per-file-ignores = orders.py:CAL522,CAL5,CAL",
        "ignore = CAL",
        "extend-ignore = CAL522",
        "select = E",
        "disable-noqa = false",
    ],
)
def test_configuration_beside_the_file_hides_nothing(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "orders.py").write_text(HIDDEN["noqa"], encoding="utf-8")
    (tmp_path / ".flake8").write_text(f"[flake8]\n{setting}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--profile=gate", "orders.py"]) == 1
    assert "CAL522" in capsys.readouterr().out


def test_code_in_another_encoding_is_read_as_python_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hidden = "# coding: utf-7\n" + TOOL + "HOW +AD0 open\n"
    (tmp_path / "orders.py").write_text(hidden, encoding="ascii")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--profile=gate", "orders.py"]) == 1
    out = capsys.readouterr().out
    assert "CAL522" in out
    assert "orders.py:1:11: CAL529" in out


@pytest.mark.parametrize(
    ("line", "is_refused"),
    [
        ("# -*- coding: latin-1 -*-", True),
        ("# vim: set fileencoding=cp1252 :", True),
        ("# coding=utf_7", True),
        ("# -*- coding: utf-8 -*-", False),
        ("# coding: UTF-8", False),
        ("# coding:utf8", False),
        ("# the encoding is not named here", False),
    ],
)
def test_the_encoding_that_a_file_declares(line: str, is_refused: bool) -> None:
    assert ("CAL529" in codes(f"{line}\n{TOOL}")) is is_refused
    assert ("CAL529" in codes(f"#!/usr/bin/env python\n{line}\n{TOOL}")) is is_refused
    assert "CAL529" not in codes(f"{TOOL}{line}\n")


@pytest.mark.parametrize(
    "character",
    [
        "\u202e",
        "\u2066",
        "\u200f",
        "\u200b",
        "\ufeff",
        "\u00ad",
        "\u2028",
        "\u0008",
        "\u001b",
        "\u000c",
        "\U000e0041",
        "\u115f",
    ],
    ids=lambda character: f"{ord(character):04x}",
)
def test_characters_that_are_not_shown(character: str) -> None:
    found = [
        diagnostic
        for diagnostic in check(f"{TOOL}# see{character} here\n", "orders.py", GATE)
        if diagnostic.code == "CAL529"
    ]
    assert [(diagnostic.start.line, diagnostic.start.column) for diagnostic in found] == [(TOOL.count("\n") + 1, 5)]


@pytest.mark.parametrize("text", ["क्‍ष", "می‌خواهم", "👩‍🚒", "☎️", "naïve", "日本語", "שלום", "tab\there"])
def test_scripts_and_emoji_are_let_in(text: str) -> None:
    assert codes(f'{TOOL}WORD = "{text}"\n') == set()


# Other ways in which code comes


def document(code: str) -> str:
    function = {
        "type": "custom_in_call",
        "name": "order_state",
        "description": "Call this when the caller asks for the state of an order",
        "source_code": code,
    }
    return json.dumps(function)


def test_the_code_of_a_document_is_held_to_the_same() -> None:
    right = TOOL.partition("\n\n\n")[2]
    wrong = right.replace("order_id.upper()", "open(order_id).read()")
    assert check_document(document(right), "orders.json", GATE) == []
    found = {diagnostic.code for diagnostic in check_document(document(wrong), "orders.json", GATE)}
    assert "CAL522" in found


def test_what_the_platform_injects_is_held_to_the_same() -> None:
    right = TOOL.partition("\n\n\n")[2]
    assert codes(right.replace("order_id.upper()", "json.dumps([order_id])")) == set()
    assert sealed(right.replace("order_id.upper()", "json.codecs.open(order_id)")) == {"CAL521"}
    assert sealed(right.replace("order_id.upper()", "list(map(str, [logging]))")) == {"CAL521"}


@pytest.mark.parametrize(
    ("call", "is_let_in"),
    [
        ("Kind('a')", True),
        ("Kind('a', names={'__len__': 1})", False),
        ("Kind('a', **given)", False),
        ("Kind(*given)", False),
        ("Kind('a', ['__len__'])", False),
        ("Kind()", False),
    ],
)
def test_an_enum_is_asked_for_a_member_and_makes_no_class(call: str, is_let_in: bool) -> None:
    source = f"import enum\n\n\nclass Kind(enum.Enum):\n    A = 'a'\n\n\ndef helper(given):\n    return {call}\n"
    assert ("CAL523" not in codes(source)) is is_let_in


# Texts that are hard to read


DEEP = 400
HARD = {
    "a chain of attributes": f"X = a{'.b' * 900}\n",
    "a sum": f"X = {' + '.join(['a'] * 1500)}\n",
    "a sum of texts": "X = " + " + ".join(['"http://"', *(['"a"'] * 1500)]) + "\n",
    "branches": "if a:\n    pass\n" + "elif a:\n    pass\n" * DEEP,
    "lists": f"X = {'[' * 90}open{']' * 90}\n",
    "functions": "".join(f"{' ' * depth}def f{depth}():\n" for depth in range(90)) + " " * 90 + "return open\n",
    "classes": "".join(f"class K{n}(K{n - 1}):\n    pass\n" for n in range(1, DEEP)) + "K1()._x\n",
    "aliases of types": "T0 = int\n" + "".join(f"T{n} = list[T{n - 1}]\n" for n in range(1, DEEP)) + "x: T399\n",
    "aliases of the context": "".join(
        ["def f(ctx):\n    a0 = ctx\n", *(f"    a{n} = a{n - 1}\n" for n in range(1, DEEP)), "    a399['x'] = 1\n"]
    ),
}


@pytest.mark.parametrize("source", HARD.values(), ids=HARD)
def test_deep_and_long_code_is_read(source: str) -> None:
    assert "CAL999" not in codes(source)


@pytest.mark.parametrize(
    "spelling",
    [
        "value = 1; how = open; value = 2",
        "how = \\\n    open",
        "how = (((((open)))))",
        "how = ｏｐｅｎ",
        "how = [o for o in (open,)]",
        "how = lambda: open",
        'how = f"{open}"',
        'how = f"{1:{open}}"',
    ],
)
def test_no_way_of_writing_hides_a_name(spelling: str) -> None:
    body = textwrap.indent(spelling, " " * 4)
    found = [d for d in check(f"{TOOL}\n\ndef helper():\n{body}\n", "orders.py", GATE) if d.code == "CAL522"]
    assert len(found) == 1


# Its own documentation


def good_examples() -> list[tuple[str, str]]:
    fence = re.compile(r"```python\n(.*?)```", re.DOTALL)
    return [(code, text) for code in sorted(SEALED) for text in fence.findall(REGISTRY.rules[code].parts["Good"])]


@pytest.mark.parametrize(("code", "text"), good_examples(), ids=lambda part: part[:6])
def test_what_the_documentation_calls_good_is_let_in(code: str, text: str) -> None:
    assert codes(text) == set()


def test_explain_says_what_the_gate_does_not_stop(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "gate"]) == 0
    out = capsys.readouterr().out
    assert "it is no\nsandbox" in out
    assert {code for code in SEALED if "Limits" in REGISTRY.rules[code].parts} == set(re.findall(r"CAL\d{3}", out))
