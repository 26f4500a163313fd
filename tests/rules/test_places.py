"""Where findings stand: at the parameter, the docstring's entry, the annotation; and where each ends."""

from __future__ import annotations

import json

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.model.code.noqa import Noqa
from flake8_incall.model.code.source import split_lines

HEAD = "from livekit.agents import RunContext, function_tool\n\n\n"
STRICT = Options(profile="strict")


def text_of(source: str, found: Diagnostic) -> str:
    """What a finding's range holds in its text."""
    lines = source.splitlines(keepends=True)[found.start.line - 1 : found.end.line]
    lines[-1] = lines[-1][: found.end.column]
    return "".join(lines)[found.start.column :]


def places(source: str, code: str, options: Options = STRICT) -> list[tuple[int, str]]:
    """The line, counted from the first of the function, and the text of each finding of a code."""
    text = HEAD + source
    return [
        (found.start.line - 3, text_of(text, found)) for found in check(text, "a.py", options) if found.code == code
    ]


def function(signature: str, docstring: str = '"""Call this when the caller asks for it."""', body: str = "...") -> str:
    return f"async def book({signature}) -> dict:\n    {docstring}\n    {body}\n"


DOCUMENTED = '''"""Call this when the caller asks for it.

    Args:
        day: TODO
        adress (int): Where the caller lives
        seats: How many people come
        seats: How many seats

    Returns:
        A dict
    """'''


@pytest.mark.parametrize(
    ("code", "signature", "expected"),
    [
        ("CAL103", "day: str, ctx: RunContext", "ctx: RunContext"),
        ("CAL103", "call: RunContext", "call: RunContext"),
        ("CAL104", "ctx: RunContext | None, day: str", "ctx: RunContext | None"),
        ("CAL105", "ctx: RunContext, day", "day"),
        ("CAL107", "ctx: RunContext, *days: str", "days: str"),
        ("CAL107", "ctx: RunContext, **options", "options"),
        ("CAL108", "ctx: RunContext, day: str, /, hour: int", "ctx: RunContext, day: str"),
        ("CAL109", "ctx: RunContext, _day: str", "_day: str"),
        ("CAL112", "ctx: RunContext, other: RunContext", "other: RunContext"),
        ("CAL203", "ctx: RunContext, day: any", "day: any"),
        ("CAL204", "ctx: RunContext, days: set[str]", "days: set[str]"),
        ("CAL205", "ctx: RunContext, days: dict[int, str]", "days: dict[int, str]"),
        ("CAL206", "ctx: RunContext, day: Day", "day: Day"),
        ("CAL207", 'ctx: RunContext, days: int = "1"', "days: int"),
        ("CAL208", "ctx: RunContext, day: str = None", "day: str"),
        ("CAL209", "ctx: RunContext, days: list", "days: list"),
        ("CAL303", "ctx: RunContext, day: str", "day: str"),
    ],
)
def test_signature_finding_stands_at_its_parameter(code: str, signature: str, expected: str) -> None:
    assert places(function(signature), code) == [(1, expected)]
    below = expected if "\n" in expected else f"\n    {expected}"
    spread = function(f"\n    {signature},\n".replace(expected, below))
    ((line, text),) = places(spread, code)
    assert text == expected
    assert spread.splitlines()[line - 1].lstrip("* ").startswith(expected)


@pytest.mark.parametrize("code", ["CAL101", "CAL301", "CAL102", "CAL106"])
def test_missing_part_is_reported_at_the_function_name(code: str) -> None:
    assert places("@function_tool\ndef  book(day: str):\n    return {}\n", code) == [(2, "book")]
    assert places("@function_tool\ndef buchen_für(day: str):\n    return {}\n", code) == [(2, "buchen_für")]
    assert places("@function_tool\ndef \\\n    book(day: str):\n    return {}\n", code) == [(3, "book")]


def test_return_annotation_is_reported_at_the_annotation() -> None:
    source = "async def book(\n    ctx: RunContext,\n) -> list[str]:\n    ...\n"
    assert places(source, "CAL106") == [(3, "list[str]")]
    assert places(source.replace("list[str]", '"Answer"'), "CAL206") == [(3, '"Answer"')]


@pytest.mark.parametrize(
    ("code", "line", "text"),
    [
        ("CAL304", 6, "adress"),
        ("CAL305", 5, "day"),
        ("CAL307", 10, "Returns:"),
        ("CAL311", 8, "seats"),
    ],
)
def test_docstring_finding_stands_at_its_entry(code: str, line: int, text: str) -> None:
    source = function("ctx: RunContext, day: str, address: str, seats: int", DOCUMENTED)
    assert places(source, code) == [(line, text)]


