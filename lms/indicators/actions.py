"""Writes: plans taken up, figures declared, things counted, lists from outside recorded.

Officers and administrators only. Everything is safe to repeat; nothing that was recorded is
changed: a corrected figure is a newer row, a wrong list is undone by a date.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import derived, uuid7
from lms.core.policy import Role
from lms.core.text import clean
from lms.indicators import queries
from lms.indicators.choices import choice_problem, measures_of, populations_of
from lms.indicators.editor_carry import carried
from lms.indicators.models import (
    OUTSIDE_FACTS,
    CountedThing,
    DeclaredMeasure,
    DeclaredPopulation,
    FactImport,
    OutsideFact,
    PlanAdoption,
    PlanDefinition,
)
from lms.indicators.plan_file import load_plan, shipped_plans
from lms.indicators.rules.plan import Plan
from lms.indicators.rules.vocabulary import LEVEL_RANK, PROGRAMMES, VNEID_CONFIRMED
from lms.people.models import Person, Unit

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)
MOST = 100_000_000
"""No commune counts more than this of anything."""

R = TypeVar("R", DeclaredPopulation, DeclaredMeasure)
FactRow = tuple[UUID, date, str | None, str | None]
"""person id, the day it counts from, programme code or None, level or None."""


# --- plans --------------------------------------------------------------------------------------


def import_plan(session: Session, who: Actor, text: str, name: str = "kế hoạch") -> PlanAdoption:
    """Take up the plan of this text; PlanError names line and field of whatever is wrong.

    The same text again changes nothing. A new text of a code the commune knows becomes the one
    that holds; the wording and choices go along that still have something to stand on.
    """
    require(who, *OFFICE)
    plan = load_plan(text, name)
    definition = _definition(session, plan, text)
    before = queries.newest_adoption(session, who.commune, plan.code)
    if before is not None and before.definition_id == definition.id:
        return before
    carry = carried(plan, before.wording if before else {}, before.choices if before else {})
    row = PlanAdoption(
        commune_id=who.commune,
        id=uuid7(),
        code=plan.code,
        definition_id=definition.id,
        wording=carry.wording,
        choices=carry.choices,
        adopted_by=who.id,
    )
    session.add(row)
    session.flush()
    old = session.get_one(PlanDefinition, before.definition_id).sha256 if before else ""
    audit.record(
        session, who, "adopt", "plan", row.id, code=plan.code, sha256=definition.sha256, before=old
    )
    return row


def adopt_shipped(session: Session, who: Actor, code: str) -> PlanAdoption:
    """Take up one of the plans that come with the service; Invalid for a code it does not ship."""
    plans = shipped_plans()
    if code not in plans:
        known = ", ".join(plans)
        raise Invalid(
            _(
                "Không có kế hoạch “%(code)s”. Hãy chọn một trong: %(known)s.",
                code=code,
                known=known,
            )
        )
    return import_plan(session, who, plans[code], code)


def _definition(session: Session, plan: Plan, text: str) -> PlanDefinition:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    key = derived("plan-definition", sha256)
    known = session.get(PlanDefinition, key)
    if known is not None:
        return known
    row = PlanDefinition(id=key, code=plan.code, source=text, sha256=sha256)
    session.add(row)
    session.flush()
    return row


def word_indicator(
    session: Session, who: Actor, code: str, indicator: str, text: str
) -> PlanAdoption:
    """Put in the official wording of one indicator; an empty text takes our own short one again."""
    require(who, *OFFICE)
    plan = queries.adopted(session, who.commune, code)
    if indicator not in {one.code for one in plan.plan.indicators}:
        raise NotFound(_("Kế hoạch không có chỉ tiêu này. Hãy mở lại trang kế hoạch."))
    words = clean(text)
    if len(words) > 600:
        raise Invalid(_("Tên chỉ tiêu dài quá 600 chữ cái. Hãy viết gọn lại."), fields={"text": []})
    wording = {**plan.row.wording, indicator: words}
    if not words:
        del wording[indicator]
    if wording != plan.row.wording:
        plan.row.wording = wording
        session.flush()
        audit.record(session, who, "word", "plan", plan.row.id, indicator=indicator)
    return plan.row


def choose(
    session: Session, who: Actor, code: str, kind: str, key: str, choice: str | None
) -> PlanAdoption:
    """Settle what the plan leaves open; None goes back to the default.

    `kind` is denominators (population key → register, declared), readings (indicator code →
    reading code) or levels (indicator code → basic, proficient).
    """
    require(who, *OFFICE)
    plan = queries.adopted(session, who.commune, code)
    problem = choice_problem(plan.plan, kind, key, choice)
    if problem:
        raise Invalid(_("Kế hoạch không có lựa chọn này. Hãy mở lại trang."), fields={problem: []})
    chosen = {name: dict(values) for name, values in plan.row.choices.items()}
    chosen.setdefault(kind, {}).pop(key, None)
    if choice is not None:
        chosen[kind][key] = choice
    if chosen.get(kind) != plan.row.choices.get(kind, {}):
        plan.row.choices = chosen
        session.flush()
        audit.record(session, who, "choose", "plan", plan.row.id, what=kind, of=key, choice=choice)
    return plan.row


# --- figures that people put in -----------------------------------------------------------------


def declare_population(
    session: Session, who: Actor, population: str, value: int | None, as_of: date, source: str,
    status: str = "official", unit_id: UUID | None = None,
) -> DeclaredPopulation:  # fmt: skip
    """Declare how many a population has; an empty value says that the figure is not there yet."""
    require(who, *OFFICE)
    known = {key for plan in _plans(session, who) for key in populations_of(plan)}
    problems = _common_problems(as_of, source, status, [value])
    if population not in known:
        problems["population"] = [_("Không kế hoạch nào của xã dùng đối tượng này, hãy chọn lại.")]
    _refuse(problems)
    _check_unit(session, who, unit_id)
    row = DeclaredPopulation(
        commune_id=who.commune, id=uuid7(), population=population, unit_id=unit_id, value=value,
        as_of=as_of, source=clean(source), status=status, declared_by=who.id,
    )  # fmt: skip
    same = ("population", "unit_id", "value", "as_of", "source", "status")
    return _added_once(session, who, row, "declare", same)


def declare_measure(
    session: Session, who: Actor, measure: str, numerator: int, denominator: int | None,
    as_of: date, source: str, status: str = "official", unit_id: UUID | None = None,
) -> DeclaredMeasure:  # fmt: skip
    """Put in a figure that another body counted (police, bank, village head)."""
    require(who, *OFFICE)
    problems = _common_problems(as_of, source, status, [numerator, denominator])
    if measure not in _whats(_plans(session, who)):
        problems["measure"] = [_("Không kế hoạch nào của xã cần số liệu này, hãy chọn lại.")]
    _refuse(problems)
    _check_unit(session, who, unit_id)
    row = DeclaredMeasure(
        commune_id=who.commune, id=uuid7(), measure=measure, unit_id=unit_id, numerator=numerator,
        denominator=denominator, as_of=as_of, source=clean(source), status=status,
        declared_by=who.id,
    )  # fmt: skip
    same = ("measure", "unit_id", "numerator", "denominator", "as_of", "source", "status")
    return _added_once(session, who, row, "declare", same)


def record_count(
    session: Session, who: Actor, what: str, occurred_on: date, quantity: int, source: str,
    unit_id: UUID | None = None, key: UUID | None = None,
) -> CountedThing:  # fmt: skip
    """Record things counted by hand; a negative quantity takes a wrong entry back.

    The same `key` (made by the form) twice is one entry; two equal entries may well be two classes.
    """
    require(who, *OFFICE)
    known = session.get(CountedThing, (who.commune, key)) if key else None
    if known is not None:
        return known
    problems = _common_problems(occurred_on, source, "official", [abs(quantity)])
    if quantity == 0:
        problems["quantity"] = [_("Số lượng phải khác 0, hãy ghi lại.")]
    if what not in _whats(_plans(session, who)):
        problems["what"] = [_("Không kế hoạch nào của xã đếm việc này, hãy chọn lại.")]
    _refuse(problems)
    _check_unit(session, who, unit_id)
    row = CountedThing(
        commune_id=who.commune, id=key or uuid7(), what=what, unit_id=unit_id,
        occurred_on=occurred_on, quantity=quantity, source=clean(source), recorded_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "count", "counted_thing", row.id, what=what, quantity=quantity)
    return row


def _plans(session: Session, who: Actor) -> list[Plan]:
    return [one.plan for one in queries.adopted_plans(session, who.commune)]


def _whats(plans: Iterable[Plan]) -> set[str]:
    """Everything that a plan of the commune declares or counts, by code."""
    return {VNEID_CONFIRMED, *(what for plan in plans for what in measures_of(plan))}


def _common_problems(
    day: date, source: str, status: str, values: Sequence[int | None]
) -> dict[str, list[str]]:
    """What is wrong with a day, a source, a status or a number, by field."""
    problems: dict[str, list[str]] = {}
    if not date(2000, 1, 1) <= day <= clock.today():
        problems["as_of"] = [_("Ngày của số liệu không được sau hôm nay, hãy ghi lại.")]
    if not 3 <= len(clean(source)) <= 300:
        problems["source"] = [_("Hãy ghi nguồn: văn bản nào, của ai, ngày nào (3–300 chữ cái).")]
    if status not in ("official", "estimate"):
        problems["status"] = [_("Hãy chọn “chính thức” hoặc “ước tính”.")]
    if any(value is not None and not 0 <= value <= MOST for value in values):
        problems["value"] = [_("Số phải là số nguyên không âm, hãy ghi lại.")]
    return problems


def _refuse(problems: dict[str, list[str]]) -> None:
    if problems:
        raise Invalid(_("Chưa lưu được. Hãy sửa các chỗ được chỉ ra."), fields=problems)


def _check_unit(session: Session, who: Actor, unit_id: UUID | None) -> None:
    if unit_id is not None and session.get(Unit, (who.commune, unit_id)) is None:
        wrong = _("Không tìm thấy đơn vị này, hãy chọn lại trong danh sách.")
        raise Invalid(wrong, fields={"unit_id": [wrong]})


def _added_once(session: Session, who: Actor, row: R, verb: str, same: Sequence[str]) -> R:
    """The row, or the one that already says exactly this."""
    table = type(row)
    equal = (getattr(table, name).is_not_distinct_from(getattr(row, name)) for name in same)
    known = session.scalars(
        select(table).where(table.commune_id == who.commune, *equal).limit(1)
    ).one_or_none()
    if known is not None:
        return known
    session.add(row)
    session.flush()
    audit.record(session, who, verb, table.__tablename__, row.id)
    return row


# --- lists from outside -------------------------------------------------------------------------


def record_outside_facts(
    session: Session, who: Actor, kind: str, source: str, document: str, listed_on: date,
    rows: Sequence[FactRow], sha256: str = "",
) -> FactImport:  # fmt: skip
    """Record a list of another body: who, from which day, which programme and level.

    `document` names the paper the list came with. The same file (`sha256`, else the list's own
    content) is one import for ever; one that was undone stands again. All rows or none.
    """
    require(who, *OFFICE)
    problems = _common_problems(listed_on, source, "official", [])
    if kind not in OUTSIDE_FACTS:
        problems["kind"] = [_("Không có loại kết quả này, hãy chọn lại trong danh sách.")]
    if not 3 <= len(clean(document)) <= 300:
        problems["document"] = [_("Hãy ghi số và ngày của văn bản kèm danh sách.")]
    _refuse(problems | _row_problems(session, who, rows))
    digest = sha256 or _digest(kind, source, document, listed_on, rows)
    known = _import_of(session, who, kind, digest)
    if known is not None:
        return _standing(session, who, known)
    made = FactImport(
        commune_id=who.commune, id=derived("fact-import", who.commune, kind, digest), kind=kind,
        source=clean(source), document=clean(document), sha256=digest, listed_on=listed_on,
        made_by=who.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(_fact_rows(made, rows))
    session.flush()
    audit.record(session, who, "import", "outside_fact", made.id, of=kind, rows=len(rows))
    return made


def undo_outside_facts(session: Session, who: Actor, import_id: UUID) -> FactImport:
    """Take a whole list back; it stays on record and stops counting. Twice is once."""
    require(who, *OFFICE)
    row = session.get(FactImport, (who.commune, import_id))
    if row is None:
        raise NotFound(_("Không tìm thấy danh sách này. Hãy mở lại trang."))
    if row.undone_at is None:
        row.undone_at = clock.now()
        session.flush()
        audit.record(session, who, "undo", "outside_fact", row.id, of=row.kind)
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
        row.undone_at = None
        session.flush()
        audit.record(session, who, "redo", "outside_fact", row.id, of=row.kind)
    return row


def _fact_rows(made: FactImport, rows: Iterable[FactRow]) -> list[OutsideFact]:
    """One row each; a row that the list repeats is one."""
    return [
        OutsideFact(
            commune_id=made.commune_id, id=derived("outside-fact", made.id, *row),
            person_id=row[0], kind=made.kind, occurred_on=row[1], programme_code=row[2],
            level=row[3], import_id=made.id,
        )
        for row in dict.fromkeys(rows)
    ]  # fmt: skip


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
