"""Digital teams (Tổ công nghệ số): who is in them, who has reached what, which class is open to the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from courses import queries as courses
from lms.cohorts.models import Cohort, Enrolment
from lms.core.guard import Actor
from lms.core.policy import Role
from lms.indicators.bare import collector_paused, full_id
from lms.indicators.class_facts import participations
from lms.indicators.counted_rules import Rule, chosen, day_of, rules_of
from lms.indicators.evidence_texts import evidence_texts
from lms.indicators.facts_loader import load_people
from lms.indicators.helpers import Named, named
from lms.indicators.rules.day import Day
from lms.indicators.rules.evidence import Evidence
from lms.indicators.rules.facts import Key
from lms.indicators.rules.plan import Population
from lms.indicators.rules.tally import Tally, tally_of
from lms.indicators.rules.vocabulary import LEVEL_RANK, Level, MeasureKind, Subject
from lms.people import queries as register


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member: what counted; or, of those who lack it, a lower proof, and the class they are in."""

    who: Named
    has_it: bool
    evidence: tuple[str, ...]
    in_class: str


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team: it has it when it has members and all of them have it."""

    id: UUID
    name: str
    unit: str
    members: tuple[MemberRow, ...]
    has_it: bool

    @property
    def lacking(self) -> int:
        """Members who do not have it yet."""
        return sum(not one.has_it for one in self.members)


@dataclass(frozen=True, slots=True)
class OpenClass:
    """A class of an accepted programme that has not ended: where those who lack it may go."""

    id: UUID
    name: str
    place: str
    starts_on: date
    level: str


@dataclass(frozen=True)
class Teams:
    """The teams the actor may see, by unit, counted by a rule."""

    as_of: date
    rule: Rule
    rules: tuple[Rule, ...]
    teams: tuple[TeamRow, ...]
    classes: tuple[OpenClass, ...]

    @property
    def having(self) -> int:
        """Teams that have it."""
        return sum(team.has_it for team in self.teams)


def teams(session: Session, who: Actor, as_of: date, rule_code: str = "") -> Teams:
    """Every team as the indicator counts it; a reporter sees those of the own units."""
    with collector_paused():
        facts = load_people(session, who.commune)
        found = rules_of(session, who.commune, facts, as_of, Subject.TEAM)
        found.sort(key=lambda rule: rule.counted.measure.kind is not MeasureKind.ATTAINED)
        rule = chosen(found, rule_code)
        if rule.counted.measure.kind is MeasureKind.TRAINED:
            facts = replace(facts, participations=participations(session, who.commune))
        day = day_of(session, who.commune, facts, as_of)
        judged = _Judged.of(day, rule)
    classes = _open_classes(session, who.commune, rule, as_of)
    shown = [key for key in day.teams if _may(who, day, key)]
    rows = _rows(session, who, day, judged, shown, classes)
    return Teams(as_of, rule, tuple(found), tuple(rows), tuple(classes))


def _may(who: Actor, day: Day, team: Key) -> bool:
    if who.role is not Role.UNIT_REPORTER:
        return True
    parent = day.team_units.get(team)
    return full_id(team) in who.unit_ids or (parent is not None and full_id(parent) in who.unit_ids)


@dataclass(frozen=True)
class _Judged:
    """What the engine says of teams and of their members, and of a lower level of the same."""

    teams: Tally
    members: Tally
    lower: Tally

    @classmethod
    def of(cls, day: Day, rule: Rule) -> "_Judged":
        evidence = Evidence(day)
        person = replace(
            rule.counted, subject=Subject.PERSON, population=Population("digital_team"),
            programmes=rule.counted.counted_programmes,
        )  # fmt: skip
        return cls(
            tally_of(evidence, rule.counted, None), tally_of(evidence, person, None),
            tally_of(evidence, replace(person, level=Level.BASIC), None),
        )  # fmt: skip


def _rows(
    session: Session, who: Actor, day: Day, judged: _Judged, shown: Sequence[Key],
    classes: Sequence[OpenClass],
) -> list[TeamRow]:  # fmt: skip
    members = {one for key in shown for one in day.teams[key]}
    people = named(session, who.commune, {full_id(one) for one in members}, day.as_of)
    texts = _texts(session, who.commune, judged, members)
    seats = _seats(session, who.commune, classes)
    rows: dict[Key, MemberRow] = {one.id.hex: _member(one, judged, texts, seats) for one in people}
    order: dict[Key, int] = {one.id.hex: place for place, one in enumerate(people)}
    names = {row.key: row.name for row in day.facts.teams}
    found = [
        TeamRow(
            full_id(key), names[key], day.unit_names.get(day.team_units.get(key), ""),
            tuple(rows[one] for one in sorted(day.teams[key], key=order.__getitem__)),
            key in judged.teams.passed,
        )
        for key in shown
    ]  # fmt: skip
    return sorted(found, key=lambda team: (team.unit, team.name))


def _member(
    one: Named, judged: _Judged, texts: dict[Key, tuple[str, ...]], seats: dict[UUID, str]
) -> MemberRow:
    key = one.id.hex
    return MemberRow(one, key in judged.members.passed, texts.get(key, ()), seats.get(one.id, ""))


def _texts(
    session: Session, commune_id: UUID, judged: _Judged, members: set[Key]
) -> dict[Key, tuple[str, ...]]:
    """Member → what counted, in words; of those who lack it the lower proof, when there is one."""
    proofs = {
        who: (judged.members if who in judged.members.passed else judged.lower).proofs[who]
        for who in members & judged.lower.passed
    }
    texts = evidence_texts(session, commune_id, {key for found in proofs.values() for key in found})
    return {
        who: tuple(texts[key] for key in found if key in texts) for who, found in proofs.items()
    }


def _open_classes(
    session: Session, commune_id: UUID, rule: Rule, as_of: date
) -> list[OpenClass]:  # fmt: skip
    """Classes of the accepted programmes, at the asked level or above, that still go on."""
    counted = courses.counted_as(session, commune_id)
    wanted = set(rule.counted.counted_programmes)
    codes = wanted | {code for code, named in counted.items() if named in wanted}
    asked = LEVEL_RANK[rule.counted.asked_level.value]
    rows = session.scalars(
        select(Cohort)
        .where(
            Cohort.commune_id == commune_id,
            Cohort.programme_code.in_(codes),
            Cohort.level.in_([level for level, rank in LEVEL_RANK.items() if rank >= asked]),
            Cohort.closed_at.is_(None),
            Cohort.cancelled_at.is_(None),
            or_(Cohort.ends_on.is_(None), Cohort.ends_on >= as_of),
        )
        .order_by(Cohort.starts_on, Cohort.code)
    )
    return [OpenClass(row.id, row.name, row.place, row.starts_on, row.level) for row in rows]


def _seats(session: Session, commune_id: UUID, classes: Sequence[OpenClass]) -> dict[UUID, str]:
    """Person, after merges → the open class he or she is already in."""
    names = {one.id: one.name for one in classes}
    rows = session.execute(
        select(Enrolment.person_id, Enrolment.cohort_id).where(
            Enrolment.commune_id == commune_id,
            Enrolment.cohort_id.in_(names),
            Enrolment.withdrawn_on.is_(None),
        )
    ).all()
    roots = register.survivors(session, commune_id)
    return {roots.get(person, person): names[cohort] for person, cohort in rows}
