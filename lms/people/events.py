"""Signals of the register, sent in the writer's transaction; higher packages listen."""

from dataclasses import dataclass
from uuid import UUID


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
