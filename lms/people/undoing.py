"""Taking a whole import back, as far as nothing that came later stands on what it made.

What an import made and changed is kept with it, sealed: ids of rows made, and old and new values of rows
changed. People it made go when nothing refers to them; a changed field gets its old value unless somebody
changed it since. What stays is told with its reason.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Table, delete, select, update
from sqlalchemy.orm import Session

from lms.core.db import Base
from lms.core.keys import Keys
from lms.core.text import fold, sort_key
from lms.people import previews
from lms.people.models import (
    Household,
    Membership,
    Person,
    PersonDistinct,
    RegisterImport,
    Residence,
)
from lms.people.plan import Plan

CHUNK = 500
Ids = Sequence[UUID]
Values = dict[str, Any]
PARTS: Mapping[str, tuple[type, tuple[str, ...]]] = {
    "person": (Person, ("full_name", "birth_date", "birth_year", "sex", "phone", "citizen_id_hmac",
                        "citizen_id_sealed")),
    "residence": (Residence, ("person_id", "unit_id", "household_id", "kind", "from_date", "to_date")),
    "membership": (Membership, ("person_id", "kind", "unit_id", "level", "from_date", "to_date")),
}  # fmt: skip
"""The tables that an import writes, with the columns it sets."""


@dataclass
class Done:
    """What taking back did: how many people went, how many got old values back, who stays and why."""

    removed: int = 0
    restored: int = 0
    kept: dict[UUID, str] = field(default_factory=dict)
    """Person → the reason, a code of `wording.KEPT`."""


def _table(name: str) -> Table:
    return PARTS[name][0].__table__  # type: ignore[attr-defined, no-any-return]  # Every mapped class has its table.


# Keeping what is needed


def before(session: Session, commune_id: UUID, plan: Plan) -> dict[str, dict[str, Values]]:
    """Table → id → the values of the rows that a plan will change, as they are now."""
    return {name: _values(session, commune_id, name, _ids(plan, name, "changed")) for name in PARTS}


def _ids(plan: Plan, name: str, state: str) -> list[UUID]:
    if name == "person":
        return [record.id for record in plan.records if record.state == state]
    return [
        part.id
        for record in plan.records
        for part in (record.stays if name == "residence" else record.belongings)
        if part.state == state
    ]


def _values(session: Session, commune_id: UUID, name: str, ids: Ids) -> dict[str, Values]:
    table, columns = _table(name), PARTS[name][1]
    found: dict[str, Values] = {}
    for part in _chunks(ids):
        query = select(table.c.id, *(table.c[c] for c in columns)).where(
            table.c.commune_id == commune_id, table.c.id.in_(part)
        )
        for row in session.execute(query):
            found[str(row[0])] = dict(zip(columns, map(_plain, row[1:]), strict=True))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _chunks(ids: Ids) -> Iterator[Ids]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def remember(
    session: Session, keys: Keys, row: RegisterImport, plan: Plan, old: dict[str, dict[str, Values]]
) -> None:
    """Keep with an applied import what taking it back needs; `old` comes from `before`."""
    made = {name: _ids(plan, name, "new") for name in PARTS}
    parts = {n: _values(session, row.commune_id, n, made[n]) for n in ("residence", "membership")}
    changed = {
        name: _changes(
            values, _values(session, row.commune_id, name, [UUID(key) for key in values])
        )
        for name, values in old.items()
    }
    told = {
        "people": [str(key) for key in made["person"]],
        "parts": parts,
        "changed": changed,
        "households": [str(household.id) for household in plan.households],
        "told_apart": [[str(a), str(b)] for a, b in plan.told_apart],
    }
    row.undo = previews.sealed(keys, json.dumps(told).encode(), f"undo:{row.id}")


def _changes(old: dict[str, Values], new: dict[str, Values]) -> dict[str, Values]:
    """Id → column → [old, new], where they differ."""
    return {
        key: {c: [was, new[key][c]] for c, was in values.items() if new[key][c] != was}
        for key, values in old.items()
    }


# Taking back


def take_back(session: Session, keys: Keys, row: RegisterImport) -> Done:
    """Undo an applied import in the caller's transaction."""
    if row.undo is None:
        return Done()
    told = json.loads(previews.opened(keys, row.undo, f"undo:{row.id}"))
    return _Undoing(session, row, told).run()


