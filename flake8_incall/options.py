"""Every option, declared once: flake8, `pyproject.toml`, the command line and the documentation read this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

Profile = Literal["contract", "strict", "livekit", "gate"]
PROFILES: tuple[Profile, ...] = get_args(Profile)


class OptionError(ValueError):
    """A setting that cannot be taken. Its text is one line for the person who set it: what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do.

    Attributes:
        profile: The set of rules, and what each then looks at.
        paths: Globs; in a matching file every public top-level function is an in-call function.
        max_timeout: Seconds that a caller is taken to wait for one function.
        allow: Modules that the `gate` profile lets in beside its own list.
        catalogue: A TOML file that says what a company's own libraries do; empty for none.
        max_statements: Statements that one function has at most.
        max_complexity: The cyclomatic complexity that it has at most.
        root: The folder of the configuration file, from which `paths` are taken; the working directory without.
        selected: Beginnings of the codes that flake8 is told to show (`select`); empty for all.
        ignored: Beginnings of the codes that it is told to leave out (`ignore`).
    """

    profile: Profile = "contract"
    paths: tuple[str, ...] = ()
    max_timeout: float = 30.0
    allow: tuple[str, ...] = ()
    catalogue: str = ""
    max_statements: int = 50
    max_complexity: int = 15
    root: str = ""
    selected: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

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
        return (bool(self.selected) and not code.startswith(self.selected)) or code.startswith(self.ignored)


def _profile(value: Any) -> Profile:
    for profile in PROFILES:
        if value == profile:
            return profile
    raise OptionError(f"incall-profile: {value!r} is no profile, use one of {', '.join(PROFILES)}")


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = 0.0
    if isinstance(value, bool) or not 0 < seconds < float("inf"):
        raise OptionError(f"incall-max-timeout: {value!r} is no number of seconds above 0")
    return seconds


def _count(name: str) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        try:
            count = int(value)
        except (TypeError, ValueError):
            count = 0
        if isinstance(value, bool | float) or count < 1:
            raise OptionError(f"{name}: {value!r} is no whole number above 0")
        return count

    return convert


def _texts(name: str) -> Callable[[Any], tuple[str, ...]]:
    def convert(value: Any) -> tuple[str, ...]:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",")]
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise OptionError(f"{name}: {value!r} is no list of texts")
        return tuple(text for text in value if text)

    return convert


def _file(value: Any) -> str:
    if not isinstance(value, str):
        raise OptionError(f"incall-catalogue: {value!r} is no path of a file")
    return value


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
        "which rules apply: contract (the platform's), strict (with good practice), "
        "livekit (what LiveKit itself refuses), gate (code that others wrote)",
        "PROFILE",
    ),
    Option(
        "incall-paths",
        "paths",
        _texts("incall-paths"),
        "globs of files and folders whose public functions are all in-call functions",
        "GLOB,...",
        is_list=True,
        is_path=True,
    ),
    Option(
        "incall-max-timeout",
        "max_timeout",
        _seconds,
        "seconds that a caller waits at most for one function",
        "SECONDS",
    ),
    Option(
        "incall-allow",
        "allow",
        _texts("incall-allow"),
        "modules that the gate profile lets in beside its own list",
        "MODULE,...",
        is_list=True,
    ),
    Option(
        "incall-catalogue",
        "catalogue",
        _file,
        "a TOML file that says what further libraries do, in the format of the project's own tables",
        "FILE",
        is_path=True,
    ),
    Option(
        "incall-max-statements",
        "max_statements",
        _count("incall-max-statements"),
        "statements that one function has at most (strict)",
        "NUMBER",
    ),
    Option(
        "incall-max-complexity",
        "max_complexity",
        _count("incall-max-complexity"),
        "cyclomatic complexity that one function has at most (strict)",
        "NUMBER",
    ),
)
