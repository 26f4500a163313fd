"""Fail tests in which a rule crashes, and make Hypothesis repeatable in CI.

A crashed rule is reported as CAL999 and its other findings are missing, so a test that looks for one code, or for
none, would pass. Tests that expect a crash are marked with `internal_failure`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from flake8_incall.rules import REGISTRY
from flake8_incall.rules.failures import Failure

# No test looks at the clock, wherever it runs.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")

# The part of the message that does not depend on the failure, so that listings of the rules do not count.
_REPORTED = REGISTRY.rules["CAL999"].message.rpartition("}")[2]

_failures: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """Observe failures in this process and in the output of processes that tests start."""
    config.addinivalue_line("markers", "internal_failure: the test expects that a rule fails (CAL999)")
    config.add_cleanup(_observe())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail the test if a rule failed in it or in its fixtures, unless it expects that.

    Yields:
        Once, while the test runs.
    """
    result = yield
    failures = _failures.copy()
    if failures and not item.get_closest_marker("internal_failure"):
        pytest.fail("internal failures (CAL999):\n" + "\n".join(dict.fromkeys(failures)), pytrace=False)
    return result


def pytest_runtest_teardown() -> None:
    """Forget the failures of the test that ended."""
    _failures.clear()


def _observe() -> Any:
    patch = pytest.MonkeyPatch()
    construct, run = Failure.__init__, subprocess.run

    def construct_and_record(failure: Failure, what: str, error: Exception) -> None:
        construct(failure, what, error)
        _failures.append(f"{what}: {type(error).__name__}: {error}")

    def run_and_record(*args: Any, **kwargs: Any) -> subprocess.CompletedProcess[Any]:
        done = run(*args, **kwargs)
        for output in (done.stdout, done.stderr):
            text = output.decode(errors="replace") if isinstance(output, bytes) else output or ""
            _failures.extend(line for line in text.splitlines() if _REPORTED in line)
        return done

    patch.setattr(Failure, "__init__", construct_and_record)
    patch.setattr(subprocess, "run", run_and_record)
    return patch.undo
