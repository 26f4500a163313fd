"""CAL990: rules of the project's own."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding, Severity
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.rules.registry import rule


@rule(
    "CAL990",
    "{id}: {message}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    severity=Severity.WARNING,
    fix="unsafe",
)
def project_rule_violation(function: InCallFunction) -> Iterator[Finding]:
    """An ast-grep rule of the project's own matches in-call code.

    **Why**: A project has conventions that no linter knows: which client is used for the booking system, how a callback
    is scheduled, what may not be logged. A rule holds them where they matter, in in-call functions and in helpers that
    these reach, and leaves the rest of the code base alone.

    **Bad**: With this rule in `rules/one-client.yml`, and `--incall-rules rules`:
    ```yaml
    id: one-client
    language: Python
    severity: error
    message: "`$CLIENT` opens a new connection for each call; use `shared_client()`"
    note: A new connection costs the caller 200 ms. The shared client keeps its connections open.
    rule:
      pattern: httpx.$CLIENT($$$OPTIONS)
    constraints:
      CLIENT:
        regex: ^(Async)?Client$
    fix: shared_client()
    ```
    ```python
    import httpx


    @function_tool
    async def is_open(ctx: RunContext, day: str) -> dict:
        async with httpx.AsyncClient(timeout=5) as client:
            response = await client.get("https://salon.example/hours", params={"day": day})
        return {"status": "success", "open": response.text == "yes"}
    ```

    **Good**:
    ```python
    @function_tool
    async def is_open(ctx: RunContext, day: str) -> dict:
        ...
    ```

    **Limits**: A match is reported if it lies in an in-call function, in a helper that one reaches inside the file, or
    in their decorators. ast-grep sees text, not names: `from httpx import AsyncClient` needs a pattern of its own.

    **Settings**: `incall-rules` names the directory, `incall-ignore-rules` rules in it that are not run. The rule's
    `severity` counts, a warning without. `metadata: {fix: safe}` makes its fix a safe one. Both need the extra:
    `pip install "flake8-incall[rules]"`.
    """
    if not function.options.rules:
        return
    from flake8_incall.project_rules.matching import ProjectMatches

    for match in function.module.fact(ProjectMatches).of(function):
        words = {"id": match.rule.id, "message": match.message}
        yield Finding(match.span, words, match.fix, severity=match.rule.severity, project_rule=match.rule.shown)
