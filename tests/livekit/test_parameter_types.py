"""Every type that functions annotate with: what LiveKit makes no schema of is found, and nothing else."""

from __future__ import annotations

import importlib
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from flake8_incall import Options, check

pytest.importorskip("livekit.agents")

from livekit.agents.llm import ToolContext

MODULES = (
    *("builtins", "collections", "collections.abc", "contextlib", "datetime", "decimal", "enum", "fractions"),
    *("functools", "ipaddress", "pathlib", "re", "types", "typing", "typing_extensions", "uuid", "zoneinfo"),
)
# Words of `typing` that are no types by themselves, and results of functions that nobody asks a model for.
NO_TYPES = {
    *(
        "ClassVar",
        "Concatenate",
        "CT_co",
        "Doc",
        "Final",
        "ForwardRef",
        "Generic",
        "NewType",
        "NotRequired",
        "ParamSpec",
    ),
    *("ParamSpecArgs", "ParamSpecKwargs", "Protocol", "ReadOnly", "Required", "Self", "TypeAlias", "TypeAliasType"),
    *("TypeForm", "TypeGuard", "TypeIs", "TypeVar", "TypeVarTuple", "Unpack", "CapsuleType", "deprecated", "sentinel"),
    *("Sentinel", "NoExtraItems", "Buffer", "Reader", "Writer"),
    *("DecimalTuple", "EnumCheck", "FlagBoundary", "RegexFlag", "SafeUUID", "UnsupportedOperation"),
}
REFUSED = {"CAL201", "CAL202", "CAL203", "CAL204", "CAL206"}
# Modules that offer what is defined in others.
_OF_OTHERS = ("collections", "collections.abc", "types", "typing", "typing_extensions")
SOURCE = """\
import {module}
from livekit.agents import RunContext, function_tool


@function_tool
async def look_up(ctx: RunContext, value: {name}) -> str:
    \"\"\"Look something up.\"\"\"
    return "found"
"""


def types_of(module: str) -> Iterator[str]:
    """What a module has of its own that may stand in an annotation: classes and special forms."""
    found = importlib.import_module(module)
    for name in getattr(found, "__all__", dir(found)):
        value = getattr(found, name)
        is_own = getattr(value, "__module__", module) == module or module in _OF_OTHERS
        is_type = isinstance(value, type) or type(value).__module__ == "typing"
        if is_type and is_own and not name.startswith("_") and name not in NO_TYPES:
            yield f"{module}.{name}"


def is_described(source: str) -> bool:
    """Whether LiveKit can describe the tool of a text to a model."""
    names: dict[str, Any] = {"__name__": "tools"}
    module = sys.modules["tools"] = types.ModuleType("tools")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(source, names)
            vars(module).update(names)
            tools: Any = ToolContext([names["look_up"]])
            tools.parse_function_tools("openai")
    except Exception:
        return False
    finally:
        del sys.modules["tools"]
    return True


@pytest.mark.parametrize("module", MODULES)
def test_the_types_of_a_module(module: str) -> None:
    wrong = {}
    for name in types_of(module):
        source = SOURCE.format(module=module, name=name.removeprefix("builtins."))
        found = {one.code for one in check(source, "tools.py", Options(profile="livekit"))} & REFUSED
        if bool(found) is is_described(source):
            wrong[name] = found
    assert wrong == {}
