"""A list from outside: matched, decided, written whole or not at all, taken back, and never twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.db import Database
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.indicators import actions, outside_lists, outside_queries, queries
from lms.indicators.models import FactImport, OutsideFact
from lms.indicators.outside_facts import undo_outside_facts
from lms.indicators.outside_header import Header
from lms.indicators.outside_models import FactList
from lms.people import importing, reading
from lms.people.importing import Upload
from lms.people.models import Person
from tests.cast import Cast
from tests.indicators.test_pages_plans import signed_in

pytestmark = pytest.mark.db
DAY = date(2026, 10, 1)
ORIGIN = {"Origin": "http://localhost"}
HEADER = Header("vneid_confirmed", "Công an xã", "Công văn 45/CAX", DAY)
LIST = """DANH SÁCH ĐÃ XÁC NHẬN
STT,Họ và tên,Ngày sinh,Thôn,Ngày xác nhận,Trạng thái
1,Nguyễn Thị Lan,02/03/1958,Thôn Đông,12/03/2026,Hoàn thành
2,Tran Van Hung,1990,,13/03/2026,Hoàn thành
3,Lê Ngọc Mai,30/01/1985,Thôn Lạ,14/03/2026,Hoàn thành
4,Phạm Quang Minh,05/09/2012,,14/03/2026,Chưa hoàn thành
5,Đỗ Không Ai,01/01/1990,,,Hoàn thành
6,Nguyễn Thị Lan,02/03/1958,Thôn Đông,12/03/2026,Hoàn thành
7,<b>Hết</b>,1990,,,
8,Hồ Văn Sớm,01/01/2000,,01/01/1999,
Người lập biểu,,,,,
"""


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def who(session: Session, cast: Cast) -> Actor:
    actor = system(cast["TBT"])
    actions.adopt_shipped(session, actor, "viet-tri")
    return actor


def upload(text: str = LIST) -> Upload:
    return Upload("vneid.csv", text.encode())


def kept(
    session: Session, who: Actor, keys: Keys, header: Header = HEADER, text: str = LIST
) -> FactList:
    sent = upload(text)
    found = outside_lists.read(session, who, keys, header, sent)
    return outside_lists.keep(session, who, keys, header, sent, found)


def write(session: Session, who: Actor, keys: Keys, row: FactList, **how: bool) -> FactImport:
    seal = outside_lists.seen(session, who, keys, row).seal
    return outside_lists.write(session, who, keys, row.id, seal, leave_rest=how.get("leave", True))


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_every_row_is_matched_and_nothing_is_written_before_the_officer_says_so(
    session: Session, who: Actor, keys: Keys, cast: Cast
) -> None:
    people = count(session, Person)
    row = kept(session, who, keys)
    now = outside_lists.seen(session, who, keys, row)
    assert {one.match.row: one.fate for one in now.rows if one.fate != "skipped"} == {
        3: "sure", 4: "doubtful", 5: "sure", 6: "failed", 7: "unknown", 8: "repeated", 9: "error",
        10: "error",
    }  # fmt: skip
    assert [one.person for one in now.rows if one.fate == "sure"] == [cast["lan"], cast["mai"]]
    doubtful = next(one for one in now.rows if one.fate == "doubtful")
    assert [one.person_id for one in doubtful.match.alike] == [cast["hung"]]
    assert (count(session, OutsideFact), count(session, FactImport)) == (0, 0)
    with pytest.raises(Invalid, match="1 dòng chưa quyết định và 2 dòng lỗi"):
        write(session, who, keys, row, leave=False)
    made = write(session, who, keys, row)
    assert (count(session, OutsideFact), count(session, Person)) == (2, people)
    assert (made.counts["unknown"], made.counts["failed"]) == (1, 1)
    assert row.status == "applied"
    assert row.content is None
    assert row.fates is None
    again = outside_lists.write(session, who, keys, row.id, "bấm hai lần", leave_rest=True)
    assert again is made


def test_the_same_list_twice_is_once_and_what_was_left_comes_later(
    session: Session, who: Actor, keys: Keys, cast: Cast
) -> None:
    first = write(session, who, keys, kept(session, who, keys))
    again = kept(session, who, keys)
    now = outside_lists.seen(session, who, keys, again)
    assert (now.same, now.counts["known"], now.counts["sure"]) == (first, 2, 0)
    assert write(session, who, keys, again) is first
    third = kept(session, who, keys)
    outside_lists.decide(session, who, keys, third.id, third.revision, {(0, 4): cast["hung"]})
    second = write(session, who, keys, third)
    assert second is not first
    assert count(session, OutsideFact) == 3
    other = kept(session, who, keys, Header("vneid_confirmed", "Sở Công an", "Công văn 9", DAY),
                 LIST.replace("STT", "TT"))  # fmt: skip
    assert outside_lists.seen(session, who, keys, other).counts["sure"] == 2


def test_a_list_taken_back_stops_counting_and_stands_again_when_it_is_imported_again(
    session: Session, who: Actor, keys: Keys
) -> None:
    def confirmed() -> int | None:
        report = queries.report(session, who.commune, "viet-tri", 2026, date(2026, 11, 1))
        named = [f for f in report.figures if "vneid_confirmed" in f.counted.counted_proofs]
        return (
            named[0].outside["vneid_confirmed"] if named[0].outside else named[0].outcome.numerator
        )

    before = confirmed()
    made = write(session, who, keys, kept(session, who, keys))
    during = confirmed()
    undo_outside_facts(session, who, made.id, "danh sách gửi nhầm")
    assert made.undone_at is not None
    assert made.undo_reason == "danh sách gửi nhầm"
    assert confirmed() == before
    fresh = kept(session, who, keys)
    assert outside_lists.seen(session, who, keys, fresh).counts["sure"] == 2
    assert write(session, who, keys, fresh) is made
    assert made.undone_at is None
    assert (confirmed(), count(session, OutsideFact)) == (during, 2)


def test_the_second_of_two_officers_is_told_what_changed(
    session: Session, who: Actor, keys: Keys, cast: Cast
) -> None:
    one, two = kept(session, who, keys), kept(session, who, keys)
    seal = outside_lists.seen(session, who, keys, two).seal
    write(session, who, keys, one)
    with pytest.raises(Conflict, match="xem lại kết quả đối chiếu"):
        outside_lists.write(session, who, keys, two.id, seal, leave_rest=True)
    seen = two.revision
    outside_lists.decide(session, who, keys, two.id, seen, {(0, 4): None})
    with pytest.raises(Conflict, match="chọn khác"):
        outside_lists.decide(session, who, keys, two.id, seen, {(0, 4): cast["hung"]})
    outside_lists.leave(session, who, two.id)
    assert two.content is None
    assert outside_lists.leave(session, who, two.id) is two
    with pytest.raises(Conflict, match="đã ghi hoặc đã bỏ"):
        outside_lists.decide(session, who, keys, two.id, two.revision, {(0, 4): None})


def test_a_preview_lasts_a_day_and_the_names_in_it_go_with_it(
    session: Session, who: Actor, keys: Keys
) -> None:
    old = kept(session, who, keys)
    old.changed_at -= outside_lists.KEPT
    session.flush()
    with pytest.raises(NotFound, match="chỉ giữ một ngày"):
        outside_lists.fact_list(session, who, old.id)
    kept(session, who, keys)
    assert count(session, FactList) == 1


def test_a_row_may_only_be_somebody_of_this_commune_and_only_the_office_may_say_so(
    session: Session, who: Actor, keys: Keys, cast: Cast
) -> None:
    row = kept(session, who, keys)
    with pytest.raises(Invalid, match="Không tìm thấy người này"):
        outside_lists.decide(session, who, keys, row.id, row.revision, {(0, 4): cast["xa_lan"]})
    with pytest.raises(NotFound):
        outside_lists.fact_list(session, system(cast["KHA"]), row.id)
    for role in (Role.TRAINER, Role.UNIT_REPORTER, Role.LEARNER):
        with pytest.raises(Forbidden):
            outside_lists.fact_list(
                session, Actor(role, commune_id=who.commune, id=uuid7()), row.id
            )


def test_unknown_people_go_to_the_registers_own_preview_and_are_added_only_there(
    session: Session, who: Actor, keys: Keys
) -> None:
    people, row = count(session, Person), kept(session, who, keys)
    key = outside_queries.to_register(session, who, keys, row)
    from lms.people.queries import register_import

    plan = importing.preview_of(session, keys, register_import(session, who.commune, key))
    assert [(one.name, one.fate) for one in plan.rows] == [("Đỗ Không Ai", "new")]
    assert count(session, Person) == people


def test_columns_nobody_recognises_can_be_chosen_and_wrong_headers_name_their_fields(
    session: Session, who: Actor, keys: Keys, cast: Cast
) -> None:
    strange = "Công dân;NS;Lúc\nNguyễn Thị Lan;02/03/1958;12/03/2026\n"
    row = kept(session, who, keys, text=strange)
    now = outside_lists.seen(session, who, keys, row)
    assert now.rows == []
    assert not now.tables[0].is_named
    chosen = {0: {"name": 0, "birth": 1, "on": 2}}
    outside_lists.reread(session, who, keys, row.id, row.revision, HEADER, chosen, None)
    done = outside_lists.seen(session, who, keys, row).rows
    assert [(one.fate, one.person, one.match.on) for one in done] == [
        ("sure", cast["lan"], date(2026, 3, 12))
    ]
    wrong = Header("rumour", "", "x", date(2099, 1, 1), programme="bay", level="bay")
    with pytest.raises(Invalid) as refused:
        outside_lists.read(session, who, keys, wrong, upload())
    assert {*refused.value.fields} == {
        "kind", "source", "document", "listed_on", "programme", "level",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Tệp trống"),
        ("chỉ một dòng\nkhông cột", "Họ và tên"),
        ("Họ tên,Năm sinh\n" + "A,1990\n" * (reading.MOST_ROWS + 1), "nhiều hơn"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(
    session: Session, who: Actor, keys: Keys, text: str, why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        outside_lists.read(session, who, keys, HEADER, upload(text))


def test_an_old_encoding_and_formulas_come_through_the_registers_readers(
    session: Session, who: Actor, keys: Keys, cast: Cast
) -> None:
    from tests.people.test_tables import in_tcvn3 as tcvn3  # The same old font.

    content = tcvn3("Họ và tên,Ngày sinh\nNguyễn Thị Lan,02/03/1958\nTrần Văn Hùng,15/07/1990\n"
                    "Lê Ngọc Mai,30/01/1985\n=SUM(A1:A9),1990\n")  # fmt: skip
    found = outside_lists.read(
        session, who, keys, HEADER, Upload("cu.csv", content.encode("latin-1"))
    )
    assert [one.person for one in found.matches] == [cast["lan"], cast["hung"], cast["mai"], None]
    assert [one.state for one in found.matches] == ["", "", "", "error"]


def test_the_pages_lead_from_the_file_to_the_persons_page(
    app: Flask, session: Session, who: Actor, cast: Cast
) -> None:
    session.commit()
    client = signed_in(app, cast, "oanh")
    told = {"kind": "vneid_confirmed", "source": "Công an xã", "document": "Công văn 45/CAX",
            "listed_on": "2026-10-01", "text": LIST.replace(",", "\t")}  # fmt: skip
    refused = client.post("/danh-sach-ngoai", data={**told, "listed_on": "mai"}, headers=ORIGIN)
    assert refused.status_code == 422
    assert "ngày/tháng/năm" in refused.get_data(as_text=True)
    preview = client.post("/danh-sach-ngoai", data=told, headers=ORIGIN).headers["Location"]
    page = client.get(preview).get_data(as_text=True)
    assert "Cần quyết định" in page
    assert "Được tính cho chỉ tiêu" not in page.split("Nếu ghi:")[0]
    seal = page.split('name="thay" value="')[1].split('"')[0]
    done = client.post(f"{preview}/ghi", data={"thay": seal, "de_lai": "1"}, headers=ORIGIN)
    recorded = client.get(done.headers["Location"]).get_data(as_text=True)
    assert "Đã ghi 2 dòng" in recorded
    assert "Nguyễn Thị Lan" in recorded
    person = client.get(f"/dan-cu/{cast['lan']}").get_data(as_text=True)
    assert "theo danh sách “Công văn 45/CAX” của Công an xã, ngày 01/10/2026" in person
    assert signed_in(app, cast, "trang").get("/danh-sach-ngoai").status_code == 403


def test_a_list_that_says_something_else_than_on_the_page_is_not_written(
    session: Session, who: Actor, keys: Keys
) -> None:
    was = Header("external_certificate", "Sở KHCN", "Công văn 9", DAY, None, "nguoi-dan")
    row = kept(session, who, keys, was)
    for other in (
        replace(was, programme="can-bo"), replace(was, level="proficient"),
        replace(was, document="Công văn 10"), replace(was, kind="prior_record"),
    ):  # fmt: skip
        shown = outside_lists.seen(session, who, keys, row).seal
        outside_lists.reread(session, who, keys, row.id, row.revision, other, None, None)
        with pytest.raises(Conflict, match="Chưa ghi gì"):
            outside_lists.write(session, who, keys, row.id, shown, leave_rest=True)
    assert count(session, OutsideFact) == 0
