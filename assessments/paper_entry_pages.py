"""'Bài giấy': a sheet's code, then its questions with the very letters of the paper, typed by keyboard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from assessments import paper_forms, paper_lists, queries
from assessments.models import Attempt
from assessments.paper_codes import code_in, grouped
from assessments.paper_entry import Copy, Differs, enter, standing, standing_entry
from assessments.paper_forms import entries_of, form_of
from assessments.paper_letters import Typed, fields_of, read_form, sides, written
from assessments.paper_models import PaperForm
from assessments.paper_print import title_of
from assessments.projection import row_of
from assessments.rules import Form, FormItem
from courses import queries as courses_queries
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.paper.hours import sittings_of
from lms.cohorts.scanning import code_on_photo
from lms.cohorts.timetable_forms import Form as Fields
from lms.core import clock, web
from lms.core.errors import Invalid
from lms.core.guard import actor, require_cohort
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.policy import TEACHING, allow
from lms.core.text import hour
from lms.core.web import see
from lms.ledger.web import project_now
from lms.people.models import Person

blueprint = Blueprint("paper_entry", __name__)

PLACE = "."
"""Between a meeting and the sitting in it, in the field `place`."""


@dataclass(frozen=True)
class Row:
    """One question of the grid. `how` says what may be typed; `fields` are (name, label, value) of a phone."""

    number: int
    asked: FormItem
    how: str
    value: str
    error: str = ""
    before: str = ""
    """What was typed the last time, where it differs."""
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Grid:
    """A sheet as it is shown to be typed in."""

    id: str
    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    again: bool = False
    """It was typed in before with other answers, and a reason is asked for."""
    focus: int = 1
    """The question at which typing goes on."""

    def refused(self, refusal: Invalid) -> "Grid":
        """The same grid with what is wrong at its fields."""
        self.errors.update({name: "; ".join(told) for name, told in refusal.fields.items()})
        return self


@blueprint.get("/bai-giay")
@allow(TEACHING)
def start() -> str | Response:
    """Type or photograph the code of a sheet: `?ma=` opens it at once, `?buoi=` lists a meeting's sheets."""
    typed = request.args.get("ma", "")
    if typed:
        return _open(typed)
    return _start("", {})


def _start(typed: str, errors: Mapping[str, str]) -> str:
    session, who = web.session(), actor()
    asked = request.args.get("buoi", "")
    waiting: list[paper_lists.Listed] = []
    meeting = None
    if asked:
        meeting = cohorts_queries.class_session(
            session, who.commune, web.uuid_field(asked, "buoi")
        )  # fmt: skip
        require_cohort(who, meeting.cohort_id)
        cohort = cohorts_queries.cohort(session, who.commune, meeting.cohort_id)
        waiting = [o for o in paper_lists.listed(session, cohort) if o.state == "waiting"]
    return render_template(
        "assessments/paper_start.html", typed=typed, errors=errors, waiting=waiting,
        meeting=meeting, grouped=grouped,
    )  # fmt: skip


def _open(typed: str) -> str | Response:
    try:
        row = paper_forms.by_code(web.session(), actor(), typed)
    except Invalid as refusal:
        return _start(typed, {"code": refusal.message})
    asked = request.values.get("buoi", "") or None
    return see(url_for("paper_entry.sheet", paper_id=row.id, buoi=asked))


@blueprint.post("/bai-giay")
@allow(TEACHING)
def find() -> str | Response | tuple[str, int]:
    """Fields `code`, or a `photo` of the square code."""
    photo = request.files.get("photo")
    typed = request.form.get("code", "")[:40]
    if photo is None or not photo.filename:
        return _open(typed)
    try:
        return _open(code_on_photo(photo.stream, code_in, known=True))
    except Invalid as refusal:
        words = _("Chưa thấy mã phiếu trên ảnh. Xin chụp gần hơn, đủ sáng; hoặc gõ 8 số của mã.")
        return _start(typed, {"photo": words}), refusal.status


@blueprint.get("/bai-giay/<uuid:paper_id>")
@allow(TEACHING)
def sheet(paper_id: UUID) -> str:
    """The questions of a sheet, with what was typed before; `?xong=1` with what came of it."""
    row = paper_forms.paper_form(web.session(), actor(), paper_id)
    return _sheet(row, Grid(str(uuid7()), _known(row)))


