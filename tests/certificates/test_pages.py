"""The pages and operations of certificates, and who may not open them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select

from certificates import actions, checks
from certificates.models import Certificate, CertificatePart
from lms.core import clock
from lms.core.assets import Assets
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.limits import TryCount
from lms.core.policy import Role
from tests.cast import Cast
from tests.certificates.work import BASE, ISSUER, TODAY, as_staff, attained, could_do, officer, post

pytestmark = pytest.mark.db


SAID = (
    "còn giá trị", "N. T. Lan", "000001/2026/TBT", "Kỹ năng số cho người dân", "Cơ bản, 8 giờ học",
    "20/11/2026", "Nhà văn hóa thôn Đông", "21/11/2026", "xã Tân Bình Thượng, Tỉnh Mẫu",
)  # fmt: skip
"""What the check page says of Lan's certificate."""


@pytest.fixture
def held(database: Database, cast: Cast) -> Iterator[Certificate]:
    """Lan's certificate; Hùng still lacks a task."""
    with clock.frozen(TODAY):
        with database.write() as session:
            attained(session, cast, "lan")
            attained(session, cast, "hung", "test_supervised")
            made = actions.issue(session, officer(cast), cast["k1"], None, ISSUER).made
        yield made[0]


def paths(cast: Cast, held: Certificate) -> list[tuple[str, str]]:
    own, k1 = f"/giay-chung-nhan/{held.id}", f"/lop-hoc/{cast['k1']}/giay-chung-nhan"
    return [
        ("GET", k1), ("POST", k1), ("GET", f"{k1}.pdf"), ("GET", own), ("GET", f"{own}.pdf"),
        ("POST", f"{own}/thu-hoi"), ("POST", f"{own}/cap-lai"),
        ("GET", f"/api/v1/certificates?cohort={cast['k1']}"), ("GET", f"/api/v1/certificates/{held.id}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, {401}), ("bao", {403}), ("tinh", {403}), ("tuan", {403, 404}), ("xa_trang", {404, 403}),
        ("xa_oanh", {404}), ("xa_an", {404}),
    ],
)  # fmt: skip
def test_who_may_not(
    app: Flask, cast: Cast, held: Certificate, who: str | None, status: set[int]
) -> None:
    client = app.test_client()
    if who:
        as_staff(client, cast, who)
    for method, path in paths(cast, held):
        answer = client.open(path, method=method, data={"reason": "Không phải việc của tôi"},
                             headers={"Origin": "http://localhost"})  # fmt: skip
        if method == "GET" or "api" in path:
            answer = client.get(path)
        assert answer.status_code in status, (method, path, answer.status_code)


def test_a_learner_may_not_open_any_of_it(app: Flask, cast: Cast, held: Certificate) -> None:
    client = app.test_client()
    client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    for method, path in paths(cast, held):
        answer = client.open(path, method=method, headers={"Origin": "http://localhost"})
        assert answer.status_code in (401, 403), path


def test_a_trainer_may_not_withdraw_what_she_may_print(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "trang")
    assert client.get(f"/giay-chung-nhan/{held.id}.pdf").status_code == 200
    answer = post(client, f"/giay-chung-nhan/{held.id}/thu-hoi", reason="Giảng viên không được")
    assert answer.status_code == 403
    assert "Thu hồi giấy" not in client.get(f"/giay-chung-nhan/{held.id}").text


