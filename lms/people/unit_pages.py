"""Pages of units: the list, one unit with its history, a change looked at before it is written."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import clock, web
from lms.core.errors import Refusal
from lms.core.guard import actor
from lms.core.policy import Reach, allow
from lms.people import queries, unit_changes, unit_queries
from lms.people.blueprint import blueprint
from lms.people.models import UNIT_KINDS, UnitChange
from lms.people.schemas import UnitChangeIn, form
from lms.people.unit_changes import Wanted

FIELDS = ("kind", "day", "document", "name", "into")


@blueprint.get("/don-vi")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def units() -> str:
    """The commune's units with the people who live there or belong to them."""
    session, who, today = web.session(), actor(), clock.today()
    return render_template(
        "people/units.html", units=queries.units(session, who), kinds=UNIT_KINDS,
        counts=queries.headcounts(session, who, today), gone=_gone(),
        notes=unit_queries.notes(session, who.commune, today),
    )  # fmt: skip


def _gone() -> list[unit_queries.ChangeLine]:
    """Mergers that happened or wait for their day, for those who may open a unit."""
    lines = unit_queries.change_lines(web.session(), actor().commune, clock.today())
    return [line for line in lines if line.row.kind == "merge" and line.row.undone_at is None]


@blueprint.get("/don-vi/<uuid:unit_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def unit(unit_id: UUID) -> str:
    """One unit: what it is today, what became of it, and the two changes that can be written."""
    return _unit_page(unit_id)


def _unit_page(unit_id: UUID, **more: Any) -> str:
    session, who, today = web.session(), actor(), clock.today()
    found = unit_queries.unit(session, who.commune, unit_id)
    standing = {row.id: row for row in queries.units(session, who)}
    shown: dict[str, Any] = {"refusal": None, "given": {}, "written": _written()} | more
    return render_template(
        "people/unit.html", unit=found, kinds=UNIT_KINDS, today=today,
        now=standing.get(found.part_of_id or found.id),
        note=unit_queries.notes(session, who.commune, today).get(found.id, ""),
        moving=unit_queries.moving(session, who, found.id, today),
        lines=unit_queries.change_lines(session, who.commune, today, found.id),
        others=[(str(row.id), row.name) for row in standing.values() if row.id != found.id], **shown,
    )  # fmt: skip


def _written() -> UnitChange | None:
    """The change that was written a moment ago."""
    key = request.args.get("da-ghi", "")
    if not key:
        return None
    return web.session().get(UnitChange, (actor().commune, web.uuid_field(key, "da-ghi")))


def _wanted() -> Wanted:
    given = form(UnitChangeIn)
    return Wanted(
        given["kind"], given["day"], given["document"], name=given["name"], into=given["into"]
    )


def _again(unit_id: UUID, refusal: Refusal) -> Response:
    """The form once more, with what was typed and what to mend."""
    web.session().rollback()
    given = {name: request.values.get(name, "")[:400] for name in FIELDS}
    page = _unit_page(unit_id, refusal=refusal, given=given)
    return make_response(page, refusal.status)


@blueprint.get("/don-vi/<uuid:unit_id>/thay-doi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def look_at_unit_change(unit_id: UUID) -> Response | str:
    """What a change would do, before anything is written."""
    session, who = web.session(), actor()
    unit_queries.unit(session, who.commune, unit_id)
    try:
        row = unit_changes.planned(session, who, unit_id, _wanted())
    except Refusal as refusal:
        return _again(unit_id, refusal)
    return render_template(
        "people/unit_change.html", row=row, today=clock.today(),
        moving=unit_queries.moving(session, who, unit_id, min(row.happened_on, clock.today())),
    )  # fmt: skip


@blueprint.post("/don-vi/<uuid:unit_id>/thay-doi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def change_unit(unit_id: UUID) -> Response:
    """Write the change; the same form sent twice is one change."""
    unit_queries.unit(web.session(), actor().commune, unit_id)
    try:
        row = unit_changes.change(web.session(), actor(), unit_id, _wanted())
    except Refusal as refusal:
        return _again(unit_id, refusal)
    return make_response(redirect(_after(row), 303))


def _after(row: UnitChange) -> str:
    written: dict[str, Any] = {"da-ghi": row.id}
    return url_for("people.unit", unit_id=row.unit_id, **written)


@blueprint.post("/don-vi/thay-doi/<uuid:change_id>/hoan-tac")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def undo_unit_change(change_id: UUID) -> Response:
    """Take a change back while nothing stands on it."""
    return make_response(
        redirect(_after(unit_changes.undo(web.session(), actor(), change_id)), 303)
    )
