"""The objects of a document by their fields, whichever spelling they use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from flake8_incall.model.documents.form import STORED
from flake8_incall.model.documents.json_text import JsonValue

# What people write for a field, where its letters do not lead to it.
_OTHER_WORDS = {
    "url": ("url", "uri", "apiurl", "endpoint", "apiendpoint", "href"),
    "headers": ("header",),
    "name": ("key", "keyname", "param", "paramname", "parametername", "functionname", "header", "headername"),
    "description": ("desc", "trigger", "whentocall", "help"),
    "method": ("httpmethod", "verb"),
    "parameters": ("params", "args", "arguments", "inputs", "properties"),
    "type": ("datatype", "kind", "paramtype"),
    "code": ("code", "source", "python", "pythoncode", "script", "body"),
}
# The letters that one of two words has and the other has not, where the one can be a slip for the other.
_MOST_OTHER_LETTERS = 5


class Fields:
    """An object's members by what their fields are called here.

    Attributes:
        value: The object.
    """

    def __init__(self, value: JsonValue, form: Mapping[str, tuple[str, ...]]) -> None:
        self.value = value
        self._members = value.data if isinstance(value.data, dict) else {}
        self._form = form
        # 0 for the stored spelling, 1 for the documentation's words.
        words = {spellings[1] for spellings in form.values() if len(spellings) > 1}
        self._spelling = 0 if words.isdisjoint(self._members) else 1

    def given(self, name: str) -> JsonValue | None:
        """The value of a field; `None` when it is not there or `null`."""
        for key in self._form[name]:
            if key in self._members:
                value = self._members[key]
                return None if value.data is None else value
        return None

    def text(self, name: str) -> str | None:
        """The text of a field; `None` when it is not there or something else."""
        value = self.given(name)
        return value.data if value is not None and isinstance(value.data, str) else None

    def items(self, name: str) -> list[JsonValue]:
        """The items of a field that is a list; else none."""
        value = self.given(name)
        return value.data if value is not None and isinstance(value.data, list) else []

    def key(self, name: str) -> str:
        """The key of a field as this object spells it, or would."""
        spellings = self._form[name]
        for key in spellings:
            if key in self._members:
                return key
        return spellings[min(self._spelling, len(spellings) - 1)]

    def strangers(self, beside: tuple[str, ...] = ()) -> Iterator[tuple[JsonValue, str | None]]:
        """The keys that are no field's and not among `beside`, each with the nearest one that is a field's."""
        known = {*beside, *(key for keys in self._form.values() for key in keys)}
        for key, value in self._members.items():
            if key not in known and value.key is not None and not STORED.fullmatch(key):
                yield value.key, self._nearest(key)

    @property
    def is_of_form(self) -> bool:
        """Whether the object has any field of its form, spelled rightly or not."""
        known = {key for keys in self._form.values() for key in keys}
        return not known.isdisjoint(self._members) or any(nearest for _, nearest in self.strangers())

    def is_misnamed(self, name: str) -> bool:
        """Whether an unknown key most likely stands for a field."""
        return any(nearest == self.key(name) for _, nearest in self.strangers())

    def repeated(self) -> Iterator[tuple[JsonValue, str]]:
        """The keys that say a field again in another spelling, each with the one that said it first."""
        for spellings in self._form.values():
            given = [self._members[key].key for key in spellings if key in self._members]
            keys = sorted((key for key in given if key is not None), key=lambda key: key.start)
            for key in keys[1:]:
                yield key, str(keys[0].data)

    def known_keys(self) -> list[str]:
        """The keys that the object may have, in its own spelling."""
        return [self.key(name) for name in self._form]

    def _nearest(self, key: str) -> str | None:
        letters = _letters(key)
        for name, words in _OTHER_WORDS.items():
            # Beside a URL, `body` is a request's.
            is_known = name in self._form and not (name == "code" and self.given("url") is not None)
            if is_known and letters in words:
                return self.key(name)
        by_letters = {_letters(known): name for name, spellings in self._form.items() for known in spellings}
        # Most words are far from each other, which letters tell sooner than their order does.
        alike = [known for known in by_letters if len(set(known) ^ set(letters)) <= _MOST_OTHER_LETTERS]
        found = get_close_matches(letters, alike, 1)
        return self.key(by_letters[found[0]]) if found else None


def _letters(key: str) -> str:
    return "".join(filter(str.isalnum, key)).lower()
