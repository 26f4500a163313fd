"""Simple statements: results made, changed, shared, handed out; things raised."""

from __future__ import annotations

from tests.truth import parts
from tests.truth.conditions import single_test, test_of
from tests.truth.expressions import (
    BAD_STATUSES,
    NOT_DICTS,
    data,
    dict_goal,
    display,
    fresh_dict,
    goal,
    message,
    not_a_dict,
    pairs_of,
    status,
    status_choice,
)
from tests.truth.writer import Writer


def result_value(w: Writer) -> str:
    """Write what a `return` hands out."""
    wanted = goal(w)
    if wanted == "not_dict":
        return not_a_dict(w)
    if w.bound("any") and w.likely(0.3):
        return checked(w, w.pick(w.bound("any")), wanted)
    if w.bound("chance") and w.likely(0.3):
        return checked(w, w.pick(w.bound("chance")), wanted)
    if w.bound("dict") and w.likely(0.6):
        return w.pick(w.bound("dict"))
    if w.likely(0.15):
        return parts.built(w, wanted)
    if w.likely(0.06) and w.depth < 2:
        return parts.random_helper(w)
    if w.likely(0.03):
        w.module["REPLIES"] = 'REPLIES = {"down": {"status": "error", "message": "Down"}, "up": {"status": "success"}}'
        return w.pick(['REPLIES["down"]', 'REPLIES["up"]', 'REPLIES.get("down")'])
    return fresh_dict(w, wanted)


def checked(w: Writer, name: str, wanted: str) -> str:
    """Write a value that may be no dict, mostly with a way out for when it is none."""
    if "not_dict" in w.faults and w.likely(0.3):
        return name
    forms = [
        "{0} or {1}",
        "{0} if isinstance({0}, dict) else {1}",
        "{0} if {0} is not None else {1}",
        "{1} if not {0} else {0}",
    ]
    return w.pick(forms).format(name, display(pairs_of(w, wanted)))


def hand_out(w: Writer) -> None:
    """`return ...`."""
    if "not_dict" in w.faults and w.likely(0.05):
        w.line("return")
    elif w.likely(0.06):
        name = w.name()
        w.line(f"{name} = {result_value(w)}")
        w.line(f"return {name}")
    elif w.likely(0.04) and w.bound("dict"):
        name = w.pick(w.bound("dict"))
        w.line(f"return {parts.mutator(w)}({name}) or {name}")
    else:
        w.line(f"return {result_value(w)}")
    w.close()


def make(w: Writer) -> None:
    """A new result in a variable, sometimes in two."""
    value = parts.built(w, dict_goal(w)) if w.likely(0.1) else fresh_dict(w)
    if w.likely(0.06):
        value = w.pick(["{}", "dict()"])
    name = w.target("dict")
    form = w.weighted([(12, "{0} = {2}"), (2, "{0} = {1} = {2}"), (1, "{0}: dict = {2}"), (1, "{0}, {1} = {2}, {3}")])
    if "{1}" in form:
        other = w.name()
        w.line(form.format(name, other, value, display(pairs_of(w, dict_goal(w)))))
        w.bind(other, "dict")
    else:
        w.line(form.format(name, "", value))
    w.bind(name, "dict")


def mutate(w: Writer) -> None:
    """One change of a result that is there."""
    names = w.bound("dict")
    if not names:
        return make(w)
    name = w.pick(names)
    wanted = dict_goal(w)
    key, value = w.pick(pairs_of(w, wanted) or [("data", "1")])
    forms = [
        (16, '{0}["{1}"] = {2}'),
        (5, "{0}.update({3})"),
        (4, "{0}.update({1}={2})"),
        (5, '{0}.setdefault("{1}", {2})'),
        (3, '{0}.pop("{1}", None)'),
        (1, '{0}.update([("{1}", {2})])'),
        (2, 'if "{1}" in {0}:\n    del {0}["{1}"]'),
        (2, 'if "{1}" not in {0}:\n    {0}["{1}"] = {2}'),
        (1, "{0}.clear()"),
        (1, '{0}["{1}"], {0}["extra"] = {2}, 1'),
        (1, 'for key in ("{1}", "extra"):\n    {0}[key] = {2}'),
        (1, 'key = "{1}"\n{0}[key] = {2}'),
        (2, "{4}({0})"),
    ]
    if name not in w.scope.fixed:
        forms += [(4, "{0} |= {3}"), (2, "{0} = {{**{0}, **{3}}}"), (1, "{0} = {0} | {3}")]
        forms += [(1, '{0} = {{key: item for key, item in {0}.items() if key != "{1}"}}')]
    form = w.weighted(forms)
    more = display(pairs_of(w, wanted)) if "{3}" in form else ""
    amend = parts.mutator(w) if "{4}" in form else ""
    return w.line(form.format(name, key, value, more, amend))


