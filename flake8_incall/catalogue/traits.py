"""Traits: yes/no questions about functions, methods, attributes and classes, answered by lists of names."""

from __future__ import annotations

import builtins
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from typing import Literal, get_args

Trait = Literal[
    "accepts-its-type",
    "adds-no-field",
    "builds-change",
    "calls-back",
    "calls-no-override",
    "changes-fields",
    "clock",
    "collects",
    "composes",
    "constructs",
    "copies",
    "deletes-files",
    "describes",
    "describes-function",
    "describes-nothing",
    "divides",
    "drops",
    "gets-attribute",
    "gives-attributes",
    "gives-collection",
    "gives-fields",
    "gives-namespace",
    "has-async-steps",
    "has-body",
    "has-elements",
    "has-steps",
    "has-values",
    "is-async-entered-for",
    "is-awaited-for",
    "is-class-of",
    "is-container",
    "is-entered-for",
    "is-enum",
    "is-factory",
    "is-field",
    "is-for-exceptions",
    "is-harmless-alone",
    "is-kept-by-others",
    "is-matched-whole",
    "is-model",
    "is-named-tuple",
    "is-number",
    "is-plain",
    "is-reserved",
    "is-set",
    "is-typed-dict",
    "is-union",
    "is-up-to-others",
    "keeps",
    "keeps-signature",
    "leads-everywhere",
    "logs",
    "looks",
    "looks-inside",
    "looks-inside-in-pattern",
    "makes-accessor",
    "makes-fields",
    "makes-getter",
    "makes-instance",
    "makes-of-mapping",
    "makes-type",
    "mutates",
    "never-raises",
    "never-returns",
    "of-coroutine",
    "of-module",
    "peeks",
    "prints",
    "pure",
    "qualifies",
    "quotes",
    "registers-nothing",
    "removes",
    "runs-on-creation",
    "says-status",
    "selects",
    "shows",
    "splits",
    "stores",
    "swallows",
    "takes-address",
    "takes-statement",
    "tells",
    "traces",
]
TRAITS: tuple[Trait, ...] = get_args(Trait)

