"""What is not said beside what: repeats that are reported once, rules that yield, and `noqa` of their authors."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flake8_incall import Options, check
from flake8_incall.cli import main
from flake8_incall.diagnostics import Diagnostic, Finding, Position, Severity
from flake8_incall.engine import check_document
from flake8_incall.model.code.noqa import Noqa
from flake8_incall.options import Profile, Selection
from flake8_incall.rules import REGISTRY
from flake8_incall.rules.merging import Reported, marked, merged

HEAD = '''\
async def greet(ctx: RunContext) -> dict:
    """Call this when the caller says hello.

    Returns:
        dict: {status: "success"}
    """
'''
END = '    return {"status": "success"}\n'


def prints(source: str) -> list[tuple[int, int, str]]:
    found = [one for one in check(source, "greet.py") if one.code == "CAL903"]
    return [(one.start.line, one.count, one.message.rpartition(" another level")[2]) for one in found]


def test_repeats_in_one_function_are_reported_once_with_their_number() -> None:
    assert prints(HEAD + '    print("a")\n    print("b")\n    print("c")\n' + END) == [
        (7, 3, " (and 2 more in `greet`)")
    ]
    assert prints(HEAD + '    print("a")\n' + END) == [(7, 1, "")]


def test_repeats_in_two_functions_are_two_findings() -> None:
    one = HEAD + '    print("a")\n    print("b")\n' + END
    assert [line for line, *_ in prints(one + "\n\n" + one.replace("greet", "meet"))] == [7, 18]


def test_repeats_in_methods_of_one_name_are_two_findings() -> None:
    method = '''\
    @function_tool
    async def find(self, ctx: RunContext) -> dict:
        """Call this when the caller asks."""
        print("a")
        return {"status": "success"}

'''
    source = f"from livekit.agents import RunContext, function_tool\n\nclass A:\n{method}class B:\n{method}"
    assert [count for _, count, _ in prints(source)] == [1, 1]


@pytest.mark.parametrize(
    ("body", "line", "count"),
    [
        ('    print("a")  # noqa\n    print("b")\n    print("c")\n', 8, 2),
        ('    print("a")  # noqa: CAL903\n    print("b")\n', 8, 1),
        ('    print("a")  # noqa: E501, CAL9\n    print("b")\n', 8, 1),
        ('    print("a")  # noqa: CAL901\n    print("b")\n', 7, 2),
        ('    print("a")\n    print("b")  # noqa: CAL903\n', 7, 1),
        ('    print("""a\nb""")  # noqa: CAL903\n    print("b")\n', 9, 1),
        ('    print("a")  # noqa\n    print("b")  # noqa\n', 7, 2),
    ],
)
def test_noqa_accepts_its_own_line_and_no_other(body: str, line: int, count: int) -> None:
    assert [found[:2] for found in prints(HEAD + body + END)] == [(line, count)]


def test_noqa_on_every_repeat_leaves_nothing_to_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("greet.py")
    path.write_text(HEAD + '    print("a")  # noqa: CAL903\n    print("b")  # noqa: CAL903\n' + END, encoding="utf-8")
    assert main(["check", "greet.py"]) == 0
    path.write_text(HEAD + '    print("a")  # noqa: CAL903\n    print("b")\n' + END, encoding="utf-8")
    assert main(["check", "greet.py"]) == 1
    assert "greet.py:8:" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["x = 1  # noqa", "x = 1", "x = (  # noqa: CAL101", "'''\n# noqa\n'''"])
def test_noqa_of_text_that_is_read_in_part_or_whole_is_found(text: str) -> None:
    assert Noqa(text.splitlines(keepends=True)).suppresses("CAL101", 1) == ("noqa" in text)


def test_functions_of_one_name_in_a_document_are_told_apart() -> None:
    code = HEAD + '    print("a")\n    print("b")\n' + END
    one = {"type": "custom_in_call", "name": "greet", "description": "Call this when", "source_code": code}
    found = check_document(json.dumps([one, one]), "greet.json", Options())
    assert [one.count for one in found if one.code == "CAL903"] == [2, 2]


FILES = """\
import os
import subprocess

async def greet(ctx: RunContext) -> dict:
    os.makedirs("calls", exist_ok=True)
    with open("calls/one.txt", "w") as file:
        file.write(os.getenv("SHOP", ""))
    subprocess.run(["sync"])
    subprocess.run(["sync"])
    os.kill(1, 9)
    return {"status": "success", "shop": os.environ["SHOP"]}
