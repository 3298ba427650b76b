"""Cards and attendance as PDFs, and what comes back from paper: hours, who was there, who watched."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from courses import queries as courses_queries
from lms.cohorts import queries
from lms.cohorts.card_pages import origin, seen_cohort
from lms.cohorts.models import ClassSession
from lms.cohorts.paper import copying, hours, prints
from lms.cohorts.paper.answer import pdf
from lms.cohorts.paper.attendance import attendance_pdf
from lms.cohorts.paper.cards import cards_pdf
from lms.cohorts.paper.hours_forms import HoursForm
from lms.core import web
from lms.core.errors import Invalid
from lms.core.guard import actor, require_cohort
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.core.web import see
from lms.ledger.web import project_now

blueprint = Blueprint("papers", __name__)

ROW = "hv-"
"""A field of the attendance form is named hv-<enrolment id>."""
PARTS = ("gio", "diem-danh", "giam-sat")


def _asked(name: str) -> UUID | None:
    typed = request.args.get(name, "")
    return web.uuid_field(typed, name) if typed else None


@blueprint.get("/lop-hoc/<uuid:cohort_id>/giay-in/the.pdf")
@allow(TEACHING)
def cards_file(cohort_id: UUID) -> Response:
    """The cards: `?loai=khach` the spare ones, `?chon=<enrolment>` one learner's."""
    session, cohort = web.session(), seen_cohort(web.session(), cohort_id)
    if request.args.get("loai") == "khach":
        found = prints.spare_cards(session, web.keys(), cohort, origin())
    else:
        found = prints.learner_cards(session, web.keys(), cohort, origin(), _asked("chon"))
    if not found:
        # The page of cards says what to press so that there are some.
        return see(url_for("cards.sheet", cohort_id=cohort.id, loai=request.args.get("loai")))
    title = _("Thẻ – %(name)s", name=cohort.name)
    return pdf(cards_pdf(title, prints.issuer_of(session, cohort), found), title)


@blueprint.get("/lop-hoc/<uuid:cohort_id>/giay-in/diem-danh.pdf")
@allow(TEACHING)
def attendance_file(cohort_id: UUID) -> Response:
    """The sheet to sign: `?buoi=<class session>` one meeting, else all of them."""
    session, cohort = web.session(), seen_cohort(web.session(), cohort_id)
    programme = courses_queries.version(session, cohort.version_id).programme.title
    told = prints.attending(session, cohort, programme, _asked("buoi"))
    return pdf(attendance_pdf(told), told.title)


@blueprint.get("/buoi/<uuid:session_id>/tu-giay")
@allow(TEACHING)
def from_paper(session_id: UUID) -> str:
    """A meeting held on paper, part by part: `?phan=` its hours, who was there, the test in it."""
    return _from_paper(session_id, request.args.get("phan", ""), HoursForm(), {})


def _from_paper(session_id: UUID, part: str, form: HoursForm, wrong: dict[str, str]) -> str:
    session, who = web.session(), actor()
    meeting = queries.class_session(session, who.commune, session_id)
    require_cohort(who, meeting.cohort_id)
    return render_template(
        "cohorts/from_paper.html", meeting=meeting, part=_part(meeting, part), wrong=wrong,
        cohort=queries.cohort(session, who.commune, meeting.cohort_id),
        form=form if form.values else HoursForm.of(session, meeting),
        typed=request.form, words=copying.words_of(),
        rows=queries.roster(session, who.commune, meeting.cohort_id, meeting.id),
        proctors=hours.proctors(session, meeting),
        sittings=hours.sittings_of(session, who.commune, [meeting.id]),
    )  # fmt: skip


def _part(meeting: ClassSession, asked: str) -> str:
    """Hours come first: nothing of a meeting is known before them."""
    if meeting.opened_at is None:
        return PARTS[0]
    return asked if asked in PARTS else PARTS[1]


@blueprint.post("/buoi/<uuid:session_id>/tu-giay/gio")
@allow(TEACHING)
def copy_hours(session_id: UUID) -> Response | tuple[str, int]:
    """The meeting was held: fields `day`, `starts_at`, `ends_at`, and `reference` of the sheet."""
    form = HoursForm(dict(request.form))
    try:
        hours.hold_meeting(web.session(), actor(), session_id, form.hours_told())
    except Invalid as refusal:
        form.refuse(refusal, "ends_at")
        return _from_paper(session_id, "gio", form, {}), refusal.status
    project_now()
    return _next(session_id, "diem-danh")


def _next(session_id: UUID, part: str, **more: Any) -> Response:
    return see(url_for("papers.from_paper", session_id=session_id, phan=part, **more))


@blueprint.post("/buoi/<uuid:session_id>/tu-giay/diem-danh")
@allow(TEACHING)
def copy_attendance(session_id: UUID) -> Response | tuple[str, int]:
    """Who signed: a letter for each learner, an empty one is left as it is."""
    states, wrong = _letters()
    if wrong:
        return _from_paper(session_id, "diem-danh", HoursForm(), wrong), 422
    changed = copying.copy_attendance(web.session(), actor(), session_id, states)
    project_now()
    return _next(session_id, "diem-danh", xong=changed)


def _letters() -> tuple[dict[UUID, str], dict[str, str]]:
    states, wrong = {}, {}
    for name, typed in request.form.items():
        if name.startswith(ROW) and typed.strip():
            state = copying.read_letter(typed)
            if state is None:
                wrong[name] = _("Hãy gõ x, v hoặc p.")
            else:
                states[web.uuid_field(name.removeprefix(ROW), name)] = state
    return states, wrong


@blueprint.post("/buoi/<uuid:session_id>/tu-giay/giam-sat")
@allow(TEACHING)
def copy_sitting(session_id: UUID) -> Response | tuple[str, int]:
    """A test was watched: hours as above, `proctor_id` and `place`."""
    form = HoursForm(dict(request.form))
    try:
        told = hours.Watched(form.hours_told(), form.proctor(), form.text("place"))
        hours.hold_sitting(web.session(), actor(), session_id, told)
    except Invalid as refusal:
        form.refuse(refusal, "ends_at")
        return _from_paper(session_id, "giam-sat", form, {}), refusal.status
    return _next(session_id, "giam-sat")
