"""Login cards of learners, of trainers and of people who walk in: ten digits, printed beside a QR code.

The number signs a learner in. It is kept as a keyed digest (to find it) and sealed (to print it again).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.cohorts import limits, queries, rules
from lms.cohorts.access import end_of_learner
from lms.cohorts.actions import TEACHERS, teach
from lms.cohorts.carried_models import SpareCard, StaffCard
from lms.cohorts.models import Enrolment
from lms.cohorts.pictures import colours, drawings
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor, require, require_cohort
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.people.sessions import RolesTaken

PACK_ROUNDS = 4000
SPARES_AT_ONCE = 24
SPARES_OF_CLASS = 96


@dataclass(frozen=True)
class FoundCard:
    """Whose card a number is: exactly one of the three."""

    enrolment: Enrolment | None = None
    spare: SpareCard | None = None
    """A spare card that nobody has been given yet."""
    account_id: UUID | None = None


def pack_digest(salt: str, number: str) -> str:
    """The digest of a card in a carried pack, in hex: slow on purpose, as the pack leaves the commune."""
    digest = hashlib.sha256(f"lhs-card:{salt}:{number}".encode()).hexdigest()
    for _round in range(PACK_ROUNDS):
        digest = hashlib.sha256(f"{digest}:{salt}".encode()).hexdigest()
    return digest


def card_of(session: Session, keys: Keys, enrolment: Enrolment) -> str:
    """The learner's ten digits, made when first asked for (in a session that writes)."""
    if enrolment.card_sealed is None:
        spare = session.get(SpareCard, (enrolment.commune_id, enrolment.id))
        # Who walked in with a spare card goes on with it: the number is in that hand already.
        number = spare_number(keys, spare) if spare else _free_number(session, keys, enrolment)
        _give(enrolment, keys, number)
        session.flush()
    return learner_number(keys, enrolment)


def learner_number(keys: Keys, enrolment: Enrolment) -> str:
    """The ten digits of a learner who has a card; an empty text before `card_of` made one."""
    sealed = enrolment.card_sealed
    return keys.open(sealed, _context(enrolment.id)) if sealed else ""


def spare_number(keys: Keys, spare: SpareCard) -> str:
    """The ten digits of a spare card."""
    return keys.open(spare.card_sealed, _context(spare.id))


def _give(row: Enrolment | SpareCard | StaffCard, keys: Keys, number: str) -> None:
    row.card_digest = keys.digest("card", number)
    row.card_sealed = keys.seal(number, _context(row.id))


def _context(key: UUID) -> str:
    return f"card:{key}"


def _free_number(
    session: Session, keys: Keys, owner: Enrolment | SpareCard | StaffCard
) -> str:  # fmt: skip
    while True:
        number = rules.draw_card(secrets.randbelow)
        if find_card(session, keys, owner.commune_id, number) is None:
            return number


def find_card(session: Session, keys: Keys, commune_id: UUID, number: str) -> FoundCard | None:
    """Whose card these ten digits are in this commune; None for a number that opens nothing (any more)."""
    digest = keys.digest("card", number)
    learner = session.scalar(
        select(Enrolment).where(Enrolment.commune_id == commune_id, Enrolment.card_digest == digest)
    )
    if learner is not None:
        return FoundCard(enrolment=learner)
    spare = session.scalar(
        select(SpareCard).where(SpareCard.commune_id == commune_id, SpareCard.card_digest == digest)
    )
    return _of_spare(session, spare) if spare else _of_staff(session, commune_id, digest)


def _of_spare(session: Session, spare: SpareCard) -> FoundCard | None:
    linked = session.get(Enrolment, (spare.commune_id, spare.id))
    if linked is None:
        return FoundCard(spare=spare)
    # A learner who was given another card since has lost this one.
    return FoundCard(enrolment=linked) if linked.card_digest is None else None


def _of_staff(session: Session, commune_id: UUID, digest: str) -> FoundCard | None:
    account = session.scalar(
        select(StaffCard.account_id).where(
            StaffCard.commune_id == commune_id,
            StaffCard.card_digest == digest,
            StaffCard.revoked_at.is_(None),
        )
    )
    return FoundCard(account_id=account) if account else None


def make_cards(session: Session, who: Actor, keys: Keys, cohort_id: UUID) -> int:
    """Make the cards of every learner of a class who has none; returns how many were made."""
    teach(session, who, cohort_id)
    rows = [e for e, _person in queries.learners(session, who.commune, cohort_id)]
    missing = [row for row in rows if row.card_sealed is None]
    for row in missing:
        card_of(session, keys, row)
    if missing:
        audit.record(session, who, "make_cards", "cohort", cohort_id, count=len(missing))
    return len(missing)


