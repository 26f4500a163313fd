"""6xx: what holds up the event loop runs in a thread, or is awaited; what runs beside the call is kept."""

from __future__ import annotations

import ast

from flake8_incall.diagnostics import Edit, Fix, Position
from flake8_incall.model.calls.call_sites import CallSite
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import last_name
from flake8_incall.model.edits.arguments import awaited, is_awaitable_place, is_read_on, with_keyword
from flake8_incall.model.edits.imports import spelling
from flake8_incall.model.edits.statements import statement_after
from flake8_incall.model.edits.text import inserted, replaced, source
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of
from flake8_incall.model.waiting.hazards import Hazards
from flake8_incall.model.waiting.timeouts import State, Timeouts
from flake8_incall.repairs.clients import with_async_client
from flake8_incall.repairs.limits import seconds
from flake8_incall.repairs.naming import side_by_side
from flake8_incall.repairs.placing import behind_imports, is_local

_STARTERS = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
_KEPT = "background_tasks"
_MOST_ALIKE = 3


def without_blocking(site: CallSite, function: InCallFunction) -> Fix | None:
    """Sleep on the event loop; use the client's asynchronous twin in a call of its own; else run it in a thread."""
    call, module = site.node, function.module
    if site.chain:
        return _helper_in_thread(site, module)
    if not is_awaitable_place(module, call) or site.callee is not call.func:
        return None
    if site.api.name == "time.sleep":
        sleep = spelling(module, call, "asyncio", "sleep")
        if sleep is None or not module.index.is_dropped(call):
            return None
        edits = (*sleep.edits, replaced(module, call.func, f"await {sleep.text}"))
        return Fix(edits, is_safe=not _is_held(call, module))
    return with_async_client(site, function) or _in_thread(site, function)


def _is_held(call: ast.Call, module: Module) -> bool:
    """Whether a `with` around a call holds something, such as a lock, which it would hold while others run."""
    around = module.index.outward(call, until=module.index.function_around(call))
    return any(isinstance(outer, ast.With) for outer, _ in around)


def with_await(call: ast.AST, module: Module) -> Fix | None:
    """Await a coroutine where it is made."""
    if not isinstance(call, ast.Call) or not is_awaitable_place(module, call):
        return None
    return Fix(awaited(module, call))


def keeping_task(call: ast.AST, function: InCallFunction) -> Fix | None:
    """Keep a task until it is done; on the platform, where nothing outlives the call, wait for it."""
    module = function.module
    if not isinstance(call, ast.Call) or not is_awaitable_place(module, call):
        return None
    names = names_of(module.fact(References).of(call.func))
    statement = module.index.statement(call)
    if names == {"asyncio.gather"} and statement is module.parents[call]:
        return Fix((inserted(module.start(call), "await "),), is_safe=False)
    if not (names & _STARTERS or last_name(call.func) == "create_task"):
        return None
    if module.names.is_snippet:
        is_alone = statement is module.parents[call] and len(call.args) == 1 and not call.keywords
        edit = replaced(module, call, f"await {module.segment(call.args[0])}") if is_alone else None
        return Fix((edit,), is_safe=False) if edit is not None and call.lineno == call.end_lineno else None
    return _in_collection(call, statement, module)


def _in_collection(call: ast.Call, statement: ast.stmt, module: Module) -> Fix | None:
    """Put a task into a set of the module, which it leaves when it is done."""
    match statement:
        case ast.Expr() if statement.value is call:
            name = next((n for n in ("task", "background_task") if not is_local(module, call, n)), None)
            named_task = [inserted(module.start(call), f"{name} = ")]
        case ast.Assign(targets=[ast.Name(id=str(name))]) if statement.value is call and name != "_":
            named_task = []
        case _:
            return None
    edit = statement_after(module, statement, f"{_KEPT}.add({name})", f"{name}.add_done_callback({_KEPT}.discard)")
    if name is None or edit is None:
        return None
    if _KEPT in module.names.top.bindings:
        return Fix((*named_task, edit))
    asyncio = spelling(module, call, "asyncio")
    made = behind_imports(module, f"{_KEPT}: set[{asyncio.text}.Task] = set()") if asyncio is not None else None
    if asyncio is None or made is None:
        return None
    return Fix((*side_by_side(asyncio.edits, (made,)), *named_task, edit))


