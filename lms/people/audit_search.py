"""Searching the audit log: who, what, when, about whom. The log keeps ids; names are looked up here.

An entry's body is canonical JSON, so that a part of it is found as a text: a quotation mark inside a
value is escaped there, and no value can look like another field.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.signals import send
from lms.core.text import fold
from lms.people import audit_words
from lms.people.account_queries import account_lines
from lms.people.audit_words import Line
from lms.people.machine_models import MachineClient
from lms.people.models import Person
from lms.people.queries import same_person

MOST_PEOPLE = 20
"""People whom a name may mean; a name that means more is not precise enough to search by."""
SYSTEM = "he-thong"
CHUNK = 5000


@dataclass(frozen=True)
class TracesAsked:
    """Under which ids does the log speak of these people? Packages add enrolments, certificates …"""

    commune_id: UUID
    person_ids: frozenset[UUID]
    ids: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Wanted:
    """What is searched for; empty parts ask for everything."""

    by: str = ""
    """An account or machine client, or SYSTEM."""
    what: str = ""
    """Words of the sentence, with or without diacritics."""
    since: date | None = None
    until: date | None = None
    """The last day, included; days are those of Asia/Ho_Chi_Minh."""
    about: str = ""
    """A person's name or id."""


@dataclass(frozen=True)
class Found:
    """A page of the log, the newest first."""

    lines: list[Line]
    total: int
    people: tuple[str, ...] = ()
    """Whom a name was taken to mean."""
    too_many: bool = False
    """The name means more people than a search takes."""


def search(session: Session, commune_id: UUID, wanted: Wanted, offset: int, limit: int) -> Found:
    """One page of what fits, and how many entries fit in all."""
    where, people = _where(session, commune_id, wanted)
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(where)) or 0
    query = select(AuditEntry).where(where).order_by(AuditEntry.seq.desc())
    rows = session.scalars(query.offset(offset).limit(limit)).all()
    lines = audit_words.told(session, commune_id, rows)
    names = tuple(person.full_name for person in people[:MOST_PEOPLE])
    return Found(lines, total, names, len(people) > MOST_PEOPLE)


def every(session: Session, commune_id: UUID, wanted: Wanted) -> Iterator[Line]:
    """All that fits, the oldest first, read in parts."""
    where, _people = _where(session, commune_id, wanted)
    last = 0
    while True:
        part = select(AuditEntry).where(where, AuditEntry.seq > last)
        rows = session.scalars(part.order_by(AuditEntry.seq).limit(CHUNK)).all()
        if not rows:
            return
        yield from audit_words.told(session, commune_id, rows)
        last = rows[-1].seq
        session.expunge_all()


def doers(session: Session, commune_id: UUID) -> list[tuple[str, str]]:
    """(id, name) of everybody who can have done something: staff, other systems, commands."""
    staff = [(str(line.id), line.name) for line in account_lines(session, commune_id)]
    machines = session.execute(
        select(MachineClient.id, MachineClient.name)
        .where(MachineClient.commune_id == commune_id)
        .order_by(MachineClient.name)
    )
    return [*staff, *((str(row[0]), row[1]) for row in machines)]


def _where(
    session: Session, commune_id: UUID, wanted: Wanted
) -> tuple[ColumnElement[bool], list[Person]]:
    parts: list[ColumnElement[bool]] = [AuditEntry.commune_id == commune_id]
    people = _people(session, commune_id, wanted.about) if wanted.about else []
    if wanted.since:
        parts.append(AuditEntry.at >= _midnight(wanted.since))
    if wanted.until:
        parts.append(AuditEntry.at < _midnight(wanted.until + timedelta(days=1)))
    if wanted.by:
        parts.append(_by(wanted.by))
    if wanted.what:
        parts.append(_what(wanted.what))
    if wanted.about:
        parts.append(_about(session, commune_id, people))
    return and_(*parts), people


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), clock.VIETNAM)


def _by(who: str) -> ColumnElement[bool]:
    asked = '"by":{"id":null,"role":"system"}' if who == SYSTEM else f'"by":{{"id":"{who}",'
    return AuditEntry.body.contains(asked, autoescape=True)


def _what(words: str) -> ColumnElement[bool]:
    asked = fold(words)
    ends = [
        f'"kind":"{kind}","verb":"{verb}"}}'
        for (verb, kind), sentence in audit_words.sentences()
        if asked in fold(sentence)
    ]
    return _any(AuditEntry.body.endswith(end, autoescape=True) for end in ends)


def _people(session: Session, commune_id: UUID, about: str) -> list[Person]:
    """The person of this id, or those whose name holds these words."""
    query = select(Person).where(Person.commune_id == commune_id)
    try:
        query = query.where(Person.id == UUID(about))
    except ValueError:
        query = query.where(Person.search_key.contains(fold(about), autoescape=True))
    return list(session.scalars(query.order_by(Person.sort_key).limit(MOST_PEOPLE + 1)))


def _about(session: Session, commune_id: UUID, people: list[Person]) -> ColumnElement[bool]:
    if not people or len(people) > MOST_PEOPLE:
        return false()
    records = {key for p in people for key in same_person(session, commune_id, p.id)}
    traces = TracesAsked(commune_id, frozenset(records), set(records))
    send(session, traces)
    return _any(AuditEntry.body.contains(f'"{key}"', autoescape=True) for key in traces.ids)


def _any(parts: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(false(), *parts)
