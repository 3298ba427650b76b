"""A list before it is decided: who meets the criteria and by what, who is near, whom an officer moved."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import queries as courses
from lms.cohorts.models import Cohort
from lms.core import clock
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.text import day as day_text
from lms.indicators import queries
from lms.indicators.bare import BareId, bare_rows, collector_paused, full_id
from lms.indicators.definition import programme_name
from lms.indicators.facts_loader import facts_and_shelf, load_people
from lms.indicators.rules.facts import Attainment, Facts, Key, merged_persons
from lms.indicators.rules.plan import Population
from lms.indicators.rules.vocabulary import PROGRAMMES
from lms.people.models import Household, Person, Unit
from lms.people.privacy_consents import withdrawn
from lms.reports.commend_measuring import World
from lms.reports.commend_models import CommendDecision
from lms.reports.commend_naming import Aside, Counted, Names, Row, Texts, attainments
from lms.reports.commend_rules import (
    Criteria,
    Figures,
    Judged,
    Kind,
    Measured,
    Subject,
    in_order,
    judge,
)
from lms.reports.commend_sources import Sources, Unanswerable, trainers
from lms.reports.commend_words import short_line

MOST_KEYS = 500
RESIDENT_GROUPS = ("adults", "elderly")
MOST_NEAR = 200
"""Of those who are near this many are listed; how many there are is told."""


@dataclass(frozen=True)
class Preview:
    """The list as it would be decided now."""

    criteria: Criteria
    as_of: date
    rows: tuple[Row, ...]
    near: tuple[Aside, ...]
    near_count: int
    aside: tuple[Aside, ...]
    """Meet every condition and are not in the list: they died or are no longer here."""
    left_out: tuple[Aside, ...]
    tell: Callable[[Sequence[Row]], list[Row]]
    problem: str = ""

    def told(self, start: int = 0, count: int | None = None) -> list[Row]:
        """Rows with what counted in words: looked up for those alone that are shown."""
        return self.tell(self.rows[start : None if count is None else start + count])

    @property
    def children(self) -> int:
        """How many rows are of children, or of somebody whose birth is not known."""
        return sum(row.is_child for row in self.rows)


def preview(
    session: Session, who: Actor, criteria: Criteria, decisions: Sequence[CommendDecision] = ()
) -> Preview:
    """Who would be in the list now."""
    today = clock.today()
    with collector_paused():
        return _Making(session, who.commune, criteria, tuple(decisions), today).made()


def world_of(session: Session, commune_id: UUID, criteria: Criteria, today: date) -> World:
    """The commune at the end of the period, without what was revoked since."""
    needs_classes = any(one.kind is Kind.ATTENDANCE for one in criteria.conditions)
    facts: Facts = (
        facts_and_shelf(session, commune_id)[0]
        if needs_classes
        else load_people(session, commune_id)
    )
    commune = queries.commune_of(session, commune_id)
    return World.of(facts, criteria, today, commune.counts_temporary)


def counted(session: Session, commune_id: UUID, criteria: Criteria, today: date) -> Counted:
    """Judge the criteria; a condition that names what is not there is told as `problem`."""
    world = world_of(session, commune_id, criteria, today)
    sources = Sources(session, commune_id, world)
    try:
        figures = [sources.measured(one) for one in criteria.conditions]
    except Unanswerable as error:
        return Counted(world, (), Judged(frozenset(), {}), str(error))
    subjects = world.subjects
    if criteria.subject is Subject.TRAINER:
        subjects = frozenset(trainers(session, commune_id))
    return Counted(world, figures, judge(criteria.subject, subjects, figures))


@dataclass(frozen=True)
class _Making:
    """One preview being made."""

    session: Session
    commune: UUID
    criteria: Criteria
    decisions: tuple[CommendDecision, ...]
    today: date

    @cached_property
    def counted(self) -> Counted:
        return counted(self.session, self.commune, self.criteria, self.today)

    @property
    def world(self) -> World:
        return self.counted.world

    def made(self) -> Preview:
        judged = self.counted.judged
        out, put = self._moved("leave_out"), self._moved("add")
        erased = self._erased
        passed = judged.passed - out.keys() - erased
        added = [key for key in put if key not in passed and key not in erased and key not in out]
        near = [
            key for key in judged.near if key not in put and key not in out and key not in erased
        ]
        shown = self._near_shown(near)
        aside = self._outside(judged.passed, out, put)
        named = self._named({*passed, *added, *shown, *aside, *out})
        order = self._order(passed)
        texts = Texts(self.session, self.commune, self.counted, ())
        rows = [named.row(k, texts.results(k)) for k in in_order(passed, named.place, order)]
        extra = [
            named.row(k, texts.results(k), put[k]) for k in in_order(added, named.place)
        ]  # fmt: skip
        return Preview(
            self.criteria, self.world.day.as_of, (*rows, *extra),
            self._near_rows(in_order(shown, named.place), named), len(near),
            tuple(named.aside(key, why) for key, why in aside.items()),
            tuple(
                named.aside(key, out[key].reason, out[key].id)
                for key in in_order(out, named.place)
            ),
            self._told, self.counted.problem,
        )  # fmt: skip

    def _moved(self, kind: str) -> dict[Key, CommendDecision]:
        """Subject, after merges → the decision that stands about it."""
        root = self.world.day.root
        return {root(one.subject_id.hex): one for one in self.decisions if one.kind == kind}

    def _near_shown(self, near: Collection[Key]) -> list[Key]:
        """The nearest ones first where there are more than are listed."""
        if len(near) <= MOST_NEAR:
            return list(near)
        figures, at = self.counted.figures, self.counted.judged.near
        ranked = sorted(near, key=lambda key: (-figures[at[key][0]][key].value, str(key)))
        return ranked[:MOST_NEAR]

    @cached_property
    def _erased(self) -> frozenset[Key]:
        """Who asked to be erased, or not to be named in such lists."""
        if self.criteria.subject is not Subject.PERSON:
            return frozenset()
        query = select(BareId(Person.id)).where(
            Person.commune_id == self.commune, Person.erased_on.is_not(None)
        )
        erased = frozenset(key for (key,) in bare_rows(self.session, query))
        return erased | {one.hex for one in withdrawn(self.session, self.commune, "commend")}

    def _order(self, passed: frozenset[Key]) -> Figures | None:
        return (
            self.counted.figures[self.criteria.order - 1]
            if self.criteria.order and passed
            else None
        )

    def _outside(
        self, passed: Collection[Key], out: Collection[Key], put: Collection[Key]
    ) -> dict[Key, str]:
        """Who meets every condition and is dead or gone by the day; in no particular group only."""
        if self.criteria.subject is not Subject.PERSON or not self.counted.figures:
            return {}
        met = [{k for k, one in found.items() if one.met} for found in self.counted.figures]
        every = set.intersection(*met) - set(passed) - set(out) - set(put) - self._erased
        day = self.world.day
        dead = merged_persons(day.facts)
        found: dict[Key, str] = {}
        for key in every:
            if key in dead and key not in day.alive:
                found[key] = _("đã mất ngày %(day)s", day=day_text(dead[key].died_on))
            elif not self.criteria.group and key in day.alive:
                found[key] = _("không còn ở xã và không thuộc nhóm nào của xã vào ngày tính")
        return dict(sorted(found.items(), key=lambda pair: str(pair[0])))

    # --- rows -------------------------------------------------------------------------------------

    def _told(self, rows: Sequence[Row]) -> list[Row]:
        keys = [row.id.hex for row in rows]
        texts = Texts(self.session, self.commune, self.counted, keys)
        return [replace(row, proofs=texts.proofs(row.id.hex)) for row in rows]

    def _near_rows(self, keys: Sequence[Key], named: Names) -> tuple[Aside, ...]:
        figures, at = self.counted.figures, self.counted.judged.near
        nothing = Measured(False)
        lacking = {key: [(n, figures[n].get(key, nothing)) for n in at[key]] for key in keys}
        short = (proof for found in lacking.values() for _n, one in found for proof in one.short)
        rows = attainments(self.world, short)
        return tuple(
            named.aside(key, " ".join(self._short(n, one, rows) for n, one in found))
            for key, found in lacking.items()
        )

    def _short(self, place: int, one: Measured, rows: Mapping[Key, Attainment]) -> str:
        known = [rows[key] for key in one.short if key in rows]
        return short_line(self.criteria.conditions[place], one, known)

    # --- names ------------------------------------------------------------------------------------

    def _named(self, keys: Collection[Key]) -> Names:
        subject = self.criteria.subject
        if subject is Subject.TRAINER:
            known = trainers(self.session, self.commune)
            order = sorted(known, key=lambda key: (known[key], str(key)))
            return Names(
                self.counted, self.today, known, {key: place for place, key in enumerate(order)}
            )
        table, by, label = {
            Subject.PERSON: (Person, Person.sort_key, Person.full_name),
            Subject.HOUSEHOLD: (Household, Household.code, Household.code),
            Subject.TEAM: (Unit, Unit.name, Unit.name),
            Subject.UNIT: (Unit, Unit.name, Unit.name),
        }[subject]
        known = self._read(keys, table, by, label)
        homes = self._members(known) if subject is Subject.HOUSEHOLD else {}
        places: dict[Key, int] = {key: place for place, key in enumerate(known)}
        return Names(self.counted, self.today, known, places, homes)

    def _read(self, keys: Collection[Key], table: Any, by: Any, label: Any) -> dict[Key, str]:
        """Key → label, in the order of `by`."""
        query = select(BareId(table.id), label).where(table.commune_id == self.commune)
        if len(keys) <= MOST_KEYS:
            query = query.where(table.id.in_([full_id(key) for key in keys]))
        rows = bare_rows(self.session, query.order_by(by, table.id))
        return {key: name for key, name in rows if key in keys}

    def _members(self, homes: Collection[Key]) -> dict[Key, dict[Key, str]]:
        """Household → its members from 16 years on with their names, in the order of names."""
        day, own = self.world.day, dict[Key, Key]()
        grown = day.people(Population("citizens_16"))
        for home in homes:
            own |= dict.fromkeys(day.household_members.get(home, set()) & grown, home)
        found: dict[Key, dict[Key, str]] = {home: {} for home in homes}
        for who, name in self._read(own.keys(), Person, Person.sort_key, Person.full_name).items():
            found[own[who]][who] = name
        return found


def offered_programmes(session: Session, commune_id: UUID) -> list[tuple[str, str]]:
    """Programmes that results are of, with their names: those of the plans, then the commune's own."""
    same = courses.counted_as(session, commune_id)
    own = session.scalars(
        select(Cohort.programme_code).where(Cohort.commune_id == commune_id).distinct()
    )
    more = sorted({code for code in own if code not in PROGRAMMES and code not in same})
    return [(code, programme_name(code)) for code in (*PROGRAMMES, *more)]
