"""From the tables of several files to the one form that is loaded, with what ties them together checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flake8_incall.catalogue.entries import CatalogueError
from flake8_incall.catalogue.tables import PSEUDO_TYPES, Flat, nearest, read_tables
from flake8_incall.catalogue.traits import united

FOLDER = Path(__file__).parent
COMPILED = FOLDER / "compiled.json"
# Sections whose entries stand as they are written; `api` and `type` say besides where they come from, and the names
# of a trait add up.
_PLAIN = ("library", "alias", "generated", "attribute", "exception", "module", "audit", "policy")


def compile_tables(folder: Path = FOLDER) -> Flat:
    """Read every table file of a folder into the loaded form.

    Raises:
        CatalogueError: A file is malformed, names a type or exception that no table has, or says something
            that another file has said before.
    """
    tables: Flat = {section: {} for section in (*_PLAIN, "api", "type", "trait")} | {"facts": [], "sources": []}
    files = {path.name: read_tables(path) for path in sorted(folder.glob("*.toml"))}
    for flat in files.values():
        tables["library"] |= flat["library"]
    for file, flat in files.items():
        for section in ("alias", "api", "type", "attribute", "exception", "module", "audit"):
            for name in sorted(flat[section].keys() & tables[section].keys()):
                raise CatalogueError(f"{file}: {name}: another file has it too; expected one entry of a name")
        tables = _laid_over(tables, flat)
    for flat in files.values():
        tables = _laid_over(tables, _likenesses(flat, tables))
    for file, flat in files.items():
        _check_references(flat, file, tables)
    return tables


def merge(tables: Flat, flat: Flat, file: str) -> Flat:
    """Lay a user's own entries over the loaded form.

    Raises:
        CatalogueError: An entry names a type or exception that no table has.
    """
    merged = _laid_over(tables, flat)
    _check_references(flat, file, merged)
    return _laid_over(merged, _likenesses(flat, merged))


def write_compiled() -> None:
    """Rewrite the compiled form from the project's own tables."""
    COMPILED.write_text(rendered(compile_tables()), encoding="utf-8")


def rendered(tables: Flat) -> str:
    """The compiled form as text: one line a section, so that a reader of a change sees which it concerns."""
    lines = (f"{json.dumps(section)}:{_json(tables[section])}" for section in sorted(tables))
    return "{" + ",\n".join(lines) + "}\n"


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=isinstance(value, dict))


def _laid_over(tables: Flat, flat: Flat) -> Flat:
    merged: Flat = {section: entries.copy() for section, entries in tables.items()}
    for section in _PLAIN:
        merged[section] |= flat[section]
    merged["trait"] = united((merged["trait"], flat["trait"]))
    for name, library in flat["library"].items():
        merged["alias"] |= dict.fromkeys(library.get("aliases", ()), name)
    places = {_json(facts): place for place, facts in enumerate(merged["facts"])}
    for name, facts in flat["api"].items():
        facts = _with_source(name, facts, merged)
        key = _json(facts)
        if key not in places:
            places[key] = len(merged["facts"])
            merged["facts"].append(facts)
        merged["api"][name] = places[key]
    for name, facts in flat["type"].items():
        merged["type"][name] = _with_source(name, facts, merged)
    return merged


def _likenesses(flat: Flat, known: Flat) -> Flat:
    """The entries of libraries that have the same facts as another one, under their own names.

    Classes of the one are none of the other: `except httpx.RequestError` does not catch what httpx2 raises.
    """
    found: Flat = {section: {} for section in (*_PLAIN, "api", "type", "trait")}
    for library, facts in flat["library"].items():
        model = facts.get("like")
        if model is None:
            continue
        named = re.compile(rf"\b(?<!\.){re.escape(model)}(?=\.)")
        for section in ("api", "type", "attribute", "exception"):
            for name, entry in known[section].items():
                if not name.startswith(f"{model}."):
                    continue
                if section == "api":
                    entry = known["facts"][entry]
                found[section][named.sub(library, name)] = json.loads(named.sub(library, json.dumps(entry)))
        found["trait"] = united((found["trait"], _alike(known["trait"], named, library)))
    return found


def _alike(traits: Flat, named: re.Pattern[str], library: str) -> Flat:
    return {trait: [named.sub(library, name) for name in names if named.match(name)] for trait, names in traits.items()}


def _with_source(name: str, facts: Flat, merged: Flat) -> Flat:
    """The facts with their source as a number: the library's that holds the name, else the file's own."""
    within = [library for library in merged["library"] if f"{name}.".startswith(f"{library}.")]
    source = merged["library"][max(within, key=len)]["source"] if within else facts["source"]
    if source not in merged["sources"]:
        merged["sources"].append(source)
    return facts | {"source": merged["sources"].index(source)}


def _check_references(flat: Flat, file: str, known: Flat) -> None:
    """Refuse entries that name a type or exception which no table has."""
    types = {*PSEUDO_TYPES, *known["type"], *known["exception"]}
    exceptions = {"object", *known["exception"]}
    for name, word in _types_named(flat):
        if word not in types:
            raise CatalogueError(f"{file}: {name}: no type {word!r}; expected {_close(word, types)}")
    for name, word in _exceptions_named(flat):
        if word not in exceptions:
            raise CatalogueError(f"{file}: {name}: no exception {word!r}; expected {_close(word, exceptions)}")


def _close(word: str, known: set[str]) -> str:
    near = nearest(word, tuple(sorted(known)))
    return "one of the catalogue or of this file" if near.startswith("one of") else near


def _types_named(flat: Flat) -> Iterator[tuple[str, str]]:
    uses = {**flat["attribute"], **{name: facts.get("returns") for name, facts in flat["api"].items()}}
    for name, use in uses.items():
        if use:
            yield name, use.split(" of ")[-1]
    for name, facts in flat["type"].items():
        for base in facts.get("bases", ()):
            yield name, base


def _exceptions_named(flat: Flat) -> Iterator[tuple[str, str]]:
    for name, facts in flat["api"].items():
        for raised in (*facts.get("raises", ()), *([facts["rejects"]] if "rejects" in facts else [])):
            yield name, raised
    for name, parents in flat["exception"].items():
        for parent in parents:
            yield name, parent
