"""The guard: cross-origin writes, headers, limits that survive a refusal, refusals as answers."""

from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from flask import Flask

from lms.core import limits
from lms.core.db import Database
from lms.core.limits import Limit
from tests.cast import Cast

pytestmark = pytest.mark.db
HOST = "lop.xa-mau.example"


def post(app: Flask, **headers: str) -> int:
    client = app.test_client()
    client.set_cookie("theme", "light", domain=HOST)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        "/giao-dien", data={"theme": "contrast"}, base_url=f"http://{HOST}", headers=named
    ).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "same-origin"}, 303),
        ({"Sec_Fetch_Site": "none"}, 303),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Origin": f"http://{HOST}"}, 403),
        ({"Origin": f"http://{HOST}"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": f"http://{HOST}.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_the_service_itself_may_write_with_a_cookie(
    app: Flask, cast: Cast, headers: dict[str, str], status: int
) -> None:
    assert post(app, **headers) == status


def test_a_machine_without_cookies_may_call(app: Flask, cast: Cast) -> None:
    assert app.test_client().post("/giao-dien", data={"theme": "light"}).status_code == 303


def test_every_answer_carries_the_headers(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    for path in ("/", "/health", "/api/v1/openapi.json", "/khong-co", "/api/v1/khong-co"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_an_unknown_address_is_a_vietnamese_problem(app: Flask, cast: Cast) -> None:
    answer = app.test_client().get("/api/v1/khong-co")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["title"] == "Không tìm thấy"
    assert "Không tìm thấy" in app.test_client().get("/khong-co").text


def test_cookies_are_closed_to_scripts(app: Flask, cast: Cast) -> None:
    answer = app.test_client().post("/giao-dien", data={"theme": "contrast"})
    jar: Any = SimpleCookie(answer.headers["Set-Cookie"])["theme"]
    assert jar["httponly"]
    assert jar["samesite"] == "Lax"


def test_five_misses_lock_and_the_lock_survives_a_new_session(
    database: Database, cast: Cast
) -> None:
    limit = Limit(5, timedelta(minutes=15), timedelta(minutes=15))
    for number in range(1, 6):
        with database.write() as session:
            assert limits.count_failure(session, cast["TBT"], "pin:x", limit) is (number == 5)
    with database.read() as session:
        assert limits.locked_until(session, cast["TBT"], "pin:x") is not None
        assert limits.locked_until(session, cast["KHA"], "pin:x") is None
    with database.write() as session:
        limits.clear(session, cast["TBT"], "pin:x")
    with database.read() as session:
        assert limits.locked_until(session, cast["TBT"], "pin:x") is None


def test_static_files_are_kept_for_ever_under_their_release(app: Flask, cast: Cast) -> None:
    assets = app.extensions["lms.assets"]
    url = assets.url("core/app.css")
    answer = app.test_client().get(url, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    old = app.test_client().get(url.replace(assets.release, "0" * 12))
    assert old.headers["Cache-Control"] == "no-cache"
    assert app.test_client().get("/assets/x/../../pyproject.toml").status_code == 404
