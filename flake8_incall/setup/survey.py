"""Look through a project for in-call functions, and choose the profile that fits them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module, may_hold_in_call_functions
from flake8_incall.model.code.names import Names
from flake8_incall.model.code.source import parse, split_lines
from flake8_incall.options import Options, Profile
from flake8_incall.reading import holds_functions, list_folder


@dataclass(slots=True)
class Survey:
    """What a project holds.

    Attributes:
        agents: Python files with tools of LiveKit agents, as paths below the project with `/`.
        platform: Python files with functions for the platform.
        documents: Function documents.
        has_snippets: Whether a Python file uses the platform's injected names without imports.
    """

    agents: list[str] = field(default_factory=list)
    platform: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    has_snippets: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is no in-call function to choose a profile by."""
        return not (self.agents or self.platform or self.documents)

    @property
    def profile(self) -> Profile:
        """The profile of the project; of one with both kinds, that of the platform's functions."""
        return "livekit" if self.agents and not (self.platform or self.documents) else "contract"

    @property
    def agent_globs(self) -> list[str]:
        """Globs of the agents' files in a project of the platform: folders in which nothing else is, else files."""
        if self.profile == "livekit":
            return []
        others = [PurePosixPath(path) for path in (*self.platform, *self.documents)]
        return sorted({_widest(PurePosixPath(path), others) for path in self.agents})

    def __str__(self) -> str:
        parts = [
            (len(self.agents), "Python file with tools of LiveKit agents", "Python files with tools of LiveKit agents"),
            (len(self.platform), "Python file with platform functions", "Python files with platform functions"),
            (len(self.documents), "function document", "function documents"),
        ]
        found = [f"{count} {one if count == 1 else many}" for count, one, many in parts if count]
        return ", ".join(found) or "no in-call functions yet"


def survey(root: Path) -> Survey:
    """Look through the Python and JSON files of a project; hidden folders and installed packages are left out."""
    found = Survey()
    for path in sorted(list_folder(str(root), is_excluded=lambda path: os.path.basename(path).startswith(".")).files):
        name = Path(path).relative_to(root).as_posix()
        if name.lower().endswith(".json"):
            if holds_functions(path):
                found.documents.append(name)
        elif name.endswith(".py"):
            _look_into(path, name, found)
    return found


def _look_into(path: str, name: str, found: Survey) -> None:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        if not may_hold_in_call_functions(text):
            return
        module = Module(name, split_lines(text), parse(text), Options())
        functions = module.fact(discover).functions
    except (OSError, SyntaxError, UnicodeError):
        # `check` says what is wrong with the file.
        return
    if not functions:
        return
    (found.agents if _is_agent(functions) else found.platform).append(name)
    found.has_snippets |= module.fact(Names).is_snippet


def _is_agent(functions: list[InCallFunction]) -> bool:
    """Whether functions are tools of a LiveKit agent: methods, or registered tools of which none returns a dict."""
    registered = [function for function in functions if function.registration is not None]
    return any("." in function.qualified_name for function in functions) or (
        bool(registered) and not any(_returns_dict(function) for function in functions)
    )


def _returns_dict(function: InCallFunction) -> bool:
    import ast

    returns = function.node.returns
    return returns is not None and "dict" in ast.unparse(returns).lower()


def _widest(path: PurePosixPath, others: list[PurePosixPath]) -> str:
    for parent in list(path.parents)[-2::-1]:
        if not any(parent in other.parents for other in others):
            return f"{parent}/"
    return f"./{path}"
