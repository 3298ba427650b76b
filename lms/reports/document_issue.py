"""Making the document of a closed period, once for each issue, and serving its bytes again.

A document is made from the frozen body of the closing, never from today's figures. The same basis
(closing, letterhead, words, template, restatements, layout) is the same document, however often it is
asked for; any other is a new one with the next number, and the old one stays.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.audit import canonical
from lms.core.errors import Conflict, Invalid, NotFound, Unavailable
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.indicators import queries
from lms.indicators import snapshot_queries as held
from lms.indicators.snapshot_body import instant, sha256, text_sha256
from lms.indicators.snapshot_models import ReportSnapshot
from lms.indicators.snapshots import stem_of
from lms.reports import document_office, document_templates, document_texts
from lms.reports.document_letterhead import OFFICE, Held, letterhead
from lms.reports.document_models import (
    HEADS,
    ReportDocument,
    ReportDocumentFile,
    ReportTemplate,
    ReportText,
)
from lms.reports.document_paper import LAYOUT, SCHEMA, Restated, Source, paper
from lms.reports.document_words import SECTIONS

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "template_docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "template_pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything a document of a closing would be made from now."""

    row: ReportSnapshot
    head: str
    held: Held
    text: ReportText | None
    template: ReportTemplate | None
    source: Source

    @property
    def basis(self) -> dict[str, Any]:
        """What makes this document and no other."""
        return {
            "layout": LAYOUT,
            "snapshot": self.source.snapshot_sha256,
            "letterhead": self.source.letterhead.data,
            "words": self.source.words,
            "template": self.template.sha256 if self.template else "",
            "restated": [one.sha256 for one in self.source.restated],
        }

    @property
    def basis_sha256(self) -> str:
        """The name of the basis."""
        return text_sha256(canonical(self.basis))

    @property
    def empty(self) -> list[str]:
        """The headings nothing was typed under: they are left out."""
        return [str(title) for name, title in SECTIONS.items() if not self.source.words[name]]

    @property
    def problems(self) -> dict[str, list[str]]:
        """Why it cannot be made yet, by field."""
        found = document_texts.problems(self.source.words, self.source.figures)
        if not self.source.words["results"]:
            said = _(
                "Chưa viết phần kết quả. Hãy mở “Lời báo cáo” và bấm “Viết sẵn kết quả từ số liệu”."
            )
            found["results"] = [said]
        return found


def ready(session: Session, commune_id: UUID, row: ReportSnapshot, head: str = "") -> Ready:
    """What a document would be made from: the letterhead is the plan's own unless another is named."""
    body = held.body_of(row)
    plan = held.frozen_plan(
        session, row.plan_code, row.definition_id, body["definition"]["wording"]
    )
    chosen = head if head in HEADS else plan.letterhead.value
    commune = queries.commune_of(session, commune_id)
    told = letterhead(session, commune, chosen)
    text = document_texts.text_of(session, commune_id, document_texts.about(row))
    source = Source(
        body, row.sha256, told.letterhead, document_texts.read(text), _restated(session, row)
    )
    template = document_templates.chosen(session, commune_id, chosen)
    return Ready(row, chosen, told, text, template, source)


def _restated(session: Session, row: ReportSnapshot) -> Sequence[Restated]:
    return [
        Restated(one.number, clock.day_of(one.made_at), one.reason, one.sha256)
        for one in held.restatements(session, row)
    ]


# --- making ---------------------------------------------------------------------------------------


def make(session: Session, who: Actor, snapshot_id: UUID, head: str = "") -> ReportDocument:
    """Make the document of a standing closing; made from the same basis already, it is that one."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = held.snapshot(session, who.commune, snapshot_id)
    if row.state not in ("standing", "replaced"):
        raise Conflict(
            _("Bản chốt này chưa có hiệu lực nên chưa lập báo cáo được. Hãy duyệt trước.")
        )
    now = ready(session, who.commune, row, head)
    same = next(
        (one for one in documents(session, row) if one.basis_sha256 == now.basis_sha256), None
    )
    if same is not None:
        return same
    if now.problems:
        raise Invalid(_("Chưa lập được báo cáo. Hãy sửa lời báo cáo."), fields=now.problems)
    return _made(session, who, now)


def _made(session: Session, who: Actor, now: Ready) -> ReportDocument:
    number, at = _next(session, now.row), clock.now()
    body = _body(who, now, number, at)
    row = ReportDocument(
        commune_id=who.commune, id=uuid7(), snapshot_id=now.row.id, number=number,
        letterhead_id=now.held.row.id if now.held.row else None,
        template_id=now.template.id if now.template else None,
        text_revision=now.text.revision if now.text else 0, basis_sha256=now.basis_sha256,
        sha256=text_sha256(canonical(body)), body=canonical(body), made_by=who.id, made_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    stem = f"{stem_of(now.row)}-bao-cao-{number}"
    for kind, content in _files(body["paper"], now, at).items():
        _keep(session, row, kind, f"{stem}{_ending(kind)}", content)
    audit.record(
        session, who, "make", "report_document", row.id, plan=now.row.plan_code,
        snapshot=now.row.number, number=number, sha256=row.sha256,
    )  # fmt: skip
    return row


def _ending(kind: str) -> str:
    return (
        f"-mau-xa.{kind.removeprefix('template_')}" if kind.startswith("template") else f".{kind}"
    )


def _next(session: Session, row: ReportSnapshot) -> int:
    table = ReportDocument
    query = select(func.max(table.number)).where(
        table.commune_id == row.commune_id, table.snapshot_id == row.id
    )
    return (session.scalar(query) or 0) + 1


def _body(who: Actor, now: Ready, number: int, at: datetime) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "number": number,
        "snapshot": {"number": now.row.number, "sha256": now.row.sha256, "plan": now.row.plan_code},
        "letterhead": now.held.number,
        "template": now.template.number if now.template else 0,
        "basis": now.basis,
        "made": {"by": who.name or _("hệ thống"), "at": instant(at)},
        "paper": paper(now.source, clock.day_of(at).year),
    }


def _files(told: Mapping[str, Any], now: Ready, at: datetime) -> dict[str, bytes]:
    """The standard layout always; the commune's template beside it, unless it fails."""
    from lms.reports.document_docx import base_template
    from lms.reports.document_pdf import pdf_bytes
    from lms.reports.document_render import docx_bytes

    day = clock.local(at)
    base = base_template(told["head"], landscape=told["landscape"])
    found = {"docx": docx_bytes(base, told, day), "pdf": pdf_bytes(told)}
    if now.template is not None:
        own = _own(now.template, told, day)
        found |= {"template_docx": own} if own else {}
    return found


