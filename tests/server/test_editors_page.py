"""The page about editors says what the server understands."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from flake8_incall.server.actions import FIX_ALL
from flake8_incall.server.language_server import SECTION
from tests.cli.conftest import BROKEN
from tests.harness import ROOT
from tests.server.conftest import Editor

PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
SERVER = PAGE.partition("## Through flake8")[0]
BLOCKS = re.findall(r"```(json|toml|lua|lisp)\n(.*?)```", SERVER, re.DOTALL)


def test_settings_of_the_page_are_taken(editor: Editor) -> None:
    shown = next(json.loads(text) for language, text in BLOCKS if language == "json" and SECTION in json.loads(text))
    editor.settings = shown[SECTION]
    assert editor.check("book.py", BROKEN).fault == ""


@pytest.mark.parametrize("text", [text for language, text in BLOCKS if language == "json"])
def test_json_of_the_page_is_valid(text: str) -> None:
    json.loads(text)


@pytest.mark.parametrize("text", [text for language, text in BLOCKS if language == "toml"])
def test_toml_of_the_page_starts_the_server(text: str) -> None:
    server = tomllib.loads(text)["language-server"]["incall"]
    assert [server["command"], *server["args"]] == ["flake8-incall", "lsp"]


@pytest.mark.parametrize("text", [text for language, text in BLOCKS if language in ("lua", "lisp")])
def test_other_configuration_of_the_page_starts_the_server(text: str) -> None:
    assert re.search(r'"flake8-incall",? "lsp"', text)


def test_page_names_the_kind_of_fix_all() -> None:
    assert f"`{FIX_ALL}`" in SERVER


def test_neovim_is_tested_as_the_page_starts_it() -> None:
    """`tests/end_to_end/test_neovim.py` runs this script."""
    script = (ROOT / "tests" / "end_to_end" / "neovim.lua").read_text(encoding="utf-8")
    for call in ("vim.lsp.start_client({ cmd = { ", "vim.lsp.buf_attach_client("):
        assert call in SERVER
        assert call in script
