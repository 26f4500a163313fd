"""Which of flake8's decisions count for which file."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flake8_incall.configuration import Configuration
from flake8_incall.flake8_host import Suppressions, without_suppressions


@dataclass(frozen=True, slots=True)
class Host:
    """What flake8 decides about the findings of files.

    Attributes:
        flake8: Its options.
        suppressions: Its decisions by them.
    """

    flake8: Namespace
    suppressions: Suppressions


class Hosts:
    """The two hosts of a run: in files with the profile `gate` nothing that their author writes hides a finding."""

    def __init__(self, configuration: Configuration, flake8: Namespace, told: Mapping[str, Any]) -> None:
        """Create the hosts.

        Args:
            configuration: The options of the project.
            flake8: The options of flake8.
            told: What of these the command line sets.
        """
        self._configuration = configuration
        self._hosts: dict[bool, Host] = {False: Host(flake8, Suppressions(flake8))}
        if "gate" in configuration.profiles():
            values = without_suppressions(flake8, told)
            self._hosts[True] = Host(values, Suppressions(values))

    @property
    def default(self) -> Host:
        """The host of files that no override is about."""
        return self._hosts[self._configuration.options.profile == "gate"]

    def host_for(self, path: str) -> Host:
        """Return the host of a file, by its name in diagnostics."""
        return self._hosts[self._configuration.options_for(path).profile == "gate"]
