"""Reports on paper: letterheads, the words of a report, Word templates, the documents that were made."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune

HEADS = ("ubnd", "dang")
FILE_KINDS = ("docx", "pdf", "template_docx", "template_pdf")

_HEAD_CHECK = f"head IN ({', '.join(repr(h) for h in HEADS)})"
_CHOSEN = text("chosen")


class ReportLetterhead(CommuneRow, Base):
    """One version of what stands around a report: who issues it, where, to whom, who signs.

    Holds the name and office of the person who signs, as every official paper does. Versions are kept:
    a document names the one it was made with.
    """

    __tablename__ = "report_letterhead"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "head", "number"),
        CheckConstraint(_HEAD_CHECK, name="head"),
    )

    head: Mapped[str]
    """ubnd or dang: whose paper it is."""
    number: Mapped[int]
    """1, 2, 3 …; the last one holds."""
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON of the fields."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()


class ReportText(CommuneRow, Base):
    """The words officers type for a report of one period, before or after it is closed.

    The office's own words; who wrote last is kept so that two officers see each other.
    """

    __tablename__ = "report_text"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "plan_code", "report_code", "ends"),
    )

    plan_code: Mapped[str]
    report_code: Mapped[str]
    """The duty of the plan's calendar; empty for a day chosen freely."""
    ends: Mapped[date]
    content: Mapped[str] = mapped_column(Text)
    """Canonical JSON: section → what was typed."""
    revision: Mapped[int]
    """Goes up with every change; whoever saves says which one was read."""
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime] = created()


class ReportTemplate(CommuneRow, Base):
    """A Word template of the commune, checked before it was kept; one of a letterhead may be chosen."""

    __tablename__ = "report_template"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "head", "number"),
        CheckConstraint(_HEAD_CHECK, name="head"),
        Index(
            "uq_report_template_chosen", "commune_id", "head", unique=True, sqlite_where=_CHOSEN,
            postgresql_where=_CHOSEN,
        ),
    )  # fmt: skip

    head: Mapped[str]
    number: Mapped[int]
    name: Mapped[str]
    """The file's name as it was sent, for people."""
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    chosen: Mapped[bool]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()


class ReportDocument(CommuneRow, Base):
    """One issue of the document of a closed period; what it says is in `body` and never changes."""

    __tablename__ = "report_document"
    __table_args__ = (
        belongs_to("report_snapshot", "snapshot_id"),
        belongs_to("report_letterhead", "letterhead_id"),
        belongs_to("report_template", "template_id"),
        UniqueConstraint("commune_id", "snapshot_id", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    snapshot_id: Mapped[UUID]
    number: Mapped[int]
    letterhead_id: Mapped[UUID | None]
    """Empty: the commune had set nothing, the standard one was used."""
    template_id: Mapped[UUID | None]
    text_revision: Mapped[int]
    """Which revision of the words it was made from."""
    basis_sha256: Mapped[str]
    """Over everything it was made from but the moment: the same basis is the same document."""
    sha256: Mapped[str]
    """Over `body`."""
    body: Mapped[str] = mapped_column(Text, deferred=True)
    """Canonical JSON of everything that stands on the paper."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()


class ReportDocumentFile(CommuneRow, Base):
    """A file of a document, made once and served again byte for byte.

    `docx` and `pdf` are the standard layout; `template_docx` and `template_pdf` that of the commune.
    """

    __tablename__ = "report_document_file"
    __table_args__ = (
        belongs_to("report_document", "document_id"),
        UniqueConstraint("commune_id", "document_id", "kind"),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in FILE_KINDS)})", name="kind"),
    )

    document_id: Mapped[UUID]
    kind: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = created()
