"""Signing out here and there: a link to the provider's own sign-out, for a session that came from it.

A link and not a redirect: the sign-out is a form, and our CSP lets forms lead nowhere else.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from flask import render_template, url_for

from lms.core import web
from lms.people import oidc_doors, oidc_sessions
from lms.people.oidc_words import Refused

if TYPE_CHECKING:
    from lms.people.oidc_provider import Known


def page(session_id: UUID) -> str | None:
    """The last page of a session that can be ended at its provider as well; None for any other."""
    if not oidc_doors.doors().known:
        return None
    with web.database().read() as session:
        key = oidc_sessions.provider_of(session, session_id)
    known = oidc_doors.doors().known.get(key or "")
    # Asked before the request's write transaction begins: a slow provider must hold no lock.
    address = _address(known) if known else None
    found = oidc_sessions.hint(web.session(), web.keys(), session_id) if address else None
    if found is None or known is None:
        return None
    given = {
        "id_token_hint": found, "client_id": known.provider.client_id,
        "post_logout_redirect_uri": oidc_doors.redirect_address(url_for("people.sign_in_page")),
    }  # fmt: skip
    target = f"{address}{'&' if '?' in str(address) else '?'}{urlencode(given)}"
    return render_template("people/oidc_farewell.html", provider=known.provider, address=target)


def _address(known: "Known") -> str | None:
    """Where the provider ends its own session; None where it offers nothing or cannot be asked."""
    try:
        found = known.metadata().get("end_session_endpoint") if known.provider.sign_out else None
    except Refused:
        return None
    return str(found) if found else None
