"""The class's certificates and one certificate, for the staff of the commune."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import actions, files, queries, wording
from certificates.issuer import Issuer
from certificates.models import Certificate
from lms.core import web
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import TEACHING, Reach, Role, allow
from lms.core.web import uuid_field

blueprint = Blueprint("certificates", __name__)
PDF = "application/pdf"


def base_address() -> str:
    """The public address printed in codes: the setting, else where this request came to."""
    return (web.settings().public_url or request.url_root).rstrip("/")


def issuer() -> Issuer:
    """With what this service issues."""
    return Issuer(base_address(), web.keys(), web.settings().keys)


@blueprint.get("/lop-hoc/<uuid:cohort_id>/giay-chung-nhan")
@allow(TEACHING)
def of_class(cohort_id: UUID) -> str:
    """Who of the class has a certificate, who may have one, and what the others lack."""
    return _class_page(cohort_id, None)


@blueprint.post("/lop-hoc/<uuid:cohort_id>/giay-chung-nhan")
@allow(TEACHING)
def issue(cohort_id: UUID) -> str:
    """Issue to the chosen learner, or to all who may have one; sending it again issues nothing."""
    chosen = [uuid_field(key, "enrolment") for key in request.form.getlist("enrolment")]
    issued = actions.issue(web.session(), actor(), cohort_id, chosen or None, issuer())
    return _class_page(cohort_id, issued)


def _class_page(cohort_id: UUID, issued: actions.Issued | None) -> str:
    view = queries.class_view(web.session(), actor(), cohort_id)
    return render_template(
        "certificates/of_class.html",
        view=view,
        issued=issued,
        words=wording,
        base=base_address(),
        base_is_set=bool(web.settings().public_url),
    )


@blueprint.get("/lop-hoc/<uuid:cohort_id>/giay-chung-nhan.pdf")
@allow(TEACHING)
def class_pdf(cohort_id: UUID) -> Response:
    """All certificates of the class in one file, ready to print; sent while it is put together."""
    session, who = web.session(), actor()
    cohort = queries.may_see(session, who, cohort_id)
    ids = queries.printable(session, who.commune, cohort.id)
    files.check_all(session, who.commune, ids)
    title = _("Giấy chứng nhận của %(name)s", name=cohort.name)
    pieces = files.class_file(web.database(), who.commune, ids, title)
    return _pdf(Response(pieces), f"giay-chung-nhan-lop-{cohort.id}")


@blueprint.get("/giay-chung-nhan/<uuid:certificate_id>.pdf")
@allow(TEACHING)
def pdf(certificate_id: UUID) -> Response:
    """The file as it was issued, checked against its hash."""
    session = web.session()
    certificate = queries.certificate(session, actor(), certificate_id)
    name = f"giay-chung-nhan-{certificate.number.replace('/', '-')}"
    return _pdf(Response(files.file(session, certificate)), name)


def _pdf(answer: Response, name: str) -> Response:
    answer.content_type = PDF
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


@blueprint.get("/giay-chung-nhan/<uuid:certificate_id>")
@allow(TEACHING)
def one(certificate_id: UUID) -> str:
    """A certificate: what it says, its status, and what an officer may do with it."""
    session, who = web.session(), actor()
    certificate = queries.certificate(session, who, certificate_id)
    said = queries.claims(certificate)
    return render_template(
        "certificates/one.html",
        certificate=certificate,
        said=said,
        completed_on=date.fromisoformat(said.completed_on),
        following=queries.successor(session, certificate),
        words=wording,
        keeper=who.role in (Role.OFFICER, Role.ADMINISTRATOR),
    )


@blueprint.post("/giay-chung-nhan/<uuid:certificate_id>/thu-hoi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def revoke(certificate_id: UUID) -> Response:
    """Withdraw a certificate, with the reason that the check page shows."""
    reason = request.form.get("reason", "")
    return _to(actions.revoke(web.session(), actor(), certificate_id, reason))


@blueprint.post("/giay-chung-nhan/<uuid:certificate_id>/cap-lai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def reissue(certificate_id: UUID) -> Response:
    """Replace a certificate by one with the person's present name and birth."""
    reason = request.form.get("reason", "")
    session, who = web.session(), actor()
    return _to(actions.reissue(session, who, certificate_id, reason, issuer()))


def _to(certificate: Certificate) -> Response:
    return redirect(url_for("certificates.one", certificate_id=certificate.id), 303)
