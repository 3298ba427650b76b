"""Pages of lists from outside: choose or paste one, see every row's fate, decide, write, take back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import clock, web
from lms.core.errors import Conflict, Invalid, Refusal
from lms.core.guard import Actor, actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.indicators import (
    outside_facts,
    outside_lists,
    outside_queries,
    outside_uses,
    outside_view,
    sent_review,
)
from lms.indicators.outside_fates import Decisions, Where
from lms.indicators.outside_forms import columns_of_form, header_of_form, upload_of_form, where_of
from lms.indicators.outside_header import Header, check, header_of
from lms.indicators.outside_models import FactList
from lms.indicators.pages import blueprint
from lms.people import progress
from lms.people.import_pages import LONG_BYTES
from lms.people.importing import Upload
from lms.people.machine_words import COMPLETION_WORDS
from lms.people.queries import Filter, people
from lms.people.register import Tick

PAGE = 50
FOUND = 12
"""People shown when somebody else is looked for."""


@blueprint.get("/danh-sach-ngoai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def outside_lists_page() -> str:
    """The form of a new list, lists that are being looked at, and those that were recorded."""
    return _form(None)


def _form(refusal: Refusal | None) -> str:
    session, who = web.session(), actor()
    return render_template(
        "indicators/outside.html",
        refusal=refusal,
        errors=_errors(refusal),
        typed=request.form if refusal else request.args,
        pasted=request.form.get("text", "")[:20_000],
        today=clock.today(),
        open_lists=outside_queries.open_lists(session, who.commune),
        imports=outside_queries.imports(session, who.commune),
        sent=sent_review.courses(session, who.commune),
        **_options(),
    )


def _options() -> dict[str, Any]:
    return {
        "kinds": outside_view.kinds(),
        "kind_words": dict(outside_view.kinds()),
        "programmes": outside_view.programme_options(),
        "levels": outside_queries.level_options(),
    }


def _errors(refusal: Refusal | None) -> dict[str, str]:
    fields = refusal.fields if refusal else {}
    return {name: " ".join(str(w) for w in why) for name, why in fields.items()}


@blueprint.post("/danh-sach-ngoai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def read_outside_list() -> Response:
    """Read a list and keep it, sealed, for the preview; nothing counts yet."""
    who = actor()
    try:
        header, upload = header_of_form(), upload_of_form()
        check(header)
        if len(upload.content) > LONG_BYTES:
            return _read_long(who, header, upload)
        return make_response(redirect(_read(who, header, upload, lambda _rows: None), 303))
    except Refusal as refusal:
        return make_response(_form(refusal), refusal.status)


def _read(who: Actor, header: Header, upload: Upload, tick: Tick) -> str:
    """Read in one transaction and keep in another, so that reading holds no lock."""
    keys = web.keys()
    with web.database().read() as session:
        found = outside_lists.read(session, who, keys, header, upload, tick=tick)
    with web.database().write() as session:
        row = outside_lists.keep(session, who, keys, header, upload, found)
        return url_for("indicators.outside_preview", fact_list_id=row.id)


def _read_long(who: Actor, header: Header, upload: Upload) -> Response:
    back = url_for("indicators.outside_lists_page")
    title = _("Đang đọc danh sách")
    return progress.streamed(title, back, lambda tick: _read(who, header, upload, tick))


# --- the preview --------------------------------------------------------------------------------


@blueprint.get("/danh-sach-ngoai/xem/<uuid:fact_list_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def outside_preview(fact_list_id: UUID) -> Response:
    """Every row's fate; a list that was written leads on to what was recorded."""
    row = outside_lists.fact_list(web.session(), actor(), fact_list_id)
    return _on(row) or make_response(_preview(row, None))


def _on(row: FactList) -> Response | None:
    """The way on from a list that is no longer looked at."""
    if row.status == "applied":
        return _see("outside_import", fact_import_id=row.import_id)
    return _see("outside_lists_page") if row.status == "left" else None


def _see(view: str, **values: Any) -> Response:
    return make_response(redirect(url_for(f"indicators.{view}", **values), 303))


def _preview(row: FactList, refusal: Refusal | None) -> str:
    session, who = web.session(), actor()
    now = outside_lists.seen(session, who, web.keys(), row)
    header = header_of(row)
    return render_template(
        "indicators/outside_preview.html",
        row=row,
        refusal=refusal,
        errors=_errors(refusal),
        same=now.same,
        seal=now.seal,
        header=asdict(header),
        what_counts=outside_queries.what_counts(session, who, row.kind, now),
        tables=[(n, one, outside_view.columns(one)) for n, one in enumerate(now.tables)],
        fields=outside_view.fields(),
        unnamed=any(not t.is_named and t.read.chosen for t in now.tables),
        today=clock.today(),
        **outside_view.page(session, who.commune, now),
        **_options(),
    )


@blueprint.post("/danh-sach-ngoai/xem/<uuid:fact_list_id>/chon")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def decide_outside(fact_list_id: UUID) -> Response:
    """Say who a row is: this person, nobody of the register; or take that back."""
    session, who, keys = web.session(), actor(), web.keys()
    decisions, taken_back = _decision(outside_lists.fact_list(session, who, fact_list_id))
    outside_lists.decide(session, who, keys, fact_list_id, _revision(), decisions, taken_back)
    seen = {"xem": request.form.get("xem", ""), "trang": request.form.get("trang", 1, type=int)}
    return _see("outside_preview", fact_list_id=fact_list_id, **seen)


