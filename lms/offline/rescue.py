"""Reading a tablet's rescue file: a header and the verbatim text of one event on each line."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from lms.cohorts.models import Device
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.ledger.actions import accept
from lms.ledger.rules import MAX_EVENTS, MAX_TEXT, Outcome

FORMAT = "lop-hoc-so-rescue"


@dataclass(frozen=True)
class RescueFile:
    """What a file says: the tablet it comes from (None when it does not say) and its event texts."""

    device: UUID | None
    texts: Sequence[str]


def read_rescue(raw: bytes) -> RescueFile:
    """The file's header and texts; a half-written last line is read as far as it goes, like any other text.

    Invalid when the first line is no header of a rescue file.
    """
    head, *lines = raw.decode("utf-8-sig", errors="replace").split("\n")
    try:
        header = json.loads(head)
        if header["format"] != FORMAT:
            raise ValueError
        device = UUID(header["device"]) if header.get("device") else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Invalid(
            _("Đây không phải tệp cứu hộ của máy học: dòng đầu tiên không đọc được.")
        ) from None
    return RescueFile(device, [text for line in lines if (text := line.rstrip("\r"))])


def device_named(session: Session, commune_id: UUID, device_id: UUID) -> Device:
    """The tablet of this commune with this id, revoked ones too; Invalid says what to do when there is none."""
    device = session.get(Device, (commune_id, device_id))
    if device is None:
        raise Invalid(
            _("Xã này không có máy nào mang mã %(id)s. Hãy ghi đúng mã máy sau --device.",
              id=device_id)
        )  # fmt: skip
    return device


def import_rescue(
    database: Database, commune_id: UUID, device_id: UUID, texts: Sequence[str]
) -> Counter[str]:
    """Store the texts as if the tablet had sent them; how many had each outcome or reason.

    Each batch is a transaction of its own; doing it again, or the tablet sending them later, adds nothing.
    """
    counts: Counter[str] = Counter()
    for batch in batches(texts):
        with database.write() as session:
            receipt = accept(session, commune_id, device_id, batch, clock.now())
        counts.update(_word(fate.outcome, fate.reason) for fate in receipt.fates)
    return counts


def _word(outcome: Outcome, reason: str | None) -> str:
    return reason or outcome.value


def batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in order, as many at once as a tablet may send."""
    batch: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode("utf-8", "surrogatepass"))
        if batch and (len(batch) == MAX_EVENTS or size + length > MAX_TEXT):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch
