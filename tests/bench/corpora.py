"""The code that is timed: generated in-call functions, livekit-agents, the standard library."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

_SUBJECTS = ("order", "booking", "invoice", "policy", "ticket", "parcel", "patient", "loan", "claim", "room")
_VERBS = ("check", "get", "book", "cancel", "confirm", "update", "find", "quote")
_PARAMETERS = {
    "city": ("str", "not city.strip()"),
    "days": ("int", "not 1 <= days <= 30"),
    "amount": ("float", "amount <= 0"),
    "phone": ("str", "not phone.isdigit()"),
    "urgent": ("bool", "urgent not in (True, False)"),
    "items": ("list[str]", "not items"),
    "note": ("str | None", "note and len(note) > 200"),
}
_FILE = '''"""In-call function: {subject}s of the caller."""

import logging

import httpx
from livekit.agents import RunContext

logger = logging.getLogger(__name__)


async def {name}(ctx: RunContext, {parameters}) -> dict:
    """
    {sentence} when the caller asks for it.

    Args:
        ctx: RunContext object
{descriptions}

    Returns:
        dict: {{status: "success" | "error", {subject}: {{ ... }}}}
    """
{checks}
    try:
        async with httpx.AsyncClient(timeout={timeout}) as client:
            response = await client.{method}("https://api.example.com/{subject}s", params={{{params}}})
            if response.status_code != 200:
                return {{"status": "error", "message": f"{subject} service: {{response.status_code}}"}}
            found = response.json()
    except (httpx.HTTPError, ValueError) as error:
        logger.error("{name} failed: %s", error)
        return {{"status": "error", "message": "Could not reach the {subject} service"}}

    rows = []
    for row in found.get("{subject}s", []):
        if row.get("state") == "{state}":
            rows.append({{"id": row["id"], "state": row["state"], "eta": row.get("eta")}})
    if not rows:
        return {{"status": "error", "message": "No {subject} was found"}}
    return {{"status": "success", "{subject}": rows[0], "others": len(rows) - 1}}
'''


def in_call_files(folder: Path, count: int = 1000) -> list[Path]:
    """Write files of one in-call function each, the same ones every time."""
    chance = random.Random(count)
    files = []
    for number in range(count):
        file = folder / f"function_{number:04}.py"
        file.write_text(_in_call_file(chance, number), encoding="utf-8")
        files.append(file)
    return files


def _in_call_file(chance: random.Random, number: int) -> str:
    subject, verb = chance.choice(_SUBJECTS), chance.choice(_VERBS)
    names = chance.sample(sorted(_PARAMETERS), k=chance.randint(1, 5))
    refusal = '        return {{"status": "error", "message": "The {0} cannot be used"}}\n'
    return _FILE.format(
        subject=subject,
        name=f"{verb}_{subject}_{number}",
        sentence=f"{verb.capitalize()} the {subject}",
        parameters=", ".join(f"{name}: {_PARAMETERS[name][0]}" for name in names),
        descriptions="\n".join(f"        {name}: The {name} that the caller says" for name in names),
        checks="".join(f"    if {_PARAMETERS[name][1]}:\n{refusal.format(name)}" for name in names),
        timeout=chance.choice(("5.0", "10.0", "httpx.Timeout(8.0)")),
        method=chance.choice(("get", "delete")),
        params=", ".join(f'"{name}": {name}' for name in names),
        state=chance.choice(("open", "paid", "sent")),
    )


def installed(folder: Path) -> list[Path]:
    """The Python files of an installed package."""
    return sorted(folder.rglob("*.py"))


def standard_library() -> list[Path]:
    """The Python files of the standard library, without its tests."""
    root = Path(sysconfig.get_path("stdlib"))
    left_out = {"test", "tests", "idle_test", "site-packages", "dist-packages"}
    return sorted(file for file in root.rglob("*.py") if not left_out & set(file.relative_to(root).parts))
