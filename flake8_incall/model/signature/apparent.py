"""The signature that LiveKit reads through wrappers: parameters, annotations, docstring and name."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_incall.catalogue.platform import TOOL_MAKERS
from flake8_incall.model.code.tree import FunctionNode, own, uncalled
from flake8_incall.model.objects.decorators import Decorators
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import definitions_of, names_of, only_definition
from flake8_incall.model.objects.written import written
from flake8_incall.model.signature.metadata_stores import WRAPPING, MetadataStore, find_metadata_stores

if TYPE_CHECKING:
    from flake8_incall.catalogue import Catalogue
    from flake8_incall.model.code.module import Module


@dataclass(frozen=True, slots=True)
class Apparent:
    """What `inspect` reads of a function; what cannot be told is `None`.

    Attributes:
        signature: The definition whose parameters it shows.
        annotations: The definition whose annotations it shows.
        documentation: The definition whose docstring it shows, or the constant that was set.
        name: Its `__name__`.
        hidden_by: The decorator whose wrapper stands in for it, without `functools.wraps`.
    """

    signature: FunctionNode | None = None
    annotations: FunctionNode | None = None
    documentation: FunctionNode | ast.Constant | None = None
    name: str | None = None
    hidden_by: str = ""

    @property
    def interface(self) -> FunctionNode | None:
        """The definition of which parameters and annotations are shown."""
        is_one = self.signature is self.annotations and self.hiding_wrapper is None
        return self.signature if is_one else None

    @property
    def hiding_wrapper(self) -> FunctionNode | None:
        """The wrapper that takes anything and shows nothing of what it wraps."""
        wrapper = self.signature if self.hidden_by else None
        return wrapper if wrapper is not None and _takes_anything(wrapper) else None


_UNKNOWN = Apparent()
# What the parameter of a decorator stands for.
_Decorated = tuple[ast.arg, Apparent]


class ApparentSignatures:
    """What `inspect` reads of the functions of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._references = module.fact(References)
        self._stores = find_metadata_stores(module)
        self._found: dict[FunctionNode, Apparent] = {}

    def of(self, node: FunctionNode) -> Apparent:
        """What is read of a function."""
        if node not in self._found:
            # What is read on the way round a circle of wrappers is unknown.
            self._found[node] = _UNKNOWN
            self._found[node] = self._find(node)
        return self._found[node]

    def _find(self, node: FunctionNode) -> Apparent:
        found = Apparent(node, node, node, node.name)
        if _has_tool_maker(node, self._module) and ast.get_docstring(node) is None:
            # LiveKit reads the description when it makes the tool: a docstring that is set later is too late.
            stores = [store for store in self._stores.get(node, ()) if store.attribute != "__doc__"]
        else:
            stores = self._stores.get(node, [])
        for decorator in reversed(node.decorator_list):
            found = self._decorate(found, decorator)
        return self._apply(found, stores, None)

    # Decorators

    def _decorate(self, found: Apparent, decorator: ast.expr) -> Apparent:
        if self._is_wraps(decorator):
            return self._wrapped(decorator, None)
        maker = uncalled(decorator)
        definition = self._definition(maker)
        if definition is not None:
            return self._decorate_here(found, definition, 2 if isinstance(decorator, ast.Call) else 1)
        if self._module.fact(Decorators).read(decorator).is_call_kept:
            return found
        names = names_of(self._references.of(maker))
        return (
            found if any(_keeps_signature(name, self._module.catalogue) for name in names) else _uncertain(found, maker)
        )

    def _decorate_here(self, found: Apparent, definition: FunctionNode, levels: int) -> Apparent:
        """What a decorator of this module makes of a function."""
        decorator = self._inner(definition) if levels == 2 else definition
        parameters = [*decorator.args.posonlyargs, *decorator.args.args] if decorator is not None else []
        returned = _returned(decorator) if decorator is not None and not decorator.decorator_list else None
        made = self._made(returned, (parameters[0], found)) if parameters and returned is not None else None
        if made is None or decorator is None:
            return _uncertain(found, None)
        is_hidden = made.signature in decorator.body
        # LiveKit reads the wrapper's docstring too: what is wrong then is the wrapper.
        return replace(made, documentation=None, hidden_by=definition.name) if is_hidden else made

    def _inner(self, factory: FunctionNode) -> FunctionNode | None:
        """The decorator that a function inside which it stands returns."""
        returned = _returned(factory)
        definitions = definitions_of(self._references.of(returned)) if returned is not None else frozenset()
        inside = [node for node in definitions if isinstance(node, ast.FunctionDef) and node in factory.body]
        return inside[0] if len(inside) == len(definitions) == 1 else None

    def _made(self, returned: ast.expr, decorated: _Decorated) -> Apparent | None:
        """What a decorator returns; `None` where that cannot be told."""
        if isinstance(returned, ast.Call):
            if self._is_wraps(returned.func):
                return self._wrapped(returned.func, decorated)
            is_update = "functools.update_wrapper" in names_of(self._references.of(returned.func))
            return self._source(returned.args[1], decorated) if is_update and len(returned.args) == 2 else None
        if self._is_parameter(returned, decorated[0]):
            return self._apply(decorated[1], self._stores.get(decorated[0], []), decorated)
        wrapper = self._definition(returned)
        return self._wrapper(wrapper, decorated) if wrapper is not None else None

    def _wrapper(self, wrapper: FunctionNode, decorated: _Decorated) -> Apparent | None:
        found = Apparent(wrapper, wrapper, wrapper, wrapper.name)
        for decorator in reversed(wrapper.decorator_list):
            if not self._is_wraps(decorator):
                # It may copy all that `functools.wraps` copies.
                return None
            found = self._wrapped(decorator, decorated)
        return self._apply(found, self._stores.get(wrapper, []), decorated)

    # Copies

    def _is_wraps(self, node: ast.expr) -> bool:
        """Whether an expression is `functools.wraps(...)`, or that of another package."""
        names = names_of(self._references.of(node.func)) if isinstance(node, ast.Call) else ()
        return any(name.endswith(".wraps") for name in names)

    def _wrapped(self, wraps: ast.expr, decorated: _Decorated | None) -> Apparent:
        match wraps:
            case ast.Call(args=[source], keywords=[]) | ast.Call(args=[], keywords=[ast.keyword("wrapped", source)]):
                return self._source(source, decorated)
        return _UNKNOWN

    def _source(self, node: ast.expr, decorated: _Decorated | None) -> Apparent:
        """What is read of the function that an expression stands for."""
        if decorated is not None and self._is_parameter(node, decorated[0]):
            return decorated[1]
        definition = self._definition(node)
        return self.of(definition) if definition is not None else _UNKNOWN

    def _definition(self, node: ast.expr) -> FunctionNode | None:
        """The one function of the module that an expression can stand for."""
        definition = only_definition(self._references.of(node))
        return definition if isinstance(definition, FunctionNode) else None

    def _is_parameter(self, node: ast.expr, parameter: ast.arg) -> bool:
        bindings = self._module.names.bindings_of(node) if isinstance(node, ast.Name) else []
        return [binding.node for binding in bindings] == [parameter]

    # Stores

    def _apply(self, found: Apparent, stores: list[MetadataStore], decorated: _Decorated | None) -> Apparent:
        for store in stores:
            found = self._store(found, store, decorated)
        return found

    def _store(self, found: Apparent, store: MetadataStore, decorated: _Decorated | None) -> Apparent:
        value = store.value
        match store.attribute:
            case "__doc__":
                return replace(found, documentation=self._documentation(value, decorated) if value else None)
            case "__name__":
                is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
                return replace(found, name=value.value if is_text else None)  # type: ignore[union-attr]
            case "__annotations__":
                source = self._attribute_of(value, "__annotations__", decorated)
                return replace(found, annotations=source.annotations)
            case "__signature__":
                return replace(found, signature=self._shown_by_signature(value, decorated).signature)
            case "__wrapped__":
                return replace(found, signature=self._source(value, decorated).signature if value else None)
            case attribute if attribute == WRAPPING and value is not None:
                return self._source(value, decorated)
        return _UNKNOWN

    def _documentation(self, value: ast.expr, decorated: _Decorated | None) -> FunctionNode | ast.Constant | None:
        for constant in (value, written(value, self._references)):
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str | None):
                return constant
        return self._attribute_of(value, "__doc__", decorated).documentation

    def _attribute_of(self, value: ast.expr | None, attribute: str, decorated: _Decorated | None) -> Apparent:
        """The function whose attribute is read: `g.__doc__`, `dict(g.__annotations__)`, `inspect.getdoc(g)`."""
        match value:
            case ast.Attribute(value=owner, attr=read) if read == attribute:
                return self._source(owner, decorated)
            case ast.Call(func=ast.Name(id="dict"), args=[ast.Attribute(value=owner, attr=read)]) if read == attribute:
                return self._source(owner, decorated)
            case ast.Call(args=[owner]) if "inspect.getdoc" in names_of(self._references.of(value.func)):
                return self._source(owner, decorated) if attribute == "__doc__" else _UNKNOWN
        return _UNKNOWN

    def _shown_by_signature(self, value: ast.expr | None, decorated: _Decorated | None) -> Apparent:
        """The function whose signature is read: `inspect.signature(g)`."""
        match value:
            case ast.Call(args=[owner], keywords=[]):
                if "inspect.signature" in names_of(self._references.of(value.func)):
                    return self._source(owner, decorated)
        return self._attribute_of(value, "__signature__", decorated)