# Each is said of a function, or of a method of a class; "its object" is what a method is called on.
MEANINGS: Mapping[Trait, str] = {
    "accepts-its-type": "raises nothing when its object and arguments are of the types that it is for",
    "adds-no-field": "is a class that adds nothing to the fields of those that inherit from it",
    "builds-change": "makes a request of it that changes something",
    "calls-back": "calls a function that it is handed later, and drops the result",
    "calls-no-override": "is a class that calls no method of the classes that inherit from it",
    "changes-fields": "makes another object like its object or first argument, with some other fields",
    "clock": "reads a clock",
    "collects": "puts an argument, or the elements of one, into its object",
    "composes": "puts its arguments into the text or statement that it makes",
    "constructs": "makes a value of its arguments alone, like the class it belongs to",
    "copies": "makes a collection of the elements of its argument",
    "deletes-files": "deletes files or folders",
    "describes": "is an attribute of an exception that says in words what went wrong",
    "describes-function": "is an attribute of a function by which its signature and documentation are read",
    "describes-nothing": "describes no parameter to the model as metadata of `Annotated`",
    "divides": "divides by its second argument",
    "drops": "takes elements out of its object, and returns none of them",
    "gets-attribute": "returns an attribute of its first argument by name",
    "gives-attributes": "makes a dict of the attributes of its argument, with what is in them as it is",
    "gives-collection": "may give a collection that is kept and changed",
    "gives-fields": "makes a dict of the fields of its object or argument",
    "gives-namespace": "leads to names or attributes that are not written down",
    "has-async-steps": "is a generic class of asynchronous iterators over its first argument",
    "has-body": "is an attribute or method of a response that leads to its content",
    "has-elements": "is a generic class of collections of its first argument",
    "has-steps": "is a generic class of iterators over its first argument",
    "has-values": "is a generic class of mappings to its last argument",
    "is-async-entered-for": "is a generic class of asynchronous context managers that give its first argument",
    "is-awaited-for": "is a generic class of awaitables that give its last argument",
    "is-class-of": "is, in an annotation, the class that is its argument",
    "is-container": "is a class whose objects can be asked with `in` for any hashable value",
    "is-entered-for": "is a generic class of context managers that give its first argument",
    "is-enum": "is a class of enumerations of the standard library",
    "is-factory": "makes the default of a field by calling its argument",
    "is-field": "says more of a field, such as its default",
    "is-for-exceptions": "makes a condition that holds for exceptions of the classes that it is handed",
    "is-harmless-alone": "does no harm by itself: what it leads to is judged where it is used",
    "is-kept-by-others": "is a module that other modules have as an attribute",
    "is-matched-whole": "is a class whose one pattern by position stands for the whole object",
    "is-model": "makes `__init__` of the annotations of the classes that inherit from it, and checks what it is given",
    "is-named-tuple": "makes a class of tuples whose elements have names",
    "is-number": "is a class of numbers",
    "is-plain": "is true only of texts without characters that mean something in a URL",
    "is-reserved": "is a name that pydantic reserves in a model",
    "is-set": "is a class of sets",
    "is-typed-dict": "makes a class of dicts with known keys",
    "is-union": "is, in an annotation, one of its arguments",
    "is-up-to-others": "is a class whose objects are waited for until other code lets go of them",
    "keeps": "makes another form of its object or argument, with the same content",
    "keeps-signature": "is a decorator whose result is called like what it decorates",
    "leads-everywhere": "is a module by which all other modules are reached",
    "logs": "writes to a log",
    "looks": "keeps none of its arguments, and hands none on",
    "looks-inside": "is an attribute by which an object leads to the interpreter's own objects",
    "looks-inside-in-pattern": "is an attribute that leads there when a class pattern takes it out of any object",
    "makes-accessor": "makes a property of another function by the same name",
    "makes-fields": "is a decorator that makes `__init__` of the annotations of a class",
    "makes-getter": "makes a function that gets attributes by name",
    "makes-instance": "is a method that may give the fields of an instance other values than it was made with",
    "makes-of-mapping": "makes an instance of its class of the mapping that it is given",
    "makes-type": "makes a type of its arguments after the first",
    "mutates": "changes its object",
    "never-raises": "raises nothing, and leaves its arguments as they are",
    "never-returns": "ends the program, or raises",
    "of-coroutine": "is an attribute of a coroutine itself, not of its result",
    "of-module": "is an attribute of every module",
    "peeks": "asks a task for something, and neither keeps it nor waits for it",
    "prints": "writes to standard output",
    "pure": "depends on its object and arguments alone, changes neither, and makes little of little",
    "qualifies": "says more of an annotation, its first argument",
    "quotes": "makes a text in which no character means anything to who reads it",
    "registers-nothing": "is a decorator that hands a method to nobody, so that only what names the method calls it",
    "removes": "takes elements out of its object",
    "runs-on-creation": "is called by Python when a class or an instance is made",
    "says-status": "is an attribute or method of a response that says whether the request succeeded",
    "selects": "returns its argument's elements, some of them or one, or what a function makes of each",
    "shows": "makes a text of its argument",
    "splits": "makes parts of a text",
    "stores": "puts an argument into its object",
    "swallows": "makes a context manager that may swallow an exception",
    "takes-address": "sends a request to an address that it is handed",
    "takes-statement": "executes a statement of a query language that it is handed",
    "tells": "answers a question about its object or argument, and contains none of it",
    "traces": "makes a text of the exception that is handled, or of one that it is handed",
}
# What has a narrower trait has the wider one as well.
_NARROWER: Mapping[Trait, tuple[Trait, ...]] = {
    "accepts-its-type": ("never-raises",),
    "collects": ("stores",),
    "looks": ("shows", "tells"),
    "looks-inside-in-pattern": ("looks-inside",),
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
        self.last_names = cache(self._last_names)

    def cover(self, trait: Trait, candidates: Iterable[str]) -> bool:
        """Whether one of several names has a trait, by its own entry or by one for all names around it."""
        names = self.names(trait)
        return any(name in names or not names.isdisjoint(_wildcards(name)) for name in candidates)

    def _names(self, trait: Trait) -> frozenset[str]:
        return frozenset(self._table.get(trait, ())).union(*map(self.names, _NARROWER.get(trait, ())))

    def _members(self, trait: Trait) -> frozenset[str]:
        parted = (name.rpartition(".") for name in self.names(trait))
        return frozenset(member for owner, _, member in parted if self._is_class(owner) and member != "*")

    def _last_names(self, trait: Trait) -> frozenset[str]:
        return frozenset(name.rpartition(".")[2] for name in self.names(trait))

    def _is_class(self, name: str) -> bool:
        is_builtin = isinstance(getattr(builtins, name, None), type)
        return is_builtin or name in self._types or name.rpartition(".")[2][:1].isupper()


def _wildcards(name: str) -> Iterator[str]:
    """What stands for all names beside one, and beside those around it: `a.b.*` and `a.*` for `a.b.c`."""
    if "." not in name:
        yield "*"
    while name := name.rpartition(".")[0]:
        yield f"{name}.*"


def united(tables: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, list[str]]:
    """The names of each trait in any of several tables."""
    names: dict[str, set[str]] = {}
    for table in tables:
        for trait, those in table.items():
            names.setdefault(trait, set()).update(those)
    return {trait: sorted(those) for trait, those in names.items()}
