"""What a publication covers: tables of cases, and a small reader who tries to work it out."""

from datetime import date
from random import Random

import pytest

from lms.reports.public_rules import Decided, Row, State, Table, Why, decide
from tests.reports.suppression_worlds import PLANTED, attacked, world

pytestmark = pytest.mark.pure

FIRST, SECOND = date(2026, 3, 31), date(2026, 6, 30)


def table(
    counts: dict[str, tuple[int, int]], day: date = FIRST, key: str = "adults", level: int = 1,
    population: str = "adults",
) -> Table:  # fmt: skip
    """A figure by unit: (reached, of so many)."""
    rows = tuple(Row(unit, n, d) for unit, (n, d) in counts.items())
    numerator, size = (sum(pair[at] for pair in counts.values()) for at in (0, 1))
    return Table(key, frozenset({"people"}), population, level, day, numerator, size, rows)


def one(decided: list[Decided]) -> dict[str, Why | None]:
    """Unit names of each line of the only decision, with why it is covered."""
    return {"".join(sorted(line.units)): line.why for line in decided[0].lines}


@pytest.mark.parametrize(
    ("counts", "covered"),
    [
        ({"a": (20, 50), "b": (30, 60)}, {"a": None, "b": None}),
        ({"a": (9, 50), "b": (30, 60), "c": (40, 90)},
         {"a": Why.SMALL, "b": Why.GUARD, "c": None}),
        ({"a": (41, 50), "b": (30, 60), "c": (40, 90)},
         {"a": Why.REST, "b": Why.GUARD, "c": None}),
        ({"a": (0, 50), "b": (50, 50), "c": (30, 60), "d": (40, 90)},
         {"a": Why.SMALL, "b": Why.REST, "c": None, "d": None}),
        ({"a": (3, 50), "b": (4, 60), "c": (40, 90), "d": (50, 95)},
         {"a": Why.SMALL, "b": Why.SMALL, "c": Why.GUARD, "d": None}),
        ({"a": (3, 7), "b": (5, 9), "c": (40, 90), "d": (50, 95)},
         {"ab": Why.SMALL, "c": Why.GUARD, "d": None}),
        ({"a": (3, 7), "c": (40, 90), "d": (50, 95)}, {"ac": None, "d": None}),
    ],
    ids=["all are large", "one is small", "few are not reached", "none and all cover each other",
         "two small ones are too few", "small units stand together",
         "a small unit stands with the next"],
)  # fmt: skip
def test_what_is_covered_by_unit(
    counts: dict[str, tuple[int, int]], covered: dict[str, Why | None]
) -> None:
    assert one(decide([table(counts)], (), 1)) == covered


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ({"a": (4, 50), "b": (5, 60)}, State.COVERED),
        ({"a": (49, 50), "b": (55, 60)}, State.COVERED),
        ({"a": (5, 50), "b": (6, 60)}, State.TOTAL),
        ({"a": (5, 8)}, State.COVERED),
    ],
    ids=["few reached in all", "few not reached in all", "every unit is small", "hardly anybody"],
)
def test_what_becomes_of_the_whole(counts: dict[str, tuple[int, int]], state: State) -> None:
    assert decide([table(counts)], (), 1)[0].state is state


def test_units_that_do_not_add_up_are_not_shown() -> None:
    whole = table({"a": (20, 50), "b": (30, 60)})
    odd = Table(*(getattr(whole, name) for name in whole.__slots__[:5]), 51, 110, whole.rows)
    assert decide([odd], (), 1)[0].state is State.TOTAL


def test_a_change_of_a_few_is_not_shown_and_the_earlier_figure_stands() -> None:
    before = decide([table({"a": (20, 50), "b": (30, 60)})], (), 1)
    later = decide([table({"a": (23, 50), "b": (33, 60)}, SECOND)], before, 2)
    assert (later[0].state, later[0].table.numerator, later[0].number) == (State.KEPT, 50, 1)


def test_a_unit_that_changed_by_a_few_is_covered_beside_another() -> None:
    before = decide([table({"a": (20, 50), "b": (30, 60), "c": (40, 90)})], (), 1)
    later = decide([table({"a": (22, 50), "b": (45, 60), "c": (55, 90)}, SECOND)], before, 2)
    assert one(later) == {"a": Why.CHANGE, "b": Why.GUARD, "c": None}


def test_a_covered_number_is_not_uncovered_by_the_next_publication() -> None:
    before = decide([table({"a": (8, 50), "b": (12, 60), "c": (40, 90)})], (), 1)
    assert one(before) == {"a": Why.SMALL, "b": Why.GUARD, "c": None}
    # Had both been shown now, 8 and 12 would be 20 less at most the little that came since.
    later = decide([table({"a": (10, 50), "b": (12, 60), "c": (60, 90)}, SECOND)], before, 2)
    assert State.SHOWN is not later[0].state or one(later)["a"] is not None


def test_the_same_closing_published_again_covers_the_same() -> None:
    first = decide([table({"a": (9, 50), "b": (30, 60), "c": (40, 90)})], (), 1)
    again = decide([table({"a": (9, 50), "b": (30, 60), "c": (40, 90)})], first, 2)
    assert (again[0].lines, again[0].number) == (first[0].lines, 2)


def test_of_two_figures_inside_each_other_one_shows_its_units() -> None:
    adults = table({"a": (20, 50), "b": (30, 60)})
    older = table({"a": (12, 25), "b": (15, 30)}, key="older", population="older")
    assert [x.state for x in decide([adults, older], (), 1)] == [State.SHOWN, State.TOTAL]
    nearly = table({"a": (18, 25), "b": (28, 40)}, key="older", population="older")
    assert [x.state for x in decide([adults, nearly], (), 1)] == [State.SHOWN, State.COVERED]


def test_a_total_between_two_shown_ones_is_not_pinned_down() -> None:
    higher = table({"a": (20, 50), "b": (23, 60)}, key="higher", level=2)
    basic = table({"a": (21, 50), "b": (24, 60)}, key="basic")
    before = decide([higher, basic], (), 1)
    assert [one.state for one in before] == [State.SHOWN, State.COVERED]
    # 45 lies between the 43 of then and what is told now: 48 would say it within 5.
    soon = decide([table({"a": (22, 50), "b": (26, 60)}, SECOND, key="basic")], before, 2)
    assert soon[0].state is State.COVERED
    later = decide([table({"a": (30, 50), "b": (35, 60)}, SECOND, key="basic")], before, 2)
    assert later[0].has_total


def test_a_higher_level_of_a_later_year_shows_its_units_again() -> None:
    basic = decide([table({"a": (20, 50), "b": (30, 60)})], (), 1)
    higher = table({"a": (12, 50), "b": (18, 60)}, SECOND, key="higher", level=2)
    assert decide([higher], basic, 2)[0].state is State.SHOWN


def test_a_reader_with_a_linear_program_works_out_nothing() -> None:
    tried, found = attacked(world(Random(11)))
    assert tried > 20
    assert found == []


def test_the_reader_finds_a_planted_weakness() -> None:
    assert attacked(world(Random(3), PLANTED["small numbers alone"]))[1]
