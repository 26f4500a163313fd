"""CAL009: what the code of a document is when it is not Python, and what stands before its function."""

from __future__ import annotations

import base64
import json

import pytest

from flake8_incall import Position
from tests.documents.test_check_document import GOOD, check, codes, function


@pytest.mark.parametrize(
    ("code", "place", "problem"),
    [
        (f"```python\n{GOOD}```", (1, 0), "is wrapped in a Markdown code fence"),
        (f"Here it is:\n\n~~~\n{GOOD}~~~\n", (3, 0), "is wrapped in a Markdown code fence"),
        (json.dumps(GOOD)[1:-1], (1, 49), "was escaped twice"),
        (json.dumps(GOOD), (1, 50), "was escaped twice"),
        (GOOD.replace("\n", "\\n"), (1, 49), "was escaped twice"),
        (GOOD.replace('"', "&quot;"), (2, 4), "has HTML entities such as `&quot;`"),
        (
            GOOD.replace("    return", "    if 1 &lt; 2:\n        pass\n    return"),
            (7, 9),
            "has HTML entities such as `&lt;`",
        ),
        (f"<pre>{GOOD}</pre>", (1, 0), "is HTML"),
        ("async function openingHours(ctx) {\n  return {};\n}", (1, 0), "is JavaScript"),
        ("const openingHours = async (ctx) => {\n  return {};\n};", (1, 0), "is JavaScript"),
        ("".join(f">>> {line}\n" for line in GOOD.splitlines()), (1, 0), "has the prompts of a Python console"),
        (base64.b64encode(GOOD.encode()).decode(), (1, 0), "is encoded in base64"),
    ],
)
def test_code_in_another_form_is_named(code: str, place: tuple[int, int], problem: str) -> None:
    (found,) = check(function(code))

    assert (found.code, found.inner) == ("CAL009", Position(*place))
    assert found.message.startswith(f"the code of `opening_hours` {problem}")


@pytest.mark.parametrize(
    "code",
    [
        GOOD.replace("Tell when", "Tell `&amp;` in ```code```, when"),
        GOOD.replace('"10 से 19"', r'"a\nb &lt; c"'),
        GOOD.replace("    return", '    """\n    ```json\n    {}\n    ```\n    """\n    return'),
    ],
)
def test_what_only_quotes_other_forms_is_python(code: str) -> None:
    assert codes(function(code)) == []


def test_a_fence_in_a_docstring_is_not_the_fault_of_code_that_does_not_parse() -> None:
    code = GOOD.replace("    Returns", "    ```\n    Returns").replace("return {", "return return {")

    (found,) = check(function(code))

    assert "has a syntax error" in found.message


def test_a_helper_before_the_function_is_one_finding() -> None:
    helper = "def spoken(hours, x):\n    return print(hours)\n\n"

    (found,) = check(function(helper + GOOD))

    assert (found.code, found.inner) == ("CAL009", Position(1, 4))
    assert "defines `spoken` first, so the platform runs that; move it into `opening_hours`" in found.message


def test_a_helper_before_the_function_is_searched_for_harm() -> None:
    helper = "import os\n\n\ndef spoken():\n    os.system('ls')\n\n\n"

    assert {"CAL009", "CAL502"} <= set(codes(function(helper + GOOD)))
