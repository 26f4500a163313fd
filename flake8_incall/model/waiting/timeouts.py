"""The timeout in force at an external call: its own, its client's, or one that stands around it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property
from itertools import chain as chained
from typing import TYPE_CHECKING

from flake8_incall.model.calls.call_sites import CallSite
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.calls.links import Chain
from flake8_incall.model.calls.origins import Origin, origins
from flake8_incall.model.code.tree import values_given
from flake8_incall.model.objects.arguments import Written, given, read
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Instance, Outside
from flake8_incall.model.waiting.deadlines import Deadlines
from flake8_incall.model.waiting.durations import Duration, Durations
from flake8_incall.model.waiting.option_objects import OptionObjects, timeouts_in
from flake8_incall.model.waiting.waits import Waits

if TYPE_CHECKING:
    from flake8_incall.catalogue import Argument, Timeout
    from flake8_incall.model.code.module import Module

_LONGEST_WAY = 8


class State(Enum):
    """What is known of a call's timeout."""

    SET = auto()
    OFF = auto()
    MISSING = auto()
    UNKNOWN = auto()
    NONE = auto()  # time plays no part in it, or nobody waits


@dataclass(frozen=True, slots=True)
class InForce:
    """The timeout in force at a call.

    Attributes:
        state: What is known of it.
        at: Where it is said, or where it has to be: the call, or the client's constructor.
        seconds: What it is, where that is known.
        default: What the library does when nothing is set: seconds, or `None` for waiting for ever.
        bound: The seconds after which the call is over for certain: a timeout for each phase of it is none.
        is_most: Whether `seconds` are the most that it can be, and it may be shorter.
    """

    state: State
    at: ast.expr
    seconds: float | None = None
    default: float | None = None
    bound: float | None = None
    is_most: bool = False


@dataclass(frozen=True, slots=True)
class Maker:
    """The calls that made an object, its constructor last: `pool.acquire()`, then `create_pool(...)`."""

    calls: tuple[tuple[ast.Call, Chain], ...]


