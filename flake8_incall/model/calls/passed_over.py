"""Reasons for which functions and files are passed over, as the summary of a run counts them."""

from __future__ import annotations

from enum import Enum


class Reason(Enum):
    """A reason, as a noun phrase and its plural: "undecorated function", "undecorated functions"."""

    UNDECORATED = ("undecorated function", "undecorated functions")
    MAIN = ("`main` function", "`main` functions")
    OTHER_DECORATOR = ("function with another decorator", "functions with another decorator")
    MARKED_HELPER = ("function marked `# incall: helper`", "functions marked `# incall: helper`")
    OTHER_TYPE = ("function of another type", "functions of other types")
    TEST_FILE = ("test file", "test files")
    OPTED_OUT = ("file marked `# flake8: noqa`", "files marked `# flake8: noqa`")
    INSTALLED = ("folder of installed packages", "folders of installed packages")
    NOT_A_DOCUMENT = ("JSON file that is not a function document", "JSON files that are not function documents")

    @property
    def is_of_file(self) -> bool:
        """Whether a whole file is passed over, and not a function of it."""
        return self in _OF_FILES

    def counted(self, count: int) -> str:
        """The reason with a number: `"2 test files"`."""
        return f"{count} {self.value[count != 1]}"


_OF_FILES = frozenset({Reason.INSTALLED, Reason.TEST_FILE, Reason.OPTED_OUT, Reason.NOT_A_DOCUMENT})
