"""The ways that a caller's words go: through helpers, loops, lists and dicts."""

from __future__ import annotations

import pytest

from tests.model.spoken import PATH, found, get

HELPER = """
async def fetch(client, path, limit=5):
    return await client.get(f"https://api.example.com/{path}")

def build(code):
    return f"https://api.example.com/orders/{code}"

def clean(code):
    return "".join(c for c in code if c.isalnum())

def is_fine(code):
    if not code:
        return False
    return code.isalnum()

def problem(code):
    if not code.isalnum():
        return "no order has such a number"
    return None

def refuse(code):
    if not code.isalnum():
        raise ValueError(code)

class Shop:
    async def fetch(self, code):
        client = httpx.AsyncClient(timeout=5)
        return await client.get(f"https://api.example.com/{code}")
"""


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("await fetch(client, code)", True),
        ("await fetch(client=client, path=f'orders/{code}')", True),
        ("await fetch(client, quote(code))", False),
        ("await fetch(client, 'orders')", False),
        (get("build(code)"), True),
        (get("build(quote(code))"), False),
        (get("build(clean(code))"), False),
        ("if not is_fine(code): return {}\n" + get("build(code)"), False),
        ("if is_fine(code): return {}\n" + get("build(code)"), True),
        ("if problem(code): return {}\n" + get("build(code)"), False),
        ("wrong = problem(code)\nif wrong is not None: return {}\n" + get("build(code)"), False),
        ("if (wrong := problem(code)): return {}\n" + get("build(code)"), False),
        ("refuse(code)\n" + get("build(code)"), False),
        ("refuse(other)\n" + get("build(code)"), True),
        ("await Shop().fetch(code)", True),
        ("shop = Shop()\nawait shop.fetch(quote(code))", False),
        ("await asyncio.gather(*(fetch(client, c) for c in [code]))", True),
        ("for part in (code, other):\n    await fetch(client, part)", True),
    ],
)
def test_helpers_of_the_module(body: str, is_found: bool) -> None:
    assert ((PATH, "code") in found(body, helpers=HELPER)) is is_found


def test_recursion_and_loops_come_to_an_end() -> None:
    helpers = """
    def again(text, more):
        if len(text) > 9:
            return text
        return again(text + more, more)
    """
    body = "while len(code) < 9:\n    code = code + other + code\n    again(code, other)\n" + get("BASE + '/' + code")
    assert found(body, helpers=helpers) == {(PATH, "code")}


@pytest.mark.parametrize(
    "body",
    [
        "for c in code:\n    await client.get(f'{BASE}/{c}')",
        "found = [await client.get(f'{BASE}/{c}') for c in code]",
        "for n, c in enumerate(code):\n    await client.get(f'{BASE}/{n}/{c}')",
        "for one, two in zip(CITIES, code):\n    await client.get(f'{BASE}/{one}/{two}')",
        "first, *rest = code\nawait client.get(f'{BASE}/{first}')",
        "await client.get(f'{BASE}/{code[0]}')",
        "await client.get(BASE + '/' + '/'.join(code))",
        "build = lambda part: f'{BASE}/{part}'\nawait client.get(build(code[0]))",
        "await asyncio.gather(*[client.get(f'{BASE}/{c}') for c in code])",
        "urls = {c: f'{BASE}/{c}' for c in code}\nfor url in urls.values():\n    await client.get(url)",
        "todo = []\nfor c in code:\n    todo.append(f'{BASE}/{c}')\nawait client.get(todo[0])",
        "path = BASE\nfor c in code:\n    path += '/' + c\nawait client.get(path)",
        "try:\n    path = BASE + '/' + code[0]\nfinally:\n    await client.get(path)",
        "await ctx.userdata.http.get(f'{BASE}/{code[0]}')",
        "async with aiohttp.ClientSession() as session, session.get(f'{BASE}/{code[0]}') as response:\n    pass",
        "await asyncio.to_thread(requests.get, f'{BASE}/{code[0]}', timeout=5)",
    ],
)
def test_a_list_of_words(body: str) -> None:
    assert found(body, "code: list[str]") == {(PATH, "code")}


