"""One figure: what it means, how it grew, who is in it and who is not, and why in each case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from lms.core import clock, web
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, Role, allow
from lms.core.text import sort_key
from lms.indicators import actions, narrowing, queries, wording
from lms.indicators.bare import full_id
from lms.indicators.began import Courses
from lms.indicators.choices import offered_choices
from lms.indicators.counted_records import records_of
from lms.indicators.declared_sheet import columns_of
from lms.indicators.definition import definition, measure_text
from lms.indicators.forecast import bounds_for
from lms.indicators.growth_view import growing, month_ends
from lms.indicators.narrowing import Wanted
from lms.indicators.opened import Opened, last_closed, open_plan
from lms.indicators.outlook import ahead_of, method_text
from lms.indicators.pages import blueprint, surroundings
from lms.indicators.people_lists import listed_of
from lms.indicators.period import Period, period
from lms.indicators.rules.ages import AGE_BANDS
from lms.indicators.rules.facts import Key
from lms.indicators.rules.figure import State
from lms.indicators.rules.plan import Plan
from lms.indicators.rules.vocabulary import Level, MeasureKind, Subject
from lms.indicators.sheet import Line, line_of
from lms.indicators.unit_lines import farthest, unit_lines, units_drawing
from lms.indicators.why import members_of, nearest, reasons, subject_of, traces
from lms.people import queries as register
from lms.people.models import MEMBERSHIP_KINDS

PAGE = 50
STATES = ("in", "missing", "all")


@blueprint.get("/ke-hoach/<code>/<no>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def figure(code: str, no: str) -> str:
    """One figure: units, growth, ladder, sex and age, the people behind it, the definition."""
    opened, line, chosen = _opened(code, no)
    shown = _drawn(opened, line) | _way(opened, line, code, chosen) | _settling(opened, line)
    return _rendered("figure", opened, line, chosen, people=_people(opened, line, chosen), **shown)


def _rendered(name: str, opened: Opened, line: Line, chosen: Period, **shown: Any) -> str:
    """A page about one figure, with the words and the surroundings that all of them have."""
    return render_template(
        f"indicators/{name}.html",
        line=line,
        asks=measure_text(line.figure.counted),
        **words_of(line),
        **shown,
        **surroundings(opened.report, chosen),
    )


def _drawn(opened: Opened, line: Line) -> dict[str, Any]:
    """The rows by unit, their drawing, and whom to call; what the figure counts."""
    units = unit_lines(line.figure, opened.day)
    return {
        "units": units,
        "units_drawing": units_drawing(line.figure, units),
        "farthest": farthest(units),
        "definition": definition(line),
        "records": records_of(web.session(), actor().commune, line.figure),
        "todo": _todo(opened.report.plan, line),
    }


def _todo(plan: Plan, line: Line) -> dict[str, str] | None:
    """What to do where nothing can be said of the figure yet; None where something can."""
    state, measure = line.figure.outcome.state, line.figure.counted.measure
    if state is State.NO_DENOMINATOR:
        said, label = _("Chưa biết tổng số đối tượng."), _("Ghi tổng số")
        return {"said": said, "label": label, "url": _input_url(plan, line)}
    if state is not State.NO_DATA:
        return None
    if measure.kind is MeasureKind.CONFIRMED:
        said, url = _("Chưa nhập danh sách nào."), url_for("indicators.outside_lists_page")
        return {"said": said, "label": _("Nhập danh sách xác nhận"), "url": url}
    if measure.kind is MeasureKind.COUNT:
        said, url = _("Chưa ghi việc nào."), url_for("indicators.counts_page", code=plan.code)
        return {"said": said, "label": _("Ghi việc đã làm"), "url": url}
    said, label = _("Chưa ai ghi số này."), _("Ghi số này")
    return {"said": said, "label": label, "url": _input_url(plan, line)}


def _input_url(plan: Plan, line: Line) -> str:
    """The sheet with the boxes of this figure, where it has some."""
    counted = line.figure.counted
    wanted = (counted.measure.what, counted.population.key)
    boxes = [one.code for one in columns_of(plan)]
    column = next((code for code in wanted if code in boxes), None)
    return url_for("indicators.inputs_page", code=plan.code, cot=column)


def _opened(code: str, no: str) -> tuple[Opened, Line, Period]:
    return opened_figure(web.session(), actor().commune, code, no, request.args)


def opened_figure(
    session: Session, commune: UUID, code: str, no: str, asked: Mapping[str, str]
) -> tuple[Opened, Line, Period]:
    """The figure of the period that is asked for, with what it stands on."""
    adopted = queries.adopted(session, commune, code)
    chosen = period(adopted.plan, clock.today(), asked.get("year", ""), asked.get("as_of", ""))
    opened = open_plan(session, commune, adopted, chosen, only=no)
    line = line_of(opened.report, no)
    if line is None:
        raise NotFound(_("Kế hoạch không có chỉ tiêu này. Hãy mở lại trang kế hoạch."))
    return opened, line, chosen


def _way(opened: Opened, line: Line, code: str, chosen: Period) -> dict[str, Any]:
    """How it grew, and where it goes at today's pace."""
    report = opened.report
    bounds = (*month_ends(report.as_of), *bounds_for(report.as_of))
    courses = Courses(opened.evidence, bounds)
    closed = last_closed(web.session(), actor().commune, code, chosen)
    ahead = ahead_of(line, courses.of(line.figure), report, clock.today(), closed)
    return {
        "ahead": ahead,
        "growing": growing(line, ahead.course, ahead.forecast, report),
        "method": method_text(),
    }