"""


def test_file_calls_are_one_finding_and_each_process_is_one() -> None:
    found = [one for one in check(FILES, "greet.py") if one.code in ("CAL501", "CAL502", "CAL508")]
    assert [(one.code, one.start.line, one.count) for one in found] == [
        ("CAL501", 5, 2),
        ("CAL508", 7, 2),
        ("CAL502", 8, 2),
        ("CAL502", 10, 1),
    ]


def test_an_import_is_reported_where_the_module_is_not_used() -> None:
    def imports(source: str) -> list[int]:
        return [one.start.line for one in check(source, "greet.py") if one.code == "CAL507"]

    assert imports(FILES) == []
    assert imports(FILES.replace("import os", "import os, shutil")) == [1]
    assert imports(FILES.replace('["sync"])', '["sync"])  # noqa')) == [2]


def test_the_environment_is_no_matter_of_livekit() -> None:
    tool = "from livekit.agents import RunContext, function_tool\n" + FILES.replace("async", "@function_tool\nasync")
    codes = {one.code for one in check(tool, "greet.py", Options(profile="livekit"))}
    assert {"CAL501", "CAL502"} <= codes
    assert "CAL508" not in codes


def test_repeats_keep_their_own_places() -> None:
    [found] = [one for one in check(FILES, "greet.py") if one.code == "CAL501"]
    assert Counter(one.start.line for one in found.repeats) == {5: 1, 6: 1}


@pytest.mark.parametrize(("profile", "expected"), [("contract", ["CAL009"]), ("strict", ["CAL905"])])
def test_a_helper_beside_the_code_of_a_document_is_reported_once(profile: Profile, expected: list[str]) -> None:
    code = HEAD + END + "\n\ndef helper() -> int:\n    return 1\n"
    one = {"type": "custom_in_call", "name": "greet", "description": "Call this when", "source_code": code}
    found = check_document(json.dumps(one), "greet.json", Options(profile))
    assert [one.code for one in found if one.code in ("CAL009", "CAL905")] == expected


def reported(code: str, at: ast.AST, *, line: int, yields_to: tuple[str, ...] = ()) -> Reported:
    rule = replace(REGISTRY.rules["CAL701"], code=code, yields_to=yields_to, once_per_function=False)
    place = Position(line, 0)
    return Reported(rule, Finding(at, {}), None, Diagnostic("a.py", place, place, code, code, Severity.ERROR))


def codes(found: list[Reported], lines: Iterator[str]) -> list[str]:
    return [one.code for one in merged(marked(found, Noqa(list(lines)), Options()))]


def test_a_rule_yields_to_another_about_the_same_thing_only() -> None:
    call, other = ast.Pass(), ast.Pass()
    found = [reported("CAL604", call, line=1, yields_to=("CAL601",)), reported("CAL601", call, line=2)]
    assert codes(found, iter(())) == ["CAL601"]
    found[1] = reported("CAL601", other, line=2)
    assert codes(found, iter(())) == ["CAL604", "CAL601"]


def test_a_rule_does_not_yield_to_what_noqa_hides() -> None:
    call = ast.Pass()
    found = [reported("CAL604", call, line=1, yields_to=("CAL601",)), reported("CAL601", call, line=2)]
    assert codes(found, iter(["a\n", "b  # noqa: CAL601\n"])) == ["CAL604", "CAL601"]


@pytest.mark.parametrize(
    "options",
    [Options(selection=Selection(ignore=("CAL601",))), Options(host_selection=Selection(select=("CAL604", "CAL7")))],
)
def test_a_rule_does_not_yield_to_what_is_not_shown(options: Options) -> None:
    call = ast.Pass()
    found = [reported("CAL604", call, line=1, yields_to=("CAL601",)), reported("CAL601", call, line=2)]
    assert "CAL604" in {one.code for one in merged(marked(found, Noqa([]), options))}


def test_the_command_shows_what_was_selected_beside_what_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("greet.py").write_text(FILES, encoding="utf-8")
    assert main(["check", "--select", "CAL507", "greet.py"]) == 1
    assert capsys.readouterr().out.count("CAL507") == 2
    assert main(["check", "greet.py"]) == 1
    assert "CAL507" not in capsys.readouterr().out


def test_every_rule_yields_to_rules_that_there_are() -> None:
    for rule in REGISTRY.rules.values():
        assert set(rule.yields_to) <= set(REGISTRY.rules) - {rule.code}
