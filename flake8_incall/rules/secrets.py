"""5xx: secrets in the text of the code, and what a draft leaves in their place."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity
from flake8_incall.model.code.module import Module
from flake8_incall.model.security.secrets import Secrets
from flake8_incall.rules.registry import rule


@rule(
    "CAL511",
    "hard-coded secret: {kind}{beginning}; revoke it and read the new one from {store}",
    on=Module,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def hardcoded_secret(module: Module) -> Iterator[Finding]:
    """A secret is hard-coded in a module with in-call functions.

    **Why**: Source code is copied, reviewed, stored in documents and sent to models. Anyone with access can use the
    secret until it is revoked.

    **Bad**:
    ```python
    async def get_weather(ctx: RunContext, city: str) -> dict:
        async with httpx.AsyncClient(timeout=10.0) as client:
            query = {"key": "9f8a7b6c5d4e3f2a", "q": city}
            headers = {"X-API-Key": "k3y_9f8a7b6c5d4e3f2a1b0c"}
            response = await client.get("https://api.example.com/weather", params=query, headers=headers)
        return {"status": "success", "weather": response.json()}
    ```

    **Good**:
    ```python
    async def get_weather(ctx: RunContext, city: str) -> dict:
        \"\"\"Tell the weather when the caller asks for it.

        Args:
            city: The caller's city

        Returns:
            dict: {status: "success" | "error", weather: dict, message: str}
        \"\"\"
        if not city:
            return {"status": "error", "message": "Which city is it"}
        try:
            async with httpx.AsyncClient(timeout=10.0) as client:
                headers = {"X-API-Key": x_secrets["WEATHER_KEY"]}
                response = await client.get("https://api.example.com/weather", params={"q": city}, headers=headers)
                response.raise_for_status()
                return {"status": "success", "weather": response.json()}
        except httpx.HTTPError:
            logger.exception("The weather could not be read")
            return {"status": "error", "message": "Could not read the weather"}
    ```

    **Limits**: Found are the forms that some forty issuers give their tokens, private keys, passwords in URLs, and
    irregular values under names that name a secret (`password=`, `API_KEY`, `"Authorization"`). A secret without such
    a form or name is not told from other text. The placeholders of documentation are left to CAL512.
    """
    for secret in module.fact(Secrets).found:
        beginning = f" (`{secret.beginning}…`)" if secret.beginning else ""
        told = {"kind": secret.kind, "beginning": beginning, "store": _store(module)}
        from flake8_incall.repairs.secrets import from_store

        yield Finding(secret.at, told, from_store(secret.at, module))


def _store(module: Module) -> str:
    """The store of secrets in the profile of a module."""
    if module.options.profile == "livekit":
        return "the worker's environment or `ctx.userdata`"
    return '`x_secrets["NAME"]` or `ctx.userdata`'


@rule(
    "CAL512",
    "`{text}` {fault}",
    on=Module,
    profiles=("strict",),
    severity=Severity.WARNING,
    fix="unsafe",
)
def draft_leftover(module: Module) -> Iterator[Finding]:
    """A placeholder is used as a secret, or a service is called over unencrypted HTTP.

    **Why**: With the placeholder every call is refused by the service. Over plain `http` everyone on the way reads what
    the caller said, and the key with it.

    **Bad**:
    ```python
    async def get_weather(ctx: RunContext, city: str) -> dict:
        async with httpx.AsyncClient(timeout=10.0) as client:
            response = await client.get("http://api.example.com/weather", params={"key": "YOUR_API_KEY", "q": city})
        return {"status": "success", "weather": response.json()}
    ```

    **Good**:
    ```python
    async def get_weather(ctx: RunContext, city: str) -> dict:
        \"\"\"Tell the weather when the caller asks for it.

        Args:
            city: The caller's city

        Returns:
            dict: {status: "success" | "error", temperature: float, message: str}
        \"\"\"
        if not city:
            return {"status": "error", "message": "Which city is it"}
        try:
            async with httpx.AsyncClient(timeout=10.0) as client:
                query = {"key": x_secrets["WEATHER_KEY"], "q": city}
                response = await client.get("https://api.example.com/weather", params=query)
                response.raise_for_status()
                return {"status": "success", "temperature": float(response.json()["temperature"])}
        except (httpx.HTTPError, ValueError, KeyError):
            logger.exception("The weather could not be read")
            return {"status": "error", "message": "Could not read the weather"}
    ```

    **Limits**: The platform's own example holds `"YOUR_API_KEY"`: it keeps the contract, and `strict` says that
    there is a key to fill in. Hosts without a dot, private addresses and `localhost` may be called over `http`.
    """
    for draft in module.fact(Secrets).unfinished:
        told = {"text": draft.text, "fault": _ADDRESS if draft.is_address else _STAND_IN}
        from flake8_incall.repairs.secrets import encrypted, from_store

        fix = encrypted(draft.at, module) if draft.is_address else from_store(draft.at, module)
        yield Finding(draft.at, told, fix)


_ADDRESS = "sends user data unencrypted; use `https`"
_STAND_IN = 'is a placeholder for a secret, so every request is rejected; read it from `x_secrets["NAME"]`'
