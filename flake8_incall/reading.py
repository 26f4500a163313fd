"""Reading files, and what is said about one that cannot be read, decoded or parsed."""

from __future__ import annotations

import codecs
import io
import os
import stat
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from flake8_incall.diagnostics import Position
from flake8_incall.model.code.paths import is_document

T = TypeVar("T")

_NOTEBOOK = "is a notebook, which cannot be checked; export it with `jupyter nbconvert --to script`, and check that"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file could not be checked.

    Attributes:
        path: The file.
        text: One line: the fact, then what to do.
        at: Where, if that is known.
    """

    path: str
    text: str
    at: Position | None = None

    def __str__(self) -> str:
        place = f":{self.at.line}:{self.at.column + 1}" if self.at else ""
        return f"{self.path}{place}: {self.text}"


def attempt(path: str, name: str, work: Callable[[str, bytes], T]) -> T | Problem:
    """Read a file and do something with it; whatever goes wrong becomes a problem of this file alone.

    Args:
        path: The file; `-` is standard input.
        name: What it is called in diagnostics.
        work: Is given the name and the bytes.
    """
    if name.lower().endswith(".ipynb"):
        return Problem(name, _NOTEBOOK)
    try:
        return work(name, _read(path))
    except OSError as error:
        return Problem(name, f"cannot be read: {error.strerror or error}")
    except UnicodeError as error:
        return _undecodable(name, error)
    except SyntaxError as error:
        return unparsable(name, error)
    except Exception as error:  # A fault on one file must not cost the findings in all others.
        words = " ".join(f"{type(error).__name__} {error}".split())
        return Problem(name, f"flake8-incall itself failed ({words}); please report this with the file")


def decode(data: bytes) -> list[str]:
    """The lines of a Python file, line ends as `"\\n"`.

    Raises:
        SyntaxError: The file declares an encoding that is none, or not the one of its byte order mark.
        UnicodeError: The text is not in its encoding.
    """
    text, _ = decoded(data)
    return list(io.StringIO(text, newline=None))


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a Python file with its line ends, and its encoding.

    Raises:
        SyntaxError: The file declares an encoding that is none, or not the one of its byte order mark.
        UnicodeError: The text is not in its encoding.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        data.decode()  # Says where the text is not UTF-8, which is the usual cause.
        raise
    try:
        return data.decode(encoding), encoding
    except LookupError as error:
        raise SyntaxError(f"unknown text encoding {encoding}") from error


def is_document_file(name: str, data: bytes = b"") -> bool:
    """Whether a file is read as a function document: by its name, or without an ending by its first byte."""
    return is_document(name, data.removeprefix(codecs.BOM_UTF8).lstrip()[:1].decode(errors="replace"))


def document_text(data: bytes) -> str:
    """The text of a JSON file; a byte order mark is none of it.

    Raises:
        UnicodeError: It is not UTF-8.
    """
    return data.removeprefix(codecs.BOM_UTF8).decode()


def holds_functions(path: str) -> bool:
    """Whether a JSON file found in a folder is a function document: most JSON there is something else."""
    from flake8_incall.model.documents.first_look import may_hold_functions

    try:
        return may_hold_functions(_read(path).decode(errors="replace"))
    except OSError:
        # Nobody can tell. Who reads it next says why.
        return True


@dataclass(slots=True)
class Listing:
    """The contents of a folder, at any depth.

    Attributes:
        files: The files.
        unlisted: Folders that cannot be listed.
        installed: Folders of installed packages, which are not looked into.
    """

    files: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    installed: list[str] = field(default_factory=list)


def list_folder(folder: str, *, is_excluded: Callable[[str], bool]) -> Listing:
    """List what is below a folder.

    Args:
        folder: Where to begin; it is looked into whatever it holds.
        is_excluded: Whether a file or folder, by its path, is not to be looked at.
    """
    listing = Listing()
    for parent, folders, names in os.walk(folder, onerror=lambda error: listing.unlisted.append(error.filename)):
        below = [os.path.join(parent, name) for name in folders]
        taken = [path for path in below if not is_excluded(path)]
        installed = {path for path in taken if holds_installed_packages(path)}
        folders[:] = [os.path.basename(path) for path in taken if path not in installed]
        listing.installed += sorted(installed)
        listing.files += [path for name in names if not is_excluded(path := os.path.join(parent, name))]
    return listing


_INSTALLED = frozenset({".venv", "venv", "node_modules"})
# What `venv` and conda put into the root of an environment, whatever it is called.
_SIGNS = ("pyvenv.cfg", "conda-meta")


def holds_installed_packages(folder: str) -> bool:
    """Whether a folder is one of installed packages."""
    return os.path.basename(folder) in _INSTALLED or any(os.path.exists(os.path.join(folder, s)) for s in _SIGNS)


def files_below(path: str) -> Iterator[str]:
    """The files below a folder, hidden folders left out; of a file, the file itself."""
    if os.path.isfile(path):
        yield path
    for parent, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _INSTALLED]
        yield from (os.path.join(parent, name) for name in names)


def _read(path: str) -> bytes:
    if path == "-":
        if sys.stdin is None:
            raise OSError("standard input is closed")
        return sys.stdin.buffer.read()
    _refuse_irregular(path)
    with open(path, "rb") as file:
        return file.read()


def _refuse_irregular(path: str) -> None:
    """Refuse what can keep its reader waiting, and folders.

    Raises:
        OSError: It is no regular file, or cannot be looked at.
    """
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        # A folder comes here when it could not be listed: the system says why.
        os.scandir(path).close()
    if not stat.S_ISREG(mode):
        raise OSError("it is no regular file")


def _undecodable(name: str, error: UnicodeError) -> Problem:
    advice = "save it as UTF-8"
    if not isinstance(error, UnicodeDecodeError):
        return Problem(name, f"cannot be read: {error}; {advice}")
    before = error.object[: error.start]
    at = Position(before.count(b"\n") + 1, error.start - before.rfind(b"\n") - 1)
    byte = f"byte 0x{error.object[error.start]:02x}"
    return Problem(name, f"cannot be read: {byte} is not {error.encoding}; {advice}", at)


def unparsable(name: str, error: SyntaxError, then: str = "nothing in this file was checked") -> Problem:
    """Why a text could not be parsed.

    Args:
        name: The file.
        error: What Python says of it.
        then: What this means for the findings, as a clause.
    """
    at = Position(error.lineno, max(error.offset or 1, 1) - 1) if error.lineno else None
    from flake8_incall.model.code.python_versions import NewerPythonError

    if isinstance(error, NewerPythonError):
        return Problem(name, f"{error.explanation}, {then}", at)
    return Problem(name, f"cannot be parsed: {error.msg}; correct it, {then}", at)
