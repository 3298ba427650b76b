"""Credentials over HTTP: a certificate's two files for staff; keys and withdrawals for everybody."""

from __future__ import annotations

import json
from uuid import UUID

from flask import Blueprint, request
from werkzeug.wrappers import Response

from certificates import queries
from certificates.credentials import keeping, register
from certificates.credentials.did import did_of, document
from certificates.pages import base_address, issuer
from lms.core import web
from lms.core.downloads import as_file
from lms.core.guard import actor
from lms.core.policy import PUBLIC, TEACHING, allow

blueprint = Blueprint("credentials", __name__)

JWT, LD, DID = "application/vc+jwt", "application/vc", "application/did+ld+json"
_MINUTES = "public, max-age=300"


@blueprint.get("/giay-chung-nhan/<uuid:certificate_id>.jwt")
@allow(TEACHING)
def jwt(certificate_id: UUID) -> Response:
    """The certificate as a VC-JWT, letter for letter as it was issued."""
    return _file(certificate_id, "jwt", JWT, "jwt")


@blueprint.get("/giay-chung-nhan/<uuid:certificate_id>.json")
@allow(TEACHING)
def ld(certificate_id: UUID) -> Response:
    """The certificate as JSON with its Data Integrity proof, as it was issued."""
    return _file(certificate_id, "ld", LD, "json")


def _file(certificate_id: UUID, kind: str, media_type: str, ending: str) -> Response:
    session = web.session()
    certificate = queries.certificate(session, actor(), certificate_id)
    answer = Response(keeping.text_of(session, certificate, kind), content_type=media_type)
    name = f"giay-chung-nhan-{certificate.number.replace('/', '-')}.{ending}"
    return as_file(answer, name)


@blueprint.get("/xa/<short_code>/did.json")
@allow(PUBLIC)
def did(short_code: str) -> Response:
    """The public keys of a commune's credentials, also those that sign no more (did:web)."""
    session = web.session()
    commune = register.commune(session, short_code)
    keys = keeping.public_keys(session, web.keys()).values()
    data = document(did_of(base_address(), commune.short_code), keys)
    return _open(json.dumps(data, ensure_ascii=False, indent=1).encode(), DID)


@blueprint.get("/xa/<short_code>/tinh-trang/<int:year>/<any(revocation, suspension):purpose>")
@allow(PUBLIC)
def status_list(short_code: str, year: int, purpose: str) -> Response:
    """Which of a year's certificates hold no more: bits by number, without a name (W3C status list)."""
    wanted = request.accept_mimetypes.best_match([LD, JWT], default=LD)
    form = "jwt" if wanted == JWT else "ld"
    body = register.status_list(web.session(), issuer(), short_code, year, purpose, form)
    answer = _open(body, JWT if form == "jwt" else LD)
    answer.headers["Vary"] = "Accept"
    return answer


def _open(body: bytes, media_type: str) -> Response:
    """An answer that anyone may read, from any page, and keep for some minutes."""
    answer = Response(body, content_type=media_type)
    answer.headers["Cache-Control"] = _MINUTES
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.add_etag()
    return answer.make_conditional(request)