def _decision(row: FactList) -> tuple[Decisions, tuple[Where, ...]]:
    where, said = where_of(request.form.get("dong", "")), request.form.get("la", "")
    if said == "tat-ca":
        return outside_view.plain_ones(
            outside_lists.seen(web.session(), actor(), web.keys(), row)
        ), ()
    if where is None:
        raise Invalid(_("Không rõ dòng nào. Hãy mở lại trang rồi chọn lại."))
    if said in ("lai", "khong"):
        return ({}, (where,)) if said == "lai" else ({where: None}, ())
    return {where: web.uuid_field(said, "la")}, ()


def _revision() -> int:
    return request.form.get("sua", 0, type=int)


@blueprint.post("/danh-sach-ngoai/xem/<uuid:fact_list_id>/doc-lai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def reread_outside(fact_list_id: UUID) -> Response:
    """Read the list again with another header or other columns."""
    columns, tables = columns_of_form()
    try:
        outside_lists.reread(
            web.session(), actor(), web.keys(), fact_list_id, _revision(), header_of_form(),
            columns, tables,
        )  # fmt: skip
    except Invalid as refusal:
        return _refused(fact_list_id, refusal)
    return _see("outside_preview", fact_list_id=fact_list_id)


def _refused(fact_list_id: UUID, refusal: Refusal) -> Response:
    """The preview as it stands, with what was refused."""
    row = outside_lists.fact_list(web.session(), actor(), fact_list_id)
    return _on(row) or make_response(_preview(row, refusal), refusal.status)


@blueprint.get("/danh-sach-ngoai/xem/<uuid:fact_list_id>/tim")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def find_for_outside(fact_list_id: UUID) -> Response:
    """Look for somebody else of the register for one row."""
    session, who = web.session(), actor()
    row = outside_lists.fact_list(session, who, fact_list_id)
    return _on(row) or make_response(_find(row))


def _find(row: FactList) -> str:
    session, who, today = web.session(), actor(), clock.today()
    now = outside_lists.seen(session, who, web.keys(), row)
    where = where_of(request.args.get("dong", ""))
    picked = [one for one in now.rows if one.match.where == where]
    if not picked:
        raise Invalid(_("Không rõ dòng nào. Hãy mở lại trang rồi chọn lại."))
    words = request.args.get("q", picked[0].match.name)[:100]
    found, total = people(session, who, Filter(words), today, 0, FOUND)
    return render_template(
        "indicators/outside_find.html", row=row, words=words, found=found, total=total,
        line=outside_view.lines(session, who.commune, now, picked)[0],
        xem=request.args.get("xem", ""), trang=request.args.get("trang", 1, type=int),
    )  # fmt: skip


@blueprint.post("/danh-sach-ngoai/xem/<uuid:fact_list_id>/them")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def unknown_to_register(fact_list_id: UUID) -> Response:
    """Take those the register does not know to its own import, where each is seen before it is added."""
    row = outside_lists.fact_list(web.session(), actor(), fact_list_id)
    import_id = outside_queries.to_register(web.session(), actor(), web.keys(), row)
    return make_response(redirect(url_for("people.import_preview", import_id=import_id), 303))


@blueprint.post("/danh-sach-ngoai/xem/<uuid:fact_list_id>/bo")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def leave_outside(fact_list_id: UUID) -> Response:
    """Drop a list that was only looked at."""
    outside_lists.leave(web.session(), actor(), fact_list_id)
    return _see("outside_lists_page")


@blueprint.post("/danh-sach-ngoai/xem/<uuid:fact_list_id>/ghi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def write_outside(fact_list_id: UUID) -> Response:
    """Record the sure rows, all in one transaction."""
    try:
        made = outside_lists.write(
            web.session(), actor(), web.keys(), fact_list_id, request.form.get("thay", ""),
            leave_rest=request.form.get("de_lai") == "1",
        )  # fmt: skip
    except (Invalid, Conflict) as refusal:
        return _refused(fact_list_id, refusal)
    return _see("outside_import", fact_import_id=made.id)


# --- what was recorded --------------------------------------------------------------------------


@blueprint.get("/danh-sach-ngoai/<uuid:fact_import_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def outside_import(fact_import_id: UUID) -> str:
    """A list that was recorded: its people, and which indicators count it."""
    return _recorded(fact_import_id, {})


def _recorded(fact_import_id: UUID, errors: Mapping[str, str]) -> str:
    session, who = web.session(), actor()
    row = outside_queries.fact_import(session, who, fact_import_id)
    what = outside_uses.what_of(session, row)
    pages = max(1, -(-sum(what.values()) // PAGE))
    number = min(max(1, request.args.get("trang", 1, type=int)), pages)
    used = outside_uses.uses(session, who.commune, row.kind, what, clock.today())
    sent_by, sent = sent_review.sent_of(session, row)
    return render_template(
        "indicators/outside_import.html", row=row, sent_by=sent_by, sent=sent,
        results=COMPLETION_WORDS, total=sum(what.values()), number=number, pages=pages,
        listed=outside_uses.listed(session, row, (number - 1) * PAGE, PAGE),
        uses=used, uses_text=outside_uses.uses_text(used), errors=errors, fates=outside_view.done_words(),
        people=outside_queries.accounts(session, who.commune, row), **_options(),
    )  # fmt: skip


@blueprint.post("/danh-sach-ngoai/<uuid:fact_import_id>/rut")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def undo_outside(fact_import_id: UUID) -> Response:
    """Take a whole list back; twice is once."""
    reason = request.form.get("reason", "").strip()
    if not 3 <= len(reason) <= 300:
        wrong = _("Hãy ghi lý do rút lại (3–300 chữ cái).")
        return make_response(_recorded(fact_import_id, {"reason": wrong}), 422)
    outside_facts.undo_outside_facts(web.session(), actor(), fact_import_id, reason)
    return _see("outside_import", fact_import_id=fact_import_id)
