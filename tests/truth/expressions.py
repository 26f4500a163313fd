"""Expressions of results: dicts that keep the contract or break it, in the many ways of writing them."""

from __future__ import annotations

from collections.abc import Callable

from tests.truth.conditions import single_test, test_of
from tests.truth.writer import Writer

Pairs = list[tuple[str, str]]

MESSAGES = ('"No such order"', '"Try again later"', '"The line is busy"', 'f"Limit is {3}"', '"Done"')
BAD_STATUSES = ('"ok"', '"failed"', "True", "False", "200", "None", '"Success"', '""', '"pending"', '"succ"')
NOT_DICTS = (
    "None",
    "None",
    '"No such order"',
    "True",
    "42",
    "[]",
    '[{"status": "success"}]',
    '("error", "No such order")',
    '({"status": "error", "message": "bad"}, 400)',
    '{"status", "success"}',
    'str({"status": "success"})',
    'len({"status": "success"})',
    '{"status": "success"}["status"]',
    '{"status": "success"}.get("reply")',
    '{"status": "success"}.update(data=1)',
    'list({"status": "success"})',
    '{"status": "success"}.items()',
    '"error: " + "bad"',
    'not {"status": "success"}',
    '["status", "success"]',
    "(None)",
)


def goal(w: Writer) -> str:
    """Choose what a result is to be: right, or wrong in a way that this function may be."""
    if w.faults and w.likely(0.5):
        return w.pick(w.faults)
    return w.pick(["success", "error"])


def dict_goal(w: Writer) -> str:
    """Choose as `goal` does, but always a dict."""
    wanted = goal(w)
    return wanted if wanted != "not_dict" else w.pick(["success", "error"])


def text_constant(w: Writer, text: str) -> str:
    """Write a text: plainly, through a constant of the module, or put together."""
    roll = w.chance.random()
    if roll < 0.78:
        return f'"{text}"'
    if roll < 0.84:
        name = {"success": "OK", "error": "FAILED"}.get(text, "NEITHER")
        w.module[name] = f'{name} = "{text}"'
        return name
    if roll < 0.88 and text in ("success", "error"):
        w.module["STATUSES"] = 'STATUSES = {"good": "success", "bad": "error"}'
        key = "good" if text == "success" else "bad"
        return w.pick(['STATUSES["{}"]', 'STATUSES.get("{}", "unknown")', 'STATUSES.get("{}")']).format(key)
    if roll < 0.91 and text in ("success", "error"):
        w.module["Status"] = 'class Status:\n    GOOD = "success"\n    BAD = "error"'
        return "Status.GOOD" if text == "success" else "Status.BAD"
    forms = [
        '"{0}" + "{1}"',
        'f"{0}{{{2}}}"',
        '"".join(["{0}", "{1}"])',
        '("{0}{1}", "other")[0]',
        'str("{0}{1}")',
        '"{{}}{{}}".format("{0}", "{1}")',
        '"%s{1}" % "{0}"',
        '"{3}".lower()',
        '" {0}{1}".strip()',
    ]
    return w.pick(forms).format(text[:4], text[4:], f"'{text[4:]}'", text.upper())


def status(w: Writer, wanted: str) -> str:
    """Write the value of `status`."""
    if wanted == "bad_status":
        known = w.bound("status") if w.likely(0.2) else []
        return w.pick(known) if known else w.pick(BAD_STATUSES)
    right = "success" if wanted == "success" else "error"
    if w.likely(0.1) and w.bound("status"):
        return w.pick(w.bound("status"))
    if w.likely(0.1):
        return status_choice(w)
    return text_constant(w, right)


def status_choice(w: Writer) -> str:
    """Write a status that depends on a flag."""
    if w.likely(0.15):
        forms = ['{{True: "success", False: "error"}}[bool({0})]', "f\"{{'success' if {0} else 'error'}}\""]
        return w.pick(forms).format(single_test(w).replace('"', "'"))
    one, two = w.pick([('"success"', '"error"'), ('"error"', '"success"')])
    if "bad_status" in w.faults and w.likely(0.3):
        two = w.pick(BAD_STATUSES)
    return f"{one} if {test_of(w)} else {two}"


def message(w: Writer) -> str:
    """Write the value of `message`: a text that says something."""
    if w.bound("text") and w.likely(0.3):
        return w.pick(w.bound("text"))
    if w.likely(0.08):
        return f"{w.pick(MESSAGES)} if {single_test(w)} else {w.pick(MESSAGES)}"
    return w.pick(MESSAGES)


def data(w: Writer) -> str:
    """Write a value that the contract leaves open."""
    choices = [
        "1",
        "[]",
        "{}",
        '{"total": 3}',
        "None",
        '"x"',
        "[1, 2]",
        "3 * 2",
        '{"status": "late"}',
        "True",
    ]
    return w.pick(choices)


def pairs_of(w: Writer, wanted: str) -> Pairs:
    """Make the keys and values of a dict that is so."""
    pairs: Pairs = []
    if wanted != "no_status":
        pairs.append(("status", status(w, wanted)))
    if wanted == "error" or (wanted != "no_message" and w.likely(0.25)):
        pairs.append(("message", message(w)))
    for key in ("data", "count", "error"):
        if w.likely(0.22):
            pairs.append((key, data(w)))
    if w.likely(0.3):
        w.chance.shuffle(pairs)
    return pairs


def display(pairs: Pairs) -> str:
    """`{"status": "success"}`."""
    return "{" + ", ".join(f'"{key}": {value}' for key, value in pairs) + "}"


def call_of_dict(pairs: Pairs) -> str:
    """`dict(status="success")`."""
    return "dict(" + ", ".join(f"{key}={value}" for key, value in pairs) + ")"