class _Undoing:
    """One import while it is taken back."""

    def __init__(self, session: Session, row: RegisterImport, told: dict[str, Any]) -> None:
        self.session, self.row, self.told = session, row, told
        self.commune_id = row.commune_id
        self.people = [UUID(key) for key in told["people"]]
        self.done = Done()
        self.stays: set[tuple[str, UUID]] = set()
        """(table, person) of the homes and groups made here that stay."""

    def run(self) -> Done:
        self._forget_told_apart()
        self._keep_what_stands()
        gone = set(self.people) - set(self.done.kept)
        for name in ("residence", "membership"):
            self._remove_parts(name, gone)
        self._remove("person", [key for key in self.people if key in gone])
        self.done.removed = len(gone)
        for name in PARTS:
            self._restore(name)
        self._remove_households()
        self.row.undo = None
        self.session.flush()
        return self.done

    def _forget_told_apart(self) -> None:
        for one, other in self.told["told_apart"]:
            first, second = sorted((UUID(one), UUID(other)))
            self.session.execute(
                delete(PersonDistinct).where(
                    PersonDistinct.commune_id == self.commune_id,
                    PersonDistinct.first_id == first,
                    PersonDistinct.second_id == second,
                )
            )

    def _keep_what_stands(self) -> None:
        """Find the people made here that something later refers to, or that somebody changed."""
        own = {name: set(rows) for name, rows in self.told["parts"].items()}
        for person, reason in referring(self.session, self.commune_id, "person", self.people, own):
            self.done.kept.setdefault(person, reason)
        for name, rows in self.told["parts"].items():
            now = _values(self.session, self.commune_id, name, [UUID(key) for key in rows])
            for key, values in rows.items():
                if now.get(key) != values and UUID(values["person_id"]) in set(self.people):
                    self.done.kept.setdefault(UUID(values["person_id"]), "edited")
        applied = self.row.applied_at
        for part in _chunks(self.people):
            edited = select(Person.id).where(
                Person.commune_id == self.commune_id,
                Person.id.in_(part),
                Person.updated_at > applied,
            )
            for person in self.session.scalars(edited):
                self.done.kept.setdefault(person, "edited")

    def _remove_parts(self, name: str, gone: set[UUID]) -> None:
        """Homes and groups of people who go, and those added to people who were there before."""
        rows = self.told["parts"][name]
        now = _values(self.session, self.commune_id, name, [UUID(key) for key in rows])
        stands = {key for key, _why in referring(
            self.session, self.commune_id, name, [UUID(key) for key in rows], {})}  # fmt: skip
        made = set(self.people)
        away = []
        for key, values in rows.items():
            person = UUID(values["person_id"])
            if person in gone or (
                person not in made and now.get(key) == values and UUID(key) not in stands
            ):
                away.append(UUID(key))
            elif person not in made:
                self.stays.add((name, person))
                self.done.kept.setdefault(person, "edited")
        self._remove(name, away)

    def _remove(self, name: str, ids: Ids) -> None:
        table = _table(name)
        for part in _chunks(ids):
            self.session.execute(
                delete(table).where(table.c.commune_id == self.commune_id, table.c.id.in_(part))
            )

    def _restore(self, name: str) -> None:
        """Give changed columns their old values, unless somebody changed them since."""
        changed = self.told["changed"].get(name, {})
        now = _values(self.session, self.commune_id, name, [UUID(key) for key in changed])
        for key, columns in changed.items():
            if key not in now:
                continue
            person = UUID(key) if name == "person" else UUID(now[key]["person_id"])
            if (name, person) in self.stays:
                # The old home ended for the new one, which stays: nobody lives in both.
                continue
            back = {c: was for c, (was, then) in columns.items() if now[key][c] == then}
            if len(back) < len(columns):
                self.done.kept.setdefault(person, "edited")
            if back:
                self._write(name, UUID(key), back)
                self.done.restored += name == "person"

    def _write(self, name: str, key: UUID, values: Values) -> None:
        table = _table(name)
        typed = {c: _typed(table.c[c], value) for c, value in values.items()}
        if "full_name" in typed:
            typed |= {
                "sort_key": sort_key(typed["full_name"]),
                "search_key": fold(typed["full_name"]),
            }
        self.session.execute(
            update(table)
            .where(table.c.commune_id == self.commune_id, table.c.id == key)
            .values(typed)
        )

    def _remove_households(self) -> None:
        ids = [UUID(key) for key in self.told["households"]]
        used = {key for key, _why in referring(self.session, self.commune_id, "household", ids, {})}
        for part in _chunks([key for key in ids if key not in used]):
            self.session.execute(
                delete(Household).where(
                    Household.commune_id == self.commune_id, Household.id.in_(part)
                )
            )


def _typed(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    kind = column.type.python_type
    if kind is date:
        return date.fromisoformat(value)
    return UUID(value) if kind is UUID else value


# What refers to a row


def referring(
    session: Session, commune_id: UUID, name: str, ids: Ids, own: Mapping[str, set[str]]
) -> list[tuple[UUID, str]]:
    """(id, code of the reason) for each row that some table refers to; `own` rows (by table) do not count.

    The tables are found by their foreign keys, so that one of a higher package counts, too.
    """
    found = []
    for table, column in _references(name):
        for part in _chunks(ids):
            query = select(column, table.c.id).where(
                table.c.commune_id == commune_id, column.in_(part)
            )
            found += [
                (row[0], _REASONS.get(table.name, "used"))
                for row in session.execute(query)
                if str(row[1]) not in own.get(table.name, ())
            ]
    return found


def _references(name: str) -> Iterable[tuple[Table, Column[Any]]]:
    for table in Base.metadata.sorted_tables:
        for constraint in table.constraints:
            if (
                isinstance(constraint, ForeignKeyConstraint)
                and constraint.referred_table.name == name
            ):
                yield table, next(c for c in constraint.columns if c.name != "commune_id")


_REASONS = {"enrolment": "enrolled", "person_link": "merged", "person_distinct": "merged",
            "residence": "edited", "membership": "edited"}  # fmt: skip


__all__ = ["Done", "before", "referring", "remember", "take_back"]
