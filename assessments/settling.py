"""What the certifying attempts and observations of a person amount to, over all of them at once.

Whether a try was allowed and which proofs are reached depends on other attempts that may arrive later,
so both are settled anew whenever one of them changes: the same set gives the same rows in any order.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import rules
from assessments.models import Attainment, Attempt, TaskObservation
from assessments.rules.sequence import Try, refusals
from courses import queries as courses_queries
from lms.cohorts import turns
from lms.cohorts.carried_rules import day_end
from lms.cohorts.models import Cohort, Enrolment, Sitting
from lms.core.ids import derived
from lms.core.signals import send


@dataclass(frozen=True)
class AttainmentReached:
    """A signal: a person reached a proof. Sent in the transaction that writes the row."""

    commune_id: UUID
    attainment_id: UUID
    person_id: UUID
    enrolment_id: UUID | None
    programme_code: str
    version_id: UUID
    level: str
    proof: str
    occurred_on: date


@dataclass(frozen=True)
class AttainmentWithdrawn:
    """A signal: what arrived late shows that the proof was never reached (a try that was not allowed)."""

    commune_id: UUID
    attainment_id: UUID
    person_id: UUID


def natural_state(attempt: Attempt) -> str:
    """The state that the attempt's own events give it, before tries and waiting are judged."""
    if attempt.submitted_at is None:
        return "open"
    return "final" if attempt.trail["complete"] else "provisional"


def settle(session: Session, commune_id: UUID, person_id: UUID, programme: str) -> None:
    """Judge the person's tries of this programme, then write the proofs that are reached.

    Those at whose pictures the person sat are settled with it: what counts of it counts for them no more.
    """
    lock(session, commune_id, person_id)
    _settle_one(session, commune_id, person_id, programme)
    for other in _pictures_borrowed(session, commune_id, person_id):
        _settle_one(session, commune_id, other, programme)


def _settle_one(session: Session, commune_id: UUID, person_id: UUID, programme: str) -> None:
    attempts = certifying_attempts(session, commune_id, person_id, programme)
    lost = used_up(session, commune_id, person_id, programme)
    for level in sorted({attempt.level for attempt in attempts}):
        own = [attempt for attempt in attempts if attempt.level == level]
        _judge(session, own, [one for attempt, one in lost if attempt.level == level])
    _write_proofs(session, commune_id, person_id, programme, attempts)


def _pictures_borrowed(session: Session, commune_id: UUID, person_id: UUID) -> list[UUID]:
    """The people whose turns were given to this person."""
    standing = turns.moves(session, commune_id)
    if not standing:
        return []
    mine = _enrolments(session, commune_id, person_id)
    lent = {turn.learner_id for turn, learner in standing.items() if learner in mine}
    owners = session.scalars(
        select(Enrolment.person_id).where(
            Enrolment.commune_id == commune_id, Enrolment.id.in_(lent)
        )
    )
    return sorted(set(owners) - {person_id}, key=str)


def _enrolments(session: Session, commune_id: UUID, person_id: UUID) -> set[UUID]:
    query = select(Enrolment.id).where(
        Enrolment.commune_id == commune_id, Enrolment.person_id == person_id
    )
    return set(session.scalars(query))


def used_up(
    session: Session, commune_id: UUID, person_id: UUID, programme: str
) -> list[tuple[Attempt, Try]]:
    """Tries under this person's picture that were given to somebody who was not allowed that try.

    They count for nobody, so they stay used up here, as failed: giving a turn away must not win anybody
    one try more. Only what the others really tried is asked, never what was lost to them the same way.
    """
    standing = turns.moves(session, commune_id)
    if not standing:
        return []
    mine = _enrolments(session, commune_id, person_id)
    takers = {learner for turn, learner in standing.items() if turn.learner_id in mine}
    found = []
    for taker in _people(session, commune_id, takers) - {person_id}:
        attempts = certifying_attempts(session, commune_id, taker, programme)
        out = {
            key
            for level in {a.level for a in attempts}
            for key in _refused(session, attempts, level)
        }
        moved = (a for a in attempts if str(a.id) in out and _bore(a, mine))
        found += [(attempt, replace(_try(session, attempt), **_FAILED)) for attempt in moved]
    return found


_FAILED: dict[str, Any] = {"passed": False, "passed_as_given": False}


