"""Units over time by the pure rules: chains, names, territories, and changes that cannot be."""

from datetime import date

import pytest

from lms.people.rules.unit_history import (
    Change,
    Fault,
    Joined,
    Known,
    UnitHistory,
    fault_of_merge,
    fault_of_rename,
)

pytestmark = pytest.mark.pure

JULY = date(2025, 7, 1)
NEW_YEAR = date(2026, 1, 1)
BEFORE = date(2025, 6, 30)


def merged(unit: str, into: str, on: date = JULY) -> Change[str]:
    return Change(unit, on, f"thôn {unit}", f"thôn {into}", into)


def renamed(unit: str, old: str, new: str, on: date = JULY) -> Change[str]:
    return Change(unit, on, old, new)


def thon(key: str, kind: str = "thon", **days: date | None) -> Known[str]:
    return Known(key, f"thôn {key}", kind, days.get("opened"), days.get("closed"))


CHAIN = UnitHistory([merged("A", "B"), merged("B", "C", NEW_YEAR)])


@pytest.mark.parametrize(
    ("unit", "on", "stands"),
    [
        ("A", BEFORE, "A"), ("A", JULY, "B"), ("A", date(2025, 12, 31), "B"), ("A", NEW_YEAR, "C"),
        ("B", date(2025, 12, 31), "B"), ("B", NEW_YEAR, "C"), ("C", BEFORE, "C"),
    ],
)  # fmt: skip
def test_a_chain_of_mergers_is_followed_day_by_day(unit: str, on: date, stands: str) -> None:
    assert CHAIN.at(unit, on) == stands


def test_only_units_that_are_part_of_another_are_moved() -> None:
    assert CHAIN.moved(BEFORE) == {}
    assert CHAIN.moved(JULY) == {"A": "B"}
    assert CHAIN.moved(NEW_YEAR) == {"A": "C", "B": "C"}


def test_a_name_is_that_of_the_day() -> None:
    later = renamed("A", "thôn Đông", "khối 2", NEW_YEAR)
    twice = UnitHistory([later, renamed("A", "thôn A", "thôn Đông")])
    names = [twice.name("A", on, "khối 2") for on in (BEFORE, JULY, date(2025, 12, 31), NEW_YEAR)]
    assert names == ["thôn A", "thôn Đông", "thôn Đông", "khối 2"]
    assert twice.name("B", JULY, "thôn B") == "thôn B"


def test_a_territory_grows_with_every_merger_and_keeps_what_it_had() -> None:
    assert CHAIN.territory("C", BEFORE) == {"C"}
    assert CHAIN.territory("C", NEW_YEAR) == {"A", "B", "C"}
    # A figure that still names B after it was merged away speaks of what B was.
    assert CHAIN.territory("B", NEW_YEAR) == {"A", "B"}


def test_what_joined_is_told_with_its_day_and_its_name_of_then() -> None:
    two = UnitHistory([merged("A", "C"), merged("B", "C"), merged("D", "C", NEW_YEAR)])
    assert two.joined("C", JULY) == (Joined(JULY, ("A", "B"), ("thôn A", "thôn B")),)
    assert [one.day for one in two.joined("C", NEW_YEAR)] == [JULY, NEW_YEAR]
    assert two.joined("A", NEW_YEAR) == ()


def test_a_ring_that_stands_loses_no_unit_and_ends() -> None:
    ring = UnitHistory([merged("A", "B"), merged("B", "A", NEW_YEAR)])
    assert {ring.at("A", NEW_YEAR), ring.at("B", NEW_YEAR)} == {"A"}


NONE: UnitHistory[str] = UnitHistory()


@pytest.mark.parametrize(
    ("history", "unit", "into", "day", "fault"),
    [
        (NONE, thon("A"), thon("B"), JULY, None),
        (NONE, thon("A"), thon("B", "to_dan_pho"), JULY, None),
        (NONE, thon("A"), thon("A"), JULY, Fault.ITSELF),
        (NONE, thon("A"), thon("T", "truong"), JULY, Fault.OTHER_KIND),
        (NONE, thon("A", opened=JULY), thon("B"), BEFORE, Fault.TOO_EARLY),
        (NONE, thon("A", opened=JULY), thon("B"), JULY, Fault.TOO_EARLY),
        (NONE, thon("A"), thon("B", opened=JULY), BEFORE, Fault.INTO_TOO_EARLY),
        (NONE, thon("A"), thon("B", opened=JULY), JULY, None),
        (NONE, thon("A", closed=BEFORE), thon("B"), JULY, Fault.CLOSED),
        (UnitHistory([merged("A", "B")]), thon("A"), thon("C"), NEW_YEAR, Fault.CLOSED),
        (UnitHistory([merged("B", "C")]), thon("A"), thon("B"), JULY, Fault.INTO_CLOSED),
        (UnitHistory([merged("B", "C")]), thon("A"), thon("B"), BEFORE, None),
        (UnitHistory([merged("B", "A")]), thon("A"), thon("B"), NEW_YEAR, Fault.CIRCLE),
        (UnitHistory([merged("B", "A", NEW_YEAR)]), thon("A"), thon("B"), JULY, Fault.CIRCLE),
        (UnitHistory([merged("C", "A", NEW_YEAR)]), thon("A"), thon("B"), JULY, Fault.LATER_CHANGE),
        (UnitHistory([merged("A", "C", NEW_YEAR)]), thon("A"), thon("B"), JULY, Fault.LATER_CHANGE),
        (UnitHistory([renamed("A", "x", "y", NEW_YEAR)]), thon("A"), thon("B"), JULY, Fault.LATER_CHANGE),
        (UnitHistory([renamed("A", "x", "y")]), thon("A"), thon("B"), NEW_YEAR, None),
        (CHAIN, thon("C"), thon("A"), NEW_YEAR, Fault.CIRCLE),
    ],
)  # fmt: skip
def test_a_merger_that_cannot_be_is_refused(
    history: UnitHistory[str], unit: Known[str], into: Known[str], day: date, fault: Fault | None
) -> None:
    assert fault_of_merge(history, unit, into, day) == fault


@pytest.mark.parametrize(
    ("history", "name", "day", "fault"),
    [
        (NONE, "thôn Đông", JULY, None),
        (NONE, "thôn A", JULY, Fault.SAME_NAME),
        (NONE, "thôn b", JULY, Fault.NAME_TAKEN),
        (UnitHistory([merged("B", "C")]), "thôn B", JULY, None),
        (UnitHistory([merged("B", "C")]), "thôn B", BEFORE, Fault.NAME_TAKEN),
        (UnitHistory([renamed("B", "thôn B", "thôn Tây")]), "thôn B", JULY, None),
        (UnitHistory([renamed("B", "thôn B", "thôn Tây")]), "thôn Tây", JULY, Fault.NAME_TAKEN),
        (UnitHistory([merged("A", "B")]), "thôn Đông", NEW_YEAR, Fault.CLOSED),
        (UnitHistory([merged("A", "B")]), "thôn Đông", BEFORE, None),
        (NONE, "trường T", JULY, None),
        (NONE, "thôn Đông", date(2025, 1, 1), Fault.TOO_EARLY),
    ],
)
def test_a_name_that_cannot_be_is_refused(
    history: UnitHistory[str], name: str, day: date, fault: Fault | None
) -> None:
    school = Known("T", "trường T", "truong")
    units = [thon("A", opened=date(2025, 1, 1)), thon("B"), thon("C"), school]
    assert fault_of_rename(history, units, units[0], name, day) == fault
