"""What is dangerous in in-call code, as the rules are told of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from flake8_incall.catalogue import Effect
from flake8_incall.model.calls.reach import Unit

# What the catalogue calls an effect; certificates, signatures and host keys that are not checked; what is of `os` and
# works on text alone.
Harm = Effect | Literal["insecure", "unverified", "text"]


@dataclass(frozen=True, slots=True)
class Danger:
    """Something dangerous that in-call code mentions.

    Attributes:
        harm: What it does.
        at: Where it is mentioned.
        name: What it is, as its readers know it: `os.system`.
        unit: The piece of code that it stands in.
        twin: What to use instead, or `""`.
        note: A word to who meets it, or `""`.
    """

    harm: Harm
    at: ast.AST
    name: str
    unit: Unit
    twin: str = ""
    note: str = ""

    def fields(self, advice: str) -> dict[str, str]:
        """What a message says of it: what it is, where it is, and what to do.

        Args:
            advice: What to do where the catalogue knows nothing better.
        """
        where = self.unit.function.reached(is_own=self.unit.is_own)
        if self.twin:
            is_name = self.twin.replace(".", "").isidentifier()
            return {
                "name": self.name,
                "where": where,
                "advice": f"use `{self.twin}`" if is_name else f"use {self.twin}",
            }
        return {"name": self.name, "where": where, "advice": self.note or advice}
