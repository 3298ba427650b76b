"""Whether two records are one person, as Vietnamese lists write people: marks, Y and I, middle names,
years without days, households, phones, citizen IDs.

`likeness` gives points with reasons and one of three levels: `same` may be joined by a machine, `likely`
is shown to a person side by side, `different` is not shown.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

from lms.people.rules.letters import Syllable, syllables


class Level(StrEnum):
    """How sure we are that two records are one person."""

    SAME = "same"
    LIKELY = "likely"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of one record; `citizen` is a keyed hash, `unit` and `household` any hashable keys."""

    name: str
    born: date | None = None
    year: int | None = None
    sex: str | None = None
    unit: Hashable = None
    household: Hashable = None
    phone: str | None = None
    citizen: str | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """Points (about 0–150), the level, and the reasons as codes for `lms.people.wording`."""

    points: int
    level: Level
    reasons: tuple[str, ...]


NAME_POINTS = {"name_same": 50, "name_marks": 45, "name_middle": 35, "name_slip": 30}
LIKELY_FROM = 65


@lru_cache(maxsize=200_000)
def names_alike(a: str, b: str) -> str | None:
    """How two names agree: name_same, name_marks, name_middle, name_slip, or None."""
    one, two = syllables(a), syllables(b)
    if not one or not two:
        return None
    if [(s.letters, s.tone) for s in one] == [(s.letters, s.tone) for s in two]:
        return "name_same"
    unmarked = not any(s.is_marked for s in one) or not any(s.is_marked for s in two)
    if unmarked and [s.bare for s in one] == [s.bare for s in two]:
        return "name_marks"
    if _middle_dropped(one, two, unmarked=unmarked):
        return "name_middle"
    return "name_slip" if _slipped(one, two) else None


def _middle_dropped(one: Sequence[Syllable], two: Sequence[Syllable], *, unmarked: bool) -> bool:
    if len(one) == len(two):
        return False
    short, long = sorted((_plain(one, unmarked), _plain(two, unmarked)), key=len)
    if len(short) < 2 or short[0] != long[0] or short[-1] != long[-1]:
        return False
    rest = iter(long[1:-1])
    return all(word in rest for word in short[1:-1])


def _plain(name: Sequence[Syllable], unmarked: bool) -> list[tuple[str, str]]:
    return [(s.bare, "") if unmarked else (s.letters, s.tone) for s in name]


def _slipped(one: Sequence[Syllable], two: Sequence[Syllable]) -> bool:
    """One word of the name differs by its marks or by one letter."""
    if len(one) != len(two):
        return False
    differ = [
        (a, b) for a, b in zip(one, two, strict=True) if (a.letters, a.tone) != (b.letters, b.tone)
    ]
    return len(differ) == 1 and _one_letter(differ[0][0].bare, differ[0][1].bare)


def _one_letter(a: str, b: str) -> bool:
    if a == b:
        return True
    if min(len(a), len(b)) < 3 or abs(len(a) - len(b)) > 1:
        return False
    short, long = sorted((a, b), key=len)
    start = next((i for i, c in enumerate(short) if c != long[i]), len(short))
    return short[start + (len(short) == len(long)) :] == long[start + 1 :]


def _birth(a: Traits, b: Traits) -> tuple[int, str | None]:
    if a.born and b.born:
        return _days(a.born, b.born)
    if a.year is None or b.year is None:
        return 0, None
    return (20, "year_same") if a.year == b.year else (-40, "year_differs")


def _days(a: date, b: date) -> tuple[int, str | None]:
    if a == b:
        return 40, "birth_same"
    if a.year == b.year and (a.day, a.month) == (b.month, b.day):
        return 25, "birth_swapped"
    if (a.day, a.month) == (b.day, b.month):
        return -10, "birth_other_year"
    return (-15, "birth_differs") if a.year == b.year else (-40, "year_differs")


def _equal(a: object, b: object, gain: int, loss: int, code: str) -> tuple[int, str | None]:
    if a is None or b is None:
        return 0, None
    return (gain, f"{code}_same") if a == b else (loss, f"{code}_differs")


_UNALIKE = Likeness(0, Level.DIFFERENT, ())
"""Another name and no citizen ID in common: nothing else is worth comparing."""


