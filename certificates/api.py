"""The JSON operations: certificates of the commune for its own staff; what codes are worth for anyone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest.pagination import PaginationParameters
from sqlalchemy import func, select

from certificates import batch, checks, queries
from certificates.schemas import (
    CertificateOut,
    CertificatesIn,
    CheckedOut,
    CodesIn,
    certificate_out,
    checked_out,
)
from lms.core import web
from lms.core.api import ApiBlueprint, paging
from lms.core.guard import actor
from lms.core.policy import PUBLIC, TEACHING, allow

blueprint = ApiBlueprint("certificate-records", __name__, description="Giấy chứng nhận đã cấp.")


@blueprint.get("/certificates")
@blueprint.arguments(CertificatesIn, location="query")
@blueprint.response(200, CertificateOut(many=True))
@blueprint.paginate()
@allow(TEACHING)
def list_certificates(
    asked: dict[str, Any], pagination_parameters: PaginationParameters
) -> list[dict[str, Any]]:
    """Certificates of the actor's classes or commune, newest first."""
    session, who, cohort_id = web.session(), actor(), asked.get("cohort")
    if cohort_id is not None:
        queries.may_see(session, who, cohort_id)
    query = queries.certificates_of(who, cohort_id)
    count = select(func.count()).select_from(query.order_by(None).subquery())
    pagination_parameters.item_count = session.scalar(count)
    offset, limit = paging(pagination_parameters)
    return [certificate_out(row) for row in session.scalars(query.offset(offset).limit(limit))]


@blueprint.get("/certificates/<uuid:certificate_id>")
@blueprint.response(200, CertificateOut)
@allow(TEACHING)
def get_certificate(certificate_id: UUID) -> dict[str, Any]:
    """One certificate."""
    return certificate_out(queries.certificate(web.session(), actor(), certificate_id))


@blueprint.post("/certificates/check")
@blueprint.arguments(CodesIn)
@blueprint.response(200, CheckedOut(many=True))
@allow(PUBLIC)
def check_certificates(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What up to 200 codes are worth today, in their order; nothing is kept, and it may be repeated."""
    rows = batch.typed(asked["codes"])
    coded = sum(one.code is not None for one in rows)
    checks.count(web.database(), web.keys(), request.remote_addr, max(1, coded))
    return [checked_out(one) for one in batch.answers(web.session(), rows)]