def _people(session: Session, commune_id: UUID, enrolments: Collection[UUID]) -> set[UUID]:
    query = select(Enrolment.person_id).where(
        Enrolment.commune_id == commune_id, Enrolment.id.in_(enrolments)
    )
    return set(session.scalars(query))


def _refused(session: Session, attempts: Sequence[Attempt], level: str) -> Iterable[str]:
    return refusals(tries(session, [a for a in attempts if a.level == level]))


def _bore(attempt: Attempt, pictures: Collection[UUID]) -> bool:
    """Whether the tablet took the learner of this attempt for one of these."""
    told = attempt.trail.get("told")
    return told is not None and UUID(str(told)) in pictures


def lock(session: Session, commune_id: UUID, person_id: UUID) -> None:
    """Two attempts of one person are settled one after the other (SQLite has one writer anyway).

    Those at whose pictures the person sat are held in the same statement: two who changed places are
    settled with each other, and taken one by one each would wait for the other.
    """
    people = {person_id, *_pictures_borrowed(session, commune_id, person_id)}
    query = select(Enrolment.id).where(
        Enrolment.commune_id == commune_id, Enrolment.person_id.in_(people)
    )
    session.execute(query.order_by(Enrolment.id).with_for_update())
    if session.get_bind().dialect.name == "postgresql":
        # A trainer may have decided on a turn while this transaction waited.
        turns.decided(session)


def certifying_attempts(
    session: Session, commune_id: UUID, person_id: UUID, programme: str
) -> Sequence[Attempt]:
    """The certifying attempts of a person in all classes of a programme, the earliest first."""
    return session.scalars(
        select(Attempt)
        .join(Enrolment, (Enrolment.commune_id == Attempt.commune_id)
              & (Enrolment.id == Attempt.enrolment_id))
        .join(Cohort, (Cohort.commune_id == Enrolment.commune_id)
              & (Cohort.id == Enrolment.cohort_id))
        .where(
            Attempt.commune_id == commune_id,
            Enrolment.person_id == person_id,
            Cohort.programme_code == programme,
            Attempt.purpose == "certifying",
        )
        .order_by(Attempt.started_at, Attempt.id)
    ).all()  # fmt: skip


def tries(session: Session, attempts: Iterable[Attempt]) -> list[Try]:
    """The attempts as the rules of trying see them."""
    return [_try(session, attempt) for attempt in attempts]


def _try(session: Session, attempt: Attempt) -> Try:
    named = attempt.trail["sitting"]
    sitting = _sitting(session, attempt.commune_id, UUID(str(named))) if named else None
    # A claimed test that nobody handed in ended with its day.
    claimed = day_end(attempt.started_at) if attempt.trail.get("claimed") else None
    return Try(
        id=str(attempt.id),
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        passed=bool(attempt.trail["passes"]),
        passed_as_given=bool(attempt.trail.get("passes_as_given", attempt.trail["passes"])),
        supervised=attempt.sitting_id is not None,
        lapses_at=sitting.closed_at if sitting else claimed,
        rule=courses_queries.version(session, attempt.version_id).pass_rule(attempt.level),
    )


def _sitting(session: Session, commune_id: UUID, key: UUID) -> Sitting | None:
    # Read anew: a trainer may have changed it while this transaction waited for the lock.
    return session.get(Sitting, {"commune_id": commune_id, "id": key}, populate_existing=True)


def _judge(session: Session, attempts: Sequence[Attempt], lost: Sequence[Try]) -> None:
    refused = refusals([*tries(session, attempts), *lost])
    for attempt in attempts:
        attempt.refusal = refused.get(str(attempt.id))
        attempt.state = "refused" if attempt.refusal else natural_state(attempt)
        final = attempt.state == "final"
        attempt.passed = bool(attempt.trail["passes"]) if final else None
    session.flush()


def _write_proofs(
    session: Session, commune_id: UUID, person_id: UUID, programme: str, attempts: Sequence[Attempt]
) -> None:
    held = {row.id: row for row in _attainments(session, commune_id, person_id, programme)}
    observed = _observations(session, commune_id, person_id, programme)
    reached: dict[UUID, Attainment] = {}
    for version_id, level in sorted({(a.version_id, a.level) for a in attempts}):
        own = [a for a in attempts if (a.version_id, a.level) == (version_id, level)]
        evidence = _Evidence(session, commune_id, person_id, programme, own, observed)
        reached |= evidence.rows(held)
    for key in held.keys() - reached.keys():
        session.delete(held[key])
        send(session, AttainmentWithdrawn(commune_id, key, person_id))
    session.add_all(reached.values())
    session.flush()
    for key in sorted(reached.keys() - held.keys()):
        send(session, _signal(reached[key]))


