"""Forms of function text that are not Python: Markdown, JavaScript, HTML, or Python encoded once more."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_incall.model.code.source import parse


@dataclass(frozen=True, slots=True)
class OtherForm:
    """What a text is instead of Python.

    Attributes:
        start: Where that shows, as an index into the text.
        end: The index after it.
        problem: A clause that follows "the code".
    """

    start: int
    end: int
    problem: str


_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[^\n`]*", re.MULTILINE)
_ESCAPED_END = re.compile(r"\\+r?\\*n|\\n")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_PROMPT = re.compile(r"^[ \t]*>>> ", re.MULTILINE)
_MARKUP = re.compile(r"\s*<(?:!doctype|html|pre|code|p|div|span|br)\b[^>]*>", re.IGNORECASE)
_JAVASCRIPT = re.compile(
    r"^[ \t]*(?:export[ \t]+(?:default[ \t]+)?)?(?:async[ \t]+)?function\b[ \t*]*\w*[ \t]*\("
    r"|^[ \t]*(?:export[ \t]+)?(?:const|let|var)[ \t]+[\w{]"
    r"|\)[ \t]*=>[ \t]*[{(]|^[ \t]*//",
    re.MULTILINE,
)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{40,}={0,2}\s*")
_DEFINITION = re.compile(r"\bdef\s+\w+\s*\(")


def other_form(text: str) -> OtherForm | None:
    """What a text is that does not parse, or defines nothing; `None` if it is just Python with a fault."""
    return next(_other_forms(text), None)


def _other_forms(text: str) -> Iterator[OtherForm]:
    fence, definition = _FENCE.search(text), _DEFINITION.search(text)
    # Behind the definition it can be an example in its docstring.
    if fence is not None and (definition is None or fence.start() < definition.start()):
        yield OtherForm(*fence.span(), "is wrapped in a Markdown code fence; remove the lines with the fence")
    if prompt := _PROMPT.search(text):
        yield OtherForm(*prompt.span(), "has the prompts of a Python console; remove `>>>` and `...`")
    end = _ESCAPED_END.search(text)
    if end is not None and _is_escaped(text):
        problem = "was escaped twice, so its line breaks are `\\n`; encode it as JSON once"
        yield OtherForm(*end.span(), problem)
    entity = _ENTITY.search(text)
    if entity is not None and _parses(html.unescape(text)):
        problem = f"has HTML entities such as `{entity[0]}`; write the characters that they stand for"
        yield OtherForm(*entity.span(), problem)
    if markup := _MARKUP.match(text):
        yield OtherForm(*markup.span(), "is HTML; write the plain text of the function")
    if javascript := _JAVASCRIPT.search(text):
        yield OtherForm(*javascript.span(), "is JavaScript; write it in Python, as `async def`")
    if _BASE64.fullmatch(text) and _DEFINITION.search(_decoded(text)):
        yield OtherForm(0, len(text), "is encoded in base64; write the plain text of the function")


def _is_escaped(text: str) -> bool:
    """Whether a text has its line ends and quotes as JSON writes them, and is Python without that."""
    if not _DEFINITION.search(text) or "\n" in text.strip():
        return False
    inner = text.strip()
    inner = inner[1:-1] if inner[:1] == inner[-1:] == '"' else inner
    return "\n" in _unescaped(inner)


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        # Its quotes were left as they are.
        return text.replace("\\n", "\n")


def _parses(text: str) -> bool:
    try:
        parse(text)
    except SyntaxError:
        return False
    return True


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""
