"""Scopes, blocks and bindings: the words in which `binder` records what a module's names mean.

A name is bound in a scope, by a statement in a block. Blocks tell what is conditional: a binding hides an
earlier one from a use exactly when its block encloses the use.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Kind(Enum):
    """What binds a name."""

    IMPORT = "import"
    ASSIGNMENT = "assignment"
    DEFINITION = "definition"
    PARAMETER = "parameter"
    TYPE_PARAMETER = "type parameter"
    TARGET = "target"
    CONTEXT = "with"
    DELETION = "deletion"
    UNTOLD = "too many to tell"


@dataclass(eq=False, slots=True)
class Block:
    """A run of statements that are executed together or not at all.

    Attributes:
        parent: The block around it.
        is_loop: Whether it is executed again and again.
        is_typing_only: Whether it stands under `if TYPE_CHECKING:`.
    """

    parent: Block | None = None
    is_loop: bool = False
    is_typing_only: bool = False

    def chain(self) -> Iterator[Block]:
        """This block and those around it, from the inside out."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.parent


@dataclass(eq=False, slots=True)
class Binding:
    """One place that gives a name a meaning.

    Attributes:
        name: The name.
        kind: What binds it.
        node: The statement or expression that binds.
        block: Where that stands.
        order: When it is executed, counted over the module.
        value: The expression that the name is given, where there is one.
        target: For imports, the qualified name; relative ones begin with their dots.
        is_remote: Whether a function inside makes it, by `global` or `nonlocal`: nobody knows when.
    """

    name: str
    kind: Kind
    node: ast.AST
    block: Block
    order: int
    value: ast.expr | None = None
    target: str = ""
    is_remote: bool = False


@dataclass(eq=False, slots=True)
class Scope:
    """A region in which names live.

    Attributes:
        node: The module, class, function, lambda or comprehension.
        parent: The scope around it.
        block: The block of the definition that opens it.
        bindings: All bindings by name, in the order of execution.
        declared: Names declared `global` or `nonlocal`, and the scope they belong to.
        star_modules: Modules whose public names were imported with `*`.
        is_of_parameters: Whether it holds the type parameters of the node: `[T]` (Python 3.12).
    """

    node: ast.AST
    parent: Scope | None
    block: Block
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    declared: dict[str, Scope] = field(default_factory=dict)
    star_modules: list[str] = field(default_factory=list)
    is_of_parameters: bool = False

    @property
    def is_class(self) -> bool:
        """Whether the names are seen in the body only, not in functions inside it."""
        return isinstance(self.node, ast.ClassDef) and not self.is_of_parameters

    @property
    def is_comprehension(self) -> bool:
        """Whether it belongs to a comprehension or generator expression."""
        return isinstance(self.node, COMPREHENSIONS)

    def enclosing(self) -> Iterator[Scope]:
        """The scopes around this one whose names it sees: all but those of classes."""
        scope = self.parent
        while scope is not None:
            if not scope.is_class:
                yield scope
            scope = scope.parent


# A name in the scope that it belongs to.
Variable = tuple[Scope, str]


@dataclass(frozen=True, slots=True)
class Use:
    """Where a name is read: in which scope and block, and when."""

    scope: Scope
    block: Block
    order: int
