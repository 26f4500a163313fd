"""Effects on the worker itself that a `try` guards: files, processes, databases in a file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from flake8_incall.catalogue import Api, Effect
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode, find
from flake8_incall.model.errors.failures import Failures
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Local, Outside

_EFFECTS: frozenset[Effect] = frozenset({"filesystem", "process"})
# What a handler for failures takes; `FileNotFoundError` is one answer among others.
_FAILURES = frozenset({"builtins.OSError", "builtins.Exception", "builtins.BaseException"})
_MOST_HELPERS = 20


def guarded_effect(taker: ast.ExceptHandler | ast.withitem, module: Module) -> str:
    """The first effect on files or processes whose failure a handler or `suppress(...)` takes; `""` for none.

    Args:
        taker: A handler of the module, or an item of a `with`.
        module: The module.
    """
    handlers = module.fact(Failures).handlers
    taken = handlers.taken(taker)
    classes = module.fact(References).classes
    for api in _called(handlers.guarded(taker), module):
        raised = {classes.qualified(name) for name in api.raises or ()} - {"builtins.OSError"}
        if not taken.isdisjoint(_FAILURES) or any(raised & {*classes.ancestors(type_)} for type_ in taken):
            return api.name
    return ""


def _called(body: list[ast.stmt], module: Module) -> Iterator[Api]:
    """The APIs with an effect that statements call, in themselves and in the helpers that they mention."""
    deletes = partial(module.catalogue.has, "deletes-files")
    pending: list[ast.AST] = list(body)
    seen: set[ast.AST] = set()
    while pending:
        for call in sorted(find(ast.Call, pending.pop(0)), key=lambda node: (node.lineno, node.col_offset)):
            for callee in (call.func, *call.args):
                for referent in module.fact(References).of(callee):
                    if isinstance(referent, Outside):
                        api = module.catalogue.api(referent.name)
                        if api is not None and _has_effect(api, module) and not deletes(referent.name):
                            yield api
                    helper = referent.definition if isinstance(referent, Local) else None
                    if isinstance(helper, FunctionNode) and helper not in seen and len(seen) < _MOST_HELPERS:
                        seen.add(helper)
                        pending += helper.body


def _has_effect(api: Api, module: Module) -> bool:
    owner = module.catalogue.type(api.name.rpartition(".")[0])
    return bool(api.effects & _EFFECTS) or (owner is not None and owner.on_file and bool(api.raises))
