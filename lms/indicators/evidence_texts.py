"""What counted, in words: a result with its day, a line of an imported list, a class, a record."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from assessments.models import Attainment
from lms.cohorts.models import ClassSession, Cohort
from lms.core.i18n import _
from lms.core.text import day, number
from lms.indicators import wording
from lms.indicators.bare import BareId, full_id
from lms.indicators.definition import programme_name
from lms.indicators.models import CountedThing, DeclaredMeasure, FactImport, OutsideFact
from lms.indicators.rules.facts import Key
from lms.people.models import Person

MOST_KEYS = 500
"""Keys looked up at once; both databases take far more parameters than this."""


def evidence_texts(session: Session, commune_id: UUID, keys: Iterable[Key]) -> dict[Key, str]:
    """One sentence for each key of evidence, whatever table it is from."""
    ids = [full_id(key) for key in sorted(keys, key=str)]
    found: dict[Key, str] = {}
    for start in range(0, len(ids), MOST_KEYS):
        part = ids[start : start + MOST_KEYS]
        for query, said in _sources(commune_id, part):
            found |= {row[0]: said(*row[1:]) for row in session.execute(query)}
    return found


Source = tuple["Select[*tuple[Any, ...]]", Callable[..., str]]


def _sources(commune_id: UUID, ids: list[UUID]) -> list[Source]:
    def of(table: Any, *columns: Any) -> Any:
        query = select(BareId(table.id), *columns)
        return query.where(table.commune_id == commune_id, table.id.in_(ids))

    came = and_(
        FactImport.commune_id == OutsideFact.commune_id, FactImport.id == OutsideFact.import_id
    )
    attained = (Attainment.proof, Attainment.programme_code, Attainment.level,
                Attainment.occurred_on)  # fmt: skip
    outside = of(OutsideFact, OutsideFact.kind, OutsideFact.occurred_on, FactImport.document,
                 FactImport.source, FactImport.listed_on)  # fmt: skip
    declared = (DeclaredMeasure.numerator, DeclaredMeasure.denominator, DeclaredMeasure.as_of,
                DeclaredMeasure.source)  # fmt: skip
    counted = (CountedThing.occurred_on, CountedThing.quantity, CountedThing.source)
    return [
        (of(Attainment, *attained), _attainment),
        (outside.join(FactImport, came), _outside),
        (of(Cohort, Cohort.name, Cohort.starts_on), _class),
        (of(ClassSession, ClassSession.number, ClassSession.planned_on), _meeting),
        (of(CountedThing, *counted), _thing),
        (of(DeclaredMeasure, *declared), _declared),
        (of(Person, Person.full_name), str),
    ]


def _attainment(proof: str, programme: str, level: str, on: Any) -> str:
    return _(
        "%(proof)s, chương trình %(programme)s, mức %(level)s, ngày %(day)s",
        proof=wording.proof_name(proof),
        programme=programme_name(programme),
        level=wording.level_name(level),
        day=day(on),
    )


def _outside(kind: str, on: Any, document: str, source: str, listed: Any) -> str:
    return _(
        "%(kind)s ngày %(day)s, theo danh sách “%(document)s” của %(source)s, ngày %(listed)s",
        kind=wording.proof_name(kind),
        day=day(on),
        document=document,
        source=source,
        listed=day(listed),
    )


def _class(name: str, starts: Any) -> str:
    return _("%(name)s, mở ngày %(day)s", name=name, day=day(starts))


def _meeting(number: int, on: Any) -> str:
    return _("buổi học thứ %(n)s, ngày %(day)s", n=number, day=day(on))


def _thing(on: Any, quantity: Any, source: str) -> str:
    return _("%(n)s, ngày %(day)s (%(source)s)", n=int(quantity), day=day(on), source=source)


def _declared(numerator: int, whole: int | None, on: Any, source: str) -> str:
    of = _(" trên %(whole)s", whole=number(whole)) if whole is not None else ""
    return _("%(n)s%(of)s, ngày %(day)s (%(source)s)", n=number(numerator), of=of, day=day(on),
             source=source)  # fmt: skip
