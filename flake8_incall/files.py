"""Writing files: completely or not at all."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from flake8_incall.options import OptionError

# How the reports of this project begin, apart from those for people.
_OWN_REPORT = re.compile(
    rb"""\s*(?: \[\s*\] | \[\s*\{\s*"path": | \[\s*\{\s*"description":[ ]"CAL\d  # json, gitlab
    | \{\s*"\$schema": | <\?xml  # sarif, junit
    | \{"version":[ ]\d+,[ ]"findings")  # baseline
    """,
    re.VERBOSE,
)
# What a pipe takes as a whole or not at all.
_CHUNK = 4096


def write_all(stream: TextIO, text: str) -> None:
    """Write a long text so that a reader that goes away, or a full disk, is an error.

    Python drops what is left of a long text after an incomplete write, if its output is unbuffered.
    """
    for start in range(0, len(text), _CHUNK):
        stream.write(text[start : start + _CHUNK])


def array_text(objects: Iterable[object]) -> str:
    """Return the text of a JSON array; an empty one is not taken for an empty function document."""
    return "[\n{}\n]\n".format(",\n".join(json.dumps(one, indent=2) for one in objects))


def replace_file(path: Path, data: bytes) -> None:
    """Write a file by writing another beside it and renaming that; its permissions stay.

    Raises:
        OSError: The file cannot be written. It is as it was before.
    """
    target = path.resolve()
    mode = _mode(target)
    descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=".incall-")
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        os.chmod(beside, mode)
        os.replace(beside, target)
    except BaseException:
        os.unlink(beside)
        raise


def _mode(target: Path) -> int:
    """The permissions of a file, or those that a new file has."""
    if not target.exists():
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    if not os.access(target, os.W_OK):
        # A file in a writable directory can be replaced in spite of its own permissions.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(target.stat().st_mode)


@contextmanager
def output(path: str | None, inputs: Iterable[str] = (), kept: Iterable[str] = ()) -> Iterator[TextIO]:
    """Open the output of a command: standard output, or a file that appears only when it is complete.

    Args:
        path: The file; `None` or `-` for standard output.
        inputs: Files that the command checks, which it must not overwrite unless they are earlier reports.
        kept: Files that it must not overwrite whatever they are.

    Raises:
        OptionError: The file cannot be written, or is an input.
    """
    if path is None or path == "-":
        yield sys.stdout
        return
    with _one_line_errors(path):
        _check_writable(path)
        if os.path.isfile(path):
            _refuse_input(path, kept if _is_own_report(path) else (*inputs, *kept))
    buffer = io.StringIO()
    yield buffer
    data = buffer.getvalue().encode("utf-8", "backslashreplace")
    with _one_line_errors(path):
        if _is_special(path):
            Path(path).write_bytes(data)
        else:
            replace_file(Path(path), data)


@contextmanager
def _one_line_errors(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OptionError(f"output-file: cannot write {path!r}: {error.strerror or error}") from error


def _check_writable(path: str) -> None:
    """Find out before a long run what can be known.

    Raises:
        OSError: The file cannot be written.
        OptionError: It has no name, or its directory does not exist.
    """
    if not path:
        raise OptionError("output-file: expected a file path, got ''")
    folder = os.path.dirname(os.path.realpath(path))
    if os.path.isdir(path):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not os.path.isdir(folder):
        raise OptionError(f"output-file: cannot write {path!r}: no such directory; create {folder!r} first")
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _refuse_input(path: str, inputs: Iterable[str]) -> None:
    for name in inputs:
        if os.path.exists(name) and os.path.samefile(name, path):
            raise OptionError(f"output-file: {path!r} is also an input; choose another file")


def _is_own_report(path: str) -> bool:
    """Return whether a file is an earlier report: a run that finds it in a directory takes it for no input."""
    with open(path, "rb") as file:
        return _OWN_REPORT.match(file.read(_CHUNK)) is not None


def _is_special(path: str) -> bool:
    """Return whether a path is a device or a pipe, which is written to and not replaced."""
    return os.path.exists(path) and not os.path.isfile(path)
