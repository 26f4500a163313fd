"""Documents of basic functions as nobody would write them, and as somebody will."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# What ends a string, a docstring, a line or a section of a docstring in one place or another.
_FRAGMENTS = (
    *('"""', "'''", '"', "'", "\\", "\\N{BELL}", "\\u0041", "{x}", "{", "%s", "# noqa", "# type: ignore"),
    *("\n", "\r", "\t", "\n\n", "\x00", "\x1f", "\x85", "\u2028", "\u200b", "\u202e", "\ufeff", "    "),
    *("Args:", "\nArgs:\n  a: b", "\nReturns:\n", "Example:", "\n:param a: b", "\n@param a: b", "\nRaises:\n  E: f"),
    *("\nParameters\n----------\n", "::", "पुणे", "क्\u200dष", "😀", "status"),
)
_KEYS = (
    *("class", "from-date", "None", "async", "match", "self", "2nd", "_id", "__x__", "-", "_", "x.y", "ctx"),
    *("httpx", "quote", "math", "logger", "x_secrets", "int", "str", "dict", "type", "ValueError", "RunContext"),
    *("client", "response", "error", "about", "plain", "key", "text", "number", "data", "status", "url", "print"),
    *("schema", "json", "copy", "model_config", "model_dump", "city", "day"),
)
NAMES = ("book_slot", "check-stock", "2go", "class", "_x", "print", "logger", "httpx", "model_config")
SECRETS = {"TOKEN": "Bearer swordfish"}

texts = st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=5), max_size=6).map("".join)
keys = st.sampled_from(_KEYS) | st.from_regex(r"[a-zA-Z0-9_.-]{1,10}", fullmatch=True)


@st.composite
def documents(draw: st.DrawFn, names: tuple[str, ...] = NAMES) -> dict[str, Any]:
    """A document that is right, with texts, keys, paths, queries and headers that are hard to write in Python."""
    parameters = draw(st.lists(keys, min_size=1, max_size=8, unique=True))
    return {
        "type": "custom_in_call",
        "name": draw(st.sampled_from(names)),
        "description": f"Call this when the caller asks for it, {draw(texts)}",
        "api": "https://api.example.com" + draw(_paths(parameters)) + draw(st.sampled_from(_QUERIES)),
        "method": draw(st.sampled_from(["GET", "POST", "PUT", "DELETE"])),
        "headers": draw(st.dictionaries(st.sampled_from(_HEADERS), st.sampled_from(_VALUES), max_size=3)),
        "parameters": [
            {
                "key_name": key,
                "type": draw(st.sampled_from(["string", "number"])),
                "description": f"What the caller says of it, {draw(texts)}",
            }
            for key in parameters
        ],
    }


_QUERIES = ("", "?v=1", "?a=%20b&c", "?x='\"", "?a=1&a=2", "#part")
_SEGMENTS = ("orders", "a'b", 'a"b', "पुणे", "x;y=1", "%20", "a.json")
_HEADERS = ("X-Shop", "Accept", "content-type", "idempotency-key", "X-Trace")
_VALUES = ("x_secrets.TOKEN", "application/json", 'say "no"', "a\\b", "it's {}", "%s", "")


@st.composite
def _paths(draw: st.DrawFn, parameters: list[str]) -> str:
    parts: list[str] = []
    for key in parameters:
        filled = draw(st.sampled_from(["", f"/{{{key}}}", f"-{{{key}}}.x"]))
        parts.append(f"/{draw(st.sampled_from(_SEGMENTS))}{filled}")
    return "".join(parts)


def arguments(document: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """What a model may send for a document: of the right types, and now and then nothing in a text."""
    said = st.sampled_from(["a b/../c", "..", ".", " ", "", "?x=1&y#z", "पुणे", "a\nb", "%2e", "1_0", "\\"])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "string": said | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
        "number": st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9),
    }
    return st.fixed_dictionaries({each["key_name"]: kinds[each["type"]] for each in document["parameters"]})
