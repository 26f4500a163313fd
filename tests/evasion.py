"""Reads `fixtures/evasion`: ways by which authors get around checks, and harmless code that looks like them.

Each table is one function of a platform file: what stands `above` it, what its body does `inside` (it sets `value`),
its `parameters` where they are not the usual ones, and the `codes` that it deserves in the profile `contract`; none
for harmless code. `missed` says why a technique is let through there.
"""

from __future__ import annotations

import textwrap
import tomllib
from dataclasses import dataclass

from tests.harness import FIXTURES

_FUNCTION = '''\
{above}


async def look_up_value({parameters}) -> dict:
    """Look a value up when the caller asks for it.

    Args:
        topic: What the caller asked about.

    Returns:
        dict: {{status: "success" | "error", message: str}}
    """
    if not topic or not isinstance(topic, str):
        return {{"status": "error", "message": "topic is required"}}
    try:
{inside}
    except (OSError, ValueError):
        return {{"status": "error", "message": "That cannot be looked up"}}
    return {{"status": "success", "value": str(value)[:80]}}
'''


@dataclass(frozen=True, slots=True)
class Technique:
    """One way, or one harmless likeness.

    Attributes:
        group: The file it stands in, without its ending.
        name: What it does.
        codes: The codes that it deserves in `contract`.
        missed: Why it is let through there, or `""`.
        above: The text before the function.
        inside: The statements that set `value`.
        parameters: The function's parameters.
    """

    group: str
    name: str
    codes: frozenset[str]
    missed: str
    above: str
    inside: str
    parameters: str

    @property
    def is_harmless(self) -> bool:
        """Whether it only looks like an evasion."""
        return not self.codes and not self.missed

    @property
    def source(self) -> str:
        """The file."""
        above = f"{self.above.rstrip()}\nfrom livekit.agents import RunContext".lstrip()
        inside = textwrap.indent(self.inside.rstrip(), " " * 8)
        return _FUNCTION.format(above=above, parameters=self.parameters, inside=inside)


def techniques(folder: str = "evasion") -> list[Technique]:
    """All those of a folder of fixtures, by file."""
    return [
        Technique(
            group=path.stem,
            name=table["name"],
            codes=frozenset(table.get("codes", ())),
            missed=table.get("missed", ""),
            above=table.get("above", ""),
            inside=table["inside"],
            parameters=table.get("parameters", "ctx: RunContext, topic: str"),
        )
        for path in sorted((FIXTURES / folder).glob("*.toml"))
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["technique"]
    ]
