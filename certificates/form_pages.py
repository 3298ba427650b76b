"""Downloads: a certificate in each of its forms, and the papers of a class ready to print."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from certificates import files, forms, queries
from certificates.models import Certificate
from certificates.pages import blueprint
from certificates.paper.bundle import two_up
from certificates.sending import file_answer
from lms.cohorts.models import Cohort
from lms.core import web
from lms.core.errors import Conflict, Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow


@blueprint.get("/lop-hoc/<uuid:cohort_id>/giay-chung-nhan.pdf")
@allow(TEACHING)
def class_pdf(cohort_id: UUID) -> Response:
    """The class's papers in one file: `?kho=a5` two slips on each sheet, `?ngay=2026-11-21` of one day."""
    session, who = web.session(), actor()
    cohort = queries.may_see(session, who, cohort_id)
    day = _day()
    ids = queries.printable(session, who.commune, cohort.id, day)
    if not ids:
        raise Conflict(_("Chưa có giấy nào để in. Hãy cấp giấy trước."))
    is_slip = request.args.get("kho") == "a5"
    if is_slip and not any(
        one.slips for one in queries.batches(session, who.commune, cohort.id, day)
    ):
        raise Conflict(_("Các giấy này được cấp trước khi có phiếu A5. Hãy in giấy A4."))
    pieces = _slips(cohort, ids) if is_slip else _papers(cohort, ids)
    name = "phieu-a5" if is_slip else "giay-chung-nhan"
    return file_answer(pieces, f"{name}-lop-{cohort.id}.pdf")


def _day() -> date | None:
    asked = request.args.get("ngay", "")
    try:
        return date.fromisoformat(asked) if asked else None
    except ValueError:
        raise Invalid(_("Ngày chưa đúng. Hãy mở lại trang rồi chọn lại.")) from None


def _papers(cohort: Cohort, ids: list[UUID]) -> Iterator[bytes]:
    title = _("Giấy chứng nhận của %(name)s", name=cohort.name)
    return files.class_file(web.database(), cohort.commune_id, ids, title)


def _slips(cohort: Cohort, ids: list[UUID]) -> Iterator[bytes]:
    title = _("Phiếu chứng nhận của %(name)s", name=cohort.name)
    return two_up(forms.slips(web.session(), cohort.commune_id, ids), title)


@blueprint.get("/giay-chung-nhan/<uuid:certificate_id>.pdf")
@allow(TEACHING)
def pdf(certificate_id: UUID) -> Response:
    """The A4 paper as it was issued, checked against its hash."""
    certificate = queries.certificate(web.session(), actor(), certificate_id)
    return file_answer([files.file(web.session(), certificate)], f"{_name(certificate)}.pdf")


@blueprint.get("/giay-chung-nhan/<uuid:certificate_id>/phieu-a5.pdf")
@allow(TEACHING)
def slip(certificate_id: UUID) -> Response:
    """The A5 slip as it was made at issue, checked against its hash."""
    certificate = queries.certificate(web.session(), actor(), certificate_id)
    return file_answer([forms.slip(web.session(), certificate)], f"{_name(certificate)}-a5.pdf")


@blueprint.get("/giay-chung-nhan/<uuid:certificate_id>/dong-dau.pdf")
@allow(TEACHING)
def sealed(certificate_id: UUID) -> Response:
    """The A4 paper with the commune's seal, as it was sealed at issue."""
    certificate = queries.certificate(web.session(), actor(), certificate_id)
    body = forms.sealed(web.session(), certificate)
    return file_answer([body], f"{_name(certificate)}-dong-dau.pdf")


def _name(certificate: Certificate) -> str:
    return f"giay-chung-nhan-{certificate.number.replace('/', '-')}"
