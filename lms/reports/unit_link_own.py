"""The same sheet for a unit reporter with an account, and the paper sheet of a unit."""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.errors import Conflict, Invalid, NotFound, Refusal
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, Role, allow
from lms.core.web import see
from lms.people.models import Unit
from lms.reports.calendar_links import base_address
from lms.reports.unit_link_actions import link_token
from lms.reports.unit_link_desk import Desk
from lms.reports.unit_link_forms import UnitSheet
from lms.reports.unit_link_public import say_remark, send_figures
from lms.reports.unit_link_sending import Sender

blueprint = Blueprint("own_unit", __name__)
PDF = "application/pdf"


def _desk() -> Desk:
    return Desk(web.session(), actor().commune, clock.today())


def _unit(desk: Desk, unit_id: UUID) -> Unit:
    """The unit asked for; to a unit reporter a foreign one looks like a missing one."""
    who = actor()
    if who.role is Role.UNIT_REPORTER and unit_id not in who.unit_ids:
        raise NotFound(_("Không tìm thấy đơn vị này. Hãy mở lại trang Báo cáo."))
    return desk.unit(unit_id)


@blueprint.get("/don-vi-bao-cao/<uuid:unit_id>")
@allow(unit_reporter=Reach.UNIT)
def sheet(unit_id: UUID) -> str:
    """What the commune asks of the reporter's unit, and the unit's own rows."""
    desk = _desk()
    return _page(desk, _unit(desk, unit_id))


def _page(desk: Desk, unit: Unit, refusal: Refusal | None = None) -> str:
    shown = UnitSheet(desk, unit, exact=True)
    return render_template("reports/unit_own.html", **shown.context(refusal))


@blueprint.post("/don-vi-bao-cao/<uuid:unit_id>/so-lieu")
@allow(unit_reporter=Reach.UNIT)
def send(unit_id: UUID) -> Response:
    """Send figures to the officer; they count nowhere until accepted."""
    desk = _desk()
    unit = _unit(desk, unit_id)
    try:
        sent = send_figures(desk, Sender(actor(), unit, None))
    except (Invalid, Conflict) as refusal:
        return _refused(unit_id, refusal)
    return see(url_for("own_unit.sheet", unit_id=unit_id, gui=sent))


def _refused(unit_id: UUID, refusal: Refusal) -> Response:
    """The page with what was typed, on what stands now."""
    web.session().rollback()
    desk = _desk()
    return make_response(_page(desk, desk.unit(unit_id), refusal), refusal.status)


@blueprint.post("/don-vi-bao-cao/<uuid:unit_id>/y-kien")
@allow(unit_reporter=Reach.UNIT)
def say(unit_id: UUID) -> Response:
    """Say that the unit's own rows are right, or what is wrong."""
    desk = _desk()
    unit = _unit(desk, unit_id)
    try:
        say_remark(desk, Sender(actor(), unit, None))
    except Invalid as refusal:
        return _refused(unit_id, refusal)
    told = url_for("own_unit.sheet", unit_id=unit_id, noi="1")
    return see(told + "#so-cua-don-vi")


@blueprint.get("/don-vi-bao-cao/<uuid:unit_id>/phieu.pdf")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def paper(unit_id: UUID) -> Response:
    """The sheet of one unit on A4, with boxes to fill by hand; the link's code for officers only."""
    from lms.reports.unit_link_paper import sheets_pdf

    desk = _desk()
    unit = _unit(desk, unit_id)
    return pdf(sheets_pdf(desk, [unit], addresses(desk)), f"phieu-{unit.code}.pdf")


def addresses(desk: Desk) -> dict[UUID, str]:
    """Unit → the address of its link that opens; nothing for a unit reporter."""
    if actor().role is Role.UNIT_REPORTER:
        return {}
    base, keys = base_address(request.url_root), web.keys()
    links = [link for unit in desk.units if (link := desk.link(unit.id)) is not None]
    return {
        one.unit_id: base
        + url_for("unit_links.opened", token=link_token(desk.session, keys, one))
        for one in links
    }  # fmt: skip


def pdf(content: bytes, name: str) -> Response:
    """A PDF shown in the browser."""
    return as_file(Response(content, mimetype=PDF), name, shown=True)
