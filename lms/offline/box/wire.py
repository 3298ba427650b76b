"""What stands inside the sealed files that go up to the commune and what its receipts say. JSON.

Instants are milliseconds since 1970, ids are lower-case UUIDs. A reader leaves out members that it does
not know, so that a newer box may tell more to an older commune.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from lms.core.i18n import _
from lms.ledger.rules import HASH_PATTERN, MAX_COUNT, UUID_PATTERN, WORD_PATTERN
from lms.offline.box.seal import Unfit

VERSION = 1
MAX_EVENTS = 1000
"""Events of one bundle; as many raw texts again."""
MAX_TEXT = 1_500_000
"""Bytes of text of one bundle, before it is packed; one text above that travels alone."""
MOST_PLACES = 100_000
"""Lines of a count: a box of 30 classes has some ten thousand in a year."""
MOST_RAWS = 2000
"""Raw texts that a count names; one that is full says that there may be more."""

Id = Annotated[str, Meta(pattern=UUID_PATTERN)]
Hash = Annotated[str, Meta(pattern=HASH_PATTERN)]
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
Word = Annotated[str, Meta(max_length=80)]
Content = TypeVar("Content", "Bundle", "Receipt")


class Sent(msgspec.Struct, frozen=True):
    """An event, verbatim, and the device whose credential brought it to the box."""

    id: Id
    device: Id
    text: str
    sha256: Hash


class SentRaw(msgspec.Struct, frozen=True):
    """A text that the box could not take as an event and keeps raw; `id` is the box's own name for it."""

    id: Id
    device: Id
    encoding: Word
    text: str
    sha256: Hash
    reason: Word


class ToldReport(msgspec.Struct, frozen=True):
    """What a device last said of itself, as `lms.offline.schemas.ReportIn` has it, without its pack."""

    unsent: Count
    made: dict[Annotated[str, Meta(pattern=WORD_PATTERN)], Count]
    app: Word = ""
    persisted: bool | None = None
    usage: Count | None = None
    quota: Count | None = None
    emptied: bool = False
    emptied_at: datetime | None = None


class ToldDevice(msgspec.Struct, frozen=True):
    """A tablet or phone that was enrolled at the box; its credential stays there."""

    id: Id
    label: Word
    kind: Word
    learner: Id | None
    enrolled: Count
    revoked: Count | None
    report: ToldReport | None
    reported: Count | None


class ToldJoin(msgspec.Struct, frozen=True):
    """A learner came in on a device in a meeting: without it, a phone's work in class counts for nothing."""

    id: Id
    learner: Id
    device: Id
    meeting: Id
    how: Word
    started: Count
    expires: Count
    ended: Count | None


class Counted(msgspec.Struct, frozen=True):
    """How many events the box holds of one device's epoch in one meeting (None: of no meeting)."""

    device: Id
    epoch: Annotated[str, Meta(pattern=WORD_PATTERN)]
    meeting: Id | None
    events: Count


class Counts(msgspec.Struct, frozen=True):
    """What the box holds in all, so that the commune sees what it lacks."""

    snapshot: Count
    """Number of the snapshot that the box works from."""
    held: Annotated[list[Counted], Meta(max_length=MOST_PLACES)]
    open: Annotated[list[Id], Meta(max_length=MOST_PLACES)]
    """Meetings that go on at the box."""
    raws: Count = 0
    """Texts that it keeps raw."""
    store: Annotated[str, Meta(pattern=r"\A(?:[0-9]{8}/[0-9a-f-]{36})?\Z")] = ""
    """Number and id of the generation of the box's own store: a restored box numbers its files anew in a later
    one. Texts compare as generations do."""
    waiting: Annotated[list[Hash], Meta(max_length=MOST_RAWS)] = []
    """SHA-256 of the raw texts that no receipt has confirmed: without them nothing is whole."""


class Bundle(msgspec.Struct, frozen=True):
    """The content of a bundle: a part of what is not confirmed, and what is needed to understand it."""

    v: int
    counts: Counts
    devices: Annotated[list[ToldDevice], Meta(max_length=10_000)]
    joins: Annotated[list[ToldJoin], Meta(max_length=50_000)]
    events: Annotated[list[Sent], Meta(max_length=MAX_EVENTS)]
    raws: Annotated[list[SentRaw], Meta(max_length=MAX_EVENTS)]


class Held(msgspec.Struct, frozen=True):
    """An event that the commune keeps raw, with the reason; the box sends it again."""

    id: Id
    reason: Word


class Receipt(msgspec.Struct, frozen=True):
    """The content of a receipt: written only after what it confirms is durable at the commune."""

    v: int
    number: Count
    """Of the bundle."""
    sha256: Hash
    """Of the bundle's file."""
    generation: Id
    """The commune's store generation: when it is another, what was confirmed before is sent anew."""
    at: Count
    """The commune's clock."""
    snapshot: Count
    """Number of the newest snapshot that was made for this box."""
    confirmed: str
    """32 bytes each in base 64: the id, and the first half of the SHA-256 of the text that is held."""
    held: list[Held]

    def proofs(self) -> dict[UUID, str]:
        """Id → first half of the SHA-256 (32 hex letters) of what the commune holds; Unfit when cut."""
        try:
            raw = b64decode(self.confirmed, validate=True)
        except NotBase64:
            raise _unreadable() from None
        if len(raw) % 32:
            raise _unreadable()
        parts = (raw[at : at + 32] for at in range(0, len(raw), 32))
        return {UUID(bytes=part[:16]): part[16:].hex() for part in parts}


def proof_text(proofs: dict[UUID, str]) -> str:
    """The `confirmed` of a receipt, from id → SHA-256 in hex."""
    parts = (key.bytes + bytes.fromhex(sha[:32]) for key, sha in sorted(proofs.items()))
    return b64encode(b"".join(parts)).decode()


def read_bundle(content: bytes) -> Bundle:
    """The content of a bundle; Unfit when this release cannot read it.

    All of its text is kept, and zeros pack well: no box sends twice of what `MAX_TEXT` allows.
    """
    try:
        bundle = _known(msgspec.json.decode(content, type=Bundle))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unreadable() from None
    texts = [one.text for one in bundle.events] + [one.text for one in bundle.raws]
    if sum(map(len, texts)) > 2 * MAX_TEXT:
        raise _unreadable()
    return bundle


def read_receipt(content: bytes) -> Receipt:
    """The content of a receipt; Unfit when this release cannot read it."""
    try:
        return _known(msgspec.json.decode(content, type=Receipt))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unreadable() from None


def _known(content: Content) -> Content:
    if content.v != VERSION:
        raise _unreadable()
    return content


def _unreadable() -> Unfit:
    return Unfit(
        _(
            "Bản phần mềm này không hiểu nội dung của tệp. Chưa nhận gì từ tệp. Hãy cập nhật phần mềm ở "
            "máy này lên cùng bản với máy kia rồi làm lại."
        )
    )
