"""Everything that is held about one person, table by table, for the person to read or to take along.

The tables are found by what their columns point at, so a new table is in the copy without anybody
thinking of it. Secrets that only open something (digests, seals, tokens) are left out; of the citizen ID
the last three digits are shown, for the copy leaves the office.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Table, or_, select
from sqlalchemy.orm import Session

from lms.core.audit import AuditEntry
from lms.core.db import Base
from lms.core.guard import Actor, require
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.text import day
from lms.people import audit_words, privacy_register, queries
from lms.people.models import Person
from lms.people.privacy_columns import CODED, COLUMNS, VALUES

POINTERS: Mapping[str, str] = {
    "person_id": "person", "ambassador_id": "person", "mentee_id": "person", "helper_id": "person",
    "duplicate_id": "person", "survivor_id": "person", "first_id": "person", "second_id": "person",
    "enrolment_id": "enrolment", "learner_id": "enrolment", "from_id": "enrolment",
    "to_id": "enrolment", "attempt_id": "attempt", "certificate_id": "certificate",
    "attainment_id": "attainment",
}  # fmt: skip
"""Column → the table whose ids it holds."""
ORDER = ("person", "enrolment", "attempt", "certificate", "attainment")
"""Whose rows lead on to other rows, in the order in which they are found."""
PLACES = {
    "unit_id": ("unit", "name"),
    "cohort_id": ("cohort", "name"),
    "household_id": ("household", "code"),
}
"""Column → the table and column that name what its id means."""
_WHEN = ("Ngày",)
SECRET = ("_digest", "_hmac", "_sealed", "token", "sealed", "hash", "sha256")
ENTRIES = 2000
"""Entries of the log that are told at most, the newest."""


@dataclass(frozen=True)
class Part:
    """The rows of one table about the person."""

    table: str
    title: str
    rows: list[dict[str, Any]]

    @property
    def shown(self) -> list[list[tuple[str, str]]]:
        """Rows for the eye: (label, value) of the columns that have words; ids are for the file."""
        found = (
            [
                (str(COLUMNS[c]), _said(self.table, c, v))
                for c, v in row.items()
                if self._is_shown(c, v)
            ]
            for row in self.rows
        )
        return [row for row in found if any(label not in _WHEN for label, _value in row)]

    @property
    def lines(self) -> list[tuple[list[tuple[str, str]], int]]:
        """The rows shown, each once with how often it is there."""
        counted: dict[tuple[tuple[str, str], ...], int] = {}
        for row in self.shown:
            counted[tuple(row)] = counted.get(tuple(row), 0) + 1
        return [(list(row), count) for row, count in counted.items()]

    @property
    def bare(self) -> int:
        """How many rows have nothing to show but a moment or codes of the program."""
        return len(self.rows) - len(self.shown)

    def _is_shown(self, column: str, value: Any) -> bool:
        is_clear = column not in CODED or _words(self.table, column) is not None
        return column in COLUMNS and is_clear and value not in (None, "", [], {})


@dataclass(frozen=True)
class Everything:
    """What is held about one person."""

    name: str
    citizen_id: str
    parts: list[Part]
    entries: list[tuple[datetime, str]]
    """Of the log: when, what."""

    @property
    def groups(self) -> list[tuple[str, list[Part]]]:
        """Parts under the words of their activity, in the order of the register of processing."""
        found: dict[str, list[Part]] = {one.what: [] for one in privacy_register.activities()}
        for part in self.parts:
            found.setdefault(part.title, []).append(part)
        return [(title, parts) for title, parts in found.items() if parts]


def everything(session: Session, who: Actor, keys: Keys, person_id: UUID) -> Everything:
    """Everything of a person, of all records that are one; an erased one has bare ids left."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    known: dict[str, set[UUID]] = {"person": queries.same_person(session, who.commune, person_id)}
    person = session.get_one(Person, (who.commune, person_id))
    for name in ORDER[1:]:
        known[name] = set(_ids(session, who.commune, Base.metadata.tables[name], known))
    parts = [
        Part(table.name, privacy_register.title(table.name), rows)
        for table in _tables()
        if (rows := list(_rows(session, who.commune, table, known)))
    ]
    return Everything(
        person.full_name, _last_digits(keys, person), parts, _entries(session, who.commune, known)
    )


