"""The trainer carries a class away, says whose the work was that comes back, and who walked in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import structlog
from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from assessments import claimed
from courses import queries as courses
from lms.cohorts import carry, carry_queries, claims
from lms.cohorts import queries as cohorts
from lms.cohorts.access import device_of
from lms.cohorts.actions import teach_session
from lms.cohorts.carried_models import ClassPack
from lms.cohorts.carried_rules import SPARE_CARDS, days_proposed, days_within
from lms.cohorts.models import ClassSession, Cohort
from lms.core import clock, cookies, web
from lms.core.errors import Conflict, Invalid, Unavailable
from lms.core.guard import Actor, actor, require_cohort
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import TEACHING, allow
from lms.core.web import see
from lms.ledger import projector
from lms.offline.packs import Wanted, content_bytes, make_pack, megabytes, roster_digest
from lms.people import queries as people
from lms.people.queries import Filter

log = structlog.get_logger("lms.offline")
blueprint = Blueprint("carry", __name__)

FOUND_AT_MOST = 20


def _class(session: Session, cohort_id: UUID) -> Cohort:
    cohort = cohorts.cohort(session, actor().commune, cohort_id)
    require_cohort(actor(), cohort.id)
    return cohort


@dataclass(frozen=True)
class Standing:
    """The pack that a class has now."""

    pack: ClassPack
    days: Sequence[date]
    size: str
    """With the content and pictures that tablets need, in MB."""
    is_old: bool
    """Who is in the class, or with which card, has changed since it was made."""


@blueprint.get("/lop-hoc/<uuid:cohort_id>/mang-di")
@allow(TEACHING)
def page(cohort_id: UUID) -> str:
    """What may be carried, what is carried, and which tablets have it."""
    return _page(_class(web.session(), cohort_id))


def _page(cohort: Cohort, error: str = "") -> str:
    session, today = web.session(), clock.today()
    meetings = cohorts.sessions_of(session, cohort.commune_id, [cohort.id])
    planned = [m.planned_on for m in meetings if not (m.closed_at or m.cancelled_at)]
    known = carry_queries.sittings_of(session, cohort.commune_id, [m.id for m in meetings])
    here = device_of(session, web.keys(), cookies.read(request, cookies.DEVICE) or "")
    return render_template(
        "offline/carry.html", cohort=cohort, error=error, new_id=uuid7(),
        days=days_within(today), chosen=_chosen_days() or days_proposed(today, planned),
        spares=_count() if request.form else SPARE_CARDS, planned=planned, here=here,
        standing=_standing(session, cohort),
        tablets=carry_queries.tablets_of(session, cohort.commune_id, cohort.id),
        waiting=claimed.waiting(session, cohort), carried=[m for m in meetings if m.id in known],
        walkers=carry_queries.walkers(session, cohort.commune_id, cohort.id),
    )  # fmt: skip


def _standing(session: Session, cohort: Cohort) -> Standing | None:
    pack = carry_queries.standing_pack(session, cohort.commune_id, cohort.id)
    if pack is None or pack.body is None:
        return None
    told = json.loads(pack.body)
    version = courses.version(session, cohort.version_id)
    size = len(pack.body.encode()) + content_bytes(version, cohort.level)
    now = roster_digest(session, cohort.commune_id, cohort.id)
    days = [date.fromisoformat(one["planned_on"]) for one in told["meetings"]]
    return Standing(pack, days, megabytes(size), told["roster"] != now)


@blueprint.post("/lop-hoc/<uuid:cohort_id>/mang-di")
@allow(TEACHING)
def make(cohort_id: UUID) -> Response | tuple[str, int]:
    """Make the pack: fields `id`, `day` (several) and `spares`."""
    cohort = _class(web.session(), cohort_id)
    key = web.uuid_field(request.form.get("id", str(uuid7())), "id")
    wanted = Wanted(key, cohort_id, _chosen_days(), _count())
    try:
        make_pack(web.session(), actor(), web.keys(), wanted)
    except (Invalid, Conflict) as refusal:
        web.session().rollback()
        return _page(_class(web.session(), cohort.id), refusal.message), refusal.status
    return see(url_for("carry.page", cohort_id=cohort_id))


def _chosen_days() -> list[date]:
    found = []
    for typed in request.form.getlist("day"):
        try:
            found.append(date.fromisoformat(typed))
        except ValueError:
            words = _("Ngày chưa đúng. Hãy chọn lại trong danh sách.")
            raise Invalid(words, fields={"day": [words]}) from None
    return found


def _count() -> int:
    typed = request.form.get("spares", str(SPARE_CARDS)).strip() or "0"
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4):
        words = _("Số thẻ khách phải là một số, ví dụ 5.")
        raise Invalid(words, fields={"spares": [words]})
    return int(typed)


@blueprint.post("/lop-hoc/<uuid:cohort_id>/mang-di/thu-lai")
@allow(TEACHING)
def take_back(cohort_id: UUID) -> Response:
    """Take the pack back."""
    carry.take_back(web.session(), actor(), cohort_id)
    return see(url_for("carry.page", cohort_id=cohort_id))


@blueprint.post("/lop-hoc/<uuid:cohort_id>/mang-di/may-nay")
@allow(TEACHING)
def stand_here(cohort_id: UUID) -> Response:
    """Let this very browser, when it is a tablet of the commune, fetch the class."""
    _class(web.session(), cohort_id)
    here = device_of(web.session(), web.keys(), cookies.read(request, cookies.DEVICE) or "")
    if here is None or here.commune_id != actor().commune:
        raise Conflict(_("Máy đang dùng chưa là máy của xã. Hãy đăng ký ở trang “Máy tính bảng”."))
    carry.stand_here(web.session(), actor(), cohort_id, here)
    return see("/may-hoc")


@blueprint.get("/buoi/<uuid:session_id>/xac-nhan")
@allow(TEACHING)
def claims_page(session_id: UUID) -> str:
    """What tablets claim of a meeting, learner by learner."""
    meeting = cohorts.class_session(web.session(), actor().commune, session_id)
    cohort = _class(web.session(), meeting.cohort_id)
    return _claims(web.session(), cohort, meeting)


def _claims(session: Session, cohort: Cohort, meeting: ClassSession) -> str:
    commune = cohort.commune_id
    used = carry_queries.devices_by_meeting(session, commune, [meeting.id])
    tablets = carry_queries.tablets_of(session, commune, cohort.id, used.get(meeting.id, ()))
    return render_template(
        "offline/claims.html", sheet=claimed.sheet(session, meeting), cohort=cohort,
        lacking=[one for one in tablets if one.lacks],
        walkers=carry_queries.walkers(session, commune, cohort.id),
    )  # fmt: skip


@blueprint.post("/buoi/<uuid:session_id>/xac-nhan")
@allow(TEACHING)
def decide(session_id: UUID) -> Response:
    """Confirm or refuse: field `verdict`; `learner` names one or more, none means all undecided."""
    session, who = web.session(), actor()
    meeting = teach_session(session, who, session_id)
    named = [web.uuid_field(one, "learner") for one in request.form.getlist("learner")]
    verdict = request.form.get("verdict", claims.CONFIRMED)
    people = named or [one.enrolment.id for one in claimed.sheet(session, meeting).undecided]
    claims.decide(session, who, session_id, people, verdict)
    anchor = f"hv-{named[0]}" if len(named) == 1 else None
    return see(url_for("carry.claims_page", session_id=session_id, _anchor=anchor))


@blueprint.get("/lop-hoc/<uuid:cohort_id>/the-khach")
@allow(TEACHING)
def walkers(cohort_id: UUID) -> str:
    """Spare cards whose holder is not known, and a search of the register for one of them."""
    return _walkers(_class(web.session(), cohort_id))


def _walkers(cohort: Cohort, error: str = "") -> str:
    session, typed = web.session(), request.values.get("tim", "")[:80].strip()
    number = request.values.get("so", "")[:3]
    found = carry_queries.walkers(session, cohort.commune_id, cohort.id)
    asked = next((w for w in found if str(w.spare.number) == number), None)
    limit = FOUND_AT_MOST if asked and len(typed) > 1 else 0
    rows, total = people.people(session, actor(), Filter(typed), clock.today(), 0, limit)
    return render_template(
        "offline/walkers.html", cohort=cohort, walkers=found, asked=asked, typed=typed,
        found=rows, total=total, error=error, enrolled=_enrolled(session, cohort),
    )  # fmt: skip


def _enrolled(session: Session, cohort: Cohort) -> set[UUID]:
    return {e.person_id for e, _p in cohorts.learners(session, cohort.commune_id, cohort.id)}


@blueprint.post("/lop-hoc/<uuid:cohort_id>/the-khach")
@allow(TEACHING)
def link(cohort_id: UUID) -> Response | tuple[str, int]:
    """Say who used a spare card: fields `so` (its number) and `person_id`."""
    session, who = web.session(), actor()
    _class(session, cohort_id)
    number = request.form.get("so", "")
    if not (number.isascii() and number.isdigit() and len(number) < 4):
        words = _("Hãy chọn một thẻ khách trong danh sách.")
        raise Invalid(words, fields={"so": [words]})
    person = web.uuid_field(request.form.get("person_id", ""), "person_id")
    try:
        carry.link_spare(session, who, web.keys(), cohort_id, int(number), person)
    except Conflict as refusal:
        session.rollback()
        return _walkers(_class(web.session(), cohort_id), refusal.message), refusal.status
    _apply_what_waited(who)
    return see(url_for("carry.walkers", cohort_id=cohort_id))


def _apply_what_waited(who: Actor) -> None:
    """Commit, then project what named the card before anybody knew whose it is."""
    web.commit()
    try:
        projector.retry_faults(web.database(), who.commune)
    except (OperationalError, InterfaceError) as error:
        log.warning("projector_waits", problem=type(error.orig).__name__)
        words = _(
            "Đã ghi tên, nhưng máy chủ đang bận nên chưa tính phần đã học. Hãy bấm lại nút đó."
        )
        raise Unavailable(words, retry_after=2) from error
