"""Every form in which Python binds a name: the gate finds the name in each, and knows which hide a builtin."""

from __future__ import annotations

import sys
import textwrap

import pytest

from flake8_incall import Options, check
from tests.test_gate import TOOL, codes

GATE = Options(profile="gate")
# Those that bind for sure once they are passed, at the top of a module too.
CERTAIN = {
    "assignment": "NAME = {}",
    "annotated assignment": "NAME: dict = {}",
    "unpacking": "(first, [NAME]) = (1, [2])",
    "import": "import json as NAME",
    "import from": "from json import loads as NAME",
    "function": "def NAME():\n    pass",
    "async function": "async def NAME():\n    pass",
    "class": "class NAME:\n    pass",
}
# Those that may be skipped or are undone: they bind in a function, where a name is looked for nowhere else.
IN_FUNCTIONS = {
    "augmented assignment": "NAME += 1",
    "starred": "first, *NAME = [1, 2]",
    "walrus": "print((NAME := {}))",
    "for": "for NAME in [1]:\n    pass",
    "with": "with given as NAME:\n    pass",
    "with an unpacking": "with given as (first, NAME):\n    pass",
    "except": "try:\n    pass\nexcept ValueError as NAME:\n    pass",
    "except group": "try:\n    pass\nexcept* ValueError as NAME:\n    pass",
    "capture": "match given:\n    case NAME:\n        pass",
    "as pattern": "match given:\n    case str() as NAME:\n        pass",
    "star pattern": "match given:\n    case [1, *NAME]:\n        pass",
    "rest of a mapping": "match given:\n    case {'k': 1, **NAME}:\n        pass",
    "pattern inside others": "match given:\n    case {'k': [NAME, _]}:\n        pass",
    "alternatives": "match given:\n    case (1 as NAME) | (2 as NAME):\n        pass",
    "pattern of a class": "match given:\n    case str(NAME):\n        pass",
    "deletion": "del NAME",
}
# Those that bind in a scope of their own.
ELSEWHERE = {
    "parameter": "def inner(NAME):\n    pass",
    "positional-only parameter": "def inner(NAME, /):\n    pass",
    "keyword-only parameter": "def inner(*, NAME):\n    pass",
    "variadic parameter": "def inner(*NAME):\n    pass",
    "variadic keywords": "def inner(**NAME):\n    pass",
    "parameter of a lambda": "inner = lambda NAME: 1",
    "variadic parameter of a lambda": "inner = lambda *NAME: 1",
    "list comprehension": "found = [0 for NAME in []]",
    "dict comprehension": "found = {0: 1 for first, NAME in []}",
    "async for": "async def inner():\n    async for NAME in given:\n        pass",
    "async with": "async def inner():\n    async with given as NAME:\n        pass",
    "body of a class": "class Inner:\n    NAME = 1",
}
PYTHON_312 = {
    "type parameter of a function": "def inner[NAME](x):\n    pass",
    "type parameter of a class": "class Inner[NAME]:\n    pass",
    "type parameter of an alias": "type Inner[NAME] = int",
    "variadic type parameter": "def inner[*NAME](x):\n    pass",
    "parameter specification": "def inner[**NAME](x):\n    pass",
}
if sys.version_info >= (3, 12):
    IN_FUNCTIONS["type alias"] = "type NAME = int"
    ELSEWHERE |= PYTHON_312
FORMS = CERTAIN | IN_FUNCTIONS | ELSEWHERE


def written(form: str, name: str) -> str:
    return FORMS[form].replace("NAME", name)


def in_a_function(statement: str) -> str:
    return f"{TOOL}\n\ndef helper(given):\n{textwrap.indent(statement, ' ' * 4)}\n"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["__builtins__", "__class__"])
def test_a_name_of_pythons_own_is_bound_in_no_form(form: str, name: str) -> None:
    statement = written(form, name)
    for source in (f"{TOOL}\n\n{statement}\n", in_a_function(statement)):
        bound = [found for found in check(source, "orders.py", GATE) if found.code == "CAL523"]
        assert [found.message.partition(" is ")[0] for found in bound] == [f"`{name}`"] * statement.count(name)


def test_a_name_of_pythons_own_is_declared_in_no_function() -> None:
    name = "__builtins__"
    assert codes(in_a_function(f"global {name}")) == {"CAL526"}
    assert codes(in_a_function(f"def inner():\n    nonlocal {name}\n    {name} = 1\n{name} = 2")) == {"CAL523"}
    assert "CAL523" in codes(f"{TOOL}\n\ndict({name}=1)\n")


@pytest.mark.parametrize("form", FORMS)
def test_a_variable_with_the_name_of_a_builtin_is_let_in(form: str) -> None:
    """Where it is not read, or can be nothing else."""
    # An augmented assignment reads what it changes.
    is_read = form == "augmented assignment"
    assert ("CAL522" in codes(f"{TOOL}\n\n{written(form, 'input')}\n")) is is_read
    if form not in ELSEWHERE:
        assert "CAL522" not in codes(f"{in_a_function(written(form, 'input'))}    return input\n")


@pytest.mark.parametrize("form", FORMS)
def test_at_the_top_only_what_binds_for_sure_hides_a_builtin(form: str) -> None:
    source = f"{TOOL}\n\n{written(form, 'open')}\n\n\ndef reader():\n    return open\n"
    assert ("CAL522" in codes(source)) is (form not in CERTAIN)


@pytest.mark.parametrize("form", ELSEWHERE)
def test_what_binds_elsewhere_hides_nothing_in_a_function(form: str) -> None:
    assert "CAL522" in codes(f"{in_a_function(written(form, 'open'))}    return open\n")


@pytest.mark.parametrize(
    ("name", "code"),
    [("open", "CAL522"), ("json", "CAL521"), ("getattr", "CAL524"), ("type", "CAL523"), ("super", "CAL523")],
)
def test_an_augmented_assignment_in_a_class_hands_what_is_outside_to_an_operator(name: str, code: str) -> None:
    """`Taker.__radd__` gets what `+=` reads, which in the body of a class may be a builtin or the module's own name."""
    taker = "import json\n\n\nclass Taker:\n    def __radd__(self, other):\n        return other\n"
    inner = f"class Inner:\n    {name} += Taker()\nreturn Inner"
    assert codes(f"{taker}\n\n{in_a_function(inner)}") == {code}
    counted = "class Inner:\n    count = 0\n    count += 1\nreturn Inner"
    assert codes(in_a_function(counted)) == set()
