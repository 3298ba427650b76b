"""Who stands behind a figure: the subjects in it and those not yet in it, each with what counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from lms.core.i18n import _
from lms.core.text import day, fold
from lms.indicators.bare import BareId, bare_rows, full_id
from lms.indicators.evidence_texts import evidence_texts
from lms.indicators.narrowing import subjects
from lms.indicators.rules.facts import Key
from lms.indicators.rules.figure import Figure
from lms.indicators.rules.vocabulary import Subject
from lms.people.models import Household, Person, Residence, Unit

STATES = ("in", "missing")
FEW = 400
"""So many keys are asked for by name; of more the whole table is read in order."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One subject of a figure. `born` is '12/03/1985' or a year; `evidence` is what counted."""

    id: UUID
    name: str
    born: str
    sex: str
    unit: str
    evidence: tuple[str, ...]


def listed(
    session: Session, commune_id: UUID, figure: Figure, as_of: date, state: str,
    offset: int, limit: int,
) -> tuple[list[Listed], int]:  # fmt: skip
    """One page of the people in a figure or missing from it, by name, and how many there are."""
    keys = subjects(figure, state)
    return listed_of(session, commune_id, figure, keys, as_of, offset, limit)


def listed_of(
    session: Session, commune_id: UUID, figure: Figure, keys: frozenset[Key], as_of: date,
    offset: int, limit: int, text: str = "",
) -> tuple[list[Listed], int]:  # fmt: skip
    """One page of these subjects of a figure whose name has all words of `text`, and how many."""
    ordered = in_order(session, commune_id, figure.counted.subject, keys, text)
    page = ordered[offset : offset + limit]
    proofs = {key: figure.evidence_of(key) for key in page}
    texts = evidence_texts(session, commune_id, {k for found in proofs.values() for k in found})
    rows = _described(session, commune_id, figure.counted.subject, page, as_of)
    return [
        Listed(
            full_id(key), *rows.get(key, ("", "", "", "")),
            tuple(texts[proof] for proof in proofs[key] if proof in texts),
        )
        for key in page
    ], len(ordered)  # fmt: skip


def in_order(
    session: Session, commune_id: UUID, subject: Subject, keys: frozenset[Key], text: str
) -> list[Key]:
    """The keys in Vietnamese order of names, households and units by code."""
    if not keys:
        return []
    table, by = _source(subject)
    query = select(BareId(table.id)).where(table.commune_id == commune_id).order_by(by, table.id)
    if len(keys) <= FEW:
        query = query.where(table.id.in_([full_id(key) for key in keys]))
    if text:
        query = query.where(*_with_words(subject, text))
    return [key for (key,) in bare_rows(session, query) if key in keys]


def _with_words(subject: Subject, text: str) -> list[ColumnElement[bool]]:
    """Every word is in the name, without regard to marks; households are found by their code."""
    if subject is Subject.HOUSEHOLD:
        return [Household.code.icontains(text, autoescape=True)]
    if subject is not Subject.PERSON:
        return [Unit.name.icontains(text, autoescape=True)]
    words = fold(text).split()[:8]
    return [Person.search_key.contains(word, autoescape=True) for word in words]


def _source(subject: Subject) -> tuple[Any, Any]:
    if subject is Subject.HOUSEHOLD:
        return Household, Household.code
    if subject in (Subject.UNIT, Subject.TEAM):
        return Unit, Unit.code
    return Person, Person.sort_key


def _described(
    session: Session, commune_id: UUID, subject: Subject, keys: Sequence[Key], as_of: date
) -> dict[Key, tuple[str, str, str, str]]:
    """Name, birth, sex and unit of each subject on a page."""
    ids = [full_id(key) for key in keys]
    if subject is Subject.HOUSEHOLD:
        return _households(session, commune_id, ids)
    if subject in (Subject.UNIT, Subject.TEAM):
        return _units(session, commune_id, ids)
    return _persons(session, commune_id, ids, as_of)


def _units(
    session: Session, commune_id: UUID, ids: Iterable[UUID]
) -> dict[Key, tuple[str, str, str, str]]:
    """A unit or a team, with the place it serves where it has one."""
    place = aliased(Unit)
    query = (
        select(BareId(Unit.id), Unit.name, place.name)
        .outerjoin(place, and_(place.commune_id == Unit.commune_id, place.id == Unit.parent_id))
        .where(Unit.commune_id == commune_id, Unit.id.in_(ids))
    )
    return {key: (name, "", "", of or "") for key, name, of in session.execute(query)}


def _households(
    session: Session, commune_id: UUID, ids: Iterable[UUID]
) -> dict[Key, tuple[str, str, str, str]]:
    query = (
        select(BareId(Household.id), Household.code, Unit.name)
        .join(Unit, and_(Unit.commune_id == Household.commune_id, Unit.id == Household.unit_id))
        .where(Household.commune_id == commune_id, Household.id.in_(ids))
    )
    return {
        key: (_("Hộ %(code)s", code=code), "", "", unit)
        for key, code, unit in session.execute(query)
    }


def _persons(
    session: Session, commune_id: UUID, ids: Sequence[UUID], as_of: date
) -> dict[Key, tuple[str, str, str, str]]:
    homes = _home_names(session, commune_id, ids, as_of)
    query = select(
        BareId(Person.id), Person.full_name, Person.birth_date, Person.birth_year, Person.sex,
        Person.erased_on,
    ).where(Person.commune_id == commune_id, Person.id.in_(ids))  # fmt: skip
    return {
        key: (
            name or _("đã xóa theo yêu cầu ngày %(day)s", day=day(erased)),
            day(born) if born else str(year or ""),
            {"nam": _("nam"), "nu": _("nữ")}.get(sex or "", ""),
            homes.get(key, ""),
        )
        for key, name, born, year, sex, erased in session.execute(query)
    }


def _home_names(
    session: Session, commune_id: UUID, ids: Sequence[UUID], as_of: date
) -> dict[Key, str]:
    """Where each lived on the day; the later home of two."""
    query = (
        select(BareId(Residence.person_id), Unit.name)
        .join(Unit, and_(Unit.commune_id == Residence.commune_id, Unit.id == Residence.unit_id))
        .where(
            Residence.commune_id == commune_id,
            Residence.person_id.in_(ids),
            or_(Residence.from_date.is_(None), Residence.from_date <= as_of),
            or_(Residence.to_date.is_(None), Residence.to_date > as_of),
        )
        .order_by(Residence.from_date.is_not(None), Residence.from_date)
    )
    return dict(bare_rows(session, query))
