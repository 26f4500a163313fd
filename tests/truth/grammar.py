"""Random in-call functions: documented and typed as the contract asks, their results left to chance."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.truth import branches, conditions, idioms, loops, statements
from tests.truth.execution import EndlessError, truth_of
from tests.truth.writer import Flag, Grammar, Scope, Writer

Production = Callable[[Writer], None]

SIMPLE: list[tuple[int, Production]] = [
    (10, statements.make),
    (16, statements.mutate),
    (4, statements.repair),
    (5, statements.share),
    (5, statements.may_lack),
    (3, statements.call_helper),
    (5, statements.name_status),
    (2, statements.name_text),
    (3, statements.quiet_line),
    (6, statements.stop),
    (1, statements.reassign_flag),
    (1, statements.lose),
    (1, statements.odd_value),
    (6, conditions.carry),
]
BRANCHES: list[tuple[int, Production]] = [
    (16, branches.guard),
    (14, branches.conditional),
    (8, branches.assign_each_way),
    (10, branches.match),
    (6, idioms.default_first),
    (5, idioms.in_turn),
    (3, idioms.lookup),
    (3, idioms.gather),
]
LOOPS: list[tuple[int, Production]] = [
    (8, loops.for_loop),
    (2, loops.key_loop),
    (9, loops.while_loop),
    (3, idioms.search),
]
HANDLERS: list[tuple[int, Production]] = [
    (17, branches.attempt),
    (8, branches.within),
    (4, idioms.retry),
]
FUNCTIONS: list[tuple[int, Production]] = [(9, loops.inner), (4, statements.call_helper)]
TOPICS = (BRANCHES, LOOPS, HANDLERS, FUNCTIONS)
BIASES = ((1, 1, 1, 1), (1, 1, 1, 1), (1, 6, 1, 1), (1, 1, 6, 1), (6, 1, 1, 1), (1, 4, 4, 0), (1, 1, 1, 5))
"""How much more often than otherwise a function has statements of each topic: one line is chosen for it."""
PARAMETERS = ("urgent", "known", "paid", "open_now", "repeat", "member", "late", "gift")


def statement(w: Writer) -> None:
    """Write one statement of any kind."""
    if w.room > 0 and w.depth < 4 and w.likely(0.5 if w.flags_left() else 0.12):
        return w.weighted(w.compound)(w)
    if w.scope.jumps and w.depth and w.likely(0.15):
        return jump(w)
    return w.weighted(SIMPLE)(w)


def jump(w: Writer) -> None:
    """Write a statement that ends its block."""
    if w.scope.loop and w.likely(0.5):
        w.line(w.pick(["break", "continue"]))
        return w.close()
    return statements.hand_out(w)


def generate(seed: int, *, again: bool) -> str:
    """Write a module with one in-call function; the same seed gives the same text.

    Args:
        seed: What chance starts from.
        again: Whether flags may be tested more than once.
    """
    chance = random.Random(f"{seed} {again}")
    while True:
        source = _module(Writer(chance, Grammar(statement, statements.result_value), again=again))
        try:
            truth = truth_of(source)
        except EndlessError:
            continue
        if truth.codes or truth.returns:
            return source


def _module(w: Writer) -> str:
    flags = _flags(w)
    w.scope = Scope(flags={flag.name: flag for flag, _ in flags})
    w.indent, w.room = 1, w.pick([8, 14, 22, 30])
    bias = w.pick(BIASES)
    w.compound = [(n * factor, p) for factor, topic in zip(bias, TOPICS, strict=True) for n, p in topic]
    w.fill(5)
    while w.scope.open and w.room > 5 and w.likely(0.6):
        w.fill(3)
    if w.scope.open and w.likely(0.8):
        statements.hand_out(w)
    head = ["from typing import Literal", "", "from livekit.agents import RunContext"]
    parts = ["\n".join(head), *w.module.values(), "\n".join([*_signature(flags), *w.lines])]
    return "\n\n\n".join(parts) + "\n"


def _flags(w: Writer) -> list[tuple[Flag, str]]:
    names = PARAMETERS[: w.chance.randint(2, 4) if w.again else w.chance.randint(3, 8)]
    kinds = [
        (14, (("True", "False"), "bool")),
        (2, (('"car"', '"home"'), 'Literal["car", "home"]')),
        (1, (('"low"', '"mid"', '"high"'), 'Literal["low", "mid", "high"]')),
        (1, (("-1", "0", "1", "2"), "int")),
        (1, (("None", '"text"'), "str | None")),
    ]
    flags = []
    for name in names:
        values, annotation = w.weighted(kinds)
        flags.append((Flag(name, values), annotation))
    return flags


def _signature(flags: list[tuple[Flag, str]]) -> list[str]:
    parameters = "".join(f", {flag.name}: {annotation}" for flag, annotation in flags)
    described = [f"        {flag.name}: Whether the order is {flag.name}" for flag, _ in flags]
    return [
        f"async def look_up_order(ctx: RunContext{parameters}) -> dict:",
        '    """Look up an order when the caller asks for it.',
        "",
        "    Args:",
        *described,
        "",
        "    Returns:",
        '        dict: {status: "success" | "error", message: str}',
        '    """',
    ]
