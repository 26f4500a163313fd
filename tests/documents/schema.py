"""Writes the published JSON Schema of a basic function from its pydantic models: `python -m tests.documents.schema`."""

from __future__ import annotations

import json

from flake8_incall.runtime.basic.document import BasicFunction
from tests.harness import ROOT

PUBLISHED = ROOT / "flake8_incall" / "schemas" / "basic.json"


def generated() -> str:
    """The schema as it should be now."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **BasicFunction.model_json_schema(),
        "title": "Basic in-call function",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(generated(), encoding="utf-8")
