"""Writes around a class that is carried away: its meetings, its pack, and the people who walked in."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.cohorts import cards, carry_queries, queries, rules
from lms.cohorts.actions import plan_session, printed_pin, teach
from lms.cohorts.carried_models import CarriedMeeting, ClassPack, SpareCard
from lms.cohorts.carried_rules import PACK_DAYS, days_within
from lms.cohorts.models import ClassSession, Device, Enrolment
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.people.models import Person


@dataclass(frozen=True)
class Leaving:
    """A meeting that is about to be carried away; `sitting` names the test that may be held in it."""

    meeting: ClassSession
    sitting: UUID


def leave(
    session: Session, who: Actor, cohort_id: UUID, days: Collection[date]
) -> list[Leaving]:  # fmt: skip
    """Plan the meetings of these days; a day that was planned or carried before keeps what it has."""
    teach(session, who, cohort_id)
    if not days or not set(days) <= set(days_within(clock.today())):
        words = _("Hãy chọn ít nhất một ngày học, trong %(n)s ngày tới.", n=PACK_DAYS)
        raise Invalid(words, fields={"day": [words]})
    meetings = [plan_session(session, who, cohort_id, day) for day in sorted(set(days))]
    known = carry_queries.sittings_of(session, who.commune, [one.id for one in meetings])
    return [Leaving(one, known.get(one.id) or uuid7()) for one in meetings]


@dataclass(frozen=True)
class NewPack:
    """A pack ready to be kept: its body is written and will never change."""

    id: UUID
    cohort_id: UUID
    made_at: datetime
    valid_until: datetime
    sha256: str
    body: str


def keep(session: Session, who: Actor, new: NewPack, leaving: Sequence[Leaving]) -> ClassPack:
    """Keep a pack; it takes the place of those the class had before, whose names are forgotten here."""
    teach(session, who, new.cohort_id)
    _forget(session, who.commune, new.cohort_id, new.made_at)
    pack = ClassPack(
        commune_id=who.commune, id=new.id, cohort_id=new.cohort_id, made_by=who.id,
        made_at=new.made_at, valid_until=new.valid_until, sha256=new.sha256, body=new.body,
    )  # fmt: skip
    session.add(pack)
    session.flush()
    known = carry_queries.sittings_of(session, who.commune, [one.meeting.id for one in leaving])
    session.add_all(
        CarriedMeeting(
            commune_id=who.commune, id=one.sitting, pack_id=pack.id, class_session_id=one.meeting.id
        )
        for one in leaving
        if one.meeting.id not in known
    )
    session.flush()
    audit.record(session, who, "carry", "cohort", new.cohort_id, days=len(leaving))
    return pack


def _forget(session: Session, commune_id: UUID, cohort_id: UUID, at: datetime) -> None:
    """Take back the class's packs; packs of any class that are too old lose their names as well."""
    session.execute(
        update(ClassPack)
        .where(
            ClassPack.commune_id == commune_id,
            ClassPack.cohort_id == cohort_id,
            ClassPack.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=at, body=None)
    )
    session.execute(
        update(ClassPack)
        .where(
            ClassPack.commune_id == commune_id,
            ClassPack.valid_until < at,
            ClassPack.body.is_not(None),
        )
        .values(body=None)
    )


def take_back(session: Session, who: Actor, cohort_id: UUID) -> bool:
    """Take the class's pack back: tablets that ask get none any more. Twice is once."""
    teach(session, who, cohort_id)
    pack = carry_queries.standing_pack(session, who.commune, cohort_id)
    if pack is not None:
        _forget(session, who.commune, cohort_id, clock.now())
        session.flush()
        audit.record(session, who, "take_back", "class_pack", pack.id)
    return pack is not None


