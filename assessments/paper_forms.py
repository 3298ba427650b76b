"""Forms on paper: drawn for a learner and registered before they are printed, as a tablet would draw them.

The same banks, tries and waiting times hold. Printing again gives the same forms, until one is spoiled.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import Session

from assessments import measuring, queries, rules, settling
from assessments.paper_codes import clean_code, draw_code, is_code
from assessments.paper_models import PaperEntry, PaperForm
from assessments.queries import Desk
from assessments.rules.measuring import DONE
from assessments.rules.sequence import permission
from courses import queries as courses_queries
from courses.rules import MEASURING_KINDS, Blueprint, ProgrammeVersion, UnknownContent
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.actions import TEACHERS, teach
from lms.cohorts.models import ClassSession, Cohort, Enrolment
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require, require_cohort
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.core.text import clean, hour
from lms.core.text import day as day_words


@dataclass(frozen=True)
class Wanted:
    """Which form: its kind, for practice the module whose quiz it is, and the meeting it is meant for."""

    kind: str
    module: str = ""
    meeting_id: UUID | None = None


@dataclass(frozen=True)
class Left:
    """A learner for whom no form was drawn, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Drawn:
    """The forms to print, in the order of the names, and who has none."""

    forms: Sequence[PaperForm]
    left: Sequence[Left]


def plans_of(version: ProgrammeVersion, level: str) -> list[Blueprint]:
    """What may be printed for a class of this level: tests, measuring forms, quizzes."""
    return [plan for plan in version.blueprints if plan.level == level]


def draw_for_class(
    session: Session, who: Actor, cohort_id: UUID, wanted: Wanted, only: UUID | None = None
) -> Drawn:
    """Register a form for each learner of the class (or for one) who may have one, and return them.

    A form that was drawn and not typed in yet is taken again, so that printing twice is once.
    """
    cohort = teach(session, who, cohort_id)
    version = courses_queries.version(session, cohort.version_id)
    plan = _plan(version, cohort.level, wanted)
    meeting = _meeting(session, cohort, wanted.meeting_id)
    rows = cohorts_queries.learners(session, who.commune, cohort.id)
    rows = [(e, p) for e, p in rows if only in (None, e.id)]
    if not rows:
        raise NotFound(_("Lớp chưa có học viên này. Hãy thêm học viên rồi in."))
    held = _waiting_forms(session, cohort, wanted)
    drawer = _Drawer(session, who, cohort, version, plan, wanted, meeting)
    forms, left = [], []
    for enrolment, person in rows:
        found = held.get(enrolment.id)
        why = "" if found else drawer.refusal(enrolment)
        if why:
            left.append(Left(person.full_name, why))
        else:
            forms.append(found or drawer.draw(enrolment))
    if drawer.count:
        facts = {"count": drawer.count, "form": wanted.kind}
        audit.record(session, who, "print_forms", "cohort", cohort.id, **facts)
    session.flush()
    return Drawn(forms, left)


def _plan(version: ProgrammeVersion, level: str, wanted: Wanted) -> Blueprint:
    try:
        return version.blueprint(wanted.kind, level, wanted.module)
    except UnknownContent:
        words = _("Chương trình của lớp không có đề này. Hãy chọn lại.")
        raise Invalid(words, fields={"kind": [words]}) from None


def _meeting(session: Session, cohort: Cohort, meeting_id: UUID | None) -> ClassSession | None:
    if meeting_id is None:
        return None
    found = cohorts_queries.class_session(session, cohort.commune_id, meeting_id)
    if found.cohort_id != cohort.id:
        words = _("Buổi này không phải của lớp. Hãy chọn lại.")
        raise Invalid(words, fields={"meeting": [words]})
    return found


