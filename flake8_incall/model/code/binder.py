"""The one walk that finds a module's scopes and bindings, by Python's own rules and without recursion."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flake8_incall.model.code.scopes import COMPREHENSIONS, Binding, Block, Kind, Scope, Use
from flake8_incall.model.code.tree import FunctionNode, children

_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_Action = tuple[Callable[..., None], tuple[Any, ...]]


class Binder:
    """Walks a module once and records its scopes, bindings and uses.

    Attributes:
        module: The module's own scope.
        scopes: The scope that each function, lambda, class or comprehension opens.
        uses: Where each `ast.Name` of the tree is read, targets of augmented assignments included.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope(tree, None, Block())
        self.scopes: dict[ast.AST, Scope] = {tree: self.module}
        self.uses: dict[ast.Name, Use] = {}
        self._order = 0
        self._pending: list[_Action] = []
        # Bodies of functions run after the code around them, which can bind what they declare `nonlocal`.
        self._bodies: deque[_Action] = deque()
        self._each(tree.body, self.module, self.module.block)
        while self._pending or self._bodies:
            action, arguments = self._pending.pop() if self._pending else self._bodies.popleft()
            action(*arguments)

    def _then(self, *actions: _Action) -> None:
        self._pending.extend(reversed(actions))

    def _each(self, nodes: Iterable[ast.AST | None], scope: Scope, block: Block) -> None:
        self._then(*((self._visit, (node, scope, block)) for node in nodes if node is not None))

    def _visit(self, node: ast.AST, scope: Scope, block: Block) -> None:
        self._order += 1
        handler = _HANDLERS.get(type(node))
        if handler is None:
            self._each(children(node), scope, block)
        else:
            handler(self, node, scope, block)

    def bind(
        self,
        name: str,
        kind: Kind,
        node: ast.AST,
        scope: Scope,
        block: Block,
        value: ast.expr | None = None,
        target: str = "",
    ) -> None:
        """Record that a node binds a name."""
        self._order += 1
        home = scope.declared.get(name, scope)
        binding = Binding(name, kind, node, block, self._order, value, target, is_remote=home is not scope)
        home.bindings.setdefault(name, []).append(binding)

    # Names and targets

    def _name(self, node: ast.Name, scope: Scope, block: Block) -> None:
        if isinstance(node.ctx, ast.Load):
            self.uses[node] = Use(scope, block, self._order)
        elif isinstance(node.ctx, ast.Del):
            self.bind(node.id, Kind.DELETION, node, scope, block)
        else:
            self.bind(node.id, Kind.TARGET, node, scope, block)

    def _assign_to(self, target: ast.expr, value: ast.expr, scope: Scope, block: Block) -> None:
        if isinstance(target, ast.Name):
            self.bind(target.id, Kind.ASSIGNMENT, target, scope, block, value)
            return
        pairs = _paired(target, value)
        if pairs:
            self._then(*((self._assign_to, (t, v, scope, block)) for t, v in pairs))
        else:
            self._visit(target, scope, block)

    def _assign(self, node: ast.Assign, scope: Scope, block: Block) -> None:
        targets = ((self._assign_to, (t, node.value, scope, block)) for t in node.targets)
        self._then((self._visit, (node.value, scope, block)), *targets)

    def _annotated_assign(self, node: ast.AnnAssign, scope: Scope, block: Block) -> None:
        if node.value is None and isinstance(node.target, ast.Name) and isinstance(scope.node, FunctionNode):
            # Nothing is bound here, and yet it is this scope's: a function inside may set it by `nonlocal`.
            scope.declared.get(node.target.id, scope).bindings.setdefault(node.target.id, [])
        self._then(
            (self._each, ((node.annotation, node.value), scope, block)),
            *([(self._assign_to, (node.target, node.value, scope, block))] if node.value else []),
        )

    def _augmented_assign(self, node: ast.AugAssign, scope: Scope, block: Block) -> None:
        if isinstance(node.target, ast.Name):
            self.uses[node.target] = Use(scope, block, self._order)
        self._each((node.value, node.target), scope, block)

    def _walrus(self, node: ast.NamedExpr, scope: Scope, block: Block) -> None:
        home = next(s for s in (scope, *scope.enclosing()) if not s.is_comprehension)
        self._then(
            (self._visit, (node.value, scope, block)),
            (self._assign_to, (node.target, node.value, home, block)),
        )

    def _type_alias(self, node: Any, scope: Scope, block: Block) -> None:
        outer = self._type_parameters(node, scope, block)
        self.bind(node.name.id, Kind.ASSIGNMENT, node, scope, block, node.value)
        self._each((node.value,), outer, block)

    # Imports and declarations

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope, block: Block) -> None:
        for name, target in imported(node):
            if name == "*":
                scope.star_modules.append(target)
            else:
                self.bind(name, Kind.IMPORT, node, scope, block, target=target)

    def _global(self, node: ast.Global, scope: Scope, block: Block) -> None:
        for name in node.names:
            scope.declared[name] = self.module

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope, block: Block) -> None:
        for name in node.names:
            for home in scope.enclosing():
                if name in home.bindings:
                    scope.declared[name] = home
                    break

    # Definitions

    def _open(self, node: ast.AST, parent: Scope, block: Block) -> Scope:
        scope = self.scopes[node] = Scope(node, parent, Block(block))
        return scope

    def _type_parameters(self, node: Any, scope: Scope, block: Block) -> Scope:
        """The scope of `[T]` (Python 3.12), which annotations and body see; the given one without it."""
        parameters = getattr(node, "type_params", ())
        if not parameters:
            return scope
        inner = Scope(node, scope, block, is_of_parameters=True)
        for parameter in parameters:
            self.bind(parameter.name, Kind.TYPE_PARAMETER, parameter, inner, block)
        return inner

    def _function(self, node: FunctionNode, scope: Scope, block: Block) -> None:
        outer = self._type_parameters(node, scope, block)
        inner = self._open(node, outer, block)
        self._then(
            (self._each, (node.decorator_list, scope, block)),
            (self._signature, (node.args, outer, block, inner)),
            (self._each, ((node.returns,), outer, block)),
            (self.bind, (node.name, Kind.DEFINITION, node, scope, block)),
        )
        self._bodies.append((self._each, (node.body, inner, inner.block)))

    def _lambda(self, node: ast.Lambda, scope: Scope, block: Block) -> None:
        inner = self._open(node, scope, block)
        self._signature(node.args, scope, block, inner)
        self._bodies.append((self._visit, (node.body, inner, inner.block)))

    def _signature(self, arguments: ast.arguments, scope: Scope, block: Block, inner: Scope) -> None:
        parameters = every_argument(arguments)
        defaults = (*arguments.defaults, *arguments.kw_defaults)
        for parameter in parameters:
            self.bind(parameter.arg, Kind.PARAMETER, parameter, inner, inner.block)
        self._each((*defaults, *(p.annotation for p in parameters)), scope, block)

    def _class(self, node: ast.ClassDef, scope: Scope, block: Block) -> None:
        outer = self._type_parameters(node, scope, block)
        inner = self._open(node, outer, block)
        self._then(
            (self._each, ((*node.decorator_list, *node.bases, *node.keywords), outer, block)),
            (self._each, (node.body, inner, inner.block)),
            (self.bind, (node.name, Kind.DEFINITION, node, scope, block)),
        )

    def _comprehension(self, node: _Comprehension, scope: Scope, block: Block) -> None:
        inner = self._open(node, scope, block)
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        first, *others = node.generators
        # Only the first source is evaluated outside.
        self._then(
            (self._visit, (first.iter, scope, block)),
            (self._each, ((first.target, *first.ifs), inner, inner.block)),
            *((self._each, ((g.iter, g.target, *g.ifs), inner, inner.block)) for g in others),
            (self._each, (results, inner, inner.block)),
        )

    # Blocks

    def _if(self, node: ast.If, scope: Scope, block: Block) -> None:
        typing_only = block.is_typing_only or is_type_checking(node.test)
        self._then(
            (self._visit, (node.test, scope, block)),
            (self._each, (node.body, scope, Block(block, is_typing_only=typing_only))),
            (self._each, (node.orelse, scope, Block(block))),
        )

    def _while(self, node: ast.While, scope: Scope, block: Block) -> None:
        loop = Block(block, is_loop=True)
        self._then(
            (self._visit, (node.test, scope, loop)),
            (self._each, (node.body, scope, loop)),
            (self._each, (node.orelse, scope, Block(block))),
        )

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope, block: Block) -> None:
        loop = Block(block, is_loop=True)
        self._then(
            (self._visit, (node.iter, scope, block)),
            (self._each, ([node.target, *node.body], scope, loop)),
            (self._each, (node.orelse, scope, Block(block))),
        )

    def _try(self, node: Any, scope: Scope, block: Block) -> None:
        self._then(
            (self._each, (node.body, scope, Block(block))),
            *((self._visit, (handler, scope, Block(block))) for handler in node.handlers),
            (self._each, (node.orelse, scope, Block(block))),
            (self._each, (node.finalbody, scope, block)),
        )

    def _handler(self, node: ast.ExceptHandler, scope: Scope, block: Block) -> None:
        if node.type is not None:
            self._then((self._each, (node.body, scope, block)), (self._visit, (node.type, scope, block)))
        else:
            self._each(node.body, scope, block)
        if node.name:
            self.bind(node.name, Kind.TARGET, node, scope, block)

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope, block: Block) -> None:
        steps: list[_Action] = []
        for item in node.items:
            steps.append((self._visit, (item.context_expr, scope, block)))
            if isinstance(item.optional_vars, ast.Name):
                name = item.optional_vars.id
                entered = (name, Kind.CONTEXT, item, scope, block, item.context_expr)
                steps.append((self.bind, entered))
            elif item.optional_vars is not None:
                steps.append((self._visit, (item.optional_vars, scope, block)))
        self._then(*steps, (self._each, (node.body, scope, block)))

    def _case(self, node: ast.match_case, scope: Scope, block: Block) -> None:
        inner = Block(block)
        self._each((node.pattern, node.guard, *node.body), scope, inner)

    def _capture(self, node: ast.MatchAs | ast.MatchStar, scope: Scope, block: Block) -> None:
        self._each(children(node), scope, block)
        if node.name:
            self.bind(node.name, Kind.TARGET, node, scope, block)

    def _rest(self, node: ast.MatchMapping, scope: Scope, block: Block) -> None:
        self._each(children(node), scope, block)
        if node.rest:
            self.bind(node.rest, Kind.TARGET, node, scope, block)


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with the qualified name that it stands for; `*` with the module's."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (top, top)
        return
    source = "." * node.level + (node.module or "")
    joint = "" if source.endswith(".") or not source else "."
    for alias in node.names:
        is_star = alias.name == "*"
        yield alias.asname or alias.name, source if is_star else f"{source}{joint}{alias.name}"


