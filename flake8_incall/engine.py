"""The engine: text in, report out. Plugin, commands and loader all check through it."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING

from flake8_incall.diagnostics import Diagnostic, Position
from flake8_incall.model.calls.discovery import NO_CONTEXT
from flake8_incall.model.calls.passed_over import Reason
from flake8_incall.model.code.candidates import is_candidate
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.paths import is_document, is_test_file
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.options import Options
from flake8_incall.pipeline import found_functions, module_diagnostics, unproved_functions
from flake8_incall.report import CheckedFunction, NotChecked, Report, UnprovedFunction
from flake8_incall.rules import REGISTRY

if TYPE_CHECKING:
    from flake8_incall.model.documents.document import Document

_START = Position(1, 0)


class Engine:
    """Checks texts, each by itself, with the same options.

    An engine keeps nothing of a text, so one can be used for any number of them, one after the other.
    """

    def __init__(self, options: Options | None = None, *, allow_private_hosts: bool = False) -> None:
        """Create an engine.

        Args:
            options: What to look for; the defaults without.
            allow_private_hosts: Whether the URLs of basic functions may lead inside a network.

        Raises:
            OptionError: The rules of the project's own that the options name cannot be loaded. They are read now, and
                again by an engine that is created after their files have changed.
        """
        self.options = options or Options()
        if self.options.rules:
            from flake8_incall.project_rules.loading import load_rules, located

            load_rules(located(self.options.rules, self.options.root))
        self._allow_private_hosts = allow_private_hosts

    def check(self, path: str, text: str | Sequence[str], tree: ast.Module | None = None) -> Report:
        """Check the text of a Python file or of a function document.

        Args:
            path: The file's name, for `paths` of the options and for the diagnostics. A name that ends in `.json`
                is a function document; so is a text that begins as JSON does under a name without an ending.
            text: The text, or its lines with their line ends. A byte order mark is none of it.
            tree: The syntax tree of a Python text, if there is one already. Nothing is set on its nodes.

        Returns:
            All that was found out. A function without a finding that is not in `unproved` has no fault that a rule of
            the profile looks for.

        Raises:
            SyntaxError: The text of a Python file is not Python. A document is never refused: what is no document
                (CAL001), and code in it that does not parse (CAL009), are findings.
        """
        whole = (text if isinstance(text, str) else "".join(text)).removeprefix("\ufeff")
        if tree is None and is_document(path, whole):
            return self.check_document(path, whole)
        return self._check_python(path, whole, split_lines(whole), tree or parse(whole))

    def _check_python(self, path: str, text: str, lines: list[str], tree: ast.Module) -> Report:
        passed_over: tuple[NotChecked, ...] = ()
        if is_test_file(path, self.options, text):
            why = "a test file, which is checked only if `incall-paths` matches it"
            passed_over = (NotChecked(None, _START, why, Reason.TEST_FILE),)
        if not is_candidate(text, path, self.options):
            return Report(path, passed_over=passed_over or tuple(_without_mark(tree)))
        module = Module(path, lines, tree, self.options)
        findings = self._selected(module_diagnostics(module))
        functions = tuple(_functions_of(module))
        if functions or not passed_over:
            passed_over = tuple(_passed_over_in(module))
        return Report(path, findings, functions, tuple(_unproved_in(module)), passed_over, module=module)

    def update(self, report: Report, text: str | Sequence[str], tree: ast.Module | None = None) -> Report:
        """Check a text after an edit, and judge only the functions that the edit affects.

        Args:
            report: What an engine with the same options found out about the file before.
            text: The text of the file now, or its lines with their line ends.
            tree: The syntax tree of a Python text, if there is one already.

        Returns:
            What `check` would return. Findings of the other functions are those of the report, moved with the text.

        Raises:
            SyntaxError: The text of a Python file is not Python.
        """
        whole = (text if isinstance(text, str) else "".join(text)).removeprefix("\ufeff")
        before = report.module
        if before is None or _has_failed(report) or not is_candidate(whole, report.path, self.options):
            return self.check(report.path, whole, tree)
        module = Module(report.path, split_lines(whole), tree or parse(whole), self.options)
        outdated = self._outdated_in_module(report, before, module)
        names = {function.qualified_name for function in found_functions(module).functions}
        kept, anew = _moved(report, module, names - outdated)
        found = self._selected(module_diagnostics(module, anew | outdated))
        if any(finding.function is None and _yields(finding.code) for finding in found):
            # What is found in functions decides which findings about the file are said.
            return self.check(report.path, whole, module.tree)
        findings = [*kept, *found]
        if not names:
            # Why nothing was checked is a matter of the whole file.
            return self.check(report.path, whole, module.tree)
        unproved = [one for one in report.unproved if one.qualified_name in names - anew - outdated]
        unproved += [one for one in _unproved_in(module) if one.qualified_name in anew | outdated]
        return Report(
            report.path,
            tuple(sorted(dict.fromkeys(findings), key=Diagnostic.sort_key)),
            tuple(_functions_of(module)),
            tuple(unproved),
            tuple(_passed_over_in(module)),
            module=module,
        )

    def check_document(self, path: str, text: str) -> Report:
        """Check the text of a function document, whatever the file is called: one function, a list, or a version.

        Args:
            path: The file's name for the diagnostics.
            text: The JSON text. A byte order mark is none of it.

        Returns:
            All that was found out, with places in the JSON text.
        """
        # Most runs meet no document.
        from flake8_incall.documents import document_diagnostics
        from flake8_incall.model.documents.reader import read_document

        text = text.removeprefix("\ufeff")
        document = read_document(text, path, self.options, allow_private_hosts=self._allow_private_hosts)
        return Report(
            path,
            self._selected(document_diagnostics(document, path, self.options)),
            tuple(_functions_of_document(document)),
            tuple(_unproved_in_document(document)),
            tuple(_passed_over_in_document(document)),
            document=document,
        )

    def outdated(self, report: Report, text: str) -> frozenset[str]:
        """Tell which functions are to be judged anew after an edit, without judging any.

        Args:
            report: What an engine with the same options found out about the file before.
            text: The text of the file now.

        Returns:
            The qualified names of the in-call functions of the new text that are new, or whose judgement has read
            something that differs. All others have the findings that they had, by code, subject and message; only
            their places move with the text.

        Raises:
            SyntaxError: The text of a Python file is not Python.
        """
        if is_document(report.path, text) or report.document is not None:
            return self._outdated_in_document(report, text)
        if not is_candidate(text, report.path, self.options):
            return frozenset()
        now = Module(report.path, split_lines(text), parse(text), self.options)
        if report.module is None:
            return frozenset(function.qualified_name for function in found_functions(now).functions)
        return self._outdated_in_module(report, report.module, now)

    def _outdated_in_module(self, report: Report, before: Module, now: Module) -> frozenset[str]:
        from flake8_incall.model.dependencies.dependencies import Dependencies

        outdated = before.fact(Dependencies).outdated_by(now.fact(Dependencies), report.told)
        if not self.options.rules:
            return outdated
        from flake8_incall.project_rules.dependencies import differing

        names = {function.qualified_name for function in found_functions(now).functions}
        return outdated | differing(before, now) & names

    def _outdated_in_document(self, report: Report, text: str) -> frozenset[str]:
        from flake8_incall.model.dependencies.of_document import dependencies_of
        from flake8_incall.model.documents.reader import read_document

        text = text.removeprefix("\ufeff")
        now = dependencies_of(read_document(text, report.path, self.options))
        before = report.dependencies
        return frozenset(
            name
            for name, read in now.items()
            if [one.content for one in read] != [one.content for one in before.get(name, ())]
        )

    def _selected(self, found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
        return tuple(one for one in found if not self.options.selection.hides(one.code))


def check(source: str, path: str = "<text>", options: Options | None = None) -> list[Diagnostic]:
    """Check the text of a Python file or of a function document; `Engine` tells more of it.

    Args:
        source: The text.
        path: Its name, for `paths` of the options and for the diagnostics.
        options: What to look for; the defaults without.

    Returns:
        The diagnostics by place. None means: nothing is wrong, or nothing could be told.

    Raises:
        SyntaxError: The text is not Python.
    """
    return list(Engine(options).check(path, source).findings)


def check_document(
    text: str, path: str, options: Options | None = None, *, allow_private_hosts: bool = False
) -> list[Diagnostic]:
    """Check the text of a function document; see `Engine.check_document`, which tells more of it."""
    return list(Engine(options, allow_private_hosts=allow_private_hosts).check_document(path, text).findings)


def _yields(code: str) -> bool:
    rule = REGISTRY.rules.get(code)
    return rule is not None and bool(rule.yields_to)


def _has_failed(report: Report) -> bool:
    """Whether a rule has failed, so that findings may be missing in the report."""
    return any(finding.code == "CAL999" for finding in report.findings)


def _moved(report: Report, module: Module, names: Container[str]) -> tuple[list[Diagnostic], frozenset[str]]:
    """The findings of some functions of a report as findings of a later text.

    Returns:
        The findings, and the functions that are to be judged anew all the same, because a place is not to be found.
    """
    from flake8_incall.updates import MovedError, Moves

    moves = Moves(report.module, module) if report.module is not None else None
    found: list[tuple[str, Diagnostic]] = []
    lost: set[str] = set()
    for finding in report.findings:
        name = finding.qualified_name
        if name is not None and name in names and moves is not None:
            try:
                found.append((name, moves.of(finding)))
            except MovedError:
                lost.add(name)
    return [finding for name, finding in found if name not in lost], frozenset(lost)


def _functions_of(module: Module) -> Iterator[CheckedFunction]:
    for function in found_functions(module).functions:
        start = module.start(function.node)
        yield CheckedFunction(function.name, function.qualified_name, start, function.reason)


def _without_mark(tree: ast.Module) -> Iterator[NotChecked]:
    for node in tree.body:
        if isinstance(node, FunctionNode):
            yield NotChecked(node.name, Position(node.lineno, 0), NO_CONTEXT)


def _unproved_in(module: Module) -> Iterator[UnprovedFunction]:
    for unproved in unproved_functions(module):
        analysis = unproved.analysis
        yield UnprovedFunction(unproved.function.qualified_name, analysis.subject, analysis.codes)


def _passed_over_in(module: Module) -> Iterator[NotChecked]:
    for other in found_functions(module).passed_over:
        yield NotChecked(other.node.name, module.start(other.node), other.why, other.reason)


def _functions_of_document(document: Document) -> Iterator[CheckedFunction]:
    for function in document.functions:
        start = function.places.of(function.value).start
        yield CheckedFunction(function.label, function.label, start, "stands in a function document")


def _unproved_in_document(document: Document) -> Iterator[UnprovedFunction]:
    for function in document.functions:
        if function.source is not None and function.source.module is not None:
            for unproved in unproved_functions(function.source.module):
                yield UnprovedFunction(function.label, unproved.analysis.subject, unproved.analysis.codes)


def _passed_over_in_document(document: Document) -> Iterator[NotChecked]:
    if document.passed_over:
        yield NotChecked(None, _START, document.passed_over, Reason.NOT_A_DOCUMENT)
    for other in document.others:
        yield NotChecked(other.name or None, other.at.start, f"a function of type {other.kind}", Reason.OTHER_TYPE)
