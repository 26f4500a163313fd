"""5xx, sealed: what a file does by being loaded, and what its text does not show."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.code.module import Module
from flake8_incall.rules.registry import rule


@rule(
    "CAL527",
    "{what} {advice}",
    on=Module,
    profiles=("gate",),
)
def import_time_code(module: Module) -> Iterator[Finding]:
    """Code runs at import time, including string annotations.

    **Why**: Import-time code runs once for all calls, outside the deadline and the guard. Defaults, decorators and
    class bodies run at import time, and LiveKit evaluates annotations, including string annotations.

    **Bad**:
    ```python
    import random

    SEED = random.random()

    def order_of(customer: "print('loaded') or str") -> None: ...
    ```

    **Good**:
    ```python
    import logging
    import re
    from decimal import Decimal

    logger = logging.getLogger(__name__)
    ORDER_ID = re.compile(r"[A-Z]{2}[0-9]{6}")
    RATES = {"basic": Decimal("0.05"), "full": Decimal("0.18")}

    def rate_of(kind: "str | None") -> Decimal:
        return RATES[kind or "basic"]
    ```

    **Limits**: A decorator that is a function of the module is let in: what it does is checked where it is
    written.
    """
    from flake8_incall.model.gate.evaluated_annotations import odd_annotations
    from flake8_incall.model.gate.load_time import run_at_load

    for node, what in run_at_load(module):
        advice = "runs at import time; move it into a function"
        yield Finding(node, {"what": what, "advice": advice})
    for node, fault in odd_annotations(module):
        advice = "which is evaluated when the tool is built; use a plain type"
        yield Finding(node, {"what": f"an annotation {fault},", "advice": advice})


@rule(
    "CAL529",
    "the file {fault}",
    on=Module,
    profiles=("gate",),
)
def hidden_source_text(module: Module) -> Iterator[Finding]:
    """The file is not UTF-8, or contains invisible characters.

    **Why**: In another encoding the same bytes are different code, and bidirectional or invisible characters make a
    reader see a different program than Python runs.

    **Bad**:
    ```python
    # -*- coding: latin-1 -*-
    LIMIT = 5
    ```

    **Good**:
    ```python
    # -*- coding: utf-8 -*-
    GREETING = "नमस्ते"
    ```

    **Limits**: A joiner after a letter that is not ASCII, or inside an emoji, is let in: the scripts of India and
    Persian are not written without it. Letters that look like others are not told apart.
    """
    from flake8_incall.model.gate.hidden_text import other_encoding, unseen_characters

    declared = other_encoding(module.lines)
    if declared is not None:
        at, encoding = declared
        yield Finding(at, {"fault": f"declares the encoding `{encoding}`; save it as UTF-8"})
    for at, character in unseen_characters(module.lines):
        yield Finding(at, {"fault": f"contains the invisible character {character}; remove it"})
