"""What the model is told of an in-call function: its description, and what it is to fill in."""

from __future__ import annotations

from flake8_incall.model.calls.function import InCallFunction, Parameter
from flake8_incall.model.docstring.docstrings import docstring_of
from flake8_incall.model.docstring.faults import Fault, is_explained_in_description, unread_parameters


def is_documented(function: InCallFunction) -> bool:
    """Whether anything describes the function, or may: its docstring, or a description given to its decorator."""
    docstring = function.fact(docstring_of)
    return docstring.exists or not docstring.is_known or function.registration.has_description


def description(function: InCallFunction) -> str | None:
    """The description that the model gets; `None` where it cannot be told."""
    if function.registration.has_description:
        return function.registration.description
    if function.fact(docstring_of).fault or not function.fact(docstring_of).is_known:
        return None
    return function.fact(docstring_of).description or ""


def inputs_to_document(function: InCallFunction) -> list[Parameter]:
    """The parameters whose descriptions the model can only get from their entries in the docstring."""
    interface = function.interface
    if interface is None:
        return []
    is_livekit = function.options.profile == "livekit"
    return [
        parameter
        for parameter in interface.inputs
        # A `ctx` that is not annotated `RunContext` is a fault of its own, whatever is written about it.
        if parameter is not interface.misread_context
        and not (parameter.type and parameter.type.has_description)
        and not (is_livekit and is_explained_in_description(function.fact(docstring_of), parameter.name))
    ]


def undocumented_inputs(function: InCallFunction) -> list[Parameter]:
    """The parameters that nothing describes, neither to LiveKit's parser nor to a person."""
    if function.fact(docstring_of).fault or not function.fact(docstring_of).is_known:
        return []
    inputs = inputs_to_document(function)
    missing = [parameter for parameter in inputs if parameter.name not in function.fact(docstring_of).parameters]
    unread = unread_inputs(function)
    if unread is None:
        return missing
    if len(missing) == len(inputs):
        # The parser found none of them: what is wrong with the section is wrong once.
        return []
    return [parameter for parameter in missing if parameter.name not in unread.names]


def unread_inputs(function: InCallFunction) -> Fault | None:
    """The parameters that the docstring describes to a person but not to LiveKit's parser, and why."""
    names = [parameter.name for parameter in inputs_to_document(function)]
    return unread_parameters(function.fact(docstring_of), names)
