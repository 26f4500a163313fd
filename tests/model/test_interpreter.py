"""What a function can hand back: branches, exceptions, helpers, and where nothing can be told."""

from __future__ import annotations

import pytest

from tests.model.following import plain, results_of_body, results_of_module, returned

UNKNOWN = [...]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = 1\nif a:\n    x = 2\nif a:\n    return x\nreturn 0", [0, 2]),
        ("x = 1 if a else 2\nif not a:\n    return x\nreturn 0", [0, 2]),
        ("ready = a and not b\nif ready:\n    return 1 if a else 2\nreturn 3", [1, 3]),
        ("if a or b:\n    return 1\nif a:\n    return 2\nreturn 3", [1, 3]),
        ("if not (a and b):\n    return 1\nreturn 2 if a and b else 3", [1, 2]),
        ("same = a\nif same:\n    return 1 if a else 2\nreturn 3", [1, 3]),
        ("if a is True:\n    return 1 if a else 2\nreturn 3", [1, 3]),
        ("if a:\n    a = b\nif a and not b:\n    return 1\nreturn 2", [2]),
        ("match a:\n    case True:\n        x = 1\n    case False:\n        x = 2\nreturn x", [1, 2]),
        (
            "match (a, b):\n    case (True, _):\n        return 1\n    case (_, True):\n        return a\nreturn 3",
            [1, 3, False],
        ),
    ],
)
def test_a_flag_keeps_its_answer(body: str, expected: list[object]) -> None:
    assert returned(results_of_body(body)) == sorted(expected, key=repr)


@pytest.mark.parametrize(
    ("parameters", "body", "expected"),
    [
        ("x: int", "if x > 3:\n    return 1 if x > 2 else 0\nreturn 2", [1, 2]),
        ("x: int", "if x == 3:\n    return x\nreturn 0", [0, 3]),
        ("x: int", "if x <= 0:\n    return 1\nif x < 0:\n    return 2\nreturn 3", [1, 3]),
        ("x: int", "if 1 <= x <= 5:\n    return 9 if x > 5 else 1\nreturn 2", [1, 2]),
        ("x: str", "if x in ('a', 'b'):\n    return 1 if x == 'c' else 2\nreturn 3", [2, 3]),
        ("x: str | None", "if x is None:\n    return x\nreturn 1 if x is None else 2", [2, None]),
        ("x: str | None", "if not isinstance(x, str):\n    return 1\nreturn 2 if x is None else 3", [1, 3]),
        ("x: str", "return 1 if x is None else 2", [2]),
        ("x: 'str | None' = None", "if x:\n    return 2 if x is not None else 1\nreturn 3", [2, 3]),
    ],
)
def test_tests_narrow(parameters: str, body: str, expected: list[object]) -> None:
    assert returned(results_of_body(body, parameters)) == expected


def test_literals_are_all_that_a_parameter_can_be() -> None:
    body = "if kind == 'car':\n    return 1\nelif kind == 'home':\n    return 2"
    results = results_of_body(body, "kind: Literal['car', 'home']", "from typing import Literal")
    assert returned(results) == [1, 2]
    assert results.fallen == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = {}\nif a:\n    x['k'] = 1\nif 'k' in x:\n    return x\nreturn 0", [0, {"k": 1}]),
        ("x = {}\nif a:\n    x['k'] = 1\nreturn x.get('k')", [1, None]),
        ("x = {}\nif a:\n    x['k'] = 1\ntry:\n    return x['k']\nexcept KeyError:\n    return 2", [1, 2]),
        ("x = None\nif a:\n    x = {'k': 1}\nif not x:\n    return 0\nreturn x", [0, {"k": 1}]),
        ("x = {'k': 1} if a else None\nreturn x or {'n': 2}", [{"k": 1}, {"n": 2}]),
        ("x = {}\nif a:\n    x['k'] = 1\nreturn 1 if x else 2", [1, 2]),
    ],
)
def test_containers_are_narrowed(body: str, expected: list[object]) -> None:
    assert returned(results_of_body(body)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("try:\n    raise ValueError\nexcept KeyError:\n    return 1\nexcept ValueError:\n    return 2", [2]),
        ("try:\n    raise KeyError\nexcept (ValueError, LookupError):\n    return 1\nreturn 2", [1]),
        ("try:\n    int(name)\nexcept KeyError:\n    return 1\nexcept ValueError:\n    return 2\nreturn 3", [2, 3]),
        ("try:\n    x = 1\nexcept Exception:\n    return 2\nreturn x", [1]),
        ("try:\n    return 1\nfinally:\n    return 2", [2]),
        ("x = {}\ntry:\n    return x\nfinally:\n    x['k'] = 1", [{"k": 1}]),
        (
            "for i in (1, 2):\n    try:\n        continue\n    finally:\n        if a:\n            break\n"
            "else:\n    return 1\nreturn 2",
            [1, 2],
        ),
        ("try:\n    if a:\n        raise OSError\nexcept ConnectionError:\n    return 1\nreturn 2", [2]),
        (
            "try:\n    try:\n        raise KeyError\n    except KeyError:\n        raise\n"
            "except LookupError:\n    return 1",
            [1],
        ),
        ("with suppress(KeyError):\n    raise KeyError\nreturn 1", [1]),
        ("with suppress(KeyError):\n    raise ValueError\nreturn 1", []),
        ("assert a\nreturn 1 if a else 2", [1]),
    ],
)
def test_exceptions(body: str, expected: list[object]) -> None:
    results = results_of_body(body, "a: bool, name: str", "from contextlib import suppress")
    assert returned(results) == expected


