"""Everything that classes and tests project is made again: the five plans must not change by a letter."""

import json

import pytest

from lms.indicators.plan_file import shipped_plans
from tests.cli.place import Place
from tests.whole.test_the_sample import state

pytestmark = [pytest.mark.db, pytest.mark.long]


def figures(place: Place) -> dict[str, object]:
    """What `lms report` exports of every plan, without the head that names the moment."""
    return {
        plan: json.loads(place.ok("report", plan, "--as-of", "2026-11-21", "--format", "json"))[
            "report"
        ]
        for plan in shipped_plans()
    }


def test_a_rebuild_keeps_every_figure_of_the_five_plans(sample: Place) -> None:
    before, was = figures(sample), state(sample)
    assert all(before.values())
    sample.ok("ledger", "rebuild")
    assert state(sample) == was
    assert figures(sample) == before
