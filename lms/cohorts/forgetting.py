"""What classes keep of a person who is erased: signs to sign in, phones, packs that name them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.cohorts import limits
from lms.cohorts.access import end_of_learner
from lms.cohorts.carried_models import ClassPack, HomeCode
from lms.cohorts.hall_models import Allowance, TurnMove
from lms.cohorts.models import Device, Enrolment
from lms.core import clock
from lms.core.signals import listen as on
from lms.people.events import PersonErased

Ids = Collection[UUID]


def listen() -> None:
    """Erase our part with the person; calling it again changes nothing."""
    on(PersonErased, erase)


def erase(session: Session, signal: PersonErased) -> None:
    """End what the learner could come in with. The enrolment stays: its id is the pseudonym of events."""
    rows = session.scalars(
        select(Enrolment)
        .where(
            Enrolment.commune_id == signal.commune_id, Enrolment.person_id.in_(signal.person_ids)
        )
        .order_by(Enrolment.id)
        .with_for_update()
    ).all()
    for row in rows:
        _end(session, row)
    session.flush()
    ids = [row.id for row in rows]
    packs = _withdraw_packs(session, signal.commune_id, {row.cohort_id for row in rows})
    phones = _end_phones(session, signal.commune_id, ids)
    _forget_words(session, signal.commune_id, ids)
    signal.told.extend([("signs", len(ids)), ("packs", packs), ("phones", phones)])


def _end(session: Session, row: Enrolment) -> None:
    """No PIN and no card matches an empty digest."""
    row.pin_hmac = row.pin_sealed = ""
    row.card_digest = row.card_sealed = row.withdraw_reason = None
    row.withdrawn_on = row.withdrawn_on or clock.today()
    end_of_learner(session, row.commune_id, row.id)
    limits.unlock(session, row.commune_id, row.id)


def _withdraw_packs(session: Session, commune_id: UUID, cohorts: Ids) -> int:
    """Packs hold the given names of the class: every one of these classes is emptied."""
    statement = (
        update(ClassPack)
        .where(
            ClassPack.commune_id == commune_id,
            ClassPack.cohort_id.in_(cohorts),
            ClassPack.body.is_not(None),
        )
        .values(body=None, withdrawn_at=clock.now())
    )
    return len(session.execute(statement.returning(ClassPack.id)).all())


def _end_phones(session: Session, commune_id: UUID, ids: Ids) -> int:
    """Own phones are closed; their rows stay, for the events name them."""
    session.execute(
        delete(HomeCode).where(HomeCode.commune_id == commune_id, HomeCode.enrolment_id.in_(ids))
    )
    statement = (
        update(Device)
        .where(Device.commune_id == commune_id, Device.enrolment_id.in_(ids))
        .values(credential_digest=None, report=None, reported_at=None, revoked_at=clock.now())
    )
    return len(session.execute(statement.returning(Device.id)).all())


def _forget_words(session: Session, commune_id: UUID, ids: Ids) -> None:
    """What hints at a disability, and why a turn was another one's."""
    session.execute(
        delete(Allowance).where(Allowance.commune_id == commune_id, Allowance.enrolment_id.in_(ids))
    )
    session.execute(
        update(TurnMove)
        .where(
            TurnMove.commune_id == commune_id,
            TurnMove.from_id.in_(ids) | TurnMove.to_id.in_(ids),
        )
        .values(reason="")
    )
