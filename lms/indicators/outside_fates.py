"""What becomes of each row of a list from outside. Pure: matches in, fates out.

A row is matched once (`Match`, the slow part, kept sealed); what an officer decides, which rows repeat
each other and what stands already is worked out at every look (`settled`), so that it is never stale.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from lms.core.text import fold
from lms.people.rules.register import Alike
from lms.people.rules.roster import Entry

Fate = Literal["sure", "doubtful", "unknown", "repeated", "known", "failed", "error", "skipped"]
ORDER: tuple[Fate, ...] = (
    "doubtful", "unknown", "error", "failed", "sure", "repeated", "known", "skipped",
)  # fmt: skip
"""What wants looking at most comes first."""
NOBODY = "nobody"
Where = tuple[int, int]
"""(table from 0, row from 1)."""
Decisions = Mapping[Where, UUID | None]
"""Who a row is: a person of the register, or None for nobody of it."""
Remark = tuple[int | None, str, str]
"""(0-based column or None, code of the problem, value)."""
Standing = frozenset[tuple[UUID, date, str | None, str | None]]
"""What stands of the same list: person, day, programme, level."""


@dataclass(frozen=True, slots=True)
class Match:
    """One row: what it says, and whom of the register it may be."""

    table: int
    row: int
    name: str
    entry: Entry | None = None
    on: date | None = None
    programme: str | None = None
    level: str | None = None
    person: UUID | None = None
    """Whom it is for sure."""
    alike: tuple[Alike, ...] = ()
    """Whom it may be, the likeliest first."""
    remarks: tuple[Remark, ...] = ()
    state: Literal["", "error", "failed", "skipped"] = ""
    """Why a row is not for anybody; empty for a row that is."""

    @property
    def where(self) -> Where:
        """Where the row stands."""
        return self.table, self.row


@dataclass(frozen=True, slots=True)
class Row:
    """A match with its fate; `person` is whom the fact will be recorded of."""

    match: Match
    fate: Fate
    person: UUID | None = None
    decided: bool = False
    like_row: int | None = None
    """The earlier row that says the same, or of the same person on another day."""


def settled(
    matches: Iterable[Match], decisions: Decisions, standing: Standing,
    root: Callable[[UUID], UUID] = lambda key: key,
) -> list[Row]:  # fmt: skip
    """Every row's fate with what was decided; `root` names who stands for a merged record."""
    first: dict[tuple[object, ...], int] = {}
    seen: dict[tuple[object, ...], int] = {}
    return [_row(one, decisions, standing, root, first, seen) for one in matches]


def _row(
    one: Match, decisions: Decisions, standing: Standing, root: Callable[[UUID], UUID],
    first: dict[tuple[object, ...], int], seen: dict[tuple[object, ...], int],
) -> Row:  # fmt: skip
    if one.state:
        return Row(one, one.state)
    decided = one.where in decisions
    person = decisions[one.where] if decided else one.person
    if person is None:
        fate: Fate = "unknown" if decided or not one.alike else "doubtful"
        key = _stranger(one)
        if fate == "unknown" and key in first:
            return Row(one, "repeated", decided=decided, like_row=first[key])
        first.setdefault(key, one.row)
        return Row(one, fate, decided=decided)
    person = root(person)
    same = (person, one.on, one.programme, one.level)
    if same in first:
        return Row(one, "repeated", person, decided, first[same])
    first[same] = one.row
    other_day = seen.setdefault((person, one.programme, one.level), one.row)
    fate = "known" if same in standing else "sure"
    return Row(one, fate, person, decided, other_day if other_day != one.row else None)


def _stranger(one: Match) -> tuple[object, ...]:
    entry = one.entry
    born = (entry.birth.day or entry.birth.year) if entry and entry.birth else None
    citizen = entry.citizen_id if entry else None
    return fold(one.name), born, citizen, entry.unit if entry else "", one.programme, one.level


def counted(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows of each fate."""
    found: dict[str, int] = dict.fromkeys(ORDER, 0)
    for row in rows:
        found[row.fate] += 1
    return found


def seal_of(rows: Iterable[Row], said: str = "") -> str:
    """What names exactly these fates, and what is `said` of the whole list: who presses on a page
    says which ones were seen."""
    told = [[*r.match.where, r.fate, *map(str, (r.person, *_facts(r.match)))] for r in rows]
    return hashlib.sha256(json.dumps([said, told]).encode()).hexdigest()[:16]


def _facts(one: Match) -> tuple[date | None, str | None, str | None]:
    """What would be recorded of a row beside the person."""
    return one.on, one.programme, one.level


def to_write(rows: Sequence[Row]) -> list[tuple[UUID, date, str | None, str | None]]:
    """The facts of rows that are sure, in the order of the list."""
    return [
        (row.person, row.match.on, row.match.programme, row.match.level)
        for row in rows
        if row.fate == "sure" and row.person is not None and row.match.on is not None
    ]
