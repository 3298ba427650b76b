"""Letting tablets in by QR code: the trainer's screen, and what a tablet shows that scanned it."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from lms.cohorts import invites, queries, sign_in
from lms.cohorts.card_pages import origin
from lms.cohorts.hall_models import TabletInvite
from lms.cohorts.live_parts import part_or_unchanged, wants_part
from lms.cohorts.signed_in import DEVICE_SECONDS
from lms.core import cookies, web
from lms.core.errors import Conflict, Refusal
from lms.core.guard import actor
from lms.core.policy import PUBLIC, TEACHING, Reach, allow
from lms.core.qr import svg
from lms.core.web import see

blueprint = Blueprint("invites", __name__)


@blueprint.post("/may/ma-dang-ky")
@allow(TEACHING)
def begin() -> Response:
    """Begin to let tablets in: field `session_id` names the meeting in which they stand at once."""
    typed = request.form.get("session_id", "")
    meeting = web.uuid_field(typed, "session_id") if typed else None
    row = invites.invite(web.session(), actor(), meeting)
    return see(url_for("invites.screen", invite_id=row.id))


@blueprint.get("/may/ma-dang-ky/<uuid:invite_id>")
@allow(trainer=Reach.COMMUNE, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def screen(invite_id: UUID) -> str | Response:
    """The code to scan, always that of the next tablet; `?phan=1` is the part that renews itself."""
    row = invites.invite_of(web.session(), actor(), invite_id)
    tag = f"{row.used}-{invites.is_running(row)}"
    page = "cohorts/invite_part.html" if wants_part() else "cohorts/invite.html"
    return part_or_unchanged(tag, lambda: render_template(page, tag=tag, **_shown(row)))


def _shown(row: TabletInvite) -> dict[str, object]:
    session = web.session()
    last = row.last_device_id
    address = f"{origin()}/dang-ky-may/{invites.code(session, web.keys(), row)}"
    running = invites.is_running(row)
    meeting = row.class_session_id
    return {
        "invite": row,
        "running": running,
        "address": address,
        "drawn": svg(address, "Mã QR đăng ký máy") if running else None,
        "label": invites.next_name(session, row.commune_id),
        "last": queries.device(session, row.commune_id, last) if last else None,
        "meeting": queries.class_session(session, row.commune_id, meeting) if meeting else None,
    }


@blueprint.post("/may/ma-dang-ky/<uuid:invite_id>/xong")
@allow(trainer=Reach.COMMUNE, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def done(invite_id: UUID) -> Response:
    """No more tablets: the code is worth nothing from now on."""
    invites.close(web.session(), actor(), invite_id)
    return see(url_for("teaching.tablets"))


@blueprint.get("/dang-ky-may/<string:invite_code>")
@allow(PUBLIC)
def scanned(invite_code: str) -> str | tuple[str, int]:
    """What a tablet shows that scanned the code: its name to be, and one button. It changes nothing."""
    session, already = web.session(), _own_label()
    try:
        found = invites.read(session, web.keys(), invite_code)
    except Refusal as refusal:
        return _page(invite_code, already, refusal.message), refusal.status
    stale = "" if found.is_fresh else invites.stale().message
    return _page(invite_code, already, stale, found.label)


def _page(code: str, already: str, error: str, label: str = "") -> str:
    return render_template(
        "cohorts/invited.html", code=code, already=already, error=error, label=label
    )


def _own_label() -> str:
    """The name of this browser, if it is a tablet of the commune already."""
    try:
        credential = cookies.read(request, cookies.DEVICE)
        return sign_in.tablet(web.session(), web.keys(), credential).label
    except Refusal:
        return ""


@blueprint.post("/dang-ky-may/<string:invite_code>")
@allow(PUBLIC)
def come_in(invite_code: str) -> Response | tuple[str, int]:
    """One tap: this browser is a tablet of the commune. One that is one already stays what it is."""
    if _own_label():
        return see(url_for("cohorts.enter"))
    try:
        _device, credential = invites.let_in(web.session(), web.keys(), invite_code)
    except Conflict as refusal:
        web.session().rollback()
        return _page(invite_code, "", refusal.message), refusal.status
    answer = see(url_for("cohorts.enter"))
    cookies.put(answer, cookies.DEVICE, credential, DEVICE_SECONDS)
    return answer
