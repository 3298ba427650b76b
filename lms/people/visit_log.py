"""Reading visits: the log of a commune or unit, the history of a home, the last visit of each home."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.core import clock
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.people import queries
from lms.people.account_models import Account
from lms.people.helping_models import Visit
from lms.people.models import Household, Person, Residence, Unit
from lms.people.rules.helping import week_of

WEEKS = 8
"""How many weeks the counts look back."""


@dataclass(frozen=True)
class Logged:
    """A visit for the eye: where, by whom, and whether it still counts."""

    visit: Visit
    goal: str
    unit: str
    by: str

    @property
    def stands(self) -> bool:
        """Neither corrected nor taken back."""
        return self.visit.superseded_at is None


@dataclass(frozen=True)
class Wanted:
    """Which visits the log shows; empty means all that the actor may see."""

    unit_id: UUID | None = None
    week: date | None = None
    """The Monday of a week."""


@dataclass(frozen=True)
class WeekRow:
    """The visits of one week, from its Monday, by unit name, and altogether."""

    monday: date
    by_unit: Mapping[str, int]
    total: int


def _lived_in() -> Any:
    """The unit in which the visited person lives today."""
    standing = queries.stands(Residence, clock.today())
    return (
        select(Residence.unit_id)
        .where(
            Residence.commune_id == Visit.commune_id,
            Residence.person_id == Visit.person_id,
            standing,
        )
        .order_by(func.coalesce(Residence.from_date, date(1, 1, 1)).desc(), Residence.id.desc())
        .limit(1)
        .correlate(Visit)
        .scalar_subquery()
    )


def _unit_of() -> ColumnElement[UUID | None]:
    return func.coalesce(Household.unit_id, _lived_in())


def _visits(commune_id: UUID) -> "Select[*tuple[Any, ...]]":
    """Every visit with household, person, unit, goer and helper."""
    helper = aliased(Person)
    home = and_(Household.commune_id == Visit.commune_id, Household.id == Visit.household_id)
    person = and_(Person.commune_id == Visit.commune_id, Person.id == Visit.person_id)
    return (
        select(
            Visit, Household.code, Unit.code, Unit.name, Person.full_name, helper.full_name,
            Account.display_name,
        )
        .select_from(Visit)
        .outerjoin(Household, home)
        .outerjoin(Person, person)
        .outerjoin(
            helper, and_(helper.commune_id == Visit.commune_id, helper.id == Visit.helper_id)
        )
        .outerjoin(Account, Account.id == Visit.account_id)
        .outerjoin(Unit, and_(Unit.commune_id == Visit.commune_id, Unit.id == _unit_of()))
        .where(Visit.commune_id == commune_id)
    )  # fmt: skip


def _logged(
    row: Visit, home: str | None, unit_code: str | None, unit: str | None, person: str | None,
    helper: str | None, account: str | None,
) -> Logged:  # fmt: skip
    code = queries.household_number(home, unit_code or "")
    goal = _("Hộ %(code)s", code=code) if row.household_id else person or _("đã xóa theo yêu cầu")
    by = helper if row.helper_id else account
    return Logged(row, goal, unit or "", by or _("đã xóa theo yêu cầu"))


def _within(who: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Standing visits in the actor's units and in those asked for."""
    found: list[ColumnElement[bool]] = [Visit.superseded_at.is_(None)]
    if who.role is Role.UNIT_REPORTER:
        found.append(Unit.id.in_(who.unit_ids))
    if wanted.unit_id:
        found.append(Unit.id.in_(queries.within(who.commune, [wanted.unit_id])))
    if wanted.week:
        found.append(Visit.visited_on >= wanted.week)
        found.append(Visit.visited_on < wanted.week + timedelta(days=7))
    return found


