"""Whose a turn was: which events belong to it, and what trainers decided of it.

A turn is one person's sitting at a machine. A tablet names it in `segment`; the plain pages, all of which
write as the commune's `web` device, name the learner's session there, and what an attempt goes on from
after a dot. Decisions are records, so events are read the same whenever they arrive and on every rebuild.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.hall_models import TurnMove
from lms.ledger.actions import paper_device, web_device
from lms.ledger.registry import Owners, StoredEvent, register_owners

_MOVES = "cohorts.moves"


@dataclass(frozen=True)
class Turn:
    """What names a turn: the device, its segment there, and the learner whom the events name."""

    device_id: UUID
    segment: str
    learner_id: UUID


Moves = Mapping[Turn, UUID]
"""Turn → whose it was."""


def turn_of(commune_id: UUID, event: StoredEvent) -> Turn | None:
    """The turn that an event was made in; None for what nobody's turn made (a trainer, paper)."""
    learner = event.told_as or event.learner_id
    if learner is None or not event.segment or event.device_id == paper_device(commune_id):
        # Every sheet of a learner bears the same segment: given away as one, all of them would go.
        return None
    is_page = event.device_id == web_device(commune_id)
    segment = event.segment.partition(".")[0] if is_page else event.segment
    return Turn(event.device_id, segment, learner)


def page_segment(session_id: UUID, after: UUID | None = None) -> str:
    """The segment of what is done on plain pages in a learner's session; `after`: gone on from there."""
    return f"{session_id.hex}.{after.hex[-28:]}" if after else session_id.hex


def moves(session: Session, commune_id: UUID) -> Moves:
    """The decisions that stand in a commune; read once a transaction, as each unit of work asks."""
    held: dict[UUID, Moves] = session.info.setdefault(_MOVES, {})
    if commune_id not in held:
        held[commune_id] = _read(session, commune_id)
    return held[commune_id]


def _read(session: Session, commune_id: UUID) -> Moves:
    query = select(TurnMove.device_id, TurnMove.segment, TurnMove.from_id, TurnMove.to_id).where(
        TurnMove.commune_id == commune_id, TurnMove.undone_at.is_(None)
    )
    return {Turn(row[0], row[1], row[2]): row[3] for row in session.execute(query)}


def decided(session: Session) -> None:
    """A decision was made or undone in this transaction: read them anew."""
    session.info.pop(_MOVES, None)


def whose(
    session: Session, commune_id: UUID, events: Sequence[StoredEvent]
) -> Mapping[UUID, UUID]:  # fmt: skip
    """Event id → the right learner, for those of moved turns."""
    standing = moves(session, commune_id)
    if not standing:
        return {}
    turns = ((event.id, turn_of(commune_id, event)) for event in events)
    return {key: standing[turn] for key, turn in turns if turn is not None and turn in standing}


def names(session: Session, commune_id: UUID, learners: Collection[UUID]) -> Collection[UUID]:
    """The learners whom the events of moved turns name that were these learners' own."""
    standing = moves(session, commune_id)
    return {turn.learner_id for turn, learner in standing.items() if learner in learners}


def listen() -> None:
    """Let the ledger ask here."""
    register_owners(Owners(whose, names))
