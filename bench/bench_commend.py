"""Commendation lists of a commune of 30,000 people, beside the bare SQL reads they stand on.

    python -m bench.bench_commend

Prints, for lists of each subject, the processor time of a preview (the list, its first page in words, the
mark of what was seen) with everything read anew and with the register kept, and the ratio to the same rows
fetched by the driver alone in the same run; medians of seven. The largest list names every person with a
result; 3,000 pairs of ambassadors stand in the register. Goal: a preview in less than a second.
"""

import gc
import random
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.bench_report import bare, build, tell, timed
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.keys import make_keys
from lms.core.settings import Settings
from lms.indicators.kept import ROOM
from lms.people.helping_models import Mentorship
from lms.people.models import Membership, Person
from lms.reports.commend_kept import seen_sha256
from lms.reports.commend_preview import preview
from lms.reports.commend_reading import criteria_of
from lms.reports.commend_ready import ready_made
from tests.cast import build_cast

PAIRS, HELPERS = 3_000, 300
PERIOD = {"from": "2025-09-01", "to": "2026-10-31"}
ATTAINED = {"conditions": [{"kind": "attained"}]}
LISTS: dict[str, dict[str, Any]] = {
    "everybody with a result": ready_made(date(2026, 1, 1))["hoc-vien"] | ATTAINED,
    "ambassadors by mentees": ready_made(date(2026, 1, 1))["dai-su"] | {"group": ""},
    "result and measured change": ready_made(date(2026, 1, 1))["hoc-vien"],
    "households": ready_made(date(2026, 1, 1))["gia-dinh"],
    "villages": ready_made(date(2026, 1, 1))["thon"],
}


def _pairs(session: Session, who: Actor, dice: random.Random) -> None:
    people = session.scalars(select(Person.id).where(Person.commune_id == who.commune)).all()
    helpers = people[:HELPERS]
    session.execute(insert(Membership), [
        {"commune_id": who.commune, "id": uuid7(), "person_id": key, "kind": "ambassador"}
        for key in helpers
    ])  # fmt: skip
    session.execute(insert(Mentorship), [
        {"commune_id": who.commune, "id": uuid7(), "ambassador_id": helpers[n % HELPERS],
         "mentee_id": key, "from_date": date(2025, 9, 1), "how": "assigned"}
        for n, key in enumerate(dice.sample(people[HELPERS:], PAIRS))
    ])  # fmt: skip


def main() -> None:
    """Build the commune and measure."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        database, dice = Database(settings), random.Random(757)
        migrate.upgrade(database.engine)
        cast = build_cast(database, make_keys())
        who = system(cast["TBT"])
        with database.write() as session:
            build(session, who.commune, cast["version"], dice)
            _pairs(session, who, dice)
        with database.read() as session:
            ceiling = timed(lambda: bare(session))
        print(f"The driver alone: {ceiling:.0f} ms")
        for name, data in LISTS.items():
            _measure(database, who, name, data | PERIOD, ceiling)
        database.close()


def _measure(
    database: Database, who: Actor, name: str, data: dict[str, Any], ceiling: float
) -> None:
    criteria = criteria_of(data, clock.today())
    with database.read() as session:

        def kept() -> int:
            found = preview(session, who, criteria)
            found.told(0, 50)
            return len(seen_sha256(found)) and len(found.rows)

        def anew() -> int:
            shelf = ROOM.shelf(who.commune)
            shelf.pieces.clear()
            shelf.facts = None
            return kept()

        rows = kept()
        gc.collect()
        tell(f"{name} ({rows} rows), kept", timed(kept), ceiling, "< 1 s")
        tell(f"{name}, anew", timed(anew), ceiling, "< 1 s")


if __name__ == "__main__":
    main()
