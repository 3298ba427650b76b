"""At the commune: the page that takes the files of boxes from a stick and gives their receipts back."""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from lms.core import web
from lms.core.downloads import as_file
from lms.core.errors import Refusal
from lms.core.guard import Actor, actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow
from lms.ledger.rules import Outcome
from lms.ledger.web import project_after
from lms.offline.box.files import file_name
from lms.offline.box.giving import box_of_commune
from lms.offline.box.models import BoxBundle
from lms.offline.box.receiving import Received, receive
from lms.offline.box.seal import pieces

blueprint = Blueprint("box_home", __name__)
NEWEST = 60
"""How many receipts are given back at once: what a box sent in several months, below 4 MB."""


@dataclass(frozen=True)
class Line:
    """What became of one file."""

    name: str
    problem: str = ""
    received: Received | None = None

    @property
    def said(self) -> str:
        """What was taken in, in words."""
        counts = self.received.counts if self.received else Counter[str]()
        new, known = counts[Outcome.STORED], counts[Outcome.DUPLICATE]
        kept = sum(counts.values()) - new - known
        words = [_("%(n)s việc mới", n=new)]
        words += [_("%(n)s việc đã có", n=known)] if known else []
        words += [_("%(n)s việc giữ riêng để xem lại", n=kept)] if kept else []
        return ", ".join(words) + "."


@blueprint.get("/may-lop/nhan-tep")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def page() -> str:
    """Choose the files of a box on a stick."""
    return render_template("offline/box_home.html", lines=(), boxes=(), problem="")


@blueprint.post("/may-lop/nhan-tep")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def take() -> Response:
    """Take the files `tep` in, each by itself: a damaged one stops no other."""
    who, files = actor(), [one for one in request.files.getlist("tep") if one.filename]
    lines = [line for one in files for line in _lines(who, one)]
    boxes = {line.received.box_id: line.received for line in lines if line.received}
    problem = "" if lines else _("Hãy chọn tệp của máy lớp trên USB (tên bắt đầu bằng viec-ve-xa).")
    page = render_template(
        "offline/box_home.html", lines=lines, boxes=list(boxes.values()), problem=problem
    )
    return project_after(Response(page, 200 if lines else 422, mimetype="text/html"), who.commune)


def _lines(who: Actor, file: FileStorage) -> Iterator[Line]:
    """A file may hold several bundles, one after another."""
    name = str(file.filename)[-80:]
    for raw in pieces(file.stream.read()):
        try:
            done = receive(web.database(), web.keys(), raw, who, who.commune)
            yield Line(name, received=done)
        except Refusal as refusal:
            yield Line(name, refusal.message)


@blueprint.get("/may-lop/<uuid:box_id>/bien-nhan")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def receipts(box_id: UUID) -> Response:
    """The newest receipts of a box in one file, to be carried back on the stick."""
    session = web.session()
    box = box_of_commune(session, actor().commune, box_id)
    answer = Response(
        receipts_of(session, box.commune_id, box.id), mimetype="application/octet-stream"
    )
    return as_file(answer, file_name("bien-nhan", box.label))


def receipts_of(session: Session, commune_id: UUID, box_id: UUID) -> bytes:
    """The newest receipts, one after another."""
    rows = session.scalars(
        select(BoxBundle.receipt)
        .where(
            BoxBundle.commune_id == commune_id, BoxBundle.box_id == box_id, BoxBundle.receipt != ""
        )
        .order_by(BoxBundle.number.desc(), BoxBundle.received_at.desc())
        .limit(NEWEST)
    )
    return b"".join(b64decode(one) for one in rows)
