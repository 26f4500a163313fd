"""Names that lead out of an object, looked for in the compiled code: no spelling of the text hides them there."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType

from flake8_incall.catalogue import Policy

# Of the attributes that the policy refuses on whatever object, those that no author gives to a class of their own.
_FRAMES = frozenset({"ag_frame", "cr_frame", "f_back", "f_builtins", "f_globals", "gi_frame", "mro", "tb_frame"})


def leads_inside(name: str, policy: Policy) -> bool:
    """Whether an attribute leads from any object to what is behind it."""
    if name in _FRAMES:
        return True
    is_dunder = name.startswith("__") and name.endswith("__")
    return is_dunder and name not in policy.dunders and name not in policy.methods


def inside_names(code: CodeType, policy: Policy) -> Iterator[tuple[str, int]]:
    """The attributes in a code object, and in those inside it, that lead inside objects.

    Yields:
        The name, and the line in which it is asked for, or 0.
    """
    pending = [code]
    while pending:
        current = pending.pop()
        pending.extend(constant for constant in current.co_consts if isinstance(constant, CodeType))
        line, before = 0, None
        for instruction in dis.get_instructions(current):
            positions = instruction.positions
            line = (positions.lineno if positions else None) or line
            for name in _asked_for(instruction, before):
                if leads_inside(name, policy):
                    yield name, line
            before = instruction


def _asked_for(instruction: dis.Instruction, before: dis.Instruction | None) -> tuple[str, ...]:
    """The attributes that an instruction asks an object for."""
    name = instruction.opname
    if (name.endswith("_ATTR") or name == "LOAD_METHOD") and isinstance(instruction.argval, str):
        return (instruction.argval,)
    if name == "MATCH_CLASS" and before is not None and isinstance(before.argval, tuple):
        return before.argval
    return ()
