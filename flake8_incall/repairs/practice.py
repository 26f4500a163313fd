"""9xx: what is logged, and where imports stand."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable

from flake8_incall.diagnostics import Edit, Fix, Position
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode, find
from flake8_incall.model.edits.arguments import without_keyword
from flake8_incall.model.edits.statements import indentation, statement_at_head
from flake8_incall.model.edits.text import inserted, replaced
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of
from flake8_incall.model.practice.snippets import Beside
from flake8_incall.repairs.answers import logged

_PASSED_OVER = frozenset({"end", "file", "flush", "sep", "stream"})


def in_log(call: ast.expr, name: str, function: InCallFunction) -> Fix | None:
    """The logger in the place of `print`; in a handler, or for standard error, as an error."""
    module = function.module
    if not isinstance(call, ast.Call) or not call.args or any(isinstance(value, ast.Starred) for value in call.args):
        return None
    if not module.index.is_dropped(call) or not all(keyword.arg in _PASSED_OVER for keyword in call.keywords):
        return None
    level = "error" if _is_error(call, name, module) else "info"
    log = logged(call, function, call=f".{level}")
    is_one = len(call.args) == 1
    if log is None or not (is_one or name == "print") or name.endswith("writelines"):
        return None
    edits: list[Edit | None] = [*log.edits, replaced(module, call.func, log.line)]
    if not is_one or name.endswith("pprint"):
        separator = next((keyword.value for keyword in call.keywords if keyword.arg == "sep"), ast.Constant(" "))
        if not isinstance(separator, ast.Constant) or not isinstance(separator.value, str):
            return None
        between = json.dumps(separator.value.replace("%", "%%"), ensure_ascii=False)[1:-1]
        fields = between.join(["%s"] * len(call.args))
        edits.append(inserted(module.start(call.args[0]), f'"{fields}", '))
    edits += [without_keyword(module, call, keyword) for keyword in call.keywords]
    return Fix(tuple(edit for edit in edits if edit is not None)) if all(edits) else None


def inside(module: Module, item: Beside, functions: Iterable[InCallFunction]) -> Fix | None:
    """An import inside the one function that needs it; none where the platform brings the name itself."""
    node = item.node
    if not isinstance(node, ast.Import | ast.ImportFrom) or indentation(module, node) != "":
        return None
    end = module.end(node)
    rest = module.lines[end.line - 1][end.column :]
    comment = rest.lstrip()
    if comment and not comment.startswith("#"):
        return None
    last = Position(end.line, end.column + len(rest) - len(comment)) if comment else Position(end.line + 1, 0)
    out = Edit(module.start(node), last, "")
    if item.is_injected:
        return Fix((out,), is_safe=module.is_document)
    readers = [function.node for function in functions if _reads(function.node, item.names)]
    is_elsewhere = any(
        name.id in item.names and not any(module.index.is_inside(name, reader) for reader in readers)
        for name in module.index.nodes(ast.Name)
    )
    if len(readers) != 1 or is_elsewhere or any(name.id in item.names for name in _signature_names(readers[0])):
        return None
    edit = statement_at_head(module, readers[0], ast.unparse(node))
    return Fix((out, edit), is_safe=module.is_document) if edit is not None else None


def _is_error(call: ast.Call, name: str, module: Module) -> bool:
    streams = [names_of(module.fact(References).of(k.value)) for k in call.keywords if k.arg in ("file", "stream")]
    around = (outer for outer, _ in module.index.outward(call))
    in_handler = any(isinstance(outer, ast.ExceptHandler) for outer in around)
    return in_handler or name.startswith("sys.stderr") or any("sys.stderr" in names for names in streams)


def _reads(function: FunctionNode, names: tuple[str, ...]) -> bool:
    return any(node.id in names for node in find(ast.Name, *function.body))


def _signature_names(function: FunctionNode) -> Iterable[ast.Name]:
    returns = [function.returns] if function.returns is not None else []
    return find(ast.Name, function.args, *returns, *function.decorator_list)
