"""The tables as people write them: what is taken, and how a mistake is reported."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

from flake8_incall.catalogue import CatalogueError, compiler, load
from flake8_incall.catalogue.compiler import COMPILED, FOLDER, compile_tables, rendered

OWN = """
source = "crm-sdk 2.1 source"

[facts]
call = { effects = ["network"], timeout = { call = "patience", default = 20 }, raises = ["crm_sdk.CrmError"] }

[api.crm_sdk]
"AsyncCrm" = { returns = "crm_sdk.AsyncCrm" }

[api."crm_sdk.AsyncCrm"]
"find create" = { like = "call", returns = "coroutine of crm_sdk.Customer" }

[type.crm_sdk]
"AsyncCrm Customer" = { fix = ".as_dict()" }

[exception.crm_sdk]
"CrmError" = "RuntimeError"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_users_table_says_what_a_companys_sdk_does(tmp_path: Path) -> None:
    catalogue = load(written(tmp_path, OWN))
    api = catalogue.api("crm_sdk.AsyncCrm.find")
    assert api is not None
    assert api.effects == {"network"}
    assert api.timeout is not None
    assert (api.timeout.call[0].name, api.timeout.default) == ("patience", 20)
    assert api.returns is not None
    assert api.returns.awaited is not None
    assert api.returns.awaited.name == "crm_sdk.Customer"
    assert api.source == "crm-sdk 2.1 source"
    assert catalogue.catches("RuntimeError", "crm_sdk.CrmError")


def test_a_users_library_says_what_stands_for_a_value_in_its_statements(tmp_path: Path) -> None:
    catalogue = load(written(tmp_path, '[library]\nacme_sql = { source = "acme 1", placeholder = ":x" }'))
    assert catalogue.placeholder("acme_sql.Pool.query") == ":x"
    assert catalogue.placeholder("sqlite3.Cursor.execute") == "?"
    assert catalogue.placeholder("redis.Redis.get") == ""


def test_a_users_function_rejects_what_it_cannot_convert(tmp_path: Path) -> None:
    api = load(written(tmp_path, '[api.acme]\n"Account" = { rejects = "ValueError" }')).api("acme.Account")
    assert api is not None
    assert api.rejects == "ValueError"


def test_a_users_table_leaves_the_rest_as_it_is(tmp_path: Path) -> None:
    catalogue = load(written(tmp_path, OWN))
    assert catalogue.api("os.system") == load().api("os.system")
    assert load().api("crm_sdk.AsyncCrm.find") is None


def test_a_users_table_is_read_once_while_it_stays_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, OWN)
    first = load(path)
    assert load(path) is first
    path.write_text('[api.crm]\n"ping" = {}', encoding="utf-8")
    os.utime(path, ns=(0, 0))
    assert load(path).api("crm.ping") is not None


def test_a_users_entry_goes_before_ours(tmp_path: Path) -> None:
    catalogue = load(written(tmp_path, '[api.os]\n"getcwd" = { effects = [] }'))
    api = catalogue.api("os.getcwd")
    assert api is not None
    assert api.effects == frozenset()


def test_a_table_without_source_is_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, '[api.crm]\n"ping" = {}')
    api = load(path).api("crm.ping")
    assert api is not None
    assert api.source == str(path)


