"""Pages of data protection: the register of processing, how long things are kept, a notice of a breach."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import clock, web
from lms.core.errors import Refusal
from lms.core.guard import actor
from lms.core.policy import Reach, allow
from lms.people import privacy_register, privacy_retention
from lms.people import privacy_words as words
from lms.people.models import Commune
from lms.people.privacy_pages import OFFICE, blueprint
from lms.people.privacy_schemas import BreachIn
from lms.people.schemas import form

NOTICE_HOURS = 72


@blueprint.get("/bao-ve-du-lieu")
@allow(OFFICE)
def register() -> str:
    """The register of processing, as it is printed."""
    return render_template(
        "people/privacy_register.html", activities=privacy_register.activities(), today=clock.today(),
        commune_row=_commune(), w=words,
    )  # fmt: skip


def _commune() -> Commune:
    return web.session().get_one(Commune, actor().commune)


@blueprint.get("/bao-ve-du-lieu/thoi-han-luu")
@allow(OFFICE)
def retention() -> str:
    """The rules, what is due by them now, and the last runs."""
    session, who = web.session(), actor()
    return render_template(
        "people/privacy_retention.html", rules=privacy_register.rules(),
        due=privacy_retention.due(session, who), runs=privacy_retention.runs(session, who.commune),
    )  # fmt: skip


@blueprint.post("/bao-ve-du-lieu/thoi-han-luu")
@allow(administrator=Reach.COMMUNE)
def clean() -> Response:
    """Remove what is due; at once again removes nothing more."""
    privacy_retention.clean(web.session(), actor())
    return make_response(redirect(url_for("privacy.retention"), 303))


@blueprint.get("/bao-ve-du-lieu/su-co")
@allow(OFFICE)
def breach() -> str:
    """What is known of a breach, to be typed in; nothing of it is stored."""
    return _breach_page()


def _breach_page(**more: Any) -> str:
    shown: dict[str, Any] = {"refusal": None, "given": {}} | more
    return render_template("people/privacy_breach.html", hours=NOTICE_HOURS, **shown)


@blueprint.post("/bao-ve-du-lieu/su-co")
@allow(OFFICE)
def breach_notice() -> Response | str:
    """The notice with what is known and blanks for the rest, to be printed."""
    try:
        known = form(BreachIn)
    except Refusal as refusal:
        return make_response(_breach_page(refusal=refusal, given=request.form), refusal.status)
    return render_template(
        "people/privacy_notice.html", known=known, commune_row=_commune(), today=clock.today(),
        hours=NOTICE_HOURS,
    )  # fmt: skip
