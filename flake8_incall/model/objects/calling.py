"""What a call of the module's own functions and classes gives to their parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_incall.model.code.binding import Arguments, Bound, Formal, bind, formals
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.objects.arguments import Written, arguments_of, given, read
from flake8_incall.model.objects.fields import INSTANCE
from flake8_incall.model.objects.referents import Container, Definition, Local, LocalInstance, Outside, names_of

if TYPE_CHECKING:
    from flake8_incall.model.objects.references import References

# A longer chain of aliases and partials is not followed.
_LONGEST_CHAIN = 10
# Nor are more choices on the way.
_MOST_CHOICES = 3
_PARTIAL = frozenset({"functools.partial", "functools.partialmethod"})
_WITHOUT_PARAMETERS = frozenset({"object", "abc.ABC", "typing.Protocol", "typing.Generic"})
# Methods that Python calls when an instance is made or called.
_IMPLICIT = frozenset({"__init__", "__post_init__", "__call__"})


def bound(mention: ast.expr, definition: Definition, references: References) -> Bound[ast.expr] | None:
    """Return what a function or class of the module is given where it is mentioned.

    Args:
        mention: The expression that is called, or handed to what calls it: `to_thread(look_up, city)`.
        definition: The function, lambda, method or class that it refers to.
        references: The module's references.

    Returns:
        `None` where it is not called, or its parameters are not known.
    """
    arguments = _called_with(mention, references)
    parameters = formals_of(definition, references)
    if arguments is None or parameters is None:
        return None
    return bind(parameters, arguments.after(fixed_before(mention, definition, references)))


def _called_with(mention: ast.expr, references: References) -> Written | None:
    """The arguments of the call, and those that are handed on: the rest of what `partial` gets is not known."""
    arguments, parent = arguments_of(mention, references), references.module.parents[mention]
    if arguments is None or not isinstance(parent, ast.Call) or parent.func is mention:
        return arguments
    if _is_partial(parent, references):
        later: Written = Arguments(spread=(parent,), keyword_spread=(parent,))
        return later.after(arguments)
    apis = [references.catalogue.api(name) for name in names_of(references.of(parent.func))]
    runs = [api.runs for api in apis if api is not None and api.runs is not None]
    outer = read(parent, references)
    return arguments if any(given(argument, outer) is mention for argument in runs) else None


def formals_of(definition: Definition, references: References) -> list[Formal] | None:
    """Return the parameters of a function, or of what makes a class's instances; `None` where they are not known."""
    if not isinstance(definition, ast.ClassDef):
        owner = references.module.index.owner(definition)
        if owner is not None and getattr(definition, "name", "") == "__post_init__":
            return _from_fields(owner, references)
        return formals(definition.args)
    for ancestor in references.classes.lineage(definition):
        if isinstance(ancestor, Outside):
            if references.catalogue.canonical(ancestor.name) not in _WITHOUT_PARAMETERS:
                return None
            continue
        made = [node for node in ancestor.body if isinstance(node, FunctionNode) and node.name == "__init__"]
        if made:
            return formals(made[-1].args)
        if ancestor.decorator_list or references.fields.of(ancestor) is not None:
            return _from_fields(definition, references)
    return [INSTANCE]


def _from_fields(definition: ast.ClassDef, references: References) -> list[Formal] | None:
    """The parameters of the `__init__` that is made of a class's fields."""
    record = references.fields.of(definition)
    return record.formals if record is not None and record.is_whole else None


# What is given before the call


def fixed_before(mention: ast.expr, definition: Definition, references: References, depth: int = 0) -> Written:
    """Return what is given before the call itself: the instance of a method, and what `partial` has fixed."""
    fixed: Written = Arguments()
    node, access = mention, None
    for _ in range(_LONGEST_CHAIN):
        if (applied := _partial(node, references)) is not None:
            node, fixed = applied[0], fixed.after(applied[1])
            continue
        behind = _behind(node, definition, references)
        if len(behind) > 1:
            return fixed.after(_any_of(behind, definition, references, depth + 1))
        if not behind:
            break
        if isinstance(node, ast.Attribute) and _is_bound_on_access(behind[0], references):
            access = node
        node = behind[0]
    instance = _instance(access if isinstance(node, ast.Name) and access else node, mention, definition, references)
    return fixed if instance is None else fixed.after(Arguments((instance,)))