def _own(template: ReportTemplate, told: Mapping[str, Any], day: datetime) -> bytes | None:
    """The paper in the commune's template; None when it fails: a template never keeps a report back."""
    import structlog

    from lms.reports.document_render import docx_bytes

    try:
        return docx_bytes(template.content, told, day)
    except Exception:
        # Checked when it came, it may still stumble over real words; the standard layout is there.
        structlog.get_logger("lms.reports").exception("report template", number=template.number)
        return None


def _keep(session: Session, row: ReportDocument, kind: str, name: str, content: bytes) -> None:
    session.add(
        ReportDocumentFile(
            commune_id=row.commune_id, id=uuid7(), document_id=row.id, kind=kind, name=name,
            sha256=sha256(content), size=len(content), content=content,
        )
    )  # fmt: skip
    session.flush()


def keep_converted(session: Session, who: Actor, row: ReportDocument, pdf: bytes) -> None:
    """Keep the PDF that LibreOffice made of the commune's template; the first one stays."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    kinds = {one.kind: one for one in files(session, row)}
    if "template_pdf" in kinds:
        return
    name = kinds["template_docx"].name.removesuffix(".docx") + ".pdf"
    _keep(session, row, "template_pdf", name, pdf)
    audit.record(session, who, "convert", "report_document", row.id, number=row.number)


def converted(session: Session, row: ReportDocument) -> bytes | None:
    """The commune's docx as a PDF, made now; None when it is kept already."""
    kinds = {one.kind for one in files(session, row)}
    if "template_docx" not in kinds:
        raise NotFound(_("Báo cáo này không lập theo mẫu riêng của xã."))
    if "template_pdf" in kinds:
        return None
    return document_office.as_pdf(file(session, row, "template_docx").content)


# --- reading --------------------------------------------------------------------------------------


def documents(session: Session, row: ReportSnapshot) -> list[ReportDocument]:
    """The documents of a closing, the newest first."""
    table = ReportDocument
    query = select(table).where(table.commune_id == row.commune_id, table.snapshot_id == row.id)
    return list(session.scalars(query.order_by(table.number.desc())))


def document(session: Session, row: ReportSnapshot, number: int) -> ReportDocument:
    """One document of a closing, or NotFound."""
    found = next((one for one in documents(session, row) if one.number == number), None)
    if found is None:
        raise NotFound(_("Không có báo cáo này. Hãy mở lại trang báo cáo của bản chốt."))
    return found


def files(session: Session, row: ReportDocument) -> list[ReportDocumentFile]:
    """The files of a document without their content, those of the standard layout first."""
    table = ReportDocumentFile
    query = select(table).where(table.commune_id == row.commune_id, table.document_id == row.id)
    return sorted(session.scalars(query), key=lambda one: list(KINDS).index(one.kind))


def file(session: Session, row: ReportDocument, kind: str) -> ReportDocumentFile:
    """A kept file, checked against its hash before it leaves."""
    found = next((one for one in files(session, row) if one.kind == kind), None)
    if found is None:
        raise NotFound(_("Báo cáo này không có tệp đó. Hãy mở lại trang báo cáo của bản chốt."))
    if sha256(found.content) != found.sha256:
        raise Unavailable(
            _("Tệp đã lưu không còn khớp mã kiểm tra nên không được gửi đi. Hãy báo quản trị viên.")
        )
    return found


def body_of(row: ReportDocument) -> dict[str, Any]:
    """What stands on a document; refused when it is no longer what its hash says."""
    if text_sha256(row.body) != row.sha256:
        raise Unavailable(_("Nội dung báo cáo không còn khớp mã kiểm tra. Hãy báo quản trị viên."))
    return json.loads(row.body)  # type: ignore[no-any-return]  # A body is an object.


def faults_of(session: Session, row: ReportDocument, snapshot: ReportSnapshot) -> list[str]:
    """What of a document no longer says what its hash says."""
    name = f"{snapshot.plan_code} bản chốt {snapshot.number}, báo cáo {row.number}"
    found = []
    if text_sha256(row.body) != row.sha256:
        found.append(f"{name}: nội dung đã bị thay đổi.")
    elif json.loads(row.body)["snapshot"]["sha256"] != snapshot.sha256:
        found.append(f"{name}: không còn khớp bản chốt.")
    for one in files(session, row):
        if sha256(one.content) != one.sha256:
            found.append(f"{name}: tệp {one.name} đã bị thay đổi.")
    return found
