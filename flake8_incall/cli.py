"""The command `flake8-incall`: its verbs and their arguments."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from flake8_incall import __version__
from flake8_incall.configuration import nearest, resolve
from flake8_incall.options import DECLARED, PROFILES, OptionError
from flake8_incall.terminal import never_fail_to_encode, printable, wants_colour

if TYPE_CHECKING:
    from flake8_incall.runner import Run

CLEAN, FINDINGS, COULD_NOT_RUN = 0, 1, 2
# What shells expect of a command that a signal ended: 128 and the signal's number.
INTERRUPTED, BROKEN_PIPE = 130, 141

# What `argparse` gives beside the options of flake8 and of this project.
_OWN_NAMES = frozenset({"color", "format", "parser", "paths", "run", "why"})
_CHECK_NOTES = """\
exit status:
  0  nothing found, or no file to check (then standard error says so)
  1  findings
  2  something could not be read, parsed or taken as an option; findings in the rest are still printed

Options also come from [tool.incall] in pyproject.toml and from [flake8] in setup.cfg, tox.ini or .flake8, as
flake8 reads them. The command line goes before flake8's files, and these before pyproject.toml.

With the profile `gate`, which is for code that others wrote, nothing in the files of that code hides a
finding: noqa comments, ignore, extend-ignore and per-file-ignores do not count, and select only on the
command line. Use --isolated as well, so that its author does not choose the options either.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: The arguments after the command's name; those of the process without.

    Returns:
        The exit status.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        never_fail_to_encode(stream)
    try:
        parsed, unknown = _parser(arguments).parse_known_args(arguments)
        if unknown:
            parsed.parser.error(f"unknown {unknown[0]}{nearest(unknown[0], parsed.parser.flags)}")
        status: int = parsed.run(parsed)
        sys.stdout.flush()
    except OptionError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # What is still in the buffer has no reader; the interpreter would complain about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        words = " ".join(f"{type(error).__name__} {error}".split())
        return _fail(f"failed itself ({words}); please report this, it is a fault of flake8-incall")
    return status


# Arguments


class _Parser(argparse.ArgumentParser):
    """A parser that says on one line what it cannot take."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **keywords)

    @property
    def flags(self) -> list[str]:
        """The options that it knows."""
        return list(self._option_string_actions)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end."""
        self.exit(COULD_NOT_RUN, f"flake8-incall: {message}; see {self.prog} --help\n")


def _parser(arguments: list[str]) -> _Parser:
    parser = _Parser(
        prog="flake8-incall",
        description="Checks the functions that voice agents call during a telephone call.",
    )
    parser.add_argument("--version", action="version", version=f"flake8-incall {__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (help_text, add_arguments, run) in _VERBS.items():
        verb = verbs.add_parser(name, help=help_text, description=f"{help_text[0].upper()}{help_text[1:]}.")
        verb.set_defaults(run=run, parser=verb)
        # The options of `check` come from flake8, which the other verbs need not load.
        if name in arguments:
            add_arguments(verb)
    return parser


def _add_check_arguments(parser: argparse.ArgumentParser) -> None:
    from flake8_incall.flake8_host import command_line_options
    from flake8_incall.reporters import FORMATS

    parser.epilog = _CHECK_NOTES
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        default=["."],
        help="a Python file, a function document (.json), a folder, or - for standard input (default: .)",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="how findings are written")
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colours (default: on a terminal)",
    )
    own = {option.name for option in DECLARED}
    groups = {name: parser.add_argument_group(name) for name in ("in-call functions", "as in flake8")}
    for flags, keywords in command_line_options():
        name = flags[-1].removeprefix("--")
        if name in own:
            flags = [f"--{name.removeprefix('incall-')}", *flags]
        group = groups["in-call functions" if name in own else "as in flake8"]
        group.add_argument(*flags, **keywords, dest=name.replace("-", "_"))


def _add_rules_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", choices=PROFILES, help="only the rules of this profile")


def _add_explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "codes", nargs="+", metavar="CODE", help="such as CAL303; or `gate`, for what that profile does not stop"
    )


def _add_show_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--why", action="store_true", help="for each function, why it is an in-call function or none")
    _add_check_arguments(parser)


# Verbs


def _check(parsed: argparse.Namespace) -> int:
    from flake8_incall.progress import with_progress
    from flake8_incall.reporters import writer
    from flake8_incall.runner import Tally, check_files, files_of

    run = _run_of(parsed)
    paths = files_of(run)
    if not paths:
        return _nothing_to_check(parsed)
    reports = check_files(run, paths)
    if sys.stderr.isatty():
        reports = with_progress(reports, len(paths), sys.stderr)
    tally = Tally()
    write = writer(parsed.format)
    is_coloured = wants_colour(sys.stdout) if parsed.color == "auto" else parsed.color == "always"
    write(tally.count(reports), sys.stdout, is_coloured=is_coloured)
    sys.stdout.flush()
    for problem in tally.problems:
        print(printable(str(problem)), file=sys.stderr)
    print(tally, file=sys.stderr)
    if tally.problems:
        return COULD_NOT_RUN
    return FINDINGS if tally.findings else CLEAN


def _rules(parsed: argparse.Namespace) -> int:
    from flake8_incall.explain import rule_table

    print(rule_table(parsed.profile))
    return CLEAN


def _explain(parsed: argparse.Namespace) -> int:
    from flake8_incall.explain import explanation

    print("\n\n".join(explanation(code) for code in parsed.codes))
    return CLEAN


def _show(parsed: argparse.Namespace) -> int:
    from flake8_incall.reading import Problem
    from flake8_incall.runner import files_of
    from flake8_incall.show import dead_air, why

    run = _run_of(parsed)
    paths = files_of(run)
    if not paths:
        return _nothing_to_check(parsed)
    status = CLEAN
    for path in paths:
        answer = why(path, run) if parsed.why else dead_air(path, run)
        if isinstance(answer, Problem):
            print(printable(str(answer)), file=sys.stderr)
            status = COULD_NOT_RUN
        else:
            print(*map(printable, answer), sep="\n")
    return status


_VERBS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]] = {
    "check": ("check files and folders", _add_check_arguments, _check),
    "rules": ("list the rules", _add_rules_arguments, _rules),
    "explain": (
        "explain rules: what each finds, why, and what to write instead",
        _add_explain_arguments,
        _explain,
    ),
    "show": ("show how long a caller waits for each in-call function, or why it is one", _add_show_arguments, _show),
}


def _run_of(parsed: argparse.Namespace) -> Run:
    from flake8_incall.flake8_host import honour_no_suppressions, load_options
    from flake8_incall.runner import Run

    told = {name: value for name, value in vars(parsed).items() if name not in _OWN_NAMES}
    values = load_options({**told, "filenames": parsed.paths})
    options = resolve(values)
    if options.profile == "gate":
        honour_no_suppressions(values, told)
    return Run(options, values)


def _nothing_to_check(parsed: argparse.Namespace) -> int:
    print(f"nothing to check: {' '.join(parsed.paths)} has no Python file that is not excluded", file=sys.stderr)
    return CLEAN


def _fail(message: str) -> int:
    print(f"flake8-incall: {message}", file=sys.stderr)
    return COULD_NOT_RUN
