"""Ambassadors (đại sứ số) with those they guide: who may see whom, and what each is credited with."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.cohorts.models import Enrolment
from lms.core.errors import NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import day as day_text
from lms.indicators.bare import collector_paused, full_id
from lms.indicators.counted_rules import day_of
from lms.indicators.evidence_texts import evidence_texts
from lms.indicators.facts_loader import load_people
from lms.indicators.rules.credit import Credit, Pairing, Standing, Tally, credits, tally
from lms.indicators.rules.evidence import Evidence
from lms.people import mentoring
from lms.people import queries as register
from lms.people.mentoring import Pair
from lms.people.models import Membership, Person, Unit

LISTED = ("ambassador", "mentor")
"""Groups that are always listed; a ward official only once somebody is guided."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a list shows it; `unit` is where he or she lives, or helps."""

    id: UUID
    name: str
    sort_key: str
    birth_year: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class HelperRow:
    """An ambassador in the list; `is_open` says whether the actor may open the page of this one."""

    who: Named
    numbers: Tally
    is_open: bool


@dataclass(frozen=True, slots=True)
class MenteeRow:
    """One pair on an ambassador's page; `evidence` is what counted, or what does not count and why."""

    pair: Pair
    who: Named
    standing: Standing
    evidence: str


@dataclass(frozen=True)
class Helper:
    """An ambassador's page: those guided now, and those guided before."""

    who: Named
    numbers: Tally
    mentees: tuple[MenteeRow, ...]
    before: tuple[MenteeRow, ...]
    is_listed: bool


@dataclass(frozen=True)
class Pairs:
    """All pairs the actor may see, with what became of each on the day."""

    as_of: date
    pairs: Mapping[UUID, Pair]
    credits: tuple[Credit, ...]

    def of(self, helper: UUID) -> list[Credit]:
        """The pairs of one ambassador."""
        return [one for one in self.credits if one.pairing.helper == helper.hex]


def taught(session: Session, who: Actor) -> frozenset[UUID]:
    """The people of a trainer's classes, after merges; nobody for any other role."""
    if who.role is not Role.TRAINER or not who.cohort_ids:
        return frozenset()
    rows = session.scalars(
        select(Enrolment.person_id).where(
            Enrolment.commune_id == who.commune,
            Enrolment.cohort_id.in_(who.cohort_ids),
            Enrolment.withdrawn_on.is_(None),
        )
    ).all()
    roots = register.survivors(session, who.commune)
    return frozenset(roots.get(one, one) for one in rows)


def _within(session: Session, who: Actor, today: date) -> frozenset[UUID] | None:
    """Whose names the actor may read: None is everybody's of the commune."""
    if who.role is Role.TRAINER:
        return taught(session, who)
    if who.role is Role.UNIT_REPORTER:
        ids = register.visible(who, today).with_only_columns(Person.id)
        return frozenset(session.scalars(ids))
    return None


def pairs(session: Session, who: Actor, today: date) -> Pairs:
    """The pairs whose mentee the actor may see, each judged by the proofs that stand today."""
    within = _within(session, who, today)
    found = {
        one.id: one
        for one in mentoring.pairs(session, who.commune)
        if within is None or one.mentee in within
    }
    pairings = [
        Pairing(p.id, p.helper.hex, p.mentee.hex, p.from_date, p.to_date) for p in found.values()
    ]
    if not pairings:
        return Pairs(today, found, ())
    with collector_paused():
        day = day_of(session, who.commune, load_people(session, who.commune), today)
        judged = credits(pairings, Evidence(day).standing(date.min), day.root)
    return Pairs(today, found, tuple(judged))


def helper_rows(session: Session, who: Actor, found: Pairs) -> list[HelperRow]:
    """Every ambassador the actor may know of, by name: all of them, a reporter's own or involved."""
    listed = mentoring.helpers(session, who.commune, LISTED)
    guiding = {one.helper for one in found.pairs.values()}
    within = _within(session, who, found.as_of) if who.role is Role.UNIT_REPORTER else None
    shown = (listed | guiding) if within is None else (listed & within) | guiding
    people = named(session, who.commune, shown, found.as_of)
    return [
        HelperRow(
            one, tally(found.of(one.id), found.as_of), within is None or one.id in within
        )
        for one in people
    ]  # fmt: skip


