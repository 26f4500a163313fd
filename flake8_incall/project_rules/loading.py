"""Load the rules of a directory, once for as long as its files stay as they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from flake8_incall.options import OptionError, Options, nearest
from flake8_incall.project_rules.documents import is_test_document, read_rule, read_util
from flake8_incall.project_rules.entries import Entry, read_entries
from flake8_incall.project_rules.library import require_library
from flake8_incall.project_rules.rule import LoadedRule, RuleSet

ENDINGS = (".yml", ".yaml")
_CONFIGURATION = ("sgconfig.yml", "sgconfig.yaml")
_UTILS = "utils"
_MOST_FILES = 10_000

_Stamp = tuple[tuple[str, int, int], ...]
_loaded: dict[str, tuple[_Stamp, RuleSet]] = {}


def located(path: str, root: str) -> str:
    """Return the path of the rules: from the working directory, or else from that of the configuration file."""
    from_root = os.path.join(root, path)
    found = from_root if not os.path.exists(path) and os.path.exists(from_root) else path
    # Configuration files give absolute paths, which say less to readers.
    relative = os.path.relpath(found)
    return found if relative.startswith(os.pardir) else relative


def rules_of(options: Options) -> RuleSet:
    """Return the rules of some options, as they were loaded last."""
    directory = located(options.rules, options.root)
    known = _loaded.get(os.path.abspath(directory))
    return known[1] if known else load_rules(directory)


def load_rules(directory: str) -> RuleSet:
    """Load the rules of a directory; what has not changed since the last time is not read again.

    Raises:
        OptionError: The extra is not installed, there are no rules, or one is not valid.
    """
    require_library()
    files = list(files_below(directory, ENDINGS))
    stamp = tuple(map(_stamp, files))
    key = os.path.abspath(directory)
    known = _loaded.get(key)
    if known is None or known[0] != stamp:
        known = _loaded[key] = (stamp, _read(directory, files))
    return known[1]


def check_ignored(ignored: tuple[str, ...], known: set[str]) -> None:
    """Refuse names of rules to ignore that name none.

    Raises:
        OptionError: There is no such rule.
    """
    for name in ignored:
        if not known:
            raise OptionError(f"incall-ignore-rules: {name!r} names no rule, because incall-rules is not set; set it")
        if name not in known:
            raise OptionError(f"incall-ignore-rules: unknown rule {name!r}{nearest(name, known)}; correct or remove it")


def files_below(directory: str, endings: tuple[str, ...]) -> Iterator[str]:
    """Return the files of a directory with some endings, at any depth, by name; hidden ones are left out.

    Raises:
        OptionError: It is not a directory, cannot be listed, or a link in it leads back to a directory above.
    """
    if not os.path.isdir(directory):
        fault = "is not a directory" if os.path.exists(directory) else "no such directory"
        raise OptionError(f"incall-rules: {fault}: {directory!r}; name the directory of the rule files")
    yield from _below(directory, endings, (os.path.realpath(directory),))


def test_entries(directory: str) -> Iterator[Entry]:
    """Return the documents of YAML files that have tests, by file and place."""
    for path in _rule_files(files_below(directory, ENDINGS)):
        yield from (entry for entry in read_entries(path) if is_test_document(entry) and "id" in entry.items)


def _below(directory: str, endings: tuple[str, ...], above: tuple[str, ...]) -> Iterator[str]:
    try:
        names = sorted(os.listdir(directory))
    except OSError as error:
        raise OptionError(f"incall-rules: cannot list {directory!r}: {error.strerror or error}") from error
    for name in names:
        path = os.path.join(directory, name)
        if name.startswith(".") or name == "__pycache__":
            continue
        if os.path.isdir(path):
            real = os.path.realpath(path)
            if real in above:
                raise OptionError(f"incall-rules: the link {path!r} leads back to {real!r}; remove it")
            yield from _below(path, endings, (*above, real))
        elif name.lower().endswith(endings):
            yield path


def _rule_files(paths: Iterator[str] | list[str]) -> Iterator[str]:
    return (path for path in paths if os.path.basename(path) not in _CONFIGURATION)


def _stamp(path: str) -> tuple[str, int, int]:
    try:
        status = os.stat(path)
    except OSError:
        # Who reads it says why.
        return (path, 0, 0)
    return (path, status.st_mtime_ns, status.st_size)


@dataclass(slots=True)
class _Contents:
    """The documents of a directory.

    Attributes:
        rules: The documents of rules.
        utils: The rule objects of utility rules for all rules, by name.
    """

    rules: list[Entry] = field(default_factory=list)
    utils: dict[str, Entry] = field(default_factory=dict)


def _read(directory: str, files: list[str]) -> RuleSet:
    if len(files) > _MOST_FILES:
        raise OptionError(f"incall-rules: {directory!r} has {len(files)} YAML files; name the directory of the rules")
    contents = _Contents()
    for path in _rule_files(files):
        is_util = _UTILS in os.path.relpath(path, directory).split(os.sep)[:-1]
        for entry in read_entries(path):
            _add(contents, entry, is_util=is_util)
    rules: dict[str, LoadedRule] = {}
    for entry in contents.rules:
        rule = read_rule(entry, contents.utils)
        first = rules.setdefault(rule.id, rule)
        if first is not rule:
            raise entry.items["id"].error(f"id: {rule.id} is taken by {first.path}:{first.line}; rename one")
    if not rules:
        raise OptionError(f"incall-rules: no rules in {directory!r}; add a YAML file with one")
    return RuleSet(tuple(rules.values()))


def _add(contents: _Contents, entry: Entry, *, is_util: bool) -> None:
    if is_util:
        name, rule = read_util(entry)
        if name in contents.utils:
            first = contents.utils[name]
            raise entry.items["id"].error(f"id: {name} is taken by {first.path}:{first.line}; rename one")
        contents.utils[name] = rule
    elif not is_test_document(entry):
        contents.rules.append(entry)
