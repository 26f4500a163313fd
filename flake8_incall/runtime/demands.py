"""What the settings of the runtime have to be: one of the wrong kind is refused where it is given, not in a call."""

from __future__ import annotations

from collections.abc import Mapping

from flake8_incall.options import PROFILES, OptionError
from flake8_incall.runtime.limits import Limits


def check_settings(*, limits: object, profile: object) -> None:
    """See to it that limits are limits and a profile is one.

    Raises:
        TypeError: The limits are no `Limits`.
        OptionError: There is no such profile.
    """
    if not isinstance(limits, Limits):
        raise TypeError(f"limits: {limits!r} is no `Limits`, give `Limits(deadline=seconds, max_result_bytes=bytes)`")
    if profile not in PROFILES:
        raise OptionError(f"profile: unknown profile {profile!r}; use one of {', '.join(PROFILES)}")


def check_mapping(secrets: object) -> None:
    """See to it that secrets are there by name.

    Raises:
        TypeError: They are not. The text shows none.
    """
    if not isinstance(secrets, Mapping):
        raise TypeError(f'secrets: a {type(secrets).__name__} has no names, give a mapping such as {{"NAME": value}}')
