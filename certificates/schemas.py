"""Certificates as JSON for other systems: ids, states and days; no name, no birth, no check code."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow as ma
from marshmallow import validate

from certificates.batch import MOST_ROWS, Answer
from certificates.models import Certificate
from certificates.rules import LONGEST_INPUT
from lms.core.api import In, Out


class CertificatesIn(In):
    """Which certificates to list."""

    cohort = ma.fields.UUID()


class CertificateOut(Out):
    """One certificate. `status`: valid, replaced, revoked or duplicate."""

    id = ma.fields.UUID(required=True)
    number = ma.fields.String(required=True)
    status = ma.fields.String(required=True)
    status_on = ma.fields.Date(allow_none=True)
    programme = ma.fields.String(required=True)
    version_id = ma.fields.UUID(required=True)
    level = ma.fields.String(required=True)
    proof = ma.fields.String(required=True, allow_none=True)
    completed_on = ma.fields.Date(required=True, allow_none=True)
    issued_on = ma.fields.Date(required=True)
    cohort_id = ma.fields.UUID(allow_none=True)
    person_id = ma.fields.UUID(required=True)
    attainment_id = ma.fields.UUID(required=True)
    replaces_id = ma.fields.UUID(allow_none=True)
    template = ma.fields.String(required=True)
    file_sha256 = ma.fields.String(required=True)


_COLUMNS = (
    "id", "number", "status", "status_on", "version_id", "level", "issued_on", "cohort_id", "person_id",
    "attainment_id", "replaces_id", "template", "file_sha256",
)  # fmt: skip


def certificate_out(certificate: Certificate) -> dict[str, Any]:
    """What CertificateOut writes; an erased certificate says neither proof nor day."""
    said: Any = certificate.data.get("claims", {})
    return {name: getattr(certificate, name) for name in _COLUMNS} | {
        "programme": certificate.programme_code,
        "proof": said.get("proof"),
        "completed_on": date.fromisoformat(said["completed_on"]) if said else None,
    }


class CodesIn(In):
    """Codes as they are printed, or whole addresses read from the square codes."""

    codes = ma.fields.List(
        ma.fields.String(validate=validate.Length(max=LONGEST_INPUT)),
        required=True,
        validate=validate.Length(min=1, max=MOST_ROWS),
    )


class CheckedOut(Out):
    """What one code is worth, as anyone may know it.

    `status`: valid, replaced, revoked, duplicate, sample (nobody in it is real), unknown, or malformed.
    The fields after it are empty for the last two.
    """

    row = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True)
    status = ma.fields.String(required=True)
    number = ma.fields.String(allow_none=True)
    masked_name = ma.fields.String(allow_none=True)
    programme = ma.fields.String(allow_none=True)
    level = ma.fields.String(allow_none=True)
    proof = ma.fields.String(allow_none=True)
    completed_on = ma.fields.Date(allow_none=True)
    issued_on = ma.fields.Date(allow_none=True)
    status_on = ma.fields.Date(allow_none=True)
    replaced_by = ma.fields.String(allow_none=True)


_SHOWN = (
    "number",
    "masked_name",
    "programme",
    "level",
    "proof",
    "completed_on",
    "issued_on",
    "status_on",
    "replaced_by",
)


def checked_out(one: Answer) -> dict[str, Any]:
    """What CheckedOut writes."""
    known = {"row": one.row, "code": one.typed, "status": one.status}
    return known | {name: getattr(one.shown, name, None) for name in _SHOWN}
