"""What one call may take."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call of a tool may take, and how much it may hand back.

    Attributes:
        deadline: Seconds from the call to its result. Past it the function is cancelled and the model is told so.
        max_result_bytes: Bytes of a result as JSON text in UTF-8. A larger result is an error result.

    Raises:
        ValueError: A limit is not a positive, finite number.
    """

    deadline: float = 10.0
    max_result_bytes: int = 65_536

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
                raise ValueError(f"`{name}` is {value!r}: give a number above 0")
