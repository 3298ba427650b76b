"""Sums over communes: equal to a recount of each, added and never averaged, and honest about their age."""

from datetime import date
from uuid import UUID

import pytest
from click.testing import CliRunner

from lms.cli import lms
from lms.core.db import Database
from lms.core.guard import system
from lms.core.settings import Settings
from lms.indicators import actions, queries
from lms.indicators.facts_loader import load_facts_once
from lms.indicators.figure_cells import recount
from lms.indicators.figure_sums import Group, keep_current, summed
from lms.indicators.rules.engine import compute
from lms.indicators.rules.figure import Figure
from lms.people.models import Commune
from tests.cast import Cast
from tests.indicators.commune import Village

pytestmark = pytest.mark.db
DAY, PLAN = date(2026, 11, 21), "thuan-an"


@pytest.fixture
def communes(database: Database, cast: Cast) -> tuple[UUID, UUID]:
    """Two communes that took up the same plan."""
    with database.write() as session:
        for key in ("TBT", "KHA"):
            actions.adopt_shipped(session, system(cast[key]), PLAN)
        for born in (1950, 1980, 1990):
            village = Village(session, cast)
            who = village.person("Một người", year=born)
            village.home(who)
            village.attained(who, date(2026, 6, 1))
    return cast["TBT"], cast["KHA"]


def only(database: Database) -> Group:
    with database.read() as session:
        groups = summed(session, PLAN, today=DAY)
    assert len(groups) == 1
    return groups[0]


def engine_figures(database: Database, commune: UUID) -> list[Figure]:
    """What the engine counts now from the rows."""
    with database.read() as session:
        plan = queries.adopted(session, commune, PLAN)
        chosen = queries.settings_of(queries.commune_of(session, commune), plan.row)
        facts = load_facts_once(session, commune)
        report = compute(plan.plan, facts, DAY.year, DAY, chosen)
    whole = (*report.figures, *report.commitments)
    return [one for figure in whole for one in (figure, *figure.readings)]


def assert_equal_to_a_recount(database: Database, communes: tuple[UUID, ...]) -> None:
    found = only(database)
    assert found.recounting == 0
    counted = zip(*(engine_figures(database, one) for one in communes), strict=True)
    for line, figures in zip(found.sums, counted, strict=True):
        assert (line.figure, line.reading) == (figures[0].code, figures[0].reading)
        pairs = [(one.outcome.numerator, one.population.size) for one in figures]
        shares = [(n, d) for n, d in pairs if n is not None and d is not None]
        parts = [n for n, _ in shares or pairs if n is not None]
        assert line.numerator == (sum(parts) if parts else None)
        assert line.denominator == (sum(d for _, d in shares) if shares else None)
        assert (line.communes, line.without) == (len(parts), len(communes) - len(parts))


def test_sums_are_those_of_a_recount_and_stay_so_when_something_changes(
    database: Database, cast: Cast, communes: tuple[UUID, UUID]
) -> None:
    assert only(database).recounting == 2
    assert keep_current(database, today=DAY) == 2
    assert_equal_to_a_recount(database, communes)
    with database.write() as session:
        Village(session, cast).attained(cast["lan"], date(2026, 6, 2))
    before = only(database)
    assert [one.is_current for one in before.communes] == [True, False]
    assert before.recounting == 1
    assert keep_current(database, today=DAY) == 1
    assert_equal_to_a_recount(database, communes)
    assert keep_current(database, today=DAY) == 0


def test_what_was_rolled_back_makes_no_recount_due_and_the_next_day_does(
    database: Database, cast: Cast, communes: tuple[UUID, UUID]
) -> None:
    keep_current(database, today=DAY)
    with database.session(writes=True) as session:
        Village(session, cast).attained(cast["lan"], date(2026, 6, 2))
        session.rollback()
    assert only(database).recounting == 0
    with database.read() as session:
        assert summed(session, PLAN, today=date(2026, 11, 22))[0].recounting == 2


def test_a_commune_that_chose_otherwise_is_not_added_to_the_others(
    database: Database, cast: Cast, communes: tuple[UUID, UUID]
) -> None:
    keep_current(database, today=DAY)
    with database.write() as session:
        session.get_one(Commune, communes[1]).counts_temporary = False
    with database.read() as session:
        groups = summed(session, PLAN, today=DAY)
    assert [len(one.communes) for one in groups] == [1, 1]
    assert sorted(one.recounting for one in groups) == [0, 1]


def test_what_a_commune_does_not_know_is_in_neither_sum(
    database: Database, cast: Cast, communes: tuple[UUID, UUID]
) -> None:
    recount(database, communes[0], PLAN, DAY)
    found = only(database)
    assert {one.communes for one in found.sums} <= {0, 1}
    assert {one.without for one in found.sums} <= {1, 2}
    assert all(one.numerator is None for one in found.sums if one.communes == 0)


def test_a_province_sees_its_own_communes_and_no_sample(
    database: Database, communes: tuple[UUID, UUID]
) -> None:
    with database.write() as session:
        session.get_one(Commune, communes[0]).province = "Tỉnh Khác"
    with database.read() as session:
        groups = summed(session, PLAN, "Tỉnh Khác", DAY)
        assert [one.commune_id for group in groups for one in group.communes] == [communes[0]]
    with database.write() as session:
        session.get_one(Commune, communes[0]).is_sample = True
    with database.read() as session:
        assert summed(session, PLAN, "Tỉnh Khác", DAY) == []


def test_the_commands_rebuild_and_show_the_sums(
    database: Database, settings: Settings, communes: tuple[UUID, UUID],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("LMS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LMS_DATABASE_URL", settings.database_url)
    run = CliRunner()
    shown = run.invoke(lms, ["figures", "show", PLAN])
    assert "chưa đếm lần nào" in shown.output
    rebuilt = run.invoke(lms, ["figures", "rebuild"])
    assert "Đã đếm lại 2 lượt" in rebuilt.output
    again = run.invoke(lms, ["figures", "show", PLAN])
    assert "2 xã, tính đến" in again.output
    assert "đang được đếm lại" not in again.output
    as_json = run.invoke(lms, ["figures", "show", PLAN, "--recount", "--json"])
    assert '"recounting": 0' in as_json.output
