"""A unit's link: who may open what, what it can say, what counts only once an officer accepts it."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core import audit, clock
from lms.core.command import Context
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.indicators import actions as plans
from lms.indicators import declared_actions
from lms.indicators.models import DeclaredMeasure
from lms.people.models import Unit
from lms.reports import unit_link_actions as links
from lms.reports.calendar_cli import calendar
from lms.reports.calendar_links import GUESSES
from lms.reports.unit_link_desk import Desk
from lms.reports.unit_link_models import UnitLink, UnitProposal
from tests.cast import Cast
from tests.indicators.commune import Village
from tests.indicators.test_pages_plans import ORIGIN, signed_in

pytestmark = pytest.mark.db
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
PHONES = "smartphone"


@pytest.fixture(autouse=True)
def a_day_of_the_plan() -> Iterator[None]:
    """The plan of these tests ends with 2026."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def office(database: Database, cast: Cast) -> Cast:
    """The cast with a plan that asks villages for something others count."""
    with database.write() as session:
        plans.adopt_shipped(session, system(cast["TBT"]), "thuan-an")
        Village(session, cast).attained(cast["lan"], date(2026, 6, 1), level="proficient")
    return cast


def officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"])


def made(
    database: Database, keys: Keys, cast: Cast, unit: str = "thon_dong", *, code: bool = False
) -> str:
    """The path of a new link."""
    with database.write() as session:
        until = clock.today() + timedelta(days=20)
        (row,) = links.make(session, officer(cast), keys, [cast[unit]], until, with_code=code)
        return f"/dv/{links.link_token(session, keys, row)}"


def entered(app: Flask, path: str, **form: str) -> FlaskClient:
    client = app.test_client()
    assert client.post(path, data=form, headers=ORIGIN).status_code == 303
    return client


def form(numerator: str = "120", whole: str = "300", **more: str) -> dict[str, str]:
    said = {"as_of": DAY.isoformat(), "source": "Sổ của thôn", "status": "official", "seen": ""}
    return {**said, f"n|{PHONES}": numerator, f"d|{PHONES}": whole, **more}


def send(client: FlaskClient, path: str, **more: str) -> int:
    return client.post(f"{path}/so-lieu", data=form(**more), headers=ORIGIN).status_code


def proposals(database: Database) -> list[tuple[str, int | None, str]]:
    with database.read() as session:
        rows = session.scalars(select(UnitProposal).order_by(UnitProposal.id)).all()
        return [(row.code, row.numerator, row.state) for row in rows]


def counted(database: Database) -> list[tuple[int, str]]:
    with database.read() as session:
        rows = session.scalars(select(DeclaredMeasure)).all()
        return [(row.numerator, row.source) for row in rows]


def waiting_id(database: Database) -> str:
    with database.read() as session:
        query = select(UnitProposal.id).where(UnitProposal.state == "waiting")
        return str(session.scalars(query).one())


# --- from the link to the figure ----------------------------------------------------------------


