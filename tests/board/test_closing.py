"""The end of a class: what is missing, closing all the same, opening again, two who press at once."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.cohorts.hall_models import ClassClosing
from lms.cohorts.models import ClassSession, Cohort, Device
from lms.core.db import Database
from tests.assessments.people import post, staff
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db


def path(cast: Cast) -> str:
    return f"/lop-hoc/{cast['k1']}/ket-thuc"


def unsent(database: Database, cast: Cast) -> None:
    """The tablet of the class told that seven acts are still on it."""
    with database.write() as session:
        row = session.get_one(Device, (cast["TBT"], cast["k1_may"]))
        row.report, row.reported_at = {"made": {"e1": 7}, "unsent": 7}, OPENED


def lines(client: Any, cast: Cast) -> str:
    return client.get(path(cast)).text.split('class="lacking"')[1].split("</ul>")[0]


def test_what_is_missing_is_listed_each_with_its_page(
    app: Flask, database: Database, cast: Cast
) -> None:
    unsent(database, cast)
    page = lines(staff(app, cast, "trang"), cast)
    k1, meeting = cast["k1"], cast["k1_buoi"]
    for words, address in {
        "Buổi học còn đang mở": f"/lop-hoc/{k1}/bang",
        "k1_may: 7 việc": "/may",
        "Buổi học chưa điểm danh": f"/lop-hoc/{k1}/diem-danh?buoi={meeting}",
        "Buổi học chưa ghi nhật ký": f"/buoi-hoc/{meeting}/nhat-ky",
        "Học viên chưa đạt bài kiểm tra có giám sát (2)": f"/lop-hoc/{k1}/kiem-tra",
        "Học viên chưa làm được bài thực hành bắt buộc (2)": f"/lop-hoc/{k1}/quan-sat?bai=goi-video",
    }.items():
        assert words in page
        assert f'href="{address}' in page


def test_a_class_with_unsent_tablets_closes_all_the_same_and_the_list_is_kept(
    app: Flask, database: Database, cast: Cast
) -> None:
    unsent(database, cast)
    trang, tuan = staff(app, cast, "trang"), staff(app, cast, "tuan")
    assert post(tuan, path(cast)).status_code == 403
    for _ in range(2):
        assert post(trang, path(cast)).status_code == 303
    page = trang.get(path(cast)).text
    assert "Kết thúc, còn thiếu" in page
    assert "Máy tính bảng còn việc chưa về xã: 1" in page
    with database.read() as session:
        row = session.scalars(select(ClassClosing)).one()
        meeting = session.get_one(ClassSession, (cast["TBT"], cast["k1_buoi"]))
    assert {one["code"]: one["count"] for one in row.missing}["unsent"] == 1
    assert row.closed_by == cast["trang"]
    assert meeting.closed_at is not None


def test_a_closed_class_is_opened_again_and_closed_anew(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang = staff(app, cast, "trang")
    post(trang, path(cast))
    for _ in range(2):
        assert post(trang, f"{path(cast)}/mo-lai").status_code == 303
    with database.read() as session:
        assert session.get_one(Cohort, (cast["TBT"], cast["k1"])).closed_at is None
    assert "Lúc kết thúc còn thiếu" not in trang.get(path(cast)).text
    post(trang, path(cast))
    with database.read() as session:
        rows = session.scalars(select(ClassClosing).order_by(ClassClosing.closed_at)).all()
    assert [row.reopened_at is None for row in rows] == [False, True]


def test_an_officer_sees_it_and_a_learner_does_not(app: Flask, cast: Cast) -> None:
    assert staff(app, cast, "oanh").get(path(cast)).status_code == 200
    assert staff(app, cast, "tuan").get(path(cast)).status_code == 403


def test_a_meeting_to_which_nobody_came_is_marked_all_the_same(app: Flask, cast: Cast) -> None:
    trang = staff(app, cast, "trang")
    for name in ("hv_lan", "hv_hung"):
        form = {"enrolment_id": str(cast[name]), "state": "absent"}
        post(trang, f"/buoi-hoc/{cast['k1_buoi']}/cham-ten", **form)
    assert "Buổi học chưa điểm danh" not in lines(trang, cast)
