"""Programme versions: immutable, named by the hash of their content. Global, shared by communes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, created


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
    published_at: Mapped[datetime] = created()


class MediaRow(Base):
    """A picture of a programme version, named by its own hash."""

    __tablename__ = "course_media"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    body: Mapped[bytes] = mapped_column(LargeBinary)
