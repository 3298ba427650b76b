"""Visits: written once, corrected with trace, taken back, and only seen by those who may."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.people import visit_log, visiting
from lms.people.helping_models import Visit
from lms.people.models import Household
from lms.people.visit_log import Wanted
from lms.people.visiting import NewVisit
from tests.cast import Cast
from tests.indicators.commune import Village

pytestmark = pytest.mark.db


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"], name="Oanh")


def reporter(cast: Cast, unit: str) -> Actor:
    return Actor(Role.UNIT_REPORTER, cast["TBT"], cast["bao"], unit_ids=frozenset([cast[unit]]))


def new(cast: Cast, **more: Any) -> NewVisit:
    """A visit to Lan's home today unless told."""
    day: date = more.pop("on", clock.today())
    goal = {} if "person_id" in more else {"household_id": cast["nha_lan"]}
    fields = {"id": uuid7(), "purpose": "invite", "outcome": "agreed", **goal, **more}
    return NewVisit(visited_on=day, **fields)


def test_the_same_visit_twice_is_one(session: Session, cast: Cast) -> None:
    told = new(cast, note="  Hẹn  thứ Bảy ")
    made = visiting.record(session, officer(cast), told)
    assert visiting.record(session, officer(cast), told).id == made.id
    assert (made.account_id, made.made_by, made.note) == (cast["oanh"], cast["oanh"], "Hẹn thứ Bảy")
    assert session.scalar(select(func.count()).select_from(Visit)) == 1
    with pytest.raises(Conflict):
        visiting.record(session, officer(cast), new(cast, id=told.id, person_id=cast["mai"]))


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"outcome": ""}, "outcome"),
    ({"purpose": "spy"}, "purpose"),
    ({"on": date(2199, 1, 1)}, "visited_on"),
    ({"next_on": date(2020, 1, 1)}, "next_on"),
    ({"helper_id": UUID(int=7)}, "helper_id"),
    ({"note": "x" * 501}, "note"),
]


def test_a_visit_that_cannot_be_names_its_field(session: Session, cast: Cast) -> None:
    for more, field in WRONG:
        with pytest.raises(Invalid) as refused:
            visiting.record(session, officer(cast), new(cast, **more))
        assert list(refused.value.fields) == [field]


def test_a_correction_replaces_and_keeps_what_was_written(session: Session, cast: Cast) -> None:
    old = visiting.record(session, officer(cast), new(cast, note="nhầm"))
    better = new(cast, outcome="not_home")
    made = visiting.correct(session, officer(cast), old.id, better)
    assert visiting.correct(session, officer(cast), old.id, better).id == made.id
    assert (old.note, old.superseded_by, made.replaces_id) == ("nhầm", cast["oanh"], old.id)
    with pytest.raises(Conflict):
        visiting.correct(session, officer(cast), old.id, new(cast))
    with pytest.raises(Conflict):
        visiting.restore(session, officer(cast), old.id)
    rows, total = visit_log.log(session, officer(cast), Wanted(), 0, 10)
    assert (total, rows[0].visit.outcome, rows[0].goal, rows[0].by) == (
        1,
        "not_home",
        "Hộ H1",
        "Oanh",
    )
    assert len(visit_log.history(session, cast["TBT"], cast["nha_lan"])) == 2


def test_a_refused_correction_leaves_the_old_visit_standing(session: Session, cast: Cast) -> None:
    old = visiting.record(session, officer(cast), new(cast))
    with pytest.raises(Invalid):
        visiting.correct(session, officer(cast), old.id, new(cast, outcome="nothing"))
    assert old.superseded_at is None


def test_what_was_taken_back_counts_no_more_and_can_be_brought_back(
    session: Session, cast: Cast
) -> None:
    row = visiting.record(session, officer(cast), new(cast))
    for _ in range(2):
        visiting.take_back(session, officer(cast), row.id)
    assert visit_log.last_visits(session, cast["TBT"], {cast["nha_lan"]: []}) == {}
    assert visit_log.weeks(session, officer(cast), clock.today())[0].total == 0
    visiting.restore(session, officer(cast), row.id)
    assert visit_log.visited_homes(session, cast["TBT"]) == {cast["nha_lan"]}


