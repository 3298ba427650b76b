"""The providers of this service, how often an address may try, and what is written down of a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, limits, web
from lms.core.errors import NotFound
from lms.core.guard import ANONYMOUS, Actor
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.limits import Limit
from lms.people.accounts import EVERYWHERE
from lms.people.models import Commune
from lms.people.oidc_settings import Provider, read
from lms.people.oidc_words import REASONS, Refused

if TYPE_CHECKING:
    from lms.people.oidc_provider import Known

COOKIE = "lms_oidc"
PER_ADDRESS = Limit(30, timedelta(minutes=15), timedelta(minutes=15))
"""Refused returns; a whole office may sit behind one address."""
SET_OUTS = Limit(300, timedelta(minutes=15), timedelta(minutes=5))
"""Ways begun, each a row for ten minutes."""


@dataclass
class Doors:
    """Key → provider with what is known of it."""

    known: "dict[str, Known]" = field(default_factory=dict)

    def providers(self, audience: str) -> Sequence[Provider]:
        """Those that staff (or learners) may use, in the file's order."""
        found = (one.provider for one in self.known.values())
        return [provider for provider in found if audience in provider.audiences]


def init_app(app: Flask) -> None:
    """Read the providers once, so that a broken file stops the start and not a sign-in."""
    path: Path = app.extensions["lms.settings"].oidc_file
    app.extensions["lms.oidc"] = Doors()
    if str(path) not in ("", "."):
        from lms.people.oidc_provider import registry

        app.extensions["lms.oidc"] = Doors(registry(read(path)))
    app.jinja_env.globals["oidc_providers"] = providers


def doors() -> Doors:
    """The providers of the running app."""
    return current_app.extensions["lms.oidc"]  # type: ignore[no-any-return]


def providers(audience: str) -> Sequence[Provider]:
    """For the buttons: the providers that staff (or learners) may use."""
    return doors().providers(audience)


def known(key: str, audience: str | None = None) -> "Known":
    """The provider of this key that this audience may use; NotFound for any other."""
    found = doors().known.get(key)
    if found is None or (audience and audience not in found.provider.audiences):
        raise NotFound(_("Nơi đăng nhập này không có ở đây. Hãy quay lại trang đăng nhập."))
    return found


def check_limits(session: Session, keys: Keys, address: str) -> None:
    """Refused while an address has to wait."""
    subjects = (_subject(keys, address, kind) for kind in ("back", "out"))
    if any(limits.locked_until(session, EVERYWHERE, subject) for subject in subjects):
        raise Refused("often")


def _subject(keys: Keys, address: str, kind: str) -> str:
    return f"oidc-{kind}:{keys.digest('address', limits.network_of(address))}"


def count_set_out(session: Session, keys: Keys, address: str) -> None:
    """Count one way begun from an address."""
    limits.count_misses(session, EVERYWHERE, [(_subject(keys, address, "out"), SET_OUTS)])


def write_down(
    session: Session, keys: Keys, provider: Provider, refused: Refused, address: str
) -> None:
    """One miss of the address and one entry of the log; who waits already is not written down again."""
    if refused.reason == "often":
        return
    if refused.reason != "cancelled":
        limits.count_misses(session, EVERYWHERE, [(_subject(keys, address, "back"), PER_ADDRESS)])
    commune = answerable(session, provider)
    if commune is not None:
        who = Actor(ANONYMOUS.role, commune.id)
        audit.record(session, who, "refused", "oidc", provider.key, provider=provider.key,
                     reason=refused.reason, said=REASONS[refused.reason])  # fmt: skip


def answerable(session: Session, provider: Provider) -> Commune | None:
    """Whose log takes refusals of nobody known: the first commune that the provider names, else the oldest."""
    query = select(Commune).order_by(Commune.created_at, Commune.short_code).limit(1)
    if provider.communes:
        query = select(Commune).where(Commune.short_code == provider.communes[0])
    return session.scalar(query)


def redirect_address(path: str) -> str:
    """The exact address that the provider sends back to."""
    from flask import request

    base = web.settings().public_url.rstrip("/") or request.host_url.rstrip("/")
    return base + path
