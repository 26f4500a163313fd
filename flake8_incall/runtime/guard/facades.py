"""What guarded code gets in place of modules: what the policy lets in of them, and no way to change it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, NoReturn

from flake8_incall.catalogue import Policy
from flake8_incall.runtime.guard.events import is_known

_MISSING = object()


class Facade:
    """A module as guarded code sees it: its values as they are, but only those that are let in.

    What it hands out are the module's own classes and functions, so that `except httpx.HTTPError` and `isinstance` mean
    what they mean elsewhere.
    """

    __slots__ = ("_name", "_read")

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_read", read)

    def __getattribute__(self, name: str) -> Any:
        # A class of guarded code that inherits from `str` could compare as it likes.
        return object.__getattribute__(self, "_read")(str.__str__(name))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{self!r} cannot be changed: `{name}` was to be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{self!r} cannot be changed: `{name}` was to be deleted")

    def __repr__(self) -> str:
        return f"<module {object.__getattribute__(self, '_name')}, guarded>"


class Facades:
    """The modules that the code of one guard can have.

    Args:
        policy: What is let in.
        refuse: Called with what is asked for in words, when it is not let in.
    """

    def __init__(self, policy: Policy, refuse: Callable[[str], None]) -> None:
        self._policy = policy
        self._refuse = refuse
        self._made: dict[str, Facade] = {}
        packages = (module.split(".") for module in policy.known_modules)
        self._importable = {".".join(parts[:end]) for parts in packages for end in range(1, len(parts) + 1)}

    def import_(
        self,
        name: str,
        _globals: Mapping[str, object] | None = None,
        _locals: Mapping[str, object] | None = None,
        fromlist: tuple[str, ...] | list[str] | None = (),
        level: int = 0,
    ) -> Facade | None:
        """What an import statement calls in place of `__import__`.

        Raises:
            ImportError: The module is not let in.
        """
        name = str.__str__(name)
        if isinstance(fromlist, list) and is_known(name, self._policy):
            # Functions written in C hand over a list, and take the module from the interpreter.
            importlib.import_module(name)
            return None
        if level or name not in self._importable:
            told = f"{'.' * level}{name}"
            self._refuse(f"import {told}")
            raise ImportError(f"the gate does not let in the module {told!r}", name=told)
        importlib.import_module(name)
        return self.of(name if fromlist else name.partition(".")[0])

    def of(self, module: str) -> Facade:
        """The facade of a module that may be imported."""
        if module not in self._made:
            self._made[module] = Facade(module, lambda name: self._read(module, name))
        return self._made[module]

    def in_place_of(self, value: object) -> object:
        """The facade of a module, and any other value as it is."""
        return self.of(value.__name__) if isinstance(value, ModuleType) else value

    def _read(self, module: str, name: str) -> Any:
        if name == "__class__":
            return Facade
        if name == "__name__":
            # An import statement would take modules that are beside this one from the interpreter by this name.
            return f"{module} (guarded)"
        inner = f"{module}.{name}"
        if inner in self._importable:
            importlib.import_module(inner)
            return self.of(inner)
        is_private = name.startswith("_") and name not in self._policy.dunders
        if is_private or not self._policy.allows_name(module, name):
            # The interpreter asks for these by itself: for star imports, and to show an object.
            if name not in ("__all__", "__dict__", "__path__", "__spec__"):
                self._refuse(f"{module}.{name}")
            raise AttributeError(f"the gate does not let in `{name}` of the module {module!r}")
        # Not the error that the module itself would raise: it carries the module along.
        value = getattr(importlib.import_module(module), name, _MISSING)
        if value is _MISSING:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        if isinstance(value, ModuleType):
            self._refuse(f"{module}.{name}")
            raise AttributeError(f"the gate does not let in the module `{name}` of {module!r}")
        return value
