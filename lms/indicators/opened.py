"""A plan's report with the day and the evidence it was made from, so that its figures can be opened."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from lms.indicators import queries
from lms.indicators import snapshot_queries as held
from lms.indicators.outlook import Closed
from lms.indicators.period import Period
from lms.indicators.queries import Adopted
from lms.indicators.rules.day import Day
from lms.indicators.rules.evidence import Evidence
from lms.indicators.rules.figure import PlanReport


@dataclass(frozen=True, slots=True)
class Opened:
    """A report, and what it stands on."""

    report: PlanReport
    evidence: Evidence

    @property
    def day(self) -> Day:
        """The commune on the cut-off day."""
        return self.evidence.day


def open_plan(
    session: Session, commune_id: UUID, adopted: Adopted, chosen: Period, only: str = ""
) -> Opened:
    """The report of a period, the same as `queries.report_of`; `only` shows one figure of it."""
    found = queries.counted_of(session, commune_id, adopted, chosen.year, chosen.as_of)
    return Opened(only_of(found.report, only) if only else found.report, found.evidence)


def only_of(report: PlanReport, code: str) -> PlanReport:
    """The report with one indicator or one promise."""
    plan = replace(
        report.plan,
        indicators=tuple(one for one in report.plan.indicators if one.code == code),
        commitments=tuple(one for one in report.plan.commitments if one.code == code),
    )
    return replace(
        report,
        plan=plan,
        figures=tuple(one for one in report.figures if one.code == code),
        commitments=tuple(one for one in report.commitments if one.code == code),
    )


def last_closed(
    session: Session, commune_id: UUID, plan: str, chosen: Period
) -> Mapping[str, Closed]:
    """What the newest standing closing before the day says of each figure; nothing without one."""
    rows = held.snapshots(session, commune_id, plan)
    past = [row for row in rows if row.state == "standing" and row.as_of < chosen.as_of]
    last = max(past, key=lambda row: (row.as_of, row.number), default=None)
    if last is None or last.as_of.year != chosen.year:
        return {}
    return {
        line["code"]: Closed(last.as_of, line["numerator"], line["size"], line["value"])
        for line in held.body_of(last)["lines"]
    }