@pytest.mark.parametrize(
    ("text", "entry", "expected"),
    [
        ("[api.crm]\nping = 1", "crm.ping", "fields in braces"),
        ("[apis.crm]", "the file", "'api'"),
        ("[api.crm]\nping = { efects = [] }", "crm.ping", "'effects'"),
        ('[api.crm]\nping = { effects = ["netwrk"] }', "crm.ping: effects", "'network'"),
        ('[api.crm]\nping = { returns = "httpx.Respons" }', "crm.ping", "'httpx.Response'"),
        ('[api.crm]\nping = { returns = "corotine of str" }', "crm.ping: returns", "'coroutine'"),
        ('[api.crm]\nping = { raises = "httpx.RequestEror" }', "crm.ping", "'httpx.RequestError'"),
        ('[api.crm]\nping = { raises = "no name" }', "crm.ping: raises", '"httpx.Response"'),
        ('[api.crm]\nping = { url = "url at 0" }', "crm.ping: url", '"name@position"'),
        ("[api.crm]\nping = { timeout = { after = 1 } }", "crm.ping: timeout", "one of call, client"),
        ("[api.crm]\nping = { timeout = { default = -1 } }", "crm.ping: timeout", "a number"),
        ('[api.crm]\nping = { harmless = { argument = "x" } }', "crm.ping: harmless", "values, names, absent or none"),
        ("[api.crm]\nping = { harmless = { absent = true } }", "crm.ping: harmless", "argument"),
        ('[api.crm]\nping = { like = "call" }', "crm.ping", "one of"),
        ('[api.crm]\n"a-b" = {}', "crm.a-b", "names separated by spaces"),
        ('[api.crm]\nping = { changes = "yes" }', "crm.ping: changes", "true or false"),
        ('[api.crm]\nping = { twin = "" }', "crm.ping: twin", "one line of text"),
        ('[type.crm]\nThing = { jsn = true }', "crm.Thing", "'json'"),
        ('[type.crm]\nThing = { bases = ["httpx.Respons"] }', "crm.Thing", "'httpx.Response'"),
        ('[exception.crm]\nCrmError = "Exeption"', "crm.CrmError", "'Exception'"),
        ('[attribute.crm]\nsize = "itn"', "crm.size", "'int'"),
        ('[module]\nprocesses = ["crm"]', "module.processes", "'process'"),
        ("[policy]\nmodule = []", "policy", "'modules'"),
        ("[policy]\nparts = []", "policy: parts", "names by module"),
        ('[alias]\na = "b c"', "alias.a", '"httpx.Response"'),
        ('[api.crm]\nping = { harmless = { argument = "x", values = [[]] } }', "crm.ping: harmless", "texts"),
        ("[api.crm]\nping = { timeout = 1 }", "crm.ping: timeout", "{ call, client"),
        ("api = 1", "api", "[api]"),
        ("[api]\ncrm = 1", "crm", "names with their facts"),
        ("source = 1", "source", "one line of text"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_file_entry_and_what_is_expected(
    tmp_path: Path, text: str, entry: str, expected: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(CatalogueError) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: {entry}: ")
    assert expected in message.rpartition("; expected ")[2]
    assert "\n" not in message


@pytest.mark.parametrize("content", [b"[api", b'x = "\xff"', None])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "own.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CatalogueError, match=f"^{path}: cannot be read"):
        load(path)


def test_two_files_do_not_say_the_same_thing(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('[api.crm]\n"ping" = {}', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"b\.toml: crm\.ping: another file has it too"):
        compile_tables(tmp_path)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_what_a_file_prepares_is_used(path: Path) -> None:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    likes = [value.get("like", []) for names in document.get("api", {}).values() for value in names.values()]
    used = {name for like in likes for name in ([like] if isinstance(like, str) else like)}
    assert document.get("facts", {}).keys() <= used


def test_every_library_has_entries() -> None:
    tables = load().tables
    named = {*tables["api"], *tables["type"], *tables["exception"]}
    assert [lib for lib in tables["library"] if not any(f"{n}.".startswith(f"{lib}.") for n in named)] == []


def test_the_compiled_form_is_that_of_the_tables() -> None:
    """`python -m flake8_incall.catalogue` rewrites it."""
    assert COMPILED.read_text(encoding="utf-8") == rendered(compile_tables())


def test_the_compiled_form_is_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "COMPILED", tmp_path / "compiled.json")
    compiler.write_compiled()
    assert (tmp_path / "compiled.json").read_text(encoding="utf-8") == COMPILED.read_text(encoding="utf-8")


def test_the_compiled_form_is_read_as_it_was_written() -> None:
    assert json.loads(rendered(compile_tables())) == load().tables
