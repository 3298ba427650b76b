"""Pages of a register import: choose a file, see each row's fate, confirm."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage

from lms.core import web
from lms.core.errors import Invalid, Refusal
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.web import uuid_field
from lms.people import actions, importing, queries
from lms.people.blueprint import blueprint
from lms.people.models import RegisterImport
from lms.people.planning import Plan
from lms.people.rules.register import Fate, RowFate
from lms.people.schemas import ApplyIn, UploadIn, form
from lms.people.wording import CHANGES, FATES, reasons, remark

SHOWN = 100
"""Rows of one fate on a page."""
TONES = {
    "new": "success", "updated": "info", "unchanged": "neutral", "doubtful": "warning", "error": "error",
    "skipped": "neutral",
}  # fmt: skip


@blueprint.get("/dan-cu/nhap")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def import_page() -> str:
    """The form of a file."""
    return _upload_form(None)


def _upload_form(refusal: Refusal | None) -> str:
    session, who = web.session(), actor()
    homes = importing.homes(session, who.commune)
    recent = queries.applied_imports(session, who.commune)
    return render_template("people/import.html", refusal=refusal, homes=homes, recent=recent)


@blueprint.post("/dan-cu/nhap")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def preview_import() -> Response:
    """Read the file and keep it for the preview; the register is not touched."""
    try:
        home = form(UploadIn)["home"]
        name, content = _upload(request.files.get("file"))
        row, _plan = actions.preview_register(
            web.session(),
            actor(),
            web.keys(),
            name,
            content,
            uuid_field(home, "home") if home else None,
        )
    except Refusal as refusal:
        web.session().rollback()
        return make_response(_upload_form(refusal), refusal.status)
    return make_response(redirect(url_for("people.import_preview", import_id=row.id), 303))


def _upload(file: FileStorage | None) -> tuple[str, bytes]:
    if file is None or not file.filename:
        message = _("Chưa chọn tệp. Hãy chọn tệp danh sách .xlsx hoặc .csv.")
        raise Invalid(message, fields={"file": [message]})
    return file.filename, file.read()


@blueprint.get("/dan-cu/nhap/<uuid:import_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def import_preview(import_id: UUID) -> str:
    """Each row's fate, computed against the register as it is now."""
    row = queries.register_import(web.session(), actor().commune, import_id)
    return _done(row) if row.status == "applied" else _preview(row, None)


def _done(row: RegisterImport) -> str:
    return render_template(
        "people/import_done.html", row=row, counts=row.summary["counts"], fates=FATES
    )


def _preview(row: RegisterImport, refusal: Refusal | None) -> str:
    session = web.session()
    before = importing.applied_before(session, row)
    plan = importing.plan_of(session, web.keys(), row)
    counts = plan.counts()
    asked = request.args.get("xem", "")
    fate = next((f for f in _ORDER if f == asked and counts[f]), _first(counts))
    return render_template(
        "people/import_preview.html", row=row, before=before, plan=plan, counts=counts, fate=fate,
        fates=FATES, tones=TONES, refusal=refusal, **_page(plan, fate),
    )  # fmt: skip


def _first(counts: dict[Fate, int]) -> Fate:
    """What wants looking at most."""
    return next((fate for fate in _ORDER if counts[fate]), "new")


_ORDER: tuple[Fate, ...] = ("error", "doubtful", "new", "updated", "unchanged", "skipped")


def _page(plan: Plan, fate: str) -> dict[str, Any]:
    rows = [row for row in plan.rows if row.fate == fate]
    number = max(1, request.args.get("trang", 1, type=int))
    start = (number - 1) * SHOWN
    pages = max(1, -(-len(rows) // SHOWN))
    lines = [_line(row, plan) for row in rows[start : start + SHOWN]]
    return {"lines": lines, "number": number, "pages": pages}


def _line(row: RowFate, plan: Plan) -> dict[str, Any]:
    """One row of the preview: number, name, and sentences."""
    said = [remark(found, plan.labels) for found in (*row.faults, *row.warnings)]
    changes = ", ".join(str(CHANGES[code]) for code in row.changes)
    return {
        "row": row.row, "name": row.name, "said": said, "changes": changes, "alike": row.alike,
        "reasons": reasons(row.alike.reasons) if row.alike else "",
    }  # fmt: skip


@blueprint.post("/dan-cu/nhap/<uuid:import_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def apply_import(import_id: UUID) -> Response:
    """Write the good rows, all in one transaction."""
    skip = form(ApplyIn)["skip_errors"]
    try:
        actions.apply_register(web.session(), actor(), web.keys(), import_id, skip_errors=skip)
    except Invalid as refusal:
        web.session().rollback()
        row = queries.register_import(web.session(), actor().commune, import_id)
        return make_response(_preview(row, refusal), refusal.status)
    return make_response(redirect(url_for("people.import_preview", import_id=import_id), 303))