def _last_digits(keys: Keys, person: Person) -> str:
    if not person.citizen_id_sealed:
        return ""
    return "•" * 9 + keys.open(person.citizen_id_sealed, str(person.id))[-3:]


def _tables() -> list[Table]:
    """Tables that point at a person, those of the register first."""
    every = [Base.metadata.tables["person"]]
    every += [t for t in Base.metadata.sorted_tables if _pointers(t) and t.name != "person"]
    return [table for table in every if "commune_id" in table.c]


def _pointers(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name in POINTERS]


def _about(table: Table, known: Mapping[str, Collection[UUID]]) -> Any:
    tests = [table.c[c].in_(known.get(POINTERS[c], ())) for c in _pointers(table)]
    if table.name in ORDER:
        tests.append(table.c.id.in_(known.get(table.name, ())))
    return or_(*tests)


def _ids(
    session: Session, commune_id: UUID, table: Table, known: Mapping[str, Collection[UUID]]
) -> Iterator[UUID]:
    query = select(table.c.id).where(table.c.commune_id == commune_id, _about(table, known))
    yield from session.scalars(query)


def _rows(
    session: Session, commune_id: UUID, table: Table, known: Mapping[str, Collection[UUID]]
) -> Iterator[dict[str, Any]]:
    columns = [column for column in table.columns if _is_told(column)]
    query = select(*columns).where(table.c.commune_id == commune_id, _about(table, known))
    found = [dict(row) for row in session.execute(query).mappings()]
    for column, (where, word) in PLACES.items():
        if column in table.c:
            _name(session, commune_id, found, column, Base.metadata.tables[where].c[word])
    yield from found


def _name(
    session: Session, commune_id: UUID, rows: list[dict[str, Any]], column: str, word: Any
) -> None:
    """Put beside an id what it means to people, under the name of its table."""
    table = word.table
    ids = {row[column] for row in rows if row[column]}
    query = select(table.c.id, word).where(table.c.commune_id == commune_id, table.c.id.in_(ids))
    names = {row[0]: row[1] for row in session.execute(query)}
    for row in rows:
        row[f"{table.name}_name"] = names.get(row[column])


def _is_told(column: Any) -> bool:
    is_secret = column.name.endswith(SECRET)
    return not (is_secret or isinstance(column.type, LargeBinary) or column.name == "commune_id")


def _entries(
    session: Session, commune_id: UUID, known: Mapping[str, Collection[UUID]]
) -> list[tuple[datetime, str]]:
    """What the log says about the person's records, by the ids in it."""
    about = {str(key) for name in ("person", "enrolment", "certificate") for key in known[name]}
    tests = [AuditEntry.body.contains(key) for key in sorted(about)]
    query = select(AuditEntry).where(AuditEntry.commune_id == commune_id, or_(*tests))
    rows = session.scalars(query.order_by(AuditEntry.seq.desc()).limit(ENTRIES))
    return [(row.at, audit_words.sentence(json.loads(row.body))) for row in rows]


def _words(table: str, column: str) -> Mapping[str, Any] | None:
    return VALUES.get((table, column)) or VALUES.get(("", column))


def _said(table: str, column: str, value: Any) -> str:
    words = _words(table, column)
    if words is not None and str(value) in words:
        return str(words[str(value)])
    if isinstance(value, date | datetime):
        return day(value)
    if isinstance(value, bool):
        return "có" if value else "không"
    return str(value)


def as_json(it: Everything) -> str:
    """The copy as a file that other programs can read."""
    told = {
        "name": it.name,
        "citizen_id": it.citizen_id,
        "tables": {part.table: [_plain(row) for row in part.rows] for part in it.parts},
        "log": [[at.isoformat(), what] for at, what in it.entries],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat()
        if isinstance(value, date | datetime | time)
        else str(value)
        if isinstance(value, UUID)
        else value
        for key, value in row.items()
    }
