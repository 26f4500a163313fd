"""From an annotation to a type tree, followed to the end: aliases, quotes, unions, fields of classes."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from flake8_incall.catalogue.parameter_types import PARAMETER_TYPES, ROOTS_OF_CLASSES, Role, canonical_type_name
from flake8_incall.catalogue.platform import LOOKALIKES
from flake8_incall.model.code.scopes import Binding, Kind, Use
from flake8_incall.model.code.tree import quoted
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import (
    UNBOUND,
    Outside,
    Referents,
    may_be_unbound,
    names_of,
    only_definition,
)
from flake8_incall.model.objects.written import written
from flake8_incall.model.signature.literals import Literals
from flake8_incall.model.signature.metadata import Metadata, read_metadata
from flake8_incall.model.signature.type_tree import Type, TypeKind

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module


_ROLES = {role: TypeKind[role.name] for role in Role}
# Written deeper than this, an annotation is nobody's, and reading it would recurse as deep.
_DEEPEST = 40
_UNION = "..."
_TRANSPARENT = frozenset({"typing.Required", "typing.NotRequired", "typing.ReadOnly"})
_QUALIFIERS = frozenset({"typing.Final", "typing.ClassVar"})
_ONLY_WITH_ARGUMENTS = frozenset({"typing.Optional", "typing.Union", "typing.Literal", "typing.Annotated"})
_LITERAL = "typing.Literal"
_CLASS_OBJECTS = frozenset({"builtins.type", "typing.Type"})
# pydantic leaves these out of a union, or builds them although no value of JSON fits: the rest of the union counts.
_OMITTED_IN_UNIONS = _CLASS_OBJECTS | {"typing.Callable", _LITERAL}
_UNHASHABLE = frozenset({TypeKind.LIST, TypeKind.DICT, TypeKind.TYPED_DICT})
_TYPE_VARIABLES = frozenset({"typing.TypeVar", "typing.AnyStr"})
_CLASS_MAKERS = frozenset(
    {"collections.namedtuple", "typing.NamedTuple", "dataclasses.make_dataclass", "pydantic.create_model"}
)
_INSTEAD_OF_CLASS = "`dict`, or a parameter for each field"


def is_context_name(name: str) -> bool:
    """Whether a qualified name is LiveKit's `RunContext`, or a module of the project may have it from there."""
    root, last = name.partition(".")[0], name.rpartition(".")[2]
    return last == "RunContext" and root not in LOOKALIKES and root not in sys.stdlib_module_names


