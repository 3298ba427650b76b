"""The rows of a list: names and units as they are today, and what counted, as sentences and as data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates.models import Certificate
from courses import queries as courses
from lms.core.i18n import _
from lms.indicators.bare import BareId, full_id
from lms.indicators.rules.facts import Attainment, Key
from lms.indicators.rules.vocabulary import CITIZEN_AGE
from lms.reports.commend_measuring import World
from lms.reports.commend_models import CommendDecision
from lms.reports.commend_rules import Condition, Figures, Judged, Kind, Measured, Subject, is_child
from lms.reports.commend_words import evidence_line

MOST_KEYS = 500
RESIDENT_GROUPS = ("adults", "elderly")


@dataclass(frozen=True, slots=True)
class Proof:
    """What counted for one condition: a sentence, the keys behind it, the certificates named in it."""

    text: str
    keys: tuple[str, ...] = ()
    certificates: tuple[tuple[str, str], ...] = ()
    """(id, number)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `how` is criteria or add; `marks` are said beside it and printed as notes."""

    id: UUID
    name: str
    unit: str
    how: str = "criteria"
    proofs: tuple[Proof, ...] = ()
    results: tuple[Mapping[str, Any], ...] = ()
    marks: tuple[str, ...] = ()
    reason: str = ""
    is_child: bool = False
    decision: UUID | None = None
    people: tuple[tuple[UUID, str], ...] = ()
    """Of a household: the members that its name names."""
    plain: str = ""
    """What the row is called without naming them."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Somebody who is not in the list, and why; `lacks` is what is still missing of one who is near."""

    id: UUID
    name: str
    unit: str
    why: str
    decision: UUID | None = None


@dataclass(frozen=True)
class Counted:
    """The criteria judged: figures by condition, who passes, who is near."""

    world: World
    figures: Sequence[Figures]
    judged: Judged
    problem: str = ""


@dataclass(frozen=True)
class Names:
    """What the subjects are called, where they belong, and in which order they stand."""

    counted: Counted
    today: date
    known: Mapping[Key, str]
    place: Mapping[Key, int]
    homes: Mapping[Key, Mapping[Key, str]] = field(default_factory=dict)
    """Of households: members from 16 years on, with their names."""

    def aside(self, key: Key, why: str, decision: UUID | None = None) -> Aside:
        """Somebody beside the list."""
        return Aside(full_id(key), self._name(key), self._unit(key), why, decision)

    def row(
        self, key: Key, results: tuple[Mapping[str, Any], ...],
        added: CommendDecision | None = None,
    ) -> Row:  # fmt: skip
        """A line of the list."""
        child = self._is_child(key)
        marks = [_("dưới 16 tuổi: không nêu tên công khai")] if child else []
        if child is None:
            marks.append(_("chưa rõ ngày sinh: không nêu tên công khai"))
        if added is not None:
            marks.append(_("bổ sung, lý do: %(reason)s", reason=added.reason))
        return Row(
            full_id(key), self._name(key), self._unit(key), "add" if added else "criteria",
            (), results, tuple(marks), added.reason if added else "", child is not False,
            added.id if added else None, self._people(key), self._plain(key),
        )  # fmt: skip

    def _name(self, key: Key) -> str:
        people = ", ".join(name for name in self.homes.get(key, {}).values() if name)
        plain = self._plain(key)
        return _("%(people)s (%(home)s)", people=people, home=plain) if people else plain

    def _people(self, key: Key) -> tuple[tuple[UUID, str], ...]:
        return tuple((full_id(who), name) for who, name in self.homes.get(key, {}).items())

    def _plain(self, key: Key) -> str:
        name = self.known.get(key, "")
        if self.counted.world.criteria.subject is Subject.HOUSEHOLD and name:
            return _("hộ %(code)s", code=name)
        return name or _("hồ sơ không còn trong danh sách")

    def _is_child(self, key: Key) -> bool | None:
        if self.counted.world.criteria.subject is not Subject.PERSON:
            return False
        return is_child(self.counted.world.day.born.get(key), self.today, CITIZEN_AGE)

    def _unit(self, key: Key) -> str:
        """Where the list is about a group of offices or schools, that one; else the home."""
        day, subject = self.counted.world.day, self.counted.world.criteria.subject
        if subject is Subject.HOUSEHOLD:
            return day.unit_names.get(day.household_units.get(key), "")
        if subject is Subject.TEAM:
            return day.unit_names.get(day.team_units.get(key), "")
        if subject is not Subject.PERSON:
            return ""
        home = day.homes.get(key, (None, None))[0]
        posted = self._posts.get(key)
        group = self.counted.world.criteria.group
        first = home if not group or group in RESIDENT_GROUPS else posted
        return day.unit_names.get(first or home or posted, "")

    @cached_property
    def _posts(self) -> dict[Key, Key]:
        """Person → a unit he or she belongs to on the day, the same one every time."""
        rows = sorted(self.counted.world.day.memberships, key=lambda row: (row[1], str(row[2])))
        return {row[0]: row[2] for row in reversed(rows) if row[2] is not None}


