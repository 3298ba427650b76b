"""Full ages from a birth date or only a year: never early.

Source: design/domain.md "People and populations": a year-only birth counts as 31/12; somebody
born on 29/2 comes of age on 1/3. Both fall out of comparing days as whole numbers yyyymmdd.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

K = TypeVar("K")

AGE_BANDS = ("0-15", "16-17", "18-29", "30-44", "45-59", "60+")
BAND_STARTS = (16, 18, 30, 45, 60)
UNKNOWN_BAND = "unknown"


def day_number(day: date) -> int:
    """A day as the whole number yyyymmdd."""
    return day.year * 10000 + day.month * 100 + day.day


def birth_number(born: date | None, year: int | None) -> int | None:
    """A birth as yyyymmdd; a bare year as its 31/12; nothing known is None."""
    if born is not None:
        return day_number(born)
    return None if year is None else year * 10000 + 1231


def birth_numbers(rows: Mapping[K, tuple[Any, ...]]) -> dict[K, int]:
    """The birth number of each row of (key, birth date, birth year, …), where any is known.

    The same as `birth_number`, without a call for each of tens of thousands.
    """
    return {
        key: 10000 * born.year + 100 * born.month + born.day if born else 10000 * year + 1231
        for key, (_, born, year, _, _) in rows.items()
        if born or year is not None
    }


def latest_birth_of_full_age(age: int, on: date) -> int:
    """The latest birth number of those who are fully `age` on that day.

    A birth on 29/2 is above 28/2 and below 1/3, so it comes of age on 1/3 of a common year.
    """
    return day_number(on) - age * 10000


def full_age(born: int, on: date) -> int:
    """Full years on a day of somebody with that birth number."""
    return (day_number(on) - born) // 10000


def age_bands(births: Iterable[int], on: date) -> dict[int, str]:
    """The age band of each birth number on a day: 0-15, 16-17, 18-29, 30-44, 45-59 or 60+."""
    latest = [latest_birth_of_full_age(age, on) for age in reversed(BAND_STARTS)]
    bands = AGE_BANDS[::-1]
    return {born: bands[bisect_left(latest, born)] for born in births}
