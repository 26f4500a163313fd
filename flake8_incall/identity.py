"""Identities of findings: what stays the same while lines move and messages are reworded."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from string import Formatter

from flake8_incall.diagnostics import Diagnostic
from flake8_incall.rules import REGISTRY

# Fields of messages that advise, and fields that say where something is. Neither tells what a finding is about.
_ADVICE = frozenset(
    {"advice", "cause", "consequence", "exceptions", "expected", "instead", "message", "remedy", "store"}
)
_PLACES = frozenset({"line", "through", "when", "where"})
# The first characters of a secret belong into no other file.
_CONFIDENTIAL = frozenset({"beginning"})
_LEFT_OUT = _ADVICE | _PLACES | _CONFIDENTIAL
# What names the subject without being code.
_NAMES = frozenset({"id"})
_CODE_OR_SEPARATOR = re.compile(r"`([^`]*)`|[;:](?= )")


@dataclass(frozen=True, order=True, slots=True)
class Identity:
    """The subject of a finding, without its place and its wording.

    Attributes:
        path: The file, with `/` between its parts.
        function: The qualified name of the in-call function; empty for the file as a whole.
        code: The rule's code.
        arguments: The code and names in the message, with the fields that they fill, by field.
    """

    path: str
    function: str
    code: str
    arguments: tuple[tuple[str, str], ...] = ()

    def fingerprint(self, occurrence: int) -> str:
        """Return a digest that differs for each occurrence in a file."""
        parts = (self.path, self.function, self.code, *self.arguments, occurrence)
        return hashlib.sha256(repr(parts).encode("utf-8", "backslashreplace")).hexdigest()


def identify(path: str, diagnostic: Diagnostic) -> Identity:
    """Return the identity of a finding.

    Args:
        path: The name of its file in the identity.
        diagnostic: The finding, not one that stands for repeats.
    """
    rule = REGISTRY.rules.get(diagnostic.code)
    quoted = _quoted_fields(rule.message) if rule else frozenset()
    named = [(name, text) for name, text in diagnostic.arguments if name not in _LEFT_OUT]
    arguments = [(name, " ".join(text.split())) for name, text in named if name in quoted | _NAMES and text]
    return Identity(
        path,
        diagnostic.qualified_name or diagnostic.function or "",
        diagnostic.code,
        # Prose changes more often than code: it counts where the message has no code of its own.
        tuple(sorted(arguments or [(name, names) for name, text in named if (names := _names_in(text))])),
    )


def instances(diagnostic: Diagnostic) -> tuple[Diagnostic, ...]:
    """Return the findings that a diagnostic stands for: its repeats, or itself."""
    return diagnostic.repeats or (diagnostic,)


@dataclass(slots=True)
class Fingerprints:
    """Fingerprints of the findings of a run, no two of them equal.

    Attributes:
        counts: How often each finding has occurred so far.
    """

    counts: Counter[Identity] = field(default_factory=Counter)

    def of_file(self, path: str, diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, str]]:
        """Yield the findings of a file with their fingerprints.

        Args:
            path: The name of the file in the fingerprints.
            diagnostics: The findings, by place.
        """
        for diagnostic in diagnostics:
            first, *others = (identify(path, one) for one in instances(diagnostic))
            self.counts[first] += 1
            yield diagnostic, first.fingerprint(self.counts[first])
            self.counts.update(others)


@cache
def _quoted_fields(message: str) -> frozenset[str]:
    """Fields that a message shows as code, between backticks."""
    fields, before = set(), ""
    for text, name, _, _ in Formatter().parse(message):
        before += text
        if name and before.count("`") % 2:
            fields.add(name)
    return frozenset(fields)


def _names_in(prose: str) -> str:
    """Code and names in the value of a field. Their order is wording, and advice follows a colon."""
    found: set[str] = set()
    for match in _CODE_OR_SEPARATOR.finditer(prose):
        if match[1] is None:
            break
        found.update(" ".join(part.split()) for part in match[1].split("→"))
    return " ".join(sorted(found))
