"""Tens of thousands of random edits of a commune; after each, what is kept must equal a recount.

    .venv/bin/python soak/soak_kept.py              # 5,000 edits on SQLite and as many on PostgreSQL
    .venv/bin/python soak/soak_kept.py --edits 300

A fifth of the transactions is rolled back. Stops at the first difference, names its seed; prints what was done.
"""

import argparse
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tqdm import tqdm

from bench.common import postgres
from lms.core import migrate
from lms.core.db import Database
from lms.core.guard import system
from lms.core.keys import make_keys
from lms.core.settings import Settings
from lms.indicators import actions, queries
from lms.indicators.facts_loader import load_facts_once
from lms.indicators.figure_sums import keep_current, summed
from lms.indicators.rules.engine import compute
from lms.indicators.rules.figure import PlanReport, canonical
from tests.cast import Cast, build_cast
from tests.indicators.commune import Village
from tests.indicators.edits import Edits

DAY = date(2026, 11, 21)
PLANS = ("thuan-an", "viet-tri", "dien-sanh", "song-cong", "hung-chau")


def kept(database: Database, commune: UUID, code: str) -> PlanReport:
    """The report as a page shows it."""
    with database.read() as session:
        return queries.report(session, commune, code, DAY.year, DAY)


def recounted(database: Database, commune: UUID, code: str) -> PlanReport:
    """The report from rows read now, with nothing kept."""
    with database.read() as session:
        plan = queries.adopted(session, commune, code)
        chosen = queries.settings_of(queries.commune_of(session, commune), plan.row)
        return compute(plan.plan, load_facts_once(session, commune), DAY.year, DAY, chosen)


def edit(database: Database, cast: Cast, seed: int) -> str:
    """One transaction of one to five edits; what became of it."""
    with database.session(writes=True) as session:
        edits = Edits(Village(session, cast), seed)
        for _ in range(edits.dice.choice((1, 1, 5))):
            edits.once()
        rolled = edits.dice.random() < 0.2
        (session.rollback if rolled else session.commit)()
    return "rolled back" if rolled else "committed"


def run(database: Database, edits: int) -> Counter[str]:
    """The whole campaign on one database."""
    cast, done = build_cast(database, make_keys()), Counter[str]()
    with database.write() as session:
        for code in PLANS:
            actions.adopt_shipped(session, system(cast["TBT"]), code)
    for seed in tqdm(range(edits), desc=database.engine.name, unit="edit"):
        done[edit(database, cast, seed)] += 1
        code = PLANS[seed % len(PLANS)]
        page, count = kept(database, cast["TBT"], code), recounted(database, cast["TBT"], code)
        if canonical(page) != canonical(count):
            raise SystemExit(
                f"{database.engine.name}: {code} differs after the edit of seed {seed}."
            )
        done["reports equal to a recount"] += 1
        if seed % 50 == 0:
            done["sums equal to the figures"] += _sums(database, cast["TBT"], code)
    return done


def _sums(database: Database, commune: UUID, code: str) -> int:
    """How many sums of the one commune are its own figures."""
    keep_current(database, [code], DAY)
    report = recounted(database, commune, code)
    figures = [one for f in (*report.figures, *report.commitments) for one in (f, *f.readings)]
    with database.read() as session:
        (group,) = summed(session, code, today=DAY)
    for line, figure in zip(group.sums, figures, strict=True):
        if figure.population.size is not None and line.numerator != figure.outcome.numerator:
            raise SystemExit(f"{code} {line.figure}: {line} is not {figure.outcome}.")
    return len(figures)


def main() -> None:
    """Both databases, one after the other."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--edits", type=int, default=5000)
    edits = asked.parse_args().edits
    with tempfile.TemporaryDirectory() as folder, postgres() as (url, _programs):
        for address in (f"sqlite:///{folder}/lms.db", url):
            database = Database(Settings(database_url=address, data_dir=Path(folder)))
            migrate.upgrade(database.engine)
            print(database.engine.name, dict(run(database, edits)))
            database.close()


if __name__ == "__main__":
    main()
