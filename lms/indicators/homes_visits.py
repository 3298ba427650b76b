"""One home or person and the visits there: written in two taps, corrected, taken back; the log."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for

from lms.core import clock, web
from lms.core.guard import actor
from lms.core.ids import uuid7
from lms.core.policy import VISITING, Reach, allow
from lms.indicators import helpers, homes
from lms.indicators.helping_forms import Errors, asked_unit, attempt, page_number, text, visit_form
from lms.indicators.homes_pages import guides, help_tabs
from lms.indicators.pages import blueprint
from lms.people import queries as register
from lms.people import visit_log, visiting
from lms.people.helping_models import Visit
from lms.people.helping_words import OUTCOME_WORDS, PURPOSE_WORDS
from lms.people.models import RESIDENCE_UNITS
from lms.people.rules.helping import week_of
from lms.people.visit_log import Wanted

PAGE = 50


def _form(errors: Errors) -> dict[str, Any]:
    """What every form of a visit needs; a refused one comes back as it was typed."""
    return {
        "errors": errors,
        "typed": request.form,
        "key": request.form.get("id") or uuid7(),
        "today": clock.today(),
        "outcomes": OUTCOME_WORDS,
        "purposes": PURPOSE_WORDS,
        "guides": guides(),
        "tabs": help_tabs(),
        "kept": {name: request.values.get(name, "")[:80] for name in ("don-vi", "trang", "loc")},
    }


# --- a home -------------------------------------------------------------------------------------


@blueprint.get("/ho-gia-dinh/<uuid:household_id>")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def home_page(household_id: UUID) -> str:
    """One household: its people, what was written down about it, and the form of a visit."""
    return _home_page(household_id, {})


def _home_page(household_id: UUID, errors: Errors) -> str:
    session, who = web.session(), actor()
    visiting.household(session, who, household_id)
    found = homes.homes(session, who.commune, clock.today())
    home = homes.one_home(session, who, found, household_id)
    records = homes.records_of(found, home.members)
    return render_template(
        "indicators/home.html", home=home, is_proven=household_id.hex in found.tally.passed,
        history=visit_log.history(session, who.commune, household_id, records), **_form(errors),
    )  # fmt: skip


@blueprint.post("/ho-gia-dinh/<uuid:household_id>")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def visit_home(household_id: UUID) -> Response:
    """Write down a visit to a home and go back to the walking list."""
    session, who, made = web.session(), actor(), list[Visit]()
    visiting.household(session, who, household_id)
    errors = attempt(
        lambda: made.append(visiting.record(session, who, visit_form(household_id=household_id)))
    )
    if errors:
        return Response(_home_page(household_id, errors), 422)
    kept: dict[str, Any] = {n: text(n, 80) for n in ("don-vi", "trang", "loc") if text(n, 80)}
    return web.see(url_for("indicators.homes_page", **{**kept, "da-ghi": made[0].id}))


# --- a person -----------------------------------------------------------------------------------


@blueprint.get("/tham-nguoi/<uuid:mentee_id>")
@allow(VISITING)
def person_visits(mentee_id: UUID) -> str:
    """The visits to one person, and the form of a new one."""
    return _person_page(mentee_id, {})


def _person_page(mentee_id: UUID, errors: Errors) -> str:
    session, who = web.session(), actor()
    visiting.require_goal(session, who, None, mentee_id, helpers.taught(session, who))
    same = register.same_person(session, who.commune, mentee_id)
    name = register.names_of(session, who.commune, {mentee_id})[mentee_id]
    return render_template(
        "indicators/person_visits.html", name=name, mentee_id=mentee_id,
        history=visit_log.history(session, who.commune, None, same), **_form(errors),
    )  # fmt: skip


@blueprint.post("/tham-nguoi/<uuid:mentee_id>")
@allow(VISITING)
def visit_person(mentee_id: UUID) -> Response:
    """Write down a visit to a person."""
    session, who = web.session(), actor()
    taught = helpers.taught(session, who)
    visiting.require_goal(session, who, None, mentee_id, taught)
    errors = attempt(lambda: visiting.record(session, who, visit_form(person_id=mentee_id), taught))
    if errors:
        return Response(_person_page(mentee_id, errors), 422)
    return web.see(url_for("indicators.person_visits", mentee_id=mentee_id))


# --- the log, and mending it --------------------------------------------------------------------


@blueprint.get("/lan-tham")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def visits_page() -> str:
    """The visits that stand, per week and unit, and where somebody is waited for."""
    session, who, today, page = web.session(), actor(), clock.today(), page_number()
    wanted = Wanted(asked_unit(), _asked_week())
    rows, total = visit_log.log(session, who, wanted, (page - 1) * PAGE, PAGE)
    weeks = visit_log.weeks(session, who, today)
    units = [u for u in register.units(session, who) if u.kind in RESIDENCE_UNITS]
    return render_template(
        "indicators/visits.html", rows=rows, total=total, weeks=weeks, units=units, wanted=wanted,
        due=visit_log.due(session, who, today), ways=_ways(page, total), today=today,
        outcomes=OUTCOME_WORDS, purposes=PURPOSE_WORDS, tabs=help_tabs(), copied=_copied(),
    )  # fmt: skip


def _asked_week() -> date | None:
    """The Monday of the week in the address; what is no day is no filter."""
    try:
        return week_of(date.fromisoformat(request.args.get("tuan", "")))
    except ValueError:
        return None


def _copied() -> dict[str, int] | None:
    """What copying a sheet just did: homes written down, and homes that were there already."""
    if "da-chep" not in request.args:
        return None
    return {n: max(0, request.args.get(n, 0, type=int)) for n in ("da-chep", "da-co")}


def _ways(page: int, total: int) -> dict[str, Any]:
    pages = max(1, -(-total // PAGE))
    names = [name for name in ("don-vi", "tuan") if request.args.get(name)]
    kept: dict[str, Any] = {name: request.args[name][:40] for name in names}
    before = url_for("indicators.visits_page", trang=page - 1, **kept) if page > 1 else ""
    after = url_for("indicators.visits_page", trang=page + 1, **kept) if page < pages else ""
    return {"page": page, "pages": pages, "prev_url": before, "next_url": after}


@blueprint.get("/lan-tham/<uuid:visit_id>/sua")
@allow(VISITING)
def visit_correction(visit_id: UUID) -> str:
    """The form that corrects a visit."""
    return _correction(visit_id, {})


def _correction(visit_id: UUID, errors: Errors) -> str:
    session, who = web.session(), actor()
    row = visiting.visit(session, who, visit_id, helpers.taught(session, who))
    goal = visit_log.one(session, who.commune, row.id)
    return render_template(
        "indicators/visit_correction.html", row=row, logged=goal, **_form(errors)
    )


@blueprint.post("/lan-tham/<uuid:visit_id>/sua")
@allow(VISITING)
def correct_visit(visit_id: UUID) -> Response:
    """Replace a visit by what really was."""
    session, who = web.session(), actor()
    taught = helpers.taught(session, who)
    row = visiting.visit(session, who, visit_id, taught)
    errors = attempt(lambda: visiting.correct(session, who, visit_id, visit_form(), taught))
    if errors:
        return Response(_correction(visit_id, errors), 422)
    return web.see(_place_of(row))


def _place_of(row: Visit) -> str:
    """The page on which a visit stands."""
    if row.household_id is not None:
        return url_for("indicators.home_page", household_id=row.household_id)
    return url_for("indicators.person_visits", mentee_id=row.person_id)


@blueprint.post("/lan-tham/<uuid:visit_id>/bo")
@allow(VISITING)
def take_visit_back(visit_id: UUID) -> Response:
    """A visit that never was no longer counts."""
    session, who = web.session(), actor()
    row = visiting.take_back(session, who, visit_id, helpers.taught(session, who))
    return web.see(_place_of(row))


@blueprint.post("/lan-tham/<uuid:visit_id>/lay-lai")
@allow(VISITING)
def restore_visit(visit_id: UUID) -> Response:
    """Undo a taking back."""
    session, who = web.session(), actor()
    row = visiting.restore(session, who, visit_id, helpers.taught(session, who))
    return web.see(_place_of(row))
