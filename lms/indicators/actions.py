"""Writes: plans taken up, figures declared, things counted, lists from outside recorded.

Officers and administrators only. Everything is safe to repeat; nothing that was recorded is
changed: a corrected figure is a newer row, a wrong list is undone by a date.
"""

import hashlib

from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.errors import Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import derived, uuid7
from lms.core.text import clean
from lms.indicators import queries
from lms.indicators.choices import choice_problem
from lms.indicators.declared_actions import declare_measure, declare_population, record_count
from lms.indicators.declared_checks import OFFICE
from lms.indicators.editor_carry import carried
from lms.indicators.models import PlanAdoption, PlanDefinition
from lms.indicators.outside_facts import record_outside_facts, undo_outside_facts
from lms.indicators.plan_file import load_plan, shipped_plans
from lms.indicators.rules.plan import Plan

__all__ = [
    "OFFICE",
    "adopt_shipped",
    "choose",
    "declare_measure",
    "declare_population",
    "import_plan",
    "record_count",
    "record_outside_facts",
    "undo_outside_facts",
    "word_indicator",
]

# --- plans --------------------------------------------------------------------------------------


def import_plan(session: Session, who: Actor, text: str, name: str = "kế hoạch") -> PlanAdoption:
    """Take up the plan of this text; PlanError names line and field of whatever is wrong.

    The same text again changes nothing. A new text of a code the commune knows becomes the one
    that holds; the wording and choices go along that still have something to stand on.
    """
    require(who, *OFFICE)
    plan = load_plan(text, name)
    audit.lock_chain(session, who.commune)
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
    # Wording and choices are one piece of data each: who comes second must read what the first wrote.
    audit.lock_chain(session, who.commune)
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
    audit.lock_chain(session, who.commune)
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
