"""Programme versions: immutable, named by the hash of their content. Global, shared by communes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, CommuneRow, belongs_to, created, of_commune


class ProgrammeVersionRow(Base):
    """One published version of a programme. The row is never changed; a new text is a new version."""

    __tablename__ = "programme_version"
    __table_args__ = (UniqueConstraint("content_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """UUIDv5 of the content hash."""
    code: Mapped[str]
    content_hash: Mapped[str]
    title: Mapped[str]
    document: Mapped[str] = mapped_column(Text)
    """Canonical JSON of the whole programme, from which everything is read."""
    shipped: Mapped[bool] = mapped_column(default=True, server_default=true())
    """It came with the service, for every commune; else only the communes that published it see it."""
    counts_as: Mapped[str] = mapped_column(default="", server_default="")
    """As which programme of the plans it counts; empty: its own code."""
    published_at: Mapped[datetime] = created()


class CommuneProgramme(CommuneRow, Base):
    """A commune published a version of its own: a decision that is kept. The newest of a code is taught."""

    __tablename__ = "commune_programme"
    __table_args__ = (
        of_commune(),
        UniqueConstraint("commune_id", "version_id"),
        Index("ix_commune_programme_code", "commune_id", "code"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("programme_version.id"))
    code: Mapped[str]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime] = created()


class CourseDraft(CommuneRow, Base):
    """A programme that a commune is writing: a folder of files, published as a whole or not at all."""

    __tablename__ = "course_draft"
    __table_args__ = (of_commune(), UniqueConstraint("commune_id", "code"))

    code: Mapped[str]
    title: Mapped[str]
    based_on: Mapped[UUID | None] = mapped_column(ForeignKey("programme_version.id"))
    """The version it was copied from."""
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = created()
    changed_at: Mapped[datetime]


class CourseDraftFile(CommuneRow, Base):
    """One file of a draft; `sha256` is what an editor read, so that two do not overwrite each other."""

    __tablename__ = "course_draft_file"
    __table_args__ = (
        belongs_to("course_draft", "draft_id", ondelete="CASCADE"),
        UniqueConstraint("commune_id", "draft_id", "path"),
    )

    draft_id: Mapped[UUID]
    path: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    changed_at: Mapped[datetime]


class MediaRow(Base):
    """A picture of a programme version, named by its own hash."""

    __tablename__ = "course_media"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
