"""Plan pages and operations: what officers see, and what nobody else does."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.core.db import Database
from lms.core.guard import system
from lms.indicators import actions
from tests.cast import Cast
from tests.indicators.commune import Village

pytestmark = pytest.mark.db
ORIGIN = {"Origin": "http://localhost"}
DAY = date(2026, 11, 20)

READS = (
    "/ke-hoach",
    "/ke-hoach/viet-tri",
    "/ke-hoach/viet-tri/3-c",
    "/ke-hoach/viet-tri/so-lieu",
    "/ke-hoach/viet-tri/xuat.csv",
    "/ke-hoach/viet-tri/xuat.json",
    "/ke-hoach/viet-tri/xuat.xlsx",
    "/api/v1/plans",
    "/api/v1/plans/viet-tri/report",
    "/api/v1/plans/viet-tri/report/3-c/people",
)
WRITES = (
    "/ke-hoach",
    "/ke-hoach/viet-tri/3-c/ten",
    "/ke-hoach/viet-tri/3-c/lua-chon",
    "/ke-hoach/viet-tri/so-lieu",
    "/ke-hoach/viet-tri/so-lieu/bang",
    "/ke-hoach/viet-tri/so-lieu/rut",
    "/ke-hoach/viet-tri/so-lieu/dem",
    "/ke-hoach/viet-tri/so-lieu/dem/sua",
    "/ke-hoach/viet-tri/so-lieu/dem/rut",
)
ONLY_OWN_UNIT = READS[:2]


@pytest.fixture
def office(database: Database, cast: Cast) -> Cast:
    """The cast with the plan of Việt Trì and a result."""
    with database.write() as session:
        actions.adopt_shipped(session, system(cast["TBT"]), "viet-tri")
        actions.adopt_shipped(session, system(cast["TBT"]), "song-cong")
        village = Village(session, cast)
        village.attained(cast["lan"], date(2026, 6, 1), level="proficient")
        village.attained(cast["hung"], date(2026, 6, 1), proof="task_observed")
        village.member(cast["lan"], "poor")
    return cast


def signed_in(app: Flask, cast: Cast, name: str | None) -> FlaskClient:
    client = app.test_client()
    if name in cast.learner_tokens:
        client.set_cookie("lms_learner", cast.learner_tokens[name])
    elif name:
        client.set_cookie("lms_staff", cast.staff_tokens[name])
    return client


def page(app: Flask, cast: Cast, url: str, name: str = "oanh") -> str:
    answer = signed_in(app, cast, name).get(url)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-400:]
    return str(answer.get_data(as_text=True))


# --- who may not --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, "lan", "trang", "tinh", "bao"])
def test_nobody_but_the_office_reads_plans_or_the_people_in_them(
    app: Flask, office: Cast, name: str | None
) -> None:
    client = signed_in(app, office, name)
    for url in READS:
        expected = (200,) if name == "bao" and url in ONLY_OWN_UNIT else (401, 403)
        assert client.get(url).status_code in expected, url


@pytest.mark.parametrize("name", [None, "lan", "trang", "tinh", "bao"])
def test_nobody_but_the_office_writes(app: Flask, office: Cast, name: str | None) -> None:
    client = signed_in(app, office, name)
    for url in WRITES:
        assert client.post(url, headers=ORIGIN).status_code in (401, 403), url


def test_an_officer_of_another_commune_finds_no_such_plan(app: Flask, office: Cast) -> None:
    client = signed_in(app, office, "xa_oanh")
    for url in READS[1:7] + READS[8:]:
        assert client.get(url).status_code == 404, url
    for url in WRITES[1:]:
        form = {"population": "adults", "value": "1", "as_of": "2026-11-20", "source": "văn bản 1"}
        assert client.post(url, data=form, headers=ORIGIN).status_code == 404, url


def test_a_post_from_another_site_is_refused(app: Flask, office: Cast) -> None:
    client = signed_in(app, office, "oanh")
    for url in WRITES:
        refused = client.post(url, headers={"Origin": "http://elsewhere.example"})
        assert refused.status_code == 403, url


def test_a_unit_reporter_sees_the_own_unit_and_no_total_of_the_commune(
    app: Flask, office: Cast, database: Database
) -> None:
    from lms.people.account_models import RoleGrant

    with database.write() as session:
        grant = session.query(RoleGrant).filter_by(account_id=office["bao"]).one()
        grant.unit_id = office["thon_dong"]
    shown = page(app, office, "/ke-hoach/viet-tri", "bao")
    assert "Thôn Đông" in shown
    assert "Thôn Tây" not in shown
    assert "xuat.xlsx" not in shown
    assert "Nguyễn Thị Lan" not in shown


# --- what officers see --------------------------------------------------------------------------


def test_the_list_of_plans_tells_each_at_a_glance(app: Flask, office: Cast) -> None:
    shown = page(app, office, "/ke-hoach")
    assert "Bình dân học vụ số phường Việt Trì" in shown
    assert "17 chỉ tiêu" in shown


def test_a_plan_shows_value_target_gap_ladder_source_and_contradiction(
    app: Flask, office: Cast
) -> None:
    shown = page(app, office, "/ke-hoach/viet-tri?as_of=2026-11-20")
    assert "33,3%" in shown
    assert "cần thêm 2 người" in shown
    assert "thiếu 66,7 điểm phần trăm" in shown
    assert "đếm từ danh sách đã nhập: 3" in shown
    assert "làm được việc thật" in shown
    assert "Phụ lục I giữ mức “sử dụng được” cho cả hai năm." in shown
    assert "66,6% (2 trên 3)" in shown
    assert "Chưa có số liệu" in shown
    table = shown.partition("Các chỉ tiêu của kế hoạch")[2]
    assert table.index("1 (a)") < table.index("2 (b)") < table.index("V.1a") < table.index("VI.4")


def test_a_figure_opens_to_its_people_their_evidence_and_its_definition(
    app: Flask, office: Cast
) -> None:
    shown = page(app, office, "/ke-hoach/viet-tri/3-c?as_of=2026-11-20&state=in")
    assert "Nguyễn Thị Lan" in shown
    assert "Trần Văn Hùng" not in shown
    assert "đạt bài kiểm tra, chương trình Người dân, mức sử dụng tốt, ngày 01/06/2026" in shown
    assert "Thế nào là đạt" in shown
    left = page(app, office, "/ke-hoach/viet-tri/3-c?as_of=2026-11-20&state=missing")
    assert "Trần Văn Hùng" in left
    assert "Nguyễn Thị Lan" not in left


@pytest.mark.parametrize(
    "query",
    ["as_of=hom-qua", "as_of=2099-01-01", "year=2025&as_of=2026-01-01", "year=abc", "year=2099"],
)
def test_a_wrong_period_is_refused_in_words(app: Flask, office: Cast, query: str) -> None:
    answer = signed_in(app, office, "oanh").get(f"/ke-hoach/viet-tri?{query}")
    assert answer.status_code == 422
    assert "Ngày" in answer.get_data(as_text=True) or "Năm" in answer.get_data(as_text=True)


def test_a_past_year_is_shown_at_its_last_day(app: Flask, office: Cast) -> None:
    shown = page(app, office, "/ke-hoach/viet-tri?year=2025")
    assert "31/12/2025" in shown


def test_an_unknown_figure_format_or_plan_is_not_found(app: Flask, office: Cast) -> None:
    client = signed_in(app, office, "oanh")
    for url in ("/ke-hoach/viet-tri/99", "/ke-hoach/viet-tri/xuat.exe", "/ke-hoach/khong-co"):
        assert client.get(url).status_code == 404


def test_a_plan_that_ships_can_be_taken_up_with_one_button(app: Flask, office: Cast) -> None:
    client = signed_in(app, office, "an")
    answer = client.post("/ke-hoach", data={"plan": "dien-sanh"}, headers=ORIGIN)
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    assert client.post("/ke-hoach", data={"plan": "x"}, headers=ORIGIN).status_code == 422


def test_figures_are_put_in_with_source_and_date_and_shown_beneath_the_form(
    app: Flask, office: Cast
) -> None:
    client = signed_in(app, office, "oanh")
    form = {"cot": "workers", "d|workers|": "30.500", "as_of": "20/11/2026",
            "source": "Công văn 45/CV", "status": "estimate"}  # fmt: skip
    answer = client.post("/ke-hoach/viet-tri/so-lieu", data=form, headers=ORIGIN)
    assert answer.status_code == 303
    assert "Đã lưu 1 số" in client.get(answer.location).get_data(as_text=True)
    shown = page(app, office, "/ke-hoach/viet-tri/so-lieu")
    assert "30.500" in shown
    assert "20/11/2026, ước tính · Công văn 45/CV" in shown
    counted = {"what": "pilot-model", "quantity": "2", "as_of": "2026-11-20",
               "source": "Quyết định 15", "key": "01a1fe70-0fb3-72ee-a83e-8867b80c4a1f"}  # fmt: skip
    for _ in range(2):
        url = "/ke-hoach/song-cong/so-lieu/dem"
        assert client.post(url, data=counted, headers=ORIGIN).status_code == 303
    assert '<strong class="figure-value">2</strong>' in page(app, office, "/ke-hoach/song-cong")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"d|adults|": "nhiều"}, "Hãy ghi một số nguyên"),
        ({"as_of": "hôm nay"}, "Hãy ghi ngày/tháng/năm"),
        ({"source": ""}, "Hãy ghi nguồn"),
    ],
)
def test_a_refused_form_comes_back_with_what_was_typed_and_says_where(
    app: Flask, office: Cast, change: dict[str, str], words: str
) -> None:
    form = {"cot": "adults", "d|adults|": "12", "as_of": "2026-11-20", "source": "văn bản số 9",
            "status": "official"} | change  # fmt: skip
    client = signed_in(app, office, "oanh")
    answer = client.post("/ke-hoach/viet-tri/so-lieu", data=form, headers=ORIGIN)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in shown
    assert 'aria-invalid="true"' in shown
    if "source" not in change:
        assert "văn bản số 9" in shown


def test_the_commune_words_an_indicator_and_takes_another_reading_as_the_main_one(
    app: Flask, office: Cast
) -> None:
    client = signed_in(app, office, "oanh")
    text = {"text": "Tỷ lệ người dân <b>có</b> kỹ năng số"}
    url = "/ke-hoach/viet-tri/3-c/ten"
    assert client.post(url, data=text, headers=ORIGIN).status_code == 303
    assert "Tỷ lệ người dân &lt;b&gt;có" in page(app, office, "/ke-hoach/viet-tri")
    choice = {"kind": "readings", "choice": "contradiction-1"}
    url = "/ke-hoach/viet-tri/3-c/lua-chon"
    assert client.post(url, data=choice, headers=ORIGIN).status_code == 303
    shown = page(app, office, "/ke-hoach/viet-tri?as_of=2026-11-20")
    assert "66,6%" in shown
    assert "xã chọn cách hiểu" in shown


# --- JSON ---------------------------------------------------------------------------------------


def test_the_report_operation_gives_exact_strings_and_no_person(app: Flask, office: Cast) -> None:
    client = signed_in(app, office, "oanh")
    body = client.get("/api/v1/plans/viet-tri/report?as_of=2026-11-20").get_json()
    adults = body["report"]["figures"][2]
    assert adults["outcome"]["rate"] == "33.3"
    assert adults["outcome"]["gap_points"] == "66.7"
    assert adults["target"]["value"] == "100"
    assert {row["unit"] for row in adults["by_unit"]} == {
        str(office["thon_dong"]), str(office["thon_tay"])
    }  # fmt: skip
    text = str(body)
    assert "Nguyễn Thị Lan" not in text
    assert str(office["lan"]) not in text
    assert office["lan"].hex not in text


def test_people_of_a_figure_come_in_pages(app: Flask, office: Cast) -> None:
    client = signed_in(app, office, "oanh")
    url = "/api/v1/plans/viet-tri/report/3-c/people?as_of=2026-11-20"
    answer = client.get(f"{url}&state=missing&page_size=1")
    assert [row["name"] for row in answer.get_json()] == ["Trần Văn Hùng"]
    assert '"total": 2' in answer.headers["X-Pagination"]
    inside = client.get(f"{url}&state=in").get_json()
    assert inside[0]["id"] == str(office["lan"])
    assert inside[0]["unit"] == "Thôn Đông"
    assert len(inside[0]["evidence"]) == 1


@pytest.mark.parametrize("query", ["state=all", "as_of=homnay", "year=1"])
def test_a_wrong_question_is_answered_with_422_and_fields(
    app: Flask, office: Cast, query: str
) -> None:
    client = signed_in(app, office, "oanh")
    answer = client.get(f"/api/v1/plans/viet-tri/report/3-c/people?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"]
