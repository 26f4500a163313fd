"""Files and documents that pass the check become LiveKit tools; what runs is what was checked."""

from __future__ import annotations

import inspect
import json
import linecache
import sys
from pathlib import Path
from typing import Any, cast

import pytest

pytest.importorskip("livekit.agents")

from livekit.agents.llm import FunctionTool, RawFunctionTool

from flake8_incall.engine import Engine
from flake8_incall.report import Report
from flake8_incall.runtime import Limits, Rejected, load_tools, platform_names, provide
from tests.runtime.loaded import answer, names_of, rejection
from tests.runtime.writing import BASIC, PYTHON, SNIPPET, advanced, write

SECRETS = {"CRM_TOKEN": "tok-1"}


# Python files


def test_a_function_of_a_python_file(tmp_path: Path) -> None:
    (tool,) = load_tools(write(tmp_path / "tables.py", PYTHON))
    assert isinstance(tool, FunctionTool)
    assert tool.id == "book_table"
    assert str(tool.info.description).strip() == "Call this when the caller wants a table and gave the number of seats."
    assert answer(tool, seats=2) == {"status": "success", "seats": 2}
    assert answer(tool, seats=True) == {"status": "error", "message": "`seats` must be an integer, not true"}


DECORATED = {
    "from livekit.agents import RunContext, function_tool\n": "@function_tool\n",
    "from livekit.agents import RunContext, function_tool \n": "@function_tool(name='book_table')\n",
    "from livekit.agents import RunContext\nfrom flake8_incall.runtime import incall_tool\n": "@incall_tool\n",
    "from livekit.agents import RunContext\nfrom flake8_incall.runtime import incall_tool \n": "@incall_tool()\n",
}


@pytest.mark.parametrize("imports", DECORATED)
def test_a_decorated_function_is_loaded_with_the_limits_of_the_load(tmp_path: Path, imports: str) -> None:
    text = PYTHON.replace("from livekit.agents import RunContext\n", imports)
    text = text.replace("async def", f"{DECORATED[imports]}async def")
    (tool,) = load_tools(write(tmp_path / "tables.py", text), limits=Limits(max_result_bytes=40))
    assert answer(tool, seats=2) == {"status": "success", "seats": 2}
    assert "larger than 40 bytes" in answer(tool, seats=12)["message"]


def test_functions_come_in_the_order_of_their_lines(tmp_path: Path) -> None:
    second = PYTHON[PYTHON.index("async def") :].replace("book_table", "another_table")
    assert names_of(load_tools(write(tmp_path / "tables.py", f"{PYTHON}\n\n{second}"))) == [
        "book_table",
        "another_table",
    ]


def test_a_tool_without_a_name_in_the_module_keeps_what_it_was_registered_with(tmp_path: Path) -> None:
    text = PYTHON.replace("import RunContext", "import RunContext, function_tool")
    (tool,) = load_tools(
        write(tmp_path / "tables.py", f"{text}\n\nTOOLS = [function_tool(book_table, name='reserve')]\n")
    )
    assert tool.id == "reserve"


def test_a_tool_with_two_names_in_the_module_is_one(tmp_path: Path) -> None:
    text = PYTHON.replace("import RunContext", "import RunContext, function_tool")
    text = text.replace("async", "@function_tool\nasync", 1)
    assert names_of(load_tools(write(tmp_path / "tables.py", f"{text}\n\nreserve = book_table\n"))) == ["book_table"]


def test_tools_that_a_file_imports_are_not_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decorated = PYTHON.replace("import RunContext", "import RunContext, function_tool").replace(
        "async def", "@function_tool\nasync def"
    )
    write(tmp_path / "elsewhere" / "other_tables.py", decorated.replace("book_table", "free_table"))
    monkeypatch.syspath_prepend(tmp_path / "elsewhere")
    text = decorated.replace('"""Tables."""', '"""Tables."""; from other_tables import free_table')
    assert names_of(load_tools(write(tmp_path / "tables.py", text))) == ["book_table"]


MODULE = '''"""Tables."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from livekit.agents import RunContext
from pydantic import BaseModel

logger = logging.getLogger(__name__)


@dataclass
class Slot:
    """A time."""

    hour: int
    next: Slot | None = None


class Answer(BaseModel):
    """An answer."""

    status: str
    slot: Place


class Place(BaseModel):
    """A place."""

    hour: int


async def book_table(ctx: RunContext, hour: int) -> dict:
    """Call this when the caller wants a table and gave the hour.

    Args:
        hour: The hour, 0 to 23.

    Returns:
        dict: {status: "success", slot: dict}
    """
    if not 0 <= hour <= 23:
        return {"status": "error", "message": "Ask for the hour."}
    slot = Slot(hour)
    return Answer(status="success", slot=Place(hour=slot.hour)).model_dump()
'''


