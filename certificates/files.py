"""The kept bytes: shared parts by their hash, and files that are checked before they leave."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from threading import Lock
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import queries
from certificates.models import Certificate, CertificatePart
from certificates.paper.assembler import Drawn, assemble, shared
from certificates.paper.bundle import Sheet, bundle
from certificates.rows import insert_into
from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.i18n import _

log = structlog.get_logger("lms.certificates")

_KEPT = 64
"""Parts in memory: some designs with their backs and slips."""
_bodies: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


def keep_parts(session: Session, drawn: Drawn) -> dict[str, str]:
    """Store the shared parts that are not there yet; returns name → hash."""
    names = {part.name: part.sha256 for part in drawn.parts}
    query = select(CertificatePart.sha256).where(CertificatePart.sha256.in_(names.values()))
    there = set(session.scalars(query))
    for part in drawn.parts:
        if part.sha256 not in there:
            row = {"sha256": part.sha256, "kind": part.kind, "body": part.body}
            insert = insert_into(session, CertificatePart).values(**row)
            session.execute(insert.on_conflict_do_nothing())
    return names


def _body(session: Session, digest: str, file: str) -> bytes:
    """A shared part. It is named by its hash, so it is the same in every database and for ever.

    `file` is the number of the certificate that it is wanted for.
    """
    with _lock:
        if digest in _bodies:
            _bodies.move_to_end(digest)
            return _bodies[digest]
    row = session.get(CertificatePart, digest)
    if row is None or sha256(row.body).hexdigest() != digest:
        log.error("certificate_part_damaged", part=digest)
        raise damaged(file)
    with _lock:
        _bodies[digest] = row.body
        while len(_bodies) > _KEPT:
            _bodies.popitem(last=False)
    return row.body


def damaged(what: str) -> Conflict:
    """What is said of a file whose bytes no longer have the hash of its issue."""
    log.error("certificate_damaged", what=what)
    return Conflict(
        _(
            "Tệp giấy chứng nhận %(what)s không còn nguyên vẹn nên không được đưa ra. "
            "Hãy báo quản trị viên khôi phục từ bản sao lưu.",
            what=what,
        )
    )


def sheet(session: Session, certificate: Certificate) -> Sheet:
    """The kept bytes of a certificate; Conflict when they no longer have the hash of its issue."""
    tail, digest = certificate.content or b"", certificate.file_sha256
    return kept_sheet(session, certificate.parts, tail, digest, certificate.number)


def kept_sheet(
    session: Session, parts: Mapping[str, str], tail: bytes, digest: str, name: str
) -> Sheet:
    """A file as it is kept: its shared parts by name → hash, its own bytes and the hash of the whole."""
    bodies = tuple(_body(session, part, name) for _name, part in sorted(parts.items()))
    if shared(bodies).hash_with(tail) != digest:
        raise damaged(name)
    return Sheet(bodies, tail)


def file(session: Session, certificate: Certificate) -> bytes:
    """The certificate's file, byte for byte as it was issued."""
    kept = sheet(session, certificate)
    return assemble(kept.bodies, kept.tail)


def class_file(
    database: Database, commune_id: UUID, ids: Sequence[UUID], title: str
) -> Iterator[bytes]:
    """All certificates of a class as one file, in pieces, with a read transaction of its own."""
    with database.read() as session:
        yield from bundle(_sheets(session, queries.in_order(session, commune_id, ids)), title)


def _sheets(session: Session, certificates: Iterable[Certificate]) -> Iterator[Sheet]:
    for one in certificates:
        yield sheet(session, one)
