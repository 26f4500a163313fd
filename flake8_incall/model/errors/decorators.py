"""Decorators that may catch the exceptions of the function below them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flake8_incall.model.code.tree import below, find, uncalled
from flake8_incall.model.objects.decorators import Decoration
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Local

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# A decorator from elsewhere that catches exceptions says so in its name or in an argument's: `@answering_errors`,
# `@retry(retry_error_callback=...)`, `@guarded(fallback=...)`. One that says nothing of it is there to observe.
_SPEAKING_OF_ERRORS = re.compile(
    r"(?:^|_)(?:err(?:or)?s?|exc(?:eption)?s?|except|fail(?:ure|ures|safe|s)?|safe(?:ly)?|catch(?:es|ing)?|try"
    r"|handl(?:e|es|er|ers|ed|ing)|guard(?:s|ed)?|fallback|suppress(?:es|ed)?|swallow(?:s|ed)?|recover(?:s|y)?"
    r"|resilien(?:t|ce|cy)|graceful(?:ly)?|default|shield(?:ed)?|protect(?:s|ed)?|ignor(?:e|es|ing)|on_giveup)(?:_|$)"
)


def may_catch(decoration: Decoration, module: Module) -> bool:
    """Whether a decorator may catch exceptions: one of this module by its body, one from elsewhere by its words."""
    if decoration.kind == "catches" or (decoration.kind == "repeats" and decoration.exceptions == "unknown"):
        return decoration.exceptions == "unknown"
    if decoration.kind not in ("own", "unknown"):
        return False
    node = decoration.node
    called = uncalled(node)
    bodies = [r.definition for r in module.fact(References).of(called) if isinstance(r, Local)]
    if bodies:
        return any(isinstance(node, ast.Try | ast.TryStar | ast.With) for node in below(*bodies))
    words = [node.id for node in find(ast.Name, called)]
    words += [node.attr for node in find(ast.Attribute, called)]
    words += [keyword.arg or "" for keyword in getattr(node, "keywords", ())]
    return any(_SPEAKING_OF_ERRORS.search(_snake(word)) for word in words)


def _snake(word: str) -> str:
    """A name in lower case with `_` between its words: `handleErrors` as `handle_errors`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", word).lower()