def test_the_file_is_a_module_like_any(tmp_path: Path) -> None:
    (tool,) = load_tools(write(tmp_path / "json.py", MODULE))
    assert answer(tool, hour=3) == {"status": "success", "slot": {"hour": 3}}
    names = inspect.unwrap(cast(Any, tool)).__globals__
    assert names["__file__"] == str(tmp_path / "json.py")
    assert sys.modules[names["__name__"]].__dict__ is names
    assert sys.modules["json"] is json


def test_two_files_of_one_name_are_two_modules(tmp_path: Path) -> None:
    write(tmp_path / "a" / "tables.py", PYTHON)
    write(tmp_path / "b" / "tables.py", PYTHON.replace("book_table", "free_table"))
    first, second = load_tools(tmp_path)
    assert (answer(first, seats=1)["seats"], answer(second, seats=2)["seats"]) == (1, 2)


def test_tracebacks_show_the_lines_that_were_checked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    text = PYTHON.replace(
        '    return {"status": "success"', '    seats = seats // (seats - 2)\n    return {"status": "success"'
    )
    path = write(tmp_path / "tables.py", text)
    (tool,) = load_tools(path)
    path.write_text("# Someone changed the file.\n" * 40)
    linecache.checkcache()
    assert answer(tool, seats=2)["status"] == "error"
    assert "seats = seats // (seats - 2)" in caplog.text
    assert "Someone" not in caplog.text


def test_what_is_executed_is_what_was_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "tables.py", PYTHON)

    class ChangesTheFileMeanwhile(Engine):
        def check(self, *given: Any) -> Report:
            path.write_text(PYTHON.replace("success", "changed"))
            return super().check(*given)

    monkeypatch.setattr("flake8_incall.runtime.sources.Engine", ChangesTheFileMeanwhile)
    (tool,) = load_tools(path)
    assert answer(tool, seats=2)["status"] == "success"


