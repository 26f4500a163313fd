"""Transformations of metavariables, checked so far as ast-grep does not say what is wrong with them."""

from __future__ import annotations

from flake8_incall.options import OptionError, nearest
from flake8_incall.project_rules.conditions import check_keys, compile_part
from flake8_incall.project_rules.entries import Entry
from flake8_incall.project_rules.templates import Template

_FUNCTIONS = {
    "replace": ("source", "replace", "by"),
    "substring": ("source", "startChar", "endChar"),
    "convert": ("source", "toCase", "separatedBy"),
}
_REQUIRED = {"replace": ("source", "replace", "by"), "substring": ("source",), "convert": ("source", "toCase")}


def source_of(entry: Entry) -> Template:
    """Return what a transformation is about, which names a metavariable.

    Raises:
        OptionError: It is no transformation, or names none.
    """
    source = _source_of_object(entry) if isinstance(entry.value, dict) else _source_of_text(entry)
    if not any(source.variables):
        raise entry.error(f"transform: {source.text!r} is not a metavariable; write one such as $NAME")
    return source


def _source_of_text(entry: Entry) -> Template:
    name, _, rest = entry.text("transform").strip().partition("(")
    _check_function(name.strip(), entry)
    return Template(rest.partition(",")[0].strip())


def _source_of_object(entry: Entry) -> Template:
    if len(entry.items) != 1:
        raise entry.error(f"transform: expected one of {', '.join(_FUNCTIONS)}, got {len(entry.items)} keys")
    ((name, arguments),) = entry.items.items()
    _check_function(name, arguments)
    check_keys(arguments, name, _FUNCTIONS[name])
    for key in _REQUIRED[name]:
        if key not in arguments.items:
            raise arguments.error(f"{name}: has no {key}; add it")
    if name == "replace":
        compile_part({"regex": arguments.items["replace"].text("replace")}, arguments.items["replace"], "replace")
    return Template(arguments.items["source"].text("source"))


def _check_function(name: str, at: Entry) -> None:
    if name == "rewrite":
        raise at.error("transform: rewrite is not supported by the Python package of ast-grep; remove it")
    if name not in _FUNCTIONS:
        raise _unknown(name, at)


def _unknown(name: str, at: Entry) -> OptionError:
    hint = nearest(name, _FUNCTIONS) or f"; expected one of {', '.join(_FUNCTIONS)}"
    return at.error(f"transform: unknown transformation {name!r}{hint}")
