"""The real process under strace: every write, sync and answer in its order, then power cuts at many places.

What the service did is read from its system calls, so nothing stands between it and its disk. At a cut a file
holds what the last finished sync made certain and any sectors of what was written since; whatever was answered
before has to be in it. An answer counts from the moment in which sending it began, a sync from its end.
"""

import json
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from lms.core.db import sqlite_module
from soak.faults.battle import _version
from soak.faults.crowd import Careful, Crowd
from soak.faults.disk import File, Image
from soak.faults.house import House
from soak.faults.tally import Tally

CALLS = "pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync,ftruncate,unlink,unlinkat"
FILES = ("lms.db", "lms.db-wal")
CUTS = 400
LINE = re.compile(r"^(\d+) +(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*))$", re.DOTALL)
ON_FILE = re.compile(r"^\d+<([^>]*)>")
HEX = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
CONFIRMED = re.compile(rb'"confirmed":(\[[^\]]*\])')


@dataclass
class Journal:
    """The steps: ('write', file, place, bytes), ('length', file, n), ('sync', file), ('ack', ids)."""

    steps: list[tuple[str, str, int, bytes]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, name: str, place: int = 0, body: bytes = b"") -> None:
        """One more step."""
        self.steps.append((kind, name, place, body))
        self.counts[kind] += 1


def _bytes(text: str) -> bytes:
    found = HEX.search(text)
    return bytes.fromhex(found[1].replace("\\x", "")) if found else b""


def _name(text: str) -> str:
    found = ON_FILE.match(text)
    if found and found[1].startswith("\\x"):
        return Path(bytes.fromhex(found[1].replace("\\x", "")).decode(errors="replace")).name
    return Path(found[1]).name if found else ""


def read(log: Path) -> Journal:
    """What strace wrote. A call that was interrupted by another thread's stands in two lines."""
    journal, open_calls = Journal(), dict[tuple[str, str], str]()
    for line in log.read_text(errors="replace").splitlines():
        found = LINE.match(line)
        if not found:
            continue
        thread, call, rest, resumed, end = found.groups()
        if call:
            _began(journal, call, rest)
            if rest.endswith("<unfinished ...>"):
                open_calls[thread, call] = rest.removesuffix("<unfinished ...>")
            else:
                _ended(journal, call, rest)
        elif (thread, resumed) in open_calls:
            _ended(journal, resumed, open_calls.pop((thread, resumed)) + end)
    return journal


def _began(journal: Journal, call: str, rest: str) -> None:
    """An answer counts from here."""
    if call in ("writev", "write", "sendto", "sendmsg") and _name(rest) not in FILES:
        sent = b"".join(
            bytes.fromhex(one.replace("\\x", "")) for one in HEX.findall(rest.partition(">")[2])
        )
        if ids := CONFIRMED.search(sent):
            for one in json.loads(ids[1]):
                journal.add("ack", str(one))


def _ended(journal: Journal, call: str, rest: str) -> None:
    name = _name(rest)
    if name not in FILES:
        return
    if call == "pwrite64":
        place = int(rest.rpartition(")")[0].rpartition(",")[2])
        journal.add("write", name, place, _bytes(rest.partition(">")[2]))
    elif call == "ftruncate":
        journal.add("length", name, int(rest.rpartition(")")[0].rpartition(",")[2]))
    elif call in ("fsync", "fdatasync"):
        journal.add("sync", name)


def record(seconds: float, tablets: int = 6) -> tuple[Image, Journal, int]:
    """The file before, the journal of a class at the real service, and how many events came home."""
    folder = Path(tempfile.mkdtemp(prefix="lms-faults-"))
    try:
        house = House(folder)
        cast = house.furnish(tablets)
        image, log = {"lms.db": (folder / "lms.db").read_bytes()}, folder / "strace.txt"
        strace = shutil.which("strace") or "strace"
        house.start(strace, "-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", "4000000",
                    "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(log))  # fmt: skip
        crowd = Crowd(house, _version(house, cast), str(cast["k2_buoi"]), (0.1, 0.5))
        crowd.fill(Careful, 3, tablets)
        time.sleep(seconds)
        crowd.over.set()
        for thread in crowd.threads:
            thread.join(30)
        house.kill(all_of_it=True)
        return image, read(log), sum(len(seat.tablet.shown_home) for seat in crowd.seats)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def places(journal: Journal, count: int, dice: Random) -> set[int]:
    """Where the power is cut: right after answers, and anywhere."""
    acks = [n for n, step in enumerate(journal.steps) if step[0] == "ack"]
    half = dice.sample(acks, min(len(acks), count // 2))
    return {*half, *(dice.randrange(len(journal.steps)) for _ in range(count - len(half)))}


def cuts(
    image: Image, journal: Journal, count: int, *, forgets_syncs: bool = False
) -> Iterator[str]:
    """Play the journal and cut the power at `count` places; what was broken, '' where nothing was."""
    dice = Random(11)
    chosen, told = places(journal, count, dice), set[str]()
    files = {name: File(bytearray(body), bytes(body)) for name, body in image.items()}
    for number, (kind, name, place, body) in enumerate(journal.steps):
        if kind == "ack":
            told.add(name)
        else:
            file = files.setdefault(name, File(bytearray(), None))
            if kind == "write":
                file.write(place, body)
            elif kind == "length":
                file.truncate(place)
            elif not forgets_syncs:
                file.sync()
        if number in chosen:
            left = {key: file.left(dice) for key, file in files.items()}
            yield opened({key: body for key, body in left.items() if body is not None}, told)


def opened(image: Image, told: set[str]) -> str:
    """Open what is left with the product's SQLite; which answers were broken."""
    with tempfile.TemporaryDirectory(prefix="lms-faults-") as folder:
        for name, body in image.items():
            Path(folder, name).write_bytes(body)
        module = sqlite_module()
        connection = module.connect(str(Path(folder, "lms.db")))
        try:
            whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
            held = {row[0] for row in connection.execute("SELECT id FROM event")}
        except module.DatabaseError as error:
            return f"cannot be opened: {error}"
        finally:
            connection.close()
    gone = len({one.replace("-", "") for one in told} - held)
    if whole != "ok":
        return f"damaged: {whole[:60]}"
    return f"{gone} of {len(told)} acknowledged events are gone" if gone else ""


def campaign(seconds: float, count: int = CUTS) -> Tally:
    """Record, then cut; the control forgets the syncs, and has to lose something."""
    tally = Tally()
    if shutil.which("strace") is None:
        tally.broken.append("strace is not installed: the real process was not looked at")
        return tally
    image, journal, home = record(seconds)
    tally.counts.update({
        "writes of the real process": journal.counts["write"] + journal.counts["length"],
        "syncs of the real process": journal.counts["sync"],
        "acknowledged events in its answers": journal.counts["ack"],
        "events its tablets saw confirmed": home,
    })  # fmt: skip
    if journal.counts["ack"] == 0 or journal.counts["sync"] == 0:
        tally.broken.append("the journal holds no answer or no sync")
        return tally
    for told in cuts(image, journal, count):
        tally.counts["power cuts in its journal"] += 1
        tally.broken += [told] if told else []
    control = sum(bool(told) for told in cuts(image, journal, 40, forgets_syncs=True))
    tally.counts["control: of 40 cuts without syncs, so many lose something"] = control
    if not control:
        tally.broken.append("the control found nothing: without syncs nothing was lost")
    return tally
