"""The register's pages: who may, who may not, and what they never show."""

import io
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.text import fold, sort_key
from lms.people.models import Person, PersonLink, RegisterImport, Residence
from tests.cast import Cast
from tests.people import lists

pytestmark = pytest.mark.db
ORIGIN = {"Origin": "http://localhost"}
CITIZEN_ID = "001158012347"
STAFF = ("trang", "tuan", "oanh", "an", "bao", "tinh")


def client_of(app: Flask, cast: Cast, name: str) -> FlaskClient:
    client = app.test_client()
    if name in cast.staff_tokens:
        client.set_cookie("lms_staff", cast.staff_tokens[name])
    if name in cast.learner_tokens:
        client.set_cookie("lms_learner", cast.learner_tokens[name])
    return client


def headers_of(cast: Cast, name: str) -> dict[str, str]:
    device = cast.device_credentials.get(name)
    return {"Authorization": f"Bearer {device}"} if device else {}


PAGES = {
    "/dan-cu": {"oanh", "an", "bao"},
    "/dan-cu/nhap": {"oanh", "an"},
    "/dan-cu/trung": {"oanh", "an"},
    "/don-vi": {"oanh", "an", "bao"},
    "/nhat-ky": {"an"},
    "/tai-khoan": {"an"},
    "/vai-tro": set(STAFF),
    "/api/v1/people": {"oanh", "an", "bao"},
    "/api/v1/units": {"oanh", "an", "bao"},
}
EVERYBODY = (*STAFF, "lan", "k1_may", "nobody")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_for_its_roles_and_for_nobody_else(app: Flask, cast: Cast, path: str) -> None:
    for name in EVERYBODY:
        answer = client_of(app, cast, name).get(path, headers=headers_of(cast, name))
        if name in PAGES[path]:
            assert answer.status_code == 200, (name, path)
            assert answer.headers["Cache-Control"] == "no-store"
        else:
            assert answer.status_code == (401 if name == "nobody" else 403), (name, path)


def posts(cast: Cast) -> dict[str, tuple[set[str], dict[str, Any]]]:
    lan, mai, none = cast["lan"], cast["mai"], uuid7()
    return {
        "/dan-cu/nhap": ({"oanh", "an"}, {}),
        f"/dan-cu/nhap/{none}": ({"oanh", "an"}, {}),
        "/dan-cu/trung": ({"oanh", "an"}, {"duplicate": none, "survivor": mai, "reason": "thử"}),
        "/dan-cu/trung/khac-nhau": ({"oanh", "an"}, {"one": lan, "other": none}),
        "/dan-cu/trung/khac-nhau/xem-lai": ({"oanh", "an"}, {"one": lan, "other": none}),
        f"/dan-cu/trung/{none}/tach": ({"oanh", "an"}, {}),
        "/tai-khoan": ({"an"}, {"login": "", "name": "", "role": "trainer"}),
        f"/tai-khoan/{none}/lien-ket": ({"an"}, {}),
        f"/tai-khoan/{none}/vai-tro": ({"an"}, {"role": "trainer"}),
        f"/tai-khoan/{none}/khoa": ({"an"}, {}),
        "/vai-tro": (set(STAFF), {"grant": none}),
    }


def test_a_form_is_taken_from_its_roles_and_from_nobody_else(app: Flask, cast: Cast) -> None:
    for path, (allowed, form) in posts(cast).items():
        for name in EVERYBODY:
            headers = ORIGIN | headers_of(cast, name)
            answer = client_of(app, cast, name).post(path, data=form, headers=headers)
            if name in allowed:
                assert answer.status_code in (404, 422), (name, path, answer.status_code)
            else:
                assert answer.status_code == (401 if name == "nobody" else 403), (name, path)


@pytest.mark.parametrize("name", ["oanh", "an"])
def test_a_person_of_another_commune_looks_missing(app: Flask, cast: Cast, name: str) -> None:
    client = client_of(app, cast, name)
    for path in ("/dan-cu/{}", "/api/v1/people/{}"):
        assert client.get(path.format(cast["lan"])).status_code == 200
        foreign, missing = client.get(path.format(cast["xa_lan"])), client.get(path.format(uuid7()))
        assert (foreign.status_code, foreign.text) == (404, missing.text)


