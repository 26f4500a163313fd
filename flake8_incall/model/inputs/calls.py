"""What calls make of a caller's words: what keeps them, takes a piece, quotes them or holds them to a type."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from flake8_incall.catalogue import Api, Catalogue
from flake8_incall.model.inputs import checks
from flake8_incall.model.inputs.containers import elements, item, pieces
from flake8_incall.model.inputs.formatting import between, formatted, replaced
from flake8_incall.model.inputs.values import (
    NO_CHECKS,
    UNKNOWN,
    Address,
    Alternative,
    Checks,
    Constant,
    Items,
    Known,
    Mapping,
    Method,
    Other,
    Thing,
    Unknown,
    Value,
    about,
    answer,
    checked,
    items,
    joined,
    mapping,
    of,
    origins,
    text,
    texts,
    union,
)

# Of these, the text is the last argument.
_TEXT_LAST = frozenset({"typing.cast", "unicodedata.normalize"})
_URL_SPLITTING = frozenset({"urllib.parse.urlparse", "urllib.parse.urlsplit"})
_MATCHING = frozenset({"fullmatch", "match", "search"})
_SPEAKING_OF_CHECKS = re.compile(
    r"(?:^|_)(?:check|ensure|validate|valid|verify|require|assert|allow|allowed|saniti[sz]e|safe)"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it is executed.

    Attributes:
        node: The call.
        names: The qualified names of what may be called.
        owner: For a method, the value that it is a method of.
        method: The method's name, or `""`.
        arguments: The positional arguments.
        keywords: The keyword arguments.
        pattern: For a method of a pattern, its text where that is known.
        mapped: The qualified names of the function that it calls for each element: `map(str.isdigit, code)`.
    """

    node: ast.Call
    catalogue: Catalogue
    names: frozenset[str]
    owner: Value
    method: str
    arguments: list[Value]
    keywords: dict[str, Value] = field(default_factory=dict)
    pattern: str | None = None
    mapped: frozenset[str] = frozenset()

    @property
    def is_partial(self) -> bool:
        """Whether it calls what `functools.partial` has made, with what that was given."""
        return bool(origins(self.owner)) and not self.method

    @property
    def everything(self) -> Value:
        """All that the call is handed."""
        return union(*self.arguments, *self.keywords.values())


def result(call: Call) -> tuple[Value, Checks]:
    """What a call gives, and the checks that have succeeded once it has returned."""
    plain = call.catalogue.members("is-plain")
    unbound = sorted(
        (name for name in call.names if name.startswith("str.")),
        key=lambda name: name.removeprefix("str.") not in plain,
    )
    if unbound and call.arguments:
        # `str.format(template, ...)`
        rest = call.arguments[1:]
        return _of_method(
            replace(call, owner=call.arguments[0], method=unbound[0].removeprefix("str."), arguments=rest)
        ), NO_CHECKS
    if call.names:
        return _of_function(call)
    if call.is_partial:
        return _of_unknown(replace(call, owner=(), arguments=[call.owner, *call.arguments]))
    if origins(call.owner) or any(not isinstance(a.form, Constant) and a != UNKNOWN[0] for a in call.owner):
        return _of_method(call), NO_CHECKS
    return _of_unknown(call)


def _of_function(call: Call) -> tuple[Value, Checks]:
    names, first, catalogue = call.names, call.arguments[0] if call.arguments else (), call.catalogue
    if any(_converts(catalogue.api(name)) for name in names):
        return of(Thing()), about(first, Known.HARMLESS)
    if catalogue.any_has("shows", names):
        return _shown(first), NO_CHECKS
    if catalogue.any_has("keeps", names):
        return union(first if names.isdisjoint(_TEXT_LAST) else call.arguments[-1]), NO_CHECKS
    if catalogue.any_has("quotes", names):
        return joined([checked(first, about(first, Known.PLAIN))]), NO_CHECKS
    if not names.isdisjoint(_URL_SPLITTING):
        return of(Address(joined((first,)))) if origins(first) else UNKNOWN, NO_CHECKS
    for name in names:
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](call), NO_CHECKS
        owner, _, method = name.rpartition(".")
        if method in _MATCHING and owner in ("re", "re.Pattern", "regex"):
            return _of_pattern(call, method, owner), NO_CHECKS
        if method == "sub" and owner in ("re", "re.Pattern", "regex"):
            return _substituted(call, owner), NO_CHECKS
    return _of_unknown(call)


