"""The rules beside a clerk's judgement: 536 pairs written by someone who has not read the rules.

The file is split by the hash of the pair's id: the rules were tuned by looking at one half only. Both halves
are printed, the whole file is asserted. Pairs meet through blocks, as they do in a register.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from lms.people.rules import matching
from lms.people.rules.matching import Level, Traits

pytestmark = pytest.mark.pure

Row = dict[str, str]
Counts = Counter[tuple[Level, str]]
FOUND = (Level.SAME, Level.LIKELY)


def rows() -> list[Row]:
    path = Path(__file__).with_name("labelled_pairs.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_for_tuning(row: Row) -> bool:
    """Whether the row belongs to the half that may be looked at while tuning."""
    return int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 2 == 0


def traits(row: Row, side: str) -> Traits:
    """One record of the pair; a household number counts within its village, as in the register."""
    said = {
        name: row[f"{name}_{side}"].strip()
        for name in ("name", "birth", "sex", "unit", "household", "phone")
    }
    day, year = _birth(said["birth"])
    home = (said["unit"], said["household"]) if said["unit"] and said["household"] else None
    return Traits(
        said["name"], day, year, said["sex"] or None, said["unit"] or None, home, said["phone"] or None
    )  # fmt: skip


def _birth(text: str) -> tuple[date | None, int | None]:
    if "/" not in text:
        return None, int(text) if text else None
    day, month, year = map(int, text.split("/"))
    return date(year, month, day), year


def judged(row: Row) -> Level:
    """What the rules say of the pair in a register of two."""
    found = matching.pairs([("a", traits(row, "a")), ("b", traits(row, "b"))])
    return found[0].likeness.level if found else Level.DIFFERENT


def counted(part: Sequence[Row]) -> Counts:
    return Counter((judged(row), row["verdict"]) for row in part)


def precision(counts: Counts) -> float:
    """Of the pairs that a machine would join, the share that the clerk calls one person."""
    joined = sum(count for (level, _), count in counts.items() if level is Level.SAME)
    return counts[Level.SAME, "same"] / joined


def found_of(counts: Counts, *verdicts: str) -> float:
    """Of the pairs of these verdicts, the share that is joined or shown to a person."""
    asked = sum(count for (_, verdict), count in counts.items() if verdict in verdicts)
    return sum(counts[level, verdict] for level in FOUND for verdict in verdicts) / asked


def test_the_clerk_agrees_with_what_a_machine_joins_and_what_is_shown() -> None:
    every = rows()
    assert len(every) >= 400
    halves = {
        "tuned by": [row for row in every if is_for_tuning(row)],
        "held out": [row for row in every if not is_for_tuning(row)],
        "whole": every,
    }
    for name, part in halves.items():
        counts = counted(part)
        print(
            f"{name}: {len(part)} pairs, precision {precision(counts):.3f}, "
            f"recall {found_of(counts, 'same'):.3f}, "
            f"with unsure {found_of(counts, 'same', 'unsure'):.3f}, noise {found_of(counts, 'different'):.3f}",
            sorted((level.value, verdict, count) for (level, verdict), count in counts.items()),
        )
    whole = counted(every)
    assert precision(whole) >= 0.99
    assert found_of(whole, "same") >= 0.9
    assert found_of(whole, "different") <= 0.05
