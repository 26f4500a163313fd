"""What an expression refers to, followed through aliases, containers, instances and the module's own functions.

This is the one answer to what an expression denotes. `names.Names` knows where names are bound; this goes on from there
and where values are handed about: the elements of containers, attributes of instances, results of calls that are known,
`getattr` with a constant name. It looks at bindings and not at paths: what can be there counts.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flake8_incall.catalogue import DANGERS, Catalogue, TypeUse
from flake8_incall.model.code.scopes import Binding, Kind, Use
from flake8_incall.model.code.tree import FunctionNode, handed_out, values_given
from flake8_incall.model.objects import followed, operations, singles, subscripts
from flake8_incall.model.objects.classes import Classes
from flake8_incall.model.objects.constants import Constants
from flake8_incall.model.objects.containers import Containers
from flake8_incall.model.objects.declared import Declared
from flake8_incall.model.objects.enumerations import Enumerations
from flake8_incall.model.objects.fields import Fields
from flake8_incall.model.objects.guards import Guards
from flake8_incall.model.objects.instances import Instances
from flake8_incall.model.objects.members import Members
from flake8_incall.model.objects.referents import (
    NOTHING,
    UNBOUND,
    UNKNOWN,
    Constant,
    Container,
    Contents,
    Getter,
    Instance,
    Local,
    LocalInstance,
    Member,
    Namespace,
    Outside,
    Property,
    Referent,
    Referents,
    Unbound,
    Unknown,
    Wrapped,
    awaited,
    counted,
    is_named_only,
)
from flake8_incall.model.objects.referents import Callable as CallableNode
from flake8_incall.model.objects.returning import besides
from flake8_incall.model.objects.unbound import builtin_behind, not_bound
from flake8_incall.model.objects.unpacking import source_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# A longer chain of bindings than this is nobody's code, and would recurse as deep.
_DEEPEST = 80


class References:
    """What the expressions of one module refer to. Answers are kept.

    Attributes:
        module: The module.
        catalogue: What is known of other modules.
        constants: The module's constants.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.names = module.names
        self.catalogue: Catalogue = module.catalogue
        self.constants = Constants(self)
        self.containers = Containers(self)
        self.enumerations = Enumerations(self)
        self._known: dict[ast.AST, Referents] = {}
        self._returned: dict[CallableNode, Referents] = {}
        self._of_containers: dict[tuple[Referents, str], Referents] = {}
        self._depth = 0

    @cached_property
    def classes(self) -> Classes:
        """The classes of the module, and those that it names."""
        return Classes(self)

    @cached_property
    def members(self) -> Members:
        """What the module stores into attributes, and what its classes have."""
        return Members(self)

    @cached_property
    def instances(self) -> Instances:
        """The attributes and items of objects, and what classes make."""
        return Instances(self)

    @cached_property
    def fields(self) -> Fields:
        """The classes of the module that are made of fields."""
        return Fields(self)

    @cached_property
    def guards(self) -> Guards:
        """What tests tell of names where they hold."""
        return Guards(self)

    @cached_property
    def declared(self) -> Declared:
        """What the annotations of the module declare."""
        return Declared(self)

    def of(self, node: ast.expr, use: Use | None = None) -> Referents:
        """What an expression can refer to, with `Unknown` for what cannot be told.

        Args:
            node: The expression.
            use: Where it is read, if that is not where it stands: a dotted name of an annotation in quotes.
        """
        if use is not None:
            return self._elsewhere(node, use)
        known = self._known.get(node)
        if known is not None:
            return known
        handler = _HANDLERS.get(type(node))
        if handler is None:
            return UNKNOWN
        if self._depth >= _DEEPEST:
            return UNKNOWN
        # What is read on the way round a cycle is unknown.
        self._known[node] = UNKNOWN
        self._depth += 1
        try:
            found: Referents = counted(handler(self, node))
        finally:
            self._depth -= 1
        self._known[node] = found
        return found

    def of_all(self, nodes: Iterable[ast.expr]) -> Referents:
        """What any of several expressions can refer to."""
        return counted(frozenset(referent for node in nodes for referent in self.of(node)))

    def is_known(self, node: ast.expr) -> bool:
        """Whether an expression has been asked about before."""
        return node in self._known

    def keep(self, node: ast.expr, found: Referents) -> None:
        """Keep what a part of an expression refers to, which was found out together with the whole."""
        self._known[node] = found

    # Names

    def _name(self, node: ast.Name, use: Use | None = None) -> Referents:
        use = use or self.names.use(node)
        if use is None:
            return UNKNOWN
        bindings = self.names.bindings(node.id, use)
        if not bindings:
            return not_bound(node, self.module)
        found = self._by_chain(bindings[0]) if len(bindings) == 1 else NOTHING
        found = found or frozenset(referent for binding in bindings for referent in self.bound(binding, node))
        if behind := builtin_behind(node, bindings, use, self.module):
            found = found - UNBOUND | behind
        if any(isinstance(referent, Container) for referent in found):
            found |= self.containers.filled_later(node)
        return self.guards.narrowed(node, found | self.declared.variable(node, use, found))

    def _elsewhere(self, node: ast.expr, use: Use) -> Referents:
        """What a dotted name refers to that is not read where it stands: in an annotation that is evaluated late."""
        attributes: list[str] = []
        root = node
        while isinstance(root, ast.Attribute):
            attributes.append(root.attr)
            root = root.value
        if not isinstance(root, ast.Name):
            return UNKNOWN
        found = self._name(root, use)
        for attribute in reversed(attributes):
            found = frozenset(r for base in found for r in self.attribute(base, attribute, node))
        return found

    def _by_chain(self, binding: Binding) -> Referents:
        """What `b` is after `a = open; b = a`, however long the chain is; empty for what is no chain of names."""
        seen: set[Binding] = set()
        last: ast.Name | None = None
        while binding.kind is Kind.ASSIGNMENT and isinstance(binding.value, ast.Name) and binding not in seen:
            seen.add(binding)
            last = binding.value
            use = self.names.use(last)
            bindings = self.names.bindings(last.id, use) if use and last not in self._known else []
            if len(bindings) != 1:
                break
            binding = bindings[0]
        return self.of(last) if last is not None else NOTHING

    def bound(self, binding: Binding, at: ast.expr) -> Referents:
        """What a binding gives its name, as read by the expression `at`."""
        match binding.kind:
            case Kind.IMPORT:
                return frozenset({Outside(binding.target, at, is_module=isinstance(binding.node, ast.Import))})
            case Kind.DEFINITION if isinstance(binding.node, FunctionNode | ast.ClassDef):
                return frozenset({Local(binding.node)})
            case Kind.ASSIGNMENT if binding.value is not None:
                found = self.of(binding.value)
                return found | followed.before_decorating(self, binding) if found == UNKNOWN else found
            case Kind.CONTEXT if binding.value is not None:
                return frozenset(r for base in self.of(binding.value) for r in self.instances.entered(base, at))
            case Kind.PARAMETER if isinstance(binding.node, ast.arg):
                return self.parameter(binding.node)
            case Kind.TARGET:
                return self.target(binding.node) | self._before(binding)
            case Kind.DELETION:
                return UNBOUND
        return UNKNOWN

    def parameter(self, node: ast.arg) -> Referents:
        """What a parameter can be."""
        return self.members.parameter(node)

    def called(self, definition: CallableNode, node: ast.Call) -> Referents:
        """What a call of a function of the module can give."""
        return self.results_of(definition)

    def target(self, node: ast.AST) -> Referents:
        """What the variable of a loop, an unpacking or a pattern is."""
        source = source_of(node, self.module.index)
        if source is None:
            return UNKNOWN
        if isinstance(node, ast.MatchAs) and (told := self.guards.pattern(node)):
            return UNKNOWN | told
        found = self.of(source.value)
        for index in source.path:
            found = frozenset(r for referent in found for r in self.containers.item(referent, index))
        # What `COUNT += 1` adds is not what the name then is.
        is_added = isinstance(self.module.parents.get(node), ast.AugAssign)
        return frozenset(Unknown() if is_added and isinstance(r, Constant) else r for r in found)

    def _before(self, binding: Binding) -> Referents:
        """What a name of the module was before `NAME += …`."""
        if not isinstance(self.module.parents.get(binding.node), ast.AugAssign):
            return NOTHING
        others = self.names.top.bindings.get(binding.name, ())
        found = self.of_all(b.value for b in others if b.kind is Kind.ASSIGNMENT and b.value is not None)
        return frozenset(referent for referent in found if not isinstance(referent, Constant))

    # Expressions

    def _attribute(self, node: ast.Attribute) -> Referents:
        bases = self.of(node.value)
        if any(isinstance(base, LocalInstance) for base in bases) and (value := singles.made_with(node, self)):
            return self.of(value)
        found = self._of_containers.get((bases, node.attr))
        if found is None:
            found = frozenset(r for base in bases for r in self.attribute(base, node.attr, node))
            # A variable that many things are put into is as many containers, each time that it is read.
            if all(isinstance(base, Container) for base in bases):
                self._of_containers[bases, node.attr] = found
        found = found | self.members.stored_on_name(node) if isinstance(node.value, ast.Name) else found
        return self.guards.narrowed(node, found)

    def attribute(self, base: Referent, attribute: str, at: ast.expr) -> Referents:
        """An attribute of what an expression refers to, as read by the expression `at`."""
        match base:
            case Outside():
                return self._outside_attribute(base, attribute, at)
            case Instance():
                return self.instances.attribute(base, attribute, at)
            case Wrapped() | LocalInstance() if self.instances.is_collection(base):
                return frozenset({Contents(base)})
            case Local(definition=ast.ClassDef() as definition) if member := self.enumerations.member(
                definition, attribute
            ):
                return frozenset({member})
            case Member():
                return self.enumerations.attribute(base, attribute, at)
            case Local(definition=ast.ClassDef() as definition) | LocalInstance(definition=definition):
                return self.members.of_class(definition, attribute, at)
            case Container():
                return self.containers.attribute(base, attribute)
            case Namespace() | Unbound():
                return frozenset({base})
            case _:
                return UNKNOWN

    def _outside_attribute(self, base: Outside, attribute: str, at: ast.expr) -> Referents:
        if attribute == "__self__" and base.name.startswith("builtins.") and base.name.count(".") == 1:
            return frozenset({Outside("builtins", at, is_module=True)})
        if attribute in ("__call__", "__func__", "__wrapped__"):
            return frozenset({base})
        name = f"{base.name}.{attribute}"
        return frozenset({Outside(name, at, base.maker, is_module=name in self._dotted_imports)})

    @cached_property
    def _dotted_imports(self) -> frozenset[str]:
        """The modules inside packages that the module imports by their whole names: `import acme.trading`."""
        statements = self.module.index.nodes(ast.Import)
        names = {alias.name for statement in statements for alias in statement.names if "." in alias.name}
        return frozenset(".".join(name.split(".")[:end]) for name in names for end in range(2, name.count(".") + 2))

    def _call(self, node: ast.Call) -> Referents:
        folded = self.constants.method(node, node.func) if isinstance(node.func, ast.Attribute) else None
        if folded is not None:
            return folded
        return followed.decorated(self, node) or frozenset(r for f in self.of(node.func) for r in self._result(f, node))

    def _result(self, function: Referent, node: ast.Call) -> Referents:
        match function:
            case Outside():
                return self._outside_result(function, node)
            case Property():
                return NOTHING
            case Local():
                made = function.definition
                return frozenset({LocalInstance(made)}) if isinstance(made, ast.ClassDef) else self.called(made, node)
            case LocalInstance():
                called = self.members.of_class(function.definition, "__call__", node)
                return frozenset(
                    r for c in called if isinstance(c, Local) and not isinstance(c.definition, ast.ClassDef)
                    for r in self.called(c.definition, node)
                )  # fmt: skip
            case Instance(type=TypeUse(forms=())):
                return self._outside_result(Outside(f"{function.type.name}.__call__", node.func, function.maker), node)
            case Contents():
                return self.containers.called(function, node)
            case Getter() if node.args:
                bases = self.of(node.args[0])
                return frozenset(r for b in bases for a in function.attributes for r in self.attribute(b, a, node))
        return UNKNOWN | self._wrapped(node)

    def _outside_result(self, function: Outside, node: ast.Call) -> Referents:
        name = self.catalogue.canonical(function.name)
        if (folded := self.constants.called(name, node)) is not None:
            return folded
        special = followed.CALLS.get(name)
        return special(self, node) if special else self.instances.made(function, name, node) | self._wrapped(node)

    def _wrapped(self, node: ast.Call) -> Referents:
        """What is made around something dangerous may hand it out again: `ContextVar("reader", default=open)`."""
        for argument in values_given(node):
            if isinstance(argument, ast.Name | ast.Attribute) and self._is_dangerous(argument):
                return frozenset({Container(node)})
        return NOTHING

    def _is_dangerous(self, node: ast.expr) -> bool:
        names = (referent.name for referent in self.of(node) if isinstance(referent, Outside))
        apis = (self.catalogue.api(name) for name in names)
        return any(api is not None and api.effects & DANGERS for api in apis)

    def results_of(self, definition: CallableNode) -> Referents:
        """What a function of the module can return or yield."""
        if isinstance(definition, ast.Lambda):
            return self.of(definition.body)
        if definition not in self._returned:
            self._returned[definition] = UNKNOWN
            found = self.of_all(handed_out(definition))
            found |= besides(definition, found, self)
            if is_named_only(found):
                found |= self.declared.result(definition)
            self._returned[definition] = found
        return self._returned[definition]

    def _await(self, node: ast.Await) -> Referents:
        return frozenset(awaited(referent) for referent in self.of(node.value))

    def _choice(self, node: ast.IfExp) -> Referents:
        return self.of(node.body) | self.of(node.orelse)

    def _inner(self, node: ast.NamedExpr | ast.Starred) -> Referents:
        return self.of(node.value)

    def _lambda(self, node: ast.Lambda) -> Referents:
        return frozenset({Local(node)})

    def _container(self, node: ast.expr) -> Referents:
        return frozenset({Container(node)})


_HANDLERS: dict[type[ast.AST], Callable[[References, Any], Referents]] = {
    ast.Name: References._name,
    ast.Attribute: References._attribute,
    ast.Subscript: subscripts.subscript,
    ast.Call: References._call,
    ast.Await: References._await,
    ast.IfExp: References._choice,
    ast.BoolOp: operations.any_of,
    ast.Constant: operations.constant,
    ast.JoinedStr: operations.joined,
    ast.UnaryOp: operations.signed,
    ast.NamedExpr: References._inner,
    ast.Starred: References._inner,
    ast.BinOp: operations.operated,
    ast.Lambda: References._lambda,
    **dict.fromkeys(
        (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
        References._container,
    ),
}