def stand_here(session: Session, who: Actor, cohort_id: UUID, device: Device) -> None:
    """Let a tablet stand in the next carried meeting of the class, so that it may fetch the pack."""
    teach(session, who, cohort_id)
    meeting = carry_queries.next_carried(session, who.commune, cohort_id)
    if meeting is None or device.kind != "tablet":
        raise Conflict(_("Lớp này chưa có gói mang đi. Hãy bấm “Làm gói lớp” trước."))
    row = queries.device(session, who.commune, device.id)
    row.class_session_id = meeting.id
    session.flush()


def link_spare(
    session: Session, who: Actor, keys: Keys, cohort_id: UUID, number: int, person_id: UUID
) -> Enrolment:
    """Say who used a spare card: that person is enrolled under the card's own id, picture and number.

    Whatever waited for that id can be applied then. The same person again is the same; another one, or
    somebody who is in the class already, is refused with words that say what to do.
    """
    teach(session, who, cohort_id)
    spare = _spare(session, who.commune, cohort_id, number)
    person = session.get(Person, (who.commune, person_id))
    if person is None:
        raise NotFound(_("Không thấy người này trong danh sách dân cư của xã."))
    linked = session.get(Enrolment, (who.commune, spare.id))
    if linked is not None and linked.person_id == person.id:
        return linked
    _refuse_double(session, spare, linked, person)
    row = _enrolled_as(session, who, keys, spare, person.id)
    spare.linked_by, spare.linked_at = who.id, clock.now()
    session.flush()
    cards.card_of(session, keys, row)
    audit.record(session, who, "link", "spare_card", spare.id, number=number)
    return row


def _enrolled_as(
    session: Session, who: Actor, keys: Keys, spare: SpareCard, person_id: UUID
) -> Enrolment:  # fmt: skip
    """The enrolment of the spare card's own id, which every event of its holder names."""
    others = session.scalars(
        select(Enrolment).where(
            Enrolment.commune_id == spare.commune_id, Enrolment.cohort_id == spare.cohort_id
        )
    )
    pin = rules.draw_pin(secrets.randbelow, {printed_pin(keys, one) for one in others})
    row = Enrolment(
        commune_id=spare.commune_id, id=spare.id, cohort_id=spare.cohort_id, person_id=person_id,
        picture=spare.picture, colour=spare.colour,
        pin_hmac=keys.digest("pin", f"{spare.id}:{pin}"),
        pin_sealed=keys.seal(pin, str(spare.id)), enrolled_on=clock.today(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "enrol", "enrolment", row.id, cohort=row.cohort_id)
    return row


def _spare(session: Session, commune_id: UUID, cohort_id: UUID, number: int) -> SpareCard:
    found = session.scalar(
        select(SpareCard)
        .where(
            SpareCard.commune_id == commune_id,
            SpareCard.cohort_id == cohort_id,
            SpareCard.number == number,
        )
        .with_for_update()
    )
    if found is None:
        words = _("Lớp này không có thẻ khách số %(n)s. Hãy chọn lại từ danh sách.", n=number)
        raise Invalid(words, fields={"number": [words]})
    return found


def _refuse_double(
    session: Session, spare: SpareCard, linked: Enrolment | None, person: Person
) -> None:
    label = cards.spare_label(spare)
    if linked is not None:
        raise Conflict(
            _("%(card)s đã có tên người khác. Hãy xem lại số ghi trên phiếu.", card=label)
        )
    held = session.scalar(
        select(Enrolment.id).where(
            Enrolment.commune_id == spare.commune_id,
            Enrolment.cohort_id == spare.cohort_id,
            Enrolment.person_id == person.id,
        )
    )
    if held is not None:
        raise Conflict(
            _(
                "%(name)s đã có tên và thẻ riêng trong lớp nên không dùng thêm %(card)s được. Hãy xem "
                "lại tên ghi trên phiếu. Nếu đúng là người này, phần làm bằng thẻ khách không gộp "
                "được: mời làm lại bằng thẻ riêng.",
                name=person.full_name,
                card=label,
            )
        )
