"""The pieces of a module on which the judgement of an in-call function rests.

What is taken in errs on the safe side: a piece too many costs a judgement that was not needed, a piece too few
leaves an untrue one.
"""

from __future__ import annotations

import ast
import sys

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.binder import every_argument
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.dependencies.connections import Connections
from flake8_incall.model.dependencies.pieces import Piece
from flake8_incall.model.objects.referents import names_of

# What analyses look for in a module whether or not a function names it: who can log, and what the context is.
_ALWAYS_READ = ("logger", "RunContext")


class Closure:
    """The pieces that the judgement of one in-call function rests on.

    Attributes:
        function: The function.
        attributes: The attributes that they take of anything.
        pieces: They; its own first.
    """

    def __init__(self, function: InCallFunction, connections: Connections) -> None:
        self.function = function
        self._connections = connections
        self._names: set[str] = set()
        self.attributes: set[str] = set()
        self._followed: set[Piece] = set()
        self._pending: list[Piece] = []
        self._reads_any_attribute = False
        self._made: set[Piece] = set()
        self.pieces: dict[Piece, None] = {}
        self._add(connections.pieces.of(function.node))
        self.pieces |= dict.fromkeys(connections.registered.get(function.node, ()))
        for name in (*_ALWAYS_READ, *([] if function.is_method else [function.name])):
            self._read_name(name)
        while self._pending:
            self._follow(self._pending.pop())
        for piece in [piece for piece in self.pieces if piece.home in self.pieces]:
            del self.pieces[piece]

    def _add(self, piece: Piece) -> None:
        if piece not in self._followed and piece.home not in self._followed:
            self._followed.add(piece)
            self.pieces.setdefault(piece)
            self._pending.append(piece)

    def _follow(self, piece: Piece) -> None:
        contents = self._connections.contents(piece)
        for name in sorted(contents.names):
            self._read_name(name)
        if contents.reads_any_name:
            for name in self._connections.bound:
                self._read_name(name)
        for attribute in sorted(contents.attributes - self.attributes):
            self.attributes.add(attribute)
            self._read_attribute(attribute)
        entered = [piece] if piece.members else []
        if contents.reads_any_attribute and not self._reads_any_attribute:
            self._reads_any_attribute = True
            entered = self._heads()
        for head in entered:
            self._enter_class(head)
        if piece.owner is not None:
            self._add(piece.owner)
        for function in self._connections.functions_in(piece):
            self._take_callers(function)

    def _read_name(self, name: str) -> None:
        if name in self._names:
            return
        self._names.add(name)
        connections = self._connections
        for piece in connections.bound.get(name, ()):
            if piece.members and piece not in self._made:
                self._made.add(piece)
                self._followed.discard(piece)
            self._add(piece)
        for piece in connections.changing(name):
            self._add(piece)

    def _read_attribute(self, attribute: str) -> None:
        for head in self._heads():
            for member in head.members:
                node = member.node
                if isinstance(node, FunctionNode) and node.name == attribute and self._is_named(node):
                    self._add(member)
        for base in self._connections.stores.get(attribute, ()):
            if any(owner in self.pieces for owner in self._connections.classes_of(base)):
                for piece in self._connections.around(base):
                    self._add(piece)

    # Classes

    def _heads(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.members and piece in self._followed]

    def _enter_class(self, head: Piece) -> None:
        """Take in the body of a class, and the methods of it that may run."""
        has_hooks = self._has_hooks(head)
        # These run when an instance is made, and nobody calls a tool but the model.
        catalogue = self._connections.module.catalogue
        making = catalogue.last_names("runs-on-creation") if head not in self._made else frozenset()
        registers_nothing = catalogue.last_names("registers-nothing")
        for member in head.members:
            node = member.node
            if not isinstance(node, FunctionNode) or self._is_named(node):
                self._add(member)
            elif node in self._connections.in_call or node.name in making:
                continue
            elif has_hooks or _is_called_by_others(node, registers_nothing):
                self._add(member)
        for attribute in sorted(self.attributes & self._connections.stores.keys()):
            self._read_attribute(attribute)

    def _is_named(self, method: FunctionNode) -> bool:
        """Whether the name of a method is taken where it may be meant; tools are called as what they are, or not."""
        if self._reads_any_attribute:
            return True
        if method in self._connections.in_call:
            return method.name in self.attributes and method in self._connections.called_tools
        return method.name in self.attributes or method.name in self._connections.taken_of_unknown

    def _has_hooks(self, head: Piece) -> bool:
        """Whether a class of the standard library may call the methods of one that inherits from it."""
        bases = head.node.bases if isinstance(head.node, ast.ClassDef) else []
        names = names_of(self._connections.references.of_all(bases))
        return any(name.partition(".")[0] in sys.stdlib_module_names for name in names)

    # Calls

    def _take_callers(self, function: FunctionNode) -> None:
        """What calls a function with objects decides what its parameters are."""
        is_method = isinstance(self._connections.module.parents[function], ast.ClassDef)
        parameters = every_argument(function.args)[is_method:]
        if all(parameter.annotation is not None for parameter in parameters):
            return
        for call in self._connections.calls.get(function.name, ()):
            if self._connections.passes_object(call):
                for piece in self._connections.around(call):
                    self._add(piece)


def _is_called_by_others(method: FunctionNode, registers_nothing: frozenset[str]) -> bool:
    """Whether Python calls a method, or a library that it is decorated for."""
    decorators = (node.func if isinstance(node, ast.Call) else node for node in method.decorator_list)
    names = {ast.unparse(node).rpartition(".")[2] for node in decorators}
    return (method.name.startswith("__") and method.name.endswith("__")) or bool(names - registers_nothing)