def test_what_a_unit_sends_counts_only_once_an_officer_accepts_it(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    path = made(database, keys, office)
    client = entered(app, path)
    assert send(client, path) == 303
    assert send(client, path) == 303
    assert proposals(database) == [(PHONES, 120, "waiting")]
    assert counted(database) == []
    page = client.get(path).get_data(as_text=True)
    assert "Thôn Đông" in page
    assert "chờ cán bộ xem" in page
    for name in ("Lan", "Hùng", "Nguyễn", "1958"):
        assert name not in page
    desk = signed_in(app, office, "oanh")
    unit = f"/bao-cao/don-vi/{office['thon_dong']}"
    assert "120 trên 300" in desk.get(unit).get_data(as_text=True)
    accept = {"chosen": waiting_id(database), "seen": ""}
    for _press in range(2):
        assert desk.post(f"{unit}/nhan", data=accept, headers=ORIGIN).status_code == 303
    ((number, source),) = counted(database)
    assert number == 120
    assert source.startswith("Thôn Đông tự khai qua đường dẫn ngày ")
    assert proposals(database) == [(PHONES, 120, "accepted")]
    assert send(client, path) == 303
    assert proposals(database) == [(PHONES, 120, "accepted")]
    with database.read() as session:
        assert audit.verify(session, office["TBT"]) == []


def test_two_at_once_see_each_other_and_errors_stand_at_their_boxes(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    path = made(database, keys, office)
    first, second = entered(app, path), entered(app, path)
    assert send(first, path) == 303
    answer = second.post(f"{path}/so-lieu", data=form("90"), headers=ORIGIN)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "120 trên 300" in page
    assert 'value="90"' in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    assert send(second, path, numerator="90", seen=seen[1]) == 303
    assert proposals(database) == [(PHONES, 120, "replaced"), (PHONES, 90, "waiting")]
    for wrong, words in (
        ({"numerator": "nhiều"}, "một số nguyên"), ({"numerator": "301"}, "lớn hơn tổng số"),
        ({"as_of": "2099-01-01"}, "không được sau hôm nay"), ({"source": " "}, "Hãy ghi nguồn"),
    ):  # fmt: skip
        refused = second.post(f"{path}/so-lieu", data={**form(), **_boxes(wrong)}, headers=ORIGIN)
        assert refused.status_code == 422
        assert words in refused.get_data(as_text=True)
    assert len(proposals(database)) == 2


def _boxes(wrong: dict[str, str]) -> dict[str, str]:
    return {f"n|{PHONES}" if name == "numerator" else name: text for name, text in wrong.items()}


def test_an_officer_who_was_overtaken_sees_both_figures_and_nothing_is_half_accepted(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    path = made(database, keys, office)
    send(entered(app, path), path)
    with database.read() as session:
        seen = Desk(session, office["TBT"], DAY).seen
    with database.write() as session:
        declared_actions.declare_measure(
            session, officer(office), PHONES, 77, 300, DAY, "Công an xã", "official",
            office["thon_dong"],
        )  # fmt: skip
    desk, unit = signed_in(app, office, "oanh"), f"/bao-cao/don-vi/{office['thon_dong']}"
    accept = {"chosen": waiting_id(database), "seen": seen}
    answer = desk.post(f"{unit}/nhan", data=accept, headers=ORIGIN)
    assert answer.status_code == 409
    assert "77 trên 300" in answer.get_data(as_text=True)
    assert [row[0] for row in counted(database)] == [77]
    back = {"proposal": waiting_id(database), "reason": ""}
    assert desk.post(f"{unit}/tra-lai", data=back, headers=ORIGIN).status_code == 422
    back["reason"] = "Số của tháng trước"
    assert desk.post(f"{unit}/tra-lai", data=back, headers=ORIGIN).status_code == 303
    assert proposals(database) == [(PHONES, 120, "refused")]
    assert "Số của tháng trước" in entered(app, path).get(path).get_data(as_text=True)


# --- may not ------------------------------------------------------------------------------------


def test_a_fetch_of_the_address_writes_nothing_and_shows_no_figure(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    path = made(database, keys, office)
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert "Mở phiếu" in answer.get_data(as_text=True)
    assert "Xã đang có" not in answer.get_data(as_text=True)
    bare = app.test_client()
    assert bare.post(f"{path}/so-lieu", data=form(), headers=ORIGIN).status_code == 303
    assert bare.post(f"{path}/y-kien", data={"kind": "right"}, headers=ORIGIN).status_code == 303
    assert proposals(database) == []
    with database.read() as session:
        assert Desk(session, office["TBT"], DAY).devices == {}


def test_a_machine_let_in_at_one_unit_is_a_stranger_at_another(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    east, west = made(database, keys, office), made(database, keys, office, "thon_tay")
    client = entered(app, east)
    cookie = client.get_cookie("lms_unit", path=east)
    assert cookie is not None
    client.set_cookie("lms_unit", cookie.value, path=west)
    assert "Mở phiếu" in client.get(west).get_data(as_text=True)
    send(client, west)
    assert proposals(database) == []
    desk, other = signed_in(app, office, "oanh"), f"/bao-cao/don-vi/{office['thon_tay']}"
    send(client, east)
    stolen = {"chosen": waiting_id(database), "seen": ""}
    assert desk.post(f"{other}/nhan", data=stolen, headers=ORIGIN).status_code == 404
    assert counted(database) == []


def test_a_link_that_ended_or_was_taken_back_or_guessed_opens_nothing(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    first = made(database, keys, office)
    client = entered(app, first)
    second = made(database, keys, office)
    assert client.get(first).status_code == 404
    client = entered(app, second)
    with clock.frozen(clock.now() + timedelta(days=21)):
        assert client.get(second).status_code == 404
    with database.write() as session:
        links.revoke(session, officer(office), office["thon_dong"])
        links.revoke(session, officer(office), office["thon_dong"])
    assert client.get(second).status_code == 404
    assert client.post(second, headers=ORIGIN).status_code == 404
    guesses = {client.get(f"{second[:-1]}{n}").status_code for n in range(GUESSES.tries)}
    assert guesses == {404, 429}
    assert client.get("/lich/TBT.khong-co.ics").status_code == 429
    with database.read() as session:
        assert session.scalars(select(UnitLink.token_digest)).all()
        assert second.rpartition(".")[2] not in str(session.scalars(select(UnitLink)).all())


def test_a_confirm_code_opens_one_machine_and_wrong_ones_are_counted(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    path = made(database, keys, office, code=True)
    with database.read() as session:
        row = session.scalars(select(UnitLink)).one()
        code = links.confirm_code(keys, row)
    entered(app, path, code=f"{code[:3]} {code[3:]}")
    stranger = app.test_client()
    again = stranger.post(path, data={"code": code}, headers=ORIGIN)
    assert again.status_code == 422
    assert "đã dùng cho máy khác" in again.get_data(as_text=True)
    for _try in range(links.CODES.tries - 1):
        stranger.post(path, data={"code": "0"}, headers=ORIGIN)
    assert stranger.post(path, data={"code": "1"}, headers=ORIGIN).status_code == 429
    with database.read() as session:
        assert Desk(session, office["TBT"], DAY).devices == {row.id: 1}


def test_a_unit_reporter_has_the_same_sheet_of_the_own_unit_alone(
    app: Flask, database: Database, office: Cast
) -> None:
    client = signed_in(app, office, "bao")
    own, other = (f"/don-vi-bao-cao/{office[name]}" for name in ("truong", "thon_dong"))
    assert client.get(own).status_code == 200
    assert client.get(f"{own}/phieu.pdf").data[:5] == b"%PDF-"
    told = client.post(f"{own}/y-kien", data={"kind": "right"}, headers=ORIGIN)
    assert told.status_code == 303
    for path in (other, f"{other}/phieu.pdf"):
        assert client.get(path).status_code == 404
    assert client.post(f"{other}/so-lieu", data=form(), headers=ORIGIN).status_code == 404
    assert own in client.get("/bao-cao").get_data(as_text=True)
    assert client.get("/bao-cao/don-vi").status_code == 403


def test_small_figures_just_sent_are_not_read_back_through_the_link(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    path = made(database, keys, office)
    client = entered(app, path)
    send(client, path, numerator="3", whole="4")
    assert "đã gửi dưới 10 trong số dưới 10" in client.get(path).text
    other = client.post(f"{path}/so-lieu", data=form("2", "4"), headers=ORIGIN).text
    assert "đã gửi dưới 10" in other
    assert "3 trên 4" not in other
    unit = f"/bao-cao/don-vi/{office['thon_dong']}"
    assert "3 trên 4" in signed_in(app, office, "oanh").get(unit).text


# --- the front page, the calendar ---------------------------------------------------------------


def test_a_duty_without_a_date_has_none_until_the_commune_sets_its_own(
    app: Flask, office: Cast
) -> None:
    client = signed_in(app, office, "oanh")
    assert "kế hoạch không ghi ngày" in client.get("/bao-cao").get_data(as_text=True)
    assert b"VEVENT" not in client.get("/bao-cao/lich.ics").data
    which = {"plan": "thuan-an", "report": "truong-hoc", "ends": "2026-12-31"}
    far = client.post("/bao-cao/ngay-nhac", data={**which, "day": "2028-01-01"}, headers=ORIGIN)
    assert far.status_code == 422
    for day, events in (("2026-12-20", 1), ("2026-12-21", 1), ("", 0)):
        client.post("/bao-cao/ngay-nhac", data={**which, "day": day}, headers=ORIGIN)
        assert client.get("/bao-cao/lich.ics").data.count(b"BEGIN:VEVENT") == events


def test_a_calendar_address_answers_304_and_ends_with_its_account(
    app: Flask, database: Database, office: Cast
) -> None:
    client = signed_in(app, office, "oanh")
    client.post("/bao-cao/lich", headers=ORIGIN)
    found = re.search(r'value="http://localhost(/lich/[^"]+)"', client.get("/bao-cao").text)
    assert found is not None
    first = app.test_client().get(found[1])
    tag = {"If-None-Match": first.headers["ETag"]}
    assert first.status_code == 200
    assert app.test_client().get(found[1], headers=tag).status_code == 304
    client.post("/bao-cao/lich", headers=ORIGIN)
    assert app.test_client().get(found[1]).status_code == 404
    client.post("/bao-cao/lich/thu-hoi", headers=ORIGIN)
    assert "Tạo địa chỉ lịch" in client.get("/bao-cao").text


def test_reminder_texts_name_what_a_unit_owes_and_its_own_link(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    path = made(database, keys, office)
    text = signed_in(app, office, "oanh").get("/bao-cao/nhac").get_data(as_text=True)
    east = text.partition("Kính gửi: Thôn Đông")[2].partition("</textarea>")[0]
    assert path in east
    assert "số đạt, tổng số" in east
    assert path not in text.partition("Kính gửi: Thôn Tây")[2]


def test_the_command_lists_duties_and_writes_the_calendar(
    database: Database, settings: Settings, office: Cast, tmp_path: Path
) -> None:
    context = Context(settings, "TBT")
    context.__dict__["database"] = database
    listed = CliRunner().invoke(calendar, ["list", "--past"], obj=context)
    assert "không ghi ngày  thuan-an: Các trường báo cáo" in listed.output
    file = tmp_path / "han.ics"
    written = CliRunner().invoke(calendar, ["write", str(file)], obj=context)
    assert written.exit_code == 0
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_a_unit_that_was_merged_away_has_no_link_any_more(
    app: Flask, database: Database, keys: Keys, office: Cast
) -> None:
    path = made(database, keys, office)
    client = entered(app, path)
    with database.write() as session:
        session.get_one(Unit, (office["TBT"], office["thon_dong"])).closed_on = DAY
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/so-lieu", data=form(), headers=ORIGIN).status_code == 404
