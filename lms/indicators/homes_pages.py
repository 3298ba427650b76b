"""Households with and without a proven member, the walking list, its paper, and what was found."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for

from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.errors import Invalid, NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.ids import derived, uuid7
from lms.core.policy import Reach, Role, allow
from lms.indicators import homes, queries
from lms.indicators.helpers import Named, named
from lms.indicators.helping_forms import (
    asked_unit,
    attempt,
    key,
    page_number,
    text,
    today_or,
)
from lms.indicators.homes import Homes
from lms.indicators.pages import blueprint
from lms.people import mentoring, visiting
from lms.people import queries as register
from lms.people.helping_words import OUTCOME_WORDS, PURPOSE_WORDS
from lms.people.models import RESIDENCE_UNITS, Unit
from lms.people.visiting import GUIDES, NewVisit

PAGE = 50
MOST_ON_PAPER = 3000
"""Households of one list on paper: more is no village."""


def _found() -> Homes:
    return homes.homes(
        web.session(), actor().commune, clock.today(), request.args.get("theo", "")[:80]
    )


def _units() -> list[Unit]:
    """The units that have homes, and that the actor may see."""
    rows = register.units(web.session(), actor())
    return [unit for unit in rows if unit.kind in RESIDENCE_UNITS]


def _unit(unit_id: UUID | None) -> Unit | None:
    """The unit asked for; NotFound when it is not one of the actor's."""
    found = next((one for one in register.units(web.session(), actor()) if one.id == unit_id), None)
    if unit_id is not None and found is None:
        raise NotFound(_("Không tìm thấy đơn vị này. Hãy chọn lại trong danh sách."))
    return found


def guides() -> list[Named]:
    """Whom a form offers as the one who went: ambassadors and members of the teams, by name."""
    session, commune = web.session(), actor().commune
    ids = mentoring.helpers(session, commune, GUIDES)
    return named(session, commune, ids, clock.today())


def help_tabs() -> list[tuple[str, str, str]]:
    """The pages of this part that the actor may open: name, title, address."""
    if actor().role is Role.TRAINER:
        return []
    return [
        ("homes", _("Hộ gia đình"), url_for("indicators.homes_page")),
        ("visits", _("Nhật ký thăm"), url_for("indicators.visits_page")),
        ("helpers", _("Đại sứ số"), url_for("indicators.helpers_page")),
        ("teams", _("Tổ công nghệ số"), url_for("indicators.teams_page")),
    ]


@blueprint.get("/ho-gia-dinh")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def homes_page() -> str:
    """Households by unit, and those in which nobody has reached a proof."""
    found, unit_id, page = _found(), asked_unit(), page_number()
    rows = homes.by_unit(actor(), found)
    unvisited = request.args.get("loc", "") == "chua-tham"
    places = homes.walking_list(web.session(), actor(), found, unit_id, unvisited=unvisited)
    here = places[(page - 1) * PAGE : page * PAGE]
    shown = homes.described(web.session(), actor().commune, found, here)
    return render_template(
        "indicators/homes.html", found=found, rows=rows, whole=homes.whole(rows), shown=shown,
        total=len(places), ways=_ways(page, len(places)), units=_units(), asked=_asked(),
        unit_id=unit_id, outcomes=OUTCOME_WORDS, tabs=help_tabs(), saved=_saved(),
    )  # fmt: skip


def _asked() -> dict[str, Any]:
    """The filter as the address has it; parts that say nothing are left out."""
    given = {name: request.args.get(name, "")[:80] for name in ("don-vi", "loc", "theo")}
    return {name: value for name, value in given.items() if value}


