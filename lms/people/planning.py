"""From a list to the register: each row's fate, and every record that it makes or changes.

The register is loaded once and matched in memory, so that 10,000 rows cost no query each.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from lms.core.ids import uuid7
from lms.people.plan import OTHER, SAME, Decisions, Digest, Plan, Register, Rows
from lms.people.rules import groups, letters, matching, names
from lms.people.rules.headings import Columns
from lms.people.rules.identity import Birth, Problem
from lms.people.rules.matching import Level, Likeness, Traits
from lms.people.rules.places import Place
from lms.people.rules.register import Alike, Group, Home, Household, Record, RowFate, join, settle
from lms.people.rules.roster import Entry, Refused, Remark, Skipped

Candidate = tuple[Record, Traits, Likeness]
"""A record, what was compared, and how alike it is."""


class Planner:
    """Matches the rows of one list to the register, in the list's order."""

    def __init__(
        self, register: Register, digest: Digest, today: date, decisions: Decisions | None = None,
    ) -> None:  # fmt: skip
        self.register, self.digest, self.today = register, digest, today
        self.decisions = decisions or {}
        self.columns, self.table = Columns(0, 1, {}), 0
        self.default_home: Place | None = None
        self.plan = Plan()
        self._index: dict[tuple[object, ...], dict[UUID, tuple[Record, Traits]]] = {}
        self._changed: dict[UUID, Record] = {}
        self._taken: set[UUID] = set()
        self._by_id = {record.id: record for record in register.people}
        for record in register.people:
            self._place(record)

    def read(self, table: int, columns: Columns, home: Place | None, rows: Rows) -> None:
        """Add the rows of one list; `home` is where those live that name no place."""
        self.table, self.columns, self.default_home = table, columns, home
        self.plan.rows += [self._fate(row) for row in rows]

    def done(self) -> Plan:
        """The plan of all lists."""
        self.plan.records = list(self._changed.values())
        self._leave_out_unused_households()
        return self.plan

    def _leave_out_unused_households(self) -> None:
        used = {stay.household_id for r in self.plan.records for stay in r.stays}
        self.plan.households = [h for h in self.plan.households if h.id in used]

    def _fate(self, row: Entry | Refused | Skipped) -> RowFate:
        if isinstance(row, Refused):
            return RowFate(row.row, "error", row.shown, faults=row.faults, table=self.table)
        if isinstance(row, Skipped):
            left_out = (Remark(row.row, None, row.problem),)
            return RowFate(row.row, "skipped", warnings=left_out, table=self.table)
        return replace(_Match(self, row).fate(), table=self.table)

    # The index of records

    def _place(self, record: Record) -> None:
        traits = record.traits()
        for key in matching.blocks(traits):
            self._index.setdefault(key, {})[record.id] = record, traits

    def candidates(self, traits: Traits) -> list[tuple[Record, Traits, Likeness]]:
        """Records that share a block with these traits and may be the same, in a fixed order."""
        found: dict[UUID, tuple[Record, Traits]] = {}
        for key in matching.blocks(traits):
            block = self._index.get(key, {})
            # A 'household' of hundreds is a column read wrongly: each row would meet all the others.
            if len(block) <= matching.LARGEST_BLOCK:
                found.update(block)
        alike = ((r, t, matching.likeness(traits, t)) for r, t in found.values())
        return [
            (r, t, like) for r, t, like in alike
            if like.level is not Level.DIFFERENT or matching.identical(traits, t)
        ]  # fmt: skip

    # What rows do

    def household(self, place: Place, code: str) -> UUID:
        """The household of this number at this place; a new one when there is none."""
        # Household numbers begin anew in every village; a code is unique in the commune.
        long = f"{place.code}-{code}"
        for known in (long, code):
            if (place.id, known) in self.register.households:
                return self.register.households[place.id, known]
        full = long if code.isdigit() or code in self.register.household_codes else code
        made = Household(uuid7(), full, place.id)
        self.plan.households.append(made)
        self.register.households[place.id, full] = made.id
        self.register.household_codes.add(full)
        return made.id

    def keep(self, record: Record, row: int) -> None:
        """The row speaks of this record: later rows meet it as it is now."""
        record.row = record.row or row
        if record.is_touched():
            self._changed[record.id] = record
        self._place(record)
        self._taken.add(record.id)

    def of(self, person_id: UUID) -> Record | None:
        """The record of the register with this id."""
        return self._by_id.get(person_id)

    def is_taken(self, record: Record) -> bool:
        """Whether an earlier row of this list was this record."""
        return record.id in self._taken


