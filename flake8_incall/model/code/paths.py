"""Match files against `incall-paths`, and recognize test files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_incall.options import Options

_ANY_DEPTH = "**"
# What tests of the project's own rules have in common; they stand beside the rules.
_RULE_TEST, _RULE_FIXED = "ruleid:", ".fixed.py"


def is_matched(path: str, options: Options) -> bool:
    """Whether `incall-paths` matches a file, or a folder that it stands in.

    Args:
        path: The file as it was named to the checker.
        options: The globs, and the folder that they are taken from.
    """
    return bool(options.paths) and matches(path, options.paths, _root(options))


def matches(path: str, globs: Iterable[str], root: str) -> bool:
    """Whether a glob matches a file or folder, or a folder above it.

    Args:
        path: The file as it was named to the checker.
        globs: Paths or names; a name without a folder is looked for at any depth.
        root: The folder that they are taken from.
    """
    parts, here = _parts(path), os.getcwd()
    return any(_is_match(parts, _anchored(glob, root, here)) for glob in globs)


def is_test_file(path: str, options: Options, text: str = "") -> bool:
    """Whether a file is a test: `test_*.py`, `conftest.py`, below `tests`, or a test of rules of the project's own.

    Unless `incall-paths` matches it.
    """
    parts, root = _parts(path), _parts(_root(options))
    *folders, name = parts[len(root) :] if parts[: len(root)] == root else parts
    is_test = "tests" in folders or name == "conftest.py" or fnmatchcase(name, "test_*.py")
    if options.rules and not is_test and (_RULE_TEST in text or name.endswith(_RULE_FIXED)):
        is_test = _is_below(parts, options.rules, options)
    return is_test and not is_matched(path, options)


def _is_below(parts: tuple[str, ...], folder: str, options: Options) -> bool:
    """Whether a path leads below a folder, named from the working directory or from that of the configuration."""
    bases = (_parts(os.path.join(base, folder)) for base in (os.getcwd(), _root(options)))
    return any(parts[: len(base)] == base for base in bases)


def unmatched_globs(options: Options, known: Iterable[str], files_below: Callable[[str], Iterable[str]]) -> list[str]:
    """The globs of `incall-paths` that match no file on the disk.

    Args:
        options: The globs, and the folder that they are taken from.
        known: Files that are there; a glob that matches one of these is not searched for.
        files_below: Lists the files below a folder; of a file, the file itself.
    """
    files, root = [_parts(path) for path in known], _root(options)

    def has_match(glob: str) -> bool:
        parts = _anchored(glob, root, os.getcwd())
        if any(_is_match(file, parts) for file in files):
            return True
        folder = os.sep.join(takewhile(lambda part: not any(sign in part for sign in "*?["), parts))
        return any(_is_match(_parts(file), parts) for file in files_below(folder or os.sep))

    return [glob for glob in options.paths if not has_match(glob)]


def _root(options: Options) -> str:
    return options.root or os.getcwd()


def _parts(path: str) -> tuple[str, ...]:
    return tuple(os.path.abspath(path).rstrip(os.sep).split(os.sep))


@cache
def _anchored(glob: str, root: str, here: str) -> tuple[str, ...]:
    """The folders and the name of a glob, from the root of the file system.

    A name without a folder is looked for at any depth below the root, and so is what follows a leading `*/`. To
    flake8, `functions/` is the path of a folder: it is a name without a folder all the same.
    """
    if "/" not in glob and glob not in (".", ".."):
        return (*_parts(root), _ANY_DEPTH, glob)
    parts = _parts(os.path.join(here, glob))
    for base in (_parts(root), _parts(here)):
        below = parts[len(base) :] if parts[: len(base)] == base else ()
        if len(below) == 1 or below[:1] == ("*",):
            return (*base, _ANY_DEPTH, *below[below[0] == "*" and len(below) > 1 :])
    return parts


def _is_match(parts: tuple[str, ...], globs: tuple[str, ...]) -> bool:
    """Whether a path, or a folder above it, matches a glob."""
    if not globs:
        return True
    if globs[0] == _ANY_DEPTH:
        return any(_is_match(parts[start:], globs[1:]) for start in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], globs[0]) and _is_match(parts[1:], globs[1:])


def is_document(name: str, text: str = "") -> bool:
    """Whether a file is read as a function document: by its name, or without an ending by how its text begins."""
    if name.lower().endswith(".json"):
        return True
    return not os.path.splitext(name)[1] and text.removeprefix("\ufeff").lstrip()[:1] in ("{", "[")
