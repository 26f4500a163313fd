"""Random docstrings, read by the installed livekit-agents: the model gets exactly what is reported here."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flake8_incall import Options, check
from flake8_incall.model.docstring.docstrings import read_docstring
from flake8_incall.options import Profile

pytest.importorskip("livekit.agents")

from livekit.agents import RunContext, llm
from livekit.agents.llm.utils import build_legacy_openai_schema

ABOUT_DESCRIPTIONS = {"CAL301", "CAL303", "CAL308"}
INPUTS = ("city", "days")
WORDS = st.sampled_from(
    [
        "The city",
        "days to come",
        "the: city",
        "Zürich, दिल्ली",
        "(1-7)",
        ":class:`x`",
        "@x",
        "",
        "-",
        "- days: a",
        "`city`",
    ]
)
TITLES = st.sampled_from(
    [
        "Args:",
        "Arguments:",
        "Parameters:",
        "Params:",
        "args:",
        "Args :",
        "Args",
        "ARGS:",
        "Inputs:",
        "**Args:**",
    ]
)
BULLETS = st.sampled_from(["", "", "", "", "- ", "* ", "1. ", "`", "**"])
SEPARATORS = st.sampled_from([": ", ": ", ": ", ":", " (str): ", " (int, optional): ", " - ", " "])
INDENTS = st.sampled_from(["", "    ", "    ", "    ", "  ", "\t", "        "])
NAMES = st.sampled_from([*INPUTS, *INPUTS, "ctx", "hours", "city, days", "*args"])


@st.composite
def google_sections(draw: st.DrawFn) -> list[str]:
    bullet, separator, indent = draw(BULLETS), draw(SEPARATORS), draw(INDENTS)
    entries = [
        f"{indent}{bullet}{name}{bullet.strip() if bullet in ('`', '**') else ''}{separator}{draw(WORDS)}"
        for name in draw(st.lists(NAMES, max_size=3))
    ]
    # One line can stand out.
    for line in draw(st.lists(st.tuples(NAMES, INDENTS, SEPARATORS, WORDS), max_size=1)):
        entries.append(f"{line[1]}{line[0]}{line[2]}{line[3]}")
    return [draw(TITLES), *entries]


@st.composite
def field_sections(draw: st.DrawFn) -> list[str]:
    mark, margin = draw(st.sampled_from(":@")), draw(st.sampled_from(["", "", "", "  "]))
    kinds = st.sampled_from(["param", "param", "type", "arg", "param str", "param dict[str, int]", "key"])
    names = draw(st.lists(NAMES, min_size=1, max_size=3))
    colon = draw(st.sampled_from([":", ":", ":", ""]))
    return [f"{margin}{mark}{draw(kinds)} {name}{colon} {draw(WORDS)}" for name in names]


@st.composite
def numpy_sections(draw: st.DrawFn) -> list[str]:
    title = draw(st.sampled_from(["Parameters", "Args", "Other Parameters", "Attributes"]))
    lines = [title, "-" * draw(st.sampled_from([len(title), len(title), len(title), 5]))]
    for name in draw(st.lists(NAMES, max_size=3)):
        lines += [
            name + draw(st.sampled_from([" : str", ": int", "", " : int, optional"])),
            f"    {draw(WORDS)}",
        ]
    return lines


OTHER_SECTIONS = st.sampled_from(
    [
        ["Returns:", "    dict: status"],
        ["Returns:", "    dict: {", "        city: str", "    }"],
        ["Raises:", "    ValueError when wrong"],
        ["Raises:"],
        [":return: status"],
        ["@rtype: dict"],
        [": : nothing"],
        ["Note: this is one"],
        ["Example:", "    city: x"],
    ]
)
SUMMARIES = st.sampled_from(
    [
        "Tell the weather of a city.",
        "Tell it.",
        "",
        ":param",
        "@tool that tells it",
        "city: of the caller",
        "天气",
    ]
)


@st.composite
def docstrings(draw: st.DrawFn) -> str:
    """A docstring as it stands between the quotes, indented for a function's body."""
    sections = st.one_of(google_sections(), field_sections(), numpy_sections(), OTHER_SECTIONS)
    lines = [draw(SUMMARIES)]
    for section in draw(st.lists(sections, max_size=3)):
        lines += [*draw(st.sampled_from([[""], [""], []])), *section]
    begin = draw(st.sampled_from(["", "\n    ", " "]))
    end = draw(st.sampled_from(["", "\n    ", "\n"]))
    return begin + "\n".join(f"    {line}" if line else line for line in lines).removeprefix("    ") + end


def source_of(text: str) -> str:
    signature = "async def book(ctx: RunContext, city: str, days: int = 1) -> dict"
    return f'{signature}:\n    """{text}"""\n    return {{}}\n'