@pytest.mark.parametrize(
    ("docstring", "line", "column"),
    [
        ('"""Tell it.\n\n    :param str day: The day\n    :type day: str\n    """', 4, 15),
        ('"""Tell it.\n\n    @type day: str\n    @param day: The day\n    """', 5, 11),
        ('"""Tell it.\n\n    Parameters\n    ----------\n    day : str\n        The day\n    """', 6, 4),
        ('"""Tell it.\n\n    Args:\n        *day: The day\n    """', 5, 9),
        ('"""\\\n    Tell it.\n\n    Args:\n        day: The day\n    """', 6, 8),
        ("'''Rede über día.\n\n    Args:\n\tday: The day\n    '''", 5, 1),
        ('"Tell it.\\n\\nArgs:\\n    day: The day"', 2, 28),
        ('r"""Tell \\n it.\n\n    Args:\n        day: The day\n    """', 5, 8),
        ('"Tell it.\\n\\n" "Args:\\n    day: The day"', 2, 4),
    ],
)
def test_entry_is_found_in_every_style_and_spelling(docstring: str, line: int, column: int) -> None:
    for end in ("\n", "\r\n"):
        text = (HEAD + function("ctx: RunContext, hour: int", docstring)).replace("\n", end)
        (found,) = (one for one in check(text, "a.py") if one.code == "CAL304")
        assert (found.start.line - 3, found.start.column) == (line, column)
        if column != 4 or line == 6:
            assert text_of(text, found) == "day"


@pytest.mark.parametrize(
    ("signature", "name", "remedy"),
    [
        ("address: str", "adress", "did you mean `address`?"),
        ("phone_number: str", "phonenumber", "did you mean `phone_number`?"),
        ("day: str", "weather", "remove or rename the entry"),
    ],
)
def test_docstring_name_suggests_the_nearest_undocumented_parameter(signature: str, name: str, remedy: str) -> None:
    docstring = f'"""Tell it.\n\n    Args:\n        {name}: What the caller says\n    """'
    (found,) = (
        one
        for one in check(HEAD + function(f"ctx: RunContext, {signature}", docstring), "a.py")
        if one.code == "CAL304"
    )
    assert found.message == f"the docstring documents `{name}`, which is not a parameter; {remedy}"


def test_documented_parameter_is_not_suggested() -> None:
    docstring = '"""Tell it.\n\n    Args:\n        day: The day\n        days: The days\n    """'
    (found,) = (d for d in check(HEAD + function("ctx: RunContext, day: str", docstring), "a.py") if d.code == "CAL304")
    assert found.message.endswith("; remove or rename the entry")


def test_description_finding_stands_where_the_description_is_written() -> None:
    assert places(function("ctx: RunContext", '"""Book.\n\n    Returns:\n        dict: status\n    """'), "CAL302") == [
        (2, "Book.")
    ]
    tool = '@function_tool(description="Book")\n' + function("ctx: RunContext")
    assert places(tool, "CAL302") == [(1, '"Book"')]


def test_tool_name_is_reported_in_the_decorator_that_gives_it() -> None:
    assert places('@function_tool(name="book it")\n' + function("ctx: RunContext"), "CAL113") == [(1, '"book it"')]


def test_hiding_decorator_is_reported_at_the_decorator() -> None:
    source = (
        "def logged(f):\n    async def run(*args, **kwargs):\n        return await f(*args, **kwargs)\n"
        "    return run\n\n\n@function_tool\n@logged\n" + function("ctx: RunContext")
    )
    assert places(source, "CAL107") == [(8, "logged")]


@pytest.mark.parametrize(("comment", "is_suppressed"), [("# noqa: CAL304", True), ("# noqa: CAL303", False)])
def test_noqa_for_a_docstring_entry_stands_after_the_closing_quotes(comment: str, is_suppressed: bool) -> None:
    docstring = '"""Tell it.\n\n    Args:\n        day: The day\n    """'
    after = HEAD + function("ctx: RunContext", f"{docstring}  {comment}")
    beside = HEAD + function("ctx: RunContext", docstring).replace("dict:\n", f"dict:  {comment}\n", 1)
    (found,) = (one for one in check(after, "a.py") if one.code == "CAL304")
    assert Noqa(split_lines(after)).suppresses("CAL304", found.start.line) is is_suppressed
    assert not Noqa(split_lines(beside)).suppresses("CAL304", found.start.line)


def test_no_range_runs_to_the_end_of_a_statement_with_a_body() -> None:
    source = (
        "import asyncio\n\n\n"
        + function("ctx: RunContext", body='while True:\n        await asyncio.sleep(1)\n        print("x")')
        + "\n\n"
        + function(
            "ctx: RunContext",
            body='try:\n        await ctx.wait()\n    except BaseException as error:\n        return {"status": "x"}',
        )
    )
    text = HEAD + source
    ranges = {found.code: text_of(text, found) for found in check(text, "a.py", STRICT)}
    assert ranges["CAL605"] == "while True"
    assert all("\n" not in text for text in ranges.values()), ranges


def test_places_are_the_same_in_a_function_document() -> None:
    code = function("ctx: RunContext, adress_: str, day", DOCUMENTED).replace("-> dict", "-> str")
    document = {
        "type": "custom_in_call",
        "name": "book",
        "description": "Call this when the caller wants a table",
        "source_code": code,
    }
    text = json.dumps(document)
    expected = {(one.code, one.start) for one in check(code, "a.py")}
    found = [one for one in check(text, "a.json") if one.inner is not None]
    assert {(one.code, one.inner) for one in found} == expected
    for one in found:
        line = code.splitlines()[one.inner.line - 1] if one.inner else ""
        assert json.dumps(line)[1:-1].endswith(text_of(text, one)) or text_of(text, one) in json.dumps(line)
