"""Names of files as other programs, and other working directories, know them."""

from __future__ import annotations

import os
from functools import cache
from urllib.parse import quote


def well_formed(text: str) -> str:
    """Replace what is not Unicode, such as the bytes of a file name that is not UTF-8, by escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def relative_to(folder: str, path: str) -> str:
    """Return the name of a file from a directory, whatever symbolic links lead to either."""
    real, root = _real_path(path), _real_folder(os.path.abspath(folder))
    try:
        return os.path.relpath(real, root)
    except ValueError:
        # Windows has no relative path from one drive to another.
        return real


def path_in_repository(path: str) -> str:
    """Return the name of a file from the root of its repository, with `/` between its parts.

    Code hosts know a file by this name only, whatever the working directory is. Without a repository it is the name
    from the working directory. A file outside has its absolute name.
    """
    real = _real_path(path)
    return real.removeprefix(os.path.join(_root(os.getcwd()), "")).replace(os.sep, "/")


def uri_in_repository(path: str) -> str:
    """Return the name of a file as a URI: relative to the root of its repository, absolute for a file outside."""
    name = path_in_repository(path)
    escaped = quote(name.encode("utf-8", "surrogateescape"))
    if os.path.isabs(name):
        return f"file://{escaped}" if escaped.startswith("/") else f"file:///{escaped}"
    return escaped


def _real_path(path: str) -> str:
    """The absolute path of a file, which may itself be a link, in a directory without links."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(_real_folder(folder), name)


@cache
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)


@cache
def _root(folder: str) -> str:
    """The directory of the repository that a directory belongs to; itself without one."""
    root = folder = os.path.realpath(folder)
    while not os.path.exists(os.path.join(root, ".git")):
        root, below = os.path.dirname(root), root
        if root == below:
            return folder
    return root
