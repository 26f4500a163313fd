"""From the tables of several files to the one form that is loaded, with what ties them together checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flake8_incall.catalogue.entries import CatalogueError
from flake8_incall.catalogue.tables import PSEUDO_TYPES, Flat, nearest, read_tables

FOLDER = Path(__file__).parent
COMPILED = FOLDER / "compiled.json"


def compile_tables(folder: Path = FOLDER) -> Flat:
    """Read every table file of a folder into the loaded form.

    Raises:
        CatalogueError: A file is malformed, names a type or exception that no table has, or says something
            that another file has said before.
    """
    tables = _empty()
    for path in sorted(folder.glob("*.toml")):
        flat = read_tables(path)
        for section in ("library", "alias", "api", "type", "attribute", "exception", "module", "audit"):
            for name in flat[section].keys() & tables[section].keys():
                raise CatalogueError(
                    f"{path}: {name}: is in another file too; expected one entry of this name"
                )
        tables = merge(tables, flat, str(path), check=False)
    _check_references(tables, str(folder), tables)
    return tables


def merge(tables: Flat, flat: Flat, file: str, *, check: bool = True) -> Flat:
    """Lay one file's entries over the loaded form.

    Raises:
        CatalogueError: An entry names a type or exception that no table has.
    """
    merged: Flat = {section: dict(entries) for section, entries in tables.items() if section != "facts"}
    merged["facts"] = list(tables["facts"])
    places = {json.dumps(facts, sort_keys=True): place for place, facts in enumerate(merged["facts"])}
    for name, facts in flat["api"].items():
        facts = facts | {"source": _source(name, facts, flat["library"])}
        key = json.dumps(facts, sort_keys=True)
        if key not in places:
            places[key] = len(merged["facts"])
            merged["facts"].append(facts)
        merged["api"][name] = places[key]
    for name, facts in flat["type"].items():
        merged["type"][name] = facts | {"source": _source(name, facts, flat["library"])}
    for section in ("attribute", "exception", "alias", "module", "audit", "policy"):
        merged[section] |= flat[section]
    for name, library in flat["library"].items():
        merged["library"][name] = library
        merged["alias"] |= dict.fromkeys(library.get("aliases", ()), name)
    if check:
        _check_references(flat, file, merged)
    return merged


def write_compiled() -> None:
    """Rewrite the compiled form from the project's own tables."""
    COMPILED.write_text(rendered(compile_tables()), encoding="utf-8")


def rendered(tables: Flat) -> str:
    """The compiled form as text: one line a section, so that it stays small and merges stay visible."""
    lines = (f"{json.dumps(section)}:{_json(tables[section])}" for section in sorted(tables))
    return "{" + ",\n".join(lines) + "}\n"


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=isinstance(value, dict))


def _empty() -> Flat:
    sections = ("library", "alias", "api", "type", "attribute", "exception", "module", "audit", "policy")
    return {section: {} for section in sections} | {"facts": []}


def _source(name: str, facts: Flat, libraries: Flat) -> str:
    """The library's source where one holds the name, else the entry's or file's own."""
    within = [library for library in libraries if name == library or name.startswith(f"{library}.")]
    if not within:
        return str(facts["source"])
    return str(libraries[max(within, key=len)]["source"])


def _check_references(entries: Flat, file: str, known: Flat) -> None:
    types = {*PSEUDO_TYPES, *known["type"], *known["exception"]}
    for name, use in _type_uses(entries, known):
        _check(use.split(" of ")[-1], types, f"{file}: {name}: no type")
    for name, facts in entries["type"].items():
        for base in facts.get("bases", ()):
            _check(base, types, f"{file}: {name}: no type")
    for name, raised in _raised(entries, known):
        _check(raised, set(known["exception"]), f"{file}: {name}: no exception")


def _check(word: str, known: set[str], message: str) -> None:
    if word not in known:
        near = nearest(word, tuple(sorted(known)))
        raise CatalogueError(
            f"{message} {word!r}; expected {near if len(near) < 80 else 'one of the tables'}"
        )


def _facts(entries: Flat, known: Flat) -> Iterator[tuple[str, Flat]]:
    for name, facts in entries["api"].items():
        yield name, facts if isinstance(facts, dict) else known["facts"][facts]


def _type_uses(entries: Flat, known: Flat) -> Iterator[tuple[str, str]]:
    yield from entries["attribute"].items()
    for name, facts in _facts(entries, known):
        if "returns" in facts:
            yield name, facts["returns"]


def _raised(entries: Flat, known: Flat) -> Iterator[tuple[str, str]]:
    for name, facts in _facts(entries, known):
        for raised in facts.get("raises", ()):
            yield name, raised
    for name, parents in entries["exception"].items():
        for parent in parents:
            if parent != "object":
                yield name, parent