def every_argument(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters of a signature, in the order in which they are written."""
    star = [arguments.vararg] if arguments.vararg else []
    double_star = [arguments.kwarg] if arguments.kwarg else []
    positional = [*arguments.posonlyargs, *arguments.args]
    return [*positional, *star, *arguments.kwonlyargs, *double_star]


def is_type_checking(test: ast.expr) -> bool:
    """Whether a condition is `TYPE_CHECKING`, however it was imported."""
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _paired(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """The targets of an unpacking with their values, where both are written out."""
    if not isinstance(target, ast.Tuple | ast.List) or not isinstance(value, ast.Tuple | ast.List):
        return []
    is_starred = any(isinstance(element, ast.Starred) for element in (*target.elts, *value.elts))
    if is_starred or len(value.elts) != len(target.elts):
        return []
    return list(zip(target.elts, value.elts, strict=True))


_HANDLERS: dict[type[ast.AST], Callable[[Binder, Any, Scope, Block], None]] = {
    ast.Name: Binder._name,
    ast.Assign: Binder._assign,
    ast.AnnAssign: Binder._annotated_assign,
    ast.AugAssign: Binder._augmented_assign,
    ast.NamedExpr: Binder._walrus,
    ast.Import: Binder._import,
    ast.ImportFrom: Binder._import,
    ast.Global: Binder._global,
    ast.Nonlocal: Binder._nonlocal,
    ast.FunctionDef: Binder._function,
    ast.AsyncFunctionDef: Binder._function,
    ast.Lambda: Binder._lambda,
    ast.ClassDef: Binder._class,
    **dict.fromkeys(COMPREHENSIONS, Binder._comprehension),
    ast.If: Binder._if,
    ast.While: Binder._while,
    ast.For: Binder._for,
    ast.AsyncFor: Binder._for,
    ast.Try: Binder._try,
    ast.TryStar: Binder._try,
    ast.ExceptHandler: Binder._handler,
    ast.With: Binder._with,
    ast.AsyncWith: Binder._with,
    ast.match_case: Binder._case,
    ast.MatchAs: Binder._capture,
    ast.MatchStar: Binder._capture,
    ast.MatchMapping: Binder._rest,
}
if hasattr(ast, "TypeAlias"):  # Python 3.12
    _HANDLERS[ast.TypeAlias] = Binder._type_alias
