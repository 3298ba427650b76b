"""Pages of a province reader: sums of the same indicators, reports missing and late, plans in use."""

from flask import Blueprint, Response, render_template, request, url_for

from lms.core import clock, web
from lms.core.downloads import as_file
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Policy, Reach, Role, allow
from lms.indicators.figure_sums import Group, Sum, summed
from lms.reports import province_duties, province_files
from lms.reports import province_queries as province
from lms.reports.province_duties import Duty, Standing, standing_words
from lms.reports.province_queries import Same, Slot, Work

blueprint = Blueprint("province", __name__, template_folder="templates")
READERS = Policy({Role.PROVINCE_READER: Reach.ANY})
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def _works() -> tuple[str, list[Work]]:
    session = web.reports()
    name = province.province_of(session, actor())
    return name, province.works(session, name)


def _tabs(here: str) -> list[tuple[str, str, bool]]:
    named = (
        ("sums", _("Số liệu"), "province.sums"), ("duties", _("Báo cáo"), "province.reports"),
        ("plans", _("Kế hoạch"), "province.plans"),
    )  # fmt: skip
    return [(label, url_for(endpoint), key == here) for key, label, endpoint in named]


@blueprint.get("/tinh")
@allow(READERS)
def sums() -> str:
    """Every indicator of the province, summed over the communes that count it in the same way."""
    name, works = _works()
    found = province.same(web.reports(), name, works, clock.today())
    return render_template(
        "reports/province_sums.html", province=name, works=works, sums=found, tabs=_tabs("sums"),
        communes={work.code for work in works}, recounting=_recounting(works),
        oldest=min((work.count.counted_at for work in works if work.count), default=None),
    )  # fmt: skip


def _recounting(works: list[Work]) -> int:
    """How many communes have a plan that is to be counted again."""
    return len({work.code for work in works if not work.is_current})


@blueprint.get("/tinh/chi-tieu")
@allow(READERS)
def indicator() -> str:
    """One indicator: the sum, and each commune by name with its own numbers and target."""
    name, works = _works()
    found = province.same(web.reports(), name, works, clock.today())
    asked = request.args.get("ma", "")
    one: Same | None = next((one for one in found if one.digest == asked), None)
    if one is None:
        raise NotFound(_("Không còn chỉ tiêu này. Hãy mở lại trang số liệu toàn tỉnh."))
    return render_template(
        "reports/province_indicator.html", province=name, one=one, titles=_titles(works)
    )


@blueprint.get("/tinh/bao-cao")
@allow(READERS)
def reports() -> str:
    """Reports missing, late, in time and coming, commune by commune."""
    name, works = _works()
    found = province_duties.duties(web.reports(), name, works, clock.today())
    asked = request.args.get("tinh-trang", "")
    counted = {one: sum(duty.standing is one for duty in found) for one in Standing}
    shown = [duty for duty in found if duty.standing == asked] if asked in counted else found
    return render_template(
        "reports/province_reports.html", province=name, duties=shown, counted=counted, all=len(found),
        asked=asked, tabs=_tabs("duties"), words=standing_words(), silent=_silent(works, found),
        titles=_titles(works),
    )  # fmt: skip


def _titles(works: list[Work]) -> dict[tuple[str, str], str]:
    """What the plan of a commune is called, by the codes of both."""
    return {(work.code, work.plan_code): work.plan.title for work in works}


def _silent(works: list[Work], found: list[Duty]) -> list[Work]:
    """Plans that name no day for any report, so that nothing can be late."""
    dated = {(duty.code, duty.plan) for duty in found}
    return [work for work in works if (work.code, work.plan_code) not in dated]


@blueprint.get("/tinh/ke-hoach")
@allow(READERS)
def plans() -> str:
    """The plans in use, with the communes that work with each."""
    name, works = _works()
    return render_template(
        "reports/province_plans.html", province=name, works=works, tabs=_tabs("plans")
    )


@blueprint.get("/tinh/ke-hoach/<code>")
@allow(READERS)
def plan(code: str) -> str:
    """One plan: its figures over the communes that read it in the same way."""
    name, works = _works()
    mine = [work for work in works if work.plan_code == code]
    if not mine:
        raise NotFound(_("Không xã, phường nào của tỉnh dùng kế hoạch này."))
    groups = [
        (group, _main(group), _named(group, mine)) for group in summed(web.reports(), code, name)
    ]
    return render_template(
        "reports/province_plan.html", province=name, code=code, title=mine[0].plan.title,
        groups=groups,
    )  # fmt: skip


def _main(group: Group) -> list[Sum]:
    """The main reading of each figure: its first place in the plan's order."""
    found: dict[str, Sum] = {}
    for one in group.sums:
        found.setdefault(one.figure, one)
    return list(found.values())


def _named(group: Group, works: list[Work]) -> dict[str, Slot]:
    """The figures' own words by code, as this group of communes reads the plan."""
    one = next(
        work for work in works if (work.sha256, work.choices) == (group.plan_sha256, group.choices)
    )
    day = one.count.as_of if one.count else clock.today()
    found = province.slots(one.source, one.plan_code, one.choices, day)
    return {slot.code: slot for slot in found if slot is not None}


@blueprint.get("/tinh/so-lieu.<ext>")
@allow(READERS)
def file(ext: str) -> Response:
    """Sums, communes and reports as a workbook, or one table of communes as csv."""
    if ext not in KINDS:
        raise NotFound(_("Chỉ có tệp xlsx và csv."))
    session, today = web.reports(), clock.today()
    name, works = _works()
    made = province_files.Tables(
        name, province.same(session, name, works, today),
        province_duties.duties(session, name, works, today), today,
    )  # fmt: skip
    content = province_files.xlsx(made) if ext == "xlsx" else province_files.csv(made)
    return as_file(Response(content, content_type=KINDS[ext]), f"toan-tinh-{today}.{ext}")
