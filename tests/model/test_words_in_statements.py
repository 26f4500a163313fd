"""Words of a caller in the text of database statements."""

from __future__ import annotations

import pytest

from tests.model.spoken import STATEMENT, found


@pytest.mark.parametrize(
    "body",
    [
        'await conn.fetch("SELECT a FROM b WHERE c = \'" + code + "\'")',
        "await conn.fetch(f\"SELECT a FROM b WHERE c = '{code}'\")",
        "await conn.fetch(\"SELECT a FROM b WHERE c = '%s'\" % code)",
        "await conn.fetch(\"SELECT a FROM b WHERE c = '{}'\".format(code))",
        "query = 'SELECT a FROM b WHERE c = '\nquery += code\nawait conn.fetchrow(query)",
        "parts = ['SELECT a FROM b']\nif code: parts.append('WHERE c = ' + code)\nawait conn.fetch(' '.join(parts))",
        "await conn.fetch(code)",
        "await conn.fetch('SELECT a FROM b WHERE c = :c'.replace(':c', code))",
        "await conn.fetch(str.format('SELECT a FROM b WHERE c = {}', code))",
        "await conn.fetch('SELECT a FROM b WHERE c = {c}'.format_map({'c': code}))",
        "await conn.fetch(Template('SELECT a FROM b WHERE c = $c').substitute(c=code))",
        "ctx.query = 'SELECT a FROM b WHERE c = ' + code\nawait conn.fetch(ctx.query)",
        "fetch = conn.fetch\nawait fetch('SELECT a FROM b WHERE c = ' + code)",
        "new = {'c': code}\nparts = [k + '=' + v for k, v in new.items()]\nawait conn.execute('UPDATE a ' + parts[0])",
        "await conn.execute(f'DELETE FROM {code}')",
        "if not code.isdigit(): return {}\nawait conn.fetch(f'SELECT a FROM b WHERE c = {code}')",
        "sqlalchemy.text(f\"SELECT a FROM b WHERE c = '{code}'\")",
        "await ctx.userdata.db.fetch_all(f\"SELECT a FROM b WHERE c = '{code}'\")",
        "async with ctx.userdata.pool.acquire() as c:\n    await c.execute('UPDATE a SET b = ' + code)",
        "await conn.fetch(f\"SELECT a FROM b WHERE c IN ({', '.join(repr(c) for c in code)})\")",
        "where = {'sql': f\"c = '{code}'\"}\nawait conn.fetch('SELECT a FROM b WHERE ' + where['sql'])",
        "def run():\n    return conn.fetch('SELECT a FROM b WHERE c = ' + code)\nawait run()",
        "await asyncio.to_thread(conn.execute, f'DELETE FROM a WHERE b = {code}')",
    ],
)
def test_words_in_a_statement(body: str) -> None:
    assert found(body) == {(STATEMENT, "code")}


@pytest.mark.parametrize(
    "body",
    [
        "await conn.fetch('SELECT a FROM b WHERE c = $1', code)",
        "await conn.fetch(query='SELECT a FROM b WHERE c = $1', timeout=5)",
        "if code not in ('a', 'b'): return {}\nawait conn.fetch(f'SELECT a FROM b ORDER BY {code}')",
        "await conn.fetch(f'SELECT a FROM b ORDER BY {CITIES[code]}')",
        "await conn.fetch(f'SELECT a FROM b LIMIT {int(code)}')",
        "if not code.isidentifier(): return {}\nawait conn.fetch(f'SELECT {code} FROM b')",
        "marks = ', '.join(f'${n + 1}' for n in range(len(code)))\nawait conn.fetch('SELECT 1 FROM b WHERE ' + marks)",
        "args = [code]\nparts = [f'c = ${len(args)}']\nawait conn.fetch('SELECT a WHERE ' + parts[0], *args)",
        "new = {'c': code}\nparts = ', '.join(f'{k} = ${n}' for n, k in enumerate(new))\n"
        "await conn.execute(f'UPDATE a SET {parts}', *new.values())",
        "new = {'c': code}\nparts = ', '.join(f'{k} = :{k}' for k, v in new.items() if v)\n"
        "await conn.execute(f'UPDATE a SET {parts}', new)",
        "names = code.split()\nif set(names) - set(CITIES): return {}\n"
        "for name in names:\n    await conn.fetch(f'SELECT a FROM {name}')",
        "names = code.split()\nunknown = set(names).difference(CITIES)\nif unknown: return {}\n"
        "await conn.fetch(f'SELECT a FROM {names[0]}')",
        "await conn.fetch('SELECT a FROM b WHERE c LIKE $1', f'%{code}%')",
        "marks = ', '.join('?' for _ in code)\nawait conn.fetch(f'SELECT a FROM b WHERE c IN ({marks})', code)",
        "order = 'DESC' if code == 'new' else 'ASC'\nawait conn.fetch(f'SELECT a FROM b ORDER BY c {order}')",
        "await ctx.userdata.llm.query(f'Select the best {code} from the menu for the caller')",
        "await ctx.userdata.index.query(code)",
        "await conn.fetch('SELECT a FROM b', code)\nreturn {'message': f'SELECT {code}'}",
        "row = await conn.fetchrow('SELECT a FROM b WHERE c = $1', code)\nawait conn.fetch(f'SELECT {row[0]} FROM b')",
        "await ctx.userdata.cache.get(code)",
        "await conn.fetch(f'SELECT a FROM b WHERE c = {slug(code)}')",
    ],
)
def test_statements_without_a_caller_s_words(body: str) -> None:
    assert found(body) == set()
