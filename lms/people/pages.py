"""Pages of the register: people, one person, duplicates, units, and the audit log."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import audit, clock, web
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.text import number
from lms.people import actions, audit_words, dossiers, duplicates, queries
from lms.people.blueprint import blueprint
from lms.people.models import COMMUNE_KINDS, MEMBERSHIP_KINDS, STUDENT_LEVELS, UNIT_KINDS, Person
from lms.people.queries import PAGE, Filter
from lms.people.schemas import DistinctIn, LinkIn, form
from lms.people.wording import reasons

PAIRS = 10
"""Pairs side by side on a page."""
WORDS: dict[str, Any] = {
    "groups": MEMBERSHIP_KINDS,
    "levels": STUDENT_LEVELS,
    "kinds": UNIT_KINDS,
    "sexes": {"nam": "nam", "nu": "nữ"},
    "residences": {"thuong_tru": "thường trú", "tam_tru": "tạm trú"},
    "communes": COMMUNE_KINDS,
}


def _number() -> int:
    """The page asked for, from 1 on."""
    return min(100_000, max(1, request.args.get("trang", 1, type=int)))


def _ways(endpoint: str, page: int, size: int, total: int, **kept: Any) -> dict[str, Any]:
    """Addresses and figures of a list's pagination."""
    pages = max(1, -(-total // size))
    before = url_for(endpoint, trang=page - 1, **kept) if page > 1 else ""
    after = url_for(endpoint, trang=page + 1, **kept) if page < pages else ""
    return {"page": page, "pages": pages, "prev_url": before, "next_url": after}


@blueprint.get("/dan-cu")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def people() -> str:
    """People by name, searched and filtered."""
    session, who, page = web.session(), actor(), _number()
    wanted, asked = _wanted()
    rows, total = queries.people(session, who, wanted, clock.today(), (page - 1) * PAGE)
    units = [(str(unit.id), unit.name) for unit in queries.units(session, who)]
    ways = _ways("people.people", page, PAGE, total, **asked)
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
    found = dossiers.dossier(web.session(), actor(), person_id, clock.today())
    return render_template(
        "people/person.html", it=found, citizen_id=_masked_id(found.person), **WORDS
    )


def _masked_id(person: Person) -> str:
    """The last three digits of the citizen ID, and dots for the rest."""
    if not person.citizen_id_sealed:
        return ""
    return "•" * 9 + web.keys().open(person.citizen_id_sealed, str(person.id))[-3:]


# Duplicates


@blueprint.get("/dan-cu/trung")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def duplicate_pairs() -> str:
    """Pairs that may be one person, side by side, and the merges that stand."""
    session, who, page, today = web.session(), actor(), _number(), clock.today()
    found = duplicates.candidates(session, who.commune)
    here = found[(page - 1) * PAIRS : page * PAIRS]
    pairs = [duplicates.side_by_side(session, who, pair, today) for pair in here]
    merged = dossiers.recent_merges(session, who.commune)
    ways = _ways("people.duplicate_pairs", page, PAIRS, len(found))
    return render_template(
        "people/duplicates.html", pairs=pairs, total=len(found), ways=ways, merged=merged, say=reasons,
        masked=_masked_id, **WORDS,
    )  # fmt: skip


def _back_to_pairs() -> Response:
    return make_response(redirect(url_for("people.duplicate_pairs"), 303))


@blueprint.post("/dan-cu/trung")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def merge() -> Response:
    """Join a record to the one that stands for it."""
    given = form(LinkIn)
    actions.link(web.session(), actor(), given["duplicate"], given["survivor"], given["reason"])
    return _back_to_pairs()


@blueprint.post("/dan-cu/trung/khac-nhau")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def tell_apart() -> Response:
    """The two are two people."""
    given = form(DistinctIn)
    actions.mark_distinct(web.session(), actor(), given["one"], given["other"])
    return _back_to_pairs()


@blueprint.post("/dan-cu/trung/<uuid:link_id>/tach")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def undo_merge(link_id: UUID) -> Response:
    """Take a merge back."""
    link = actions.undo_link(web.session(), actor(), link_id)
    return make_response(redirect(url_for("people.person", person_id=link.duplicate_id), 303))


# Units and the log


@blueprint.get("/don-vi")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def units() -> str:
    """The commune's units with the people who live there or belong to them."""
    session, who = web.session(), actor()
    counts = queries.headcounts(session, who, clock.today())
    return render_template(
        "people/units.html", units=queries.units(session, who), counts=counts, **WORDS
    )


@blueprint.get("/nhat-ky")
@allow(administrator=Reach.COMMUNE)
def audit_log() -> str:
    """Who did what, and whether the chain is whole."""
    session, commune, page = web.session(), actor().commune, _number()
    lines, total = audit_words.lines(session, commune, (page - 1) * PAGE, PAGE)
    ways = _ways("people.audit_log", page, PAGE, total)
    faults = audit.verify(session, commune)
    return render_template(
        "people/audit.html", lines=lines, faults=faults, ways=ways, root=audit.checkpoint(session, commune),
        total=_("%(count)s việc", count=number(total)),
    )  # fmt: skip
