"""Duplicates in a register of 30,000 people, and a list of 10,000 rows matched to it, in processor time.

    python bench/bench_matching.py

Prints medians of five runs of processor time and the ratio to the ceiling of the same run: the same records
put together by equal folded name, birth and home alone, which is the least a search for duplicates can do
and finds nothing that is written in two ways.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from common import median_of, ratio

from lms.core.ids import uuid7
from lms.core.text import fold
from lms.people.plan import Plan, Register
from lms.people.planning import Planner
from lms.people.register import collecting_later
from lms.people.rules import keystrokes, letters, matching, names
from lms.people.rules.headings import Columns
from lms.people.rules.identity import Birth
from lms.people.rules.matching import Level, Traits
from lms.people.rules.places import Place, Places
from lms.people.rules.register import Record, Stay
from lms.people.rules.roster import Entry
from lms.sample.roster import FAMILY, FAMILY_WEIGHTS, GIVEN, MIDDLE

PEOPLE, ROWS, VILLAGES, TWICE, RUNS = 30_000, 10_000, 40, 900, 5
TODAY = date(2026, 11, 22)
PLACES = tuple(Place(uuid7(), f"T{n}", f"Thôn {n}", "thon") for n in range(VILLAGES))


def born(dice: random.Random) -> tuple[date | None, int | None]:
    """A birth as registers have them: six in ten a day, three in ten a year, some of them 1 January."""
    kind, year = dice.random(), dice.randrange(1935, 2020)
    if kind < 0.04:
        return None, None
    if kind < 0.32:
        return None, year
    day = date(year, 1, 1) + timedelta(days=0 if kind < 0.4 else dice.randrange(365))
    return day, year


def household(number: int, dice: random.Random) -> list[Record]:
    """Four people of one home, most of one family name, with a phone that they share."""
    place, home = PLACES[number % VILLAGES], uuid7()
    family = dice.choices(FAMILY, FAMILY_WEIGHTS)[0]
    shared = f"09{number:08}" if dice.random() < 0.5 else None
    return [_member(family if n != 1 else None, place.id, home, shared, dice) for n in range(4)]


def _member(
    family: str | None, unit: UUID, home: UUID, phone: str | None, dice: random.Random
) -> Record:
    sex = dice.choice(("nam", "nu"))
    first = family or dice.choices(FAMILY, FAMILY_WEIGHTS)[0]
    name = f"{first} {dice.choice(MIDDLE[sex])} {dice.choice(GIVEN[sex])}"
    day, year = born(dice)
    stays = [Stay(uuid7(), unit, home)]
    return Record(
        uuid7(), name, day, year, sex, phone if dice.random() < 0.6 else None, stays=stays
    )


def again(record: Record, dice: random.Random) -> Record:
    """The person a second time, as another clerk wrote it."""
    name = dice.choice((record.name, fold(record.name).title(), record.name.upper()))
    day = record.born if dice.random() < 0.6 else None
    return replace(record, id=uuid7(), name=name, born=day, phone=None)


def people(dice: random.Random) -> list[Record]:
    """The register."""
    found = [person for n in range((PEOPLE - TWICE) // 4) for person in household(n, dice)]
    return found + [again(record, dice) for record in dice.sample(found, PEOPLE - len(found))]


def rows(register: Sequence[Record], dice: random.Random) -> list[Entry]:
    """A list of people, half of them known."""
    known = dice.sample(register, ROWS // 2)
    strangers = [p for n in range(ROWS // 8) for p in household(100_000 + n, dice)]
    return [_entry(n, person) for n, person in enumerate([*known, *strangers], start=2)]


def _entry(row: int, record: Record) -> Entry:
    place = next(p for p in PLACES if p.id == record.stays[0].unit_id)
    birth = Birth(record.year, record.born) if record.year else None
    home = str(record.stays[0].household_id)
    return Entry(row, record.name, birth, record.sex, None, record.phone, place.name, home)


def equal_only(found: Iterable[tuple[Hashable, Traits]]) -> int:
    """The ceiling: groups of equal folded names, births and homes."""
    met: dict[tuple[object, ...], list[Hashable]] = defaultdict(list)
    for key, t in found:
        met[fold(t.name), t.born, t.year, t.unit].append(key)
    return sum(len(group) > 1 for group in met.values())


def planned(register: Sequence[Record], entries: Sequence[Entry]) -> Plan:
    """The list matched to a copy of the register."""
    copies = [replace(r, stays=list(r.stays), belongings=[]) for r in register]
    homes = {
        (r.stays[0].unit_id, str(r.stays[0].household_id)): r.stays[0].household_id for r in copies
    }
    known = Register(copies, Places(PLACES), {k: v for k, v in homes.items() if v}, set())
    planner = Planner(known, str, TODAY)
    planner.read(0, Columns(1, 2, {"name": 0}), None, entries)
    return planner.done()


def spent(work: Callable[[], object]) -> float:
    """The median processor time of the work in seconds, without what earlier work left in caches."""

    def once() -> float:
        forget()
        with collecting_later():
            start = time.process_time()
            work()
            return time.process_time() - start

    return median_of(RUNS, once)


def forget() -> None:
    """Empty the caches of the rules, as in a process that was just started."""
    for module in (names, letters, keystrokes):
        for held in vars(module).values():
            if hasattr(held, "cache_clear"):
                held.cache_clear()


def main() -> None:
    """Measure and print."""
    dice = random.Random(2611)
    register = people(dice)
    entries = rows(register, dice)
    traits = [(r.id, r.traits()) for r in register]
    pairs = matching.pairs(traits)
    sure = sum(pair.likeness.level is Level.SAME for pair in pairs)
    plan = planned(register, entries)
    fates = {fate: count for fate, count in plan.counts().items() if count}
    ceiling = spent(lambda: equal_only(traits))
    searched = spent(lambda: matching.pairs(traits))
    listed = spent(lambda: planned(register, entries))
    print(f"{len(register):,} people, {TWICE} of them twice: {len(pairs):,} pairs, {sure:,} sure")
    print(f"{len(entries):,} rows: {fates}")
    print(f"equal names, births, homes (ceiling)  {ceiling:6.2f} s")
    print(f"search for duplicates                 {searched:6.2f} s")
    print(f"10,000 rows matched                   {listed:6.2f} s")
    ratio("search for duplicates / ceiling", searched, ceiling, "≤ 1000%")
    ratio("10,000 rows matched to 30,000 people / ceiling", listed, ceiling, "≤ 2000%")


if __name__ == "__main__":
    main()
