"""Records that may be one person: found by the pure rules over the whole register, shown side by side."""

from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core.guard import Actor
from lms.people import dossiers, queries, register
from lms.people.dossiers import Dossier
from lms.people.rules import matching
from lms.people.rules.matching import Pair


@dataclass(frozen=True)
class SideBySide:
    """Two records with why they look alike; `first` is the older one."""

    first: Dossier
    second: Dossier
    reasons: tuple[str, ...]
    is_sure: bool


def candidates(session: Session, commune_id: UUID) -> list[Pair]:
    """Pairs to look at, the most alike first: without standing merges and pairs judged different."""
    linked = queries.standing_links(session, commune_id)
    judged = queries.distinct_pairs(session, commune_id)
    with register.collecting_later():
        people = register.load_people(session, commune_id)
        found = matching.pairs((r.id, r.traits()) for r in people if r.id not in linked)
    return [pair for pair in found if frozenset((pair.first, pair.second)) not in judged]


def side_by_side(session: Session, who: Actor, pair: Pair, today: date) -> SideBySide:
    """Both records of a pair in full."""
    first, second = cast(UUID, pair.first), cast(UUID, pair.second)
    return SideBySide(
        dossiers.dossier(session, who, first, today),
        dossiers.dossier(session, who, second, today),
        pair.likeness.reasons,
        pair.likeness.level is matching.Level.SAME,
    )
