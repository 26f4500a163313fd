"""5xx: checks that are off go on, loaders and imports are the harmless ones."""

from __future__ import annotations

import ast
import re

from flake8_incall.diagnostics import Fix
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.code.module import Module
from flake8_incall.model.edits.arguments import without_item, without_keyword
from flake8_incall.model.edits.imports import spelling
from flake8_incall.model.edits.text import replaced
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of
from flake8_incall.repairs.imports import root_of, without_import_of
from flake8_incall.repairs.naming import side_by_side


def checking(at: ast.AST, module: Module) -> Fix | None:
    """Leave out the argument that switches a check off, or switch it on."""
    parent = module.parents[at]
    if isinstance(parent, ast.keyword) and isinstance(at, ast.Constant | ast.Attribute):
        call = module.parents[parent]
        edit = without_keyword(module, call, parent) if isinstance(call, ast.Call) else None
        return Fix((edit,), is_safe=False) if edit is not None else None
    if isinstance(at, ast.Assign):
        return _switched(at.value, module)
    if isinstance(at, ast.Call):
        return next((fix for value in (at.func, *at.args) if (fix := _switched(value, module)) is not None), None)
    return _switched(at, module) if isinstance(at, ast.expr) else None


def verifying(at: ast.AST, module: Module) -> Fix | None:
    """Refuse hosts without a known key."""
    if isinstance(at, ast.Call):
        keyword = next((k for k in at.keywords if k.arg == "known_hosts"), None)
        edit = without_keyword(module, at, keyword) if keyword is not None else None
        if keyword is None:
            return _switched(at.func, module)
        return Fix((edit,), is_safe=False) if edit is not None else None
    return _switched(at, module) if isinstance(at, ast.Attribute) else None


def with_safe_loader(at: ast.AST, module: Module) -> Fix | None:
    """Load YAML as data: `yaml.safe_load(text)` for `yaml.load(text, Loader=...)`."""
    call = module.index.call_of(at)
    twins = {api.twin for _, api in module.fact(Calls).apis(at)} if isinstance(at, ast.expr) else set()
    home, _, name = next(iter(twins), "").rpartition(".")
    if home != "yaml" or len(twins) > 1 or call is None or not call.args:
        return None
    if isinstance(at, ast.Attribute):
        edits = [replaced(module, at, f"{module.segment(at.value)}.{name}")]
    else:
        safe = spelling(module, at, home, name, by_name=True)
        if safe is None:
            return None
        edits = [*safe.edits, replaced(module, at, safe.text)]
    items: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    if len(items) > 1:
        edit = without_item(module, items, items[1])
        if len(items) > 2 or edit is None:
            return None
        edits.append(edit)
    return Fix(tuple(edits), is_safe=all(_is_of_yaml(item, module) for item in items[1:]))


def _is_of_yaml(loader: ast.expr | ast.keyword, module: Module) -> bool:
    """Whether a loader is one of the library: another may read tags that its own text has."""
    value = loader.value if isinstance(loader, ast.keyword) else loader
    names = names_of(module.fact(References).of(value))
    return bool(names) and all(name.startswith("yaml.") for name in names)


def evaluated(at: ast.AST, module: Module) -> Fix | None:
    """Write an expression in the place of the text that `eval` is given, or read the text as data."""
    call = module.index.call_of(at)
    if call is None or len(call.args) != 1 or call.keywords or not isinstance(at, ast.expr):
        return None
    if {api.twin for _, api in module.fact(Calls).apis(at)} != {"ast.literal_eval"}:
        return None
    match call.args[0]:
        case ast.Constant(value=str(text)):
            written = _expression(text.strip())
            return Fix((replaced(module, call, written),)) if written else None
        case ast.Constant() | ast.JoinedStr():
            return None
    known = spelling(module, call, "ast", "literal_eval")
    return Fix((*known.edits, replaced(module, at, known.text)), is_safe=False) if known is not None else None


def _expression(text: str) -> str:
    """An expression as it is written inside another; `""` for a text that is none, or none of one line."""
    try:
        body = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return ""
    is_atom = isinstance(body, ast.Name | ast.Call | ast.Constant | ast.Attribute | ast.Subscript | ast.List | ast.Dict)
    return "" if "\n" in text else text if is_atom else f"({text})"


def imported(at: ast.AST, module: Module) -> Fix | None:
    """Import a module by an `import` where its name is written down."""
    call = module.index.call_of(at)
    match call:
        case ast.Call(args=[ast.Constant(value=str(name))], keywords=[]) if name.isidentifier():
            if module.catalogue.forbidden_module(name) is not None:
                return None
            statement = module.parents[call]
            if isinstance(statement, ast.Assign) and [type(t) for t in statement.targets] == [ast.Name]:
                return _as_statement(statement, name, at, module)
            known = spelling(module, call, name)
            if known is None:
                return None
            gone = without_import_of(root_of(at), module, [call])
            return Fix((*side_by_side(known.edits), replaced(module, call, known.text), *gone))
    return None


def _as_statement(statement: ast.Assign, name: str, at: ast.AST, module: Module) -> Fix:
    """Write `import name` for `name = import_module("name")`."""
    target = module.segment(statement.targets[0])
    text = f"import {name}" if target == name else f"import {name} as {target}"
    return Fix((replaced(module, statement, text), *without_import_of(root_of(at), module, [statement])))


def without_import(statement: ast.stmt, forbidden: str, module: Module) -> Fix | None:
    """Take out the import of a module that nothing uses."""
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return None
    aliases = [alias for alias in statement.names if f"{alias.name}.".startswith(f"{forbidden}.")]
    aliases = statement.names if isinstance(statement, ast.ImportFrom) else aliases
    names = [alias.asname or alias.name.partition(".")[0] for alias in aliases]
    edits = without_import_of(names[0], module) if len(names) == 1 else ()
    return Fix(edits) if edits else None


def _switched(value: ast.expr, module: Module) -> Fix | None:
    """Write the value that keeps a check on in the place of one that is known to switch it off."""
    text = ""
    match value:
        case ast.Constant(value=False):
            text = "True"
        case ast.Constant(value=str(name)) if name.endswith("NONE"):
            text = f'"{name.removesuffix("NONE")}REQUIRED"'
        case ast.Attribute(value=base, attr=name) if (checked := _checked(name)) != name:
            text = f"{module.segment(base)}.{checked}"
    return Fix((replaced(module, value, text),), is_safe=False) if text else None


def _checked(name: str) -> str:
    """The name beside one of a module that checks what that one does not: `CERT_REQUIRED` for `CERT_NONE`."""
    if name.startswith("PROTOCOL_"):
        return "PROTOCOL_TLS_CLIENT"
    name = re.sub(r"^(?:TLS|SSL)v\d(?:_1)?$", "TLSv1_2", name)
    name = re.sub(r"^(?:AutoAdd|Warning)Policy$", "RejectPolicy", name)
    return name.replace("CERT_NONE", "CERT_REQUIRED").replace("_create_unverified_context", "create_default_context")