def _known(row: PaperForm) -> dict[str, str]:
    """What the form starts with: the answers that stand, where and when, as typed before."""
    session = web.session()
    held = entries_of(session, row.commune_id, row.id)
    values = {"place": _first_place(row)}
    if not held:
        return values
    last, form = standing_entry(session, row, held), form_of(session, row)
    given = standing(session, row)
    for number, asked in enumerate(form.items, 1):
        kept = last.typed.get(asked.item.id, [""])
        values[f"a.{number}"] = kept[0] or written(asked, given.get(asked.item.id, ()))
        for told in kept[1:]:
            name, _mark, text = told.partition("=")
            values[f"g.{number}.{name}"] = text
    values["place"] = f"{last.class_session_id}{PLACE}{last.sitting_id or ''}"
    return values | {"written_at": hour(last.written_at), "scan": last.scan or ""}


def _first_place(row: PaperForm) -> str:
    """The only place there is, the meeting one came from, or the one the sheet was printed for."""
    places = _places(row)
    if len(places) == 1:
        return places[0][0]
    asked = request.args.get("buoi", "")
    meeting = web.uuid_field(asked, "buoi") if asked else row.class_session_id
    if meeting is None:
        return ""
    found = sittings_of(web.session(), row.commune_id, [meeting])
    test = found[-1].id if found and row.kind == "certifying" else ""
    return f"{meeting}{PLACE}{test}"


def _sheet(row: PaperForm, grid: Grid) -> str:
    session = web.session()
    cohort = cohorts_queries.cohort(session, row.commune_id, row.cohort_id)
    enrolment = cohorts_queries.enrolment(session, row.commune_id, row.enrolment_id)
    version = courses_queries.version(session, row.version_id)
    held = entries_of(session, row.commune_id, row.id)
    attempt = row_of(session, Attempt, row.commune_id, row.id)
    return render_template(
        "assessments/paper_sheet.html", row=row, cohort=cohort, grid=grid, entries=held,
        person=session.get_one(Person, (row.commune_id, enrolment.person_id)),
        title=title_of(version, row.kind, row.module), code=grouped(row.code),
        rows=list(_rows(form_of(session, row), grid)), places=_places(row),
        attempt=attempt, needed=queries.needed(session, attempt) if attempt else 0,
        refused=REFUSALS.get(attempt.refusal or "") if attempt else None,
    )  # fmt: skip


REFUSALS = {
    "reached": "Người này đã đạt bài kiểm tra có giám sát từ trước.",
    "no_tries": "Đã hết lượt làm bài kiểm tra trước bài này.",
    "wait": "Bài này làm khi chưa đủ thời gian chờ sau lần trước.",
    "open": "Lúc đó còn một bài kiểm tra khác đang làm dở.",
}
"""Why a try does not count; it is kept as it is, and nobody loses a try by it."""


def _rows(form: Form, grid: Grid) -> Iterator[Row]:
    for number, asked in enumerate(form.items, 1):
        item = asked.item.id
        fields = tuple(
            (f"g.{number}.{name}", label, grid.values.get(f"g.{number}.{name}", ""))
            for name, label in fields_of(asked.item)
        )
        yield Row(
            number, asked, how_of(asked), grid.values.get(f"a.{number}", ""),
            grid.errors.get(f"a-{item}", ""), grid.before.get(item, ""), fields,
        )  # fmt: skip


def how_of(asked: FormItem) -> str:
    """What may be typed for a question, by its kind and its own letters."""
    kind, count = asked.item.kind, len(asked.options)
    last = chr(ord("A") + count - 1) if count else ""
    words = {
        "single": _("một chữ, A–%(z)s", z=last),
        "multiple": _("các chữ, A–%(z)s", z=last),
        "order": _("thứ tự các chữ, A–%(z)s", z=last),
        "spot": _("các số, 1–%(n)s", n=count),
        "number": _("số như trên giấy"),
        "simulation": _("các chữ theo thứ tự"),
    }
    return words.get(kind) or _("như 1-B 2-A, đến %(n)s", n=len(sides(asked)[0]))


