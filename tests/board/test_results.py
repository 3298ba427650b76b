"""The results of a class: numbers with their people, sheets, files, all classes; who may see them."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from lms.board import results
from lms.board.results import Report
from lms.cohorts import leaving
from lms.cohorts.models import ClassSession, Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.people import actions as people_actions
from lms.people.models import Person
from tests.assessments.measuring import crowd, learn
from tests.assessments.people import learner, post, put, staff
from tests.assessments.tablet import VERSION, deliver, whole
from tests.cast import OPENED, Cast

LATER = OPENED + timedelta(days=31)
PROMPT = re.compile(r"Câu \d về")


@pytest.fixture(autouse=True)
def _later() -> Iterator[None]:
    """A month after the class met: everything of it has happened."""
    with clock.frozen(LATER):
        yield


def passed(app: Flask, database: Database, cast: Cast, mistakes: int = 2) -> FlaskClient:
    """Lan has come, has learned a lesson, has passed the supervised test with mistakes, and calls by video."""
    trang = staff(app, cast, "trang")
    marks = {f"state-{cast['hv_lan']}": "present"}
    assert post(trang, f"/buoi/{cast['k1_buoi']}/diem-danh", **marks).status_code == 303
    learn(learner(app, cast, "lan"))
    deliver(database, cast, whole(cast, mistakes).texts)
    put(trang, f"/api/v1/enrolments/{cast['hv_lan']}/tasks/goi-video", {"result": "can_do"})
    return trang


def page_of(cast: Cast, more: str = "") -> str:
    return f"/lop-hoc/{cast['k1']}/ket-qua{more}"


def report(database: Database, cast: Cast, cohort: str = "k1") -> Report:
    with database.read() as session:
        return results.report(session, system(cast["TBT"]), cast[cohort])


def numbers(shown: Report) -> dict[str, int]:
    return {step.rung: step.count for step in shown.steps}


@pytest.mark.db
def test_every_number_of_a_class_opens_the_names_in_it_and_those_not_yet_in_it(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang = passed(app, database, cast)
    assert numbers(report(database, cast)) == {
        "enrolled": 2, "attended": 1, "learned": 0, "tested": 1, "test_passed": 1,
        "supervised": 1, "observed": 1, "certificate": 0,
    }  # fmt: skip
    page = trang.get(page_of(cast, "?bac=supervised")).text
    opened = page.partition('id="ai"')[2].partition("</section>")[0]
    inside, _, outside = opened.partition("<h4>Chưa (1)</h4>")
    assert "Nguyễn Thị Lan" in inside
    assert "Trần Văn Hùng" in outside
    # The drawing says in words what it shows, and a table stands beside it.
    assert "<title" in page
    assert "Đạt, có giám sát: 1; Làm được việc thật: 1" in page
    assert "số liệu đến 08:00 ngày 21/12/2026" in page
    assert "Chưa đủ dữ liệu" in page
    assert 'id="ai"' not in trang.get(page_of(cast, "?bac=khong-co")).text


@pytest.mark.db
def test_secret_questions_are_told_to_trainers_by_skill_and_lesson_only(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang = passed(app, database, cast)
    for path in (page_of(cast), page_of(cast, ".xlsx"), page_of(cast, ".csv")):
        assert not PROMPT.search(_text(trang.get(path).data)), path
    page = trang.get(page_of(cast)).text
    assert "Một câu về" in page
    assert "1/1" in page
    assert "Cách 1" not in page
    officer = staff(app, cast, "oanh").get(page_of(cast)).text
    assert PROMPT.search(officer)
    assert re.search(r"Cách [123] <small[^>]*>\(1 người\)", officer)


def _text(body: bytes) -> str:
    """Everything that can be read in a page, a csv file or a workbook."""
    if not body.startswith(b"PK"):
        return body.decode()
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])


@pytest.mark.db
def test_who_moved_is_counted_where_they_learn_and_brings_the_lessons(
    app: Flask, database: Database, cast: Cast, keys: Keys
) -> None:
    passed(app, database, cast)
    with database.write() as session:
        officer = Actor(Role.OFFICER, cast["TBT"], cast["oanh"])
        leaving.move(session, officer, keys, cast["hv_lan"], cast["k2"])
    here, there = report(database, cast), report(database, cast, "k2")
    assert numbers(here)["enrolled"] == 1
    assert here.facts.left_out == {"moved": ("Nguyễn Thị Lan",)}
    page = staff(app, cast, "trang").get(page_of(cast)).text
    assert "1 người đã chuyển sang lớp khác, không tính ở đây: Nguyễn Thị Lan" in page
    lan = next(one for one in there.learners if one.name == "Nguyễn Thị Lan")
    assert (len(lan.work.lessons), lan.work.tests, lan.work.minutes > 0) == (1, 1, True)
    assert "attended" not in lan.rungs
    assert {"tested", "supervised"} <= lan.rungs
    assert (
        "từ lớp khác chuyển đến"
        in staff(app, cast, "tuan").get(f"/lop-hoc/{cast['k2']}/ket-qua").text
    )


@pytest.mark.db
def test_two_records_of_one_person_are_one_learner_with_the_work_of_both(
    app: Flask, database: Database, cast: Cast
) -> None:
    passed(app, database, cast)
    with database.write() as session:
        officer = Actor(Role.OFFICER, cast["TBT"], cast["oanh"])
        people_actions.link(session, officer, cast["lan"], cast["hung"], "Cùng một người")
    shown = report(database, cast)
    (one,) = shown.learners
    assert one.name == "Trần Văn Hùng"
    assert set(one.enrolments) == {cast["hv_lan"], cast["hv_hung"]}
    assert {"attended", "tested", "supervised"} <= one.rungs
    assert shown.facts.joined == 1
    assert "1 hồ sơ trùng người đã gộp" in staff(app, cast, "trang").get(page_of(cast)).text
    for record in ("hv_lan", "hv_hung"):
        sheet = staff(app, cast, "trang").get(f"/ghi-danh/{cast[record]}/ket-qua").text
        assert sheet.count("<article") == 1
        assert "đúng 10/12 câu" in sheet


@pytest.mark.db
def test_a_sheet_tells_in_plain_words_what_somebody_can_do_and_by_what_it_is_proven(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang = passed(app, database, cast)
    page = trang.get(f"/ghi-danh/{cast['hv_lan']}/ket-qua").text
    for words in (
        "Nguyễn Thị Lan", "Cô chú đã làm được", "Gọi video", "Bài 2: Bài b2", "Đi học: 1/1 buổi",
        "20/11/2026: có mặt", "Bài đã học xong: 1/3", "Lần 1, ngày 20/11/2026: đúng 10/12 câu, đạt",
        "có giám sát", "Gọi video: làm được", "Trang xem", "còn 2 bài",
        "tại Nhà văn hóa thôn Đông, người giám sát: Trang", "đủ điều kiện, chưa cấp",
    ):  # fmt: skip
        assert words in page, words
    assert not PROMPT.search(page)
    assert "Hùng" not in page
    everybody = trang.get(page_of(cast, "/phieu")).text
    assert everybody.count('<article class="result">') == 2
    assert everybody.index("Trần Văn Hùng") < everybody.index("Nguyễn Thị Lan")
    with database.write() as session:
        session.get_one(Enrolment, (cast["TBT"], cast["hv_lan"])).withdrawn_on = OPENED.date()
    gone = trang.get(f"/ghi-danh/{cast['hv_lan']}/ket-qua")
    assert gone.status_code == 404
    assert "đã rời lớp" in gone.text


@pytest.mark.db
def test_files_hold_real_numbers_and_days_and_no_cell_begins_a_formula(
    app: Flask, database: Database, cast: Cast
) -> None:
    import python_calamine

    trang = passed(app, database, cast)
    with database.write() as session:
        session.get_one(Person, (cast["TBT"], cast["lan"])).full_name = "=HYPERLINK(1)"
    answer = trang.get(page_of(cast, ".xlsx"))
    assert answer.headers["Content-Disposition"].endswith('ket-qua-k1-2026-12-21.xlsx"')
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names == ["Tổng hợp", "Học viên", "Câu hay sai"]
    rows = book.get_sheet_by_name("Học viên").to_python()
    heads = next(row for row in rows if row[0] == "STT")
    lan = dict(zip(heads, next(row for row in rows if "HYPERLINK" in str(row[1])), strict=True))
    assert lan["Họ và tên"] == "'=HYPERLINK(1)"
    assert (lan["Năm sinh"], lan["Số buổi dự"], lan["Điểm cao nhất"]) == (1958, 1, 10)
    assert lan["Đạt, có giám sát"] == date(2026, 11, 20)
    text = answer.data and _text(answer.data)
    assert "Lớp: Lớp K1 (K1)" in text
    assert "Số liệu đến 08:00 ngày 21/12/2026" in text
    body = trang.get(page_of(cast, ".csv")).data
    assert body.startswith("\ufeff".encode())
    found = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [one["Họ và tên"] for one in found] == ["Trần Văn Hùng", "'=HYPERLINK(1)"]
    assert found[1]["Đạt, có giám sát"] == "20/11/2026"


@pytest.mark.db
def test_all_classes_say_the_same_as_each_class_and_sums_are_added_never_averaged(
    app: Flask, database: Database, cast: Cast
) -> None:
    trang = passed(app, database, cast)
    with database.write() as session:
        session.add(
            Enrolment(
                id=uuid7(), commune_id=cast["TBT"], cohort_id=cast["k2"], person_id=cast["lan"],
                picture="con-ga", colour="xanh", pin_hmac="-", pin_sealed="-",
                enrolled_on=OPENED.date(),
            )
        )  # fmt: skip
    with database.read() as session:
        shown = results.overview(session, system(cast["TBT"]))
    assert len(shown.lines) == 2
    for line in shown.lines:
        cohort = "k1" if line.facts.cohort.id == cast["k1"] else "k2"
        assert line.counts == numbers(report(database, cast, cohort))
    assert (shown.places["enrolled"], shown.people["enrolled"]) == (4, 3)
    assert (shown.places["supervised"], shown.people["supervised"]) == (2, 1)
    page = staff(app, cast, "oanh").get("/lop-hoc/ket-qua").text
    assert "Có 1 lượt là người học thêm một lớp nữa" in page
    assert "Lớp K2" in page
    assert "Lớp K2" not in trang.get("/lop-hoc/ket-qua").text
    assert "Tổng lượt" in _text(trang.get("/lop-hoc/ket-qua.xlsx").data)
    assert "Lớp K1" in trang.get("/lop-hoc/ket-qua.csv").text


@pytest.mark.db
@pytest.mark.parametrize(
    ("name", "status"),
    [("trang", 200), ("oanh", 200), ("an", 200), ("tuan", 403), ("bao", 403), ("xa_oanh", 404)],
)
def test_results_are_for_who_works_with_the_class(
    app: Flask, cast: Cast, name: str, status: int
) -> None:
    own = f"/ghi-danh/{cast['hv_lan']}/ket-qua"
    for path in (page_of(cast), page_of(cast, ".xlsx"), page_of(cast, "/phieu"), own):
        assert staff(app, cast, name).get(path).status_code == status, path
    if name == "trang":
        assert learner(app, cast, "lan").get(own).status_code == 403
        assert app.test_client().get(own).status_code == 401


@pytest.mark.db
def test_a_class_of_sixty_is_read_in_few_statements(
    app: Flask, database: Database, cast: Cast
) -> None:
    names = crowd(database, cast, 58)
    statements: list[str] = []

    def count(*told: object) -> None:
        statements.append(str(told[2]))

    trang = staff(app, cast, "trang")
    trang.get(page_of(cast))
    event.listen(database.engine, "before_cursor_execute", count)
    for path in (page_of(cast), page_of(cast, "/phieu")):
        statements.clear()
        page = trang.get(path)
        assert page.status_code == 200
        assert names[-1] in page.text
        assert len([one for one in statements if one.startswith("SELECT")]) <= 30, path
    event.remove(database.engine, "before_cursor_execute", count)


@pytest.mark.office
def test_an_office_opens_the_workbook_of_a_class_and_prints_it_on_landscape_a4(
    app: Flask, database: Database, cast: Cast, tmp_path: Path
) -> None:
    trang = passed(app, database, cast)
    (tmp_path / "lop.xlsx").write_bytes(trang.get(page_of(cast, ".xlsx")).data)
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    subprocess.run(
        [shutil.which("soffice") or "soffice", home, "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / "lop.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    from pypdf import PdfReader

    pages = PdfReader(tmp_path / "lop.pdf").pages
    text = re.sub(r"\s+", " ", "\n".join(page.extract_text() for page in pages))
    for words in ("KẾT QUẢ CỦA LỚP", "KẾT QUẢ TỪNG HỌC VIÊN", "Nguyễn Thị Lan", "20/11/2026",
                  "CÂU HAY SAI", VERSION.programme.title):  # fmt: skip
        assert words in text, words
    assert "1958" in text
    box = pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (842, 595)


@pytest.mark.db
def test_minutes_of_a_day_stay_with_its_meeting_when_another_of_that_day_was_cancelled(
    app: Flask, database: Database, cast: Cast
) -> None:
    deliver(database, cast, whole(cast).texts)
    with database.write() as session:
        session.add(
            ClassSession(
                id=uuid7(), commune_id=cast["TBT"], cohort_id=cast["k1"], number=9,
                planned_on=clock.day_of(OPENED), cancelled_at=OPENED, cancel_reason="Mưa to",
            )
        )  # fmt: skip
    shown = report(database, cast)
    assert sum(one.minutes for one in shown.meetings) == shown.spread.total > 0
    assert shown.elsewhere == 0
