"""By which rule a page outside the plans counts: that of a plan the commune works with, or ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core.i18n import _
from lms.indicators import queries
from lms.indicators.rules.day import Day
from lms.indicators.rules.engine import Bench
from lms.indicators.rules.facts import Facts, Settings
from lms.indicators.rules.plan import Counted, Measure, Population
from lms.indicators.rules.vocabulary import CountedOf, Level, MeasureKind, Subject

HOUSEHOLDS = Counted(
    Subject.HOUSEHOLD,
    Population("households"),
    Measure(MeasureKind.HAS_AT_LEAST, k=1, of=CountedOf.ATTAINED_MEMBERS),
    Level.BASIC,
)
"""A household counts when at least one member has reached a proof (the plans' "Gia đình số")."""
TEAMS = Counted(
    Subject.TEAM, Population("digital_teams"), Measure(MeasureKind.ATTAINED), Level.BASIC
)
"""A team has it when it has active members and all of them have it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is counted, and whose rule it is: plan code and indicator in one text, or empty for ours."""

    code: str
    title: str
    counted: Counted


def rules_of(
    session: Session, commune_id: UUID, facts: Facts, as_of: date, subject: Subject
) -> list[Rule]:
    """The rules by which the commune's plans count this subject, each once; ours when none does."""
    found: dict[Counted, Rule] = {}
    for rule in _of_plans(session, commune_id, facts, as_of):
        if rule.counted.subject is subject and rule.counted.measure.kind in _OWN:
            found.setdefault(rule.counted, rule)
    return list(found.values()) or [Rule("", "", _OURS[subject])]


_OWN = frozenset({MeasureKind.HAS_AT_LEAST, MeasureKind.ATTAINED, MeasureKind.TRAINED})
"""Measures that are counted from the register and the classes, so that they have a list."""
_OURS = {Subject.HOUSEHOLD: HOUSEHOLDS, Subject.TEAM: TEAMS}


def _of_plans(
    session: Session, commune_id: UUID, facts: Facts, as_of: date
) -> Iterator[Rule]:  # fmt: skip
    commune = queries.commune_of(session, commune_id)
    for one in queries.adopted_plans(session, commune_id):
        bench = Bench(one.plan, Day(facts, as_of, queries.settings_of(commune, one.row)))
        for indicator in one.plan.indicators:
            title = _said(one.plan.title, indicator.no)
            yield Rule(f"{one.code}:{indicator.code}", title, bench.counted(indicator))
        for item in one.plan.commitments:
            if item.counted is not None:
                yield Rule(
                    f"{one.code}:{item.code}", _said(one.plan.title, item.where), item.counted
                )


def _said(plan: str, no: str) -> str:
    return _("%(plan)s, mục %(no)s", plan=plan, no=no)


def chosen(found: Sequence[Rule], code: str) -> Rule:
    """The rule asked for, else the first."""
    return next((rule for rule in found if rule.code == code), found[0])


def day_of(session: Session, commune_id: UUID, facts: Facts, as_of: date) -> Day:
    """The commune at the end of a day, as every plan of it counts."""
    commune = queries.commune_of(session, commune_id)
    return Day(facts, as_of, Settings(count_temporary=commune.counts_temporary))
