"""Several processes: the same findings in the same order, and nothing lost when one of them ends."""

from __future__ import annotations

import os
import signal
from argparse import Namespace
from pathlib import Path

import pytest

from flake8_incall import runner
from flake8_incall.configuration import resolve
from flake8_incall.flake8_host import load_options
from flake8_incall.reading import Problem
from flake8_incall.runner import FileReport, Run, check_files, files_of
from tests.cli.conftest import BROKEN, RIGHT

NAMES = [f"{number:02}.py" for number in range(30)]


@pytest.fixture
def files(project: Path) -> list[str]:
    """Files with findings, files without, and one that does not parse."""
    for name in NAMES:
        (project / name).write_text(BROKEN if int(name[:2]) % 3 else RIGHT, encoding="utf-8")
    (project / "07.py").write_text("def f(:", encoding="utf-8")
    return NAMES


def run_with(*, jobs: str, paths: list[str]) -> Run:
    values: Namespace = load_options({"filenames": paths, "isolated": True})
    values.jobs = type(values.jobs)(jobs)
    return Run(resolve(values, ()), values)


def test_the_same_reports_in_the_same_order(files: list[str]) -> None:
    one, three = run_with(jobs="1", paths=files), run_with(jobs="3", paths=files)
    alone = list(check_files(one, files_of(one)))
    assert [report.path for report in alone] == files
    assert [report.path for report in alone if report.problem] == ["07.py"]
    assert sum(len(report.diagnostics) for report in alone) > 19
    assert list(check_files(three, files_of(three))) == alone


def end_this_process(paths: list[str]) -> list[FileReport]:
    """What the system does to a process that takes too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError(f"the process that checks {paths} goes on after its end")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no such signal")
def test_a_worker_that_is_killed_is_said(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_check_in_worker", end_this_process)
    run = run_with(jobs="2", paths=files)
    text = "not checked: a worker process was killed; retry with --jobs 1"
    assert [report.problem for report in check_files(run, files)] == [Problem(name, text) for name in files]
