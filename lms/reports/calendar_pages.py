"""The front page of reports, the commune's own days, reminder texts, and the calendar for other programs."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import PUBLIC, Policy, Reach, Role, allow
from lms.core.web import see
from lms.indicators import queries
from lms.reports import calendar_actions as actions
from lms.reports import calendar_view as view
from lms.reports.calendar_ics import TYPE, calendar_bytes, etag_of
from lms.reports.calendar_links import base_address, check_guesses, unknown
from lms.reports.calendar_queries import Which, board_of, dated
from lms.reports.calendar_reminders import letters
from lms.reports.unit_link_desk import Desk
from lms.reports.unit_link_forms import errors_of
from lms.reports.unit_link_summary import counts

blueprint = Blueprint("report_calendar", __name__)
OFFICE = Policy({Role.OFFICER: Reach.COMMUNE, Role.ADMINISTRATOR: Reach.COMMUNE})


# --- the front page -----------------------------------------------------------------------------


@blueprint.get("/bao-cao")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def front() -> str:
    """What is due in the coming year, what is late, what was sent."""
    return _front({})


def _front(errors: dict[str, str]) -> str:
    session, who, today = web.session(), actor(), clock.today()
    found = board_of(session, who.commune, today)
    rows = {
        name: [view.row(one, today) for one in getattr(found, name)]
        for name in ("late", "coming", "past")
    }
    if who.role is Role.UNIT_REPORTER:
        return _own_front(rows)
    first = found.next if found.next and found.next.starts <= today else None
    return render_template(
        "reports/front.html", **rows, next=view.row(first, today) if first else None, today=today,
        gaps=view.gaps(session, who, first, today) if first else [], errors=errors,
        feed=_feed_address(), units=counts(Desk(session, who.commune, today)),
        editing=request.values.get("dat-ngay", ""),
    )  # fmt: skip


def _own_front(rows: dict[str, Any]) -> str:
    """What a unit reporter sees: the days, and the way to the own unit's sheet."""
    session, who = web.session(), actor()
    desk = Desk(session, who.commune, clock.today())
    units = [
        (unit, sum(one.is_owed for one in desk.asked(unit)))
        for unit in desk.units
        if unit.id in who.unit_ids
    ]
    return render_template("reports/front_of_unit.html", **rows, units=units)


@blueprint.post("/bao-cao/ngay-nhac")
@allow(OFFICE)
def set_day() -> Response:
    """Set the commune's own day for a duty without a date; an empty day takes it back."""
    try:
        actions.set_day(web.session(), actor(), _which(), _day("day"))
    except Invalid as refusal:
        web.session().rollback()
        return make_response(_front(errors_of(refusal)), 422)
    return see(url_for("report_calendar.front") + "#viec")


def _which() -> Which:
    ends = _day("ends")
    if ends is None:
        words = _("Thiếu kỳ báo cáo. Hãy mở lại trang rồi chọn lại.")
        raise Invalid(words, fields={"ends": [words]})
    return request.form.get("plan", ""), request.form.get("report", ""), ends


def _day(name: str) -> date | None:
    return web.form_day(name) if request.form.get(name, "").strip() else None


# --- reminder texts -----------------------------------------------------------------------------


@blueprint.get("/bao-cao/nhac")
@allow(OFFICE)
def reminders() -> str:
    """Texts to copy into Zalo or e-mail: what each unit still owes, by when, its own link."""
    session, who = web.session(), actor()
    desk = Desk(session, who.commune, clock.today())
    found = letters(desk, web.keys(), base_address(request.url_root))
    everybody = request.args.get("tat-ca") == "1"
    return render_template(
        "reports/reminders.html", duty=desk.duty, everybody=everybody,
        letters=[one for one in found if everybody or one.owes],
        quiet=sum(not one.owes for one in found),
    )  # fmt: skip


# --- the calendar for other programs ------------------------------------------------------------


def _feed_address() -> str:
    """The account's own calendar address, empty while there is none."""
    session, who = web.session(), actor()
    row = actions.feed_of(session, who)
    if row is None:
        return ""
    token = actions.feed_token(session, web.keys(), row.commune_id, row.id)
    return base_address(request.url_root) + url_for("report_calendar.feed", token=token)


@blueprint.post("/bao-cao/lich")
@allow(OFFICE)
def make_feed() -> Response:
    """A new calendar address for this account; the one before ends."""
    actions.make_feed(web.session(), actor(), web.keys())
    return see(url_for("report_calendar.front") + "#lich")


@blueprint.post("/bao-cao/lich/thu-hoi")
@allow(OFFICE)
def revoke_feed() -> Response:
    """End this account's calendar address."""
    actions.revoke_feed(web.session(), actor())
    return see(url_for("report_calendar.front") + "#lich")


@blueprint.get("/bao-cao/lich.ics")
@allow(OFFICE)
def download() -> Response:
    """The calendar once, as a file."""
    return as_file(_calendar(actor().commune), "han-bao-cao.ics")


@blueprint.get("/lich/<token>.ics")
@allow(PUBLIC)
def feed(token: str) -> Response:
    """The calendar of whoever holds this address, for programs that ask again and again."""
    session, keys, address = web.session(), web.keys(), request.remote_addr
    check_guesses(session, keys, address)
    row = actions.opened_feed(session, token)
    if row is None:
        raise unknown(
            keys, address, _("Địa chỉ lịch này không còn dùng được. Hãy lấy địa chỉ mới.")
        )
    return _calendar(row.commune_id)


def _calendar(commune_id: UUID) -> Response:
    session = web.session()
    place = queries.commune_of(session, commune_id).title
    page = base_address(request.url_root) + url_for("report_calendar.front")
    content = calendar_bytes(dated(session, commune_id, clock.today()), commune_id, place, page)
    answer = Response(content, content_type=TYPE)
    answer.set_etag(etag_of(content))
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer.make_conditional(request)  # type: ignore[return-value]  # It is the same object.
