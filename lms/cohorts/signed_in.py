"""What a browser keeps when a learner has come in, and what it gives up."""

from flask import Response, request

from lms.cohorts import access
from lms.core import cookies, web
from lms.people import sessions as staff_sessions

DEVICE_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie; each visit of the entry page renews it."""


def end_staff() -> None:
    """One person at a time sits at a browser: end the staff session of this one."""
    token = cookies.read(request, cookies.STAFF)
    staff = staff_sessions.actor_of(web.session(), web.keys(), token) if token else None
    if staff is not None and staff.session_id is not None:
        staff_sessions.end(web.session(), staff.session_id)


def sit_down(answer: Response, token: str) -> Response:
    """The learner's cookie in, the staff's cookie out."""
    cookies.put(answer, cookies.LEARNER, token, access.LEARNER_HOURS * 3600)
    cookies.drop(answer, cookies.STAFF)
    return answer