class _Match:
    """One row on its way to its fate."""

    def __init__(self, planner: Planner, entry: Entry) -> None:
        self.planner, self.entry = planner, entry
        self.warnings = list(entry.warnings)
        self.faults: list[Remark] = []

    def fate(self) -> RowFate:
        """What becomes of the row; records are changed on the way unless it has faults."""
        home, joined = self._home(), self._groups()
        if self.faults:
            return self._error()
        traits = self._traits(home)
        found = self.planner.candidates(traits)
        if self._citizen_taken(found):
            return self._error()
        record, alike = who_is(traits, found, self.planner.is_taken)
        if record is not None:
            return self._known(record, home, joined)
        decision, shown = self.planner.decisions.get(
            (self.planner.table, self.entry.row), ("", None)
        )
        told = self.planner.of(shown) if shown else None
        if told is not None and decision == SAME:
            reasons = next((like.reasons for one, _t, like in found if one is told), ())
            known = self._known(told, home, joined)
            return replace(
                known,
                fate="updated",
                decision=SAME,
                alike=shown_as(told, reasons),
                entry=self.entry,
            )
        fate = self._new(home, joined, alike)
        if told is None or fate.alike is None or fate.person_id is None:
            return fate
        self.planner.plan.told_apart.append((fate.person_id, told.id))
        return replace(fate, fate="new", decision=OTHER)

    def _error(self) -> RowFate:
        return RowFate(self.entry.row, "error", self.entry.name, faults=tuple(self.faults))

    def _traits(self, home: Home | None) -> Traits:
        e = self.entry
        return Traits(
            e.name, e.birth.day if e.birth else None, e.birth.year if e.birth else None, e.sex,
            home.unit_id if home else None, home.household_id if home else None, e.phone,
            self.planner.digest(e.citizen_id) if e.citizen_id else None,
        )  # fmt: skip

    # Where and with whom

    def _fault(self, problem: Problem, *fields: str) -> None:
        self.faults.append(Remark(self.entry.row, self.planner.columns.of(*fields), problem))

    def _home(self) -> Home | None:
        e = self.entry
        if e.household and not e.unit and self.planner.default_home is None:
            self._fault(Problem("household_without_unit"), "household")
        place = self._place()
        if place is None:
            return None
        household = self.planner.household(place, e.household) if e.household else None
        return Home(place.id, household, e.residence, e.lives_from, e.lives_to)

    def _place(self) -> Place | None:
        if not self.entry.unit:
            return self.planner.default_home
        found = self.planner.register.places.home(self.entry.unit)
        if isinstance(found, Problem):
            self._fault(found, "unit", "address")
            return None
        return found

    def _groups(self) -> list[Group]:
        e = self.entry
        place = self._workplace()
        kinds = list(e.groups) or (["student"] if e.level and place is None else [])
        if place and not kinds:
            kinds = [kind for kind in [groups.kind_by_place(place.kind, e.level)] if kind]
            if not kinds:
                self._fault(Problem("workplace_unclear", e.workplace[:40]), "workplace")
        if "student" in kinds and not e.level:
            self._warn("group_without_level", "", "level", "group")
        at = self._held_at(kinds, place)
        return [
            Group(kind, place.id if place and kind == at else None,
                  e.level if kind == "student" else None, e.member_from, e.member_to)
            for kind in kinds
        ]  # fmt: skip

    def _workplace(self) -> Place | None:
        if not self.entry.workplace:
            return None
        found = self.planner.register.places.workplace(self.entry.workplace)
        if isinstance(found, Problem):
            self._fault(found, "workplace")
            return None
        return found

    def _held_at(self, kinds: list[str], place: Place | None) -> str | None:
        """Which of the row's groups the workplace belongs to."""
        if place is None or not kinds:
            return None
        return next((kind for kind in kinds if groups.belongs_at(kind, place.kind)), kinds[0])

    def _warn(self, code: str, value: str, *fields: str) -> None:
        column = self.planner.columns.of(*fields) if fields else None
        self.warnings.append(Remark(self.entry.row, column, Problem(code, value)))

    # Who it is

    def _citizen_taken(self, found: Sequence[Candidate]) -> bool:
        """The same citizen ID under another name or year of birth: one of the two is wrong."""
        for record, _traits, alike in found:
            if "citizen_same" in alike.reasons and alike.level is not Level.SAME:
                if self.planner.is_taken(record):
                    self._fault(Problem("citizen_id_twice", str(record.row)), "citizen_id")
                else:
                    self._fault(Problem("citizen_id_taken", _shown(record)), "citizen_id")
                return True
        return False

    # What changes

    def _new(self, home: Home | None, joined: list[Group], alike: Candidate | None) -> RowFate:
        e = self.entry
        record = Record(uuid7(), e.name, sex=e.sex, phone=e.phone, state="new")
        self._fill(record)
        self._settle(record, home, joined)
        if home is None and not joined:
            self._warn("nowhere", "")
        self.planner.keep(record, e.row)
        doubt = shown_as(alike[0], alike[2].reasons) if alike else None
        return RowFate(e.row, "doubtful" if doubt else "new", e.name, record.id,
                       warnings=tuple(self.warnings), alike=doubt, entry=e if doubt else None)  # fmt: skip

    def _known(self, record: Record, home: Home | None, joined: list[Group]) -> RowFate:
        repeated = self.planner.is_taken(record)
        if repeated:
            self._warn("row_repeated", str(record.row))
        changes = [*self._fill(record), *self._settle(record, home, joined)]
        self.planner.keep(record, self.entry.row)
        return RowFate(
            self.entry.row, "updated" if changes else "unchanged", self.entry.name, record.id,
            tuple(dict.fromkeys(changes)), warnings=tuple(self.warnings),
        )  # fmt: skip

    def _settle(self, record: Record, home: Home | None, joined: list[Group]) -> list[str]:
        today = self.planner.today
        changes = settle(record, home, today, uuid7) if home else []
        for group in joined:
            changes += join(record, group, today, uuid7)
        return changes

    def _fill(self, record: Record) -> list[str]:
        """The person's own data that the row adds or corrects; the codes of what changed."""
        e, changes = self.entry, []
        if e.birth and _says_more(e.birth, record):
            record.born, record.year = e.birth.day, e.birth.year
            changes.append("birth")
        for name in ("sex", "phone"):
            said = getattr(e, name)
            if said and getattr(record, name) != said:
                setattr(record, name, said)
                changes.append(name)
        if self._name_gains_marks(record):
            record.name = e.name
            changes.append("name")
        if e.citizen_id and record.citizen is None:
            record.citizen = self.planner.digest(e.citizen_id)
            self.planner.plan.citizen_ids[record.id] = e.citizen_id
            changes.append("citizen_id")
        if changes:
            record.touch()
        return changes

    def _name_gains_marks(self, record: Record) -> bool:
        alike = names.names_alike(*sorted((record.name, self.entry.name)))
        if alike not in ("name_same", "name_marks"):
            self._warn("name_other", record.name, "name", "family_name")
        marked = any(s.is_marked for s in letters.syllables(self.entry.name))
        return alike == "name_marks" and marked


