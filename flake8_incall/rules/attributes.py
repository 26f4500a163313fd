"""7xx: attributes that an object does not have."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_incall.catalogue.platform import HOME
from flake8_incall.diagnostics import Edit, Finding, Fix
from flake8_incall.model.calls.sites import Site
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of
from flake8_incall.rules.registry import rule

_SECRETS = f"{HOME}x_secrets"
_OF_MAPPINGS = frozenset(dir(dict))


@rule(
    "CAL710",
    "`{object}` has no attribute `{attribute}`, so the call fails; {remedy}",
    on=ast.Attribute,
    profiles=("contract", "livekit"),
    fix="safe",
)
def missing_attribute(site: Site) -> Iterator[Finding]:
    """An attribute is read that its object does not have.

    **Why**: Python looks attributes up when the line runs, so the call ends in an `AttributeError`. The platform's
    secrets are a mapping in code; `x_secrets.NAME` is how a header of a basic function names one.

    **Bad**:
    ```python
    async def sign(ctx: RunContext) -> dict:
        return {"status": "success", "key": x_secrets.SIGNING_KEY}
    ```

    **Good**:
    ```python
    async def sign(ctx: RunContext) -> dict:
        \"\"\"Sign the order when the caller has confirmed it.

        Returns:
            dict: {status: "success", key: str}
        \"\"\"
        return {"status": "success", "key": x_secrets["SIGNING_KEY"]}
    ```

    **Limits**: Only the platform's `x_secrets` is looked at.
    """
    node, module = site.node, site.function.module
    if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name) or node.attr in _OF_MAPPINGS:
        return
    if names_of(module.fact(References).of(node.value)) != {_SECRETS}:
        return
    subscript = f'["{node.attr}"]'
    told = {"object": node.value.id, "attribute": node.attr, "remedy": f"write `{node.value.id}{subscript}`"}
    edit = Edit(module.end(node.value), module.end(node), subscript)
    yield Finding(node, told, Fix((edit,)))
