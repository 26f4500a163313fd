"""What the resolver says of made-up expressions is what Python makes of them, or that it is not known."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable

from flake8_incall.model.calls.within import Ways
from flake8_incall.model.code.module import Module
from flake8_incall.options import Options

HEAD = """\
import copy
import functools
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, IntEnum
from types import SimpleNamespace
from typing import Final, NamedTuple

YES, NO = bool(len("a")), bool(len(""))
"""
# What can be read, and the lines before it; `{n}` and `{m}` are numbers, `{t}` a text.
READ: tuple[tuple[str, str], ...] = (
    ("T", "T = {n}"),
    ("T", "T: Final = {n}"),
    ("T", "T = {n}\nT = {m}"),
    ("T", "T = {n}\nif YES:\n    T = {m}"),
    ("T", "T = {n}\nT += {m}"),
    ("T", "T = {n}\nfor _ in range(2):\n    T = T + {m}"),
    ("T", "T = {n}\ndef change():\n    global T\n    T = {m}\nchange()"),
    ("T", "A, T = {n}, {m}"),
    ("T", "(A, *B), T = ({n}, {m}), {n}"),
    ("T", "*A, T = [{n}, {m}]"),
    ("T", "T, A = divmod({n}, {m} or 1)"),
    ("T", "for T in ({n}, {m}):\n    pass"),
    ("T", "for _, T in (({n}, {m}), ({m}, {n})):\n    pass"),
    ("(T := {n})", ""),
    ("L[{i}]", "L = [{n}, {m}, {n}]"),
    ("L[{i}]", "L = [{n}, {m}, {n}]\nL.reverse()"),
    ("L[0]", "L = [{n}, {m}]\nA = L\nA[0] = {m}"),
    ("L[0]", "L = [{n}, {m}]\nA = [L]\nA[0][0] = {m}"),
    ("L[0]", "L = [{n}, {m}]\nfor A in (L, []):\n    A.insert(0, {m})"),
    ("L[0]", "L = [{n}, {m}]\ndef change(items):\n    items[0] = {m}\nchange(L)"),
    ("L[0]", "def made(items=[{n}]):\n    items.append({m})\n    return items\nmade()\nL = made()"),
    ("L[0]", "def made():\n    return [{n}]\nL = made()\nL[0] = {m}"),
    ("sum(L)", "L = [{n}, {m}]\nL += [{n}]"),
    ("sum([*L, {n}])", "L = [{n}, {m}]"),
    ("max(L)", "L = [{n}, {m}]\nL.append({n})"),
    ("min(sorted(L)[0], {n})", "L = ({n}, {m})"),
    ("len(L)", "L = [x for x in ({n}, {m})]"),
    ("sum(abs(x) for x in ({n}, {m}))", ""),
    ("sum(x for x in ({n}, {m}) if x > 3)", ""),
    ('D["a"]', 'D = {"a": {n}, "b": {m}}'),
    ('D["a"]', 'D = {"a": {n}, "a": {m}}'),
    ('D["a"]', 'O = {"a": {m}}\nD = {"a": {n}, **O}'),
    ('D["a"]', 'O = {"a": {m}}\nD = {**O, "a": {n}}'),
    ('D["a"]', 'D = {"a": {n}} | {"a": {m}}'),
    ('D["a"]', 'D = {"a": {n}}\nD["a"] = {m}'),
    ('D["a"]', 'D = {"a": {n}}\nD.update(a={m})'),
    ('D["a"]', 'D = {"a": {n}}\nD |= {"a": {m}}'),
    ('D["a"]', "D = dict(a={n})"),
    ('D["a"]', 'D = dict([("a", {n})], b={m})'),
    ('D["a"]', 'O = {"a": {n}}\nD = copy.copy(O)\nD["a"] = {m}'),
    ('D["a"]', 'D = dict.fromkeys("ab", {n})'),
    ('D["a"]["b"]', 'D = {"a": {"b": {n}}}'),
    ('D["a"]["b"]', 'D = {"a": {"b": {n}}}\nD["a"]["b"] = {m}'),
    ('D["a"]["b"]', 'I = {"b": {n}}\nD = {"a": I}\nI["b"] = {m}'),
    ('D.get("a", {m})', 'D = {"a": {n}}'),
    ('D.get("c", {m})', 'D = {"a": {n}}'),
    ('D.get("c")', 'D = {"a": {n}}'),
    ('D.get("c", {m})', 'D = {"a": {n}}\nD.setdefault("c", {n})'),
    ('D.get("c", {m})', 'D = dict([("c", {n})])'),
    ('D.get("c", {m})', 'D = dict(zip("c", [{n}]))'),
    ("D.get(1, {m})", "D = {True: {n}}"),
    ("D.get({n}, {m})", "D = {{m}: {n}}"),
    ('D.pop("a")', 'D = {"a": {n}}'),
    ("sum(D.values())", 'D = {"a": {n}, "b": {m}}'),
    ("C.t", "class C:\n    t = {n}"),
    ("C.t", "class C:\n    t = {n}\nC.t = {m}"),
    ("C().t", "class C:\n    t = {n}\n    def __init__(self):\n        self.t = {m}"),
    ("C().t", "class B:\n    t = {n}\nclass C(B):\n    t = {m}"),
    ("C().t", "class B:\n    t = {n}\nclass A(B):\n    pass\nclass M(B):\n    t = {m}\nclass C(A, M):\n    pass"),
    ("C({n}).t", "class C:\n    def __init__(self, t={m}):\n        self.t = t"),
    ("O.t", "class C:\n    def __init__(self, t={m}):\n        self.t = t\nO = C({n})\nP = C({m})"),
    ("O.t", "class C:\n    def __init__(self, t={m}):\n        self.t = t * 2\nO = C(t={n})"),
    ("O.t", "class C:\n    def __init__(self, t={m}):\n        self.t = t\nmake = C\nO = make({n})\nP = C()"),
    ("O.t", "class C:\n    def __init__(self, t={m}):\n        self.t = t\nO = {'a': C}['a']({n})\nP = C()"),
    ("L[0]", "L = [{n}, {m}]\nlist.insert(L, 0, {m})"),
    ("O.t", "class C:\n    t = {n}\nO = C()\nsetattr(O, 't', {m})"),
    ("O.t", "class C:\n    t = {n}\nO = C()\nO.t += {m}"),
    ("O.t", "class C:\n    @property\n    def t(self):\n        return {n}\nO = C()"),
    ("C.read()", "class C:\n    t = {n}\n    @classmethod\n    def read(cls):\n        return cls.t"),
    ("O.t", "@dataclass\nclass C:\n    t: int = {n}\nO = C()"),
    ("O.t", "@dataclass\nclass C:\n    t: int = {n}\nO = C({m})"),
    ("O.t", "@dataclass\nclass C:\n    t: int = {n}\nO = C(t={m})\nP = C()"),
    ("O.t", "@dataclass\nclass C:\n    t: int = {n}\nO = replace(C(), t={m})"),
    ("O.t", "@dataclass\nclass C:\n    t: int = {n}\nO = C(**{'t': {m}})"),
    ("O.t", "@dataclass\nclass C:\n    t: int = field(default={n})\nO = C()"),
    ("O.t", "@dataclass\nclass C:\n    t: int = {n}\n    def __post_init__(self):\n        self.t = {m}\nO = C()"),
    ("O.t", "class C(NamedTuple):\n    s: int\n    t: int = {n}\nO = C({m})"),
    ("O.t", "class C(NamedTuple):\n    s: int\n    t: int = {n}\nO = C({m})._replace(t={m})"),
    ("O.t", "O = SimpleNamespace(t={n})"),
    ("O.t", "O = SimpleNamespace(t={n})\nO.t = {m}"),
    ("O.t", "O = SimpleNamespace(t={n}, **{'s': {m}})"),
    ("E.A.value", "class E(Enum):\n    A = {n}\n    B = {m}"),
    ("E.A.name", "class E(Enum):\n    A = {n}"),
    ("E.A + 1", "class E(IntEnum):\n    A = {n}\n    B = {m}"),
    ("E.A * E.B", "class E(IntEnum):\n    A = {n}\n    B = {m}"),
    ("E.A == {n}", "class E(Enum):\n    A = {n}"),
    ("f'{E.A.value}'", "class E(str, Enum):\n    A = {t}"),
    ("f'{E.A}'", "class E(str, Enum):\n    A = {t}"),
    ("str(E.A)", "class E(IntEnum):\n    A = {n}"),
    ("E.A.value", "class E(Enum):\n    A = {n}\n    def __init__(self, t):\n        self._value_ = {m}"),
    ("f()", "def f():\n    return {n}"),
    ("f()", "def f(t={n}):\n    return t"),
    ("f({m})", "def f(t={n}):\n    return t"),
    ("f(t={m})", "def f(s=1, *, t={n}):\n    return t * 2 + s"),
    ("f()", "def f():\n    if NO:\n        return {n}"),
    ("f()", "def f():\n    if YES:\n        return {n}\n    return {m}"),
    ("f()", "def f():\n    try:\n        return {n}\n    finally:\n        return {m}"),
    ("f()", "def f():\n    while NO:\n        return {n}"),
    ("f({n})", "def f(t):\n    t = {m}\n    return t"),
    ("f({n})", "def f(t):\n    if NO:\n        t = {m}\n    return t"),
    ("f({n})", "def f(t):\n    return f(t - 1) if t > 0 else t"),
    ("f({n})", "def f(*t):\n    return t[0]"),
    ("f(a={n})", "def f(**t):\n    return t['a']"),
    ("f({n})({m})", "def f(t):\n    return lambda s: s + t"),
    ("next(f())", "def f():\n    yield {n}\n    yield {m}"),
    ("f()", "def wrap(g):\n    return lambda: {m}\n@wrap\ndef f():\n    return {n}"),
    ("f()", "@functools.cache\ndef f():\n    return {n}"),
    ("f()", "f = lambda t={n}: t"),
    ("f({m})", "f = functools.partial(max, {n})"),
    ("timedelta(seconds={n}).total_seconds()", ""),
    ("timedelta(minutes={n}, seconds={m}).total_seconds()", ""),
    ("(timedelta({n}) / 2 + timedelta(hours={m})).total_seconds()", ""),
    ("timedelta(seconds={n}) // timedelta(seconds={m} or 1)", ""),
    ("f'{{n}:>4}{{m}!r}'", ""),
    ("'{:>4}'.format({n})", ""),
    ("'{0}-{a}'.format({n}, a={m})", ""),
    ("'%03d %s %r' % ({n}, {m}, {t})", ""),
    ("'%s' % [{n}, {m}]", ""),
    ("str([{n}, {m}])", ""),
    ("','.join(str(x) for x in ({n}, {m}))", ""),
    ("{t}.upper().split('A')[0]", ""),
    ("{t}[::-1] * 2", ""),
    ("({n}, {m}) + ({n},)", ""),
    ("(({n}, {m}) * 2)[{i}]", ""),
    ("int({t})", ""),
    ("float(str({n}))", ""),
    ("round({n} / 3, 1)", ""),
    ("{n} if YES else {m}", ""),
    ("YES and {n}", ""),
    ("{n} and {m}", ""),
    ("{n} or {m}", ""),
    ("None or {n}", ""),
    ("not {n}", ""),
    ("T or {m}", "T = None\nif YES:\n    T = {n}"),
    ("min({n}, len('abc'))", ""),
)
OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "|", "&", "<<", "or", "and")
NUMBERS = ("0", "1", "2", "3.5", "-4", "8", "True", "120")
TEXTS = ("'5'", "'aXb'", "''", "'1_0'", "'{}'")
SEED, PROGRAMS = 12, 700


def programs() -> list[tuple[str, str]]:
    """The programs with the expression that each ends in: all that can be read, alone and together."""
    chance = random.Random(SEED)

    def read(wrap: Callable[[str], str], setup: str, expression: str) -> tuple[str, str]:
        words = {"{n}": chance.choice(NUMBERS), "{m}": chance.choice(NUMBERS), "{t}": chance.choice(TEXTS)}
        words["{i}"] = chance.choice(("0", "1", "-1", "7"))
        expression = wrap(expression)
        for mark, word in words.items():
            setup, expression = setup.replace(mark, word), expression.replace(mark, word)
        return setup, expression

    found = [read(lambda expression: expression, setup, expression) for expression, setup in READ for _ in range(2)]
    while len(found) < PROGRAMS:
        expression, setup = chance.choice(READ)
        operator, other = chance.choice(OPERATORS), chance.choice((*NUMBERS, *TEXTS))
        wraps = (f"(@) {operator} {other}", f"{other} {operator} (@)", "[@][0]", "max((@), 2)", "'%s' % (@,)")
        wrap = chance.choice(wraps)
        found.append(read(lambda inner, wrap=wrap: wrap.replace("@", inner), setup, expression))  # type: ignore[misc]
    return found


def told(setup: str, expression: str) -> list[object] | None:
    text = f"{HEAD}{setup}\n({expression})\n"
    tree = ast.parse(text)
    module = Module("book.py", text.splitlines(keepends=True), tree, Options())
    last = tree.body[-1]
    assert isinstance(last, ast.Expr)
    return module.fact(Ways).within(()).constants.values(last.value)


def run(setup: str, expression: str) -> object:
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(f"{HEAD}{setup}\n", "book.py", "exec"), names)  # our own text
    return eval(f"({expression}\n)", names)


PROGRAMS_RUN = programs()


def test_what_is_told_of_an_expression_is_what_python_makes_of_it() -> None:
    wrong: list[str] = []
    for setup, expression in PROGRAMS_RUN:
        values = told(setup, expression)
        if values is None:
            continue
        try:
            made = run(setup, expression)
        except Exception:  # nothing is read where it raises
            continue
        if not any(type(value) is type(made) and value == made for value in values):
            wrong.append(f"{setup}\n{expression}\n  is {made!r}, and not one of {values!r}")
    assert wrong == []


def test_most_of_what_does_not_change_is_told() -> None:
    known = sum(told(setup, expression) is not None for setup, expression in PROGRAMS_RUN)
    assert known > len(PROGRAMS_RUN) / 2
