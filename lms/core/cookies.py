"""The three cookies: a staff session, a learner session, a tablet's credential.

One person at a time sits at a browser: signing in as staff ends the learner's session and the other way
round. Cookies are HttpOnly, SameSite=Lax, and Secure with the __Host- prefix on https.
"""

from flask import Request, Response

from lms.core.web import settings

STAFF, LEARNER, DEVICE = "lms_staff", "lms_learner", "lms_device"


def _name(name: str) -> str:
    return f"__Host-{name}" if settings().https else name


def read(request: Request, name: str) -> str | None:
    """The cookie's value, or None."""
    return request.cookies.get(_name(name))


def put(response: Response, name: str, value: str, seconds: int | None) -> None:
    """Set a cookie; `seconds` None lets it end with the browser."""
    response.set_cookie(
        _name(name), value, max_age=seconds, path="/", httponly=True, samesite="Lax",
        secure=settings().https,
    )  # fmt: skip


def drop(response: Response, *names: str) -> None:
    """Remove cookies."""
    for name in names:
        response.delete_cookie(
            _name(name), path="/", httponly=True, samesite="Lax", secure=settings().https
        )
