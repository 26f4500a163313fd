"""Where `function_tool` (or `incall_tool`) makes something a tool: as a decorator, as a call, curried, by an alias."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.catalogue.platform import TOOL_MAKERS, is_tool_maker
from flake8_incall.model.calls.function import Registration
from flake8_incall.model.code.tree import FunctionNode, below
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import definitions_of, names_of, only_definition
from flake8_incall.model.objects.written import written
from flake8_incall.model.signature.written_values import WrittenValues

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module


@dataclass(frozen=True, slots=True)
class Registered:
    """Something that is made a tool.

    Attributes:
        at: The decorated definition, or the call that makes the tool.
        node: The definition that becomes the tool; `None` when it is no definition of this file.
        what: What it is where it is no function, as a phrase; empty for functions.
        reason: Why it counts, as a clause.
        registration: What was told about it.
    """

    at: ast.AST
    node: FunctionNode | None
    what: str
    reason: str
    registration: Registration


def registrations(module: Module) -> tuple[Registered, ...]:
    """Everything in a module that is made a tool, decorated things first: a fact."""
    # However it is imported, it is named somewhere: most files without are spared the search.
    is_named = any(maker in line for line in module.lines for maker in TOOL_MAKERS)
    return tuple(_registrations(module)) if is_named else ()


def _registrations(module: Module) -> Iterator[Registered]:
    makers = _Makers(module)
    decorators: set[ast.AST] = set()
    for node in module.index.nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
        for decorator in node.decorator_list:
            maker = makers.read(decorator)
            if maker is not None:
                decorators.update(below(decorator))
                yield _decorated(node, maker)
    for call in module.index.nodes(ast.Call):
        if call not in decorators:
            yield from _called(module, makers, call)


@dataclass(frozen=True, slots=True)
class _Maker:
    """`function_tool` as it is written in one place, with what it was told so far."""

    name: str
    registration: Registration


class _Makers:
    """Recognises `function_tool`, `function_tool(...)` without a function, and names bound to these."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._references = module.fact(References)

    def may_be(self, node: ast.expr) -> bool:
        """The cheap look: an attribute is a maker by its own name, or where the module gives it a value."""
        return not isinstance(node, ast.Attribute) or node.attr in TOOL_MAKERS or node.attr in self._attributes

    @cached_property
    def _attributes(self) -> frozenset[str]:
        """The attributes that the module gives values."""
        index, names = self._module.index, self._module.names
        bound = {name for node in index.nodes(ast.ClassDef) for name in names.scope(node).bindings}
        stored = {node.attr for node in index.nodes(ast.Attribute) if isinstance(node.ctx, ast.Store)}
        return frozenset(bound | stored | {node.arg for node in index.nodes(ast.keyword) if node.arg})

    def read(self, node: ast.expr, depth: int = 0) -> _Maker | None:
        """The maker that an expression stands for, if it is one."""
        if depth > _LONGEST_ALIAS:
            return None
        made = written(node, self._references)
        told = self._told(made, depth) if isinstance(made, ast.Call) else None
        return told or self._named(node) or self._own(node, depth)

    def _told(self, call: ast.Call, depth: int) -> _Maker | None:
        """The maker in `function_tool(name="x")` and in `functools.partial(function_tool, name="x")`."""
        is_partial = "functools.partial" in names_of(self._references.of(call.func)) and len(call.args) == 1
        maker = self.read(call.args[0] if is_partial else call.func, depth + 1)
        is_curried = is_partial or not tool_argument(call)
        return _Maker(maker.name, _told(call, self._module)) if maker is not None and is_curried else None

    def _named(self, node: ast.expr) -> _Maker | None:
        makers = (name for name in names_of(self._references.of(node)) if is_tool_maker(name))
        return next((_Maker(name.rpartition(".")[2], Registration()) for name in makers), None)

    def _own(self, node: ast.expr, depth: int) -> _Maker | None:
        """The maker that a decorator of the module calls: `def tool(function): return function_tool(function)`."""
        match only_definition(self._references.of(node)):
            case ast.FunctionDef(decorator_list=[], body=[*_, ast.Return(value=ast.Call() as made)]) as definition:
                parameters = [argument.arg for argument in definition.args.args]
                maker = self.read(made.func, depth + 1)
                match tool_argument(made):
                    case ast.Name(id=name) if maker is not None and name in parameters[:1]:
                        return _Maker(maker.name, _told(made, self._module)) if made.keywords else maker
        return None


_LONGEST_ALIAS = 5


def tool_argument(call: ast.Call) -> ast.expr | None:
    """The function that a call of `function_tool` is given, if any."""
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "f")]
    return given[0] if given and not isinstance(given[0], ast.Starred) else None


def _told(call: ast.Call, module: Module) -> Registration:
    """What the arguments of a call of `function_tool` say."""
    arguments = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    is_open = any(keyword.arg is None for keyword in call.keywords)
    schema = arguments.get("raw_schema")
    if isinstance(schema, ast.Constant) and schema.value is None:
        schema = None
    values, given = module.fact(WrittenValues), {name: arguments.get(name) for name in ("name", "description")}
    told = values.value(schema) if schema is not None else {"name": _constant(given["name"], values)}
    name = told.get("name") if isinstance(told, dict) else None
    return Registration(
        name=name if isinstance(name, str) and name else None,
        has_name=schema is not None or _says_something(given["name"]) or is_open,
        description=_text(given["description"]),
        has_description=_says_something(given["description"]) or is_open,
        name_node=given["name"] if schema is None and _says_something(given["name"]) else None,
        description_node=given["description"] if _says_something(given["description"]) else None,
        raw_schema=schema,
        takes_care_of_duplicates=_text(arguments.get("on_duplicate", ast.Constant("allow"))) != "allow",
    )


def _constant(node: ast.expr | None, values: WrittenValues) -> object:
    return values.value(node) if node is not None else None


def _says_something(node: ast.expr | None) -> bool:
    """Whether an argument is there and is no constant that counts as none: LiveKit takes `""` like `None`."""
    return node is not None and not (isinstance(node, ast.Constant) and not node.value)


def _text(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _decorated(node: FunctionNode | ast.ClassDef, maker: _Maker) -> Registered:
    reason = f"decorated with `{maker.name}`"
    if isinstance(node, ast.ClassDef):
        return Registered(node, None, f"the class `{node.name}`", reason, maker.registration)
    return Registered(node, node, "", reason, maker.registration)


def _called(module: Module, makers: _Makers, call: ast.Call) -> Iterator[Registered]:
    """What a call makes a tool: `function_tool(f, ...)` or `function_tool(...)(f)`."""
    given = tool_argument(call)
    maker = makers.read(call.func) if given is not None and makers.may_be(call.func) else None
    if maker is None or given is None:
        return
    references = module.fact(References)
    argument = written(given, references)
    is_told_here = bool(call.keywords) and maker.registration == Registration()
    told = _told(call, module) if is_told_here else maker.registration
    reason = f"passed to `{maker.name}`"
    if isinstance(argument, ast.Lambda):
        yield Registered(call, None, "a lambda", reason, told)
        return
    if isinstance(argument, ast.Call):
        if "functools.partial" in names_of(references.of(argument.func)):
            yield Registered(call, None, "a `functools.partial`", reason, told)
        return
    for definition in definitions_of(references.of(argument)):
        if isinstance(definition, ast.ClassDef):
            yield Registered(call, None, f"the class `{definition.name}`", reason, told)
        else:
            yield Registered(call, definition, "", reason, told)
