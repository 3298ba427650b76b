"""The live board: who is here, where each is, who needs somebody, which tablet has unsent work.

Everything is read from projections and records; a poll asks `pulse` first, which is one statement.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.orm import Session

from assessments.fork_models import BranchChoice
from assessments.models import Answer, Attempt, LessonProgress
from courses import queries as courses_queries
from courses.rules import Lesson, ProgrammeVersion
from lms.board.watching import Seen, Stuck, stuck
from lms.cohorts import queries
from lms.cohorts.carry_queries import Walker, walkers
from lms.cohorts.hall_models import TurnMove
from lms.cohorts.models import ClassSession, Cohort, Device, Enrolment, LearnerSession, Sitting
from lms.cohorts.queries import RosterRow
from lms.core import clock
from lms.core.i18n import _
from lms.core.limits import TryCount
from lms.ledger.models import Batch

TESTS = ("certifying", "entry", "exit", "after30", "after90")


@dataclass(frozen=True)
class Act:
    """The last thing a learner did in the meeting, in words."""

    at: datetime
    words: str
    in_test: bool = False
    wrong_tries: int = 0
    handed_in: bool = False


@dataclass(frozen=True)
class LiveRow:
    """A learner on the live board."""

    person: RosterRow
    act: Act | None
    stuck: Stuck | None
    handed_in: bool
    """The certifying test of this meeting is handed in."""
    elsewhere: str
    """The class in which the same person is signed in right now, when it is another."""

    @property
    def is_here(self) -> bool:
        """At a machine now, or marked present."""
        return self.person.signed_in_on is not None or self.person.attendance == "present"

    @property
    def is_urgent(self) -> bool:
        """Called, or locked out."""
        return self.person.calls_help or self.person.locked


@dataclass(frozen=True)
class Unsent:
    """A tablet that told of work which is not in the commune yet."""

    label: str
    count: int
    told_at: datetime | None


@dataclass(frozen=True)
class Live:
    """A class while it meets. Without an open meeting only the roster is known."""

    cohort: Cohort
    open: ClassSession | None
    sitting: Sitting | None
    rows: Sequence[LiveRow]
    unsent: Sequence[Unsent]
    walkers: Sequence[Walker]
    at: datetime

    @property
    def urgent(self) -> list[LiveRow]:
        """Whoever waits for the trainer."""
        return [row for row in self.rows if row.is_urgent]

    @property
    def quiet(self) -> list[LiveRow]:
        """Whom to go and see."""
        return [row for row in self.rows if row.stuck and not row.is_urgent]

    @property
    def here(self) -> int:
        """How many are here."""
        return sum(row.is_here for row in self.rows)

    @property
    def handed_in(self) -> int:
        """How many handed in the test of this meeting."""
        return sum(row.handed_in for row in self.rows)


def live(session: Session, cohort: Cohort) -> Live:
    """The board of a class that the caller may see, in a dozen reads whatever its size."""
    commune, now = cohort.commune_id, clock.now()
    meeting = queries.open_session(session, commune, cohort.id)
    roster = queries.roster(session, commune, cohort.id, meeting.id if meeting else None)
    acts = _Acts(session, cohort, meeting) if meeting else None
    ids = [one.enrolment.id for one in roster]
    found = acts.of(ids) if acts else {}
    since = _signed_in_since(session, meeting) if meeting else {}
    away = _elsewhere(session, cohort, [one.enrolment.person_id for one in roster])
    return Live(
        cohort=cohort,
        open=meeting,
        sitting=queries.open_sitting(session, commune, cohort.id),
        rows=[_row(one, found, since, away, now) for one in roster],
        unsent=_unsent(session, meeting) if meeting else [],
        walkers=walkers(session, commune, cohort.id),
        at=now,
    )


def _row(
    one: RosterRow, acts: dict[UUID, Act], since: dict[UUID, datetime], away: dict[UUID, str],
    now: datetime,
) -> LiveRow:  # fmt: skip
    act = acts.get(one.enrolment.id)
    seen = Seen(
        signed_in_at=since.get(one.enrolment.id),
        last_at=act.at if act else None,
        in_test=bool(act and act.in_test),
        wrong_tries=act.wrong_tries if act else 0,
        done=bool(act and act.handed_in),
    )
    return LiveRow(
        person=one,
        act=act,
        stuck=stuck(seen, now),
        handed_in=bool(act and act.handed_in),
        elsewhere=away.get(one.enrolment.person_id, ""),
    )


def _signed_in_since(session: Session, meeting: ClassSession) -> dict[UUID, datetime]:
    rows = session.execute(
        select(LearnerSession.enrolment_id, func.max(LearnerSession.started_at))
        .where(
            LearnerSession.commune_id == meeting.commune_id,
            LearnerSession.class_session_id == meeting.id,
            LearnerSession.ended_at.is_(None),
            LearnerSession.expires_at > clock.now(),
        )
        .group_by(LearnerSession.enrolment_id)
    )
    return {row[0]: row[1] for row in rows}


def _elsewhere(session: Session, cohort: Cohort, people: Collection[UUID]) -> dict[UUID, str]:
    """Person → the other class in which he or she is signed in now."""
    rows = session.execute(
        select(Enrolment.person_id, Cohort.name)
        .join(LearnerSession, (LearnerSession.commune_id == Enrolment.commune_id)
              & (LearnerSession.enrolment_id == Enrolment.id))
        .join(Cohort, (Cohort.commune_id == Enrolment.commune_id)
              & (Cohort.id == Enrolment.cohort_id))
        .where(
            Enrolment.commune_id == cohort.commune_id,
            Enrolment.cohort_id != cohort.id,
            Enrolment.person_id.in_(people),
            LearnerSession.ended_at.is_(None),
            LearnerSession.expires_at > clock.now(),
        )
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def _unsent(session: Session, meeting: ClassSession) -> list[Unsent]:
    """Tablets that stand in the meeting or in which somebody of it sat, by what they told last."""
    used = select(LearnerSession.device_id).where(
        LearnerSession.commune_id == meeting.commune_id,
        LearnerSession.class_session_id == meeting.id,
    )
    rows = session.scalars(
        select(Device)
        .where(
            Device.commune_id == meeting.commune_id,
            Device.revoked_at.is_(None),
            Device.reported_at.is_not(None),
            (Device.class_session_id == meeting.id) | Device.id.in_(used),
        )
        .order_by(Device.label)
    )
    told = ((row, int((row.report or {}).get("unsent", 0))) for row in rows)
    return [Unsent(row.label, count, row.reported_at) for row, count in told if count]


@dataclass(frozen=True)
class _Acts:
    """The last act of each learner in a meeting: a screen of a lesson, or a question of a form."""

    session: Session
    cohort: Cohort
    meeting: ClassSession

    def of(self, enrolments: Collection[UUID]) -> dict[UUID, Act]:
        version = courses_queries.version(self.session, self.cohort.version_id)
        found: dict[UUID, Act] = {}
        for key, act in [*self._lessons(version, enrolments), *self._attempts(version, enrolments)]:
            if key not in found or act.at > found[key].at:
                found[key] = act
        return found

    def _lessons(
        self, version: ProgrammeVersion, enrolments: Collection[UUID]
    ) -> list[tuple[UUID, Act]]:
        lessons = {
            one.code: (n, one) for n, one in enumerate(version.lessons_at(self.cohort.level), 1)
        }
        rows = self.session.execute(
            select(LessonProgress.enrolment_id, LessonProgress.lesson, LessonProgress.screens_seen,
                   LessonProgress.finished_at, LessonProgress.last_at)
            .where(
                LessonProgress.commune_id == self.cohort.commune_id,
                LessonProgress.enrolment_id.in_(enrolments),
                LessonProgress.last_at >= self.meeting.opened_at,
            )
        )  # fmt: skip
        return [(row[0], _in_lesson(lessons, row)) for row in rows if row[1] in lessons]

    def _attempts(
        self, version: ProgrammeVersion, enrolments: Collection[UUID]
    ) -> list[tuple[UUID, Act]]:
        wrong = case((Answer.correct.is_not(True), Answer.tries), else_=0)
        given = case((Answer.id.is_not(None), 1), else_=0)
        rows = self.session.execute(
            select(Attempt, func.sum(given), func.max(Answer.occurred_at), func.max(wrong))
            .outerjoin(Answer, (Answer.commune_id == Attempt.commune_id)
                       & (Answer.attempt_id == Attempt.id))
            .where(
                Attempt.commune_id == self.cohort.commune_id,
                Attempt.enrolment_id.in_(enrolments),
                Attempt.class_session_id == self.meeting.id,
            )
            .group_by(Attempt.commune_id, Attempt.id)
        )  # fmt: skip
        return [(row[0].enrolment_id, _in_attempt(version, row)) for row in rows]


def _in_lesson(lessons: dict[str, tuple[int, Lesson]], row: Any) -> Act:
    number, lesson = lessons[row[1]]
    title, screens = lesson.title, len(lesson.screens)
    if row[3] is not None and row[3] >= row[4]:
        return Act(row[4], _("xong bài %(n)s: %(title)s", n=number, title=title))
    seen = min(row[2], screens)
    return Act(
        row[4],
        _("bài %(n)s: %(title)s, màn %(k)s/%(all)s", n=number, title=title, k=seen, all=screens),
    )


def _in_attempt(version: ProgrammeVersion, row: Any) -> Act:
    attempt, given, last, wrong = row[0], int(row[1] or 0), row[2], int(row[3] or 0)
    count = len(attempt.form["items"])
    at = max(x for x in (attempt.started_at, attempt.submitted_at, last) if x is not None)
    is_test, handed = attempt.purpose in TESTS, attempt.submitted_at is not None
    title = _title(version, attempt)
    words = (
        _("đã nộp %(title)s", title=title)
        if handed
        else _("%(title)s, câu %(n)s/%(all)s", title=title, n=min(given + 1, count), all=count)
    )
    tries = 0 if is_test or handed else wrong
    return Act(at, words, is_test and not handed, tries, handed and attempt.purpose == "certifying")


def _title(version: ProgrammeVersion, attempt: Attempt) -> str:
    if attempt.purpose == "certifying":
        return _("bài kiểm tra")
    if attempt.purpose != "practice":
        return _("câu hỏi đầu khóa, cuối khóa")
    modules = {one.code: one.title for one in version.modules_at(attempt.level)}
    module = str(attempt.form.get("module") or "")
    return (
        _("bài làm thử “%(title)s”", title=modules[module])
        if module in modules
        else _("bài làm thử")
    )


def pulse(session: Session, cohort: Cohort, meeting: ClassSession | None, *more: object) -> str:
    """A tag that changes when the board may have changed, and each minute; one statement.

    `more`: whatever else the page that shows the board depends on.
    """
    now = clock.now()
    row = session.execute(select(*_signs(cohort, meeting, now))).one()
    parts = (*row, meeting, int(now.timestamp()) // 60, *more)
    return hashlib.sha256("\x1f".join(map(_sign, parts)).encode()).hexdigest()[:24]


def _sign(part: object) -> str:
    return f"{part.id}" if isinstance(part, ClassSession) else str(part)


def _signs(cohort: Cohort, meeting: ClassSession | None, now: datetime) -> list[ScalarSelect[Any]]:
    commune = cohort.commune_id
    here = (LearnerSession.commune_id == commune) & (
        LearnerSession.class_session_id == (meeting.id if meeting else None)
    )
    waiting = (Batch.commune_id == commune) & Batch.projected_at.is_(None)
    locked = (TryCount.commune_id == commune) & (TryCount.locked_until > now)
    enrolled = (Enrolment.commune_id == commune) & (Enrolment.cohort_id == cohort.id)
    sitting = (Sitting.commune_id == commune) & (Sitting.cohort_id == cohort.id)
    moved = (TurnMove.commune_id == commune) & TurnMove.undone_at.is_(None)
    chosen = (BranchChoice.commune_id == commune) & BranchChoice.undone_at.is_(None)
    asked = (
        select(func.max(Batch.number)).where(Batch.commune_id == commune),
        select(func.count()).select_from(Batch).where(waiting),
        select(func.count()).select_from(LearnerSession).where(here),
        select(func.count(LearnerSession.ended_at)).where(here),
        select(func.max(Device.reported_at)).where(Device.commune_id == commune),
        select(func.count()).select_from(TryCount).where(locked),
        select(func.count())
        .select_from(Enrolment)
        .where(enrolled, Enrolment.withdrawn_on.is_(None)),
        select(func.max(Sitting.opened_at)).where(sitting),
        select(func.max(Sitting.closed_at)).where(sitting),
        select(func.count()).select_from(TurnMove).where(moved),
        select(func.count()).select_from(BranchChoice).where(chosen),
    )
    return [one.scalar_subquery() for one in asked]
