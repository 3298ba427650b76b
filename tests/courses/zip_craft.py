"""Zip files made by hand, byte by byte, so that they can lie as no program would."""

import struct
import zlib
from dataclasses import dataclass

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
DEFLATED = 8


def deflate(body: bytes) -> bytes:
    """A raw deflate stream."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(body) + engine.flush()


@dataclass(frozen=True)
class Member:
    """What one entry holds and what it says; None says the truth."""

    name: bytes
    body: bytes = b"x"
    method: int = DEFLATED
    flags: int = 0x800
    mode: int = 0o100644
    said_size: int | None = None
    said_crc: int | None = None
    said_packed: int | None = None
    local_name: bytes | None = None
    packed: bytes | None = None

    @property
    def data(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflate(self.body) if self.method == DEFLATED else self.body

    @property
    def told(self) -> tuple[int, int, int]:
        """CRC, packed size, size."""
        crc = zlib.crc32(self.body) if self.said_crc is None else self.said_crc
        packed = len(self.data) if self.said_packed is None else self.said_packed
        return crc, packed, len(self.body) if self.said_size is None else self.said_size


def local(member: Member) -> bytes:
    """The header and the bytes of an entry."""
    name = member.name if member.local_name is None else member.local_name
    head = struct.pack(
        "<4s5H3L2H", LOCAL, 20, member.flags, member.method, 0, 33, *member.told, len(name), 0
    )
    return head + name + member.data


def central(member: Member, offset: int) -> bytes:
    """The entry's line in the list of entries."""
    head = struct.pack(
        "<4s6H3L5H2L", CENTRAL, 3 << 8 | 20, 20, member.flags, member.method, 0, 33, *member.told,
        len(member.name), 0, 0, 0, 0, member.mode << 16, offset,
    )  # fmt: skip
    return head + member.name


def closed(data: bytes, directory: bytes, count: int) -> bytes:
    """Entries, their list, and the end."""
    told = min(count, 0xFFFF)
    return data + directory + struct.pack(
        "<4s4H2LH", END, 0, 0, told, told, len(directory), len(data), 0
    )  # fmt: skip


def crafted(*members: Member) -> bytes:
    """A zip of these entries, one behind the other."""
    data = directory = b""
    for member in members:
        directory += central(member, len(data))
        data += local(member)
    return closed(data, directory, len(members))


def overlapping(count: int, size: int) -> bytes:
    """Fifield's full overlap: many entries, one kernel; each claims the same bytes."""
    kernel = Member(b"items/0.yaml", bytes(size))
    data = local(kernel)
    return closed(data, central(kernel, 0) * count, count)


def quoted(count: int, size: int) -> bytes:
    """Fifield's quoted overlap: each entry's stream quotes the header of the next, then joins it.

    A stored block that is not the last holds the next local header; the streams share the kernel.
    """
    members = [Member(f"items/{count:03}.yaml".encode(), bytes(size))]
    made = local(members[0])
    for number in range(count - 1, 0, -1):
        header = made[: 30 + len(members[0].name)]
        quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF)
        name = f"items/{number:03}.yaml".encode()
        members.insert(0, Member(name, header + members[0].body, packed=quote + made))
        made = local(members[0])
    directory, offset = b"", 0
    for member in members:
        directory += central(member, offset)
        offset += 30 + len(member.name) + 5
    return closed(made, directory, len(members))
