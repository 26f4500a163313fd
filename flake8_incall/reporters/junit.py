"""Findings as test results: a suite for each file, in which each finding is a failed test case."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO
from xml.etree import ElementTree as ET

from flake8_incall.diagnostics import Diagnostic
from flake8_incall.files import write_all
from flake8_incall.paths import well_formed
from flake8_incall.rules.registry import name_of

if TYPE_CHECKING:
    from flake8_incall.runner import FileReport

# XML 1.0 has no way to write these, not even as references; its readers change a carriage return.
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(reports: Iterable[FileReport], stream: TextIO, *, is_coloured: bool) -> None:
    """Write the document when all files are checked."""
    root = ET.Element("testsuites")
    root.extend(map(_suite, reports))
    totals = {name: sum(int(suite.get(name, "0")) for suite in root) for name in ("tests", "failures", "errors")}
    root.attrib = {"name": "flake8-incall", **{name: str(total) for name, total in totals.items()}, "time": "0"}
    ET.indent(root)
    write_all(stream, f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="us-ascii").decode()}\n')


def _suite(report: FileReport) -> ET.Element:
    """The results of one file; a file without findings has one test case, which passes."""
    path = _text(report.path)
    suite = ET.Element("testsuite")
    names: Counter[str] = Counter()
    for diagnostic in report.diagnostics:
        name = _name(diagnostic)
        names[name] += 1
        case = _case(suite, report.path, f"{name} ({names[name]})" if names[name] > 1 else name)
        failure = ET.SubElement(case, "failure", {"message": _text(diagnostic.message), "type": diagnostic.code})
        failure.text = _details(diagnostic)
    if report.problem:
        attributes = {"message": _text(report.problem.text), "type": "not-checked"}
        ET.SubElement(_case(suite, report.path, "not checked"), "error", attributes).text = _text(str(report.problem))
    if not len(suite):
        _case(suite, report.path, "flake8-incall")
    counts = {"tests": len(suite), "failures": len(report.diagnostics), "errors": int(report.problem is not None)}
    suite.attrib = {"name": path, **{key: str(count) for key, count in counts.items()}, "time": "0", "file": path}
    return suite


def _case(suite: ET.Element, path: str, name: str) -> ET.Element:
    # Readers take what is before the last period for a package.
    classname = _text(os.path.splitext(os.path.normpath(path))[0])
    return ET.SubElement(suite, "testcase", {"name": name, "classname": classname, "time": "0"})


def _name(diagnostic: Diagnostic) -> str:
    """The name of the test case, without the line, so that readers recognize it in the next run."""
    function = diagnostic.qualified_name or diagnostic.function
    rule = f"{diagnostic.code} {name_of(diagnostic)}"
    return _text(f"{rule} in {function}") if function else rule


def _details(diagnostic: Diagnostic) -> str:
    place = f"{diagnostic.path}:{diagnostic.start.line}:{diagnostic.start.column + 1}"
    return _text(f"{place}: {diagnostic.severity.value}: {diagnostic.message}")


def _text(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", well_formed(text))
