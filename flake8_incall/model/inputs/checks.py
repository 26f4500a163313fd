"""What a test tells of a caller's words: methods like `isalnum`, comparisons, membership, patterns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from flake8_incall.catalogue import Catalogue
from flake8_incall.model.inputs.addresses import binds_host
from flake8_incall.model.inputs.values import (
    NO_CHECKS,
    Address,
    Alternative,
    Check,
    Checks,
    Constant,
    Input,
    Items,
    Known,
    Origin,
    Text,
    Thing,
    Unknown,
    Value,
    about,
    answer,
    common,
    narrowed,
    origins,
    truth,
    union,
)

# Characters by which a text leaves its place in a URL.
_STRUCTURE = frozenset("/?#&%\\")
_NEGATED = {ast.NotIn: ast.In, ast.NotEq: ast.Eq, ast.IsNot: ast.Is}


def of_method(owner: Value, name: str, arguments: list[Value], catalogue: Catalogue) -> Value | None:
    """The answer of a method of a text or container that tests; `None` for other methods."""
    if name in catalogue.members("is-plain"):
        names = about(owner, Known.NAME) if name == "isidentifier" else NO_CHECKS
        return answer(about(owner, Known.PLAIN) | names)
    if name in ("startswith", "endswith") and arguments:
        return _of_end(owner, name, arguments[0])
    if name == "issubset":
        return answer(about_elements(owner, Known.PLAIN))
    if name == "difference":
        return of_difference(owner)
    return None


def of_difference(value: Value) -> Value:
    """`set(names) - KNOWN`: when it is empty, each of them is one that is known."""
    told = about_elements(value, Known.PLAIN) | about_elements(value, Known.NAME)
    return union((Alternative(Thing()),), (Alternative(Constant(None), told),))


def _of_end(owner: Value, name: str, argument: Value) -> Value:
    constants = list(_constants(argument))
    if not constants:
        return answer()
    if any(isinstance(a.form, Address) and a.form.is_host for a in owner):
        is_bound = all(constant.lstrip(".") for constant in constants)
    else:
        is_bound = name == "startswith" and all(constant == "/" or binds_host(constant) for constant in constants)
    return answer(about(owner, Known.BOUND) if is_bound else ())


def _constants(value: Value) -> Iterator[str]:
    """The constant texts that a value is or holds; nothing when something else may be there."""
    found: list[str] = []
    for alternative in value:
        match alternative.form:
            case Text((str() as constant,)):
                found.append(constant)
            case Items(items, ()):
                for item in items:
                    found.extend(_constants(item))
            case _:
                return
    yield from found


def about_elements(value: Value, known: Known) -> Checks:
    """The checks that tell something of texts, by what is told of all of their characters."""
    found: set[Check] = set()
    for alternative in value:
        if isinstance(alternative.form, Items):
            found |= whole(about(alternative.form.more, known))
    return frozenset(found)


def whole(checks: Iterable[Check]) -> Checks:
    """What checks of each element of something tell of the thing itself."""
    found: set[Check] = set()
    for origin, known in checks:
        if known in (Known.PLAIN, Known.NAME) and _is_element(origin):
            found.add((Origin(origin.parameter, origin.pieces[:-1]), known))
    return frozenset(found)


def _is_element(origin: Origin) -> bool:
    return bool(origin.pieces) and isinstance(origin.pieces[-1], ast.For | ast.AsyncFor | ast.comprehension)


def of_all(value: Value, result: bool) -> Value:
    """The answer of `all(...)` (`result` true) or `any(...)` (false) of what a comprehension has collected."""
    found = _of_each(value, result)
    return answer(found) if result else answer((), found)


def of_count(value: Value) -> Value:
    """How many answers are true, as `sum(map(str.isdigit, code))` says: that is compared, whatever with."""
    return (Alternative(Unknown(), _of_each(value, result=True)),)


def _of_each(value: Value, result: bool) -> Checks:
    """What is told of the whole when each answer of a collection is true, or false."""
    found: set[Check] = set()
    for alternative in value:
        if isinstance(alternative.form, Items) and alternative.form.more:
            told = common(narrowed(alternative.form.more, result))
            # `all(check(code) for check in CHECKS)` asks of the whole itself.
            found |= whole(told) | {check for check in told if not _is_element(check[0])}
    return frozenset(found)


def of_comparison(operator: ast.cmpop, left: Value, right: Value) -> Value:
    """The answer of one comparison."""
    positive = _NEGATED.get(type(operator))
    if positive is not None:
        return negated(of_comparison(positive(), left, right))
    match operator:
        case ast.Is() | ast.Eq():
            return _of_equality(left, right)
        case ast.In():
            return _of_membership(left, right)
        case ast.Lt() | ast.LtE():
            return answer(about_elements(left, Known.PLAIN) if not origins(right) else ())
    return answer()


def negated(value: Value) -> Value:
    """`not value`."""
    opposite = []
    for alternative in value:
        known = truth(alternative.form)
        if known is None:
            opposite += [
                *(
                    Alternative(Constant(not result), common(narrowed((alternative,), result)))
                    for result in (True, False)
                )
            ]
        else:
            opposite.append(Alternative(Constant(not known), alternative.checks))
    return union(tuple(opposite))


def _of_equality(left: Value, right: Value) -> Value:
    if origins(left) and origins(right):
        return answer()
    asked = left if origins(left) else right
    return _by_identity(left, right, about(asked, Known.BOUND if _is_host(asked) else Known.HARMLESS))


def _by_identity(left: Value, right: Value, told: Checks) -> Value:
    """Equality where constants decide it: each alternative keeps what it tells."""
    results = []
    for one in left:
        for other in right:
            checks = one.checks | other.checks
            is_same = _is_same(one, other)
            if is_same is not False:
                results.append(Alternative(Constant(True), checks | told))
            if is_same is not True:
                results.append(Alternative(Constant(False), checks))
    return union(tuple(results))


def _is_same(one: Alternative, other: Alternative) -> bool | None:
    match one.form, other.form:
        case Constant(first), Constant(second):
            return first is second or first == second
        case (Constant(None), Thing() | Items() | Text()) | (Thing() | Items() | Text(), Constant(None)):
            # A parameter may well be `None`, whatever its annotation says.
            is_open = any(
                isinstance(part, Input) for a in (one, other) if isinstance(a.form, Text) for part in a.form.parts
            )
            return None if is_open else False
    return None


def _of_membership(left: Value, right: Value) -> Value:
    if not origins(left) and any(isinstance(a.form, Constant) and type(a.form.value) is bool for a in left):
        # `False in map(str.isdigit, code)`
        return answer((), _of_each(right, result=truth(left[0].form) is False))
    if not origins(left):
        is_structure = any(not _STRUCTURE.isdisjoint(constant) or ".." in constant for constant in _constants(left))
        is_text = any(isinstance(a.form, Text) for a in right)
        return answer((), about(right, Known.PLAIN) if is_structure and is_text else ())
    if origins(right):
        return answer()
    if _is_host(left):
        return answer(about(left, Known.BOUND))
    is_of_structure = any("/" in constant for constant in _constants(right)) and all(map(_is_element, origins(left)))
    return answer(about(left, Known.HARMLESS), about(left, Known.PLAIN) if is_of_structure else ())


def _is_host(value: Value) -> bool:
    return any(isinstance(alternative.form, Address) and alternative.form.is_host for alternative in value)


def of_pattern(method: str, pattern: str | None, subject: Value) -> Value:
    """What `fullmatch`, `match` or `search` with a pattern gives: a match, or `None`.

    Args:
        method: Which of them.
        pattern: The pattern, or `None` when it is not known.
        subject: The text.
    """
    if pattern is None:
        told = about(subject, Known.PLAIN)
        return union(
            (Alternative(Thing(), told),), (Alternative(Constant(None), told if method == "search" else NO_CHECKS),)
        )
    is_whole = method == "fullmatch" or (
        pattern.endswith(("$", r"\Z")) and (method == "match" or pattern.startswith(("^", r"\A")))
    )
    told = NO_CHECKS
    if is_whole and not _lets_anything_through(pattern):
        told = about(subject, Known.PLAIN)
    if binds_host(_beginning(pattern)) and (method != "search" or pattern.startswith(("^", r"\A"))):
        told |= about(subject, Known.BOUND)
    refused = about(subject, Known.PLAIN) if method == "search" and not is_whole else NO_CHECKS
    return union((Alternative(Thing(), told),), (Alternative(Constant(None), refused),))


def _lets_anything_through(pattern: str) -> bool:
    """Whether a pattern has a dot for any character outside of a set of characters, repeated."""
    bare = re.sub(r"\\.|\[\^?\]?[^\]]*\]", "x", pattern)
    return re.search(r"\.[*+{]|\)[*+]", bare) is not None and "." in bare


def _beginning(pattern: str) -> str:
    """The text with which all that a pattern matches begins."""
    literal = re.match(r"(?:\^|\\A)?((?:\\[./:-]|[\w:/-])*)", pattern)
    found = literal[1] if literal else ""
    rest = pattern[literal.end() :] if literal else ""
    # What is repeated may be missing.
    found = found[:-1] if rest.startswith(("*", "?", "{")) else found
    return found.replace("\\", "")
