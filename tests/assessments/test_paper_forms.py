"""Registered sheets: who may have one, what they never tell, what is refused and how it is said."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import event, select

from assessments.models import Attempt
from assessments.paper_forms import form_of, items_in
from assessments.paper_letters import written
from assessments.paper_models import PaperEntry, PaperForm
from courses.activities import KINDS
from lms.cohorts.models import ClassSession, Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.qr import modules
from lms.ledger.rebuild import rebuild, state_hash
from tests.assessments.kinds import VERSION, teach
from tests.assessments.people import learner, post, staff
from tests.cast import Cast

pytestmark = pytest.mark.db

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
FORM = "/lop-hoc/{k1}/giay-in"


def _forms(database: Database, **where: Any) -> list[PaperForm]:
    with database.read() as session:
        query = select(PaperForm).filter_by(**where)
        return list(session.scalars(query.order_by(PaperForm.made_at, PaperForm.id)))


@pytest.fixture
def trang(app: Flask, database: Database, cast: Cast) -> FlaskClient:
    """Trang, whose class K1 (Lan and Hùng) learns the programme with every kind of question."""
    teach(database, cast)
    return staff(app, cast, "trang")


def test_sheets_are_drawn_once_for_each_learner_and_never_tell_a_key(
    app: Flask, database: Database, cast: Cast, trang: FlaskClient
) -> None:
    here = f"/lop-hoc/{cast['k1']}/giay-in"
    for _again in range(2):
        assert (
            post(trang, here, plan="certifying.", meeting=str(cast["k1_buoi"])).status_code == 303
        )
    forms = _forms(database)
    assert {one.enrolment_id for one in forms} == {cast["hv_lan"], cast["hv_hung"]}
    assert len({one.code for one in forms}) == len(forms) == 2
    page = trang.get(f"{here}/bai?de=certifying.").text
    assert all(f"{one.code[:4]} {one.code[4:]}" in page for one in forms)
    spoiled = post(trang, f"/phieu-giay/{forms[0].id}/huy", reason="Rách.")
    assert spoiled.status_code == 303
    post(trang, here, plan="certifying.", meeting=str(cast["k1_buoi"]))
    assert len(_forms(database, enrolment_id=forms[0].enrolment_id)) == 2
    unknown = post(trang, here, plan="certifying.hoc-phan-la")
    assert (unknown.status_code, "không có đề này" in unknown.text) == (422, True)
    sheet = trang.get(f"/bai-giay/{forms[1].id}").text
    assert not [key for key in _explanations() if key in sheet]
    file = trang.get(f"{here}/bai.pdf?de=certifying.&dap-an=1&chu=lon&hai-mat=1")
    assert file.mimetype == "application/pdf"
    assert not [words for words in ("Đáp án", *_explanations()) if words in _text(file.data)]


def _explanations() -> list[str]:
    return [item.explanation for item in VERSION.items if item.secret and item.explanation]


def _text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_what_is_typed_wrong_is_said_at_its_field_and_nothing_is_kept(
    app: Flask, database: Database, cast: Cast, trang: FlaskClient
) -> None:
    with clock.frozen(NOW):
        post(trang, f"/lop-hoc/{cast['k1']}/giay-in", plan="certifying.")
        row = _forms(database)[0]
        address, place = f"/bai-giay/{row.id}", f"{cast['k1_buoi']}.{cast['k1_thi']}"
        single = 1 + next(
            n for n, item in enumerate(items_in(row.form)) if VERSION.item(item).kind == "single"
        )
        for form, words in (
            ({}, "Hãy chọn buổi"),
            ({"place": f"{cast['k1_buoi']}."}, "phải làm trong buổi có giám sát"),
            ({"place": f"{cast['k2_buoi']}.{cast['k2_thi']}"}, "Hãy chọn buổi đã học"),
            ({"place": place, f"a.{single}": "AB"}, "chỉ một chữ"),
            ({"place": place, "written_at": "99h"}, "Giờ chưa đúng"),
            ({"place": place, "written_at": "07:30"}, "Giờ nộp phải nằm trong"),
        ):
            answer = post(trang, address, id=str(uuid7()), **form)
            assert answer.status_code == 422, words
            assert words in answer.text
        looked = post(trang, address, id=str(uuid7()), place=place, xem="1", **{f"a.{single}": "a"})
        assert looked.status_code == 200
    with database.read() as session:
        assert session.scalars(select(PaperEntry)).all() == []
    for typed, words in (("123", "Mã phiếu có 8 số"), ("1234 5678", "Mã phiếu có 8 số")):
        assert words in post(trang, "/bai-giay", code=typed).text


def test_a_practice_sheet_typed_wrongly_is_mended_even_if_less_of_it_is_right_then(
    app: Flask, database: Database, cast: Cast, trang: FlaskClient
) -> None:
    """The best line of work counts in practice, but a slip of the one who typed is no line of work."""
    found = []
    with clock.frozen(NOW):
        post(trang, f"/lop-hoc/{cast['k1']}/giay-in", plan="practice.")
        row = _forms(database)[0]
        with database.read() as session:
            asked = form_of(session, row).items
        typed = {
            f"a.{n}": written(one, KINDS[one.item.kind].key(one.item))
            for n, one in enumerate(asked, 1)
        }
        single = next(n for n, one in enumerate(asked, 1) if one.item.kind == "single")
        for answers, why in ((typed, ""), ({**typed, f"a.{single}": ""}, "Gõ nhầm dòng.")):
            sent = {"id": str(uuid7()), "place": f"{cast['k1_buoi']}.", "reason": why, **answers}
            saved = post(trang, f"/bai-giay/{row.id}", **sent)
            assert saved.status_code == 303, saved.text
            with database.read() as session:
                found.append(session.get_one(Attempt, (cast["TBT"], row.id)).points or 0)
    assert found[1] < found[0]
    with database.read() as session:
        before = state_hash(session, cast["TBT"])
    rebuild(database, cast["TBT"])
    with database.read() as session:
        assert state_hash(session, cast["TBT"]) == before


def test_nobody_else_sees_a_sheet_or_a_meeting_on_paper(
    app: Flask, database: Database, cast: Cast, trang: FlaskClient
) -> None:
    post(trang, f"/lop-hoc/{cast['k1']}/giay-in", plan="practice.")
    row = _forms(database)[0]
    tuan, foreign = staff(app, cast, "tuan"), staff(app, cast, "xa_oanh")
    assert tuan.get(f"/bai-giay/{row.id}").status_code == 403
    assert foreign.get(f"/bai-giay/{row.id}").status_code == 404
    assert "Không thấy phiếu nào" in post(tuan, "/bai-giay", code=row.code).text
    assert "Không thấy phiếu nào" in post(foreign, "/bai-giay", code=row.code).text
    assert learner(app, cast, "lan").get(f"/bai-giay/{row.id}").status_code in (401, 403)
    meeting = f"/buoi/{cast['k1_buoi']}/tu-giay"
    assert post(tuan, f"{meeting}/diem-danh").status_code == 403
    assert post(foreign, f"{meeting}/gio").status_code == 404


def test_a_photo_of_the_code_opens_the_sheet(
    app: Flask, database: Database, cast: Cast, trang: FlaskClient
) -> None:
    post(trang, f"/lop-hoc/{cast['k1']}/giay-in", plan="practice.")
    row = _forms(database)[0]
    photo = _photo(f"http://localhost/bai-giay?ma={row.code}")
    opened = post(trang, "/bai-giay", photo=(photo, "phieu.png"))
    assert opened.location == f"/bai-giay/{row.id}"
    other = post(trang, "/bai-giay", photo=(_photo("http://localhost/the#4827193405"), "the.png"))
    assert (other.status_code, "Chưa thấy mã phiếu" in other.text) == (422, True)
    assert trang.get(f"/bai-giay?ma={row.code}").location == f"/bai-giay/{row.id}"


def _photo(text: str) -> BytesIO:
    rows = modules(text)
    side = len(rows) + 8
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows, 4):
        for x, dark in enumerate(row, 4):
            image.putpixel((x, y), 0 if dark else 255)
    body = BytesIO()
    image.resize((side * 8, side * 8), Image.Resampling.NEAREST).save(body, "PNG")
    body.seek(0)
    return body


def test_hours_from_paper_are_believed_only_where_no_page_knows_better(
    app: Flask, database: Database, cast: Cast, trang: FlaskClient
) -> None:
    hours = {"day": "2026-11-20", "starts_at": "18h", "ends_at": "20h30"}
    with clock.frozen(NOW):
        opened = post(trang, f"/buoi/{cast['k1_buoi']}/tu-giay/gio", **hours)
        assert (opened.status_code, "đã mở trên máy" in opened.text) == (409, True)
        post(trang, f"/lop-hoc/{cast['k1']}/buoi", planned_on="2026-11-19")
        with database.read() as session:
            day = (NOW - timedelta(days=2)).date()
            query = select(ClassSession).where(ClassSession.planned_on == day)
            meeting = session.scalars(query).one()
        address = f"/buoi/{meeting.id}/tu-giay"
        for wrong, words in (
            ({"ends_at": "17:00"}, "sau giờ bắt đầu"),
            ({"day": "2026-11-25"}, "chưa kết thúc"),
            ({"starts_at": "25:00"}, "Giờ chưa đúng"),
            ({"day": ""}, "Hãy chọn ngày"),
        ):
            answer = post(trang, f"{address}/gio", **{**hours, **wrong})
            assert (answer.status_code, words in answer.text) == (422, True), words
        early = post(trang, f"{address}/giam-sat", **hours, proctor_id=str(cast["trang"]))
        assert "Hãy ghi giờ của buổi học trước" in early.text
        assert post(trang, f"{address}/gio", **hours).status_code == 303
        stranger = post(trang, f"{address}/giam-sat", **hours, proctor_id=str(cast["tuan"]))
        assert "phải là giảng viên của lớp" in stranger.text
        late = {**hours, "ends_at": "21:00"}
        outside = post(trang, f"{address}/giam-sat", **late, proctor_id=str(cast["trang"]))
        assert "trong giờ của buổi học" in outside.text
        letter = {f"hv-{cast['hv_lan']}": "z"}
        assert "Hãy gõ x, v hoặc p" in post(trang, f"{address}/diem-danh", **letter).text


def test_the_pages_of_paper_ask_the_database_no_more_for_a_large_class(
    app: Flask, database: Database, cast: Cast, trang: FlaskClient
) -> None:
    post(trang, f"/lop-hoc/{cast['k1']}/giay-in", plan="practice.")
    row, here = _forms(database)[0], f"/lop-hoc/{cast['k1']}"
    pages = (f"{here}/giay-in", f"{here}/giay-in/bai?de=practice.", f"{here}/giay-in/bai.pdf?de=practice.",
             f"{here}/giay-in/quan-sat.pdf", f"{here}/giay-in/diem-danh.pdf", f"/bai-giay/{row.id}",
             f"/buoi/{cast['k1_buoi']}/tu-giay", f"/buoi/{cast['k1_buoi']}/tu-giay/quan-sat",
             f"{here}/trinh-chieu", f"{here}/trinh-chieu/ma")  # fmt: skip
    few = {page: _statements(database, trang, page) for page in pages}
    _crowd(database, cast)
    many = {page: _statements(database, trang, page) for page in pages}
    assert many == few
    assert max(many.values()) <= 30


def _statements(database: Database, client: FlaskClient, page: str) -> int:
    asked: list[str] = []

    def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    assert client.get(page).status_code == 200, page
    event.remove(database.engine, "before_cursor_execute", count)
    return len(asked)


def _crowd(database: Database, cast: Cast) -> None:
    """Minh and Mai join Lan and Hùng: one more query for each would show."""
    with database.write() as session:
        for n, person in enumerate(("minh", "mai")):
            session.add(
                Enrolment(
                    commune_id=cast["TBT"], id=UUID(int=77 + n), cohort_id=cast["k1"],
                    person_id=cast[person], picture="con-ga", colour=("pink", "violet")[n],
                    pin_hmac="x", pin_sealed="x", enrolled_on=NOW.date(),
                )
            )  # fmt: skip