def test_a_unit_reporter_sees_the_people_of_the_own_unit_only(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "bao")
    page = client.get("/dan-cu").text
    assert "Phạm Quang Minh" in page
    assert "Nguyễn Thị Lan" not in page
    assert "Nhập danh sách" not in page
    assert client.get(f"/dan-cu/{cast['minh']}").status_code == 200
    assert client.get(f"/dan-cu/{cast['lan']}").status_code == 404
    assert [p["full_name"] for p in client.get("/api/v1/people").json] == ["Phạm Quang Minh"]
    assert client.get(f"/api/v1/people/{cast['lan']}").status_code == 404
    assert client.get(f"/dan-cu?don-vi={cast['thon_dong']}").text.count("Nguyễn Thị Lan") == 0
    assert [u["code"] for u in client.get("/api/v1/units").json] == ["truong"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Trần Văn Hùng", "Nguyễn Thị Lan", "Lê Ngọc Mai", "Phạm Quang Minh"]),
        ("q=lan", ["Nguyễn Thị Lan"]),
        ("q=NGUYỄN+lan", ["Nguyễn Thị Lan"]),
        ("q=ng", ["Nguyễn Thị Lan", "Lê Ngọc Mai", "Phạm Quang Minh", "Trần Văn Hùng"]),
        ("q=%25", []),
        ("q=_", []),
        ("group=student", ["Phạm Quang Minh"]),
        ("q=ngoc&group=public_sector", ["Lê Ngọc Mai"]),
    ],
)
def test_people_are_searched_without_marks_and_listed_in_vietnamese_order(
    app: Flask, cast: Cast, query: str, names: list[str]
) -> None:
    answer = client_of(app, cast, "oanh").get(f"/api/v1/people?{query}")
    found = [person["full_name"] for person in answer.json]
    assert sorted(found) == sorted(names)
    if not query:
        assert found == names


def test_a_list_is_paged_and_says_how_many(app: Flask, cast: Cast) -> None:
    answer = client_of(app, cast, "oanh").get("/api/v1/people?page=2&page_size=3")
    assert [p["full_name"] for p in answer.json] == ["Phạm Quang Minh"]
    assert '"total": 4' in answer.headers["X-Pagination"]


@pytest.mark.parametrize("query", ["unit=abc", "group=kings", "page_size=1000"])
def test_an_unknown_filter_is_refused(app: Flask, cast: Cast, query: str) -> None:
    answer = client_of(app, cast, "oanh").get(f"/api/v1/people?{query}")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


def test_vietnamese_names_sort_by_given_name_then_mark(
    app: Flask, database: Database, cast: Cast
) -> None:
    wanted = ["Lê An", "Trần An", "Lê Ân", "Lê Bình", "Lê Đào", "Lê Hoa", "Lê Hòa", "Lê Hoà Bình"]
    with database.write() as session:
        for name in reversed(wanted):
            session.add(
                Person(commune_id=cast["KHA"], full_name=name, sort_key=sort_key(name),
                       search_key=fold(name))
            )  # fmt: skip
    client = client_of(app, cast, "xa_oanh")
    names = [
        p["full_name"] for p in client.get("/api/v1/people?q=le").json if p["full_name"] in wanted
    ]
    assert names == sorted((n for n in wanted if n.startswith("Lê")), key=sort_key)


