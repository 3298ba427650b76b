"""Plan pages for officers and unit reporters: the list, one plan, the exports."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for

from lms.core import audit, clock, web
from lms.core.downloads import as_file
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, Role, allow
from lms.indicators import actions, queries, wording
from lms.indicators.brief import brief
from lms.indicators.export_csv import breakdown_csv_bytes, csv_bytes
from lms.indicators.export_json import Paper, json_bytes
from lms.indicators.export_paper import paper_of
from lms.indicators.headline import (
    deadline_text,
    headline,
    place_text,
    plan_title,
    setting_notes,
    standing_notes,
)
from lms.indicators.opened import Opened, last_closed, open_plan
from lms.indicators.outlook import aheads, method_text
from lms.indicators.period import Period, period, years_to_offer
from lms.indicators.plan_file import shipped_plans
from lms.indicators.queries import Adopted
from lms.indicators.rules.arithmetic import rate_text
from lms.indicators.rules.figure import PlanReport
from lms.indicators.sheet import Line, commitment_lines, lines_of
from lms.indicators.snapshot_queries import snapshots
from lms.indicators.unit_lines import farthest, unit_lines

blueprint = Blueprint("indicators", __name__)

BREAKDOWN = "chia-nho.csv"
EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    BREAKDOWN: "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/ke-hoach")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def plans() -> str:
    """The plans the commune works with, each at a glance."""
    session, commune = web.session(), actor().commune
    found = queries.adopted_plans(session, commune)
    return render_template(
        "indicators/plans.html",
        cards=[] if _own_units_only() else _cards(found),
        plans=found,
        offered=[] if _own_units_only() else _offered(found),
        plan_title=plan_title,
        place_text=place_text,
    )


def _cards(found: list[Adopted]) -> list[dict[str, Any]]:
    """Each plan with its headline today; the register is read once for all of them."""
    session, commune, today = web.session(), actor().commune, clock.today()
    facts = queries.facts_of(session, commune) if found else None
    reports = [queries.report_of(session, commune, one, today.year, today, facts) for one in found]
    return [
        {
            "plan": report.plan,
            "headline": headline(lines_of(report)),
            "deadline": deadline_text(report, today),
        }
        for report in reports
    ]


def _offered(found: list[Adopted]) -> list[tuple[str, str]]:
    """Plans that come with the service and are not in use here: code and title."""
    used = {one.code for one in found}
    shipped = {code: text for code, text in shipped_plans().items() if code not in used}
    return [(code, queries.parsed(text, code).title) for code, text in shipped.items()]


def _own_units_only() -> bool:
    return actor().role is Role.UNIT_REPORTER


@blueprint.post("/ke-hoach")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def adopt() -> Response:
    """Take up one of the plans that come with the service."""
    row = actions.adopt_shipped(web.session(), actor(), request.form.get("plan", ""))
    return redirect(url_for("indicators.plan", code=row.code), 303)  # type: ignore[return-value]  # werkzeug's redirect is Flask's class.


# --- one plan -----------------------------------------------------------------------------------


@blueprint.get("/ke-hoach/<code>")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def plan(code: str) -> str:
    """One plan: every indicator in the plan's own order and numbering."""
    opened, chosen = _opened(code)
    if _own_units_only():
        return _unit_page(opened, chosen)
    lines, promised = lines_of(opened.report), commitment_lines(opened.report)
    return render_template(
        "indicators/plan.html",
        lines=lines,
        promised=promised,
        headline=headline(lines),
        brief=brief(opened.report, lines, clock.today()),
        paper=_paper(opened.report),
        closed=snapshots(web.session(), actor().commune, code),
        **_ahead(opened, [*lines, *promised], chosen),
        **surroundings(opened.report, chosen),
    )


def _opened(code: str) -> tuple[Opened, Period]:
    """The plan of the period the address asks for, with what it stands on."""
    session, commune = web.session(), actor().commune
    adopted = queries.adopted(session, commune, code)
    args = request.args
    chosen = period(adopted.plan, clock.today(), args.get("year", ""), args.get("as_of", ""))
    return open_plan(session, commune, adopted, chosen), chosen


def _ahead(opened: Opened, lines: list[Line], chosen: Period) -> dict[str, Any]:
    """Trend and forecast of every line, who is left where, and how to read all of it."""
    report = opened.report
    closed = last_closed(web.session(), actor().commune, report.plan.code, chosen)
    return {
        "ahead": aheads(report, lines, opened.evidence, clock.today(), closed),
        "left": {one.code: farthest(unit_lines(one.figure, opened.day)) for one in lines},
        "notes": [
            *setting_notes(report), *report.plan.notes, *standing_notes(), method_text(),
        ],
    }  # fmt: skip


def _paper(report: PlanReport) -> Paper:
    session, commune = web.session(), actor().commune
    return Paper(report, queries.commune_of(session, commune), audit.checkpoint(session, commune))


def surroundings(report: PlanReport, chosen: Period) -> dict[str, Any]:
    """What every page of a plan shows around its figures."""
    today = clock.today()
    return {
        "plan": report.plan,
        "title": plan_title(report.plan),
        "place": place_text(report.plan),
        "period": chosen,
        "asked": {"as_of": chosen.as_of.isoformat()},
        "years": years_to_offer(report.plan, today),
        "today": today,
        "deadline": deadline_text(report, today),
        "target_text": wording.target_text,
        "rate_text": rate_text,
    }


def _unit_page(opened: Opened, chosen: Period) -> str:
    """What the reporter of a unit sees: the rows of that unit, and no total of the commune."""
    own = {unit.hex for unit in actor().unit_ids}
    rows = [
        (line, row)
        for line in lines_of(opened.report)
        for row in unit_lines(line.figure, opened.day)
        if row.asked in own
    ]
    return render_template(
        "indicators/plan_of_unit.html", rows=rows, **surroundings(opened.report, chosen)
    )


@blueprint.get("/ke-hoach/<code>/xuat.<kind>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def export(code: str, kind: str) -> Response:
    """The plan's figures as csv, JSON or xlsx; `chia-nho.csv` is every figure taken apart."""
    if kind not in EXPORTS:
        raise NotFound(_("Chỉ xuất được csv, json và xlsx. Hãy chọn một trong ba."))
    paper = _whole_paper(code)
    answer = Response(_bytes(paper, kind), content_type=EXPORTS[kind])
    return as_file(answer, f"{paper.stem}.{kind}")


def _whole_paper(code: str) -> Paper:
    """The report with everything that the exports print."""
    session, commune = web.reports(), actor().commune
    adopted = queries.adopted(session, commune, code)
    args = request.args
    chosen = period(adopted.plan, clock.today(), args.get("year", ""), args.get("as_of", ""))
    return paper_of(session, commune, adopted, chosen.year, chosen.as_of)


def _bytes(paper: Paper, kind: str) -> bytes:
    if kind == "xlsx":
        from lms.indicators.export_xlsx import xlsx_bytes

        return xlsx_bytes(paper)
    if kind == BREAKDOWN:
        return breakdown_csv_bytes(paper)
    return csv_bytes(paper) if kind == "csv" else json_bytes(paper)


def unit_choice(value: str) -> UUID | None:
    """The unit chosen in a form; nothing is the whole commune."""
    return web.uuid_field(value, "unit_id") if value else None
