"""The observation checklist on paper, and the same ticks copied back as events of the paper device."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assessments import moments
from assessments.models import TaskObservation
from assessments.paper_layout import Block
from courses import queries as courses_queries
from courses.rules import TASK_VERDICTS, ObservedTask, ProgrammeVersion
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.actions import teach_session
from lms.cohorts.models import ClassSession, Cohort
from lms.cohorts.paper import office
from lms.cohorts.paper.hours import proctors
from lms.cohorts.paper.sheet import MM, SOFT, Sheet
from lms.cohorts.paper.table import Column, Table, draw
from lms.core import audit
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.text import fold
from lms.ledger.actions import NewEvent, append, paper_device
from lms.ledger.models import Event
from lms.ledger.reading import stored_event
from lms.people.models import Commune, Unit

LETTERS = {"d": "can_do", "x": "can_do", "g": "needs_help", "c": "not_yet"}
"""What is typed for a tick: đ (làm được), g (cần giúp) or c (chưa)."""
SIGNS = {"can_do": "đ", "needs_help": "g", "not_yet": "c"}
TASKS_ACROSS = 4
_NUMBER = 10 * MM


def tasks_of(version: ProgrammeVersion, level: str) -> tuple[ObservedTask, ...]:
    """The tasks that a class of this level asks for, and those looked at before and after the course."""
    plans = (plan for plan in version.blueprints if plan.level == level)
    asked = (*version.pass_rule(level).required_tasks, *(t for p in plans for t in p.tasks))
    return tuple(version.task(task) for task in dict.fromkeys(asked))


def checklist_pdf(session: Session, cohort: Cohort) -> bytes:
    """Learners × tasks with boxes to tick, and on the last pages what to look at in each task."""
    version = courses_queries.version(session, cohort.version_id)
    tasks = tasks_of(version, cohort.level)
    people = cohorts_queries.learners(session, cohort.commune_id, cohort.id)
    names = [person.full_name for _enrolment, person in people]
    title = _("Bảng quan sát bài thực hành – %(name)s", name=cohort.name)
    sheet = Sheet(title, landscape=True)
    parts = [tasks[n : n + TASKS_ACROSS] for n in range(0, len(tasks), TASKS_ACROSS)] or [()]
    for n, part in enumerate(parts):
        if n:
            sheet.next_page()
        _ticks(session, sheet, cohort, version, part, names)
    sheet.next_page()
    _what_to_see(sheet, tasks)
    return sheet.done()


def _ticks(
    session: Session, sheet: Sheet, cohort: Cohort, version: ProgrammeVersion,
    tasks: Sequence[ObservedTask], names: Sequence[str],
) -> None:  # fmt: skip
    commune = session.get_one(Commune, cohort.commune_id)
    unit = session.get_one(Unit, (cohort.commune_id, cohort.unit_id)).name
    top = office.letterhead(sheet, commune, unit)
    trainers = cohorts_queries.trainers_of(session, cohort.commune_id, cohort.id)
    facts = [
        (_("Lớp"), f"{cohort.name} ({cohort.code})"),
        (_("Chương trình"), version.programme.title),
        (_("Người quan sát"), ", ".join(t.display_name for t in trainers) or "…………………"),
        (_("Ngày quan sát"), "…… / …… / …………"),
    ]
    top = office.heading(sheet, top, _("BẢNG QUAN SÁT BÀI THỰC HÀNH"), facts)
    left = sheet.width - 2 * office.SIDE - _NUMBER - 62 * MM
    wide = left / max(1, len(tasks))
    columns = [Column(_("STT"), _NUMBER, align="center"), Column(_("Họ và tên"), 62 * MM)]
    ticks = (_("làm được"), _("cần giúp"), _("chưa"))
    columns += [Column(task.title, wide, ticks=ticks) for task in tasks]
    rows = [[str(n), name] for n, name in enumerate(names, 1)]

    def turn() -> float:
        _foot(sheet)
        sheet.next_page()
        return office.page_number(sheet)

    low = draw(sheet, Table(columns, rows), office.SIDE, top, office.BOTTOM + 4 * MM, turn)
    if low - office.SIGNATURES < office.BOTTOM:
        low = turn()
    office.signatures(sheet, low - 2 * MM, commune.name)
    _foot(sheet)


def _foot(sheet: Sheet) -> None:
    office.footer(
        sheet,
        _(
            "Đánh dấu một ô cho mỗi bài. “Làm được” là tự làm hết các bước phải làm, không ai giúp. "
            "Nhập lại ở “Giấy in”, phần “Nhập bài thực hành từ giấy”."
        ),
    )


def _what_to_see(sheet: Sheet, tasks: Sequence[ObservedTask]) -> None:
    top = office.page_number(sheet) - 6 * MM
    sheet.words(office.SIDE, top, _("Nhìn gì ở mỗi bài"), 15, bold=True)
    half = (sheet.width - 2 * office.SIDE - 10 * MM) / 2
    x, y = office.SIDE, top - 5 * MM
    for task in tasks:
        block = _task_block(sheet, task, half)
        if y - block.height < office.BOTTOM:
            if x > office.SIDE:
                sheet.next_page()
                top = office.page_number(sheet)
            x = office.SIDE if x > office.SIDE else office.SIDE + half + 10 * MM
            y = top - 5 * MM
        y = block.place(x, y)


def _task_block(sheet: Sheet, task: ObservedTask, width: float) -> Block:
    block = Block(sheet, width, 10.5, [])
    block.words(task.title, bold=True, size=12)
    block.words(_("Nói với học viên: %(words)s", words=task.prompt), after=1 * MM)
    if task.prepare:
        block.words(_("Chuẩn bị: %(words)s", words=task.prepare), colour=SOFT, after=1 * MM)
    for step in task.steps:
        own = "" if step.must else _(" (được nhắc)")
        block.words(f"{step.text}{own}", indent=6.5 * MM, mark="☐")
    block.gap(5 * MM)
    return block


def moments_of(version: ProgrammeVersion, level: str, task: str) -> tuple[str, ...]:
    """The moments at which a trainer may look at a task."""
    return moments.moments_of(version, level, task)


def moments_at(version: ProgrammeVersion, level: str) -> list[str]:
    """All moments at which some task of the level may be looked at, in the order of a course."""
    found = {m for task in tasks_of(version, level) for m in moments_of(version, level, task.id)}
    return [moment for moment in moments.MOMENTS if moment in found]


def read_letter(typed: str) -> str | None:
    """The verdict that a letter means; None for one that means nothing."""
    return LETTERS.get(fold(typed)[:1])


def copy_observations(
    session: Session, who: Actor, session_id: UUID, observer: UUID,
    ticks: Mapping[tuple[UUID, str], str], moment: str = moments.COURSE,
) -> int:  # fmt: skip
    """What a trainer ticked on paper in a meeting: (enrolment, task) → verdict. Returns how many are new.

    The observer taught the class or that meeting and signed the sheet. The same sheet again changes
    nothing.
    """
    meeting = teach_session(session, who, session_id)
    if meeting.opened_at is None:
        raise Conflict(_("Hãy ghi giờ của buổi học trước, rồi nhập bài thực hành."))
    if observer not in {one.id for one in proctors(session, meeting)}:
        words = _("Người quan sát phải là giảng viên của lớp. Hãy chọn lại.")
        raise Invalid(words, fields={"observer": [words]})
    version = _check(session, meeting, ticks, moment)
    seen = _seen(session, meeting, {task for _learner, task in ticks}, moment)
    new = {key: verdict for key, verdict in ticks.items() if seen.get(key) != verdict}
    for (learner, task), verdict in new.items():
        told = {"task": task, "result": verdict, "observer": str(observer)}
        payload = told if moment == moments.COURSE else {**told, "moment": moment}
        event = NewEvent(
            "task.observed", payload, paper_device(who.commune), class_id=meeting.id,
            learner_id=learner, at=meeting.closed_at or meeting.opened_at,
            content=version.content_hash,
        )  # fmt: skip
        append(session, who.commune, event)
    if new:
        audit.record(session, who, "copy_tasks", "class_session", meeting.id, count=len(new))
    return len(new)


def _check(
    session: Session, meeting: ClassSession, ticks: Mapping[tuple[UUID, str], str], moment: str
) -> ProgrammeVersion:
    cohort = cohorts_queries.cohort(session, meeting.commune_id, meeting.cohort_id)
    version = courses_queries.version(session, cohort.version_id)
    rows = cohorts_queries.learners(session, meeting.commune_id, cohort.id)
    known = {enrolment.id for enrolment, _person in rows}
    tasks = {task.id for task in tasks_of(version, cohort.level)}
    for (learner, task), verdict in ticks.items():
        fits = learner in known and task in tasks and verdict in TASK_VERDICTS
        if not fits or moment not in moments_of(version, cohort.level, task):
            words = _("Bảng có người, bài hoặc lúc xem không khớp với lớp. Hãy tải lại trang.")
            raise Invalid(words, fields={"task": [words]})
    return version


def _seen(
    session: Session, meeting: ClassSession, tasks: Collection[str], moment: str
) -> dict[tuple[UUID, str], str]:
    """(enrolment, task) → what was seen last in this very meeting, on paper or otherwise."""
    stored = and_(
        Event.commune_id == TaskObservation.commune_id, Event.id == TaskObservation.event_id
    )
    rows = session.execute(
        select(TaskObservation, Event)
        .join(Event, stored)
        .where(
            TaskObservation.commune_id == meeting.commune_id,
            TaskObservation.task.in_(tasks),
            Event.class_id == meeting.id,
        )
        .order_by(TaskObservation.occurred_at, TaskObservation.event_id)
    )
    return {
        (row.enrolment_id, row.task): row.result
        for row, event in rows
        if stored_event(event).payload.get("moment", moments.COURSE) == moment
    }


def seen_in(session: Session, meeting: ClassSession, moment: str) -> dict[tuple[UUID, str], str]:
    """(enrolment, task) → the letter of what was seen last in a meeting, for the form."""
    cohort = cohorts_queries.cohort(session, meeting.commune_id, meeting.cohort_id)
    version = courses_queries.version(session, cohort.version_id)
    tasks = [task.id for task in tasks_of(version, cohort.level)]
    return {key: SIGNS[told] for key, told in _seen(session, meeting, tasks, moment).items()}
