"""Imports run down the floors of the package only, and no circle of them has more than three files."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.harness import ROOT

PACKAGE = ROOT / "flake8_incall"
# From the bottom up: each may import those before it. Whatever else is in the package may use all of these.
FLOORS = (
    "catalogue",
    "model.code",
    "model.edits",
    "model.objects",
    "model.flow",
    "model.signature",
    "model.calls",
    "model.interpreter",
    "model.docstring",
    "model.results",
    "model.waiting",
    "model.errors",
    "model.inputs",
    "model.validation",
    "model.security",
    "model.gate",
    "model.practice",
    "model.documents",
    "model.dependencies",
    "repairs",
    "project_rules",
    "rules",
    "report",
    "pipeline",
    "documents",
    "updates",
    "engine",
)
# What the linter consists of. What runs functions needs packages that these do without.
LINTING = ("configuration", "documents", "flake8_host", "plugin", "reading", "runner")
EVERYONES = {"__init__", "_vendor", "diagnostics", "options"}
LARGEST_CIRCLE = 3
# What is asked about control-flow graphs is asked of one file. The others here build them, or follow states along them.
QUERIES = "model.flow.queries"
WALKERS = {
    *("model.flow.builder", "model.flow.expressions", "model.flow.graph", "model.flow.statements", QUERIES),
    *("model.inputs.machine", "model.interpreter.machine", "model.interpreter.steps", "model.validation.machine"),
}
EDGES = {"following", "predecessors", "successors"}
NEXT_STEPS = {"handler", "next", "other", "route"}
# What stands around a node is asked of one file: no other climbs from node to parent.
TREE_INDEX = "model.code.index"
# What a name denotes is asked of one resolver: only its room follows a name to what it is given, but for these.
RESOLVER = "model.objects.references"
FOLLOWING = {
    "model.calls.arrivals": "which binding a statement makes",
    "model.calls.handed_back": "which values flow back to the caller",
    "model.calls.origins": "where an object was made, along a chain of calls",
    "model.dependencies.connections": "which text a function needs",
    "model.gate.evaluated_annotations": "all bindings that may be read, by the gate's own policy",
    "model.gate.ownership": "all bindings that may be read, by the gate's own policy",
    "model.interpreter.world": "goes with the interpreter",
    "model.practice.repeats": "whether a collection is there before the call",
    "model.security.dangers": "where an object was made",
    "model.signature.annotations": "reads the text of a type",
    "model.waiting.discarding": "which binding a statement makes",
    "model.waiting.waits": "which binding a statement makes",
    "repairs.answers": "where a logger is made",
    "rules.sealed_attributes": "all bindings that may be read, by the gate's own policy",
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_vendor" not in path.parts)
MODEL = [path for path in MODULES if path.is_relative_to(PACKAGE / "model")]


def dotted(path: Path) -> str:
    """The name of a file's module inside the package: `"model.code.names"`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


NAMES = frozenset(map(dotted, MODULES))


