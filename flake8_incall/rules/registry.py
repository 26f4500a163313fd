"""The `@rule` decorator and the table of all rules.

A rule is a generator function: it is handed one subject (the module, an in-call function, or a node inside
in-call code), asks the model about it and yields findings. Its name says the bad thing, its docstring is
its documentation, and what the decorator takes is its entry in every generated table.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from string import Formatter
from typing import Any, Literal

from flake8_incall.catalogue.platform import HOME
from flake8_incall.diagnostics import Diagnostic, Finding, Severity
from flake8_incall.options import PROFILES, Profile

FixKind = Literal["safe", "unsafe", ""]
# What most files do not have, or are not checked for.
Need = Literal["documents", "gate"]
# Where the documentation site is published; each rule has a page below it.
DOCUMENTATION_URL = "https://flake8-incall.readthedocs.io/en/latest"

_PARTS = ("Why", "Bad", "Good", "Limits", "Settings")
_PART = re.compile(r"^\*\*(\w+)\*\*:?[ \t]*", re.MULTILINE)
# `contract` is the ground that these two build on.
_BUILT_ON_CONTRACT: tuple[Profile, ...] = ("strict", "gate")

FAMILIES = {
    "0": "Function documents",
    "1": "Signature",
    "2": "Types",
    "3": "Docstring",
    "4": "Return schema",
    "5": "Security",
    "6": "Timeouts and the event loop",
    "7": "Error handling",
    "8": "Input validation",
    "9": "Best practices",
}


class RuleError(Exception):
    """A rule's metadata breaks the conventions; raised where the rule is declared."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its metadata, its documentation and the function that checks.

    Attributes:
        code: Such as `"CAL101"`.
        name: What the rule finds, in kebab case: `"sync-function"`.
        message: The diagnostic's text, with `{fields}` that findings fill.
        severity: How much it matters to a live call.
        profiles: The profiles in which it applies.
        subjects: The classes whose instances it is handed.
        summary: The first sentence of its documentation.
        fix: Whether it offers fixes: `"safe"` ones, only `"unsafe"` ones, or none (`""`).
        parts: The other parts of its documentation by title (`Why`, `Bad`, `Good`, ...).
        check: From a subject to its findings.
        yields_to: Codes of rules beside whose findings about the same call, value or module it says nothing.
        once_per_function: Whether repeats of one finding in a function are reported once, with their number.
    """

    code: str
    name: str
    message: str
    severity: Severity
    profiles: frozenset[Profile]
    subjects: tuple[type[Any], ...]
    fix: FixKind
    summary: str
    parts: dict[str, str]
    check: Callable[[Any], Iterator[Finding]]
    yields_to: tuple[str, ...] = ()
    once_per_function: bool = False

    @property
    def family(self) -> str:
        """The family's title."""
        return FAMILIES[self.code[3]]

    @property
    def url(self) -> str:
        """The address of the rule's page."""
        return f"{DOCUMENTATION_URL}/rules/{self.code}/"

    def text(self, args: dict[str, str]) -> str:
        """Fill the message.

        Args:
            args: A value for each field of the message.
        """
        return self.message.format(**args).replace(HOME, "")


class Registry:
    """All rules by code."""

    def __init__(self, on_demand: Mapping[Need, tuple[str, ...]] | None = None) -> None:
        """Create a registry.

        Args:
            on_demand: The modules whose rules most files do not need, by what needs them: most runs meet neither
                documents nor `gate`, and do not pay for the import.
        """
        self._rules: dict[str, Rule] = {}
        self._on_demand = dict(on_demand or {})

    @property
    def rules(self) -> dict[str, Rule]:
        """All rules by code."""
        self._load("documents")
        self._load("gate")
        return self._rules

    def add(self, new: Rule) -> None:
        """Add a rule.

        Raises:
            RuleError: The code or the name is taken.
        """
        for old in self._rules.values():
            if new.code == old.code or new.name == old.name:
                raise RuleError(f"{new.code} {new.name}: taken by {old.code} {old.name}")
        self._rules[new.code] = new

    def of(self, profile: Profile) -> list[Rule]:
        """Return the rules of a profile, by code."""
        return _selected(self.rules, profile)

    def for_python(self, profile: Profile) -> list[Rule]:
        """Return the rules of a profile that can find something in Python, by code."""
        if profile == "gate":
            self._load("gate")
        return _selected(self._rules, profile)

    def _load(self, need: Need) -> None:
        for name in self._on_demand.pop(need, ()):
            import_module(name)


def _selected(rules: Mapping[str, Rule], profile: Profile) -> list[Rule]:
    return [rule for code, rule in sorted(rules.items()) if profile in rule.profiles]


