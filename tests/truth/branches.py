"""Statements with blocks: `if`, `match`, `try`, `with` and loops."""

from __future__ import annotations

from collections.abc import Callable

from tests.truth import parts
from tests.truth.conditions import single_test, test_of
from tests.truth.expressions import fresh_dict, status
from tests.truth.statements import hand_out
from tests.truth.writer import Flag, Scope, Writer

Inside = Callable[[Writer], None]


def some(w: Writer) -> None:
    """Fill a block with statements."""
    w.fill(3)


def guard(w: Writer) -> None:
    """`if a: return ...`."""
    with w.block(f"if {header_test(w)}:"):
        if w.likely(0.25):
            w.fill(1)
        if w.scope.open and w.scope.jumps:
            hand_out(w)


def header_test(w: Writer) -> str:
    """Write the test of an `if`, sometimes with a name for its answer."""
    test = test_of(w)
    if not w.likely(0.05):
        return test
    name = w.name("sure")
    w.scope.flags[name] = Flag(name, ("True", "False"))
    return f"({name} := bool({test}))"


def conditional(w: Writer) -> None:
    """`if`, perhaps with `elif` and `else`, of random statements."""
    branch(w, some)


def assign_each_way(w: Writer) -> None:
    """`if` with an `else`, each of which gives the same name a value."""
    name, kind = w.name(), w.weighted([(3, "dict"), (1, "status")])

    def inside(w: Writer) -> None:
        if w.likely(0.3):
            w.fill(1)
        if w.scope.open:
            value = fresh_dict(w) if kind == "dict" else status(w, w.pick(["success", "error"]))
            w.line(f"{name} = {value}")
            w.bind(name, kind)

    w.weighted([(4, branch_fully), (1, match_of_flag), (2, attempt_each_way)])(w, inside)


def branch(w: Writer, inside: Inside) -> None:
    """Write an `if` with blocks so filled."""
    with_else = w.likely(0.5)
    if_chain(w, inside, w.weighted([(6, 0), (3, 1), (1, 2)]), with_else=with_else)


def branch_fully(w: Writer, inside: Inside) -> None:
    """Write an `if` with an `else`."""
    if_chain(w, inside, w.weighted([(4, 0), (2, 1)]), with_else=True)


def if_chain(w: Writer, inside: Inside, elifs: int, *, with_else: bool) -> None:
    """Write an `if` with so many `elif`."""
    tests = [f"if {header_test(w)}:", *(f"elif {test_of(w)}:" for _ in range(elifs))]
    ends = [] if with_else else [w.scope.copy()]
    for header in [*tests, *(["else:"] if with_else else [])]:
        with w.block(header) as end:
            inside(w)
        ends.append(end)
    w.join(ends)


def match(w: Writer) -> None:
    """`match` of random statements, on a flag, on two, or on a result so far."""
    if w.bound("dict") and w.likely(0.2):
        match_of_result(w)
    elif w.likely(0.12):
        match_of_pair(w)
    else:
        match_of_flag(w, some)


def cases(w: Writer, header: str, patterns: list[str], inside: Inside) -> None:
    """Write a `match` with these cases; the last is taken to catch the rest if it is `_` or a name."""
    catches_all = patterns[-1] in ("_", "other")
    ends = [] if catches_all else [w.scope.copy()]
    w.line(header)
    w.indent += 1
    for pattern in patterns:
        with w.block(f"case {pattern}:") as end:
            inside(w)
        ends.append(end)
    w.indent -= 1
    w.join(ends)


def match_of_flag(w: Writer, inside: Inside) -> None:
    """Write a `match` on one flag, with a case for each value or not."""
    flag = w.flag()
    if flag is None or flag.values == ("-1", "0", "1", "2"):
        return branch_fully(w, inside)
    patterns = [value for value in flag.values if value != '""']
    w.chance.shuffle(patterns)
    if inside is some and w.likely(0.35):
        patterns = patterns[:-1]
    if w.likely(0.15):
        patterns[0] = f'{patterns[0]} | "van"'
    if w.likely(0.1):
        patterns.insert(0, f"{patterns[0]} if {single_test(w)}")
    if len(patterns) < 2 or inside is not some or w.likely(0.5):
        patterns.append(w.pick(["_", "_", "other"]))
    return cases(w, f"match {flag.name}:", patterns, inside)


def match_of_pair(w: Writer) -> None:
    """Write a `match` on two flags at once."""
    one, two = single_test(w), single_test(w)
    patterns = ["(True, True)", "(True, False)", "(False, True)", "(False, _)", "(_, True)", "[True, _]"]
    chosen = [w.pick(patterns) for _ in range(w.chance.randint(1, 2))]
    cases(w, f"match (bool({one}), bool({two})):", [*chosen, *(["_"] if w.likely(0.6) else [])], some)


