"""The forms of a certificate beside its A4 paper: made with it at issue, kept, checked, handed out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import files
from certificates.models import Certificate, CertificateForm
from certificates.paper.assembler import assemble
from certificates.paper.bundle import Sheet
from lms.core.errors import Conflict
from lms.core.i18n import _


def of(session: Session, certificate: Certificate) -> dict[str, CertificateForm]:
    """The forms that were made with a certificate and are still there, by kind."""
    rows = session.scalars(
        select(CertificateForm).where(
            CertificateForm.commune_id == certificate.commune_id,
            CertificateForm.certificate_id == certificate.id,
            CertificateForm.body.is_not(None),
        )
    )
    return {row.kind: row for row in rows}


def slip(session: Session, certificate: Certificate) -> bytes:
    """The A5 slip as it was made at issue; Conflict for a certificate that was issued without one."""
    kept = _sheet(session, _form(session, certificate, "slip"), certificate.number)
    return assemble(kept.bodies, kept.tail)


def sealed(session: Session, certificate: Certificate) -> bytes:
    """The A4 file with the commune's seal behind it; Conflict for one that was issued without."""
    form = _form(session, certificate, "seal")
    made = files.file(session, certificate) + (form.body or b"")
    if sha256(made).hexdigest() != form.sha256:
        raise files.damaged(certificate.number)
    return made


def _form(session: Session, certificate: Certificate, kind: str) -> CertificateForm:
    form = of(session, certificate).get(kind)
    if form is None:
        raise Conflict(missing(kind))
    return form


def missing(kind: str) -> str:
    """Why a certificate lacks a form: it is as it was issued, and nothing is added to it later."""
    if kind == "seal":
        return _(
            "Giấy này không có bản đóng dấu số. Dấu chỉ được đóng lúc cấp giấy, không đóng thêm về sau."
        )
    return _("Giấy này được cấp trước khi có phiếu A5. Giấy đã cấp thì giữ nguyên, không thêm bớt.")


def _sheet(session: Session, form: CertificateForm, number: str) -> Sheet:
    return files.kept_sheet(session, form.parts, form.body or b"", form.sha256, number)


def slips(
    session: Session, commune_id: UUID, ids: Sequence[UUID], chunk: int = 100
) -> Iterator[Sheet]:
    """The slips of these certificates in their order, a few at a time; who has none is left out."""
    for n in range(0, len(ids), chunk):
        part = ids[n : n + chunk]
        rows = session.execute(
            select(CertificateForm, Certificate.number)
            .join(Certificate, (Certificate.commune_id == CertificateForm.commune_id)
                  & (Certificate.id == CertificateForm.certificate_id))
            .where(
                CertificateForm.commune_id == commune_id, CertificateForm.kind == "slip",
                CertificateForm.certificate_id.in_(part), CertificateForm.body.is_not(None),
            )
        )  # fmt: skip
        found = {form.certificate_id: (form, number) for form, number in rows}
        for key in part:
            if key in found:
                form, number = found[key]
                yield _sheet(session, form, number)
                session.expunge(form)
