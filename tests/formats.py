"""Readers of the output formats, as strict as the programs that read them."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

from jsonschema import Draft4Validator

from flake8_incall.rules import REGISTRY
from tests.harness import ROOT

Json = dict[str, Any]

FIELDS = [
    *("path", "line", "column", "end_line", "end_column"),
    *("code", "name", "severity", "message", "function", "fix", "url"),
]
# What the xUnit plugin of Jenkins takes, which is the strictest of the readers.
_ATTRIBUTES = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, set()),
    "testsuite": (
        {"name", "tests", "failures", "errors", "time", "skipped", "file"},
        {"name", "tests", "failures", "errors"},
    ),
    "testcase": ({"name", "classname", "time"}, {"name", "classname"}),
    "failure": ({"type", "message"}, {"message"}),
    "error": ({"type", "message"}, {"message"}),
}
_CHILDREN = {"testsuites": {"testsuite"}, "testsuite": {"testcase"}, "testcase": {"failure", "error"}}


@cache
def _sarif_validator() -> Draft4Validator:
    schema = json.loads((ROOT / "tests" / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


def read_sarif(text: str) -> Json:
    """The only run of a log that is valid, and whose references lead somewhere."""
    log = _read_json(text)
    _sarif_validator().validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.search(r"(?<!\{)\{\d+\}", result["message"]["text"]) is None, "a placeholder without argument"
        for location in result["locations"]:
            _check_location(location["physicalLocation"], run)
    marks = [
        (result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], *result["partialFingerprints"].items())
        for result in run["results"]
    ]
    assert len(set(marks)) == len(marks)
    found: Json = run
    return found


def _check_location(location: Json, run: Json) -> None:
    artifact = location["artifactLocation"]
    assert re.fullmatch(r"[\w\-.~!$&'()*+,;=@:/%]+", artifact["uri"], re.ASCII)
    assert re.search(r"%(?![0-9A-F]{2})", artifact["uri"]) is None
    if "uriBaseId" in artifact:
        assert artifact["uriBaseId"] in run["originalUriBaseIds"]
        assert not artifact["uri"].startswith(("/", "../"))
    region = location.get("region", {"startLine": 1, "startColumn": 1})
    start = (region["startLine"], region["startColumn"])
    assert start <= (region.get("endLine", start[0]), region.get("endColumn", start[1]))


def read_json(text: str) -> list[Json]:
    """The findings of the JSON format, with exactly the fields that it promises."""
    found = _read_json(text)
    assert isinstance(found, list)
    for one in found:
        assert list(one) == FIELDS
        assert (one["line"], one["column"]) <= (one["end_line"], one["end_column"])
        assert one["column"] >= 1
        rule = REGISTRY.rules[one["code"]]
        assert (one["name"], one["url"]) == (rule.name, rule.url)
        assert one["severity"] in ("error", "warning", "information")
        if one["fix"] is not None:
            assert one["fix"]["applicability"] in ("safe", "unsafe")
            assert all(
                set(edit) == {"line", "column", "end_line", "end_column", "text"} for edit in one["fix"]["edits"]
            )
    return found


def read_gitlab(text: str) -> list[Json]:
    """The issues of a code quality report, with what GitLab needs and distinct fingerprints."""
    found = _read_json(text)
    assert isinstance(found, list)
    for one in found:
        assert one["description"]
        assert one["check_name"] in REGISTRY.rules
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert isinstance(one["location"]["lines"]["begin"], int)
        assert not one["location"]["path"].startswith("./")
    assert len({one["fingerprint"] for one in found}) == len(found)
    return found


def _read_json(text: str) -> Any:
    """JSON as the strictest reader takes it: without the constants of JavaScript and lone surrogates."""
    return json.loads(json.dumps(json.loads(text, parse_constant=_refuse), ensure_ascii=False).encode())


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def read_junit(text: str) -> ET.Element:
    """The root of a report that has the elements and attributes that its readers know, and true totals."""
    root = ET.fromstring(text.encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        known, required = _ATTRIBUTES[element.tag]
        assert required <= set(element.attrib) <= known
        assert {child.tag for child in element} <= _CHILDREN.get(element.tag, set())
    for suite in root:
        _check_counts(suite)
        names = [(case.get("classname"), case.get("name")) for case in suite]
        assert len(set(names)) == len(names) > 0
    _check_counts(root)
    return root


def _check_counts(element: ET.Element) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        assert int(element.get(name, "-1")) == len(list(element.iter(tag)))


def read_github(text: str) -> list[Json]:
    """The commands that the runner finds in a log: their names, properties and messages."""
    assert text == "" or text.endswith("\n")
    return [_command(line) for line in text.splitlines()]


def _command(line: str) -> Json:
    match = re.fullmatch(r"::(error|warning|notice) ([^\n]*?)::(.*)", line)
    assert match is not None, line
    properties = dict(part.split("=", 1) for part in match[2].split(","))
    decoded = {key: _decoded(value) for key, value in properties.items()}
    assert set(decoded) <= {"title", "file", "line", "endLine", "col", "endColumn"}
    if "endLine" in decoded and decoded["endLine"] != decoded["line"]:
        assert "col" not in decoded
        assert "endColumn" not in decoded
    return {"command": match[1], "message": _decoded(match[3]), **decoded}


def _decoded(text: str) -> str:
    for escape, character in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(escape, character)
    return text
