"""The exchange with the service: a request out, a result back."""

from __future__ import annotations

import json
import logging
from contextlib import aclosing
from typing import NoReturn

import httpx2

from flake8_incall.runtime.basic import answers
from flake8_incall.runtime.basic.network import NotPublicError
from flake8_incall.runtime.limits import Limits
from flake8_incall.runtime.outcomes import Call
from flake8_incall.runtime.results import Result, error_result

logger = logging.getLogger("flake8_incall.runtime")

_MOST_REDIRECTS = 3
# Indentation and escapes make a body this much larger at most than the result that is made of it.
_BODY_PER_RESULT = 4
_DEFAULT_PORTS = {"http": 80, "https": 443}


class _NoDataError(Exception):
    """There is no data. `message` is for the model, `reason` for the log; neither says what was sent."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(reason)
        self.message = message
        self.reason = reason


async def exchange(client: httpx2.AsyncClient, request: httpx2.Request, call: Call, limits: Limits) -> Result:
    """Send a request and make a result of what comes back.

    Redirects are followed on the same host only, and never from `https` to `http`.

    Args:
        client: Sends it.
        request: What to send.
        call: Which call it is, for the log.
        limits: The size of the result decides how much is read.

    Returns:
        `{"status": "success", "data": ...}` with what JSON there is (`None` for an empty body), or an error result.
    """
    try:
        return Result(status="success", data=await _data(client, request, limits.max_result_bytes * _BODY_PER_RESULT))
    except _NoDataError as failure:
        reason, message = failure.reason, failure.message
    except NotPublicError as refusal:
        reason, message = str(refusal), answers.NOT_REACHED
    except httpx2.TimeoutException:
        reason, message = "no answer in time", answers.NOT_IN_TIME
    except httpx2.ProtocolError as error:
        # Its text may quote the head of what was sent or received.
        reason, message = type(error).__name__, answers.NOT_REACHED
    except httpx2.DecodingError:
        reason, message = "a body that is not what its `Content-Encoding` says", answers.NOT_READABLE
    except httpx2.HTTPError as error:
        reason, message = f"{type(error).__name__}: {error}", answers.NOT_REACHED
    logger.warning("%s got no data from its service: %s", str(call), reason, extra=call.extra)
    return error_result(message)


async def _data(client: httpx2.AsyncClient, request: httpx2.Request, most_bytes: int) -> object:
    for _ in range(_MOST_REDIRECTS + 1):
        async with aclosing(await client.send(request, stream=True)) as response:
            if not response.has_redirect_location:
                return await _read(response, most_bytes)
            following = response.next_request
        if following is None or not _stays(request.url, following.url):
            raise _NoDataError(answers.NOT_FOLLOWED, f"status {response.status_code} leads to another host")
        request = following
    raise _NoDataError(answers.NOT_FOLLOWED, f"more than {_MOST_REDIRECTS} redirects")


def _stays(url: httpx2.URL, target: httpx2.URL) -> bool:
    """Whether a redirect leads to the same server, or to its `https` side."""
    if target.host != url.host or target.userinfo:
        return False
    ports = [each.port or _DEFAULT_PORTS.get(each.scheme) for each in (url, target)]
    return (target.scheme == url.scheme and ports[0] == ports[1]) or (
        (url.scheme, target.scheme, *ports) == ("http", "https", 80, 443)
    )


async def _read(response: httpx2.Response, most_bytes: int) -> object:
    if not response.is_success:
        raise _NoDataError(answers.about_status(response.status_code), f"status {response.status_code}")
    body = bytearray()
    async with aclosing(response.aiter_bytes()) as parts:
        async for part in parts:
            body += part
            if len(body) > most_bytes:
                raise _NoDataError(answers.TOO_LARGE, f"a body of more than {most_bytes:,} bytes")
    if not body.strip():
        return None
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _NoDataError(
            answers.NOT_READABLE, f"status {response.status_code} with a body that is no JSON"
        ) from error


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")
