"""A whole class with its tablets, at a service of its own, and all that was seen at them.

What was tapped last is remembered from the screens, what the tablets call saved from their databases; both are
judged at the end against what the service holds. How the learners tap is told in crowd_learner.py.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from courses import actions as courses_actions
from courses.rules import ProgrammeVersion, freeze
from lms.app import create_app
from lms.cohorts.models import Cohort, Device, Enrolment
from lms.cohorts.pictures import colours, drawings
from lms.core import clock, migrate
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys, make_keys
from lms.core.settings import Settings
from lms.core.text import fold, sort_key
from lms.ledger import generation
from lms.ledger.models import Event
from lms.people.models import Person
from tests.assessments.kinds import LOADED
from tests.browser.conftest import TEN_PAST_NINE, World, serve
from tests.browser.learning import VERSION
from tests.cast import PIN, build_cast

GIVEN = [
    "An", "Bình", "Cúc", "Dung", "Đào", "Giang", "Hà", "Hiền", "Hoa", "Hồng", "Huệ", "Kim", "Liên",
    "Loan", "Lý", "Mận", "Mơ", "Nga", "Ngân", "Nhung", "Oanh", "Phúc", "Quý", "Sen", "Tâm", "Thảo",
    "Thu", "Trúc", "Vân", "Yến",
]  # fmt: skip
"""Given names of the class, each once, so that a face is known by its name."""


class running(clock.frozen):  # noqa: N801 - read as a sentence, as `frozen` is.
    """The clock goes on from an instant: `with running(TEN_PAST_NINE):`."""

    def __init__(self, start: datetime) -> None:
        self.start, self.began = start, time.monotonic()

    @property
    def instant(self) -> datetime:  # type: ignore[override]  # It goes on by itself.
        """The present one."""
        return self.start + timedelta(seconds=time.monotonic() - self.began)


@dataclass
class Crowd:
    """The class: names and tablets by number, and what was seen at all of them."""

    world: World
    app: Flask
    names: list[str]
    devices: list[str]
    """Names of the tablets in the cast."""
    counts: Counter[str] = field(default_factory=Counter)
    hiccups: Counter[str] = field(default_factory=Counter)
    shown: dict[str, str] = field(default_factory=dict)
    """Every act that a tablet has shown as saved: id → its text."""
    tapped: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)
    """(attempt, item) → what was tapped last; two where the tab closed in the very moment of a tap."""
    stored: set[str] = field(default_factory=set)
    """Ids known to be in the service's store."""
    false: set[str] = field(default_factory=set)
    """Ids that a tablet called home while they were not there."""
    troubles: list[str] = field(default_factory=list)

    def are_stored(self, ids: set[str]) -> set[str]:
        """Those that the service does not hold."""
        asked = [UUID(one) for one in ids - self.stored]
        with self.world.database.read() as session:
            for first in range(0, len(asked), 500):
                query = select(Event.id).where(Event.id.in_(asked[first : first + 500]))
                self.stored |= {str(key) for key in session.scalars(query)}
        return ids - self.stored


@contextmanager
def crowd(folder: Path, size: int) -> Iterator[Crowd]:
    """The service with a class of `size` in an open sitting, each with a tablet, on a fresh SQLite file."""
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'lms.db'}")
    database, keys = Database(settings), make_keys()
    migrate.upgrade(database.engine)
    generation.check(database, settings)
    with running(TEN_PAST_NINE):
        cast = build_cast(database, keys)
        app = create_app(settings, database=database, keys=keys)
        for served in serve(app):
            world = World(cast, database, served)
            _teach(world)
            made = Crowd(world, app, GIVEN[:size], [f"may_{n}" for n in range(size)])
            _enrol(made, keys)
            yield made
    database.close()


def _with_many_tries() -> ProgrammeVersion:
    rules = [replace(rule, tries=99, wait_hours=0) for rule in VERSION.pass_rules]
    return freeze(
        programme=VERSION.programme, modules=VERSION.modules, items=VERSION.items,
        observed_tasks=VERSION.observed_tasks, blueprints=VERSION.blueprints, pass_rules=rules,
        media=VERSION.media,
    )  # fmt: skip


def _teach(world: World) -> None:
    """The class learns every kind of question, and may try the test again and again."""
    version = _with_many_tries()
    with world.database.write() as session:
        courses_actions.publish(session, version, LOADED.media)
        session.flush()
        cohort = session.scalars(select(Cohort).where(Cohort.id == world.cast["k1"])).one()
        cohort.version_id, cohort.programme_code = version.id, version.code


def _enrol(made: Crowd, keys: Keys) -> None:
    cast, commune = made.world.cast, made.world.cast["TBT"]
    faces = [(drawing, colour) for colour in list(colours())[3:5] for drawing in drawings()]
    with made.world.database.write() as session:
        for n, (given, device) in enumerate(zip(made.names, made.devices, strict=True)):
            name = f"Nguyễn Thị {given}"
            person, enrolment = uuid7(), uuid7()
            session.add(Person(id=person, commune_id=commune, full_name=name, sort_key=sort_key(name),
                               search_key=fold(name), birth_year=1960, sex="nu"))  # fmt: skip
            session.flush()
            session.add(Enrolment(
                id=enrolment, commune_id=commune, cohort_id=cast["k1"], person_id=person,
                picture=faces[n][0], colour=faces[n][1],
                pin_hmac=keys.digest("pin", f"{enrolment}:{PIN}"), pin_sealed=keys.seal(PIN, str(enrolment)),
                enrolled_on=TEN_PAST_NINE.date(),
            ))  # fmt: skip
            credential = f"TBT.credential-of-{device}"
            cast.device_credentials[device] = credential
            cast.ids[device] = uuid7()
            session.add(Device(id=cast.ids[device], commune_id=commune, label=device, kind="tablet",
                               credential_digest=keys.digest("device", credential)))  # fmt: skip


def same(kind: str, one: list[str], other: list[str]) -> bool:
    """Whether two responses are one; choices have no order."""
    if kind in ("order", "simulation"):
        return one == other
    return json.dumps(sorted(one)) == json.dumps(sorted(other))
