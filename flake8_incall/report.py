"""What a check of one text found out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_incall.diagnostics import Diagnostic, Position
    from flake8_incall.model.calls.passed_over import Reason
    from flake8_incall.model.code.module import Module
    from flake8_incall.model.dependencies.dependency import Dependency
    from flake8_incall.model.documents.document import Document


@dataclass(frozen=True, slots=True)
class CheckedFunction:
    """An in-call function that was checked.

    Attributes:
        name: Its name in Python; in a function document, the name that the document gives it, or `None`.
        qualified_name: The name with those of the classes and functions around it: `"Desk.book"`.
        start: Where its `def` stands; in a function document, where its object begins.
        reason: Why it counts as an in-call function, as a clause: "decorated with `function_tool`".
    """

    name: str | None
    qualified_name: str | None
    start: Position
    reason: str


@dataclass(frozen=True, slots=True)
class UnprovedFunction:
    """An in-call function about which an analysis cannot tell, so that silence about it is no proof.

    Attributes:
        qualified_name: The function; `None` in a function document that does not name it.
        subject: What could not be followed, as a noun phrase: "the paths to its results".
        codes: The rules that rest on it: "CAL401 to CAL411".
    """

    qualified_name: str | None
    subject: str
    codes: str


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A function that was passed over, or the whole text.

    Attributes:
        name: The function; `None` for the whole text.
        start: Where it stands.
        why: Why it was passed over, as a clause.
        reason: As what a summary counts it; `None` for private and ordinary functions, which it does not count.
    """

    name: str | None
    start: Position
    why: str
    reason: Reason | None = None


@dataclass(frozen=True)
class Report:
    """What a check of one text found out.

    Attributes:
        path: The file as it was named to the engine.
        findings: What is wrong, by place.
        functions: The in-call functions that were checked, in the order of the text.
        unproved: What could not be told of them.
        passed_over: What was not checked, and why.
        module: The model of a Python file that was searched for in-call functions; `None` for all others.
        document: The model of a function document; `None` for Python.
    """

    path: str
    findings: tuple[Diagnostic, ...] = ()
    functions: tuple[CheckedFunction, ...] = ()
    unproved: tuple[UnprovedFunction, ...] = ()
    passed_over: tuple[NotChecked, ...] = ()
    module: Module | None = None
    document: Document | None = None

    @property
    def places(self) -> Iterator[Position]:
        """Where the findings of in-call functions stand, each of those that are reported as one."""
        for finding in self.findings:
            if finding.qualified_name is not None:
                yield from (one.start for one in finding.repeats or (finding,))

    @property
    def told(self) -> Iterator[tuple[Position, str]]:
        """Where the findings of in-call functions stand, and of which function each is told."""
        for finding in self.findings:
            if finding.qualified_name is not None:
                yield from ((one.start, finding.qualified_name) for one in finding.repeats or (finding,))

    @cached_property
    def dependencies(self) -> Mapping[str, tuple[Dependency, ...]]:
        """What the judgement of each in-call function has read, by its qualified name, its own text first.

        Functions of one name share an entry; functions of a document without a name stand under `""`. While all
        dependencies of a function are in a file as they were, and no statement is added that binds or changes what it
        names, the code, subject and message of its findings stay as they are. That a function is found at all depends
        on the whole file: its name, signature, decorators, and who lists or calls it. `Engine.outdated` looks for the
        functions anew and compares.

        It is worked out when it is first asked for; a check does nothing for it.
        """
        if self.document is not None:
            from flake8_incall.model.dependencies.of_document import dependencies_of

            return dependencies_of(self.document)
        if self.module is None:
            return {}
        from flake8_incall.model.dependencies.dependencies import Dependencies

        found = self.module.fact(Dependencies).by_name(self.places)
        if not self.module.options.rules:
            return found
        from flake8_incall.project_rules.dependencies import of_rules

        return {name: (*read, of_rules(self.module, name, read[0].span)) for name, read in found.items()}
