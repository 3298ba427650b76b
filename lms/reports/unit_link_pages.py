"""The officer's pages of units: who was asked what, whose link opens, what they said, accepted or returned."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for

from lms.core import clock, qr, web
from lms.core.errors import Conflict, Invalid, Refusal
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import allow
from lms.core.web import see, uuid_field
from lms.people.account_queries import account_names
from lms.people.models import UNIT_KINDS
from lms.reports import unit_link_actions as actions
from lms.reports import unit_link_deciding as deciding
from lms.reports.calendar_pages import OFFICE, blueprint
from lms.reports.unit_link_desk import Desk, declared_text, said_text
from lms.reports.unit_link_forms import errors_of
from lms.reports.unit_link_own import addresses, pdf
from lms.reports.unit_link_summary import states


def _desk() -> Desk:
    return Desk(web.session(), actor().commune, clock.today())


@blueprint.get("/bao-cao/don-vi")
@allow(OFFICE)
def units() -> str:
    """Every unit: what it owes, its link, what waits for the officer."""
    return _units()


def _units(refusal: Refusal | None = None) -> str:
    desk = _desk()
    rows = states(desk)
    return render_template(
        "reports/units.html", rows=rows, duty=desk.duty, errors=errors_of(refusal),
        without=[one for one in rows if desk.link(one.unit.id) is None and one.asked],
        until=actions.default_until(desk.duty, desk.today), today=desk.today,
        kinds=_kinds(desk), options=[(c.code, c.name) for c in desk.offered.values()],
        typed=request.form if refusal else {},
    )  # fmt: skip


def _kinds(desk: Desk) -> list[tuple[str, str, set[str], bool]]:
    """(kind, its name, what its units are asked, whether the commune chose it)."""
    found = []
    for kind in dict.fromkeys(unit.kind for unit in desk.units):
        asked = {c for unit in desk.units if unit.kind == kind for c in desk.codes(unit)}
        found.append((kind, UNIT_KINDS[kind], asked, kind in desk.chosen))
    return found


@blueprint.post("/bao-cao/don-vi/hoi")
@allow(OFFICE)
def ask() -> Response:
    """Choose what units of a kind are asked."""
    codes = request.form.getlist("code")
    actions.ask(web.session(), actor(), request.form.get("kind", ""), codes)
    return see(url_for("report_calendar.units") + "#hoi")


@blueprint.post("/bao-cao/don-vi/duong-dan")
@allow(OFFICE)
def make_links() -> Response:
    """Links for all units that are asked something and have none that opens."""
    desk = _desk()
    missing = [u.id for u in desk.units if desk.link(u.id) is None and desk.codes(u)]
    try:
        until, how = _terms()
        actions.make(web.session(), actor(), web.keys(), missing, until, **how)
    except Invalid as refusal:
        web.session().rollback()
        return make_response(_units(refusal), 422)
    return see(url_for("report_calendar.units"))


def _terms() -> tuple[date, dict[str, bool]]:
    return web.form_day("until"), {"with_code": request.form.get("with_code") == "1"}


@blueprint.get("/bao-cao/don-vi/phieu.pdf")
@allow(OFFICE)
def all_papers() -> Response:
    """The sheets of all units that are asked something, in one file."""
    from lms.reports.unit_link_paper import sheets_pdf

    desk = _desk()
    chosen = [unit for unit in desk.units if desk.codes(unit)]
    return pdf(sheets_pdf(desk, chosen, addresses(desk)), "phieu-don-vi.pdf")


# --- one unit -----------------------------------------------------------------------------------


@blueprint.get("/bao-cao/don-vi/<uuid:unit_id>")
@allow(OFFICE)
def unit(unit_id: UUID) -> str:
    """One unit: its link, its proposals beside what is declared, what it said."""
    return _unit(unit_id)


def _unit(unit_id: UUID, refusal: Refusal | None = None) -> str:
    desk = _desk()
    found = desk.unit(unit_id)
    proposals = desk.proposals.get(unit_id, [])
    return render_template(
        "reports/unit.html", unit=found, kind=UNIT_KINDS[found.kind], duty=desk.duty,
        asked=desk.asked(found), waiting=desk.waiting(unit_id), seen=desk.seen,
        past=[row for row in proposals if row.state != "waiting"][:20], column=desk.column,
        said=said_text, now_text=declared_text, remarks=desk.remarks.get(unit_id, [])[:20],
        errors=errors_of(refusal),
        refusal=refusal, typed=request.form if refusal else {}, today=desk.today,
        accepted=request.args.get("da-nhan", type=int), names=_names(desk, unit_id),
        until=actions.default_until(desk.duty, desk.today), **_link(desk, unit_id),
    )  # fmt: skip


def _link(desk: Desk, unit_id: UUID) -> dict[str, Any]:
    """The unit's link with its address, its picture, its code, and on how many machines it was opened."""
    row = desk.link(unit_id)
    address = addresses(desk).get(unit_id, "")
    return {
        "link": row,
        "ended": desk.links.get(unit_id) if row is None else None,
        "address": address,
        "picture": qr.svg(address, _("Mã QR mở phiếu của đơn vị")) if address else "",
        "code": actions.confirm_code(web.keys(), row) if row else "",
        "machines": desk.devices.get(row.id, 0) if row else 0,
    }


