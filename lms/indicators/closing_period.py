"""What is missing before a period is closed (thiếu gì để chốt kỳ), each with the page where it is mended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from certificates.models import Certificate
from lms.cohorts import carry_queries
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Attendance, ClassSession, Cohort
from lms.core import clock
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.choices import offered_choices
from lms.indicators.models import DeclaredMeasure, DeclaredPopulation, FactImport
from lms.indicators.rules.deadlines import CalendarEntry, Period, calendar_of
from lms.indicators.rules.figure import PlanReport, State
from lms.indicators.rules.plan import Plan
from lms.indicators.rules.vocabulary import OUTSIDE_FACTS
from lms.indicators.sheet import Line, lines_of
from lms.indicators.wording import proof_name, put_in_names
from lms.ledger import queries as ledger
from lms.people.duplicates import candidates

OLD_LIST_DAYS = 30
"""An outside list older than this at the cut-off is said to be old."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be closed: a report of the plan's calendar, or a day (an empty `report`)."""

    report: str
    title: str
    starts: date
    ends: date
    as_of: date


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `count` is how many are missing; 0 is in order. `page` is where to mend it."""

    code: str
    said: str
    count: int = 0
    names: tuple[str, ...] = ()
    page: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_gap(self) -> bool:
        """Whether something is missing."""
        return self.count > 0

    @property
    def text(self) -> str:
        """The sentence that is printed."""
        names = "; ".join(self.names)
        return f"{self.said}: {names}" if self.is_gap and names else self.said


# --- which periods may be closed ----------------------------------------------------------------


def closable(plan: Plan, today: date) -> list[Wanted]:
    """The reports of this year and the last whose period has begun, the latest first."""
    entries = [
        entry
        for year in (today.year, today.year - 1)
        if year in plan.years or plan.target_year(year) is not None or year == today.year
        for entry in calendar_of(plan.reports, year)
        if entry.starts <= today
    ]
    entries.sort(key=lambda one: (one.ends, one.last_day or one.ends), reverse=True)
    return [_wanted(entry, today) for entry in entries]


def _wanted(entry: CalendarEntry, today: date) -> Wanted:
    as_of = min(entry.as_of or entry.ends, today)
    return Wanted(entry.duty, titled(entry), entry.starts, entry.ends, as_of)


def titled(entry: CalendarEntry) -> str:
    """'Báo cáo quý IV/2026': a duty with the period it reports on."""
    return _named(entry.title, span_text(entry))


def _named(title: str, span: str) -> str:
    """'Báo cáo quý' and 'quý IV/2026' are 'Báo cáo quý IV/2026'; else the span stands in brackets."""
    first, _blank, rest = span.partition(" ")
    return f"{title} {rest}" if title.split()[-1:] == [first] else f"{title} ({span})"


def span_text(entry: CalendarEntry) -> str:
    """Which quarter, half or year an entry is of: 'quý IV/2026'."""
    year, quarter = entry.ends.year, (entry.ends.month - 1) // 3
    if entry.period is Period.QUARTER:
        return _("quý %(n)s/%(year)s", n=("I", "II", "III", "IV")[quarter], year=year)
    if entry.period is Period.HALF_YEAR:
        first = _("6 tháng đầu năm %(year)s", year=year)
        return first if quarter == 1 else _("6 tháng cuối năm %(year)s", year=year)
    return _("năm %(year)s", year=year)


def free_day(as_of: date) -> Wanted:
    """A day of one's own: its period is the year up to it."""
    title = _("Số liệu đến ngày %(day)s", day=day(as_of))
    return Wanted("", title, date(as_of.year, 1, 1), as_of, as_of)


def next_to_close(offered: list[Wanted], today: date) -> Wanted | None:
    """The period that is closed next: the earliest whose cut-off is not long past, else the latest."""
    due = [one for one in offered if one.ends >= today]
    return min(due, key=lambda one: one.ends) if due else next(iter(offered), None)


# --- what is missing ----------------------------------------------------------------------------


def checklist(session: Session, who: Actor, report: PlanReport, wanted: Wanted) -> list[Check]:
    """Everything to look at before closing, in the order in which it is mended."""
    first, last = (
        _before_twins(session, who, report, wanted),
        _after_twins(session, who, report, wanted),
    )
    return [*first, _duplicates(session, who), *last]


def quick_checklist(
    session: Session, who: Actor, report: PlanReport, wanted: Wanted
) -> list[Check]:
    """The same without the search for people recorded twice, which reads the whole register."""
    return [
        *_before_twins(session, who, report, wanted), *_after_twins(session, who, report, wanted),
    ]  # fmt: skip


def _before_twins(session: Session, who: Actor, report: PlanReport, wanted: Wanted) -> list[Check]:
    return [
        _events(session, who),
        _tablets(session, who, wanted),
        _attendance(session, who, wanted),
        _certificates(session, who, wanted),
        *_figures(report, {"code": report.plan.code}),
        *_lists(session, who, report, wanted, {"code": report.plan.code}),
    ]


