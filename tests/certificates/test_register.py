"""The register of certificates: what it finds, that its totals are those of its rows, and its files."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event

from certificates import actions, register, register_files
from certificates.models import Certificate
from certificates.register import Entry, Wanted
from certificates.rules import Claims
from lms.core import clock
from lms.core.db import Database
from lms.core.excel import read_excel
from lms.core.guard import Actor
from lms.core.ids import spoken_code, uuid7
from lms.core.policy import Role
from lms.people.models import Commune
from tests.cast import Cast
from tests.certificates.work import ISSUER, TODAY, as_staff, attained, could_do, officer, trainer


@pytest.fixture
def filed(database: Database, cast: Cast) -> Iterator[dict[str, Certificate]]:
    """Lan's and Hùng's certificates of class K1, Mai's of K2; and 60 older ones of Lan that were replaced."""
    with clock.frozen(TODAY):
        with database.write() as session:
            for person, class_ in (("lan", "k1"), ("hung", "k1"), ("mai", "k2")):
                attained(session, cast, person, class_=class_)
                could_do(session, cast, person)
            made = [
                one
                for class_ in ("k1", "k2")
                for one in actions.issue(session, officer(cast), cast[class_], None, ISSUER).made
            ]
            by_person = {one.person_id: one for one in made}
            lan = by_person[cast["lan"]]
            session.add_all(_older(lan, n) for n in range(1, 61))
        yield {name: by_person[cast[name]] for name in ("lan", "hung", "mai")}


def _older(lan: Certificate, n: int) -> Certificate:
    copied = {c.key: getattr(lan, c.key) for c in Certificate.__table__.columns}
    number = f"{n:06d}/2025/TBT"
    data = {"claims": {**lan.data["claims"], "number": number}}  # type: ignore[dict-item]  # Frozen JSON.
    return Certificate(**copied | {
        "id": uuid7(), "year": 2025, "sequence": n, "number": number, "status": "replaced", "data": data,
        "token": f"TBT.{spoken_code(26)}", "status_on": date(2025, 12, 1),
    })  # fmt: skip


COUNTED = [
    ("", 63),
    ("?nam=2026", 3),
    ("?nam=2025", 60),
    ("?nam=1999", 0),
    ("?nam=hai", 63),
    ("?chuong-trinh=nguoi-dan", 63),
    ("?chuong-trinh=khac", 0),
    ("?tinh-trang=replaced", 60),
    ("?tinh-trang=valid&nam=2025", 0),
    ("?tinh-trang=la", 63),
    ("?tim=lan", 61),
    ("?tim=NGUYỄN%20thi", 61),
    ("?tim=%25", 0),
    ("?tim=000007/2025/TBT", 1),
    ("?tim=7/2025", 1),
    ("?tim=2", 2),
    ("?tim=999999999", 0),
    ("?tim=TBT." + "A" * 26, 0),
    ("?trang=2", 63),
    ("?trang=999", 63),
    ("?trang=-4", 63),
]
"""What is asked of the register → how many entries there are."""


@pytest.mark.db
def test_what_is_counted_is_what_is_listed(
    app: Flask, cast: Cast, filed: dict[str, Certificate]
) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    for asked, total in COUNTED:
        page = client.get(f"/so-giay-chung-nhan{asked}")
        assert page.status_code == 200, asked
        shown = len(re.findall(r'data-label="Số"', page.text))
        assert shown == (
            0 if asked[-3:] == "999" else 13 if "trang=2" in asked else min(total, 50)
        ), asked
        assert not shown or f"· {total} giấy" in page.text, asked
        counted = re.search(r'aria-current="page">[^<]*<span class="tabs__count">(\d+)', page.text)
        assert counted is None or int(counted[1]) == total, asked
        rows = _csv(client.get(f"/so-giay-chung-nhan.csv{asked}").data)
        assert len(rows) == total + 1, asked
        numbers = [(row[0][7:11], row[0][:6]) for row in rows[1:]]
        assert numbers == sorted(numbers), asked