def repair(w: Writer) -> None:
    """What makes a result right whatever it was."""
    names = w.bound("dict")
    if not names:
        return make(w)
    forms = [
        '{0}["status"] = "error"\n{0}["message"] = "Sorry"',
        '{0}.setdefault("status", "success")',
        '{0}.setdefault("message", "None")',
        '{0} |= {{"status": "success"}}',
        'if {0}.get("status") == "error":\n    {0}.setdefault("message", "Sorry")',
        'if {0}.get("status") not in ("success", "error"):\n    {0}.update(status="error", message="Sorry")',
        'if "status" not in {0}:\n    {0}["status"] = "success"',
    ]
    name = w.pick(names)
    form = w.pick([form for form in forms if "|=" not in form or name not in w.scope.fixed])
    return w.line(form.format(name))


def share(w: Writer) -> None:
    """A second way to a result that is there, and a change through it."""
    names = w.bound("dict")
    if not names:
        return make(w)
    name, other = w.pick(names), w.name()
    key, value = w.pick(pairs_of(w, dict_goal(w)) or [("data", "1")])
    forms = [
        (4, '{1} = {0}\n{1}["{2}"] = {3}'),
        (3, '{1} = {0}.copy()\n{1}["{2}"] = {3}'),
        (2, '{1} = dict({0})\n{0}["{2}"] = {3}'),
        (2, '{1} = [{0}]\n{1}[0]["{2}"] = {3}\n{1} = {1}[-1]'),
        (2, '{1} = {{"reply": {0}}}\n{1}["reply"]["{2}"] = {3}\n{1} = {1}["reply"]'),
        (1, '{1} = []\n{1}.append({0})\nfor item in {1}:\n    item["{2}"] = {3}\n{1} = {1}.pop()'),
        (1, "{1}, _ = {0}, 1\n{1}.update({2}={3})"),
        (1, '({1} := {0})["{2}"] = {3}'),
        (1, "_, *rest = 1, {0}\n{1} = rest[0]"),
        (1, '{1} = {{}}\n{1}.setdefault("reply", {0})["{2}"] = {3}\n{1} = {1}.pop("reply")'),
        (1, '{1} = {{"data": 1}}\n{1}, {0} = {0}, {1}'),
    ]
    free = [(weight, form) for weight, form in forms if "{0} =" not in form or name not in w.scope.fixed]
    w.line(w.weighted(free).format(name, other, key, value))
    w.bind(other, "dict")
    return None


def may_lack(w: Writer) -> None:
    """A variable that holds a result or not, and mostly what to do when it does not."""
    name = w.name()
    form = w.weighted([(4, "{0} = {1} if {2} else None"), (3, "{0} = None\nif {2}:\n    {0} = {1}"), (2, "{0} = None")])
    w.line(form.format(name, fresh_dict(w), test_of(w) if "{2}" in form else ""))
    w.bind(name, "chance")
    if w.likely(0.55) and w.scope.jumps:
        answer_when_lacking(w, name)


def answer_when_lacking(w: Writer, name: str) -> None:
    """`if found is None: ...`, after which it is a dict."""
    test = w.pick(["{} is None", "not {}", "not isinstance({}, dict)", "{} == None"]).format(name)
    with w.block(f"if {test}:"):
        if w.likely(0.6):
            hand_out(w)
        else:
            w.line(f"{name} = {fresh_dict(w)}")
            w.bind(name, "dict")
    w.bind(name, "dict")


