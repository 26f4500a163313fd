"""Executes the text of a file that was checked, with what the gate lets in."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import CodeType

from flake8_incall.catalogue import load
from flake8_incall.runtime.execution import execute
from flake8_incall.runtime.guard.denials import DenialLog, Denied
from flake8_incall.runtime.guard.events import is_known
from flake8_incall.runtime.guard.facades import Facades
from flake8_incall.runtime.guard.hook import Watch, watch
from flake8_incall.runtime.guard.inside import inside_names
from flake8_incall.runtime.guard.namespace import restricted_builtins


class Guard:
    """What the code that others wrote runs in: for as long as it lives, also in threads and tasks.

    Args:
        allowed_modules: Modules that are let in beside those of the gate, in full. What they do when guarded code
            calls them is not judged.

    Attributes:
        denials: The latest things that were denied, oldest first.
    """

    def __init__(self, allowed_modules: frozenset[str] = frozenset()) -> None:
        self.denials = DenialLog()
        self._policy = load().policy.allowing(tuple(sorted(allowed_modules)))
        self._facades = Facades(self._policy, self._refused)
        self._builtins = restricted_builtins(self._policy, self._facades.import_, self._refused)
        self._hosts = set(allowed_modules)
        watch(Watch(self._builtins, self._policy, self._hosts, self.denials))

    def execute(self, source: str, path: str, names: Mapping[str, object]) -> dict[str, object]:
        """Execute the text of a module that has passed the check.

        Args:
            source: The text.
            path: Where it comes from, as tracebacks and denials shall say it.
            names: What it finds without importing it. Modules among them become facades; functions and objects are
                the host's, and what they do when guarded code calls them is not judged.

        Returns:
            The module's names after it was executed.

        Raises:
            Denied: The text asks an object for what is inside it, or does while it is executed what the guard denies.
            SyntaxError: The text is no Python.
            Exception: Whatever the text raises.
        """
        code = compile(source, path, "exec", dont_inherit=True)
        self._refuse_inside_names(code, path)
        homes = {getattr(value, "__module__", None) for value in names.values()}
        self._hosts.update(home for home in homes if isinstance(home, str) and not is_known(home, self._policy))
        found = {name: self._facades.in_place_of(value) for name, value in names.items()}
        return execute(source, path, {**found, "__builtins__": self._builtins})

    def _refuse_inside_names(self, code: CodeType, path: str) -> None:
        for name, line in inside_names(code, self._policy):
            denial = self.denials.add(f"attribute {name!r}", function="<module>", path=path, line=line)
            raise Denied(str(denial))

    def _refused(self, what: str) -> None:
        """Note what the builtins or a facade refuse."""
        frame = sys._getframe(2)
        while id(frame.f_builtins) != id(self._builtins) and frame.f_back is not None:
            frame = frame.f_back
        code = frame.f_code
        self.denials.add(what, function=code.co_qualname, path=code.co_filename, line=frame.f_lineno or 0)
