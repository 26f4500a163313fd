"""Tests of flags, and variables that carry a flag on."""

from __future__ import annotations

from tests.truth.writer import Flag, Writer

NUMBER = ("-1", "0", "1", "2")
"""The values of an `int` parameter, which is only compared with nought."""
MIXED = ('"text"', "3")


def test_of(w: Writer) -> str:
    """Write a test: of one flag, of two, of a result so far, or one whose answer is fixed."""
    roll = w.chance.random()
    if roll < 0.14:
        return pair_test(w)
    if roll < 0.19 and w.bound("dict"):
        return state_test(w)
    if roll < 0.22:
        return fixed_test(w)
    return single_test(w)


def single_test(w: Writer) -> str:
    """Write a test of one flag, or a fixed one when no flag is left."""
    flag = w.flag()
    return test_of_flag(w, flag) if flag else fixed_test(w)


def pair_test(w: Writer) -> str:
    """Write a test of two flags."""
    one, two = single_test(w), single_test(w)
    form = w.weighted(
        [
            (6, "{0} and {1}"),
            (6, "{0} or {1}"),
            (2, "not ({0} and {1})"),
            (2, "not ({0} or {1})"),
            (1, "({0} if {1} else False)"),
            (1, "any(({0}, {1}))"),
            (1, "all([{0}, {1}])"),
        ]
    )
    return form.format(one, two)


def test_of_flag(w: Writer, flag: Flag) -> str:
    """Write a test of one flag that can go both ways."""
    if flag.is_bool:
        forms = [
            (12, "{}"),
            (8, "not {}"),
            (1, "{} is True"),
            (1, "{} is False"),
            (1, "bool({})"),
            (1, "{} == True"),
        ]
        return w.weighted(forms).format(flag.name)
    if "None" in flag.values and w.likely(0.7):
        return w.weighted([(4, "{} is None"), (4, "{} is not None"), (2, "{}"), (2, "not {}")]).format(flag.name)
    if flag.values in (MIXED, MIXED[::-1]):
        return w.pick(["isinstance({}, str)", "isinstance({}, int)", "not isinstance({}, str)"]).format(flag.name)
    if flag.values == NUMBER:
        return w.weighted([(3, "{} > 0"), (1, "not {} > 0"), (2, "{} <= 0")]).format(flag.name)
    value = w.pick(flag.values)
    form = w.weighted([(6, "{} == {}"), (4, "{} != {}"), (2, "{} in ({}, 'other')"), (1, "{} not in [{}]")])
    return form.format(flag.name, value).replace("'", '"')


def state_test(w: Writer) -> str:
    """Write a test of a result that is being built."""
    forms = [
        '"message" in {}',
        '"status" not in {}',
        '{}.get("status") == "error"',
        '{}.get("status") == "success"',
        '{}.get("message")',
        'not {}.get("data")',
    ]
    return w.pick(forms).format(w.pick(w.bound("dict")))


def fixed_test(w: Writer) -> str:
    """Write a test whose answer is the same in all runs."""
    constants = {"DEBUG": "False", "LIVE": "True", "LIMIT": "3"}
    tests = [
        "DEBUG",
        "not DEBUG",
        "LIVE",
        "LIMIT > 5",
        "LIMIT == 3",
        "not LIVE",
        "True",
        "1 > 2",
        '"x" in ("y", "z")',
    ]
    test = w.pick(tests)
    for name, value in constants.items():
        if name in test:
            w.module[name] = f"{name} = {value}"
    return test


def carry(w: Writer) -> None:
    """Write a statement that carries a test on in a variable, which is a flag from then on."""
    name = w.name(w.pick(["kind", "state", "mode", "level"]))
    values = w.pick([("1", "2"), ('"car"', '"home"'), ("None", '"plan"'), MIXED, ('"low"', '"high"')])
    if w.likely(0.5):
        values = values[1], values[0]
    form = w.weighted(
        [
            (4, carry_plainly),
            (5, carry_by_choice),
            (3, carry_by_branch),
            (1, carry_by_table),
            (1, carry_by_count),
        ]
    )
    form(w, name, values)


def carry_plainly(w: Writer, name: str, _: tuple[str, str]) -> None:
    """`ready = not a`."""
    test = single_test(w) if w.likely(0.6) else pair_test(w)
    only_bools = all(flag.is_bool for flag in w.scope.flags.values())
    w.line(f"{name} = {test}" if only_bools else f"{name} = bool({test})")
    w.scope.flags[name] = Flag(name, ("True", "False"))


def carry_by_choice(w: Writer, name: str, values: tuple[str, str]) -> None:
    """`kind = "car" if a else "home"`."""
    w.line(f"{name} = {values[0]} if {test_of(w)} else {values[1]}")
    w.scope.flags[name] = Flag(name, values)


def carry_by_branch(w: Writer, name: str, values: tuple[str, str]) -> None:
    """A default that a branch replaces."""
    w.line(f"{name} = {values[0]}")
    with w.block(f"if {test_of(w)}:"):
        w.line(f"{name} = {values[1]}")
    w.scope.flags[name] = Flag(name, values)


def carry_by_table(w: Writer, name: str, values: tuple[str, str]) -> None:
    """`kind = {True: "car", False: "home"}[a]`."""
    flag = w.flag()
    if flag is None or not flag.is_bool:
        return carry_by_choice(w, name, values)
    w.line(f"{name} = {{True: {values[0]}, False: {values[1]}}}[{flag.name}]")
    w.scope.flags[name] = Flag(name, values)
    return None


def carry_by_count(w: Writer, name: str, _: tuple[str, str]) -> None:
    """A number that branches raise."""
    w.line(f"{name} = 0")
    for _round in range(2):
        with w.block(f"if {single_test(w)}:"):
            w.line(f"{name} += 1")
    w.scope.flags[name] = Flag(name, ("0", "1", "2"))