def words_of(line: Line) -> dict[str, Any]:
    """The words of a figure's tables and filters."""
    return {
        "whole": _widest(line),
        "sex_words": {"nam": _("nam"), "nu": _("nữ"), narrowing.UNKNOWN: _("không rõ")},
        "age_words": _age_words(),
        "group_words": MEMBERSHIP_KINDS,
        "unknown": narrowing.UNKNOWN,
        "is_person": line.figure.counted.subject is Subject.PERSON,
        "counts_units": line.figure.counted.subject in (Subject.UNIT, Subject.TEAM),
    }


def _widest(line: Line) -> int:
    """What the bars of the ladder are drawn against: the people looked at, or the longest bar."""
    numbers = [step.number for step in (*line.ladder, *line.outside)]
    own = line.denominator if line.figure.counted.subject is Subject.PERSON else 0
    return max([*numbers, own or 0], default=1)


def _age_words() -> dict[str, str]:
    plain = {band: _("%(band)s tuổi", band=band.replace("-", "–")) for band in AGE_BANDS}
    named = {"0-15": _("dưới 16 tuổi"), "60+": _("từ 60 tuổi"), narrowing.UNKNOWN: _("không rõ")}
    return plain | named


# --- the people ---------------------------------------------------------------------------------


def _people(
    opened: Opened, line: Line, chosen: Period, own: frozenset[Key] | None = None
) -> dict[str, Any]:
    """One page of the people in the figure, or not yet in it; `own` are a reporter's units."""
    wanted, state = narrowing.asked(request.args), state_of(line, request.args.get("state", ""))
    found = {one: _keys(opened, line, one, wanted, own) for one in STATES}
    page = max(1, request.args.get("page", 1, int))
    rows, total = listed_of(
        web.session(), actor().commune, line.figure, found[state], chosen.as_of,
        (page - 1) * PAGE, PAGE, wanted.text,
    )  # fmt: skip
    kept = {"as_of": chosen.as_of.isoformat(), **narrowing.kept(wanted)}
    return {
        "rows": rows, "total": total, "state": state, "wanted": wanted, "kept": kept,
        "page": page, "pages": max(1, -(-total // PAGE)),
        "counts": {one: len(keys) for one, keys in found.items()},
        "nearest": _nearest(opened, line, [row.id.hex for row in rows]),
        "members": _members(opened, line, [row.id.hex for row in rows]),
        "groups": narrowing.groups_among(opened.day, narrowing.subjects(line.figure, "all")),
    }  # fmt: skip


def state_of(line: Line, asked: str) -> str:
    """Whose list is shown: in, missing or all; only of those in it where nobody else is listed."""
    state = asked or ("missing" if line.figure.missing else "in")
    lists_all = line.figure.missing is not None
    return state if state in STATES and (lists_all or state == "in") else "in"


def _keys(
    opened: Opened, line: Line, state: str, wanted: Wanted, own: frozenset[Key] | None
) -> frozenset[Key]:
    keys = narrowing.subjects(line.figure, state)
    keys = keys if own is None else narrowing.within(opened.day, line.figure, keys, own)
    return narrowing.narrowed(opened.day, line.figure, keys, wanted)


def _nearest(opened: Opened, line: Line, keys: list[str]) -> dict[UUID, str]:
    """How near everybody on the page is; only for people counted by proof."""
    if line.figure.counted.subject is not Subject.PERSON or not line.counts_people_by_proof:
        return {}
    found = traces(opened.evidence, set(keys) - line.figure.people)
    counted = line.figure.counted
    return {full_id(key): nearest(opened.evidence, counted, one) for key, one in found.items()}


def _members(opened: Opened, line: Line, keys: list[str]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Who belongs to each household or team on the page: id and name, by name."""
    found = {key: members_of(opened.day, line.figure, key) for key in keys}
    ids = {full_id(who) for people in found.values() for who in people}
    names = register.names_of(web.session(), actor().commune, ids) if ids else {}
    return {
        full_id(key): sorted(
            ((full_id(who), names.get(full_id(who), "")) for who in people),
            key=lambda one: sort_key(one[1]),
        )
        for key, people in found.items()
    }


@blueprint.get("/ke-hoach/<code>/<no>/don-vi-toi")
@allow(unit_reporter=Reach.UNIT)
def unit_people(code: str, no: str) -> str:
    """The people of a reporter's own units in a figure, or missing from it."""
    opened, line, chosen = _opened(code, no)
    own = frozenset(unit.hex for unit in actor().unit_ids)
    mine = [one for one in unit_lines(line.figure, opened.day) if one.asked in own]
    people = _people(opened, line, chosen, own)
    return _rendered("people_of_unit", opened, line, chosen, units=mine, people=people)


# --- why ----------------------------------------------------------------------------------------


@blueprint.get("/ke-hoach/<code>/<no>/vi-sao/<uuid:person_id>")
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def why(code: str, no: str, person_id: UUID) -> str:
    """Why one person is counted in a figure, or what is lacking."""
    found = register.person(web.session(), actor(), person_id, clock.today())
    opened, line, chosen = _opened(code, no)
    told = _told(opened, line, opened.day.root(found.id.hex))
    is_officer = actor().role is not Role.UNIT_REPORTER
    return _rendered("why", opened, line, chosen, person=found, is_officer=is_officer, **told)


def _told(opened: Opened, line: Line, who: Key) -> dict[str, Any]:
    """What is said of one person in one figure; of a household or a team through its member."""
    figure, day = line.figure, opened.day
    subject = subject_of(day, figure, who)
    trace = traces(opened.evidence, {who})[who]
    unit = day.homes.get(who, (None, None))[0]
    return {
        "is_in": subject in figure.people,
        "in_population": subject in day.people(figure.counted.population),
        "home": day.unit_names.get(unit, "") if unit else "",
        "reasons": reasons(
            opened.evidence, figure.counted, trace, set(figure.evidence_of(subject))
        ),
    }


# --- what the commune settles -------------------------------------------------------------------


def _settling(opened: Opened, line: Line) -> dict[str, Any]:
    """What the commune may settle about this figure: kind → offered values."""
    offered = offered_choices(opened.report.plan)
    keys = {
        "denominators": line.figure.counted.population.key,
        "readings": line.code,
        "levels": line.code,
    }
    return {
        "choices": {kind: offered[kind].get(key, ()) for kind, key in keys.items()},
        "settled": opened.report.settings,
        "level_options": [(level.value, wording.level_name(level.value)) for level in Level],
    }


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