def _names(desk: Desk, unit_id: UUID) -> dict[UUID, str]:
    """The accounts that said or decided anything here."""
    rows = [*desk.proposals.get(unit_id, []), *desk.remarks.get(unit_id, [])]
    ids = {
        getattr(row, name, None) for row in rows for name in ("account_id", "decided_by", "read_by")
    }
    return account_names(desk.session, {key for key in ids if key})


def _done(unit_id: UUID, refusal: Refusal | None, **args: Any) -> Response:
    """Back to the unit; what was refused is shown on the page as it stands now."""
    if refusal is None:
        return see(url_for("report_calendar.unit", unit_id=unit_id, **args))
    web.session().rollback()
    return make_response(_unit(unit_id, refusal), refusal.status)


@blueprint.post("/bao-cao/don-vi/<uuid:unit_id>/duong-dan")
@allow(OFFICE)
def make_link(unit_id: UUID) -> Response:
    """A new link for one unit; the one before ends at once."""
    _desk().unit(unit_id)
    try:
        until, how = _terms()
        actions.make(web.session(), actor(), web.keys(), [unit_id], until, **how)
    except Invalid as refusal:
        return _done(unit_id, refusal)
    return _done(unit_id, None)


@blueprint.post("/bao-cao/don-vi/<uuid:unit_id>/thu-hoi")
@allow(OFFICE)
def revoke_link(unit_id: UUID) -> Response:
    """End the unit's link at once."""
    actions.revoke(web.session(), actor(), unit_id)
    return _done(unit_id, None)


@blueprint.post("/bao-cao/don-vi/<uuid:unit_id>/nhan")
@allow(OFFICE)
def accept(unit_id: UUID) -> Response:
    """Accept the ticked proposals: they are declared with the unit as their source."""
    _desk().unit(unit_id)
    chosen = [uuid_field(key, "chosen") for key in request.form.getlist("chosen")]
    seen, odd = request.form.get("seen", "")[:40], request.form.get("in_spite") == "1"
    try:
        done = deciding.accept(web.session(), actor(), unit_id, chosen, seen, in_spite=odd)
    except (Invalid, Conflict) as refusal:
        return _done(unit_id, refusal)
    return _done(unit_id, None, **{"da-nhan": done})


@blueprint.post("/bao-cao/don-vi/<uuid:unit_id>/tra-lai")
@allow(OFFICE)
def refuse(unit_id: UUID) -> Response:
    """Return one proposal with a reason that the unit reads."""
    _desk().unit(unit_id)
    key = uuid_field(request.form.get("proposal", ""), "proposal")
    try:
        deciding.refuse(web.session(), actor(), unit_id, key, request.form.get("reason", ""))
    except (Invalid, Conflict) as refusal:
        return _done(unit_id, refusal)
    return _done(unit_id, None)


@blueprint.post("/bao-cao/don-vi/<uuid:unit_id>/da-xem")
@allow(OFFICE)
def read_remark(unit_id: UUID) -> Response:
    """Say that a remark was dealt with."""
    _desk().unit(unit_id)
    key = uuid_field(request.form.get("remark", ""), "remark")
    deciding.read_remark(web.session(), actor(), unit_id, key)
    return _done(unit_id, None)
