"""The dependency: something that the judgement of an in-call function has read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flake8_incall.diagnostics import Span

Kind = Literal["own", "function", "class", "constant", "statement", "import", "module", "sign", "document", "rules"]
Content = tuple[Kind, str, str]


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something that the judgement of an in-call function has read.

    Attributes:
        kind: What it is. `"own"` is the function itself with its decorators; `"function"`, `"class"` (its head),
            `"constant"`, `"import"` and `"statement"` are other parts of the file. `"module"` is another module that
            the file names and that was not read. `"sign"` is a mark anywhere in the file that decides how objects of
            unknown types are judged. `"document"` is the object of the function in a function document. `"rules"` is
            what the project's own rules find: they may look at any part of the file.
        name: Its qualified name: `"Desk.book"`, `"httpx"`, `".store"`; `""` for a statement that binds nothing. Of
            rules, their directory.
        span: Where it stands; of a module, where it is imported.
        digest: A digest of what was read of it; `""` for a module that was not read.
    """

    kind: Kind
    name: str
    span: Span
    digest: str

    @property
    def content(self) -> Content:
        """All but the place, which is equal in two texts in which nothing of it differs."""
        return (self.kind, self.name, self.digest)
