"""What a new version of a plan does to the figures of today: both counted on the same facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core import clock
from lms.indicators import plan_diff_words as words
from lms.indicators import queries
from lms.indicators.editor_carry import Carried, carried
from lms.indicators.models import PlanAdoption
from lms.indicators.queries import Adopted
from lms.indicators.rules.figure import PlanReport
from lms.indicators.rules.plan import Plan
from lms.indicators.sheet import Line, commitment_lines, figure_text, lines_of, verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure as it stands by one version."""

    value: str
    target: str
    state: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One figure by both versions; None where a version does not have it."""

    no: str
    title: str
    old: Standing | None
    new: Standing | None

    @property
    def changed(self) -> bool:
        """Whether anybody who reads the report will see something else."""
        return self.old != self.new


def effects(
    session: Session, commune_id: UUID, held: Adopted | None, plan: Plan
) -> tuple[list[Effect], Carried]:
    """Every figure of today by the version that holds and by the new one, and what goes along."""
    row = held.row if held else None
    carry = carried(plan, row.wording if row else {}, row.choices if row else {})
    own = PlanAdoption(
        commune_id=commune_id, code=plan.code, wording=carry.wording, choices=carry.choices
    )
    made = Adopted(own, queries.worded(plan, carry.wording), "")
    today, facts = clock.today(), queries.facts_of(session, commune_id)
    reports = [
        queries.report_of(session, commune_id, one, today.year, today, facts) if one else None
        for one in (held, made)
    ]
    return list(_pairs(*(_lines(report) for report in reports))), carry


def _lines(report: PlanReport | None) -> dict[str, Line]:
    found = [*lines_of(report), *commitment_lines(report)] if report else []
    return {line.code: line for line in found}


def _pairs(old: dict[str, Line], new: dict[str, Line]) -> Iterator[Effect]:
    """By code, in the new version's order; what is gone stands at the end."""
    for code in [*new, *(code for code in old if code not in new)]:
        was, now = old.get(code), new.get(code)
        named = now or was
        if named is not None:
            yield Effect(named.no, named.title, _standing(was), _standing(now))


def _standing(line: Line | None) -> Standing | None:
    if line is None:
        return None
    figure = line.figure
    return Standing(figure_text(figure), words.target_words(figure.target), *verdict(figure))
