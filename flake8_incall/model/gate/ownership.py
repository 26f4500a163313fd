"""What is a function's own: objects that it made, and that nobody outside gave to it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_incall.model.calls.function import CONTEXT_NAMES
from flake8_incall.model.code.binder import every_argument
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import FunctionNode, below, quoted, uncalled
from flake8_incall.model.code.visibility import Visibility
from flake8_incall.model.gate.exposure import Exposure

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_CONTEXT_TYPES = frozenset({"AgentSession", "JobContext", "RunContext"})
_OFF_INSTANCE = frozenset({"builtins.staticmethod", "builtins.classmethod"})
# Deeper chains of assignments than this are nobody's code.
_LONGEST_CHAIN = 20


class Ownership:
    """Tells own objects of one module from those of others."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._exposure = module.fact(Exposure)
        self._visibility = module.fact(Visibility)

    def is_own(self, node: ast.expr) -> bool:
        """Whether an expression can only be an object that the module's own code made."""
        return isinstance(node, ast.Name) and (self._self_class(node) is not None or self._is_made_here(node))

    def own_class(self, node: ast.expr) -> ast.ClassDef | None:
        """The class of the module of which an expression is an instance, or the class itself."""
        if not isinstance(node, ast.Name):
            return None
        found = self._self_class(node) or self._class_of_cls(node)
        if found is None:
            values = self._values(node) or []
            calls = {self.definition(value.func) if isinstance(value, ast.Call) else None for value in values}
            found = calls.pop() if len(calls) == 1 else None
        return found or self.definition(node)

    def may_keep_private(self, node: ast.expr) -> bool:
        """Whether an expression is of a class of the module, and so are all the names it has inside."""
        own = self.own_class(node)
        classes = [own] if own else []
        for current in classes:
            for base in current.bases:
                inherited = self.definition(base)
                if inherited is None and not self._is_harmless_base(base):
                    return False
                if inherited is not None and inherited not in classes:
                    classes.append(inherited)
        return bool(classes)

    def is_host(self, node: ast.expr) -> bool:
        """Whether an expression leads to the call's context, but not to its `userdata`, or to what is imported."""
        while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
            if isinstance(node, ast.Attribute) and node.attr == "userdata":
                return False
            node = node.func if isinstance(node, ast.Call) else node.value
        return isinstance(node, ast.Name) and self._is_host_name(node)

    def takes_method(self, attribute: ast.Attribute) -> bool:
        """Whether a method is taken off its class, so that it can be called on any object."""
        owner = self.definition(attribute.value) or self._class_of_cls(attribute.value)
        if owner is None or attribute.attr not in self._module.names.scope(owner).bindings:
            return False
        bindings = self._module.names.scope(owner).bindings[attribute.attr]
        return any(isinstance(b.node, FunctionNode) and not b.node.decorator_list for b in bindings)

    # Names

    def _self_class(self, name: ast.Name) -> ast.ClassDef | None:
        """The class whose method has a name as its first parameter, which nothing else binds."""
        function, owner = self._method(name)
        if function is None or owner is None:
            return None
        is_known = all(self._is_known_decorator(decorator) for decorator in function.decorator_list)
        return owner if is_known else None

    def _class_of_cls(self, node: ast.expr) -> ast.ClassDef | None:
        """The class whose class method has a name as its first parameter."""
        function, owner = self._method(node) if isinstance(node, ast.Name) else (None, None)
        if function is None or len(function.decorator_list) != 1:
            return None
        is_class_method = self._exposure.only_names(function.decorator_list[0]) == {"builtins.classmethod"}
        return owner if is_class_method else None

    def _method(self, name: ast.Name) -> tuple[FunctionNode | None, ast.ClassDef | None]:
        bindings = self._visibility.own(name)
        parameter = bindings[0].node if len(bindings) == 1 else None
        function = self._module.index.function_around(parameter) if isinstance(parameter, ast.arg) else None
        if isinstance(function, FunctionNode) and every_argument(function.args)[0] is parameter:
            return function, self._module.index.owner(function)
        return None, None

    def _is_made_here(self, name: ast.Name) -> bool:
        values = self._values(name)
        return bool(values) and all(isinstance(v, ast.Call) and self._makes(v.func) for v in values or ())

    def _values(self, name: ast.Name) -> list[ast.expr] | None:
        """All values that a name is given, or `None` if something else binds it too."""
        bindings = self._visibility.own(name)
        values = [b.value for b in bindings if b.kind in (Kind.ASSIGNMENT, Kind.CONTEXT) and b.value is not None]
        return values if values and len(values) == len(bindings) else None

    def _makes(self, callee: ast.expr) -> bool:
        """Whether a call makes a new object: of a class of the module, or of a class by its name."""
        if self.definition(callee) is not None:
            return True
        names = self._exposure.qualified_names(callee)
        return bool(names) and all(_is_class_name(name.rpartition(".")[2]) for name in names)

    def defines(self, owner: ast.ClassDef, name: str) -> bool:
        """Whether a class of the module itself gives a name a meaning."""
        return name in self._module.names.scope(owner).bindings

    def definition(self, node: ast.expr) -> ast.ClassDef | None:
        """The one class of the module that a name stands for."""
        bindings = self._visibility.own(node)
        found = bindings[0].node if len(bindings) == 1 else None
        if isinstance(found, ast.ClassDef) and all(map(self._is_known_decorator, found.decorator_list)):
            return found
        return None

    def _is_known_decorator(self, decorator: ast.expr) -> bool:
        """Whether a decorator neither keeps what it is given nor puts something else in its place."""
        callee = uncalled(decorator)
        if isinstance(callee, ast.Attribute) and callee.attr in self._module.catalogue.members("makes-accessor"):
            return True
        names = self._exposure.only_names(callee)
        return bool(names) and names <= self._exposure.policy.on_load - _OFF_INSTANCE

    def _is_harmless_base(self, base: ast.expr) -> bool:
        if isinstance(base, ast.Subscript):
            base = base.value
        names = self._exposure.qualified_names(base)
        return bool(names) and all(name.partition(".")[0] in _HARMLESS_HOMES for name in names)

    def _is_host_name(self, name: ast.Name) -> bool:
        current: ast.expr = name
        for _ in range(_LONGEST_CHAIN):
            while isinstance(current, ast.Attribute | ast.Subscript):
                if isinstance(current, ast.Attribute) and current.attr == "userdata":
                    return False
                current = current.value
            if not isinstance(current, ast.Name):
                return False
            if self._exposure.origins(current).imported or self._is_context(current):
                return True
            values = self._values(current)
            if not values or len(values) != 1:
                return False
            current = values[0]
        return True

    def _is_context(self, name: ast.Name) -> bool:
        for binding in self._visibility.own(name):
            if binding.kind is Kind.PARAMETER and isinstance(binding.node, ast.arg):
                annotation = binding.node.annotation
                is_named = name.id == "ctx" or (name.id in CONTEXT_NAMES and annotation is None)
                if is_named or (annotation is not None and self._names_context(annotation)):
                    return True
        return False

    def _names_context(self, annotation: ast.expr) -> bool:
        """Whether the context, the session or the job is in an annotation: by any name, in quotes, behind an alias."""
        pending: list[ast.expr] = [annotation]
        seen: set[ast.expr] = set()
        while pending:
            expression = pending.pop()
            if expression in seen:
                continue
            seen.add(expression)
            for node in below(expression):
                if isinstance(node, ast.Attribute) and node.attr in _CONTEXT_TYPES:
                    return True
                if isinstance(node, ast.Name):
                    if any(self._is_context_type(name) for name in self._exposure.qualified_names(node)):
                        return True
                    pending.extend(self._values(node) or ())
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    pending.extend(quoted(node.value))
        return False

    def _is_context_type(self, qualified_name: str) -> bool:
        home, _, name = self._module.catalogue.canonical(qualified_name).rpartition(".")
        return name in _CONTEXT_TYPES and home.partition(".")[0] == "livekit"


# Classes of these have nothing inside that leads out of them.
_HARMLESS_HOMES = frozenset({"builtins", "collections", "enum", "typing"})


def _is_class_name(name: str) -> bool:
    return name[:1].isupper() or name == "localcontext"
