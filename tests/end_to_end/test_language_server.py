"""The language server over its pipes, asked by a client that holds it to the protocol."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed")
pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

import pytest_asyncio
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.cli.conftest import BROKEN, RIGHT
from tests.end_to_end.conftest import SCRIPTS

COMMAND = [str(SCRIPTS / "flake8-incall"), "lsp"]
SLOW = f"import time\n\n\n{RIGHT.replace('    return', '    time.sleep(1)' + chr(10) + '    return')}"


def insertion(line: int, character: int, text: str) -> types.TextDocumentContentChangePartial:
    at = types.Position(line, character)
    return types.TextDocumentContentChangePartial(types.Range(at, at), text)


class Session:
    """An editor with a workspace."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.version = 0

    @property
    def uri(self) -> str:
        """The document."""
        return (self.folder / "book.py").as_uri()

    def open(self, text: str) -> None:
        """Open the document."""
        item = types.TextDocumentItem(self.uri, "python", self.version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def edit(self, *changes: types.TextDocumentContentChangeEvent) -> None:
        """Edit the document."""
        self.version += 1
        name = types.VersionedTextDocumentIdentifier(version=self.version, uri=self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(name, changes))

    async def shown(self) -> list[types.Diagnostic]:
        """The next findings that the server publishes."""
        await self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(self.client.diagnostics[self.uri])


@pytest_asyncio.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    """A session that the server has been told of, and that is ended as the protocol asks."""
    (tmp_path / "pyproject.toml").write_text('[tool.incall]\nprofile = "strict"\n', encoding="utf-8")
    config = ClientServerConfig(server_command=COMMAND)
    client = config.client_factory()
    assert isinstance(client, LanguageClient)
    await client.start_io(*COMMAND)
    parameters = types.InitializeParams(
        capabilities=client_capabilities("visual-studio-code"),
        workspace_folders=[types.WorkspaceFolder(tmp_path.as_uri(), "project")],
    )
    await client.initialize_session(parameters)
    yield Session(client, tmp_path)
    await client.shutdown_session()
    await client.stop()


@pytest.mark.asyncio
async def test_server_shows_findings_while_a_text_is_written(session: Session) -> None:
    session.open(BROKEN)
    found = {one.code: one for one in await session.shown()}
    assert {"CAL101", "CAL105", "CAL303"} <= set(found)
    finding = found["CAL105"]
    assert finding.source == "flake8-incall"
    assert finding.severity == types.DiagnosticSeverity.Error
    assert finding.code_description is not None
    assert finding.code_description.href.endswith("/rules/CAL105/")
    place = finding.range
    assert BROKEN.splitlines()[place.start.line][place.start.character : place.end.character] == "day"

    session.edit(insertion(0, 0, "async "))
    assert "CAL101" not in {one.code for one in await session.shown()}
    session.edit(insertion(0, 4, "("), insertion(0, 5, "("))
    assert [one.code for one in await session.shown()] == [None]
    session.edit(types.TextDocumentContentChangeWholeDocument("x = 1\n"))
    assert await session.shown() == []


@pytest.mark.asyncio
async def test_server_offers_fixes_and_what_the_model_sees(session: Session) -> None:
    session.open(SLOW)
    found = await session.shown()
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    document = types.TextDocumentIdentifier(session.uri)
    context = types.CodeActionContext(found)
    actions = await session.client.text_document_code_action_async(types.CodeActionParams(document, whole, context))
    by_title = {action.title: action for action in actions or () if isinstance(action, types.CodeAction)}
    fix = by_title["Fix CAL604 (blocking-call)"]
    assert fix.is_preferred
    assert fix.edit is not None
    assert "Suppress CAL604 with a noqa comment" in by_title
    every = await session.client.code_action_resolve_async(by_title["Fix all findings that have a safe fix"])
    assert every.edit is not None
    assert every.edit.document_changes
    hover = await session.client.text_document_hover_async(types.HoverParams(document, types.Position(3, 12)))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert "The day, such as 2026-11-22" in hover.contents.value


@pytest.mark.asyncio
async def test_server_reads_settings_again(session: Session) -> None:
    session.open(BROKEN)
    assert "CAL101" in {one.code for one in await session.shown()}
    path = session.folder / "pyproject.toml"
    path.write_text('[tool.incall]\nignore = ["CAL101"]\n', encoding="utf-8")
    event = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
    session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    assert "CAL101" not in {one.code for one in await session.shown()}


@pytest.mark.asyncio
async def test_server_answers_an_editor_that_asks_for_findings(session: Session) -> None:
    session.open(BROKEN)
    parameters = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(session.uri))
    report = await session.client.text_document_diagnostic_async(parameters)
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    assert "CAL101" in {one.code for one in report.items}


def message(method: str, number: int | None = None, **params: object) -> bytes:
    content: dict[str, object] = {"jsonrpc": "2.0", "method": method, "params": params}
    body = json.dumps(content if number is None else {**content, "id": number}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (message("initialize", 1, capabilities={}, processId=None), 1),
        (message("initialize", 1, capabilities={}, processId=None) + message("shutdown", 2) + message("exit"), 0),
        (b"Content-Length: 9\r\n\r\nnot JSON!Content-Length: x\r\n\r\n\xff\xfe\r\nContent-Length: 99\r\n\r\n{", 1),
    ],
    ids=["died", "shutdown", "malformed"],
)
def test_server_ends_with_its_client(sent: bytes, status: int, tmp_path: Path) -> None:
    done = subprocess.run(COMMAND, input=sent, capture_output=True, cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == status


def test_server_ends_when_the_process_of_the_editor_is_gone(tmp_path: Path) -> None:
    """Something else keeps the pipe open."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=tmp_path) as server:
        assert server.stdin is not None
        server.stdin.write(message("initialize", 1, capabilities={}, processId=gone.pid) + message("initialized"))
        server.stdin.flush()
        assert server.wait(60) == 1


@pytest.mark.asyncio
async def test_two_servers_serve_two_editors(session: Session, tmp_path: Path) -> None:
    other = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path)
    try:
        session.open(BROKEN)
        item = {"uri": session.uri, "languageId": "python", "version": 1, "text": RIGHT}
        text = message("initialize", 1, capabilities={}, processId=None) + message("initialized")
        sent = text + message("textDocument/didOpen", textDocument=item) + message("shutdown", 2)
        assert other.stdin is not None
        other.stdin.write(sent)
        other.stdin.flush()
        assert "CAL101" in {one.code for one in await session.shown()}
        told, _ = await asyncio.to_thread(other.communicate, message("exit"))
        assert other.returncode == 0
        assert b"CAL101" not in told
    finally:
        other.kill()