@pytest.mark.parametrize(
    ("helper", "body", "expected"),
    [
        ("def make(x):\n    return {'k': x}", "return make(1)", [{"k": 1}]),
        ("def make(x, *, y=2, **more):\n    return [x, y, more]", "return make(1, z=3)", [[1, 2, {"z": 3}]]),
        ("def change(x):\n    x['k'] = 1", "x = {}\nchange(x)\nreturn x", [{"k": 1}]),
        ("def tell(x):\n    return 1 if x else 2", "if a:\n    return tell(a)\nreturn 0", [0, 1]),
        (
            "def check(x):\n    if x:\n        raise KeyError",
            "try:\n    check(a)\nexcept KeyError:\n    return a\nreturn 2",
            [2, True],
        ),
        ("async def make():\n    return 1", "return await make()", [1]),
        ("def again(x):\n    return again(x)", "return again(1)", UNKNOWN),
        ("def ping(x):\n    return pong(x)\ndef pong(x):\n    return ping(x)", "return ping(1)", UNKNOWN),
        ("make = lambda x: {'k': x}", "return make(1)", [{"k": 1}]),
        ("LIMIT = 3\nKINDS = {'a': LIMIT}", "return KINDS['a'] if LIMIT > 2 else 0", [3]),
        ("SEEN = {}\ndef note(k):\n    SEEN[k] = 1", "return SEEN.get('k')", UNKNOWN),
        ("class Status:\n    GOOD = 'success'", "return Status.GOOD", ["success"]),
        ("from shop import stock", "return stock()", UNKNOWN),
        ("from shop import stock", "x = {'k': 1}\nstock(x)\nreturn x['k']", [1]),
        ("from shop import stock", "x = {'k': 1}\nstock(x)\nreturn x", UNKNOWN),
    ],
)
def test_helpers_and_what_is_around(helper: str, body: str, expected: list[object]) -> None:
    assert returned(results_of_body(body, module=helper)) == expected


def test_methods_of_the_class_are_helpers() -> None:
    source = """
    class Desk:
        def failure(self, text):
            return {"message": text}

    def answer(ctx):
        return Desk().failure("no")
    """
    assert returned(results_of_module(source)) == [{"message": "no"}]


def test_functions_inside_see_and_change_what_is_around_them() -> None:
    body = """
        status = "error"
        def decide():
            nonlocal status
            status = "success" if a else "error"
        decide()
        build = lambda: {"status": status}
        return build()
    """
    assert returned(results_of_body(body)) == [{"status": "error"}, {"status": "success"}]


def test_a_coroutine_that_is_not_awaited_is_no_result() -> None:
    results = results_of_body("return make()", module="async def make():\n    return {}")
    assert [plain(result) for result in results.returned] == UNKNOWN


def test_unknown_loops_come_to_an_end() -> None:
    body = """
        rows = []
        total = 0
        for row in ctx.rows:
            rows.append({"n": total})
            total += 1
        if not rows:
            return 1
        return {"rows": rows}
    """
    results = results_of_body(body)
    assert results.is_known
    assert 1 in returned(results)


def test_joined_ways_that_may_not_exist_are_not_certain() -> None:
    flags = [f"a{number}" for number in range(6)]
    sets = "\n".join(f"x{n} = 1 if {flag} else 2" for n, flag in enumerate(flags))
    tests = "\n".join(f"if {flag} and x{n} == 2:\n    return 'never'" for n, flag in enumerate(flags))
    results = results_of_body(f"{sets}\n{tests}\nreturn 1", ", ".join(f"{flag}: bool" for flag in flags))
    never = [result for result in results.returned if plain(result) == "never"]
    assert not any(result.is_certain for result in never)


def test_tests_that_are_passed_once_do_not_raise_doubt() -> None:
    flags = [f"a{number}" for number in range(12)]
    body = "x = {}\n" + "\n".join(f"if {flag}:\n    x['{flag}'] = 1" for flag in flags) + "\nreturn x.get('a3')"
    results = results_of_body(body, ", ".join(f"{flag}: bool" for flag in flags))
    assert returned(results) == [1, None]
    assert any(plain(result) is None and result.is_certain for result in results.returned)