REGISTRY = Registry(
    {
        "documents": tuple(
            f"flake8_incall.rules.{name}"
            for name in ("document_fields", "document_names", "document_requests", "documents")
        ),
        "gate": tuple(
            f"flake8_incall.rules.{name}"
            for name in ("sealed_attributes", "sealed_effects", "sealed_loading", "sealed_names")
        ),
    }
)


def name_of(diagnostic: Diagnostic) -> str:
    """Return the name of the rule of a finding; of a rule of the project's own, the name that the project gave it."""
    return diagnostic.project_rule.id if diagnostic.project_rule else REGISTRY.rules[diagnostic.code].name


def url_of(diagnostic: Diagnostic) -> str:
    """Return the address that explains a finding: the page of its rule, or what a rule of the project's own names."""
    own = diagnostic.project_rule.url if diagnostic.project_rule else ""
    return own or REGISTRY.rules[diagnostic.code].url


def rule(
    code: str,
    message: str,
    *,
    on: type[Any] | tuple[type[Any], ...],
    profiles: Iterable[Profile],
    severity: Severity = Severity.ERROR,
    fix: FixKind = "",
    yields_to: tuple[str, ...] = (),
    once_per_function: bool = False,
) -> Callable[[Callable[[Any], Iterator[Finding]]], Callable[[Any], Iterator[Finding]]]:
    """Declare a rule.

    Args:
        code: Its code; the number is for ever.
        message: The diagnostic: the fact first, then what to do, on one line without a final period.
        on: The subjects it is handed: `Module`, `InCallFunction`, or classes of syntax nodes.
        profiles: Where it applies; what holds in `contract` also holds in `strict` and `gate`.
        severity: How much it matters to a live call.
        fix: What its fixes are, if it offers some.
        yields_to: Codes of rules beside whose findings about the same thing (`Finding.about`) it says nothing.
        once_per_function: Whether repeats in one function (equal `Finding.group`) are reported once.

    Raises:
        RuleError: The metadata or the documentation breaks the conventions.
    """
    _check_message(code, message)
    subjects = on if isinstance(on, tuple) else (on,)

    def declare(check: Callable[[Any], Iterator[Finding]]) -> Callable[[Any], Iterator[Finding]]:
        summary, parts = parse_documentation(code, inspect.getdoc(check) or "")
        REGISTRY.add(
            Rule(
                code=code,
                name=check.__name__.replace("_", "-"),
                message=message,
                severity=severity,
                profiles=_close(profiles),
                subjects=subjects,
                fix=fix,
                summary=summary,
                parts=parts,
                check=check,
                yields_to=yields_to,
                once_per_function=once_per_function,
            )
        )
        return check

    return declare


def parse_documentation(code: str, text: str) -> tuple[str, dict[str, str]]:
    """Split a rule's docstring into its first sentence and its titled parts.

    Raises:
        RuleError: A part is missing, empty, unknown or out of order.
    """
    pieces = _PART.split(text.strip())
    summary, titles, bodies = pieces[0].strip(), pieces[1::2], pieces[2::2]
    # CAL998 and CAL999 speak of our own limits and faults: there is no code to show.
    required = {"Why"} if code in ("CAL998", "CAL999") else {"Why", "Bad", "Good"}
    expected = [part for part in _PARTS if part in {*titles, *required}]
    if titles != expected:
        raise RuleError(f"{code}: the documentation has the parts {titles}, expected {expected}")
    parts = {title: body.strip() for title, body in zip(titles, bodies, strict=True)}
    empty = [title for title, body in {"summary": summary, **parts}.items() if not body]
    if empty:
        raise RuleError(f"{code}: the documentation says nothing under {', '.join(empty)}")
    return summary, parts


def _check_message(code: str, message: str) -> None:
    if not re.fullmatch(r"CAL\d{3}", code):
        raise RuleError(f"{code}: no code of this project, expected CAL and three digits")
    # An editor's parser takes `:3:4: word` inside a message for another diagnostic.
    if message.endswith(".") or "\n" in message or code in message or re.search(r":\d", message):
        raise RuleError(f"{code}: the message is not one plain line without period and code")
    if any(name == "" for _, name, _, _ in Formatter().parse(message)):
        raise RuleError(f"{code}: the message has a field without a name")


def _close(profiles: Iterable[Profile]) -> frozenset[Profile]:
    given = set(profiles)
    unknown = given - set(PROFILES)
    if unknown or not given:
        raise RuleError(f"no profiles: {sorted(unknown) or 'none given'}")
    return frozenset(given | set(_BUILT_ON_CONTRACT) if "contract" in given else given)
