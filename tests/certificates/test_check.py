"""The page that anyone may open: what it shows, what it weighs, what it does not tell."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from certificates import actions, checks
from certificates.models import Certificate
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
