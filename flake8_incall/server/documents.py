"""The open documents, and when each is checked: after every edit, and as often as the checks keep up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from flake8_incall.reading import Problem
from flake8_incall.server.judging import Outcome
from flake8_incall.server.projects import Subject
from flake8_incall.server.text import Text
from flake8_incall.server.workers import Worker, WorkerFailedError, Workers

# Seconds after which a check of a text that is no longer there is given up.
_PATIENCE = 2.0


@dataclass(eq=False)
class OpenDocument:
    """A document that an editor has opened.

    Attributes:
        uri: Its name for the editor.
        language: What the editor takes it for.
        version: Which text the editor says it is.
        text: The text.
        outcome: What the last check found out.
        revision: Rises with each edit, and whenever something else asks for another check.
        checked: The revision that `outcome` is about.
    """

    uri: str
    language: str
    version: int
    text: Text
    outcome: Outcome = field(default_factory=Outcome)
    revision: int = 1
    checked: int = 0
    worker: Worker | None = None
    task: asyncio.Task[None] | None = None


class Documents:
    """The open documents. A result is passed on only if it is about the text that the editor shows."""

    def __init__(
        self, subject_of: Callable[[OpenDocument], Subject | None], publish: Callable[[OpenDocument], None]
    ) -> None:
        """Create the documents of a session.

        Args:
            subject_of: What of a document is checked; `None` for one that is not.
            publish: Is told of each document that was checked, and of one that was closed.
        """
        self._subject_of = subject_of
        self._publish = publish
        self._open: dict[str, OpenDocument] = {}
        self._workers = Workers()
        self._farewells: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[OpenDocument]:
        return iter(list(self._open.values()))

    def get(self, uri: str) -> OpenDocument | None:
        """The document of a name, if it is open."""
        return self._open.get(uri)

    def open(self, document: OpenDocument) -> None:
        """Take in a document, and check it."""
        self.close(document.uri)
        self._open[document.uri] = document
        self.check(document)

    def edit(self, document: OpenDocument, text: Text, version: int) -> None:
        """Take over an edit, and check its result."""
        document.text, document.version = text, version
        self.check(document)

    def close(self, uri: str) -> None:
        """Forget a document, and all that was found in it."""
        document = self._open.pop(uri, None)
        if document is None:
            return
        subject = self._subject_of(document)
        document.outcome = Outcome()
        document.revision += 1
        self._publish(document)
        if document.worker is not None and subject is not None:
            farewell = asyncio.ensure_future(self._forget(document.worker, subject))
            self._farewells.add(farewell)
            farewell.add_done_callback(self._farewells.discard)

    def check(self, document: OpenDocument) -> None:
        """Check a document again, as soon as that is possible."""
        document.revision += 1
        if document.task is None or document.task.done():
            document.task = asyncio.ensure_future(self._keep_checked(document))

    async def settled(self, document: OpenDocument) -> Outcome:
        """What was found out about the text that a document has now."""
        while document.task is not None and not document.task.done():
            await asyncio.shield(document.task)
        return document.outcome

    async def ask(self, document: OpenDocument, name: str, *arguments: object) -> object:
        """Have a method of `Judging` called for a document; `None` where that fails, or nothing is checked."""
        subject = self._subject_of(document)
        if subject is None:
            return None
        document.worker = self._workers.choose(document.worker)
        try:
            answer: object = await document.worker.ask(name, subject, *arguments)
        except WorkerFailedError:
            return None
        return answer

    def end(self) -> None:
        """End all work."""
        self._workers.end()

    async def _keep_checked(self, document: OpenDocument) -> None:
        failures = 0
        while document.checked != document.revision and self._open.get(document.uri) is document:
            revision = document.revision
            try:
                outcome = await self._outcome(document, revision)
            except WorkerFailedError as error:
                if document.revision != revision:
                    continue
                failures += 1
                if failures == 1:
                    continue
                advice = "please report this with the file"
                outcome = Outcome(problem=Problem(document.uri, f"flake8-incall itself failed ({error}); {advice}"))
            if document.revision == revision:
                document.outcome, document.checked = outcome, revision
                self._publish(document)

    async def _outcome(self, document: OpenDocument, revision: int) -> Outcome:
        subject = self._subject_of(document)
        if subject is None:
            return Outcome()
        worker = document.worker = self._workers.choose(document.worker)
        job = asyncio.ensure_future(worker.ask("check", subject))
        while not job.done():
            done, _ = await asyncio.wait({job}, timeout=_PATIENCE)
            if not done and document.revision != revision and worker.serving[:1] == (subject,):
                worker.end()
        outcome: Outcome = job.result()
        return outcome

    async def _forget(self, worker: Worker, subject: Subject) -> None:
        try:
            await worker.ask("forget", subject.folder, subject.name)
        except WorkerFailedError:
            return
