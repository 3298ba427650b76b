"""Authors and officers look at how questions did: a form's page, a question's page, the table as csv."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint as Pages
from flask import Response, render_template, request

from assessments import item_statistics, statistics_words
from assessments.item_statistics import FormFigures, ItemLine
from assessments.rules.statistics import LEAST_PEOPLE, ChoiceFigures
from assessments.rules.statistics.items import FLAGS
from courses import queries as courses_queries
from courses.activities import KINDS
from courses.activities.wording import said
from courses.chance import MOST_GUESSERS
from courses.rules import LEVELS, Blueprint, ProgrammeVersion
from lms.core import web
from lms.core.cells import csv_bytes, neutral
from lms.core.downloads import as_file
from lms.core.errors import NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow

blueprint = Pages("item_statistics", __name__)

SHOWN_FIRST = ("certifying", "entry", "exit", "after30", "after90", "practice")
CHART_WIDTH, CHART_HEIGHT = 640, 200


@blueprint.get("/chuong-trinh/<uuid:version_id>/thong-ke")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def form(version_id: UUID) -> str:
    """One form of a version: people, reliability, guessing, points, and a line for each question."""
    version, asked = _asked(version_id)
    found = _figures(version, [asked])[0]
    return render_template(
        "assessments/statistics.html", version=version, forms=forms_of(version), form=asked,
        found=found, lines=gravest_first(found.lines), chart=chart(found), words=statistics_words,
        most=MOST_GUESSERS, least=LEAST_PEOPLE,
    )  # fmt: skip


@blueprint.get("/chuong-trinh/<uuid:version_id>/thong-ke.csv")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def form_csv(version_id: UUID) -> Response:
    """The table of a form's questions as csv."""
    version, asked = _asked(version_id)
    found = _figures(version, [asked])[0]
    answer = Response(csv_bytes(csv_rows(found.lines)), content_type="text/csv; charset=utf-8")
    return as_file(answer, f"thong-ke-{version.code}-{asked.kind}-{asked.level}.csv")