def read_annotation(node: ast.expr, module: Module, use: Use) -> Type:
    """Read an annotation.

    Args:
        node: The annotation as written.
        module: The file it stands in.
        use: Where names are looked up when the annotation is evaluated late: quoted, or under
            `from __future__ import annotations`.
    """
    return _Reader(module, use, {}, is_late=module.evaluates_annotations_late).read(node)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one annotation; `deeper()` makes the reader of its parts."""

    module: Module
    late_use: Use
    # Classes and aliases read so far; one that is met while it is being read is unknown there.
    read_before: dict[object, Type]
    is_late: bool
    depth: int = 0

    def deeper(self, *, is_late: bool | None = None) -> _Reader:
        return replace(self, depth=self.depth + 1, is_late=self.is_late if is_late is None else is_late)

    def read(self, node: ast.expr) -> Type:
        if self.depth > _DEEPEST:
            return Type(TypeKind.UNKNOWN, "...")
        match node:
            case ast.Constant(value=None):
                return Type(TypeKind.NONE, "None")
            case ast.Constant(value=str(text)):
                return self._quoted(text)
            case ast.BinOp(op=ast.BitOr()):
                return self._piped(_flatten(node))
            case ast.Subscript():
                return self._subscript(node)
            case ast.Name() | ast.Attribute():
                return self._named(node)
            case ast.Call():
                return self._call(node)
            case ast.Lambda():
                return Type(TypeKind.FUNCTION, "lambda", is_refused=True)
            case ast.Constant() | ast.List() | ast.Tuple() | ast.Dict() | ast.Set():
                return Type(TypeKind.INVALID, ast.unparse(node), is_refused=True)
        return Type(TypeKind.UNKNOWN, "...")

    def _quoted(self, text: str) -> Type:
        for inner in quoted(text):
            return self.deeper(is_late=True).read(inner)
        return Type(TypeKind.UNRESOLVED, repr(text), is_refused=True)

    def _union(self, members: Sequence[ast.expr]) -> Type:
        read = [self.deeper().read(member) for member in members]
        parts = tuple(part for each in read for part in (each.arguments if each.text == _UNION else (each,)))
        if any(part.kind is not TypeKind.NONE and not _is_omitted(part) for part in parts):
            parts = tuple(replace(part, is_refused=False) if _is_omitted(part) else part for part in parts)
        described = any(part.has_description for part in read)
        dropped = any(part.has_dropped_text for part in read)
        return Type(TypeKind.UNION, _UNION, arguments=parts, has_description=described, has_dropped_text=dropped)

    def _piped(self, members: Sequence[ast.expr]) -> Type:
        """`a | b`, which is evaluated: a text or `None` has no `|` for another of them."""
        if all(isinstance(member, ast.Constant) for member in members):
            text = " | ".join(ast.unparse(member) for member in members)
            return Type(TypeKind.INVALID, text, is_refused=True, instead="quotes around the whole annotation")
        return self._union(members)

    # Names

    def _named(self, node: ast.Name | ast.Attribute) -> Type:
        text = ast.unparse(node)
        use = self._use(node)
        if use is None:
            return Type(TypeKind.UNKNOWN, text)
        if isinstance(node, ast.Name):
            bindings = self.module.names.bindings(node.id, use)
            if bindings and not any(_exists_at_run_time(binding) for binding in bindings):
                return Type(TypeKind.UNRESOLVED, text, is_refused=True)
            own = [binding for binding in bindings if binding.kind is not Kind.IMPORT]
            if len(bindings) == len(own) == 1:
                return self._once(own[0], partial(self._bound, own[0], text))
            contexts = (self._once(binding, partial(self._bound, binding, text)) for binding in own)
            # One of several: another stands in where LiveKit is not installed.
            context = next((found for found in contexts if found.kind is TypeKind.CONTEXT), None)
            if context is not None:
                return context
        references = self.module.fact(References)
        value = written(node, references, use)
        return self._meant(references.of(node, use), text) if value is node else self._alias(value, text)

    def _use(self, node: ast.Name | ast.Attribute) -> Use | None:
        """Where the first name of a dotted name is looked up."""
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return None
        in_place = None if self.is_late else self.module.names.use(root)
        if in_place is not None and sys.version_info >= (3, 14):
            return replace(in_place, order=self.late_use.order)
        return in_place or self.late_use

    def _once(self, key: object, read: Callable[[], Type]) -> Type:
        if key not in self.read_before:
            self.read_before[key] = Type(TypeKind.UNKNOWN, "...")
            self.read_before[key] = read()
        return self.read_before[key]

    def _bound(self, binding: Binding, text: str) -> Type:
        if isinstance(binding.node, ast.ClassDef):
            return self._class(binding.node, text)
        if binding.kind is Kind.DEFINITION:
            return Type(TypeKind.FUNCTION, text, is_refused=True)
        if binding.kind is Kind.TYPE_PARAMETER:
            return Type(TypeKind.ANY, text)
        if binding.kind is Kind.ASSIGNMENT and binding.value is not None:
            return self._alias(binding.value, text)
        return Type(TypeKind.UNKNOWN, text)

    def _alias(self, value: ast.expr, text: str) -> Type:
        alias = self.deeper(is_late=False).read(value)
        # A value that is not a type expression can still be made into one at run time.
        return alias if alias.kind is not TypeKind.INVALID else Type(TypeKind.UNKNOWN, text)

    def _meant(self, referents: Referents, text: str) -> Type:
        is_guessed = may_be_unbound(referents) and self.module.names.is_snippet
        if referents == UNBOUND or is_guessed:
            return Type(TypeKind.UNRESOLVED, text, is_refused=True)
        names = {canonical_type_name(name) for name in names_of(referents)}
        context = next(filter(is_context_name, sorted(names)), None)
        if context is not None:
            return _known(context, text)
        definition = only_definition(referents)
        if isinstance(definition, ast.ClassDef):
            return self._once(definition, partial(self._class, definition, text))
        is_known = len(names) == 1 and all(isinstance(referent, Outside) for referent in referents)
        return _known(names.pop(), text) if is_known else Type(TypeKind.UNKNOWN, text)

    # Generic types

    def _subscript(self, node: ast.Subscript) -> Type:
        head = self._head(node.value)
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if head.name in ("typing.Optional", "typing.Union"):
            members = self._union(items)
            none = (Type(TypeKind.NONE, "None"),) if head.name == "typing.Optional" else ()
            return replace(members, arguments=(*members.arguments, *none))
        if head.name == _LITERAL:
            return self._literal(items)
        if head.name == "typing.Annotated":
            return self._annotated(items)
        if head.name in _TRANSPARENT:
            return self.deeper().read(items[0])
        if head.name in _QUALIFIERS:
            inner = self.deeper().read(items[0])
            return replace(inner, is_refused=True) if self.is_late else inner
        if head.name in _CLASS_OBJECTS:
            return head
        if head.kind in (TypeKind.LIST, TypeKind.DICT, TypeKind.OTHER):
            arguments = tuple(self._items(items))
            is_unusable = self.module.catalogue.has("is-set", head.name) and any(
                argument.kind in _UNHASHABLE for argument in arguments
            )
            return replace(head, arguments=arguments, is_refused=head.is_refused or is_unusable)
        return head

    def _head(self, node: ast.expr) -> Type:
        if not isinstance(node, ast.Name | ast.Attribute):
            return Type(TypeKind.UNKNOWN, "...")
        return self._named(node)

    def _items(self, items: Sequence[ast.expr]) -> Iterator[Type]:
        for item in items:
            if not (isinstance(item, ast.Constant) and item.value is ...):
                yield self.deeper().read(item)

    def _literal(self, items: Sequence[ast.expr]) -> Type:
        values = list(Literals(self.module, self._use).read(items))
        if all(value.is_constant and not isinstance(value.constant, float) for value in values):
            return Type(TypeKind.LITERAL, "Literal", _LITERAL, values=tuple(value.constant for value in values))
        if any(value.is_unknown for value in values):
            return Type(TypeKind.UNKNOWN, "Literal", _LITERAL)
        text = f"Literal[{', '.join(map(ast.unparse, items))}]"
        is_refused = all(value.is_unsendable for value in values)
        return Type(TypeKind.OTHER, text, _LITERAL, is_refused=is_refused, instead="`Literal` with strings or integers")

    def _annotated(self, items: Sequence[ast.expr]) -> Type:
        inner, *metadata = items
        read = self.deeper().read(inner)
        if read.kind is TypeKind.CONTEXT:
            # LiveKit knows its context only when it stands there by itself.
            return Type(TypeKind.UNION, "Annotated[RunContext, ...]", arguments=(read,))
        found = {read_metadata(item, self.module, self._use) for item in metadata}
        return replace(
            read,
            has_description=read.has_description or not found.isdisjoint({Metadata.DESCRIPTION, Metadata.UNKNOWN}),
            has_dropped_text=read.has_dropped_text or Metadata.TEXT in found,
            is_constrained=any(isinstance(item, ast.Call) for item in metadata),
        )

    # Calls and classes

    def _call(self, node: ast.Call) -> Type:
        head, catalogue = self._head(node.func), self.module.catalogue
        text = head.text
        if head.name == "typing.NewType" and len(node.args) == 2:
            return self.deeper().read(node.args[1])
        if head.name in _TYPE_VARIABLES:
            return Type(TypeKind.ANY, text)
        if catalogue.has("is-enum", head.name):
            return Type(TypeKind.CLASS, text, head.name, instead=head.instead)
        if head.name in _CLASS_MAKERS:
            return Type(TypeKind.CLASS, text, head.name, instead=_INSTEAD_OF_CLASS)
        is_typed_dict = catalogue.has("is-typed-dict", head.name)
        if is_typed_dict and len(node.args) == 2 and isinstance(node.args[1], ast.Dict):
            fields = tuple(self.deeper().read(value) for value in node.args[1].values)
            is_refused = _is_unreadable(head.name)
            return Type(TypeKind.TYPED_DICT, text, arguments=fields, is_refused=is_refused)
        if head.kind is TypeKind.SCALAR and head.name.startswith("pydantic."):
            return replace(head, is_constrained=True)
        return Type(TypeKind.UNKNOWN, text)

    def _class(self, node: ast.ClassDef, text: str) -> Type:
        bases = [self._head(base.value if isinstance(base, ast.Subscript) else base) for base in node.bases]
        names = {base.name for base in bases}
        if any(base.kind is TypeKind.CONTEXT for base in bases):
            # LiveKit leaves a subclass out of the schema and then has no object of it to pass.
            return Type(TypeKind.CONTEXT, text, is_refused=True)
        if self.module.catalogue.any_has("is-typed-dict", names) or any(
            base.kind is TypeKind.TYPED_DICT for base in bases
        ):
            fields = [*(field for base in bases for field in base.arguments), *self._fields(node)]
            is_refused = any(base.is_refused or _is_unreadable(base.name) for base in bases)
            return Type(TypeKind.TYPED_DICT, text, arguments=tuple(fields), is_refused=is_refused)
        instead = next((base.instead for base in bases if base.instead), _INSTEAD_OF_CLASS)
        if self._is_buildable(node, bases):
            return Type(TypeKind.CLASS, text, arguments=tuple(self._fields(node)), instead=instead)
        kind = TypeKind.FUNCTION if _defines(node, "__call__") else TypeKind.CLASS
        return Type(kind, text, is_refused=True, instead=instead)

    def _is_buildable(self, node: ast.ClassDef, bases: Sequence[Type]) -> bool:
        """Whether LiveKit builds a schema for a class, or may: a base or decorator is not known."""
        open_kinds = (TypeKind.CLASS, TypeKind.UNKNOWN)
        return (
            bool(node.decorator_list)
            or any(base.name == "typing.NamedTuple" for base in bases)
            or any(base.kind in open_kinds and not base.is_refused and not _is_plain(base.name) for base in bases)
            or _defines(node, "__get_pydantic_core_schema__")
        )

    def _fields(self, node: ast.ClassDef) -> Iterator[Type]:
        for statement in node.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    field = self.deeper().read(annotation)
                    if not name.startswith("_"):
                        yield field


def _flatten(node: ast.expr) -> list[ast.expr]:
    """The members of `a | b | c`, in order."""
    members: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        members.append(node.right)
        node = node.left
    return [node, *reversed(members)]


def _exists_at_run_time(binding: Binding) -> bool:
    typing_only = any(block.is_typing_only for block in binding.block.chain())
    return not typing_only and binding.kind is not Kind.DELETION


def _known(name: str, text: str) -> Type:
    """A type from outside the module by its qualified name."""
    if is_context_name(name):
        return Type(TypeKind.CONTEXT, text, name)
    row = PARAMETER_TYPES.get(name)
    if row is None:
        return _without_row(name, text)
    return Type(_ROLES[row.role], text, name, is_refused=row.is_refused, instead=row.instead)


def _without_row(name: str, text: str) -> Type:
    root, _, rest = name.partition(".")
    if root == "typing":
        # Special forms are read by whoever meets them; alone they are no type.
        if name in _ONLY_WITH_ARGUMENTS:
            return Type(TypeKind.INVALID, text, name, is_refused=True)
        return Type(TypeKind.UNKNOWN, text, name)
    if root == "io":
        return Type(TypeKind.FILE, text, name, is_refused=True)
    if root == "builtins":
        kind = TypeKind.OTHER if isinstance(getattr(builtins, rest, None), type) else TypeKind.FUNCTION
        return Type(kind, text, name, is_refused=True)
    if root in sys.stdlib_module_names:
        return Type(TypeKind.OTHER, text, name, is_refused=True)
    # Of a package that is not known a name can be an alias of anything.
    if root in ROOTS_OF_CLASSES or (root in LOOKALIKES and name.endswith((".RunContext", ".RunContextWrapper"))):
        return Type(TypeKind.CLASS, text, name)
    return Type(TypeKind.UNKNOWN, text, name)


def _is_unreadable(name: str) -> bool:
    """Whether pydantic cannot read a `TypedDict`: before Python 3.12 it needs that of `typing_extensions`."""
    return name == "typing.TypedDict" and sys.version_info < (3, 12)


def _is_plain(name: str) -> bool:
    """Whether a base says nothing about how a class is built."""
    return name in ("typing.Generic", "typing.Protocol", "abc.ABC", "builtins.object")


def _is_omitted(part: Type) -> bool:
    """Whether a part of a union that LiveKit refuses does no harm beside others."""
    return part.is_refused and part.name in _OMITTED_IN_UNIONS


def _defines(node: ast.ClassDef, method: str) -> bool:
    return any(getattr(statement, "name", None) == method for statement in node.body)
