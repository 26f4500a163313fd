"""Tells a signal that strikes while a function runs from what the function raises itself."""

from __future__ import annotations

import dis
import functools
import signal
import traceback

_RAISE = dis.opmap["RAISE_VARARGS"]


def is_from_signal(error: BaseException) -> bool:
    """Whether Ctrl-C, or the handler that the process has for it or for its end, raised an exception.

    Such a one is meant for the process: LiveKit's worker ends by it when a blocked event loop hears nothing else.
    """
    frames = list(traceback.walk_tb(error.__traceback__))
    handlers = _handlers()
    if any(frame.f_code in handlers for frame, _ in frames):
        return True
    if type(error) is not KeyboardInterrupt or error.__traceback__ is None:
        return False
    # Python's own handler is no Python code: it interrupts where no `raise` stands.
    last = error.__traceback__
    while last.tb_next:
        last = last.tb_next
    return last.tb_frame.f_code.co_code[last.tb_lasti] != _RAISE


def _handlers() -> set[object]:
    """The code of the process's handlers that are written in Python."""
    codes: set[object] = set()
    for number in (signal.SIGINT, signal.SIGTERM):
        handler: object = signal.getsignal(number)
        while isinstance(handler, functools.partial):
            handler = handler.func
        codes.add(getattr(handler, "__code__", None))
    return codes - {None}
