"""What a list does to the register: what is known before, every row's fate, and what will be written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from lms.people.rules.places import Places
from lms.people.rules.register import Fate, Household, Record, RowFate
from lms.people.rules.roster import Entry, Refused, Skipped

Digest = Callable[[str], str]
"""Citizen ID → keyed hash."""
Rows = Iterable[Entry | Refused | Skipped]
SAME, OTHER = "same", "other"
"""What a reader says of a doubtful row: it is the person shown beside it, or somebody else."""
Decisions = Mapping[tuple[int, int], tuple[str, UUID]]
"""(table, row) → (SAME or OTHER, the record that was shown)."""


@dataclass
class Register:
    """What is known before the list: people, units, households by (unit, code)."""

    people: list[Record]
    places: Places
    households: dict[tuple[UUID, str], UUID]
    household_codes: set[str]


@dataclass(frozen=True)
class ReadTable:
    """One list of the file: where it stands, and whether its rows are read."""

    sheet: str
    first_row: int
    last_row: int
    chosen: bool = True
    labels: Mapping[int, str] = field(default_factory=dict)
    font: str | None = None
    """The old encoding that its sheet was converted from."""
    samples: tuple[tuple[str, str], ...] = ()
    by_shape: bool = False
    """Lines without columns: faults name the field, no column."""
    home: str = ""
    """The village that the title or the name of the sheet says, for rows that name none."""


@dataclass
class Plan:
    """Every row's fate and everything that will be written."""

    rows: list[RowFate] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    """Every record that is new or has anything new or changed."""
    households: list[Household] = field(default_factory=list)
    citizen_ids: dict[UUID, str] = field(default_factory=dict)
    """Person → the 12 digits to seal."""
    tables: list[ReadTable] = field(default_factory=list)
    """The lists that were found in the file, read or not."""
    unread: list[str] = field(default_factory=list)
    """Sheets with something on them but no heading that names people."""
    keys: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    """Person → (sort key, search key), worked out before anything is locked; others are on the way."""
    told_apart: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Pairs of a new record and the one that the reader said it is not."""

    @property
    def labels(self) -> Mapping[int, str]:
        """Column → its heading, of the first list that was read."""
        return next((t.labels for t in self.tables if t.chosen), {})

    def counts(self) -> dict[Fate, int]:
        """How many rows of each fate."""
        found: dict[Fate, int] = dict.fromkeys(
            ("new", "updated", "unchanged", "doubtful", "error", "skipped"), 0
        )
        for row in self.rows:
            found[row.fate] += 1
        return found
