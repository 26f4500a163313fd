"""The language server protocol: what an editor says, and what it is answered."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Generator, Mapping
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import to_fs_path

from flake8_incall import __version__
from flake8_incall.server.actions import FIX_ALL, KINDS, changes_between, has_safe_fix, is_wanted, quick_fixes
from flake8_incall.server.documents import Documents, OpenDocument
from flake8_incall.server.findings import shown, shown_problem
from flake8_incall.server.hovering import Hover
from flake8_incall.server.projects import SETTINGS_FILES, Subject
from flake8_incall.server.text import Text

SECTION = "incall"
_WATCH_SECONDS = 5.0
_EXIT_WITHOUT_SHUTDOWN = 1
_Handler = Generator[Any, Any, None]


class _Protocol(LanguageServerProtocol):
    """The protocol of pygls, but for the texts: it ends lines where neither editors nor Python do."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> _Handler:
        """Leave the text to the server."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> _Handler:
        """Leave the text to the server."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> _Handler:
        """Leave the text to the server."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class IncallServer(LanguageServer):
    """One session with one editor."""

    def __init__(self) -> None:
        super().__init__("flake8-incall", __version__, protocol_cls=_Protocol)
        self.documents = Documents(self._subject_of, self._publish)
        self.is_shut_down = False
        self._settings: Mapping[str, Any] = {}
        self._faults: dict[str, str] = {}
        self._is_pulled = False
        self._tasks: set[asyncio.Task[None]] = set()
        for name, handler in _HANDLERS.items():
            self.feature(name, _OPTIONS.get(name))(_bound(handler, self))

    # The session

    def _initialize(self, params: types.InitializeParams) -> None:
        options = params.initialization_options
        if isinstance(options, Mapping):
            self._take_settings(options)

    def _initialized(self, _params: types.InitializedParams) -> None:
        if self.process_id is not None and os.name == "posix":
            self._start(self._end_with(self.process_id))
        workspace = self.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace else None
        if watched is not None and watched.dynamic_registration:
            watchers = [types.FileSystemWatcher(f"**/{name}") for name in SETTINGS_FILES]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            name = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = types.Registration("settings", name, options)
            self.client_register_capability(types.RegistrationParams([registration]))
        if workspace is not None and workspace.configuration:
            self._start(self._fetch_settings())

    def _shutdown(self, _params: None) -> None:
        self.is_shut_down = True

    async def _end_with(self, process: int) -> None:
        """End when the editor's process is gone, though another has inherited its end of the pipe."""
        while _is_running(process):
            await asyncio.sleep(_WATCH_SECONDS)
        self.documents.end()
        # A thread waits for the next message, which nobody can interrupt.
        os._exit(_EXIT_WITHOUT_SHUTDOWN)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Settings

    def _configuration_changed(self, params: types.DidChangeConfigurationParams) -> None:
        if isinstance(params.settings, Mapping) and SECTION in params.settings:
            self._take_settings(params.settings)
            self._check_all()
        elif (workspace := self.client_capabilities.workspace) is not None and workspace.configuration:
            self._start(self._fetch_settings())
        else:
            self._check_all()

    async def _fetch_settings(self) -> None:
        items = [types.ConfigurationItem(section=SECTION)]
        try:
            answer = await self.workspace_configuration_async(types.ConfigurationParams(items))
        except Exception:  # An editor that does not answer has no settings.
            return
        found = answer[0] if answer else None
        if isinstance(found, Mapping) and found and dict(found) != dict(self._settings):
            self._settings = dict(found)
            self._check_all()

    def _take_settings(self, settings: Mapping[str, Any]) -> None:
        own = settings.get(SECTION, {})
        self._settings = dict(own) if isinstance(own, Mapping) else {}

    def _files_changed(self, _params: object) -> None:
        self._check_all()

    def _check_all(self) -> None:
        self._faults.clear()
        for document in self.documents:
            self.documents.check(document)
        capabilities = self.client_capabilities.workspace
        if self._is_pulled and capabilities and capabilities.diagnostics and capabilities.diagnostics.refresh_support:
            self.workspace_diagnostic_refresh(None)

    # Texts

    def _opened(self, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        text = Text(item.text, self.workspace.position_encoding or types.PositionEncodingKind.Utf16)
        self.documents.open(OpenDocument(item.uri, item.language_id, item.version, text))

    def _changed(self, params: types.DidChangeTextDocumentParams) -> None:
        document = self.documents.get(params.text_document.uri)
        if document is None:
            return
        text = document.text
        for change in params.content_changes:
            text = text.edited(change)
        self.documents.edit(document, text, params.text_document.version)

    def _saved(self, params: types.DidSaveTextDocumentParams) -> None:
        document = self.documents.get(params.text_document.uri)
        if document is not None:
            self.documents.check(document)

    def _closed(self, params: types.DidCloseTextDocumentParams) -> None:
        self.documents.close(params.text_document.uri)

    def _subject_of(self, document: OpenDocument) -> Subject | None:
        path = to_fs_path(document.uri)
        is_json = (path or "").lower().endswith(".json")
        is_python = not is_json and ((path or "").endswith((".py", ".pyi")) or document.language == "python")
        is_json = is_json or (not is_python and document.language in ("json", "jsonc"))
        if not (is_json or is_python) or not document.uri.startswith(("file:", "untitled:")):
            return None
        folder = self._folder_of(path)
        name = os.path.relpath(path, folder) if path is not None else document.uri.partition(":")[2].strip("/")
        return Subject(folder, self._settings, name or "untitled", is_json, document.text.content)

    def _folder_of(self, path: str | None) -> str:
        """The folder whose settings count for a file: the innermost of the workspace, else its own."""
        folders = [to_fs_path(folder.uri) for folder in self.workspace.folders.values()] or [self.workspace.root_path]
        known = [os.path.abspath(folder) for folder in folders if folder]
        if path is None:
            return known[0] if known else os.getcwd()
        around = [folder for folder in known if os.path.join(path, "").startswith(os.path.join(folder, ""))]
        folder = max(around, key=len, default=os.path.dirname(os.path.abspath(path)))
        while not os.path.isdir(folder) and folder != os.path.dirname(folder):
            folder = os.path.dirname(folder)
        return folder

    # Findings

    def _publish(self, document: OpenDocument) -> None:
        fault, folder = document.outcome.fault, self._folder_of(to_fs_path(document.uri))
        if fault and self._faults.get(folder) != fault:
            text = f"flake8-incall: {fault}; nothing is checked until this is corrected"
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, text))
            self._faults[folder] = fault
        if not self._is_pulled:
            items = self._items(document)
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(document.uri, items, document.version)
            )

    def _items(self, document: OpenDocument) -> list[types.Diagnostic]:
        outcome = document.outcome
        problems = [shown_problem(outcome.problem, document.text)] if outcome.problem else []
        return [*problems, *(shown(finding, document.text, document.uri) for finding in outcome.findings)]

    async def _pulled(self, params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
        """Answer an editor that asks for findings; from then on it is not told of them without being asked."""
        if not self._is_pulled:
            self._is_pulled = True
            for one in self.documents:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(one.uri, []))
        document = self.documents.get(params.text_document.uri)
        if document is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        await self.documents.settled(document)
        return types.RelatedFullDocumentDiagnosticReport(self._items(document))

    # Actions

    async def _actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        document = self.documents.get(params.text_document.uri)
        if document is None:
            return []
        outcome, only = await self.documents.settled(document), params.context.only
        found: list[types.CodeAction] = []
        if is_wanted(types.CodeActionKind.QuickFix, only):
            for finding, title, edits, is_preferred in quick_fixes(outcome, document.text, params.range):
                about = shown(finding, document.text, document.uri)
                edit = self._workspace_edit(document, [document.text.text_edit(one) for one in edits])
                kind = types.CodeActionKind.QuickFix
                found.append(types.CodeAction(title, kind, [about], is_preferred=is_preferred, edit=edit))
        if is_wanted(FIX_ALL, only) and has_safe_fix(outcome):
            action = types.CodeAction("Fix all findings that have a safe fix", FIX_ALL, data=document.uri)
            found.append(action if self._resolves_edits else await self._resolved(action))
        return found

    @property
    def _resolves_edits(self) -> bool:
        """Whether the editor asks for the edit of an action when somebody has chosen it."""
        text_document = self.client_capabilities.text_document
        actions = text_document.code_action if text_document else None
        support = actions.resolve_support if actions else None
        return support is not None and "edit" in support.properties

    async def _resolved(self, action: types.CodeAction) -> types.CodeAction:
        document = self.documents.get(action.data) if isinstance(action.data, str) else None
        if document is None or action.kind != FIX_ALL:
            return action
        before = document.text
        after = await self.documents.ask(document, "fix_all")
        if isinstance(after, str) and document.text is before:
            action.edit = self._workspace_edit(document, changes_between(before, after))
        return action

    def _workspace_edit(self, document: OpenDocument, edits: list[types.TextEdit]) -> types.WorkspaceEdit:
        workspace = self.client_capabilities.workspace
        if workspace is None or workspace.workspace_edit is None or not workspace.workspace_edit.document_changes:
            return types.WorkspaceEdit(changes={document.uri: edits})
        name = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(name, list(edits))])

    async def _hover(self, params: types.HoverParams) -> types.Hover | None:
        document = self.documents.get(params.text_document.uri)
        if document is None:
            return None
        text = document.text
        found = await self.documents.ask(document, "hover", text.position(params.position))
        if not isinstance(found, Hover):
            return None
        text_document = self.client_capabilities.text_document
        hover = text_document.hover if text_document else None
        formats = (hover.content_format if hover else None) or [types.MarkupKind.PlainText]
        is_markdown = types.MarkupKind.Markdown in formats
        kind = types.MarkupKind.Markdown if is_markdown else types.MarkupKind.PlainText
        content = types.MarkupContent(kind, found.markdown if is_markdown else found.plain)
        return types.Hover(content, text.range(found.span.start, found.span.end))


