"""How a device comes into a class, learners in and out on it, and a learner's own phone joins.

Secrets are checked in a session that only reads, before the request's write transaction begins; what is
refused carries its misses (see `lms.cohorts.sign_in`).
"""

from typing import Any
from uuid import UUID

from flask import Response, after_this_request, request
from sqlalchemy.orm import Session

from lms.cohorts import access, faces, home_codes, joining, queries, scanning, sign_in, standing
from lms.cohorts.joining import Joined
from lms.cohorts.models import Device
from lms.cohorts.schemas import (
    CardOut,
    ClassCodeIn,
    HomeIn,
    LearnerSessionIn,
    LearnerSessionOut,
    PhoneIn,
    PhotoIn,
    RosterOut,
    TabletOut,
)
from lms.cohorts.signed_in import DEVICE_SECONDS, end_staff, sit_down
from lms.core import cookies, web
from lms.core.api import ApiBlueprint
from lms.core.guard import actor
from lms.core.policy import PUBLIC, Reach, Role, allow
from lms.ledger import generation

blueprint = ApiBlueprint("tablet", __name__, description="Máy học: vào lớp, đăng nhập, ra.")


def _device(session: Session) -> Device:
    return queries.device(session, actor().commune, actor().key)


def _told(session: Session, device: Device, token: str | None) -> dict[str, Any]:
    known = generation.told(web.database())
    return standing.told(session, web.keys(), device, known, token)


@blueprint.get("/tablet")
@blueprint.response(200, TabletOut)
@allow(device=Reach.OWN)
def get_tablet() -> dict[str, Any]:
    """What the calling device is: its class, and who is signed in on it."""
    session = web.session()
    device = _device(session)
    if device.kind == "tablet":
        after_this_request(_kept)
    return _told(session, device, cookies.read(request, cookies.LEARNER))


def _kept(answer: Response) -> Response:
    """Browsers forget a cookie after four hundred days: each visit begins them anew."""
    credential = cookies.read(request, cookies.DEVICE)
    if credential and answer.status_code == 200:
        cookies.put(answer, cookies.DEVICE, credential, DEVICE_SECONDS)
    return answer


@blueprint.put("/tablet/class")
@blueprint.arguments(ClassCodeIn)
@blueprint.response(200, TabletOut)
@allow(device=Reach.OWN)
def enter_class(asked: dict[str, str]) -> dict[str, Any]:
    """The tablet stands in the class of this code from now on."""
    with web.database().read() as session:
        device = _device(session)
        sign_in.require_tablet(device)
        meeting = sign_in.find_class(session, device, asked["code"])
    sign_in.stand_in_class(web.session(), device, meeting)
    return _told(web.session(), _device(web.session()), cookies.read(request, cookies.LEARNER))


@blueprint.delete("/tablet/class")
@blueprint.response(204)
@allow(device=Reach.OWN)
def leave_class() -> None:
    """The tablet stands in no class, and nobody is signed in on it."""
    session = web.session()
    device = _device(session)
    sign_in.require_tablet(device)
    sign_in.stand_in_class(session, device, None)
    access.end_on_device(session, device.commune_id, device.id)
    after_this_request(_without_learner)


@blueprint.get("/tablet/roster")
@blueprint.response(200, RosterOut)
@allow(device=Reach.OWN)
def get_roster() -> dict[str, Any]:
    """The pictures and given names of the class that the tablet stands in."""
    session = web.session()
    device = _device(session)
    sign_in.require_tablet(device)
    meeting = sign_in.class_of(session, device)
    return {"faces": faces.tiles(session, device.commune_id, meeting.cohort_id)}


@blueprint.post("/learner-sessions")
@blueprint.arguments(LearnerSessionIn)
@blueprint.response(201, LearnerSessionOut)
@allow(device=Reach.OWN)
def sign_in_learner(asked: dict[str, Any]) -> dict[str, Any]:
    """A learner signs in on the calling device; the same limits hold as on the pages."""
    with web.database().read() as session:
        device = _device(session)
        meeting, learner = sign_in.proven(
            session, web.keys(), device, class_code=asked["class_code"],
            learner_id=asked["enrolment_id"], pin=asked["pin"], card=asked["card"],
        )  # fmt: skip
        face = faces.face_of(session, learner)
    how = "pin" if asked["card"] is None else "card"
    token = sign_in.enter(web.session(), web.keys(), device, meeting, learner, how)
    _sit_down(token)
    return face | {"enrolment_id": learner.id, "class_session_id": meeting.id}


@blueprint.delete("/learner-sessions")
@blueprint.response(204)
@allow(device=Reach.OWN)
def sign_out_learner() -> None:
    """End whoever is signed in on the calling device."""
    access.end_on_device(web.session(), actor().commune, actor().key)
    after_this_request(_without_learner)


@blueprint.post("/phones")
@blueprint.arguments(PhoneIn)
@blueprint.response(201, TabletOut)
@allow(PUBLIC)
def join_by_phone(asked: dict[str, str]) -> dict[str, Any]:
    """A learner's own phone joins an open class with its code and the card, for that meeting only."""
    with web.database().read() as session:
        meeting, learner = joining.proven(
            session, web.keys(), asked["class_code"], asked["card"], _address()
        )
    held = cookies.read(request, cookies.DEVICE)
    joined = joining.join(web.session(), web.keys(), meeting, learner, held)
    return _let_in(joined)


@blueprint.post("/homes")
@blueprint.arguments(HomeIn)
@blueprint.response(201, TabletOut)
@allow(PUBLIC)
def bind_home(asked: dict[str, Any]) -> dict[str, Any]:
    """A one-time code binds the calling phone to its learner for 90 days, for practice only."""
    held = cookies.read(request, cookies.DEVICE)
    with web.database().read() as session:
        device_id = asked["device_id"] or _held_id(session, held)
        code = home_codes.proven(session, web.keys(), asked["code"], _address(), device_id)
    key = (code.commune_id, code.id)
    joined = home_codes.bind(web.session(), web.keys(), key, held, device_id)
    return _let_in(joined)


def _held_id(session: Session, credential: str | None) -> UUID | None:
    found = access.device_of(session, web.keys(), credential) if credential else None
    return found.id if found else None


@blueprint.post("/cards/scan")
@blueprint.arguments(PhotoIn, location="files")
@blueprint.response(200, CardOut)
@allow(PUBLIC)
def scan_card(asked: dict[str, Any]) -> dict[str, str]:
    """The number of the card on a photo, for browsers that may not use the camera themselves."""
    known = actor().role is not Role.ANONYMOUS
    return {"card": scanning.card_on_photo(asked["photo"].stream, known=known)}


def _address() -> str:
    return request.remote_addr or ""


def _let_in(joined: Joined) -> dict[str, Any]:
    def keep(answer: Response) -> Response:
        cookies.put(answer, cookies.DEVICE, joined.credential, DEVICE_SECONDS)
        return answer

    after_this_request(keep)
    if joined.token:
        _sit_down(joined.token)
    return _told(web.session(), joined.device, joined.token or None)


def _sit_down(token: str) -> None:
    end_staff()
    after_this_request(lambda answer: sit_down(answer, token))


def _without_learner(answer: Response) -> Response:
    cookies.drop(answer, cookies.LEARNER)
    return answer
