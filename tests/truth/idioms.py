"""What people write again and again: retries, searches, lists that fill, defaults that branches amend."""

from __future__ import annotations

from tests.truth import parts, statements
from tests.truth.conditions import single_test, test_of
from tests.truth.expressions import data, dict_goal, display, fresh_dict, message, pairs_of, text_constant
from tests.truth.writer import Writer


def retry(w: Writer) -> None:
    """Some attempts, the first that goes well counts, and perhaps an answer when none does."""
    name = w.target("dict")
    w.line(f"{name} = {fresh_dict(w, 'error' if w.likely(0.7) else '')}")
    w.bind(name, "dict")
    kind = parts.exception(w, w.pick(["ValueError", "KeyError", "Exception", "Refused"]))
    with w.block(f"for attempt in {w.pick(['range(2)', '(1, 2)', 'range(3)'])}:") as inside:
        inside.loop = True
        with w.block("try:") as body:
            body.guarded = True
            w.line(f"{parts.raiser(w)}({single_test(w)})")
            if w.likely(0.4) and w.scope.jumps:
                statements.hand_out(w)
            else:
                w.line(f"{name} = {fresh_dict(w)}\n{w.pick(['break', 'break', 'pass'])}")
        with w.block(f"except {kind}:"):
            if w.likely(0.3):
                w.line(f'{name}["message"] = {message(w)}')
            w.line(w.pick(["continue", "continue", "pass", "break", "if attempt == 1:\n    break"]))
    if w.likely(0.3):
        with w.block("else:"):
            w.fill(1)


def search(w: Writer) -> None:
    """The first of some results that passes a test."""
    name = w.name()
    values = ", ".join(display(pairs_of(w, dict_goal(w))) for _ in range(w.chance.randint(1, 3)))
    w.line(f"{name} = {w.pick(['None', fresh_dict(w)])}")
    with w.block(f"for each in [{values}]:") as inside:
        inside.loop = True
        tests = [
            'each.get("status") == "error"',
            '"message" in each',
            'each.get("status") == "success"',
            test_of(w),
        ]
        with w.block(f"if {w.pick(tests)}:"):
            w.line(w.pick(["return each", f"{name} = each\nbreak"] if w.scope.jumps else [f"{name} = each"]))
    w.bind(name, "any")


def gather(w: Writer) -> None:
    """A list of results that branches add to, and one of them."""
    many, name = w.name(), w.name()
    w.line(f"{many} = {w.pick(['[]', f'[{fresh_dict(w)}]'])}")
    for _ in range(w.chance.randint(1, 2)):
        with w.block(f"if {test_of(w)}:"):
            w.line(f"{many}.append({fresh_dict(w)})")
    other = display(pairs_of(w, dict_goal(w)))
    forms = [
        "{0}[0] if {0} else {1}",
        "{0}[-1] if len({0}) > 0 else {1}",
        "({0} or [{1}])[0]",
        "[*{0}, {1}][0]",
    ]
    w.line(f"{name} = {w.pick(forms).format(many, other)}")
    w.bind(name, "dict")


def default_first(w: Writer) -> None:
    """A result that is made early and amended by branches of their own, few or many."""
    name = w.target("dict")
    w.line(f"{name} = {display(pairs_of(w, dict_goal(w)))}")
    w.bind(name, "dict")
    most = 3 if w.likely(0.6) else max(3, len(w.flags_left()))
    for _ in range(w.chance.randint(1, most)):
        value = text_constant(w, w.pick(["success", "error"]))
        change = w.pick(
            [
                f'{name}["status"] = {value}',
                f'{name}["message"] = {message(w)}',
                f"{name}.update(status={value}, message={message(w)})",
                f'{name}.pop("message", None)',
                f'{name}["{w.pick(["data", "count", "note", "total"])}"] = {data(w)}',
                f'{name} |= {{"{w.pick(["data", "count", "note", "total"])}": {data(w)}}}',
                f"{name} = {display(pairs_of(w, dict_goal(w)))}",
            ]
        )
        with w.block(f"if {test_of(w)}:"):
            w.line(change)


def in_turn(w: Writer) -> None:
    """Branches in a row, one for each flag that is left, none of which leaves the function."""
    for _ in range(max(2, min(8, len(w.flags_left())))):
        with w.block(f"if {single_test(w)}:"):
            w.pick([statements.mutate, statements.mutate, statements.name_status, statements.make])(w)
        if w.likely(0.2):
            statements.mutate(w)


def lookup(w: Writer) -> None:
    """A table of results by a key that a flag decides."""
    name, key, table = w.name(), w.name("key"), w.name("table")
    one, two = (display(pairs_of(w, dict_goal(w))) for _ in range(2))
    w.line(f'{table} = {{"car": {one}, "home": {two}}}')
    other = '"van"' if w.likely(0.3) else '"home"'
    w.line(f'{key} = "car" if {test_of(w)} else {other}')
    forms = ['{0}.get({1}, {{"status": "success"}})', "{0}.get({1})", '{0}[{1} if {1} in {0} else "home"]']
    form = w.pick(forms)
    w.line(f"{name} = {form.format(table, key)}")
    w.bind(name, "dict" if form != forms[1] else "any")
