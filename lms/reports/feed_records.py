"""Records for other systems: attainments and certificates under pseudonyms, with names only where granted.

The person is the id that stands for somebody after merges. No citizen ID, no phone, no home is read.
"""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from assessments.models import Attainment, AttainmentRevocation
from certificates.models import Certificate
from courses.models import ProgrammeVersionRow
from lms.core import data_versions
from lms.indicators.bare import BareId, bare_rows
from lms.people.models import Person, PersonLink
from lms.reports.feed_changes import Source, digest_of

PERSON = (Person.full_name, Person.birth_date, Person.birth_year, Person.erased_on)


def _of_person(table: Any) -> ColumnElement[bool]:
    return and_(Person.commune_id == table.commune_id, Person.id == table.person_id)


def _attainments(*columns: Any) -> "Select[*tuple[Any, ...]]":
    """These columns with the revocation's day and what is known of the person."""
    table, ended = Attainment, AttainmentRevocation
    query: Select[*tuple[Any, ...]] = select(*columns, ended.revoked_on, *PERSON)
    return query.join(Person, _of_person(table)).outerjoin(
        ended, and_(ended.commune_id == table.commune_id, ended.attainment_id == table.id)
    )


def _certificates(*columns: Any) -> "Select[*tuple[Any, ...]]":
    query: Select[*tuple[Any, ...]] = select(*columns, *PERSON)
    return query.join(Person, _of_person(Certificate))


# --- digests ------------------------------------------------------------------------------------


def survivors(session: Session, commune_id: UUID) -> dict[str, str]:
    """Bare id of a record that was joined to another → that of the one that stands at the end."""
    table = PersonLink
    query = select(BareId(table.duplicate_id), BareId(table.survivor_id)).where(
        table.commune_id == commune_id, table.undone_at.is_(None)
    )
    step = dict(bare_rows(session, query))
    return {key: _end(step, key) for key in step}


def _end(step: Mapping[str, str], key: str) -> str:
    seen = {key}
    while key in step and step[key] not in seen:
        key = step[key]
        seen.add(key)
    return key


def _digests(
    session: Session, commune_id: UUID, query: "Select[*tuple[Any, ...]]", table: Any
) -> dict[str, str]:
    """Bare id → digest; empty where the person was erased. The id and the person come first."""
    stands, told = survivors(session, commune_id), _told_of_survivors(session, commune_id)
    found = {}
    for row in bare_rows(session, query.where(table.commune_id == commune_id)):
        person = stands.get(row[1], row[1])
        named = told.get(person, row[-4:])
        gone = row[-1] is not None or named[-1] is not None
        found[row[0]] = "" if gone else digest_of(person, *row[2:-4], *named)
    return found


def _told_of_survivors(session: Session, commune_id: UUID) -> dict[str, tuple[Any, ...]]:
    """Bare id of whoever stands for others → name, birth and erasure: what is told of those others."""
    table = PersonLink
    standing = select(table.survivor_id).where(
        table.commune_id == commune_id, table.undone_at.is_(None)
    )
    query = select(BareId(Person.id), *PERSON).where(
        Person.commune_id == commune_id, Person.id.in_(standing)
    )
    return {row[0]: tuple(row[1:]) for row in bare_rows(session, query)}


def _attainment_digests(session: Session, commune_id: UUID) -> dict[str, str]:
    table = Attainment
    query = _attainments(
        BareId(table.id), BareId(table.person_id), table.programme_code, BareId(table.version_id),
        table.level, table.proof, table.occurred_on,
    )  # fmt: skip
    return _digests(session, commune_id, query, table)


def _certificate_digests(session: Session, commune_id: UUID) -> dict[str, str]:
    table = Certificate
    query = _certificates(
        BareId(table.id), BareId(table.person_id), table.number, table.status, table.status_on
    )
    return _digests(session, commune_id, query, table)


