"""What travels between a box and its commune goes wrong: damaged, made up, repeated, reordered, lost.

Three campaigns, each with printed counts; exit code 1 when a file was taken that must be refused, anything
but a refusal was raised, an event was lost, or a box believed home what the commune does not hold.

    python soak/soak_bundles.py [--damaged 3000] [--made-up 1000] [--schedules 300]
"""

import argparse
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1]))

from lms.app import create_app
from lms.core import migrate
from lms.core.db import Database, make_engine
from lms.core.errors import Refusal
from lms.core.keys import make_keys
from lms.core.settings import Settings
from lms.ledger import generation
from tests.offline.box_damage import DAMAGES, made_up, signed_by
from tests.offline.box_home import Boxes, copied, make_boxes, stored

Say = Counter[str]


def main() -> int:
    """Run the campaigns on boxes and communes of their own, on SQLite."""
    asked = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="lms-bundles-"))
    try:
        begun = _begin(folder)
        found = Counter[str]()
        _damaged(begun, folder, asked.damaged, found)
        _made_up(begun, folder, asked.made_up, found)
        _schedules(begun, folder, asked.schedules, found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for name, count in found.items():
        print(f"{count:>8}  {name}")
    return 1 if any(count for name, count in found.items() if name.startswith("WRONG")) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--damaged", type=int, default=3000, help="files damaged on their way")
    parser.add_argument("--made-up", type=int, default=1000, help="files signed by a stolen box")
    parser.add_argument("--schedules", type=int, default=300, help="runs of faults")
    return parser.parse_args()


def _begin(folder: Path) -> Boxes:
    template = folder / "template.db"
    engine = make_engine(Settings(database_url=f"sqlite:///{template}"))
    migrate.upgrade(engine)
    engine.dispose()
    keys = make_keys()
    create_app(Settings(database_url="sqlite://"), keys=keys, testing=True)
    boxes = make_boxes(folder / "begun", template, keys)
    boxes.close()
    return boxes


def _refused(action: Callable[[], object], found: Say, what: str) -> None:
    """The action must end in a refusal in words, and in nothing else."""
    try:
        action()
    except Refusal:
        found[f"refused: {what}"] += 1
    except Exception:
        traceback.print_exc()
        found["WRONG: crashed instead of refusing"] += 1
    else:
        found["WRONG: taken although it must be refused"] += 1


def _damaged(begun: Boxes, folder: Path, size: int, found: Say) -> None:
    """Bundles at the commune, receipts at the box."""
    boxes, source = copied(begun, folder / "damaged"), Random(11)
    tablet = boxes.tablet()
    boxes.work(tablet, range(40))
    first, other = boxes.bundles()[0], boxes.bundles()[0]
    receipts = [boxes.receive(raw).receipt for raw in (first, other)]
    before, home = stored(boxes.commune), boxes.confirmed()
    ways = tuple(DAMAGES)
    for number in range(size):
        way = ways[number % len(ways)]
        if number // len(ways) % 2:
            raw = DAMAGES[way](source, receipts[0], receipts[1])
            _refused(lambda raw=raw: boxes.take(raw), found, f"receipt, {way}")  # type: ignore[misc]  # The raw of this turn.
        else:
            raw = DAMAGES[way](source, first, other)
            _refused(lambda raw=raw: boxes.receive(raw), found, f"bundle, {way}")  # type: ignore[misc]  # The raw of this turn.
    found["WRONG: a damaged file changed a store"] += stored(boxes.commune) != before
    found["WRONG: a damaged receipt confirmed something"] += boxes.confirmed() != home
    boxes.close()


def _made_up(begun: Boxes, folder: Path, size: int, found: Say) -> None:
    """Rightly signed, with content that no box of ours writes."""
    boxes, source = copied(begun, folder / "made-up"), Random(12)
    tablet = boxes.tablet()
    boxes.sync()
    allowed: set[UUID] = set()
    for number in range(size):
        content, fine = made_up(source, boxes, tablet)
        allowed |= fine
        try:
            boxes.receive(signed_by(boxes, content, number + 90))
            found["made up: taken in, event by event"] += 1
        except Refusal:
            found["made up: refused"] += 1
        except Exception:
            traceback.print_exc()
            found["WRONG: crashed instead of refusing"] += 1
    foreign = {key for key in stored(boxes.commune) if key not in allowed}
    found["made up: events stored of the own class"] += len(stored(boxes.commune))
    found["WRONG: a made-up event of another class was stored"] += len(foreign)
    boxes.close()


@dataclass
class _Run:
    """One schedule: a class at a box, a bag of sticks, and everything that may happen to both."""

    boxes: Boxes
    source: Random
    found: Say
    tablets: list[UUID] = field(default_factory=list)
    made: dict[str, int] = field(default_factory=dict)
    """Text → 1: everything that a tablet was told is stored."""
    bag: list[bytes] = field(default_factory=list)
    receipts: list[bytes] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    """Backups of the commune."""
    seq: int = 0

    def run(self, steps: int) -> None:
        """Do things at random, look after each, then let everything come home."""
        self.tablets = [self.boxes.tablet(f"Máy {n:02d}") for n in range(2)]
        self.kept = [self._copy_of_commune()]
        deeds = (self._work, self._work, self._bundle, self._bundle, self._receive, self._receive,
                 self._take, self._take, self._take, self._lose, self._damage, self._restore,
                 self._crash)  # fmt: skip
        for _ in range(steps):
            self.source.choice(deeds)()
            self._look()
        self._come_home()

    def _work(self) -> None:
        count = self.source.randrange(1, 6)
        device = self.source.choice(self.tablets)
        texts = self.boxes.work(device, range(self.seq, self.seq + count))
        self.made |= dict.fromkeys(texts, 1)
        self.seq += count
        self.found["events made"] += count

    def _bundle(self) -> None:
        self.bag += self.boxes.bundles()
        self.found["bundles made"] += 1

    def _receive(self) -> None:
        """Any file of the bag, again and in any order."""
        if self.bag:
            self.receipts.append(self.boxes.receive(self.source.choice(self.bag)).receipt)
            self.found["bundles received"] += 1

    def _take(self) -> None:
        if self.receipts:
            self.found["receipts too old"] += self.boxes.take(
                self.source.choice(self.receipts)
            ).is_old
            self.found["receipts taken"] += 1

    def _lose(self) -> None:
        """A stick is lost, or a receipt."""
        for held in (self.bag, self.receipts):
            if held and self.source.random() < 0.5:
                held.pop(self.source.randrange(len(held)))
                self.found["files lost"] += 1

    def _damage(self) -> None:
        if len(self.bag) > 1:
            way = self.source.choice(tuple(DAMAGES))
            raw = DAMAGES[way](self.source, self.bag[0], self.bag[1])
            _refused(lambda: self.boxes.receive(raw), self.found, "in a schedule")

    def _restore(self) -> None:
        """Now and then the commune is put back to some backup; else another backup is taken."""
        if self.source.random() < 0.5:
            self.kept.append(self._copy_of_commune())
            return
        self.boxes.commune.close()
        place = self.boxes.settings.data_dir / "lms.db"
        for extra in ("-wal", "-shm"):
            place.with_name(place.name + extra).unlink(missing_ok=True)
        place.write_bytes(self.source.choice(self.kept))
        self.boxes.commune = Database(self.boxes.settings)
        generation.renew(self.boxes.commune, self.boxes.settings, "soak")
        self.found["communes restored"] += 1

    def _copy_of_commune(self) -> bytes:
        self.boxes.commune.close()
        kept = (self.boxes.settings.data_dir / "lms.db").read_bytes()
        self.boxes.commune = Database(self.boxes.settings)
        return kept

    def _crash(self) -> None:
        """The laptop is switched off; what it had not committed is gone."""
        with self.boxes.box.session(writes=True) as session:
            from lms.offline.box.bundles import make_bundles

            make_bundles(session, self.boxes.box_keys)
            session.rollback()
        self.boxes.box.close()
        self.boxes.box = Database(self.boxes.box_settings)
        self.boxes.box.run_on_box(self.boxes.box_id)
        self.found["boxes switched off"] += 1

    def _look(self) -> None:
        """What the box believes to be home in the commune's present store is there, word for word."""
        current = generation.told(self.boxes.commune)
        if self.boxes.generation() != str(current):
            return
        home, here = stored(self.boxes.commune), stored(self.boxes.box)
        for key in self.boxes.confirmed():
            self.found["WRONG: believed home and is not"] += home.get(key) != here.get(key)

    def _come_home(self) -> None:
        for _ in range(2):
            self.boxes.sync()
        home, here = set(stored(self.boxes.commune).values()), set(stored(self.boxes.box).values())
        self.found["WRONG: events lost at the commune"] += len(self.made.keys() - home)
        self.found["WRONG: events lost at the box"] += len(self.made.keys() - here)
        self.found["WRONG: events at the commune twice or not of the box"] += len(home - here)
        self.found["WRONG: the box is not whole"] += not self.boxes.progress().is_whole
        self.found["schedules whole at the end"] += self.boxes.progress().is_whole


def _schedules(begun: Boxes, folder: Path, size: int, found: Say) -> None:
    for number in range(size):
        place = folder / f"run-{number}"
        boxes = copied(begun, place)
        run = _Run(boxes, Random(number), found)
        try:
            run.run(30)
        except Exception:
            traceback.print_exc()
            found["WRONG: a schedule crashed"] += 1
        run.boxes.close()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
