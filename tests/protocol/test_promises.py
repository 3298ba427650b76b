"""The protocol under faults: a model of the tablet against the real service, on both databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.settings import Settings
from tests.cast import Cast
from tests.protocol.bugs import BUGS
from tests.protocol.hall import FAULTS, Hall, open_hall
from tests.protocol.story import FATES, Story, play
from tests.protocol.tablet import Tablet

pytestmark = pytest.mark.db
EXAMPLES = {"sqlite": 600, "postgresql": 100}
"""150 missed a planted bug that 600 found."""
STEPS = 30
SCHEDULES = 150
"""Most of the planted bugs show themselves within fifty schedules of chance."""
TABLETS = st.integers(0, 1)


@pytest.fixture
def hall(settings: Settings, database: Database, cast: Cast, keys: Keys) -> Hall:
    """The real service with the cast in it."""
    return open_hall(settings, database, cast, keys, 20_261_121)


class ClassWithABadLine(RuleBasedStateMachine):
    """Whatever happens in whatever order, at the end every promise is kept."""

    hall: Hall
    kind: type[Tablet] = Tablet

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(self.hall, Random(1), self.kind)

    @rule(at=TABLETS, fate=st.sampled_from(FATES))
    def begin(self, at: int, fate: str) -> None:
        self.story.begin(at, fate)

    @rule(at=TABLETS, nth=st.integers(0, 2), option=st.integers(0, 3), fate=st.sampled_from(FATES))
    def answer(self, at: int, nth: int, option: int, fate: str) -> None:
        self.story.answer(at, nth, option, fate)

    @rule(at=TABLETS, fault=st.sampled_from(FAULTS))
    def send(self, at: int, fault: str) -> None:
        self.story.send(at, fault)

    @rule(
        at=TABLETS,
        act=st.sampled_from(("next_person", "move", "crash", "purge", "odd_event", "wipe")),
    )
    def at_a_tablet(self, at: int, act: str) -> None:
        getattr(self.story, act)(at)

    @rule(at=TABLETS, days=st.integers(-20_000, 4000))
    def jump(self, at: int, days: int) -> None:
        self.story.jump(at, days)

    @rule(act=st.sampled_from(("week", "stuck_arrives", "take_backup", "restore")))
    def around(self, act: str) -> None:
        getattr(self.story, act)()

    def teardown(self) -> None:
        assert self.story.finish() == []


@contextmanager
def class_in(hall: Hall) -> Iterator[type[ClassWithABadLine]]:
    """The state machine over this very service."""
    yield type("Class", (ClassWithABadLine,), {"hall": hall})


def test_every_promise_is_kept_whatever_happens(hall: Hall, database_url: str) -> None:
    count = EXAMPLES[database_url.partition(":")[0].partition("+")[0]]
    with class_in(hall) as machine:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=count, stateful_step_count=STEPS, deadline=None, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip


def resumed_after_a_week(story: Story) -> None:
    """An attempt is gone on with without network, long after its answers were confirmed and purged."""
    story.begin(0)
    story.answer(0, 0, 1)
    story.send(0)
    story.week()
    story.purge(0)
    story.crash(0)
    story.answer(0, 1, 1)


def restored_while_away(story: Story) -> None:
    """The store is restored while the tablet is away, which makes room before it asks anything."""
    story.begin(0)
    story.answer(0, 0, 1)
    story.send(0)
    story.restore()
    story.week()
    story.purge(0)


TALES: tuple[Callable[[Story], None], ...] = (resumed_after_a_week, restored_while_away)
"""Schedules that chance meets once in some thousands; the long campaign meets them by chance as well."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_planted_bug_is_caught(hall: Hall) -> None:
    caught = {bug.__name__: _first_broken(hall, bug) for bug in BUGS}
    assert [name for name, broken in caught.items() if not broken] == []
    assert len(caught) >= 12


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("tale", TALES)
def test_the_rules_keep_every_promise_in_the_rare_tales(
    hall: Hall, tale: Callable[[Story], None]
) -> None:
    assert _told(hall, Tablet, tale) == []


def _told(hall: Hall, kind: type[Tablet], tale: Callable[[Story], None]) -> list[str]:
    story = Story(hall, Random(1), kind)
    tale(story)
    return story.finish()


def _first_broken(hall: Hall, bug: type[Tablet]) -> list[str]:
    """What the bug breaks: in the tales first, as chance may look for what they tell in vain."""
    told = (_told(hall, bug, tale) for tale in TALES)
    chance = (play(Story(hall, Random(n), bug), Random(n), STEPS) for n in range(SCHEDULES))
    return next((broken for broken in chain(told, chance) if broken), [])
