"""Keeping what was signed and the public keys that signed it; both are never made anew."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from certificates.credentials.did import PublicKey
from certificates.credentials.signing import signer_of
from certificates.models import Certificate, CertificateForm, IssuerKey
from certificates.rows import insert_into
from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.text import day

log = structlog.get_logger("lms.certificates")


def record_key(session: Session, keys: Keys) -> None:
    """Write the signing key down before its first signature; Conflict when it was retired.

    A service that was not restarted after `lms keys rotate-certificates` still holds the old key.
    """
    kept = _recorded(session, signer_of(keys).key, clock.now())
    require_current(kept)
    # A rotation that was cut short left the old key standing: it ends where the new one is used.
    retire(session, IssuerKey.made_at < kept.made_at)


def _recorded(session: Session, key: PublicKey, at: datetime) -> IssuerKey:
    row = {"kid": key.kid, "public": key.public, "made_at": at}
    session.execute(insert_into(session, IssuerKey).values(**row).on_conflict_do_nothing())
    return session.get_one(IssuerKey, key.kid)


def retire(session: Session, which: ColumnElement[bool]) -> None:
    """From the next whole second on these keys sign no more: what they sign is dated to the second."""
    until = clock.now().replace(microsecond=0) + timedelta(seconds=1)
    session.execute(
        update(IssuerKey).where(IssuerKey.retired_at.is_(None), which).values(retired_at=until)
    )


def begin_rotation(session: Session, old: Keys, new: Keys) -> None:
    """Publish the new key before it signs; cut off after this, it is merely unused."""
    now = clock.now()
    _recorded(session, signer_of(old).key, now)
    _recorded(session, signer_of(new).key, now + timedelta(microseconds=1))


def finish_rotation(session: Session, new: Keys) -> None:
    """Retire every key but the new one; they stay published for what they have signed."""
    retire(session, IssuerKey.kid != signer_of(new).key.kid)


def require_current(kept: IssuerKey | None) -> None:
    """Conflict when this key signs no more."""
    if kept is not None and kept.retired_at is not None:
        raise Conflict(
            _(
                "Khóa ký giấy chứng nhận này đã được thay ngày %(day)s. Hãy khởi động lại dịch vụ; nếu "
                "vẫn báo như vậy, chạy 'lms keys rotate-certificates'.",
                day=day(kept.retired_at),
            )
        )


def public_keys(session: Session, keys: Keys | None = None) -> dict[str, PublicKey]:
    """All public keys of the service by name, the newest first; also the one in use before it is used."""
    rows = session.scalars(select(IssuerKey).order_by(IssuerKey.made_at.desc(), IssuerKey.kid))
    found = {row.kid: PublicKey(row.public, row.retired_at) for row in rows}
    if keys is None:
        return found
    current = signer_of(keys).key
    return {current.kid: found.get(current.kid, current)} | found


def text_of(session: Session, certificate: Certificate, kind: str) -> bytes:
    """A credential as it was issued; NotFound when there is none, Conflict when it is damaged."""
    form = session.scalar(
        select(CertificateForm).where(
            CertificateForm.commune_id == certificate.commune_id,
            CertificateForm.certificate_id == certificate.id,
            CertificateForm.kind == kind,
        )
    )
    if form is None or form.body is None:
        raise NotFound(
            _("Giấy này được cấp khi hệ thống chưa có chứng chỉ số. Hãy cấp lại nếu cần.")
        )
    text = _inflated(form.body)
    if sha256(text).hexdigest() != form.sha256:
        log.error("certificate_damaged", what=certificate.number, form=kind)
        raise Conflict(
            _(
                "Chứng chỉ số của giấy số %(number)s không còn nguyên vẹn nên không được đưa ra. "
                "Hãy báo quản trị viên khôi phục từ bản sao lưu.",
                number=certificate.number,
            )
        )
    return text


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:
        return b""
