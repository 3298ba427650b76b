"""A disk that forgets what was not synced, and one that is full: SQLite writes to it through APSW.

What a file system promises is kept here and nothing more: after a power cut a file holds what it held at its
last sync, and of every later write any of its 512-byte sectors, in any mixture; a file whose name was never
synced may be gone. SQLite's shared memory cannot be given by APSW, so a connection on this disk works in
`locking_mode=EXCLUSIVE`: that moves the index of the log into memory, and changes no write and no sync.
"""

from dataclasses import dataclass, field
from pathlib import PurePath
from random import Random

import apsw

SECTOR = 512
KEEPS_NEIGHBOURS = 0x1000
"""SQLITE_IOCAP_POWERSAFE_OVERWRITE, as SQLite itself says of the disks of Linux and Windows."""
PAGE = 4096
Image = dict[str, bytes]
"""File name → content: what somebody finds on the disk."""


class PowerCut(apsw.IOError):
    """The power is gone: this call and every later one fails."""


@dataclass
class File:
    """A file as programs see it, as it is for certain, and what was written since the last sync."""

    seen: bytearray
    certain: bytes | None
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """(place, bytes) for a write, (length, None) for a truncation."""

    def write(self, place: int, body: bytes) -> None:
        """A write that only a sync makes certain."""
        self.pending.append((place, body))
        _apply(self.seen, place, body)

    def truncate(self, length: int) -> None:
        """A shortening that only a sync makes certain."""
        self.pending.append((length, None))
        _apply(self.seen, length, None)

    def sync(self) -> None:
        """From here on the content is certain, and so is the name."""
        self.certain, self.pending = bytes(self.seen), []

    def left(self, dice: Random) -> bytes | None:
        """What a power cut leaves: nothing, all, a beginning, or any sectors of what was not synced."""
        if self.certain is None and dice.random() < 0.5:
            return None
        how = dice.choice(("none", "all", "beginning", "sectors", "sectors"))
        content = bytearray(self.certain or b"")
        count = {"none": 0, "beginning": dice.randint(0, len(self.pending))}.get(how)
        for place, body in self.pending[:count]:
            if how != "sectors":
                _apply(content, place, body)
            elif body is not None:
                _some_sectors(content, place, body, dice)
        return bytes(content)


def _apply(content: bytearray, place: int, body: bytes | None) -> None:
    if body is None:
        del content[place:]
        return
    if len(content) < place:
        content.extend(bytes(place - len(content)))
    content[place : place + len(body)] = body


def _some_sectors(content: bytearray, place: int, body: bytes, dice: Random) -> None:
    at = 0
    while at < len(body):
        size = min(SECTOR - (place + at) % SECTOR, len(body) - at)
        if dice.random() < 0.5:
            _apply(content, place + at, body[at : at + size])
        at += size


@dataclass
class Disk:
    """The files, when the power goes, and how many bytes there is room for."""

    files: dict[str, File] = field(default_factory=dict)
    cut_at: int | None = None
    """The power goes in the middle of this write, sync or shortening, counted from 1."""
    room: int | None = None
    operations: int = 0
    syncs: int = 0
    refusals: int = 0
    is_off: bool = False

    @classmethod
    def holding(cls, image: Image) -> "Disk":
        """A disk with these files, all of them certain."""
        return cls({name: File(bytearray(body), bytes(body)) for name, body in image.items()})

    def step(self) -> bool:
        """One more operation; True when the power goes during it."""
        self.check()
        self.operations += 1
        self.is_off = self.cut_at is not None and self.operations >= self.cut_at
        return self.is_off

    def check(self) -> None:
        """PowerCut once the power is gone."""
        if self.is_off:
            raise PowerCut("The power is gone.")

    def used(self) -> int:
        """Bytes that the files take."""
        return sum(len(file.seen) for file in self.files.values())

    def refuse_beyond_room(self, file: File, end: int) -> None:
        """FullError where a file would grow beyond the disk."""
        grows = max(0, end - len(file.seen))
        if self.room is not None and grows and self.used() + grows > self.room:
            self.refusals += 1
            raise apsw.FullError("The disk is full.")

    def left(self, dice: Random) -> Image:
        """The files after a power cut."""
        found = {name: file.left(dice) for name, file in self.files.items()}
        return {name: body for name, body in found.items() if body is not None}


class OpenFile:
    """A file of the disk as SQLite uses it (the methods of apsw.VFSFile)."""

    def __init__(self, disk: Disk, name: str) -> None:
        self.disk, self.name = disk, name

    @property
    def file(self) -> File:
        return self.disk.files[self.name]

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802 - APSW's name, as those below.
        """Fewer bytes than asked for mean the end of the file."""
        self.disk.check()
        return bytes(self.file.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """A write may be torn by the power cut that comes during it."""
        is_cut = self.disk.step()
        if not is_cut:
            self.disk.refuse_beyond_room(self.file, offset + len(data))
        self.file.write(offset, bytes(data))
        self.disk.check()

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Shorten the file."""
        self.disk.step()
        self.file.truncate(newsize)
        self.disk.check()

    def xSync(self, flags: int) -> bool:  # noqa: N802
        """A sync that the power cut interrupts promises nothing."""
        if not self.disk.step():
            self.file.sync()
            self.disk.syncs += 1
        self.disk.check()
        return True

    def xFileSize(self) -> int:  # noqa: N802
        """Bytes."""
        self.disk.check()
        return len(self.file.seen)

    def xLock(self, level: int) -> None:  # noqa: N802
        """There is one connection."""

    def xUnlock(self, level: int) -> None:  # noqa: N802
        """There is one connection."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        """Nobody else holds a lock."""
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:  # noqa: N802
        """Nothing is understood."""
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        """As SQLite's own layer for Linux says."""
        return PAGE

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        """As SQLite's own layer for Linux says."""
        return KEEPS_NEIGHBOURS

    def xClose(self) -> None:  # noqa: N802
        """Nothing is kept open."""


class Layer(apsw.VFS):
    """The disk as a layer under SQLite, under a name of its own."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.name, self.disk = name, disk
        super().__init__(name, "")

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        """The disk has no folders."""
        return PurePath(name).name

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> OpenFile:  # noqa: N802
        """A new file is there at once, and certain after its first sync."""
        self.disk.check()
        key = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self.disk.files.setdefault(key, File(bytearray(), None))
        flags[1] = flags[0]
        return OpenFile(self.disk, key)

    def xAccess(self, pathname: str, flags: int) -> bool:  # noqa: N802
        """Whether the file is there."""
        self.disk.check()
        return pathname in self.disk.files

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """The log goes when the last connection closes; it was folded into the database and synced before."""
        self.disk.step()
        self.disk.check()
        self.disk.files.pop(filename, None)