@pytest.mark.parametrize(
    "body",
    [
        "table = {}\ntable['a'] = f'{BASE}/{code}'\nawait client.get(table['a'])",
        "table = {}\ntable[other] = f'{BASE}/{code}'\nawait client.get(table[other])",
        "table = {'a': BASE}\ntable.update({'a': f'{BASE}/{code}'})\nawait client.get(table['a'])",
        "table = {**{'a': f'{BASE}/{code}'}, 'b': BASE}\nawait client.get(table['a'])",
        "table = {'a': BASE} | {'b': f'{BASE}/{code}'}\nawait client.get(table['b'])",
        "match code:\n    case str() as spoken:\n        await client.get(f'{BASE}/{spoken}')",
        "parts = [BASE]\nparts += [code]\nawait client.get('/'.join(parts))",
        "parts = [BASE]\nparts.extend([code])\nawait client.get('/'.join(parts))",
        "parts = [BASE] + [code]\nawait client.get('/'.join(parts))",
        "first, second = BASE, code\nawait client.get(first + '/' + second)",
        "await client.get('/'.join([*[BASE], code]))",
        "number = 1\ndel number\nawait client.get(f'{BASE}/{code}')",
        "await client.get('{0}/{name:>8}'.format(BASE, name=code))",
        "template = BASE + '/{}' + ctx.userdata.tail\nawait client.get(template.format(code))",
    ],
)
def test_a_word_in_a_container(body: str) -> None:
    assert (PATH, "code") in found(body)


@pytest.mark.parametrize(
    "body",
    [
        "table = {'a': code, 'b': BASE}\nawait client.get(table['b'])",
        "table = {'a': code}\ntable['a'] = BASE\nawait client.get(table['a'])",
        "parts = [code, BASE]\nawait client.get(parts[1])",
        "await client.get('{}/{:d}'.format(BASE, code))",
        "await client.get('%s/%05d%%' % (BASE, code))",
        "first, second = BASE, code\nawait client.get(first)",
    ],
)
def test_another_place_of_the_container(body: str) -> None:
    assert found(body) == set()


@pytest.mark.parametrize(
    "body",
    [
        "for c in code:\n    if c.isalnum():\n        await client.get(f'{BASE}/{c}')",
        "found = [await client.get(f'{BASE}/{c}') for c in code if c in CITIES]",
        "found = [await client.get(f'{BASE}/{n}') for n, c in enumerate(code)]",
        "if not all(c.isalnum() for c in code): return {}\nawait client.get(BASE + '/' + '/'.join(code))",
        "for c in code:\n    if not c.isalnum(): return {}\nawait client.get(BASE + '/' + code[0])",
        "await client.get(BASE + '/' + ','.join(quote(c) for c in code))",
        "await client.get(f'{BASE}/{len(code)}')",
    ],
)
def test_a_list_of_words_that_are_checked(body: str) -> None:
    assert found(body, "code: list[str]") == set()


def test_the_fields_of_a_dict() -> None:
    assert found("await client.get(f\"{BASE}/{code['id']}\")", "code: dict") == {(PATH, "code")}
    assert found("number = code.get('id', '')\nawait client.get(f'{BASE}/{number}')", "code: dict") == {(PATH, "code")}
    guard = "number = code.get('id', '')\nif not number.isalnum(): return {}\n"
    assert found(guard + "await client.get(f'{BASE}/{number}')", "code: dict") == set()


@pytest.mark.parametrize(
    "body",
    [
        "deep = " + "[" * 80 + "code" + "]" * 80,
        "deep = " + "dict(a=" * 60 + "code" + ")" * 60,
        "deep = ctx" + ".a" * 900,
        "deep = code" + ".strip()" * 300,
        "\n".join(["deep = urlparse(code)", *["deep = urlparse(deep)"] * 400]),
        "\n".join(["deep = code", *["deep = [deep]"] * 400]),
        "\n".join(f"v{n} = code + '{n}'" for n in range(300)),
    ],
)
def test_deep_code_is_no_trouble(body: str) -> None:
    assert found(body + "\n" + get("BASE + '/' + code")) == {(PATH, "code")}


def test_a_thousand_operands_and_five_hundred_branches() -> None:
    branches = "".join(f"elif other == 'k{n}': code = '{n}'\n" for n in range(500))
    long = " + ".join(["code", *["'x'"] * 1000])
    assert found(f"if other == 'a': pass\n{branches}\n" + get(f"BASE + '/' + {long}")) == {(PATH, "code")}
