"""Pages of the register: people, and one person."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from lms.core import clock, web
from lms.core.guard import actor
from lms.core.policy import Reach, allow
from lms.people import dossiers, person_notes, queries
from lms.people.blueprint import blueprint
from lms.people.models import COMMUNE_KINDS, MEMBERSHIP_KINDS, STUDENT_LEVELS, UNIT_KINDS, Person
from lms.people.queries import PAGE, Filter

WORDS: dict[str, Any] = {
    "groups": MEMBERSHIP_KINDS,
    "levels": STUDENT_LEVELS,
    "kinds": UNIT_KINDS,
    "sexes": {"nam": "nam", "nu": "nữ"},
    "residences": {"thuong_tru": "thường trú", "tam_tru": "tạm trú"},
    "communes": COMMUNE_KINDS,
}


def page_number() -> int:
    """The page asked for, from 1 on."""
    return min(100_000, max(1, request.args.get("trang", 1, type=int)))


def ways_of(endpoint: str, page: int, size: int, total: int, **kept: Any) -> dict[str, Any]:
    """Addresses and figures of a list's pagination."""
    pages = max(1, -(-total // size))
    before = url_for(endpoint, trang=page - 1, **kept) if page > 1 else ""
    after = url_for(endpoint, trang=page + 1, **kept) if page < pages else ""
    return {"page": page, "pages": pages, "prev_url": before, "next_url": after}


@blueprint.get("/dan-cu")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def people() -> str:
    """People by name, searched and filtered."""
    session, who, page = web.session(), actor(), page_number()
    wanted, asked = _wanted()
    rows, total = queries.people(session, who, wanted, clock.today(), (page - 1) * PAGE)
    units = [(str(unit.id), unit.name) for unit in queries.units(session, who)]
    ways = ways_of("people.people", page, PAGE, total, **asked)
    return render_template(
        "people/people.html", rows=rows, total=total, asked=asked, units=units, ways=ways, **WORDS
    )


def _wanted() -> tuple[Filter, dict[str, str]]:
    """The filter of the address, and its parts as asked; parts that say nothing are left out."""
    text, unit, group = (request.args.get(name, "")[:80] for name in ("tim", "don-vi", "nhom"))
    unit_id = web.uuid_field(unit, "don-vi") if unit else None
    group = group if group in MEMBERSHIP_KINDS else ""
    asked = {"tim": text, "don-vi": unit, "nhom": group}
    return Filter(text, unit_id, group), {name: value for name, value in asked.items() if value}


@blueprint.get("/dan-cu/<uuid:person_id>")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def person(person_id: UUID) -> str:
    """One person with homes, groups and merges."""
    session, who = web.session(), actor()
    found = dossiers.dossier(session, who, person_id, clock.today())
    notes = person_notes.cards(
        session, who.commune, queries.same_person(session, who.commune, person_id)
    )
    return render_template(
        "people/person.html", it=found, citizen_id=masked_id(found.person), notes=notes, **WORDS
    )


def masked_id(person: Person) -> str:
    """The last three digits of the citizen ID, and dots for the rest."""
    if not person.citizen_id_sealed:
        return ""
    return "•" * 9 + web.keys().open(person.citizen_id_sealed, str(person.id))[-3:]
