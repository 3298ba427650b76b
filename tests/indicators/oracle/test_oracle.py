"""The engine and an independent count in SQL agree on every figure of the five plans."""

from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from courses import actions as courses_actions
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.indicators.facts_loader import load_facts
from tests.factories.content import small_version
from tests.indicators.oracle.compare import MEASURES, PLANS, compare
from tests.indicators.oracle.faults import FAULTS, Fault
from tests.indicators.oracle.making import CUT_OFFS, worlds
from tests.indicators.oracle.papers import LINES
from tests.indicators.oracle.stored import storable, store
from tests.indicators.oracle.tale import small, tell
from tests.indicators.oracle.world import World

COMMUNES = 40
STORED = 5


def gathered(communes: int) -> dict[int, World]:
    """Random communes, the same on every run of this file."""
    found: list[World] = []

    @settings(
        max_examples=communes, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(worlds())
    def gather(world: World) -> None:
        found.append(world)

    gather()
    return dict(enumerate(found))


@pytest.mark.pure
def test_the_engine_and_plain_sql_agree_on_every_figure_of_random_communes() -> None:
    communes = gathered(COMMUNES)
    done = compare(communes, [date(2025, 12, 31), date(2026, 11, 14)])
    first = next(iter(done.differences), None)
    assert first is None, tell(*small(first, communes[first.commune]))
    assert done.figures == COMMUNES * sum(
        line.years[0] <= year <= line.years[1] for line in LINES for year in (2025, 2026)
    )
    # Figures that are always 0, or always everybody, would agree whatever the engine did.
    assert all(done.telling[kind] > 0 for kind in set(MEASURES.values())), done.telling


@pytest.mark.pure
def test_the_oracle_knows_every_figure_and_reading_of_the_plans() -> None:
    assert {(line.plan, line.code, line.reading) for line in LINES} == {
        name for name in MEASURES if name != ("thuan-an", "6", "contradiction-1")
    }
    assert set(PLANS) == {line.plan for line in LINES}
    assert len(CUT_OFFS) == len(set(CUT_OFFS))


@pytest.mark.pure
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_that_the_campaign_plants_still_fits_the_engine(fault: Fault) -> None:
    """One that fits nothing would show nothing. That each is in use and caught only the campaign can show:
    a rule written a second time for speed left a fault in the first, where no figure met it."""
    found = find_spec(fault.module)
    assert found is not None
    assert found.origin is not None
    assert Path(found.origin).read_text(encoding="utf-8").count(fault.right) == 1
    assert fault.right != fault.wrong


@pytest.mark.db
def test_communes_read_from_a_database_give_the_same_figures(database: Database) -> None:
    communes = {n: uuid7() for n in range(STORED)}
    found = gathered(STORED)
    kept = {n: storable(found[n], commune) for n, commune in communes.items()}
    version = small_version()
    with database.write() as session:
        courses_actions.publish(session, version, {})
        for n, world in kept.items():
            store(session, world, communes[n], version.id)
    with database.read() as session:
        facts = {n: load_facts(session, commune) for n, commune in communes.items()}
    done = compare(kept, [date(2025, 12, 31), date(2026, 1, 1)], facts)
    first = next(iter(done.differences), None)
    assert first is None, tell(first, kept[first.commune])
