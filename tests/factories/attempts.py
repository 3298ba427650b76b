"""Attempts as the projection would have left them, many at once: for statistics, benchmarks, pictures."""

import hashlib
import math
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from assessments import rules
from assessments.models import Answer, Attempt
from courses.activities import KINDS
from courses.rules import Item, ProgrammeVersion
from lms.cohorts.models import Cohort, Enrolment
from lms.core.ids import uuid7
from lms.people.models import Person

BEGUN = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
Response = Sequence[str]


class Hall:
    """A class of a commune that anybody may join; everything is written at once by `save`."""

    def __init__(
        self, session: Session, commune: UUID, unit: UUID, version: ProgrammeVersion,
        level: str = "basic",
    ) -> None:  # fmt: skip
        self.session, self.commune, self.version, self.level = session, commune, version, level
        self.cohort, self.numbers = uuid7(), count()
        self.rows: dict[Any, list[dict[str, Any]]] = {
            Person: [],
            Enrolment: [],
            Attempt: [],
            Answer: [],
        }
        session.add(Cohort(
            commune_id=commune, id=self.cohort, code=f"HA{self.cohort.hex[-10:]}", name="Lớp chung",
            programme_code=version.code, version_id=version.id, level=level, unit_id=unit,
            place="Nhà văn hóa", starts_on=date(2026, 10, 1),
        ))  # fmt: skip
        session.flush()

    def _add(self, model: Any, **fields: Any) -> UUID:
        key = uuid7()
        self.rows[model].append({"commune_id": self.commune, "id": key, **fields})
        return key

    def newcomer(self) -> UUID:
        """A new person of the register; the person's id."""
        name = f"Người {next(self.numbers)}"
        return self._add(Person, full_name=name, sort_key=name, search_key=name.lower())

    def enrol(self, person: UUID) -> UUID:
        """The person's enrolment in this class."""
        number = f"p{next(self.numbers)}"
        return self._add(
            Enrolment, cohort_id=self.cohort, person_id=person, picture=number, colour="teal",
            pin_hmac="", pin_sealed="", enrolled_on=date(2026, 10, 1),
        )  # fmt: skip

    def attempt(
        self, enrolment: UUID, given: Mapping[str, Response], kind: str = "certifying",
        asked: Sequence[str] = (), day: int = 0, state: str = "final", tries: int = 1,
        first_correct: Mapping[str, bool] | None = None,
    ) -> UUID:  # fmt: skip
        """An attempt that asked `asked` (by default what was answered) and was answered by `given`."""
        asked = list(asked or given)
        items = {name: self.version.item(name) for name in asked}
        points = {n: KINDS[i.kind].points(i, given.get(n, ())) for n, i in items.items()}
        at = BEGUN + timedelta(days=day, seconds=next(self.numbers))
        submitted = at + timedelta(minutes=20) if state != "open" else None
        key = self._add(
            Attempt, enrolment_id=enrolment, version_id=self.version.id, level=self.level,
            purpose=kind, blueprint=f"{kind}/{self.level}", seed="hat-giong",
            form={"items": [[name, []] for name in asked]}, state=state, started_at=at,
            submitted_at=submitted, points=sum(points.values()), max_points=len(asked), passed=None,
            mark={"items": points, "skills": {}} if submitted else None,
            trail={"complete": True, "passes": False, "sitting": None}, clock_flag=False,
        )  # fmt: skip
        for name, response in given.items():
            right = bool(points[name])
            first = right if first_correct is None else first_correct.get(name)
            self._add(
                Answer, attempt_id=key, item_id=name, response=list(response), correct=right,
                tries=tries, first_correct=first, event_id=uuid7(), occurred_at=at,
            )  # fmt: skip
        return key

    def save(self) -> None:
        """Write what was gathered."""
        for model, rows in self.rows.items():
            if rows:
                self.session.execute(insert(model), rows)
                rows.clear()
        self.session.flush()

    def crowd(self, people: int, dice: random.Random, kind: str = "certifying") -> None:
        """So many new people who are tested once, each on a form of their own."""
        blueprint = self.version.blueprint(kind, self.level)
        for number in range(people):
            ability = dice.gauss(0, 1)
            form = rules.draw_form(self.version, blueprint, f"{kind}/{number}")
            given = {asked.item.id: answer(asked.item, ability, dice) for asked in form.items}
            told = {name: response for name, response in given.items() if response}
            self.attempt(self.enrol(self.newcomer()), told, kind, form.item_ids)


def hardness(item: Item) -> float:
    """-2 to 2, a fixed number of the item's own."""
    return hashlib.sha256(item.id.encode()).digest()[0] / 64 - 2


def answer(item: Item, ability: float, dice: random.Random) -> list[str]:
    """What somebody of this ability gives: the key, a wrong answer, sometimes nothing."""
    guess = float(KINDS[item.kind].guess(item))
    chance = guess + (1 - guess) / (1 + math.exp(hardness(item) - 1 - 1.5 * ability))
    if dice.random() < chance:
        return list(KINDS[item.kind].key(item))
    return [] if dice.random() < 0.04 else wrong(item, dice)


def wrong(item: Item, dice: random.Random) -> list[str]:
    """A wrong answer of the item's kind."""
    key = list(KINDS[item.kind].key(item))
    if item.kind == "number":
        return [dice.choice(["1", "450", "4.500"])]
    if item.kind == "simulation":
        return key[: dice.randrange(1, len(key))]
    if item.kind == "match":
        lefts, rights = [t.split("=")[0] for t in key], [t.split("=")[1] for t in key]
        return [f"{a}={b}" for a, b in zip(lefts, rights[1:] + rights[:1], strict=True)]
    if item.kind == "order":
        return key[::-1] if dice.random() < 0.6 else [*key[1:], key[0]]
    parts = [name for name in KINDS[item.kind].parts(item) if name not in key]
    return [dice.choice([*parts, parts[0]]), *key[1:]]
