"""What the rules on practice say, and of what they keep silent."""

from __future__ import annotations

from textwrap import indent

import pytest

from flake8_incall import Options, check
from flake8_incall.model.docstring.occasion import states_occasion
from flake8_incall.options import Profile

IMPORTS = """
import asyncio, logging, os, sys
import aiohttp, asyncpg, httpx, requests, smtplib, sqlalchemy, stripe
from sqlalchemy import text
from twilio.rest import Client
from livekit.agents import RunContext, function_tool
logger = logging.getLogger(__name__)
URL = "https://api.example.com/bookings"
"""
ERROR = 'return {"status": "error", "message": "Not now"}'
SUCCESS = 'return {"status": "success"}'


def said(
    body: str,
    code: str,
    *,
    name: str = "book",
    head: str = IMPORTS,
    tool: str = "@function_tool",
    profile: Profile = "strict",
) -> list[str]:
    """The messages of one rule on a function."""
    source = f"{head}{tool}\nasync def {name}(ctx: RunContext, day: str) -> dict:\n{indent(body, '    ')}\n"
    return [found.message for found in check(source, "tool.py", Options(profile=profile)) if found.code == code]


def tried(work: str, handler: str, taken: str = "httpx.HTTPError as error") -> str:
    client = "async with httpx.AsyncClient(timeout=5.0) as client:"
    return (
        f"try:\n    {client}\n{indent(work, ' ' * 8)}\nexcept {taken}:\n{indent(handler, '    ')}\n"
        '{"status": "success"}\nreturn {"status": "success"}'
    )


# CAL902


@pytest.mark.parametrize(
    "handler",
    [
        ERROR,
        f"message = 'Not now'\n{ERROR}",
        'return dict(status="error", message="Not now")',
        "return 'Sorry, that did not work'",
        "return {'status': 'error', 'message': str(error)}",
        f"await asyncio.sleep(1)\n{ERROR}",
        f"if day:\n    {ERROR}\nreturn {{'status': 'error', 'message': 'Never'}}",
    ],
)
def test_an_error_that_nothing_logs_is_told(handler: str) -> None:
    [message] = said(tried("await client.get(URL)", handler), "CAL902")
    assert message.startswith("the failure of `httpx.AsyncClient.get` is returned as an error but never logged")


@pytest.mark.parametrize(
    "handler",
    [
        f"logger.error('no')\n{ERROR}",
        f"logging.exception('no')\n{ERROR}",
        f"if day:\n    logger.warning('no')\n{ERROR}",
        f"print(error)\n{ERROR}",
        f"sentry_sdk.capture_exception(error)\n{ERROR}",
        f"remember(error)\n{ERROR}",
        f"self.log('no')\n{ERROR}",
        f"await notify_owner()\n{ERROR}",
        "raise",
        "pass",
        "return {'status': 'success'}",
        "return answer_of(day)",
        f"try:\n    pass\nfinally:\n    logger.info('no')\n{ERROR}",
    ],
)
def test_what_logs_or_may_tell_somebody_is_left_alone(handler: str) -> None:
    told = said(tried("await client.get(URL)", handler), "CAL902")
    # What a function from elsewhere answers is no success as far as can be told.
    assert told == [] or "answer_of" in handler


def test_a_log_behind_the_handler_counts() -> None:
    call = "try:\n    requests.get(URL, timeout=5)\nexcept requests.RequestException:\n    failed = True"
    body = f"{call}\nelse:\n    {SUCCESS}"
    assert said(f"{body}\nlogger.error('no')\n{ERROR}", "CAL902") == []
    assert len(said(f"{body}\n{ERROR}", "CAL902")) == 1


def test_a_log_before_the_call_says_nothing_of_its_failure() -> None:
    body = f"logger.info('asked')\n{tried('await client.get(URL)', ERROR)}"
    assert len(said(body, "CAL902")) == 1


def test_checks_of_what_the_caller_said_need_no_log() -> None:
    assert said(f"try:\n    int(day)\nexcept ValueError:\n    {ERROR}\n{SUCCESS}", "CAL902") == []
    assert said(f"if not day:\n    {ERROR}\n{SUCCESS}", "CAL902") == []


# CAL903