def test_the_class_page_says_who_has_one_and_what_the_others_lack(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    page = as_staff(app.test_client(), cast, "trang").get(f"/lop-hoc/{cast['k1']}/giay-chung-nhan")
    assert page.status_code == 200
    assert "Số 000001/2026/TBT" in page.text
    assert "bài thực hành “Gọi video”" in page.text
    assert "Nguyễn Thị Lan" in page.text


def test_a_trainer_issues_from_the_class_page_and_pressing_again_does_nothing(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    with database.write() as session:
        could_do(session, cast, "hung")
    client = as_staff(app.test_client(), cast, "trang")
    path = f"/lop-hoc/{cast['k1']}/giay-chung-nhan"
    assert "Cấp cho 1 người đủ điều kiện" in client.get(path).text
    assert "Đã cấp 1 giấy chứng nhận." in post(client, path).text
    assert "Không có giấy nào cần cấp thêm." in post(client, path).text
    with database.read() as session:
        made = session.scalars(select(Certificate).order_by(Certificate.sequence)).all()
    assert [row.sequence for row in made] == [1, 2]
    assert made[1].data["printed"]["address"] == f"http://localhost/gcn/{made[1].token}"  # type: ignore[index]


def test_a_broken_choice_is_refused_in_words(app: Flask, cast: Cast, held: Certificate) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    path = f"/lop-hoc/{cast['k1']}/giay-chung-nhan"
    assert post(client, path, enrolment="khong-phai-ma").status_code == 422
    assert post(client, path, enrolment=str(uuid7())).status_code == 422
    assert client.get(f"/lop-hoc/{uuid7()}/giay-chung-nhan").status_code == 404


def test_an_officer_withdraws_and_the_check_page_says_so(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    refused = post(client, f"/giay-chung-nhan/{held.id}/thu-hoi", reason="")
    assert refused.status_code == 422
    done = post(client, f"/giay-chung-nhan/{held.id}/thu-hoi", reason="Cấp nhầm người học")
    assert done.status_code == 303
    assert "Cấp nhầm người học" in client.get(done.location).text
    page = app.test_client().get(f"/gcn/{held.token}").text
    assert "đã bị thu hồi" in page
    assert "Thu hồi ngày 21/11/2026. Lý do: Cấp nhầm người học" in page


def test_a_replaced_certificate_names_the_new_one(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "an")
    done = post(client, f"/giay-chung-nhan/{held.id}/cap-lai", reason="Sửa họ tên")
    assert "000002/2026/TBT" in client.get(done.location).text
    page = app.test_client().get(f"/gcn/{held.token}").text
    assert "Thay ngày 21/11/2026 bằng giấy số 000002/2026/TBT" in page


def test_the_check_page_shows_enough_and_no_more(app: Flask, cast: Cast, held: Certificate) -> None:
    answer = app.test_client().get(f"/gcn/{held.token.lower()}")
    page = answer.text
    for said in SAID:
        assert said in page, said
    for secret in ("Nguyễn Thị", "1958", str(held.person_id), str(held.id), "Thôn Đông</"):
        assert secret not in page, secret
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<script" not in page


def test_the_check_page_is_small_with_everything_it_loads(app: Flask, held: Certificate) -> None:
    page = app.test_client().get(f"/gcn/{held.token}")
    assets: Assets = app.extensions["lms.assets"]
    named = {name for name in assets.files if assets.url(name) in page.text}
    assert "core/app.css" not in named
    total = len(page.data) + sum(len(assets.files[name].body) for name in named)
    assert total <= 15 * 1024, (total, named)


def test_unknown_erased_and_foreign_codes_look_alike(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    client = app.test_client()
    secret = held.token.partition(".")[2]
    unknown = client.get("/gcn/TBT." + "A" * 26)
    foreign = client.get(f"/gcn/KHA.{secret}")
    broken = client.get("/gcn/gi-do")
    with database.write() as session:
        actions.erase(session, Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"]), cast["lan"])
    erased = client.get(f"/gcn/{held.token}")
    assert {a.status_code for a in (unknown, foreign, broken, erased)} == {404}
    assert len({a.text for a in (unknown, foreign, broken, erased)}) == 1


def test_thirty_checks_a_minute_and_no_more(
    app: Flask, held: Certificate, database: Database
) -> None:
    client = app.test_client()
    with clock.frozen(TODAY) as now:
        statuses = [client.get(f"/gcn/{held.token}").status_code for _ in range(31)]
        assert statuses == [200] * 30 + [429]
        refused = client.get(f"/gcn/{held.token}")
        assert 1 <= int(refused.headers["Retry-After"]) <= 61
        other = client.get(f"/gcn/{held.token}", environ_base={"REMOTE_ADDR": "203.0.113.9"})
        assert other.status_code == 200
        now.move(TODAY + timedelta(minutes=1))
        assert client.get(f"/gcn/{held.token}").status_code == 200
        now.move(TODAY + timedelta(hours=2))
        client.get(f"/gcn/{held.token}", environ_base={"REMOTE_ADDR": "198.51.100.7"})
    with database.read() as session:
        rows = session.scalars(select(TryCount)).all()
        assert len(rows) == 1
        assert "198.51.100.7" not in rows[0].subject


@pytest.mark.parametrize(
    ("address", "counted"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3::4", "20010db800010002::/64"),
     ("2001:db8:1:2:ffff::1", "20010db800010002::/64"), (None, "unknown"), ("nonsense", "unknown")],
)  # fmt: skip
def test_a_home_with_ipv6_is_one_caller(address: str | None, counted: str) -> None:
    assert checks.caller(address) == counted


def test_a_code_is_typed_or_pasted_on_the_entry_page(app: Flask, held: Certificate) -> None:
    client = app.test_client()
    assert client.get("/gcn").status_code == 200
    pasted = client.get("/gcn", query_string={"ma": f"{BASE}/gcn/{held.token}"})
    assert (pasted.status_code, pasted.location) == (303, f"/gcn/{held.token}")
    wrong = client.get("/gcn", query_string={"ma": '"><script>'})
    assert "Mã chưa đúng dạng" in wrong.text
    assert "<script" not in wrong.text


def test_the_file_is_served_as_it_was_issued_and_checked_at_each_download(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    client = as_staff(app.test_client(), cast, "oanh")
    answer = client.get(f"/giay-chung-nhan/{held.id}.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert "giay-chung-nhan-000001-2026-TBT.pdf" in answer.headers["Content-Disposition"]
    assert "Nguyễn Thị Lan" in pypdf.PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    with database.write() as session:
        row = session.get_one(Certificate, (cast["TBT"], held.id))
        row.content = (row.content or b"").replace(b"/Length", b"/Lengtg", 1)
    damaged = client.get(f"/giay-chung-nhan/{held.id}.pdf")
    assert damaged.status_code == 409
    assert "không còn nguyên vẹn" in damaged.text
    assert client.get(f"/lop-hoc/{cast['k1']}/giay-chung-nhan.pdf").status_code == 409


def test_the_class_file_holds_every_certificate_that_counts(
    app: Flask, cast: Cast, held: Certificate, database: Database
) -> None:
    with database.write() as session:
        could_do(session, cast, "hung")
        actions.issue(session, officer(cast), cast["k1"], None, ISSUER)
        parts = session.scalars(select(CertificatePart)).all()
        assert len(parts) == 4
    client = as_staff(app.test_client(), cast, "trang")
    pages = pypdf.PdfReader(
        BytesIO(client.get(f"/lop-hoc/{cast['k1']}/giay-chung-nhan.pdf").data)
    ).pages
    names = [re.search(r"Chứng nhận học viên\n(.*)\n", page.extract_text()) for page in pages]
    assert [name and name[1] for name in names] == ["Trần Văn Hùng", "Nguyễn Thị Lan"]


def test_the_api_lists_ids_and_states_without_names(
    app: Flask, cast: Cast, held: Certificate
) -> None:
    client = as_staff(app.test_client(), cast, "trang")
    answer = client.get(f"/api/v1/certificates?cohort={cast['k1']}&page_size=1")
    assert answer.status_code == 200
    (row,) = answer.json or []
    assert (row["number"], row["status"], row["proof"]) == (
        "000001/2026/TBT",
        "valid",
        "task_observed",
    )
    assert UUID(row["person_id"]) == cast["lan"]
    assert "Lan" not in answer.text
    assert held.token not in answer.text
    assert '"total": 1' in answer.headers["X-Pagination"]
    assert client.get(f"/api/v1/certificates/{held.id}").json == row
    assert client.get("/api/v1/certificates?cohort=abc").status_code == 422


def test_a_trainer_lists_the_own_classes_only(app: Flask, cast: Cast, held: Certificate) -> None:
    assert (
        len(as_staff(app.test_client(), cast, "trang").get("/api/v1/certificates").json or []) == 1
    )
    assert as_staff(app.test_client(), cast, "tuan").get("/api/v1/certificates").json == []
    assert as_staff(app.test_client(), cast, "xa_oanh").get("/api/v1/certificates").json == []
