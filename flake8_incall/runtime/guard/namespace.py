"""The builtins that guarded code finds."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from flake8_incall.catalogue import Policy
from flake8_incall.runtime.guard.inside import leads_inside

# What statements need of the builtins, though no text may name it.
_OF_STATEMENTS = ("__build_class__",)
_MISSING: Any = object()


def restricted_builtins(policy: Policy, import_: Callable[..., Any], refuse: Callable[[str], None]) -> dict[str, Any]:
    """Builtins without what the policy takes out of them.

    Args:
        policy: What is let in.
        import_: What import statements call.
        refuse: Called with what is asked for in words, when it is not let in.
    """

    def checked(name: str) -> str:
        # A class of guarded code that inherits from `str` could compare as it likes.
        text = str.__str__(name)
        if leads_inside(text, policy) or text in policy.attributes:
            refuse(f"getattr {text!r}")
            raise AttributeError(f"the gate does not let in the attribute {text!r}")
        return text

    def guarded_getattr(value: object, name: str, default: object = _MISSING, /) -> Any:
        text = checked(name)
        return getattr(value, text) if default is _MISSING else getattr(value, text, default)

    def guarded_hasattr(value: object, name: str, /) -> bool:
        return hasattr(value, checked(name))

    let_in = {name: value for name, value in vars(builtins).items() if _is_let_in(name, policy)}
    own = {"__import__": import_, "getattr": guarded_getattr, "hasattr": guarded_hasattr}
    return let_in | {name: getattr(builtins, name) for name in _OF_STATEMENTS} | own


def _is_let_in(name: str, policy: Policy) -> bool:
    return not name.startswith("_") and name not in policy.builtins
