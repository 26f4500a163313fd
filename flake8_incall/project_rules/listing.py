"""The project's own rules as a table and as JSON."""

from __future__ import annotations

import json
from typing import Any

from flake8_incall.project_rules.rule import LoadedRule, RuleSet


def project_table(rules: RuleSet) -> str:
    """List rules: name, severity and message, a line each."""
    width = max(len(rule.id) for rule in rules.rules)
    return "\n".join(f"{rule.id:{width}}  {_severity(rule):11}  {rule.shown.message}".rstrip() for rule in rules.rules)


def project_array(rules: RuleSet) -> str:
    """Return rules as a JSON array of objects."""
    return json.dumps([_object(rule) for rule in rules.rules], indent=2)


def _object(rule: LoadedRule) -> dict[str, Any]:
    fix = ("safe" if rule.fix.is_safe else "unsafe") if rule.fix else None
    return {
        "code": "CAL990",
        "name": rule.id,
        "severity": _severity(rule),
        "fix": fix,
        "message": rule.shown.message,
        "note": rule.shown.note,
        "url": rule.shown.url,
        "path": rule.path,
        "line": rule.line,
    }


def _severity(rule: LoadedRule) -> str:
    return rule.severity.value if rule.severity else "off"