def _after_twins(session: Session, who: Actor, report: PlanReport, wanted: Wanted) -> list[Check]:
    here = {"code": report.plan.code}
    return [_declared(session, who, report.plan, wanted, here), _contradictions(report, here)]


def _events(session: Session, who: Actor) -> Check:
    told = ledger.status(session, who.commune)
    missing = told.waiting + told.faults
    said = (
        _("%(n)s lượt dữ liệu lớp học chưa được tính xong", n=missing)
        if missing
        else _("Dữ liệu lớp học đã được tính hết")
    )
    return Check("events", said, missing, page="teaching.tablets")


def _tablets(session: Session, who: Actor, wanted: Wanted) -> Check:
    devices = cohorts.tablets(session, who.commune)
    late = [
        one.device.label
        for one in carry_queries.states(session, devices)
        if one.lacks or (one.seen is not None and clock.day_of(one.seen) < wanted.as_of)
    ]
    said = (
        _("%(n)s máy học chưa gửi hết bài hoặc chưa báo về từ ngày chốt", n=len(late))
        if late
        else _("Mọi máy học đã gửi hết bài")
    )
    return Check("tablets", said, len(late), _some(late), "teaching.tablets")


def _attendance(session: Session, who: Actor, wanted: Wanted) -> Check:
    """Meetings that were held and where nobody was marked."""
    marked = select(Attendance.class_session_id).where(Attendance.commune_id == who.commune)
    rows = session.execute(
        select(Cohort.id, Cohort.name, ClassSession.number, ClassSession.opened_at)
        .join(ClassSession, (ClassSession.commune_id == Cohort.commune_id)
              & (ClassSession.cohort_id == Cohort.id))
        .where(
            Cohort.commune_id == who.commune,
            ClassSession.opened_at.is_not(None),
            ClassSession.id.not_in(marked),
        )
        .order_by(ClassSession.opened_at)
    )  # fmt: skip
    found = [
        (cohort, _("%(name)s buổi %(n)s", name=name, n=number))
        for cohort, name, number, opened in rows
        if opened and wanted.starts <= clock.day_of(opened) <= wanted.as_of
    ]
    names = [name for _key, name in found]
    said = (
        _("%(n)s buổi học chưa điểm danh", n=len(found))
        if found
        else _("Buổi học nào cũng đã điểm danh")
    )
    page = ("board.attendance", {"cohort_id": found[0][0]}) if found else ("board.classes", {})
    return Check("attendance", said, len(found), _some(names), *page)


def _certificates(session: Session, who: Actor, wanted: Wanted) -> Check:
    """Classes that ended in the period and have given no certificate."""
    last = func.max(ClassSession.planned_on)
    given = select(Certificate.cohort_id).where(
        Certificate.commune_id == who.commune, Certificate.cohort_id.is_not(None)
    )
    rows = session.execute(
        select(Cohort.id, Cohort.name, last)
        .join(ClassSession, (ClassSession.commune_id == Cohort.commune_id)
              & (ClassSession.cohort_id == Cohort.id) & ClassSession.cancelled_at.is_(None))
        .where(
            Cohort.commune_id == who.commune,
            Cohort.cancelled_at.is_(None),
            Cohort.id.not_in(given),
        )
        .group_by(Cohort.id, Cohort.name)
        .having(last.between(wanted.starts, wanted.as_of))
        .order_by(last)
    ).all()  # fmt: skip
    said = (
        _("%(n)s lớp đã kết thúc mà chưa cấp giấy chứng nhận", n=len(rows))
        if rows
        else _("Lớp đã kết thúc đều đã cấp giấy chứng nhận")
    )
    page = ("certificates.of_class", {"cohort_id": rows[0][0]}) if rows else ("board.classes", {})
    return Check("certificates", said, len(rows), _some([row[1] for row in rows]), *page)


def _figures(report: PlanReport, here: Mapping[str, Any]) -> Iterator[Check]:
    """Figures that nothing can be said of, those above their own population, sums that lack units."""
    lines = lines_of(report)
    for code, state, words, fine in (
        ("no_data", State.NO_DATA, _("%(n)s chỉ tiêu chưa có số liệu"),
         _("Chỉ tiêu nào cũng đã có số liệu")),
        ("no_denominator", State.NO_DENOMINATOR, _("%(n)s chỉ tiêu thiếu mẫu số"),
         _("Chỉ tiêu nào cũng đã có mẫu số")),
    ):  # fmt: skip
        found = [line for line in lines if line.figure.outcome.state is state]
        said = words % {"n": len(found)} if found else fine
        yield Check(code, said, len(found), _numbers(found), "indicators.inputs_page", here)
    odd = [line for line in lines if line.figure.outcome.exceeds]
    if odd:
        said = _("%(n)s chỉ tiêu có tử số lớn hơn mẫu số", n=len(odd))
        yield Check("exceeds", said, len(odd), _numbers(odd), "indicators.inputs_page", here)
    partial = [line for line in lines if line.figure.lacks]
    if partial:
        said = _("%(n)s chỉ tiêu mới cộng một phần đơn vị", n=len(partial))
        yield Check("lacks", said, len(partial), _numbers(partial), "indicators.inputs_page", here)