@pytest.mark.parametrize(
    ("head", "body", "name"),
    [
        ("", "print(day)", "print"),
        ("import builtins\n", "builtins.print(day)", "print"),
        ("p = print\n", "p(day)", "print"),
        ("import pprint\n", "pprint.pp(day)", "pprint.pp"),
        ("from rich import print\n", "print(day)", "rich.print"),
        ("", "sys.stdout.write(day)", "sys.stdout.write"),
        ("", "print(day, file=sys.stdout)", "print"),
        ("", "[print(d) for d in day]", "print"),
        ("", "def show(d):\n    print(d)\nshow(day)", "print"),
    ],
)
@pytest.mark.parametrize("profile", ["contract", "livekit"])
def test_what_is_printed_is_told(head: str, body: str, name: str, profile: Profile) -> None:
    [message] = said(f"{body}\n{SUCCESS}", "CAL903", head=f"{head}{IMPORTS}", profile=profile)
    assert message.startswith(f"`{name}`")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("def print(text): logger.info(text)\n", "print(day)"),
        ("from shop import print\n", "print(day)"),
        ("", "print = logger.info\nprint(day)"),
        ("import io\npage = io.StringIO()\n", "print(day, file=page)"),
        ("", "class Till:\n    def print(self): return 1\nTill().print()"),
        ("", "text = 'print(day)'"),
    ],
)
def test_what_only_looks_like_printing_is_left_alone(head: str, body: str) -> None:
    assert said(f"{body}\n{SUCCESS}", "CAL903", head=f"{head}{IMPORTS}") == []


# CAL906


@pytest.mark.parametrize(
    ("work", "call"),
    [
        ("await client.post(URL, json={'day': day})", "httpx.AsyncClient.post"),
        ("await client.put(URL, json={'day': day})", "httpx.AsyncClient.put"),
        ("await client.patch(URL, json={'day': day})", "httpx.AsyncClient.patch"),
        ("await client.delete(URL)", "httpx.AsyncClient.delete"),
        ("await client.request('POST', URL)", "httpx.AsyncClient.request"),
        ("await client.request(url=URL, method='delete')", "httpx.AsyncClient.request"),
        ("verb = 'PUT'\nawait client.request(verb, URL)", "httpx.AsyncClient.request"),
        ("send = client.post\nawait send(URL)", "httpx.AsyncClient.post"),
        ("await client.post(f'https://{day}/orders')", "httpx.AsyncClient.post"),
        ("await asyncio.to_thread(requests.post, URL, timeout=5)", "requests.post"),
        ("await client.post('https://api.example.com/checkout')", "httpx.AsyncClient.post"),
        ("stripe.Refund.create(charge=day)", "stripe.Refund.create"),
        ("Client('a', 'b').messages.create(to=day, body='Hi')", "twilio.rest.Client.messages.create"),
        ("smtplib.SMTP('mail').sendmail('a', 'b', day)", "smtplib.SMTP.sendmail"),
        ("if ctx.userdata['known']:\n    pass\nawait client.post(URL)", "httpx.AsyncClient.post"),
        ("if not ctx.userdata.get('name'):\n    return None\nawait client.post(URL)", "httpx.AsyncClient.post"),
        ("old = await client.get(URL)\nif old.status_code != 200:\n    return None\nawait client.post(URL)", "post"),
        ("old = await find(day)\nif old is None:\n    return None\nawait client.post(URL)", "httpx.AsyncClient.post"),
        ("if ctx.userdata['name'] is not None:\n    await client.post(URL)", "httpx.AsyncClient.post"),
        ("if not (old := await find(day)):\n    return None\nawait client.post(URL)", "httpx.AsyncClient.post"),
        ("for d in day:\n    if d == '1':\n        continue\n    await client.post(URL)", "httpx.AsyncClient.post"),
        ("while not ctx.userdata.get('x'):\n    pass\nawait client.post(URL)", "httpx.AsyncClient.post"),
        ("await client.post(URL)\nif ctx.userdata.get('done'):\n    return None", "httpx.AsyncClient.post"),
    ],
)
def test_a_change_without_a_guard_is_told(work: str, call: str) -> None:
    [message] = said(tried(work, ERROR), "CAL906")
    assert call in message.partition(" runs again")[0]


def test_a_function_of_the_platform_is_told_by_the_name_that_snippets_have() -> None:
    [message] = said(tried("await send_email(day, 'Booked', 'See you')", ERROR), "CAL906", head="", tool="")
    assert message.startswith("`send_email` runs again if the model repeats")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO bookings (day) VALUES ($1)",
        "  update bookings set day = $1",
        "DELETE FROM bookings WHERE day = $1",
        "-- books\nINSERT INTO bookings VALUES ($1)",
    ],
)
def test_a_statement_that_writes_is_a_change(statement: str) -> None:
    body = (
        f"connection = await asyncpg.connect('postgres://db', timeout=5)\nawait connection.execute({statement!r}, day)"
    )
    assert len(said(f"{body}\n{SUCCESS}", "CAL906")) == 1
    assert said(f"{body}\n{SUCCESS}".replace(repr(statement), repr(f"SELECT '{statement[:6]}'")), "CAL906") == []