@dataclass(frozen=True)
class Texts:
    """What counted for some subjects, as sentences and as data that is kept."""

    session: Session
    commune: UUID
    counted: Counted
    keys: Sequence[Key]

    @cached_property
    def _rows(self) -> dict[Key, Attainment]:
        found = (self._of(key) for key in self.keys)
        return attainments(
            self.counted.world,
            (proof for own in found for one in own if one for proof in one.proofs),
        )

    @cached_property
    def _numbers(self) -> dict[Key, tuple[str, str]]:
        return certificates_of(self.session, self.commune, self.counted.world, self._rows.values())

    def _of(self, key: Key) -> list[Measured | None]:
        return [found.get(key) for found in self.counted.figures]

    def proofs(self, key: Key) -> tuple[Proof, ...]:
        """One proof per condition of which there is something."""
        conditions = self.counted.world.criteria.conditions
        return tuple(
            self._proof(condition, one)
            for condition, one in zip(conditions, self._of(key), strict=False)
            if one is not None and one.met
        )

    def _proof(self, condition: Condition, one: Measured) -> Proof:
        rows = [self._rows[proof] for proof in one.proofs if proof in self._rows]
        named = self._numbers if condition.kind is Kind.ATTAINED else {}
        numbers = {row.key: named[row.key][1] for row in rows if row.key in named}
        held = tuple(named[row.key] for row in rows if row.key in named)
        keys = tuple(str(full_id(proof)) for proof in one.proofs)
        return Proof(evidence_line(condition, one, rows, numbers), keys, held)

    def results(self, key: Key) -> tuple[Mapping[str, Any], ...]:
        """The same as data: condition by place, exact value, numerator and denominator, keys."""
        return tuple(
            {
                "condition": place, "met": one.met, "value": str(one.value), "part": one.part,
                "whole": one.whole, "evidence": [str(proof) for proof in one.proofs],
            }
            for place, one in enumerate(self._of(key), 1)
            if one is not None
        )  # fmt: skip


def attainments(world: World, keys: Iterable[Key]) -> dict[Key, Attainment]:
    """The results of these keys, read from the facts at hand."""
    wanted = set(keys)
    return (
        {row.key: row for row in world.day.facts.attainments if row.key in wanted} if wanted else {}
    )


def certificates_of(
    session: Session, commune_id: UUID, world: World, rows: Iterable[Attainment]
) -> dict[Key, tuple[str, str]]:
    """Result → (id, number) of the valid certificate of the same person, programme and level."""
    held, root = list(rows), world.day.root
    ids = sorted({str(key) for row in held for key in (row.person, root(row.person))})
    found: dict[tuple[Key, str, str], tuple[str, str]] = {}
    same = courses.counted_as(session, commune_id)
    for start in range(0, len(ids), MOST_KEYS):
        query = select(
            BareId(Certificate.person_id), Certificate.programme_code, Certificate.level,
            BareId(Certificate.id), Certificate.number,
        ).where(
            Certificate.commune_id == commune_id, Certificate.status == "valid",
            Certificate.person_id.in_([full_id(key) for key in ids[start : start + MOST_KEYS]]),
        )  # fmt: skip
        for person, code, level, key, number in session.execute(query):
            found[root(person), same.get(code, code), level] = (key, number)
    told = ((row, found.get((root(row.person), row.programme, row.level))) for row in held)
    return {row.key: one for row, one in told if one is not None}