def new_card(session: Session, who: Actor, keys: Keys, enrolment_id: UUID) -> str:
    """Replace a lost card: the old number opens nothing from now on, and whom it let in is out."""
    require(who, *TEACHERS)
    row = queries.enrolment(session, who.commune, enrolment_id)
    require_cohort(who, row.cohort_id)
    _give(row, keys, _free_number(session, keys, row))
    limits.unlock(session, who.commune, row.id)
    end_of_learner(session, who.commune, row.id)
    session.flush()
    audit.record(session, who, "new_card", "enrolment", row.id)
    return learner_number(keys, row)


def standing_staff_card(session: Session, commune_id: UUID, account_id: UUID) -> StaffCard | None:
    """The card of a trainer that works now."""
    return session.scalar(
        select(StaffCard)
        .where(
            StaffCard.commune_id == commune_id,
            StaffCard.account_id == account_id,
            StaffCard.revoked_at.is_(None),
        )
        .order_by(StaffCard.made_at.desc(), StaffCard.id.desc())
        .limit(1)
    )


def staff_number(keys: Keys, card: StaffCard) -> str:
    """The ten digits of a trainer's card."""
    return keys.open(card.card_sealed, _context(card.id))


def staff_card(session: Session, keys: Keys, commune_id: UUID, account_id: UUID) -> str:
    """The ten digits of a trainer's card, made when first asked for (in a session that writes)."""
    found = standing_staff_card(session, commune_id, account_id)
    return staff_number(keys, found or _make_staff(session, keys, commune_id, account_id))


def _make_staff(session: Session, keys: Keys, commune_id: UUID, account_id: UUID) -> StaffCard:
    row = StaffCard(commune_id=commune_id, id=uuid7(), account_id=account_id)
    _give(row, keys, _free_number(session, keys, row))
    session.add(row)
    session.flush()
    return row


def end_of_roles(session: Session, taken: RolesTaken) -> None:
    """Whoever may teach here no more has a card that opens nothing: a tablet learns it with its next pack."""
    standing = standing_staff_card(session, taken.commune_id, taken.account_id)
    if standing is not None and not taken.kept & set(TEACHERS):
        standing.revoked_at = clock.now()
        session.flush()


def own_card(session: Session, who: Actor, keys: Keys, *, replace: bool) -> str:
    """The card of the one who asks; with `replace` a new one, and the one before opens nothing any more."""
    require(who, *TEACHERS)
    standing = standing_staff_card(session, who.commune, who.key)
    if standing is not None and not replace:
        return staff_number(keys, standing)
    if standing is not None:
        standing.revoked_at = clock.now()
        session.flush()
    row = _make_staff(session, keys, who.commune, who.key)
    audit.record(session, who, "renew_card", "account", who.key)
    return staff_number(keys, row)


def spares_of(session: Session, commune_id: UUID, cohort_id: UUID) -> Sequence[SpareCard]:
    """The spare cards of a class, by number."""
    return session.scalars(
        select(SpareCard)
        .where(SpareCard.commune_id == commune_id, SpareCard.cohort_id == cohort_id)
        .order_by(SpareCard.number)
    ).all()


def spare_cards(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, count: int
) -> Sequence[SpareCard]:
    """See to it that `count` spare cards of the class are still free; returns the free ones."""
    teach(session, who, cohort_id)
    if not 1 <= count <= SPARES_AT_ONCE:
        words = _("Hãy chọn từ 1 đến %(n)s thẻ khách.", n=SPARES_AT_ONCE)
        raise Invalid(words, fields={"count": [words]})
    free = [s for s in spares_of(session, who.commune, cohort_id) if s.linked_at is None]
    lacking = count - len(free)
    made = [_make_spare(session, keys, who.commune, cohort_id) for _n in range(lacking)]
    if made:
        audit.record(session, who, "make_spares", "cohort", cohort_id, count=len(made))
    return [*free, *made]


def _make_spare(session: Session, keys: Keys, commune_id: UUID, cohort_id: UUID) -> SpareCard:
    mine = (SpareCard.commune_id == commune_id) & (SpareCard.cohort_id == cohort_id)
    number = (session.scalar(select(func.max(SpareCard.number)).where(mine)) or 0) + 1
    taken = queries.pictures_taken(session, commune_id, cohort_id)
    pair = rules.draw_picture(taken, list(drawings()), list(colours()))
    if pair is None or number > SPARES_OF_CLASS:
        raise Conflict(_("Lớp này đã hết hình hoặc hết số cho thẻ khách. Hãy dùng các thẻ đã in."))
    row = SpareCard(
        commune_id=commune_id, id=uuid7(), cohort_id=cohort_id, number=number, picture=pair[0],
        colour=pair[1],
    )  # fmt: skip
    _give(row, keys, _free_number(session, keys, row))
    session.add(row)
    session.flush()
    return row


def spare_label(spare: SpareCard) -> str:
    """'Thẻ khách 03', as it is printed."""
    return _("Thẻ khách %(n)s", n=f"{spare.number:02d}")