def imported(path: Path) -> set[str]:
    """The project's modules that a file imports, inside functions too, but for what only annotations need."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    checks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    typed = {node for check in checks for statement in check.body for node in ast.walk(statement)}
    return set(_project_imports(node for node in ast.walk(tree) if node not in typed))


def _project_imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "flake8_incall":
            assert node.level == 0
            base = (node.module or "").removeprefix("flake8_incall").lstrip(".")
            for alias in node.names:
                name = f"{base}.{alias.name}".lstrip(".")
                yield name if name in NAMES else base or "__init__"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("flake8_incall"):
                    yield alias.name.removeprefix("flake8_incall").lstrip(".") or "__init__"


def reached(module: str, imports: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    pending = [module]
    while pending:
        new = imports.get(pending.pop(), set()) - found
        found |= new
        pending += new
    return found


def room(module: str) -> str:
    """The part of the package that a module belongs to: `"model.flow"`, `"rules"`."""
    top, *below = module.split(".")
    return f"{top}.{below[0]}" if top == "model" and below else top


def floor(part: str) -> int:
    return FLOORS.index(part) if part in FLOORS else len(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    own = room(dotted(path))
    rooms = {room(name) for name in imported(path)} - EVERYONES
    if own in EVERYONES - {"__init__"}:
        assert rooms == set()
    elif own not in ("__init__", ""):
        assert {other for other in rooms if floor(other) > floor(own)} == set()


def test_every_room_of_the_model_has_a_floor() -> None:
    rooms = {room(name) for name in NAMES}
    assert {name for name in rooms if name.startswith("model.")} <= set(FLOORS)
    assert set(FLOORS) <= rooms


def test_import_circles_are_small() -> None:
    imports = {dotted(path): imported(path) for path in MODULES}
    below = {module: reached(module, imports) for module in imports}
    circles = [{other for other in below[module] if module in below.get(other, ())} for module in imports]
    largest = max(circles, key=len)
    assert len(largest) <= LARGEST_CIRCLE, f"a circle of imports: {sorted(largest)}"


def test_facades_form_no_circle() -> None:
    """Also above the engine, no two parts of the package import each other."""
    parts: dict[str, set[str]] = {}
    for path in MODULES:
        own = room(dotted(path))
        parts.setdefault(own, set()).update({room(name) for name in imported(path)} - {own, "__init__"})
    assert {part for part in parts if part in reached(part, parts)} == set()


@pytest.mark.parametrize("name", LINTING)
def test_linting_does_not_know_the_runtime(name: str) -> None:
    assert "runtime" not in {room(part) for part in imported(PACKAGE / f"{name}.py")}


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
    assert {f"flake8_incall.{part.partition('.')[0]}" for part in FLOORS} & loaded == set()


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


def test_linting_right_code_loads_nothing_that_writes_fixes() -> None:
    loaded = loaded_after(
        "from flake8_incall import check\n"
        "text = open('fixtures/contract/stock_check.py', encoding='utf-8').read()\n"
        "assert check(text, 'stock_check.py') == []\n"
    )
    assert "flake8_incall.engine" in loaded
    assert not [name for name in loaded if name.startswith("flake8_incall.repairs")]


@pytest.mark.parametrize("path", MODEL, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_control_flow_graphs_are_searched_in_one_file(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    loops = (node for node in ast.walk(tree) if isinstance(node, ast.While))
    in_loops = {attribute for loop in loops for attribute in read_attributes(loop)} & NEXT_STEPS
    edges = read_attributes(tree) & EDGES | in_loops
    assert dotted(path) in WALKERS or edges == set(), f"ask {QUERIES}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_syntax_trees_are_climbed_in_one_file(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    looks = {node for node in ast.walk(tree) if isinstance(node, ast.Subscript | ast.Call) and _is_look_at_parent(node)}
    in_loops = {node for loop in ast.walk(tree) if isinstance(loop, ast.While) for node in ast.walk(loop)} & looks
    of_looks = {node for look in looks for node in ast.walk(look) if node is not look} & looks
    climbs = {ast.unparse(node) for node in in_loops | of_looks}
    assert dotted(path) == TREE_INDEX or climbs == set(), f"ask {TREE_INDEX}"


def _is_look_at_parent(node: ast.Subscript | ast.Call) -> bool:
    """`parents[node]`, `self._parents.get(node)`."""
    table = node.value if isinstance(node, ast.Subscript) else node.func
    if isinstance(node, ast.Call) and isinstance(table, ast.Attribute) and table.attr == "get":
        table = table.value
    return ast.unparse(table).rpartition(".")[2].strip("_") == "parents"


def read_attributes(tree: ast.AST) -> set[str]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if isinstance(node.ctx, ast.Load)}


def test_names_are_followed_in_one_room() -> None:
    elsewhere = [path for path in MODULES if room(dotted(path)) not in ("model.code", "model.objects")]
    following = {dotted(path) for path in elsewhere if follows_bindings(path)}
    assert following == set(FOLLOWING), f"ask {RESOLVER}"


def follows_bindings(path: Path) -> set[str]:
    """The places in a file that read what a binding gives its name: `bindings[0].value`, `binding.value`."""
    text = path.read_text(encoding="utf-8")
    if "bindings" not in text and "Binding" not in text and ".own(" not in text:
        return set()
    tree = ast.parse(text)
    assigned = [(node.targets, node.value) for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    lists = {ast.unparse(target) for targets, value in assigned for target in targets if _is_of_bindings(value, set())}
    loops = (node for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension))
    single = {ast.unparse(loop.target) for loop in loops if _is_of_bindings(loop.iter, lists)}
    annotated = (node for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation is not None)
    single |= {node.arg for node in annotated if ast.unparse(node.annotation or node) == "Binding"}
    single |= {f"{name}[0]" for name in lists}
    reads = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "value")
    return {ast.unparse(node) for node in reads if ast.unparse(node.value) in single}


def _is_of_bindings(node: ast.expr, lists: set[str]) -> bool:
    """Whether an expression is made of bindings: `names.bindings_of(name)`, `scope.bindings.get(name, ())`."""
    parts = [*ast.walk(node)]
    is_read = any(isinstance(part, ast.Attribute) and part.attr in ("bindings", "bindings_of", "own") for part in parts)
    return is_read or any(isinstance(part, ast.Name) and part.id in lists for part in parts)