def _attainments(
    session: Session, commune_id: UUID, person_id: UUID, programme: str
) -> Sequence[Attainment]:
    return session.scalars(
        select(Attainment).where(
            Attainment.commune_id == commune_id,
            Attainment.person_id == person_id,
            Attainment.programme_code == programme,
        )
    ).all()


def _observations(
    session: Session, commune_id: UUID, person_id: UUID, programme: str
) -> Sequence[TaskObservation]:
    return session.scalars(
        select(TaskObservation)
        .join(Enrolment, (Enrolment.commune_id == TaskObservation.commune_id)
              & (Enrolment.id == TaskObservation.enrolment_id))
        .join(Cohort, (Cohort.commune_id == Enrolment.commune_id)
              & (Cohort.id == Enrolment.cohort_id))
        .where(
            TaskObservation.commune_id == commune_id,
            Enrolment.person_id == person_id,
            Cohort.programme_code == programme,
        )
    ).all()  # fmt: skip


@dataclass(frozen=True)
class _Evidence:
    """The certifying attempts of one version and level, and the observations beside them."""

    session: Session
    commune_id: UUID
    person_id: UUID
    programme: str
    attempts: Sequence[Attempt]
    observed: Sequence[TaskObservation]

    def rows(self, held: dict[UUID, Attainment]) -> dict[UUID, Attainment]:
        """The attainments reached, by id; a held row is brought up to its evidence."""
        first = self.attempts[0]
        rule = courses_queries.version(self.session, first.version_id).pass_rule(first.level)
        found = {}
        for reached in rules.attainments([*self._tests(), *self._tasks()], rule):
            key = derived(
                "attainment", self.person_id, self.programme, first.version_id, reached.level,
                reached.proof,
            )  # fmt: skip
            found[key] = self._fill(held.get(key) or self._new(key, reached), reached)
        return found

    def _tests(self) -> Iterable[rules.TestEvidence]:
        for attempt in self.attempts:
            if attempt.state == "final" and attempt.submitted_at is not None:
                yield rules.TestEvidence(
                    str(attempt.id),
                    attempt.submitted_at,
                    bool(attempt.passed),
                    str(attempt.sitting_id) if attempt.sitting_id else None,
                    self._allowed(attempt),
                )

    def _allowed(self, attempt: Attempt) -> tuple[str, ...]:
        if attempt.sitting_id is None:
            return ()
        sitting = _sitting(self.session, self.commune_id, attempt.sitting_id)
        return tuple(sitting.accommodations.get(str(attempt.enrolment_id), ())) if sitting else ()

    def _tasks(self) -> Iterable[rules.TaskEvidence]:
        for one in self.observed:
            told = (str(one.id), one.task, one.occurred_at, one.result)
            yield rules.TaskEvidence(*told, confirmed=not one.claimed)

    def _new(self, key: UUID, reached: rules.Reached) -> Attainment:
        return Attainment(
            commune_id=self.commune_id,
            id=key,
            person_id=self.person_id,
            programme_code=self.programme,
            version_id=self.attempts[0].version_id,
            level=reached.level,
            proof=reached.proof,
        )

    def _fill(self, row: Attainment, reached: rules.Reached) -> Attainment:
        """The day and the evidence: evidence that arrives late but is earlier makes the day earlier."""
        tests = [a for a in self.attempts if str(a.id) in reached.evidence]
        tasks = [str(o.id) for o in self.observed if str(o.id) in reached.evidence]
        row.occurred_on = reached.occurred_on
        row.enrolment_id = tests[0].enrolment_id
        row.sitting_id = tests[0].sitting_id
        row.evidence = {"attempts": [str(a.id) for a in tests], "observations": sorted(tasks)}
        return row


def _signal(row: Attainment) -> AttainmentReached:
    return AttainmentReached(
        commune_id=row.commune_id,
        attainment_id=row.id,
        person_id=row.person_id,
        enrolment_id=row.enrolment_id,
        programme_code=row.programme_code,
        version_id=row.version_id,
        level=row.level,
        proof=row.proof,
        occurred_on=row.occurred_on,
    )
