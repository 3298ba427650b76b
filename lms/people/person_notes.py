"""What higher packages know of one person, shown on the person's page; they register here."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Note:
    """One line of a card: what is known, and where it comes from."""

    text: str
    source: str = ""


@dataclass(frozen=True)
class Card:
    """A card of the page; one without notes is not shown."""

    title: str
    icon: str
    notes: tuple[Note, ...]


Teller = Callable[[Session, UUID, set[UUID]], Card]
"""(session, commune, every record of the person) → a card."""

_TELLERS: list[Teller] = []


def tell(teller: Teller) -> None:
    """Register what a package tells of a person; twice is once."""
    if teller not in _TELLERS:
        _TELLERS.append(teller)


def cards(session: Session, commune_id: UUID, records: set[UUID]) -> list[Card]:
    """The cards that have something to say of these records of one person."""
    found = (teller(session, commune_id, records) for teller in _TELLERS)
    return [card for card in found if card.notes]
