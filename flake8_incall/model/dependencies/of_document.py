"""Dependencies of the functions of a document: each is judged by its own object, and by who has its name before it."""

from __future__ import annotations

from flake8_incall.model.dependencies.dependency import Dependency
from flake8_incall.model.dependencies.pieces import digest_of
from flake8_incall.model.documents.document import Document, DocumentFunction


def dependencies_of(document: Document) -> dict[str, tuple[Dependency, ...]]:
    """The dependencies of each function, by its name; `""` for functions without one."""
    found: dict[str, tuple[Dependency, ...]] = {}
    for function in document.functions:
        name = function.label or ""
        found[name] = (*found.get(name, ()), _own(function))
    return found


def _own(function: DocumentFunction) -> Dependency:
    text = function.places.text[function.value.start : function.value.end]
    digest = digest_of(text if function.namesake is None else f"{text} behind another")
    return Dependency("document", function.label or "", function.places.of(function.value), digest)
