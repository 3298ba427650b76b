"""Taking up plans and putting figures in: who may, what is refused, and that twice is once."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.db import Database
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.indicators import actions, queries
from lms.indicators.models import (
    CountedThing,
    DeclaredPopulation,
    FactImport,
    OutsideFact,
    PlanAdoption,
    PlanDefinition,
)
from lms.indicators.plan_file import PlanError, shipped_plans
from lms.indicators.rules.figure import KnownBy, State
from tests.cast import Cast

pytestmark = pytest.mark.db
DAY = date(2026, 11, 20)
SOURCE = "Công văn 45/CV ngày 30/9/2026"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def who(session: Session, cast: Cast) -> Actor:
    actor = system(cast["TBT"])
    actions.adopt_shipped(session, actor, "viet-tri")
    actions.adopt_shipped(session, actor, "song-cong")
    return actor


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_taking_up_a_shipped_plan_twice_is_once(session: Session, who: Actor) -> None:
    size = audit.checkpoint(session, who.commune).size
    first = actions.adopt_shipped(session, who, "viet-tri")
    assert actions.adopt_shipped(session, who, "viet-tri") is first
    assert (count(session, PlanAdoption), count(session, PlanDefinition)) == (2, 2)
    assert audit.checkpoint(session, who.commune).size == size


def test_all_five_shipped_plans_can_be_taken_up_and_reported(session: Session, who: Actor) -> None:
    for code in shipped_plans():
        actions.adopt_shipped(session, who, code)
        report = queries.report(session, who.commune, code, 2026, DAY)
        assert len(report.figures) == len(report.plan.indicators)
    assert len(queries.adopted_plans(session, who.commune)) == 5


def test_a_plan_that_does_not_ship_is_refused_with_the_names_of_those_that_do(
    session: Session, who: Actor
) -> None:
    with pytest.raises(Invalid, match="viet-tri"):
        actions.adopt_shipped(session, who, "ha-noi")


def test_a_wrong_plan_text_saves_nothing_and_names_the_line(session: Session, who: Actor) -> None:
    before = count(session, PlanDefinition)
    with pytest.raises(PlanError) as caught:
        actions.import_plan(session, who, "code: x\nla: gi\n", "x.yaml")
    assert any(problem.line for problem in caught.value.problems)
    assert count(session, PlanDefinition) == before


def test_a_new_text_of_a_plan_keeps_the_wording_and_choices_of_the_commune(
    session: Session, who: Actor
) -> None:
    actions.word_indicator(session, who, "viet-tri", "1-a", "Tỷ lệ cán bộ  phường")
    actions.choose(session, who, "song-cong", "readings", "8", "toan-dan")
    changed = shipped_plans()["viet-tri"] + "\n# sửa\n"
    row = actions.import_plan(session, who, changed, "viet-tri.yaml")
    assert row.wording == {"1-a": "Tỷ lệ cán bộ phường"}
    plan = queries.adopted(session, who.commune, "viet-tri").plan
    assert plan.indicators[0].official_title == "Tỷ lệ cán bộ phường"
    report = queries.report(session, who.commune, "song-cong", 2026, DAY)
    assert next(f for f in report.figures if f.code == "8").reading == "toan-dan"


def test_an_empty_wording_takes_our_short_title_again(session: Session, who: Actor) -> None:
    actions.word_indicator(session, who, "viet-tri", "1-a", "Tên của xã")
    actions.word_indicator(session, who, "viet-tri", "1-a", " ")
    assert (
        queries.adopted(session, who.commune, "viet-tri").plan.indicators[0].official_title is None
    )
    with pytest.raises(NotFound):
        actions.word_indicator(session, who, "viet-tri", "99", "Tên")


@pytest.mark.parametrize(
    ("kind", "key", "choice", "field"),
    [
        ("colours", "8", "red", "kind"),
        ("readings", "1", "toan-dan", "key"),
        ("readings", "8", "khong-co", "choice"),
        ("denominators", "adults", "guess", "choice"),
    ],
)
def test_a_choice_the_plan_does_not_leave_open_is_refused(
    session: Session, who: Actor, kind: str, key: str, choice: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        actions.choose(session, who, "song-cong", kind, key, choice)
    assert field in caught.value.fields


def test_a_declared_population_becomes_the_denominator_and_its_source_is_printed(
    session: Session, who: Actor
) -> None:
    actions.declare_population(session, who, "workers", 260, DAY, SOURCE)
    found = queries.report(session, who.commune, "viet-tri", 2026, DAY).figures[4]
    assert found.population.size == 260
    assert found.population.known_by is KnownBy.DECLARED
    assert found.population.sources == (SOURCE,)
    assert found.population.register_size == 1
    actions.choose(session, who, "viet-tri", "denominators", "workers", "register")
    again = queries.report(session, who.commune, "viet-tri", 2026, DAY).figures[4]
    assert again.population.size == 1


def test_the_same_declaration_twice_is_one_row_and_a_blank_one_says_no_denominator(
    session: Session, who: Actor, cast: Cast
) -> None:
    first = actions.declare_population(session, who, "adults", 100, DAY, SOURCE)
    assert actions.declare_population(session, who, "adults", 100, DAY, SOURCE) is first
    assert count(session, DeclaredPopulation) == 1
    actions.declare_population(session, who, "adults", None, DAY, SOURCE)
    actions.record_outside_facts(
        session,
        who,
        "vneid_confirmed",
        SOURCE,
        "Danh sách 1",
        DAY,
        [(cast["lan"], DAY, None, None)],
    )
    found = queries.report(session, who.commune, "viet-tri", 2026, DAY).figures[3]
    assert found.outcome.state is State.NO_DENOMINATOR
    assert found.outcome.numerator == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"population": "martians"}, "population"),
        ({"value": -1}, "value"),
        ({"as_of": clock.today() + timedelta(days=1)}, "as_of"),
        ({"source": " "}, "source"),
        ({"status": "maybe"}, "status"),
        ({"unit_id": uuid7()}, "unit_id"),
    ],
)
def test_a_wrong_declaration_names_its_field_and_saves_nothing(
    session: Session, who: Actor, change: dict[str, object], field: str
) -> None:
    given = {"population": "adults", "value": 10, "as_of": DAY, "source": SOURCE} | change
    with pytest.raises(Invalid) as caught:
        actions.declare_population(session, who, **given)  # type: ignore[arg-type]  # Wrong on purpose.
    assert list(caught.value.fields) == [field]
    assert count(session, DeclaredPopulation) == 0


def test_a_unit_of_another_commune_looks_like_a_missing_one(
    session: Session, who: Actor, cast: Cast
) -> None:
    with pytest.raises(Invalid):
        actions.declare_population(
            session, who, "adults", 10, DAY, SOURCE, unit_id=cast["xa_thon_dong"]
        )


def test_a_numerator_above_its_denominator_is_kept_and_flagged(
    session: Session, who: Actor
) -> None:
    actions.declare_measure(session, who, "digital-identity", 12, 10, DAY, SOURCE)
    report = queries.report(session, who.commune, "viet-tri", 2026, DAY)
    found = next(one for one in report.figures if one.code == "vi.4")
    assert (found.outcome.exceeds, found.outcome.rate_text) == (True, "120,0%")


def test_a_count_with_one_key_is_one_entry_and_a_negative_one_takes_it_back(
    session: Session, who: Actor
) -> None:
    key = uuid7()
    for _ in range(2):
        actions.record_count(session, who, "pilot-model", DAY, 2, SOURCE, key=key)
    assert count(session, CountedThing) == 1
    actions.record_count(session, who, "pilot-model", DAY, -1, "nhập nhầm một mô hình")
    report = queries.report(session, who.commune, "song-cong", 2026, DAY)
    assert next(one for one in report.figures if one.code == "9").outcome.numerator == 1
    with pytest.raises(Invalid):
        actions.record_count(session, who, "pilot-model", DAY, 0, SOURCE)


def test_the_same_list_is_one_import_and_undone_it_stops_counting(
    session: Session, who: Actor, cast: Cast
) -> None:
    rows = [(cast["lan"], DAY, None, None), (cast["hung"], DAY, None, None)]

    def confirmed() -> int | None:
        return (
            queries.report(session, who.commune, "viet-tri", 2026, DAY).figures[3].outcome.numerator
        )

    def record() -> FactImport:
        return actions.record_outside_facts(
            session, who, "vneid_confirmed", "Công an phường", "Danh sách 12", DAY, [*rows, rows[0]]
        )

    made = record()
    assert record() is made
    assert (count(session, FactImport), count(session, OutsideFact)) == (1, 2)
    assert confirmed() == 2
    actions.undo_outside_facts(session, who, made.id)
    assert confirmed() is None
    assert record().undone_at is None
    assert confirmed() == 2


def test_a_list_with_one_wrong_row_is_refused_whole_and_names_the_row(
    session: Session, who: Actor, cast: Cast
) -> None:
    rows = [(cast["lan"], DAY, None, None), (cast["xa_lan"], DAY, None, None),
            (cast["hung"], DAY, "khong-co", None), (cast["mai"], DAY, None, "tot")]  # fmt: skip
    with pytest.raises(Invalid) as caught:
        actions.record_outside_facts(session, who, "prior_record", SOURCE, "Sổ 2024", DAY, rows)
    assert sorted(caught.value.fields) == ["rows.2", "rows.3", "rows.4"]
    assert count(session, FactImport) == 0


@pytest.mark.parametrize(
    "role", [Role.TRAINER, Role.UNIT_REPORTER, Role.LEARNER, Role.PROVINCE_READER]
)
def test_only_officers_and_administrators_put_anything_in(
    session: Session, who: Actor, role: Role
) -> None:
    other = Actor(role, who.commune_id, uuid7())
    tries = (
        lambda: actions.adopt_shipped(session, other, "thuan-an"),
        lambda: actions.word_indicator(session, other, "viet-tri", "1-a", "x"),
        lambda: actions.choose(session, other, "song-cong", "readings", "8", "toan-dan"),
        lambda: actions.declare_population(session, other, "adults", 1, DAY, SOURCE),
        lambda: actions.declare_measure(session, other, "digital-identity", 1, 1, DAY, SOURCE),
        lambda: actions.record_count(session, other, "pilot-model", DAY, 1, SOURCE),
        lambda: actions.record_outside_facts(session, other, "prior_record", SOURCE, "Sổ", DAY, []),
        lambda: actions.undo_outside_facts(session, other, uuid7()),
    )
    for attempt in tries:
        with pytest.raises(Forbidden):
            attempt()


def test_everything_that_is_put_in_stands_in_the_audit_log_without_names(
    session: Session, who: Actor
) -> None:
    actions.declare_population(session, who, "adults", 10, DAY, "Trần Văn Bí Mật báo miệng")
    bodies = session.scalars(select(audit.AuditEntry.body)).all()
    assert any("declared_population" in body for body in bodies)
    assert not any("Bí Mật" in body for body in bodies)
    assert audit.verify(session, who.commune) == []
