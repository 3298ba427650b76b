"""The class's certificates and one certificate, for the staff of the commune."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from certificates import (
    actions,
    explaining,
    forms,
    history,
    queries,
    sealing,
    sealing_files,
    wording,
)
from certificates.issuer import Issuer
from certificates.models import Certificate
from lms.core import clock, web
from lms.core.errors import Invalid
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import TEACHING, Reach, allow
from lms.core.web import uuid_field

blueprint = Blueprint("certificates", __name__)


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
    sealing.warm(web.settings().keys)
    return _class_page(cohort_id, None)


@blueprint.post("/lop-hoc/<uuid:cohort_id>/giay-chung-nhan")
@allow(TEACHING)
def issue(cohort_id: UUID) -> str:
    """Issue to the chosen learners, or to all who may have one; sending it again issues nothing."""
    issued = actions.issue(web.session(), actor(), cohort_id, _chosen(), issuer())
    return _class_page(cohort_id, issued)


def _chosen() -> list[UUID] | None:
    """The ticked learners; None for everybody, which the button `cho` says."""
    ticked = [uuid_field(key, "enrolment") for key in request.form.getlist("enrolment")]
    which = request.form.get("cho", "chon" if ticked else "tat-ca")
    if which == "chon" and not ticked:
        raise Invalid(_("Chưa đánh dấu ai. Hãy quay lại, đánh dấu người được cấp rồi bấm lại."))
    return ticked if which == "chon" else None


def _class_page(cohort_id: UUID, issued: actions.Issued | None) -> str:
    session, who = web.session(), actor()
    view = queries.class_view(session, who, cohort_id)
    return render_template(
        "certificates/of_class.html", view=view, issued=issued, words=wording,
        needs=explaining.needs(session, view), today=clock.today(),
        batches=queries.batches(session, who.commune, cohort_id),
        keeper=who.role in actions.KEEPERS, may_open=partial(queries.may_open, who),
        base=base_address(), base_is_set=bool(web.settings().public_url),
    )  # fmt: skip


@blueprint.get("/giay-chung-nhan/<uuid:certificate_id>")
@allow(TEACHING)
def one(certificate_id: UUID) -> str:
    """A certificate: what it says, its forms, what became of it, and what an officer may do with it."""
    return _one(certificate_id)


def _one(certificate_id: UUID, refused: str = "", refusal: Invalid | None = None) -> str:
    """The page; `refused` is the deed (revoke, reissue) whose reason was refused and stands there as typed."""
    session, who = web.session(), actor()
    certificate = queries.certificate(session, who, certificate_id)
    said = queries.claims(certificate)
    return render_template(
        "certificates/one.html", certificate=certificate, said=said, words=wording,
        completed_on=date.fromisoformat(said.completed_on), forms=forms.of(session, certificate),
        following=queries.successor(session, certificate), unsealed=_unsealed(certificate),
        shown=queries.check(session, certificate.token),
        history=history.of(session, certificate), keeper=who.role in actions.KEEPERS,
        refused=refused, why=refusal.message if refusal else "", typed=request.form.get("reason", ""),
    )  # fmt: skip


@blueprint.post("/giay-chung-nhan/<uuid:certificate_id>/thu-hoi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def revoke(certificate_id: UUID) -> Response | tuple[str, int]:
    """Withdraw a certificate, with the reason that the check page shows."""
    reason = request.form.get("reason", "")
    try:
        return _to(actions.revoke(web.session(), actor(), certificate_id, reason))
    except Invalid as refusal:
        return _asked_again(certificate_id, "revoke", refusal)


@blueprint.post("/giay-chung-nhan/<uuid:certificate_id>/cap-lai")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def reissue(certificate_id: UUID) -> Response | tuple[str, int]:
    """Replace a certificate by one with the person's present name and birth."""
    reason = request.form.get("reason", "")
    session, who = web.session(), actor()
    try:
        return _to(actions.reissue(session, who, certificate_id, reason, issuer()), new=True)
    except Invalid as refusal:
        return _asked_again(certificate_id, "reissue", refusal)


def _asked_again(certificate_id: UUID, deed: str, refusal: Invalid) -> tuple[str, int]:
    """The page with the reason as it was typed. What else is refused is refused in the middle of writing."""
    if "reason" not in (refusal.fields or {}):
        raise refusal
    return _one(certificate_id, deed, refusal), 422


def _unsealed(certificate: Certificate) -> str:
    """What is said of a certificate without a seal; nothing where the commune does not seal."""
    return sealing_files.remark(web.settings().keys, certificate.token.partition(".")[0])


def _to(certificate: Certificate, *, new: bool = False) -> Response:
    page = url_for("certificates.one", certificate_id=certificate.id, moi=1 if new else None)
    return redirect(page, 303)