def _converts(api: Api | None) -> bool:
    """Whether a function raises on what is not of the type that it makes, so that no text gets through."""
    return api is not None and api.rejects != "" and api.returns is not None and api.returns.name != "json"


def _shown(value: Value) -> Value:
    """A value as a text: of a list or dict, with all that is in it."""
    return union(*(joined([(a,)]) if isinstance(a.form, Items | Mapping) else (a,) for a in value))


def _of_attribute_test(call: Call) -> Value:
    """`hasattr(service, name)`: the name is an identifier, and one of very many."""
    name = call.arguments[1] if len(call.arguments) > 1 else ()
    return answer(about(name, Known.PLAIN) | about(name, Known.NAME))


def _of_unknown(call: Call) -> tuple[Value, Checks]:
    """A function that is not known can be a check: by its name, or by what is done with its result."""
    handed = call.everything
    if not origins(handed):
        return UNKNOWN, NO_CHECKS
    name = call.method or (call.node.func.id if isinstance(call.node.func, ast.Name) else "")
    told = about(handed, Known.PLAIN) | about(handed, Known.BOUND)
    if _SPEAKING_OF_CHECKS.search(name.lower()):
        return UNKNOWN, told
    # A look-up that finds nothing has checked nothing.
    missing = () if not call.method else (Alternative(Constant(None)),)
    return (Alternative(Unknown(), told), *missing), NO_CHECKS


def _of_method(call: Call) -> Value:
    owner, method = call.owner, call.method
    tested = checks.of_method(owner, method, call.arguments, call.catalogue)
    if tested is not None:
        return tested
    if method == "replace" and len(call.arguments) > 1:
        return replaced(owner, call.arguments[0], call.arguments[1])
    if method in call.catalogue.members("keeps"):
        return owner
    if method in call.catalogue.members("splits"):
        return items((), pieces(owner, call.node))
    if method == "join" and call.arguments:
        return union(*(between(separator, _listed(call)) for separator in texts(owner)))
    if method == "format":
        return union(*(formatted(parts, call.arguments, call.keywords) for parts in texts(owner)))
    if method == "format_map":
        return union(*(formatted(parts, [], {"**": call.everything}) for parts in texts(owner)))
    if method in ("get", "pop", "popitem", "setdefault", "values", "items", "keys"):
        return _of_dict(call)
    return UNKNOWN


def _of_dict(call: Call) -> Value:
    """What the methods of a dict give; its keys are the caller's too where the whole dict is."""
    key = call.arguments[0] if call.arguments else ()
    default = call.arguments[1] if len(call.arguments) > 1 else ()
    values = item(call.owner, () if call.method in ("values", "items", "popitem") else key, call.node)
    keys = elements(call.owner, call.node)
    match call.method:
        case "popitem":
            return items([keys, values])
        case "keys":
            return items((), keys)
        case "values":
            return items((), values)
        case "items":
            return items((), items([keys, values]))
    return union(values, default)


def _urljoin(call: Call) -> Value:
    """The second URL decides wherever it is more than a path."""
    if len(call.arguments) < 2:
        return UNKNOWN
    found: list[Value] = []
    for base in texts(call.arguments[0]):
        for parts in texts(call.arguments[1]):
            is_relative = bool(parts) and isinstance(parts[0], str) and "://" not in parts[0]
            found.append(text(*base, "/", *parts) if is_relative else text(*parts))
    return union(*found)


def _of_pattern(call: Call, method: str, owner: str) -> Value:
    subject = call.arguments[0 if owner == "re.Pattern" else 1 :]
    value = subject[0] if subject else call.keywords.get("string", ())
    return checks.of_pattern(method, _pattern(call, owner), value)


def _pattern(call: Call, owner: str) -> str | None:
    if owner == "re.Pattern":
        return call.pattern
    found = texts(call.arguments[0]) if call.arguments else []
    return found[0][0] if len(found) == 1 and len(found[0]) == 1 and isinstance(found[0][0], str) else None


def _substituted(call: Call, owner: str) -> Value:
    """`re.sub`: what takes out all but some characters leaves none that means something in a URL."""
    position = 1 if owner == "re.Pattern" else 2
    value = call.arguments[position] if len(call.arguments) > position else call.keywords.get("string", UNKNOWN)
    pattern = _pattern(call, owner)
    if pattern is not None and re.match(r"\[\^[^\]/]*\]|\\[DW]", pattern):
        return checked(value, about(value, Known.PLAIN))
    return value