def _stamps(session: Session, commune_id: UUID, *tables: str) -> str | None:
    stamps = data_versions.stamps(session, commune_id)
    return None if stamps is None else repr([stamps.get(table) for table in tables])


def _attainment_stamp(session: Session, commune_id: UUID) -> str | None:
    return _stamps(
        session, commune_id, "attainment", "attainment_revocation", "person", "person_link"
    )


def _certificate_stamp(session: Session, commune_id: UUID) -> str | None:
    """Certificates carry no stamp of their own; number and state are read from their index alone."""
    table = Certificate
    people = _stamps(session, commune_id, "person", "person_link")
    query = select(table.year, table.sequence, table.status).where(table.commune_id == commune_id)
    rows = bare_rows(session, query.order_by(table.year, table.sequence))
    told = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    return people and f"{people} {told}"


ATTAINMENTS = Source("attainment", _attainment_stamp, _attainment_digests)
CERTIFICATES = Source("certificate", _certificate_stamp, _certificate_digests)


# --- the records themselves ---------------------------------------------------------------------


def attainments(
    session: Session, commune_id: UUID, ids: Collection[UUID], *, names: bool
) -> dict[UUID, dict[str, Any]]:
    """Attainments by id, as they are told."""
    table = Attainment
    query = (
        _attainments(table, ProgrammeVersionRow.content_hash)
        .join(ProgrammeVersionRow, ProgrammeVersionRow.id == table.version_id)
        .where(table.commune_id == commune_id, table.id.in_(ids))
    )
    stands = survivors(session, commune_id)
    told = _people(session, commune_id, stands) if names else {}
    found = {}
    for row, content, revoked, *person in session.execute(query):
        found[row.id] = {
            "id": row.id,
            "person": (stood := UUID(stands.get(row.person_id.hex, row.person_id.hex))),
            "programme": row.programme_code,
            "content": content,
            "level": row.level,
            "proof": row.proof,
            "occurred_on": row.occurred_on,
            "revoked_on": revoked,
            **(_named(*told.get(stood, person)) if names else {}),
        }
    return found


def certificates(
    session: Session, commune_id: UUID, ids: Collection[UUID], *, names: bool
) -> dict[UUID, dict[str, Any]]:
    """Certificates by id, as they are told; without the token that opens the check page."""
    table = Certificate
    columns = (
        table.id, table.person_id, table.number, table.programme_code, table.level,
        table.attainment_id, table.issued_on, table.status, table.status_on, table.replaces_id,
    )  # fmt: skip
    query = _certificates(*columns).where(table.commune_id == commune_id, table.id.in_(ids))
    stands = survivors(session, commune_id)
    told = _people(session, commune_id, stands) if names else {}
    found = {}
    for row in session.execute(query):
        found[row.id] = {
            "id": row.id,
            "person": (stood := UUID(stands.get(row.person_id.hex, row.person_id.hex))),
            "number": row.number,
            "programme": row.programme_code,
            "level": row.level,
            "attainment": row.attainment_id,
            "issued_on": row.issued_on,
            "status": row.status,
            "status_on": row.status_on,
            "replaces": row.replaces_id,
            **(_named(*told.get(stood, row[-4:])) if names else {}),
        }
    return found


def _people(
    session: Session, commune_id: UUID, stands: Mapping[str, str]
) -> dict[UUID, tuple[Any, ...]]:
    """Who stands for others → name and birth: a pseudonym never bears a name of the record joined to it."""
    ids = {UUID(one) for one in stands.values()}
    query = select(Person.id, *PERSON).where(Person.commune_id == commune_id, Person.id.in_(ids))
    return {row[0]: tuple(row[1:]) for row in session.execute(query)}


def _named(name: str, born: date | None, year: int | None, _erased: date | None) -> dict[str, Any]:
    """Name and birth, a day or only a year: for clients that were granted it."""
    return {"full_name": name, "born": born.isoformat() if born else (str(year) if year else None)}
