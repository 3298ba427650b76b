"""Whether two records are one person, as Vietnamese lists write people: names, births known by the year,
slips of the pen, households, phones, citizen IDs.

`likeness` gives points with reasons and one of three levels: `same` may be joined by a machine, `likely`
is shown to a person side by side, `different` is not shown.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from lms.people.rules.births import GENERATION, births_alike, is_guess, years_apart
from lms.people.rules.names import names_alike, parsed


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
    """Points (about 0–190), the level, and the reasons as codes for `lms.people.wording`."""

    points: int
    level: Level
    reasons: tuple[str, ...]


NAME_POINTS: dict[str | None, int] = {
    "name_same": 50, "name_marks": 45, "name_typed": 45, "name_partly": 40, "name_middle": 35,
    "name_order": 35, "name_short": 35, "name_slip": 25, "name_initials": 20, "name_called": 20,
    "name_given": 15, "name_slips": 10, "name_family": 10, "name_other_middle": 10, "name_beginning": 10,
}  # fmt: skip
"""What each agreement of names is worth; those under 30 leave a doubt of who is meant."""
BIRTH_POINTS: dict[str | None, int] = {
    "birth_same": 40, "birth_swapped": 25, "birth_guess": 20, "year_same": 20, "birth_other_year": 15,
    "birth_digit": 5, "birth_differs": -5, "year_near": -10, "year_digit": -15, "year_differs": -40,
}  # fmt: skip
OTHER_POINTS: dict[str | None, int] = {
    "called_differs": -30, "sex_differs": -25, "unit_same": 15, "unit_differs": -10,
    "household_same": 15, "household_differs": -10, "phone_same": 15,
    "citizen_same": 60, "citizen_differs": -60,
}  # fmt: skip
POINTS = NAME_POINTS | BIRTH_POINTS | OTHER_POINTS
LIKELY_FROM = 65
_CERTAIN_NAMES = {"name_same", "name_marks", "name_typed"}
_CLEAR_NAMES = {code for code, worth in NAME_POINTS.items() if worth >= 35}
_NAMES_WITH_CITIZEN = {code for code, worth in NAME_POINTS.items() if worth >= 25}
_SLIPPED_BIRTHS = set(BIRTH_POINTS) - {"birth_same", "birth_guess", "year_same"}
_FORBID_JOINING = {"sex_differs", "called_differs", *_SLIPPED_BIRTHS}


_UNALIKE = Likeness(0, Level.DIFFERENT, ())
"""Another name, another generation or too little in common: two people."""


def likeness(a: Traits, b: Traits) -> Likeness:
    """How alike two records are; symmetric in its arguments."""
    one_id = a.citizen is not None and a.citizen == b.citizen
    if a.year and b.year and not one_id and years_apart(a.year, b.year, a.born, b.born):
        return _UNALIKE
    birth = births_alike(a.year, b.year, a.born, b.born)
    needed = LIKELY_FROM - POINTS.get(birth, 0) - _in_common(a, b)
    if needed > NAME_POINTS["name_same"] and not one_id:
        return _UNALIKE
    alike = names_alike(a.name, b.name) if a.name < b.name else names_alike(b.name, a.name)
    if not one_id and (alike is None or NAME_POINTS[alike] < needed):
        return _UNALIKE
    reasons = tuple(code for code in (alike, birth, *_circumstances(a, b)) if code)
    points = sum(POINTS.get(code, 0) for code in reasons)
    level = _level(points, frozenset(reasons))
    return _UNALIKE if level is Level.DIFFERENT else Likeness(points, level, reasons)


def said_of(a: Traits, b: Traits) -> tuple[str, ...]:
    """Every code for and against two records, however little they amount to; `likeness` leaves those out."""
    one, other = sorted((a.name, b.name))
    birth = births_alike(a.year, b.year, a.born, b.born)
    codes = (names_alike(one, other), birth, *_circumstances(a, b))
    return tuple(code for code in codes if code)


def _in_common(a: Traits, b: Traits) -> int:
    """The points of one unit, household and phone, quickly: most pairs end here."""
    points = 15 if a.unit is not None and a.unit == b.unit else 0
    points += 15 if a.household is not None and a.household == b.household else 0
    return points + (15 if a.phone and a.phone == b.phone else 0)


def _circumstances(a: Traits, b: Traits) -> Iterable[str | None]:
    """What speaks for and against beside name and birth, in the order in which a person would say it."""
    yield "called_differs" if _called_otherwise(a.name, b.name) else None
    yield _compared(a.sex, b.sex, "sex")
    yield _compared(a.unit, b.unit, "unit")
    household = _compared(a.household, b.household, "household")
    # Whoever lives in another village lives in another household: that is said once.
    yield household if household == "household_same" or a.unit == b.unit else None
    yield _compared(a.phone, b.phone, "phone")
    yield _compared(a.citizen, b.citizen, "citizen")


def _compared(a: object, b: object, code: str) -> str | None:
    if a is None or b is None:
        return None
    return f"{code}_same" if a == b else f"{code}_differs"


def _called_otherwise(a: str, b: str) -> bool:
    """Whether lists give both a name used at home, to tell them apart: 'Hùng đen' and 'Hùng trắng'."""
    one, two = parsed(a), parsed(b)
    if not one.called or not two.called:
        return False
    first, second = one.called - set(one.key.split()), two.called - set(two.key.split())
    return bool(first and second) and not first & second


def _level(points: int, reasons: frozenset[str]) -> Level:
    if "citizen_differs" in reasons:
        return Level.DIFFERENT
    if _is_same(reasons):
        return Level.SAME
    if "citizen_same" in reasons:
        return Level.LIKELY
    return Level.LIKELY if points >= LIKELY_FROM and not _two_doubts(reasons) else Level.DIFFERENT


def _two_doubts(reasons: frozenset[str]) -> bool:
    """A name that is not quite the same, and a birth or sex that is not: so look sisters and brothers,
    twins, a mother and her daughter."""
    if reasons & _CERTAIN_NAMES:
        return False
    if reasons & {"sex_differs", "year_digit"}:
        return True
    return not reasons & _CLEAR_NAMES and bool(reasons & _SLIPPED_BIRTHS)


def _is_same(reasons: frozenset[str]) -> bool:
    """Sure enough for a machine: the rule of domain.md, kept narrow because a wrong join hides a person."""
    if reasons & _FORBID_JOINING:
        return False
    if "citizen_same" in reasons:
        return bool(reasons & _NAMES_WITH_CITIZEN)
    if not reasons & _CERTAIN_NAMES:
        return False
    if "birth_same" in reasons:
        return bool(reasons & {"household_same", "phone_same"}) or _at_home(reasons)
    if not reasons & {"year_same", "birth_guess"}:
        return False
    return "household_same" in reasons or {"phone_same", "name_same"} <= reasons


def _at_home(reasons: frozenset[str]) -> bool:
    """Nothing says that they live in two places; without marks two households are two people's."""
    apart = reasons & {"unit_differs", "household_differs"}
    return not apart or (apart == {"household_differs"} and "name_same" in reasons)


