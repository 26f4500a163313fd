"""What code that others wrote can reach while it runs, after the sealed rules of `gate` have let it in.

    guard       executes a checked text, and keeps the log of what was denied to it
    namespace   the builtins that it finds
    facades     what its imports hand out
    inside      names that no text may ask an object for, looked for in the compiled code
    hook        judges what the interpreter does by the frames that ask for it
    events      which events are judged, and who may cause them for a guarded function
    denials     what was denied, where, when and to which function

Neither of these is a sandbox: `flake8-incall explain gate` says what each does not stop.
"""

from __future__ import annotations

from flake8_incall.runtime.guard.denials import Denial, Denied
from flake8_incall.runtime.guard.guard import Guard

__all__ = ["Denial", "Denied", "Guard"]
