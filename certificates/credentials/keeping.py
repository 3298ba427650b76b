"""Keeping what was signed and the public keys that signed it; both are never made anew."""

from __future__ import annotations

import zlib
from hashlib import sha256

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from certificates.credentials.did import PublicKey
from certificates.credentials.making import forms
from certificates.credentials.signing import signer_of
from certificates.issuer import Issuer
from certificates.models import Certificate, CertificateForm, IssuerKey
from certificates.rows import insert_into
from certificates.rules import Claims
from lms.core import clock
from lms.core.errors import Conflict, NotFound
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.text import day

log = structlog.get_logger("lms.certificates")

_RECORDED = "certificates.issuer_key"


def keep_credentials(
    session: Session, certificate: Certificate, claims: Claims, issuer: Issuer, commune_code: str
) -> None:
    """Sign the certificate in both forms and keep them beside it."""
    record_key(session, issuer.keys)
    for kind, template, body, digest in forms(claims, certificate.token, issuer, commune_code):
        row = CertificateForm(
            commune_id=certificate.commune_id, certificate_id=certificate.id, kind=kind,
            template=template, body=body, parts={}, sha256=digest,
        )  # fmt: skip
        session.add(row)


def record_key(session: Session, keys: Keys) -> None:
    """Write the signing key down before its first signature; Conflict when it was retired.

    A service that was not restarted after `lms keys rotate-certificates` still holds the old key.
    """
    key = signer_of(keys).key
    if session.info.get(_RECORDED) == key.kid:
        return
    row = {"kid": key.kid, "public": key.public, "made_at": clock.now()}
    session.execute(insert_into(session, IssuerKey).values(**row).on_conflict_do_nothing())
    kept = session.get_one(IssuerKey, key.kid)
    require_current(kept)
    _retire_older(session, kept)
    session.info[_RECORDED] = key.kid


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


def _retire_older(session: Session, current: IssuerKey) -> None:
    """A rotation that was cut short left the old key standing: it ends where the new one is used."""
    older = IssuerKey.retired_at.is_(None) & (IssuerKey.made_at < current.made_at)
    session.execute(update(IssuerKey).where(older).values(retired_at=clock.now()))


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
            _(
                "Giấy này được cấp khi hệ thống chưa có bản điện tử. Hãy cấp lại nếu cần bản điện tử."
            )
        )
    text = _inflated(form.body)
    if sha256(text).hexdigest() != form.sha256:
        log.error("certificate_damaged", what=certificate.number, form=kind)
        raise Conflict(
            _(
                "Bản điện tử của giấy số %(number)s không còn nguyên vẹn nên không được đưa ra. "
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
