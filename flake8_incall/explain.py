"""What the rules are, from their registry: a table of them, and the documentation of one."""

from __future__ import annotations

import json
import re
from typing import Any

from flake8_incall.options import PROFILES, OptionError, Profile, nearest
from flake8_incall.rules import REGISTRY, Rule
from flake8_incall.topics import TOPICS

# `CAL6`, `CAL60` and `CAL6xx`.
_FAMILY = re.compile(r"(CAL\d{1,2})X{0,2}")


def rule_table(profile: Profile | None = None) -> str:
    """List the rules by family: code, name, profiles and summary, a line each.

    Args:
        profile: Only the rules of this profile; all without.
    """
    return _table(_rules(profile))


def _table(rules: list[Rule]) -> str:
    name_width = max(len(rule.name) for rule in rules)
    profiles_width = max(len(_profiles(rule)) for rule in rules)
    lines: list[str] = []
    family = ""
    for rule in rules:
        if rule.family != family:
            family = rule.family
            lines += ["", family] if lines else [family]
        summary = " ".join(rule.summary.split())
        lines.append(f"  {rule.code}  {rule.name:{name_width}}  {_profiles(rule):{profiles_width}}  {summary}")
    return "\n".join(lines)


def rule_array(profile: Profile | None = None) -> str:
    """Return the rules as a JSON array of objects, by code.

    Args:
        profile: Only the rules of this profile; all without.
    """
    return json.dumps([_object(rule) for rule in _rules(profile)], indent=2)


def _object(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity.value,
        "profiles": [profile for profile in PROFILES if profile in rule.profiles],
        "fix": rule.fix or None,
        "summary": " ".join(rule.summary.split()),
        "message": rule.message,
        "documentation": {title.lower(): body for title, body in rule.parts.items()},
        "url": rule.url,
    }


def _rules(profile: Profile | None) -> list[Rule]:
    return REGISTRY.of(profile) if profile else [rule for _, rule in sorted(REGISTRY.rules.items())]


def explanation(subject: str) -> str:
    """Return the documentation of a rule, of a family of rules, or of a topic that concerns several.

    Args:
        subject: A rule's code or name, the beginning of codes (`CAL6`), or a topic.

    Raises:
        OptionError: There is no such rule, family or topic.
    """
    if subject.lower() in TOPICS:
        return TOPICS[subject.lower()]()
    by_name = {rule.name: rule for rule in REGISTRY.rules.values()}
    rule = REGISTRY.rules.get(subject.upper()) or by_name.get(subject.lower().replace("_", "-"))
    if rule is not None:
        return _page(rule)
    family = _FAMILY.fullmatch(subject.upper())
    rules = [rule for code, rule in sorted(REGISTRY.rules.items()) if family and code.startswith(family[1])]
    if rules:
        return f"{_table(rules)}\n\nRun `flake8-incall explain CODE` for one of them."
    hint = nearest(subject.upper(), REGISTRY.rules) or nearest(subject.lower(), [*by_name, *TOPICS])
    raise OptionError(f"unknown rule {subject}{hint}; run `flake8-incall rules` for a list")


def _page(rule: Rule) -> str:
    parts = [
        f"{rule.code} {rule.name}",
        rule.summary,
        _metadata(rule),
        *(f"{title}:\n{body}" if "\n" in body else f"{title}: {body}" for title, body in rule.parts.items()),
    ]
    return "\n\n".join(parts)


def _metadata(rule: Rule) -> str:
    return "\n".join(
        (
            f"Message: {rule.message}",
            f"Severity: {rule.severity.value}",
            f"Profiles: {_profiles(rule)}",
            f"Fix: {rule.fix or 'none'}",
        )
    )


def _profiles(rule: Rule) -> str:
    return ", ".join(profile for profile in PROFILES if profile in rule.profiles)
