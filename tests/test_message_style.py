"""Every message keeps the style guide: one line, `fact, so consequence; remedy`, in the field's terms."""

from __future__ import annotations

import re
from functools import cache

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.rules import REGISTRY, Rule
from tests.harness import FIXTURES, fixture_paths, load

LONGEST = 160
# What a name of the user's own has as a rule; a longer one makes its message longer.
USUAL_NAME = 14
QUOTED = re.compile(r"`[^`]*`")
# Paraphrases of terms that readers search for.
BANNED = re.compile(
    r"\b(?:is no|are no|for ever|hand(?:s|ed)? over|hand(?:s|ed)? back|let in|written out|by text|side door"
    r"|looks inside|otherwise than|switched off|in clear|will do|nobody|somebody|someone|whole number"
    r"|truth value|a text|texts|passed around|stands (?:in|for|beside|where)|all the same|taken to|refused?s?|endless"
    r"|is told|tells|unserialisable|serialis\w+|recognis\w+|colour|deserialis\w+)\b",
    re.IGNORECASE,
)
RULES = [rule for _, rule in sorted(REGISTRY.rules.items())]


@cache
def diagnostics() -> tuple[Diagnostic, ...]:
    """What all fixtures deserve, Python files and function documents."""
    found = [one for path in fixture_paths() for one in load(path).diagnostics()]
    for path in sorted((FIXTURES / "documents").rglob("*.json")):
        found += check(path.read_text(encoding="utf-8"), path.name, Options(profile="strict"))
    return tuple(found)


def own_words(message: str) -> str:
    """A message without what stands in backticks."""
    return QUOTED.sub("``", message)


def excess(message: str) -> int:
    """By how much names of the user's own make a message longer than usual."""
    return sum(max(0, len(name) - 2 - USUAL_NAME) for name in QUOTED.findall(message))


def faults(message: str) -> list[str]:
    words = own_words(message)
    return [
        *(["does not begin in lower case"] if not re.match(r"[a-z`{]", message) else []),
        *(["ends with a full stop"] if message.endswith(".") else []),
        *(["is not one line"] if "\n" in message else []),
        *(["has two sentences"] if re.search(r"\. [A-Z]", words) else []),
        *(f"says {found!r}" for found in BANNED.findall(words)),
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_message_template_keeps_the_style_guide(rule: Rule) -> None:
    assert faults(rule.message) == []


def test_messages_on_all_fixtures_keep_the_style_guide() -> None:
    assert len({found.code for found in diagnostics()}) > 90
    assert [(found.message, fault) for found in diagnostics() for fault in faults(found.message)] == []


def test_messages_on_all_fixtures_fit_in_160_characters() -> None:
    messages = dict.fromkeys(re.sub(r" \(and \d+ more in `\w+`\)$", "", found.message) for found in diagnostics())
    long = [message for message in messages if len(message) - excess(message) > LONGEST]
    assert long == []


def test_names_of_rules_describe_a_defect_in_a_few_words() -> None:
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(?:-[a-z]+){0,3}", rule.name), rule.name
        assert not {"that", "no", "not", "is"} & set(rule.name.split("-")) or rule.code in NEGATIVE, rule.name


# Where the defect is that something is not there.
NEGATIVE = ("CAL101", "CAL520", "CAL521", "CAL522")
