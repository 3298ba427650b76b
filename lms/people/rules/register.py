"""The register while a list is being matched: people with their homes and groups, and what changes.

Nothing here touches a database: `lms.people.register` loads these records and writes those that changed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from lms.people.rules.matching import Traits
from lms.people.rules.roster import Entry, Remark

State = Literal["kept", "new", "changed"]
Fate = Literal["new", "updated", "unchanged", "doubtful", "error", "skipped"]
NewId = Callable[[], UUID]


@dataclass(slots=True)
class Stay:
    """A residence."""

    id: UUID
    unit_id: UUID
    household_id: UUID | None = None
    kind: str = "thuong_tru"
    from_date: date | None = None
    to_date: date | None = None
    state: State = "kept"


@dataclass(slots=True)
class Belonging:
    """A membership."""

    id: UUID
    kind: str
    unit_id: UUID | None = None
    level: str | None = None
    from_date: date | None = None
    to_date: date | None = None
    state: State = "kept"


@dataclass(slots=True)
class Record:
    """A person of the register, or one that this list adds."""

    id: UUID
    name: str
    born: date | None = None
    year: int | None = None
    sex: str | None = None
    phone: str | None = None
    citizen: str | None = None
    """Keyed hash of the citizen ID."""
    stays: list[Stay] = field(default_factory=list)
    belongings: list[Belonging] = field(default_factory=list)
    state: State = "kept"
    row: int | None = None
    """The row of this list that made or found the record first."""

    def traits(self) -> Traits:
        """What is compared: the last home counts."""
        home = self.home()
        return Traits(
            self.name, self.born, self.year, self.sex, home.unit_id if home else None,
            home.household_id if home else None, self.phone, self.citizen,
        )  # fmt: skip

    def home(self) -> Stay | None:
        """The home that stands, the latest first; else the last one that was."""
        return max(
            self.stays,
            key=lambda s: (s.to_date or date.max, s.from_date or date.min),
            default=None,
        )

    def is_touched(self) -> bool:
        """Whether anything of the record is to be written."""
        parts: list[Stay | Belonging] = [*self.stays, *self.belongings]
        return self.state != "kept" or any(part.state != "kept" for part in parts)

    def touch(self) -> None:
        """Remember that the person's own data changed."""
        if self.state == "kept":
            self.state = "changed"


def stands(row: Stay | Belonging, today: date) -> bool:
    """Whether a residence or membership has not ended on this day."""
    return row.to_date is None or row.to_date > today


def change(row: Stay | Belonging, **values: object) -> None:
    """Set values of a residence or membership and remember that it changed."""
    for name, value in values.items():
        setattr(row, name, value)
    if row.state == "kept":
        row.state = "changed"


@dataclass(frozen=True)
class Alike:
    """The record that a doubtful row may be."""

    person_id: UUID
    name: str
    year: int | None
    reasons: tuple[str, ...]
    born: date | None = None
    sex: str | None = None
    unit_id: UUID | None = None
    phone: str | None = None


@dataclass(frozen=True)
class RowFate:
    """What becomes of one row; `table` counts the lists of the file from 0."""

    row: int
    fate: Fate
    name: str = ""
    person_id: UUID | None = None
    changes: tuple[str, ...] = ()
    faults: tuple[Remark, ...] = ()
    warnings: tuple[Remark, ...] = ()
    alike: Alike | None = None
    """Whom a doubtful row may be, and whom a row was told to be or not to be."""
    decision: str = ""
    """`same` or `other`, when the reader said who a doubtful row is."""
    table: int = 0
    entry: Entry | None = None
    """What a doubtful row says, to be shown beside the record."""


@dataclass(frozen=True)
class Household:
    """A household that the list names for the first time."""

    id: UUID
    code: str
    unit_id: UUID


# What a row changes in a record


@dataclass(frozen=True)
class Home:
    """Where a row says the person lives."""

    unit_id: UUID
    household_id: UUID | None
    kind: str | None
    from_date: date | None
    to_date: date | None


