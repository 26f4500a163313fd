"""The timeout that an object brings which is passed to a client: a configuration, a dict, another client."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flake8_incall.model.calls.links import Chain
from flake8_incall.model.calls.origins import origins
from flake8_incall.model.objects.arguments import given, read
from flake8_incall.model.objects.referents import names_of
from flake8_incall.model.waiting.durations import Duration, Durations, longest

if TYPE_CHECKING:
    from flake8_incall.catalogue import Timeout
    from flake8_incall.model.objects.references import References

_TIMEOUT = re.compile(r"\w*timeout\w*", re.IGNORECASE)
# Keys of a dict under which settings of the server stand, its limits among them.
_SETTINGS = frozenset({"options", "server_settings"})


def timeouts_in(text: str, timeout: Timeout) -> bool:
    """Whether a name or an address speaks of a timeout that may limit a call, and not only a part of it."""
    return any(word not in timeout.partial for word in _TIMEOUT.findall(text))


class OptionObjects:
    """Reads the timeouts that objects bring."""

    def __init__(self, references: References, durations: Durations) -> None:
        self._references = references
        self._durations = durations

    def read(self, node: ast.expr, chain: Chain, timeout: Timeout) -> Duration | None:
        """Return what an object says of the timeout, unknown where that cannot be told; `None` if it says nothing.

        Args:
            node: The object, as it is passed to the client.
            chain: The steps from the in-call function to the function in which it stands.
            timeout: How the client's calls are limited.
        """
        found = [self._said(origin.node, origin.chain, timeout) for origin in origins(node, chain, self._references)]
        said = [duration for duration in found if duration is not None]
        if not said and found:
            return None
        return longest(node, said) if len(said) == len(found) else Duration(node)

    def _said(self, node: ast.expr | None, chain: Chain, timeout: Timeout) -> Duration | None:
        match node:
            case None:
                return Duration(ast.Constant(None))
            case ast.Constant(value=None):
                return None
            case ast.Dict(keys=keys):
                return Duration(node) if any(self._may_limit(key, timeout) for key in keys) else None
            case ast.Call():
                return self._durations.read(node, chain) if self._is_limited(node) else None
        return Duration(node)

    def _may_limit(self, key: ast.expr | None, timeout: Timeout) -> bool:
        texts = self._references.constants.texts(key) if key is not None else None
        return texts is None or any(text in _SETTINGS or timeouts_in(text, timeout) for text in texts)

    def _is_limited(self, call: ast.Call) -> bool:
        """Whether an object may limit calls: not if its class is known and nothing is passed for its timeout."""
        for name in names_of(self._references.of(call.func)):
            api = self._references.catalogue.api(name)
            if api is None or api.timeout is None or not api.timeout.call:
                return True
            arguments = read(call, self._references)
            if any(given(argument, arguments) != "absent" for argument in api.timeout.call):
                return True
        return not names_of(self._references.of(call.func))
