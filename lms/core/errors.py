"""Refusals: an action raises one of these, `lms.core.web` turns it into an answer, in one place.

Messages are Vietnamese sentences that say what happened and what to do.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

Keep = Callable[[Session], "Refusal | None"]
"""What survives a refusal: run in a short transaction of its own after the roll-back.

It may return what is to be told instead. Of guesses sent at once all are judged before the first is counted: so
the count decides which of them may hear that they were wrong.
"""


class Refusal(Exception):
    """A request that is not carried out; `status` is its HTTP code."""

    status = 400
    kind = "bad-request"

    def __init__(
        self,
        message: str,
        *,
        fields: Mapping[str, Any] | None = None,
        keep: Keep | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})
        self.keep = keep
        self.retry_after = retry_after


class NotSignedIn(Refusal):
    """Nobody is signed in, or the device's credential is unknown."""

    status, kind = 401, "not-signed-in"


class Forbidden(Refusal):
    """The actor is known and may not do this."""

    status, kind = 403, "forbidden"


class NotFound(Refusal):
    """There is no such thing, or none that this actor may know of."""

    status, kind = 404, "not-found"


class Conflict(Refusal):
    """The thing is in a state that does not allow this."""

    status, kind = 409, "conflict"


class TooLarge(Refusal):
    """The body or file is larger than the bound."""

    status, kind = 413, "too-large"


class Invalid(Refusal):
    """The input is understood and wrong; `fields` says where."""

    status, kind = 422, "invalid"


class TooMany(Refusal):
    """Too many tries; `retry_after` is in seconds."""

    status, kind = 429, "too-many"


class Unavailable(Refusal):
    """The service cannot do this at the moment."""

    status, kind = 503, "unavailable"