def _has_tool_maker(node: FunctionNode, module: Module) -> bool:
    makers = (uncalled(decorator) for decorator in node.decorator_list)
    return any(name.endswith(TOOL_MAKERS) for maker in makers for name in names_of(module.fact(References).of(maker)))


def _keeps_signature(name: str, catalogue: Catalogue) -> bool:
    return catalogue.has("keeps-signature", name) or name.endswith(TOOL_MAKERS)


def _uncertain(found: Apparent, maker: ast.expr | None) -> Apparent:
    """What is read below a decorator that cannot be followed: most use `functools.wraps`, and some do not."""
    signature = found.signature
    if signature is None or _takes_anything(signature):
        return replace(_UNKNOWN, name=found.name)
    is_undocumented = isinstance(found.documentation, FunctionNode) and ast.get_docstring(found.documentation) is None
    if maker is not None and is_undocumented and "doc" in ast.unparse(maker).lower():
        return replace(found, documentation=None)
    return found


def _takes_anything(node: FunctionNode) -> bool:
    return node.args.vararg is not None or node.args.kwarg is not None


def _returned(definition: FunctionNode) -> ast.expr | None:
    """The one expression that a function returns."""
    found = [node.value for node in own(*definition.body) if isinstance(node, ast.Return)]
    return found[0] if len(found) == 1 else None
