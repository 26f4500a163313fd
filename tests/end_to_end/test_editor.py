"""The plugin in an editor: the real python-lsp-server, spoken to over its pipes."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SECONDS = 60
BEFORE = 'GREETING = "नमस्ते, आपका स्वागत है"; hours = '
TEXT = f"""\
from livekit.agents import function_tool

{BEFORE}function_tool(lambda: "nine to five", name="hours")
"""


class Server:
    """A language server on two pipes; messages are JSON behind a `Content-Length` header."""

    def __init__(self, folder: Path, command: str = "pylsp") -> None:
        module = {"pylsp": ["pylsp"], "flake8-incall": ["flake8_incall", "lsp"]}[command]
        self._process = subprocess.Popen(
            [sys.executable, "-m", *module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
        )
        # Whatever hangs ends as an end of file, which `receive` reports.
        self._watchdog = threading.Timer(SECONDS, self._process.kill)
        self._watchdog.start()

    def send(self, method: str, params: dict[str, Any], number: int | None = None) -> None:
        """Send a notification, or a request when it has a number."""
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        body = json.dumps(message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """The next message of the server."""
        assert self._process.stdout is not None
        length = 0
        while header := self._process.stdout.readline().strip():
            if header.lower().startswith(b"content-length:"):
                length = int(header.partition(b":")[2])
        if not length:
            raise EOFError(f"the server ended, or said nothing for {SECONDS} s")
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message

    def open(self, folder: Path) -> None:
        """Begin a session in a folder, with flake8 as the only linter."""
        flake8 = {"enabled": True, "executable": str(Path(sys.executable).with_name("flake8"))}
        others = {name: {"enabled": False} for name in ("pycodestyle", "pyflakes", "mccabe", "autopep8", "yapf")}
        settings = {"pylsp": {"plugins": {"flake8": flake8, **others}}}
        self.send("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}, 1)
        self.send("initialized", {})
        self.send("workspace/didChangeConfiguration", {"settings": settings})

    def diagnostics(self, path: Path, text: str) -> list[dict[str, Any]]:
        """Open a file, and return what the server says of it."""
        language = "json" if path.suffix == ".json" else "python"
        document = {"uri": path.as_uri(), "languageId": language, "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": document})
        while True:
            message = self.receive()
            parameters = message.get("params", {})
            is_answer = message.get("method") == "textDocument/publishDiagnostics"
            if is_answer and parameters["uri"] == path.as_uri():
                found: list[dict[str, Any]] = parameters["diagnostics"]
                return found

    def close(self) -> None:
        """End the server."""
        self._watchdog.cancel()
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    pytest.importorskip("pylsp", reason="python-lsp-server is not installed")
    server = Server(tmp_path)
    yield server
    server.close()


def test_diagnostics_stand_at_the_right_character(server: Server, tmp_path: Path) -> None:
    server.open(tmp_path)
    diagnostics = server.diagnostics(tmp_path / "book.py", TEXT)
    places = {seen["code"]: seen["range"]["start"] for seen in diagnostics}
    assert places["CAL101"] == {"line": 2, "character": len(BEFORE)}