@dataclass(frozen=True)
class Group:
    """One group a row says the person belongs to."""

    kind: str
    unit_id: UUID | None
    level: str | None
    from_date: date | None
    to_date: date | None


def settle(record: Record, home: Home, today: date, new_id: NewId) -> list[str]:
    """Bring the record's residences to what the row says; the codes of what changed."""
    here = [s for s in record.stays if s.unit_id == home.unit_id]
    standing = [s for s in here if stands(s, today)]
    if standing:
        return _amend_stay(standing[-1], home)
    if any(s.to_date == home.to_date for s in here if home.to_date):
        return []
    over = home.to_date is not None and home.to_date <= today
    moved = False if over else _leave_others(record, home, today)
    start = (home.from_date or today) if moved or (here and not over) else home.from_date
    record.stays.append(
        Stay(new_id(), home.unit_id, home.household_id, home.kind or "thuong_tru", start, home.to_date,
             state="new")
    )  # fmt: skip
    return ["moved" if moved else "residence"]


def _amend_stay(stay: Stay, home: Home) -> list[str]:
    changes = []
    if home.household_id and stay.household_id != home.household_id:
        change(stay, household_id=home.household_id)
        changes.append("household")
    if home.kind and stay.kind != home.kind:
        change(stay, kind=home.kind)
        changes.append("residence")
    return changes + _amend_days(stay, home.from_date, home.to_date, "residence")


def _amend_days(
    row: Stay | Belonging, from_date: date | None, to_date: date | None, code: str
) -> list[str]:
    """Fill the first day, and end the row when the list says so; the days stay in order."""
    changes = []
    if from_date and row.from_date is None and from_date <= (row.to_date or from_date):
        change(row, from_date=from_date)
        changes.append(code)
    if to_date and row.to_date != max(to_date, row.from_date or to_date):
        change(row, to_date=max(to_date, row.from_date or to_date))
        changes.append("left")
    return changes


def _leave_others(record: Record, home: Home, today: date) -> bool:
    """End the homes that a move leaves; a temporary home beside the permanent one leaves nothing."""
    left = [
        s for s in record.stays
        if stands(s, today) and (home.kind != "tam_tru" or s.kind == "tam_tru")
    ]  # fmt: skip
    for stay in left:
        last = home.from_date or today
        change(stay, to_date=max(last, stay.from_date or last))
    return bool(left)


def join(record: Record, group: Group, today: date, new_id: NewId) -> list[str]:
    """Bring the record's memberships of one kind to what the row says; the codes of what changed."""
    same = [b for b in record.belongings if b.kind == group.kind]
    standing = [b for b in same if stands(b, today)]
    fitting = [b for b in standing if _fits(b, group)]
    if fitting:
        return _amend_belonging(fitting[-1], group)
    if any(_fits(b, group) and b.to_date == group.to_date for b in same if group.to_date):
        return []
    start = group.from_date
    if group.kind == "student" and standing:
        # A pupil goes to one school at one level; the new one ends the old.
        start = start or today
        for old in standing:
            change(old, to_date=max(start, old.from_date or start))
    record.belongings.append(
        Belonging(
            new_id(), group.kind, group.unit_id, group.level, start, group.to_date, state="new"
        )
    )
    return ["membership"]


def _fits(row: Belonging, group: Group) -> bool:
    """Whether the membership is the one the row means: nothing that both say differs."""
    return (
        (group.unit_id is None or row.unit_id is None or row.unit_id == group.unit_id)
        and (group.level is None or row.level is None or row.level == group.level)
    )  # fmt: skip


def _amend_belonging(row: Belonging, group: Group) -> list[str]:
    changes = []
    for name in ("unit_id", "level"):
        said = getattr(group, name)
        if said is not None and getattr(row, name) is None:
            change(row, **{name: said})
            changes.append("membership")
    return changes + _amend_days(row, group.from_date, group.to_date, "membership")
