"""Where officers put in what the service cannot count: a sheet of population sizes and others' figures."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import clock, web
from lms.core.errors import Conflict, Invalid, NotFound, Refusal
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.indicators import declared_actions, declared_save, declared_sheet, declared_table, queries
from lms.indicators.declared_save import About, Typed
from lms.indicators.declared_sheet import Column, columns_of
from lms.indicators.headline import plan_title
from lms.indicators.models import DeclaredMeasure, DeclaredPopulation
from lms.indicators.outside_forms import upload_of_form
from lms.indicators.pages import blueprint, unit_choice
from lms.indicators.rules.plan import Plan

MOST_BOXES = 5_000
TABLES: Mapping[str, type[DeclaredPopulation] | type[DeclaredMeasure]] = {
    "mau-so": DeclaredPopulation,
    "khai-bao": DeclaredMeasure,
}


@blueprint.get("/ke-hoach/<code>/so-lieu")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def inputs_page(code: str) -> str:
    """The sheet: what was declared last, or boxes for the columns or the unit that were chosen."""
    return _page(code)


def _page(
    code: str, refusal: Refusal | None = None, read: declared_table.Read | None = None
) -> str:
    """The sheet; what was typed and refused stays in its boxes, a table that was read fills them."""
    session, commune = web.session(), actor().commune
    plan = queries.adopted(session, commune, code).plan
    now = declared_sheet.sheet(session, commune, plan, clock.today(), _kind())
    return render_template(
        "indicators/inputs.html",
        plan=plan,
        title=plan_title(plan),
        sheet=now,
        kind=_kind(),
        chosen=_chosen(plan),
        only=_unit(),
        options=[(c.code, c.name) for c in now.columns],
        typed=_typed_back(read),
        problems=read.problems if read else [],
        refusal=refusal,
        errors=_errors(refusal),
        today=clock.today(),
        form=request.form,
        saved=request.args.get("da-luu", type=int),
    )


def _kind() -> str:
    return request.values.get("loai", "")


def _chosen(plan: Plan) -> list[Column]:
    """The columns with boxes: those asked for, or all for one unit."""
    asked = set(request.values.getlist("cot"))
    columns = columns_of(plan)
    if request.values.get("don_vi"):
        return list(columns)
    return [one for one in columns if one.code in asked]


def _unit() -> str:
    return request.values.get("don_vi", "")


def _typed_back(read: declared_table.Read | None) -> dict[str, str]:
    boxes = {name: text for name, text in request.form.items() if name[:2] in ("n|", "d|")}
    for one in read.typed if read else ():
        boxes |= {one.box("n"): one.numerator, one.box("d"): one.whole}
    return boxes


def _errors(refusal: Refusal | None) -> dict[str, str]:
    fields = refusal.fields if refusal else {}
    return {name: " ".join(str(w) for w in why) for name, why in fields.items()}


@blueprint.post("/ke-hoach/<code>/so-lieu")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def save_inputs(code: str) -> Response:
    """Save every box that was filled, all or none."""
    session, who = web.session(), actor()
    plan = queries.adopted(session, who.commune, code).plan
    try:
        saved = declared_save.save(
            session, who, plan, _typed(), _about(), request.form.get("thay", ""),
            in_spite=request.form.get("in_spite") == "1",
        )  # fmt: skip
    except (Invalid, Conflict) as refusal:
        return make_response(_page(code, refusal), refusal.status)
    where = {"cot": request.form.getlist("cot"), "don_vi": _unit() or None, "loai": _kind() or None}
    return _see("inputs_page", code=code, **{**where, "da-luu": saved})


def _see(view: str, **values: Any) -> Response:
    return make_response(redirect(url_for(f"indicators.{view}", **values), 303))


def _typed() -> list[Typed]:
    """The boxes of the form, one for each cell."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for name, text in list(request.form.items())[:MOST_BOXES]:
        which, _bar, rest = name.partition("|")
        column, bar, unit = rest.rpartition("|")
        if which in ("n", "d") and bar:
            cells.setdefault((column, unit), {})[which] = text[:40]
    return [
        Typed(column, unit_choice(unit), boxes.get("n", ""), boxes.get("d", ""))
        for (column, unit), boxes in cells.items()
    ]


def _about() -> About:
    return About(
        web.form_day("as_of"),
        request.form.get("source", "").strip(),
        request.form.get("status", "official"),
    )


@blueprint.post("/ke-hoach/<code>/so-lieu/bang")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def read_inputs_table(code: str) -> Response:
    """Fill the boxes of one column from a small table; nothing is saved yet."""
    session, commune = web.session(), actor().commune
    plan = queries.adopted(session, commune, code).plan
    chosen = _chosen(plan)
    try:
        if len(chosen) != 1:
            raise Invalid(_("Hãy chọn một cột để nhập bảng."), fields={"table": []})
        read = declared_table.read(session, commune, chosen[0], upload_of_form())
    except Invalid as refusal:
        return make_response(_page(code, refusal), refusal.status)
    return make_response(_page(code, read=read))


# --- one cell -----------------------------------------------------------------------------------


@blueprint.get("/ke-hoach/<code>/so-lieu/o")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def input_cell(code: str) -> str:
    """Everything that was declared of one cell."""
    return _cell(code, {})


def _cell(code: str, errors: Mapping[str, str]) -> str:
    session, commune = web.session(), actor().commune
    plan = queries.adopted(session, commune, code).plan
    asked = request.values.get("cot", "")
    column = next((one for one in columns_of(plan) if one.code == asked), None)
    if column is None:
        raise NotFound(_("Kế hoạch không cần số liệu này. Hãy mở lại bảng số liệu."))
    unit = unit_choice(_unit())
    name = declared_sheet.unit_name(session, commune, unit)
    return render_template(
        "indicators/input_cell.html", plan=plan, title=plan_title(plan), column=column, unit=unit,
        unit_name=name, past=declared_sheet.past(session, commune, column, unit), errors=errors,
    )  # fmt: skip


@blueprint.post("/ke-hoach/<code>/so-lieu/rut")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def take_back_input(code: str) -> Response:
    """Take a declared figure back, with the reason."""
    queries.adopted(web.session(), actor().commune, code)
    table = TABLES.get(request.form.get("bang", ""))
    if table is None:
        raise NotFound(_("Không tìm thấy số này. Hãy mở lại trang."))
    key: UUID = web.uuid_field(request.form.get("so", ""), "so")
    reason = request.form.get("reason", "")
    try:
        declared_actions.take_back(web.session(), actor(), table, key, reason)
    except Invalid as refusal:
        return make_response(_cell(code, _errors(refusal)), refusal.status)
    return _see("input_cell", code=code, cot=request.form.get("cot", ""), don_vi=_unit())
