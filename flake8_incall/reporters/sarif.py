"""Findings as SARIF 2.1.0, with the rules, ranges, fixes and fingerprints."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from flake8_incall import __version__
from flake8_incall.diagnostics import Diagnostic, Fix, Position, ProjectRule
from flake8_incall.files import write_all
from flake8_incall.identity import Fingerprints
from flake8_incall.paths import path_in_repository, uri_in_repository, well_formed
from flake8_incall.reading import Problem
from flake8_incall.rules import REGISTRY, Rule
from flake8_incall.rules.registry import DOCUMENTATION_URL, url_of

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport

Json = dict[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
OWN_DRIVER: Json = {
    "name": "flake8-incall",
    "semanticVersion": __version__,
    "informationUri": DOCUMENTATION_URL,
}
FINGERPRINT = "incallFinding/v1"
LEVELS = {"error": "error", "warning": "warning", "information": "note"}
# What code hosts sort alerts by.
_PROBLEM_SEVERITIES = {"error": "error", "warning": "warning", "information": "recommendation"}
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def write(reports: Iterable[FileReport], stream: TextIO, *, is_coloured: bool) -> None:
    """Write the log when all files are checked. Lines and columns count from 1; ends are exclusive."""
    rules = [descriptor(rule) for _, rule in sorted(REGISTRY.rules.items())]
    indices = {rule["id"]: index for index, rule in enumerate(rules)}
    results: list[Json] = []
    problems: list[Problem] = []
    fingerprints = Fingerprints()
    for report in reports:
        path = path_in_repository(report.path)
        for diagnostic, fingerprint in fingerprints.of_file(path, report.diagnostics):
            if diagnostic.project_rule and diagnostic.full_code not in indices:
                indices[diagnostic.full_code] = len(rules)
                rules.append(_own_descriptor(diagnostic, diagnostic.project_rule))
            results.append(_result(diagnostic, indices[diagnostic.full_code], fingerprint))
        if report.problem:
            problems.append(report.problem)
    invocation: Json = {
        "executionSuccessful": not problems,
        "toolExecutionNotifications": [_notification(problem) for problem in problems],
    }
    write_all(stream, log_text(rules, results, invocation))


def log_text(rules: Sequence[Json], results: Sequence[Json], invocation: Json, driver: Json = OWN_DRIVER) -> str:
    """Return the text of a log with one run.

    Args:
        rules: Descriptors of the rules, in the order of `ruleIndex` of the results.
        results: The results.
        invocation: What is told of the run itself.
        driver: The program that made the log.
    """
    run = {
        "tool": {"driver": {**driver, "rules": rules}},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the repository."}}},
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def descriptor(rule: Rule) -> Json:
    """Return the metadata of a rule: what it finds, why, and what to write instead."""
    level = rule.severity.value
    why = " ".join(rule.parts["Why"].split())
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": " ".join(rule.summary.split())},
        "fullDescription": {"text": why},
        "help": {
            "text": "\n\n".join(f"{title}:\n{body}" for title, body in rule.parts.items()),
            "markdown": "\n\n".join(f"**{title}**\n\n{body}" for title, body in rule.parts.items()),
        },
        "helpUri": rule.url,
        "defaultConfiguration": {"level": LEVELS[level]},
        "properties": {
            "tags": [rule.family, *(["security"] if rule.code.startswith("CAL5") else [])],
            "problem.severity": _PROBLEM_SEVERITIES[level],
        },
    }


def _own_descriptor(diagnostic: Diagnostic, own: ProjectRule) -> Json:
    """The metadata of a rule of the project's own, from what it says itself."""
    help_text = {"help": {"text": well_formed(own.note), "markdown": well_formed(own.note)}} if own.note else {}
    return {
        "id": diagnostic.full_code,
        "name": own.id,
        "shortDescription": {"text": well_formed(own.message or own.id)},
        **help_text,
        "helpUri": url_of(diagnostic),
        "defaultConfiguration": {"level": LEVELS[diagnostic.severity.value]},
        "properties": {
            "tags": ["Project rules"],
            "problem.severity": _PROBLEM_SEVERITIES[diagnostic.severity.value],
        },
    }


def message(text: str) -> Json:
    """Return a message object; `{0}` in its text would be a placeholder."""
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", well_formed(text))}


def location(path: str, region: Json | None) -> Json:
    """Return the location of a region in a file, or of the whole file."""
    return {"physicalLocation": {"artifactLocation": _artifact(path), **({"region": region} if region else {})}}


def _artifact(path: str) -> Json:
    uri = uri_in_repository(path)
    return {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _result(diagnostic: Diagnostic, index: int, fingerprint: str) -> Json:
    at = location(diagnostic.path, _region(diagnostic.start, diagnostic.end))
    function = diagnostic.qualified_name or diagnostic.function
    if function:
        at["logicalLocations"] = [{"fullyQualifiedName": well_formed(function), "kind": "function"}]
    result = {
        "ruleId": diagnostic.full_code,
        "ruleIndex": index,
        "level": LEVELS[diagnostic.severity.value],
        "message": message(diagnostic.message),
        "locations": [at],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    if diagnostic.fix:
        result["fixes"] = [_fix(diagnostic.fix, diagnostic.path)]
    return result


def _fix(fix: Fix, path: str) -> Json:
    replacements = [
        {"deletedRegion": _region(edit.start, edit.end), "insertedContent": {"text": well_formed(edit.text)}}
        for edit in fix.edits
    ]
    description = "Safe fix" if fix.is_safe else "Unsafe fix: check the result"
    return {
        "description": {"text": description},
        "artifactChanges": [{"artifactLocation": _artifact(path), "replacements": replacements}],
    }


def _region(start: Position, end: Position) -> Json:
    return {
        "startLine": start.line,
        "startColumn": start.column + 1,
        "endLine": end.line,
        "endColumn": end.column + 1,
    }


def _notification(problem: Problem) -> Json:
    region = {"startLine": problem.at.line, "startColumn": problem.at.column + 1} if problem.at else None
    return {"level": "error", "message": message(problem.text), "locations": [location(problem.path, region)]}
