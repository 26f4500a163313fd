"""Basic functions written out as advanced Python: the same request, the same result."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from textwrap import indent
from urllib.parse import parse_qsl, urlsplit

from flake8_incall.model.documents.form import secret_name
from flake8_incall.model.documents.url import placeholders
from flake8_incall.runtime.basic import answers
from flake8_incall.runtime.basic.document import BasicFunction
from flake8_incall.runtime.basic.request import IDEMPOTENCY_KEY, WITH_BODY, needs_idempotency_key

# What the code reads, and what pydantic's models or LiveKit would take for their own.
_TAKEN = frozenset(
    {
        *("ctx", "dict", "float", "httpx", "int", "logger", "math", "quote", "str", "type", "x_secrets"),
        *("RecursionError", "RunContext", "ValueError"),
        *("model_config", "model_extra", "model_fields_set"),
    }
)
_OF_PYDANTIC = ("model_dump", "model_validate")
_LOCAL = ("client", "response", "error", "about", "plain", "key", "text", "number")
_JOINERS = "\u200c\u200d"  # Indian scripts are written with them; they show nothing themselves.

_FUNCTION = '''\
async def {name}(
{signature}
) -> dict:
    """{docstring}
    """
{beginning}{checks}    try:
        async with httpx.AsyncClient(timeout=10.0) as {client}:
            {response} = await {client}.{method}(
{arguments}
            )
    except httpx.TimeoutException:
        logger.error("{name} got no answer in time")
        return {not_in_time}
    except httpx.HTTPError as {error}:
        logger.error("{name} could not reach its service: %s", type({error}).__name__)
        return {not_reached}
    if not {response}.is_success:
        logger.error("{name} got no data from its service: status %s", {response}.status_code)
        {about} = {about_access}
        if {response}.status_code in {of_the_values}:
            {about} = {about_values}
        elif {response}.status_code in {of_the_moment} or {response}.is_server_error:
            {about} = {about_the_moment}
        return {{"status": "error", "message": f"{{{about}}} (status {{{response}.status_code}})."}}
    if not {response}.content.strip():
        return {{"status": "success", "data": None}}
    try:
        return {{"status": "success", "data": {response}.json()}}
    except (ValueError, RecursionError):
        logger.error("{name} got a body that is no JSON")
        return {not_readable}
'''
_PLAIN = """\
    def {plain}({number}: float) -> float:
        return int({number}) if {number} == int({number}) else {number}

"""
_CHECK = """\
    if not {test}:
        return {{"status": "error", "message": "`{key}` {problem}"}}
"""
_CHECK_EACH = """\
    for {key}, {value} in {values}.items():
        if not {test}:
            return {{"status": "error", "message": f"`{{{key}}}` {problem}"}}