def as_livekit_reads(source: str) -> tuple[str | None, dict[str, str | None]]:
    """The description and the parameters' descriptions of the schema that is sent to the model."""
    namespace: dict[str, Any] = {"RunContext": RunContext}
    exec(source, namespace)
    tool = llm.function_tool(namespace["book"])
    properties = build_legacy_openai_schema(tool)["function"]["parameters"]["properties"]
    return tool.info.description, {name: properties[name].get("description") for name in properties}


def codes_of(source: str, profile: Profile) -> set[str]:
    decorated = source.replace("async def book", "@function_tool\nasync def book")
    imported = f"from livekit.agents import RunContext, function_tool\n{decorated}"
    return {found.code for found in check(imported, "tool.py", Options(profile=profile))}


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(docstrings())
@example("Tell it.\n\n    Args:\n        city: The city\n        days: The days\n    ")
@example("Tell it.\n\n    : : nothing\n    ")
@example("")
def test_what_is_reported_is_what_the_model_gets(text: str) -> None:
    source = source_of(text)
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.AsyncFunctionDef)
    docstring = read_docstring(node)
    codes = codes_of(source, "livekit")
    if docstring.fault:
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever the parser raises
            as_livekit_reads(source)
        assert docstring.fault == f"LiveKit's parser fails on it with {raised.type.__name__}"
        assert codes == {"CAL308"}
        return
    description, parameters = as_livekit_reads(source)
    assert docstring.description == description
    for name in INPUTS:
        entry = docstring.parameters.get(name)
        assert (entry.description if entry else "") == (parameters[name] or "")
    missing = [name for name in INPUTS if name not in docstring.parameters]
    assert bool(missing) == bool(codes_of(source, "contract") & ABOUT_DESCRIPTIONS)
    if not missing:
        assert not codes & ABOUT_DESCRIPTIONS
    elif not codes & ABOUT_DESCRIPTIONS:
        # Then lines of the description explain them.
        assert all(re.search(rf"^\W*{name}\W", description or "", re.MULTILINE) for name in missing)


# LiveKit takes `Field(...)` as a default for the value itself: the description is lost, with a warning.
@pytest.mark.filterwarnings("ignore::pydantic.json_schema.PydanticJsonSchemaWarning")
@pytest.mark.parametrize(
    "annotation",
    [
        "int",
        "Annotated[int, Field(description='The row, from 1')]",
        "Annotated[int, Field(ge=1)]",
        "Annotated[int, 'The row, from 1']",
        "Annotated[int, Doc('The row, from 1')]",
        "Annotated[int, Mark('The row, from 1')]",
        "Annotated[int, FROM_ONE]",
        "Annotated[int, FROM_ONE, 'from 1']",
        "Annotated[Annotated[int, FROM_ONE], Field(ge=1)]",
        "Annotated[int, ONE_OR_MORE]",
        "Annotated[int | None, Field(description='The row, from 1')] = None",
        "Row",
        "'Row'",
        "int = Field(description='The row, from 1')",
        "int = Field(default=1, description='The row, from 1')",
    ],
)
def test_a_description_in_the_annotation_counts_where_livekit_takes_it(annotation: str) -> None:
    source = (
        "from typing import Annotated\n"
        "from pydantic import Field\n"
        "from livekit.agents import RunContext\n"
        "from typing_extensions import Doc\n"
        "class Mark:\n"
        "    def __init__(self, text): ...\n"
        "FROM_ONE = Field(description='The row, from 1')\n"
        "ONE_OR_MORE = Field(ge=1)\n"
        "Row = Annotated[int, Field(description='The row, from 1')]\n"
        f"async def book(ctx: RunContext, row: {annotation}) -> dict:\n"
        "    '''Book a row when the caller wants one.'''\n"
        "    return {}\n"
    )
    _, parameters = as_livekit_reads(source)
    assert ("CAL303" in codes_of(source, "livekit")) == (parameters["row"] is None)


@pytest.mark.parametrize("arguments", ["", "description='Book a row.'", "description=''", "description=None"])
@pytest.mark.parametrize("docstring", ["", "    '''Book a row when the caller wants one.'''\n", "    '''  '''\n"])
def test_a_description_in_the_decorator_counts_where_livekit_takes_it(arguments: str, docstring: str) -> None:
    definition = f"async def book(ctx: RunContext) -> dict:\n{docstring}    return {{}}\n"
    namespace: dict[str, Any] = {"RunContext": RunContext}
    exec(definition, namespace)
    tool = eval(f"function_tool({arguments})", {"function_tool": llm.function_tool})(namespace["book"])
    source = f"from livekit.agents import RunContext, function_tool\n@function_tool({arguments})\n{definition}"
    codes = {found.code for found in check(source, "tool.py", Options(profile="livekit"))}
    assert ("CAL301" in codes) == (not tool.info.description)
