"""The pipeline: source -> model -> rules -> diagnostics. Every front door goes through here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Any

from flake8_incall.diagnostics import Diagnostic, Finding, Position
from flake8_incall.model.function import InCallFunction
from flake8_incall.model.module import Module, may_hold_in_call_functions
from flake8_incall.model.paths import is_matched
from flake8_incall.model.sites import Site, sites
from flake8_incall.options import Options, Profile
from flake8_incall.rules import REGISTRY, Rule
from flake8_incall.rules.failures import Failure

RulesBySubject = dict[type[Any], list[Rule]]


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
        ast.parse(source, path)
        return []
    return check_module(Module(path, source.splitlines(keepends=True), ast.parse(source, path), options))


def is_candidate(source: str, path: str, options: Options) -> bool:
    """The cheap look: whether a file can hold in-call functions at all."""
    return may_hold_in_call_functions(source) or is_matched(path, options.paths)


def check_module(module: Module) -> list[Diagnostic]:
    """Run the profile's rules on a module; a rule that fails is a diagnostic (CAL999) like any other."""
    rules = rules_by_subject(module.options.profile)
    found: list[Diagnostic] = []
    failures: dict[str, Failure] = {}
    for subject, function in _subjects(module, rules, failures):
        for rule in rules.get(type(subject.node if isinstance(subject, Site) else subject), ()):
            try:
                found += [_diagnostic(rule, finding, module, function) for finding in rule.check(subject)]
            except Exception as error:  # A linter's own fault must never cost the user the other findings.
                failures.setdefault(rule.code, Failure(f"rule {rule.code}", error))
    for failure in failures.values():
        for rule in rules.get(Failure, ()):
            found += [_diagnostic(rule, finding, module, None) for finding in rule.check(failure)]
    # Two functions can lead to one spot in a helper: it is said once.
    return sorted(dict.fromkeys(found), key=Diagnostic.sort_key)


@cache
def rules_by_subject(profile: Profile) -> RulesBySubject:
    """The rules of a profile by the class of what they are handed."""
    table: RulesBySubject = {}
    for rule in REGISTRY.of(profile):
        for subject in rule.subjects:
            table.setdefault(subject, []).append(rule)
    return table


def _subjects(
    module: Module, rules: RulesBySubject, failures: dict[str, Failure]
) -> Iterator[tuple[Any, InCallFunction | None]]:
    """Everything that rules are handed, with the in-call function it belongs to."""
    yield module, None
    try:
        discovery = module.discovery
    except Exception as error:
        failures["discovery"] = Failure("the search for in-call functions", error)
        return
    yield from ((misfit, None) for misfit in discovery.misfits)
    node_types = tuple(subject for subject in rules if issubclass(subject, ast.AST))
    for function in discovery.functions:
        yield function, function
        if node_types:
            yield from ((site, function) for site in sites(function) if isinstance(site.node, node_types))


def _diagnostic(
    rule: Rule, finding: Finding, module: Module, function: InCallFunction | None
) -> Diagnostic:
    if isinstance(finding.at, Position):
        start = end = finding.at
    else:
        start, end = module.start(finding.at), module.end(finding.at)
    return Diagnostic(
        path=module.path,
        start=start,
        end=end,
        code=rule.code,
        message=rule.text(finding.args),
        severity=rule.severity,
        function=function.name if function else None,
    )


