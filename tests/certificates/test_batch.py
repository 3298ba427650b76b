"""Many codes at once: the page, the file, the operation, and how much one address may ask."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from certificates import actions, checks
from lms.core import clock
from lms.core.db import Base, Database
from lms.core.errors import TooMany
from lms.core.guard import Actor
from lms.core.policy import Role
from tests.cast import Cast
from tests.certificates.work import ISSUER, ORIGIN, TODAY, attained, could_do, officer

pytestmark = pytest.mark.db

UNKNOWN = "TBT." + "A" * 26


@pytest.fixture
def tokens(database: Database, cast: Cast) -> Iterator[dict[str, str]]:
    """Lan's certificate is valid, Hùng's was withdrawn."""
    with clock.frozen(TODAY):
        with database.write() as session:
            for person in ("lan", "hung"):
                attained(session, cast, person)
                could_do(session, cast, person)
            made = actions.issue(session, officer(cast), cast["k1"], None, ISSUER).made
            held = {one.person_id: one for one in made}
            hung = held[cast["hung"]]
            actions.revoke(session, officer(cast), hung.id, "Cấp nhầm người")
        yield {"lan": held[cast["lan"]].token, "hung": hung.token}


def send(app: Flask, codes: str, **form: str) -> TestResponse:
    return app.test_client().post("/gcn/nhieu", data={"codes": codes, **form}, headers=ORIGIN)


def upload(app: Flask, content: bytes) -> TestResponse:
    data = {"codes": "", "file": (BytesIO(content), "ma.csv")}
    return app.test_client().post("/gcn/nhieu", data=data, headers=ORIGIN)


def ask(app: Flask, *codes: str) -> TestResponse:
    return app.test_client().post("/api/v1/certificates/check", json={"codes": codes})


def test_the_page_and_the_file_say_what_each_line_is_worth(
    app: Flask, tokens: dict[str, str]
) -> None:
    listed = (
        f"Mã\n{tokens['lan']}\n{tokens['hung']}\n{UNKNOWN}\nxin-chao\n{tokens['lan'].lower()}\n"
    )
    page = send(app, listed)
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    for said in (
        "5 mã",
        "N. T. Lan",
        "Còn giá trị: 2",
        "Đã bị thu hồi: 1",
        "Không tìm thấy: 1",
        "Cùng mã với dòng 2.",
    ):
        assert said in page.text, said
    assert "Nguyễn Thị" not in page.text
    answer = send(app, listed, **{"as": "csv"})
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = [line.split(",") for line in answer.data.decode("utf-8-sig").splitlines()]
    assert [row[0] for row in rows] == ["Dòng", "2", "3", "4", "5", "6"]
    assert [row[2] for row in rows[1:]] == [
        "Còn giá trị",
        "Đã bị thu hồi",
        "Không tìm thấy",
        "Mã chưa đúng dạng",
        "Còn giá trị",
    ]
    assert rows[1][3:9] == [
        "000002/2026/TBT",
        "N. T. Lan",
        "Kỹ năng số cho người dân",
        "Cơ bản",
        "Đạt bài kiểm tra có giám sát và làm được bài thực hành",
        "20/11/2026",
    ]
    assert upload(app, listed.encode("utf-16")).text.count("Còn giá trị</span>") == 2


def test_unknown_foreign_and_erased_codes_are_alike_in_lists_too(
    app: Flask, cast: Cast, tokens: dict[str, str], database: Database
) -> None:
    foreign = f"KHA.{tokens['lan'].partition('.')[2]}"
    with database.write() as session:
        actions.erase(session, Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"]), cast["lan"])
    rows = ask(app, UNKNOWN, foreign, tokens["lan"]).json
    assert rows is not None
    assert len({str(sorted({**row, "row": 0, "code": ""}.items(), key=str)) for row in rows}) == 1
    assert rows[0]["status"] == "unknown"


def test_another_system_asks_the_same(app: Flask, tokens: dict[str, str]) -> None:
    rows = ask(app, tokens["hung"], "", "<script>").json
    assert rows is not None
    assert rows[0] == {
        "row": 1,
        "code": tokens["hung"],
        "status": "revoked",
        "number": "000001/2026/TBT",
        "masked_name": "T. V. Hùng",
        "programme": "Kỹ năng số cho người dân",
        "level": "basic",
        "proof": "task_observed",
        "completed_on": "2026-11-20",
        "issued_on": "2026-11-21",
        "status_on": "2026-11-21",
        "replaced_by": None,
    }
    assert [row["status"] for row in rows[1:]] == ["malformed", "malformed"]
    assert ask(app).status_code == ask(app, *[UNKNOWN] * 201).status_code == 422


@pytest.mark.parametrize(
    ("codes", "status", "said"),
    [
        ("", 422, "Chưa có mã nào"),
        ("\n \n", 422, "Chưa có mã nào"),
        (f"{UNKNOWN}\n" * 201, 422, "Có 201 dòng"),
        ("x" * 70_000, 413, "64 KB"),
        ('"><script>alert(1)</script>', 200, "&lt;script&gt;"),
    ],
    ids=["nothing", "blank", "many", "large", "script"],
)
def test_a_list_that_is_refused_says_why_and_stays_in_the_field(
    app: Flask, cast: Cast, codes: str, status: int, said: str
) -> None:
    answer = send(app, codes)
    assert answer.status_code == status
    assert said in answer.text
    assert "<script>alert" not in answer.text


def test_many_at_once_cost_an_hour_what_they_cost_one_by_one(
    app: Flask, tokens: dict[str, str], database: Database
) -> None:
    def codes(n: int, start: int = 0) -> list[str]:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
        return [
            "TBT." + "A" * 24 + letters[k // 32] + letters[k % 32] for k in range(start, start + n)
        ]

    with clock.frozen(TODAY) as now:
        assert [ask(app, *codes(200)).status_code for _ in range(9)] == [200] * 9
        assert checks.PER_HOUR == 1800
        refused = ask(app, *codes(2))
        assert refused.status_code == 429
        assert 3500 <= int(refused.headers["Retry-After"]) <= 3601
        page = send(app, tokens["lan"])
        assert (page.status_code, "Retry-After" in page.headers) == (429, True)
        assert tokens["lan"] in page.text
        now.move(TODAY + timedelta(minutes=1))
        assert app.test_client().get(f"/gcn/{tokens['lan']}").status_code == 429
        now.move(TODAY + timedelta(hours=1))
        assert app.test_client().get(f"/gcn/{tokens['lan']}").status_code == 200


def test_a_list_too_long_for_the_rest_of_the_hour_takes_nothing_of_it(
    app: Flask, database: Database
) -> None:
    known = app.extensions["lms.keys"]
    with clock.frozen(TODAY):
        checks.count(database, known, "203.0.113.9", 1700)
        for _n in range(3):
            with pytest.raises(TooMany, match="1800"):
                checks.count(database, known, "203.0.113.9", 101)
        checks.count(database, known, "203.0.113.9", 100)


def test_nothing_of_a_list_is_kept(app: Flask, tokens: dict[str, str], database: Database) -> None:
    def sizes() -> dict[str, int]:
        with database.read() as session:
            tables = [t for t in Base.metadata.sorted_tables if t.name != "try_count"]
            return {
                t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables
            }

    before = sizes()
    send(app, f"{tokens['lan']}\n{UNKNOWN}\nxin-chao")
    ask(app, tokens["lan"], "xin-chao")
    assert sizes() == before