def _csv(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.db
def test_units_classes_and_codes_narrow_the_register(
    app: Flask, cast: Cast, filed: dict[str, Certificate]
) -> None:
    client = as_staff(app.test_client(), cast, "an")

    def numbers(asked: str) -> set[str]:
        answer = client.get(f"/so-giay-chung-nhan.csv?nam=2026&{asked}")
        assert answer.status_code == 200, asked
        return {row[1] for row in _csv(answer.data)[1:]}

    assert numbers(f"lop={cast['k2']}") == {"Lê Ngọc Mai"}
    assert numbers(f"tim={filed['hung'].token}") == {"Trần Văn Hùng"}
    assert numbers(f"don-vi={uuid7()}") == set()
    assert client.get("/so-giay-chung-nhan?lop=khong").status_code == 422
    assert client.get(f"/so-giay-chung-nhan?lop={cast['xa_k1']}").status_code == 404
    page = client.get(f"/so-giay-chung-nhan?lop={cast['k1']}").text
    assert f"/giay-chung-nhan/{filed['lan'].id}" in page
    assert f"/giay-chung-nhan/{filed['mai'].id}" not in page


@pytest.mark.db
def test_a_book_too_thick_is_refused_and_a_year_of_it_is_not(
    app: Flask, cast: Cast, filed: dict[str, Certificate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MOST_IN_BOOK", 60)
    client = as_staff(app.test_client(), cast, "oanh")
    refused = client.get("/so-giay-chung-nhan.xlsx")
    assert (refused.status_code, "Hãy chọn một năm" in refused.text) == (422, True)
    for fits in ("?nam=2025", "?tinh-trang=valid"):
        assert client.get(f"/so-giay-chung-nhan.xlsx{fits}").data[:2] == b"PK"


@pytest.mark.db
def test_a_trainer_sees_the_own_classes_and_another_commune_nothing(
    app: Flask, cast: Cast, filed: dict[str, Certificate], database: Database
) -> None:
    client = as_staff(app.test_client(), cast, "trang")
    page = client.get("/so-giay-chung-nhan").text
    assert "· 62 giấy" in page
    assert "Lê Ngọc Mai" not in page
    assert client.get(f"/so-giay-chung-nhan?lop={cast['k2']}").status_code == 403
    assert client.get(f"/so-giay-chung-nhan.csv?lop={cast['k2']}").status_code == 403
    assert "Mai" not in client.get("/so-giay-chung-nhan.csv").text
    assert "Chưa cấp giấy chứng nhận nào" in (
        as_staff(app.test_client(), cast, "xa_oanh").get("/so-giay-chung-nhan").text
    )
    for who in ("bao", "tinh"):
        answer = as_staff(app.test_client(), cast, who).get("/so-giay-chung-nhan")
        assert answer.status_code == 403
    with database.read() as session:
        assert register.choices(session, trainer(cast)).units == []


@pytest.mark.db
def test_an_erased_person_leaves_the_number_and_nothing_else(
    app: Flask, cast: Cast, filed: dict[str, Certificate], database: Database
) -> None:
    with database.write() as session:
        actions.erase(session, Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"]), cast["hung"])
    client = as_staff(app.test_client(), cast, "oanh")
    page = client.get("/so-giay-chung-nhan?nam=2026").text
    assert filed["hung"].number in page
    assert f"/giay-chung-nhan/{filed['hung'].id}" not in page
    assert "Trần Văn Hùng" not in page
    row = next(
        r for r in _csv(client.get("/so-giay-chung-nhan.csv").data) if r[0] == filed["hung"].number
    )
    assert row[1:8] == [""] * 7
    assert "đã xóa theo yêu cầu" in row[10]


@pytest.mark.db
def test_a_page_takes_as_many_statements_however_long_the_register_is(
    app: Flask, cast: Cast, filed: dict[str, Certificate], database: Database
) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    asked: list[str] = []
    note = lambda _c, _cursor, statement, *_rest: asked.append(statement)  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", note)
    sizes = []
    for path in ("/so-giay-chung-nhan?nam=2026", "/so-giay-chung-nhan"):
        asked.clear()
        assert client.get(path).status_code == 200
        sizes.append(len([one for one in asked if one.startswith("SELECT")]))
    event.remove(database.engine, "before_cursor_execute", note)
    assert sizes[0] == sizes[1] <= 12


SAID = Claims(
    number="000001/2026/TBT",
    name='=HYPERLINK("http://x")',
    birth_date="1958-03-02",
    birth_year=1958,
    commune="xã Mẫu",
    place="Mẫu",
    province="Tỉnh Mẫu",
    programme_code="nguoi-dan",
    programme="+Kỹ năng",
    level="basic",
    level_title="Cơ bản",
    hours=8,
    proof="task_observed",
    completed_on="2026-11-20",
    where="@Nhà văn hóa",
    issued_on="2026-11-21",
    replaces="000009/2025/TBT",
)
ENTRY = Entry(
    UUID(int=1),
    SAID.number,
    date(2026, 11, 21),
    "revoked",
    date(2026, 11, 22),
    "-cấp nhầm",
    "000002/2026/TBT",
    None,
    "",
    SAID,
)
COMMUNE = Commune(kind="xa", name="Mẫu", province="Tỉnh Mẫu", short_code="TBT", is_sample=False)


@pytest.mark.pure
def test_the_workbook_is_what_an_officer_files() -> None:
    other = replace(SAID, birth_date=None, name="Ông Tư", replaces=None)
    year_only = replace(
        ENTRY, said=other, status="valid", status_on=None, reason="", replaced_by=None
    )
    erased = replace(ENTRY, said=None)
    body = register_files.xlsx(
        [ENTRY, year_only, erased], COMMUNE, "năm: 2026", datetime(2026, 11, 22, 3, tzinfo=UTC)
    )
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert re.search(
        r'<pageSetup paperSize="9"[^>]*fitToHeight="0"[^>]*orientation="landscape"', sheet
    )
    assert "<f>" not in sheet
    assert "'Sổ cấp giấy'!$6:$6</definedName>" in names
    rows = read_excel(body)[0].rows
    assert rows is not None
    assert [row[0] for row in rows[:4]] == [
        "SỔ CẤP GIẤY CHỨNG NHẬN", "Ủy ban nhân dân xã Mẫu, Tỉnh Mẫu", "Chỉ gồm: năm: 2026.",
        "In lúc 10:00 ngày 22/11/2026. 3 giấy: 1 còn giá trị, 2 đã thu hồi.",
    ]  # fmt: skip
    assert rows[5][:3] == ["Số", "Họ và tên", "Ngày sinh, năm sinh"]
    assert rows[6] == [
        "000001/2026/TBT", "'=HYPERLINK(\"http://x\")", date(1958, 3, 2), "'+Kỹ năng", "Cơ bản",
        "Kiểm tra có giám sát, thực hành có quan sát", date(2026, 11, 20), "'@Nhà văn hóa", date(2026, 11, 21),
        "Đã thu hồi ngày 22/11/2026",
        "Thay giấy số 000009/2025/TBT. Được thay bằng giấy số 000002/2026/TBT. Lý do: -cấp nhầm",
    ]  # fmt: skip
    assert rows[7][2] == 1958
    assert rows[7][9:] == ["Còn giá trị", ""]
    assert rows[8][1] == ""


@pytest.mark.pure
def test_csv_cells_are_no_formulas() -> None:
    row = _csv(register_files.csv([ENTRY]))[1]
    assert [cell for cell in row if cell[:1] in "=+-@"] == []
    assert row[2:4] == ["02/03/1958", "'+Kỹ năng"]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Wanted(), ""),
        (
            Wanted(year=2026, status="valid", text="lan"),
            "năm: 2026; tình trạng: Còn giá trị; tìm: lan",
        ),
    ],
)
def test_a_file_says_what_it_is_narrowed_to(asked: Wanted, told: str) -> None:
    from certificates.register_words import filters

    assert filters(asked, register.Choices([], {}, []), "") == told