def _any_of(nodes: list[ast.expr], definition: Definition, references: References, depth: int) -> Written:
    """What is given before a call of one of several: nothing is known where that is not alike."""
    if depth <= _MOST_CHOICES:
        found = [fixed_before(node, definition, references, depth) for node in nodes]
        if all(len(f.positional) == len(found[0].positional) and not (f.keywords or f.spread) for f in found):
            return found[0]
    return Arguments(spread=(nodes[0],), keyword_spread=(nodes[0],))


def _partial(node: ast.expr, references: References) -> tuple[ast.expr, Written] | None:
    """The function that a `partial` is of, and what it fixes."""
    if not isinstance(node, ast.Call) or not node.args or not _is_partial(node, references):
        return None
    return node.args[0], read(node, references).behind(node.args[0])


def _behind(node: ast.expr, definition: Definition, references: References) -> list[ast.expr]:
    """The expressions that give a function another name, or an entry of a table; none for its own name."""
    match node:
        case ast.Name():
            found = [binding.value for binding in references.names.bindings_of(node)]
        case ast.Attribute(value=base, attr=name) if name != getattr(definition, "name", ""):
            owners = (r.definition for r in references.of(base) if isinstance(r, Local | LocalInstance))
            classes = (owner for owner in owners if isinstance(owner, ast.ClassDef))
            found = [value for owner in classes for value in references.members.values(owner, name)]
        case (
            ast.Subscript(value=base, slice=key) | ast.Call(func=ast.Attribute(value=base, attr="get"), args=[key, *_])
        ):
            found = list(_entries(base, key, references))
        case ast.IfExp():
            found = [node.body, node.orelse]
        case _:
            return []
    return [value for value in found if value is not None and Local(definition) in references.of(value)]


def _entries(base: ast.expr, key: ast.expr, references: References) -> Iterator[ast.expr]:
    wanted = references.constants.texts(key)
    for referent in references.of(base):
        if isinstance(referent, Container):
            for name, value in references.containers.entries(referent):
                if wanted is None or not isinstance(name, str) or name in wanted:
                    yield value


def _is_bound_on_access(value: ast.expr, references: References) -> bool:
    """Whether what a class gives another name becomes a method, as functions do and a `partial` does not."""
    is_partial = isinstance(value, ast.Call) and _is_partial(value, references)
    return isinstance(value, ast.Name) or (
        is_partial and "functools.partialmethod" in names_of(references.of(value.func))  # type: ignore[attr-defined]
    )


def _instance(node: ast.expr, mention: ast.expr, definition: Definition, references: References) -> ast.expr | None:
    """The first argument that a call does not write: the object of a method, or the class of a class method."""
    if isinstance(definition, ast.ClassDef):
        return mention
    if references.module.index.owner(definition) is None or isinstance(definition, ast.Lambda):
        return None
    decorators = {name for d in definition.decorator_list for name in names_of(references.of(d))}
    if "builtins.staticmethod" in decorators:
        return None
    if isinstance(node, ast.Attribute):
        is_own = node.attr == definition.name or definition.name not in _IMPLICIT
        bases = references.of(node.value)
        is_class = bool(bases) and all(isinstance(b, Local) and isinstance(b.definition, ast.ClassDef) for b in bases)
        if is_own:
            return None if is_class and "builtins.classmethod" not in decorators else node.value
    # By its own name a method is only called in the body of its class, where it is a function.
    is_plain = isinstance(node, ast.Name) and definition.name not in _IMPLICIT
    return None if is_plain else mention


def _is_partial(node: ast.Call, references: References) -> bool:
    return not _PARTIAL.isdisjoint(names_of(references.of(node.func)))
