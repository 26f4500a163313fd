"""A run over many files: find, read, check, leave out what is suppressed. In parallel where that pays."""

from __future__ import annotations

import ast
import os
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flake8_incall.configuration import Configuration
from flake8_incall.diagnostics import Diagnostic
from flake8_incall.engine import Engine
from flake8_incall.flake8_host import Found, Source, display_name, find_files, job_count
from flake8_incall.hosts import Hosts
from flake8_incall.model.calls.passed_over import Reason
from flake8_incall.model.code.python_versions import NewerPythonError
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.options import Options
from flake8_incall.reading import Problem, attempt, decode, document_text, holds_functions, is_document_file
from flake8_incall.report import Report

if TYPE_CHECKING:
    from flake8_incall.namesakes import StoredName

# Below this much text the start of worker processes costs more than they save.
_WORTH_A_WORKER = 1_000_000
_LARGEST_CHUNK = 20

# An engine, the file's name and its text or lines, and the tree of a Python text: what was found out.
Judge = Callable[[Engine, str, str | Sequence[str], ast.Module | None], Report]

NO_FUNCTION = "no in-call function; `flake8-incall show --why` says why"


@dataclass(frozen=True, slots=True)
class Run:
    """What is checked, and how.

    Attributes:
        configuration: The options of this project.
        flake8: The options of flake8, with the paths in `filenames`.
        told: What of these the command line sets.
    """

    configuration: Configuration
    flake8: Namespace
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def options(self) -> Options:
        """The options of files that no override is about."""
        return self.configuration.options

    @property
    def host(self) -> Namespace:
        """The options of flake8 that count in files that no override is about."""
        return Hosts(self.configuration, self.flake8, self.told).default.flake8


@dataclass(frozen=True, slots=True)
class FileReport:
    """What came of one file.

    Attributes:
        path: The file as it is named to the user.
        diagnostics: The findings that are shown, by place.
        excerpts: The text of the lines at which they and their repeats begin, by line number, without line end.
        problem: Why the file could not be checked.
        is_document: Whether it was read as a function document.
        functions: How many in-call functions were checked in it.
        unproved: How many of these could not be fully judged.
        passed_over: Why functions, or the whole file, were not checked: a reason for each.
        note: Why nothing in it was checked; the command prints it after the name of a file that the user named.
        names: The names of its functions, in a function document.
    """

    path: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    excerpts: dict[int, str] = field(default_factory=dict)
    problem: Problem | None = None
    is_document: bool = False
    functions: int = 0
    unproved: int = 0
    passed_over: tuple[Reason, ...] = ()
    note: str = ""
    names: tuple[StoredName, ...] = ()


def find(run: Run) -> Found:
    """The files to check, in the order in which they are reported, and what is left out.

    From a folder: what flake8 takes, and the JSON files that hold function documents. A file that is named is
    always taken, unless it is excluded.
    """
    found = find_files(run.flake8, ("*.[jJ][sS][oO][nN]",), run.configuration.is_excluded)
    named = frozenset(run.flake8.filenames)
    other = [p for p in found.files if is_document_file(p) and p not in named and not holds_functions(p)]
    left_out = frozenset(other)
    return replace(found, files=[path for path in found.files if path not in left_out], other_json=other)


def files_of(run: Run) -> list[str]:
    """The files to check, in the order in which they are reported."""
    return find(run).files


def check_files(run: Run, paths: list[str]) -> Iterator[FileReport]:
    """Check files. The reports come in the order of the paths, however many processes work."""
    from flake8_incall.namesakes import with_namesakes

    workers = _worker_count(run, paths)
    reports = _check_in_parallel(run, paths, workers) if workers > 1 else map(Checker(run).check, paths)
    yield from with_namesakes(reports, run)


