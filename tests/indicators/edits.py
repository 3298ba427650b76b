"""Random edits of a commune's rows, by every kind of statement, for what must always equal a recount."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from assessments.models import Attainment, AttainmentRevocation
from lms.core.ids import uuid7
from lms.indicators.models import DeclaredPopulation
from lms.people.models import Membership, Person, PersonLink, Residence, Unit
from tests.indicators.commune import Village

START = date(2025, 1, 1)


class Edits:
    """A dice and a village; `once` changes something."""

    def __init__(self, village: Village, seed: int) -> None:
        self.village = village
        self.dice = random.Random(seed)
        self.ways: tuple[Callable[[], object], ...] = (
            self._somebody, self._somebody, self._born_again, self._moved, self._joined,
            self._left, self._proved, self._proved, self._revoked, self._merged, self._dead,
            self._many_proved, self._taken_away, self._declared, self._unit_closed,
        )  # fmt: skip

    def once(self) -> None:
        """One edit."""
        self.dice.choice(self.ways)()

    @property
    def session(self) -> Session:
        return self.village.session

    def _day(self) -> date:
        return START + timedelta(days=self.dice.randrange(700))

    def _any(self, model: Any) -> UUID | None:
        query = select(model.id).where(model.commune_id == self.village.commune).order_by(model.id)
        found = self.session.scalars(query).all()
        return self.dice.choice(found) if found else None

    def _unit(self) -> str:
        return self.dice.choice(("thon_dong", "thon_tay"))

    def _somebody(self) -> None:
        born = date(1940, 1, 1) + timedelta(days=self.dice.randrange(29_000))
        who = self.village.person("Người mới", born, sex=self.dice.choice(("nam", "nu", None)))
        self.village.home(who, self._unit())

    def _born_again(self) -> None:
        self._set(Person, birth_date=None, birth_year=self.dice.randrange(1940, 2015))

    def _moved(self) -> None:
        self._set(Residence, to_date=self.dice.choice((None, self._day())))

    def _joined(self) -> None:
        if who := self._any(Person):
            kind = self.dice.choice(("public_sector", "worker", "farmer"))
            self.village.member(who, kind, self._unit())

    def _left(self) -> None:
        self._remove(Membership)

    def _without(self, programme: str, level: str) -> list[UUID]:
        """Everybody who has no proof of it yet; nobody has the same one twice."""
        having = select(Attainment.person_id).where(
            Attainment.programme_code == programme, Attainment.level == level
        )
        query = select(Person.id).where(
            Person.commune_id == self.village.commune, Person.id.not_in(having)
        )
        return sorted(self.session.scalars(query))

    def _proved(self) -> None:
        programme = self.dice.choice(("nguoi-dan", "nguoi-lao-dong"))
        level = self.dice.choice(("basic", "proficient"))
        if people := self._without(programme, level):
            self.village.attained(self.dice.choice(people), self._day(), programme, level)

    def _many_proved(self) -> None:
        rows = [
            {"commune_id": self.village.commune, "id": uuid7(), "person_id": who,
             "programme_code": "can-bo", "version_id": self.village.cast["version"],
             "level": "basic", "proof": "test_passed", "occurred_on": self._day(), "evidence": {}}
            for who in self._without("can-bo", "basic")[:3]
        ]  # fmt: skip
        if rows:
            self.session.execute(insert(Attainment), rows)

    def _revoked(self) -> None:
        taken = select(AttainmentRevocation.attainment_id)
        found = self.session.scalars(
            select(Attainment.id).where(
                Attainment.commune_id == self.village.commune, Attainment.id.not_in(taken)
            )
        ).all()
        if found:
            self.village.revoked(self.dice.choice(sorted(found)), self._day())

    def _taken_away(self) -> None:
        taken = select(AttainmentRevocation.attainment_id)
        gone = delete(Attainment).where(
            Attainment.commune_id == self.village.commune,
            Attainment.id.not_in(taken),
            Attainment.occurred_on < self._day(),
            Attainment.programme_code == "can-bo",
        )
        self.session.execute(gone, execution_options={"synchronize_session": False})

    def _merged(self) -> None:
        one, other = self._any(Person), self._any(Person)
        linked = select(PersonLink.duplicate_id).where(PersonLink.undone_at.is_(None))
        if one and other and one != other and one not in self.session.scalars(linked).all():
            self.village.same(
                one, other, self.dice.choice((None, datetime(2026, 1, 1, tzinfo=UTC)))
            )

    def _dead(self) -> None:
        self._set(Person, died_on=self.dice.choice((None, self._day())))

    def _declared(self) -> None:
        self.session.execute(
            insert(DeclaredPopulation).values(
                commune_id=self.village.commune, id=uuid7(), population="adults",
                value=self.dice.randrange(50), as_of=self._day(), source="Công văn",
                status="official",
            )
        )  # fmt: skip

    def _unit_closed(self) -> None:
        self._set(Unit, is_urban=self.dice.random() < 0.5)

    def _set(self, model: Any, **values: object) -> None:
        key = self._any(model)
        where = (model.commune_id == self.village.commune) & (model.id == key)
        self.session.execute(
            update(model).where(where).values(values),
            execution_options={"synchronize_session": False},
        )

    def _remove(self, model: Any) -> None:
        key = self._any(model)
        where = (model.commune_id == self.village.commune) & (model.id == key)
        self.session.execute(
            delete(model).where(where), execution_options={"synchronize_session": False}
        )
