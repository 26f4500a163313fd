"""The text of a new in-call function."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from flake8_incall.scaffold.request import Parameter, Request

_WIDTH = 100
_TIMEOUT = 8.0
_LONGEST_TEXT, _LONGEST_LIST, _LARGEST_NUMBER = 200, 20, 1_000_000


def function_text(
    name: str, description: str, parameters: Sequence[Parameter], request: Request | None, *, is_snippet: bool
) -> str:
    """Return the source of a function.

    Args:
        name: The function's name.
        description: When the model is to call it.
        parameters: Its parameters, those with a default last.
        request: What it calls; `None` to leave that to its author.
        is_snippet: Whether it is for a document, where the platform provides the names of imported modules.
    """
    signature = ["ctx: RunContext", *(parameter.declaration for parameter in parameters)]
    head = f"async def {name}({', '.join(signature)}) -> dict:"
    if len(head) > _WIDTH:
        head = f"async def {name}(\n    " + ",\n    ".join(signature) + ",\n) -> dict:"
    quotes_path = request is not None and bool(request.in_path)
    body = [*_docstring(description, parameters, request), *_imports(is_snippet and quotes_path)]
    for parameter in parameters:
        body += _validation(parameter)
    body += _call(name, parameters, request) if request else [_answer(parameters)]
    text = f"{head}\n" + textwrap.indent("\n".join(body), "    ") + "\n"
    return text if is_snippet else f"{_module_head(request, quotes_path)}\n\n\n{text}"


def _module_head(request: Request | None, quotes_path: bool) -> str:
    if request is None:
        return "from livekit.agents import RunContext"
    lines = ["import logging", *(["from urllib.parse import quote"] if quotes_path else []), ""]
    lines += ["import httpx", "from livekit.agents import RunContext", "", "logger = logging.getLogger(__name__)"]
    return "\n".join(lines)


def _imports(quotes_path: bool) -> list[str]:
    # The platform provides no `quote`, and runs nothing that stands beside the function.
    return ["from urllib.parse import quote", ""] if quotes_path else []


def _docstring(description: str, parameters: Sequence[Parameter], request: Request | None) -> Iterator[str]:
    yield f'"""{description}'
    yield ""
    yield "Args:"
    yield "    ctx: The context of the call."
    for parameter in parameters:
        yield f"    {parameter.name}: {parameter.description.rstrip('.')}."
    yield ""
    yield "Returns:"
    result = ["data: dict"] if request else [f"{parameter.name}: {parameter.type}" for parameter in parameters]
    success = ", ".join(['status: "success"', *result])
    yield f"    dict: {{{success}}}" + (' or {status: "error", message: str}' if _can_fail(parameters, request) else "")
    yield '"""'


def _can_fail(parameters: Sequence[Parameter], request: Request | None) -> bool:
    return request is not None or any(parameter.type != "bool" for parameter in parameters)


def _validation(parameter: Parameter) -> Iterator[str]:
    name, kind = parameter.name, parameter.type
    words = name.replace("_", " ")
    if kind == "str":
        yield f"{name} = {name}.strip()"
        is_bad = f"len({name}) > {_LONGEST_TEXT}"
        is_bad = is_bad if parameter.default == "''" else f"not {name} or {is_bad}"
        fault = f"The {words} is missing or too long. Ask the caller for it."
    elif kind in ("int", "float"):
        least = min(0, int(float(parameter.default or 0)))
        is_bad = f"not {least} <= {name} <= {_LARGEST_NUMBER:_}"
        fault = f"The {words} is out of range. Ask the caller for it."
    elif kind == "bool":
        return
    else:
        is_bad = f"not {name} or len({name}) > {_LONGEST_LIST}"
        fault = f"The list of {words} is empty or too long. Ask the caller for it."
    yield f"if {is_bad}:"
    yield f'    return {{"status": "error", "message": "{fault}"}}'


def _answer(parameters: Sequence[Parameter]) -> str:
    items = ['"status": "success"', *(f'"{parameter.name}": {parameter.name}' for parameter in parameters)]
    return f"return {{{', '.join(items)}}}"


def _call(name: str, parameters: Sequence[Parameter], request: Request) -> Iterator[str]:
    changes = request.method != "GET"
    sent = [parameter for parameter in parameters if parameter.name not in request.in_path]
    values = ", ".join(f'"{parameter.name}": {parameter.name}' for parameter in sent)
    where = "json" if request.method in ("POST", "PUT") else "params"
    arguments = [_url(parameters, request), *([f"{where}={{{values}}}"] if values else [])]
    if changes:
        yield "# The service recognizes a repeated request by this key; an id from your own data is better."
        yield 'headers = {"Idempotency-Key": ctx.function_call.call_id}'
        arguments.append("headers=headers")
    yield "try:"
    yield f"    async with httpx.AsyncClient(timeout={_TIMEOUT}) as client:"
    call = f"response = await client.{request.method.lower()}({', '.join(arguments)})"
    if len(call) + 12 > _WIDTH:
        inner = "".join(f"            {argument},\n" for argument in arguments)
        call = f"response = await client.{request.method.lower()}(\n{inner}        )"
    yield f"        {call}"
    yield "        response.raise_for_status()"
    yield "        data = response.json()"
    yield "except (httpx.HTTPError, ValueError):"
    yield f'    logger.exception("{name}: request failed")'
    fault = "The service cannot be reached. Tell the caller, and do not retry now."
    yield f'    return {{"status": "error", "message": "{fault}"}}'
    yield 'return {"status": "success", "data": data}'


def _url(parameters: Sequence[Parameter], request: Request) -> str:
    if not request.in_path:
        return f'"{request.url}"'
    types = {parameter.name: parameter.type for parameter in parameters}
    url = request.url
    for name in request.in_path:
        value = name if types[name] == "str" else f"str({name})"
        url = url.replace(f"{{{name}}}", f"{{quote({value}, safe='')}}")
    return f'f"{url}"'
