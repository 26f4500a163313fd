"""What is dangerous in in-call code, as the rules are told of it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

from flake8_incall.catalogue import Effect
from flake8_incall.model.reach import Unit

# What the catalogue calls an effect; certificates that are not checked; what is of `os` and works on text alone.
Harm = Effect | Literal["insecure", "text"]


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


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A module that is not to be imported next to in-call functions.

    Attributes:
        module: The module, without what is inside it.
        effect: Why.
    """

    module: str
    effect: Effect
