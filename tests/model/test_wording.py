"""Whether a text says anything to the model."""

from __future__ import annotations

import pytest

from flake8_incall.model.docstring.wording import fault_of_description, fault_of_parameter_description


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is missing"),
        ("...", "is a placeholder"),
        ("TODO: say when", "is a placeholder"),
        ("Find the free room", "only repeats the function name"),
        ("find_free_room", "only repeats the function name"),
        ("FindFreeRoom.", "only repeats the function name"),
        ("A tool", "has fewer than three words"),
        ("Chambres d'hôtel", "has fewer than three words"),
        ("Find a free hotel room", None),
        ("Todo lists of the caller", None),
        ("कमरा ढूँढो", None),
        ("查找空房", None),
    ],
)
def test_descriptions(text: str, problem: str | None) -> None:
    assert fault_of_description(text, {"find_free_room"}) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (" ", "is empty"),
        ("-", "is a placeholder"),
        ("tbd.", "is a placeholder"),
        ("N/A", "is a placeholder"),
        ("FIXME(anna)", "is a placeholder"),
        ("The order ID", "only repeats the parameter name"),
        ("order-id", "only repeats the parameter name"),
        ("An integer", "only names its type"),
        ("list of strings or None", "only names its type"),
        ("ID of the order", None),
        ("Number of the order", None),
        ("5", None),
        ("ऑर्डर नंबर", None),
    ],
)
def test_descriptions_of_parameters(text: str, problem: str | None) -> None:
    assert fault_of_parameter_description(text, "order_id") == problem
