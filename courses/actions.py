"""Publishing: a version is written once and never changed."""

from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy.orm import Session

from courses.models import MediaRow, ProgrammeVersionRow
from courses.rules import ProgrammeVersion, canonical


def publish(session: Session, version: ProgrammeVersion, media: Mapping[str, bytes]) -> bool:
    """Store a version and its pictures; False when it is there already. Safe to repeat.

    `media` maps a picture's SHA-256 to its bytes; ValueError when one is missing or changed.
    """
    if session.get(ProgrammeVersionRow, version.id) is not None:
        return False
    for medium in version.media:
        body = media.get(medium.sha256, b"")
        if sha256(body).hexdigest() != medium.sha256:
            raise ValueError(f"Hình {medium.name} không khớp nội dung đã ghi tên.")
        if session.get(MediaRow, medium.sha256) is None:
            session.add(MediaRow(sha256=medium.sha256, media_type=medium.media_type, body=body))
            session.flush()
    session.add(
        ProgrammeVersionRow(
            id=version.id,
            code=version.code,
            content_hash=version.content_hash,
            title=version.programme.title,
            document=canonical(version),
        )
    )
    session.flush()
    return True