def _collected(call: Call) -> Value:
    first = call.arguments[0] if call.arguments else ()
    return items((), elements(first, _WHOLE)) if first else items(())


def _tuples(call: Call) -> Value:
    """What `enumerate` and `zip` give in turn."""
    parts = [elements(argument, call.node) for argument in call.arguments]
    return items((), items([UNKNOWN, *parts] if "builtins.enumerate" in call.names else parts))


def _listed(call: Call) -> Value:
    """A list of what a container has; of a dict, its keys."""
    first = call.arguments[0] if call.arguments else items(())
    return union(*(items((), elements((a,), call.node)) if isinstance(a.form, Mapping) else (a,) for a in first))


def _element(call: Call) -> Value:
    """One of the elements of a container, or one of several arguments."""
    is_one = len(call.arguments) == 1 or "builtins.next" in call.names
    found = elements(call.arguments[0], call.node) if call.arguments and is_one else ()
    return union(found, *call.arguments[is_one:], call.keywords.get("default", ()))


def _first_found(call: Call) -> Value:
    """`next((c for c in code if not c.isdigit()), None)`, which finds nothing where all are as they should be."""
    found = _element(call)
    match call.node.args:
        case [ast.GeneratorExp(generators=[ast.comprehension(ifs=[_, *_])]), _]:
            told = checks.about_elements(call.arguments[0], Known.PLAIN)
            return tuple(replace(a, checks=a.checks | told) if a.form == Constant(None) else a for a in found)
    return found


def _mapped(call: Call) -> Value:
    """What a function gives for each element, as in a comprehension."""
    if len(call.arguments) != 2:
        return UNKNOWN
    each = replace(call, names=call.mapped, owner=(), method="", arguments=[elements(call.arguments[1], _WHOLE)])
    return items((), result(each)[0])


def _attribute_of(call: Call) -> Value:
    """`getattr(code, "isdigit")`."""
    names = texts(call.arguments[1]) if len(call.arguments) > 1 else []
    if len(names) == 1 and len(names[0]) == 1 and isinstance(name := names[0][0], str):
        return of(Method(call.arguments[0], name)) if origins(call.arguments[0]) else UNKNOWN
    return _of_unknown(call)[0]


def _from_keys(call: Call) -> Value:
    keys, value = (*call.arguments[:2], (), ())[:2]
    return mapping({}, value, elements(keys, call.node))


# Every element of something, one by one: the node that stands for `set(...)`.
_WHOLE = ast.comprehension(ast.Name("element"), ast.Name("elements"), [], 0)


def _substituted_in(call: Call) -> Value:
    """A `string.Template` that is filled; of its own text nothing is known."""
    return joined([text(Other.PART), *call.arguments, *call.keywords.values()])


_FUNCTIONS: dict[str, Callable[[Call], Value]] = {
    "urllib.parse.urljoin": _urljoin,
    "string.Template.substitute": _substituted_in,
    "string.Template.safe_substitute": _substituted_in,
    "builtins.all": lambda call: checks.of_all(union(*call.arguments), result=True),
    "builtins.any": lambda call: checks.of_all(union(*call.arguments), result=False),
    "builtins.map": _mapped,
    "builtins.sum": lambda call: checks.of_count(union(*call.arguments)),
    "builtins.getattr": _attribute_of,
    "functools.partial": lambda call: of(Method(union(*call.arguments[1:], *call.keywords.values()), "")),
    "builtins.set": _collected,
    "builtins.frozenset": _collected,
    "builtins.enumerate": _tuples,
    "builtins.zip": _tuples,
    **dict.fromkeys(("builtins.list", "builtins.tuple", "builtins.sorted", "builtins.reversed"), _listed),
    "builtins.next": _first_found,
    **dict.fromkeys(("builtins.min", "builtins.max"), _element),
    "builtins.iter": _listed,
    "dict.fromkeys": _from_keys,
    "builtins.bool": lambda call: checks.negated(checks.negated(union(*call.arguments))),
    "builtins.len": lambda call: UNKNOWN,
    "builtins.isinstance": lambda call: UNKNOWN,
    "builtins.hasattr": _of_attribute_test,
    "builtins.print": lambda call: UNKNOWN,
}
