"""Worst-case durations of waits, alone, in turn and at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

# A line with more reasons than these is not read.
_MOST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Wait:
    """The worst-case duration of a wait.

    Attributes:
        seconds: What its timeouts, attempts and sleeps come to, each timeout counted once; `None` where there is no
            end to it or it is not known.
        bound: The seconds after which it is over for certain, or `None` where nothing says so.
        is_endless: Whether it has no end.
        because: What it is made of, each a phrase; or the one reason why there are no seconds.
        longest: The seconds of the longest single wait in it.
        phase: The longest timeout in it that limits each phase of a call and not the call.
        unfollowed: What is awaited in it and cannot be followed, each a phrase.
    """

    seconds: float | None = 0.0
    bound: float | None = 0.0
    is_endless: bool = False
    because: tuple[str, ...] = ()
    longest: float = 0.0
    phase: float = 0.0
    unfollowed: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether its timeouts are known and all that it waits for is followed."""
        return self.seconds is not None and not self.unfollowed

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it takes as long as it says, each a phrase."""
        return self.unfollowed if self.seconds is not None and self.unfollowed else self.because

    def __str__(self) -> str:
        reasons = ", then ".join(_shown(self.reasons)) or "it waits for nothing outside"
        if self.is_endless:
            return f"unbounded, because {reasons}"
        if not self.is_known:
            return f"for an unknown time, because {reasons}"
        if self.bound is None:
            return f"up to {self.phase:g} s for each phase, because {reasons}"
        return f"at most {self.bound:g} s, because {reasons}"

    def times(self, number: int) -> Wait:
        """The same, several times in turn."""
        if self.seconds is None:
            return self
        counted = tuple(f"{number} times {part}" for part in self.because)
        bound = None if self.bound is None else self.bound * number
        return replace(self, seconds=self.seconds * number, bound=bound, because=counted)

    def within(self, limit: float, line: int) -> Wait:
        """The same under a limit that ends it."""
        if self.bound is not None and self.bound <= limit:
            return self
        seconds = min(self.seconds or 0.0, limit) if self.is_known else limit
        because = (f"the limit of line {line} takes {limit:g} s",)
        return Wait(seconds, limit, because=because, longest=min(self.longest, limit) or limit)


def _shown(reasons: tuple[str, ...]) -> list[str]:
    """The first of many reasons, and how many more there are."""
    shown = list(dict.fromkeys(reasons))
    more = len(shown) - _MOST_SHOWN
    return shown if more <= 1 else [*shown[:_MOST_SHOWN], f"{more} more"]


def endless(reason: str) -> Wait:
    """A wait without end."""
    return Wait(None, None, is_endless=True, because=(reason,))


def unknown(reason: str) -> Wait:
    """A wait whose length is not known."""
    return Wait(None, None, because=(reason,))


def unfollowed(reason: str) -> Wait:
    """A wait for something that cannot be followed."""
    return Wait(bound=None, unfollowed=(reason,))


def first_unknown(waits: Iterable[Wait]) -> Wait | None:
    """The first of some waits that has no seconds, one without end before one that is not known."""
    without = [wait for wait in waits if wait.seconds is None]
    return min(without, key=lambda wait: not wait.is_endless, default=None)


def in_turn(waits: Iterable[Wait]) -> Wait:
    """Waits one after the other."""
    listed = list(waits)
    without = first_unknown(listed)
    if without is not None:
        return without
    bounds = [wait.bound for wait in listed if wait.bound is not None]
    return Wait(
        seconds=sum(wait.seconds or 0.0 for wait in listed),
        bound=sum(bounds) if len(bounds) == len(listed) else None,
        because=tuple(reason for wait in listed for reason in wait.because),
        longest=max((wait.longest for wait in listed), default=0.0),
        phase=max((wait.phase for wait in listed), default=0.0),
        unfollowed=tuple(reason for wait in listed for reason in wait.unfollowed),
    )


def at_once(waits: Iterable[Wait]) -> Wait:
    """Waits at the same time: the longest counts."""
    listed = list(waits)
    without = first_unknown(listed)
    if without is not None:
        return without
    whole = in_turn(listed)
    longest = max(listed, key=lambda wait: wait.seconds or 0.0)
    bound = None if whole.bound is None else max(wait.bound or 0.0 for wait in listed)
    return replace(whole, seconds=longest.seconds, bound=bound, because=longest.because)