def test_a_file_in_its_own_encoding(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\n" + PYTHON.replace("1 to 9 seats.", "à table")
    (tool,) = load_tools(write(tmp_path / "tables.py", text.encode("latin-1")))
    assert answer(tool, seats=10)["message"] == "Ask for à table"


def test_a_snippet_in_a_file_finds_the_names_of_the_platform(tmp_path: Path) -> None:
    text = SNIPPET.replace('"order": order}', '"order": json.dumps([order, x_secrets["CRM_TOKEN"], math.floor(2.5)])}')
    (tool,) = load_tools(write(tmp_path / "orders.py", text), secrets=SECRETS)
    assert answer(tool, order="7")["order"] == '["7", "tok-1", 2]'


# Function documents


def test_an_advanced_function_has_the_names_and_the_description_of_its_document(tmp_path: Path) -> None:
    code = SNIPPET.replace(
        '"order": order}', '"order": f"{httpx.__name__} {timedelta(days=1)} {type(logger).__name__}"}'
    )
    (tool,) = load_tools(write(tmp_path / "orders.json", advanced(code)))
    assert isinstance(tool, FunctionTool)
    assert tool.info.description == "Call this when the caller asks where an order is."
    assert answer(tool, order="7")["order"].endswith("1 day, 0:00:00 Logger")


@pytest.mark.parametrize(
    ("phrases", "said"), [(["One moment", "Still looking"], ["One moment", "Still looking"]), ([], []), (None, [])]
)
def test_what_a_document_says_while_it_runs_is_spoken(
    phrases: object, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[tuple[list[str], bool]] = []

    def speaking(function: Any, phrases: list[str], *, dynamic: bool = False) -> Any:
        spoken.append((list(phrases), dynamic))
        return function

    monkeypatch.setattr("flake8_incall.runtime.from_documents.speaking", speaking)
    for number, kind in enumerate(("static", "dynamic")):
        fields = advanced() | {"msg_while_executing": phrases, "msg_while_executing_type": kind}
        load_tools(write(tmp_path / f"{number}.json", fields))
    assert spoken == [(said, False), (said, True)]


def test_a_version_has_functions_of_both_kinds_and_others_that_are_not_ours(tmp_path: Path) -> None:
    other = {"type": "custom_pre_call", "name": "prepare", "source_code": "1 / 0"}
    version = {"functions": [advanced(), other], "capabilities": [{"functions": [BASIC]}]}
    tools = load_tools(write(tmp_path / "version.json", version), secrets=SECRETS)
    assert [(tool.id, type(tool)) for tool in tools] == [
        ("find_order", FunctionTool),
        ("opening_hours", RawFunctionTool),
    ]


def test_a_function_that_several_capabilities_have_is_loaded_once(tmp_path: Path) -> None:
    rows = [{**row, "_id": "7"} for row in BASIC["parameters"]]
    version = {
        "functions": [BASIC],
        "capabilities": [
            {"functions": [advanced(), BASIC]},
            {"functions": [advanced(_id="1"), {**BASIC, "_id": "65f2", "parameters": rows}]},
        ],
    }
    tools = load_tools(write(tmp_path / "version.json", version), secrets=SECRETS)
    assert [tool.id for tool in tools] == ["opening_hours", "find_order"]


def test_a_document_as_the_platform_stores_it_is_loaded(tmp_path: Path) -> None:
    stored: dict[str, Any] = {
        "_id": {"$oid": "65f1"},
        "__v": 0,
        "createdAt": {"$date": 7},
        "execute_while_switching": False,
    }
    version = [{**BASIC, **stored}, advanced(**stored, update_call_data=True, parameters_mapping={})]
    path = tmp_path / "STORED.JSON"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(version).encode())
    names = ["opening_hours", "find_order"]
    assert [tool.id for tool in load_tools(path, secrets=SECRETS)] == names
    assert [tool.id for tool in load_tools(tmp_path, secrets=SECRETS)] == names


def test_what_a_folder_holds_beside_documents_is_no_matter(tmp_path: Path) -> None:
    write(tmp_path / "orders.json", advanced())
    write(tmp_path / "package.json", {"name": "shop", "version": "1.0.0"})
    write(tmp_path / "search.json", {"pages": [{"title": "Functions", "text": json.dumps(advanced())}]})
    write(tmp_path / "tsconfig.json", '{\n  // later\n  "strict": true,\n}')
    assert [tool.id for tool in load_tools(tmp_path)] == ["find_order"]


@pytest.mark.parametrize(
    "content", ['[{"type": "custom_in_call", "na', [{"name": "x", "type": "apiRequest", "url": ""}]]
)
def test_a_folder_with_a_document_that_is_none_is_refused(tmp_path: Path, content: Any) -> None:
    write(tmp_path / "orders.json", advanced())
    write(tmp_path / "vapi.json", content)
    with pytest.raises(Rejected, match=r"vapi\.json:1:\d+: CAL001"):
        load_tools(tmp_path)


def test_of_a_snippet_only_the_first_definition_is_run(tmp_path: Path) -> None:
    code = f'"""Not run."""\nMARK = 1 / 0\n\n{SNIPPET}\nMARK = 2 / 0\n'
    (tool,) = load_tools(write(tmp_path / "orders.json", advanced(code)))
    assert answer(tool, order="7")["order"] == "7"


def test_a_snippet_may_be_decorated(tmp_path: Path) -> None:
    code = f"@function_tool\n{SNIPPET}"
    (tool,) = load_tools(write(tmp_path / "orders.json", advanced(code)), limits=Limits(max_result_bytes=60))
    assert answer(tool, order="7")["order"] == "7"
    assert "larger than 60 bytes" in answer(tool, order="7" * 60)["message"]


def test_a_snippet_whose_definition_depends_is_refused(tmp_path: Path) -> None:
    code = "if x_secrets:\n" + "".join(f"    {line}\n" for line in SNIPPET.splitlines())
    assert "does not begin with a `def`" in rejection(
        write(tmp_path / "orders.json", advanced(code)), profile="livekit"
    )


def test_a_traceback_shows_the_line_of_a_snippet(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    code = "\n\n" + SNIPPET.replace('"order": order}', '"order": str(10 // int(order))}')
    (tool,) = load_tools(write(tmp_path / "orders.json", advanced(code)))
    assert answer(tool, order="0")["status"] == "error"
    assert f'{tmp_path / "orders.json"} (find_order)", line 12' in caplog.text
    assert "str(10 // int(order))" in caplog.text


def test_no_text_of_the_secrets_shows_one(tmp_path: Path) -> None:
    code = SNIPPET.replace('"order": order}', '"order": f"{x_secrets} {len(x_secrets)} {x_secrets.get(order)}"}')
    (tool,) = load_tools(write(tmp_path / "orders.json", advanced(code)), secrets=SECRETS)
    assert answer(tool, order="7")["order"] == "x_secrets(CRM_TOKEN) 1 None"


def test_secrets_can_be_read_and_not_written(tmp_path: Path) -> None:
    code = SNIPPET.replace("    return", '    x_secrets["CRM_TOKEN"] = order\n    return')
    (tool,) = load_tools(write(tmp_path / "orders.json", advanced(code)), secrets=SECRETS)
    assert answer(tool, order="7")["status"] == "error"
    assert SECRETS == {"CRM_TOKEN": "tok-1"}


def test_a_secret_that_is_missing_is_said_at_load(tmp_path: Path) -> None:
    path = write(tmp_path / "hours.json", BASIC)
    said = rejection(path)
    column = path.read_text().index('{"Authorization"') + 1
    assert said.startswith(f"hours.json:1:{column}: `opening_hours` sends the secret `CRM_TOKEN` in its header")


@pytest.mark.parametrize("value", ['x_secrets["CRM"]', 'x_secrets["CRM_TOKEN"] + x_secrets["CRM"]'])
def test_a_secret_that_a_snippet_needs_is_said_at_load(value: str, tmp_path: Path) -> None:
    path = write(tmp_path / "orders.json", advanced(SNIPPET.replace('"order": order}', f'"order": {value}}}')))
    said = rejection(path, secrets=SECRETS)
    column = len('    return {"status": "success", "order": ') + value.index('x_secrets["CRM"]') + 1
    assert said.startswith(f"orders.json (find_order):10:{column}: no secret `CRM` was given: ")
    assert len(load_tools(path, secrets={**SECRETS, "CRM": "tok-2"})) == 1


@pytest.mark.parametrize(
    "value",
    [
        'x_secrets.get("CRM")',
        "x_secrets[order]",
        'x_secrets["CRM"] if "CRM" in x_secrets else order',
        'x_secrets["CRM"] if x_secrets.get("CRM") else order',
        '[x_secrets["CRM"] for x_secrets in [{"CRM": order}]]',
    ],
)
def test_a_secret_that_a_snippet_can_do_without_is_not_asked_for(value: str, tmp_path: Path) -> None:
    path = write(tmp_path / "orders.json", advanced(SNIPPET.replace('"order": order}', f'"order": {value}}}')))
    assert len(load_tools(path, secrets=SECRETS)) == 1


@pytest.fixture
def provided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_names, "_provided", {})


@pytest.mark.usefixtures("provided")
def test_a_name_that_only_the_platform_has_can_be_provided(tmp_path: Path) -> None:
    code = SNIPPET.replace('"order": order}', '"order": check_functions_called(order)}')
    path = write(tmp_path / "orders.json", advanced(code))
    assert "`check_functions_called` exists on the platform only" in rejection(path)
    provide(check_functions_called=lambda order: f"checked {order}")
    (tool,) = load_tools(path)
    assert answer(tool, order="7")["order"] == "checked 7"
    with pytest.raises(ValueError, match="send_mail: the platform has no such name"):
        provide(send_mail=print)


@pytest.mark.parametrize("name", ["aiohttp", "time"])
def test_a_name_that_nothing_defines_is_refused_before_any_call(name: str, tmp_path: Path) -> None:
    code = SNIPPET.replace('"order": order}', f'"order": str({name})}}')
    said = rejection(write(tmp_path / "orders.json", advanced(code)))
    assert f"`{name}` is defined nowhere, and the platform has no such name" in said


@pytest.mark.parametrize(
    "lines",
    [
        "import time as late",
        "late = [late for late in order]",
        "def late() -> None: ...",
        "if order == 'x':\n        late = order\n    else:\n        late = __name__",
        "for late in order:\n        pass",
    ],
)
def test_a_name_that_the_snippet_defines_in_any_way_is_left_alone(lines: str, tmp_path: Path) -> None:
    code = SNIPPET.replace("    return", f"    {lines}\n    return").replace('"order": order}', '"order": str(late)}')
    assert len(load_tools(write(tmp_path / "orders.json", advanced(code)))) == 1


def test_a_name_that_the_snippet_imports_itself_need_not_exist_here(tmp_path: Path) -> None:
    code = SNIPPET.replace("    return", "    import math as pytz\n    return").replace(
        '"order": order}', '"order": str(pytz.floor(2.5))}'
    )
    (tool,) = load_tools(write(tmp_path / "orders.json", advanced(code)))
    assert answer(tool, order="7")["order"] == "2"


def test_pytz_and_num2words_are_there_as_on_the_platform(tmp_path: Path) -> None:
    said = "f\"{pytz.timezone('Asia/Kolkata').zone} {num2words(100000, lang='en_IN')}\""
    code = SNIPPET.replace('"order": order}', f'"order": {said}}}')
    (tool,) = load_tools(write(tmp_path / "orders.json", advanced(code)))
    assert answer(tool, order="7")["order"] == "Asia/Kolkata one lakh"
