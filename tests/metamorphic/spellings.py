"""Values as people write them otherwise: time limits, and the exceptions that a handler catches.

A spelling says in another way what stands plainly in a program; the program has to have the same findings. `mended_by`
is the step that will make it so where it is not so yet.
"""

from __future__ import annotations

from dataclasses import dataclass

ONE_ANSWER = "One answer"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a value.

    Attributes:
        name: What it is, in a word or two.
        expression: What stands in the place of the plain value; `{value}` is the plain value.
        setup: Lines at the top of the module.
        inside: A line at the beginning of the function.
        unfollowed: The places where it is not followed yet.
        mended_by: The step that will mend that.
    """

    name: str
    expression: str
    setup: str = ""
    inside: str = ""
    unfollowed: tuple[str, ...] = ()
    mended_by: str = ONE_ANSWER

    def applied(self, program: str, value: str) -> str:
        """A program with `VALUE` written this way."""
        setup, inside, expression = (
            part.replace("{value}", value) for part in (self.setup, self.inside, self.expression)
        )
        return program.replace("SETUP", setup).replace("INSIDE", inside or "pass").replace("VALUE", expression)


_TIMEDELTA = "from datetime import timedelta"
# Where exceptions are caught.
HANDLERS = ("request", "conversion", "raise")

DURATIONS = (
    Spelling("a float", "{value}.0"),
    Spelling("timedelta", "timedelta(seconds={value}).total_seconds()", _TIMEDELTA),
    Spelling(
        "timedelta in minutes", "timedelta(minutes={value} / 60).total_seconds()", "from datetime import timedelta"
    ),
    Spelling(
        "timedelta of a module", "PAUSE.total_seconds()", "import datetime as dt\nPAUSE = dt.timedelta(0, {value})"
    ),
    Spelling(
        "sum of timedeltas",
        "(timedelta(0) + timedelta(seconds={value})).total_seconds()",
        "from datetime import timedelta",
    ),
    Spelling("product", "2 * ({value} / 2)"),
    Spelling("quotient", "{value} * 60 / 60"),
    Spelling("floor quotient", "({value} * 60) // 60"),
    Spelling("power", "{value} * 10 ** 0"),
    Spelling("difference", "{value} + 5 - 5"),
    Spelling("a sign", "-(-{value})"),
    Spelling("or", "T or 1", "T = {value}"),
    Spelling("or behind zero", "0 or {value}"),
    Spelling("conditional", "{value} if True else 1"),
    Spelling("max", "max(1, {value})"),
    Spelling("min", "min({value}, 10_000)"),
    Spelling("abs", "abs(-{value})"),
    Spelling("round", "round({value}.2)"),
    Spelling("sum", "sum([{value} - 1, 1])"),
    Spelling("sum of a list", "sum(LISTED)", "LISTED = [{value}]"),
    Spelling(
        "timedelta of a dict",
        "timedelta(**GIVEN).total_seconds()",
        "from datetime import timedelta\nGIVEN = {'seconds': {value}}",
    ),
    Spelling("float of a text", 'float("{value}")'),
    Spelling("int of a text", 'int("{value}")'),
    Spelling("int of a number", "int({value}.9)"),
    Spelling("constant", "T", "T = {value}"),
    Spelling("annotated constant", "T", "from typing import Final\nT: Final[int] = {value}"),
    Spelling("alias of a constant", "AGAIN", "T = {value}\nAGAIN = T"),
    Spelling("constant of constants", "T", "MINUTE = {value} / 2\nT = 2 * MINUTE"),
    Spelling("unpacked constant", "T", "SHORT, T = 1, {value}"),
    Spelling("local name", "limit", inside="limit = {value}"),
    Spelling("walrus", "(limit := {value})"),
    Spelling("dict display", '{"t": {value}}["t"]'),
    Spelling("dict", 'LIMITS["t"]', 'LIMITS = {"t": {value}}'),
    Spelling("dict.get", 'LIMITS.get("t", 1)', 'LIMITS = {"t": {value}}'),
    Spelling("dict.get without the key", 'LIMITS.get("u", {value})', 'LIMITS = {"t": 1}'),
    Spelling("dict in a dict", 'LIMITS["shop"]["t"]', 'LIMITS = {"shop": {"t": {value}}}'),
    Spelling("list", "LIMITS[1]", "LIMITS = [1, {value}]"),
    Spelling("class attribute", "Limits.T", "class Limits:\n    T = {value}"),
    Spelling("class attribute of a base", "Limits.T", "class Base:\n    T = {value}\nclass Limits(Base):\n    pass"),
    Spelling(
        "attribute of an instance",
        "LIMITS.t",
        "class Limits:\n    def __init__(self):\n        self.t = {value}\nLIMITS = Limits()",
    ),
    Spelling(
        "dataclass field",
        "LIMITS.t",
        "from dataclasses import dataclass\n@dataclass\nclass Limits:\n    t: float = {value}\nLIMITS = Limits()",
    ),
    Spelling("enum member", "Limit.T.value", "from enum import Enum\nclass Limit(Enum):\n    T = {value}"),
    Spelling("integer enum member", "Limit.T", "from enum import IntEnum\nclass Limit(IntEnum):\n    T = {value}"),
    Spelling(
        "namespace",
        "LIMITS.t",
        "from types import SimpleNamespace\nLIMITS = SimpleNamespace(t={value})",
    ),
    Spelling(
        "settings",
        "SETTINGS.t",
        "class Settings:\n    def __init__(self, t: float = 1):\n        self.t = t\nSETTINGS = Settings(t={value})",
    ),
    Spelling(
        "default of settings",
        "SETTINGS.t",
        "class Settings:\n    def __init__(self, t: float = {value}):\n        self.t = t\nSETTINGS = Settings()",
    ),
    Spelling(
        "argument of a dataclass",
        "LIMITS.t",
        "from dataclasses import dataclass\n@dataclass\nclass Limits:\n    t: float = 1\nLIMITS = Limits({value})",
    ),
    Spelling(
        "default by field()",
        "LIMITS.t",
        "import dataclasses as d\n@d.dataclass\nclass L:\n    t: float = d.field(default={value})\nLIMITS = L()",
    ),
    Spelling(
        "field of a named tuple",
        "LIMITS.t",
        "from typing import NamedTuple\nclass Limits(NamedTuple):\n    t: float = {value}\nLIMITS = Limits()",
    ),
    Spelling(
        "class attribute through cls",
        "Limits.read()",
        "class Limits:\n    T = {value}\n    @classmethod\n    def read(cls):\n        return cls.T",
    ),
    Spelling(
        "product of an enum member",
        "Limit.T * 2 / 2",
        "from enum import IntEnum\nclass Limit(IntEnum):\n    T = {value}",
    ),
    Spelling("dict of keywords", 'dict(a={value})["a"]'),
    Spelling("quotient and rest", "divmod({value} * 60, 60)[0]"),
    Spelling("sum of a tuple", "sum(({value} - 1, 1))"),
    Spelling("spread in max", "max(*LISTED)", "LISTED = (1, {value})"),
    Spelling("by an unknown condition", "{value} if PROD else 1", "PROD = len(__file__) > 9"),
    Spelling("unpacked list", "T", "[T, SHORT] = [{value}, 1]"),
    Spelling("default of a function", "limit()", "def limit(t={value}):\n    return t"),
    Spelling("argument of a function", "limit({value})", "def limit(t):\n    return t * 2 / 2"),
    Spelling("argument by keyword", "limit(t={value})", "def limit(*, t: float = 1) -> float:\n    return t"),
    Spelling("lambda", "(lambda t: t)({value})"),
    Spelling("function", "limit()", "def limit():\n    return {value}"),
    Spelling("static method", "Limits.t()", "class Limits:\n    @staticmethod\n    def t():\n        return {value}"),
)
EXCEPTIONS = (
    Spelling("tuple by name", "ERRORS", "ERRORS = ({value},)"),
    Spelling("alias of a name", "AGAIN", "ERRORS = ({value},)\nAGAIN = ERRORS"),
    Spelling("annotated name", "ERRORS", "ERRORS: tuple[type[Exception], ...] = ({value},)"),
    Spelling("class attribute", "Shop.ERRORS", "class Shop:\n    ERRORS = ({value},)"),
    Spelling(
        "class attribute of a base", "Shop.ERRORS", "class Base:\n    ERRORS = ({value},)\nclass Shop(Base):\n    pass"
    ),
    Spelling("added tuples", "FIRST + SECOND", "FIRST = ({value},)\nSECOND = (ZeroDivisionError,)"),
    Spelling("added where they are named", "ERRORS", "FIRST = ({value},)\nERRORS = FIRST + (ZeroDivisionError,)"),
    Spelling("spread tuple", "(*FIRST, ZeroDivisionError)", "FIRST = ({value},)"),
    Spelling("spread where it is named", "ERRORS", "FIRST = ({value},)\nERRORS = (*FIRST, ZeroDivisionError)"),
    Spelling("name in a tuple", "(Failed,)", "Failed, *_ = ({value},)"),
    Spelling("tuple of a list", "tuple(LISTED)", "LISTED = [{value}]"),
    Spelling("tuple of a set", "tuple({{value}, ZeroDivisionError})"),
    Spelling("tuple of a frozen set", "tuple(ERRORS)", "ERRORS = frozenset([{value}])"),
    Spelling("keys of a dict", "tuple(WORDS)", 'WORDS = {{value}: "Not now"}'),
    Spelling("keys of a dict by method", "tuple(WORDS.keys())", 'WORDS = {{value}: "Not now"}'),
    Spelling("values of a dict", "tuple(ERRORS.values())", 'ERRORS = {"shop": {value}, "day": ZeroDivisionError}'),
    Spelling("spread values of a dict", "(*ERRORS.values(),)", 'ERRORS = {"shop": {value}}'),
    Spelling("comprehension", "tuple(error for error in ERRORS)", "ERRORS = [{value}]"),
    Spelling("tuple in a tuple", "(ERRORS, ZeroDivisionError)", "ERRORS = ({value},)"),
    Spelling("added later", "ERRORS", "ERRORS = (ZeroDivisionError,)\nERRORS += ({value},)"),
    Spelling("appended later", "tuple(LISTED)", "LISTED = [ZeroDivisionError]\nLISTED.append({value})"),
    Spelling("extended later", "tuple(LISTED)", "LISTED = []\nLISTED.extend([{value}])"),
    Spelling("added list", "tuple([ZeroDivisionError] + LISTED)", "LISTED = [{value}]"),
    Spelling("slice", "ERRORS[:1]", "ERRORS = ({value},)"),
    Spelling("spread slice", "(*ERRORS[:1],)", "ERRORS = ({value},)"),
    Spelling("spread copy", "(*copy.copy(LISTED),)", "import copy\nLISTED = [{value}]"),
    Spelling("sorted", "tuple(sorted(LISTED, key=str))", "LISTED = [{value}]"),
    Spelling("element", "ERRORS[0]", "ERRORS = ({value},)"),
    Spelling("function", "errors()", "def errors():\n    return ({value},)"),
    Spelling("cached function", "errors()", "import functools\n@functools.cache\ndef errors():\n    return ({value},)"),
    Spelling("attribute of an instance", "Shop().ERRORS", "class Shop:\n    ERRORS = ({value},)"),
    Spelling(
        "attribute set by __init__",
        "SHOP.errors",
        "class Shop:\n    def __init__(self):\n        self.errors = ({value},)\nSHOP = Shop()",
    ),
    Spelling("default of a lambda", "(lambda: ({value},))()"),
    Spelling("walrus", "(errors := ({value},))"),
    Spelling("cast", "cast(tuple, ERRORS)", "from typing import cast\nERRORS = ({value},)"),
    Spelling("either", "ERRORS or OSError", "ERRORS = ({value},)"),
    Spelling("dict entry", 'ERRORS["shop"]', 'ERRORS = {"shop": ({value},)}'),
    Spelling("local name", "errors", inside="errors = ({value},)"),
    Spelling("conditional", "ERRORS if True else OSError", "ERRORS = ({value},)"),
)
ONE_EXCEPTION = (
    Spelling("alias", "Failed", "Failed = httpx.{value}"),
    Spelling("alias of a module", "web.{value}", "import httpx as web"),
    Spelling("alias import", "Failed", "from httpx import {value} as Failed"),
    Spelling("plain import", "{value}", "from httpx import {value}"),
    Spelling("import inside", "{value}", inside="from httpx import {value}"),
    Spelling("attribute of a class", "Shop.Failed", "class Shop:\n    Failed = httpx.{value}"),
    Spelling("nested name", "Shop.errors.Failed", "class Shop:\n    class errors:\n        Failed = httpx.{value}"),
    Spelling(
        "name of a group",
        "GROUP.failed",
        "from types import SimpleNamespace\nGROUP = SimpleNamespace(failed=httpx.{value})",
    ),
)
