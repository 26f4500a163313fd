"""The arrows of the house: front doors -> engine -> rules -> model -> catalogue, and never back."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.harness import ROOT

PACKAGE = ROOT / "flake8_incall"
# From the bottom up. Whatever else is in the package is a front door and may use all of these.
FLOORS = ("catalogue", "model", "rules", "engine")
# The front doors of the linter. What runs functions needs packages that these do without.
LINTING = ("configuration", "documents", "flake8_host", "plugin", "reading", "runner")
EVERYONES = {"__init__", "_vendor", "diagnostics", "options"}
# As measured; it may only shrink.
LARGEST_CIRCLE = 29
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_vendor" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    """The project's modules that a file imports, also inside its functions: `"model.code.names"`."""
    yield from _project_imports(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _project_imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flake8_incall"):
            assert node.level == 0
            base = (node.module or "").removeprefix("flake8_incall").lstrip(".")
            for alias in node.names:
                is_module = list(PACKAGE.glob(f"{base.replace('.', '/') or '.'}/{alias.name}*"))
                yield f"{base}.{alias.name}".strip(".") if is_module else base or "__init__"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("flake8_incall"):
                    yield alias.name.removeprefix("flake8_incall").lstrip(".") or "__init__"


def imported_at_run_time(path: Path) -> set[str]:
    """The same without what only the type checker imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    checks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    typed = {node for check in checks for node in ast.walk(check)}
    return set(_project_imports(node for node in ast.walk(tree) if node not in typed))


def reached(module: str, imports: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    pending = [module]
    while pending:
        new = imports.get(pending.pop(), set()) - found
        found |= new
        pending += new
    return found


def floor(part: str) -> int:
    return FLOORS.index(part) if part in FLOORS else len(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    own = path.relative_to(PACKAGE).with_suffix("").parts
    parts = {name.partition(".")[0] for name in imported(path)} - EVERYONES
    if own[0] in EVERYONES - {"__init__"}:
        assert parts == set()
    elif own[0] != "__init__":
        assert {part for part in parts if floor(part) > floor(own[0])} == set()


def test_largest_import_circle_does_not_grow() -> None:
    names = {
        path: ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__") for path in MODULES
    }
    imports = {name: imported_at_run_time(path) for path, name in names.items()}
    below = {module: reached(module, imports) for module in imports}
    circles = [{other for other in below[module] if module in below.get(other, ())} for module in imports]
    largest = max(circles, key=len)
    assert len(largest) <= LARGEST_CIRCLE, f"import what only annotations need under TYPE_CHECKING: {sorted(largest)}"


@pytest.mark.parametrize("name", LINTING)
def test_linting_does_not_know_the_runtime(name: str) -> None:
    parts = {part.partition(".")[0] for part in imported(PACKAGE / f"{name}.py")}
    assert "runtime" not in parts


@pytest.mark.parametrize("path", sorted((PACKAGE / "rules").glob("[!_]*.py")), ids=lambda path: path.stem)
def test_rules_do_not_import_each_other(path: Path) -> None:
    families = {name for name in imported(path) if name.startswith("rules.")}
    assert families <= {"rules.registry"}


def loaded_after(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after some code."""
    report = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_plugin_loads_no_engine_until_a_file_needs_it() -> None:
    loaded = loaded_after("import flake8_incall.plugin")
    assert "flake8_incall.plugin" in loaded
    assert {f"flake8_incall.{part}" for part in FLOORS} & loaded == set()


def test_linting_loads_no_package_of_the_runtime() -> None:
    loaded = loaded_after(
        "import ast\n"
        "from flake8_incall.plugin import InCallPlugin\n"
        "text = 'def book(ctx: RunContext) -> dict: ...'\n"
        "assert list(InCallPlugin(ast.parse(text), 'book.py', [text]).run())\n"
    )
    assert "flake8_incall.engine" in loaded
    assert {name.partition(".")[0] for name in loaded} & {
        "livekit",
        "pydantic",
        "ast_grep_py",
        "docstring_parser",
    } == set()
