"""What the model is told when an API call cannot be made or does not work.

It says what to do now, and nothing of the inside. Of an argument: a clause that follows its name.
"""

from __future__ import annotations

MISSING = "is missing: ask the caller for it"
EMPTY = "must not be empty: ask the caller for it"
NO_TEXT = "must be a text"
NO_NUMBER = "must be a number"
HALF_A_CHARACTER = "has half a character in it: write it again"

UNDER_WAY = "The same request is under way already: wait for its result"
NOT_REACHED = "The service could not be reached: tell the caller that it does not work at the moment"
NOT_IN_TIME = "The service did not answer in time: tell the caller that it takes too long at the moment"
NOT_READABLE = "The service answered, but not with data: tell the caller that it does not work at the moment"
TOO_LARGE = "The service answered with more than can be told: ask the caller for details that narrow it down"
NOT_FOLLOWED = (
    "The service sent the request elsewhere, where it is not allowed to go: this cannot be mended in the call"
)

# What the caller may have said wrong, and what may be over in a minute.
OF_THE_VALUES = (400, 404, 409, 410, 422)
OF_THE_MOMENT = (408, 425, 429)

ABOUT_VALUES = "The service found nothing for these values or does not take them: check them with the caller"
ABOUT_THE_MOMENT = "The service cannot answer at the moment: tell the caller so, and try again later in the call"
ABOUT_ACCESS = "The service refused the request: this cannot be mended in the call"


def about_status(status: int) -> str:
    """What the model is told of a response that is no success, by its HTTP status."""
    if status in OF_THE_VALUES:
        about = ABOUT_VALUES
    elif status in OF_THE_MOMENT or status >= 500:
        about = ABOUT_THE_MOMENT
    else:
        about = ABOUT_ACCESS
    return f"{about} (status {status})"
