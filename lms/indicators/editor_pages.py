"""Officers write a plan as forms: the draft at a glance, one page for each part of it."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from lms.core import web
from lms.core.errors import Invalid, NotFound
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.web import see
from lms.indicators import editor_deeds as deeds
from lms.indicators import editor_drafts as drafts
from lms.indicators import editor_versions
from lms.indicators.editor_drafts import Overtaken
from lms.indicators.editor_fields import Boxes, MeasureBoxes, cleaned
from lms.indicators.editor_models import PlanDraft
from lms.indicators.editor_nodes import stray_levels
from lms.indicators.editor_sheet import Sheet, outline, part_sheet, sheet
from lms.indicators.editor_words import option_words
from lms.indicators.pages import blueprint
from lms.people.account_queries import account_names

Data = dict[str, Any]


@blueprint.get("/ke-hoach/<code>/sua")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def edit_plan(code: str) -> str:
    """The draft at a glance: its parts, what is wrong in each, what to do next."""
    return _outline(code, "")


@blueprint.post("/ke-hoach/<code>/sua")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def begin_edit(code: str) -> Response:
    """Begin a draft of the plan that holds."""
    drafts.begin(web.session(), actor(), code)
    return see(url_for("indicators.edit_plan", code=code))


def _outline(code: str, refusal: str) -> str:
    session, who = web.session(), actor()
    draft = drafts.draft_of(session, who, code)
    versions = editor_versions.versions(session, who.commune, code)
    if draft is None and not versions:
        raise NotFound(_("Xã chưa có kế hoạch “%(code)s”. Hãy chọn trong danh sách.", code=code))
    source = draft.source if draft else versions[-1].source
    data = drafts.data_of_draft(draft) if draft else drafts.data_of_text(source, code)
    return render_template(
        "indicators/plan_edit.html",
        state=outline(data),
        versions=versions,
        loose=deeds.loose_years(data),
        has_comments=drafts.has_comments(source),
        refusal=refusal,
        **surroundings(code, draft),
    )


def surroundings(code: str, draft: PlanDraft | None) -> dict[str, Any]:
    """What every page of the editor shows around its own."""
    ids = {draft.changed_by} if draft and draft.changed_by else set()
    names = account_names(web.session(), ids)
    changed_by = names.get(draft.changed_by, "") if draft and draft.changed_by else ""
    return {"code": code, "draft": draft, "changed_by": changed_by, "me": actor().id}


@blueprint.post("/ke-hoach/<code>/sua/viec")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def edit_deed(code: str) -> Response:
    """Add, move or remove a part; write a year into every indicator or take it out."""
    deed, _colon, of = request.form.get("do", "").partition(":")
    before = request.form.get("seen", 0, int)
    try:
        row = drafts.change(
            web.session(), actor(), code, before, lambda data: _done(data, deed, of)
        )
    except Overtaken as refusal:
        web.session().rollback()
        return make_response(_outline(code, refusal.message), refusal.status)
    return see(_after(code, deed, of, drafts.data_of_draft(row)))


def _done(data: Data, deed: str, of: str) -> Data:
    """The data after one deed of the draft's own page."""
    part, _colon, number = of.partition(":")
    place = int(number) if number.isdecimal() and len(number) < 5 else 0
    known = part in deeds.PARTS and bool(deeds.PARTS[part].field)
    if deed == "them" and known:
        return deeds.added(data, part)
    if deed in ("len", "xuong") and known:
        return deeds.moved(data, part, place, -1 if deed == "len" else 1)
    if deed == "bo" and known:
        return deeds.removed(data, part, place)
    missing, foreign = deeds.loose_years(data)
    if deed in ("nam-trong", "nam-chep") and of in map(str, missing):
        return deeds.filled(data, int(of), copied=deed == "nam-chep")
    if deed == "nam-bo" and of in map(str, foreign):
        return deeds.without_year(data, int(of))
    if deed == "giu-ma":
        return deeds.renamed(data, part, number)
    raise Invalid(_("Không có việc này. Hãy mở lại trang."))


def _after(code: str, deed: str, of: str, data: Data) -> str:
    """Where to go on: to a new part, back to the changes, else to the list."""
    if deed == "giu-ma":
        return url_for("indicators.plan_changes", code=code)
    if deed == "them":
        last = len(data[deeds.PARTS[of].field]) - 1
        return url_for("indicators.edit_part", code=code, part=of, place=last)
    return url_for("indicators.edit_plan", code=code)


# --- one part -----------------------------------------------------------------------------------