def test_a_hostile_name_is_shown_as_text(app: Flask, database: Database, cast: Cast) -> None:
    evil = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    with database.write() as session:
        session.get_one(Person, (cast["TBT"], cast["lan"])).full_name = evil
    client = client_of(app, cast, "an")
    for path in ("/dan-cu", f"/dan-cu/{cast['lan']}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page


def test_a_hostile_cell_is_shown_as_text_in_the_preview(app: Flask, cast: Cast) -> None:
    client = client_of(app, cast, "oanh")
    evil = "<img src=x onerror=alert(1)>"
    page = upload(client, lists.xlsx([lists.HEADING, (1, evil, evil, evil, evil, evil, evil)]))
    assert "<img src=x" not in page
    assert "&lt;img" in page


def upload(client: FlaskClient, content: bytes, name: str = "dan-cu.xlsx", **form: Any) -> str:
    data = {"file": (io.BytesIO(content), name), "home": "", **form}
    answer = client.post("/dan-cu/nhap", data=data, headers=ORIGIN)
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


ROWS = [
    ("DANH SÁCH",), lists.HEADING,
    (1, "Đỗ Thị Hà", "05/06/1961", "Nữ", CITIZEN_ID, "0912345678", "Thôn Đông", 7, "tiểu thương"),
    (2, "Hồ Văn Nam", "31/02/1980", "Nam", "", "", "Thôn Đông"),
]  # fmt: skip


def test_a_file_is_uploaded_previewed_and_confirmed_without_javascript(
    app: Flask, database: Database, cast: Cast
) -> None:
    client = client_of(app, cast, "oanh")
    page = upload(client, lists.xlsx(ROWS))
    assert "Dòng 4, cột C (Ngày sinh)" in page
    assert "31/02/1980" in page
    with database.read() as session:
        import_id = session.scalars(select(RegisterImport.id)).one()
    path = f"/dan-cu/nhap/{import_id}"
    refused = client.post(path, headers=ORIGIN)
    assert refused.status_code == 422
    assert "Còn 1 dòng lỗi nên chưa nhập dòng nào" in refused.text
    assert "Đỗ Thị Hà" not in client.get("/dan-cu").text
    assert client.post(path, data={"skip_errors": "1"}, headers=ORIGIN).status_code == 303
    assert client.post(path, data={"skip_errors": "1"}, headers=ORIGIN).status_code == 303
    assert client.get("/dan-cu").text.count("Đỗ Thị Hà") == 1
    assert "Đã nhập danh sách" in client.get(path).text
    assert "nhập danh sách dân cư: 1 người mới" in client_of(app, cast, "an").get("/nhat-ky").text


def test_a_citizen_id_is_on_no_page_no_log_and_no_api(
    app: Flask, database: Database, cast: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    client = client_of(app, cast, "an")
    pages = [upload(client, lists.xlsx(ROWS))]
    with database.read() as session:
        import_id = session.scalars(select(RegisterImport.id)).one()
    client.post(f"/dan-cu/nhap/{import_id}", data={"skip_errors": "1"}, headers=ORIGIN)
    with database.read() as session:
        ha = session.scalars(select(Person.id).where(Person.full_name == "Đỗ Thị Hà")).one()
    paths = ("/dan-cu", f"/dan-cu/{ha}", "/dan-cu/trung", "/nhat-ky", "/api/v1/people",
             f"/api/v1/people/{ha}", f"/dan-cu/nhap/{import_id}")  # fmt: skip
    pages += [client.get(path).text for path in paths]
    said = "".join(pages) + "".join(capfd.readouterr())
    assert CITIZEN_ID not in said
    assert "•••••••••347" in said


def test_an_unreadable_file_is_refused_on_the_form(
    app: Flask, database: Database, cast: Cast
) -> None:
    client = client_of(app, cast, "oanh")
    old = b"Ho va ten,Nam sinh\r\nNguye\xe3n Th\xf2 Lan,1958\r\n"
    data = {"file": (io.BytesIO(old), "ds.csv"), "home": ""}
    answer = client.post("/dan-cu/nhap", data=data, headers=ORIGIN)
    assert answer.status_code == 422
    assert "VNI" in answer.text
    with database.read() as session:
        assert session.scalars(select(RegisterImport)).all() == []


def test_a_preview_of_another_commune_looks_missing(
    app: Flask, database: Database, cast: Cast
) -> None:
    upload(client_of(app, cast, "oanh"), lists.xlsx(ROWS))
    with database.read() as session:
        import_id = session.scalars(select(RegisterImport.id)).one()
    stranger = client_of(app, cast, "xa_an")
    assert stranger.get(f"/dan-cu/nhap/{import_id}").status_code == 404
    assert stranger.post(f"/dan-cu/nhap/{import_id}", headers=ORIGIN).status_code == 404


@pytest.fixture
def lan_again(database: Database, cast: Cast) -> UUID:
    with database.write() as session:
        name = "Nguyen Thi Lan"
        person = Person(commune_id=cast["TBT"], full_name=name, sort_key=sort_key(name),
                        search_key=fold(name), birth_year=1958, sex="nu")  # fmt: skip
        session.add(person)
        session.flush()
        session.add(
            Residence(commune_id=cast["TBT"], person_id=person.id, unit_id=cast["thon_dong"],
                      household_id=cast["nha_lan"])
        )  # fmt: skip
        return person.id


def test_a_pair_is_merged_and_taken_apart_on_its_page(
    app: Flask, database: Database, cast: Cast, lan_again: UUID
) -> None:
    client = client_of(app, cast, "oanh")
    page = client.get("/dan-cu/trung?trang=9").text
    assert page.count("Là một người, giữ hồ sơ này") == 2
    assert "Còn 1 cặp cần xem" in page
    assert "cùng hộ" in page
    form = {"duplicate": lan_again, "survivor": cast["lan"], "reason": "cùng hộ"}
    done = client.post("/dan-cu/trung", data=form, headers=ORIGIN, follow_redirects=True).text
    assert "Không có cặp nào cần xem" in done
    assert "Đã gộp" in done
    assert "Hồ sơ này đã gộp" in client.get(f"/dan-cu/{lan_again}").text
    with database.read() as session:
        link = session.scalars(select(PersonLink.id)).one()
    undo = f"/dan-cu/trung/{link}/tach"
    assert undo in done
    assert undo in client.get(f"/dan-cu/{cast['lan']}").text
    back = client.post(undo, headers=ORIGIN, data={"reviewing": "true"}, follow_redirects=True).text
    assert back.count("Là một người, giữ hồ sơ này") == 2
    assert "Đã gộp" not in client.get(f"/dan-cu/trung?gop={link}").text
    assert client.post(undo, headers=ORIGIN).headers["Location"].endswith(f"/dan-cu/{lan_again}")


def test_two_people_are_told_apart_and_looked_at_again(
    app: Flask, cast: Cast, lan_again: UUID
) -> None:
    client = client_of(app, cast, "oanh")
    two = {"one": lan_again, "other": cast["lan"]}
    apart = "/dan-cu/trung/khac-nhau"
    done = client.post(apart, data=two, headers=ORIGIN, follow_redirects=True).text
    assert "Không có cặp nào cần xem" in done
    assert "là hai người" in done
    again = f"{apart}/xem-lai"
    assert again in done
    back = client.post(again, data=two, headers=ORIGIN, follow_redirects=True).text
    assert "Còn 1 cặp cần xem" in back
    assert client.get("/dan-cu/trung?mot=x&hai=y").status_code == 422


def test_a_form_with_a_field_of_its_own_is_refused(app: Flask, cast: Cast, lan_again: UUID) -> None:
    form = {"duplicate": lan_again, "survivor": cast["lan"], "reason": "thử", "made_by": cast["an"]}
    answer = client_of(app, cast, "oanh").post("/dan-cu/trung", data=form, headers=ORIGIN)
    assert answer.status_code == 422


def test_the_log_says_when_an_entry_was_changed(
    app: Flask, database: Database, keys: Keys, cast: Cast
) -> None:
    from lms.core.audit import AuditEntry

    admin = client_of(app, cast, "an")
    admin.post("/tai-khoan", data={"login": "moi.den", "name": "Mới Đến", "role": "trainer", "unit": ""},
               headers=ORIGIN)  # fmt: skip
    page = admin.get("/nhat-ky").text
    assert "Nhật ký nguyên vẹn" in page
    assert "tạo tài khoản" in page
    with database.write() as session:
        entry = session.scalars(select(AuditEntry)).one()
        entry.body = entry.body.replace("created", "removed")
    assert "Nhật ký có chỗ không khớp" in admin.get("/nhat-ky").text


def test_units_show_how_many_live_there_and_belong_to_them(app: Flask, cast: Cast) -> None:
    page = client_of(app, cast, "oanh").get("/don-vi").text
    assert "Thôn Đông" in page
    assert "Trường THCS Tân Bình" in page
    assert "Khánh An" not in page
