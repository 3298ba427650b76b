"""What the register alone does not know: measured change, classes taught, figures of plans, names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assessments import change_facts
from assessments.change_facts import Course
from assessments.models import Attainment
from courses import queries as courses
from lms.cohorts.models import ClassSession, Cohort, CohortTrainer, Enrolment
from lms.core.clock import VIETNAM, day_of
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.indicators import queries
from lms.indicators.bare import BareId, bare_rows
from lms.indicators.rules.arithmetic import is_met
from lms.indicators.rules.facts import Key
from lms.indicators.rules.figure import Figure, PlanReport
from lms.indicators.rules.vocabulary import Subject as Counted
from lms.indicators.snapshot_models import ReportSnapshot
from lms.indicators.snapshot_queries import body_of
from lms.indicators.unit_lines import own_target
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Household, Unit
from lms.reports.commend_measuring import World, acceptance
from lms.reports.commend_rules import Condition, Figures, Kind, Measured, of_share, share


class Unanswerable(Exception):
    """A condition names something that is not there; the words say what to mend."""


@dataclass(frozen=True)
class Sources:
    """Answers the conditions that need more than the register."""

    session: Session
    commune: UUID
    world: World

    def measured(self, condition: Condition) -> Figures:
        """The figures of any condition."""
        kind = condition.kind
        if kind is Kind.GAIN:
            return self._gain(condition)
        if kind in (Kind.TAUGHT, Kind.CLASS_SHARE):
            return self._classes(condition)
        if kind in (Kind.INDICATOR_MET, Kind.INDICATOR_RATE, Kind.INDICATOR_GAIN):
            return self._indicator(condition)
        return self.world.measured(condition)

    # --- measured change --------------------------------------------------------------------------

    def _gain(self, condition: Condition) -> dict[Key, Measured]:
        """Person → the largest change from entry to exit form, the exit form in the period."""
        counted, wanted = courses.counted_as(self.session, self.commune), set(condition.programmes)
        best: dict[Key, Measured] = {}
        for course in change_facts.load(self.session, self.commune).courses:
            code = counted.get(course.programme, course.programme)
            if (not wanted or code in wanted) and self._left_in_period(course):
                one, who = _change(condition, course, code), course.person.hex
                best[who] = one if who not in best or one.value > best[who].value else best[who]
        return best

    def _left_in_period(self, course: Course) -> bool:
        if not course.has("entry", "exit"):
            return False
        return self.world.criteria.starts <= day_of(course.forms["exit"].at) <= self.world.day.as_of

    # --- classes taught ---------------------------------------------------------------------------

    def _classes(self, condition: Condition) -> dict[Key, Measured]:
        classes = self._taught(condition)
        by: defaultdict[Key, list[_Class]] = defaultdict(list)
        for row in self.session.execute(self._trainers()):
            if row.cohort in classes:
                by[row.account.hex].append(classes[row.cohort])
        measure = _share_of if condition.kind is Kind.CLASS_SHARE else _number_of
        return {account: measure(condition, own) for account, own in by.items()}

    def _trainers(self) -> Any:
        return select(
            CohortTrainer.account_id.label("account"), CohortTrainer.cohort_id.label("cohort")
        ).where(CohortTrainer.commune_id == self.commune)

    def _taught(self, condition: Condition) -> dict[UUID, "_Class"]:
        """Classes that met in the period, with their learners and those of them who reached a proof."""
        met = self._meetings()
        learners = self._learners(met)
        accepts = acceptance(condition)
        keys = {row.key for row in self.world.standing(condition) if accepts(row)}
        reached: defaultdict[UUID, dict[Key, Key]] = defaultdict(dict)
        for key, cohort, person in self._results():
            if key in keys:
                reached[UUID(cohort)][self.world.day.root(person)] = key
        rows = self.session.execute(
            select(Cohort.id, Cohort.name, Cohort.ends_on, Cohort.closed_at).where(
                Cohort.commune_id == self.commune, Cohort.cancelled_at.is_(None)
            )
        )
        return {
            key: _Class(
                name, met[key], self._is_over(ends, closed), frozenset(learners[key]), reached[key]
            )
            for key, name, ends, closed in rows
            if key in met
        }

    def _meetings(self) -> dict[UUID, int]:
        """Class → how many meetings were opened in the period."""
        starts = _midnight(self.world.criteria.starts)
        ends = _midnight(self.world.day.as_of + timedelta(days=1))
        rows = self.session.execute(
            select(ClassSession.cohort_id, ClassSession.id).where(
                ClassSession.commune_id == self.commune,
                ClassSession.opened_at >= starts,
                ClassSession.opened_at < ends,
            )
        )
        found: defaultdict[UUID, int] = defaultdict(int)
        for row in rows:
            found[row[0]] += 1
        return dict(found)

    def _learners(self, cohorts: Collection[UUID]) -> dict[UUID, set[Key]]:
        """Class → its learners, each person once, without who left it."""
        rows = self.session.execute(
            select(Enrolment.cohort_id, BareId(Enrolment.person_id)).where(
                Enrolment.commune_id == self.commune,
                Enrolment.withdrawn_on.is_(None),
                Enrolment.moved_to.is_(None),
            )
        )
        found: defaultdict[UUID, set[Key]] = defaultdict(set)
        for cohort, person in rows:
            if cohort in cohorts:
                found[cohort].add(self.world.day.root(person))
        return found

    def _results(self) -> Iterable[tuple[str, str, str]]:
        """Attainment, class and person, for those reached in a class."""
        in_class = and_(
            Enrolment.commune_id == Attainment.commune_id, Enrolment.id == Attainment.enrolment_id
        )
        query = (
            select(BareId(Attainment.id), BareId(Enrolment.cohort_id), BareId(Attainment.person_id))
            .join(Enrolment, in_class)
            .where(Attainment.commune_id == self.commune)
        )
        return bare_rows(self.session, query)

    def _is_over(self, ends: date | None, closed: datetime | None) -> bool:
        on = self.world.day.as_of
        return (ends is not None and ends <= on) or (closed is not None and day_of(closed) <= on)

    # --- figures of plans -------------------------------------------------------------------------

    def _indicator(self, condition: Condition) -> dict[Key, Measured]:
        figure = self._figure(condition)
        if figure.counted.subject is Counted.UNIT:
            return {key: Measured(True, Fraction(1)) for key in figure.people}
        old = self._closed(condition) if condition.kind is Kind.INDICATOR_GAIN else {}
        found: dict[Key, Measured] = {}
        for row in figure.by_unit:
            if row.unit is not None and row.population:
                found[row.unit] = _of_figure(
                    condition, figure, row.numerator, row.population, old.get(row.unit)
                )
        return found

    def _figure(self, condition: Condition) -> Figure:
        on = self.world.day.as_of
        try:
            adopted = queries.adopted(self.session, self.commune, condition.plan)
        except NotFound as error:
            raise Unanswerable(error.message) from None
        report = queries.counted_of(self.session, self.commune, adopted, on.year, on).report
        return figure_in(report, condition.indicator)

    def _closed(self, condition: Condition) -> dict[Key, tuple[int, int, date]]:
        """Unit → numerator and denominator as they were closed, and the cut-off."""
        row = self.session.scalar(
            select(ReportSnapshot).where(
                ReportSnapshot.commune_id == self.commune,
                ReportSnapshot.plan_code == condition.plan,
                ReportSnapshot.number == condition.since,
                ReportSnapshot.state.in_(("standing", "replaced")),
            )
        )
        if row is None or row.as_of >= self.world.day.as_of:
            raise Unanswerable(
                _("Kế hoạch “%(plan)s” không có bản chốt số %(n)s trước ngày cuối kỳ. "
                  "Hãy mở trang chốt số liệu, xem số của bản chốt, rồi sửa điều kiện.",
                  plan=condition.plan, n=condition.since)
            )  # fmt: skip
        report = body_of(row)["report"]
        figures = (*report["figures"], *report["commitments"])
        rows: list[Any] = next(
            (one["by_unit"] for one in figures if one["code"] == condition.indicator), []
        )
        return {
            UUID(one["unit"]).hex: (one["numerator"], one["population"], row.as_of)
            for one in rows
            if one["unit"] and one["population"]
        }


@dataclass(frozen=True, slots=True)
class _Class:
    """A class that met in the period; `reached` maps its people to what they reached in it."""

    name: str
    meetings: int
    is_over: bool
    learners: frozenset[Key]
    reached: Mapping[Key, Key]


def _number_of(condition: Condition, own: Iterable[_Class]) -> Measured:
    """Classes taught count when at least one learner reached a proof in them."""
    proven = [one for one in own if one.reached]
    told = [[one.name, one.meetings, len(one.reached), len(one.learners)] for one in proven]
    return Measured(
        len(proven) >= condition.least, Fraction(len(proven)),
        proofs=tuple(sorted((key for one in proven for key in one.reached.values()), key=str)),
        facts={"classes": sorted(told)},
    )  # fmt: skip


def _share_of(condition: Condition, own: Iterable[_Class]) -> Measured:
    """Of the learners of classes that are over; a person of two classes counts once."""
    over = [one for one in own if one.is_over]
    people = {who for one in over for who in one.learners}
    having = {who: key for one in over for who, key in one.reached.items() if who in people}
    told = sorted([one.name, one.meetings, len(one.reached), len(one.learners)] for one in over)
    proofs = tuple(sorted(having.values(), key=str))
    return of_share(condition, len(having), len(people), proofs, {"classes": told})


def _change(condition: Condition, course: Course, code: str) -> Measured:
    before, after = course.forms["entry"], course.forms["exit"]
    shares = [Fraction(100 * one.score.points, one.score.most) for one in (before, after)]
    points = shares[1] - shares[0]
    told = {
        "programme": code,
        "before": [before.score.points, before.score.most, day_of(before.at).isoformat()],
        "after": [after.score.points, after.score.most, day_of(after.at).isoformat()],
    }
    proofs = (UUID(before.key).hex, UUID(after.key).hex)
    return Measured(points >= condition.least, max(points, Fraction(0)), proofs=proofs, facts=told)


def _of_figure(
    condition: Condition, figure: Figure, part: int, whole: int,
    old: tuple[int, int, date] | None,
) -> Measured:  # fmt: skip
    if condition.kind is Kind.INDICATOR_RATE:
        return of_share(condition, part, whole)
    if condition.kind is Kind.INDICATOR_MET:
        target = own_target(figure)
        met = target is not None and part <= whole and is_met(target, part, whole)
        return Measured(met, share(part, whole), part, whole)
    if old is None:
        return Measured(False, Fraction(0), part, whole)
    points = share(part, whole) - share(old[0], old[1])
    told = {"from": [old[0], old[1], old[2].isoformat()]}
    return Measured(points >= condition.least, max(points, Fraction(0)), part, whole, facts=told)


def figure_in(report: PlanReport, code: str) -> Figure:
    """The figure of this code; Unanswerable when the plan has it no longer."""
    for one in (*report.figures, *report.commitments):
        if one.code == code:
            return one
    raise Unanswerable(
        _(
            "Kế hoạch không còn chỉ tiêu “%(code)s”. Hãy chọn lại chỉ tiêu trong điều kiện.",
            code=code,
        )
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def trainers(session: Session, commune_id: UUID) -> dict[Key, str]:
    """Trainers of the commune by account, with the names they sign in under."""
    rows = session.execute(
        select(BareId(Account.id), Account.display_name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.commune_id == commune_id,
            RoleGrant.role == "trainer",
            RoleGrant.revoked_at.is_(None),
            Account.disabled_at.is_(None),
        )
    )
    return {row[0]: row[1] for row in rows}


def households(
    session: Session, commune_id: UUID, typed: str, most: int = 20
) -> list[tuple[str, str]]:
    """Households whose number begins with what was typed; nothing typed is none."""
    if not typed:
        return []
    rows = session.execute(
        select(Household.id, Household.code, Unit.name)
        .join(Unit, and_(Unit.commune_id == Household.commune_id, Unit.id == Household.unit_id))
        .where(
            Household.commune_id == commune_id,
            Household.code.istartswith(typed[:40], autoescape=True),
        )
        .order_by(Household.code)
        .limit(most)
    )
    return [
        (str(key), _("Hộ %(code)s, %(unit)s", code=code, unit=unit)) for key, code, unit in rows
    ]
