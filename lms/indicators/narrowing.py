"""Which of the people behind a figure are asked for: by unit, group, sex, age band and name.

The parts are those of the figure's own breakdown, seen from the same day, so that a list that was
opened from a cell has as many rows as the cell says.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, fields

from lms.core.text import clean
from lms.indicators.rules.ages import AGE_BANDS, UNKNOWN_BAND
from lms.indicators.rules.day import Day
from lms.indicators.rules.facts import Key
from lms.indicators.rules.figure import Figure
from lms.indicators.rules.vocabulary import MEMBERSHIP_KINDS, Subject

NOWHERE = "ngoai-xa"
"""The row "không rõ / ngoài xã" of a breakdown."""
WITH_PARTS = "gom-"
"""Before a unit's id: the unit and the units that are its parts."""
UNKNOWN = "khong-ro"
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for; an empty part asks for everybody."""

    text: str = ""
    unit: str = ""
    group: str = ""
    sex: str = ""
    band: str = ""

    @property
    def is_all(self) -> bool:
        """Whether nothing is asked."""
        return not any(getattr(self, part.name) for part in fields(self))


EVERYBODY = Wanted()
NAMES = {"text": "tim", "unit": "don-vi", "group": "nhom", "sex": "gioi", "band": "tuoi"}
"""Parts by the names they have in addresses."""


def asked(args: Mapping[str, str]) -> Wanted:
    """What an address asks for; words that are none of ours ask for nothing."""
    text, unit, group, sex, band = (clean(args.get(name, "")[:LONGEST]) for name in NAMES.values())
    return Wanted(
        text=text,
        unit=unit if unit == NOWHERE else unit.lower(),
        group=group if group in MEMBERSHIP_KINDS else "",
        sex=sex if sex in ("nam", "nu", UNKNOWN) else "",
        band=band if band in (*AGE_BANDS, UNKNOWN) else "",
    )


def kept(wanted: Wanted) -> dict[str, str]:
    """The same as parts of an address; what asks for nothing is left out."""
    return {name: value for part, name in NAMES.items() if (value := getattr(wanted, part))}


def subjects(figure: Figure, state: str) -> frozenset[Key]:
    """Those in the figure, those not yet in it, or both; nobody is listed where nobody is known."""
    if state == "in":
        return figure.people
    missing = figure.missing or frozenset()
    return missing if state == "missing" else missing | figure.people


def narrowed(day: Day, figure: Figure, keys: frozenset[Key], wanted: Wanted) -> frozenset[Key]:
    """Those of the subjects who stand in the asked cell of the breakdown and in the asked group."""
    if not (wanted.unit or wanted.group or wanted.sex or wanted.band):
        return keys
    if figure.counted.subject is not Subject.PERSON:
        units = _units(day, wanted)
        return frozenset(key for key in keys if _unit_of(day, figure, key) in units)
    members = day.members.get(wanted.group, set()) if wanted.group else keys
    cell_of = day.cell_of
    units = _units(day, wanted)
    at = {n for n, cell in enumerate(day.cells) if cell[0] in units and _fits(cell, wanted)}
    return frozenset(key for key in keys if key in members and cell_of[key] in at)


def _fits(cell: tuple[Key | None, str | None, str], wanted: Wanted) -> bool:
    _unit, sex, band = cell
    return (not wanted.sex or wanted.sex == (sex or UNKNOWN)) and (
        not wanted.band or wanted.band == (UNKNOWN if band == UNKNOWN_BAND else band)
    )


class _Everywhere:
    """Every unit and none."""

    def __contains__(self, unit: object) -> bool:
        return True


def _units(day: Day, wanted: Wanted) -> Container[Key | None]:
    """The units that are meant; a unit that nobody knows holds nobody."""
    if not wanted.unit:
        return _Everywhere()
    if wanted.unit == NOWHERE:
        return (None,)
    own = wanted.unit.removeprefix(WITH_PARTS)
    parts = (unit.key for unit in day.facts.units if unit.parent == own)
    return {own, *parts} if own != wanted.unit else {own}


def _unit_of(day: Day, figure: Figure, key: Key) -> Key | None:
    """The unit of a household or a team; a unit is its own."""
    if figure.counted.subject is Subject.HOUSEHOLD:
        return day.household_units.get(key)
    return day.team_units.get(key) if figure.counted.subject is Subject.TEAM else key


def groups_among(day: Day, keys: frozenset[Key]) -> list[str]:
    """The groups that any of these people belong to, in the order of the vocabulary."""
    return [kind for kind in MEMBERSHIP_KINDS if not keys.isdisjoint(day.members.get(kind, ()))]


def within(day: Day, figure: Figure, keys: frozenset[Key], units: frozenset[Key]) -> frozenset[Key]:
    """Those of the subjects whom the breakdown puts into one of these units."""
    if figure.counted.subject is not Subject.PERSON:
        return frozenset(key for key in keys if _unit_of(day, figure, key) in units)
    cell_of = day.cell_of
    at = {n for n, cell in enumerate(day.cells) if cell[0] in units}
    return frozenset(key for key in keys if cell_of[key] in at)
