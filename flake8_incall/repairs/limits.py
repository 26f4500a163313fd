"""6xx: limits in time: on a client or a call, around statements, and shorter ones."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right

from flake8_incall.diagnostics import Edit, Fix
from flake8_incall.model.calls.call_sites import CallSite, calls
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import below, find
from flake8_incall.model.edits.arguments import is_awaitable_place, with_keyword, without_keyword
from flake8_incall.model.edits.imports import spelling
from flake8_incall.model.edits.statements import wrapped
from flake8_incall.model.edits.text import replaced
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.objects.classes import Types
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.written import written
from flake8_incall.model.waiting.timeouts import InForce, Timeouts
from flake8_incall.repairs.answers import is_answering
from flake8_incall.repairs.exceptions import catching
from flake8_incall.repairs.failures import answering_handler, line_of, loose, together
from flake8_incall.repairs.naming import named, side_by_side

# Seconds that a caller bears and most services keep.
_ORDINARY = 10.0
_LATE = frozenset({"builtins.TimeoutError"})


def with_timeout(site: CallSite, in_force: InForce, function: InCallFunction) -> Fix | None:
    """Pass a timeout: the seconds that the library waits anyway, where a caller waits as long; or limit the call."""
    timeout, at = site.api.timeout, in_force.at
    if timeout is None:
        return None
    arguments = timeout.call if at is site.node else timeout.client
    takes_seconds = bool(arguments) and _takes_number(arguments[0].name, timeout.unit)
    # Some calls of such a client take plain seconds, and some an object.
    is_certain = not (timeout.takes and at is site.node and timeout.client)
    if takes_seconds and is_certain and isinstance(at, ast.Call):
        enough = f"{float(seconds(function, in_force.default)) / timeout.unit:g}"
        limit = _limit(timeout.takes, enough, at, function.module)
        edit = with_keyword(function.module, at, f"{arguments[0].name}={limit[0]}") if limit is not None else None
        return Fix((*limit[1], edit)) if limit is not None and edit is not None else None
    is_around = not arguments or (at is not site.node and not timeout.client)
    return _limited_calls(site, in_force, function) if is_around else None


def _takes_number(name: str, unit: float) -> bool:
    """Whether an argument takes a number; others, such as `http_client` and `config`, take an object."""
    return name.endswith("timeout") if unit == 1.0 else name.lower().endswith(("timeoutms", "timeout_ms"))


def with_seconds(site: CallSite, in_force: InForce, function: InCallFunction) -> Fix | None:
    """Put seconds in the place of a `None`, or take it out of a timeout that has other seconds."""
    at, module, timeout = in_force.at, function.module, site.api.timeout
    if timeout is None or timeout.unit != 1.0:
        return None
    enough = seconds(function, in_force.default)
    made = written(at, module.fact(References))
    if isinstance(made, ast.Call):
        return _of_object(made, timeout.takes, enough, module)
    if not (isinstance(made, ast.Constant) and made.value is None):
        return None
    takes = timeout.takes if _keyword(at, module) == "timeout" else ""
    limit = _limit(takes, enough, at, module)
    return Fix((*limit[1], replaced(module, at, limit[0]))) if limit is not None else None


def shortened(site: CallSite, in_force: InForce, function: InCallFunction) -> Fix | None:
    """Put fewer seconds in the place of those that are too many, where plain seconds are passed."""
    at, module = in_force.at, function.module
    if site.api.timeout is None or site.api.timeout.unit != 1.0 or module.index.call_with(at) is None:
        return None
    is_plain = all(isinstance(node, ast.Constant | ast.Name | ast.BinOp) for node in below(at))
    numbers = [written(name, module.fact(References)) for name in find(ast.Name, at)]
    if not is_plain or not all(isinstance(n, ast.Constant) and isinstance(n.value, int | float) for n in numbers):
        return None
    return Fix((replaced(module, at, seconds(function)),), is_safe=False)


def bounded(loop: ast.stmt, function: InCallFunction) -> Fix | None:
    """Limit the time of a loop, and return an error when it is over."""
    return _limited(loop, loop, function)


def seconds(function: InCallFunction, default: float | None = None) -> str:
    """Return the seconds that a caller is to wait at most, those of the library where they are fewer."""
    return f"{min(default or _ORDINARY, _ORDINARY, function.options.max_timeout):g}"


def _limited_calls(site: CallSite, in_force: InForce, function: InCallFunction) -> Fix | None:
    """Limit the time of all calls in a function that lack a timeout for one reason."""
    if site.has("blocking") and not site.is_in_thread:
        return None
    alike = function.fact(_calls_by_limit).get((site.owner, in_force.at), [site.node])
    first, last = together(alike, function.module, is_inside_with=True)
    return _limited(first, last, function)


def _calls_by_limit(function: InCallFunction) -> dict[tuple[ast.AST, ast.AST], list[ast.Call]]:
    """The calls that a function reaches, by where they stand and by what has their timeout, or lacks it."""
    timeouts = function.module.fact(Timeouts)
    found: dict[tuple[ast.AST, ast.AST], list[ast.Call]] = {}
    for site in calls(function):
        found.setdefault((site.owner, timeouts.of(site).at), []).append(site.node)
    return found


def _limited(first: ast.stmt, last: ast.stmt, function: InCallFunction) -> Fix | None:
    module = function.module
    timeout = spelling(module, first, "asyncio", "timeout")
    if timeout is None or not is_awaitable_place(module, first):
        return None
    head = f"async with {timeout.text}({seconds(function)}):"
    around = module.fact(Failures).handlers.way_out(first, _LATE)
    if around.left and not around.handlers:
        # Elsewhere than in the contract nobody says how an error is told.
        is_told = is_answering(first, function) and function.options.profile != "livekit"
        handler = answering_handler(_LATE | _loose(first, last, function), first, function) if is_told else None
        edits = wrapped(module, first, last, ("try:", head), handler[0]) if handler is not None else None
        if handler is None or edits is None:
            return None
        return Fix((*side_by_side(timeout.edits, handler[1]), *edits), is_safe=False)
    added: tuple[Edit, ...] | None = ()
    if around.left:
        added = catching(module.fact(Failures).handlers.try_of(around.handlers[0]).handlers[-1], _LATE, module)
    edits = wrapped(module, first, last, (head,))
    if added is None or edits is None:
        return None
    return Fix((*timeout.edits, *added, *edits), is_safe=False)


def _loose(first: ast.stmt, last: ast.stmt, function: InCallFunction) -> Types:
    """What nothing takes up of the failures of statements."""
    fates, end = function.fact(loose), last.end_lineno or last.lineno
    inside = fates[bisect_left(fates, first.lineno, key=line_of) : bisect_right(fates, end, key=line_of)]
    return frozenset[str]().union(*(fate.left for fate in inside))


def _limit(takes: str, enough: str, at: ast.expr, module: Module) -> tuple[str, tuple[Edit, ...]] | None:
    """Seconds, or an object that has them, and what has to be imported for it."""
    if not takes:
        return enough, ()
    made, name = module.catalogue.api(takes), named(takes, at, module)
    keyword = f"{made.bounds.name}=" if made is not None and made.bounds is not None else ""
    return (f"{name.text}({keyword}{enough})", name.edits) if name is not None else None


def _of_object(made: ast.Call, takes: str, enough: str, module: Module) -> Fix | None:
    """Set what an object such as `ClientTimeout(...)` leaves open."""
    for keyword in made.keywords:
        if isinstance(keyword.value, ast.Constant) and keyword.value.value is None:
            has_other = bool(made.args) and not _is_none(made.args[0])
            edit = without_keyword(module, made, keyword) if has_other else replaced(module, keyword.value, enough)
            return Fix((edit,)) if edit is not None else None
    if made.args and _is_none(made.args[0]):
        return Fix((replaced(module, made.args[0], enough),))
    known = module.catalogue.api(takes) if takes else None
    if known is None or known.bounds is None or made.args:
        return None
    edit = with_keyword(module, made, f"{known.bounds.name}={enough}")
    return Fix((edit,)) if edit is not None else None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _keyword(value: ast.expr, module: Module) -> str | None:
    parent = module.parents[value]
    return parent.arg if isinstance(parent, ast.keyword) else None
