"""`flake8-incall lsp` without what it needs, and with it."""

from __future__ import annotations

from importlib.machinery import ModuleSpec

import pytest

from flake8_incall.cli import main
from flake8_incall.commands import lsp


def test_lsp_without_pygls_exits_2_and_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lsp, "find_spec", lambda _: None)
    assert main(["lsp"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith('the language server needs pygls, which is not installed: pip install "flake8-incall[lsp]"')


def test_lsp_exits_with_what_the_server_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsp, "find_spec", lambda name: ModuleSpec(name, None))
    monkeypatch.setattr("flake8_incall.server.language_server.serve_standard_streams", lambda: 1)
    assert main(["lsp", "--stdio"]) == 1
