"""Traits: yes/no questions about functions, methods, attributes and classes, answered by lists of names."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import cache
from typing import Literal, get_args

Trait = Literal[
    "accepts-its-type",
    "calls-back",
    "collects",
    "constructs",
    "copies",
    "describes",
    "drops",
    "is-plain",
    "keeps",
    "logs",
    "looks",
    "mutates",
    "never-raises",
    "peeks",
    "pure",
    "quotes",
    "removes",
    "shows",
    "splits",
    "stores",
    "tells",
]
TRAITS: tuple[Trait, ...] = get_args(Trait)

# Each is said of a function, or of a method of a class; "its object" is what a method is called on.
MEANINGS: Mapping[Trait, str] = {
    "accepts-its-type": "raises nothing when its object and arguments are of the types that it is for",
    "calls-back": "calls a function that it is handed later, and drops the result",
    "collects": "puts an argument, or the elements of one, into its object",
    "constructs": "makes a value of its arguments alone, like the class it belongs to",
    "copies": "makes a collection of the elements of its argument",
    "describes": "is an attribute of an exception that says in words what went wrong",
    "drops": "takes elements out of its object, and returns none of them",
    "is-plain": "is true only of texts without characters that mean something in a URL",
    "keeps": "makes another form of its object or argument, with the same content",
    "logs": "writes to a log",
    "looks": "keeps none of its arguments, and hands none on",
    "mutates": "changes its object",
    "never-raises": "raises nothing, and leaves its arguments as they are",
    "peeks": "asks a task for something, and neither keeps it nor waits for it",
    "pure": "depends on its object and arguments alone, changes neither, and makes little of little",
    "quotes": "makes a text in which no character means anything to who reads it",
    "removes": "takes elements out of its object",
    "shows": "makes a text of its argument",
    "splits": "makes parts of a text",
    "stores": "puts an argument into its object",
    "tells": "answers a question about its object or argument, and contains none of it",
}
# What has a narrower trait has the wider one as well.
_NARROWER: Mapping[Trait, tuple[Trait, ...]] = {
    "accepts-its-type": ("never-raises",),
    "collects": ("stores",),
    "looks": ("shows", "tells"),
    "mutates": ("collects", "removes"),
    "removes": ("drops",),
}


class Traits:
    """The names that have each trait, read when the trait is asked for."""

    def __init__(self, table: Mapping[str, Iterable[str]], types: Container[str]) -> None:
        self._table = table
        self._types = types
        self.names = cache(self._names)
        self.members = cache(self._members)

    def _names(self, trait: Trait) -> frozenset[str]:
        return frozenset(self._table.get(trait, ())).union(*map(self.names, _NARROWER.get(trait, ())))

    def _members(self, trait: Trait) -> frozenset[str]:
        parted = (name.rpartition(".") for name in self.names(trait))
        return frozenset(member for owner, _, member in parted if self._is_class(owner) and member != "*")

    def _is_class(self, name: str) -> bool:
        return name in self._types or name.rpartition(".")[2][:1].isupper()


def united(tables: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, list[str]]:
    """The names of each trait in any of several tables."""
    names: dict[str, set[str]] = {}
    for table in tables:
        for trait, those in table.items():
            names.setdefault(trait, set()).update(those)
    return {trait: sorted(those) for trait, those in names.items()}
