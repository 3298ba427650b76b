"""The register of certificates (sổ cấp giấy chứng nhận): what was issued, found, counted and paged.

It is read in a fixed number of statements. Counting, ordering and skipping pages happen in the index
`ix_certificate_register` alone, because a row with its page is kilobytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from certificates import queries, rules
from certificates.models import Certificate
from certificates.rules import Claims
from courses import queries as courses_queries
from lms.cohorts.models import Cohort
from lms.core.errors import Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import fold, number
from lms.people import queries as people_queries
from lms.people.models import Person, Unit

PAGE = 50
CHUNK = 500
MOST_IN_BOOK = 10_000
"""Rows of a workbook: it is put together in memory, and an office files a book a year."""
STATUSES = (rules.VALID, rules.REVOKED, rules.REPLACED, rules.DUPLICATE)
_NUMBER = re.compile(r"(\d{1,9})(?:/(\d{4})(?:/[A-Z0-9]{3,6})?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the register is looked at; empty means all that the actor may see."""

    text: str = ""
    """A number as printed or its beginning part ('12', '12/2026'), a check code, or words of a name."""
    year: int | None = None
    programme: str = ""
    unit_id: UUID | None = None
    """The unit that organised the class."""
    cohort_id: UUID | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register. `said` is None when the person was erased: then only the number is left."""

    id: UUID
    number: str
    issued_on: date
    status: str
    status_on: date | None
    reason: str
    replaced_by: str | None
    cohort_id: UUID | None
    cohort: str
    said: Claims | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of entries, newest first, and how many there are of each status under the same filter."""

    entries: Sequence[Entry]
    counts: Mapping[str, int]
    total: int
    """Entries of the chosen status; all of them where none is chosen."""

    @property
    def everything(self) -> int:
        """Entries of all statuses."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Choices:
    """What the register can be narrowed to: only years and programmes that occur."""

    years: Sequence[int]
    programmes: Mapping[str, str]
    """Code → title."""
    units: Sequence[Unit]

    @property
    def year_options(self) -> list[tuple[str, str]]:
        """The years as options of a field."""
        return [(str(year), str(year)) for year in self.years]

    @property
    def unit_options(self) -> list[tuple[str, str]]:
        """The units as options of a field."""
        return [(str(unit.id), unit.name) for unit in self.units]


def page(session: Session, who: Actor, wanted: Wanted, offset: int) -> Page:
    """One page, in three statements whatever the size of the register."""
    counts = count(session, who, wanted)
    total = counts.get(wanted.status, 0) if wanted.status else sum(counts.values())
    ids = session.scalars(
        select(Certificate.id)
        .where(*_conditions(who, wanted))
        .order_by(Certificate.year.desc(), Certificate.sequence.desc())
        .offset(offset)
        .limit(PAGE)
    ).all()
    rows = {row[0]: row for row in session.execute(_rows(who).where(Certificate.id.in_(ids)))}
    return Page([_entry(rows[key]) for key in ids if key in rows], counts, total)


def count(session: Session, who: Actor, wanted: Wanted) -> dict[str, int]:
    """How many entries of each status there are; the status that is wanted does not narrow it."""
    found = session.execute(
        select(Certificate.status, func.count())
        .where(*_conditions(who, replace(wanted, status="")))
        .group_by(Certificate.status)
    )
    return {row[0]: row[1] for row in found}


def require_book(session: Session, who: Actor, wanted: Wanted) -> None:
    """Invalid when there are more entries than one workbook takes."""
    counts = count(session, who, wanted)
    found = counts.get(wanted.status, 0) if wanted.status else sum(counts.values())
    if found > MOST_IN_BOOK:
        words = _("Có %(n)s giấy, nhiều hơn %(most)s giấy một tệp Excel. Hãy chọn một năm rồi tải; cần cả sổ "
                  "thì tải dạng csv.", n=number(found), most=number(MOST_IN_BOOK))  # fmt: skip
        raise Invalid(words, fields={"nam": [words]})


def everything(session: Session, who: Actor, wanted: Wanted) -> Iterator[Entry]:
    """All entries in the order of their numbers, a few at a time."""
    query = _rows(who).where(*_conditions(who, wanted))
    ordered = query.order_by(Certificate.year, Certificate.sequence)
    for row in session.execute(ordered.execution_options(yield_per=CHUNK)):
        yield _entry(row)


def choices(session: Session, who: Actor) -> Choices:
    """What the filters offer this actor."""
    pairs = session.execute(
        select(Certificate.year, Certificate.programme_code).where(*_seen(who)).distinct()
    ).all()
    titles = {row.code: row.title for row in courses_queries.newest(session, who.commune)}
    codes = sorted({code for _year, code in pairs})
    units = [] if who.role is Role.TRAINER else people_queries.units(session, who)
    return Choices(
        sorted({year for year, _code in pairs}, reverse=True),
        {code: titles.get(code, code) for code in codes},
        units,
    )


def _seen(who: Actor) -> list[ColumnElement[bool]]:
    mine: list[ColumnElement[bool]] = [Certificate.commune_id == who.commune]
    return [*mine, Certificate.cohort_id.in_(who.cohort_ids)] if who.role is Role.TRAINER else mine


def _conditions(who: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [*_seen(who), *_named(who, wanted.text)]
    if wanted.year is not None:
        found.append(Certificate.year == wanted.year)
    if wanted.programme:
        found.append(Certificate.programme_code == wanted.programme)
    if wanted.unit_id is not None:
        held = (Cohort.commune_id == who.commune) & (Cohort.unit_id == wanted.unit_id)
        found.append(Certificate.cohort_id.in_(select(Cohort.id).where(held)))
    if wanted.cohort_id is not None:
        found.append(Certificate.cohort_id == wanted.cohort_id)
    if wanted.status:
        found.append(Certificate.status == wanted.status)
    return found


def _named(who: Actor, text: str) -> list[ColumnElement[bool]]:
    """What the words of a search ask for: a number, a check code, else a person's present name."""
    if match := _NUMBER.fullmatch(text.strip()):
        year = [Certificate.year == int(match[2])] if match[2] else []
        return [Certificate.sequence == int(match[1]), *year]
    if code := rules.read_code(text):
        return [Certificate.token == code.token]
    words = fold(text).split()[:8]
    if not words:
        return []
    like = [Person.search_key.contains(word, autoescape=True) for word in words]
    # The lower bound says nothing, but leads SQLite to the index of the search keys, a tenth of the table.
    known = select(Person.id).where(
        Person.commune_id == who.commune, Person.search_key >= "", *like
    )
    return [Certificate.person_id.in_(known)]


def _rows(who: Actor) -> Any:
    later = aliased(Certificate)
    mine = Certificate.commune_id
    return (
        select(
            Certificate.id, Certificate.number, Certificate.issued_on, Certificate.status,
            Certificate.status_on, Certificate.status_reason, later.number, Certificate.cohort_id,
            Cohort.name, Certificate.data,
        )
        .outerjoin(later, (later.commune_id == mine) & (later.replaces_id == Certificate.id))
        .outerjoin(Cohort, (Cohort.commune_id == mine) & (Cohort.id == Certificate.cohort_id))
        .where(mine == who.commune)
    )  # fmt: skip


def _entry(row: Any) -> Entry:
    key, number, issued, status, on, reason, later, cohort_id, cohort, data = row
    said = Claims.from_plain(data["claims"]) if data else None
    return Entry(
        key, number, issued, status, on, reason or "", later, cohort_id, cohort or "", said
    )


def require_class(session: Session, who: Actor, wanted: Wanted) -> Cohort | None:
    """The class that is looked at; a foreign one is missing, another trainer's is forbidden."""
    return queries.may_see(session, who, wanted.cohort_id) if wanted.cohort_id else None
