"""Where an exception goes in a function, by itself or as a text: through variables, containers, calls and helpers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flake8_incall.catalogue import Trait
from flake8_incall.model.calls.calls import Calls
from flake8_incall.model.code.tree import FunctionNode, find
from flake8_incall.model.objects.calling import bound
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Local, names_of

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# What a function returns of a value: its text (`True`), the value itself (`False`), both or neither.
States = frozenset[bool]
_NOTHING: States = frozenset()
_COMPREHENSION = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
_DISPLAY = ast.Tuple | ast.List | ast.Set | ast.Dict | ast.Starred | ast.JoinedStr
_AS_IT_IS = _DISPLAY | _COMPREHENSION | ast.keyword | ast.BinOp | ast.BoolOp | ast.Await
_TOLD = "livekit.agents.ToolError"
_SHOWING: tuple[Trait, ...] = ("shows", "traces")
_KEEPING: tuple[Trait, ...] = ("copies", "keeps")
_CHANGING: tuple[Trait, ...] = ("splits", "quotes", "composes")
# Helpers of helpers are followed so deep.
_DEEPEST = 4


class TextFlow:
    """Where exceptions and their texts go in the functions of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._references = module.fact(References)
        self._calls = module.fact(Calls)
        self._helped: dict[tuple[Callable, str, bool], States] = {}
        self._read_by_store: dict[tuple[Callable, str], dict[ast.AST, list[ast.Name]]] = {}
        self._depth = 0

    def returned(self, mention: ast.expr, owner: Callable, *, is_text: bool) -> States:
        """What a function returns, or tells the model by `ToolError`, of an expression in it.

        Args:
            mention: The expression, or the variable that a statement gives it.
            owner: The function.
            is_text: Whether it is a text already.
        """
        found: set[bool] = set()
        seen: set[tuple[ast.AST, bool]] = set()
        is_target = isinstance(mention, ast.Name) and isinstance(mention.ctx, ast.Store)
        pending: dict[bool, list[ast.AST]] = {False: [], True: []}
        pending[is_text] += self._reads(mention, owner) if is_target else [mention]
        # A text stays one, so that one way of it to a result is all that can be found out.
        while pending[False] or (pending[True] and True not in found):
            state = not pending[False]
            node = pending[state].pop()
            if (node, state) in seen:
                continue
            seen.add((node, state))
            for parent, inner in self._module.index.outward(node):
                if self._is_end(parent, inner, owner):
                    found.add(state)
                pending[state] += self._variables(parent, inner, owner)
                after = self._after(parent, inner, is_text=state)
                if after is None:
                    break
                state = after
        return frozenset(found)

    def _is_end(self, parent: ast.AST, inner: ast.AST, owner: Callable) -> bool:
        match parent:
            case ast.Return():
                return True
            case ast.Raise(exc=ast.expr() as raised):
                return raised is inner and _TOLD in self._references.classes.raised(raised)
        return parent is owner and isinstance(owner, ast.Lambda)

    # One step outward

    def _after(self, parent: ast.AST, inner: ast.AST, *, is_text: bool) -> bool | None:
        """Whether what is around a value is its text; `None` for what has nothing of it."""
        match parent:
            case ast.FormattedValue(value=value):
                return True if value is inner else None
            case ast.BinOp(op=ast.Mod(), right=right) if right is inner:
                return True
            case ast.Attribute(attr=name):
                return self._attribute(name, is_text=is_text)
            case ast.Call():
                return is_text if parent.func is inner else self._call(parent, inner, is_text=is_text)
            case ast.Subscript(value=value) | ast.NamedExpr(value=value):
                return is_text if value is inner else None
            case ast.IfExp(test=test):
                return None if test is inner else is_text
            case ast.comprehension():
                return None
        return is_text if isinstance(parent, _AS_IT_IS) else None

    def _attribute(self, name: str, *, is_text: bool) -> bool | None:
        catalogue = self._module.catalogue
        if is_text:
            return None if name in catalogue.members("tells") else True
        is_shown = name.startswith("__") and name in catalogue.members("keeps")
        return True if is_shown or name in catalogue.members("describes") else None

    def _call(self, call: ast.Call, part: ast.AST, *, is_text: bool) -> bool | None:
        """What a call makes of an argument."""
        catalogue, referents = self._module.catalogue, self._references.of(call.func)
        names = names_of(referents)
        local = [r.definition for r in referents if isinstance(r, Local)]
        if local:
            return self._helper(call, part, local, is_text=is_text)
        if catalogue.any_has("selects", names) and call.args:
            return self._selected(call, part, is_text=is_text)
        is_method = isinstance(call.func, ast.Attribute) and call.func.attr in catalogue.members("composes")
        if is_method or _TOLD in map(catalogue.canonical, names) or self._any(_SHOWING, names):
            return True
        if self._any(_KEEPING, names):
            return is_text
        return True if is_text and self._any(_CHANGING, names) else None

    def _any(self, traits: Iterable[Trait], names: Iterable[str]) -> bool:
        return any(self._module.catalogue.any_has(trait, names) for trait in traits)

    def _selected(self, call: ast.Call, part: ast.AST, *, is_text: bool) -> bool | None:
        """`max(exc.args)`, and `map(str, exc.args)`, whose function makes something else of the elements."""
        if "builtins.map" not in names_of(self._references.of(call.func)):
            return is_text
        names = names_of(self._references.of(call.args[0]))
        if part is call.args[0] or self._module.catalogue.any_has("tells", names):
            return None
        return is_text or self._module.catalogue.any_has("shows", names)

    def _helper(self, call: ast.Call, part: ast.AST, definitions: Iterable[ast.AST], *, is_text: bool) -> bool | None:
        """What a function of the module returns of its argument; an object of its classes has it inside."""
        states: set[bool] = set()
        argument = part.value if isinstance(part, ast.keyword) else part
        for definition in definitions:
            if isinstance(definition, ast.ClassDef):
                states.add(is_text)
            elif isinstance(definition, FunctionNode | ast.Lambda):
                call_of = bound(call.func, definition, self._references)
                given = call_of.given.items() if call_of is not None else ()
                for name in (name for name, value in given if value is argument):
                    states |= self._helped_by(definition, name, is_text=is_text)
        return max(states) if states else None

    def _helped_by(self, definition: Callable, parameter: str, *, is_text: bool) -> States:
        key = (definition, parameter, is_text)
        if key not in self._helped:
            # What a function makes of its argument by calling itself is nothing more.
            self._helped[key] = _NOTHING
            if self._depth < _DEEPEST:
                self._depth += 1
                reads = [
                    read
                    for read in self._calls.reads(definition, parameter)
                    if any(isinstance(b.node, ast.arg) for b in self._references.names.bindings_of(read))
                ]
                found = (self.returned(read, definition, is_text=is_text) for read in reads)
                self._helped[key] = _NOTHING.union(*found)
                self._depth -= 1
        return self._helped[key]

    # Variables

    def _variables(self, parent: ast.AST, inner: ast.AST, owner: Callable) -> Iterator[ast.Name]:
        """Where the variables are read that a value gets into."""
        match parent:
            case ast.Tuple(elts=elements) | ast.List(elts=elements) if inner in elements:
                targets = [target.elts[elements.index(inner)] for target in self._matched(parent)]
            case ast.Assign(targets=given):
                matched = self._matched(inner)
                targets = [target for target in given if target not in matched]
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target) | ast.NamedExpr(target=target):
                targets = [target]
            case ast.For(target=target, iter=source) | ast.AsyncFor(target=target, iter=source) if source is inner:
                targets = [target]
            case ast.comprehension(target=target, iter=source) if source is inner:
                targets = [target]
            case ast.Call(func=ast.Attribute(value=ast.Name() as container, attr=method)):
                filled = self._module.catalogue.members("collects") if container is not inner else ()
                targets = [container] if method in filled else []
            case _:
                targets = []
        for target in targets:
            yield from self._reads(target, owner)

    def _matched(self, display: ast.AST) -> list[ast.Tuple | ast.List]:
        """The targets that take a display apart, element by element: `text, code = str(error), 1`."""
        statement = self._module.index.parents.get(display)
        if not isinstance(display, ast.Tuple | ast.List) or not isinstance(statement, ast.Assign):
            return []
        return [
            target
            for target in statement.targets
            if isinstance(target, ast.Tuple | ast.List)
            and len(target.elts) == len(display.elts)
            and not any(isinstance(element, ast.Starred) for element in (*target.elts, *display.elts))
        ]

    def _reads(self, target: ast.expr, owner: Callable) -> Iterator[ast.Name]:
        if isinstance(target, ast.Subscript) or (isinstance(target, ast.Name) and isinstance(target.ctx, ast.Load)):
            yield from self._later(target.value if isinstance(target, ast.Subscript) else target, owner)
            return
        for stored in (node for node in find(ast.Name, target) if isinstance(node.ctx, ast.Store)):
            yield from self._reads_by_store(owner, stored.id).get(stored, ())

    def _reads_by_store(self, owner: Callable, name: str) -> dict[ast.AST, list[ast.Name]]:
        """Where a variable is read, by each node that gives it what is read there."""
        key = (owner, name)
        if key not in self._read_by_store:
            found = self._read_by_store[key] = {}
            for read in self._calls.reads(owner, name):
                for binding in self._references.names.bindings_of(read):
                    found.setdefault(binding.node, []).append(read)
        return self._read_by_store[key]

    def _later(self, container: ast.expr, owner: Callable) -> Iterator[ast.Name]:
        """Where a variable is read behind a statement that puts something into its container."""
        if isinstance(container, ast.Name):
            names = self._references.names
            bindings = {*names.bindings_of(container)}
            for read in self._calls.reads(owner, container.id):
                is_later = (read.lineno, read.col_offset) > (container.lineno, container.col_offset)
                if is_later and not bindings.isdisjoint(names.bindings_of(read)):
                    yield read
