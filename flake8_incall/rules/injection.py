"""5xx: a caller's words where they give orders: in a database statement, in a host, in a URL."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_incall.diagnostics import Finding
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.inputs.search import Danger, Injections
from flake8_incall.rules.registry import rule


@rule(
    "CAL509",
    "`{parameter}` is interpolated into this SQL statement{where}, which allows SQL injection; {advice}",
    on=InCallFunction,
    profiles=("contract", "livekit"),
    fix="unsafe",
)
def sql_injection(function: InCallFunction) -> Iterator[Finding]:
    """A parameter is interpolated into an SQL statement.

    **Why**: The model writes down what the caller says. `0 OR 1=1`, spoken or spelt, then reads every account, and no
    check of the words is as sure as a bound value, which the database never reads as SQL.

    **Bad**:
    ```python
    import asyncpg
    async def get_balance(ctx: RunContext, account: str) -> dict:
        conn = await asyncpg.connect("postgres://db.example.com/bank", timeout=5.0)
        row = await conn.fetchrow(f"SELECT balance FROM accounts WHERE id = '{account}'", timeout=5.0)
        return {"status": "success", "balance": float(row["balance"])}
    ```

    **Good**:
    ```python
    import asyncpg
    async def get_balance(ctx: RunContext, account: str) -> dict:
        \"\"\"Tell the balance when the caller asks for it.

        Args:
            account: The ten digits of the account

        Returns:
            dict: {status: "success" | "error", balance: float, message: str}
        \"\"\"
        if not account.isdigit():
            return {"status": "error", "message": "An account number has ten digits"}
        try:
            conn = await asyncpg.connect("postgres://db.example.com/bank", timeout=5.0)
            balance = await conn.fetchval("SELECT balance FROM accounts WHERE id = $1", account, timeout=5.0)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            logger.exception("The balance could not be read")
            return {"status": "error", "message": "Could not read the balance"}
        return {"status": "success", "balance": float(balance)}
    ```

    **Limits**: Values bind, names of tables and columns do not: choose those from a set of constants, or hold them to
    `isidentifier()`. On an object whose class is not known, only text that is clearly SQL counts. What a function of
    another file makes of a parameter is taken to be harmless.
    """
    for injection in function.module.fact(Injections).of(function, Danger.STATEMENT):
        placeholder = function.module.catalogue.placeholder(injection.api)
        how = f" (`{placeholder}`)" if placeholder else ""
        where = _where(function, is_own=injection.is_own)
        args = {"parameter": injection.parameter, "where": where, "advice": f"pass it as a bound parameter{how}"}
        from flake8_incall.repairs.injection import bound

        yield Finding(injection.at, args, bound(injection, function))


@rule(
    "CAL513",
    "`{parameter}` controls the host of this request{where}; use a fixed host, or check it against an allow-list",
    on=InCallFunction,
    profiles=("contract", "livekit"),
)
def server_side_request_forgery(function: InCallFunction) -> Iterator[Finding]:
    """A parameter controls the host of a request (server-side request forgery).

    **Why**: The worker is inside your network; the caller is not. A user-controlled host lets callers read responses of
    internal services and sends your credentials to other servers.

    **Bad**:
    ```python
    async def get_order(ctx: RunContext, shop: str) -> dict:
        async with httpx.AsyncClient(timeout=10.0) as client:
            response = await client.get(f"https://{shop}.example.com/orders")
        return {"status": "success", "orders": response.json()}
    ```

    **Good**:
    ```python
    SHOPS = {"london": "https://london.example.com", "paris": "https://paris.example.com"}

    async def get_order(ctx: RunContext, shop: str) -> dict:
        \"\"\"List the orders of a shop when the caller asks for them.

        Args:
            shop: The city of the shop

        Returns:
            dict: {status: "success" | "error", orders: list, message: str}
        \"\"\"
        if shop not in SHOPS:
            return {"status": "error", "message": "There is no such shop"}
        try:
            async with httpx.AsyncClient(timeout=10.0) as client:
                response = await client.get(f"{SHOPS[shop]}/orders")
                response.raise_for_status()
                return {"status": "success", "orders": response.json()}
        except httpx.HTTPError:
            logger.exception("The orders could not be read")
            return {"status": "error", "message": "Could not read the orders"}
    ```

    **Limits**: Checks that count are membership, comparison with `urlparse(...).hostname`, `startswith` with a whole
    host and the slash behind it, a pattern that begins with one, and letters or digits alone as a name below a domain
    that is written down. That the host's address is not an internal one cannot be seen here.
    """
    for injection in function.module.fact(Injections).of(function, Danger.HOST):
        where = _where(function, is_own=injection.is_own)
        yield Finding(injection.at, {"parameter": injection.parameter, "where": where})


@rule(
    "CAL514",
    "`{parameter}` is inserted into this URL unescaped{where}, so `/`, `?` or `..` change the request; use `params=` "
    "or `quote`, or validate it",
    on=InCallFunction,
    profiles=("contract",),
    fix="unsafe",
)
def url_injection(function: InCallFunction) -> Iterator[Finding]:
    """An unescaped, unvalidated parameter is part of a URL path or query.

    **Why**: `../admin` or `1?all=true` changes the request. `params=` and `urllib.parse.quote` escape the value.
    Checking its characters (`isalnum`, `isdigit`, `re.fullmatch`) or membership in constants also works, and lets the
    function tell the caller what was wrong.

    **Bad**:
    ```python
    async def get_order(ctx: RunContext, order_id: str) -> dict:
        async with httpx.AsyncClient(timeout=10.0) as client:
            response = await client.get(f"https://api.example.com/orders/{order_id}")
        return {"status": "success", "order": response.json()}
    ```

    **Good**:
    ```python
    async def get_order(ctx: RunContext, order_id: str) -> dict:
        \"\"\"Look up an order when the caller asks where it is.

        Args:
            order_id: The number of the order

        Returns:
            dict: {status: "success" | "error", order: dict, message: str}
        \"\"\"
        if not order_id.isalnum():
            return {"status": "error", "message": "That is no order number"}
        try:
            async with httpx.AsyncClient(timeout=10.0) as client:
                response = await client.get(f"https://api.example.com/orders/{order_id}")
                response.raise_for_status()
                return {"status": "success", "order": response.json()}
        except httpx.HTTPError:
            logger.exception("The order could not be read")
            return {"status": "error", "message": "Could not read the order"}
    ```

    **Limits**: A check counts on the way to the call, wherever the URL was put together; one that comes later does not.
    `re.match` looks at the beginning alone and counts with `$` at the end of its pattern. A function of another file
    that is asked about the parameter is taken for a check.
    """
    for injection in function.module.fact(Injections).of(function, Danger.PATH):
        where = _where(function, is_own=injection.is_own)
        told = {"parameter": injection.parameter, "where": where}
        from flake8_incall.repairs.injection import quoted

        yield Finding(injection.at, told, quoted(injection, function))


def _where(function: InCallFunction, *, is_own: bool) -> str:
    return function.reached(is_own=is_own).removesuffix(",")
