"""Whether a text for the model says anything beyond the name it explains."""

from __future__ import annotations

import re

_ARTICLES = frozenset({"a", "an", "the"})
_TYPE_WORDS = frozenset(
    {
        *("str", "string", "strings", "text", "int", "ints", "integer", "integers", "float", "floats"),
        *("number", "numbers", "bool", "boolean", "dict", "dictionary", "list", "array", "object"),
        *("none", "null", "optional", "of", "or"),
    }
)
_PLACEHOLDER = re.compile(
    r"(?:todo|tbd|tba|fixme|xxx+|n/?a|none|null|desc|description|placeholder|\W*"
    r"|(?:enter|add|insert|write|your|parameter|function)(?: an?| the| your)? description(?: here)?"
    r"|description (?:goes )?here|call this(?: function)? when|lorem ipsum.*)[\W_]*",
    re.IGNORECASE,
)
_NOTE_TO_SELF = re.compile(r"(?:TODO|FIXME|TBD|XXX)\s*[:(-]")
_LAST_LATIN_LETTER = "\u024f"


def fault_of_description(text: str, names: set[str]) -> str | None:
    """What is wrong with a function's description, as a clause.

    Args:
        text: The description.
        names: The function's names, in Python and for the model.
    """
    if not text.strip():
        return "is missing"
    if is_placeholder(text):
        return "is a placeholder"
    if any(repeats_name(text, name) for name in names):
        return "only repeats the function name"
    if _has_fewer_words(text, 3):
        return "has fewer than three words"
    return None


def fault_of_parameter_description(text: str, name: str) -> str | None:
    """What is wrong with a parameter's description, as a clause."""
    if not text.strip():
        return "is empty"
    if is_placeholder(text) or _is_form(text, name):
        return "is a placeholder"
    if repeats_name(text, name):
        return "only repeats the parameter name"
    if is_only_type(text):
        return "only names its type"
    return None


def is_placeholder(text: str) -> bool:
    """Whether a text only holds the place of one: `TODO`, `...`, `tbd`, `-`."""
    return bool(_PLACEHOLDER.fullmatch(text.strip()) or _NOTE_TO_SELF.match(text))


def _is_form(text: str, name: str) -> bool:
    """Whether a text is a form's, as "Description of order_id"; that of an `issue` is asked for in the same words."""
    return not name.isalpha() and text.strip(" .").lower() == f"description of {name.lower()}"


def repeats_name(text: str, name: str) -> bool:
    """Whether a text is only the name in words: "The order ID" for `order_id`."""
    return "".join(_words(text)) == "".join(_words(name))


def is_only_type(text: str) -> bool:
    """Whether a text only names a type: "a string"."""
    words = _words(text)
    return bool(words) and _TYPE_WORDS.issuperset(words)


def _has_fewer_words(text: str, count: int) -> bool:
    """Whether a text has fewer words than that; never said of other scripts than Latin."""
    if any(letter.isalpha() and letter > _LAST_LATIN_LETTER for letter in text):
        return False
    return len(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)) < count


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", text.lower()) if word not in _ARTICLES]