"""
_TESTS = {
    "string": ('{}.strip().strip(".")', answers.EMPTY),
    "number": ("math.isfinite({})", answers.NO_NUMBER),
}


def eject(functions: Sequence[BasicFunction]) -> str:
    """Write basic functions as a Python file for the platform: a snippet each, without imports at its top.

    Names that Python does not take as they are (`class`, `order-id`) are changed; what is sent is not. Redirects are
    not followed, and addresses and sizes are not judged: that is the runtime's part for basic functions.
    """
    return "\n\n".join(map(_written, functions, names_in_python(functions)))


def names_in_python(functions: Iterable[BasicFunction]) -> list[str]:
    """The names under which functions are written: their own, unless Python does not take it or it is there already."""
    names: list[str] = []
    for function in functions:
        names.append(_identifier(function.name, names))
    return names


def _written(function: BasicFunction, name: str) -> str:
    own: dict[str, str] = {}
    for parameter in function.parameters:
        own[parameter.name] = _identifier(parameter.name, own.values())
    local = {word: _free(word, own.values()) for word in _LOCAL}
    types = {"string": "str", "number": "float"}
    signature = ["ctx: RunContext", *(f"{own[each.name]}: {types[each.type]}" for each in function.parameters)]
    return _FUNCTION.format(
        **local,
        name=name,
        signature=_lines(signature, 4),
        docstring=indent(_docstring(function, own), "    ").strip(),
        beginning=_beginning(function, local),
        checks="".join(_checks(function, own, local)),
        method=function.method.lower(),
        arguments=_lines(_arguments(function, own, local), 16),
        of_the_values=answers.OF_THE_VALUES,
        of_the_moment=answers.OF_THE_MOMENT,
        about_access=_clause(answers.ABOUT_ACCESS),
        about_values=_clause(answers.ABOUT_VALUES),
        about_the_moment=_clause(answers.ABOUT_THE_MOMENT),
        not_in_time=_error(answers.NOT_IN_TIME),
        not_reached=_error(answers.NOT_REACHED),
        not_readable=_error(answers.NOT_READABLE),
    )


def _lines(parts: Iterable[str], width: int) -> str:
    return indent("\n".join(f"{part}," for part in parts), " " * width)


def _beginning(function: BasicFunction, local: Mapping[str, str]) -> str:
    imports = "    from urllib.parse import quote\n\n" if function.path_keys else ""
    has_number = any(each.type == "number" for each in function.parameters)
    return imports + (_PLAIN.format(**local) if has_number else "")


def _docstring(function: BasicFunction, own: Mapping[str, str]) -> str:
    entries = [f"    {own[each.name]}: {_one_line(each.description)}" for each in function.parameters]
    lines = [
        *(_one_line(function.description), ""),
        *("Args:", "    ctx: The call that this is part of", *entries, ""),
        *(
            "Returns:",
            '    dict: {status: "success", data: what the service answered} or {status: "error", message: str}',
        ),
    ]
    return "\n".join(lines)


def _checks(function: BasicFunction, own: Mapping[str, str], local: Mapping[str, str]) -> Iterator[str]:
    """A test of each parameter; of many in a loop, so that the function does not fork for every one of them."""
    for kind, (test, problem) in _TESTS.items():
        keys = [each.name for each in function.parameters if each.type == kind]
        if len(keys) == 1:
            yield _CHECK.format(test=test.format(own[keys[0]]), key=keys[0], problem=problem)
        elif keys:
            values = indent(_dict((_literal(key), own[key]) for key in keys), "    ").strip()
            each = local["text" if kind == "string" else "number"]
            yield _CHECK_EACH.format(
                key=local["key"], value=each, values=values, test=test.format(each), problem=problem
            )


def _arguments(function: BasicFunction, own: Mapping[str, str], local: Mapping[str, str]) -> Iterator[str]:
    values = {
        each.name: own[each.name] if each.type == "string" else f"{local['plain']}({own[each.name]})"
        for each in function.parameters
    }
    yield _url(function, values)
    fixed = parse_qsl(urlsplit(function.url).query, keep_blank_values=True)
    query = [(_literal(key), _literal(value)) for key, value in fixed]
    sent = [(_literal(key), value) for key, value in values.items() if key not in function.path_keys]
    if function.method not in WITH_BODY:
        query += sent
    if fixed:
        pairs = (f"({key}, {value})" for key, value in query)
        yield f"params=[{', '.join(pairs)}]"
    elif query:
        yield f"params={_dict(query)}"
    if function.method in WITH_BODY and sent:
        yield f"json={_dict(sent)}"
    headers = [(_literal(name), _header(value)) for name, value in function.headers.items()]
    if needs_idempotency_key(function):
        headers.append((_literal(IDEMPOTENCY_KEY), "ctx.function_call.call_id"))
    if headers:
        yield f"headers={_dict(headers)}"


def _url(function: BasicFunction, values: Mapping[str, str]) -> str:
    url = urlsplit(function.url)._replace(query="", fragment="").geturl()
    numbers = {each.name for each in function.parameters if each.type == "number"}
    parts: list[str] = []
    end = 0
    for place in placeholders(url):
        value = f"str({values[place.name]})" if place.name in numbers else values[place.name]
        parts += [_escaped(url[end : place.start]), f"{{quote({value}, safe='')}}"]
        end = place.end
    return f'{"f" if parts else ""}"{"".join([*parts, _escaped(url[end:])])}"'


def _header(value: str) -> str:
    secret = secret_name(value)
    return f"x_secrets[{_literal(secret)}]" if secret else _literal(value)


def _dict(entries: Iterable[tuple[str, str]]) -> str:
    written = [f"{key}: {value}" for key, value in entries]
    return f"{{{', '.join(written)}}}" if len(written) <= 2 else f"{{\n{_lines(written, 4)}\n}}"


def _error(message: str) -> str:
    return f'{{"status": "error", "message": {_literal(message)}}}'


def _identifier(name: str, taken: Collection[str]) -> str:
    """A name for Python that is as near to the given one as can be."""
    found = re.sub(r"\W", "_", name).strip("_") or "value"
    if found[0].isdigit() or found.startswith(_OF_PYDANTIC):
        found = f"value_{found}"
    if keyword.iskeyword(found) or found in _TAKEN:
        found += "_"
    return _free(found, taken)


def _free(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _clause(text: str) -> str:
    """A sentence as a literal, open for what is said behind it."""
    return _literal(text.removesuffix("."))


def _literal(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return "".join(map(_as_written, text)).replace('"', '\\"')


def _one_line(text: str) -> str:
    """A text as a line of a docstring."""
    return "".join(map(_as_written, " ".join(text.split()))).replace('"""', '\\"\\"\\"')


def _as_written(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if character.isprintable() or character in _JOINERS:
        return character
    return character.encode("unicode_escape").decode()