@pytest.mark.parametrize(
    "body",
    [
        "x = a\n" + "".join(f"if x == {n}:\n    return {n}\n" for n in range(500)),
        "".join("    " * n + f"if a.k{n}:\n" for n in range(90)) + "    " * 90 + "return 1\n",
        "".join("    " * n + f"for i{n} in a.k{n}:\n" for n in range(19)) + "    " * 19 + "return 1\n",
        "return {" + ", ".join(f"'k{n}': {n}" for n in range(5000)) + "}",
        "return " + " + ".join(["a"] * 900),
        "x = {}\n" + "".join(f"if a.k{n}:\n    x['k{n}'] = a\n" for n in range(80)) + "return x",
        "n = 0\nwhile True:\n    n += 1\n    if n == a:\n        return n",
    ],
    ids=["500 branches", "deep branches", "deep loops", "large dict", "long sum", "many keys", "endless"],
)
def test_large_functions_are_followed_to_their_end(body: str) -> None:
    assert results_of_body(body, "a").is_known


def test_helpers_that_all_call_each_other_come_to_an_end() -> None:
    names = [f"h{number}" for number in range(40)]
    calls = "\n".join(f"    {name}(x)" for name in names)
    helpers = "\n".join(f"def {name}(x):\n{calls}\n    return 1" for name in names)
    assert results_of_body("return h0(1)", module=helpers).is_known


def test_a_function_with_too_much_to_follow_is_not_known() -> None:
    body = "x = {}\n" + "".join(f"f{n} = a.k{n}()\nif f{n}:\n    x['k{n}'] = f{n}\n" for n in range(400))
    body += "".join(f"if f{n}:\n    x['n{n}'] = x['k{n}']\n" for n in range(400)) + "return x"
    results = results_of_body(body, "a")
    assert not results.is_known
    assert results.returned == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if a != b:\n    return 1 if a and b else 2\nreturn 3", [2, 3]),
        ("if a ^ b:\n    return 1 if a == b else 2\nreturn 3", [2, 3]),
        ("other = not a\nreturn 1 if other == a else 2", [2]),
        ("if a + b + c > 3:\n    return 1\nreturn 2", [2]),
        ("checks = [a, b]\nif all(checks) or not any(checks):\n    return 1 if a == b else 2\nreturn 3", [1, 3]),
        ("return ('no', 'yes')[a]", ["no", "yes"]),
        (
            "kind = Kind.GOOD if a else Kind.BAD\nif kind is Kind.GOOD:\n    return kind.value\nreturn 1 if a else 2",
            [2, "g"],
        ),
    ],
)
def test_conditions_that_a_few_flags_decide(body: str, expected: list[object]) -> None:
    kinds = "from enum import Enum\nclass Kind(Enum):\n    GOOD = 'g'\n    BAD = 'b'"
    assert returned(results_of_body(body, module=kinds)) == sorted(expected, key=repr)


@pytest.mark.parametrize(
    "test",
    [
        "sum([1, 2]) == 3",
        "divmod(7, 2) == 2",
        "order.state == 'new'",
        "order.is_new",
        "'a-b'.center(9) == ' '",
    ],
)
def test_what_is_decided_but_not_worked_out_raises_doubt(test: str) -> None:
    order = "class Order:\n    def __init__(self, state):\n        self.state = state"
    results = results_of_body(f"order = Order('new')\nreturn 1 if {test} else 2", module=order)
    assert returned(results) == [1, 2]
    assert not any(result.is_certain for result in results.returned)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("it = iter([1, 2])\nreturn [next(it), next(it, None), next(it, 3)]", [[1, 2, 3]]),
        ("return [*reversed([1, 2])]", [[2, 1]]),
        ("def count():\n    yield 1\n    yield from (2, 3)\nreturn [*count()]", [[1, 2, 3]]),
        ("return 'abc'[:2] + 'abc'[-1]", ["abc"]),
        ("return [1, 2, 3][1:]", [[2, 3]]),
        ("match [1, 2, 3]:\n    case [x, *rest]:\n        return rest", [[2, 3]]),
        ("match {'k': 1, 'n': a}:\n    case {'k': 2}:\n        return 0\n    case {'k': k}:\n        return k", [1]),
        ("match 'x':\n    case int():\n        return 1\n    case str(text):\n        return text", ["x"]),
    ],
)
def test_iterators_and_patterns(body: str, expected: list[object]) -> None:
    assert returned(results_of_body(body)) == expected


def test_the_rows_of_a_loop_are_not_one_row() -> None:
    body = """
        before = None
        for row in ctx.rows:
            if before is not None and before == row:
                return 1
            before = row
        return 2
    """
    assert returned(results_of_body(body)) == [1, 2]
