"""What a docstring says: to the model, to a person, and why the two differ."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

from flake8_incall.model.docstring.docstrings import Docstring, read_docstring
from flake8_incall.model.docstring.faults import unread_parameters
from flake8_incall.model.docstring.layout import Line


def read(source: str) -> Docstring:
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return read_docstring(node)


def of(text: str) -> Docstring:
    """The docstring with these lines, as it stands in a function that begins on line 1."""
    return read(f'async def book(ctx, city, days):\n    """{indent(text, "    ").strip()}\n    """\n')


def line_of(docstring: Docstring, line: Line | None) -> int:
    """The line of the file on which a line of a docstring of `of` stands."""
    assert line is not None
    return 2 + docstring.text[: line.offset].count("\n")


GOOGLE = """Tell the weather.

It is that of an hour ago.

Args:
    ctx: The call
    city (str): The city,
        in English
    days: The days to come

Returns:
    dict: {status: "success", city: str}

Raises:
    ValueError: Never
"""
REST = """Tell the weather.

:param ctx: The call
:param str city: The city,
    in English
:param days: The days to come
:type days: int
:returns: dict with status
"""
EPYDOC = """Tell the weather.

@param city: The city
@type days: int
@param days: The days to come
@return: dict with status
"""
NUMPY = """Tell the weather.

Parameters
----------
city : str
    The city
days : int, optional
    The days to come

Returns
-------
dict
    status and city
