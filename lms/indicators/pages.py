"""Plan pages for officers: the list, one plan, one figure and the people behind it, the exports."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for

from lms.core import audit, clock, web
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, Role, allow
from lms.indicators import actions, queries, wording
from lms.indicators.bare import full_id
from lms.indicators.choices import offered_choices
from lms.indicators.definition import definition
from lms.indicators.export_csv import csv_bytes
from lms.indicators.export_json import Paper, json_bytes
from lms.indicators.headline import (
    deadline_text,
    headline,
    place_text,
    plan_title,
    setting_notes,
    standing_notes,
)
from lms.indicators.people_lists import STATES, listed
from lms.indicators.period import Period, period, years_to_offer
from lms.indicators.plan_file import shipped_plans
from lms.indicators.queries import Adopted
from lms.indicators.rules.ages import AGE_BANDS
from lms.indicators.rules.arithmetic import rate_text
from lms.indicators.rules.figure import PlanReport
from lms.indicators.rules.vocabulary import Level, Subject
from lms.indicators.sheet import Line, commitment_lines, line_of, lines_of
from lms.indicators.snapshot_queries import snapshots

blueprint = Blueprint("indicators", __name__)
PAGE = 50

EXPORTS = {
    "csv": "text/csv; charset=utf-8",
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
    report, chosen = _report(code)
    if _own_units_only():
        return _unit_page(report, chosen)
    lines = lines_of(report)
    return render_template(
        "indicators/plan.html",
        lines=lines,
        promised=commitment_lines(report),
        headline=headline(lines),
        paper=_paper(report),
        notes=[*setting_notes(report), *report.plan.notes, *standing_notes()],
        closed=snapshots(web.session(), actor().commune, code),
        **_surroundings(report, chosen),
    )


def _report(code: str) -> tuple[PlanReport, Period]:
    """The report of the period the address asks for."""
    adopted = queries.adopted(web.session(), actor().commune, code)
    args = request.args
    chosen = period(adopted.plan, clock.today(), args.get("year", ""), args.get("as_of", ""))
    report = queries.report_of(web.session(), actor().commune, adopted, chosen.year, chosen.as_of)
    return report, chosen


def _paper(report: PlanReport) -> Paper:
    session, commune = web.session(), actor().commune
    return Paper(report, queries.commune_of(session, commune), audit.checkpoint(session, commune))


def _surroundings(report: PlanReport, chosen: Period) -> dict[str, Any]:
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


def _unit_page(report: PlanReport, chosen: Period) -> str:
    """What the reporter of a unit sees: the rows of that unit, and no total of the commune."""
    own = actor().unit_ids
    rows = [
        (line, row)
        for line in lines_of(report)
        for row in line.figure.by_unit
        if row.unit and full_id(row.unit) in own
    ]
    return render_template(
        "indicators/plan_of_unit.html", rows=rows, **_surroundings(report, chosen)
    )


@blueprint.get("/ke-hoach/<code>/xuat.<kind>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def export(code: str, kind: str) -> Response:
    """The plan's figures as csv, JSON or xlsx."""
    if kind not in EXPORTS:
        raise NotFound(_("Chỉ xuất được csv, json và xlsx. Hãy chọn một trong ba."))
    report, _chosen = _report(code)
    paper = _paper(report)
    answer = Response(_bytes(paper, kind), content_type=EXPORTS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper.stem}.{kind}"'
    return answer


def _bytes(paper: Paper, kind: str) -> bytes:
    if kind == "xlsx":
        from lms.indicators.export_xlsx import xlsx_bytes

        return xlsx_bytes(paper)
    return csv_bytes(paper) if kind == "csv" else json_bytes(paper)


# --- one figure ---------------------------------------------------------------------------------


@blueprint.get("/ke-hoach/<code>/<no>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def figure(code: str, no: str) -> str:
    """One figure: what it means, the ladder, units, sex and age, and the people behind it."""
    report, chosen = _report(code)
    line = _line(report, no)
    return render_template(
        "indicators/figure.html",
        line=line,
        definition=definition(line),
        own={"code": code, "no": no, "as_of": chosen.as_of.isoformat()},
        whole=_widest(line),
        sex_words={"nam": _("nam"), "nu": _("nữ")},
        age_words=_age_words(),
        level_options=[(level.value, wording.level_name(level.value)) for level in Level],
        choices=_choices_of(report, line),
        chosen=report.settings,
        people=_people(line, chosen),
        **_surroundings(report, chosen),
    )


def _widest(line: Line) -> int:
    """What the bars of the ladder are drawn against: the people looked at, or the longest bar."""
    numbers = [step.number for step in (*line.ladder, *line.outside)]
    own = line.denominator if line.figure.counted.subject is Subject.PERSON else 0
    return max([*numbers, own or 0], default=1)


def _age_words() -> dict[str, str]:
    last = _("từ 60 tuổi")
    plain = {band: _("%(band)s tuổi", band=band.replace("-", "–")) for band in AGE_BANDS}
    return plain | {"0-15": _("dưới 16 tuổi"), "60+": last}


def _line(report: PlanReport, no: str) -> Line:
    line = line_of(report, no)
    if line is None:
        raise NotFound(_("Kế hoạch không có chỉ tiêu này. Hãy mở lại trang kế hoạch."))
    return line


def _people(line: Line, chosen: Period) -> dict[str, Any]:
    """One page of the people in the figure, or not yet in it."""
    state = request.args.get("state", "missing" if line.figure.missing else "in")
    state = state if state in STATES else "in"
    page = max(1, request.args.get("page", 1, int))
    rows, total = listed(
        web.session(), actor().commune, line.figure, chosen.as_of, state, (page - 1) * PAGE, PAGE
    )
    return {
        "rows": rows,
        "total": total,
        "state": state,
        "page": page,
        "pages": max(1, -(-total // PAGE)),
        "first": (page - 1) * PAGE + 1,
    }


def _choices_of(report: PlanReport, line: Line) -> dict[str, tuple[str, ...]]:
    """What the commune may settle about this figure: kind → offered values."""
    offered = offered_choices(report.plan)
    keys = {
        "denominators": line.figure.counted.population.key,
        "readings": line.code,
        "levels": line.code,
    }
    return {kind: offered[kind].get(key, ()) for kind, key in keys.items()}


@blueprint.post("/ke-hoach/<code>/<no>/ten")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def word(code: str, no: str) -> Response:
    """Put in the official wording of an indicator."""
    actions.word_indicator(web.session(), actor(), code, no, request.form.get("text", ""))
    return redirect(url_for("indicators.figure", code=code, no=no), 303)  # type: ignore[return-value]  # werkzeug's redirect is Flask's class.


@blueprint.post("/ke-hoach/<code>/<no>/lua-chon")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def choose(code: str, no: str) -> Response:
    """Settle what the plan leaves open about one figure."""
    form = request.form
    kind, choice = form.get("kind", ""), form.get("choice", "")
    key = form.get("key", "") if kind == "denominators" else no
    actions.choose(web.session(), actor(), code, kind, key, choice or None)
    return redirect(url_for("indicators.figure", code=code, no=no), 303)  # type: ignore[return-value]  # werkzeug's redirect is Flask's class.


def unit_choice(value: str) -> UUID | None:
    """The unit chosen in a form; nothing is the whole commune."""
    return web.uuid_field(value, "unit_id") if value else None
