"""The JSON of a new function document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flake8_incall.model.documents.form import IN_CALL_TYPE
from flake8_incall.options import OptionError
from flake8_incall.scaffold.request import Parameter, Request

_FILLER = "One moment, please."
_JSON_TYPES = {"str": "string", "int": "number", "float": "number"}


def advanced_document(name: str, description: str, source: str) -> str:
    """Return the document of a function with code of its own."""
    return _document(name, description, {"source_code": source})


def basic_document(name: str, description: str, parameters: Sequence[Parameter], request: Request) -> str:
    """Return the document of a function that is one API call without code.

    Raises:
        OptionError: A parameter has a type or a default, which such a document cannot state.
    """
    rows = []
    for parameter in parameters:
        if parameter.type not in _JSON_TYPES or parameter.default is not None:
            fault = "has a default" if parameter.default is not None else f"is a {parameter.type}"
            raise OptionError(f"--basic: the parameter {parameter.name!r} {fault}, expected str, int or float without")
        row = {"key_name": parameter.name, "type": _JSON_TYPES[parameter.type], "description": parameter.description}
        rows.append(row)
    fields = {"api": request.url, "method": request.method, "headers": {}, "parameters": rows, "api_mapping": {}}
    return _document(name, description, fields)


def _document(name: str, description: str, fields: dict[str, Any]) -> str:
    document = {
        "type": IN_CALL_TYPE,
        "name": name,
        "description": description,
        "msg_while_executing_type": "static",
        "msg_while_executing": [_FILLER],
        **fields,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
