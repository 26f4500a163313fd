"""ast-grep, by which rules are matched. It is imported only where an option names rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flake8_incall.options import OptionError

INSTALL = 'pip install "flake8-incall[rules]"'
LANGUAGE = "python"
_PACKAGES = {"ast_grep_py": "ast-grep-py", "yaml": "PyYAML"}
_CAUSE = re.compile(r"\n\s+\d+: ")
_SURROGATES = re.compile("[\ud800-\udfff]")


class PatternError(Exception):
    """ast-grep refuses a rule; its text says why."""


def require_library() -> None:
    """Check that the packages of the extra are installed.

    Raises:
        OptionError: One is not.
    """
    missing = [package for module, package in _PACKAGES.items() if find_spec(module) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise OptionError(f"incall-rules: {' and '.join(missing)} {verb} not installed; run {INSTALL}")


class SearchTree:
    """A Python text as ast-grep parses it.

    Attributes:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def root(self) -> Any:
        """The root of its tree; parsed when it is first asked for."""
        # A lone surrogate is not UTF-8. Another character in its place moves no offset.
        return import_module("ast_grep_py").SgRoot(_SURROGATES.sub("\ufffd", self.text), LANGUAGE).root()

    def find(self, config: Mapping[str, Any]) -> list[Any]:
        """Return the nodes that a rule matches, in the order of the text.

        Raises:
            PatternError: ast-grep refuses the rule.
        """
        return found_in(self.root, config)

    @cached_property
    def long_strings(self) -> list[tuple[int, int]]:
        """Where strings of several lines begin and end, in characters."""
        spans = [span_of(node) for node in self.find({"rule": {"kind": "string"}})]
        return [(start, end) for start, end in spans if "\n" in self.text[start:end]]

    def has_errors(self) -> bool:
        """Return whether a part of the text does not parse."""
        return bool(self.find({"rule": {"kind": "ERROR"}}))


def found_in(node: Any, config: Mapping[str, Any]) -> list[Any]:
    """Return the nodes below one, and itself, that a rule matches.

    Raises:
        PatternError: ast-grep refuses the rule.
    """
    try:
        return list(node.find_all(dict(config)))
    except BaseException as error:
        # A panic of a Rust library is no `Exception`.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise PatternError(_reason(str(error))) from error


def matches_itself(node: Any, config: Mapping[str, Any]) -> bool:
    """Return whether a rule matches a node itself."""
    return found_in(node, config)[:1] == [node]


def span_of(node: Any) -> tuple[int, int]:
    """Return where a node begins and ends, in characters of the text."""
    span = node.range()
    return span.start.index, span.end.index


def joined_span(nodes: Iterable[Any]) -> tuple[int, int] | None:
    """Return the range from the first of some nodes to the last; `None` without any."""
    spans = [span_of(node) for node in nodes]
    return (spans[0][0], spans[-1][1]) if spans else None


def _reason(text: str) -> str:
    """The last cause in an error of ast-grep, on one line; what precedes it says less."""
    causes = text.partition("Stack backtrace:")[0].partition("Caused by:")[2] or text
    last = " ".join(_CAUSE.split(causes)[-1].split())
    return last.rpartition("error: ")[2].replace("µ", "$").rstrip(".") or "unknown error"
