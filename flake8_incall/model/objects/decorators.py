"""What the decorators of a function make of it: the one answer for every family.

What happens inside a function happens under any decorator. What a call of it gives, and which exceptions leave it, is
known where the catalogue says so, or where a function of the module puts a wrapper around it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flake8_incall.catalogue import Api, DecoratorKind
from flake8_incall.catalogue.platform import is_tool_maker
from flake8_incall.model.code.scopes import Kind
from flake8_incall.model.code.tree import FunctionNode, handed_out
from flake8_incall.model.objects.arguments import Written, given, holds, read
from flake8_incall.model.objects.classes import NO_IDEA, Types
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import Callable, Local, names_of
from flake8_incall.model.objects.wrappers import Wrapper, wrappers_by
from flake8_incall.model.objects.written import written

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

# What is repeated for where nothing else is said.
ANY_FAILURE: Types = frozenset({"builtins.Exception"})
# A longer chain of names for a decorator is not followed.
_LONGEST_CHAIN = 8
# Whether what a call of the decorated function gives, or raises, is the function's own.
Same = Literal["same", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class Decoration:
    """One decorator of one function.

    Attributes:
        node: The decorator, or what is called in `f = decorator(f)`.
        kind: What it makes of the function; `"own"` where a function of the module wraps it, `"unknown"` where
            that cannot be told.
        result: Whether a call gives what the function returns.
        exceptions: Whether the function's exceptions leave it; others are `raises`.
        raises: The exceptions that leave it in their place; none where it never gives up.
        repeated: Those in whose place they leave; the others leave it as they are.
        api: The catalogue's entry.
        arguments: What the decorator was made with: `@timeout(5)`.
        wrappers: What is put around the function.
    """

    node: ast.expr
    kind: DecoratorKind | Literal["own", "unknown"]
    result: Same = "unknown"
    exceptions: Same = "unknown"
    raises: tuple[str, ...] = ()
    repeated: Types = ANY_FAILURE
    api: Api | None = None
    arguments: Written | None = None
    wrappers: tuple[Wrapper, ...] = ()

    @property
    def is_call_kept(self) -> bool:
        """Whether a call of what it makes is a call of the function: at once, or once it is awaited."""
        return self.kind == "transparent" or (self.api is not None and self.api.keeps_calls)


class Decorators:
    """The decorators of the functions of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._references = module.fact(References)
        self._of: dict[FunctionNode, tuple[Decoration, ...]] = {}
        self._known: dict[ast.expr, Decoration] = {}

    def of(self, definition: Callable) -> tuple[Decoration, ...]:
        """Return the decorators of a function, the outermost first."""
        if isinstance(definition, ast.Lambda):
            return ()
        if definition not in self._of:
            nodes = [*self._called_later(definition), *definition.decorator_list]
            self._of[definition] = tuple(map(self.read, nodes))
        return self._of[definition]

    def keep_call(self, definition: Callable) -> bool:
        """Return whether a call of a function is certainly one of its body, or awaits that."""
        return all(decoration.is_call_kept for decoration in self.of(definition))

    def has(self, definition: Callable, kind: DecoratorKind) -> bool:
        """Return whether one of the decorators of a function is of a kind."""
        return any(decoration.kind == kind for decoration in self.of(definition))

    def _called_later(self, definition: FunctionNode) -> Iterator[ast.expr]:
        """The decorators in `f = traced(f)`, behind the definition."""
        around = self._module.index.outward(definition)
        scope = next(
            outer for outer, _ in around if isinstance(outer, FunctionNode | ast.Lambda | ast.ClassDef | ast.Module)
        )
        bindings = self._module.names.scope(scope).bindings.get(definition.name, ())
        for binding in reversed(bindings if len(bindings) > 1 else ()):
            value = binding.value if binding.kind is Kind.ASSIGNMENT else None
            found: list[ast.expr] = []
            while isinstance(value, ast.Call) and len(value.args) == 1:
                found.append(value.func)
                value = value.args[0]
            if isinstance(value, ast.Name) and value.id == definition.name:
                yield from found

    def read(self, node: ast.expr) -> Decoration:
        """Return what one decorator makes of any function."""
        if node not in self._known:
            # What decorates itself on the way round is unknown.
            self._known[node] = Decoration(node, "unknown")
            self._known[node] = self._find(node)
        return self._known[node]

    def _find(self, node: ast.expr) -> Decoration:
        wrappers = tuple(wrappers_by(node, self._references))
        if wrappers:
            results = {wrapper.result for wrapper in wrappers}
            return Decoration(node, "own", results.pop() if len(results) == 1 else "unknown", wrappers=wrappers)
        if self._is_handed_back(node):
            return Decoration(node, "transparent", "same", "same")
        maker, arguments = self._maker(node)
        names = names_of(self._references.of(maker))
        if names and all(map(is_tool_maker, names)):
            return Decoration(node, "transparent", "same", "same")
        apis = [self._api(name) for name in names]
        api = apis[0] if apis else None
        if api is None or len(apis) > 1:
            return Decoration(node, "unknown")
        return self._by_catalogue(node, api, arguments)

    def _by_catalogue(self, node: ast.expr, api: Api, arguments: Written | None) -> Decoration:
        is_same = api.decorator in ("transparent", "caches", "repeats", "bounds")
        answers = api.answers is not None and arguments is not None and given(api.answers, arguments) != "absent"
        exceptions: Same = "same" if is_same and not api.raises and not answers else "unknown"
        raises: tuple[str, ...] = ()
        if any(holds(condition, arguments, self._references) for condition in api.reraises):
            exceptions = "same"
        elif api.decorator == "repeats" and not answers:
            is_endless = all(holds(condition, arguments, self._references) for condition in api.endless)
            raises = () if api.endless and is_endless else api.raises or ()
            exceptions = "other" if api.raises or (api.endless and is_endless) else "same"
        result: Same = "same" if is_same and not answers else "unknown"
        repeated = self._repeated(api, arguments)
        return Decoration(node, api.decorator, result, exceptions, raises, repeated, api, arguments)

    def _repeated(self, api: Api, arguments: Written | None) -> Types:
        """The exceptions for which a decorator calls its function again: `retry=retry_if_exception_type(OSError)`."""
        if api.repeats_for is None or arguments is None:
            return ANY_FAILURE
        condition = given(api.repeats_for, arguments)
        if isinstance(condition, str):
            return ANY_FAILURE if condition == "absent" else NO_IDEA
        match condition:
            case ast.Call(func=function, args=[classes], keywords=[]):
                names = names_of(self._references.of(function))
                if names and all(self._module.catalogue.has("is-for-exceptions", name) for name in names):
                    return self._references.classes.caught(classes)
        return NO_IDEA

    def _api(self, name: str) -> Api | None:
        api = self._module.catalogue.api(name)
        return api if api is not None and api.decorator else None

    def _maker(self, node: ast.expr) -> tuple[ast.expr, Written | None]:
        """What makes a decorator, and with which arguments: `retry` of `@retry(...)`, or of a name for that."""
        arguments: Written | None = None
        for _ in range(_LONGEST_CHAIN):
            if isinstance(node, ast.Call):
                given_here = read(node, self._references)
                is_partial = "functools.partial" in names_of(self._references.of(node.func)) and bool(node.args)
                if not is_partial and names_of(self._references.of(node)):
                    # A call that gives the maker itself: `getattr(kit, "retry")`.
                    break
                function = node.args[0] if is_partial else node.func
                given_here = given_here.behind(function) if is_partial else given_here
                node, arguments = function, arguments.after(given_here) if arguments is not None else given_here
            elif (value := written(node, self._references)) is not node:
                node = value
            else:
                break
        return node, arguments

    def _is_handed_back(self, node: ast.expr) -> bool:
        """Whether a function of the module takes what it decorates and returns it as it is."""
        makers = [r.definition for r in self._references.of(node) if isinstance(r, Local)]
        return bool(makers) and all(isinstance(maker, FunctionNode) and self._hands_back(maker) for maker in makers)

    def _hands_back(self, maker: FunctionNode) -> bool:
        first = [parameter.arg for parameter in (*maker.args.posonlyargs, *maker.args.args)][:1]
        returned = list(handed_out(maker))
        return bool(first and returned) and all(self._gives(value, first[0]) for value in returned)

    def _gives(self, value: ast.expr, name: str) -> bool:
        """Whether a value is what a name stands for, decorated by what leaves it as it is at most."""
        match value:
            case ast.Name(id=found):
                return found == name
            case ast.Call(func=function, args=[ast.Name(id=found)], keywords=[]) if found == name:
                return self.read(function).kind == "transparent"
        return False