def _lists(
    session: Session, who: Actor, report: PlanReport, wanted: Wanted, here: Mapping[str, Any]
) -> Iterator[Check]:
    """Outside lists that a figure of the plan counts by: never imported, or old at the cut-off."""
    newest = dict(
        session.execute(
            select(FactImport.kind, func.max(FactImport.listed_on))
            .where(
                FactImport.commune_id == who.commune,
                FactImport.undone_at.is_(None),
                FactImport.listed_on <= wanted.as_of,
            )
            .group_by(FactImport.kind)
        ).all()
    )
    named = {proof for one in report.figures for proof in one.counted.counted_proofs}
    for kind in (kind for kind in OUTSIDE_FACTS if kind in named):
        yield _list(kind, newest.get(kind), wanted, here)


def _list(kind: str, listed: date | None, wanted: Wanted, here: Mapping[str, Any]) -> Check:
    name, page = proof_name(kind), "indicators.outside_lists_page"
    if listed is None:
        said = _("Chưa nhập danh sách “%(name)s”", name=name)
        return Check(f"list:{kind}", said, 1, page=page, args=here)
    when = day(listed)
    if wanted.as_of - listed > timedelta(days=OLD_LIST_DAYS):
        said = _(
            "Danh sách “%(name)s” mới nhất là ngày %(day)s, đã quá %(n)s ngày",
            name=name,
            day=when,
            n=OLD_LIST_DAYS,
        )
        return Check(f"list:{kind}", said, 1, page=page, args=here)
    said = _("Danh sách “%(name)s” ngày %(day)s", name=name, day=when)
    return Check(f"list:{kind}", said, page=page, args=here)


def _duplicates(session: Session, who: Actor) -> Check:
    n = len(candidates(session, who.commune))
    said = (
        _("%(n)s cặp người có thể trùng nhau chưa được xem", n=n)
        if n
        else _("Không còn cặp người trùng nào chờ xem")
    )
    return Check("duplicates", said, n, page="people.duplicate_pairs")


def _declared(
    session: Session, who: Actor, plan: Plan, wanted: Wanted, here: Mapping[str, Any]
) -> Check:
    """Declared figures that the plan may count by and whose newest is from before the period."""
    names, old = put_in_names(plan), list[str]()
    for table, what in (
        (DeclaredPopulation, DeclaredPopulation.population),
        (DeclaredMeasure, DeclaredMeasure.measure),
    ):
        newest = func.max(table.as_of)
        rows = session.execute(
            select(what, newest)
            .where(
                table.commune_id == who.commune,
                table.as_of <= wanted.as_of,
                table.undone_at.is_(None),
                what.in_(names),
            )
            .group_by(what)
            .having(newest < wanted.starts)
        )
        old += [_("%(what)s (%(day)s)", what=names[code], day=day(last)) for code, last in rows]
    said = (
        _("%(n)s số khai báo có từ trước kỳ báo cáo", n=len(old))
        if old
        else _("Không có số khai báo nào cũ hơn kỳ báo cáo")
    )
    return Check("declared", said, len(old), _some(sorted(old)), "indicators.inputs_page", here)


def _contradictions(report: PlanReport, here: Mapping[str, Any]) -> Check:
    """Figures that the plan lets be read in two ways, where the commune has not chosen one."""
    several = offered_choices(report.plan)["readings"]
    open_ = [
        line
        for line in lines_of(report)
        if line.code in several
        and line.figure.readings
        and line.code not in report.settings.readings
    ]
    said = (
        _("%(n)s chỉ tiêu kế hoạch ghi khác nhau mà xã chưa chọn cách hiểu", n=len(open_))
        if open_
        else _("Không còn chỗ nào của kế hoạch phải chọn cách hiểu")
    )
    first = {**here, "no": open_[0].code} if open_ else here
    page = "indicators.figure" if open_ else "indicators.plan"
    return Check("contradictions", said, len(open_), _numbers(open_), page, first)


def _numbers(lines: list[Line]) -> tuple[str, ...]:
    return _some([line.label or line.title for line in lines])


def _some(names: list[str], most: int = 5) -> tuple[str, ...]:
    """The first names, and how many more there are."""
    more = len(names) - most
    told = names[:most] if more > 0 else names
    return (*told, _("và %(n)s nữa", n=more)) if more > 0 else tuple(told)
