"""Who learns here: device credentials, learner sessions, and which classes a trainer teaches."""

import secrets
from datetime import timedelta
from functools import cache
from uuid import UUID

from flask import Request
from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from lms.cohorts.models import (
    ClassSession,
    Cohort,
    CohortTrainer,
    Device,
    Enrolment,
    LearnerSession,
    SessionTrainer,
)
from lms.core import clock, cookies, web
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people.models import Commune
from lms.people.sessions import StaffScope

LEARNER_HOURS = 4

# Every call of a device asks these two: put together once, for that costs as much as asking.
_COMMUNE = select(Commune.id).where(Commune.short_code == bindparam("code"))
_DEVICE = select(Device).where(
    Device.commune_id == bindparam("commune"),
    Device.credential_digest == bindparam("digest"),
    Device.revoked_at.is_(None),
    or_(Device.expires_at.is_(None), Device.expires_at > bindparam("now")),
)


def commune_of_token(session: Session, token: str) -> UUID | None:
    """Tokens that arrive without a session begin with the commune's short code and a dot."""
    return session.scalar(_COMMUNE, {"code": token.partition(".")[0]})


def new_token(session: Session, commune_id: UUID) -> str:
    """A token of 256 random bits after the commune's short code."""
    code = session.scalars(select(Commune.short_code).where(Commune.id == commune_id)).one()
    return f"{code}.{secrets.token_urlsafe(32)}"


def device_of(session: Session, keys: Keys, credential: str) -> Device | None:
    """The enrolled, unrevoked device that holds this credential."""
    commune_id = commune_of_token(session, credential)
    if commune_id is None:
        return None
    digest = keys.digest("device", credential)
    return session.scalar(_DEVICE, {"commune": commune_id, "digest": digest, "now": clock.now()})


def start_learner(
    session: Session,
    keys: Keys,
    enrolment: Enrolment,
    device: Device,
    opened: ClassSession,
    how: str = "pin",
) -> str:
    """Sign a learner in on a device in an open class by pin or card; returns the cookie's token."""
    token = new_token(session, enrolment.commune_id)
    session.add(
        LearnerSession(
            commune_id=enrolment.commune_id,
            token_digest=keys.digest("learner-session", token),
            enrolment_id=enrolment.id,
            device_id=device.id,
            class_session_id=opened.id,
            how=how,
            expires_at=clock.now() + timedelta(hours=LEARNER_HOURS),
        )
    )
    session.flush()
    return token


def resolve_device(request: Request, session: Session) -> Actor | None:
    """A device that calls with its bearer credential, or names the one in its cookie.

    Scripts cannot read the cookie. `Authorization: Tablet` says that the call is the device's and not of
    the learner who may be signed in beside it; no other site can make a browser send that header.
    """
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "tablet"):
        return None
    kept = cookies.read(request, cookies.DEVICE) if scheme.lower() == "tablet" else sent.strip()
    device = device_of(session, web.keys(), kept) if kept else None
    return Actor(Role.DEVICE, device.commune_id, device.id, device.label) if device else None


def resolve_learner(request: Request, session: Session) -> Actor | None:
    """The learner signed in at this browser: the device stands and the class is still open."""
    token = cookies.read(request, cookies.LEARNER)
    return learner_of(session, web.keys(), token) if token else None


def learner_of(session: Session, keys: Keys, token: str) -> Actor | None:
    """The learner actor of a token, or None."""
    commune_id = commune_of_token(session, token)
    if commune_id is None:
        return None
    digest = keys.digest("learner-session", token)
    asked = {"commune": commune_id, "digest": digest, "now": clock.now()}
    row = session.execute(_learner_query(), asked).one_or_none()
    return _learner(row[0], row[1]) if row else None