@blueprint.get("/chuong-trinh/<uuid:version_id>/thong-ke/<item>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def item(version_id: UUID, item: str) -> str:
    """One question with its key: how it did in each form that asks it, and what was chosen."""
    version = courses_queries.visible(web.session(), actor().commune, version_id)
    forms = [form for form in forms_of(version) if item in _names(version, form)]
    if not forms:
        raise NotFound(_("Không tìm thấy câu hỏi này. Hãy chọn lại từ bảng thống kê."))
    found = _figures(version, forms)
    lines = [next(x for x in one.lines if x.item.id == item) for one in found]
    key = said(lines[0].item, KINDS[lines[0].item.kind].key(lines[0].item))
    return render_template(
        "assessments/statistics_item.html", version=version, item=lines[0].item, key=key,
        asked=list(zip(forms, lines, strict=True)), table=choices(lines), words=statistics_words,
        practice=forms[0].kind == "practice",
    )  # fmt: skip


def _figures(version: ProgrammeVersion, forms: Sequence[Blueprint]) -> tuple[FormFigures, ...]:
    return item_statistics.of_forms(web.session(), actor().commune, version, forms)


def _names(version: ProgrammeVersion, form: Blueprint) -> set[str]:
    return {item.id for item in item_statistics.items_of(version, form)}


def forms_of(version: ProgrammeVersion) -> list[Blueprint]:
    """The forms of a version, tests first; quizzes of modules ask a part of the practice bank."""
    whole = (plan for plan in version.blueprints if not plan.module)
    return sorted(whole, key=lambda plan: (SHOWN_FIRST.index(plan.kind), LEVELS.index(plan.level)))


def form_of(version: ProgrammeVersion, kind: str, level: str) -> Blueprint:
    """The form of this kind and level, by default the first; NotFound when there is none."""
    found = [
        form
        for form in forms_of(version)
        if form.kind == (kind or form.kind) and form.level == (level or form.level)
    ]
    if not found:
        raise NotFound(_("Chương trình này không có đề như vậy. Hãy chọn một đề trong danh sách."))
    return found[0]


def _asked(version_id: UUID) -> tuple[ProgrammeVersion, Blueprint]:
    """The version that the commune may see, and the form that the address names."""
    version = courses_queries.visible(web.session(), actor().commune, version_id)
    return version, form_of(version, request.args.get("de", ""), request.args.get("muc", ""))


# --- what is drawn and listed -------------------------------------------------------------------


def gravest_first(lines: Sequence[ItemLine]) -> list[ItemLine]:
    """The questions with the gravest flag first, then in the order of their ids."""

    def grave(line: ItemLine) -> int:
        flags = line.figures.flags if line.figures else ()
        return FLAGS.index(flags[0]) if flags else len(FLAGS)

    return sorted(lines, key=grave)


@dataclass(frozen=True)
class Column:
    """One column of the chart, in units of its drawing."""

    points: int
    people: int
    x: float
    width: float
    height: float
    labelled: bool
    passes: bool


@dataclass(frozen=True)
class Chart:
    """How many people have how many points. `pass_x` is where passing begins, None where nobody passes."""

    columns: tuple[Column, ...]
    top: int
    pass_x: float | None
    mean: float


def chart(found: FormFigures) -> Chart | None:
    """The distribution of points as columns; None where there are too few people."""
    if found.totals is None:
        return None
    top, needed = max(found.totals), found.passing.needed if found.passing else None
    step = CHART_WIDTH / len(found.totals)
    every = 1 if len(found.totals) <= 13 else 5
    columns = tuple(
        Column(
            points, people, points * step + step * 0.1, step * 0.8,
            CHART_HEIGHT * people / top, points % every == 0, needed is not None and points >= needed,
        )
        for points, people in enumerate(found.totals)
    )  # fmt: skip
    mean = sum(n * people for n, people in enumerate(found.totals)) / sum(found.totals)
    return Chart(columns, top, None if needed is None else needed * step, mean)


def csv_rows(lines: Sequence[ItemLine]) -> list[list[str]]:
    """The table for other systems: points in decimals, empty where there are too few people."""
    heads = [
        _("Mã câu"), _("Câu hỏi"), _("Kỹ năng"), _("Độ khó"), _("Số lượt đầu"), _("Tỷ lệ đúng"),
        _("Từ"), _("Đến"), _("Tương quan với các câu khác"), _("Chỉ số D"), _("Lưu ý"),
    ]  # fmt: skip
    return [heads, *(_csv_row(line) for line in lines)]


def _csv_row(line: ItemLine) -> list[str]:
    item, f = line.item, line.figures
    told = [item.id, item.prompt, item.skill, str(item.difficulty), str(line.n)]
    if f is None:
        return [
            neutral(cell) for cell in [*told, "", "", "", "", "", statistics_words.too_few(line.n)]
        ]
    numbers = (f.facility, f.low, f.high, f.item_rest, f.upper_lower)
    flags = "; ".join(words.label for words in statistics_words.guide(f))
    # A negative number is a number: only texts can be formulas.
    cells = ["" if x is None else f"{x:.3f}" for x in numbers]
    return [*map(neutral, told), *cells, neutral(flags)]


@dataclass(frozen=True)
class ChoiceTable:
    """What was chosen in the first form with enough people; `rare` counts answers that few gave."""

    form: int
    rows: tuple[ChoiceFigures, ...]
    rare: int


def choices(lines: Sequence[ItemLine]) -> ChoiceTable | None:
    """The table of what was chosen, or None when no form has enough people or responses are unknown."""
    for number, line in enumerate(lines):
        if line.figures and line.figures.choices:
            rows = line.figures.choices
            rare = sum(row.count for row in rows if not row.told)
            return ChoiceTable(number, tuple(row for row in rows if row.told), rare)
    return None
