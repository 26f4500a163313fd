"""The rules, a file for each family. Importing this package fills the registry."""

from flake8_incall.rules import (
    context,
    docstring,
    documents,
    failures,
    injection,
    parameter_docs,
    return_values,
    returns,
    sealed_attributes,
    sealed_effects,
    sealed_loading,
    sealed_names,
    secrets,
    security,
    signature,
    types,
)
from flake8_incall.rules.registry import REGISTRY, Rule

__all__ = [
    "REGISTRY",
    "Rule",
    "context",
    "docstring",
    "documents",
    "failures",
    "injection",
    "parameter_docs",
    "return_values",
    "returns",
    "sealed_attributes",
    "sealed_effects",
    "sealed_loading",
    "sealed_names",
    "secrets",
    "security",
    "signature",
    "types",
]