def match_of_result(w: Writer) -> None:
    """Write a `match` on a result so far."""
    patterns = [
        '{"status": "success"}',
        '{"status": "error", "message": _}',
        '{"status": "error"}',
        '{"data": _}',
        "{}",
        "dict()",
    ]
    chosen = [
        w.pick(patterns[:4]),
        *([w.pick(patterns)] if w.likely(0.4) else []),
        *(["_"] if w.likely(0.5) else []),
    ]
    cases(w, f"match {w.pick(w.bound('dict'))}:", chosen, some)


def attempt(w: Writer) -> None:
    """`try` of random statements."""
    if w.likely(0.1):
        return attempt_group(w)
    return write_try(w, some, handlers=w.weighted([(1, 0), (6, 1), (3, 2)]))


def attempt_each_way(w: Writer, inside: Inside) -> None:
    """Write a `try` with handlers so filled."""
    write_try(w, inside, handlers=w.weighted([(3, 1), (1, 2)]))


def write_try(w: Writer, inside: Inside, handlers: int) -> None:
    """Write a `try` with so many handlers; with none it has a `finally`."""
    before = w.scope.copy()
    with w.block("try:") as body:
        body.guarded = handlers > 0 or w.scope.guarded
        if inside is not some:
            risk(w)
        inside(w)
    ends = [body]
    for kind in handled_kinds(w, handlers):
        ends.append(handler(w, kind, before, inside))
    if handlers and w.likely(0.25):
        w.scope, outer = body.copy(), w.scope
        with w.block("else:") as orelse:
            w.fill(2)
        w.scope = outer
        ends[0] = orelse
    if not handlers or w.likely(0.2):
        last(w, before)
    w.join(ends)


def handled_kinds(w: Writer, number: int) -> list[str]:
    """Choose what the handlers take, each once, the widest last."""
    kinds: list[str] = []
    for _ in range(number):
        kind = w.pick(parts.HANDLED)
        if kind not in kinds:
            kinds.append(parts.exception(w, kind))
    if w.likely(0.07) and kinds:
        kinds[-1] = ""
    return sorted(kinds, key=lambda kind: kind in ("Exception", ""))


def risk(w: Writer) -> None:
    """Write something that may raise."""
    w.line(f"{parts.raiser(w)}({single_test(w)})")


def handler(w: Writer, kind: str, before: Scope, inside: Inside) -> Scope:
    """Write one handler; gives the scope at its end."""
    named = bool(kind) and w.likely(0.25)
    header = f"except {kind} as error:" if named else f"except {kind}".rstrip() + ":"
    outer, w.scope = w.scope, before.copy()
    with w.block(header) as end:
        end.guarded = outer.guarded
        if w.likely(0.1):
            w.line(w.pick(["raise", *(["raise RuntimeError from error", "raise error"] if named else [])]))
            w.close()
        else:
            if named and w.likely(0.3) and w.bound("dict"):
                w.line(f'{w.pick(w.bound("dict"))}["message"] = str(error)')
            inside(w)
    w.scope = outer
    return end


def last(w: Writer, before: Scope) -> None:
    """Write a `finally`, which mostly changes something and sometimes jumps."""
    outer, w.scope = w.scope, before.copy()
    with w.block("finally:"):
        if w.likely(0.25) and w.scope.jumps:
            with_test = w.likely(0.5)
            jump = ["break", "continue"] if w.scope.loop and w.likely(0.5) else []
            body = w.pick(jump) if jump else f"return {w.grammar.value(w)}"
            w.line(f"if {test_of(w)}:\n    {body}" if with_test else body)
        else:
            w.fill(1)
    w.scope = outer


def attempt_group(w: Writer) -> None:
    """Write a `try` with `except*`, whose blocks have no jumps."""
    before = w.scope.copy()
    with w.block("try:") as body:
        body.guarded = True
        risk(w)
        w.fill(2)
    with w.block(f"except* {parts.exception(w, w.pick(['ValueError', 'KeyError', 'Refused', 'Exception']))}:") as end:
        end.jumps = end.loop = False
        w.fill(2)
    w.join([body if body.open else before, before])


def within(w: Writer) -> None:
    """`with` of random statements, by a manager that takes exceptions up or not."""
    takes = parts.exception(w, w.pick(parts.HANDLED)) if w.likely(0.55) else ""
    before = w.scope.copy()
    if w.scope.awaits and not takes and w.likely(0.15):
        header = f"async with {parts.async_manager(w)}:"
    else:
        more = f", {parts.manager(w, '')}" if w.likely(0.1) else ""
        header = f"with {parts.manager(w, takes)}{w.pick([' as held', '', ''])}{more}:"
    with w.block(header) as inside:
        inside.guarded = bool(takes) or w.scope.guarded
        if takes and w.likely(0.6):
            risk(w)
        w.fill(3)
    w.join([inside, before] if takes else [inside])
