"""A test in which a rule fails is a failed test, whatever it asserts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import ROOT

TESTS = """
import subprocess, sys
from dataclasses import replace
import pytest
from flake8_incall import check
from flake8_incall.pipeline import rules_by_subject
from flake8_incall.rules import REGISTRY

RIGHT = REGISTRY.rules["CAL101"]

def crash(subject):
    raise KeyError("lost")

def checked(rule):
    REGISTRY.rules["CAL101"] = rule
    rules_by_subject.cache_clear()
    return check("async def book(ctx: RunContext) -> dict: ...")

def checked_with_a_crash():
    return checked(replace(RIGHT, check=crash))

@pytest.fixture
def found():
    return checked_with_a_crash()

def test_crash():
    assert checked_with_a_crash()

def test_crash_in_fixture(found):
    assert found

def test_crash_in_another_process():
    code = open(__file__).read() + "\\nprint(checked_with_a_crash())"
    assert subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE).stdout

@pytest.mark.internal_failure
def test_expected_crash():
    assert checked_with_a_crash()

def test_no_crash():
    assert checked(RIGHT)
"""


@pytest.mark.internal_failure
def test_tests_fail_on_an_unexpected_internal_failure(tmp_path: Path) -> None:
    path = tmp_path / "test_crash.py"
    path.write_text(TESTS, encoding="utf-8")
    arguments = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-rA", f"--rootdir={tmp_path}", str(path)]
    run = [sys.executable, "-m", "pytest", *arguments]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert set(re.findall(r"^(PASSED|FAILED) \S+::(\w+)", done.stdout, re.MULTILINE)) == {
        ("FAILED", "test_crash"),
        ("FAILED", "test_crash_in_fixture"),
        ("FAILED", "test_crash_in_another_process"),
        ("PASSED", "test_expected_crash"),
        ("PASSED", "test_no_crash"),
    }