class Timeouts:
    """The timeouts of one module."""

    def __init__(self, module: Module) -> None:
        self._references = module.fact(References)
        self._calls = module.fact(Calls)
        self.durations = Durations(module)
        self.deadlines = Deadlines(module.fact(References), self.durations)
        self._options = OptionObjects(module.fact(References), self.durations)
        self.waits = Waits(module.fact(Calls), module.fact(References), self.durations)

    def of(self, site: CallSite) -> InForce:
        """The timeout in force at a call."""
        if site.api.timeout is None:
            return InForce(State.NONE, site.node)
        around = self.waits.around(site)
        if around.is_background:
            return InForce(State.NONE, site.node)
        own = self._own(site, site.api.timeout)
        if around.is_limited:
            return self._shorter(own, around.shortest, site)
        off = around.shortest
        if own.state is State.MISSING and off is not None:
            return InForce(State.OFF, off.at, default=own.default)
        return own

    def sleep(self, site: CallSite) -> Duration | None:
        """How long a call sleeps, where it sleeps and that is known."""
        if site.api.seconds is None or not site.has("sleep"):
            return None
        value = given(site.api.seconds, site.arguments)
        duration = self.durations.read(value, site.chain) if isinstance(value, ast.expr) else None
        return duration if duration is not None and duration.seconds is not None else None

    @cached_property
    def _called_methods(self) -> frozenset[str]:
        """The names of the methods that the module calls, on whatever object."""
        calls = (node.func for node in self._references.module.index.nodes(ast.Call))
        return frozenset(function.attr for function in calls if isinstance(function, ast.Attribute))

    def _shorter(self, own: InForce, around: Duration | None, site: CallSite) -> InForce:
        seconds = around.seconds if around is not None else None
        if own.state is State.SET and own.seconds is not None and (seconds is None or own.seconds <= seconds):
            return own if own.bound is not None else replace(own, bound=seconds)
        is_most = around is not None and around.is_most
        at = around.at if around is not None else site.node
        return InForce(State.SET, at, seconds, bound=seconds, is_most=is_most)

    def _own(self, site: CallSite, timeout: Timeout) -> InForce:
        """What the call and its client say."""
        if timeout.fixed is not None:
            return InForce(
                State.SET, site.node, timeout.fixed, bound=timeout.fixed if timeout.scope == "call" else None
            )
        said = self._said(timeout.call, site.arguments, site.chain, timeout.unit)
        if said is None and timeout.setter and timeout.setter in self._called_methods:
            return InForce(State.UNKNOWN, site.node)
        if said is None and (timeout.client or timeout.objects):
            return self._of_client(site, timeout)
        return _in_force(said, site.node, timeout)

    def _of_client(self, site: CallSite, timeout: Timeout) -> InForce:
        makers = self._makers(site.callee.value, site.chain) if isinstance(site.callee, ast.Attribute) else [None]
        states: list[InForce] = []
        for maker in makers:
            if maker is None or not maker.calls:
                return InForce(State.UNKNOWN, site.node)
            said = None
            for call, chain in maker.calls:
                arguments = read(call, self._references)
                said = said or self._said(timeout.client, arguments, chain, timeout.unit)
                said = said or self._by_object(arguments, chain, timeout)
                if said is None and self._names_a_timeout(call, timeout):
                    return InForce(State.UNKNOWN, call)
            made = maker.calls[-1][0]
            place = site.node if self._is_livekits(made) or self._connects(made) else made
            states.append(_in_force(said, place, timeout))
        return _worst(states) or InForce(State.UNKNOWN, site.node)

    def _said(self, wanted: tuple[Argument, ...], arguments: Written, chain: Chain, unit: float) -> Duration | None:
        """What is passed for any of some arguments; `None` when none of them is."""
        found: list[Duration] = []
        for argument in wanted:
            value = given(argument, arguments)
            if value == "unknown":
                found.append(Duration(next(iter(arguments.everything))))
            elif isinstance(value, ast.expr) and not self._is_default(value):
                found.append(self.durations.read(value, chain, unit))
        off = [duration for duration in found if duration.is_off]
        return next(iter(off or sorted(found, key=lambda duration: -(duration.seconds or 0.0))), None)

    def _by_object(self, arguments: Written, chain: Chain, timeout: Timeout) -> Duration | None:
        """What is said by an object that is passed: a configuration, or another client."""
        for argument in timeout.objects:
            value = given(argument, arguments)
            if isinstance(value, ast.expr) and (said := self._options.read(value, chain, timeout)) is not None:
                return said
        return None

    def _is_default(self, value: ast.expr) -> bool:
        """Whether a value says "as if not given": `httpx.USE_CLIENT_DEFAULT`, `openai.NOT_GIVEN`."""
        names = {r.name.rpartition(".")[2] for r in self._references.of(value) if isinstance(r, Outside)}
        return bool(names & {"USE_CLIENT_DEFAULT", "NOT_GIVEN", "DEFAULT_TIMEOUT", "sentinel"})

    def _names_a_timeout(self, call: ast.Call, timeout: Timeout) -> bool:
        """Whether the address, or another argument, brings a timeout that the catalogue has no word for."""
        apis = self._calls.apis(call.func)
        known = {argument.name for _, api in apis if api.timeout is not None for argument in api.timeout.call}
        keywords = {keyword.arg for keyword in call.keywords if keyword.arg} - known
        texts = (self._references.constants.texts(value) or () for value in values_given(call))
        return any(timeouts_in(text, timeout) for text in chained(keywords, *texts))

    # What made an object

    def _makers(self, node: ast.expr, chain: Chain) -> list[Maker | None]:
        """The constructors that an object can come from; `None` for something that cannot be seen."""
        found: list[Maker | None] = []
        pending: list[tuple[ast.expr, Chain, Maker]] = [(node, chain, Maker(()))]
        while pending:
            current, way, maker = pending.pop()
            for origin in origins(current, way, self._references):
                step = self._made_by(origin, maker)
                if isinstance(step, tuple) and len(step[2].calls) < _LONGEST_WAY:
                    pending.append(step)
                elif step != "nothing":
                    found.append(step if isinstance(step, Maker) else None)
        return found

    def _made_by(self, origin: Origin, maker: Maker) -> tuple[ast.expr, Chain, Maker] | Maker | str:
        """One step back: on to another expression, the end, `"nothing"` for `None`, `"unknown"`."""
        match origin.node:
            case ast.Constant(value=None):
                return "nothing"
            case ast.Call(func=ast.Attribute(value=base)) | ast.Attribute(value=base) if self._is_kept_in(base):
                return "unknown"
            case ast.Attribute(value=base) | ast.Subscript(value=base) if self._is_object(base):
                return base, origin.chain, maker
            case ast.Call(args=[entered, *_]) as call if self._enters(call):
                return entered, origin.chain, maker
            case ast.Call(func=ast.Attribute(value=base)) as call if self._is_object(base):
                return base, origin.chain, Maker((*maker.calls, (call, origin.chain)))
            case ast.Call() as call if (client := self._speaks_through(call)) is not None:
                return client, origin.chain, Maker((*maker.calls, (call, origin.chain)))
            case ast.Call(func=maker_of) as call if any(isinstance(r, Instance) for r in self._references.of(maker_of)):
                return maker_of, origin.chain, Maker((*maker.calls, (call, origin.chain)))
            case ast.Call() as call if self._is_prepared(call.func, origin.chain):
                return "unknown"
            case ast.Call() as call if self._is_made_outside(call):
                return Maker((*maker.calls, (call, origin.chain)))
        return "unknown"

    def _is_made_outside(self, call: ast.Call) -> bool:
        """Whether a class or function of a known library makes an object; no other says how it is made."""
        is_known = bool(self._calls.apis(call.func))
        return is_known and any(isinstance(referent, Instance) for referent in self._references.of(call))

    def _is_prepared(self, function: ast.expr, chain: Chain) -> bool:
        """Whether a function comes of a call that may have given it arguments: `partial(AsyncClient, timeout=4)`."""
        return any(isinstance(origin.node, ast.Call) for origin in origins(function, chain, self._references))

    def _speaks_through(self, call: ast.Call) -> ast.expr | None:
        """The client that one is made around: `engine` of `AsyncSession(engine)`."""
        for _, api in self._calls.apis(call.func):
            if api.through is not None:
                value = given(api.through, read(call, self._references))
                return value if isinstance(value, ast.expr) else None
        return None

    def _enters(self, call: ast.Call) -> bool:
        """`await stack.enter_async_context(ClientSession(...))`, which gives what it is given."""
        return any(api.enters is not None for _, api in self._calls.apis(call.func))

    def _is_livekits(self, made: ast.Call) -> bool:
        """Whether a client is one that LiveKit keeps ready, whose timeout is not for a function to set."""
        return any(api.name.startswith("livekit.agents.") for _, api in self._calls.apis(made.func))

    def _connects(self, made: ast.Call) -> bool:
        """Whether what makes an object waits itself, as `asyncpg.connect` does: each call then has its own time."""
        return any(api.is_external for _, api in self._calls.apis(made.func))

    def _is_kept_in(self, node: ast.expr) -> bool:
        """Whether it is an object that others are put into and taken out of: a `RunContext[Data]`, a `ContextVar`."""
        return any(isinstance(referent, Instance) and referent.arguments for referent in self._references.of(node))

    def _is_object(self, node: ast.expr) -> bool:
        """Whether it is an object of a known class, or a part of one, such as `client.chat`."""
        while not any(isinstance(referent, Instance) for referent in self._references.of(node)):
            if not isinstance(node, ast.Attribute):
                return False
            node = node.value
        return True


def _in_force(said: Duration | None, place: ast.expr, timeout: Timeout) -> InForce:
    default = timeout.default
    if said is None:
        return InForce(State.MISSING, place, default, default, timeout.bound(default))
    if said.is_off:
        return InForce(State.OFF, said.at, default=default)
    state = State.SET if said.seconds is not None else State.UNKNOWN
    is_whole = timeout.scope == "call" and not said.is_of_phase
    return InForce(state, said.at, said.seconds, default, said.seconds if is_whole else None, said.is_most)


def _worst(states: list[InForce]) -> InForce | None:
    """Of several clients that can be there, the one with which the call waits longest; unknown if any is."""
    for state in (State.UNKNOWN, State.OFF, State.MISSING):
        for candidate in states:
            if candidate.state is state:
                return candidate
    return max(states, key=lambda candidate: candidate.seconds or 0.0, default=None)
