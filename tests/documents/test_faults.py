"""Many documents with one fault each: one finding, with its code and at its place; and documents without any."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flake8_incall import Options, Position
from flake8_incall.engine import check_document
from flake8_incall.model.documents.first_look import may_hold_functions
from flake8_incall.model.documents.reader import read_document
from flake8_incall.options import PROFILES, Profile
from tests.documents import faulty_code, faulty_fields, faulty_requests, faulty_structure
from tests.documents.right_documents import right, unrelated
from tests.documents.samples import written

FAMILIES = (
    *(faulty_structure.structures, faulty_structure.formats, faulty_structure.types),
    *(faulty_fields.fields, faulty_fields.names, faulty_fields.parameters),
    *(faulty_requests.urls, faulty_requests.headers, faulty_code.code),
)
FAULTY = [
    pytest.param(written(document), code, at, id=f"{family.__name__}: {title}")
    for family in FAMILIES
    for title, document, code, at in family()
]
RIGHT = [pytest.param(written(document), id=title) for title, document in right()]
UNRELATED = [pytest.param(written(document), id=title) for title, document in unrelated()]


def rest(text: str, place: Position) -> str:
    """What stands in a text from a place on. Lines end with `\\n`."""
    return "\n".join(text.split("\n")[place.line - 1 :])[place.column :]


@pytest.mark.parametrize(("text", "code", "at"), FAULTY)
def test_document_with_one_fault_has_one_finding_at_its_place(text: str, code: str, at: str) -> None:
    found = check_document(text, "shop.json", Options())

    assert [one.code for one in found] == [code], [one.message for one in found]
    assert rest(text, found[0].start).startswith(at)


@pytest.mark.parametrize(("text", "code", "at"), FAULTY)
def test_document_with_one_fault_is_read_when_a_folder_is_walked(text: str, code: str, at: str) -> None:
    assert may_hold_functions(text)


@pytest.mark.parametrize("form", [{}, {"separators": (",", ":")}, {"indent": "\t", "ensure_ascii": False}])
def test_findings_do_not_depend_on_how_a_document_is_written(form: dict[str, Any]) -> None:
    for case in FAULTY:
        text, code, _ = case.values
        try:
            document = json.loads(str(text))
        except ValueError:
            continue
        again = "\ud83d" not in str(text) and json.dumps(document, **form)
        # Of a key that stands twice, reading it has kept one.
        if again and case.id != "structures: a key twice":
            assert [one.code for one in check_document(again, "shop.json", Options())] == [code], case.id


@pytest.mark.parametrize("profile", ["contract", "strict", "livekit"])
@pytest.mark.parametrize("text", RIGHT)
def test_unusual_document_that_is_right_has_no_finding(text: str, profile: Profile) -> None:
    assert [one.message for one in check_document(text, "shop.json", Options(profile))] == []


@pytest.mark.parametrize("text", UNRELATED)
def test_json_that_is_something_else_is_passed_over(text: str) -> None:
    assert [check_document(text, "shop.json", Options(profile)) for profile in PROFILES] == [[]] * len(PROFILES)
    assert read_document(text, "shop.json", Options()).passed_over


def test_notebook_under_another_name_is_named_as_one() -> None:
    document = read_document('{"cells": [], "metadata": {}, "nbformat": 4}', "shop.json", Options())

    assert document.passed_over == (
        "not a function document: it is a notebook, which `jupyter nbconvert --to script` exports"
    )