def likeness(a: Traits, b: Traits) -> Likeness:
    """How alike two records are; symmetric in its arguments."""
    alike = names_alike(a.name, b.name) if a.name < b.name else names_alike(b.name, a.name)
    if alike is None and (a.citizen is None or a.citizen != b.citizen):
        return _UNALIKE
    found = [
        (NAME_POINTS.get(alike or "", 0), alike),
        _birth(a, b),
        _equal(a.sex, b.sex, 0, -25, "sex"),
        _equal(a.unit, b.unit, 5, -10, "unit"),
        _equal(a.household, b.household, 15, 0, "household"),
        _equal(a.phone, b.phone, 15, 0, "phone"),
        _equal(a.citizen, b.citizen, 60, -60, "citizen"),
    ]
    points = sum(worth for worth, _ in found)
    reasons = tuple(code for _, code in found if code)
    return Likeness(points, _level(a, b, points, frozenset(reasons)), reasons)


def _level(a: Traits, b: Traits, points: int, reasons: frozenset[str]) -> Level:
    if "citizen_differs" in reasons:
        return Level.DIFFERENT
    if _is_same(a, reasons):
        return Level.SAME
    named = any(code in reasons for code in NAME_POINTS)
    if "citizen_same" in reasons or (named and points >= LIKELY_FROM):
        return Level.LIKELY
    return Level.DIFFERENT


def _is_same(a: Traits, reasons: frozenset[str]) -> bool:
    """Sure enough for a machine: the rule of domain.md, kept narrow because a wrong join hides a person."""
    if reasons & {"sex_differs", "year_differs", "birth_differs", "birth_other_year"}:
        return False
    if "citizen_same" in reasons:
        return bool(reasons & set(NAME_POINTS))
    if not reasons & {"name_same", "name_marks"}:
        return False
    tied = reasons & {"household_same", "phone_same"}
    if "birth_same" in reasons:
        # 1 January is what offices write when they know the year only.
        placeholder = a.born is not None and (a.born.day, a.born.month) == (1, 1)
        return bool(tied) or ("unit_differs" not in reasons and not placeholder)
    return "year_same" in reasons and bool(tied) and "name_same" in reasons


def identical(row: Traits, known: Traits) -> bool:
    """Whether a record says exactly what the row says, no more and no less: the row was imported before."""
    return (
        names_alike(*sorted((row.name, known.name))) == "name_same"
        and (row.born, row.year, row.sex, row.unit, row.household, row.phone, row.citizen)
        == (known.born, known.year, known.sex, known.unit, known.household, known.phone, known.citizen)
    )  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person; `first` is the older record."""

    first: Hashable
    second: Hashable
    likeness: Likeness


def blocks(traits: Traits) -> Iterator[tuple[object, ...]]:
    """The places where this record meets those it may be: only records of one block are compared."""
    words = syllables(traits.name)
    if traits.citizen:
        yield "citizen", traits.citizen
    if not words:
        return
    family, given = words[0].bare, words[-1].bare
    if traits.year is not None:
        yield "year", family, given, traits.year
    else:
        yield "yearless", tuple(word.bare for word in words), traits.unit
    if traits.born:
        yield "born", given, traits.born
        if traits.unit is not None:
            yield "day", family, given, traits.born.day, traits.born.month, traits.unit
    if traits.phone:
        yield "phone", given, traits.phone
    if traits.household is not None:
        yield "household", given, traits.household


LARGEST_BLOCK = 400
"""Records in one block; larger ones (a common name without a year) say nothing and cost a square."""


def pairs(people: Iterable[tuple[Hashable, Traits]]) -> list[Pair]:
    """Pairs that are the same or likely the same, the most alike first; people in order of age of record."""
    met: dict[tuple[object, ...], list[tuple[int, Hashable, Traits]]] = defaultdict(list)
    for order, (key, traits) in enumerate(people):
        for block in blocks(traits):
            met[block].append((order, key, traits))
    found: dict[tuple[int, int], Pair] = {}
    for members in met.values():
        if 1 < len(members) <= LARGEST_BLOCK:
            _compare(members, found)
    return sorted(found.values(), key=lambda pair: -pair.likeness.points)


def _compare(
    members: Sequence[tuple[int, Hashable, Traits]], found: dict[tuple[int, int], Pair]
) -> None:
    for (i, first, a), (j, second, b) in combinations(members, 2):
        if (i, j) not in found:
            alike = likeness(a, b)
            if alike.level is not Level.DIFFERENT:
                found[i, j] = Pair(first, second, alike)
