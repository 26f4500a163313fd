"""The project rule: an ast-grep rule, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flake8_incall.diagnostics import ProjectRule, Severity
from flake8_incall.model.code.paths import matches
from flake8_incall.project_rules.templates import Template

Config = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileGlob:
    """A glob of `files` or `ignores`.

    Attributes:
        glob: Paths or names; a name without a folder matches at any depth.
        ignores_case: Whether `A` also matches `a`.
    """

    glob: str
    ignores_case: bool = False

    def is_match(self, path: str, root: str) -> bool:
        """Return whether it matches a file, or a folder above it, from the folder of the configuration down."""
        if self.ignores_case:
            return matches(path.lower(), (self.glob.lower(),), root.lower())
        return matches(path, (self.glob,), root)


@dataclass(frozen=True, slots=True)
class RuleFix:
    """What a rule writes in the place of a match.

    Attributes:
        template: The new text.
        expand_start: A relation to a sibling before the match at which the replaced range begins, if there is one.
        expand_end: The same for a sibling behind the match, at which it ends.
        is_safe: Whether the project says that the program keeps its meaning.
    """

    template: Template
    expand_start: Config | None = None
    expand_end: Config | None = None
    is_safe: bool = False


@dataclass(frozen=True, slots=True)
class LoadedRule:
    """A rule of the project, ready to run.

    Attributes:
        shown: What readers of its findings see of it.
        severity: The severity of its findings; `None` for a rule that is off.
        message: The message, with metavariables.
        config: What ast-grep is handed: `rule`, and `constraints`, `utils` and `transform` where there are any.
        path: The file in which it stands.
        line: Where it begins there.
        fix: What it writes in the place of a match, if it says so.
        files: Globs of the files that it is for; all without any.
        ignores: Globs of files that it is not for.
    """

    shown: ProjectRule
    severity: Severity | None
    message: Template
    config: Config
    path: str
    line: int
    fix: RuleFix | None = None
    files: tuple[FileGlob, ...] = ()
    ignores: tuple[FileGlob, ...] = ()

    @property
    def id(self) -> str:
        """Its name in the project."""
        return self.shown.id

    def applies_to(self, path: str, root: str) -> bool:
        """Return whether it is for a file, by the globs that it names."""
        is_included = not self.files or any(glob.is_match(path, root) for glob in self.files)
        return is_included and not any(glob.is_match(path, root) for glob in self.ignores)


@dataclass(frozen=True)
class RuleSet:
    """The rules of a directory.

    Attributes:
        rules: The rules, by file and place.
        _combined: Configurations that match what any of some rules match, by the positions of these rules.
    """

    rules: tuple[LoadedRule, ...]
    _combined: dict[tuple[str, ...], Config] = field(default_factory=dict, compare=False, repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of the rules."""
        return tuple(rule.id for rule in self.rules)

    def combined(self, rules: tuple[LoadedRule, ...]) -> Config:
        """Return a configuration that matches where one of some rules may match, and marks which.

        A match captures itself as `marker(number)` of the first rule that matches there. Constraints are left out:
        they only take matches away.
        """
        key = tuple(rule.id for rule in rules)
        if key not in self._combined:
            self._combined[key] = _combined(rules)
        return self._combined[key]


def marker(number: int) -> str:
    """Return the metavariable by which a combined rule says which of its rules has matched."""
    return f"CAL990MATCH{number}"


def _combined(rules: tuple[LoadedRule, ...]) -> Config:
    utils: dict[str, Any] = {}
    alternatives = []
    for number, rule in enumerate(rules):
        rename = partial("{}.{}".format, number)
        utils |= {rename(name): with_utils(util, rename) for name, util in rule.config.get("utils", {}).items()}
        mark = {"pattern": f"$${marker(number)}"}
        alternatives.append({"all": [with_utils(rule.config["rule"], rename), mark]})
    return {"rule": {"any": alternatives}, "utils": utils}


def with_utils(part: Any, rename: Callable[[str], str]) -> Any:
    """Return a rule object whose `matches` name utility rules by other names."""
    if isinstance(part, list):
        return [with_utils(item, rename) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: rename(value) if key == "matches" else with_utils(value, rename) if key != "pattern" else value
        for key, value in part.items()
    }