def identical(row: Traits, known: Traits) -> bool:
    """Whether a record says exactly what the row says, no more and no less: the row was imported before."""
    return (
        row.year == known.year
        and row.sex == known.sex
        and row.phone == known.phone
        and (row.born, row.citizen) == (known.born, known.citizen)
        and (row.unit, row.household) == (known.unit, known.household)
        and names_alike(*sorted((row.name, known.name))) == "name_same"
    )


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person; `first` is the older record."""

    first: Hashable
    second: Hashable
    likeness: Likeness


def blocks(traits: Traits) -> list[tuple[object, ...]]:
    """The places where this record meets those it may be: only records of one block are compared."""
    name = parsed(traits.name)
    found: list[tuple[object, ...]] = []
    if traits.citizen:
        found.append(("citizen", traits.citizen))
    if not name.words:
        return found
    if traits.year is not None:
        found.append((name.family, name.given, traits.year))
    if traits.unit is not None or traits.year is None:
        found.append((name.key, traits.unit))
    if traits.born and not is_guess(traits.born):
        # Whatever the name: one day of birth is shared by few.
        found.append(("born", traits.born))
    if traits.phone:
        found.append(("phone", traits.phone))
    if traits.household is not None:
        found.append(("household", traits.household))
    return found


LARGEST_BLOCK = 100
"""Records in one block; larger ones (a common name without a year, a column that is no household number)
say nothing and cost a square."""


def pairs(people: Iterable[tuple[Hashable, Traits]]) -> list[Pair]:
    """Pairs that are the same or likely the same, the surest first; people in order of age of record."""
    met: dict[tuple[object, ...], list[tuple[int, Hashable, Traits]]] = defaultdict(list)
    for order, (key, traits) in enumerate(people):
        member = order, key, traits
        for block in blocks(traits):
            met[block].append(member)
    found: dict[tuple[int, int], Pair] = {}
    for members in met.values():
        if 1 < len(members) <= LARGEST_BLOCK:
            _compare(members, found)
    return sorted(found.values(), key=_surest_first)


def _surest_first(pair: Pair) -> tuple[bool, int]:
    return pair.likeness.level is not Level.SAME, -pair.likeness.points


def _compare(
    members: Sequence[tuple[int, Hashable, Traits]], found: dict[tuple[int, int], Pair]
) -> None:
    for (i, first, a), (j, second, b) in combinations(members, 2):
        gap = a.year - b.year if a.year and b.year else 0
        if gap % 9 and gap % 10 and not -GENERATION <= gap <= GENERATION and not a.citizen:
            # Parents and children: most pairs of a household, told apart before anything is compared.
            continue
        alike = likeness(a, b)
        if alike is not _UNALIKE and (i, j) not in found:
            found[i, j] = Pair(first, second, alike)