def _waiting_forms(session: Session, cohort: Cohort, wanted: Wanted) -> dict[UUID, PaperForm]:
    """Enrolment → its newest form of this kind that is neither spoiled nor typed in."""
    rows = session.scalars(
        select(PaperForm)
        .where(
            PaperForm.commune_id == cohort.commune_id,
            PaperForm.cohort_id == cohort.id,
            PaperForm.version_id == cohort.version_id,
            PaperForm.kind == wanted.kind,
            PaperForm.module == wanted.module,
            PaperForm.voided_at.is_(None),
            ~typed_in(),
        )
        .order_by(PaperForm.made_at, PaperForm.id)
    )
    return {row.enrolment_id: row for row in rows}


def typed_in() -> Exists:
    """Whether a form was typed in at least once, for a query of forms."""
    return exists().where(
        PaperEntry.commune_id == PaperForm.commune_id, PaperEntry.paper_form_id == PaperForm.id
    )


@dataclass
class _Drawer:
    """Draws one form after the other for the learners of a class."""

    session: Session
    who: Actor
    cohort: Cohort
    version: ProgrammeVersion
    plan: Blueprint
    wanted: Wanted
    meeting: ClassSession | None
    count: int = 0
    _taken: set[str] | None = None
    _printed: Mapping[UUID, list[str]] | None = None

    def refusal(self, enrolment: Enrolment) -> str:
        """Why this learner gets no form, in words; '' when one may be drawn."""
        desk = self._desk(enrolment)
        if self.wanted.kind == "certifying":
            return self._test_refusal(desk)
        if self.wanted.kind in MEASURING_KINDS:
            card = measuring.card_of(self.session, desk, self.wanted.kind)
            # A sheet is printed before it is its time; only what is handed in is over.
            return _("Phần này đã làm rồi.") if card.code == DONE else ""
        return ""

    def _desk(self, enrolment: Enrolment) -> Desk:
        return Desk(enrolment, self.cohort, self.version, None, None)

    def _test_refusal(self, desk: Desk) -> str:
        attempts = queries.certifying(self.session, desk)
        person = desk.enrolment.person_id
        lost = settling.used_up(self.session, self.who.commune, person, self.version.code)
        gone = [one for attempt, one in lost if attempt.level == self.cohort.level]
        tries = [*settling.tries(self.session, attempts), *gone]
        may = permission(self._when(), tries, desk.rule)
        words = {
            "reached": _("Đã đạt bài kiểm tra có giám sát, không phải làm lại."),
            "no_tries": _("Đã hết lượt làm bài kiểm tra."),
            "open": _("Đang làm dở một bài kiểm tra trên máy."),
        }
        if may.code == "wait" and may.not_before:
            return _("Được làm lại từ %(hour)s ngày %(day)s.",
                     hour=hour(may.not_before), day=day_words(may.not_before))  # fmt: skip
        return words.get(may.code, "")

    def _when(self) -> datetime:
        """Until the end of the day of the meeting, or now: what happened then is judged once more."""
        if self.meeting is None:
            return clock.now()
        last = datetime.combine(self.meeting.planned_on, time(23, 59), clock.VIETNAM)
        return max(last, clock.now())

    def draw(self, enrolment: Enrolment) -> PaperForm:
        """Draw and register one form; parallel to all that this person was given before."""
        desk = self._desk(enrolment)
        before = [
            *queries.drawn_before(self.session, desk, self.wanted.kind),
            *self._printed_before(enrolment),
        ]
        form = rules.draw_form(self.version, self.plan, secrets.token_hex(8), before)
        row = PaperForm(
            commune_id=self.who.commune, id=uuid7(), cohort_id=self.cohort.id,
            enrolment_id=enrolment.id, class_session_id=self.meeting.id if self.meeting else None,
            code=draw_code(self._codes()), kind=self.wanted.kind, level=self.cohort.level,
            module=self.wanted.module, version_id=self.version.id, form=rules.form_to_plain(form),
            made_by=self.who.id,
        )  # fmt: skip
        self.session.add(row)
        self._codes().add(row.code)
        self.count += 1
        return row

    def _codes(self) -> set[str]:
        """Every code of the commune, read once."""
        if self._taken is None:
            mine = PaperForm.commune_id == self.who.commune
            self._taken = set(self.session.scalars(select(PaperForm.code).where(mine)))
        return self._taken

    def _printed_before(self, enrolment: Enrolment) -> Iterable[str]:
        """Items of sheets that were printed for this learner and never typed in: they were seen."""
        if self._printed is None:
            self._printed = self._printed_items()
        return self._printed.get(enrolment.id, [])

    def _printed_items(self) -> Mapping[UUID, list[str]]:
        rows = self.session.execute(
            select(PaperForm.enrolment_id, PaperForm.form).where(
                PaperForm.commune_id == self.who.commune,
                PaperForm.cohort_id == self.cohort.id,
                PaperForm.kind == self.wanted.kind,
                ~typed_in(),
            )
        )
        found: dict[UUID, list[str]] = defaultdict(list)
        for enrolment, form in rows:
            found[enrolment] += items_in(form)
        return found