@blueprint.get("/ke-hoach/<code>/sua/<part>/<int:place>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def edit_part(code: str, part: str, place: int) -> Response:
    """The form of one part."""
    draft = drafts.draft_of(web.session(), actor(), code)
    if draft is None:
        return see(url_for("indicators.edit_plan", code=code))
    data = drafts.data_of_draft(draft)
    if part not in deeds.PARTS or deeds.section(data, part, place) is None:
        raise NotFound(_("Bản nháp không có phần này. Hãy chọn lại từ danh sách."))
    return make_response(_page(draft, data, part, place, part_sheet(data, part, place)))


def _page(draft: PlanDraft, data: Data, part: str, place: int, form: Sheet, **more: Any) -> str:
    one = deeds.section(data, part, place) or {}
    code = deeds.code_of(part, one) if part != "chung" else ""
    return render_template(
        "indicators/plan_edit_part.html",
        sheet=form,
        part=part,
        place=place,
        one=one,
        own_code=code,
        has_history=code in _known(draft.code),
        count=len(data.get(deeds.PARTS[part].field, [])),
        words=option_words(),
        params=MeasureBoxes.params,
        differing=more.get("differing", ()),
        refusal=more.get("refusal", ""),
        **surroundings(draft.code, draft),
    )


def _known(code: str) -> frozenset[str]:
    return frozenset(editor_versions.codes_used(web.session(), actor().commune, code))


def posted(form: MultiDict[str, str]) -> Boxes:
    """The boxes as the browser sent them, cleaned."""
    return {name: cleaned(form.getlist(name)) for name in form}


@blueprint.post("/ke-hoach/<code>/sua/<part>/<int:place>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def save_part(code: str, part: str, place: int) -> Response:
    """Keep what was typed, right or wrong; then add, move or remove a row where that was asked."""
    if part not in deeds.PARTS:
        raise NotFound(_("Bản nháp không có phần này. Hãy chọn lại từ danh sách."))
    boxes = posted(request.form)
    if wrong := [*stray_levels(deeds.PARTS[part].nodes, boxes)]:
        return _stray(code, part, place, boxes, wrong)
    try:
        draft = _change(code, part, place, boxes)
    except Overtaken as refusal:
        web.session().rollback()
        return _conflict(code, part, place, boxes, refusal)
    return see(_next(draft, part, place))


def _change(code: str, part: str, place: int, boxes: Boxes) -> PlanDraft:
    form, known = request.form, _known(code)
    deed, _colon, row = form.get("do", "luu").partition(":")
    was, fresh = form.get("was", ""), bool(form.get("fresh"))

    def how(data: Data) -> Data:
        one = deeds.section(data, part, place)
        if one is None:
            raise Overtaken(_("Người khác vừa bỏ phần này nên chưa lưu."))
        made = deeds.saved(data, part, place, boxes, known, fresh=fresh)
        if part != "chung" and deeds.code_of(part, one) != was and made != data:
            raise Overtaken(_("Người khác vừa đổi thứ tự hoặc bỏ phần này nên chưa lưu."))
        return made if deed == "luu" else _rowed(made, part, place, deed, row)

    return drafts.change(web.session(), actor(), code, form.get("seen", 0, int), how)


def _rowed(data: Data, part: str, place: int, deed: str, row: str) -> Data:
    """The data after a deed of one row, such as bo:contradictions:1."""
    name, _colon, number = row.partition(":")
    return deeds.with_row(data, part, place, deed, name, int(number) if number.isdecimal() else 0)


def _next(draft: PlanDraft, part: str, place: int) -> str:
    """The list when the part is right, else the part with what is wrong, or the row just changed."""
    deed, _colon, row = request.form.get("do", "luu").partition(":")
    here: dict[str, Any] = {"code": draft.code, "part": part, "place": place}
    if deed != "luu":
        return url_for("indicators.edit_part", **here, _anchor=f"f-{row.partition(':')[0]}")
    if part_sheet(drafts.data_of_draft(draft), part, place).errors:
        return url_for("indicators.edit_part", **here)
    return url_for("indicators.edit_plan", code=draft.code, _anchor=part)


def _stray(code: str, part: str, place: int, boxes: Boxes, wrong: list[str]) -> Response:
    """The form as it was typed: school levels without anybody of school."""
    draft = drafts.held(web.session(), actor(), code)
    data, nodes = drafts.data_of_draft(draft), deeds.PARTS[part].nodes
    said = _("cấp học chỉ dùng cho học sinh, sinh viên: hãy bỏ dấu chọn hoặc chọn thêm học sinh")
    faults = [(tuple(name.split(".")), said) for name in wrong]
    form = sheet(nodes, boxes, faults, deeds.years_of(data))
    return make_response(_page(draft, data, part, place, form), 422)


def _conflict(code: str, part: str, place: int, boxes: Boxes, refusal: Overtaken) -> Response:
    """Two officers at once: what was typed, beside what is kept, with what differs."""
    draft = drafts.held(web.session(), actor(), code)
    data, was = drafts.data_of_draft(draft), request.form.get("was", "")
    found = deeds.place_of(data, part, was) if part != "chung" else 0
    if found is None:
        gone = _("Người khác vừa bỏ phần này khỏi bản nháp. Hãy hỏi lại rồi thêm phần mới.")
        return make_response(_outline(code, gone), refusal.status)
    kept = part_sheet(data, part, found)
    form = part_sheet(data, part, found, boxes)
    differing = [
        (label, kept.text(name), form.text(name))
        for name, label in form.labels.items()
        if sorted(kept.many(name)) != sorted(form.many(name))
    ]
    page = _page(draft, data, part, found, form, differing=differing, refusal=refusal.message)
    return make_response(page, refusal.status)
