"""What a trainer sees of a class: the people, who is here, how far they are, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments import results
from assessments.moments import moment_words, moments_of
from assessments.results import Result, SittingCount
from certificates import queries as certificates_queries
from courses import queries as courses_queries
from courses.rules import ObservedTask, ProgrammeVersion
from lms.cohorts import allowances, managing
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import Attendance, ClassSession, Cohort, Sitting
from lms.cohorts.queries import ClassCard, RosterRow
from lms.core import clock
from lms.core.guard import Actor, require_cohort
from lms.core.i18n import _
from lms.core.text import fold
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Commune, Person, Unit

ALLOWANCES = {
    "read_aloud": "đọc to câu hỏi",
    "oral": "trả lời miệng",
    "helper": "có người bấm hộ",
    "large_type": "chữ lớn",
}


@dataclass(frozen=True)
class Row:
    """One learner on the board. `certificate`: held, eligible, revoked or lacking."""

    person: RosterRow
    result: Result
    certificate: str
    birth_year: int | None
    is_shaken: bool = False
    """A certificate is held, and the results that stand now would not bring it any more."""

    @property
    def is_here(self) -> bool:
        """At a tablet now, or marked present."""
        return self.person.signed_in_on is not None or self.person.attendance == "present"

    @property
    def needs_somebody(self) -> bool:
        """Called for help, or is locked out: the trainer looks here first."""
        return self.person.calls_help or self.person.locked


@dataclass(frozen=True)
class Board:
    """A class on one page."""

    cohort: Cohort
    version: ProgrammeVersion
    unit: str
    trainers: Sequence[Account]
    meetings: Sequence[ClassSession]
    open: ClassSession | None
    sitting: Sitting | None
    tests: SittingCount | None
    """How far the open sitting is."""
    rows: Sequence[Row]
    present: dict[UUID, int]
    """Class session → how many were there."""

    @property
    def tasks(self) -> tuple[ObservedTask, ...]:
        """The tasks that the class's level asks for, and those looked at before and after the course."""
        level = self.cohort.level
        plans = (plan for plan in self.version.blueprints if plan.level == level)
        asked = (
            *self.version.pass_rule(level).required_tasks,
            *(t for p in plans for t in p.tasks),
        )
        return tuple(self.version.task(task) for task in dict.fromkeys(asked))

    def moments(self, task: str) -> list[tuple[str, str]]:
        """(code, word) of the moments at which the trainer may look at a task."""
        words = moment_words()
        return [(m, words[m]) for m in moments_of(self.version, self.cohort.level, task)]

    @property
    def allowances(self) -> list[tuple[str, str]]:
        """(code, word) of the accommodations that the pass rule of this level allows."""
        rule = self.version.pass_rule(self.cohort.level)
        return [(code, _(ALLOWANCES[code])) for code in rule.accommodations]

    @property
    def today(self) -> ClassSession | None:
        """The meeting planned for today that has not been opened."""
        waiting = (m for m in self.meetings if m.opened_at is None and m.cancelled_at is None)
        return next((m for m in waiting if m.planned_on == clock.today()), None)

    @property
    def latest(self) -> ClassSession | None:
        """The open meeting, else the last one that was held."""
        held = [m for m in self.meetings if m.opened_at is not None]
        return self.open or (held[-1] if held else None)

    @property
    def state(self) -> str:
        """open, running, planned, ended or cancelled."""
        return managing.state_of(self.cohort, self.meetings, clock.today())

    @property
    def is_over(self) -> bool:
        """Nothing more begins in it."""
        return self.state in ("ended", "cancelled")

    @property
    def here(self) -> int:
        """How many learners are here now."""
        return sum(row.is_here for row in self.rows)


def board(
    session: Session, who: Actor, cohort_id: UUID, meeting_id: UUID | None = None, *,
    papers: bool = True,
) -> Board:  # fmt: skip
    """A class the actor may work in; `meeting_id` names the meeting whose attendance is shown.

    `papers`: also who holds a certificate; without it everybody lacks one.
    """
    cohort = cohorts_queries.cohort(session, who.commune, cohort_id)
    require_cohort(who, cohort.id)
    meetings = cohorts_queries.sessions_of(session, who.commune, [cohort.id])
    opened = next((m for m in meetings if m.opened_at and not m.closed_at), None)
    sitting = cohorts_queries.open_sitting(session, who.commune, cohort.id)
    unit = session.get_one(Unit, (who.commune, cohort.unit_id))
    return Board(
        cohort=cohort,
        version=courses_queries.version(session, cohort.version_id),
        unit=unit.name,
        trainers=cohorts_queries.trainers_of(session, who.commune, cohort.id),
        meetings=meetings,
        open=opened,
        sitting=sitting,
        tests=results.count_sitting(session, who.commune, sitting.id) if sitting else None,
        rows=_rows(session, who, cohort, meeting_id or (opened.id if opened else None), papers),
        present=_present(session, who.commune, meetings),
    )


