"""Files that are loaded with the profile `gate`."""

from __future__ import annotations

import asyncio
import functools
import inspect
from pathlib import Path
from typing import Any, cast

import pytest

from flake8_incall.runtime import Rejected, load_tools
from tests.harness import FIXTURES
from tests.runtime.calling import contract, told

PRICES = '''\
from livekit.agents import RunContext


class Table:
    def {method}(self) -> int:
        return 12

    def total(self) -> int:
        return self.{method}()


async def price(ctx: RunContext) -> dict:
    """Tell the price of a table when the caller asks for it.

    Returns:
        dict: {{status: "success", price: int}}
    """
    return {{"status": "success", "price": Table().total()}}
'''


def test_a_class_that_has_the_name_of_what_is_inside_is_refused_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "prices.py"
    path.write_text(PRICES.format(method="price"), encoding="utf-8")
    (tool,) = load_tools(path, profile="gate")
    assert contract(asyncio.run(told(tool, "{}"))) == {"status": "success", "price": 12}
    path.write_text(PRICES.format(method="mro"), encoding="utf-8")
    with pytest.raises(Rejected, match=r"prices.py: cannot be executed: Denied: .* attribute 'mro'"):
        load_tools(path, profile="gate")


def test_a_denial_ends_the_call_with_an_error_that_says_nothing_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "prices.py"
    path.write_text(PRICES.format(method="price"), encoding="utf-8")
    (tool,) = load_tools(path, profile="gate")
    # As if the function had got at it past the check and the loader.
    function: Any = inspect.unwrap(cast(Any, tool))
    function.__globals__["Table"] = functools.partial(open, path)
    result = contract(asyncio.run(told(tool, "{}")))
    assert result["status"] == "error"
    assert "prices.py" not in result["message"]
    [told_of_it] = [message for message in caplog.messages if "denied open" in message]
    assert told_of_it.endswith(f": price: denied open {str(path)!r}, 'r'")


def test_the_examples_of_the_contract_are_loaded() -> None:
    for name in ("stock_check", "weather_snippet"):
        source = FIXTURES / "contract" / f"{name}.py"
        assert load_tools(source, profile="gate")
