"""Loads the functions of files that pass the check, as LiveKit tools."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from livekit.agents.llm import Tool

from flake8_incall.options import OptionError, Options, Profile
from flake8_incall.runtime.basic.client import Http
from flake8_incall.runtime.choice import files_with
from flake8_incall.runtime.demands import check_mapping, check_settings
from flake8_incall.runtime.execution import Execute, execute
from flake8_incall.runtime.from_documents import document_tools
from flake8_incall.runtime.from_python import module_tools
from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.rejection import Rejected, refused
from flake8_incall.runtime.results import logger
from flake8_incall.runtime.setting import Setting
from flake8_incall.runtime.sources import CheckedFile, checked_files

OnRejected = Literal["raise", "skip"]
_DEFAULT = Limits()


def load_tools(
    path: str | os.PathLike[str],
    *,
    profile: Profile = "contract",
    limits: Limits = _DEFAULT,
    secrets: Mapping[str, str] | None = None,
    allow_private_hosts: bool = False,
    on_rejected: OnRejected = "raise",
) -> list[Tool]:
    """Check in-call functions and load them as LiveKit tools. What runs is the text that was checked.

    Args:
        path: A .py file, a function document (.json), or a folder of both.
        profile: What to check; `gate` for code that others wrote, whose `noqa` comments count for nothing. It lets in
            the modules of its own list and no other: options in configuration files, such as `incall-allow`, do not
            count here, under no profile.
        limits: What a call may take.
        secrets: What `x_secrets` has, and what `x_secrets.NAME` in a header stands for. Read anew for each call.
        allow_private_hosts: Let basic functions connect to loopback and private addresses.
        on_rejected: With `"skip"`, a file that is refused is logged and the others are loaded.

    Returns:
        The tools in the order of the files and of their lines.

    Raises:
        Rejected: Functions do not pass the check, two have one name, or a file cannot be read or executed.
        OptionError: There is no such profile, or no such way for `on_rejected`.
        TypeError: The limits are no `Limits`, or the secrets no mapping.
    """
    secrets = secrets if secrets is not None else {}
    loader = Loader(profile, limits, secrets, Http(allow_private_hosts), on_rejected, allow_private_hosts)
    return loader.load(os.fspath(path))


@dataclass(frozen=True)
class Loader:
    """How functions are loaded; see `load_tools`.

    Attributes:
        profile: What to check.
        limits: What a call may take.
        secrets: What functions may use.
        http: The client of the basic functions.
        on_rejected: What becomes of the other files when one is refused.
        allow_private_hosts: Whether basic functions may name private hosts; that they connect is up to `http`.
        stand_ins: What stands for the platform's own names that are not provided.
    """

    profile: Profile
    limits: Limits
    secrets: Mapping[str, str]
    http: Http
    on_rejected: OnRejected
    allow_private_hosts: bool
    stand_ins: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_settings(limits=self.limits, profile=self.profile)
        check_mapping(self.secrets)
        # What is misspelled must not let functions be missing in silence.
        if self.on_rejected not in get_args(OnRejected):
            raise OptionError(f"on_rejected: {self.on_rejected!r} is neither 'raise' nor 'skip'")

    def load(self, path: str, *, only: str | None = None) -> list[Tool]:
        """Check and load; see `load_tools`.

        Args:
            path: A file or a folder.
            only: The tool that is wanted. What its file does not need for it keeps nothing from being loaded.
        """
        options = Options.from_values({"profile": self.profile})
        files = checked_files(path, options, allow_private_hosts=self.allow_private_hosts)
        if only is not None:
            files = files_with(only, files)
        found = [diagnostic for file in files for diagnostic in file.diagnostics]
        self._refuse(Rejected(found, [file.problem for file in files if file.problem]))
        setting = Setting(self.profile, self.limits, self.secrets, self.http, self._execute(), self.stand_ins)
        homes: dict[str, str] = {}
        loaded: list[Tool] = []
        failures: list[Rejected] = []
        for file in files:
            for note in file.passed_over:
                # Beside tools it is a helper; alone, it is what the file was written for.
                logger.log(logging.INFO if file.module else logging.WARNING, "%s: not loaded: %s", file.path, note)
            try:
                tools = [] if file.is_refused else _tools_of(file, setting)
                _claim_names(tools, file.path, homes)
                loaded += tools
            except Rejected as failure:
                failures.append(failure)
        self._refuse(Rejected([], [problem for failure in failures for problem in failure.problems]))
        return loaded

    def _execute(self) -> Execute:
        if self.profile != "gate":
            return execute
        from flake8_incall.runtime.guard import Guard

        return Guard().execute

    def _refuse(self, rejected: Rejected) -> None:
        if not rejected.diagnostics and not rejected.problems:
            return
        if self.on_rejected == "raise":
            raise rejected
        logger.error("not loaded:\n%s", rejected)


def _tools_of(file: CheckedFile, setting: Setting) -> list[Tool]:
    if file.module is not None:
        return module_tools(file.module, setting)
    return document_tools(file.document, file.path, setting) if file.document else []


def _claim_names(tools: Iterable[Tool], path: str, homes: dict[str, str]) -> None:
    """Keep for each tool which file it is from.

    Raises:
        Rejected: There is one of that name already. None of these tools is kept.
    """
    own: dict[str, str] = {}
    for tool in tools:
        if tool.id in homes or tool.id in own:
            other = homes.get(tool.id, "the same file")
            raise refused(path, f"has a tool `{tool.id}`, and so has {other}: give one of them another name")
        own[tool.id] = path
    homes |= own
