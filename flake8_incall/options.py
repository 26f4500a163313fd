"""Every option, declared once: flake8, `pyproject.toml`, the command line and the documentation read this table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

Profile = Literal["contract", "strict", "livekit", "gate"]
PROFILES: tuple[Profile, ...] = get_args(Profile)

PythonVersion = tuple[int, int]
_PYTHONS: tuple[PythonVersion, ...] = tuple((3, minor) for minor in range(10, 16))


class OptionError(ValueError):
    """A setting that cannot be taken. Its text is one line for the person who set it: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Codes that are reported, chosen as flake8 does: of two beginnings of a code the longer one decides.

    Attributes:
        select: Beginnings of the codes that are reported; empty for all.
        extend_select: Beginnings of codes that are reported as well.
        ignore: Beginnings of the codes that are not reported.
    """

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def hides(self, code: str) -> bool:
        """Return whether no finding of a code is reported."""
        chosen = _longest((*self.select, *self.extend_select), code)
        ignored = _longest(self.ignore, code)
        return chosen <= ignored if ignored else bool(self.select) and not chosen


def _longest(beginnings: tuple[str, ...], code: str) -> int:
    return max((len(beginning) for beginning in beginnings if code.startswith(beginning)), default=0)


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do.

    Attributes:
        profile: The set of rules, and what each then looks at.
        paths: Globs; in a matching file every public top-level function is an in-call function.
        max_timeout: Seconds that a caller is taken to wait for one function.
        allow: Modules that the `gate` profile lets in beside its own list.
        catalogue: A TOML file that says what a company's own libraries do; empty for none.
        baseline: A file of known findings, which are not reported; empty for none.
        rules: A directory with ast-grep rules of the project's own; empty for none.
        ignore_rules: The names of those that are not run.
        max_statements: Statements that one function has at most.
        max_complexity: The cyclomatic complexity that it has at most.
        root: The folder of the configuration file, from which `paths` are taken; the working directory without.
        python: The Python version that runs the functions; `None` if it is not known.
        selection: The codes that are reported by the project's own options.
        host_selection: The codes of these that flake8 reports by its options.
    """

    profile: Profile = "contract"
    paths: tuple[str, ...] = ()
    max_timeout: float = 30.0
    allow: tuple[str, ...] = ()
    catalogue: str = ""
    baseline: str = ""
    rules: str = ""
    ignore_rules: tuple[str, ...] = ()
    max_statements: int = 50
    max_complexity: int = 15
    root: str = ""
    python: PythonVersion | None = None
    selection: Selection = Selection()
    host_selection: Selection = Selection()

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Options:
        """Build options from raw values by field name; `None` means "not set".

        Raises:
            OptionError: A value is not of the option's kind.
        """
        declared = {option.field: option for option in DECLARED}
        return cls(**{field: declared[field].convert(value) for field, value in values.items() if value is not None})

    def hides(self, code: str) -> bool:
        """Whether no finding of a code is shown: a rule that would yield to it speaks."""
        return self.selection.hides(code) or self.host_selection.hides(code)


def _profile(value: Any) -> Profile:
    for profile in PROFILES:
        if value == profile:
            return profile
    raise OptionError(f"incall-profile: unknown profile {value!r}; use one of {', '.join(PROFILES)}")


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = 0.0
    if isinstance(value, bool) or not 0 < seconds < float("inf"):
        raise OptionError(f"incall-max-timeout: expected a positive number of seconds, got {value!r}")
    return seconds


def _count(name: str) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        try:
            count = int(value)
        except (TypeError, ValueError):
            count = 0
        if isinstance(value, bool | float) or count < 1:
            raise OptionError(f"{name}: expected a positive integer, got {value!r}")
        return count

    return convert


def string_list(name: str) -> Callable[[Any], tuple[str, ...]]:
    """Return what reads the value of an option that takes several strings; a comma separates them."""

    def convert(value: Any) -> tuple[str, ...]:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",")]
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise OptionError(f"{name}: {value!r} is not a list of strings")
        return tuple(text for text in value if text)

    return convert


