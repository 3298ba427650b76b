"""The learner's way in: class code, picture, PIN or card, and 'Người tiếp theo'. All are plain forms."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from lms.cohorts import access, classroom, devices, faces, limits, queries, scanning, sign_in
from lms.cohorts.models import ClassSession, Device, Enrolment
from lms.cohorts.signed_in import DEVICE_SECONDS, end_staff, sit_down
from lms.core import cookies, web
from lms.core.errors import Refusal
from lms.core.guard import actor
from lms.core.policy import PUBLIC, Reach, allow
from lms.core.web import back, see
from lms.ledger.web import project_now

blueprint = Blueprint("cohorts", __name__)

LEARNER_HOME, PLAYER = "/hoc", "/may-hoc"

Answer = str | Response | tuple[str, int]


def _credential() -> str | None:
    return cookies.read(request, cookies.DEVICE)


def _tablet(session: Session) -> Device:
    return sign_in.tablet(session, web.keys(), _credential())


@blueprint.get("/vao-lop")
@allow(PUBLIC)
def enter() -> Answer:
    """The class code; a tablet that stands in an open class goes on to the pictures."""
    session = web.session()
    try:
        device = _tablet(session)
    except Refusal:
        return render_template("cohorts/unknown_tablet.html", **_sample(session))
    if "doi" not in request.args and _class_of(session, device) is not None:
        # Who asked for plain pages goes on with them, see static/cohorts/js/door.js.
        return see(url_for("cohorts.faces", kieu=request.args.get("kieu")))
    return _kept(render_template("cohorts/code.html", device=device, code="", error=""))


def _sample(session: Session) -> dict[str, Any]:
    return {"is_sample": devices.sample_commune(session) is not None}


def _class_of(session: Session, device: Device) -> ClassSession | None:
    try:
        return sign_in.class_of(session, device)
    except Refusal:
        return None


def _kept(page: str) -> Response:
    answer = Response(page, content_type="text/html; charset=utf-8")
    credential = _credential()
    if credential:
        cookies.put(answer, cookies.DEVICE, credential, DEVICE_SECONDS)
    return answer


@blueprint.post("/vao-lop")
@allow(PUBLIC)
def take_code() -> Answer:
    """Stand in the class that the typed code names."""
    code = request.form.get("code", "")[:40]
    found = _checked(lambda session: _open_class(session, code))
    if isinstance(found, Refusal):
        return render_template("cohorts/code.html", code=code, error=found.message), found.status
    device, meeting = found
    sign_in.stand_in_class(web.session(), device, meeting)
    return see(url_for("cohorts.faces"))


def _open_class(session: Session, code: str) -> tuple[Device, ClassSession]:
    device = _tablet(session)
    return device, sign_in.find_class(session, device, code)


def _checked(check: Callable[[Session], Any]) -> Any:
    """What `check` finds, or its Refusal with the misses counted.

    Secrets are checked before the request's write transaction begins, and counted in one of their own.
    """
    try:
        with web.database().read() as session:
            return check(session)
    except Refusal as refusal:
        found = refusal
    return web.kept(found)


@blueprint.post("/vao-lop/may-thu")
@allow(PUBLIC)
def try_sample() -> Response:
    """In a sample commune only: make this browser a tablet of it."""
    _device, credential = devices.enrol_sample_tablet(web.session(), web.keys())
    answer = see(url_for("cohorts.enter"))
    cookies.put(answer, cookies.DEVICE, credential, DEVICE_SECONDS)
    return answer


@blueprint.get("/vao-lop/ten", endpoint="faces")
@allow(PUBLIC)
def choose_face() -> Answer:
    """The pictures and names of the class, to tap one's own."""
    session = web.session()
    try:
        device = _tablet(session)
        meeting = sign_in.class_of(session, device)
    except Refusal:
        return see(url_for("cohorts.enter"))
    cohort = queries.cohort(session, device.commune_id, meeting.cohort_id)
    tiles = faces.tiles(session, cohort.commune_id, cohort.id)
    return render_template("cohorts/faces.html", cohort=cohort, device=device, tiles=tiles)


@blueprint.get("/vao-lop/pin/<uuid:enrolment_id>")
@allow(PUBLIC)
def ask_pin(enrolment_id: UUID) -> Answer:
    """Four digits from the card."""
    session = web.session()
    try:
        meeting = sign_in.class_of(session, _tablet(session))
    except Refusal:
        return see(url_for("cohorts.enter"))
    learner = sign_in.learner_of_class(session, meeting, enrolment_id)
    locked = limits.locked_learners(session, learner.commune_id, [learner.id])
    return _pin_page(session, learner, error="", locked=bool(locked))


