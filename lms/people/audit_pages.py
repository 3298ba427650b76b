"""Pages of the audit log: search it, take it away as a file, carry its checkpoint off the machine."""

import json
from datetime import date
from uuid import UUID

from flask import Response, render_template, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lms.core import audit, clock, web
from lms.core.cells import csv_bytes, neutral
from lms.core.downloads import as_file
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.core.text import day, hour, number
from lms.people import audit_search
from lms.people.audit_search import SYSTEM, Wanted
from lms.people.audit_words import Line
from lms.people.blueprint import blueprint
from lms.people.models import Commune
from lms.people.pages import page_number, ways_of
from lms.people.proof import weighs
from lms.people.queries import PAGE

AT_SIGHT = 2000
"""Entries that the page verifies whenever it is opened; the button verifies all of them."""
MOST_ROWS = 100_000
HEADS = ("muc", "luc", "ai", "vai_tro", "viec", "ve", "loai")
PARTS = ("ai", "viec", "tu", "den", "ve")


@blueprint.get("/nhat-ky")
@allow(administrator=Reach.COMMUNE)
def audit_log() -> str:
    """Who did what, and whether the chain is whole."""
    session, commune, page = web.session(), actor().commune, page_number()
    asked, wanted = _asked(request.args)
    found = audit_search.search(session, commune, wanted, (page - 1) * PAGE, PAGE)
    whole, root = "kiem-tra" in request.args, audit.checkpoint(session, commune)
    whole = whole or root.size <= AT_SIGHT
    return render_template(
        "people/audit.html", found=found, asked=asked, root=root, whole=whole,
        ways=ways_of("people.audit_log", page, PAGE, found.total, **asked),
        faults=_faults(session, commune, whole),
        doers=[*audit_search.doers(session, commune), (SYSTEM, _("Hệ thống (lệnh trên máy chủ)"))],
        total=_("%(count)s việc", count=number(found.total)),
    )  # fmt: skip


def _faults(session: Session, commune_id: UUID, whole: bool) -> list[str]:
    """The newest entries at every visit; on demand all, also against the checkpoints of closed reports."""
    if not whole:
        return audit.verify_end(session, commune_id, AT_SIGHT)
    return audit.verify(session, commune_id, audit.kept_checkpoints(session, commune_id))


def _asked(given: MultiDict[str, str]) -> tuple[dict[str, str], Wanted]:
    """The parts of the address that say something, and the search they ask for."""
    asked = {name: text for name in PARTS if (text := given.get(name, "").strip()[:80])}
    days = {name: _day(name, asked[name]) for name in ("tu", "den") if name in asked}
    by = asked.get("ai", "")
    if by and by != SYSTEM:
        by = str(web.uuid_field(by, "ai"))
    what, about = asked.get("viec", ""), asked.get("ve", "")
    return asked, Wanted(by, what, days.get("tu"), days.get("den"), about)


def _day(name: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
        if 2000 <= found.year <= 2200:
            return found
    except ValueError:
        pass
    raise Invalid(_("Ngày chưa đúng. Hãy chọn lại ngày."), fields={name: [text[:20]]})


@blueprint.post("/nhat-ky/xuat")
@allow(administrator=Reach.COMMUNE)
@weighs
def audit_export() -> Response:
    """What the filters of the form leave, as csv; the log keeps that it was taken away, and how much."""
    who, (_kept, wanted) = actor(), _asked(request.form)
    # A long log takes seconds to put into words: that is done before the writing transaction begins.
    with web.database().read() as session:
        if audit_search.search(session, who.commune, wanted, 0, 1).total > MOST_ROWS:
            words = _("Quá %(count)s mục. Hãy chọn khoảng ngày ngắn hơn.", count=number(MOST_ROWS))
            raise Invalid(words, fields={"tu": [words]})
        rows = [_row(line) for line in audit_search.every(session, who.commune, wanted)]
    audit.record(web.session(), who, "exported", "audit_log", who.commune, rows=len(rows))
    return _file(csv_bytes([HEADS, *rows]), "text/csv; charset=utf-8", "nhat-ky", "csv")


def _row(line: Line) -> tuple[str, ...]:
    at = f"{hour(line.at)} {day(line.at)}"
    texts = (line.who, line.role, line.what, line.about, line.kind)
    return (str(line.seq), at, *(neutral(text) for text in texts))


@blueprint.get("/nhat-ky/diem-kiem-tra.json")
@allow(administrator=Reach.COMMUNE)
def audit_checkpoint() -> Response:
    """The checkpoint as a file: kept elsewhere, it shows later that nothing was cut off or replaced."""
    commune = web.session().get_one(Commune, actor().commune)
    body = checkpoint_file(commune, audit.checkpoint(web.session(), commune.id))
    return _file(body, "application/json", f"diem-kiem-tra-{commune.short_code.lower()}", "json")


def checkpoint_file(commune: Commune, at: audit.Checkpoint) -> bytes:
    """The file that `lms audit verify --against` reads; a report's JSON carries the same `audit`."""
    told = {
        "schema": "lop-hoc-so/diem-kiem-tra/1",
        "commune": {"code": commune.short_code, "name": commune.title},
        "made_at": clock.now().isoformat(),
        "audit": {"size": at.size, "root": at.root},
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _file(body: bytes, kind: str, stem: str, ending: str) -> Response:
    return as_file(Response(body, content_type=kind), f"{stem}-{clock.today():%Y%m%d}.{ending}")
