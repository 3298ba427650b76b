"""A learner leaves a class, comes back, or goes on in another one. Proofs belong to the person and stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import actions, queries
from lms.cohorts.actions import refuse_stopped
from lms.cohorts.managing import manage, read_reason
from lms.cohorts.models import Cohort, Enrolment
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.people.models import Person


def leave(session: Session, who: Actor, enrolment_id: UUID, reason: str) -> Enrolment:
    """A learner stops, for a reason that is kept. Twice is once: the first reason stands."""
    row = _learner(session, who, enrolment_id)
    return actions.withdraw(session, who, row.id, clock.today(), read_reason(reason))


def take_back(session: Session, who: Actor, enrolment_id: UUID) -> Enrolment:
    """A learner who left is in the class again, with the picture, card and PIN of before. Twice is once.

    Whoever had been moved to another class stays in it, too, until withdrawn there: nothing of it is
    undone behind the back of its trainer.
    """
    row = _learner(session, who, enrolment_id)
    if row.withdrawn_on is not None:
        refuse_stopped(queries.cohort(session, who.commune, row.cohort_id))
        row.withdrawn_on, row.withdraw_reason, row.moved_to = None, None, None
        session.flush()
        audit.record(session, who, "take_back", "enrolment", row.id)
    return row


def move(session: Session, who: Actor, keys: Keys, enrolment_id: UUID, to: UUID) -> Enrolment:
    """A learner goes on in another class: enrolled there with a new picture and PIN, withdrawn here.

    The actor decides on the class that is left and works in the other. Twice is once; the new enrolment
    is returned.
    """
    row = _learner(session, who, enrolment_id)
    if to == row.cohort_id:
        words = _("Học viên đang ở lớp này rồi. Hãy chọn một lớp khác.")
        raise Invalid(words, fields={"cohort_id": [words]})
    target = actions.teach(session, who, to)
    if row.withdrawn_on is not None:
        return _moved_before(session, row, target)
    refuse_stopped(target)
    new = actions.enrol(session, who, keys, target.id, row.person_id)
    actions.withdraw(session, who, row.id, clock.today(), _("Chuyển lớp"))
    row.moved_to = new.id
    session.flush()
    audit.record(session, who, "move", "enrolment", row.id, to=new.id)
    return new


def _moved_before(session: Session, row: Enrolment, target: Cohort) -> Enrolment:
    """Where a learner who left went; Conflict when it was not this class."""
    there = session.get(Enrolment, (row.commune_id, row.moved_to)) if row.moved_to else None
    if there is None or there.cohort_id != target.id:
        raise Conflict(_("Học viên đã thôi học lớp này. Hãy cho học lại rồi mới chuyển lớp."))
    return there


def _learner(session: Session, who: Actor, enrolment_id: UUID) -> Enrolment:
    row = queries.enrolment(session, who.commune, enrolment_id)
    manage(session, who, row.cohort_id)
    session.refresh(row)
    return row


@dataclass(frozen=True)
class Gone:
    """Somebody who left a class."""

    enrolment: Enrolment
    name: str
    on: date
    reason: str
    went_to: str
    """Name of the class in which the learner went on; empty for none."""


def gone(session: Session, cohort: Cohort) -> list[Gone]:
    """Who left a class, the last first, in two statements."""
    rows = session.execute(
        select(Enrolment, Person.full_name)
        .join(Person, (Person.commune_id == Enrolment.commune_id) & (Person.id == Enrolment.person_id))
        .where(
            Enrolment.commune_id == cohort.commune_id, Enrolment.cohort_id == cohort.id,
            Enrolment.withdrawn_on.is_not(None),
        )
        .order_by(Enrolment.withdrawn_on.desc(), Person.sort_key)
    ).all()  # fmt: skip
    names = _class_names(session, cohort.commune_id, [row[0].moved_to for row in rows])
    return [
        Gone(
            one, name, one.withdrawn_on or one.enrolled_on, one.withdraw_reason or "",
            names.get(one.moved_to, "") if one.moved_to else "",
        )
        for one, name in rows
    ]  # fmt: skip


def _class_names(
    session: Session, commune_id: UUID, enrolments: Sequence[UUID | None]
) -> dict[UUID, str]:
    rows = session.execute(
        select(Enrolment.id, Cohort.name)
        .join(Cohort, (Cohort.commune_id == Enrolment.commune_id) & (Cohort.id == Enrolment.cohort_id))
        .where(Enrolment.commune_id == commune_id, Enrolment.id.in_([one for one in enrolments if one]))
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def classes_to_go_to(session: Session, who: Actor, row: Enrolment) -> list[Cohort]:
    """The actor's classes in which a learner may go on: not over; those of the same programme come first."""
    here = queries.cohort(session, row.commune_id, row.cohort_id)
    going_on = [
        card.cohort
        for card in queries.classes_of(session, who)
        if card.state not in ("ended", "cancelled") and card.cohort.id != here.id
    ]
    return sorted(going_on, key=lambda one: one.programme_code != here.programme_code)
