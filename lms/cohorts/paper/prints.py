"""What is on the cards and on the attendance sheet of a class, read for printing."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from lms.cohorts import actions, cards, pictures, queries, rules
from lms.cohorts.carried_models import SpareCard
from lms.cohorts.models import ClassSession, Cohort, Enrolment
from lms.cohorts.paper.attendance import Attending, Meeting
from lms.cohorts.paper.cards import Card, Issuer
from lms.cohorts.paper.office import commune_name
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.people.models import Commune, Person, Unit


def issuer_of(session: Session, cohort: Cohort) -> Issuer:
    """Whose cards those of a class are."""
    commune = session.get_one(Commune, cohort.commune_id)
    return Issuer(commune_name(commune), cohort.name, commune.is_sample)


def learner_cards(
    session: Session, keys: Keys, cohort: Cohort, origin: str, chosen: UUID | None = None
) -> list[Card]:
    """The cards of a class's learners who have one, or of the chosen one; NotFound for a stranger."""
    rows = queries.learners(session, cohort.commune_id, cohort.id)
    if chosen is not None:
        rows = [(e, p) for e, p in rows if e.id == chosen]
        if not rows:
            raise NotFound(_("Không thấy học viên này trong lớp. Hãy mở lại trang thẻ."))
    return [_of_learner(keys, row, person, origin) for row, person in rows if row.card_sealed]


def _of_learner(keys: Keys, row: Enrolment, person: Person, origin: str) -> Card:
    number = cards.learner_number(keys, row)
    return Card(
        name=person.full_name,
        number=rules.grouped_card(number),
        address=address_of(origin, number),
        picture=row.picture,
        colour=row.colour,
        spoken=pictures.spoken(row.picture, row.colour),
        pin=actions.printed_pin(keys, row),
    )


def spare_cards(session: Session, keys: Keys, cohort: Cohort, origin: str) -> list[Card]:
    """The spare cards of a class that nobody has yet."""
    rows = cards.spares_of(session, cohort.commune_id, cohort.id)
    return [_of_spare(keys, row, origin) for row in rows if row.linked_at is None]


def _of_spare(keys: Keys, row: SpareCard, origin: str) -> Card:
    number = cards.spare_number(keys, row)
    return Card(
        name="",
        number=rules.grouped_card(number),
        address=address_of(origin, number),
        picture=row.picture,
        colour=row.colour,
        spoken=pictures.spoken(row.picture, row.colour),
        label=cards.spare_label(row),
    )


def address_of(origin: str, number: str) -> str:
    """What the QR code of a card says; the number stands behind # and so never in a log."""
    return f"{origin}/the#{number}"


def attending(session: Session, cohort: Cohort, programme: str, meeting: UUID | None) -> Attending:
    """The attendance sheet of one meeting, or of all that are not called off."""
    commune = session.get_one(Commune, cohort.commune_id)
    trainers = queries.trainers_of(session, cohort.commune_id, cohort.id)
    people = queries.learners(session, cohort.commune_id, cohort.id)
    return Attending(
        commune=commune,
        unit=session.get_one(Unit, (cohort.commune_id, cohort.unit_id)).name,
        class_name=cohort.name,
        class_code=cohort.code,
        programme=programme,
        place=cohort.place,
        trainers=", ".join(one.display_name for one in trainers),
        people=[(person.full_name, str(person.birth_year or "")) for _e, person in people],
        meetings=_columns(meetings_of(session, cohort), meeting),
    )


def meetings_of(session: Session, cohort: Cohort) -> Sequence[ClassSession]:
    """The meetings of a class that are not called off, in order."""
    rows = queries.sessions_of(session, cohort.commune_id, [cohort.id])
    return [row for row in rows if row.cancelled_at is None]


def _columns(rows: Sequence[ClassSession], chosen: UUID | None) -> list[Meeting]:
    if chosen is None:
        return [Meeting(row.number, row.planned_on) for row in rows]
    found = [Meeting(row.number, row.planned_on) for row in rows if row.id == chosen]
    if not found:
        raise NotFound(_("Không thấy buổi học này của lớp. Hãy chọn lại trong “Giấy in”."))
    return found
