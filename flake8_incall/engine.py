"""The pipeline: source -> model -> rules -> diagnostics. Every front door goes through here."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from flake8_incall.diagnostics import Diagnostic, Finding, Position, Span
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.sites import Site, sites
from flake8_incall.model.calls.unjudged import unjudged
from flake8_incall.model.code.candidates import is_candidate
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.noqa import Noqa
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.options import Options, Profile
from flake8_incall.rules import REGISTRY, Rule
from flake8_incall.rules.failures import Failure
from flake8_incall.rules.merging import Reported, marked, merged

RulesBySubject = dict[type[Any], list[Rule]]
# What rules are handed, with the name of the function that it belongs to.
Subjects = Iterable[tuple[Any, str | None]]


def check(source: str, path: str = "<text>", options: Options | None = None) -> list[Diagnostic]:
    """Check the text of a Python file.

    Args:
        source: The text.
        path: Its name, for `paths` of the options and for the diagnostics.
        options: What to look for; the defaults without.

    Returns:
        The diagnostics by place. None means: nothing is wrong, or nothing could be told.

    Raises:
        SyntaxError: The text is not Python.
    """
    options = options or Options()
    if not is_candidate(source, path, options):
        parse(source)
        return []
    return check_module(Module(path, split_lines(source), parse(source), options))


def check_module(module: Module) -> list[Diagnostic]:
    """Run the profile's rules on a module."""
    return merged(marked(findings_of(module), Noqa(module.lines), module.options))


def findings_of(module: Module) -> list[Reported]:
    """All findings of the profile's rules in a module, before it is decided which are said."""
    rules = rules_by_subject(module.options.profile)
    failures: list[Failure] = []
    found = run_rules(rules, _subjects(module, rules, failures), failures, module.path, module)
    # Only now is it known on what the rules' analyses have given up.
    given_up = ((item, item.function.name) for item in unjudged(module)) if module.unjudged else ()
    return [*found, *run_rules(rules, given_up, [], module.path, module)]


def run_rules(
    rules: RulesBySubject,
    subjects: Subjects,
    failures: list[Failure],
    path: str,
    module: Module | None = None,
) -> list[Reported]:
    """Hand every subject to the rules for its class; a rule that fails is a diagnostic (CAL999) like any.

    Args:
        rules: The rules of the run's profile.
        subjects: What to look at.
        failures: Filled while `subjects` is read, and by rules that fail.
        path: The file, as it was named to the checker.
        module: Where findings at syntax nodes stand; without it, findings name their places themselves.

    Returns:
        The findings, for `merged` to decide which are said.
    """
    found: list[Reported] = []
    failed: set[str] = set()
    for subject, function in subjects:
        for rule in rules.get(type(subject.node if isinstance(subject, Site) else subject), ()):
            try:
                scope = subject.function if isinstance(subject, Site) else subject
                for finding in list(rule.check(subject)):
                    said = _diagnostic(rule, finding, path, module, function)
                    found.append(Reported(rule, finding, scope, said))
            except Exception as error:  # A linter's own fault must never cost the user the other findings.
                if rule.code not in failed:
                    failures.append(Failure(f"rule {rule.code}", error))
                failed.add(rule.code)
    for failure in failures:
        for rule in rules.get(Failure, ()):
            for finding in rule.check(failure):
                found.append(Reported(rule, finding, failure, _diagnostic(rule, finding, path, module, None)))
    return found


@cache
def rules_by_subject(profile: Profile) -> RulesBySubject:
    """The rules of a profile by the class of what they are handed."""
    table: RulesBySubject = {}
    for rule in REGISTRY.of(profile):
        for subject in rule.subjects:
            table.setdefault(subject, []).append(rule)
    return table


def _subjects(module: Module, rules: RulesBySubject, failures: list[Failure]) -> Iterator[tuple[Any, str | None]]:
    yield module, None
    try:
        discovery = module.fact(discover)
    except Exception as error:
        failures.append(Failure("the search for in-call functions", error))
        return
    yield from ((misfit, None) for misfit in discovery.misfits)
    node_types = frozenset(subject for subject in rules if issubclass(subject, ast.AST))
    for function in discovery.functions:
        yield function, function.name
        if node_types:
            yield from ((site, function.name) for site in sites(function, node_types))


def _diagnostic(rule: Rule, finding: Finding, path: str, module: Module | None, function: str | None) -> Diagnostic:
    span = _span(finding.at, module)
    return Diagnostic(
        path=path,
        start=span.start,
        end=span.end,
        code=rule.code,
        message=rule.text(finding.args),
        severity=rule.severity,
        function=function,
        inner=span.inner,
        fix=finding.fix,
    )


def _span(at: ast.AST | Position | Span, module: Module | None) -> Span:
    if isinstance(at, Span):
        return at
    if isinstance(at, Position):
        return Span(at, at)
    if module is None:
        raise TypeError("a syntax node has no place outside a module")
    return Span(module.start(at), module.end(at))
