"""Who guides whom: an ambassador and a mentee become a pair, and part again.

Whether the ambassador is credited is read from the mentee's proofs, in `lms.indicators.helpers`.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.policy import Role
from lms.people import queries
from lms.people.helping_models import Mentorship
from lms.people.helping_words import PAIRING_WORDS, chosen, refuse
from lms.people.models import Membership, Person
from lms.people.rules.helping import pairing_fault

HELPERS = ("ambassador", "mentor", "ward_official")
"""Groups whose members may be given mentees; a plan may count each of them as mentors."""
PAIRERS = (Role.OFFICER, Role.ADMINISTRATOR, Role.TRAINER)
NOBODY: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class NewPair:
    """A pair to be written down; `how` is one of `lms.people.rules.helping.PAIRINGS`."""

    ambassador_id: UUID
    mentee_id: UUID
    from_date: date
    how: str = "assigned"


@dataclass(frozen=True)
class Pair:
    """A pair as it is read: both are the persons that stand today, after merges."""

    id: UUID
    helper: UUID
    mentee: UUID
    from_date: date
    to_date: date | None
    how: str


def pair(
    session: Session, who: Actor, new: NewPair, taught: frozenset[UUID] = NOBODY
) -> Mentorship:
    """Write down a pair; one that already stands is returned as it is, whatever its day.

    `taught` are the people of a trainer's classes: a trainer pairs nobody else. NotFound for
    somebody outside the actor's reach, Invalid with the field for what cannot be.
    """
    require(who, *PAIRERS)
    audit.lock_chain(session, who.commune)
    roots = queries.survivors(session, who.commune)
    helper = roots.get(new.ambassador_id, new.ambassador_id)
    mentee = roots.get(new.mentee_id, new.mentee_id)
    require_taught(who, mentee, taught)
    _require_people(session, who.commune, helper, mentee)
    standing = _standing(session, who.commune, roots, helper, mentee)
    if standing:
        return standing[0]
    _require_sense(session, who.commune, new, helper, mentee)
    made = Mentorship(
        commune_id=who.commune, ambassador_id=helper, mentee_id=mentee, from_date=new.from_date,
        how=new.how, made_by=who.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(session, who, "paired", "mentorship", made.id, helper=helper, mentee=mentee)
    return made


def require_taught(who: Actor, person: UUID, taught: frozenset[UUID]) -> None:
    """A trainer touches people of the own classes only; others look as if they were not there."""
    if who.role is Role.TRAINER and person not in taught:
        raise _nobody()


def _nobody() -> NotFound:
    return NotFound(_("Không tìm thấy người này trong danh sách của xã."))


def _require_people(session: Session, commune_id: UUID, helper: UUID, mentee: UUID) -> None:
    """Both are in the register of the commune."""
    found = session.scalars(
        select(Person.id).where(
            Person.commune_id == commune_id,
            Person.id.in_((helper, mentee)),
            Person.erased_on.is_(None),
        )
    )
    if set(found) != {helper, mentee}:
        raise _nobody()


def _require_sense(
    session: Session, commune_id: UUID, new: NewPair, helper: UUID, mentee: UUID
) -> None:
    """Two people, one of whom may guide, from a day that has been."""
    if helper == mentee:
        message = _("Không ai tự kèm chính mình. Hãy chọn một người khác.")
        raise Invalid(message, fields={"mentee_id": [message]})
    chosen("how", new.how, PAIRING_WORDS)
    refuse(pairing_fault(new.from_date, None, clock.today()))
    if helper not in helpers(session, commune_id):
        message = _(
            "Người này chưa có trong nhóm đại sứ số. Hãy ghi nhóm “đại sứ số” trong danh sách dân cư "
            "rồi thêm người được kèm."
        )
        raise Invalid(message, fields={"ambassador_id": [message]})


def helpers(session: Session, commune_id: UUID, kinds: tuple[str, ...] = HELPERS) -> set[UUID]:
    """Everybody who stands in one of these groups today, after merges."""
    rows = session.scalars(
        select(Membership.person_id).where(
            Membership.commune_id == commune_id,
            Membership.kind.in_(kinds),
            queries.stands(Membership, clock.today()),
        )
    ).all()
    roots = queries.survivors(session, commune_id)
    return {roots.get(one, one) for one in rows}


def _standing(
    session: Session, commune_id: UUID, roots: dict[UUID, UUID], helper: UUID, mentee: UUID
) -> list[Mentorship]:
    """The rows of this pair that have not ended, whichever records of the two they name."""
    rows = session.scalars(
        select(Mentorship)
        .where(Mentorship.commune_id == commune_id, Mentorship.to_date.is_(None))
        .order_by(Mentorship.id)
    )
    return [row for row in rows if _ends(row, roots) == (helper, mentee)]


def _ends(row: Mentorship, roots: dict[UUID, UUID]) -> tuple[UUID, UUID]:
    one, other = row.ambassador_id, row.mentee_id
    return roots.get(one, one), roots.get(other, other)


def end(
    session: Session, who: Actor, mentorship_id: UUID, to_date: date,
    taught: frozenset[UUID] = NOBODY,
) -> Mentorship:  # fmt: skip
    """The pair parts on a day, the first on which it is none; ending it again changes nothing."""
    require(who, *PAIRERS)
    audit.lock_chain(session, who.commune)
    roots = queries.survivors(session, who.commune)
    row = mentorship(session, who, mentorship_id, taught, roots)
    if row.to_date is not None:
        return row
    # After a merge the same pair may stand twice; it parts as one.
    rows = _standing(session, who.commune, roots, *_ends(row, roots))
    since = max(one.from_date for one in rows)
    refuse(pairing_fault(since, to_date, clock.today()), since)
    for one in rows:
        one.to_date, one.ended_at, one.ended_by = to_date, clock.now(), who.id
    session.flush()
    audit.record(session, who, "parted", "mentorship", row.id, on=to_date)
    return row


def mentorship(
    session: Session, who: Actor, mentorship_id: UUID, taught: frozenset[UUID] = NOBODY,
    roots: dict[UUID, UUID] | None = None,
) -> Mentorship:  # fmt: skip
    """The row, or NotFound when it is missing, foreign or of somebody outside a trainer's classes."""
    row = session.get(Mentorship, (who.commune, mentorship_id))
    if row is None:
        raise NotFound(_("Không tìm thấy lượt kèm này. Hãy mở lại trang của đại sứ số."))
    known = queries.survivors(session, who.commune) if roots is None else roots
    require_taught(who, _ends(row, known)[1], taught)
    return row


def pairs(session: Session, commune_id: UUID) -> list[Pair]:
    """Every pair that ever was, the oldest first; nobody is paired with himself after a merge."""
    roots = queries.survivors(session, commune_id)
    rows = session.scalars(
        select(Mentorship)
        .where(Mentorship.commune_id == commune_id)
        .order_by(Mentorship.from_date, Mentorship.id)
    )
    found = [Pair(r.id, *_ends(r, roots), r.from_date, r.to_date, r.how) for r in rows]
    return [one for one in found if one.helper != one.mentee]
