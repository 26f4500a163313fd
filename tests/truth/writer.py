"""The state of a function that is being written: its text, what its names hold, which flags are left."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

T = TypeVar("T")
FAULTS = ("not_dict", "no_status", "bad_status", "no_message")
WORDS = ("reply", "answer", "outcome", "report", "found", "entry", "note", "card", "offer", "quote")


@dataclass(frozen=True, slots=True)
class Flag:
    """A name that decides branches.

    Attributes:
        name: The parameter or variable.
        values: Every value it can have, as source text.
    """

    name: str
    values: tuple[str, ...]

    @property
    def is_bool(self) -> bool:
        return set(self.values) <= {"True", "False"}


@dataclass(slots=True)
class Scope:
    """What is certain at a point of the function.

    Attributes:
        kinds: Bound names by what they hold: "dict", "chance" (a dict or None), "any",
            "status", "text".
        flags: The flags that are bound here, by name.
        fixed: Names that may be read and mutated, not bound again (a closure's).
        loop: Whether `break` and `continue` have a loop to act on.
        jumps: Whether `return`, `break` and `continue` are allowed (not in `except*`).
        guarded: Whether a `try` or `with` around takes up what is raised.
        awaits: Whether `await` is allowed.
        open: Whether control can get here.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    flags: dict[str, Flag] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    loop: bool = False
    jumps: bool = True
    guarded: bool = False
    awaits: bool = True
    open: bool = True

    def copy(self) -> Scope:
        """Take a copy that can change on its own."""
        return replace(self, kinds=dict(self.kinds), flags=dict(self.flags))


@dataclass(frozen=True, slots=True)
class Grammar:
    """The two productions that all others lead back to.

    Attributes:
        statement: Writes one statement of any kind.
        value: Gives the expression of something to return.
    """

    statement: Callable[[Writer], None]
    value: Callable[[Writer], str]


class Writer:
    """Writes statements from one source of chance.

    Attributes:
        grammar: What can stand for a statement and for a returned value.
        chance: The only source of randomness, so that a seed gives the same text everywhere.
        again: Whether a flag may be tested more than once.
        faults: The kinds of wrong results that this function may hand out.
        compound: The statements with blocks, by how often this function is to have them.
        reuse: How likely a value goes to a name that holds one of its kind already.
        module: Definitions that stand above the function, by name.
    """

    def __init__(self, chance: random.Random, grammar: Grammar, *, again: bool) -> None:
        self.chance = chance
        self.grammar = grammar
        self.again = again
        self.faults = [fault for fault in FAULTS if chance.random() < 0.75]
        self.compound: list[tuple[int, Callable[[Writer], None]]] = []
        self.reuse = self.pick([0.4, 0.6, 0.9])
        self.module: dict[str, str] = {}
        self.lines: list[str] = []
        self.indent = 0
        self.depth = 0
        self.scope = Scope()
        self.room = 0
        self.spent: set[str] = set()
        self._names = 0

    def likely(self, probability: float) -> bool:
        """Toss a coin."""
        return self.chance.random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        """Take one of the choices."""
        return self.chance.choice(choices)

    def weighted(self, table: Sequence[tuple[int, T]]) -> T:
        """Take one entry of a table of weights."""
        return self.chance.choices([entry for _, entry in table], [weight for weight, _ in table])[0]

    def line(self, text: str) -> None:
        """Write one line (or several, with their own inner indentation) at the current indentation."""
        for part in text.splitlines():
            self.lines.append("    " * self.indent + part)
            self.room -= 1

    def name(self, word: str = "") -> str:
        """Make a name that is used nowhere yet."""
        self._names += 1
        return f"{word or self.pick(WORDS)}_{self._names}"

    def bind(self, name: str, kind: str) -> str:
        """Note that a name now holds a value of a kind."""
        self.scope.kinds[name] = kind
        return name

    def bound(self, kind: str) -> list[str]:
        """List the names that hold a kind of value for certain."""
        return [name for name, held in self.scope.kinds.items() if held == kind]

    def target(self, kind: str) -> str:
        """Choose the name to assign to: one that holds this kind of value already, or a new one."""
        old = [name for name in self.bound(kind) if name not in self.scope.fixed]
        return self.pick(old) if old and self.likely(self.reuse) else self.name()

    def flags_left(self) -> list[Flag]:
        """List the flags that may be tested here: the unused ones where each is tested once."""
        return [flag for flag in self.scope.flags.values() if self.again or flag.name not in self.spent]

    def flag(self) -> Flag | None:
        """Choose a flag to test."""
        flags = self.flags_left()
        if not flags:
            return None
        flag = self.pick(flags)
        self.spent.add(flag.name)
        return flag

    def fill(self, most: int) -> None:
        """Write one statement or more, hardly ever any behind one that control does not get past."""
        for _ in range(self.chance.randint(1, most)):
            if not self.scope.open and not self.likely(0.04):
                return
            self.grammar.statement(self)

    def close(self) -> None:
        """Note that control does not get past the last statement."""
        self.scope.open = False

    @contextmanager
    def block(self, header: str) -> Iterator[Scope]:
        """Write a header and, indented below, what is written inside; gives the scope inside."""
        outer = self.scope
        self.line(header)
        self.indent += 1
        self.depth += 1
        self.scope = inner = outer.copy()
        before = len(self.lines)
        yield inner
        if len(self.lines) == before:
            self.line("pass")
        self.scope = outer
        self.indent -= 1
        self.depth -= 1

    def join(self, ends: Iterable[Scope]) -> None:
        """Go on after branches that ended so: what is certain is what all open ends agree on."""
        reached = [end for end in ends if end.open]
        self.scope.open = bool(reached)
        if not reached:
            return
        first, *others = reached
        self.scope.kinds = {
            name: kind for name, kind in first.kinds.items() if all(end.kinds.get(name) == kind for end in others)
        }
        self.scope.flags = {
            name: flag for name, flag in first.flags.items() if all(end.flags.get(name) == flag for end in others)
        }

    @contextmanager
    def elsewhere(self, scope: Scope, indent: int = 0) -> Iterator[list[str]]:
        """Write into a text of its own (a helper's body); gives its lines."""
        before = self.lines, self.indent, self.scope, self.room, self.depth
        self.lines, self.indent, self.scope, self.room, self.depth = [], indent, scope, 8, 2
        yield self.lines
        self.lines, self.indent, self.scope, self.room, self.depth = before