def items_in(form: Mapping[str, Any]) -> list[str]:
    """The ids of the questions of a stored form, in its order."""
    return [item for item, _order in form["items"]]


def spoil(session: Session, who: Actor, form_id: UUID, reason: str) -> PaperForm:
    """A sheet is waste: lost, torn, or given to nobody. Twice is once; one typed in stays."""
    row = paper_form(session, who, form_id)
    if entries_of(session, who.commune, row.id):
        raise Conflict(_("Tờ này đã nhập bài nên không hủy được. Muốn sửa thì nhập lại."))
    if row.voided_at is None:
        row.voided_at, row.void_reason = clock.now(), clean(reason)[:200] or None
        session.flush()
        audit.record(session, who, "spoil", "paper_form", row.id)
    return row


def restore(session: Session, who: Actor, form_id: UUID) -> PaperForm:
    """A sheet taken for waste may be typed in after all."""
    row = paper_form(session, who, form_id)
    if row.voided_at is not None:
        row.voided_at, row.void_reason = None, None
        session.flush()
        audit.record(session, who, "restore", "paper_form", row.id)
    return row


def paper_form(session: Session, who: Actor, form_id: UUID) -> PaperForm:
    """A registered form of a class that the actor works in; NotFound for any other."""
    require(who, *TEACHERS)
    row = session.get(PaperForm, (who.commune, form_id))
    if row is None:
        raise missing()
    require_cohort(who, row.cohort_id)
    return row


def by_code(session: Session, who: Actor, typed: str) -> PaperForm:
    """The registered form of a code as it was typed; Invalid says what to look at again."""
    require(who, *TEACHERS)
    code = clean_code(typed)
    if not is_code(code):
        words = _("Mã phiếu có 8 số. Có số gõ nhầm hoặc thiếu, hãy xem lại trên phiếu.")
        raise Invalid(words, fields={"code": [words]})
    row = session.scalar(
        select(PaperForm).where(PaperForm.commune_id == who.commune, PaperForm.code == code)
    )
    if row is None or not _reaches(who, row.cohort_id):
        words = _("Không thấy phiếu nào của lớp thầy/cô mang mã này.")
        raise Invalid(words, fields={"code": [words]})
    return row


def _reaches(who: Actor, cohort_id: UUID) -> bool:
    """A code of another trainer's class looks like one that was never printed."""
    return who.role is not Role.TRAINER or cohort_id in who.cohort_ids


def missing() -> NotFound:
    """The same for a form that is not there and for one of another class."""
    return NotFound(_("Không tìm thấy phiếu này. Hãy gõ lại mã in trên phiếu."))


def entries_of(session: Session, commune_id: UUID, form_id: UUID) -> Sequence[PaperEntry]:
    """When a sheet was typed in, the first time first."""
    return session.scalars(
        select(PaperEntry)
        .where(PaperEntry.commune_id == commune_id, PaperEntry.paper_form_id == form_id)
        .order_by(PaperEntry.made_at, PaperEntry.id)
    ).all()


def form_of(session: Session, row: PaperForm) -> rules.Form:
    """What the sheet asks, from the version it is pinned to."""
    version = courses_queries.version(session, row.version_id)
    return rules.form_from_plain(version, row.form)
