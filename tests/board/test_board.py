"""The front door, the trainer's day, classes: what each page shows and who may not see it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.cohorts.models import ClassSession, Cohort, CohortTrainer, Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.assessments.people import answers_to, learner, post, put, staff
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db


def test_the_front_door_has_three_doors_and_sends_staff_home(app: Flask, cast: Cast) -> None:
    page = app.test_client().get("/")
    assert page.status_code == 200
    for door in ("/vao-lop", "/dang-nhap", "/gcn"):
        assert f'href="{door}"' in page.text
    homes = {"trang": "/hom-nay", "oanh": "/ke-hoach", "an": "/lop-hoc"}
    for name, home in homes.items():
        client = staff(app, cast, name)
        assert client.get("/").location == home
        assert client.get(home).status_code == 200
    assert staff(app, cast, "tinh").get("/").status_code == 200
    assert learner(app, cast, "lan").get("/").location == "/hoc"


def test_a_trainer_sees_the_open_class_with_its_code_and_who_is_here(
    app: Flask, cast: Cast
) -> None:
    page = staff(app, cast, "trang").get("/hom-nay").text
    assert "K1ABCD" in page
    assert "Nguyễn Thị Lan" in page
    assert "K2ABCD" not in page
    assert "Lê Ngọc Mai" not in page


def test_a_call_for_help_comes_first_until_it_is_answered(app: Flask, cast: Cast) -> None:
    post(learner(app, cast, "lan"), "/goi-thay")
    trang = staff(app, cast, "trang")
    assert "Cần thầy cô ngay" in trang.get("/hom-nay").text
    assert post(trang, f"/ghi-danh/{cast['hv_lan']}/da-giup").status_code == 303
    assert "Cần thầy cô ngay" not in trang.get("/hom-nay").text


def _pass_the_test(app: Flask, cast: Cast) -> None:
    lan = learner(app, cast, "lan")
    path = f"/api/v1/attempts/{uuid7()}"
    questions = put(lan, path, {"kind": "certifying"}).json["questions"]
    body = {"kind": "certifying", "answers": answers_to(questions), "submit": True}
    assert put(lan, path, body).json["passed"] is True


def test_two_taps_record_an_observed_task_and_make_the_learner_eligible(
    app: Flask, cast: Cast
) -> None:
    _pass_the_test(app, cast)
    trang = staff(app, cast, "trang")
    path = f"/lop-hoc/{cast['k1']}"
    page = trang.get(path).text
    assert "Đạt, có giám sát" in page
    assert "Đủ điều kiện" not in page
    seen = post(
        trang, f"/ghi-danh/{cast['hv_lan']}/bai-thuc-hanh", task="goi-video", result="can_do"
    )
    assert seen.location == f"{path}#hv-{cast['hv_lan']}"
    page = trang.get(path).text
    assert "Làm được" in page
    assert "1 người đủ điều kiện nhận giấy chứng nhận" in page


def test_the_sitting_tells_how_many_have_not_handed_in(app: Flask, cast: Cast) -> None:
    trang, path = staff(app, cast, "trang"), f"/lop-hoc/{cast['k1']}"
    assert "Chưa ai bắt đầu" in trang.get(path).text
    put(learner(app, cast, "hung"), f"/api/v1/attempts/{uuid7()}", {"kind": "certifying"})
    assert "Còn 1 người chưa nộp bài" in trang.get(path).text
    _pass_the_test(app, cast)
    page = trang.get(path).text
    assert "Đang làm bài" in page
    assert post(trang, f"{path}/giam-sat/ket-thuc").status_code == 303
    assert "Mở kiểm tra" in trang.get(f"{path}/kiem-tra").text


def test_attendance_is_saved_and_the_sheet_names_everybody(app: Flask, cast: Cast) -> None:
    trang, path = staff(app, cast, "trang"), f"/lop-hoc/{cast['k1']}/diem-danh"
    marks = {f"state-{cast['hv_lan']}": "present", f"state-{cast['hv_hung']}": "excused"}
    assert post(trang, f"/buoi/{cast['k1_buoi']}/diem-danh", **marks).status_code == 303
    page = trang.get(path).text
    assert "Đã điểm danh 2 trong 2 người" in page
    sheet = page.split('class="sheet print-only"')[1]
    assert "<td>Trần Văn Hùng</td><td>1990</td>" in sheet
    other = trang.get(path, query_string={"buoi": str(cast["k2_buoi"])}).text
    assert "Lê Ngọc Mai" not in other


def test_one_tap_plans_and_opens_todays_meeting(app: Flask, database: Database, cast: Cast) -> None:
    with clock.frozen(OPENED + timedelta(days=3)):
        trang = staff(app, cast, "trang")
        post(trang, f"/buoi/{cast['k1_buoi']}/dong")
        assert "Mở lớp bây giờ" in trang.get("/hom-nay").text
        for _ in range(2):
            answer = post(trang, f"/lop-hoc/{cast['k1']}/mo-hom-nay")
            assert answer.location == "/hom-nay"
    with database.read() as session:
        rows = session.scalars(
            select(ClassSession).where(ClassSession.cohort_id == cast["k1"])
        ).all()
    assert sorted((row.number, row.closed_at is None) for row in rows) == [(1, False), (2, True)]


def _new_class(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid7()), "name": "Lớp tối thôn Tây", "code": "L09", "level": "basic",
        "version": str(cast["version"]), "unit_id": str(cast["thon_tay"]),
        "place": "Nhà văn hóa thôn Tây", "starts_on": "2026-12-01", "ends_on": "",
    } | changes  # fmt: skip


def test_a_class_is_made_once_and_people_of_the_register_join(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang, form = staff(app, cast, "trang"), _new_class(cast)
    for _ in range(2):
        made = post(trang, "/lop-hoc/moi", **form, trainer_ids=[str(cast["tuan"])])
        assert made.status_code == 303
    assert made.location == f"/lop-hoc/{form['id']}/hoc-vien"
    found = trang.get(made.location, query_string={"tim": "le ngoc mai"}).text
    assert "Lê Ngọc Mai" in found
    assert "sinh 1985" in found
    for _ in range(2):
        joined = post(trang, made.location, person_id=str(cast["mai"]), tim="mai")
        assert joined.status_code == 303
    assert "Học viên của lớp (1)" in trang.get(made.location).text
    with database.read() as session:
        cohort = session.scalars(select(Cohort).where(Cohort.code == "L09")).one()
        teachers = set(
            session.scalars(
                select(CohortTrainer.account_id).where(CohortTrainer.cohort_id == cohort.id)
            )
        )
        learners = session.scalars(select(Enrolment).where(Enrolment.cohort_id == cohort.id)).all()
    assert teachers == {cast["trang"], cast["tuan"]}
    assert [row.person_id for row in learners] == [cast["mai"]]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"count": "61"}, "Hãy ghi một số từ 0 đến 60."),
        ({"place": " "}, "Hãy ghi nơi học."),
        ({"version": ""}, "Hãy chọn chương trình."),
        ({"version": "la"}, "Hãy chọn lại từ danh sách."),
        ({"starts_on": "31/12"}, "Ngày chưa đúng."),
        ({"ends_on": "2026-11-01"}, "Ngày kết thúc phải sau ngày bắt đầu."),
        ({"code": "K1"}, "Mã lớp này đã có."),
        ({"level": "expert"}, "Hãy chọn mức"),
    ],
)
def test_a_wrong_class_is_shown_again_with_what_to_mend(
    app: Flask, database: Database, cast: Cast, changes: dict[str, str], words: str
) -> None:
    form = _new_class(cast, **changes)
    answer = post(staff(app, cast, "oanh"), "/lop-hoc/moi", **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="2026-12-01"' in answer.text or "starts_on" in changes
    with database.read() as session:
        assert session.scalar(select(Cohort).where(Cohort.name == form["name"])) is None


def test_the_list_of_classes_is_filtered(app: Flask, cast: Cast) -> None:
    oanh = staff(app, cast, "oanh")
    assert "2 trong 2 lớp" in oanh.get("/lop-hoc").text
    assert "1 trong 2 lớp" in oanh.get("/lop-hoc?tim=lop+k2").text
    assert "0 trong 2 lớp" in oanh.get("/lop-hoc?trang-thai=ended").text
    assert "2 trong 2 lớp" in oanh.get("/lop-hoc?trang-thai=open&chuong-trinh=nguoi-dan").text
    assert "0 trong 2 lớp" in oanh.get(f"/lop-hoc?don-vi={cast['thon_tay']}").text
    assert "1 trong 1 lớp" in staff(app, cast, "trang").get("/lop-hoc").text
    assert "1958" not in oanh.get("/lop-hoc").text


def _calls(cast: Cast) -> list[tuple[str, str]]:
    k1 = f"/lop-hoc/{cast['k1']}"
    return [
        ("GET", k1), ("GET", f"{k1}/diem-danh"), ("GET", f"{k1}/hoc-vien"),
        ("POST", f"{k1}/hoc-vien"), ("POST", f"{k1}/mo-hom-nay"),
        ("POST", f"/ghi-danh/{cast['hv_lan']}/bai-thuc-hanh"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "status"),
    [("tuan", 403), ("bao", 403), ("tinh", 403), ("xa_trang", 404), ("xa_oanh", 404)],
)
def test_strangers_do_not_reach_a_class(app: Flask, cast: Cast, name: str, status: int) -> None:
    client = staff(app, cast, name)
    for method, path in _calls(cast):
        form = {"person_id": str(cast["mai"]), "task": "goi-video", "result": "can_do"}
        answer = client.get(path) if method == "GET" else post(client, path, **form)
        wanted = 403 if name == "xa_oanh" and "thuc-hanh" in path else status
        assert answer.status_code == wanted, (method, path)
        assert "Nguyễn Thị Lan" not in answer.text


def test_nobody_and_learners_see_no_board(app: Flask, cast: Cast) -> None:
    paths = [path for _method, path in _calls(cast)] + ["/hom-nay", "/lop-hoc", "/lop-hoc/moi"]
    for path in paths:
        assert app.test_client().get(path).status_code in (401, 405)
        assert learner(app, cast, "lan").get(path).status_code in (403, 405)
    assert staff(app, cast, "oanh").get("/hom-nay").status_code == 403
    seen = post(staff(app, cast, "an"), f"/ghi-danh/{cast['hv_lan']}/bai-thuc-hanh",
                task="goi-video", result="can_do")  # fmt: skip
    assert seen.status_code == 403


def test_an_officer_sees_the_class_but_observes_nothing(app: Flask, cast: Cast) -> None:
    page = staff(app, cast, "oanh").get(f"/lop-hoc/{cast['k1']}").text
    assert "Nguyễn Thị Lan" in page
    assert "bai-thuc-hanh" not in page
