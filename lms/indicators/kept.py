"""What was read of a commune and counted of it, kept in this process for as long as it is true.

Kept things carry the stamps of the rows they were made of (lms.core.data_versions): with equal stamps
they are what a new reading would give, so nothing here is ever out of date and nothing has to be told
of a change. Each table's rows are kept by themselves: a new result makes only results be read again.

Memory is bounded: rows are counted, and the commune that was not asked for the longest goes first. A
commune of 30,000 people takes about 45 MB with two plans (bench/bench_report.py prints it); what nobody
asked for during some minutes is given back.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sized
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from courses import queries as courses
from lms.core import data_versions
from lms.core.data_versions import Stamps
from lms.indicators.rules.day import Day
from lms.indicators.rules.evidence import Evidence
from lms.indicators.rules.facts import Facts
from lms.indicators.rules.figure import PlanReport

ROWS = 500_000
"""Rows kept at most; a row with its share of the figures takes about 400 bytes."""
REPORTS = 3
"""Reports kept of one commune: two plans of today, and the day somebody looks back at."""
SECONDS = 600.0
"""How long a commune nobody asks for stays."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Marks:
    """What the rows of a commune are known by: their stamps, and what own courses count as."""

    stamps: Stamps
    counted_as: dict[str, str]

    def of(self, tables: Iterable[str]) -> Hashable:
        """The marks of these tables; `programme` stands for what own courses count as."""
        return tuple(
            tuple(sorted(self.counted_as.items()))
            if table == "programme"
            else self.stamps.get(table)
            for table in tables
        )

    @property
    def all(self) -> Hashable:
        """The marks of everything."""
        return self.of((*data_versions.WATCHED, "programme"))


def marks_of(session: Session, commune_id: UUID) -> Marks | None:
    """The marks as this transaction sees them; None when it wrote something itself."""
    stamps = data_versions.stamps(session, commune_id)
    if stamps is None:
        return None
    return Marks(stamps, courses.counted_as(session, commune_id))


@dataclass(frozen=True, slots=True)
class Counted:
    """A report, and the evidence and the day that it was made from."""

    report: PlanReport
    evidence: Evidence


@dataclass
class Shelf:
    """What is kept of one commune. Hold `lock` while something is looked up or made.

    Whoever holds it reads with a session that has its connection already: `marks_of` comes first.
    """

    lock: threading.RLock = field(default_factory=threading.RLock)
    pieces: dict[str, tuple[Hashable, Any]] = field(default_factory=dict)
    facts: tuple[Hashable, Facts] | None = None
    day: Day | None = None
    reports: OrderedDict[Hashable, Counted] = field(default_factory=OrderedDict)
    ids: dict[str, str] = field(default_factory=dict)
    used: float = 0.0

    def piece(self, name: str, marks: Hashable, make: Callable[[], Made]) -> Made:
        """One table's rows: those kept under the same marks, else those that `make` reads.

        Rows that are read again and equal those kept are the very same object afterwards.
        """
        held = self.pieces.get(name)
        if marks is not None and held is not None and held[0] == marks:
            return held[1]  # type: ignore[no-any-return]  # A name always holds the same kind.
        made = make()
        if held is not None and held[1] == made:
            made = held[1]  # Something else of the rows changed: a name, a remark.
        self.pieces[name] = (marks, made)
        return made

    def whole(self, marks: Hashable, made: Facts) -> Facts:
        """All facts under these marks; the very ones kept where every table's rows are."""
        before = self.facts[1] if self.facts else None
        if before is not None and all(
            getattr(before, one.name) is getattr(made, one.name) for one in fields(Facts)
        ):
            made = before
        else:
            self.reports.clear()
        self.facts = (marks, made)
        return made

    def report(self, key: Hashable, make: Callable[[], Counted]) -> Counted:
        """The report of the facts kept under this key, else the one `make` counts; few are kept."""
        if key not in self.reports:
            made = make()
            while len(self.reports) >= REPORTS:
                self.reports.popitem(last=False)
            self.reports[key] = made
        self.reports.move_to_end(key)
        return self.reports[key]

    @property
    def rows(self) -> int:
        """How many rows are kept."""
        return sum(len(made) for _, made in self.pieces.values() if isinstance(made, Sized))


class Room:
    """The shelves of a process, one for each commune that was asked for lately."""

    def __init__(self, rows: int = ROWS, seconds: float = SECONDS) -> None:
        self.most_rows = rows
        self.seconds = seconds
        self._shelves: OrderedDict[UUID, Shelf] = OrderedDict()
        self._timer: threading.Timer | None = None
        self._guard = threading.Lock()

    def shelf(self, commune_id: UUID) -> Shelf:
        """The commune's shelf, now the one asked for last."""
        with self._guard:
            shelf = self._shelves.setdefault(commune_id, Shelf())
            self._shelves.move_to_end(commune_id)
            shelf.used = time.monotonic()
            self._make_room()
            self._watch()
            return shelf

    def _make_room(self) -> None:
        """The last asked for stays, however large; of the others the oldest go."""
        while (
            len(self._shelves) > 1 and sum(s.rows for s in self._shelves.values()) > self.most_rows
        ):
            self._shelves.popitem(last=False)

    def _watch(self) -> None:
        """One timer while anything is kept; a process that keeps nothing has none."""
        if self._timer is None and self._shelves:
            self._timer = threading.Timer(self.seconds / 2, self._sweep)
            self._timer.daemon = True
            self._timer.start()

    def _sweep(self) -> None:
        with self._guard:
            self._timer = None
            oldest = time.monotonic() - self.seconds
            for commune in [key for key, shelf in self._shelves.items() if shelf.used < oldest]:
                del self._shelves[commune]
            self._watch()

    def clear(self) -> None:
        """Give everything back."""
        with self._guard:
            self._shelves.clear()


ROOM = Room()
"""The room of this process. Stamps are drawn at random, so several databases may share it."""
