"""What is known of the world: what a qualified name does, what a type is, what the gate lets in."""

from flake8_incall.catalogue.entries import (
    DANGERS,
    EFFECTS,
    Api,
    Argument,
    CatalogueError,
    Condition,
    DecoratorKind,
    Effect,
    Form,
    Limit,
    Policy,
    Timeout,
    Type,
    TypeUse,
)
from flake8_incall.catalogue.loader import Catalogue, load
from flake8_incall.catalogue.traits import MEANINGS, TRAITS, Trait

__all__ = [
    "DANGERS",
    "EFFECTS",
    "MEANINGS",
    "TRAITS",
    "Api",
    "Argument",
    "Catalogue",
    "CatalogueError",
    "Condition",
    "DecoratorKind",
    "Effect",
    "Form",
    "Limit",
    "Policy",
    "Timeout",
    "Trait",
    "Type",
    "TypeUse",
    "load",
]
