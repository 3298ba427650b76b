"""Units renamed and merged in the register: what lists show then, who may, and how it is taken back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.cli.units import add_units, read_units
from lms.cohorts import school_lists
from lms.cohorts.school_lists import Wanted as WantedList
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import Actor, system
from lms.core.policy import Role
from lms.indicators import actions as indicators
from lms.indicators.models import DeclaredPopulation
from lms.people import queries, register, unit_changes, unit_queries
from lms.people.models import Unit, UnitChange
from lms.people.queries import Filter
from lms.people.rules.places import Place
from lms.people.unit_changes import Wanted
from tests.cast import Cast

pytestmark = pytest.mark.db

NOV_21 = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
TODAY, JULY, NEXT_YEAR = date(2026, 11, 21), date(2026, 7, 1), date(2027, 1, 1)
PAPER = "Nghị quyết 12/NQ-HĐND ngày 20/6/2026"
ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def session(app: Flask, database: Database) -> Iterator[Session]:
    """A writing session of the built app (so that classes and figures answer), on 21/11/2026."""
    with clock.frozen(NOV_21), database.write() as session:
        yield session


def officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"])


def renamed(session: Session, cast: Cast, unit: str, name: str, day: date = JULY) -> UnitChange:
    return unit_changes.change(
        session, officer(cast), cast[unit], Wanted("rename", day, PAPER, name)
    )


def merged(session: Session, cast: Cast, unit: str, into: str, day: date = JULY) -> UnitChange:
    wanted = Wanted("merge", day, PAPER, into=cast[into])
    return unit_changes.change(session, officer(cast), cast[unit], wanted)


def names(session: Session, cast: Cast) -> set[str]:
    return {unit.name for unit in queries.units(session, officer(cast))}


def test_a_renamed_unit_bears_its_new_name_and_its_old_one_as_a_note(
    session: Session, cast: Cast
) -> None:
    row = renamed(session, cast, "thon_dong", "  Tổ dân phố\tĐông Sơn ")
    assert row.new_name == "Tổ dân phố Đông Sơn"
    assert "Tổ dân phố Đông Sơn" in names(session, cast)
    assert unit_queries.notes(session, cast["TBT"], TODAY) == {
        cast["thon_dong"]: "trước 01/07/2026 là Thôn Đông"
    }
    assert renamed(session, cast, "thon_dong", "Tổ dân phố Đông Sơn").id == row.id
    with pytest.raises(Conflict, match="Thôn Đông → Tổ dân phố Đông Sơn"):
        renamed(session, cast, "thon_dong", "Khối 1")


def test_after_a_merger_every_list_knows_the_unit_that_took_over(
    session: Session, cast: Cast
) -> None:
    who = officer(cast)
    before = queries.headcounts(session, who, TODAY)
    moving = unit_queries.moving(session, who, cast["thon_dong"], TODAY)
    assert (moving.living, moving.households, moving.told) == (2, 1, ("2 lớp do đơn vị tổ chức",))
    row = merged(session, cast, "thon_dong", "thon_tay")
    assert merged(session, cast, "thon_dong", "thon_tay").id == row.id
    assert "Thôn Đông" not in names(session, cast)
    counts = queries.headcounts(session, who, TODAY)
    dong, tay = before[cast["thon_dong"]], before[cast["thon_tay"]]
    assert counts[cast["thon_tay"]] == (dong[0] + tay[0], dong[1] + tay[1])
    assert cast["thon_dong"] not in counts
    lines, total = queries.people(session, who, Filter(unit_id=cast["thon_tay"]), TODAY, 0)
    assert total == dong[0] + tay[0]
    assert {line.unit for line in lines} == {"Thôn Tây"}
    assert school_lists.people(session, who, WantedList(cast["thon_tay"]), TODAY)[1] == total
    assert unit_queries.notes(session, cast["TBT"], TODAY)[cast["thon_tay"]] == (
        "gồm Thôn Đông (sáp nhập 01/07/2026)"
    )


def test_a_list_may_still_say_the_old_name_and_nobody_moves_by_it(
    session: Session, cast: Cast
) -> None:
    renamed(session, cast, "thon_tay", "Khối 7")
    merged(session, cast, "thon_dong", "thon_tay")
    known = register.places(session, cast["TBT"])
    for text in ("Thôn Đông", "thon_dong", "Thôn Tây", "Khối 7"):
        place = known.home(text)
        assert isinstance(place, Place), text
        assert place.id == cast["thon_tay"]
    loaded = register.load(session, cast["TBT"])
    (lan,) = (one for one in loaded.people if one.id == cast["lan"])
    assert [stay.unit_id for stay in lan.stays] == [cast["thon_tay"]]
    assert loaded.households[cast["thon_tay"], "H1"] == cast["nha_lan"]


def test_the_reporter_of_a_merged_unit_answers_for_the_one_that_took_over(
    session: Session, cast: Cast
) -> None:
    session.add(Unit(commune_id=cast["TBT"], code="truong_2", name="Trường hai", kind="truong"))
    session.flush()
    second = session.scalars(select(Unit.id).where(Unit.code == "truong_2")).one()
    own = frozenset({cast["truong"]})
    assert unit_queries.reach(session, cast["TBT"], own) == own
    wanted = Wanted("merge", JULY, PAPER, into=second)
    unit_changes.change(session, officer(cast), cast["truong"], wanted)
    assert unit_queries.reach(session, cast["TBT"], own) == {cast["truong"], second}
    assert unit_queries.reach(session, cast["TBT"], [second]) == {cast["truong"], second}


def test_a_change_of_a_day_to_come_waits_for_its_day(session: Session, cast: Cast) -> None:
    merged(session, cast, "thon_dong", "thon_tay", NEXT_YEAR)
    renamed(session, cast, "thon_tay", "Khối 7", NEXT_YEAR)
    assert {"Thôn Đông", "Thôn Tây"} <= names(session, cast)
    unit_changes.settle(session, cast["TBT"], date(2026, 12, 31))
    assert {"Thôn Đông", "Thôn Tây"} <= names(session, cast)
    unit_changes.settle(session, cast["TBT"], NEXT_YEAR)
    assert "Khối 7" in names(session, cast)
    assert not {"Thôn Đông", "Thôn Tây"} & names(session, cast)


def test_a_change_is_taken_back_the_last_one_first(session: Session, cast: Cast) -> None:
    first = merged(session, cast, "thon_dong", "thon_tay")
    with clock.frozen(NOV_21 + timedelta(minutes=1)):
        second = renamed(session, cast, "thon_tay", "Khối 7")
    with pytest.raises(Conflict, match="Hãy hoàn tác lần ghi sau trước"):
        unit_changes.undo(session, officer(cast), first.id)
    for row in (second, first, first):
        unit_changes.undo(session, officer(cast), row.id)
    assert {"Thôn Đông", "Thôn Tây"} <= names(session, cast)
    dong = session.get_one(Unit, (cast["TBT"], cast["thon_dong"]))
    assert (dong.closed_on, dong.part_of_id) == (None, None)
    written = session.scalars(select(AuditEntry.body).where(AuditEntry.commune_id == cast["TBT"]))
    assert sum('"unit_change"' in str(body) for body in written) == 2
    # Taken back, it can be written again.
    merged(session, cast, "thon_dong", "thon_tay")


def test_a_merger_that_a_declared_figure_stands_on_is_not_taken_back(
    session: Session, cast: Cast
) -> None:
    indicators.adopt_shipped(session, officer(cast), "thuan-an")
    row = merged(session, cast, "thon_dong", "thon_tay")
    indicators.declare_population(
        session, officer(cast), "adults", 40, JULY, "Công an xã", unit_id=cast["thon_tay"]
    )
    with pytest.raises(Conflict, match="1 số khai báo từ ngày 01/07/2026"):
        unit_changes.undo(session, officer(cast), row.id)
    # Once that figure is taken back itself, nothing stands on the merger any more.
    figure = session.scalars(select(DeclaredPopulation)).one()
    figure.undone_at = clock.now()
    session.flush()
    assert unit_changes.undo(session, officer(cast), row.id).undone_at is not None


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted("rename", JULY, PAPER, " "), "name"),
        (Wanted("rename", JULY, PAPER, "Thôn Tây"), "name"),
        (Wanted("rename", JULY, "", "Khối 1"), "document"),
        (Wanted("rename", date(25, 7, 1), PAPER, "Khối 1"), "day"),
        (Wanted("rename", date(2028, 1, 1), PAPER, "Khối 1"), "day"),
        (Wanted("merge", JULY, PAPER), "into"),
    ],
)
def test_a_faulty_change_names_its_field_and_saves_nothing(
    session: Session, cast: Cast, wanted: Wanted, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        unit_changes.change(session, officer(cast), cast["thon_dong"], wanted)
    assert list(refused.value.fields) == [field]
    assert session.scalar(select(func.count()).select_from(UnitChange)) == 0


def test_a_change_before_the_unit_existed_is_refused(session: Session, cast: Cast) -> None:
    """The day comes from the units file that `lms init` reads."""
    csv = "ma,ten,loai,tu_ngay\nmoi,Thôn Mới,thon,01/07/2026\n"
    add_units(session, cast["TBT"], read_units(csv.encode()))
    cast.ids["thon_moi"] = session.scalars(select(Unit.id).where(Unit.code == "moi")).one()
    for unit, into in (("thon_moi", "thon_tay"), ("thon_tay", "thon_moi")):
        with pytest.raises(Invalid, match="chưa được thành lập"):
            merged(session, cast, unit, into, date(2026, 6, 30))
    assert merged(session, cast, "thon_tay", "thon_moi").new_name == "Thôn Mới"


def test_units_of_another_commune_and_other_roles_are_out_of_reach(
    session: Session, cast: Cast
) -> None:
    with pytest.raises(NotFound):
        renamed(session, cast, "xa_thon_dong", "Khối 1")
    with pytest.raises(Invalid, match="Không có đơn vị này trong xã"):
        merged(session, cast, "thon_dong", "xa_thon_tay")
    foreign = unit_changes.change(
        session, system(cast["KHA"]), cast["xa_thon_dong"], Wanted("rename", JULY, PAPER, "Khối 1")
    )
    with pytest.raises(NotFound):
        unit_changes.undo(session, officer(cast), foreign.id)
    own = frozenset({cast["truong"]})
    reporter = Actor(Role.UNIT_REPORTER, cast["TBT"], cast["bao"], unit_ids=own)
    with pytest.raises(Forbidden):
        unit_changes.undo(session, reporter, foreign.id)


# --- pages ----------------------------------------------------------------------------------------


def client_of(app: Flask, cast: Cast, name: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens[name])
    return client


def test_an_officer_looks_writes_and_takes_back(app: Flask, cast: Cast) -> None:
    client, unit = client_of(app, cast, "oanh"), f"/don-vi/{cast['thon_dong']}"
    form = {"kind": "merge", "into": str(cast["thon_tay"]), "day": "2026-07-01", "document": PAPER}
    look = client.get(unit + "/thay-doi", query_string=form).get_data(as_text=True)
    assert "Sáp nhập Thôn Đông vào Thôn Tây" in look
    assert "2 lớp do đơn vị tổ chức" in look
    assert "Chưa có gì được ghi" in look
    assert client.get("/don-vi").get_data(as_text=True).count("Đơn vị đã sáp nhập") == 0
    for _twice in range(2):
        answer = client.post(unit + "/thay-doi", data=form, headers=ORIGIN)
        assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert "Đã ghi: Thôn Đông → Thôn Tây từ ngày 01/07/2026" in page
    assert page.count("/hoan-tac") == 1
    taken_over = client.get(f"/don-vi/{cast['thon_tay']}").get_data(as_text=True)
    assert "Gồm Thôn Đông (sáp nhập 01/07/2026)" in taken_over
    assert "gồm Thôn Đông (sáp nhập 01/07/2026)" in client.get("/don-vi").get_data(as_text=True)
    other = client_of(app, cast, "an").post(
        unit + "/thay-doi", data=form | {"day": "2026-08-01"}, headers=ORIGIN
    )
    assert other.status_code == 409
    assert "Hãy tải lại trang" in other.get_data(as_text=True)
    undo = page.split('action="')[1:]
    (action,) = (part.split('"')[0] for part in undo if "/hoan-tac" in part.split('"')[0])
    assert client.post(action, headers=ORIGIN).status_code == 303
    assert "Thôn Đông" in client.get("/don-vi").get_data(as_text=True)


def test_a_faulty_form_comes_back_with_what_was_typed(app: Flask, cast: Cast) -> None:
    client, unit = client_of(app, cast, "oanh"), f"/don-vi/{cast['thon_dong']}/thay-doi"
    form = {"kind": "rename", "name": "Thôn Tây", "day": "2026-07-01", "document": PAPER}
    for answer in (
        client.get(unit, query_string=form),
        client.post(unit, data=form, headers=ORIGIN),
    ):
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "đã có đơn vị khác mang tên này" in page
        assert PAPER in page
    without_day = client.get(unit, query_string=form | {"day": "01/07/2026"})
    assert without_day.status_code == 422
    assert client_of(app, cast, "bao").get(unit, query_string=form).status_code == 403
    foreign = f"/don-vi/{cast['xa_thon_dong']}"
    assert client.get(foreign).status_code == 404
    assert client.post(foreign + "/thay-doi", data=form, headers=ORIGIN).status_code == 404
