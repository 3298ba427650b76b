"""What an officer reads says what is meant: names and no codes, no figure met that cannot be, a way on."""

import re
from datetime import date

import pytest
from flask import Flask

from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.policy import Role
from lms.indicators import actions, queries, snapshots
from lms.indicators.definition import definition
from lms.indicators.sheet import commitment_lines, lines_of
from lms.people.models import Unit
from tests.cast import Cast
from tests.indicators.commune import Village
from tests.indicators.test_pages_plans import page, signed_in
from tests.indicators.test_snapshots import WHY, wanted

pytestmark = [pytest.mark.db, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
VT, ON = "/ke-hoach/viet-tri", "as_of=2026-11-20"
DAY = date(2026, 11, 20)


@pytest.fixture
def who(database: Database, cast: Cast) -> Actor:
    with database.write() as session:
        for code in ("viet-tri", "song-cong", "dien-sanh", "thuan-an"):
            actions.adopt_shipped(session, system(cast["TBT"]), code)
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"], "Lê Kim Oanh")


def test_a_figure_above_its_whole_is_neither_met_nor_unmet(
    app: Flask, database: Database, cast: Cast, who: Actor
) -> None:
    with database.write() as session:
        actions.declare_measure(session, who, "digital-identity", 30, 20, DAY, "Công an xã")
    shown = page(app, cast, f"{VT}?{ON}")
    assert "<b>1</b> cần kiểm tra lại" in shown
    assert "<b>0</b> đạt" in shown
    assert "Cần kiểm tra lại" in page(app, cast, f"{VT}/vi.4?{ON}")


def test_pages_and_papers_say_names_and_no_codes(
    app: Flask, database: Database, cast: Cast, who: Actor
) -> None:
    with database.write() as session:
        actions.declare_population(session, who, "disabled", 120, date(2025, 12, 1), "Báo cáo cũ")
        actions.declare_population(session, who, "urban_adults", 9, date(2025, 12, 1), "Thuận An")
        actions.choose(session, who, "viet-tri", "denominators", "adults", "register")
        actions.choose(session, who, "song-cong", "readings", "8", "toan-dan")
        hcc = Unit(commune_id=cast["TBT"], code="hcc", name="Một cửa", kind="trung_tam_hcc")
        session.add(hcc)
        session.flush()
        cast.ids["hcc"] = hcc.id
        Village(session, cast).member(cast["lan"], "ambassador", "hcc")
    closing = page(app, cast, f"{VT}/chot-so-lieu")
    assert "1 số khai báo có từ trước kỳ báo cáo: người khuyết tật (01/12/2025)" in closing
    assert "Mẫu số của “người dân đủ 18 tuổi”" in page(app, cast, f"{VT}?{ON}")
    reading = page(app, cast, f"/ke-hoach/song-cong/8?{ON}")
    assert "xã chọn cách hiểu khác: “60% người dân" in reading
    assert "“toan-dan”" not in reading
    assert re.search(r"Theo danh sách hôm nay: <b>1</b>", page(app, cast, f"{VT}/so-lieu/dem"))
    assert "Mọi thành viên đang hoạt động của tổ" in page(app, cast, f"/ke-hoach/song-cong/6?{ON}")
    assert "Đơn vị có ít nhất 1 lớp" in page(app, cast, f"{VT}/v.1a?{ON}")
    assert "Ghi việc đã làm" in page(app, cast, f"{VT}/v.4d-i?{ON}")
    form = page(app, cast, f"/don-vi/{cast['thon_dong']}")
    ids = re.findall(r'\sid="([^"]+)"', form)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("day", ["2026-06-01", "2099-01-01", "hôm qua"])
def test_another_period_with_the_day_of_the_former_one_is_shown(
    app: Flask, cast: Cast, who: Actor, day: str
) -> None:
    shown = page(
        app, cast, f"/ke-hoach/dien-sanh/chot-so-lieu?ky=quy%7C2026-09-30&as_of={day}"
    )  # fmt: skip
    assert "đã lấy ngày 09/09/2026" in shown


def test_an_approval_that_must_be_looked_at_again_stays_on_its_page(
    app: Flask, database: Database, cast: Cast, who: Actor
) -> None:
    with database.write() as session:
        head = Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"], "Đỗ Bình An")
        snapshots.set_two_persons(session, head, True)
        closing = snapshots.Closing(wanted(DAY), in_spite=WHY)
        row = snapshots.close(session, who, "viet-tri", closing).id
        actions.declare_measure(session, who, "digital-identity", 2, 20, DAY, "Công an xã")
    an = signed_in(app, cast, "an")
    here = f"/ke-hoach/ban-chot/{row}"
    refused = an.post(f"{here}/duyet", headers={"Origin": "http://localhost"})
    assert refused.status_code == 409
    assert "Duyệt theo số liệu lúc đề nghị" in refused.text
    assert "Người đề nghị" in refused.text


def test_every_figure_of_every_shipped_plan_explains_itself(
    database: Database, cast: Cast, who: Actor
) -> None:
    with database.read() as session:
        for one in queries.adopted_plans(session, cast["TBT"]):
            report = queries.report_of(session, cast["TBT"], one, 2026, DAY)
            for line in (*lines_of(report), *commitment_lines(report)):
                assert dict(definition(line))["Thế nào là đạt"], f"{one.code} {line.no}"