def _pin_page(session: Session, learner: Enrolment, *, error: str, locked: bool) -> str:
    face = faces.face_of(session, learner)
    return render_template("cohorts/pin.html", face=face, error=error, locked=locked)


@blueprint.post("/vao-lop/pin/<uuid:enrolment_id>")
@allow(PUBLIC)
def take_pin(enrolment_id: UUID) -> Answer:
    """Sign the learner in, and whoever sat here before out."""
    typed = request.form.get("pin", "")[:20]
    found = _checked(lambda session: _right_pin(session, enrolment_id, typed))
    if isinstance(found, Refusal):
        return _pin_again(enrolment_id, found)
    return _come_in(found, "pin")


Proven = tuple[Device, ClassSession, Enrolment]


def _come_in(found: Proven, how: str) -> Response:
    device, meeting, learner = found
    token = sign_in.enter(web.session(), web.keys(), device, meeting, learner, how)
    end_staff()
    return sit_down(see(LEARNER_HOME), token)


def _right_pin(session: Session, enrolment_id: UUID, typed: str) -> Proven:
    device = _tablet(session)
    meeting = sign_in.class_of(session, device)
    learner = sign_in.learner_of_class(session, meeting, enrolment_id)
    sign_in.check_pin(session, web.keys(), device, meeting, learner, typed)
    return device, meeting, learner


def _pin_again(enrolment_id: UUID, refusal: Refusal) -> Answer:
    """The same page with what to do; a tablet or learner that is not of this class starts anew."""
    if refusal.status not in (422, 429):
        return see(url_for("cohorts.enter"))
    session = web.session()
    learner = session.get_one(Enrolment, (_tablet(session).commune_id, enrolment_id))
    locked = limits.locked_learners(session, learner.commune_id, [learner.id])
    page = _pin_page(session, learner, error=refusal.message, locked=bool(locked))
    return page, refusal.status


@blueprint.get("/vao-lop/the")
@allow(PUBLIC)
def ask_card() -> Answer:
    """The ten digits of the card, or a photo of it."""
    return _card_page("", {}, 200)


def _card_page(typed: str, errors: dict[str, str], status: int) -> Answer:
    session = web.session()
    try:
        device = _tablet(session)
        meeting = sign_in.class_of(session, device)
    except Refusal:
        return see(url_for("cohorts.enter"))
    cohort = queries.cohort(session, device.commune_id, meeting.cohort_id)
    page = render_template("cohorts/card_entry.html", cohort=cohort, typed=typed, errors=errors)
    return page, status


@blueprint.post("/vao-lop/the")
@allow(PUBLIC)
def take_card() -> Answer:
    """Sign in the learner whose card it is: field `card`, or a file `photo`."""
    typed, photo = request.form.get("card", "")[:40], request.files.get("photo")
    if isinstance(_checked(_tablet), Refusal):
        return see(url_for("cohorts.enter"))
    try:
        number = scanning.card_on_photo(photo.stream, known=True) if photo else typed
        found = _checked(lambda session: _right_card(session, number))
    except Refusal as refusal:
        found = refusal
    if isinstance(found, Refusal):
        where = "photo" if photo else "card"
        return _card_page(typed, {where: found.message}, found.status)
    return _come_in(found, "card")


def _right_card(session: Session, number: str) -> Proven:
    device = _tablet(session)
    meeting = sign_in.class_of(session, device)
    learner = sign_in.check_card(session, web.keys(), device, meeting, number)
    return device, meeting, learner


@blueprint.get("/the")
@allow(PUBLIC)
def card() -> Response:
    """Where a card's QR code leads: to the player. Browsers keep the number after '#' on the way."""
    return see(PLAYER)


@blueprint.post("/nguoi-tiep-theo")
@allow(PUBLIC)
def next_person() -> Response:
    """End the learner's turn; nothing of the last learner stays in the browser."""
    token = cookies.read(request, cookies.LEARNER)
    if token:
        access.end_learner(web.session(), web.keys(), token)
    answer = see(url_for("cohorts.faces" if _credential() else "cohorts.enter"))
    cookies.drop(answer, cookies.LEARNER)
    # Browsers heed this on https and localhost only; elsewhere `no-store` alone keeps pages out.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@blueprint.post("/goi-thay")
@allow(learner=Reach.OWN)
def call_help() -> Response:
    """The learner calls the trainer."""
    classroom.call_help(web.session(), actor())
    project_now()
    return back(LEARNER_HOME)
