"""A fresh proof: what weighs is done only by staff who proved who they are within the last quarter of an hour.

A browser left open in an office is somebody else's hand. Which views weigh is said at each of them, by
`weighs`; ADR 0030 has the list and the reasons.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from flask import current_app, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from lms.core import audit, clock, limits, web
from lms.core.db import Database
from lms.core.errors import Conflict, Invalid, Refusal
from lms.core.guard import Actor, actor, address_parts
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.people import own_account, totp
from lms.people.account_models import STAFF_ROLES, Account, StaffSession
from lms.people.accounts import EVERYWHERE, login_subject
from lms.people.oidc_models import OidcIdentity, OidcSession

F = TypeVar("F", bound=Callable[..., Any])
LASTS = timedelta(minutes=15)


class StaleProof(Refusal):
    """Who asks is signed in and allowed, and must first prove it once more."""

    status, kind = 403, "stale-proof"


def weighs(view: F) -> F:
    """A view before which a fresh proof is asked for."""
    view.weighs = "always"  # type: ignore[attr-defined]  # The declaration rides on the view.
    return view


def weighs_sometimes(view: F) -> F:
    """A view that calls `require` itself, where what is done weighs."""
    view.weighs = "sometimes"  # type: ignore[attr-defined]  # The declaration rides on the view.
    return view


def is_fresh(who: Actor) -> bool:
    """Whether this actor proved it lately; only staff have a session that can grow old."""
    if who.role.value not in STAFF_ROLES:
        return True
    return who.proven_at is not None and clock.now() - who.proven_at < LASTS


def require(who: Actor) -> None:
    """StaleProof unless the proof is fresh; nothing was done yet."""
    if not is_fresh(who):
        raise StaleProof(_("Hãy mở trang trên trình duyệt và xác nhận lại là mình, rồi làm lại."))


def check() -> None:
    """Before a view: whether it asks for a fresh proof, and has one."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "weighs", "") == "always":
        require(actor())


def target(address: str, method: str) -> str:
    """This address, if it is one of our views that weigh; empty for any other, wherever it leads."""
    parts = address_parts(web.own_path(address))
    if not parts.path:
        return ""
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(parts.path, method=method)
    except (HTTPException, RequestRedirect):
        return ""
    if not getattr(current_app.view_functions[endpoint], "weighs", ""):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


# Proving


@dataclass(frozen=True)
class Ways:
    """How somebody may prove it: as the person signed in."""

    password: bool
    code: bool
    provider: str
    """The provider's key; empty when the session came from none."""


def ways(session: Session, who: Actor) -> Ways:
    """The password if there is one; who came from a provider may go there again, or type a code."""
    provider = session.scalar(
        select(OidcIdentity.provider)
        .join(OidcSession, OidcSession.identity_id == OidcIdentity.id)
        .where(OidcSession.session_id == who.session_id)
    )
    has_password = session.get_one(Account, who.key).password_hash is not None
    return Ways(has_password, bool(provider) and totp.is_on(session, who.key), provider or "")


def check_password(database: Database, keys: Keys, who: Actor, typed: str, address: str) -> None:
    """Invalid or TooMany unless it is the own one; before any writing transaction, since hashing is slow."""
    own_account.prove_password(database, keys, who, typed, address)


def by_password(session: Session, keys: Keys, who: Actor) -> None:
    """The password was right: write it down, and forget the misses before it."""
    login = session.get_one(Account, who.key).login
    limits.clear(session, EVERYWHERE, login_subject(keys, login))
    mark(session, who, "password")


def by_code(session: Session, keys: Keys, who: Actor, typed: str) -> None:
    """A code of the telephone, for who came from a provider; Invalid or TooMany for a wrong one."""
    if not ways(session, who).code:
        words = _("Phiên này xác nhận bằng mật khẩu. Hãy gõ mật khẩu.")
        raise Invalid(words, fields={"code": [words]})
    totp.prove(session, keys, who, typed)
    mark(session, who, "code")


def mark(session: Session, who: Actor, way: str) -> None:
    """From now on the session's proof is fresh."""
    row = session.get(StaffSession, who.session_id) if who.session_id else None
    if row is None or row.revoked_at is not None or row.account_id != who.key:
        raise Conflict(_("Phiên đăng nhập này đã kết thúc. Hãy đăng nhập lại."))
    row.proven_at = clock.now()
    audit.record(session, who, "proved", "account", who.key, way=way)