def _helper_in_thread(site: CallSite, module: Module) -> Fix | None:
    """Run a helper that is no coroutine function in a thread, with all that blocks in it."""
    if module.fact(Timeouts).of(site).state is State.MISSING:
        # In a thread too it must not hang.
        return None
    for link in site.chain:
        is_sync = isinstance(link.helper, ast.FunctionDef)
        if is_sync and isinstance(link.call, ast.Call) and is_awaitable_place(module, link.call):
            edits = _moved(link.call, module, has_more=False)
            return Fix(edits, is_safe=False) if edits is not None else None
    return None


def _in_thread(site: CallSite, function: InCallFunction) -> Fix | None:
    """Run a call in a thread, unless its object blocks in so many that a function for the thread would be better."""
    module = function.module
    alike = function.fact(_by_library)[site.owner, module.catalogue.library(site.name)]
    if len(alike) > _MOST_ALIKE:
        return None
    bounds = {one.node: _with_own_timeout(one, function) for one in (site, *alike)}
    bound = bounds[site.node]
    # What a thread gives is not followed: one call in it and another beside it would look right.
    if bound is None or None in bounds.values():
        return None
    edits = _moved(site.node, module, has_more=bool(bound))
    return Fix((*edits, *bound), is_safe=False) if edits is not None else None


def _by_library(function: InCallFunction) -> dict[tuple[ast.AST, str], list[CallSite]]:
    """The blocking calls that a function reaches, by where they stand and by library."""
    found: dict[tuple[ast.AST, str], list[CallSite]] = {}
    for hazard in function.module.fact(Hazards).blocking(function):
        if hazard.site is not None:
            library = function.module.catalogue.library(hazard.site.name)
            found.setdefault((hazard.site.owner, library), []).append(hazard.site)
    return found


def _moved(call: ast.Call, module: Module, *, has_more: bool) -> tuple[Edit, ...] | None:
    """Hand a function and its arguments to `asyncio.to_thread`."""
    thread, opening = spelling(module, call, "asyncio", "to_thread"), module.end(call.func)
    rest = module.lines[opening.line - 1][opening.column :]
    is_chained = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call)
    if thread is None or not rest.startswith("(") or is_chained:
        return None
    is_part, has_arguments = is_read_on(module, call), bool(call.args or call.keywords)
    head, behind = f"{'(' * is_part}await {thread.text}(", Position(opening.line, opening.column + 1)
    following = module.lines[opening.line][: -len(module.lines[opening.line].lstrip())] if not rest[1:].strip() else ""
    if following:
        # Each argument has a line for itself, and so has the function.
        function = source(module, module.start(call), opening)
        edits = [Edit(module.start(call), behind, f"{head}\n{following}{function},")]
    else:
        separator = ", " if has_arguments or has_more else ""
        edits = [inserted(module.start(call), head), Edit(opening, behind, separator)]
    if is_part:
        edits.append(inserted(module.end(call), ")"))
    return (*thread.edits, *edits)


def _with_own_timeout(site: CallSite, function: InCallFunction) -> tuple[Edit, ...] | None:
    """The timeout that a call lacks, where it takes seconds: in a thread too it must not hang."""
    in_force, timeout = function.module.fact(Timeouts).of(site), site.api.timeout
    if timeout is None or in_force.state is not State.MISSING:
        return ()
    if in_force.at is not site.node:
        # What its client lacks is missed in a thread as well.
        return None
    arguments = [argument for argument in timeout.call if argument.name.endswith("timeout")]
    if not arguments or timeout.unit != 1.0 or timeout.takes:
        return None
    edit = with_keyword(function.module, site.node, f"{arguments[0].name}={seconds(function, in_force.default)}")
    return (edit,) if edit is not None else None
