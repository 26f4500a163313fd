"""Measures what a call of a tool costs: with LiveKit alone, wrapped, loaded from a file, and guarded.

Run with the packages of the runtime at hand; prints JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROUNDS, CALLS = 40, 25
TEXT = '''
from livekit.agents import RunContext


async def book_table(ctx: RunContext, seats: int, name: str, note: str = "") -> dict:
    """Call this when the caller wants a table and gave the number of seats and a name.

    Args:
        seats: How many people come, 1 to 9.
        name: Who comes, as the caller said it.
        note: What the kitchen should know.

    Returns:
        dict: {status: "success", seats: int, slots: list}
    """
    if not 1 <= seats <= 9:
        return {"status": "error", "message": "Ask for 1 to 9 seats."}
    slots = [{"at": "10:30", "free": True}, {"at": "11:00", "free": False}]
    return {"status": "success", "seats": seats, "slots": slots}
'''
ARGUMENTS = json.dumps({"seats": 2, "name": "आशा"})


def tools() -> dict[str, Any]:
    """The same function in each way."""
    from livekit.agents import function_tool

    from flake8_incall.runtime import load_tools, wrap

    names: dict[str, Any] = {}
    exec(TEXT, names)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tables.py")
        path.write_text(TEXT, encoding="utf-8")
        (loaded,) = load_tools(path)
        (guarded,) = load_tools(path, profile="gate")
    return {
        "LiveKit alone": function_tool(names["book_table"]),
        "wrapped": function_tool(wrap(names["book_table"])),
        "loaded": loaded,
        "loaded under gate": guarded,
    }


async def measure() -> dict[str, dict[str, float]]:
    """CPU time in microseconds by way: of a call through LiveKit, and of the function in it alone.

    The least of many rounds, the ways taking turns.
    """
    from livekit.agents import RunContext
    from livekit.agents.llm import FunctionCall, FunctionToolCall, ToolContext
    from livekit.agents.llm.utils import execute_function_call

    class Context(RunContext[Any]):
        def __init__(self) -> None:
            self._updates = []
            self._function_call = FunctionCall(call_id="1", name="book_table", arguments=ARGUMENTS)

    call, context = FunctionToolCall(call_id="1", name="book_table", arguments=ARGUMENTS), Context()
    given = json.loads(ARGUMENTS)

    async def through_livekit(tool: Any) -> None:
        result = await execute_function_call(call, ToolContext([tool]), call_ctx=context)
        if result.fnc_call_out.is_error:
            raise RuntimeError(result.fnc_call_out.output)

    async def alone(tool: Any) -> None:
        str(await tool(context, **given))

    ways = tools()
    taken: dict[str, dict[str, float]] = {way: {} for way in ways}
    for _ in range(ROUNDS):
        for way, tool in ways.items():
            for name, work, count in (("call", through_livekit, CALLS), ("function", alone, 20 * CALLS)):
                start = time.process_time()
                for _ in range(count):
                    await work(tool)
                microseconds = (time.process_time() - start) / count * 1e6
                taken[way][name] = min(microseconds, taken[way].get(name, microseconds))
    return taken


if __name__ == "__main__":
    json.dump(asyncio.run(measure()), sys.stdout)
