"""The seconds that an argument says: a number, `None`, `httpx.Timeout(...)`, `aiohttp.ClientTimeout(...)`."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flake8_incall.model.calls.links import Chain
from flake8_incall.model.calls.origins import Origin, origins
from flake8_incall.model.calls.within import Ways
from flake8_incall.model.objects.arguments import given, read
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import AtMost, Outside

if TYPE_CHECKING:
    from flake8_incall.catalogue import Limit, Timeout
    from flake8_incall.model.code.module import Module

_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Duration:
    """How long something may take.

    Attributes:
        at: The expression that says so.
        seconds: The seconds, or `None` where there is no limit or it is not known.
        is_off: Whether it says that there is no limit.
        is_of_phase: Whether it limits each phase where others of its kind limit the whole: `sock_read` of aiohttp.
        is_most: Whether it may be shorter: `min(left, 8)`.
    """

    at: ast.expr
    seconds: float | None = None
    is_off: bool = False
    is_of_phase: bool = False
    is_most: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it can be told at all."""
        return self.is_off or self.seconds is not None


class Durations:
    """Reads the durations of one module."""

    def __init__(self, module: Module) -> None:
        self._references = module.fact(References)
        self._ways = module.fact(Ways)
        self._depth = 0

    def read(self, node: ast.expr, chain: Chain, unit: float = 1.0) -> Duration:
        """What an expression says.

        Args:
            node: The expression.
            chain: The steps from the in-call function to the function in which it stands.
            unit: Seconds in one of its units.
        """
        if (said := self._number(node, chain, unit)) is not None:
            return said
        found = origins(node, chain, self._references)
        if self._depth >= _DEEPEST or not found:
            return Duration(node)
        self._depth += 1
        try:
            return _together(node, [(origin, self._said(origin, unit)) for origin in found])
        finally:
            self._depth -= 1

    def _number(self, node: ast.expr, chain: Chain, unit: float) -> Duration | None:
        """What constants say, of which any can be there; `None` where there may be something else."""
        references = self._ways.within(chain)
        referents = references.of(node)
        most = [referent.value for referent in referents if isinstance(referent, AtMost)]
        values = references.constants.among(frozenset(r for r in referents if not isinstance(r, AtMost)))
        if values is None and not (most and len(most) == len(referents)):
            return None
        said = [_of_value(node, value, unit) for value in (*(values or ()), *most)]
        if not all(duration.is_off for duration in said) and any(duration.is_off for duration in said):
            return Duration(node)
        return replace(longest(node, said), is_most=bool(most))

    def _said(self, origin: Origin, unit: float) -> Duration | None:
        """What an expression says that is no name or choice; `None` when it cannot be told."""
        node = origin.node
        if node is None:
            return None
        if (number := self._number(node, origin.chain, unit)) is not None:
            return number
        match node:
            case ast.Call():
                return self._made(node, origin.chain)
            case ast.Tuple(elts=elements):  # `timeout=(CONNECT, READ)`
                return longest(node, [self.read(element, origin.chain, unit) for element in elements])
        return None

    def _made(self, node: ast.Call, chain: Chain) -> Duration | None:
        for referent in self._references.of(node.func):
            if isinstance(referent, Outside):
                api = self._references.catalogue.api(referent.name)
                if api is not None and api.limit:
                    return _LIMITS[api.limit](self, node, chain)
                if api is not None and api.bounds is not None:
                    value = given(api.bounds, read(node, self._references))
                    return self.read(value, chain) if isinstance(value, ast.expr) else Duration(node)
                if api is not None and api.timeout is not None and api.timeout.call:
                    return self._of_options(node, api.timeout, chain)
        return None

    def _of_options(self, node: ast.Call, timeout: Timeout, chain: Chain) -> Duration:
        """What is passed to a class of configurations, or of other clients."""
        arguments = read(node, self._references)
        values = [value for argument in timeout.call if isinstance(value := given(argument, arguments), ast.expr)]
        return longest(node, [self.read(value, chain, timeout.unit) for value in values])

    # Objects that say how long

    def _parts(self, node: ast.Call, chain: Chain, names: Iterable[str]) -> dict[str, Duration]:
        keywords = read(node, self._references).keywords
        return {name: self.read(keywords[name], chain) for name in names if name in keywords}

    def _httpx(self, node: ast.Call, chain: Chain) -> Duration:
        """`httpx.Timeout(default, connect=…, read=…, write=…, pool=…)`; the pool is the process's own affair.

        A request is written before a server can be slow to answer, so that no limit to that holds nobody for ever.
        """
        if _is_spread(node):
            return Duration(node)
        parts = self._parts(node, chain, ("timeout", "connect", "read", "write", "pool"))
        default = self.read(node.args[0], chain) if node.args else parts.pop("timeout", None)
        writing = parts.get("write", default)
        phases = [parts.get("connect", default), parts.get("read", default)]
        phases += [writing] if writing is not None and not writing.is_off else []
        return longest(node, [phase for phase in phases if phase is not None])

    def _aiohttp(self, node: ast.Call, chain: Chain) -> Duration:
        """`aiohttp.ClientTimeout(total=…, connect=…, sock_read=…)`, in which what is not given is not limited."""
        if _is_spread(node):
            return Duration(node)
        parts = self._parts(node, chain, ("total", "sock_read"))
        total = self.read(node.args[0], chain) if node.args else parts.get("total")
        if total is not None and not _is_none_or_zero(total):
            return Duration(node, total.seconds)
        reading = parts.get("sock_read")
        if reading is not None and not _is_none_or_zero(reading):
            return Duration(node, reading.seconds, is_of_phase=True)
        return Duration(node, is_off=True)

    def _urllib3(self, node: ast.Call, chain: Chain) -> Duration:
        """`urllib3.Timeout(total=…, connect=…, read=…)`."""
        if _is_spread(node):
            return Duration(node)
        parts = self._parts(node, chain, ("total", "connect", "read"))
        total = self.read(node.args[0], chain) if node.args else parts.get("total")
        if total is not None and not total.is_off:
            return Duration(node, total.seconds)
        if "read" not in parts:
            return Duration(node, is_off=total is not None)
        return longest(node, [parts["read"], *([parts["connect"]] if "connect" in parts else [])])