def _ways(page: int, total: int) -> dict[str, Any]:
    pages, kept = max(1, -(-total // PAGE)), _asked()
    before = url_for("indicators.homes_page", trang=page - 1, **kept) if page > 1 else ""
    after = url_for("indicators.homes_page", trang=page + 1, **kept) if page < pages else ""
    return {"page": page, "pages": pages, "prev_url": before, "next_url": after}


def _saved() -> str:
    """The visit just written, so that it can be corrected at once."""
    typed = request.args.get("da-ghi", "")[:40]
    return str(web.uuid_field(typed, "da-ghi")) if typed else ""


# --- paper --------------------------------------------------------------------------------------


@blueprint.get("/ho-gia-dinh/danh-sach-di.pdf")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def walking_paper() -> Response:
    """The walking list of one village on A4, with boxes to tick; phones only when asked for."""
    from lms.indicators.homes_paper import Walk, walk_pdf

    unit, found = _asked_village(), _found()
    places = homes.walking_list(web.session(), actor(), found, unit.id)[:MOST_ON_PAPER]
    rows = homes.described(web.session(), actor().commune, found, places)
    commune = queries.commune_of(web.session(), actor().commune)
    phones = request.args.get("dien-thoai", "") == "1"
    answer = Response(
        walk_pdf(Walk(commune, unit.name, found.as_of, rows, phones)), mimetype="application/pdf"
    )
    return as_file(answer, f"di-tung-nha-{unit.code}.pdf", shown=True)


def _asked_village() -> Unit:
    unit = _unit(asked_unit())
    if unit is None:
        message = _("Hãy chọn một thôn, tổ dân phố rồi in danh sách của nơi đó.")
        raise Invalid(message, fields={"don-vi": [message]})
    return unit


@blueprint.get("/ho-gia-dinh/nhap-phieu")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def walk_form() -> str:
    """The whole walking list as a form, to copy the sheet after the walk."""
    return _walk_page({})


def _walk_page(errors: dict[str, str]) -> str:
    unit, found = _unit(asked_unit()), _found()
    places = homes.walking_list(web.session(), actor(), found, unit.id) if unit else []
    rows = homes.described(web.session(), actor().commune, found, places)
    return render_template(
        "indicators/walk_form.html", unit=unit, units=_units(), rows=rows, errors=errors,
        typed=request.form, form_key=request.form.get("form_key") or uuid7(), guides=guides(),
        outcomes=OUTCOME_WORDS, purposes=PURPOSE_WORDS, today=clock.today(), tabs=help_tabs(),
    )  # fmt: skip


@blueprint.post("/ho-gia-dinh/nhap-phieu")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def save_walk() -> Response:
    """Write every home that has an outcome; the same sheet twice is once."""
    told: list[tuple[int, int]] = []
    _unit(asked_unit())
    errors = attempt(lambda: told.append(_copied()))
    if errors:
        return Response(_walk_page(errors), 422)
    made, there = told[0]
    kept: dict[str, Any] = {"don-vi": text("don-vi"), "da-chep": made, "da-co": there}
    return web.see(url_for("indicators.visits_page", **kept))


def _copied() -> tuple[int, int]:
    """The sheet's homes that were visited, written down together."""
    form_key, on = key("form_key") or uuid7(), today_or("visited_on")
    purpose, helper = text("purpose") or "invite", key("helper_id")
    visits = [
        NewVisit(
            derived("walk", form_key, home), on, purpose, outcome, household_id=home,
            helper_id=helper, note=text(f"note-{home}"),
        )
        for home, outcome in _ticked()
    ]  # fmt: skip
    if not visits:
        message = _("Chưa ghi kết quả của hộ nào. Hãy chọn kết quả ở những hộ đã đến.")
        raise Invalid(message, fields={"form": [message]})
    return visiting.record_walk(web.session(), actor(), visits)


def _ticked() -> list[tuple[UUID, str]]:
    """Households of the form for which an outcome was chosen."""
    fields = (name for name, value in request.form.items() if value)
    homes_of_form = (
        name.removeprefix("outcome-") for name in fields if name.startswith("outcome-")
    )
    return [(web.uuid_field(one, "form"), text(f"outcome-{one}")) for one in homes_of_form]
