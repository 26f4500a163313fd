"""The process that checks: it reads requests from standard input, and writes answers to standard output.

Both are pickles behind their length; only the server writes to it and reads from it.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
from typing import BinaryIO

from flake8_incall.server.judging import Judging

LENGTH = struct.Struct("!Q")


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more.

    A request is the name of a method of `Judging` with its arguments. An answer says whether it went well, and has
    the result, or what went wrong.
    """
    judging = Judging()
    while header := requests.read(LENGTH.size):
        data = requests.read(*LENGTH.unpack(header))
        name, arguments = pickle.loads(data)  # noqa: S301  from the process that has started this one
        try:
            answer = (True, getattr(judging, name)(*arguments))
        except Exception as error:  # A fault on one document must not cost all others.
            answer = (False, " ".join(f"{type(error).__name__} {error}".split()))
        write(answers, answer)


def write(stream: BinaryIO, message: object) -> None:
    """Write a message behind its length."""
    data = pickle.dumps(message)
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def main() -> None:
    """Serve the process that has started this one."""
    # The server hears of Ctrl-C, and ends this process by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What is printed by accident must not stand between answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
