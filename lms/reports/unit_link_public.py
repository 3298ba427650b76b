"""What opens under a unit's link, without an account: first a door, then the sheet, on a machine let in.

Nothing is written and nothing is counted by merely fetching the address: programs that preview links in
chats do that all the time.
"""

from flask import Blueprint, Response, make_response, render_template, request, url_for

from lms.core import clock, web
from lms.core.errors import Conflict, Invalid, Refusal
from lms.core.i18n import _
from lms.core.policy import PUBLIC, allow
from lms.core.web import see
from lms.indicators import queries
from lms.reports.calendar_links import check_guesses, unknown
from lms.reports.unit_link_actions import Visitor, let_in, visitor
from lms.reports.unit_link_desk import Desk
from lms.reports.unit_link_forms import UnitSheet, about_of_form, boxes_of_form, errors_of
from lms.reports.unit_link_sending import Sender, propose, remark

blueprint = Blueprint("unit_links", __name__)
COOKIE = "lms_unit"


def _visitor(token: str) -> Visitor:
    """Whoever asks; unknown, ended and taken-back addresses look alike and are counted as guesses."""
    session, keys, address = web.session(), web.keys(), request.remote_addr
    check_guesses(session, keys, address)
    found = visitor(session, token, request.cookies.get(COOKIE, "")[:80])
    if found is None:
        raise unknown(
            keys, address,
            _("Đường dẫn này không còn dùng được: đã hết hạn hoặc đã được thay. Hãy gọi cán bộ xã để lấy "
              "đường dẫn mới."),
        )  # fmt: skip
    return found


@blueprint.get("/dv/<token>")
@allow(PUBLIC)
def opened(token: str) -> Response:
    """The door, or the sheet on a machine that was let in."""
    return _page(token, _visitor(token))


@blueprint.post("/dv/<token>")
@allow(PUBLIC)
def enter(token: str) -> Response:
    """Open the sheet on this machine; asks for the confirm code where the officer wanted one."""
    seen = _visitor(token)
    here = url_for("unit_links.opened", token=token)
    if seen.machine is not None:
        return see(here)
    try:
        secret = let_in(web.session(), web.keys(), seen, request.form.get("code", ""))
    except Invalid as refusal:
        web.session().rollback()
        return _page(token, seen, web.kept(refusal))
    answer = see(here)
    answer.set_cookie(
        COOKIE, secret, path=here, httponly=True, samesite="Lax", secure=web.settings().https,
        max_age=(seen.link.until - clock.today()).days * 86_400 + 86_400,
    )  # fmt: skip
    return answer


@blueprint.post("/dv/<token>/so-lieu")
@allow(PUBLIC)
def send(token: str) -> Response:
    """Send figures to the officer; they count nowhere until accepted."""
    seen = _visitor(token)
    if seen.machine is None:
        return see(url_for("unit_links.opened", token=token))
    desk = Desk(web.session(), seen.link.commune_id, clock.today())
    try:
        sent = send_figures(desk, Sender(seen.actor, seen.unit, seen.machine))
    except (Invalid, Conflict) as refusal:
        return _page(token, seen, refusal)
    return see(url_for("unit_links.opened", token=token, gui=sent))


def send_figures(desk: Desk, sender: Sender) -> int:
    """Propose what the form holds; the number of new figures."""
    columns = [one.column for one in desk.asked(sender.unit)]
    seen = request.form.get("seen", "")[:40]
    return propose(desk.session, sender, columns, boxes_of_form(), about_of_form(), seen)


@blueprint.post("/dv/<token>/y-kien")
@allow(PUBLIC)
def say(token: str) -> Response:
    """Say that the unit's own rows are right, or what is wrong."""
    seen = _visitor(token)
    if seen.machine is None:
        return see(url_for("unit_links.opened", token=token))
    desk = Desk(web.session(), seen.link.commune_id, clock.today())
    try:
        say_remark(desk, Sender(seen.actor, seen.unit, seen.machine))
    except Invalid as refusal:
        return _page(token, seen, refusal)
    return see(url_for("unit_links.opened", token=token, noi="1") + "#so-cua-don-vi")


def say_remark(desk: Desk, sender: Sender) -> None:
    """Keep the remark of the form beside the rows that are shown."""
    rows = UnitSheet(desk, sender.unit, exact=sender.machine is None).rows()
    kind = request.form.get("kind", "")
    remark(desk.session, sender, kind, request.form.get("text", "")[:4000], rows)


def _page(token: str, seen: Visitor, refusal: Refusal | None = None) -> Response:
    """The door or the sheet; never kept by a search engine or a shared machine."""
    session = web.session()
    if refusal is not None:
        session.rollback()
    row = queries.commune_of(session, seen.link.commune_id)
    around = {"commune": {"name": row.title, "is_sample": row.is_sample}, "token": token}
    desk = Desk(session, seen.link.commune_id, clock.today())
    if seen.machine is None:
        page = render_template(
            "reports/unit_door.html", unit=seen.unit, duty=desk.duty, until=seen.link.until,
            needs_code=seen.link.code_number is not None, errors=errors_of(refusal), **around,
        )  # fmt: skip
    else:
        sheet = UnitSheet(desk, seen.unit, exact=False)
        page = render_template("reports/unit_public.html", **sheet.context(refusal), **around)
    answer = make_response(page, refusal.status if refusal else 200)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
