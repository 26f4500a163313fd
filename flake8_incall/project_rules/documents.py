"""Documents of rule files: a rule, a utility rule, or the tests of a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flake8_incall.diagnostics import ProjectRule, Severity
from flake8_incall.options import nearest
from flake8_incall.project_rules.conditions import Conditions, check_keys, compile_config, is_limited
from flake8_incall.project_rules.entries import Entry
from flake8_incall.project_rules.rule import FileGlob, LoadedRule, RuleFix, with_utils
from flake8_incall.project_rules.templates import Template, one_line
from flake8_incall.project_rules.transforms import source_of

_KEYS = (
    *("id", "language", "message", "note", "severity", "url", "metadata", "files", "ignores"),
    *("rule", "constraints", "utils", "transform", "fix", "labels"),
)
_OF_UTILS = ("id", "language", "rule", "utils")
_OF_FIXES = ("title", "template", "expandStart", "expandEnd")
_OF_GLOBS = ("glob", "caseInsensitive")
_LANGUAGES = ("python", "py")
_SEVERITIES = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFORMATION,
    "hint": Severity.INFORMATION,
    "off": None,
}
# Names stand in comments, in lists that commas separate, and at the beginning of messages.
_ID = re.compile(r"[A-Za-z0-9_](?:[\w./-]*\w)?", re.ASCII)
_UTIL = re.compile(r"[\w-]+")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_NO_MESSAGE = "this code matches the rule"
# What a document of ast-grep has that is no rule: tests of a rule, and their snapshots.
_OF_TESTS = ("valid", "invalid", "snapshots")


def is_test_document(entry: Entry) -> bool:
    """Return whether a document has the tests of a rule, or snapshots of them."""
    return "rule" not in entry.items and any(key in entry.items for key in _OF_TESTS)


def read_id(entry: Entry, noun: str) -> str:
    """Return the name of a rule.

    Raises:
        OptionError: It has none, or one that cannot be told from other text.
    """
    if "id" not in entry.mapping(noun):
        raise entry.error(f"{noun}: has no id; add one such as `id: no-print`")
    name = entry.items["id"].text("id")
    if not _ID.fullmatch(name):
        raise entry.items["id"].error(f"id: {name!r} has other characters than letters, digits and ._/-; rename it")
    return name


def check_language(entry: Entry) -> None:
    """Refuse rules for other languages.

    Raises:
        OptionError: The language is missing, or is not Python.
    """
    if "language" not in entry.items:
        raise entry.error("rule: has no language; add `language: Python`")
    language = entry.items["language"].text("language")
    if language.lower() not in _LANGUAGES:
        raise entry.items["language"].error(f"language: {language} is not supported; move the rule out, or use Python")


def read_util(entry: Entry) -> tuple[str, Entry]:
    """Return a utility rule for all rules: its name and its rule object.

    Raises:
        OptionError: It is not valid.
    """
    name = read_id(entry, "utility rule")
    for key in ("constraints", "transform", "arguments"):
        if key in entry.items:
            raise entry.items[key].error(f"utility rule: {key} is not supported; move it to the rules that use it")
    check_keys(entry, "utility rule", _OF_UTILS)
    check_language(entry)
    if "rule" not in entry.items:
        raise entry.error("utility rule: has no rule; add what it matches")
    if "utils" in entry.items:
        raise entry.items["utils"].error("utility rule: utils is not supported; write them as utility rules")
    return name, entry.items["rule"]


def read_rule(entry: Entry, shared: Mapping[str, Entry]) -> LoadedRule:
    """Return the rule of a document.

    Args:
        entry: The document.
        shared: The utility rules for all rules, by name.

    Raises:
        OptionError: It is not valid.
    """
    name = read_id(entry, "rule")
    for key in ("rewriters", "snippet"):
        if key in entry.items:
            raise entry.items[key].error(f"{key} is not supported by the Python package of ast-grep; remove it")
    check_keys(entry, "rule", _KEYS, "remove it, or put it below metadata")
    check_language(entry)
    if "rule" not in entry.items:
        raise entry.error("rule: has no condition; add `rule:` with a pattern")
    return _RuleReader(entry, name, shared).read()


class _RuleReader:
    """Reads the parts of one rule."""

    def __init__(self, entry: Entry, name: str, shared: Mapping[str, Entry]) -> None:
        self._parts = entry.items
        self._entry = entry
        self._name = name
        local = self._mapping("utils")
        self._utils = {**shared, **local}
        self._conditions = Conditions(frozenset(self._utils))
        self._transforms = self._mapping("transform")

    def read(self) -> LoadedRule:
        config = self._config()
        severity = self._text("severity") or "warning"
        if severity not in _SEVERITIES:
            hint = nearest(severity, _SEVERITIES) or f"; expected one of {', '.join(_SEVERITIES)}"
            raise self._parts["severity"].error(f"severity: unknown severity {severity!r}{hint}")
        message = self._template("message")
        return LoadedRule(
            ProjectRule(self._name, one_line(message.text), self._text("note").strip(), self._url()),
            _SEVERITIES[severity],
            message if message.text.strip() else Template(_NO_MESSAGE),
            config,
            self._entry.path,
            self._entry.line,
            self._fix(config),
            self._globs("files"),
            self._globs("ignores"),
        )

    def _config(self) -> dict[str, Any]:
        self._conditions.check(self._parts["rule"], "rule")
        constraints = self._mapping("constraints")
        for variable, constraint in constraints.items():
            self._conditions.check(constraint, f"constraints {variable}")
        reached = self._reached_utils()
        for variable, constraint in constraints.items():
            self._check_variable(variable, constraint, "constraints")
        # ast-grep 0.51 refuses names of utility rules that 0.39 accepts, such as `connect(password=...)`.
        names = {name: name if _UTIL.fullmatch(name) else f"util{index}" for index, name in enumerate(reached)}
        config: dict[str, Any] = {"rule": with_utils(self._parts["rule"].plain(), names.__getitem__)}
        for key, parts in (("constraints", constraints), ("utils", {name: self._utils[name] for name in reached})):
            if parts:
                plain = {name: with_utils(entry.plain(), names.__getitem__) for name, entry in parts.items()}
                config[key] = {names.get(name, name) if key == "utils" else name: part for name, part in plain.items()}
        compile_config(config, self._parts["rule"], "rule")
        if not is_limited(self._parts["rule"], self._utils):
            raise self._parts["rule"].error("rule: matches code of any kind; add a pattern or a kind")
        if self._transforms:
            config["transform"] = {name: entry.plain() for name, entry in self._transforms.items()}
            self._check_transforms(config)
        self._check_labels()
        return config

    def _reached_utils(self) -> list[str]:
        """The utility rules that the rule needs, each checked; also those of its own that it does not use."""
        for name, entry in self._mapping("utils").items():
            self._conditions.check(entry, f"utils {name}")
        done = set(self._mapping("utils"))
        while pending := [name for name in self._conditions.used if name not in done]:
            for name in pending:
                done.add(name)
                self._conditions.check(self._utils[name], f"utils {name}")
        return sorted(done)

    def _check_transforms(self, config: Mapping[str, Any]) -> None:
        for name, entry in self._transforms.items():
            if not _VARIABLE.fullmatch(name):
                raise entry.error(f"transform: {name!r} is not the name of a metavariable; use capitals, without $")
            if name in self._conditions.captured:
                raise entry.error(f"transform: ${name} is captured by a pattern; use another name")
            source = source_of(entry)
            for variable in source.variables:
                self._check_variable(variable, entry, "transform", {*self._transforms} - {name})
        compile_config(config, self._parts["transform"], "transform")

    def _check_labels(self) -> None:
        for name, entry in self._mapping("labels").items():
            self._check_variable(name, entry, "labels")

    def _check_variable(self, name: str, at: Entry, where: str, more: set[str] | frozenset[str] = frozenset()) -> None:
        known = self._conditions.captured | more
        if name in known:
            return
        if name in self._conditions.denied:
            raise at.error(f"{where}: ${name} stands below `not` only, where nothing is captured; capture it elsewhere")
        raise at.error(f"{where}: unknown metavariable ${name}{nearest(name, known)}; capture it in a pattern")

    def _template(self, key: str) -> Template:
        return self._checked(self._text(key), self._parts.get(key, self._entry), key)

    def _checked(self, text: str, at: Entry, key: str) -> Template:
        template = Template(text)
        for name in template.variables:
            self._check_variable(name, at, key, set(self._transforms))
        return template

    def _fix(self, config: Mapping[str, Any]) -> RuleFix | None:
        entry = self._parts.get("fix")
        if entry is None:
            return None
        is_safe = self._has_safe_fix()
        if isinstance(entry.value, list):
            # Alternatives: ast-grep, too, applies the first where nobody chooses.
            if not entry.value:
                raise entry.error("fix: is empty; add a template")
            fixes = [self._fix_object(item, config, is_safe=is_safe) for item in entry.value]
            return fixes[0]
        if isinstance(entry.value, dict):
            return self._fix_object(entry, config, is_safe=is_safe)
        return RuleFix(self._checked(entry.text("fix"), entry, "fix"), is_safe=is_safe)

    def _fix_object(self, entry: Entry, config: Mapping[str, Any], *, is_safe: bool) -> RuleFix:
        check_keys(entry, "fix", _OF_FIXES)
        if "template" not in entry.items:
            raise entry.error("fix: has no template; add the new text")
        template = entry.items["template"]
        return RuleFix(
            self._checked(template.text("template"), template, "fix"),
            self._expansion(entry, "expandStart", "follows", config),
            self._expansion(entry, "expandEnd", "precedes", config),
            is_safe,
        )

    def _expansion(self, entry: Entry, key: str, relation: str, config: Mapping[str, Any]) -> dict[str, Any] | None:
        part = entry.items.get(key)
        if part is None:
            return None
        self._conditions.check(part, key, is_relation=True)
        for name in ("matches", "field"):
            if name in part.items:
                raise part.items[name].error(f"{key}: {name} is not supported; write the rule out")
        compile_config({"rule": {relation: part.plain()}, "utils": config.get("utils", {})}, part, key)
        return {name: item.plain() for name, item in part.items.items()}

    def _has_safe_fix(self) -> bool:
        declared = self._mapping("metadata").get("fix")
        if declared is not None and declared.value not in ("safe", "unsafe"):
            raise declared.error("metadata fix: expected safe or unsafe")
        return declared is not None and declared.value == "safe"

    def _url(self) -> str:
        url = self._text("url")
        if url and not url.startswith(("https://", "http://")):
            raise self._parts["url"].error(f"url: expected an address such as https://example.com, got {url!r}")
        return url

    def _globs(self, key: str) -> tuple[FileGlob, ...]:
        return tuple(_globs(self._parts[key], key)) if key in self._parts else ()

    def _text(self, key: str) -> str:
        return self._parts[key].text(key) if key in self._parts else ""

    def _mapping(self, key: str) -> dict[str, Entry]:
        return self._parts[key].mapping(key) if key in self._parts else {}


def _globs(entry: Entry, key: str) -> Iterator[FileGlob]:
    for item in entry.sequence(key):
        if isinstance(item.value, dict):
            check_keys(item, key, _OF_GLOBS)
            if "glob" not in item.items:
                raise item.error(f"{key}: has no glob; add one")
            case = item.items.get("caseInsensitive")
            if case is not None and not isinstance(case.value, bool):
                raise case.error(f"caseInsensitive: expected true or false, got {case.kind}")
            yield FileGlob(item.items["glob"].text("glob"), bool(case and case.value))
        else:
            yield FileGlob(item.text(key))
