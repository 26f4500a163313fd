"""The in-call function: the one object that most rules are handed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.code.binding import ParameterKind, formals
from flake8_incall.model.code.facts import Subject
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.signature.annotations import read_annotation
from flake8_incall.model.signature.apparent import ApparentSignatures
from flake8_incall.model.signature.type_tree import Type, TypeKind
from flake8_incall.options import Options

if TYPE_CHECKING:
    from flake8_incall.model.signature.apparent import Apparent


# The names by which a parameter is taken for the context where its annotation does not tell.
CONTEXT_NAMES = frozenset({"ctx", "context"})
_UNTOLD = frozenset({TypeKind.UNKNOWN, TypeKind.UNRESOLVED})
# What a model can sensibly be asked to fill in, even under the name `ctx`.
_FILLABLE = _UNTOLD | {TypeKind.SCALAR, TypeKind.LITERAL}


@dataclass(frozen=True, slots=True)
class Registration:
    """What `function_tool(...)` was told about a function.

    Attributes:
        name: The tool's name, where one is given as a literal.
        has_name: Whether a name is given.
        description: The tool's description, where one is given as a literal.
        has_description: Whether a description is given that LiveKit does not take for none.
        name_node: The expression that gives the name, but in a schema.
        description_node: The expression that gives the description.
        raw_schema: The schema of the author's own that replaces the signature, if there is one.
        takes_care_of_duplicates: Whether LiveKit is told what to do about a second call (`on_duplicate=`).
    """

    name: str | None = None
    has_name: bool = False
    description: str | None = None
    has_description: bool = False
    name_node: ast.expr | None = None
    description_node: ast.expr | None = None
    raw_schema: ast.expr | None = None
    takes_care_of_duplicates: bool = False

    @property
    def is_raw(self) -> bool:
        """Whether a schema of the author's own replaces the signature (`raw_schema=`)."""
        return self.raw_schema is not None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a signature.

    Attributes:
        node: The parameter in the tree.
        default: Its default, or `None`.
        is_positional_only: Whether it stands before a `/`.
        is_keyword_only: Whether it stands after a `*`.
        stars: `""`, `"*"` or `"**"`.
        type: What its annotation says; `None` without annotation.
    """

    node: ast.arg
    default: ast.expr | None
    is_positional_only: bool
    is_keyword_only: bool
    stars: str
    type: Type | None

    @property
    def name(self) -> str:
        """The parameter's name, without stars."""
        return self.node.arg

    @property
    def is_context(self) -> bool:
        """Whether LiveKit hands it the `RunContext` and the model never sees it."""
        return self.type is not None and self.type.kind is TypeKind.CONTEXT and not self.type.is_refused

    @property
    def is_annotated_context(self) -> bool:
        """Whether it is annotated with `RunContext`, alone or as one of several types."""
        return self.type is not None and any(part.kind is TypeKind.CONTEXT for part in self.type.alternatives())

    @property
    def mentions_context(self) -> bool:
        """Whether `RunContext` is a part of its annotation, or all of it."""
        return self.type is not None and any(part.kind is TypeKind.CONTEXT for part in self.type.parts())


