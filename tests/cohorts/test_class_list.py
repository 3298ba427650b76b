"""People put into a class by a list, at the door, or as a whole school class: one act, once, undoable."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from lms.cohorts import class_list
from lms.cohorts.enrolling import enrol_all, free_places
from lms.cohorts.models import Attendance, ClassList, ClassSession, Enrolment
from lms.cohorts.pictures import colours, drawings
from lms.core import clock
from lms.core.db import Database
from lms.core.errors import Conflict, NotFound
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.text import fold, sort_key
from lms.ledger.actions import NewEvent, append
from lms.people import actions
from lms.people.models import Membership, Person, PersonDistinct
from tests.cast import Cast
from tests.cohorts.conftest import Browser

pytestmark = pytest.mark.db
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
PASTE = """Chào cô, em gửi danh sách
1. NGUYỄN THỊ LAN 02/03/1958 thôn Đông
2. Phạm Văn Cát - 1961 - Thôn Tây - 0912345678
3. Lê Thị Doan 1970"""


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def post(client: FlaskClient, cast: Cast, way: str, **data: Any) -> Any:
    """Send a form of class K2, which Tuấn teaches."""
    return client.post(f"/lop-hoc/{cast['k2']}/{way}", data=data)


def in_class(database: Database, cast: Cast) -> list[str]:
    """The names in class K2."""
    with database.read() as session:
        rows = session.scalars(
            select(Person.full_name)
            .join(Enrolment, Enrolment.person_id == Person.id)
            .where(Enrolment.cohort_id == cast["k2"], Enrolment.withdrawn_on.is_(None))
            .order_by(Person.sort_key)
        )
        return list(rows)


def confirmed(client: FlaskClient, cast: Cast, **data: Any) -> tuple[str, str]:
    """Paste, confirm twice; (address of the preview, address after)."""
    check = post(client, cast, "nhap", text=PASTE).headers["Location"]
    done = [client.post(check, data=data).headers["Location"] for _twice in range(2)]
    assert done[0] == done[1]
    return check, done[0]


def test_a_pasted_list_is_matched_added_enrolled_once_and_taken_back(
    database: Database, cast: Cast, browser: Browser
) -> None:
    client, before = browser("tuan"), in_class(database, cast)
    check = post(client, cast, "nhap", text=PASTE).headers["Location"]
    page = client.get(check).text
    assert "Thêm 3 người vào lớp" in page
    assert in_class(database, cast) == before, "nobody is enrolled before it is confirmed"
    _check, done = confirmed(client, cast)
    added = {"Nguyễn Thị Lan", "Phạm Văn Cát", "Lê Thị Doan"}
    assert set(in_class(database, cast)) == {*before, *added}
    with database.read() as session:
        assert session.scalar(select(func.count()).where(Person.full_name == "Nguyễn Thị Lan",
                                                         Person.commune_id == cast["TBT"])) == 1  # fmt: skip
    page = client.get(done).text
    assert "Đã thêm 3 người vào lớp" in page
    list_id = done.rpartition("=")[2]
    for _twice in range(2):
        assert post(client, cast, "hoan-tac-danh-sach", ds=list_id).status_code == 303
    assert in_class(database, cast) == before
    with database.read() as session:
        left = session.scalars(select(Person.full_name).where(Person.full_name.in_(added))).all()
        assert set(left) == {"Nguyễn Thị Lan"}, "whom the list added is gone, who was there stays"


def test_a_name_and_a_year_alone_are_asked_about_and_answered_all_at_once(
    database: Database, cast: Cast, browser: Browser
) -> None:
    client, before = browser("tuan"), in_class(database, cast)
    lines = "1. Nguyễn Thị Lan 1958\n2. Lê Ngọc Mai 1985"
    check = post(client, cast, "nhap", text=lines).headers["Location"]
    assert "Còn 2 dòng chưa chắc" in client.get(check).text
    assert client.post(check).status_code == 422
    assert in_class(database, cast) == before
    choose = check.replace("/xem?", "/chon?")
    assert client.post(choose, data={"dong": "tat-ca"}).status_code == 303
    assert client.post(check).status_code == 303
    with database.read() as session:
        named = select(func.count()).where(
            Person.commune_id == cast["TBT"],
            Person.full_name.in_(("Nguyễn Thị Lan", "Lê Ngọc Mai")),
        )
        assert session.scalar(named) == 2, "nobody is in the register twice"


def test_who_began_to_learn_stays_when_a_list_is_taken_back(
    database: Database, cast: Cast, browser: Browser
) -> None:
    client = browser("tuan")
    _check, done = confirmed(client, cast)
    with database.write() as session:
        cat = session.scalars(
            select(Enrolment.id).join(Person, Person.id == Enrolment.person_id).where(
                Person.full_name == "Phạm Văn Cát")
        ).one()  # fmt: skip
        meeting = session.scalars(
            select(ClassSession).where(ClassSession.cohort_id == cast["k2"])
        ).first()
        assert meeting is not None
        session.add(
            Attendance(commune_id=cast["TBT"], id=uuid7(), class_session_id=meeting.id, enrolment_id=cat,
                       state="present", occurred_at=NOW, event_id=uuid7())
        )  # fmt: skip
    page = client.post(f"/lop-hoc/{cast['k2']}/hoan-tac-danh-sach",
                       data={"ds": done.rpartition("=")[2]}, follow_redirects=True).text  # fmt: skip
    assert "1 người giữ lại" in page
    assert "Phạm Văn Cát" in in_class(database, cast)
    assert "Lê Thị Doan" not in in_class(database, cast)


def test_whose_answers_wait_for_their_beginning_stays_when_a_list_is_taken_back(
    database: Database, cast: Cast, browser: Browser
) -> None:
    """The test was begun on another tablet, which has not sent it yet; the answers must find somebody."""
    client = browser("tuan")
    _check, done = confirmed(client, cast)
    with database.write() as session:
        cat = session.scalars(
            select(Enrolment.id).join(Person, Person.id == Enrolment.person_id).where(
                Person.full_name == "Phạm Văn Cát")
        ).one()  # fmt: skip
        told = {"item": "q1", "response": ["a"]}
        event = NewEvent("answer.given", told, learner_id=cat, attempt_id=uuid7())
        append(session, cast["TBT"], event)
    client.post(f"/lop-hoc/{cast['k2']}/hoan-tac-danh-sach", data={"ds": done.rpartition("=")[2]})
    assert "Phạm Văn Cát" in in_class(database, cast)


def test_a_walk_in_is_asked_for_first_and_then_enrolled_with_one_tap_or_added(
    database: Database, cast: Cast, browser: Browser
) -> None:
    client, key = browser("tuan"), str(uuid7())
    form = {"id": key, "name": "Nguyễn Thị Lan", "born": "1958", "home": str(cast["thon_dong"])}
    asked = post(client, cast, "nguoi-moi", **form)
    assert "Có phải người này?" in asked.text
    assert "Nguyễn Thị Lan" not in in_class(database, cast)
    for _twice in range(2):
        post(client, cast, "nguoi-quen", id=key, person_id=str(cast["lan"]))
    assert in_class(database, cast).count("Nguyễn Thị Lan") == 1
    other = {**form, "id": str(uuid7()), "khong": str(cast["lan"])}
    for _twice in range(2):
        assert post(client, cast, "nguoi-moi", **other).status_code == 303
    assert in_class(database, cast).count("Nguyễn Thị Lan") == 2
    with database.read() as session:
        pair = session.scalars(select(PersonDistinct)).one()
        assert cast["lan"] in (pair.first_id, pair.second_id)


def test_a_walk_in_with_faults_is_told_field_by_field_and_nobody_is_added(
    database: Database, cast: Cast, browser: Browser
) -> None:
    before = in_class(database, cast)
    answer = post(browser("tuan"), cast, "nguoi-moi", id=str(uuid7()), name="Lan 5", born="31/02/1980",
                  phone="12")  # fmt: skip
    assert answer.status_code == 422
    for words in ("số hoặc ký hiệu", "không có trong lịch", "10 chữ số"):
        assert words in answer.text
    assert in_class(database, cast) == before


def pupils(database: Database, cast: Cast, count: int) -> list[UUID]:
    """Pupils of the school of TBT."""
    ids = [uuid7() for _n in range(count)]
    with database.write() as session:
        for n, key in enumerate(ids):
            name = f"Trần Văn {chr(65 + n % 26)}{'abcdefghij'[n // 26]}"
            session.add(
                Person(commune_id=cast["TBT"], id=key, full_name=name, sort_key=sort_key(name),
                       search_key=fold(name), birth_year=2013, birth_date=date(2013, 1, 1 + n % 28))
            )  # fmt: skip
        session.flush()
        for key in ids:
            session.add(
                Membership(commune_id=cast["TBT"], id=uuid7(), person_id=key, kind="student",
                           level="lower_secondary", unit_id=cast["truong"])
            )  # fmt: skip
    return ids


def test_a_school_class_of_sixty_is_enrolled_at_once_with_few_statements(
    database: Database, keys: Keys, cast: Cast, browser: Browser
) -> None:
    ids = pupils(database, cast, 60)
    client = browser("tuan")
    page = client.get(
        f"/lop-hoc/{cast['k2']}/ca-lop-truong?don-vi={cast['truong']}&nhom=student&nam=2013"
    )
    assert page.text.count('name="nguoi"') == 60
    statements: list[str] = []

    def count(*arguments: Any) -> None:
        statements.append(arguments[2])

    event.listen(database.engine, "before_cursor_execute", count)
    form = {"id": str(uuid7()), "nguoi": [str(key) for key in ids]}
    answers = [post(client, cast, "ca-lop-truong", **form).status_code for _twice in range(2)]
    event.remove(database.engine, "before_cursor_execute", count)
    assert answers == [303, 303]
    assert len(statements) < 80, "for both requests together"
    with database.read() as session:
        rows = session.scalars(select(Enrolment).where(Enrolment.cohort_id == cast["k2"])).all()
        pins = {keys.open(row.pin_sealed, str(row.id)) for row in rows}
        assert len(rows) == len(pins) == len({(row.picture, row.colour) for row in rows}) >= 60
        assert session.scalar(select(func.count()).select_from(ClassList)) == 1


def test_a_class_that_is_full_says_so_and_takes_nobody(
    database: Database, keys: Keys, cast: Cast
) -> None:
    ids = pupils(
        database, cast, len(drawings()) * len(colours()) + 1 if len(drawings()) < 30 else 250
    )
    who = system(cast["TBT"])
    with database.write() as session:
        free = free_places(session, cast["TBT"], cast["k2"])
        if free < len(ids):
            with pytest.raises(Conflict, match=f"chỗ cho {free} người"):
                enrol_all(session, who, keys, cast["k2"], ids)
        else:
            assert len(enrol_all(session, who, keys, cast["k2"], ids).made) == len(ids)


def test_nobody_of_another_commune_or_class_is_reached(
    database: Database, keys: Keys, cast: Cast, browser: Browser
) -> None:
    client = browser("tuan")
    check, done = confirmed(client, cast)
    own = {"ds": check.rpartition("=")[2]}, {"ds": done.rpartition("=")[2]}
    stranger = browser("trang")
    assert stranger.get(f"/lop-hoc/{cast['k1']}/nhap/xem?ds={own[0]['ds']}").status_code == 404
    assert (
        stranger.post(f"/lop-hoc/{cast['k1']}/hoan-tac-danh-sach", data=own[1]).status_code == 404
    )
    assert browser("oanh").get(f"/dan-cu/nhap/{own[0]['ds']}").status_code == 404
    who = Actor(Role.TRAINER, cast["TBT"], cast["tuan"], cohort_ids=frozenset([cast["k2"]]))
    with database.write() as session, pytest.raises(NotFound):
        class_list.enrol_ticked(session, who, keys, cast["k2"], uuid7(), [cast["xa_lan"]])


def test_a_merged_record_is_enrolled_as_the_one_that_stands_for_it(
    database: Database, keys: Keys, cast: Cast
) -> None:
    who = system(cast["TBT"])
    with database.write() as session:
        actions.link(session, who, cast["minh"], cast["lan"], "thử")
        joined = enrol_all(session, who, keys, cast["k2"], [cast["minh"], cast["lan"]])
        made = session.get_one(Enrolment, (cast["TBT"], joined.made[0]))
        assert (len(joined.made), made.person_id) == (1, cast["lan"])
        again = enrol_all(session, who, keys, cast["k2"], [cast["minh"]])
        assert (again.made, again.already) == ([], 1)
