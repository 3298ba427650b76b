"""A world written into a real database as a commune of its own, through the service's tables."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from assessments.models import Attainment, AttainmentRevocation
from lms.cohorts.models import Attendance, ClassSession, Cohort, Enrolment
from lms.core.ids import uuid7
from lms.core.text import fold, sort_key
from lms.indicators.models import (
    CountedThing,
    DeclaredMeasure,
    DeclaredPopulation,
    FactImport,
    OutsideFact,
)
from lms.people import models as people
from lms.people.helping_models import Mentorship
from tests.indicators.oracle.world import Row, World

SPACE = UUID("5d0c1c2e-6a57-4c8e-9e5e-5f1f6b2f0a11")
WITHOUT_SITTING = frozenset({"test_supervised", "task_observed"})


def storable(world: World, commune: UUID) -> World:
    """The world under keys of a database, its supervised proofs as tests passed: a sitting is needed else."""
    seen: set[Row] = set()
    rows: list[Row] = []
    for key, person, programme, level, was, at, revoked in world.rows.get("attainment", ()):
        proof = "test_passed" if was in WITHOUT_SITTING else was
        if (person, programme, level, proof) not in seen:
            seen.add((person, programme, level, proof))
            rows.append((key, person, programme, level, proof, at, revoked))
    with_rows = replace(world, rows={**world.rows, "attainment": tuple(rows)})
    return with_rows.keyed(lambda key: uuid5(SPACE, f"{commune} {key}").hex)


def store(session: Session, world: World, commune: UUID, version: UUID) -> None:
    """Every row of a storable world; `version` is any published programme version."""
    session.add(
        people.Commune(
            id=commune, short_code=commune.hex[-6:].upper(), kind="xa", name="Thử",
            province="Thử", counts_temporary=world.temporary,
        )
    )  # fmt: skip
    session.flush()
    for rows in (_units(world), _people(world), _groups(world), _classes(world, version)):
        _write(session, commune, rows)
    _write(session, commune, _proofs(world, version))
    _write(session, commune, _figures(world))


def _write(session: Session, commune: UUID, rows: Iterable[Any]) -> None:
    for row in rows:
        row.commune_id = commune
        row.id = row.id or uuid7()
        session.add(row)
        session.flush()


def _id(key: str | None) -> UUID | None:
    return None if key is None else UUID(key)


def _instant(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


def _done(undone: bool) -> datetime | None:
    return datetime(2026, 1, 1, tzinfo=UTC) if undone else None


def _units(world: World) -> Iterable[Any]:
    # A team names the village it serves, so villages come first.
    for row in sorted(world.of("unit"), key=lambda row: row["parent"] is not None):
        yield people.Unit(
            id=_id(row["key"]), code=row["key"], name=row["name"], kind=row["kind"],
            is_urban=row["urban"], parent_id=_id(row["parent"]), opened_on=row["opened_on"],
            closed_on=row["closed_on"],
        )  # fmt: skip
    for row in world.of("unit_change"):
        yield people.UnitChange(
            unit_id=_id(row["unit"]), kind="merge" if row["into_unit"] else "rename",
            into_id=_id(row["into_unit"]), old_name=row["old_name"], new_name=row["new_name"],
            happened_on=row["happened_on"], document="Quyết định thử",
            undone_at=_done(row["undone"]),
        )  # fmt: skip
    for row in world.of("household"):
        yield people.Household(id=_id(row["key"]), code=row["key"], unit_id=_id(row["unit"]))


def _people(world: World) -> Iterable[Any]:
    for row in world.of("person"):
        name = f"Người {row['key'][:6]}"
        yield people.Person(
            id=_id(row["key"]), full_name=name, sort_key=sort_key(name), search_key=fold(name),
            birth_date=row["born"], birth_year=row["year"], sex=row["sex"], died_on=row["died"],
        )  # fmt: skip
    for row in world.of("link"):
        yield people.PersonLink(
            duplicate_id=_id(row["duplicate"]), survivor_id=_id(row["survivor"]), reason="trùng",
            undone_at=_done(row["undone"]),
        )  # fmt: skip
    for row in world.of("residence"):
        yield people.Residence(
            person_id=_id(row["person"]), unit_id=_id(row["unit"]),
            household_id=_id(row["household"]), from_date=row["starts"], to_date=row["ends"],
            kind="tam_tru" if row["temporary"] else "thuong_tru",
        )  # fmt: skip


def _groups(world: World) -> Iterable[Any]:
    for row in world.of("membership"):
        yield people.Membership(
            person_id=_id(row["person"]), kind=row["kind"], unit_id=_id(row["unit"]),
            level=row["level"], from_date=row["starts"], to_date=row["ends"],
        )  # fmt: skip
    for row in world.of("mentoring"):
        yield Mentorship(
            ambassador_id=_id(row["mentor"]), mentee_id=_id(row["mentee"]),
            from_date=row["starts"], to_date=row["ends"], how="assigned",
        )  # fmt: skip


def _classes(world: World, version: UUID) -> Iterable[Any]:
    for row in world.of("cohort"):
        yield Cohort(
            id=_id(row["key"]), code=row["key"], name="Lớp", programme_code=row["programme"],
            version_id=version, level="basic", unit_id=_id(row["unit"]), place="Nhà văn hóa",
            starts_on=date(2025, 1, 1),
        )  # fmt: skip
    for number, row in enumerate(world.of("meeting")):
        opened = _instant(row["opened_at"]) if row["opened_at"] else None
        yield ClassSession(
            id=_id(row["key"]), cohort_id=_id(row["cohort"]), number=number,
            planned_on=row["planned_on"], opened_at=opened,
            closed_at=opened + timedelta(hours=2) if opened else None,
            cancelled_at=_done(row["cancelled"]),
        )  # fmt: skip
    for number, row in enumerate(world.of("enrolment")):
        yield Enrolment(
            id=_id(row["key"]), cohort_id=_id(row["cohort"]), person_id=_id(row["person"]),
            picture=f"hình {number}", colour="xanh", pin_hmac="", pin_sealed="",
            enrolled_on=row["enrolled_on"], withdrawn_on=row["withdrawn_on"],
        )  # fmt: skip
    for row in world.of("attendance"):
        yield Attendance(
            class_session_id=_id(row["meeting"]), enrolment_id=_id(row["enrolment"]),
            state="present", occurred_at=datetime(2026, 1, 1, tzinfo=UTC), event_id=uuid7(),
        )  # fmt: skip


def _proofs(world: World, version: UUID) -> Iterable[Any]:
    for row in world.of("attainment"):
        day = (row["made_at"] + timedelta(hours=7)).date()
        yield Attainment(
            id=_id(row["key"]), person_id=_id(row["person"]), programme_code=row["programme"],
            version_id=version, level=row["level"], proof=row["proof"], occurred_on=day,
            evidence={},
        )  # fmt: skip
        if row["revoked_on"]:
            yield AttainmentRevocation(
                attainment_id=_id(row["key"]), revoked_on=row["revoked_on"], reason="nhầm"
            )
    for row in world.of("fact_list"):
        yield FactImport(
            id=_id(row["key"]), kind=row["kind"], source="Công an", document="", sha256=row["key"],
            listed_on=date(2025, 1, 1), undone_at=_done(row["undone"]),
        )  # fmt: skip
    for row in world.of("fact"):
        yield OutsideFact(
            id=_id(row["key"]), person_id=_id(row["person"]), kind=row["kind"],
            programme_code=row["programme"], level=row["level"], occurred_on=row["day"],
            import_id=_id(row["list"]),
        )  # fmt: skip


def _figures(world: World) -> Iterable[Any]:
    for row in world.of("declared_population"):
        yield DeclaredPopulation(
            id=_id(row["key"]), population=row["population"], unit_id=_id(row["unit"]),
            value=row["value"], as_of=row["as_of"], source="", undone_at=_done(row["undone"]),
            status="official" if row["official"] else "estimate",
        )  # fmt: skip
    for row in world.of("declared_measure"):
        yield DeclaredMeasure(
            id=_id(row["key"]), measure=row["what"], unit_id=_id(row["unit"]), numerator=row["n"],
            denominator=row["whole"], as_of=row["as_of"], source="",
            undone_at=_done(row["undone"]),
            status="official" if row["official"] else "estimate",
        )  # fmt: skip
    for row in world.of("thing"):
        yield CountedThing(
            id=_id(row["key"]), what=row["what"], unit_id=_id(row["unit"]),
            occurred_on=row["day"], quantity=row["quantity"], source="",
            undone_at=_done(row["undone"]),
        )  # fmt: skip
