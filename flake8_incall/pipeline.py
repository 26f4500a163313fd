"""The pipeline: model -> rules -> diagnostics."""

from __future__ import annotations

import ast
import re
from collections.abc import Container, Iterable, Iterator
from functools import cache
from typing import Any

from flake8_incall.diagnostics import Diagnostic, Finding, Position, Span
from flake8_incall.model.calls.discovery import Discovery, discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.sites import Site, sites
from flake8_incall.model.calls.unproved import GivenUp, Unproved
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.noqa import Noqa
from flake8_incall.model.code.spans import span_of
from flake8_incall.options import Profile
from flake8_incall.rules import REGISTRY, Rule
from flake8_incall.rules.failures import Failure
from flake8_incall.rules.merging import Reported, marked, merged

# Arguments tell a finding from others when its line has changed, so they name no lines.
_LINE = re.compile(r",? (?:\(line \d+\)|(?:on|of|from|at) line \d+)")

RulesBySubject = dict[type[Any], list[Rule]]
# What rules are handed, with the function that it belongs to.
Subjects = Iterable[tuple[Any, InCallFunction | str | None]]


def module_diagnostics(module: Module, only: Container[str] | None = None) -> list[Diagnostic]:
    """Run the profile's rules on a module.

    Args:
        module: The module.
        only: The qualified names of the in-call functions to judge; all without.
    """
    return merged(marked(findings_of(module, only), Noqa(module.lines), module.options))


def findings_of(module: Module, only: Container[str] | None = None) -> list[Reported]:
    """All findings of the profile's rules in a module, before it is decided which are said; `only` as above."""
    rules = rules_by_subject(module.options.profile)
    failures: list[Failure] = []
    found = run_rules(rules, _subjects(module, rules, failures, only), failures, module.path, module)
    # Only now is it known on what the rules' analyses have given up.
    given_up = ((item, item.function) for item in unproved_functions(module) if _is_among(item.function, only))
    return [*found, *run_rules(rules, given_up, [], module.path, module)]


def found_functions(module: Module) -> Discovery:
    """The in-call functions of a module; none where the search for them fails, which is a diagnostic."""
    try:
        return module.fact(discover)
    except Exception:
        return Discovery()


def unproved_functions(module: Module) -> list[Unproved]:
    """What could not be proved of a module's in-call functions; complete only when the rules have run."""
    return module.fact(GivenUp).among(found_functions(module).functions)


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
def rules_by_subject(profile: Profile, *, for_documents: bool = False) -> RulesBySubject:
    """Return the rules of a profile by the class of what they are handed; for Python code alone unless asked for."""
    table: RulesBySubject = {}
    for rule in REGISTRY.of(profile) if for_documents else REGISTRY.for_python(profile):
        for subject in rule.subjects:
            table.setdefault(subject, []).append(rule)
    return table


def _subjects(
    module: Module, rules: RulesBySubject, failures: list[Failure], only: Container[str] | None
) -> Iterator[tuple[Any, InCallFunction | None]]:
    yield module, None
    try:
        discovery = module.fact(discover)
    except Exception as error:
        failures.append(Failure("the discovery of in-call functions", error))
        return
    yield from ((misfit, None) for misfit in discovery.misfits)
    node_types = frozenset(subject for subject in rules if issubclass(subject, ast.AST))
    for function in (one for one in discovery.functions if _is_among(one, only)):
        yield function, function
        if node_types:
            yield from ((site, function) for site in sites(function, node_types))


def _is_among(function: InCallFunction, only: Container[str] | None) -> bool:
    return only is None or function.qualified_name in only


def _diagnostic(
    rule: Rule,
    finding: Finding,
    path: str,
    module: Module | None,
    function: InCallFunction | str | None,
) -> Diagnostic:
    span = _span(finding.at, module)
    name, qualified_name = _names(function)
    return Diagnostic(
        path=path,
        start=span.start,
        end=span.end,
        code=rule.code,
        message=rule.text(finding.args),
        severity=finding.severity or rule.severity,
        function=name,
        qualified_name=qualified_name,
        inner=span.inner,
        fix=finding.fix,
        arguments=tuple((name, _LINE.sub("", value)) for name, value in finding.args.items() if name != "line"),
        project_rule=finding.project_rule,
    )


def _names(function: InCallFunction | str | None) -> tuple[str | None, str | None]:
    if isinstance(function, InCallFunction):
        return function.name, function.qualified_name
    return function, function


def _span(at: ast.AST | Position | Span, module: Module | None) -> Span:
    if isinstance(at, Span):
        return at
    if isinstance(at, Position):
        return Span(at, at)
    if module is None:
        raise TypeError("a syntax node has no place outside a module")
    return span_of(module, at)
