"""What names a person in a text somebody wrote, and taking it out wherever texts are kept.

Names, phones and citizen IDs get into diaries, reasons and remarks against our advice. Erasure looks
through every text column of every table but those that are named here with the reason; a new table is
looked through without anybody thinking of it.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, String, Table, Text, cast, or_, select, update
from sqlalchemy.orm import Session

from lms.core.db import Base
from lms.core.i18n import _
from lms.core.text import fold
from lms.people.models import Person

LEFT_ALONE = {
    "account": "staff, not people of the register",
    "answer": "choices among options, by pseudonym",
    "attempt": "a projection of the events, by pseudonym",
    "attainment": "ids and codes",
    "attendance": "ids and codes",
    "audit_entry": "hash-chained; it holds ids and reasons, never a name of ours",
    "box": "the label on a laptop, keys and counts",
    "box_bundle": "digests and counts",
    "box_fate": "ids and codes",
    "box_parcel": "signed, under its digest; ids and counts",
    "box_self": "the label on a laptop, and keys",
    "certificate": "emptied by its own package; another person's of the same name must stay",
    "certificate_form": "as certificate",
    "certificate_part": "shared templates and fonts",
    "class_pack": "emptied whole by its own package",
    "commune": "no person",
    "course_draft_file": "what is taught",
    "course_media": "what is taught",
    "data_request": "emptied by its own column, of this person's requests only",
    "data_version": "numbers",
    "device": "the label on a tablet's back",
    "event": "verbatim and by pseudonym; the table is never altered",
    "event_quarantine": "verbatim, under its hash",
    "feed_change": "digests",
    "figure_cell": "counts",
    "figure_count": "counts",
    "household": "the commune's own number of a home",
    "learner_session": "digests and ids",
    "learning_day": "minutes",
    "lesson_progress": "ids and codes",
    "machine_client": "other systems and who answers for them",
    "machine_use": "counts of calls",
    "membership": "ids and codes; deleted of this person",
    "outside_fact": "ids and codes",
    "person": "other people of the same name stay",
    "plan_definition": "plan files, under their hash",
    "programme_version": "what is taught",
    "publication": "published, under its hash; without people",
    "report_document": "sent, under its hash",
    "report_snapshot": "closed, under its hash",
    "representative": "deleted of this person; others of the same name stay",
    "residence": "ids and codes; deleted of this person",
    "restatement": "published, under its hash",
    "task_observation": "ids and codes",
    "unit": "no person",
}
"""Table → why its texts are not looked through."""


BY_MACHINE = ("_digest", "_hmac", "_sealed", "sha256", "hash", "kind", "state", "status", "level")
"""Ends of the names of columns that nobody types in."""
TESTS = 400
"""Conditions in one statement at most: SQLite refuses an expression that is deeper than 1000."""


def mask() -> str:
    """What stands in a text where somebody was named."""
    return _("(đã xóa)")


@dataclass(frozen=True, slots=True)
class Marks:
    """Texts that name one person. `names` is empty when somebody else has the same name."""

    names: frozenset[str] = field(default_factory=frozenset)
    numbers: frozenset[str] = field(default_factory=frozenset)
    shared: frozenset[str] = field(default_factory=frozenset)
    """Names that another record of the register has too: a text may mean that one."""

    @property
    def words(self) -> tuple[str, ...]:
        """What is taken out, the longest first: names also without marks, numbers also in groups."""
        plain = {fold(name) for name in self.names}
        grouped = {way for number in self.numbers for way in ways_to_write(number)}
        every = self.names | plain | self.numbers | grouped
        return tuple(sorted(every, key=lambda word: (-len(word), word)))


def ways_to_write(number: str) -> set[str]:
    """How people write a phone or a citizen ID: in groups, with +84 or 84 for the first zero."""
    found = set()
    for digits in {number, *((f"84{number[1:]}", f"+84{number[1:]}") if number[0] == "0" else ())}:
        found.add(digits)
        for sizes in _GROUPS:
            parts = _cut(digits, sizes)
            found |= {sign.join(parts) for sign in " .-"} if parts else set()
    return found


_GROUPS = (
    (4, 3, 3),
    (3, 3, 4),
    (4, 2, 2, 2),
    (3, 3, 3, 3),
    (4, 4, 4),
    (3, 2, 7),
    (3, 3, 3, 2),
    (2, 3, 3, 3),
)


def _cut(digits: str, sizes: Sequence[int]) -> list[str]:
    """The digits in groups of these sizes; nothing where they do not fit."""
    if sum(sizes) != len(digits):
        return []
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    return [digits[end - size : end] for end, size in zip(ends, sizes, strict=True)]


def marks_of(
    session: Session, commune_id: UUID, rows: Sequence[Person], citizen_ids: Sequence[str]
) -> Marks:
    """What names the person of these records, before they are emptied."""
    names = {row.full_name for row in rows if row.full_name}
    phones = {row.phone for row in rows if row.phone}
    own = [row.id for row in rows]
    query = select(Person.search_key).where(
        Person.commune_id == commune_id,
        Person.id.not_in(own),
        Person.search_key.in_({fold(name) for name in names}),
    )
    taken = set(session.scalars(query))
    shared = {name for name in names if fold(name) in taken}
    return Marks(frozenset(names - shared), frozenset(phones | set(citizen_ids)), frozenset(shared))


def hidden(text: str, words: Sequence[str]) -> str:
    """The text without these words, whatever the case they are written in."""
    pattern = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words)
    return re.sub(pattern, mask(), text, flags=re.IGNORECASE) if words else text


def sweep(session: Session, commune_id: UUID, marks: Marks) -> tuple[int, int]:
    """Take the words out of every text of the commune; how many texts changed, how many to look at."""
    session.flush()
    changed = sum(
        _swept(session, commune_id, table, columns, marks.words) for table, columns in _texts()
    )
    doubtful = sum(
        len(_found(session, commune_id, table, columns, tuple(marks.shared)))
        for table, columns in _texts()
    )
    session.expire_all()
    return changed, doubtful


def _texts() -> Iterator[tuple[Table, list[Column[Any]]]]:
    for name, table in sorted(Base.metadata.tables.items()):
        columns = [column for column in table.columns if _is_written_by_hand(column)]
        if name not in LEFT_ALONE and columns and {"commune_id", "id"} <= set(table.columns.keys()):
            yield table, columns


def _is_written_by_hand(column: Column[Any]) -> bool:
    return isinstance(column.type, String | Text | JSON) and not column.name.endswith(BY_MACHINE)


def _swept(
    session: Session, commune_id: UUID, table: Table, columns: list[Column[Any]], words: Sequence[str]
) -> int:  # fmt: skip
    found = _found(session, commune_id, table, columns, words)
    for row in found:
        new = {c.name: _without(row[c.name], words) for c in columns}
        session.execute(
            update(table)
            .where(table.c.commune_id == commune_id, table.c.id == row["id"])
            .values({k: v for k, v in new.items() if v != row[k]})
        )
    return len(found)


def _found(
    session: Session, commune_id: UUID, table: Table, columns: list[Column[Any]], words: Sequence[str]
) -> list[Any]:  # fmt: skip
    """Rows that hold one of the words, as mappings.

    Numbers are written in many groups, and all of them end with the same two digits: the database is
    asked for these, and each row is then read closely.
    """
    asked = {word[-2:] if word[-2:].isdigit() else word for word in words}
    tests = [test for column in columns for word in sorted(asked) for test in _sieve(column, word)]
    found: dict[UUID, Any] = {}
    for start in range(0, len(tests), TESTS):
        query = select(table.c.id, *columns).where(
            table.c.commune_id == commune_id, or_(*tests[start : start + TESTS])
        )
        found |= {row["id"]: row for row in session.execute(query).mappings()}
    return [
        row
        for row in found.values()
        if any(_without(row[c.name], words) != row[c.name] for c in columns)
    ]


def _sieve(column: Column[Any], word: str) -> Iterator[Any]:
    """What may hold the word: databases fold only the letters they know, so each way is asked for."""
    text: Any = cast(column, Text) if isinstance(column.type, JSON) else column
    ways = {word, word.upper(), word.lower(), word.title()}
    if isinstance(column.type, JSON):
        ways |= {json.dumps(way)[1:-1] for way in ways}
    for way in sorted(ways):
        yield text.contains(way, autoescape=True)


def _without(value: Any, words: Sequence[str]) -> Any:
    if isinstance(value, str):
        return hidden(value, words)
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, words) for key, one in value.items()}
    return value
