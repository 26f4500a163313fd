"""What all functions of one load have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flake8_incall.model.code.module import Module
from flake8_incall.options import Profile
from flake8_incall.runtime.basic.client import Http
from flake8_incall.runtime.execution import Execute, remember_lines
from flake8_incall.runtime.guard.denials import Denied
from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.platform_names import missing_names, missing_secrets, platform_names
from flake8_incall.runtime.rejection import refused


@dataclass(frozen=True)
class Setting:
    """What all functions of one load have in common.

    Attributes:
        profile: What they have passed.
        limits: What a call of each may take.
        secrets: What they may use, by name.
        http: The client of the basic functions.
        execute: How their text is executed.
        stand_ins: What stands for the platform's own names that are not provided.
    """

    profile: Profile
    limits: Limits
    secrets: Mapping[str, str]
    http: Http
    execute: Execute
    stand_ins: Mapping[str, object]

    def namespace(self, module: Module, text: str, label: str) -> dict[str, Any]:
        """Execute the text of a module; a snippet finds the platform's names.

        Args:
            module: What was checked.
            text: The module's text, or the part of it that is run.
            label: What tracebacks call it.

        Raises:
            Rejected: It reads a name or a secret that does not exist here, or cannot be executed.
        """
        names = platform_names(self.secrets, self.stand_ins) if module.names.is_snippet else {}
        for node, advice in missing_names(module, names) if names else ():
            raise refused(label, advice, module.start(node))
        for read, advice in missing_secrets(module, names) if names else ():
            raise refused(label, advice, module.start(read))
        remember_lines(text, label)
        try:
            return self.execute(text, label, names)
        except ModuleNotFoundError as error:
            raise refused(label, f"imports `{error.name}`, which is not installed here: install it") from error
        except (Exception, SystemExit, Denied) as error:
            words = " ".join(f"{type(error).__name__}: {error}".split())
            raise refused(label, f"cannot be executed: {words}") from error
