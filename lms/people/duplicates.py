"""Records that may be one person: found by the pure rules over the whole register, shown side by side."""

from collections.abc import Sequence
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

Words = tuple[tuple[str, bool], ...]
"""The words of a name, each with whether the other name lacks it."""


@dataclass(frozen=True)
class SideBySide:
    """Two records with why they look alike; `first` is the older one."""

    first: Dossier
    second: Dossier
    reasons: tuple[str, ...]
    is_sure: bool
    names: tuple[Words, Words]
    differs: frozenset[str]
    """What both say, and say differently: birth, sex, home, groups, phone, citizen."""
    fuller: UUID
    """The record that says more, the older one when both say as much."""


@dataclass(frozen=True)
class Review:
    """A page of pairs, and how many there are in all."""

    pairs: tuple[SideBySide, ...]
    total: int
    sure: int
    page: int
    """The page that is shown, 1 first."""


def candidates(session: Session, commune_id: UUID) -> list[Pair]:
    """Pairs to look at, the surest first: without standing merges and pairs judged different."""
    linked = queries.standing_links(session, commune_id)
    judged = queries.distinct_pairs(session, commune_id)
    with register.collecting_later():
        people = register.load_people(session, commune_id)
        found = matching.pairs((r.id, r.traits()) for r in people if r.id not in linked)
    return [pair for pair in found if frozenset((pair.first, pair.second)) not in judged]


def review(session: Session, who: Actor, today: date, page: int, size: int) -> Review:
    """The pairs of one page, page 1 first; the last page when there are fewer."""
    found = candidates(session, who.commune)
    shown = min(page, max(1, -(-len(found) // size)))
    here = found[(shown - 1) * size : shown * size]
    sure = sum(pair.likeness.level is matching.Level.SAME for pair in found)
    return Review(side_by_side(session, who, here, today), len(found), sure, shown)


def side_by_side(
    session: Session, who: Actor, pairs: Sequence[Pair], today: date
) -> tuple[SideBySide, ...]:
    """Both records of every pair in full; a number of queries that does not grow with the pairs."""
    ids = {cast(UUID, one) for pair in pairs for one in (pair.first, pair.second)}
    known = dossiers.several(session, who, ids, today)
    return tuple(
        _compared(known[cast(UUID, pair.first)], known[cast(UUID, pair.second)], pair)
        for pair in pairs
    )


def parted(
    session: Session, commune_id: UUID, one: UUID, other: UUID
) -> tuple[tuple[UUID, str], tuple[UUID, str]] | None:
    """Both with their names, when somebody said that they are two people and that stands."""
    if frozenset((one, other)) not in queries.distinct_pairs(session, commune_id):
        return None
    names = queries.names_of(session, commune_id, {one, other})
    return (one, names.get(one, "")), (other, names.get(other, ""))


def _compared(first: Dossier, second: Dossier, pair: Pair) -> SideBySide:
    one, two = first.person.full_name, second.person.full_name
    said, also = _said(first), _said(second)
    differs = (key for key in said if _disagree(said[key], also[key]))
    fuller = max((first, second), key=lambda it: sum(len(parts) for parts in _said(it).values()))
    return SideBySide(
        first, second, pair.likeness.reasons, pair.likeness.level is matching.Level.SAME,
        (_words(one, two), _words(two, one)), frozenset(differs), fuller.person.id,
    )  # fmt: skip


def _words(name: str, other: str) -> Words:
    known = other.casefold().split()
    return tuple((word, word.casefold() not in known) for word in name.split())


def _said(it: Dossier) -> dict[str, tuple[object, ...]]:
    """What a record says, by the rows of the comparison, the coarse before the fine: a year before the
    day, a village before the household."""
    home = it.stays[0] if it.stays else None
    parts = {
        "birth": (it.person.birth_year, it.person.birth_date),
        "sex": (it.person.sex,),
        "home": (home.unit, home.household) if home else (),
        "groups": (frozenset(row.kind for row in it.belongings),),
        "phone": (it.person.phone,),
        "citizen": (it.person.citizen_id_hmac,),
    }
    return {key: tuple(part for part in said if part) for key, said in parts.items()}


def _disagree(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether both say it and say it differently; whoever says only the year or the village agrees."""
    return any(a != b for a, b in zip(one, other, strict=False))
