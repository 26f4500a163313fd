"""5xx, sealed: which modules, names of modules and builtins code that others wrote may refer to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.diagnostics import Finding
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.visibility import Visibility
from flake8_incall.model.gate.exposure import Exposure
from flake8_incall.rules.registry import rule

if TYPE_CHECKING:
    from flake8_incall.model.gate.exposure import Member

# The other sealed rules say these in their own words.
_SAID_ELSEWHERE = frozenset({"operator.attrgetter", "operator.methodcaller", "string.Formatter"})
_ACCESS_BY_NAME = frozenset({"getattr", "setattr", "delattr"})
_NAMES_OF_A_MODULE = frozenset({"__doc__", "__name__"})


@rule(
    "CAL520",
    "import of {what} is not allowed; {advice}",
    on=Module,
    profiles=("gate",),
)
def module_not_allowed(module: Module) -> Iterator[Finding]:
    """A module outside the allow-list is imported, or an import is a star or relative import.

    **Why**: Importing a module grants access to everything it can do. An allow-list also stops what nobody thought to
    ban. Star imports hide names, and relative imports pull in unchecked files.

    **Bad**:
    ```python
    import webbrowser
    from .shared import prices
    ```

    **Good**:
    ```python
    import asyncio
    import json
    from datetime import date
    from urllib.parse import quote
    ```

    **Settings**: `incall-allow` lets more modules in, each by its full name.
    """
    policy = module.fact(Exposure).policy
    for node in module.index.nodes(ast.Import):
        for alias in node.names:
            if not policy.allows_module(alias.name):
                yield Finding(node, _not_on_the_list(alias.name))
    for imported in module.index.nodes(ast.ImportFrom):
        source = imported.module or ""
        if imported.level:
            advice = "relative imports cannot be checked, so move the code into this file"
            yield Finding(imported, {"what": f"`{'.' * imported.level}{source}`", "advice": advice})
        elif any(alias.name == "*" for alias in imported.names):
            advice = "import names explicitly"
            yield Finding(imported, {"what": f"`from {source} import *`", "advice": advice})
        elif not policy.allows_module(source):
            for alias in imported.names:
                if not policy.allows_module(f"{source}.{alias.name}"):
                    yield Finding(imported, _not_on_the_list(_named(module, source, alias.name)))


def _named(module: Module, source: str, name: str) -> str:
    return f"{source}.{name}" if module.fact(Exposure).is_module(source) else source


def _not_on_the_list(name: str) -> dict[str, str]:
    advice = "the operator can allow it with `incall-allow`"
    return {"what": f"`{name}`", "advice": advice}


@rule(
    "CAL521",
    "`{name}` {fault}",
    on=Module,
    profiles=("gate",),
)
def module_member_not_allowed(module: Module) -> Iterator[Finding]:
    """A module member outside the allow-list is used, or a module is used as a value.

    **Why**: Harmless modules import others for their own use: `logging.os` is `os`. A module used as a value gives
    access to any of its attributes without a visible reference.

    **Bad**:
    ```python
    import logging
    import re

    tools = logging.os
    patterns = [re]
    ```

    **Good**:
    ```python
    import logging
    import re

    logger = logging.getLogger(__name__)
    PATTERN = re.compile(r"[A-Z]{2}[0-9]{4}")
    ```
    """
    for member in module.fact(Exposure).members:
        if member.name == "":
            fault = "is a module used as a value; access its members directly"
            yield Finding(member.node, {"name": member.module, "fault": fault})
        elif _is_refused(module, member):
            fault = f"is not on the allow-list for `{member.module}`"
            yield Finding(member.node, {"name": member.qualified_name, "fault": fault})


def _is_refused(module: Module, member: Member) -> bool:
    is_said_elsewhere = member.qualified_name in _SAID_ELSEWHERE or (
        isinstance(member.node, ast.Attribute) and member.name.startswith("_")
    )
    is_import_alone = not module.fact(Exposure).policy.allows_module(member.module)
    if isinstance(member.node, ast.ImportFrom) and is_import_alone:
        return False
    return not is_said_elsewhere and not module.fact(Exposure).allows(member)


@rule(
    "CAL522",
    "`{name}` is {what} that the gate does not allow",
    on=Module,
    profiles=("gate",),
)
def builtin_not_allowed(module: Module) -> Iterator[Finding]:
    """A builtin outside the allow-list is named.

    **Why**: After `handle = open`, static analysis cannot follow the value into lists, defaults, decorators or threads,
    so naming the builtin is enough. Locals with the same name are allowed if they always shadow it.

    **Bad**:
    ```python
    READERS = {"text": open}
    ```

    **Good**:
    ```python
    def is_late(input: str, vars: dict) -> bool:
        return input in vars
    ```

    **Limits**: At the top of a module or in a class, a name that is bound under a condition, by something else than an
    assignment, an import or a definition, or later in the file counts as the builtin.
    """
    refused = module.fact(Exposure).policy.builtins
    for name in module.fact(Visibility).reads:
        if name.id in _ACCESS_BY_NAME:
            continue
        is_dunder = name.id.startswith("__") and name.id.endswith("__") and name.id not in _NAMES_OF_A_MODULE
        if (name.id in refused or is_dunder) and module.fact(Exposure).origins(name).is_outside:
            yield Finding(name, {"name": name.id, "what": "a name" if is_dunder else "a builtin"})
