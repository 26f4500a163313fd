"""Freezes the diagnostics of files, so that a change of the linter shows as rows that are lost and rows that are new.

    python -m tests.frozen write OUT PATH...            freeze the files in some folders
    python -m tests.frozen compare OLD NEW              tell lost and new rows; exit 1 if there are any
    python -m tests.frozen differ OLD NEW [PATH...]     freeze the same files with two checkouts, and compare

A row is a file, a function, a code and the text that the finding points at: no line, no column and no message, so that
neither a moved line nor a reworded message is a difference. `--profile` chooses the profile. `differ` also takes
`--generated N` and `--seed S`: N generated programs of each kind, from seed S on.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flake8_incall import Options
    from flake8_incall.options import Profile

_FOREIGN = frozenset({".venv", "venv", "node_modules", "site-packages", ".tox", ".git"})
_MARKS = ("function_tool", "incall", "RunContext", "livekit")

Row = tuple[str, str, str, str]


class FrozenError(Exception):
    """What keeps a command from its work, in one line."""


def files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The Python files and documents at some paths, each with its name in the folder that it was found in."""
    for path in paths:
        if not path.exists():
            raise FrozenError(f"{path}: no such file or folder")
        if path.is_file():
            yield path, path.name
        else:
            for found in sorted([*path.rglob("*.py"), *path.rglob("*.json")]):
                name = found.relative_to(path)
                if _FOREIGN.isdisjoint(name.parts):
                    yield found, (path.name / name).as_posix()


def rows(path: Path, name: str, profile: Profile) -> Iterator[Row]:
    """The diagnostics of one file; nothing for one that is no text, or not Python."""
    from flake8_incall import Options

    try:
        text = path.read_text(encoding="utf-8-sig")
        found = _checked(text, name, Options(profile=profile)) if any(mark in text for mark in _MARKS) else []
    except (SyntaxError, ValueError):
        return
    lines = text.splitlines(keepends=True)
    for diagnostic in found:
        function = getattr(diagnostic, "qualified_name", None) or diagnostic.function or ""
        yield name, function, diagnostic.code, subject(lines, diagnostic.start, diagnostic.end)


def _checked(text: str, name: str, options: Options) -> list[Any]:
    """Check a text by the functions that all versions have."""
    from flake8_incall import check

    if not name.endswith(".json"):
        return list(check(text, name, options))
    try:
        from flake8_incall.engine import check_document
    except ImportError:
        from flake8_incall.documents import check_document  # type: ignore[attr-defined,no-redef]
    return list(check_document(text, name, options))


def subject(lines: list[str], start: Any, end: Any) -> str:
    """The text between two positions, on one line."""
    part = lines[start.line - 1 : end.line]
    if not part:
        return ""
    part[-1] = part[-1][: end.column]
    part[0] = part[0][start.column :]
    return re.sub(r"\s+", " ", "".join(part)).strip()


def write(out: Path, paths: Iterable[Path], profile: Profile) -> int:
    """Freeze files; the number of rows."""
    frozen = sorted(row for path, name in files(paths) for row in rows(path, name, profile))
    out.write_text("".join("\t".join(row) + "\n" for row in frozen), encoding="utf-8")
    return len(frozen)


def read(path: Path) -> Counter[str]:
    """The rows of a frozen file."""
    try:
        return Counter(path.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise FrozenError(f"{path}: {error.strerror}") from error


def compare(old: Path, new: Path) -> list[str]:
    """The differences of two frozen files: lost rows behind `-`, new ones behind `+`."""
    before, after = read(old), read(new)
    lost, found = sorted((before - after).elements()), sorted((after - before).elements())
    return [*(f"- {row}" for row in lost), *(f"+ {row}" for row in found)]


def differ(old: Path, new: Path, paths: list[Path], profile: Profile, generated: int, seed: int) -> list[str]:
    """Freeze the same files with two checkouts, each in a process of its own, and compare."""
    with TemporaryDirectory() as folder:
        programs = Path(folder, "generated")
        programs.mkdir()
        for name, text in _programs(generated, seed):
            (programs / name).write_text(text, encoding="utf-8")
        inputs = [*paths, *([programs] if generated else [])]
        outs = [Path(folder, "old.tsv"), Path(folder, "new.tsv")]
        for checkout, out in zip((old, new), outs, strict=True):
            _write_with(checkout, out, inputs, profile)
        return compare(*outs)


def _write_with(checkout: Path, out: Path, paths: list[Path], profile: Profile) -> None:
    """Run this file with the package of another checkout."""
    package = checkout.resolve() / "flake8_incall"
    if not package.is_dir():
        raise FrozenError(f"{checkout}: no checkout of flake8-incall")
    command = [sys.executable, "-P", __file__, "write", str(out), *map(str, paths), "--profile", profile]
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "FROZEN_PACKAGE": str(package)}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise FrozenError(f"{checkout}: {(done.stderr.strip().splitlines() or ['it failed'])[-1]}")


def _programs(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Generated programs of each kind; the same seed gives the same ones."""
    if not count:
        return
    from tests.truth.grammar import generate
    from tests.validation.test_truth import HEAD
    from tests.validation.writer import Writer

    for number in range(seed, seed + count):
        yield f"truth_{number}.py", generate(number, again=bool(number % 2))
        yield f"validation_{number}.py", HEAD + Writer(number, again=True).function()


def main(arguments: list[str]) -> int:
    """Run a command; 1 if two frozen files differ, 2 if it cannot be run."""
    parser = argparse.ArgumentParser(prog="python -m tests.frozen", description=str(__doc__).partition("\n")[0])
    parser.add_argument("command", choices=("write", "compare", "differ"))
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--profile", choices=("contract", "strict", "livekit", "gate"), default="contract")
    parser.add_argument("--generated", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    first, *others = given.paths
    try:
        _is_wanted_package()
        if given.command == "write":
            print(f"{first}: {write(first, others, given.profile)} rows")
            return 0
        if not others:
            raise FrozenError(f"{given.command} needs an old and a new one")
        if given.command == "compare":
            differences = compare(first, others[0])
        else:
            differences = differ(first, others[0], others[1:], given.profile, given.generated, given.seed)
    except (FrozenError, OSError) as error:
        print(f"frozen: {error}", file=sys.stderr)
        return 2
    print("\n".join([*differences, f"{len(differences)} differences"]))
    return 1 if differences else 0


def _is_wanted_package() -> None:
    """Make sure that another checkout's package is the one that is imported."""
    wanted = os.environ.get("FROZEN_PACKAGE")
    if wanted is not None:
        import flake8_incall

        if Path(flake8_incall.__file__).parent != Path(wanted):
            raise FrozenError(f"{flake8_incall.__file__} was imported in place of {wanted}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
