"""Writes: a list of another body recorded as dated, sourced facts of people, and taken back whole."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import derived
from lms.core.text import clean
from lms.indicators.declared_checks import OFFICE, common_problems, refuse
from lms.indicators.models import OUTSIDE_FACTS, FactImport, OutsideFact
from lms.indicators.rules.vocabulary import LEVEL_RANK, PROGRAMMES
from lms.people.models import Person

FactRow = tuple[UUID, date, str | None, str | None]
"""person id, the day it counts from, programme code or None, level or None."""


@dataclass(frozen=True)
class SentFile:
    """The file a list came in, and how many of its rows had which fate."""

    name: str = ""
    sha256: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


def record_outside_facts(
    session: Session, who: Actor, kind: str, source: str, document: str, listed_on: date,
    rows: Sequence[FactRow], sha256: str = "", file: "SentFile | None" = None,
) -> FactImport:  # fmt: skip
    """Record a list of another body: who, from which day, which programme and level.

    `document` names the paper the list came with. The same file (`sha256`, else the list's own
    content) is one import for ever; one that was undone stands again. All rows or none.
    """
    require(who, *OFFICE)
    problems = common_problems(listed_on, source, "official", [])
    if kind not in OUTSIDE_FACTS:
        problems["kind"] = [_("Không có loại kết quả này, hãy chọn lại trong danh sách.")]
    if not 3 <= len(clean(document)) <= 300:
        problems["document"] = [_("Hãy ghi số và ngày của văn bản kèm danh sách.")]
    refuse(problems | _row_problems(session, who, rows))
    digest = sha256 or _digest(kind, source, document, listed_on, rows)
    known = _import_of(session, who, kind, digest)
    if known is not None:
        return _standing(session, who, known)
    sent = file or SentFile()
    made = FactImport(
        commune_id=who.commune, id=derived("fact-import", who.commune, kind, digest), kind=kind,
        source=clean(source), document=clean(document), sha256=digest, listed_on=listed_on,
        made_by=who.id, file_name=sent.name[:120], file_sha256=sent.sha256, counts=dict(sent.counts),
    )  # fmt: skip
    session.add(made)
    session.flush()
    facts = _fact_rows(made, rows)
    if facts:
        session.execute(insert(OutsideFact), facts)
    left = {name: n for name, n in sent.counts.items() if name != "sure"}
    audit.record(
        session, who, "import", "outside_fact", made.id, of=kind, rows=len(facts), left=left
    )
    return made


def undo_outside_facts(
    session: Session, who: Actor, import_id: UUID, reason: str = ""
) -> FactImport:  # fmt: skip
    """Take a whole list back; it stays on record and stops counting. Twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = session.get(FactImport, (who.commune, import_id))
    if row is None:
        raise NotFound(_("Không tìm thấy danh sách này. Hãy mở lại trang."))
    if row.undone_at is None:
        row.undone_at, row.undone_by, row.undo_reason = clock.now(), who.id, clean(reason)[:300]
        session.flush()
        rows = session.scalar(_how_many(row)) or 0
        audit.record(session, who, "undo", "outside_fact", row.id, of=row.kind, rows=rows)
    return row


def _digest(*parts: object) -> str:
    return hashlib.sha256(audit.canonical([str(part) for part in parts]).encode()).hexdigest()


def _import_of(session: Session, who: Actor, kind: str, digest: str) -> FactImport | None:
    return session.scalar(
        select(FactImport).where(
            FactImport.commune_id == who.commune,
            FactImport.kind == kind,
            FactImport.sha256 == digest,
        )
    )


def _standing(session: Session, who: Actor, row: FactImport) -> FactImport:
    if row.undone_at is not None:
        row.undone_at, row.undone_by, row.undo_reason = None, None, ""
        session.flush()
        audit.record(session, who, "redo", "outside_fact", row.id, of=row.kind)
    return row


def _fact_rows(made: FactImport, rows: Iterable[FactRow]) -> list[dict[str, object]]:
    """One row each; a row that the list repeats is one."""
    return [
        {
            "commune_id": made.commune_id, "id": derived("outside-fact", made.id, *row),
            "person_id": row[0], "kind": made.kind, "occurred_on": row[1],
            "programme_code": row[2], "level": row[3], "import_id": made.id,
        }
        for row in dict.fromkeys(rows)
    ]  # fmt: skip


def _how_many(row: FactImport) -> Select[int]:
    return select(func.count()).where(
        OutsideFact.commune_id == row.commune_id, OutsideFact.import_id == row.id
    )


def _row_problems(session: Session, who: Actor, rows: Sequence[FactRow]) -> dict[str, list[str]]:
    """What is wrong with the rows, by row number from 1."""
    ours = set(session.scalars(select(Person.id).where(Person.commune_id == who.commune)))
    found = {f"rows.{n}": _row_problem(row, ours) for n, row in enumerate(rows, 1)}
    return {name: [problem] for name, problem in found.items() if problem}


def _row_problem(row: FactRow, ours: set[UUID]) -> str:
    person, day, programme, level = row
    if person not in ours:
        return _("không tìm thấy người này trong xã, hãy đối chiếu lại")
    if not date(2000, 1, 1) <= day <= clock.today():
        return _("ngày không được sau hôm nay, hãy sửa lại")
    if programme is not None and programme not in PROGRAMMES:
        return _("không có chương trình này, hãy sửa lại")
    if level is not None and level not in LEVEL_RANK:
        return _("mức phải là basic hoặc proficient, hãy sửa lại")
    return ""