_HANDLERS: dict[str, Callable[[IncallServer, Any], Any]] = {
    types.INITIALIZE: IncallServer._initialize,
    types.INITIALIZED: IncallServer._initialized,
    types.SHUTDOWN: IncallServer._shutdown,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: IncallServer._configuration_changed,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: IncallServer._files_changed,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: IncallServer._files_changed,
    types.TEXT_DOCUMENT_DID_OPEN: IncallServer._opened,
    types.TEXT_DOCUMENT_DID_CHANGE: IncallServer._changed,
    types.TEXT_DOCUMENT_DID_SAVE: IncallServer._saved,
    types.TEXT_DOCUMENT_DID_CLOSE: IncallServer._closed,
    types.TEXT_DOCUMENT_DIAGNOSTIC: IncallServer._pulled,
    types.TEXT_DOCUMENT_CODE_ACTION: IncallServer._actions,
    types.CODE_ACTION_RESOLVE: IncallServer._resolved,
    types.TEXT_DOCUMENT_HOVER: IncallServer._hover,
}
_OPTIONS: dict[str, object] = {
    types.TEXT_DOCUMENT_DIAGNOSTIC: types.DiagnosticOptions(
        inter_file_dependencies=False, workspace_diagnostics=False, identifier="flake8-incall"
    ),
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(code_action_kinds=KINDS, resolve_provider=True),
}


def _bound(handler: Callable[[IncallServer, Any], Any], server: IncallServer) -> Callable[[Any], Any]:
    """A function of the session as pygls calls it: with the parameters of a message alone."""
    if asyncio.iscoroutinefunction(handler):

        async def answer_later(params: Any) -> Any:
            return await handler(server, params)

        return answer_later

    def answer(params: Any) -> Any:
        return handler(server, params)

    return answer


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def serve(requests: BinaryIO, answers: BinaryIO) -> int:
    """Serve one editor until it ends the session or is gone.

    Returns:
        The exit status: 0 if the editor has asked for the end, as the protocol has it.
    """
    server = IncallServer()
    server.start_io(requests, answers)
    server.documents.end()
    return 0 if server.is_shut_down else _EXIT_WITHOUT_SHUTDOWN


def serve_standard_streams() -> int:
    """Serve the editor that has started this process."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What is printed by accident must not stand between messages.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return serve(sys.stdin.buffer, answers)
