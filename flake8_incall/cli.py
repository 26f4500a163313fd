"""The command `flake8-incall`: it finds the verb, and says on one line what it cannot do."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from flake8_incall import __version__
from flake8_incall.commands import COULD_NOT_RUN
from flake8_incall.options import OptionError, nearest
from flake8_incall.terminal import never_fail_to_encode

# What shells expect of a command that a signal ended: 128 and the signal's number.
INTERRUPTED, BROKEN_PIPE = 130, 141

# What each verb does, and its module: imported when the verb is in use, and only then.
COMMANDS = {
    "check": ("check files and directories", "flake8_incall.commands.check"),
    "fix": ("apply automatic fixes", "flake8_incall.commands.fix"),
    "baseline": (
        "write the current findings to a baseline, so that only new ones are reported",
        "flake8_incall.commands.baseline",
    ),
    "lsp": ("run the language server, for editors", "flake8_incall.commands.lsp"),
    "init": ("set up flake8, pre-commit, ruff and CI in a project", "flake8_incall.commands.init"),
    "new": ("write a new function, or its document, that passes the profile strict", "flake8_incall.commands.new"),
    "rules": ("list the rules", "flake8_incall.commands.rules"),
    "test-rules": ("test a project's own rules", "flake8_incall.commands.test_rules"),
    "explain": ("explain a rule: what it finds, why, and how to fix it", "flake8_incall.commands.explain"),
    "call": ("run one function outside a call, with a simulated context", "flake8_incall.commands.call"),
    "show": (
        "show what the model sees of each function, the longest wait, or why it was (not) detected",
        "flake8_incall.commands.show",
    ),
    "eject": ("convert the basic functions of a document to Python", "flake8_incall.commands.eject"),
    "schema": ("print the JSON Schema of basic-function documents", "flake8_incall.commands.schema"),
}


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
        strangers = [word for word in unknown if word.startswith("-") or "arguments" not in parsed]
        if strangers:
            parsed.parser.error(f"unknown option {strangers[0]}{nearest(strangers[0], parsed.parser.flags)}")
        if unknown:
            # argparse leaves over what stands behind an option.
            parsed.arguments += unknown
        status: int = parsed.run(parsed)
        sys.stdout.flush()
    except OptionError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()
        return BROKEN_PIPE
    except OSError as error:
        # Such as a full disk under standard output.
        _let_go_of_output()
        return _fail(f"I/O error: {error}")
    except Exception as error:
        words = " ".join(f"{type(error).__name__} {error}".split())
        return _fail(f"internal error ({words}); please report it")
    return status


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
        description="Lint and run the functions that voice agents call during a phone call.",
    )
    parser.add_argument("--version", action="version", version=f"flake8-incall {__version__}")
    in_use = next((word for word in arguments if not word.startswith("-")), None)
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (help_text, module_name) in COMMANDS.items():
        verb = verbs.add_parser(name, help=help_text, description=f"{help_text[0].upper()}{help_text[1:]}.")
        if name == in_use:
            module = import_module(module_name)
            module.add_arguments(verb)
            verb.set_defaults(run=module.run, parser=verb)
    return parser


def _let_go_of_output() -> None:
    """What is still in the buffer can be written nowhere; the interpreter would complain about it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str) -> int:
    print(f"flake8-incall: {message}", file=sys.stderr)
    return COULD_NOT_RUN
