"""The two credentials of a certificate, made once, at issue."""

from __future__ import annotations

import json
import zlib
from hashlib import sha256

from certificates.credentials.claimset import credential
from certificates.credentials.quads import WrongShape
from certificates.credentials.signing import as_jwt, signer_of, with_proof
from certificates.credentials.terms import BADGE
from certificates.issuer import Issuer
from certificates.rules import Claims
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.i18n import _

JWT_TEMPLATE, LD_TEMPLATE = "ob3-jwt/1", "ob3-ld/1"


def forms(
    claims: Claims, token: str, issuer: Issuer, commune_code: str
) -> tuple[tuple[str, str, bytes, str], ...]:
    """(kind, template, deflated text, SHA-256 of the text) of the VC-JWT and of the JSON with its proof."""
    signer = signer_of(issuer.keys)
    unsigned = credential(claims, token, issuer.base, commune_code, clock.now())
    jwt = as_jwt(unsigned, signer)
    try:
        proven = with_proof(unsigned, BADGE, signer)
    except WrongShape as error:
        # Only the address comes from outside; everything else is written here.
        raise Invalid(
            _("Địa chỉ %(base)s không dùng được. Hãy sửa LMS_PUBLIC_URL.", base=issuer.base)
        ) from error
    signed = json.dumps(proven, ensure_ascii=False, indent=1) + "\n"
    return _kept("jwt", JWT_TEMPLATE, jwt), _kept("ld", LD_TEMPLATE, signed)


def _kept(kind: str, template: str, text: str) -> tuple[str, str, bytes, str]:
    body = text.encode()
    return kind, template, zlib.compress(body), sha256(body).hexdigest()