def test_a_whole_sheet_is_copied_once_by_two_people(session: Session, cast: Cast) -> None:
    village = Village(session, cast)
    other = village._add(Household(commune_id=cast["TBT"], code="H2", unit_id=cast["thon_dong"]))
    village.member(cast["mai"], "digital_team")
    went = {"helper_id": cast["mai"], "on": clock.today() - timedelta(days=1)}
    sheet = [new(cast, **went), new(cast, household_id=other, outcome="not_home", **went)]
    assert visiting.record_walk(session, officer(cast), sheet) == (2, 0)
    assert visiting.record_walk(session, officer(cast), sheet) == (0, 2)
    again = [new(cast, **went), new(cast, household_id=other, outcome="agreed", **went)]
    assert visiting.record_walk(session, officer(cast), again) == (1, 1)
    with pytest.raises(Invalid):
        visiting.record_walk(session, officer(cast), [new(cast), new(cast, outcome="?")])
    with pytest.raises(Invalid):
        visiting.record_walk(session, system(cast["TBT"]), [new(cast)])


def test_who_may_write_and_read_what(session: Session, cast: Cast) -> None:
    east, west = reporter(cast, "thon_dong"), reporter(cast, "thon_tay")
    made = visiting.record(session, east, new(cast))
    person = visiting.record(session, west, new(cast, person_id=cast["mai"]))
    for row, stranger in ((made, west), (person, east)):
        with pytest.raises(NotFound):
            visiting.visit(session, stranger, row.id)
    with pytest.raises(NotFound):
        visiting.record(session, west, new(cast))
    with pytest.raises(NotFound):
        visiting.record(session, officer(cast), new(cast, household_id=cast["xa_nha_lan"]))
    assert [r.visit.id for r in visit_log.log(session, east, Wanted(), 0, 9)[0]] == [made.id]
    assert [r.visit.id for r in visit_log.log(session, west, Wanted(), 0, 9)[0]] == [person.id]
    trainer, own = Actor(Role.TRAINER, cast["TBT"], cast["trang"]), frozenset([cast["lan"]])
    assert visiting.record(session, trainer, new(cast, person_id=cast["lan"]), own).note == ""
    with pytest.raises(NotFound):
        visiting.record(session, trainer, new(cast, person_id=cast["mai"]), own)
    with pytest.raises(Forbidden):
        visiting.record(session, trainer, new(cast), own)
    with pytest.raises(NotFound):
        visiting.visit(session, trainer, made.id, own)
    for role in (Role.LEARNER, Role.PROVINCE_READER, Role.DEVICE):
        with pytest.raises(Forbidden):
            visiting.record(session, Actor(role, cast["TBT"], cast["bao"]), new(cast))


def test_weeks_units_and_promises(session: Session, cast: Cast) -> None:
    today = clock.today()
    again = {"next_on": today - timedelta(days=1), "outcome": "needs_help"}
    for days in (0, 7, 8):
        visiting.record(session, officer(cast), new(cast, on=today - timedelta(days=days)))
    visiting.record(session, officer(cast), new(cast, person_id=cast["mai"], **again,
                                                on=today - timedelta(days=20)))  # fmt: skip
    weeks = visit_log.weeks(session, officer(cast), today)
    assert sum(week.total for week in weeks) == 4
    assert sum(week.by_unit.get("Thôn Tây", 0) for week in weeks) == 1
    (waiting,) = visit_log.due(session, officer(cast), today)
    assert waiting.goal == "Lê Ngọc Mai"
    visiting.record(session, officer(cast), new(cast, person_id=cast["mai"]))
    assert visit_log.due(session, officer(cast), today) == []
    assert visit_log.log(session, officer(cast), Wanted(cast["thon_tay"]), 0, 9)[1] == 2


def test_erasing_a_person_empties_the_notes_and_keeps_that_somebody_came(
    session: Session, cast: Cast
) -> None:
    village = Village(session, cast)
    double = village.person("Le Ngoc Mai")
    village.same(double, cast["mai"])
    rows = [
        visiting.record(session, officer(cast), new(cast, person_id=who, note="chuyện riêng"))
        for who in (cast["mai"], double)
    ]
    kept = visiting.record(session, officer(cast), new(cast, note="hẹn thứ Bảy"))
    assert visiting.erase_notes(session, officer(cast), cast["mai"]) == 2
    assert visiting.erase_notes(session, officer(cast), cast["mai"]) == 0
    for row in rows:
        session.refresh(row)
    assert [row.note for row in rows] == ["", ""]
    assert kept.note == "hẹn thứ Bảy"
