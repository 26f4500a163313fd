"""Measures what the guard's audit hook costs the rest of its process: opening a file, far from guarded code.

Prints JSON: by the number of frames on the stack, microseconds of CPU without the hook and with it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable

from flake8_incall.runtime.guard import Guard

ROUNDS, TIMES = 20, 500
DEPTHS = (10, 40)


def open_and_close() -> None:
    """The least that the hook has to judge."""
    os.close(os.open(os.devnull, os.O_RDONLY))


def at_depth(depth: int, work: Callable[[], float]) -> float:
    """Do something under so many frames: the hook looks at each."""
    return work() if depth == 0 else at_depth(depth - 1, work)


def microseconds() -> float:
    """CPU for one time: the least of many rounds."""
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(TIMES):
            open_and_close()
        taken.append(time.process_time() - start)
    return min(taken) / TIMES * 1e6


def measure() -> dict[int, tuple[float, float]]:
    """Open a file at some depths, before there is a guard and after."""
    without = [at_depth(depth, microseconds) for depth in DEPTHS]
    Guard()
    guarded = [at_depth(depth, microseconds) for depth in DEPTHS]
    return dict(zip(DEPTHS, zip(without, guarded, strict=True), strict=True))


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
