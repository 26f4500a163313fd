"""The cheap look: by its words alone, whether a file can reach anything dangerous that the catalogue knows."""

from __future__ import annotations

from typing import Any

from flake8_incall.catalogue.entries import DANGERS

_WILDCARD = "*"


class DangerWords:
    """The words of which a file must have some, if it is to reach anything dangerous.

    A word is a name, an attribute, a keyword argument, or a part of the name of an imported module.
    """

    def __init__(self, tables: dict[str, Any]) -> None:
        # By the first part of a name: sets of words, of which one must be there as well.
        self._by_root: dict[str, set[str]] = {}
        self._builtins: set[str] = set()
        # What leads from the first part of one name to another's: aliases, results, base classes.
        self._leads: dict[str, set[str]] = {}
        self._read_apis(tables)
        self._read_leads(tables)

    def _read_apis(self, tables: dict[str, Any]) -> None:
        words = {number: _words(fact) for number, fact in enumerate(tables["facts"])}
        for name, number in tables["api"].items():
            needed = words[number]
            if needed is None:
                continue
            root, _, rest = name.partition(".")
            last = rest.rpartition(".")[2]
            if not rest:
                self._builtins |= needed or {name}
            else:
                self._by_root.setdefault(root, set()).update(
                    needed or {_before_wildcard(name) if "*" in rest else last}
                )
        for module in (name for name in tables["module"]):
            self._by_root.setdefault(module.partition(".")[0], set()).add(module.rpartition(".")[2])

    def _read_leads(self, tables: dict[str, Any]) -> None:
        for alias, name in tables["alias"].items():
            self._lead(alias, name)
        for name, number in tables["api"].items():
            if "returns" in tables["facts"][number]:
                self._lead(name, tables["facts"][number]["returns"].rpartition(" ")[2])
        for name, facts in tables["type"].items():
            for base in facts.get("bases", ()):
                self._lead(name, base)
        for name, use in tables["attribute"].items():
            self._lead(name, use.rpartition(" ")[2])

    def _lead(self, start: str, end: str) -> None:
        root, target = start.partition(".")[0], end.partition(".")[0]
        if root != target:
            self._leads.setdefault(root, set()).add(target)

    def are_in(self, words: set[str]) -> bool:
        """Whether a file with these words can reach anything dangerous."""
        if not self._builtins.isdisjoint(words):
            return True
        roots = set(words)
        pending = [word for word in words if word in self._leads]
        while pending:
            new = self._leads[pending.pop()] - roots
            roots |= new
            pending += [root for root in new if root in self._leads]
        return any(not self._by_root[root].isdisjoint(words | {root}) for root in roots if root in self._by_root)


def _before_wildcard(name: str) -> str:
    """The word that everything below a wildcard has: `subprocess` for `subprocess.*`."""
    return name.partition(".*")[0].rpartition(".")[2]


def _words(fact: dict[str, Any]) -> set[str] | None:
    """The arguments that make an API dangerous; empty when its name does, `None` when it is harmless."""
    if "unverified" in fact:
        return set()
    insecure = fact.get("insecure", [])
    if _is_positional(insecure):
        return set()
    switches = {condition["argument"].partition("@")[0] for condition in insecure if not condition.get("absent")}
    is_insecure_alone = any(condition.get("absent") for condition in insecure)
    if not DANGERS.isdisjoint(fact.get("effects", ())):
        harmless = fact.get("harmless", [])
        if not harmless or is_insecure_alone or any(not condition.get("absent") for condition in harmless):
            return set()
        arguments = {condition["argument"].partition("@")[0] for condition in harmless}
        return arguments | switches if all(arguments) and not _is_positional(harmless) else set()
    if is_insecure_alone:
        return set()
    return switches or None


def _is_positional(conditions: list[dict[str, Any]]) -> bool:
    return any("@" in condition["argument"] for condition in conditions)
