"""Loops that end by themselves, and functions inside the function."""

from __future__ import annotations

from tests.truth.conditions import single_test, test_of
from tests.truth.expressions import dict_goal, display, fresh_dict, message, pairs_of, status
from tests.truth.statements import hand_out
from tests.truth.writer import Flag, Scope, Writer

ROUNDS: list[tuple[str, tuple[str, ...]]] = [
    ('("car", "home")', ('"car"', '"home"')),
    ('["low", "high"]', ('"low"', '"high"')),
    ("(1, 2, 3)", ("1", "2", "3")),
    ("range(3)", ("0", "1", "2")),
    ("range(1, 3)", ("1", "2")),
    ("()", ("1", "2")),
    ("[]", ("1", "2")),
    ("range(0)", ("0", "1")),
    ('("only",)', ('"only"', '"other"')),
    ('"ab"', ('"a"', '"b"')),
    ("KINDS", ('"car"', '"van"')),
    ('{"x": 1, "y": 2}', ('"x"', '"y"')),
]


def loop_body(w: Writer, inside: Scope) -> None:
    """Fill the body of a loop, mostly with a way out of it or on to the next round."""
    inside.loop = True
    w.fill(2)
    if w.scope.open and w.scope.jumps and w.likely(0.6):
        with w.block(f"if {test_of(w)}:"):
            way_out(w)
    if w.scope.open and w.likely(0.4):
        w.fill(1)


def way_out(w: Writer) -> None:
    """`break`, `continue` or `return`."""
    if w.likely(0.25):
        hand_out(w)
    else:
        w.line(w.weighted([(3, "break"), (2, "continue")]))
        w.close()


def loop_else(w: Writer) -> None:
    """Perhaps an `else` of the loop."""
    if w.likely(0.35):
        with w.block("else:"):
            w.fill(2)


def for_loop(w: Writer) -> None:
    """`for` over constants."""
    text, values = w.pick(ROUNDS)
    if text == "KINDS":
        w.module["KINDS"] = 'KINDS = ("car", "van")'
    name = w.name("item")
    if w.likely(0.1):
        header = f"for index, {name} in enumerate({text}):"
    elif w.scope.awaits and w.likely(0.05):
        w.module["each"] = "async def each(values):\n    for value in values:\n        yield value"
        header = f"async for {name} in each({text}):"
    else:
        header = f"for {name} in {text}:"
    with w.block(header) as inside:
        inside.flags[name] = Flag(name, values)
        loop_body(w, inside)
    loop_else(w)


def key_loop(w: Writer) -> None:
    """A result that a loop fills."""
    names = w.bound("dict")
    if not names:
        return for_loop(w)
    forms = [
        "for key, value in {1}.items():\n    {0}[key] = value",
        'for key in ("status", "message"):\n    {0}[key] = "error"',
        'for key in ("status", "message"):\n    {0}.setdefault(key, "error")',
        'for key in list({0}):\n    if key == "message":\n        {0}.pop(key)',
        'for key in ("message", "count"):\n    {0}.pop(key, None)',
        'for part in ({1}, {{"data": 1}}):\n    {0}.update(part)',
    ]
    return w.line(w.pick(forms).format(w.pick(names), display(pairs_of(w, dict_goal(w)))))


def while_loop(w: Writer) -> None:
    """`while` with an end."""
    w.weighted([(3, counting), (3, endless), (3, while_flag)])(w)


def counting(w: Writer) -> None:
    """`while tries < 2: tries += 1 ...`."""
    name = w.name("tries")
    w.line(f"{name} = 0")
    with w.block(f"while {name} < {w.pick([2, 2, 3, 0])}:") as inside:
        w.line(f"{name} += 1")
        loop_body(w, inside)
    loop_else(w)


