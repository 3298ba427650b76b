"""Pages of the floor itself: the style guide, robots.txt, security.txt, security of the theme cookie."""

import re
from datetime import UTC, datetime, time, timedelta

from flask import Blueprint, Flask, Response, render_template, request

from lms.core.clock import today
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.core.policy import PUBLIC, allow
from lms.core.web import back, settings

VALID_DAYS = 180
"""A copy older than this is not believed; the file is made anew at each request."""

blueprint = Blueprint("core", __name__)


@blueprint.get("/styleguide")
@allow(PUBLIC)
def styleguide() -> str:
    """Every token and component in use."""
    return render_template("styleguide/index.html")


@blueprint.post("/giao-dien")
@allow(PUBLIC)
def theme() -> Response:
    """Keep the reader's choice of colours in a cookie; back to where the reader was."""
    chosen = "contrast" if request.form.get("theme") == "contrast" else "light"
    answer = back()
    answer.set_cookie("theme", chosen, max_age=31_536_000, samesite="Lax", httponly=True)
    return answer


@blueprint.get("/robots.txt")
@allow(PUBLIC)
def robots() -> Response:
    """Only the communes' own public pages are for search engines: people look there for a class."""
    rules = "User-agent: *\nAllow: /xa/\nAllow: /assets/\nDisallow: /\n"
    return Response(rules, content_type="text/plain; charset=utf-8")


@blueprint.get("/.well-known/security.txt")
@allow(PUBLIC)
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116); not there until LMS_SECURITY_CONTACT names somebody."""
    contact = contact_address(settings().security_contact)
    if not contact:
        raise NotFound(_("Không tìm thấy nội dung này."))
    ends = datetime.combine(today() + timedelta(days=VALID_DAYS), time(), UTC)
    lines = [
        f"Contact: {contact}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: vi, en",
    ]
    base = settings().public_url.rstrip("/")
    lines += [f"Canonical: {base}/.well-known/security.txt"] if base.startswith("https://") else []
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def contact_address(contact: str) -> str:
    """The contact as a URI; empty for what is neither an e-mail address nor an https or mailto address."""
    asked = contact.strip()
    if re.fullmatch(r"[^\s@:/]+@[^\s@:/]+", asked):
        return f"mailto:{asked}"
    return asked if re.fullmatch(r"(https://|mailto:)\S+", asked) else ""


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)
