"""Ambassadors and those they guide: the list, one of them, pairing by search or by a pasted list; teams."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for

from lms.core import clock, web
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import TEACHING, VISITING, Reach, Role, allow
from lms.core.text import clean
from lms.indicators import helpers, helpers_teams
from lms.indicators.helping_forms import Errors, attempt, key, text, today_or
from lms.indicators.homes_pages import help_tabs
from lms.indicators.pages import blueprint
from lms.people import mentoring, mentoring_list
from lms.people import queries as register
from lms.people.helping_words import PAIRING_WORDS
from lms.people.mentoring import NewPair
from lms.people.mentoring_list import Read
from lms.people.queries import Filter, Line
from lms.people.rules.pairing_list import MOST_ROWS

FOUND = 20
"""People that a search offers at most."""


# --- ambassadors --------------------------------------------------------------------------------


@blueprint.get("/dai-su")
@allow(VISITING)
def helpers_page() -> str:
    """Every ambassador with how many are guided and how many of these have reached a proof."""
    session, who, today = web.session(), actor(), clock.today()
    rows = helpers.helper_rows(session, who, helpers.pairs(session, who, today))
    return render_template(
        "indicators/helpers.html", rows=rows, whole=helpers.added(rows), tabs=help_tabs(),
        may_pair=who.role in mentoring.PAIRERS, brought=request.args.get("da-ghep", 0, type=int),
        is_trainer=who.role is Role.TRAINER,
        may_commend=who.role in (Role.OFFICER, Role.ADMINISTRATOR),
    )  # fmt: skip


@blueprint.get("/dai-su/<uuid:helper_id>")
@allow(
    trainer=Reach.COMMUNE, unit_reporter=Reach.UNIT, officer=Reach.COMMUNE,
    administrator=Reach.COMMUNE,
)  # fmt: skip
def helper_page(helper_id: UUID) -> str:
    """One ambassador: the mentees with what counted, and the search for another one."""
    return _helper_page(helper_id, {})


def _helper_page(helper_id: UUID, errors: Errors) -> str:
    session, who, today = web.session(), actor(), clock.today()
    it = helpers.helper(session, who, helper_id, today)
    typed = clean(request.values.get("tim", ""))[:80]
    found, total = _search(typed, today) if typed else ([], 0)
    return render_template(
        "indicators/helper.html", it=it, typed=typed, found=found, total=total, errors=errors,
        paired={row.who.id for row in it.mentees}, today=today, ways=PAIRING_WORDS,
        may_pair=who.role in mentoring.PAIRERS, tabs=help_tabs(),
    )  # fmt: skip


def _search(typed: str, today: date) -> tuple[list[Line], int]:
    """People by name; a trainer finds those of the own classes only."""
    session, who = web.session(), actor()
    if who.role is not Role.TRAINER:
        return register.people(session, who, Filter(typed), today, 0, FOUND)
    taught = helpers.taught(session, who)
    found = register.those(session, who, taught, typed, today)
    return found[:FOUND], len(found)


@blueprint.post("/dai-su/<uuid:helper_id>/kem")
@allow(trainer=Reach.COMMUNE, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def add_mentee(helper_id: UUID) -> Response:
    """Write down that somebody is guided by this ambassador."""
    session, who = web.session(), actor()
    helpers.helper(session, who, helper_id, clock.today())
    errors = attempt(lambda: _pair(helper_id))
    if errors:
        return Response(_helper_page(helper_id, errors), 422)
    return web.see(url_for("indicators.helper_page", helper_id=helper_id))


def _pair(helper_id: UUID) -> None:
    session, who = web.session(), actor()
    new = NewPair(helper_id, _mentee(), today_or("from_date"), text("how") or "assigned")
    mentoring.pair(session, who, new, helpers.taught(session, who))


def _mentee() -> UUID:
    found = key("mentee_id")
    if found is None:
        message = _("Hãy tìm tên rồi bấm “Thêm” ở người được kèm.")
        raise Invalid(message, fields={"mentee_id": [message]})
    return found


@blueprint.post("/kem-cap/<uuid:mentorship_id>/thoi")
@allow(TEACHING)
def end_mentoring(mentorship_id: UUID) -> Response:
    """The pair parts from a day on."""
    session, who = web.session(), actor()
    taught = helpers.taught(session, who)
    row = mentoring.mentorship(session, who, mentorship_id, taught)
    errors = attempt(
        lambda: mentoring.end(session, who, mentorship_id, today_or("to_date"), taught)
    )
    if errors:
        return Response(_helper_page(row.ambassador_id, errors), 422)
    return web.see(url_for("indicators.helper_page", helper_id=row.ambassador_id))


# --- a pasted list ------------------------------------------------------------------------------


@blueprint.get("/dai-su/danh-sach")
@allow(TEACHING)
def pairing_list() -> str:
    """Where a list of ambassadors and mentees is pasted."""
    return _list_page([], {})


def _list_page(rows: list[Read], errors: Errors) -> str:
    return render_template(
        "indicators/pairing_list.html", rows=rows, errors=errors, typed=text("text", 60_000),
        today=clock.today(), tabs=help_tabs(),
        ready=sum(row.is_clear and not row.known for row in rows),
    )  # fmt: skip


@blueprint.post("/dai-su/danh-sach")
@allow(TEACHING)
def read_pairing_list() -> Response:
    """Say of each row whom it means; nothing is written yet."""
    session, who, rows = web.session(), actor(), list[Read]()
    errors = attempt(
        lambda: rows.extend(
            mentoring_list.read(session, who, text("text", 60_000), helpers.taught(session, who))
        )
    )
    return Response(_list_page(rows, errors), 422 if errors else 200)


@blueprint.post("/dai-su/danh-sach/luu")
@allow(TEACHING)
def save_pairing_list() -> Response:
    """Write the pairs of the list, all of them or none; pairs that stand stay as they are."""
    session, who = web.session(), actor()
    taught, on = helpers.taught(session, who), today_or("from_date")
    pairs = _ticked()
    for helper, mentee in pairs:
        mentoring.pair(session, who, NewPair(helper, mentee, on), taught)
    brought: dict[str, Any] = {"da-ghep": len(pairs)}
    return web.see(url_for("indicators.helpers_page", **brought))


def _ticked() -> list[tuple[UUID, UUID]]:
    """(ambassador, mentee) of every row for which both are known; the rest is left out."""
    numbers = [name.removeprefix("helper-") for name in request.form if name.startswith("helper-")]
    chosen = [(key(f"helper-{n[:8]}"), key(f"mentee-{n[:8]}")) for n in numbers[:MOST_ROWS]]
    pairs = [(helper, mentee) for helper, mentee in chosen if helper and mentee]
    if not pairs:
        message = _("Chưa chọn cặp nào để ghi. Hãy dán danh sách rồi chọn người.")
        raise Invalid(message, fields={"text": [message]})
    return pairs


# --- teams --------------------------------------------------------------------------------------


@blueprint.get("/to-cong-nghe-so")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def teams_page() -> str:
    """The digital teams by unit, what each member has, and which class is open to the others."""
    session, who = web.session(), actor()
    found = helpers_teams.teams(session, who, clock.today(), request.args.get("theo", "")[:80])
    return render_template(
        "indicators/teams.html", found=found, tabs=help_tabs(), may_open=_may_open(),
    )  # fmt: skip


def _may_open() -> bool:
    """Whether the actor's role may open a class."""
    return actor().role in (Role.OFFICER, Role.ADMINISTRATOR)
