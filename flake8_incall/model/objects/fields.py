"""The fields of a class of the module: of dataclasses, attrs, models of pydantic, named tuples and typed dicts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Trait
from flake8_incall.model.code.binding import Formal, ParameterKind
from flake8_incall.model.code.tree import uncalled
from flake8_incall.model.objects.referents import Outside, names_of

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

INSTANCE = Formal("self", ast.arg("self"), ParameterKind.POSITIONAL_ONLY)


class RecordKind(Enum):
    """What makes the fields of a class, and `__init__` of them."""

    DECORATED = "makes-fields"
    MODEL = "is-model"
    TUPLE = "is-named-tuple"
    DICT = "is-typed-dict"

    @property
    def trait(self) -> Trait:
        """The trait of the decorator, or of the base class."""
        return self.value


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a class.

    Attributes:
        name: Its name.
        owner: The class in whose body it stands.
        annotation: Its type.
        default: The expression of its default.
        factory: What makes its default, by being called.
        argument: The name by which `__init__` takes it; `""` where it does not.
        by_name: Whether it takes it by name only.
        is_stored: Whether instances have it as an attribute, which an `InitVar` is not.
        is_excluded: Whether a model leaves it out of what it dumps.
    """

    name: str
    owner: ast.ClassDef
    annotation: ast.expr
    default: ast.expr | None = None
    factory: ast.expr | None = None
    argument: str = ""
    by_name: bool = False
    is_stored: bool = True
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A class that is made of fields.

    Attributes:
        kind: What makes them.
        fields: The fields, in the order in which `__init__` takes them.
        is_whole: Whether these are all: it inherits from nothing else that may have some.
    """

    kind: RecordKind
    fields: tuple[Field, ...]
    is_whole: bool

    def field(self, name: str) -> Field | None:
        """Return the field of a name."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def formals(self) -> list[Formal]:
        """The parameters of the `__init__` that is made, the instance included."""
        taken = [field for field in self.fields if field.argument]
        return [INSTANCE, *map(_formal, sorted(taken, key=lambda field: field.by_name))]


class Fields:
    """The classes of one module that are made of fields."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._catalogue = references.catalogue
        self._known: dict[ast.ClassDef, Record | None] = {}

    def of(self, definition: ast.ClassDef) -> Record | None:
        """Return what is known of the fields of a class; `None` for one that is not made of any."""
        if definition not in self._known:
            self._known[definition] = None
            self._known[definition] = self._find(definition)
        return self._known[definition]

    def _find(self, definition: ast.ClassDef) -> Record | None:
        ancestors = [*self._references.classes.lineage(definition)]
        outside = {base.name for base in ancestors if isinstance(base, Outside)}
        kind = self._kind(definition, outside)
        if kind is None:
            return None
        found: dict[str, Field] = {}
        is_whole = all(self._is_empty(name) for name in outside)
        for ancestor in reversed(ancestors):
            if isinstance(ancestor, Outside):
                continue
            if kind is RecordKind.DECORATED and not self._is_decorated(ancestor):
                is_whole = is_whole and not any(isinstance(s, ast.AnnAssign) for s in ancestor.body)
                continue
            found |= {field.name: field for field in self._own(ancestor, kind)}
        return Record(kind, tuple(found.values()), is_whole)

    def _kind(self, definition: ast.ClassDef, outside: set[str]) -> RecordKind | None:
        for kind in (RecordKind.MODEL, RecordKind.TUPLE, RecordKind.DICT):
            if self._catalogue.any_has(kind.trait, outside):
                return kind
        return RecordKind.DECORATED if self._is_decorated(definition) else None

    def _is_decorated(self, definition: ast.ClassDef) -> bool:
        return any(self._has("makes-fields", uncalled(decorator)) for decorator in definition.decorator_list)

    def _is_empty(self, name: str) -> bool:
        """Whether a class of another module adds no field."""
        kinds = (RecordKind.MODEL, RecordKind.TUPLE, RecordKind.DICT)
        return self._catalogue.has("adds-no-field", name) or any(
            self._catalogue.has(kind.trait, name) for kind in kinds
        )

    def _own(self, definition: ast.ClassDef, kind: RecordKind) -> Iterator[Field]:
        """The fields that stand in the body of a class."""
        options = [*definition.keywords, *(k for d in definition.decorator_list for k in _keywords(d))]
        by_name = kind in (RecordKind.MODEL, RecordKind.DICT) or _says(options, "kw_only", True)
        for statement in definition.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                    words = ast.unparse(annotation)
                    if "KW_ONLY" in words:
                        by_name = True
                    elif "ClassVar" not in words and not (kind is RecordKind.MODEL and _is_private(name)):
                        yield self._field(name, definition, annotation, value, by_name=by_name)

    def _field(
        self, name: str, owner: ast.ClassDef, annotation: ast.expr, value: ast.expr | None, *, by_name: bool
    ) -> Field:
        default, factory, keywords = self._default(value)
        says_name = next((k.value for k in keywords if k.arg == "alias"), None)
        argument = says_name.value if isinstance(says_name, ast.Constant) else self._argument(name, owner)
        return Field(
            name,
            owner,
            annotation,
            default,
            factory,
            "" if _says(keywords, "init", False) else str(argument),
            by_name or _says(keywords, "kw_only", True),
            "InitVar" not in ast.unparse(annotation),
            any(keyword.arg == "exclude" for keyword in keywords),
        )

    def _default(self, value: ast.expr | None) -> tuple[ast.expr | None, ast.expr | None, list[ast.keyword]]:
        """The default of a field, what makes one, and what else is said of it."""
        factory: ast.expr | None = None
        keywords: list[ast.keyword] = []
        if isinstance(value, ast.Call) and self._has("is-field", value.func):
            keywords = value.keywords
            named = {keyword.arg: keyword.value for keyword in keywords}
            value = named.get("default", next(iter(value.args), None))
            factory = named.get("default_factory", named.get("factory"))
        match value:
            case ast.Call(func=function, args=[maker, *_]) if self._has("is-factory", function):
                return None, maker, keywords
            case ast.Constant(value=constant) if constant is ...:
                return None, factory, keywords
        return value, factory, keywords

    def _argument(self, name: str, owner: ast.ClassDef) -> str:
        """How `__init__` names a field: attrs takes the underscores off."""
        is_of_attrs = any(
            name.partition(".")[0] in ("attr", "attrs")
            for decorator in owner.decorator_list
            for name in names_of(self._references.of(uncalled(decorator)))
        )
        return name.lstrip("_") if is_of_attrs else name

    def _has(self, trait: Trait, node: ast.expr) -> bool:
        return self._catalogue.any_has(trait, names_of(self._references.of(node)))


def _is_private(name: str) -> bool:
    """Whether a model takes an annotated name for something else than a field."""
    return name.startswith("_") or name == "model_config"


def _formal(field: Field) -> Formal:
    kind = ParameterKind.KEYWORD_ONLY if field.by_name else ParameterKind.PLAIN
    node = ast.copy_location(ast.arg(field.argument, field.annotation), field.annotation)
    return Formal(field.argument, node, kind, field.default or field.factory)


def _keywords(node: ast.expr) -> list[ast.keyword]:
    return node.keywords if isinstance(node, ast.Call) else []


def _says(keywords: list[ast.keyword], name: str, value: bool) -> bool:
    return any(k.arg == name and isinstance(k.value, ast.Constant) and k.value.value is value for k in keywords)
