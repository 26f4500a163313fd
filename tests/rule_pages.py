"""The page of a rule: its documentation, what it says about its bad example, its fix, and what fixtures show."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache

from flake8_incall import Diagnostic, Options, check
from flake8_incall.engine import check_document
from flake8_incall.fixes import fixed
from flake8_incall.options import PROFILES, Profile
from flake8_incall.rules import REGISTRY, Rule
from tests.examples import FENCE, with_rules
from tests.harness import Fixture, Mark, fixture_paths, load

_MOST_NEAR_MISSES = 8
_BY_PROFILE: tuple[Profile, ...] = ("contract", "livekit", "strict", "gate")


def rule_page(rule: Rule) -> str:
    """Return the page of a rule in Markdown."""
    return "\n".join(_lines(rule)).rstrip() + "\n"


def rule_index() -> str:
    """Return the page that lists all rules by family."""
    lines = [
        "# Rules",
        "",
        "A rule of `contract` is also in `strict` and `gate`. `flake8-incall explain CODE` prints the page of a rule,",
        "`flake8-incall rules` this list. Rules with a fix are cleared by `flake8-incall fix`.",
    ]
    family = ""
    for _, rule in sorted(REGISTRY.rules.items()):
        if rule.family != family:
            family = rule.family
            lines += [
                "",
                f"## {family}",
                "",
                "| Code | Name | What it finds | Profiles | Fix |",
                "|---|---|---|---|---|",
            ]
        cells = (f"[{rule.code}]({rule.code}.md)", f"`{rule.name}`", _cell(rule.summary), profiles_of(rule), rule.fix)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def profiles_of(rule: Rule) -> str:
    """Return the profiles of a rule; `contract` stands for strict and gate too, which build on it."""
    implied = {"strict", "gate"} if "contract" in rule.profiles else set()
    return ", ".join(profile for profile in _BY_PROFILE if profile in rule.profiles - implied)


def _lines(rule: Rule) -> Iterator[str]:
    yield from (f"# {rule.code}: {rule.name}", "", " ".join(rule.summary.split()), "")
    profiles = ", ".join(f"`{profile}`" for profile in PROFILES if profile in rule.profiles)
    fix = {"safe": "safe: `flake8-incall fix`", "unsafe": "unsafe: `flake8-incall fix --unsafe`", "": "none"}[rule.fix]
    yield from ("| Severity | Profiles | Fix |", "|---|---|---|", f"| {rule.severity.value} | {profiles} | {fix} |", "")
    for title, body in rule.parts.items():
        yield from (f"## {title}", "", body, "")
        if title == "Bad":
            yield from _reported(rule, body)
    near_misses, missed = _marks(rule.code)
    if near_misses:
        yield from ("## Not reported", "", "From the project's fixtures:", "", *_items(near_misses), "")
    if missed:
        yield from ("## Known gaps", "", "From the project's fixtures:", "", *_items(missed), "")


def _items(texts: Sequence[str]) -> list[str]:
    return [f"- {text}" for text in texts[:_MOST_NEAR_MISSES]]


def _reported(rule: Rule, body: str) -> Iterator[str]:
    """What is reported about the bad examples, and how their fix changes them."""
    options = Options(profile=next(profile for profile in _BY_PROFILE if profile in rule.profiles), python=(3, 10))
    with with_rules(options, rule) as options:
        for language, text in FENCE.findall(body):
            found = [one for one in _check(language, text, options) if one.code == rule.code]
            yield from (
                "Reported:",
                "",
                "```text",
                *(f"{one.start.line}:{one.start.column + 1}: {one.code} {one.message}" for one in found),
                "```",
                "",
            )
            yield from _fixed(rule, text, options) if language == "python" and rule.fix else ()


def _fixed(rule: Rule, text: str, options: Options) -> Iterator[str]:
    def find(changed: str) -> list[Diagnostic]:
        return [one for one in check(changed, "function.py", options) if one.code == rule.code]

    result = fixed(text, find, unsafe=True)
    if result.applied:
        changes = difflib.unified_diff(text.splitlines(), result.text.splitlines(), lineterm="", n=1)
        yield from (
            "Fixed:",
            "",
            "```diff",
            *(line for line in list(changes)[2:] if not line.startswith("@@")),
            "```",
            "",
        )


def _check(language: str, text: str, options: Options) -> list[Diagnostic]:
    if language == "json":
        return check_document(text, "function.json", options)
    return check(text, "function.py", options)


@cache
def _all_marks() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    fixtures = [load(path) for path in fixture_paths()]
    near_misses = [(mark.code, _told(fixture, mark)) for fixture in fixtures for mark in fixture.near_misses]
    return near_misses, [(mark.code, _told(fixture, mark)) for fixture in fixtures for mark in fixture.missed]


def _told(fixture: Fixture, mark: Mark) -> str:
    """A line of a fixture with the reason why nothing is reported there."""
    line = fixture.source.splitlines()[mark.line - 1]
    code = textwrap.shorten(re.split(r"\s+# (?:ok|missed|CAL\d+):", line)[0].replace("`", "'"), 90, placeholder=" ...")
    return f"`{code}`: {mark.why}"


def _marks(code: str) -> tuple[list[str], list[str]]:
    near_misses, missed = _all_marks()
    return tuple(list(dict.fromkeys(why for of, why in marks if of == code)) for marks in (near_misses, missed))  # type: ignore[return-value]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")