def test_statements_that_are_put_together_are_read_from_their_beginning() -> None:
    head = "engine = sqlalchemy.create_engine('postgresql://db')\nwith engine.connect() as connection:\n"
    for given in (
        "text('INSERT INTO b VALUES (1)')",
        "'INSERT INTO b VALUES ({})'.format(day)",
        "f'INSERT INTO b VALUES ({day})'",
        "'INSERT INTO ' + day",
    ):
        assert len(said(f"{head}    connection.execute({given})\n{SUCCESS}", "CAL906")) == 1
    assert said(f"{head}    connection.execute(text('SELECT 1'))\n{SUCCESS}", "CAL906") == []


@pytest.mark.parametrize(
    "work",
    [
        "await client.get(URL)",
        "await client.request('GET', URL)",
        "await client.request(day, URL)",
        "await client.post('https://api.example.com/search', json={'day': day})",
        "await client.post('https://api.example.com/v1/orders:query')",
        "await client.post('https://api.example.com/graphql')",
        "await client.post('https://login.example.com/oauth/token')",
        "await client.post('https://api.openai.com/v1/chat/completions')",
        "SEARCH_URL = os.environ['X']\nawait client.post(SEARCH_URL)",
        "await client.post(URL, headers={'Idempotency-Key': day})",
        "await client.post(URL, json={'request_id': day})",
        "key = idempotency_key(day)\nawait client.post(URL, json={'key': key})",
        "answer = await client.post(URL)\nif answer.status_code == 409:\n    return None",
        "if ctx.userdata.get('booked'):\n    return None\nawait client.post(URL)",
        "if 'booked' in ctx.userdata:\n    return None\nawait client.post(URL)",
        "data = ctx.userdata\nif day in data.get('days', []):\n    return None\nawait client.post(URL)",
        "if not ctx.userdata.get('cart'):\n    return None\nawait client.post(URL)\nctx.userdata['cart'] = []",
        "old = await client.get(URL)\nif old.json():\n    return None\nawait client.post(URL)",
        "old = (await client.get(URL)).json()\nif old is not None:\n    return None\nawait client.post(URL)",
        "if await is_booked(day):\n    return None\nawait client.post(URL)",
        "for old in (await client.get(URL)).json():\n    if old == day:\n        return None\nawait client.post(URL)",
        "if old := await find(day):\n    return None\nawait client.post(URL)",
        "free = await look(day)\nif not free:\n    return None\nawait client.post(URL)",
        "for d in day:\n    if d in ctx.userdata['done']:\n        continue\n    await client.post(URL)",
        "async for old in rows(await client.get(URL)):\n    if old == day: return {}\nawait client.post(URL)",
        "if not ctx.userdata['draft_order']:\n    return None\nawait client.post(URL)",
        "if not ctx.userdata['order']:\n    return None\nawait client.post(URL)\nctx.userdata.pop('order')",
        "if not ctx.userdata.order:\n    return None\nawait client.post(URL)\ndel ctx.userdata.order",
        "async with client.stream('GET', URL) as old:\n    if old.text:\n        return None\nawait client.post(URL)",
        "response = await client.get(URL)\nreturn response\nawait client.post(URL)",
        "stripe.Refund.retrieve(day)",
        "stripe.Refund.create(charge=day, idempotency_key=day)",
    ],
)
def test_what_may_be_guarded_or_only_asks_is_left_alone(work: str) -> None:
    assert said(tried(work, ERROR), "CAL906") == []


@pytest.mark.parametrize("name", ["get_day", "check_availability", "search", "find_slots", "end_call", "lookup_order"])
def test_a_function_that_asks_by_its_name_may_post(name: str) -> None:
    body = tried("await client.post(URL, json={'day': day})", ERROR)
    assert said(body, "CAL906", name=name) == []
    assert len(said(body, "CAL906", name="check_out")) == 1


def test_a_helper_that_asks_by_its_name_may_post() -> None:
    helper = "async def {}(client, day):\n    await httpx.AsyncClient(timeout=5).post(URL)\n"
    for name, count in (("fetch_days", 0), ("add_day", 1)):
        body = tried(f"await {name}(client, day)", ERROR)
        assert len(said(body, "CAL906", head=IMPORTS + helper.format(name))) == count