def endless(w: Writer) -> None:
    """`while True: ...`, left in the first round, or after some."""
    name = w.name("round")
    counted = w.likely(0.4)
    if counted:
        w.line(f"{name} = 0")
    with w.block("while True:") as inside:
        inside.loop = True
        if counted:
            w.line(f"{name} += 1\nif {name} > 2:\n    break")
        if w.likely(0.6) and w.scope.jumps:
            with w.block(f"if {test_of(w)}:"):
                hand_out(w)
        w.fill(2)
        if w.scope.open and not counted:
            w.line("break")


def while_flag(w: Writer) -> None:
    """`while a: ...`, left in the first round, or by a change of its own flag."""
    name = w.name("waiting")
    w.line(f"{name} = {w.pick(['True', f'bool({single_test(w)})', f'bool({single_test(w)})'])}")
    with w.block(f"while {name}:") as inside:
        w.line(f"{name} = False")
        loop_body(w, inside)
    loop_else(w)


def inner(w: Writer) -> None:
    """A function inside the function, and its use."""
    w.weighted([(4, inner_builder), (3, inner_change), (2, inner_random), (2, inner_lambda), (3, inner_nonlocal)])(w)


def inner_builder(w: Writer) -> None:
    """A closure that makes a result of what it is given."""
    name, result = w.name("build"), w.name()
    wanted = dict_goal(w)
    pairs = [("status", "status"), *(pair for pair in pairs_of(w, wanted) if pair[0] != "status")]
    value = status(w, wanted if wanted != "no_status" else "success")
    w.line(f"def {name}(status):\n    return {display(pairs)}")
    w.line(f"{result} = {name}({value})")
    w.bind(result, "dict")


def inner_change(w: Writer) -> None:
    """A closure that changes a result of the function."""
    names = w.bound("dict")
    if not names:
        return inner_builder(w)
    name = w.name("amend")
    key, value = w.pick(pairs_of(w, dict_goal(w)) or [("data", "1")])
    form = w.pick(['{0}["{1}"] = {2}', "{0}.update({1}={2})", '{0}.pop("{1}", None)', '{0}.setdefault("{1}", {2})'])
    w.line(f"def {name}():\n    {form.format(w.pick(names), key, value)}")
    if w.likely(0.4):
        return w.line(f"if {test_of(w)}:\n    {name}()")
    return w.line(f"{name}()") if w.likely(0.85) else None


def inner_random(w: Writer) -> None:
    """A closure of random statements, whose result may be handed out."""
    if w.depth > 1:
        return inner_lambda(w)
    name, result = w.name("settle"), w.name()
    outer = w.scope
    held = frozenset([*outer.kinds, *outer.flags])
    scope = Scope(kinds=dict(outer.kinds), flags=dict(outer.flags), fixed=held, awaits=False)
    with w.elsewhere(scope, indent=1) as body:
        w.fill(2)
        if w.scope.open and w.likely(0.85):
            w.line(f"return {w.grammar.value(w)}")
    w.line(f"def {name}():\n" + "\n".join(body or ["    pass"]))
    w.line(f"{result} = {name}()")
    w.bind(result, "any")
    return None


def inner_lambda(w: Writer) -> None:
    """A lambda that makes a result."""
    name, result = w.name("build"), w.name()
    if w.likely(0.5):
        w.line(f"{name} = lambda: {fresh_dict(w)}\n{result} = {name}()")
    else:
        w.line(f'{name} = lambda message: {{"status": "error", "message": message}}')
        w.line(f"{result} = {name}({message(w)})")
    w.bind(result, "dict")


def inner_nonlocal(w: Writer) -> None:
    """A closure that gives a variable of the function another value."""
    names = [name for name in w.bound("status") if name not in w.scope.fixed]
    if w.depth > 1:
        return inner_lambda(w)
    name, held = w.name("decide"), w.pick(names) if names else w.name("state")
    if not names:
        w.line(f"{held} = {status(w, 'success')}")
        w.bind(held, "status")
    w.line(f"def {name}():\n    nonlocal {held}\n    {held} = {status(w, w.pick(['success', 'error']))}")
    return w.line(f"if {test_of(w)}:\n    {name}()" if w.likely(0.5) else f"{name}()")
