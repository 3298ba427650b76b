"""The page that anyone may open: what it shows, what it weighs, what it does not tell."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from certificates import actions, checks, designs, queries
from certificates.models import Certificate
from certificates.paper.design import DEFAULT
from lms.core import clock
from lms.core.assets import Assets
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.limits import TryCount
from lms.core.policy import Role
from tests.cast import Cast
from tests.certificates.work import BASE, ISSUER, TODAY, attained, officer

pytestmark = pytest.mark.db


SAID = (
    "còn giá trị", "N. T. Lan", "000001/2026/TBT", "Kỹ năng số cho người dân", "Cơ bản, 8 giờ học",
    "20/11/2026", "Nhà văn hóa thôn Đông", "21/11/2026", "xã Tân Bình Thượng, Tỉnh Mẫu",
    "Người học làm bài kiểm tra tại chỗ", "Gọi video", "Kiểm tra lúc 10:00 ngày 21/11/2026",
    "do phường Khánh An, Tỉnh Mẫu; xã Tân Bình Thượng, Tỉnh Mẫu quản lý", "không chứng minh được gì",
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


def test_the_check_page_names_paper_and_issuer_as_the_paper_does(
    app: Flask, cast: Cast, database: Database
) -> None:
    """Whoever is told to compare line by line must not take the commune's own wording for a forgery."""
    own = replace(
        DEFAULT, title="GIẤY CHỨNG NHẬN CỦA TRUNG TÂM", issuer="TRUNG TÂM HỌC TẬP CỘNG ĐỒNG"
    )
    with clock.frozen(TODAY), database.write() as session:
        designs.save(session, officer(cast), own, 0)
        attained(session, cast, "lan")
        (made,) = actions.issue(session, officer(cast), cast["k1"], None, ISSUER).made
        designs.save(session, officer(cast), DEFAULT, 1)
    page = app.test_client().get(f"/gcn/{made.token}").text
    for said in (own.title, own.issuer, "xã Tân Bình Thượng, Tỉnh Mẫu"):
        assert said in page
    assert "Ủy ban nhân dân xã Tân Bình Thượng" not in page


def test_the_check_page_is_small_with_everything_it_loads(app: Flask, held: Certificate) -> None:
    page = app.test_client().get(f"/gcn/{held.token}")
    assets: Assets = app.extensions["lms.assets"]
    named = {name for name in assets.files if assets.url(name) in page.text}
    assert "core/app.css" not in named
    total = len(page.data) + sum(len(assets.files[name].body) for name in named)
    assert total <= 15 * 1024, (total, named)


@pytest.mark.parametrize(
    ("status", "sample", "said"),
    [
        ("valid", False, ("còn giá trị", "So tờ giấy với từng dòng")),
        ("valid", True, ("Giấy mẫu, không có giá trị", "Đừng dùng tờ giấy này")),
        (
            "revoked",
            False,
            ("đã bị thu hồi", "Thu hồi ngày 21/11/2026. Lý do: Cấp nhầm", "Đừng dùng tờ giấy này"),
        ),
        ("replaced", False, ("đã được thay", "Thay ngày 21/11/2026", "Hỏi người học tờ giấy mới")),
        ("duplicate", False, ("cấp trùng người", "Hỏi người học tờ giấy kia")),
    ],
)
def test_every_status_says_what_it_means_and_what_to_do(
    app: Flask,
    cast: Cast,
    held: Certificate,
    database: Database,
    status: str,
    sample: bool,
    said: tuple[str, ...],
) -> None:
    with database.write() as session:
        row = session.get_one(Certificate, (cast["TBT"], held.id))
        row.status, row.status_on, row.status_reason = status, clock.today(), "Cấp nhầm"
        row.data = {**row.data, "claims": {**asdict(queries.claims(row)), "sample": sample}}
    page = app.test_client().get(f"/gcn/{held.token}").text
    for words in said:
        assert words in page
    assert ("verdict--success" in page) == (status == "valid" and not sample)
    assert ("paper__state" in page) == ("verdict--success" not in page)


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
        assert {row.subject.partition(":")[0] for row in rows} == {"gcn", "gcn-h"}
        assert len(rows) == 2
        assert not [row for row in rows if "198.51.100.7" in row.subject]


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
