"""Which files `incall-paths` means."""

from __future__ import annotations

import fnmatch
import os


def is_matched(path: str, globs: tuple[str, ...]) -> bool:
    """Whether a glob matches a file's name or its absolute path, as flake8's own `exclude` does.

    Args:
        path: The file as it was named to the checker.
        globs: Patterns; those with a `/` are absolute, or were made so from the configuration file's folder.
    """
    if not globs:
        return False
    name, absolute = os.path.basename(path), os.path.abspath(path)
    return any(fnmatch.fnmatch(name, glob) or fnmatch.fnmatch(absolute, _absolute(glob)) for glob in globs)


def _absolute(glob: str) -> str:
    return os.path.abspath(glob) if "/" in glob else glob
