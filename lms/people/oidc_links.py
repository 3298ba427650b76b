"""From a proven identity to an account or a person: by its owner, or after somebody has looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import ANONYMOUS, Actor, require, system
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.text import fold
from lms.people import oidc_identities, queries
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Commune, Person
from lms.people.oidc_claims import Shown, Told, shown
from lms.people.oidc_models import OidcIdentity, OidcLinkRequest
from lms.people.oidc_settings import Provider

if TYPE_CHECKING:
    # The flow brings Authlib with it, which a service without providers need not load.
    from lms.people.oidc_flow import Proven

PROVEN_LASTS, WAITS = timedelta(minutes=30), timedelta(days=30)
WAITS_HERE = WAITS.total_seconds()
"""How long the browser that asked is known again, so that it can see how the matter stands."""
ADULT = 18
MOST_WAITING = 200
"""Requests that wait in one commune: more are somebody's game, and nobody would read them."""


@dataclass(frozen=True)
class Waiting:
    """A request as the reviewer sees it."""

    row: OidcLinkRequest
    told: Shown
    candidates: tuple[tuple[UUID, str], ...]
    """Accounts or persons it may be, the likeliest first."""


def _context(key: UUID) -> str:
    return f"oidc-link:{key}"


def keep(session: Session, keys: Keys, proven: "Proven") -> OidcLinkRequest:
    """Remember who was proven until this browser says what is to be done; an earlier try is forgotten."""
    now, digest = clock.now(), proven.told.digest(keys)
    session.execute(
        delete(OidcLinkRequest).where(
            or_(
                OidcLinkRequest.expires_at <= now,
                (OidcLinkRequest.subject_digest == digest) & (OidcLinkRequest.state == "proven"),
            )
        )
    )
    key = uuid7()
    row = OidcLinkRequest(
        id=key, provider=proven.way.provider, purpose=proven.way.purpose, subject_digest=digest,
        browser_digest=proven.way.browser_digest, account_id=proven.way.account_id,
        sealed=keys.seal(proven.told.as_text(), _context(key)), expires_at=now + PROVEN_LASTS,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def read(keys: Keys, row: OidcLinkRequest) -> Shown:
    """What the provider told of the person; nothing after a decision."""
    if row.sealed is None:
        return Shown("", "", None)
    return shown(keys.open(row.sealed, _context(row.id)))


def proven_here(
    session: Session, keys: Keys, link_request_id: UUID, browser: str | None
) -> OidcLinkRequest:
    """The proven identity that this very browser brought back."""
    row = session.get(OidcLinkRequest, link_request_id)
    is_here = (
        row is not None
        and row.state in ("proven", "waiting")
        and row.expires_at > clock.now()
        and keys.matches("oidc-browser", browser or "", row.browser_digest)
    )
    if row is None or not is_here:
        raise NotFound(_("Lượt đăng nhập này đã cũ. Hãy bấm nút đăng nhập lại từ đầu."))
    return row


def confirm_own(
    session: Session, keys: Keys, who: Actor, link_request_id: UUID, browser: str | None
) -> None:
    """The signed-in owner of an account saw whose identity it is and links it."""
    require(who, *oidc_identities.STAFF_ANY)
    row = proven_here(session, keys, link_request_id, browser)
    if row.purpose != "link" or row.account_id != who.key:
        raise Forbidden(
            _("Lượt nối này không phải của tài khoản đang đăng nhập. Hãy nối lại từ đầu.")
        )
    oidc_identities.link_account(session, who, row.provider, row.subject_digest, who.key)
    _decide(row, "linked", who)
    # What this identity asked of an administrator before is answered by it.
    asked = select(OidcLinkRequest).where(
        OidcLinkRequest.subject_digest == row.subject_digest,
        OidcLinkRequest.purpose == "staff",
        OidcLinkRequest.state == "waiting",
    )
    for other in session.scalars(asked).all():
        _decide(other, "linked", who)


def ask(
    session: Session, keys: Keys, provider: Provider, link_request_id: UUID, browser: str | None,
    commune_id: UUID,
) -> None:  # fmt: skip
    """Ask a commune to link the identity; asked again it is the same request."""
    row = proven_here(session, keys, link_request_id, browser)
    if row.state == "waiting":
        return
    if row.purpose == "link" or commune_id not in {one.id for one in communes(session, provider)}:
        words = _("Hãy chọn xã, phường trong danh sách.")
        raise Invalid(words, fields={"commune": [words]})
    waiting = select(OidcLinkRequest).where(
        OidcLinkRequest.commune_id == commune_id, OidcLinkRequest.state == "waiting"
    )
    known = session.scalars(waiting).all()
    if len(known) >= MOST_WAITING:
        raise Conflict(_("Xã đang có quá nhiều yêu cầu chờ xem. Hãy gặp trực tiếp cán bộ xã."))
    for older in known:
        if (older.subject_digest, older.purpose) == (row.subject_digest, row.purpose):
            session.delete(older)
    row.state, row.commune_id, row.expires_at = "waiting", commune_id, clock.now() + WAITS
    session.flush()
    who = Actor(ANONYMOUS.role, commune_id)
    audit.record(session, who, "asked", "oidc_link_request", row.id, provider=row.provider)


def communes(session: Session, provider: Provider) -> Sequence[Commune]:
    """Where this provider may be used, by name."""
    query = select(Commune).order_by(Commune.name, Commune.short_code)
    if provider.communes:
        query = query.where(Commune.short_code.in_(provider.communes))
    return session.scalars(query).all()


# Review


def waiting(session: Session, keys: Keys, who: Actor) -> list[Waiting]:
    """What waits in the commune for this actor: staff for administrators, learners for officers as well."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    purposes = ("learner", "staff") if who.role is Role.ADMINISTRATOR else ("learner",)
    rows = session.scalars(
        select(OidcLinkRequest)
        .where(
            OidcLinkRequest.commune_id == who.commune,
            OidcLinkRequest.state == "waiting",
            OidcLinkRequest.purpose.in_(purposes),
            OidcLinkRequest.expires_at > clock.now(),
        )
        .order_by(OidcLinkRequest.made_at)
    )
    return [_waiting(session, keys, who, row) for row in rows]


def _waiting(session: Session, keys: Keys, who: Actor, row: OidcLinkRequest) -> Waiting:
    told = read(keys, row)
    if row.purpose == "staff":
        return Waiting(row, told, tuple(_accounts(session, who.commune)))
    return Waiting(row, told, tuple(_people(session, keys, who.commune, told)))


def _accounts(session: Session, commune_id: UUID) -> list[tuple[UUID, str]]:
    """Accounts that work in this commune alone: a link is the whole account, it would open the others too."""
    rows = session.execute(
        select(
            Account.id, Account.display_name, Account.login, RoleGrant.commune_id, RoleGrant.role
        )
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.revoked_at.is_(None), Account.disabled_at.is_(None))
        .where(
            Account.id.in_(select(RoleGrant.account_id).where(RoleGrant.commune_id == commune_id))
        )
        .order_by(Account.display_name, Account.login)
    ).all()
    barred = {r[0] for r in rows if r[3] != commune_id or r[4] == Role.PROVINCE_READER}
    return list({r[0]: f"{r[1]} ({r[2]})" for r in rows if r[0] not in barred}.items())


def _people(session: Session, keys: Keys, commune_id: UUID, told: Shown) -> list[tuple[UUID, str]]:
    """Persons with this citizen id, or with this name and year of birth; adults only."""
    same_id = Person.citizen_id_hmac == keys.digest("citizen-id", told.citizen_id or "-")
    same_name = Person.search_key == fold(told.name or "-")
    if told.born is not None:
        same_name &= Person.birth_year == told.born.year
    found = _standing(session, commune_id, [or_(same_id, same_name)])
    return [(p.id, _described(p)) for p in found if is_adult(p, clock.today())]


def _described(person: Person) -> str:
    born = person.birth_date.strftime("%d/%m/%Y") if person.birth_date else person.birth_year
    return f"{person.full_name}, {born or _('không rõ năm sinh')}"


def _standing(session: Session, commune_id: UUID, conditions: Sequence[object]) -> list[Person]:
    """Living persons of the register who stand for themselves, by name."""
    query = select(Person).where(
        Person.commune_id == commune_id, Person.erased_on.is_(None), Person.died_on.is_(None)
    )
    for condition in conditions:
        query = query.where(condition)  # type: ignore[arg-type]  # Each is a condition on persons.
    merged = queries.standing_links(session, commune_id)
    found = session.scalars(query.order_by(Person.sort_key).limit(20)).all()
    return [person for person in found if person.id not in merged]


def is_adult(person: Person, today: date) -> bool:
    """Full 18; with a year only, as if born on its last day."""
    born = person.birth_date or (date(person.birth_year, 12, 31) if person.birth_year else None)
    if born is None:
        return False
    return (today.year - born.year) - ((today.month, today.day) < (born.month, born.day)) >= ADULT


def decide(
    session: Session, keys: Keys, who: Actor, link_request_id: UUID, chosen: UUID
) -> OidcIdentity:
    """Link a waiting identity to the account or person that the reviewer chose among those shown."""
    row = reviewed(session, who, link_request_id)
    if row.state == "linked":
        raise Conflict(_("Yêu cầu này đã được nối rồi."))
    if chosen not in dict(_waiting(session, keys, who, row).candidates):
        words = _("Hãy chọn một người trong danh sách.")
        raise Invalid(words, fields={"chosen": [words]})
    link = oidc_identities.link_account if row.purpose == "staff" else oidc_identities.link_person
    identity = link(session, who, row.provider, row.subject_digest, chosen)
    _decide(row, "linked", who)
    return identity


def refuse(session: Session, who: Actor, link_request_id: UUID) -> None:
    """Say no; refusing twice is the same."""
    row = reviewed(session, who, link_request_id)
    if row.state == "waiting":
        _decide(row, "refused", who)
        audit.record(session, who, "refused", "oidc_link_request", row.id, provider=row.provider)


def reviewed(session: Session, who: Actor, link_request_id: UUID) -> OidcLinkRequest:
    """A request of the actor's commune that this actor may decide."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    row = session.get(OidcLinkRequest, link_request_id)
    if row is None or row.commune_id != who.commune or row.state == "proven":
        raise NotFound(_("Không thấy yêu cầu này. Hãy mở lại trang."))
    if row.purpose == "staff":
        require(who, Role.ADMINISTRATOR)
    return row


def _decide(row: OidcLinkRequest, state: str, who: Actor) -> None:
    row.state, row.sealed = state, None
    row.decided_by, row.decided_at = who.id, clock.now()


# Without review


def link_by_citizen_id(
    session: Session, keys: Keys, provider: Provider, told: Told
) -> OidcIdentity | None:
    """Link a learner at once where citizen id and birth date name exactly one adult of the register.

    Only a provider that vouches for the citizen id may do so; everything else is looked at by an officer.
    """
    if not provider.vouches_citizen_id or not told.citizen_id or told.born is None:
        return None
    wanted = (
        Person.citizen_id_hmac == keys.digest("citizen-id", told.citizen_id),
        Person.birth_date == told.born,
    )
    found = [p for one in communes(session, provider) for p in _standing(session, one.id, wanted)]
    if len(found) != 1 or not is_adult(found[0], clock.today()):
        return None
    who = system(found[0].commune_id)
    return oidc_identities.link_person(session, who, provider.key, told.digest(keys), found[0].id)
