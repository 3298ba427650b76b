"""On a box: files to a stick and from it, each taken in a transaction of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lms.core.db import Database
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.offline.box import seal
from lms.offline.box.bundles import make_bundles
from lms.offline.box.files import SUFFIX, file_name, is_plain, put_file, read_plain
from lms.offline.box.here import require_box
from lms.offline.box.receipts import take_receipt
from lms.offline.box.snapshots import take_snapshot


def write_bundles(database: Database, keys: Keys, folder: Path) -> list[Path]:
    """Everything that has not come home, as files in this folder; safe to repeat."""
    label, files = _made(database, keys)
    return [put_file(folder, _name(label, raw), raw) for raw in files]


def _made(database: Database, keys: Keys) -> tuple[str, list[bytes]]:
    """Committed before anything leaves the machine: a file's number is never used twice."""
    with database.write() as session:
        return require_box(session).label, make_bundles(session, keys, "stick")


def _name(label: str, raw: bytes) -> str:
    return file_name("viec-ve-xa", f"{label} {seal.header_of(raw, 'bundle').number}")


def in_one_file(database: Database, keys: Keys) -> tuple[str, bytes]:
    """The same in one file, for a browser to keep: (name, bytes)."""
    label, files = _made(database, keys)
    return _name(label, files[-1]), b"".join(files)


@dataclass
class Brought:
    """What came of the files that were brought from the commune."""

    confirmed: int = 0
    """Events that receipts said are home."""
    receipts: int = 0
    snapshot: datetime | None = None
    """When the commune made the newest snapshot that was put in place."""
    known: int = 0
    """Files that said nothing new."""
    wrong: list[str] = field(default_factory=list)
    """File and reason, for each that was refused."""

    @property
    def is_empty(self) -> bool:
        """Nothing of ours was among the files."""
        return not (self.receipts or self.snapshot or self.known or self.wrong)


def take_files(database: Database, keys: Keys, files: Iterable[tuple[str, bytes]]) -> Brought:
    """Take receipts and snapshots of any order and number; a wrong one hinders none of the others."""
    brought = Brought()
    for name, raw in ((name, raw) for name, body in files for raw in seal.pieces(body)):
        try:
            _take(database, keys, raw, brought)
        except Invalid as refusal:
            brought.wrong.append(f"{name}: {refusal.message}")
    return brought


def _take(database: Database, keys: Keys, raw: bytes, brought: Brought) -> None:
    kind = seal.kind_of(raw)
    if kind == "bundle":
        return  # Our own files lie on the stick still; they are for the commune.
    with database.write() as session:
        if kind == "receipt":
            told = take_receipt(session, keys, raw)
            brought.receipts += 1
            brought.confirmed += told.confirmed
            return
        taken = take_snapshot(session, keys, raw)
    if taken.is_new:
        brought.snapshot = max(brought.snapshot or taken.made_at, taken.made_at)
    else:
        brought.known += 1


def on_stick(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Our files of a stick, in its first folder or in our own; Invalid when there is none, with what to do.

    They are read one after the other, while they are taken: a stick may hold more than the memory.
    """
    paths = sorted({*folder.glob(f"*{SUFFIX}"), *folder.parent.glob(f"*{SUFFIX}")})
    fit = [path for path in paths if is_plain(path)]
    if not fit:
        words = _("USB này không có tệp nào của xã. Hãy xem lại USB, hoặc chép lại từ máy xã.")
        raise Invalid(words, fields={"stick": [words]})
    return ((path.name, read_plain(path)) for path in fit)
