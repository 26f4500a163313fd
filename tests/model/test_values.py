"""Expressions against Python: what is computed is what `eval` gives, and raises what it raises."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.model.following import results_of_body, returned

NUMBERS = ["0", "1", "-2", "3", "0.5", "True", "False", "None"]
ATOMS = [*NUMBERS, '"ab"', '""', '"x"', 'b"y"', "(1, 2)", '[1, "a"]', '{"k": 1}', "()"]
BINARY = ["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"]
FORMS = [
    "{0} {op} {1}",
    "not {0}",
    "-{0}",
    "{0} if {1} else {2}",
    "{0} < {1} <= {2}",
    "[{0}, {1}][{2}]",
    "({0}, {1}, {2})[0]",
    "{{'a': {0}, 'b': {1}}}['b']",
    "{{'a': {0}}}.get('b', {1})",
    "{{**{{'a': {0}}}, 'a': {1}}}",
    "dict(a={0}, b={1})",
    "{{'a': {0}}} | {{'a': {1}}}",
    "str({0})",
    "bool({0})",
    "len({0})",
    "int({0})",
    "isinstance({0}, (str, list))",
    "isinstance({0}, int)",
    "f'{{{0}}}-{{{1}}}'",
    "[x for x in ({0}, {1}) if x]",
    "{{x: {0} for x in ('a', 'b')}}",
    "any([{0}, {1}])",
    "all(({0}, {1}))",
    "list({0})",
    "sorted({0})",
    "[*[{0}], {1}]",
    "(lambda x, y={1}: [x, y])({0})",
    "(x := {0}) or x",
    "dict(zip(('a', 'b'), ({0}, {1})))",
    "dict.fromkeys(('a', 'b'), {0})",
    "[n for n, _ in enumerate(({0}, {1}))]",
    "'-'.join([str({0}), 'z'])",
    "[*range(3)]",
    "[0, 1, 2][-1]",
    "'Ab'.upper() + {0}",
]


def expressions(number: int) -> Iterator[str]:
    """Random expressions of constants, the same every time."""
    chance = random.Random(7)
    for _ in range(number):
        parts = [chance.choice(ATOMS) for _ in range(3)]
        if chance.random() < 0.4:
            parts[0] = "(" + chance.choice(FORMS).format(*parts, op=chance.choice(BINARY)) + ")"
        text = chance.choice(FORMS).format(*parts, op=chance.choice(["and", "or", *BINARY]))
        # Python 3.11 has no quotes inside quotes in an f-string.
        if "f'" not in text or text.count("'") == 2:
            yield text


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_constants_are_what_python_computes() -> None:
    known = raising = silent = 0
    for text in expressions(1500):
        results = results_of_body(f"return {text}")
        try:
            expected = eval(text)
        except Exception:
            # What only may raise for all that is known leaves a value behind.
            raising += 1
            silent += not results.returned
            continue
        shown = returned(results)
        assert len(shown) <= 1 or ... in _flat(shown), text
        if len(shown) == 1 and ... not in _flat(shown[0]):
            known += 1
            assert shown[0] == expected, text
            assert type(shown[0]) is type(expected), text
    # Most of it is known: to know nothing is right too, and of no use.
    assert known > 750
    assert silent > raising * 0.7


def _flat(value: object) -> list[object]:
    if isinstance(value, dict):
        return [part for item in value.values() for part in _flat(item)]
    if isinstance(value, list | tuple):
        return [part for item in value for part in _flat(item)]
    return [value]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = y = {}\nx['k'] = 1\nreturn y", [{"k": 1}]),
        ("x = {}\ny = x.copy()\nx['k'] = 1\nreturn y", [{}]),
        ("x = {}\ny = dict(x)\ny['k'] = 1\nreturn x", [{}]),
        ("x = {'k': {}}\nx['k']['n'] = 1\nreturn x", [{"k": {"n": 1}}]),
        ("x = []\nx.append({})\nx[0]['k'] = 1\nreturn x", [[{"k": 1}]]),
        ("x = {'k': 1, 'n': 2}\ndel x['k']\nreturn x", [{"n": 2}]),
        ("x = {'k': 1}\nx.pop('k')\nreturn x", [{}]),
        ("x = {'k': 1}\nreturn x.pop('k')", [1]),
        ("x = {'k': 1}\nreturn x.pop('n', 2)", [2]),
        ("x = {'k': 1}\nx.update({'k': 2}, n=3)\nreturn x", [{"k": 2, "n": 3}]),
        ("x = {'k': 1}\nx.update([('n', 2)])\nreturn x", [{"k": 1, "n": 2}]),
        ("x = {'k': 1}\nx |= {'n': 2}\nreturn x", [{"k": 1, "n": 2}]),
        ("x = {'k': 1}\ny = x\nx |= {'n': 2}\nreturn y", [{"k": 1, "n": 2}]),
        ("x = {'k': 1}\ny = x\nx = x | {'n': 2}\nreturn y", [{"k": 1}]),
        ("x = {'k': 1}\nx.setdefault('k', 2)\nx.setdefault('n', 3)\nreturn x", [{"k": 1, "n": 3}]),
        ("x = {'k': 1}\nx.clear()\nreturn x", [{}]),
        ("x, *y = 1, 2, 3\nreturn [x, y]", [[1, [2, 3]]]),
        ("(x, y), z = (1, 2), 3\nreturn {'x': x, 'y': y, 'z': z}", [{"x": 1, "y": 2, "z": 3}]),
        ("x = {}\nfor k, v in {'a': 1, 'b': 2}.items():\n    x[k] = v\nreturn x", [{"a": 1, "b": 2}]),
        ("x = {}\nfor k in ('a', 'b', 'c'):\n    if k == 'b':\n        break\n    x[k] = 1\nreturn x", [{"a": 1}]),
        ("n = 0\nwhile n < 5:\n    n += 1\nreturn n", [5]),
        ("x = [1]\nx += [2]\nx.extend((3,))\nx.insert(0, 0)\nreturn x", [[0, 1, 2, 3]]),
        ("x = {1: 'a', True: 'b'}\nreturn x", [{1: "b"}]),
    ],
)
def test_containers(body: str, expected: list[object]) -> None:
    assert returned(results_of_body(body)) == expected