def test_livekit_takes_care_of_duplicates() -> None:
    body = tried("await client.post(URL)", ERROR)
    assert said(body, "CAL906", tool='@function_tool(on_duplicate="confirm")') == []
    assert len(said(body, "CAL906", tool='@function_tool(on_duplicate="allow")')) == 1


def test_one_change_of_a_function_is_told() -> None:
    assert len(said(tried("await client.post(URL)\nawait client.put(URL)", ERROR), "CAL906")) == 1


STATES = {
    "self.sent": """
class Desk:
    @function_tool
    async def book(self, ctx: RunContext) -> dict:
        if self.sent:
            return {}
        await httpx.AsyncClient(timeout=5).post(URL)
        self.sent = True
        return {}
""",
    "state['sent']": """
def tools():
    state = {"sent": False}
    @function_tool
    async def book(ctx: RunContext) -> dict:
        if state['sent']:
            return {}
        await httpx.AsyncClient(timeout=5).post(URL)
        state['sent'] = True
        return {}
    return [book]
""",
}


@pytest.mark.parametrize("state", STATES)
def test_state_of_the_agent_or_of_a_closure_is_a_guard(state: str) -> None:
    def codes(source: str) -> set[str]:
        return {found.code for found in check(IMPORTS + source, "tool.py", Options(profile="strict"))}

    assert "CAL906" not in codes(STATES[state])
    assert "CAL906" in codes(STATES[state].replace(state, "sent"))


def test_a_commit_counts_where_rows_are_added() -> None:
    head = "with sqlalchemy.orm.Session(engine) as session:\n"
    added = f"{head}    session.add(day)\n    session.commit()\n{SUCCESS}"
    assert len(said(added, "CAL906", head=f"{IMPORTS}import sqlalchemy.orm\n")) == 1
    looked = added.replace("    session.add", "    if session.query(day).first():\n        return {}\n    session.add")
    assert said(looked, "CAL906", head=f"{IMPORTS}import sqlalchemy.orm\n") == []
    changed = added.replace("session.add(day)", "day.name = 'x'")
    assert said(changed, "CAL906", head=f"{IMPORTS}import sqlalchemy.orm\n") == []


# CAL904


@pytest.mark.parametrize(
    "text",
    [
        "Get the orders of a customer.",
        "Check if an item is in stock.",
        "Tell when the shop opens.",
        "Transfers the call to a human agent.",
        "Call the stock service and return what it says.",
        "Returns the slots of the day the caller named.",
        "Cancels the subscription immediately.",
        "Validate a PIN code.",
    ],
)
def test_what_a_function_does_is_no_occasion(text: str) -> None:
    assert states_occasion(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "Call this when the caller asks for the weather.",
        "Check availability when customer asks if an item is in stock",
        "Triggered once the slot is confirmed.",
        "The caller wants to speak to a human.",
        "Customer explicitly asks about a loan.",
        "For callers who ask about their bill.",
        "Hand over to billing for invoice and payment requests.",
        "Should the caller complain, log it.",
        "Call to confirm the number.",
        "Used to transfer the caller.",
        'Change the dish, as in "make that a large one".',
    ],
)
def test_an_occasion_is_one_in_many_words(text: str) -> None:
    assert states_occasion(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "Cancela la cita del cliente",
        "Bestellt einen Tisch für den Anrufer",
        "Caller ka order check karo",
        "Annule la commande du client",
        "ग्राहक का ऑर्डर रद्द करता है",
        "注文を取り消します",
        "Simsalabim",
    ],
)
def test_other_languages_cannot_be_told(text: str) -> None:
    assert states_occasion(text) is None


# CAL907


@pytest.mark.parametrize(
    ("around", "name"), [("class Desk:", "`Desk`"), ("def tools():", "`tools`"), ("", "this module")]
)
def test_eleven_functions_are_more_than_ten(around: str, name: str) -> None:
    def told(count: int) -> list[str]:
        tools = (f"@function_tool\nasync def tool_{n}(ctx: RunContext) -> dict: ..." for n in range(count))
        body = indent("\n".join(tools), "    " if around else "")
        found = check(f"{IMPORTS}{around}\n{body}\n", "tool.py", Options(profile="strict"))
        return [diagnostic.message for diagnostic in found if diagnostic.code == "CAL907"]

    assert told(10) == []
    [message] = told(11)
    assert message.startswith(f"{name} offers 11 in-call functions")
