"""On a box: what the commune's signed receipts confirm. Nothing else does, and nothing is ever deleted."""

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import Database, box_of
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.ledger import generation
from lms.ledger.models import Event, Quarantined
from lms.offline.box import seal
from lms.offline.box.bundles import commune_public, own_secret
from lms.offline.box.here import require_box, this_box
from lms.offline.box.models import BoxFate, BoxParcel, BoxSelf
from lms.offline.box.wire import Receipt, read_receipt

PART = 500
"""Rows of one statement."""


@dataclass(frozen=True)
class Taken:
    """What a receipt changed."""

    number: int
    """Of the bundle that it answers."""
    confirmed: int
    """Events of this box that it says are home."""
    held: int
    """Events that the commune keeps raw; they are sent again."""
    is_old: bool
    """It was written before the commune's store was restored: it confirms nothing any more."""
    snapshot: int
    """Number of the newest snapshot that the commune made for this box."""


def take_receipt(session: Session, keys: Keys, raw: bytes) -> Taken:
    """Confirm what a verified receipt of the own commune says; Unfit for any other file.

    Taking it twice, late or in another order is the same: an entry counts for the very text it was
    written for, and only while the commune's store is the one that said so.
    """
    box = require_box(session)
    header, content = seal.unseal(raw, "receipt", commune_public(box), own_secret(keys, box))
    if (header.box_id, header.commune_id) != (box.id, box.commune_id):
        raise seal.Unfit(_("Biên nhận này của máy lớp khác. Hãy chọn đúng tệp của máy này."))
    receipt = read_receipt(content)
    proofs = receipt.proofs()
    if receipt.generation < box.generation:
        return Taken(receipt.number, 0, 0, True, receipt.snapshot)
    box.generation = receipt.generation
    mine = _own_hashes(session, box, [*proofs, *(UUID(one.id) for one in receipt.held)])
    confirmed = [key for key, half in proofs.items() if mine.get(key, "")[:32] == half]
    held = {UUID(one.id): one.reason for one in receipt.held if UUID(one.id) in mine}
    _keep(session, box, receipt, confirmed, held)
    _note(session, box, receipt, raw)
    return Taken(receipt.number, len(confirmed), len(held), False, receipt.snapshot)


def _own_hashes(session: Session, box: BoxSelf, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Id → SHA-256 of the text that this box holds under it."""
    found: dict[UUID, str] = {}
    for at in range(0, len(ids), PART):
        for table in (Event, Quarantined):
            query = select(table.id, table.sha256).where(
                table.commune_id == box.commune_id, table.id.in_(ids[at : at + PART])
            )
            found.update((row.id, row.sha256) for row in session.execute(query))
    return found


def _keep(
    session: Session, box: BoxSelf, receipt: Receipt, confirmed: Sequence[UUID],
    held: Mapping[UUID, str],
) -> None:  # fmt: skip
    """What is confirmed stays so while the generation does; `held` never takes that back."""
    now = clock.now()
    rows = [
        {
            "commune_id": box.commune_id, "id": key, "outcome": outcome, "reason": reason,
            "generation": receipt.generation, "number": receipt.number, "told_at": now,
        }
        for outcome, listed in (("held", held.items()), ("confirmed", ((k, "") for k in confirmed)))
        for key, reason in listed
    ]  # fmt: skip
    statement = insert(BoxFate)
    changed = {
        name: statement.excluded[name]
        for name in ("outcome", "reason", "generation", "number", "told_at")
    }
    stands = (BoxFate.outcome == "confirmed") & (BoxFate.generation == receipt.generation)
    upsert = statement.on_conflict_do_update(
        index_elements=["commune_id", "id"], set_=changed, where=~stands
    )
    for at in range(0, len(rows), PART):
        session.execute(upsert, rows[at : at + PART])


def _note(session: Session, box: BoxSelf, receipt: Receipt, raw: bytes) -> None:
    """The bundle has its receipt; one that was made before this store was restored has no row."""
    row = session.scalar(
        select(BoxParcel).where(
            BoxParcel.commune_id == box.commune_id,
            BoxParcel.box_id == box.id,
            BoxParcel.number == receipt.number,
            BoxParcel.sha256 == receipt.sha256,
        )
    )
    if row is not None:
        row.receipt_at, row.receipt = clock.now(), b64encode(raw).decode()
    session.flush()


def confirmed_here(session: Session, ids: Collection[str]) -> list[str]:
    """Of events that this store holds: those of which a tablet may say "đã về xã".

    At the commune all of them; on a box those that a receipt confirmed.
    """
    box = this_box(session) if box_of(session) else None
    if box is None:
        return list(ids)
    query = select(BoxFate.id).where(
        BoxFate.commune_id == box.commune_id,
        BoxFate.id.in_([UUID(one) for one in ids]),
        BoxFate.outcome == "confirmed",
        BoxFate.generation == box.generation,
    )
    home = {str(key) for key in session.scalars(query)}
    return [one for one in ids if one in home]


def listen() -> None:
    """Let tablets at a box hear when the commune's store became another."""
    generation.stand_under(_commune_generation)


def _commune_generation(database: Database) -> str:
    with database.read() as session:
        box = this_box(session)
    return box.generation if box else ""
