"""Signals of the register, sent in the writer's transaction; higher packages listen."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from lms.core.guard import Actor


@dataclass(frozen=True)
class PersonsLinked:
    """`duplicate_id` was joined to `survivor_id`."""

    commune_id: UUID
    duplicate_id: UUID
    survivor_id: UUID


@dataclass(frozen=True)
class PersonsUnlinked:
    """The link between the two was undone."""

    commune_id: UUID
    duplicate_id: UUID
    survivor_id: UUID


@dataclass(frozen=True)
class UnitsAsked:
    """What is kept under these units? Higher packages add sentences to `told`.

    With `since`, also what binds them: figures that speak of the unit as it is since that day. A
    merger that somebody wants to take back is refused with the sentences in `bound`.
    """

    commune_id: UUID
    unit_ids: frozenset[UUID]
    since: date | None = None
    told: list[str] = field(default_factory=list)
    bound: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PersonErased:
    """These records are one person who is erased now: each package removes what it keeps of them.

    Sent in the transaction that empties the records. Listeners add (code, count) of what went to `told`.
    """

    commune_id: UUID
    person_ids: frozenset[UUID]
    who: Actor
    told: list[tuple[str, int]] = field(default_factory=list)