def added(rows: Iterable[HelperRow]) -> Tally:
    """All rows added up; a mentee of two ambassadors counts with each."""
    numbers = [row.numbers for row in rows]
    return Tally(
        sum(n.guided for n in numbers), sum(n.credited for n in numbers),
        sum(n.parted for n in numbers), sum(n.parted_credited for n in numbers),
    )  # fmt: skip


def helper(session: Session, who: Actor, helper_id: UUID, today: date) -> Helper:
    """One ambassador with the mentees the actor may see; NotFound outside the actor's reach.

    A trainer opens helpers only: whom nobody listed and who guides nobody is not there.
    """
    register.person(session, who, helper_id, today)
    roots = register.survivors(session, who.commune)
    root = roots.get(helper_id, helper_id)
    is_listed = root in mentoring.helpers(session, who.commune)
    found = pairs(session, who, today)
    mine = found.of(root)
    if who.role is Role.TRAINER and not (is_listed or mine):
        raise NotFound(_("Không tìm thấy đại sứ số này. Hãy mở lại danh sách."))
    rows = _mentee_rows(session, who.commune, found, mine)
    (own,) = named(session, who.commune, {root}, today)
    now = tuple(row for row in rows if row.pair.to_date is None or row.pair.to_date > today)
    before = tuple(row for row in rows if row not in now)
    return Helper(own, tally(mine, today), now, before, is_listed)


def _mentee_rows(
    session: Session, commune_id: UUID, found: Pairs, mine: Sequence[Credit]
) -> list[MenteeRow]:
    """By name; one mentee whom two records paired with the same ambassador stands once."""
    people = {
        one.id: one
        for one in named(
            session, commune_id, {full_id(c.pairing.mentee) for c in mine}, found.as_of
        )
    }
    texts = evidence_texts(session, commune_id, {c.proof.key for c in mine if c.proof})
    rows = [
        MenteeRow(
            found.pairs[_id(c)], people[full_id(c.pairing.mentee)], c.standing,
            texts.get(c.proof.key, "") if c.proof else "",
        )
        for c in mine
    ]  # fmt: skip
    order = {who: place for place, who in enumerate(people)}
    return sorted(_once(rows), key=lambda row: order[row.who.id])


def _id(credit: Credit) -> UUID:
    key = credit.pairing.key
    assert isinstance(key, UUID)  # noqa: S101 - `pairs` made it of a row's id.
    return key


def _once(rows: Sequence[MenteeRow]) -> list[MenteeRow]:
    standing: dict[UUID, MenteeRow] = {}
    ended: list[MenteeRow] = []
    for row in rows:
        if row.pair.to_date is None:
            known = standing.get(row.who.id)
            better = known is None or known.standing is not Standing.CREDITED
            standing[row.who.id] = row if better else standing[row.who.id]
        else:
            ended.append(row)
    return [*standing.values(), *ended]


def named(
    session: Session, commune_id: UUID, ids: Collection[UUID], today: date
) -> list[Named]:  # fmt: skip
    """These people by Vietnamese name order, each with a unit: the home, else the place of posting."""
    units = _units(session, commune_id, ids, today)
    columns: Any = (Person.id, Person.full_name, Person.sort_key, Person.birth_year,
                    Person.erased_on)  # fmt: skip
    query = select(*columns).where(Person.commune_id == commune_id, Person.id.in_(ids))
    return [
        Named(
            key, name or _("đã xóa theo yêu cầu ngày %(day)s", day=day_text(erased)), sort, year,
            units.get(key, ""),
        )
        for key, name, sort, year, erased in session.execute(
            query.order_by(Person.sort_key, Person.id)
        )
    ]  # fmt: skip


def _units(
    session: Session, commune_id: UUID, ids: Collection[UUID], today: date
) -> dict[UUID, str]:
    """Person → the unit lived in, else the one of a membership that stands."""
    posted = session.execute(
        select(Membership.person_id, Unit.name)
        .join(Unit, and_(Unit.commune_id == Membership.commune_id, Unit.id == Membership.unit_id))
        .where(
            Membership.commune_id == commune_id,
            Membership.person_id.in_(ids),
            register.stands(Membership, today),
        )
        .order_by(Membership.id)
    )
    found = {row[0]: row[1] for row in posted}
    return found | {
        key: unit
        for key, (unit, _home) in register.homes_of(session, commune_id, ids, today).items()
    }