class Checker:
    """Checks one file after the other with the same options."""

    def __init__(self, run: Run, judge: Judge | None = None) -> None:
        """Create a checker.

        Args:
            run: What is checked, and how.
            judge: How an engine is asked, if not for a check of its own; who keeps reports may use them again.
        """
        self._run = run
        self._judge = judge or _judged
        self._engines: dict[Options, Engine] = {}
        self._hosts = Hosts(run.configuration, run.flake8, run.told)

    def check(self, path: str) -> FileReport:
        """Check a file. Whatever is wrong with the file or with this project is in the report."""
        name = display_name(self._run.flake8, path)
        report = attempt(path, name, self.examine)
        return FileReport(name, problem=report) if isinstance(report, Problem) else report

    def examine(self, name: str, data: bytes) -> FileReport:
        """Check the bytes of a file.

        Raises:
            SyntaxError: It is no Python.
            UnicodeError: It is not in its encoding.
        """
        if is_document_file(name, data):
            return self.check_document(name, document_text(data))
        return self.check_python(name, decode(data))

    def check_python(self, name: str, lines: list[str]) -> FileReport:
        """Check the lines of a Python file, line ends as `"\\n"`.

        Raises:
            SyntaxError: It is no Python.
        """
        host = self._hosts.host_for(name)
        source = Source(name, lines, host.flake8)
        if source.is_opted_out:
            return FileReport(
                name, passed_over=(Reason.OPTED_OUT,), note="marked `# flake8: noqa`, nothing in it was checked"
            )
        text = "".join(source.lines)
        engine = self._engine(name)
        report = self._judge(engine, name, source.lines, _parse(text, engine.options))
        kept = [d for d in report.findings if host.suppressions.keep(d, source.noqa_line(d.start.line))]
        return _file_report(report, kept, source.lines)

    def check_document(self, name: str, text: str) -> FileReport:
        """Check the text of a function document."""
        from flake8_incall.namesakes import names_of

        report = self._judge(self._engine(name), name, text, None)
        # JSON has no comments, so there is no `noqa` to look for.
        kept = [d for d in report.findings if self._hosts.host_for(name).suppressions.keep(d, "")]
        lines = split_lines(text)
        found = _file_report(report, kept, lines)
        return found if report.document is None else replace(found, names=names_of(report.document, lines))

    def _engine(self, name: str) -> Engine:
        options = self._run.configuration.options_for(name)
        if options not in self._engines:
            self._engines[options] = Engine(options)
        return self._engines[options]


def _judged(engine: Engine, name: str, text: str | Sequence[str], tree: ast.Module | None) -> Report:
    return engine.check(name, text, tree)


def _parse(text: str, options: Options) -> ast.Module:
    try:
        return parse(text)
    except NewerPythonError as error:
        error.target = options.python
        raise


def _file_report(report: Report, kept: list[Diagnostic], lines: list[str]) -> FileReport:
    numbers = {one.start.line for diagnostic in kept for one in (diagnostic, *diagnostic.repeats)}
    whole = next((other.why for other in report.passed_over if other.name is None), "")
    return FileReport(
        report.path,
        kept,
        {number: lines[number - 1].rstrip("\r\n") for number in numbers if 0 < number <= len(lines)},
        is_document=report.document is not None,
        functions=len(report.functions),
        unproved=len({unproved.qualified_name for unproved in report.unproved}),
        passed_over=tuple(other.reason for other in report.passed_over if other.reason is not None),
        note=whole or ("" if report.functions or (report.document and kept) else NO_FUNCTION),
    )


# Several processes


_checker_of_this_process: Checker


def _start_worker(run: Run) -> None:
    import signal

    # The parent hears of Ctrl-C and ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _checker_of_this_process  # noqa: PLW0603  what a worker is given once for all its files
    _checker_of_this_process = Checker(run)


def _check_in_worker(paths: list[str]) -> list[FileReport]:
    return [_checker_of_this_process.check(path) for path in paths]


def _check_in_parallel(run: Run, paths: list[str], workers: int) -> Iterator[FileReport]:
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    size = min(_LARGEST_CHUNK, -(-len(paths) // (4 * workers)))
    done = 0
    try:
        with ProcessPoolExecutor(workers, initializer=_start_worker, initargs=(run,)) as pool:
            under_way: deque[Future[list[FileReport]]] = deque()
            for first in range(0, len(paths), size):
                under_way.append(pool.submit(_check_in_worker, paths[first : first + size]))
                # Only a few at a time: who interrupts the run waits for these and for no others.
                if len(under_way) > 2 * workers:
                    for report in under_way.popleft().result():
                        done += 1
                        yield report
            for future in under_way:
                for report in future.result():
                    done += 1
                    yield report
    except BrokenProcessPool:
        text = "not checked: a worker process was killed; retry with --jobs 1"
        for path in paths[done:]:
            yield FileReport(path, problem=Problem(path, text))


def _worker_count(run: Run, paths: list[str]) -> int:
    if len(paths) < 2 or "-" in paths:
        return 1
    asked = job_count(run.flake8)
    if asked is not None:
        return min(asked, len(paths))
    return max(1, min(_processors(), len(paths), _size(paths) // _WORTH_A_WORKER))


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _size(paths: list[str]) -> int:
    size = 0
    for path in paths:
        try:
            size += os.path.getsize(path)
        except OSError:
            continue
    return size