@cache
def _learner_query() -> Select[LearnerSession, Enrolment]:
    return (
        select(LearnerSession, Enrolment)
        .join(Enrolment, _same(Enrolment, LearnerSession.enrolment_id))
        .join(Device, _same(Device, LearnerSession.device_id))
        .join(ClassSession, _same(ClassSession, LearnerSession.class_session_id))
        .where(
            LearnerSession.commune_id == bindparam("commune"),
            LearnerSession.token_digest == bindparam("digest"),
            LearnerSession.ended_at.is_(None),
            LearnerSession.expires_at > bindparam("now"),
            Device.revoked_at.is_(None),
            ClassSession.opened_at.is_not(None),
            ClassSession.closed_at.is_(None),
            Enrolment.withdrawn_on.is_(None),
        )
    )


def _same(table: type, column: object) -> ColumnElement[bool]:
    return (table.id == column) & (table.commune_id == LearnerSession.commune_id)  # type: ignore[attr-defined, no-any-return]  # Every commune table has both.


def _learner(signed_in: LearnerSession, enrolment: Enrolment) -> Actor:
    return Actor(
        Role.LEARNER,
        enrolment.commune_id,
        enrolment.id,
        cohort_ids=frozenset([enrolment.cohort_id]),
        person_id=enrolment.person_id,
        session_id=signed_in.id,
        extra={"class_session": signed_in.class_session_id, "device": signed_in.device_id},
    )


def add_taught_classes(session: Session, scope: StaffScope) -> None:
    """Listener: a trainer is bound to the classes it teaches, today's substitutions among them."""
    if scope.role is Role.TRAINER:
        scope.cohort_ids.update(
            session.scalars(
                select(CohortTrainer.cohort_id)
                .join(Cohort, (Cohort.id == CohortTrainer.cohort_id)
                      & (Cohort.commune_id == CohortTrainer.commune_id))
                .where(CohortTrainer.commune_id == scope.commune_id,
                       CohortTrainer.account_id == scope.account_id)
            )
        )  # fmt: skip
        scope.cohort_ids.update(session.scalars(_taught_for_others(scope)))


def _taught_for_others(scope: StaffScope) -> Select[UUID]:
    """Classes of meetings that a trainer teaches for others: on the planned day, and while one is open.

    A meeting that was left open lets its substitute in for one day more, to close it, and not for ever.
    """
    is_open = and_(
        ClassSession.opened_at.is_not(None),
        ClassSession.closed_at.is_(None),
        ClassSession.planned_on >= clock.today() - timedelta(days=1),
    )
    return (
        select(ClassSession.cohort_id)
        .join(SessionTrainer, (SessionTrainer.class_session_id == ClassSession.id)
              & (SessionTrainer.commune_id == ClassSession.commune_id))
        .join(Cohort, (Cohort.id == ClassSession.cohort_id)
              & (Cohort.commune_id == ClassSession.commune_id))
        .where(
            SessionTrainer.commune_id == scope.commune_id,
            SessionTrainer.account_id == scope.account_id,
            SessionTrainer.ended_at.is_(None),
            ClassSession.cancelled_at.is_(None),
            Cohort.cancelled_at.is_(None),
            or_(ClassSession.planned_on == clock.today(), is_open),
        )
    )  # fmt: skip


def end_on_device(session: Session, commune_id: UUID, device_id: UUID) -> None:
    """End whoever is signed in on a device: one person at a time sits at a tablet."""
    _end(session, commune_id, LearnerSession.device_id == device_id)


def end_of_learner(session: Session, commune_id: UUID, enrolment_id: UUID) -> None:
    """Sign a learner out wherever he or she is: with a new PIN or card the old one is worth nothing."""
    _end(session, commune_id, LearnerSession.enrolment_id == enrolment_id)


def _end(session: Session, commune_id: UUID, which: ColumnElement[bool]) -> None:
    session.execute(
        update(LearnerSession)
        .where(LearnerSession.commune_id == commune_id, which, LearnerSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end_learner(session: Session, keys: Keys, token: str) -> None:
    """End the learner session of a cookie; an unknown or ended one is fine."""
    who = learner_of(session, keys, token)
    if who is not None and who.session_id is not None:
        session.get_one(LearnerSession, (who.commune, who.session_id)).ended_at = clock.now()