def who_is(
    traits: Traits, found: Sequence[Candidate], is_taken: Callable[[Record], bool]
) -> tuple[Record | None, Candidate | None]:
    """(the record it is, or None; the candidate it may be, when that is in doubt).

    `is_taken`: whether an earlier row of the list was this record already.
    """
    same = [one for one in found if one[2].level is Level.SAME]
    exact = [
        one for one in found
        if matching.identical(traits, one[1]) and (one in same or not is_taken(one[0]))
    ]  # fmt: skip
    for sure in (exact[:1], same):
        if len(sure) == 1:
            return sure[0][0], None
    likely = same or [one for one in found if one[2].level is Level.LIKELY and not is_taken(one[0])]
    return None, max(likely, key=lambda one: one[2].points, default=None)


def _says_more(birth: Birth, record: Record) -> bool:
    """A full date says more than a year; a year alone adds nothing to a date."""
    if birth.day is None:
        return record.year is None
    return birth.day != record.born


def shown_as(record: Record, reasons: tuple[str, ...]) -> Alike:
    """A record as one side of a pair, with what speaks for and against it."""
    home = record.home()
    return Alike(record.id, record.name, record.year, reasons, record.born, record.sex,
                 home.unit_id if home else None, record.phone)  # fmt: skip


def _shown(record: Record) -> str:
    return f"{record.name}, {record.year}" if record.year else record.name
