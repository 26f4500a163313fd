"""What the rules are, from their registry: a table of them, and the documentation of one."""

from __future__ import annotations

from flake8_incall.options import PROFILES, OptionError, Profile, nearest
from flake8_incall.rules import REGISTRY, Rule
from flake8_incall.topics import TOPICS


def rule_table(profile: Profile | None = None) -> str:
    """List the rules by family: code, name, profiles and summary, a line each.

    Args:
        profile: Only the rules of this profile; all without.
    """
    rules = REGISTRY.of(profile) if profile else [rule for _, rule in sorted(REGISTRY.rules.items())]
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


def explanation(code: str) -> str:
    """The documentation of a rule, or of a topic that concerns several.

    Raises:
        OptionError: There is no such rule.
    """
    if code.lower() in TOPICS:
        return TOPICS[code.lower()]()
    rule = REGISTRY.rules.get(code.upper())
    if rule is None:
        hint = nearest(code.upper(), REGISTRY.rules) or ", `flake8-incall rules` lists them"
        raise OptionError(f"there is no rule {code}{hint}")
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
