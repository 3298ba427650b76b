"""Tokens of machines: a quarter of an hour, random, kept as digests; only in the Authorization header.

A token is good while it stands, its client is open and the line it comes over is private. Nothing is
kept in the process, so an end holds everywhere with the next call.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.core import audit, clock, web
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people.machine_models import MachineClient, MachineToken
from lms.people.models import Commune

TOKEN_LASTS = timedelta(minutes=15)
_KEPT = timedelta(days=1)
_MARK = "mt_"
_PURPOSE = "machine-token"


def actor_of(row: MachineClient) -> Actor:
    """The client as somebody who acts, for the audit log."""
    return Actor(Role.MACHINE, row.commune_id, row.id, row.name)


def issue(session: Session, keys: Keys, row: MachineClient, token: str, scopes: str) -> None:
    """Keep the digest of a token that was made for this client; those long past are thrown away."""
    now = clock.now()
    session.execute(
        delete(MachineToken).where(
            MachineToken.commune_id == row.commune_id,
            MachineToken.machine_id == row.id,
            MachineToken.expires_at < now - _KEPT,
        )
    )
    held = MachineToken(
        commune_id=row.commune_id, machine_id=row.id, digest=keys.digest(_PURPOSE, token),
        scopes=scopes, expires_at=now + TOKEN_LASTS,
    )  # fmt: skip
    session.add(held)
    session.flush()
    audit.record(session, actor_of(row), "issued", "machine_token", row.id, scopes=scopes)


def new_token(client_id: str) -> str:
    """A token of 256 random bits after the commune's short code."""
    return f"{client_id.partition('.')[0]}.{_MARK}{secrets.token_urlsafe(32)}"


@dataclass(frozen=True, slots=True)
class Known:
    """A token that was once given out, and its client; it may have ended."""

    token: MachineToken
    client: MachineClient

    def is_good(self, now: datetime) -> bool:
        """Whether it opens anything at this instant."""
        token = self.token
        return token.revoked_at is None and token.expires_at > now and not self.client.disabled_at


def known(session: Session, keys: Keys, token: str) -> Known | None:
    """The token of a commune that this text is, ended or not."""
    code, _dot, rest = token.partition(".")
    if not rest.startswith(_MARK):
        return None
    row = session.execute(
        select(MachineToken, MachineClient)
        .join(Commune, Commune.id == MachineToken.commune_id)
        .join(
            MachineClient,
            (MachineClient.commune_id == MachineToken.commune_id)
            & (MachineClient.id == MachineToken.machine_id),
        )
        .where(Commune.short_code == code, MachineToken.digest == keys.digest(_PURPOSE, token))
    ).one_or_none()
    return Known(row[0], row[1]) if row else None


def bearer(request: Request) -> str:
    """The token of the Authorization header; an empty text where there is none."""
    scheme, _blank, sent = request.headers.get("Authorization", "").partition(" ")
    return sent.strip() if scheme.lower() == "bearer" else ""


def resolve(request: Request, session: Session) -> Actor | None:
    """The machine that calls with a good token over a private line, or None."""
    token = bearer(request)
    found = known(session, web.keys(), token) if token else None
    if found is None or not found.is_good(clock.now()) or not is_private(request):
        return None
    client = found.client
    granted = frozenset(found.token.scopes.split()) & frozenset(client.scopes.split())
    return Actor(Role.MACHINE, client.commune_id, client.id, client.name, scopes=granted)


def is_private(request: Request) -> bool:
    """Whether nobody on the way can read along: https, or the same machine."""
    return request.is_secure or web.settings().https or web.is_from_this_machine()


def revoke(session: Session, row: MachineClient, token_id: UUID) -> None:
    """End a token now. Twice is once."""
    held = session.get(MachineToken, (row.commune_id, token_id))
    if held is not None and held.revoked_at is None:
        held.revoked_at = clock.now()
        session.flush()
        audit.record(session, actor_of(row), "revoked", "machine_token", row.id)