def _places(row: PaperForm) -> list[tuple[str, str]]:
    """(value, words) of where it may have been written: held meetings, and for a test the sittings."""
    session = web.session()
    rows = cohorts_queries.sessions_of(session, row.commune_id, [row.cohort_id])
    held = {one.id: one for one in rows if one.opened_at is not None}
    if row.kind != "certifying":
        return [(f"{key}{PLACE}", _meeting_words(one)) for key, one in held.items()]
    found = sittings_of(session, row.commune_id, list(held))
    return [
        (f"{one.class_session_id}{PLACE}{one.id}", _sitting_words(held[one.class_session_id], one))
        for one in found
    ]


def _meeting_words(meeting: Any) -> str:
    day = clock.day_of(meeting.opened_at).strftime("%d/%m/%Y")
    return _("Buổi %(n)s, ngày %(day)s", n=meeting.number, day=day)


def _sitting_words(meeting: Any, sitting: Any) -> str:
    ends = hour(sitting.closed_at) if sitting.closed_at else _("nay")
    return _("%(meeting)s, kiểm tra từ %(a)s đến %(b)s, %(place)s",
             meeting=_meeting_words(meeting), a=hour(sitting.opened_at), b=ends,
             place=sitting.place)  # fmt: skip


@blueprint.post("/bai-giay/<uuid:paper_id>")
@allow(TEACHING)
def save(paper_id: UUID) -> Response | tuple[str, int]:
    """Type the sheet in; other answers than last time ask for a `reason`."""
    row = paper_forms.paper_form(web.session(), actor(), paper_id)
    grid = Grid(request.form.get("id", ""), dict(request.form))
    if "xem" in request.form:
        return _sheet(row, _looked_at(row, grid)), 200
    try:
        found = enter(web.session(), actor(), row.id, _copy(row, grid))
    except Invalid as refusal:
        return _sheet(row, grid.refused(refusal)), refusal.status
    except Differs as told:
        return _sheet(row, _asking(row, grid, told)), 422
    project_now()
    return see(
        url_for("paper_entry.sheet", paper_id=paper_id, xong=1, bot=len(found.notes) or None)
    )


def _looked_at(row: PaperForm, grid: Grid) -> Grid:
    """Enter was pressed in a field: nothing is saved, what cannot be read is told, typing goes on."""
    form = form_of(web.session(), row)
    found = read_form(form, dict(_typed(form, grid.values)))
    grid.errors.update({f"a-{item}": one.trouble for item, one in found.items() if one.trouble})
    empty = (n for n in range(1, len(form.items) + 1) if not grid.values.get(f"a.{n}", "").strip())
    grid.focus = next(empty, len(form.items))
    return grid


def _asking(row: PaperForm, grid: Grid, told: Differs) -> Grid:
    """The same grid with what stood before beside each answer that differs."""
    asked = {one.item.id: one for one in form_of(web.session(), row).items}
    grid.before = {
        item: written(asked[item], then) or _("để trống")
        for item, (then, _now) in told.items.items()
    }
    grid.again = True
    grid.errors["reason"] = _("Hãy ghi vì sao nhập lại khác lần trước.")
    return grid


def _copy(row: PaperForm, grid: Grid) -> Copy:
    values = grid.values
    meeting, _dot, sitting = values.get("place", "").partition(PLACE)
    if not meeting:
        words = _("Hãy chọn buổi mà học viên làm bài này.")
        raise Invalid(words, fields={"place": [words]})
    fields = Fields({"written_at": values.get("written_at", "").strip()})
    at = fields.hour("written_at")
    if fields.errors:
        raise Invalid(
            fields.errors["written_at"], fields={"written_at": [fields.errors["written_at"]]}
        )
    return Copy(
        id=web.uuid_field(grid.id, "id"),
        meeting_id=web.uuid_field(meeting, "place"),
        sitting_id=web.uuid_field(sitting, "place") if sitting else None,
        typed=dict(_typed(form_of(web.session(), row), values)),
        written=(None, at),
        scan=values.get("scan", ""),
        reason=values.get("reason", ""),
    )


def _typed(form: Form, values: Mapping[str, str]) -> Iterator[tuple[str, Typed]]:
    for number, asked in enumerate(form.items, 1):
        names = [name for name, _label in fields_of(asked.item)]
        fields = {name: values.get(f"g.{number}.{name}", "")[:200].strip() for name in names}
        yield asked.item.id, Typed(values.get(f"a.{number}", "")[:200].strip(), fields)
