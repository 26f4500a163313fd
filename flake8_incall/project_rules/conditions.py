"""Rule objects of ast-grep, checked part by part, so that an error names the line at fault.

ast-grep itself passes over unknown keys, and a pattern that does not parse matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flake8_incall.options import nearest
from flake8_incall.project_rules.entries import Entry
from flake8_incall.project_rules.library import PatternError, SearchTree
from flake8_incall.project_rules.templates import METAVARIABLE

_ATOMIC = ("pattern", "kind", "regex", "nthChild", "range")
RELATIONS = ("inside", "has", "precedes", "follows")
_COMPOSITE = ("all", "any", "not", "matches")
_KEYS = (*_ATOMIC, *RELATIONS, *_COMPOSITE)
_OF_RELATIONS = ("stopBy", "field")
_OF_PATTERNS = ("context", "selector", "strictness")
_STRICTNESS = ("cst", "smart", "ast", "relaxed", "signature", "template")
_STOPS = ("neighbor", "end")
_OF_NTH_CHILD = ("position", "reverse", "ofRule")


@dataclass(slots=True)
class Conditions:
    """Checks rule objects of one rule, and collects what they name.

    Attributes:
        utils: The names of the utility rules that may be named.
        captured: The metavariables that a match can fill.
        denied: Those that stand only below a `not`, where nothing is captured.
        used: The utility rules that are named, with the entries that name them.
    """

    utils: frozenset[str]
    captured: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    used: dict[str, Entry] = field(default_factory=dict)

    def check(self, entry: Entry, name: str, *, is_relation: bool = False, is_denied: bool = False) -> None:
        """Check a rule object.

        Args:
            entry: The object.
            name: The key under which it stands.
            is_relation: Whether it may say `stopBy` and `field`.
            is_denied: Whether it stands below a `not`.

        Raises:
            OptionError: A key is unknown, or a value is not what its key takes.
        """
        parts = entry.mapping(name)
        known = (*_KEYS, *_OF_RELATIONS) if is_relation else _KEYS
        check_keys(entry, name, known)
        if not any(key in parts for key in _KEYS):
            raise entry.error(f"{name}: has no condition; add one of {', '.join(_KEYS)}")
        for key, part in parts.items():
            if key in RELATIONS:
                self._check_relation(part, key, is_denied=is_denied)
            elif key == "field" and name not in ("inside", "has"):
                raise part.error(f"{name}: takes no field; only inside and has do")
            else:
                self._check_part(key, part, is_denied=is_denied)

    def _check_part(self, key: str, part: Entry, *, is_denied: bool) -> None:
        match key:
            case "all" | "any":
                self._check_list(part, key, is_denied=is_denied)
            case "not":
                self.check(part, key, is_denied=True)
            case "matches":
                self._check_reference(part)
            case "stopBy":
                self._check_stop(part, is_denied=is_denied)
            case "field":
                compile_part({"has": {"kind": "identifier", "field": part.text(key)}}, part, key)
            case "pattern":
                self._check_pattern(part, is_denied=is_denied)
            case "nthChild":
                self._check_position(part, is_denied=is_denied)
            case "range":
                part.mapping(key)
                compile_part({key: part.plain()}, part, key)
            case _:
                compile_part({key: part.text(key)}, part, key)

    def _check_list(self, part: Entry, key: str, *, is_denied: bool) -> None:
        parts = part.sequence(key)
        if not parts:
            raise part.error(f"{key}: is empty; add a rule")
        for item in parts:
            self.check(item, key, is_denied=is_denied)

    def _check_relation(self, part: Entry, key: str, *, is_denied: bool) -> None:
        self.check(part, key, is_relation=True, is_denied=is_denied)

    def _check_stop(self, part: Entry, *, is_denied: bool) -> None:
        if isinstance(part.value, dict):
            self.check(part, "stopBy", is_denied=is_denied)
        elif part.value not in _STOPS:
            raise part.error(f"stopBy: expected neighbor, end or a rule, got {part.plain()!r}")

    def _check_reference(self, part: Entry) -> None:
        if isinstance(part.value, dict):
            raise part.error("matches: utility rules with arguments are not supported; write the rule out")
        name = part.text("matches")
        if name not in self.utils:
            raise part.error(f"matches: unknown utility rule {name!r}{nearest(name, self.utils)}; add it to utils")
        self.used.setdefault(name, part)

    def _check_pattern(self, part: Entry, *, is_denied: bool) -> None:
        is_object = isinstance(part.value, dict)
        if is_object:
            check_keys(part, "pattern", _OF_PATTERNS)
            if "context" not in part.items:
                raise part.error("pattern: has no context; add the code around the pattern")
            strictness = part.items.get("strictness")
            if strictness is not None and strictness.value not in _STRICTNESS:
                raise strictness.error(f"strictness: expected one of {', '.join(_STRICTNESS)}")
            text = part.items["context"].text("context")
        else:
            text = part.text("pattern")
        if not text.strip():
            raise part.error("pattern: is empty; write code with metavariables such as $A")
        if SearchTree(_with_names(text)).has_errors():
            advice = "correct it" if is_object else "correct it, or write it with `context` and `selector`"
            raise part.error(f"pattern: {_shown(text)} is not valid Python; {advice}")
        compile_part({"pattern": part.plain()}, part, "pattern")
        names = {found[1] for found in METAVARIABLE.finditer(text)}
        (self.denied if is_denied else self.captured).update(names)

    def _check_position(self, part: Entry, *, is_denied: bool) -> None:
        if isinstance(part.value, dict):
            check_keys(part, "nthChild", _OF_NTH_CHILD)
            if "ofRule" in part.items:
                self.check(part.items["ofRule"], "ofRule", is_denied=is_denied)
            part = Entry({k: v for k, v in part.items.items() if k != "ofRule"}, part.path, part.line)
        place = part.items.get("position") if isinstance(part.value, dict) else part
        if place is None or not (isinstance(place.value, str) or (type(place.value) is int and place.value > 0)):
            raise (place or part).error("nthChild: expected a number from 1, or a formula such as 2n+1")
        compile_part({"kind": "identifier", "nthChild": part.plain()}, part, "nthChild")


def is_limited(entry: Entry, utils: Mapping[str, Entry], seen: frozenset[str] = frozenset()) -> bool:
    """Return whether a rule object says what kinds of nodes it matches; one that does not matches all sorts of code."""
    parts = entry.items
    pattern = parts["pattern"].value if "pattern" in parts else None
    if "kind" in parts or isinstance(pattern, dict) or (pattern and not METAVARIABLE.fullmatch(str(pattern))):
        return True
    if "any" in parts and all(is_limited(part, utils, seen) for part in parts["any"].sequence("any")):
        return True
    if "all" in parts and any(is_limited(part, utils, seen) for part in parts["all"].sequence("all")):
        return True
    name = parts["matches"].text("matches") if "matches" in parts else ""
    return bool(name) and name not in seen and is_limited(utils[name], utils, seen | {name})


def check_keys(entry: Entry, name: str, known: Iterable[str], advice: str = "") -> None:
    """Refuse keys that nobody reads.

    Args:
        entry: The mapping.
        name: The key under which it stands.
        known: The keys that it may have.
        advice: What to do about a key that is like none of these; they are listed without.

    Raises:
        OptionError: A key is unknown.
    """
    for key, value in entry.mapping(name).items():
        if key not in known:
            hint = nearest(key, known) or f"; {advice or 'known are ' + ', '.join(known)}"
            raise value.error(f"{name}: unknown key {key!r}{hint}")


def compile_part(rule: Mapping[str, Any], entry: Entry, name: str) -> None:
    """Let ast-grep compile a part of a rule.

    Raises:
        OptionError: It refuses it.
    """
    compile_config({"rule": rule}, entry, name)


def compile_config(config: Mapping[str, Any], entry: Entry, name: str) -> None:
    """Let ast-grep compile a rule.

    Raises:
        OptionError: It refuses it.
    """
    try:
        _any_tree().find(config)
    except PatternError as error:
        raise entry.error(f"{name}: {error}") from error


@cache
def _any_tree() -> SearchTree:
    return SearchTree("pass")


def _with_names(pattern: str) -> str:
    """A pattern with names in the places of its metavariables, as ast-grep parses it."""
    return pattern.replace("$", "µ")


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return f"`{line if len(line) <= 60 else line[:56] + ' ...'}`"
