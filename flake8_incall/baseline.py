"""Baselines: the findings that a project knows of, so that a run reports only new ones.

A baseline is keyed by what a finding is about, never by its line or its wording, and counts how often that occurs.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flake8_incall.diagnostics import Diagnostic
from flake8_incall.identity import Identity, identify, instances
from flake8_incall.options import OptionError
from flake8_incall.paths import relative_to
from flake8_incall.rules.merging import joined

if TYPE_CHECKING:
    from flake8_incall.configuration import Configuration

VERSION = 1
# What to do about a baseline that is out of date.
RUN_AGAIN = "run `flake8-incall baseline` again"
_TEXTS = ("path", "function", "code")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The findings of one file beside a baseline.

    Attributes:
        new: Findings that the baseline does not have.
        known: How many findings it has.
        gone: What it has and the file no longer, once for each occurrence.
    """

    new: list[Diagnostic]
    known: int
    gone: list[Identity]


class Baseline:
    """Known findings, and how often each occurs."""

    def __init__(self, counts: Counter[Identity], folder: str) -> None:
        """Create a baseline.

        Args:
            counts: How often each finding is known to occur.
            folder: The directory from which its paths are taken.
        """
        self._folder = folder
        self._by_path: dict[str, Counter[Identity]] = {}
        for identity, count in counts.items():
            self._by_path.setdefault(identity.path, Counter())[identity] = count

    def compare(self, path: str, diagnostics: Iterable[Diagnostic]) -> Comparison:
        """Compare the findings of one file with the known ones. Of equal findings, the first are the known ones."""
        name = relative_name(path, self._folder)
        left = Counter(self._by_path.get(name, ()))
        known = 0
        new: list[Diagnostic] = []
        for diagnostic in diagnostics:
            fresh = []
            for one in instances(diagnostic):
                identity = identify(name, one)
                if left[identity] > 0:
                    left[identity] -= 1
                    known += 1
                else:
                    fresh.append(one)
            if len(fresh) == diagnostic.count:
                new.append(diagnostic)
            elif fresh:
                new.append(joined(fresh))
        return Comparison(sorted(new, key=Diagnostic.sort_key), known, sorted((+left).elements()))


def load_all(configuration: Configuration) -> dict[str, Baseline]:
    """Read the baselines of a run, by their paths in the options.

    Raises:
        OptionError: One cannot be read.
    """
    return {path: load(located(path, configuration.root)) for path in sorted(configuration.baselines())}


def located(path: str, root: str) -> str:
    """Return the path of a baseline: from the working directory, or else from that of the configuration file."""
    from_root = os.path.join(root, path)
    return from_root if path and not os.path.exists(path) and os.path.exists(from_root) else path


def render(counts: Counter[Identity]) -> str:
    """Return the text of a baseline file: JSON, sorted, one entry on each line."""
    entries = ",\n".join(_entry(identity, counts[identity]) for identity in sorted(counts))
    return f'{{"version": {VERSION}, "findings": [\n{entries}\n]}}\n' if entries else _EMPTY


_EMPTY = f'{{"version": {VERSION}, "findings": []}}\n'


def _entry(identity: Identity, count: int) -> str:
    fields = {
        "path": identity.path,
        "function": identity.function,
        "code": identity.code,
        "arguments": dict(identity.arguments),
        "count": count,
    }
    return json.dumps(fields, ensure_ascii=False)


def load(path: str) -> Baseline:
    """Read a baseline file.

    Raises:
        OptionError: It is missing, cannot be read, is damaged, or is of a newer version.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError as error:
        advice = f"write it with `flake8-incall baseline --output-file {path}`"
        raise OptionError(f"baseline: no such file {path!r}; {advice}") from error
    except OSError as error:
        raise OptionError(f"baseline: cannot read {path!r}: {error.strerror or error}") from error
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise OptionError(_damaged(path, f"it is not JSON ({_one_line(error)})")) from error
    folder = os.path.dirname(os.path.abspath(path))
    return Baseline(_counts(content, path), folder)


def _counts(content: Any, path: str) -> Counter[Identity]:
    version = content.get("version") if isinstance(content, dict) else None
    if type(version) is not int or version < 1:
        raise OptionError(_damaged(path, "it has no version"))
    if version > VERSION:
        raise OptionError(f"baseline: {path!r} is of version {version}, expected {VERSION}; update flake8-incall")
    findings = content.get("findings")
    if not isinstance(findings, list):
        raise OptionError(_damaged(path, "it has no list of findings"))
    counts: Counter[Identity] = Counter()
    for number, entry in enumerate(findings, start=1):
        identity, count = _read_entry(entry, f"entry {number}", path)
        counts[identity] += count
    return counts


def _read_entry(entry: Any, subject: str, path: str) -> tuple[Identity, int]:
    if not isinstance(entry, dict) or set(entry) != {*_TEXTS, "arguments", "count"}:
        raise OptionError(_damaged(path, f"{subject} does not have the fields of a finding"))
    name, function, code = texts = [entry[key] for key in _TEXTS]
    arguments, count = entry["arguments"], entry["count"]
    if not isinstance(arguments, dict) or not all(isinstance(text, str) for text in (*texts, *arguments.values())):
        raise OptionError(_damaged(path, f"{subject} has a value of the wrong type"))
    if type(count) is not int or count < 1:
        raise OptionError(_damaged(path, f"{subject} has no positive count"))
    return Identity(name.replace("\\", "/"), function, code, tuple(sorted(arguments.items()))), count


def _damaged(path: str, fault: str) -> str:
    return f"baseline: {path!r} is damaged: {fault}; {RUN_AGAIN}"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def relative_name(path: str, folder: str) -> str:
    """Return the name of a file in a baseline: relative to the baseline's directory, with `/` between its parts."""
    name = relative_to(folder, path).replace("\\", "/")
    # A name that is not UTF-8 cannot be written as it is.
    return name.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
