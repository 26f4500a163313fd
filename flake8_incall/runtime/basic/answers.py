"""What the model is told when an API call cannot be made or does not work.

It says what to do now, and nothing of the inside. Of an argument: a clause that follows its name.
"""

from __future__ import annotations

MISSING = "is missing: ask the caller for it"
EMPTY = "must not be empty: ask the caller for it"
NO_TEXT = "must be a text"
NO_NUMBER = "must be a number"
HALF_A_CHARACTER = "has half a character in it: write it again"

UNDER_WAY = "The same request is already in progress. Wait for its result."
NOT_REACHED = "The service is unreachable. Tell the caller it is currently unavailable."
NOT_IN_TIME = "The service did not respond in time. Tell the caller it is currently too slow."
NOT_READABLE = "The service sent an invalid response. Tell the caller it is currently unavailable."
TOO_LARGE = "The response is too large. Ask the caller for details to narrow the request."
NOT_FOLLOWED = "The service redirected the request to a host that is not allowed. This cannot be fixed during the call."

# What the caller may have said wrong, and what may be over in a minute.
OF_THE_VALUES = (400, 404, 409, 410, 422)
OF_THE_MOMENT = (408, 425, 429)

ABOUT_VALUES = "The service found nothing for these values, or rejected them. Verify them with the caller."
ABOUT_THE_MOMENT = "The service is temporarily unavailable. Tell the caller, and try again later in the call."
ABOUT_ACCESS = "The service rejected the request. This cannot be fixed during the call."


def about_status(status: int) -> str:
    """What the model is told of a response that is no success, by its HTTP status."""
    if status in OF_THE_VALUES:
        about = ABOUT_VALUES
    elif status in OF_THE_MOMENT or status >= 500:
        about = ABOUT_THE_MOMENT
    else:
        about = ABOUT_ACCESS
    return f"{about.removesuffix('.')} (status {status})."
