"""Measures the plugin beside others in one run, prints tables, and says which budgets are kept."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.corpora import in_call_files, installed, standard_library

ROOT = Path(__file__).parent.parent.parent
WORKER = Path(__file__).with_name("worker.py")
CALLS = Path(__file__).with_name("calls.py")
HOOK = Path(__file__).with_name("hook.py")
START_ROUNDS = 15
CORPUS_ROUNDS = 3

PLAIN = '"""A file without in-call functions."""\n'
IN_CALL = "async def book(ctx: RunContext, seats: int) -> dict:\n    return {}\n"


@dataclass(frozen=True)
class Tool:
    """A flake8 plugin with the arguments it runs with."""

    title: str
    home: str
    codes: str
    arguments: tuple[str, ...] = ()


OURS = Tool("flake8-incall", "flake8-incall", "CAL")
ALL_PUBLIC = Tool(
    "flake8-incall, every public function, strict",
    "flake8-incall",
    "CAL",
    ("--incall-paths=*.py", "--incall-profile=strict"),
)
HOMES = {
    "flake8": ["flake8"],
    "flake8-incall": ["flake8", str(ROOT)],
    "flake8-bugbear": ["flake8", "flake8-bugbear"],
    "pydoclint": ["flake8", "pydoclint"],
    "runtime": [f"{ROOT}[runtime]"],
}
WITHOUT_FLAKE8 = {"runtime"}

BUGBEAR = Tool("flake8-bugbear", "flake8-bugbear", "B")
TOOLS = (
    OURS,
    ALL_PUBLIC,
    BUGBEAR,
    Tool("pydoclint", "pydoclint", "DOC", ("--style=google",)),
    Tool("pyflakes, part of flake8", "flake8", "F"),
)
# At start: milliseconds over bare flake8. On code: times what flake8-bugbear takes.
BUDGETS = {
    "start, file without in-call functions": (15.0, "ms"),
    "1,000 generated in-call files": (1.0, "x flake8-bugbear"),
    "livekit-agents": (1.0, "x flake8-bugbear"),
    "standard library": (0.05, "x flake8-bugbear"),
    "a wrapped call": (1.1, "x LiveKit's own"),
    "a guarded call": (1.1, "x LiveKit's own"),
    "an open of the host, 10 frames deep": (2.0, "x without a guard"),
}


def main() -> int:
    """Measure, print, judge.

    Returns:
        1 when a budget is missed, else 0.
    """
    with tempfile.TemporaryDirectory(prefix="incall-bench-") as name:
        folder = Path(name)
        homes = {home: _install(folder / home, what) for home, what in HOMES.items()}
        _print_machine(homes)
        linting = {name: home for name, home in homes.items() if name not in WITHOUT_FLAKE8}
        figures = {**_start(folder, linting), **_corpora(folder, linting), **_calls(homes["runtime"])}
        figures |= _hook(homes["runtime"])
    return _judge(figures)


def _install(target: Path, what: list[str]) -> Path:
    command = [sys.executable, "-m", "pip", "install", "-qq", "--upgrade", "--target", str(target), *what]
    subprocess.run(command, check=True)
    return target


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(home), "PYTHONHASHSEED": "0"}


def _print_machine(homes: Mapping[str, Path]) -> None:
    model = platform.processor()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        model = next((line.split(": ")[1] for line in lines if line.startswith("model name")), model)
    print(f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}")
    for home in homes.values():
        found = sorted(path.name.removesuffix(".dist-info") for path in home.glob("*.dist-info"))
        print(f"  {home.name}: {', '.join(found)}")


def _start(folder: Path, homes: Mapping[str, Path]) -> dict[str, float]:
    """CPU time of flake8 on one small file, the variants taking turns."""
    files = {"without in-call functions": folder / "plain.py", "with one": folder / "book.py"}
    for file, text in zip(files.values(), (PLAIN, IN_CALL), strict=True):
        file.write_text(text, encoding="utf-8")
    taken: dict[tuple[str, str], list[float]] = {}
    for turn in range(START_ROUNDS + 1):
        for kind, file in files.items():
            for home in homes:
                seconds = _flake8(file, homes[home])
                if turn:  # The first turn compiles and warms the caches.
                    taken.setdefault((kind, home), []).append(seconds)
    figures = {}
    print(f"\nStart-up: CPU time of flake8 on one small file, median of {START_ROUNDS}, in turns")
    for kind in files:
        bare = statistics.median(taken[kind, "flake8"])
        print(f"  file {kind}: flake8 alone {bare * 1000:.0f} ms")
        for home in homes:
            more = statistics.median(taken[kind, home]) - bare
            if home != "flake8":
                print(f"    with {home:<15} {more * 1000:+7.1f} ms  ratio {1 + more / bare:.2f}")
            if home == OURS.home:
                figures[f"start, file {kind}"] = more * 1000
    return figures


def _flake8(file: Path, home: Path) -> float:
    command = [sys.executable, "-S", "-m", "flake8", "--isolated", "--exit-zero", str(file)]
    process = subprocess.Popen(command, env=_environment(home), stdout=subprocess.DEVNULL, cwd=file.parent)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"flake8 failed in {home.name}")
    return used.ru_utime + used.ru_stime


def _corpora(folder: Path, homes: Mapping[str, Path]) -> dict[str, float]:
    """Time for each 1,000 lines on each body of code, the plugins taking turns."""
    (folder / "generated").mkdir()
    livekit = folder / "livekit"
    command = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--target", str(livekit)]
    subprocess.run([*command, "livekit-agents"], check=True)
    corpora = {
        "1,000 generated in-call files": in_call_files(folder / "generated"),
        "livekit-agents": installed(livekit),
        "standard library": standard_library(),
    }
    figures = {}
    for title, files in corpora.items():
        runs: dict[Tool, list[dict[str, float]]] = {tool: [] for tool in TOOLS}
        for turn in range(CORPUS_ROUNDS):
            # What takes minutes is measured once, on code that is full of tools.
            with_all = turn == 0 and title == "livekit-agents"
            for tool in TOOLS if with_all else [tool for tool in TOOLS if tool is not ALL_PUBLIC]:
                runs[tool].append(_measure(tool, files, homes[tool.home]))
        figures[title] = _print_corpus(title, runs)
    return figures


def _measure(tool: Tool, files: list[Path], home: Path) -> dict[str, float]:
    task = {"codes": tool.codes, "arguments": list(tool.arguments), "files": [str(file) for file in files]}
    done = subprocess.run(
        [sys.executable, "-S", str(WORKER)],
        input=json.dumps(task),
        env=_environment(home),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _print_corpus(title: str, runs: Mapping[Tool, list[dict[str, float]]]) -> float:
    sizes = runs[OURS][0]
    print(f"\n{title}: {sizes['files']:,} files, {sizes['lines']:,} lines; median of {CORPUS_ROUNDS}")
    taken = {
        tool: statistics.median(run["seconds"] / run["lines"] for run in of_tool) * 1e6
        for tool, of_tool in runs.items()
        if of_tool
    }
    for tool, milliseconds in taken.items():
        ratio = taken[OURS] / milliseconds if milliseconds else float("inf")
        findings = runs[tool][0]["findings"]
        print(
            f"  {tool.title:<46}{milliseconds:9.2f} ms a 1,000 lines   ours/this {ratio:6.2f}   {findings:,} findings"
        )
    return taken[OURS] / taken[BUGBEAR]


def _calls(home: Path) -> dict[str, float]:
    """What wrapping and guarding a function add to a call through LiveKit."""
    done = subprocess.run(
        [sys.executable, "-S", str(CALLS)], env=_environment(home), stdout=subprocess.PIPE, text=True, check=True
    )
    measured: dict[str, dict[str, float]] = json.loads(done.stdout)
    own = measured["LiveKit alone"]
    ratios = {way: 1 + (taken["function"] - own["function"]) / own["call"] for way, taken in measured.items()}
    print("\nA call of a tool: CPU time through LiveKit, and of the function in it; least of many rounds")
    for way, taken in measured.items():
        call, function = taken["call"], taken["function"]
        print(f"  {way:<20}{call:9.0f} µs   function {function:6.1f} µs   ratio by function {ratios[way]:.3f}")
    return {"a wrapped call": ratios["loaded"], "a guarded call": ratios["loaded under gate"]}


def _hook(home: Path) -> dict[str, float]:
    """What the guard's audit hook adds to what the rest of the process does."""
    done = subprocess.run(
        [sys.executable, "-S", str(HOOK)], env=_environment(home), stdout=subprocess.PIPE, text=True, check=True
    )
    measured: dict[str, tuple[float, float]] = json.loads(done.stdout)
    print("\nA file that the host opens and closes: CPU time, least of many rounds")
    for frames, (without, guarded) in measured.items():
        print(f"  {frames:>3} frames deep{without:9.2f} µs   guarded {guarded:6.2f} µs   ratio {guarded / without:.2f}")
    without, guarded = measured["10"]
    return {"an open of the host, 10 frames deep": guarded / without}


def _judge(figures: Mapping[str, float]) -> int:
    print("\nBudgets")
    for name, (budget, unit) in BUDGETS.items():
        verdict = "kept" if figures[name] <= budget else "missed"
        print(f"  {name:<40}{figures[name]:8.2f} of {budget:g} {unit}: {verdict}")
    return int(any(figures[name] > budget for name, (budget, _) in BUDGETS.items()))


if __name__ == "__main__":
    sys.exit(main())