_Maker = Callable[[Durations, ast.Call, Chain], Duration]
_LIMITS: dict[Limit, _Maker] = {
    "httpx": Durations._httpx,
    "aiohttp": Durations._aiohttp,
    "urllib3": Durations._urllib3,
}


def _is_none_or_zero(duration: Duration) -> bool:
    """Whether it switches a limit of aiohttp off."""
    return duration.is_off or duration.seconds == 0


def _is_spread(node: ast.Call) -> bool:
    return any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)


def _of_value(node: ast.expr, value: object, unit: float) -> Duration:
    match value:
        case tuple() | list() if value:
            return longest(node, [_of_value(node, part, unit) for part in value])
        case timedelta():
            return Duration(node, value.total_seconds())
        case None | math.inf:
            return Duration(node, is_off=True)
        case int() | float() if not isinstance(value, bool) and math.isfinite(value):
            return Duration(node, value * unit)
    return Duration(node)


def longest(node: ast.expr, parts: list[Duration]) -> Duration:
    """Return what several limits come to, each on one phase: without one of them there is none."""
    if any(part.is_off for part in parts):
        return Duration(node, is_off=True)
    known = [part.seconds for part in parts if part.seconds is not None]
    is_of_phase = any(part.is_of_phase for part in parts)
    if len(known) < len(parts) or not parts:
        return Duration(node)
    return Duration(node, max(known), is_of_phase=is_of_phase, is_most=any(part.is_most for part in parts))


def _together(node: ast.expr, said: list[tuple[Origin, Duration | None]]) -> Duration:
    """Several values of which any can be there. That there is no limit has to be certain."""
    durations = [duration for _, duration in said if duration is not None]
    if any(duration.is_off and origin.is_certain for origin, duration in said if duration is not None):
        return Duration(node, is_off=True)
    is_known = len(durations) == len(said) and all(duration.seconds is not None for duration in durations)
    return longest(node, durations) if is_known else Duration(node)
