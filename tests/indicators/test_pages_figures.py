"""A figure opened: every number leads to exactly its people, and every person to the reason why."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask

from lms.core.db import Database
from lms.core.guard import system
from lms.indicators import actions, queries
from lms.indicators.opened import open_plan
from lms.indicators.period import Period
from lms.people.account_models import RoleGrant
from tests.cast import Cast
from tests.indicators.commune import Village
from tests.indicators.test_pages_plans import DAY, page, signed_in

pytestmark = pytest.mark.db
FIGURE = "/ke-hoach/viet-tri/3-c"
ON = f"as_of={DAY.isoformat()}"


@pytest.fixture
def office(database: Database, cast: Cast) -> Cast:
    """Lan has what is asked, Hùng something that is too little, Mai nothing; a boy is too young."""
    with database.write() as session:
        for plan in ("viet-tri", "dien-sanh"):
            actions.adopt_shipped(session, system(cast["TBT"]), plan)
        village = Village(session, cast)
        village.attained(cast["lan"], date(2026, 6, 1), level="proficient")
        village.attained(cast["hung"], date(2026, 6, 1), proof="task_observed")
        village.member(cast["lan"], "poor")
        village.home(village.person("Phạm Gia Bảo", date(2015, 5, 5), sex="nam"))
        session.get_one(RoleGrant, _grant(session, cast)).unit_id = cast["thon_dong"]
        cast.ids["be"] = village.ids["Phạm Gia Bảo"]
    return cast


def _grant(session: object, cast: Cast) -> object:
    row = session.query(RoleGrant).filter_by(account_id=cast["bao"]).one()  # type: ignore[attr-defined]  # A session.
    return (row.commune_id, row.id)


def total(shown: str) -> int:
    found = re.search(r'class="list-total" role="status"><b>([\d.]+)</b>', shown)
    assert found, shown[-500:]
    return int(found[1].replace(".", ""))


def cells(shown: str) -> list[tuple[str, int]]:
    """Every number of a table that is a link to people."""
    found = re.findall(r'<a href="([^"]+#danh-sach)">([\d.]+)</a></span></td>', shown)
    return [(unescape(href), int(n.replace(".", ""))) for href, n in found]


def test_the_number_of_every_cell_is_the_length_of_the_list_it_opens(
    app: Flask, office: Cast
) -> None:
    shown = page(app, office, f"{FIGURE}?{ON}")
    found = cells(shown)
    assert len(found) >= 12
    for href, n in found:
        assert total(page(app, office, href)) == n, href


def test_filters_combine_stay_in_the_address_and_need_no_script(app: Flask, office: Cast) -> None:
    asked = f"{ON}&state=missing&gioi=nam&tuoi=30-44&tim=tran+van"
    shown = page(app, office, f"{FIGURE}?{asked}")
    assert total(shown) == 1
    assert "Trần Văn Hùng" in shown
    assert "Lê Ngọc Mai" not in shown
    tabs = [unescape(href) for href in re.findall(r'href="(/ke-hoach[^"]+state=in[^"]*)"', shown)]
    assert any("gioi=nam" in h and "tuoi=30-44" in h and "tim=" in h for h in tabs)
    poor = page(app, office, f"{FIGURE}?{ON}&state=all&nhom=poor")
    assert total(poor) == 1
    assert "Nguyễn Thị Lan" in poor
    unit = office["thon_tay"].hex
    assert total(page(app, office, f"{FIGURE}?{ON}&state=all&don-vi={unit}")) == 1
    assert total(page(app, office, f"{FIGURE}?{ON}&state=all&don-vi=ngoai-xa")) == 0


def test_a_filter_that_says_nothing_does_no_harm(app: Flask, office: Cast) -> None:
    for query in ("gioi=x&tuoi=9&nhom=y", "page=abc", "page=-4", "state=tat-ca", "tim=%25"):
        assert "Danh sách" in page(app, office, f"{FIGURE}?{ON}&{query}"), query
    assert total(page(app, office, f"{FIGURE}?{ON}&state=all&don-vi=abc")) == 0


def test_a_figure_is_drawn_with_words_for_those_who_do_not_see_it(app: Flask, office: Cast) -> None:
    shown = page(app, office, f"{FIGURE}?{ON}")
    assert shown.count('role="img" aria-labelledby=') == 2
    assert shown.count("<desc ") == 2
    assert "Tiến độ theo tháng" in shown
    assert "Kết quả theo đơn vị" in shown
    assert "mức giao 100%" in shown


WHY = {
    "lan": ("Đã được tính là đạt", "mức sử dụng tốt, ngày 01/06/2026", "Được tính"),
    "hung": ("Chưa đạt", "mới ở mức thấp hơn mức phải có là sử dụng tốt"),
    "mai": ("Chưa đạt", "dự 0 trên", "dự lớp và học bài chưa phải là đạt"),
    "be": ("Không thuộc đối tượng", "người dân đủ 18 tuổi", "Chưa có kết quả, lớp học hay"),
}


def test_why_somebody_counts_or_does_not_is_said_in_words(app: Flask, office: Cast) -> None:
    for who, words in WHY.items():
        shown = page(app, office, f"{FIGURE}/vi-sao/{office[who]}?{ON}")
        assert [word for word in words if word not in shown] == [], who


def test_what_came_after_the_day_or_was_revoked_is_told_as_such(
    app: Flask, office: Cast, database: Database
) -> None:
    with database.write() as session:
        village = Village(session, office)
        village.revoked(village.attained(office["mai"], date(2026, 7, 1)), date(2026, 8, 1))
        village.attained(
            office["mai"], date(2026, 10, 2), proof="self_declared", level="proficient"
        )
    url = f"{FIGURE}/vi-sao/{office['mai']}"
    now = page(app, office, f"{url}?{ON}")
    assert "đã bị thu hồi từ ngày 01/08/2026" in now
    assert "cách chứng minh này chỉ để tham khảo" in now
    assert "có sau ngày chốt" in page(app, office, f"{url}?as_of=2026-06-30")


def test_a_household_is_explained_through_its_members(app: Flask, office: Cast) -> None:
    shown = page(app, office, f"/ke-hoach/viet-tri/vi.2?{ON}&state=in")
    link = re.search(r'href="(/ke-hoach/viet-tri/vi\.2/vi-sao/[^"]+)">Nguyễn Thị Lan', shown)
    assert link
    assert "Đã được tính là đạt" in page(app, office, unescape(link[1]))


# --- who reports for a unit ---------------------------------------------------------------------


def test_a_unit_reporter_sees_the_own_people_and_nobody_else(app: Flask, office: Cast) -> None:
    plan = page(app, office, f"/ke-hoach/viet-tri?{ON}", "bao")
    assert f"{FIGURE}/don-vi-toi" in plan
    assert "cần thêm 1" in plan
    shown = page(app, office, f"{FIGURE}/don-vi-toi?{ON}&state=missing", "bao")
    assert "Trần Văn Hùng" in shown
    assert "Lê Ngọc Mai" not in shown
    assert total(shown) == 1
    other = f"{FIGURE}/don-vi-toi?{ON}&state=missing&don-vi={office['thon_tay'].hex}"
    assert total(page(app, office, other, "bao")) == 0


def test_a_unit_reporter_is_told_why_of_the_own_people_only(app: Flask, office: Cast) -> None:
    client = signed_in(app, office, "bao")
    assert client.get(f"{FIGURE}/vi-sao/{office['hung']}").status_code == 200
    assert client.get(f"{FIGURE}/vi-sao/{office['mai']}").status_code == 404
    assert client.get(FIGURE).status_code == 403
    assert signed_in(app, office, "oanh").get(f"{FIGURE}/don-vi-toi").status_code == 403


# --- the plan page ------------------------------------------------------------------------------


def test_a_plan_says_first_how_many_are_met_what_is_behind_whom_to_call_and_by_when(
    app: Flask, office: Cast
) -> None:
    shown = page(app, office, f"/ke-hoach/dien-sanh?{ON}")
    places = [shown.index(word) for word in ("Đạt được mấy?", "Xa mức giao nhất?", "Gọi ai?")]
    assert places == sorted(places)
    assert "10/12/2026" in shown[shown.index("Trước ngày nào?") :][:200]
    assert shown.index("Trước ngày nào?") < shown.index("Các chỉ tiêu của kế hoạch")


def test_outside_the_years_of_a_plan_that_is_said(app: Flask, office: Cast) -> None:
    before = page(app, office, "/ke-hoach/viet-tri?as_of=2024-11-20")
    assert "Kế hoạch bắt đầu từ năm 2025 nên năm 2024 chưa có mức giao" in before
    assert "Ngoài các năm của kế hoạch" not in page(app, office, f"/ke-hoach/viet-tri?{ON}")


def test_a_plan_of_which_nothing_is_known_says_what_to_do_first(
    app: Flask, office: Cast, database: Database
) -> None:
    with database.write() as session:
        actions.adopt_shipped(session, system(office["KHA"]), "hung-chau")
    assert "Chưa có gì để đếm" in page(app, office, "/ke-hoach/hung-chau", "xa_oanh")


def test_an_opened_plan_is_the_report_itself(database: Database, office: Cast) -> None:
    with database.read() as session:
        adopted = queries.adopted(session, office["TBT"], "viet-tri")
        whole = queries.report_of(session, office["TBT"], adopted, 2026, DAY)
        assert open_plan(session, office["TBT"], adopted, Period(2026, DAY)).report == whole
        one = open_plan(session, office["TBT"], adopted, Period(2026, DAY), only="3-c").report
        assert one.figures == (next(f for f in whole.figures if f.code == "3-c"),)
