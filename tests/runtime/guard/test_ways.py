"""Every way around the check that the project knows, run under the layers of the guard."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from flake8_incall import Options, check
from flake8_incall.topics import GUARD
from tests.evasion import Technique, techniques
from tests.harness import ROOT

TECHNIQUES = {
    f"{folder}/{technique.group}: {technique.name}": technique
    for folder in ("evasion", "sealed")
    for technique in techniques(folder)
}
WAYS = {name: technique for name, technique in TECHNIQUES.items() if not technique.is_harmless}
# What is harmless in every profile; what stands beside single ways is so in `contract` only.
HARMLESS = {name for name in TECHNIQUES if "/harmless: " in name}
EXPECTED: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("coming_through.toml").read_text(encoding="utf-8")
)

Ends = dict[str, dict[str, str]]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what they reach is there on Linux")


@pytest.fixture(scope="module")
def ends() -> Ends:
    """How each technique ends, by layer and name."""
    arguments = ["-m", "tests.runtime.guard.running", "fixtures", "both", "loader", "hook"]
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    found: Ends = {}
    for line in done.stdout.splitlines():
        layer, end, name = line.split("\t")
        found.setdefault(layer, {})[name] = end
    return found


def expected(layer: str) -> set[str]:
    return set(EXPECTED["both"]) | set(EXPECTED[layer])


@pytest.mark.parametrize("layer", ["both", "loader", "hook"])
def test_what_comes_through(layer: str, ends: Ends) -> None:
    assert {name for name in WAYS if ends[layer][name] == "reached"} == expected(layer)


@pytest.mark.parametrize("layer", ["both", "loader", "hook"])
def test_what_is_harmless_runs(layer: str, ends: Ends) -> None:
    assert {name: ends[layer][name] for name in HARMLESS if ends[layer][name].startswith("stopped")} == {}


@pytest.mark.parametrize("name", sorted(expected("both")))
def test_the_rules_stop_what_comes_through_both_layers(name: str) -> None:
    assert is_refused(WAYS[name])


def is_refused(technique: Technique) -> bool:
    return bool(check(technique.source, "orders.py", Options(profile="gate")))


def test_the_documentation_has_the_counts() -> None:
    counts = [len(WAYS), *(len(expected(layer)) for layer in ("loader", "hook", "both"))]
    assert [int(number) for number in re.findall(r"\b\d+\b", GUARD)][:4] == counts