@dataclass(frozen=True, eq=False)
class InCallFunction(Subject):
    """A function that the model calls while a person waits.

    Attributes:
        module: The file it stands in.
        node: Its definition.
        reason: Why it counts as an in-call function, as a clause ("decorated with `function_tool`").
        registration: What LiveKit's decorator was told, if there is one.
        is_method: Whether its first parameter is the instance or class.
    """

    module: Module
    node: FunctionNode
    reason: str
    registration: Registration = Registration()
    is_method: bool = False

    @property
    def options(self) -> Options:
        """What the run was asked to do."""
        return self.module.options

    @property
    def name(self) -> str:
        """The function's name in Python."""
        return self.node.name

    @property
    def qualified_name(self) -> str:
        """The function's name with those of the classes and functions around it: `"Desk.book"`."""
        around = [definition.name for definition in self.module.index.definitions_around(self.node)]
        return ".".join([*reversed(around), self.name])

    def reached(self, *, is_own: bool) -> str:
        """Return what a message inserts behind the name of code in a helper; nothing for the function's own code."""
        return "" if is_own else f", reachable from `{self.name}`,"

    @property
    def tool_name(self) -> str:
        """The name under which the model calls it."""
        return self.registration.name or (None if self.registration.has_name else self.apparent.name) or self.node.name

    @property
    def has_certain_name(self) -> bool:
        """Whether `tool_name` is what the model calls it, and no guess."""
        is_given = self.registration.has_name
        return self.registration.name is not None if is_given else self.apparent.name is not None

    @cached_property
    def parameters(self) -> list[Parameter]:
        """The parameters in the order written, without `self` or `cls`."""
        parameters = list(self._read_parameters())
        return parameters[1:] if self.is_method and parameters[:1] else parameters

    @cached_property
    def inputs(self) -> list[Parameter]:
        """The parameters that the model is asked to fill."""
        return [p for p in self.parameters if not (p.is_context or p.stars or p is self.possible_context)]

    @property
    def contexts(self) -> list[Parameter]:
        """The parameters that are handed the `RunContext`."""
        return [parameter for parameter in self.parameters if parameter.is_context]

    @cached_property
    def possible_context(self) -> Parameter | None:
        """The parameter that may be the context, for all that its annotation tells: an alias from elsewhere.

        It is the one with a name for it, in the parameter or the annotation, else the first that nothing is known of.
        """
        if any(parameter.mentions_context for parameter in self.parameters):
            return None
        unnamed: Parameter | None = None
        for parameter in self.parameters:
            if parameter.stars or parameter.type is None or not _is_untold(parameter.type):
                continue
            if parameter.name in CONTEXT_NAMES or _names_context(parameter.node.annotation):
                return parameter
            if unnamed is None and parameter.default is None and parameter.type.kind is TypeKind.UNKNOWN:
                unnamed = parameter
        return unnamed

    @property
    def is_handed_context(self) -> bool:
        """Whether a parameter is annotated with the `RunContext`, or may well be, however badly."""
        found = self.possible_context
        return any(parameter.is_annotated_context for parameter in self.parameters) or (
            found is not None and "RunContext" in ast.unparse(found.node.annotation or found.node)
        )

    @property
    def has_unannotated_context(self) -> bool:
        """Whether a parameter without annotation is called like the context."""
        return any(p.type is None and p.name in CONTEXT_NAMES and not p.stars for p in self.parameters)

    @cached_property
    def misread_context(self) -> Parameter | None:
        """The parameter that is meant to be the context and that LiveKit does not take for it."""
        for index, parameter in enumerate(self.parameters):
            if parameter.is_context or parameter.stars:
                continue
            if parameter.mentions_context:
                return parameter
            if parameter is self.possible_context:
                continue
            if parameter.type is None and parameter.name in CONTEXT_NAMES:
                return parameter
            if index == 0 and parameter.name == "ctx" and not self._is_well_an_input(parameter):
                return parameter
        return None

    @cached_property
    def apparent(self) -> Apparent:
        """What LiveKit reads of it through wrappers."""
        return self.module.fact(ApparentSignatures).of(self.node)

    @cached_property
    def interface(self) -> InCallFunction | None:
        """The function whose signature makes the tool schema; `None` where none does, or it cannot be told."""
        node = None if self.registration.is_raw else self.apparent.interface
        if node is self.node:
            return self
        return replace(self, node=node) if node is not None else None

    @cached_property
    def returns(self) -> Type | None:
        """What the return annotation says; `None` without one."""
        return self._type(self.node.returns)

    def _is_well_an_input(self, parameter: Parameter) -> bool:
        """Whether a first parameter called `ctx` is left alone: for the model to fill, or cannot be told."""
        kinds = {part.kind for part in parameter.type.alternatives()} if parameter.type else set()
        if self.options.profile == "livekit":
            return kinds <= _FILLABLE
        return bool(kinds & _UNTOLD)

    def _read_parameters(self) -> Iterator[Parameter]:
        for formal in formals(self.node.args):
            yield Parameter(
                formal.node,
                formal.default,
                formal.kind is ParameterKind.POSITIONAL_ONLY,
                formal.kind is ParameterKind.KEYWORD_ONLY,
                formal.kind.stars,
                self._type(formal.node.annotation),
            )

    def _type(self, annotation: ast.expr | None) -> Type | None:
        if annotation is None:
            return None
        return read_annotation(annotation, self.module, self.module.names.at_end())


def _is_untold(annotation: Type) -> bool:
    return any(part.kind in _UNTOLD and not part.name.startswith("typing.") for part in annotation.alternatives())


def _names_context(annotation: ast.expr | None) -> bool:
    """Whether an annotation has a word for the context in it: `RunContext_T`, `"shared.CallCtx | None"`."""
    return annotation is not None and any(word in ast.unparse(annotation).lower() for word in ("context", "ctx"))
