"""The public page: off until switched on, shows only what was published, covers small groups, stays."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from lms.core import clock
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.indicators import actions, snapshots
from lms.indicators.closing_period import free_day
from lms.reports.public_models import Publication, PublicEvent
from tests.cast import Cast
from tests.indicators.commune import Village
from tests.indicators.test_pages_plans import signed_in

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PLAN, WHY = "thuan-an", "Số liệu để thử, chốt cho kịp hạn."
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
UNITS = {"thon_dong": (40, 25), "thon_tay": (30, 4), "truong": (26, 13)}
"""Unit → adults living there, and how many of them are reached."""


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def office(app: Flask, cast: Cast, name: str) -> FlaskClient:
    client = signed_in(app, cast, name)
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


@pytest.fixture
def oanh(app: Flask, cast: Cast) -> FlaskClient:
    return office(app, cast, "oanh")


@pytest.fixture
def anyone(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def on(app: Flask, cast: Cast) -> None:
    answer = office(app, cast, "an").post("/cong-khai/bat-tat", data={"on": "1"})
    assert answer.status_code == 303


@pytest.fixture
def chot(database: Database, cast: Cast) -> UUID:
    """A standing closing of a commune with a large and a small group of people reached."""
    who = Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Lê Kim Oanh")
    with database.write() as session:
        actions.adopt_shipped(session, who, PLAN)
        village = Village(session, cast)
        for unit, (people, reached) in UNITS.items():
            for n in range(people):
                one = village.person(f"Vũ Thị {unit} {n}", date(1980, 1, 1))
                village.home(one, unit)
                if n < reached:
                    village.attained(
                        one, date(2026, 9, 1), proof="task_observed", level="proficient"
                    )
        closing = snapshots.Closing(free_day(date(2026, 11, 15)), in_spite=WHY)
        return snapshots.close(session, who, PLAN, closing).id


def published(oanh: FlaskClient, chot: UUID) -> None:
    page = f"/cong-khai/so-lieu/xem-truoc/{chot}"
    fields = dict(re.findall(r'name="(number|sha256)" value="([^"]+)"', oanh.get(page).text))
    for _twice in range(2):
        assert oanh.post(page, data=fields).status_code == 303


def test_the_page_is_off_until_an_administrator_opens_it(
    app: Flask, cast: Cast, oanh: FlaskClient, anyone: FlaskClient
) -> None:
    assert anyone.get("/xa/tbt").status_code == 404
    assert oanh.post("/cong-khai/bat-tat", data={"on": "1"}).status_code == 403
    an = office(app, cast, "an")
    an.post("/cong-khai/bat-tat", data={"on": "1"})
    assert anyone.get("/xa/tbt").status_code == 200
    assert anyone.get("/xa/TBT").status_code == 200
    assert anyone.get("/xa/kha").status_code == 404
    an.post("/cong-khai/bat-tat", data={"on": "0"})
    assert anyone.get("/xa/tbt").status_code == 404


def test_a_closing_is_seen_by_nobody_until_it_is_published_and_small_groups_never(
    database: Database, cast: Cast, oanh: FlaskClient, anyone: FlaskClient, chot: UUID, on: None
) -> None:
    assert "Kết quả đến hết ngày" not in anyone.get("/xa/tbt").text
    preview = oanh.get(f"/cong-khai/so-lieu/xem-truoc/{chot}").text
    assert "dưới 10 người đạt" in preview
    assert "che thêm" in preview
    published(oanh, chot)
    page, whole = anyone.get("/xa/tbt"), anyone.get("/xa/tbt/so-lieu/1")
    assert "42 trên" in page.text
    assert "25 / 4" in whole.text
    assert "đã che / 31" in whole.text
    assert "4 / 31" not in whole.text
    assert "Vũ Thị" not in page.text + whole.text
    assert "Oanh" not in page.text + whole.text
    assert len(page.data) < 15_000
    assert len(whole.data) < 20_000
    assert "<script" not in page.text
    with database.read() as session:
        row = session.scalars(select(Publication)).one()
        assert row.sha256 in whole.text
    again = anyone.get("/xa/tbt", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    assert "public" in page.headers["Cache-Control"]


def test_what_was_published_does_not_change_and_a_withdrawn_one_says_so(
    database: Database, cast: Cast, oanh: FlaskClient, anyone: FlaskClient, chot: UUID, on: None
) -> None:
    published(oanh, chot)
    before = anyone.get("/xa/tbt/so-lieu/1").data
    with database.write() as session:
        village = Village(session, cast)
        session.execute(text("UPDATE unit SET name = 'Tên khác' WHERE code = 'thon_dong'"))
        village.attained(cast["lan"], date(2026, 9, 2), proof="task_observed", level="proficient")
    assert anyone.get("/xa/tbt/so-lieu/1").data == before
    url = "/cong-khai/so-lieu/1/rut"
    assert oanh.post(url, data={"reason": "sai"}).status_code == 422
    for _twice in range(2):
        assert oanh.post(url, data={"reason": "Nhầm kế hoạch năm cũ."}).status_code == 303
    gone = anyone.get("/xa/tbt/so-lieu/1")
    assert "đã rút" in gone.text
    assert "Nhầm kế hoạch năm cũ." in gone.text
    assert "25 / 4" not in gone.text
    assert "Kết quả đến hết ngày" not in anyone.get("/xa/tbt").text
    published(oanh, chot)
    assert "25 / 4" in anyone.get("/xa/tbt/so-lieu/2").text


def test_a_preview_that_is_no_longer_true_publishes_nothing(
    database: Database, oanh: FlaskClient, chot: UUID
) -> None:
    page = f"/cong-khai/so-lieu/xem-truoc/{chot}"
    assert oanh.post(page, data={"number": "1", "sha256": "0" * 64}).status_code == 409
    assert oanh.post(page, data={}).status_code == 409
    with database.read() as session:
        assert session.scalars(select(Publication)).all() == []


def test_only_chosen_classes_are_shown_and_no_name_with_them(
    cast: Cast, oanh: FlaskClient, anyone: FlaskClient, on: None
) -> None:
    form = {"cohort_id": str(cast["k1"]), "is_shown": "1", "revision": "0"}
    assert oanh.post("/cong-khai/lop", data=form).status_code == 422
    asked = {**form, "how": "Đến nhà văn hóa gặp trưởng thôn."}
    for _twice in range(2):
        assert oanh.post("/cong-khai/lop", data=asked).status_code == 303
    page = anyone.get("/xa/tbt").text
    assert "gặp trưởng thôn" in page
    for name in ("Nguyễn Thu Trang", "Nguyễn Thị Lan", "Phạm Quang Minh"):
        assert name not in page
    other = {**asked, "how": "Gọi cho thôn."}
    refused = oanh.post("/cong-khai/lop", data=other)
    assert refused.status_code == 409
    assert "gặp trưởng thôn" in refused.text
    assert "Gọi cho thôn." in refused.text
    foreign = {**asked, "cohort_id": str(cast["xa_k1"])}
    assert oanh.post("/cong-khai/lop", data=foreign).status_code == 404
    assert (
        oanh.post(
            "/cong-khai/lop", data={**form, "is_shown": "0", "how": "", "revision": "1"}
        ).status_code
        == 303
    )
    assert "gặp trưởng thôn" not in anyone.get("/xa/tbt").text


def test_an_event_stands_on_the_page_around_its_day_and_on_a_poster(
    app: Flask, database: Database, cast: Cast, oanh: FlaskClient, anyone: FlaskClient, on: None
) -> None:
    event = {
        "key": str(uuid7()), "title": "Ngày hội toàn dân học tập số", "held_on": "10/12/2026",
        "starts_at": "7h30", "ends_at": "11", "place": "Sân nhà văn hóa", "revision": "0",
        "what": "Cài VNeID có người giúp <b>\nTập trả tiền bằng mã QR",
    }  # fmt: skip
    wrong = oanh.post("/cong-khai/su-kien", data={**event, "ends_at": "6:00", "place": ""})
    assert wrong.status_code == 422
    assert "Giờ kết thúc phải sau" in wrong.text
    assert "Tập trả tiền" in wrong.text
    for _twice in range(2):
        assert oanh.post("/cong-khai/su-kien", data=event).status_code == 303
    with database.read() as session:
        assert len(session.scalars(select(PublicEvent)).all()) == 1
    page = anyone.get("/xa/tbt").text
    assert "07:30 đến 11:00" in page
    assert "&lt;b&gt;" in page
    poster = oanh.get(f"/cong-khai/to-roi?su-kien={event['key']}").text
    assert "<svg" in poster
    assert "/xa/tbt" in poster
    assert (
        office(app, cast, "xa_oanh").get(f"/cong-khai/to-roi?su-kien={event['key']}").status_code
        == 404
    )
    with clock.frozen(datetime(2026, 12, 20, 5, 0, tzinfo=UTC)):
        assert "Sân nhà văn hóa" not in anyone.get("/xa/tbt").text
    assert oanh.post("/cong-khai/su-kien/bo", data={"key": event["key"]}).status_code == 303
    assert "Sân nhà văn hóa" not in anyone.get("/xa/tbt").text


def test_another_commune_neither_publishes_nor_previews_it(
    app: Flask, cast: Cast, chot: UUID
) -> None:
    there = office(app, cast, "xa_oanh")
    assert there.get(f"/cong-khai/so-lieu/xem-truoc/{chot}").status_code == 404
    assert there.post(f"/cong-khai/so-lieu/xem-truoc/{chot}", data={}).status_code == 404
    for name in ("trang", "bao", "tinh"):
        assert signed_in(app, cast, name).get("/cong-khai").status_code == 403