def pair_list(pairs: Pairs) -> str:
    """`dict([("status", "success")])`."""
    return "dict([" + ", ".join(f'("{key}", {value})' for key, value in pairs) + "])"


def spread(w: Writer, pairs: Pairs) -> str:
    """Write a dict in two parts, the second spread or merged into the first, perhaps over an older value."""
    cut = w.chance.randint(0, len(pairs))
    first, second = pairs[:cut], pairs[cut:]
    if second and w.likely(0.3):
        first = [*first, (second[0][0], w.pick(['"unset"', "None", '"error"', '"success"']))]
    one, two = display(first), display(second)
    part = w.pick(w.bound("dict")) if not second and w.bound("dict") else two
    forms = ["{{**{0}, **{1}}}", "{0} | {1}", "dict({0}, **{1})", "{{**({0}), **{2}}}", "dict({0}) | {1}"]
    return w.pick(forms).format(one, two, part)


def comprehension(w: Writer, pairs: Pairs) -> str:
    """Write a dict by comprehension over constants."""
    text = display(pairs)
    forms = [
        "{{key: value for key, value in {0}.items()}}",
        '{{key: value for key, value in {0}.items() if key != "count"}}',
        '{{name: "error" for name in ("status", "message")}}',
        'dict.fromkeys(("status", "message"), "error")',
        'dict(zip(("status", "data"), ("success", 1)))',
        '{{key: value for key, value in {0}.items() if key != "message" or {1}}}',
        '{{key: value for key, value in [("status", "success"), ("data", 1)]}}',
    ]
    form = w.pick(forms)
    return form.format(text, single_test(w) if "{1}" in form else "")


def choice(w: Writer, pairs: Pairs) -> str:
    """Write a dict that is chosen from several."""
    other = display(pairs_of(w, dict_goal(w)))
    one = display(pairs)
    forms = [
        "{0} if {2} else {1}",
        "{1} if {2} else {0}",
        '{{"x": {0}, "y": {1}}}["x"]',
        "[{0}, {1}][0]",
        "({1}, {0})[-1]",
        '{{"x": {0}}}.get("x", {1})',
        '{{"x": {0}}}.get("y", {1})',
        "[item for item in [{0}, {1}]][1]",
    ]
    form = w.weighted(list(zip([8, 8, 2, 2, 2, 1, 1, 1], forms, strict=True)))
    return form.format(one, other, test_of(w) if "{2}" in form else "")


def shared(w: Writer, pairs: Pairs) -> str:
    """Write a copy of a dict of the module, with more on top."""
    name = w.pick(["BASE", "BROKEN", "EMPTY"])
    w.module[name] = {
        "BASE": 'BASE = {"status": "success", "source": "crm"}',
        "BROKEN": 'BROKEN = {"status": "error", "message": "Out of order"}',
        "EMPTY": "EMPTY: dict = {}",
    }[name]
    if w.likely(0.3) and not (name == "EMPTY" and "no_status" not in w.faults):
        return w.pick([f"{name}.copy()", f"dict({name})", f"{{**{name}}}"])
    forms = ["{{**{0}, **{1}}}", "{0} | {1}", "dict({0}, **{1})"]
    return w.pick(forms).format(name, display(pairs))


def declared(w: Writer, pairs: Pairs) -> str:
    """Write a call of a `TypedDict`, which makes a plain dict."""
    if any(key not in ("status", "message", "data") for key, _ in pairs):
        return call_of_dict(pairs)
    w.module["TypedDict"] = "from typing import TypedDict"
    w.module["Reply"] = "class Reply(TypedDict, total=False):\n    status: str\n    message: str\n    data: object"
    return "Reply" + call_of_dict(pairs).removeprefix("dict")


def copied(w: Writer, pairs: Pairs) -> str:
    """Write a copy of a dict."""
    form = w.pick(["{}.copy()", "copy({})", "deepcopy({})"])
    if "copy({" in form:
        w.module["copy"] = "from copy import copy, deepcopy"
    return form.format(display(pairs))


def known(w: Writer, pairs: Pairs) -> str:
    """Write a copy of a result that is there already, with more on top."""
    names = w.bound("dict")
    if not names:
        return display(pairs)
    forms = [
        "{{**{0}, **{1}}}",
        "{0} | {1}",
        "dict({0}, **{1})",
        "{0}.copy()",
        "dict({0})",
        "{{**{1}, **{0}}}",
    ]
    return w.pick(forms).format(w.pick(names), display(pairs))


STYLES: list[tuple[int, Callable[[Writer, Pairs], str]]] = [
    (50, lambda _, pairs: display(pairs)),
    (8, lambda _, pairs: call_of_dict(pairs)),
    (2, lambda _, pairs: pair_list(pairs)),
    (9, spread),
    (3, comprehension),
    (10, choice),
    (5, shared),
    (8, known),
    (2, copied),
    (2, declared),
    (1, lambda _, pairs: f"(None or {display([*pairs, ('source', '1')])})"),
]


def fresh_dict(w: Writer, wanted: str = "") -> str:
    """Write an expression that makes a new dict: as wanted, or as it comes."""
    style = w.weighted(STYLES)
    return style(w, pairs_of(w, wanted or dict_goal(w)))


def not_a_dict(w: Writer) -> str:
    """Write an expression of something else."""
    if w.likely(0.12):
        return f"{single_test(w)} and {display(pairs_of(w, 'success'))}"
    if w.likely(0.12):
        return f"{display(pairs_of(w, dict_goal(w)))} if {test_of(w)} else {w.pick(NOT_DICTS)}"
    return w.pick(NOT_DICTS)
