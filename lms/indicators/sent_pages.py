"""The officer's page of completions that another system sent: see them, record them, leave them out."""

from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import web
from lms.core.errors import Conflict, Invalid, Refusal
from lms.core.guard import actor
from lms.core.policy import Reach, allow
from lms.indicators import outside_queries, outside_view, sent_review
from lms.indicators.pages import blueprint
from lms.indicators.rules.vocabulary import VNEID_CONFIRMED
from lms.people.machine_words import COMPLETION_WORDS


@blueprint.get("/danh-sach-ngoai/gui-den/<uuid:sent_course_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def sent_course(sent_course_id: UUID) -> str:
    """What waits of one course of another system."""
    return _page(sent_course_id, None)


def _page(course_id: UUID, refusal: Refusal | None) -> str:
    session, who = web.session(), actor()
    fields = refusal.fields if refusal else {}
    return render_template(
        "indicators/sent_course.html", of=sent_review.course(session, who, course_id),
        lines=sent_review.lines(session, who, course_id), refusal=refusal,
        errors={name: " ".join(map(str, why)) for name, why in fields.items()},
        typed=request.form, picked=request.form.getlist("dong") if refusal else None,
        kinds=[one for one in outside_view.kinds() if one[0] != VNEID_CONFIRMED],
        programmes=outside_view.programme_options(), levels=outside_queries.level_options(),
        results=COMPLETION_WORDS,
    )  # fmt: skip


@blueprint.post("/danh-sach-ngoai/gui-den/<uuid:sent_course_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def decide_sent(sent_course_id: UUID) -> Response:
    """Record the chosen rows (`ghi`), leave them out (`bo`), or bring back what was left out (`lai`)."""
    try:
        where = _decided(sent_course_id, request.form.get("viec", ""))
    except (Invalid, Conflict) as refusal:
        web.session().rollback()
        return make_response(_page(sent_course_id, refusal), refusal.status)
    return make_response(redirect(where, 303))


def _decided(course_id: UUID, deed: str) -> str:
    """Where to go on after the deed."""
    session, who, form = web.session(), actor(), request.form
    again = url_for("indicators.sent_course", sent_course_id=course_id)
    if deed == "lai":
        sent_review.bring_back(session, who, course_id)
        return again
    if deed == "bo":
        sent_review.leave(session, who, course_id, _picked())
        return again
    said = sent_review.Said(
        form.get("kind", ""), form.get("programme", ""), form.get("level") or None
    )
    made = sent_review.confirm(session, who, course_id, _picked(), said)
    return url_for("indicators.outside_import", fact_import_id=made.id)


def _picked() -> dict[UUID, UUID]:
    """The chosen rows of the form, each with the person who was shown beside it."""
    pairs = [one.partition(":") for one in request.form.getlist("dong")]
    return {web.uuid_field(key, "dong"): web.uuid_field(who, "dong") for key, _colon, who in pairs}
