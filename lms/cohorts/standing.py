"""What a device is told of itself: its name, the class it stands in, who is signed in on it."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from courses import queries as courses
from lms.cohorts import access, carry_queries, faces, queries
from lms.cohorts.models import ClassSession, Device, Enrolment, LearnerSession
from lms.core import clock
from lms.core.keys import Keys
from lms.ledger.rules import millis
from lms.people.models import Commune


def told(
    session: Session, keys: Keys, device: Device, generation: UUID | None, token: str | None
) -> dict[str, Any]:
    """The body of `GET /tablet`. `token` is the learner's cookie, if the browser has one."""
    commune = session.get_one(Commune, device.commune_id)
    meeting = _meeting(session, device)
    learner = _learner(session, keys, device, token)
    # A phone that is bound at home and joined a class is a phone of that class while its learner is in.
    kind = (
        "phone" if device.kind == "home" and learner and learner["how"] != "home" else device.kind
    )
    return {
        "device": {"id": device.id, "label": device.label, "kind": kind},
        "commune": {
            "name": commune.title,
            "code": commune.short_code,
            "is_sample": commune.is_sample,
        },
        "server_time": millis(clock.now()),
        "store_generation": generation,
        "class": _class(session, meeting) if meeting else None,
        "learner": learner,
        "pack": carry_queries.pack_for(session, device),
        "faces": _faces(session, device, meeting) if learner is None else None,
    }


def _meeting(session: Session, device: Device) -> ClassSession | None:
    key = device.class_session_id
    found = session.get(ClassSession, (device.commune_id, key)) if key else None
    is_open = found is not None and found.opened_at is not None and found.closed_at is None
    return found if is_open else None


def _class(session: Session, meeting: ClassSession) -> dict[str, Any]:
    cohort = queries.cohort(session, meeting.commune_id, meeting.cohort_id)
    sitting = queries.open_sitting(session, meeting.commune_id, cohort.id)
    return {
        "session": meeting.id,
        "cohort": cohort.id,
        "name": cohort.name,
        "number": meeting.number,
        "place": cohort.place,
        "content": courses.version(session, cohort.version_id).content_hash,
        "level": cohort.level,
        "sitting": sitting is not None,
    }


def _faces(
    session: Session, device: Device, meeting: ClassSession | None
) -> list[dict[str, Any]] | None:
    """Who may sit down here, so that a tablet that begins draws the class without asking twice."""
    if meeting is None or device.kind != "tablet":
        return None
    return faces.tiles(session, device.commune_id, meeting.cohort_id)


def _learner(
    session: Session, keys: Keys, device: Device, token: str | None
) -> dict[str, Any] | None:  # fmt: skip
    """Who is signed in on this very device; else the one whose phone at home it is."""
    who = access.learner_of(session, keys, token) if token else None
    if who is not None and who.session_id and who.extra["device"] == device.id:
        signed_in = session.get_one(LearnerSession, (device.commune_id, who.session_id))
        return _face(session, device, signed_in.enrolment_id, signed_in.how)
    if device.kind == "home" and device.enrolment_id:
        return _face(session, device, device.enrolment_id, "home")
    return None


def _face(session: Session, device: Device, enrolment_id: UUID, how: str) -> dict[str, Any]:
    row = session.get_one(Enrolment, (device.commune_id, enrolment_id))
    return faces.face_of(session, row) | {"enrolment": row.id, "how": how}
