"""What became of a certificate: issued, replaced, withdrawn; on which day and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from certificates import rules
from certificates.models import Certificate
from lms.core.i18n import _
from lms.people.account_queries import account_names


@dataclass(frozen=True)
class Step:
    """One thing that happened to a certificate."""

    on: date | None
    what: str
    by: str
    why: str = ""


def of(session: Session, certificate: Certificate) -> list[Step]:
    """From its issue to its present status."""
    ids = {one for one in (certificate.issued_by, certificate.status_by) if one}
    names = account_names(session, ids)
    issued = _("Cấp lại, thay giấy cũ") if certificate.replaces_id else _("Cấp giấy")
    steps = [Step(certificate.issued_on, issued, _name(names, certificate.issued_by))]
    if certificate.status != rules.VALID:
        by, why = _name(names, certificate.status_by), certificate.status_reason or ""
        steps.append(Step(certificate.status_on, _ended(certificate.status), by, why))
    return steps


def _name(names: Mapping[UUID, str], key: UUID | None) -> str:
    return names.get(key, "") if key else _("hệ thống")


def _ended(status: str) -> str:
    return {
        rules.REPLACED: _("Thay bằng giấy khác"),
        rules.REVOKED: _("Thu hồi"),
        rules.DUPLICATE: _("Đánh dấu cấp trùng người"),
    }[status]
