"""Pages of who asks to be linked and what is linked, for those who decide; and what providers send."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for

from lms.core import web
from lms.core.errors import Refusal
from lms.core.guard import actor
from lms.core.policy import PUBLIC, Reach, allow
from lms.core.web import see, uuid_field
from lms.people import oidc_doors, oidc_identities, oidc_links, oidc_sign_in
from lms.people.oidc_pages import _labels, blueprint
from lms.people.oidc_words import Refused
from lms.people.proof import weighs


def _review_page(**context: Any) -> str:
    session, who = web.session(), actor()
    shown: dict[str, Any] = {"refusal": None} | context
    return render_template(
        "people/oidc_review.html", waiting=oidc_links.waiting(session, web.keys(), who),
        standing=oidc_identities.standing(session, who), labels=_labels(), **shown,
    )  # fmt: skip


@blueprint.get("/noi-tai-khoan")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def review() -> str:
    """Requests that wait, and links that stand."""
    return _review_page()


@blueprint.post("/noi-tai-khoan/<uuid:link_request_id>")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
@weighs
def decide(link_request_id: UUID) -> Response:
    """Link the identity to the chosen account or person."""
    oidc_links.reviewed(web.session(), actor(), link_request_id)
    try:
        chosen = uuid_field(request.form.get("chosen", ""), "chosen")
        oidc_links.decide(web.session(), web.keys(), actor(), link_request_id, chosen)
    except Refusal as refusal:
        web.session().rollback()
        return make_response(_review_page(refusal=refusal), refusal.status)
    return see(url_for("oidc.review"))


@blueprint.post("/noi-tai-khoan/<uuid:link_request_id>/tu-choi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def refuse(link_request_id: UUID) -> Response:
    """Say no to a request."""
    oidc_links.refuse(web.session(), actor(), link_request_id)
    return see(url_for("oidc.review"))


@blueprint.post("/noi-tai-khoan/dang-noi/<uuid:identity_id>/bo-noi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def end(identity_id: UUID) -> Response:
    """End a link at once."""
    oidc_identities.end_by_reviewer(web.session(), actor(), identity_id)
    return see(url_for("oidc.review"))


@blueprint.post("/dang-nhap/qua/<provider_key>/het-phien")
@allow(PUBLIC)
def signed_out_there(provider_key: str) -> Response:
    """The provider says that somebody signed out there (OpenID Connect back-channel logout)."""
    from lms.people import oidc_token

    known = oidc_doors.known(provider_key)
    try:
        subject, sid = oidc_token.signed_out(known, request.form.get("logout_token", ""))
    except Refused:
        return Response(status=400)
    oidc_sign_in.end_from_outside(web.session(), web.keys(), known, subject, sid)
    return Response(status=200)
