"""Reads what is to be loaded and checks it. What is checked here is the text that is executed later."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

from flake8_incall.diagnostics import Diagnostic
from flake8_incall.engine import Engine
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.source import parse
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.documents.document import Document
from flake8_incall.model.documents.first_look import may_hold_functions
from flake8_incall.options import Options
from flake8_incall.reading import Problem, attempt, decode, document_text, is_document_file
from flake8_incall.runtime.rejection import refused


@dataclass(frozen=True)
class CheckedFile:
    """A file that was read once and checked.

    Attributes:
        path: The file.
        diagnostics: Why it is not loaded.
        problem: Why it could not be checked.
        module: The Python of a .py file with in-call functions.
        document: What a function document holds.
        passed_over: Which of its functions are no in-call functions, and why.
    """

    path: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    problem: Problem | None = None
    module: Module | None = None
    document: Document | None = None
    passed_over: list[str] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it may be loaded."""
        return bool(self.diagnostics) or self.problem is not None


def checked_files(path: str, options: Options, *, allow_private_hosts: bool = False) -> list[CheckedFile]:
    """Read and check a .py file, a function document, or a folder of both, in the order of their names.

    Options come from nowhere else: what may run does not depend on the folder that a process was started in.

    Raises:
        Rejected: There is no such file or folder, or nothing in it that can be loaded.
    """
    if not os.path.exists(path):
        raise refused(path, "there is no such file or folder")
    is_folder = os.path.isdir(path)
    if not is_folder and not path.endswith(".py") and not is_document_file(path):
        raise refused(path, "is neither a .py file nor a function document, which is a .json file")
    names = _files_below(path) if is_folder else [path]
    files = [_checked(name, options, allow_private_hosts, is_named=not is_folder) for name in names]
    if not any(file.module or file.document or file.is_refused for file in files):
        why = "".join(f"; {note}" for file in files for note in file.passed_over if not is_folder)
        raise refused(path, f"has no in-call function{why}")
    return files


def _files_below(folder: str) -> Iterator[str]:
    unlisted: list[str] = []
    for parent, folders, names in os.walk(folder, onerror=lambda error: unlisted.append(error.filename)):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")))
        yield from (
            os.path.join(parent, name) for name in sorted(names) if name.endswith(".py") or is_document_file(name)
        )
    # Reading these as files says why they cannot be listed.
    yield from unlisted


def _checked(path: str, options: Options, allow_private_hosts: bool, *, is_named: bool) -> CheckedFile:
    def work(name: str, data: bytes) -> CheckedFile:
        if not is_document_file(name):
            return _checked_python(name, data, options)
        if not is_named and not may_hold_functions(data.decode(errors="replace")):
            return CheckedFile(name)
        return _checked_document(name, document_text(data), options, allow_private_hosts)

    found = attempt(path, path, work)
    return CheckedFile(path, problem=found) if isinstance(found, Problem) else found


def _checked_python(path: str, data: bytes, options: Options) -> CheckedFile:
    lines = decode(data)
    if lines:
        lines[0] = lines[0].removeprefix("\ufeff")
    report = Engine(options).check(path, lines, parse("".join(lines)))
    passed_over = [f"`{other.name}`: {other.why}" for other in report.passed_over if other.name is not None]
    found = list(report.findings)
    if found:
        found = _unsuppressed(found, path, lines, options)
    loaded = report.module if report.functions else None
    return CheckedFile(path, found, module=loaded, passed_over=passed_over)


def _checked_document(path: str, text: str, options: Options, allow_private_hosts: bool) -> CheckedFile:
    report = Engine(options, allow_private_hosts=allow_private_hosts).check(path, text)
    passed_over = [other.why for other in report.passed_over if other.name is None]
    document = report.document if report.functions else None
    return CheckedFile(path, list(report.findings), document=document, passed_over=passed_over)


def _unsuppressed(found: list[Diagnostic], path: str, lines: list[str], options: Options) -> list[Diagnostic]:
    """Leave out what `noqa` comments hide, by flake8's own reading of them; under `gate` they hide nothing."""
    from flake8_incall.flake8_host import Source, Suppressions, load_options

    values = load_options({"isolated": True, "disable_noqa": options.profile == "gate"})
    source = Source(path, list(lines), values)
    if source.is_opted_out:
        return []
    suppressions = Suppressions(values)
    return [d for d in found if suppressions.keep(d, source.noqa_line(d.start.line))]


def first_definition(module: Module) -> str | None:
    """The text of a snippet as far as the platform runs it: its first `def`, in its own lines; `None` without one."""
    functions = module.fact(discover).functions
    if not functions or functions[0].node not in module.tree.body:
        return None
    node = functions[0].node
    first = first_line(node)
    return "\n" * (first - 1) + "".join(module.lines[first - 1 : node.end_lineno])


def first_line(node: FunctionNode) -> int:
    """The line at which a function begins, as its code object has it: that of its first decorator."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
