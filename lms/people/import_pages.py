"""Pages of a register import: choose a file or paste, see each row's fate, confirm, take back."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import web
from lms.core.errors import Invalid, Refusal
from lms.core.guard import Actor, actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.web import uuid_field
from lms.people import actions, importing, preview_view, progress, queries
from lms.people.blueprint import blueprint
from lms.people.importing import Upload
from lms.people.models import RegisterImport
from lms.people.register import Tick
from lms.people.schemas import ApplyIn, UploadIn, form
from lms.people.wording import FATES, KEPT

LONG_BYTES, LONG_ROWS = 120_000, 2_000
"""From here on a list takes seconds, so that its page shows how far it is."""


@blueprint.get("/dan-cu/nhap")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def import_page() -> str:
    """The form of a file or a paste."""
    return _upload_form(None)


def _upload_form(refusal: Refusal | None) -> str:
    session, who = web.session(), actor()
    homes = importing.homes(session, who.commune)
    recent = queries.applied_imports(session, who.commune)
    pasted = request.form.get("text", "")[:20_000]
    return render_template(
        "people/import.html", refusal=refusal, homes=homes, recent=recent, pasted=pasted
    )


@blueprint.post("/dan-cu/nhap")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def preview_import() -> Response:
    """Read the list and keep it for the preview; the register is not touched, nor locked meanwhile."""
    try:
        upload = read_upload()
        if len(upload.content) > LONG_BYTES:
            return _read_long(actor(), upload)
        return make_response(redirect(_read(actor(), upload, lambda _rows: None), 303))
    except Refusal as refusal:
        return make_response(_upload_form(refusal), refusal.status)


def read_upload() -> Upload:
    """The request's list: field `text` for a paste, else `file`; `home` for rows that name no place."""
    said = form(UploadIn)
    home = uuid_field(said["home"], "home") if said["home"] else None
    if said["text"].strip():
        return Upload(_("Danh sách dán vào"), said["text"].encode(), home, pasted=True)
    file = request.files.get("file")
    if file is None or not file.filename:
        message = _("Chưa có danh sách. Hãy chọn tệp, hoặc dán danh sách vào ô.")
        raise Invalid(message, fields={"file": [message]})
    return Upload(file.filename, file.read(), home)


def _read(who: Actor, upload: Upload, tick: Tick) -> str:
    """Read in one transaction and keep in another, so that reading holds no lock."""
    keys = web.keys()
    with web.database().read() as session:
        plan = actions.read_list(session, who, keys, upload, tick)
    with web.database().write() as session:
        row = actions.keep_preview(session, who, keys, upload, plan)
        return url_for("people.import_preview", import_id=row.id)


def _read_long(who: Actor, upload: Upload) -> Response:
    back = url_for("people.import_page")
    return progress.streamed(_("Đang đọc danh sách"), back, lambda tick: _read(who, upload, tick))


@blueprint.get("/dan-cu/nhap/<uuid:import_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def import_preview(import_id: UUID) -> str:
    """Each row's fate; once applied, what became of them."""
    row = queries.register_import(web.session(), actor().commune, import_id)
    return _preview(row, None) if row.status == "previewed" else _done(row)


def _done(row: RegisterImport) -> str:
    undone = queries.undone_of(web.session(), row)
    return render_template(
        "people/import_done.html", row=row, counts=row.summary["counts"], fates=FATES, undone=undone,
        kept_words=KEPT,
    )  # fmt: skip


def _preview(row: RegisterImport, refusal: Refusal | None) -> str:
    session = web.session()
    before = importing.applied_before(session, row)
    plan = importing.preview_of(session, web.keys(), row)
    return render_template(
        "people/import_preview.html", row=row, before=before, fates=FATES, refusal=refusal,
        **preview_view.page(session, row.commune_id, plan),
    )  # fmt: skip


@blueprint.post("/dan-cu/nhap/<uuid:import_id>/chon")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def choose_import(import_id: UUID) -> Response:
    """Which lists of the file are read, or who a doubtful row is."""
    choice = preview_view.choice_of_form()
    actions.choose_again(web.session(), actor(), web.keys(), import_id, choice)
    seen: dict[str, Any] = {"xem": "doubtful", "trang": request.form.get("trang", 1, type=int)}
    if choice.tables is not None:
        seen = {}
    return make_response(
        redirect(url_for("people.import_preview", import_id=import_id, **seen), 303)
    )


@blueprint.post("/dan-cu/nhap/<uuid:import_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def apply_import(import_id: UUID) -> Response:
    """Write the good rows, all in one transaction."""
    skip, who = form(ApplyIn)["skip_errors"], actor()
    if _is_long(who, import_id):
        title, back = (
            _("Đang nhập danh sách"),
            url_for("people.import_preview", import_id=import_id),
        )
        return progress.streamed(title, back, lambda tick: _apply(who, import_id, skip, tick))
    try:
        return make_response(redirect(_apply(who, import_id, skip, lambda _rows: None), 303))
    except Invalid as refusal:
        row = queries.register_import(web.session(), who.commune, import_id)
        return make_response(_preview(row, refusal), refusal.status)


def _is_long(who: Actor, import_id: UUID) -> bool:
    with web.database().read() as session:
        counts = queries.register_import(session, who.commune, import_id).summary["counts"]
    return isinstance(counts, dict) and sum(counts.values()) > LONG_ROWS


def _apply(who: Actor, import_id: UUID, skip: bool, tick: Tick) -> str:
    """Plan without a lock, write with one; the writer plans again only if the register has changed."""
    keys = web.keys()
    with web.database().read() as session:
        ready = actions.prepare(session, who, keys, import_id, tick)
    with web.database().write() as session:
        actions.apply_register(
            session, who, keys, import_id, skip_errors=skip, tick=tick, ready=ready
        )
    return url_for("people.import_preview", import_id=import_id)


@blueprint.post("/dan-cu/nhap/<uuid:import_id>/hoan-tac")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def undo_import(import_id: UUID) -> Response:
    """Take an applied import back; twice is once."""
    actions.undo_import(web.session(), actor(), web.keys(), import_id)
    return make_response(redirect(url_for("people.import_preview", import_id=import_id), 303))
