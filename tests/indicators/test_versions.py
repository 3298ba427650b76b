"""What is kept of a commune always equals a recount, whoever changed it and however."""

import re
import shutil
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event, text, update

from courses import queries as courses
from lms.core.data_versions import WATCHED
from lms.core.db import Database
from lms.core.guard import system
from lms.core.settings import Settings
from lms.indicators import actions, queries
from lms.indicators.facts_loader import load_facts, load_facts_once
from lms.indicators.kept import ROOM, Room
from lms.indicators.rules.engine import compute
from lms.indicators.rules.facts import Person as PersonRow
from lms.indicators.rules.figure import PlanReport, canonical
from lms.people.models import Person
from lms.tables import METADATA
from tests.cast import Cast
from tests.indicators.commune import Village
from tests.indicators.edits import Edits

DAY = date(2026, 11, 21)
PLANS = ("thuan-an", "viet-tri", "dien-sanh")


@pytest.fixture
def commune(database: Database, cast: Cast) -> UUID:
    """The commune of the cast with three plans."""
    with database.write() as session:
        for code in PLANS:
            actions.adopt_shipped(session, system(cast["TBT"]), code)
    ROOM.clear()
    return cast["TBT"]


def kept(database: Database, commune: UUID, code: str = "thuan-an") -> PlanReport:
    with database.read() as session:
        return queries.report(session, commune, code, DAY.year, DAY)


def recounted(database: Database, commune: UUID, code: str = "thuan-an") -> PlanReport:
    """The same by the engine alone, from rows read now."""
    with database.read() as session:
        plan = queries.adopted(session, commune, code)
        chosen = queries.settings_of(queries.commune_of(session, commune), plan.row)
        facts = load_facts_once(session, commune)
        return compute(plan.plan, facts, DAY.year, DAY, chosen)


def same(one: PlanReport, other: PlanReport) -> bool:
    return bool(canonical(one) == canonical(other))


@pytest.mark.db
def test_every_table_that_is_read_for_figures_is_watched(database: Database, commune: UUID) -> None:
    """But for what programmes count as, which is read each time."""
    read: set[str] = set()

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        read.update(re.findall(r"(?:FROM|JOIN|,)\s+([a-z_]+)\b(?!\.)", statement))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as session:
        load_facts_once(session, commune)
    event.remove(database.engine, "before_cursor_execute", note)
    tables = read & set(METADATA.tables)
    assert len(tables) > 15
    assert tables - {"programme_version"} <= set(WATCHED)


@pytest.mark.db
def test_an_unchanged_commune_is_not_read_again_and_one_new_row_only_its_table(
    database: Database, commune: UUID, cast: Cast
) -> None:
    first = kept(database, commune)
    assert kept(database, commune) is first
    with database.read() as session:
        before = load_facts(session, commune)
    with database.write() as session:
        Village(session, cast).attained(cast["lan"], date(2026, 6, 1))
    with database.read() as session:
        after = load_facts(session, commune)
    assert after.persons is before.persons
    assert after.residences is before.residences
    assert len(after.attainments) == len(before.attainments) + 1
    assert kept(database, commune) is not first


@pytest.mark.db
def test_what_is_kept_equals_a_recount_after_random_edits(
    database: Database, commune: UUID, cast: Cast
) -> None:
    """soak/soak_kept.py makes tens of thousands."""
    steps = 36 if database.engine.dialect.name == "sqlite" else 18
    for step in range(steps):
        with database.session(writes=True) as session:
            edits = Edits(Village(session, cast), step)
            for _ in range(edits.dice.choice((1, 1, 5))):
                edits.once()
            (session.rollback if edits.dice.random() < 0.2 else session.commit)()
        code = PLANS[step % 3]
        assert same(kept(database, commune, code), recounted(database, commune, code)), step


@pytest.mark.db
def test_a_report_inside_the_transaction_that_writes_sees_what_it_wrote_and_leaves_nothing(
    database: Database, commune: UUID, cast: Cast
) -> None:
    before = kept(database, commune)
    with database.session(writes=True) as session:
        village = Village(session, cast)
        for _ in range(2):
            village.home(village.person("Mới", date(1980, 1, 1)))
            inside = queries.report(session, commune, "thuan-an", DAY.year, DAY)
        session.rollback()
    sizes = [one.figures[2].population.size or 0 for one in (before, inside)]
    assert sizes[1] == sizes[0] + 2
    assert same(kept(database, commune), before)


@pytest.mark.db
def test_another_program_that_writes_by_itself_is_noticed(
    database: Database, settings: Settings, commune: UUID
) -> None:
    before = kept(database, commune)
    other = Database(settings)
    with other.engine.begin() as connection:
        connection.execute(text("UPDATE person SET died_on = '2026-01-01'"))
    other.close()
    assert not same(kept(database, commune), before)
    assert same(kept(database, commune), recounted(database, commune))


@pytest.mark.db
def test_after_a_restore_no_figure_of_the_lost_days_comes_back(
    settings: Settings, database: Database, commune: UUID, tmp_path: Path
) -> None:
    """As many statements as before the restore, and other rows: a counted version would be deceived."""
    if (
        not settings.is_sqlite
    ):  # PostgreSQL keeps the same stamps in the same way; its dump is slow.
        return
    file, saved = tmp_path / "lms.db", tmp_path / "saved.db"
    with database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(file, saved)
    _all_born(database, 1950)
    lost = kept(database, commune)
    database.close()
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"lms.db{suffix}").unlink(missing_ok=True)
    shutil.copy(saved, file)
    _all_born(database, 2015)
    assert not same(kept(database, commune), lost)
    assert same(kept(database, commune), recounted(database, commune))


def _all_born(database: Database, year: int) -> None:
    with database.write() as session:
        session.execute(update(Person).values(birth_year=year, birth_date=None))


@pytest.mark.db
def test_what_a_programme_counts_as_is_looked_up_each_time(
    database: Database, commune: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(database, commune)
    monkeypatch.setattr(courses, "counted_as", lambda *_: {"nguoi-dan": "can-bo"})
    assert kept(database, commune) is not before


# --- the room -----------------------------------------------------------------------------------


def _filled(room: Room, number: int, rows: int) -> None:
    room.shelf(UUID(int=number)).piece("persons", 1, lambda: [PersonRow(n) for n in range(rows)])


@pytest.mark.pure
def test_the_commune_not_asked_for_the_longest_goes_first_and_the_last_one_stays() -> None:
    room = Room(rows=100)
    for number in (1, 2, 3):
        _filled(room, number, 60)
    assert (room.shelf(UUID(int=3)).rows, room.shelf(UUID(int=1)).rows) == (60, 0)


@pytest.mark.pure
def test_what_nobody_asks_for_is_given_back_and_no_timer_runs_on() -> None:
    room = Room(seconds=0.04)
    _filled(room, 1, 60)
    timer = room._timer
    assert timer is not None
    for _ in range(20):
        timer.join()
        if room._timer is None:
            break
        timer = room._timer
    assert (room._timer, room._shelves) == (None, {})