def _rows(
    session: Session, who: Actor, cohort: Cohort, meeting: UUID | None, papers: bool
) -> list[Row]:
    roster = cohorts_queries.roster(session, who.commune, cohort.id, meeting)
    found = results.of_enrolments(session, cohort, [one.enrolment for one in roster])
    view = certificates_queries.class_view(session, who, cohort.id).candidates if papers else ()
    held = {one.enrolment_id: one for one in view}
    years = _birth_years(session, who.commune, [one.enrolment.person_id for one in roster])
    return [
        Row(
            person=one,
            result=found[one.enrolment.id],
            certificate=held[one.enrolment.id].state if one.enrolment.id in held else "lacking",
            birth_year=years.get(one.enrolment.person_id),
            is_shaken=one.enrolment.id in held and _is_shaken(held[one.enrolment.id]),
        )
        for one in roster
    ]


def _is_shaken(one: certificates_queries.Candidate) -> bool:
    return one.state == "held" and not one.verdict.eligible


def _birth_years(session: Session, commune_id: UUID, ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        select(Person.id, Person.birth_year).where(
            Person.commune_id == commune_id, Person.id.in_(ids)
        )
    )
    return {row[0]: row[1] for row in rows if row[1]}


def _present(
    session: Session, commune_id: UUID, meetings: Sequence[ClassSession]
) -> dict[UUID, int]:
    rows = session.execute(
        select(Attendance.class_session_id, func.count())
        .where(
            Attendance.commune_id == commune_id,
            Attendance.class_session_id.in_([meeting.id for meeting in meetings]),
            Attendance.state == "present",
        )
        .group_by(Attendance.class_session_id)
    )
    return {row[0]: row[1] for row in rows}


def taught_today(cards: Sequence[ClassCard]) -> ClassCard | None:
    """The class to open with one tap: the open one, else the next to meet, else the newest."""
    running = [card for card in cards if card.state not in ("ended", "cancelled")]
    opened = (card for card in running if card.open_session)
    planned = sorted((c for c in running if c.next_on), key=lambda c: str(c.next_on))
    return next(opened, None) or next(iter(planned), None) or next(iter(running), None)


@dataclass(frozen=True)
class Wanted:
    """The filters of the list of classes; empty means all."""

    text: str = ""
    unit: str = ""
    programme: str = ""
    state: str = ""


def state_of(card: ClassCard) -> str:
    """See `lms.cohorts.timetable_rules.state_of`."""
    return card.state


def matching(cards: Sequence[ClassCard], wanted: Wanted) -> list[ClassCard]:
    """The classes that the filters leave."""
    words = fold(wanted.text).split()
    return [
        card
        for card in cards
        if all(word in fold(f"{card.cohort.name} {card.cohort.code} {card.cohort.place}")
               for word in words)
        and wanted.unit in ("", str(card.cohort.unit_id))
        and wanted.programme in ("", card.cohort.programme_code)
        and wanted.state in ("", state_of(card))
    ]  # fmt: skip


def trainers(session: Session, commune_id: UUID) -> Sequence[Account]:
    """Who may teach in the commune, by name."""
    return session.scalars(
        select(Account)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.commune_id == commune_id,
            RoleGrant.role == "trainer",
            RoleGrant.revoked_at.is_(None),
            Account.disabled_at.is_(None),
        )
        .distinct()
        .order_by(Account.display_name)
    ).all()


def only_commune(session: Session) -> Commune | None:
    """The commune of an installation that serves one; None where there are several or none."""
    found = session.scalars(select(Commune).limit(2)).all()
    return found[0] if len(found) == 1 else None


def free_code(session: Session, commune_id: UUID) -> str:
    """A class code that nobody uses yet: 'L01', 'L02' …"""
    taken = set(session.scalars(select(Cohort.code).where(Cohort.commune_id == commune_id)))
    numbers = (f"L{n:02d}" for n in range(1, len(taken) + 2))
    return next(code for code in numbers if code not in taken)


def allowances_of(session: Session, shown: Board) -> dict[str, list[str]]:
    """Enrolment id as text → what is allowed: in the open sitting, else in the next one."""
    if shown.sitting is not None:
        return shown.sitting.accommodations
    return allowances.of_class(session, shown.cohort.commune_id, shown.cohort.id)
