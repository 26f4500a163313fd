"""The rules' metadata: documentation that is true, names that are kept, fixtures for every rule."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from flake8_incall import Diagnostic, Options, check
from flake8_incall.diagnostics import Finding
from flake8_incall.engine import check_document
from flake8_incall.model.code.module import Module
from flake8_incall.options import PROFILES, Profile
from flake8_incall.rules import REGISTRY, Rule, registry
from flake8_incall.rules.registry import Registry, RuleError
from tests.examples import CAN_MATCH, completed, examples, with_rules
from tests.harness import fixture_paths, load

# Without its extra, CAL990 finds nothing; tests/project_rules needs it.
RULES = [rule for code, rule in sorted(REGISTRY.rules.items()) if CAN_MATCH or code != "CAL990"]
# CAL0xx look at function documents (JSON), which are no fixtures in Python; CAL998 and CAL999 at our own limits and
# faults.
OF_PYTHON = [rule for rule in RULES if rule.code[3] != "0" and rule.code not in ("CAL998", "CAL999")]
FIXTURES = [load(path) for path in fixture_paths()]


def check_example(rule: Rule, language: str, text: str) -> list[Diagnostic]:
    """The findings on an example, in the first profile that has the rule."""
    order: tuple[Profile, ...] = ("contract", "livekit", "strict", "gate")
    profile = next(profile for profile in order if profile in rule.profiles)
    with with_rules(Options(profile=profile, python=(3, 10)), rule) as options:
        if language == "json":
            return check_document(text, "function.json", options)
        return check(text, "function.py", options)


def _examples(part: str) -> list[tuple[Rule, str, str]]:
    return [example for example in examples(part) if example[0] in RULES]


def name_of(value: object) -> str | None:
    return value.code if isinstance(value, Rule) else None


@pytest.mark.parametrize(("rule", "language", "text"), _examples("Bad"), ids=name_of)
def test_bad_example_is_found(rule: Rule, language: str, text: str) -> None:
    assert rule.code in {found.code for found in check_example(rule, language, text)}


@pytest.mark.parametrize(("rule", "language", "text"), _examples("Good"), ids=name_of)
def test_good_example_is_fine(rule: Rule, language: str, text: str) -> None:
    whole = completed(text) if language == "python" else text
    assert check_example(rule, language, whole) == []


@pytest.mark.parametrize("rule", OF_PYTHON, ids=name_of)
def test_rule_has_two_findings_and_two_near_misses_in_fixtures(rule: Rule) -> None:
    # Where the rule is off, its silence says nothing.
    fixtures = [fixture for fixture in FIXTURES if fixture.options.profile in rule.profiles]
    found = sum(expected.code == rule.code for fixture in fixtures for expected in fixture.expected)
    silent = sum(mark.code == rule.code for fixture in fixtures for mark in fixture.near_misses)
    assert found >= 2
    assert silent >= 2


def test_known_gaps_are_in_the_documentation() -> None:
    missed = {mark.code for fixture in FIXTURES for mark in fixture.missed}
    assert {code for code in missed if "Limits" not in REGISTRY.rules[code].parts} == set()


def test_strict_and_gate_build_on_contract() -> None:
    codes = {profile: {rule.code for rule in REGISTRY.of(profile)} for profile in PROFILES}
    assert codes["contract"] <= codes["strict"] & codes["gate"]


DOCUMENTATION = """A sentence.

**Why**: It matters.

**Bad**:
```python
bad()
```

**Good**:
```python
good()
```
"""


@pytest.fixture
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    empty = Registry()
    monkeypatch.setattr(registry, "REGISTRY", empty)
    return empty


def declare(
    code: str = "CAL123",
    message: str = "`{name}` is wrong",
    profiles: tuple[Profile, ...] = ("contract",),
    documentation: str = DOCUMENTATION,
    name: str = "very_wrong",
) -> None:
    def check(module: Module) -> Iterator[Finding]:
        yield Finding(module.tree, {"name": "it"})

    check.__name__, check.__doc__ = name, documentation
    registry.rule(code, message, on=Module, profiles=profiles)(check)


def test_a_rule_is_what_its_declaration_says(empty_registry: Registry) -> None:
    declare()
    made = empty_registry.rules["CAL123"]
    assert (made.name, made.summary, made.family) == ("very-wrong", "A sentence.", "Signature")
    assert made.profiles == {"contract", "strict", "gate"}
    assert made.parts["Bad"] == "```python\nbad()\n```"
    assert made.text({"name": "`book`"}) == "``book`` is wrong"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"code": "CAL12"}, "no code"),
        ({"code": "INC123"}, "no code"),
        ({"message": "`{name}` is wrong."}, "one plain line"),
        ({"message": "two\nlines"}, "one plain line"),
        ({"message": "CAL123 is the code"}, "one plain line"),
        ({"message": "see book.py:3:4"}, "one plain line"),
        ({"message": "{} is wrong"}, "without a name"),
        ({"profiles": ()}, "no profiles"),
        ({"profiles": ("contract", "lax")}, "lax"),
        ({"documentation": ""}, "expected"),
        ({"documentation": DOCUMENTATION.replace("**Why**: It matters.", "")}, "expected"),
        ({"documentation": DOCUMENTATION.replace("It matters.", "")}, "nothing under Why"),
        ({"documentation": DOCUMENTATION.replace("A sentence.", "")}, "nothing under summary"),
        ({"documentation": DOCUMENTATION + "\n**Moral**: None."}, "Moral"),
    ],
)
def test_a_declaration_that_breaks_the_conventions_is_refused(
    empty_registry: Registry, fault: dict[str, Any], words: str
) -> None:
    with pytest.raises(RuleError, match=words):
        declare(**fault)
    assert empty_registry.rules == {}


@pytest.mark.parametrize("second", [{"name": "other"}, {"code": "CAL124"}])
def test_a_code_or_name_is_given_once(empty_registry: Registry, second: dict[str, Any]) -> None:
    declare()
    with pytest.raises(RuleError, match="taken by CAL123 very-wrong"):
        declare(**second)


def test_rules_of_documents_and_of_the_gate_are_loaded_on_demand() -> None:
    report = (
        "import sys\n"
        "from flake8_incall.rules import REGISTRY\n"
        "def loaded(): return {name for name in sys.modules if name.startswith('flake8_incall.rules.')}\n"
        "profiles = ('contract', 'strict', 'livekit')\n"
        "python = {rule.code for profile in profiles for rule in REGISTRY.for_python(profile)}\n"
        "before = loaded()\n"
        "gate = {rule.code for rule in REGISTRY.for_python('gate')}\n"
        "sealed = loaded()\n"
        "rules = REGISTRY.rules\n"
        "print(sorted(rules.keys() - python - gate))\n"
        "print(sorted({p for code in gate - python for p in rules[code].profiles}))\n"
        "print(sorted(sealed - before), sorted(loaded() - sealed))\n"
    )
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    documents, profiles, modules = done.stdout.splitlines()
    assert all(code.startswith("'CAL00") for code in documents.strip("[]").split(", "))
    assert profiles == "['gate']"
    assert modules.count("sealed") == 4
    assert modules.count("document") == 4