def log(
    session: Session, who: Actor, wanted: Wanted, offset: int, limit: int
) -> tuple[list[Logged], int]:
    """A page of the visits that stand, the newest first, and how many there are."""
    query = _visits(who.commune).where(*_within(who, wanted))
    only_ids = query.with_only_columns(Visit.id)
    total = session.scalar(select(func.count()).select_from(only_ids.subquery())) or 0
    ordered = query.order_by(Visit.visited_on.desc(), Visit.id.desc())
    rows = session.execute(ordered.offset(offset).limit(limit))
    return [_logged(*row) for row in rows], total


def due(session: Session, who: Actor, until: date, limit: int = 20) -> list[Logged]:
    """Visits after which somebody promised to come again, due by a day and not come since."""
    later = aliased(Visit)
    came = (
        select(later.id)
        .where(
            later.commune_id == Visit.commune_id,
            later.superseded_at.is_(None),
            or_(later.household_id == Visit.household_id, later.person_id == Visit.person_id),
            or_(
                later.visited_on > Visit.visited_on,
                and_(later.visited_on == Visit.visited_on, later.id > Visit.id),
            ),
        )
        .exists()
    )
    query = _visits(who.commune).where(*_within(who, Wanted()), Visit.next_on <= until, ~came)
    rows = session.execute(query.order_by(Visit.next_on, Visit.id).limit(limit))
    return [_logged(*row) for row in rows]


def one(session: Session, commune_id: UUID, visit_id: UUID) -> Logged:
    """One visit (`visiting.visit` has been asked whether the actor may see it)."""
    return _logged(*session.execute(_visits(commune_id).where(Visit.id == visit_id)).one())


def history(
    session: Session, commune_id: UUID, household_id: UUID | None = None,
    persons: Sequence[UUID] | set[UUID] = (),
) -> list[Logged]:  # fmt: skip
    """Everything written down about a home and its people, the newest first, old versions too."""
    goal: ColumnElement[bool] = Visit.person_id.in_(persons)
    if household_id is not None:
        # Compared with nothing, the column of the household would find the visits to every person.
        goal = or_(Visit.household_id == household_id, goal)
    query = _visits(commune_id).where(goal)
    rows = session.execute(query.order_by(Visit.visited_on.desc(), Visit.id.desc()))
    return [_logged(*row) for row in rows]


def last_visits(
    session: Session, commune_id: UUID, members: Mapping[UUID, Sequence[UUID]]
) -> dict[UUID, Logged]:
    """Household → its last visit that stands, to the home or to one of these members."""
    home_of = {person: home for home, people in members.items() for person in people}
    goal = or_(Visit.household_id.in_(members), Visit.person_id.in_(home_of))
    query = _visits(commune_id).where(Visit.superseded_at.is_(None), goal)
    found: dict[UUID, Logged] = {}
    for row in session.execute(query.order_by(Visit.visited_on, Visit.id)):
        seen = _logged(*row)
        where: UUID | None = seen.visit.household_id or seen.visit.person_id
        if where is not None:
            found[home_of.get(where, where)] = seen
    return found


def visited_homes(session: Session, commune_id: UUID) -> set[UUID]:
    """Households that were ever visited as such."""
    query = select(Visit.household_id).where(
        Visit.commune_id == commune_id,
        Visit.superseded_at.is_(None),
        Visit.household_id.is_not(None),
    )
    return {home for home in session.scalars(query.distinct()) if home is not None}


def weeks(session: Session, who: Actor, today: date) -> list[WeekRow]:
    """Visits per week and unit over the last weeks, this week first; weeks without any are 0."""
    mondays = [week_of(today) - timedelta(weeks=n) for n in range(WEEKS)]
    since = Visit.visited_on >= mondays[-1]
    query = _visits(who.commune).where(*_within(who, Wanted()), since)
    counted: dict[date, Counter[str]] = {monday: Counter() for monday in mondays}
    for day, unit in session.execute(query.with_only_columns(Visit.visited_on, Unit.name)):
        counted[week_of(day)][unit or ""] += 1
    return [WeekRow(monday, dict(units), units.total()) for monday, units in counted.items()]
