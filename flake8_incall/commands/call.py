"""`flake8-incall call`: one function, called once outside of a call."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flake8_incall.commands import CLEAN, FINDINGS
from flake8_incall.commands.loading import load, tell_rejected
from flake8_incall.options import PROFILES, OptionError, Options, nearest
from flake8_incall.runtime.limits import Limits
from flake8_incall.terminal import printable

if TYPE_CHECKING:
    from flake8_incall.trial.run import AnyTool, Trial

_NOTES = """\
The file that has the function is checked and loaded as in a call; what does not pass is not run. The arguments go
through LiveKit's own validation. A stand-in takes the place of `ctx`: `userdata` is an empty dict, `session.say`
prints what the caller would hear, anything else of the session says that there is no call. The platform's own
functions, such as `send_email`, do nothing: what they are called with is printed, and what they answer. What the
function logs is on standard error.

  flake8-incall call weather.py get_weather location=पुणे days=3
  flake8-incall call orders.json track tags='["late"]' --secret CRM_TOKEN

exit status:
  0  the result is a success
  1  the result is an error, or the file does not pass the check
  2  it was not called: bad arguments, no such function, or the runtime is not installed
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument(
        "path", metavar="FILE", help="a Python file, a function document (.json), or a directory of both"
    )
    parser.add_argument("name", metavar="NAME", help="the tool's name")
    parser.add_argument(
        "arguments",
        nargs="*",
        metavar="key=value",
        help="arguments: strings as is, other values as JSON",
    )
    parser.add_argument(
        "--profile", choices=PROFILES, default="contract", help="rule set to check before running (default: contract)"
    )
    parser.add_argument(
        "--secret",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="secret for x_secrets; without a value, read from the environment variable NAME; redacted in the output",
    )
    parser.add_argument(
        "--allow-private-hosts",
        action="store_true",
        help="allow basic functions to call loopback and private addresses",
    )
    parser.add_argument(
        "--deadline", type=float, metavar="SECONDS", help="cancel the call after this many seconds (default: 10)"
    )


def run(parsed: argparse.Namespace) -> int:
    """Call the function and print what came of it."""
    from flake8_incall.trial.platform import stand_ins
    from flake8_incall.trial.secrets import Redaction, read_secrets

    secrets = read_secrets(parsed.secret)
    told: list[str] = []
    tools = load(
        parsed.path,
        profile=parsed.profile,
        limits=_limits(parsed.deadline),
        secrets=secrets,
        allow_private_hosts=parsed.allow_private_hosts,
        only=parsed.name,
        stand_ins=stand_ins(told.append),
    )
    if not isinstance(tools, list):
        return tell_rejected(tools)
    from flake8_incall.trial.log import shown_log
    from flake8_incall.trial.run import attempt, schema_of
    from flake8_incall.trial.values import read_arguments

    tool = _named(parsed, tools)
    arguments = read_arguments(parsed.arguments, schema_of(tool), parsed.name)
    redact = Redaction(secrets)
    with shown_log(redact):
        trial = attempt(tool, arguments, told)
    for line in _lines(trial):
        print(printable(redact(line)))
    return FINDINGS if trial.is_error else CLEAN


def _limits(deadline: float | None) -> Limits:
    try:
        return Limits() if deadline is None else Limits(deadline=deadline)
    except ValueError as error:
        raise OptionError(f"--deadline: {error}") from error


def _named(parsed: argparse.Namespace, tools: list[Any]) -> AnyTool:
    by_name: dict[str, AnyTool] = {tool.id: tool for tool in tools}
    if parsed.name not in by_name:
        known = dict.fromkeys([*by_name, *_names_in(parsed)])
        hint = nearest(parsed.name, known) or f", it has {', '.join(f'`{name}`' for name in known)}"
        raise OptionError(printable(f"{parsed.path} has no function `{parsed.name}`{hint}"))
    return by_name[parsed.name]


def _names_in(parsed: argparse.Namespace) -> list[str]:
    from flake8_incall.runtime.choice import names_in
    from flake8_incall.runtime.sources import checked_files

    options = Options.from_values({"profile": parsed.profile})
    files = checked_files(parsed.path, options, allow_private_hosts=parsed.allow_private_hosts)
    return [name for file in files for name in names_in(file)]


def _lines(trial: Trial) -> Iterator[str]:
    yield "arguments:"
    yield f"    {json.dumps(trial.arguments, ensure_ascii=False, default=str)}"
    if trial.told:
        yield "meanwhile:"
        yield from (f"    {line}" for line in trial.told)
    yield "requests:" if trial.exchanges else "requests: none by httpx2, httpx or aiohttp"
    yield from (f"    {exchange}" for exchange in trial.exchanges)
    yield f"{'error' if trial.is_error else 'result'} after {trial.seconds:.3f} s:"
    result = trial.result
    text = str(result) if not isinstance(result, dict) else json.dumps(result, ensure_ascii=False, indent=2)
    yield from (f"    {line}" for line in text.splitlines())