def _python(value: Any) -> PythonVersion:
    for version in _PYTHONS:
        # TOML reads 3.12 without quotes as a float; 3.1 may be meant as 3.10.
        if not isinstance(value, bool) and str(value).strip() == "{}.{}".format(*version):
            return version
    names = ", ".join(f'"{major}.{minor}"' for major, minor in _PYTHONS)
    raise OptionError(f"incall-python: {value!r} is not a Python version, expected one of {names}")


def _path(name: str, noun: str) -> Callable[[Any], str]:
    def convert(value: Any) -> str:
        if not isinstance(value, str):
            raise OptionError(f"{name}: expected a {noun} path, got {value!r}")
        return value

    return convert


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint for a misspelled word: `" (did you mean x?)"`, or nothing."""
    from difflib import get_close_matches

    matches = get_close_matches(word, list(known), n=1)
    return f" (did you mean {matches[0]}?)" if matches else ""


@dataclass(frozen=True, slots=True)
class Option:
    """One option as its users meet it.

    Attributes:
        name: The name in configuration files; `--` before it on the command line.
        field: The attribute of `Options`.
        convert: Raw value to the attribute's type; raises `OptionError`.
        help: One line for `--help` and the documentation.
        metavar: What `--help` shows for the value.
        is_list: Whether several values are given, separated by commas.
        is_path: Whether it is a path or globs, taken from the configuration file's folder.
    """

    name: str
    field: str
    convert: Callable[[Any], Any]
    help: str
    metavar: str
    is_list: bool = False
    is_path: bool = False

    @property
    def default(self) -> Any:
        """The value when nobody sets the option."""
        return getattr(Options(), self.field)


DECLARED: tuple[Option, ...] = (
    Option(
        "incall-profile",
        "profile",
        _profile,
        "rule set: contract (platform requirements), strict (plus best practices), "
        "livekit (what breaks LiveKit), gate (allow-list for untrusted code)",
        "PROFILE",
    ),
    Option(
        "incall-paths",
        "paths",
        string_list("incall-paths"),
        "treat every public top-level function in matching files and directories as an in-call function",
        "GLOB,...",
        is_list=True,
        is_path=True,
    ),
    Option(
        "incall-max-timeout",
        "max_timeout",
        _seconds,
        "longest acceptable wait for one function, in seconds",
        "SECONDS",
    ),
    Option(
        "incall-allow",
        "allow",
        string_list("incall-allow"),
        "modules to add to the allow-list of the gate profile",
        "MODULE,...",
        is_list=True,
    ),
    Option(
        "incall-catalogue",
        "catalogue",
        _path("incall-catalogue", "file"),
        "TOML file that describes additional libraries (same format as the built-in catalogue)",
        "FILE",
        is_path=True,
    ),
    Option(
        "incall-baseline",
        "baseline",
        _path("incall-baseline", "file"),
        "report only findings that are not in this baseline file (see `flake8-incall baseline`)",
        "FILE",
        is_path=True,
    ),
    Option(
        "incall-rules",
        "rules",
        _path("incall-rules", "directory"),
        "directory with ast-grep rules of the project's own (see `flake8-incall test-rules`)",
        "DIR",
        is_path=True,
    ),
    Option(
        "incall-ignore-rules",
        "ignore_rules",
        string_list("incall-ignore-rules"),
        "names of the project's own rules that are not run",
        "ID,...",
        is_list=True,
    ),
    Option(
        "incall-max-statements",
        "max_statements",
        _count("incall-max-statements"),
        "maximum number of statements per function (strict)",
        "NUMBER",
    ),
    Option(
        "incall-max-complexity",
        "max_complexity",
        _count("incall-max-complexity"),
        "maximum cyclomatic complexity per function (strict)",
        "NUMBER",
    ),
    Option(
        "incall-python",
        "python",
        _python,
        "the Python version that runs the functions; newer syntax is a finding (function documents: 3.12 unless set)",
        "VERSION",
    ),
)