def call_helper(w: Writer) -> None:
    """A variable that holds what a helper of random statements gives."""
    if w.depth > 2:
        return make(w)
    name = w.name()
    w.line(f"{name} = {parts.random_helper(w)}")
    w.bind(name, "any")
    if w.likely(0.4) and w.scope.jumps:
        with w.block(f"if {w.pick(['not isinstance({}, dict)', 'isinstance({}, dict) is False']).format(name)}:"):
            hand_out(w)
        w.bind(name, "dict")
    return None


def name_status(w: Writer) -> None:
    """A variable for the status, or for the status and the message."""
    name = w.target("status")
    roll = w.chance.random()
    if roll < 0.2:
        other = w.target("text")
        one, two = '"success", "Done"', '"error", "Sorry"'
        if "bad_status" in w.faults and w.likely(0.3):
            two = '"failed", "Sorry"'
        w.line(f"{name}, {other} = ({one}) if {test_of(w)} else ({two})")
        w.bind(other, "text")
    elif roll < 0.35:
        w.line(f"{name} = {parts.status_helper(w)}")
    elif roll < 0.6:
        w.line(f"{name} = {status_choice(w)}")
    elif "bad_status" in w.faults and roll < 0.68:
        w.line(f"{name} = {w.pick(BAD_STATUSES)}")
    else:
        w.line(f"{name} = {status(w, w.pick(['success', 'error']))}")
    w.bind(name, "status")


def name_text(w: Writer) -> None:
    """A variable for a message."""
    name = w.target("text")
    w.line(f"{name} = {message(w)}")
    w.bind(name, "text")


def quiet_line(w: Writer) -> None:
    """A statement that matters to no result."""
    forms = [
        "pass",
        "total = {0}",
        "items = []\nitems.append({0})",
        '"""A remark."""',
        "...",
        "size: int",
        "_ = {0}",
    ]
    w.line(w.pick(forms).format(data(w)))


def stop(w: Writer) -> None:
    """What may raise; where nothing takes it up, a run that ends so hands nothing out."""
    if not w.scope.guarded and w.likely(0.85):
        return hand_out(w) if w.scope.jumps else mutate(w)
    roll = w.chance.random()
    if roll < 0.45:
        test = single_test(w) if w.likely(0.85) else w.pick(["True", "False"])
        w.line(w.pick(["{0}({1})", "row = {0}({1})", "{0}(flag={1})"]).format(parts.raiser(w), test))
    elif roll < 0.75:
        w.line(f"if {test_of(w)}:\n    raise {parts.raised(w)}")
    elif roll < 0.8 and w.bound("dict"):
        w.line(f'row = {w.pick(w.bound("dict"))}["{w.pick(["message", "status", "data"])}"]')
    elif roll < 0.84 and w.bound("dict"):
        w.line(f'del {w.pick(w.bound("dict"))}["{w.pick(["message", "status", "data"])}"]')
    elif roll < 0.91:
        w.line(f"assert {single_test(w)}")
    else:
        w.line(f"{parts.abort(w)}()" if w.likely(0.3) else f"raise {parts.raised(w)}")
        w.close()
    return None


def reassign_flag(w: Writer) -> None:
    """A flag that is given another value."""
    flags = [flag for flag in w.scope.flags.values() if flag.is_bool and flag.name not in w.scope.fixed]
    if not flags:
        return quiet_line(w)
    flag = w.pick(flags)
    value = w.pick(["True", "False", f"not {flag.name}", w.pick(flags).name] if w.again else ["True", "False"])
    return w.line(f"{flag.name} = {value}")


def lose(w: Writer) -> None:
    """A name that is deleted, at the outer level only (elsewhere another branch might need it)."""
    names = [name for name in w.bound("dict") if name not in w.scope.fixed]
    if len(names) < 2 or w.depth > 0:
        return mutate(w)
    name = w.pick(names)
    w.line(f"del {name}")
    del w.scope.kinds[name]
    return None


def odd_value(w: Writer) -> None:
    """A variable that holds something else than a dict."""
    name = w.name()
    w.line(f"{name} = {w.pick(NOT_DICTS)}")
    w.bind(name, "any")
