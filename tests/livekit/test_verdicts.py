"""What LiveKit itself said of 256 tools (livekit-agents 1.8.9), beside what the `livekit` profile says of them.

`fixtures/livekit/verdicts.jsonl` holds a tool a line. `verdict`: LiveKit refused to build it, built it and could not
call it (`uncallable`), or called it as written. `annotations`: whether that was measured with annotations that are
evaluated, that are text (`from __future__ import annotations`), or both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from flake8_incall import Options, check
from tests.harness import FIXTURES

FOLDER = FIXTURES / "livekit"
PREAMBLE = (FOLDER / "preamble.txt").read_text(encoding="utf-8")
# What LiveKit calls, and does so with another value than anybody meant, or what providers refuse after it.
MISHANDLED = {"CAL109", "CAL113", "CAL207", "CAL208"}


@dataclass(frozen=True)
class Tool:
    name: str
    verdict: str
    source: str


def tools() -> Iterator[Any]:
    for line in (FOLDER / "verdicts.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for is_text in {"evaluated": [False], "text": [True], "both": [False, True]}[row["annotations"]]:
            head = "from __future__ import annotations\n" if is_text else ""
            tool = Tool(row["name"], row["verdict"], head + PREAMBLE + row["tool"])
            yield pytest.param(tool, id=f"{row['name']}{' (text)' if is_text else ''}")


@pytest.mark.parametrize("tool", list(tools()))
def test_what_livekit_refuses_is_found_and_what_it_calls_is_left_alone(tool: Tool) -> None:
    found = {d.code for d in check(tool.source, "tools.py", Options(profile="livekit"))}
    about_the_signature = {code for code in found if code[3] in "12"}
    if tool.verdict in ("refused", "uncallable") or (
        tool.verdict == "refused before Python 3.12" and sys.version_info < (3, 12)
    ):
        assert about_the_signature
    else:
        assert about_the_signature <= MISHANDLED
    assert "CAL999" not in found
