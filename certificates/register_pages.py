"""The pages of the register of certificates, for officers and administrators; trainers see their classes."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import register, register_files, register_words
from certificates.pages import blueprint
from certificates.register import PAGE, STATUSES, Wanted
from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.core.text import number
from lms.people.models import Commune
from lms.people.pages import page_number, ways_of
from lms.people.proof import weighs

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@blueprint.get("/so-giay-chung-nhan")
@allow(TEACHING)
def register_page() -> str:
    """What was issued, by year, programme, unit, class and status; a number or a name finds one."""
    session, who, page = web.session(), actor(), page_number()
    wanted, asked = _wanted()
    cohort = register.require_class(session, who, wanted)
    found = register.page(session, who, wanted, (page - 1) * PAGE)
    ways = ways_of("certificates.register_page", page, PAGE, found.total, **asked)
    return render_template(
        "certificates/register.html", found=found, asked=asked, cohort=cohort, ways=ways,
        offered=register.choices(session, who), tabs=_tabs(found, asked), say=register_words,
    )  # fmt: skip


def _tabs(found: register.Page, asked: dict[str, str]) -> list[tuple[str, str, bool, str]]:
    """The statuses with how many there are of each, so that what is listed adds up in sight."""
    here, tabs = asked.get("tinh-trang", ""), []
    for key in ("", *STATUSES):
        count = found.counts.get(key, 0) if key else found.everything
        if count or key in ("", here):
            kept: dict[str, Any] = {**asked, "tinh-trang": key or None}
            url = url_for("certificates.register_page", **kept)
            label = register_words.state(key) if key else _("Tất cả")
            tabs.append((label, url, key == here, number(count)))
    return tabs


@blueprint.get("/so-giay-chung-nhan.<any(xlsx,csv):kind>")
@allow(TEACHING)
@weighs
def register_file(kind: str) -> Response:
    """What the page shows, all of it, in the order of numbers, as a workbook or csv."""
    body = _xlsx() if kind == "xlsx" else _csv()
    answer = Response(body, content_type=TYPES[kind])
    return as_file(answer, f"so-cap-giay-chung-nhan-{clock.today():%Y-%m-%d}.{kind}")


def _csv() -> bytes:
    session, who, (wanted, _asked) = web.session(), actor(), _wanted()
    register.require_class(session, who, wanted)
    return register_files.csv(register.everything(session, who, wanted))


def _xlsx() -> bytes:
    session, who, (wanted, _asked) = web.session(), actor(), _wanted()
    cohort = register.require_class(session, who, wanted)
    register.require_book(session, who, wanted)
    offered = register.choices(session, who)
    filters = register_words.filters(wanted, offered, cohort.name if cohort else "")
    entries = list(register.everything(session, who, wanted))
    commune = session.get_one(Commune, who.commune)
    return register_files.xlsx(entries, commune, filters, clock.now())


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """The filter of the address, and its parts as asked; parts that say nothing are left out."""
    names = ("tim", "nam", "chuong-trinh", "don-vi", "lop", "tinh-trang")
    text, year, programme, unit, cohort, status = (request.args.get(n, "")[:80] for n in names)
    wanted = Wanted(
        text=text,
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        programme=programme,
        unit_id=web.uuid_field(unit, "don-vi") if unit else None,
        cohort_id=web.uuid_field(cohort, "lop") if cohort else None,
        status=status if status in STATUSES else "",
    )
    asked: dict[str, Any] = {
        "tim": text, "nam": str(wanted.year or ""), "chuong-trinh": programme, "don-vi": unit,
        "lop": cohort, "tinh-trang": wanted.status,
    }  # fmt: skip
    return wanted, {name: value for name, value in asked.items() if value}