"""


@pytest.mark.parametrize(
    ("text", "style", "lines"),
    [
        (GOOGLE, "google", {"ctx": 7, "city": 8, "days": 10}),
        (REST, "rest", {"ctx": 4, "city": 5, "days": 7}),
        (EPYDOC, "epydoc", {"city": 4, "days": 6}),
        (NUMPY, "numpydoc", {"city": 6, "days": 8}),
    ],
)
def test_every_style_is_read_with_its_lines(text: str, style: str, lines: dict[str, int]) -> None:
    docstring = of(text)
    assert docstring.style == style
    assert {name: line_of(docstring, entry.entry) for name, entry in docstring.parameters.items()} == lines
    assert docstring.parameters["days"].description == "The days to come"
    assert docstring.returns is not None
    assert "status" in docstring.returns.text


def test_the_description_is_all_before_the_first_section() -> None:
    assert of(GOOGLE).description == "Tell the weather.\n\nIt is that of an hour ago."


def test_types_are_read_as_they_are_written() -> None:
    assert of(GOOGLE).parameters["city"].type == "str"
    assert of(GOOGLE).parameters["days"].type is None
    assert of(REST).parameters["days"].type == "int"
    assert of(NUMPY).parameters["days"].type == "int"


def test_a_section_on_the_result_ends_at_the_next_one() -> None:
    returns = of(GOOGLE).returns
    assert returns is not None
    assert returns.text == 'Returns:\ndict: {status: "success", city: str}'
    assert line_of(of(GOOGLE), returns.heading) == 12


@pytest.mark.parametrize(
    "text",
    [
        "Tell it.\n\nReturns: dict",
        "Tell it.\n\nreturn:\n    dict",
        "Tell it.\n\n**Returns:**\n    dict",
        "Tell it.\n\n:rtype: dict",
        "Tell it.\n\nArgs:\n    city: The city\n    Returns:\n        dict",
    ],
)
def test_a_section_on_the_result_is_what_a_person_takes_for_one(text: str) -> None:
    assert of(text).returns is not None


@pytest.mark.parametrize("text", ["Tell it.", "Returns the weather.", "Tell it. Returns: a dict"])
def test_prose_is_no_section_on_the_result(text: str) -> None:
    assert of(text).returns is None


@pytest.mark.parametrize(
    "body", ["return 1", '""" """', '""" \n """', 'f"""Tell {1}."""', 'b"Tell."', "3", '("x" + "y")']
)
def test_what_says_nothing_is_no_docstring(body: str) -> None:
    docstring = read(f"def book(city):\n    {body}\n")
    assert not docstring.exists
    assert docstring.parameters == {}


def test_tabs_and_characters_of_several_bytes_are_characters_like_others() -> None:
    docstring = read('def book(city):\n\t"""मौसम बताओ।\n\n\tArgs:\n\t\tcity: शहर\n\t"""\n')
    assert docstring.description == "मौसम बताओ।\n"
    assert docstring.parameters["city"].description == "शहर"


def test_attributes_are_told_from_parameters() -> None:
    parameters = of("Tell it.\n\nArgs:\n    city: The city\n\nAttributes:\n    days: The days").parameters
    assert {name: entry.is_attribute for name, entry in parameters.items()} == {"city": False, "days": True}


def test_what_the_parser_raises_is_said() -> None:
    docstring = of("Tell it.\n\n: : a field without a name")
    assert docstring.fault == "LiveKit's parser fails on it with IndexError"
    assert docstring.description is None


@pytest.mark.parametrize("text", ["Args:\n    city " + "(" * 3000 + ": The city", "Tell it.\n" * 5000])
def test_what_would_keep_the_parser_busy_is_not_given_to_it(text: str) -> None:
    assert of(text).fault == "LiveKit's parser takes seconds to parse it"


def test_a_sentence_that_begins_like_a_field_is_told_from_a_field() -> None:
    assert of(":class:`Weather` of a city.").begins_like_a_field
    assert of("@tool that tells the weather.").begins_like_a_field
    assert not of(":param city: The city").begins_like_a_field
    assert not of("Tell it.").begins_like_a_field


NO_COLON = "has no colon, so the section is ignored"
REST_IN_GOOGLE = "reST style, the rest Google style"
GOOGLE_IN_REST = "Google style, the rest reST style"


@pytest.mark.parametrize(
    ("section", "names", "cause"),
    [
        ("Args:\n    - city: a\n    - days: b", "city days", "its entry starts with `-`"),
        ("Args:\n    1. city: a", "city", "its entry starts with `1.`"),
        ("Args:\n    `city`: a\n    days: b", "city", "its name contains markup"),
        ("Args:\n    city, days: a", "city days", "its entry names more than the parameter"),
        ("Args:\n    city: a\n      days: b", "days", "its entry is indented differently from the first one"),
        ("Args:\n    city: a\ndays: b", "days", "it is not indented below `Args:`"),
        ("Args:\ncity: a\ndays: b", "city days", "it is not indented below `Args:`"),
        ("Args:\n    city: a\nand then\n    days: b", "days", "an unindented line before it ends the section"),
        ("Args:\n    city: a\n\nArgs:\n    days: b", "city", "`Args:` occurs twice and only the last one counts"),
        ("Args:\n    city: a\n    days b", "city days", "the line `days ...` has no colon, so the section is ignored"),
        ("Args:\n    city: a\nRaises:\n    Error when", "city", f"the line `Error ...` {NO_COLON}"),
        ("Args:\n    city: a\n\nRaises:", "city", "a section of the docstring has no entries"),
        ("Args: city: a, days: b", "city days", "it is on the line of `Args:`"),
        ("Args\n    city: a", "city", "the heading `Args` has no colon"),
        ("args:\n    city: a", "city", "`args:` is not a recognized heading"),
        ("Inputs:\n    city: a", "city", "`Inputs:` is not a recognized heading"),
        ("Args :\n    city: a", "city", "the heading `Args :` is misspelled"),
        ("Args：\n    city: a", "city", "the heading `Args：` is misspelled"),
        ("**Args:**\n    city: a", "city", "the heading `**Args:**` is misspelled"),
        ("  Args:\n    city: a\nReturns:\n    dict", "city", "the heading `Args:` is indented"),
        ("- city: a\n- days: b", "city days", "it is not under a heading"),
        ("city -- a", "city", "it is not under a heading"),
        ("Parameters\n-----\ncity : str\n    a", "city", "the line under `Parameters` is not as long as the title"),
        ("  Parameters\n  ----------\n  city : str\n    a\nx", "city", "the heading `Parameters` is indented"),
        ("Parameters\n----------\ncity, days : str\n    a", "city days", "no entry has the name `city` alone"),
        ("  :param city: a\n:return: b", "city", "`:param city:` is indented"),
        (":param dict[str, X] city: a", "city", "`:param dict[str, X] city:` has more than one word before the name"),
        (":param city: a\n:param days b\n:return: c", "city days", "`:param days b` has no colon after the name"),
        (":param city: a\n\nReturns:\n    b\nRaises:\n    X: c", "city", f"it uses {REST_IN_GOOGLE}"),
        (":param city: a\n:return: c\n\nArgs:\n    days: b", "days", f"it uses {GOOGLE_IN_REST}"),
        ("Args:\n    city: a\n\nSee\n:class:`x`.", "city", "a line starting with `:` is parsed as a reST field"),
    ],
)  # fmt: skip
def test_why_the_model_gets_nothing_of_what_a_person_reads(section: str, names: str, cause: str) -> None:
    docstring = of(f"Tell the weather.\n\n{section}")
    fault = unread_parameters(docstring, ("city", "days"))
    assert fault is not None
    assert (" ".join(fault.names), fault.cause) == (names, cause)
    assert not set(fault.names) & set(docstring.parameters)


def test_a_docstring_that_starts_at_args_has_no_margin_to_indent_from() -> None:
    fault = unread_parameters(read('def book(city):\n    """Args:\n        city: a"""\n'), ("city",))
    assert fault is not None
    assert fault.cause == "the docstring starts with `Args:`"


@pytest.mark.parametrize(
    "text",
    [
        "Tell it.",
        "Tell the weather of a city in days to come, city by city.",
        "Tell it.\n\nReturns:\n    dict: {\n        city: str,\n        days: int\n    }",
        "Tell it.\n\nRaises:\n    city: never",
        "Tell it, such as::\n\n    city = 1",
        "Tell it.\n\n<city>://<days>",
        "Tell it.\n\n{\n    'city': 'Rome',\n}",
        "Tell it.\n\ncity -> days",
        "Tell it.\n\n:returns: dict\n    city: str",
    ],
)
def test_what_does_not_describe_a_parameter_to_a_person_is_no_fault(text: str) -> None:
    assert unread_parameters(of(text), ("city", "days")) is None
