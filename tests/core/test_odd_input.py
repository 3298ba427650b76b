"""Odd input gets a sentence, never a crash; a slow sender holds no lock; no address leads elsewhere."""

import threading
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from lms.core import db, web
from lms.core.db import Database
from lms.core.settings import Settings
from tests.cast import Cast

pytestmark = pytest.mark.db
ORIGIN = {"Origin": "http://localhost"}


def staff(app: Flask, cast: Cast, name: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens[name])
    return client


@pytest.mark.parametrize(
    ("method", "url", "form"),
    [
        ("POST", "/dang-nhap", {"login": "a\0b", "password": "x"}),
        ("GET", "/dan-cu?tim=%00", None),
        ("GET", "/ke-hoach/%00", None),
        ("POST", "/may", {"label": "a\0b"}),
        ("POST", "/tai-khoan", {"name": "A\0B", "login": "aaa", "role": "trainer"}),
    ],
)
def test_a_character_that_cannot_be_stored_is_refused_in_words(
    app: Flask, cast: Cast, method: str, url: str, form: dict[str, str] | None
) -> None:
    answer = staff(app, cast, "an").open(url, method=method, data=form, headers=ORIGIN)
    assert answer.status_code == 400
    assert "ký tự lạ" in answer.text


def test_a_number_that_no_column_holds_is_refused_in_words(app: Flask, cast: Cast) -> None:
    client = staff(app, cast, "an")
    for path in (f"/xa/TBT/tinh-trang/{10**20}/revocation", f"/mau-giay-chung-nhan/{10**20}"):
        answer = client.get(path)
        assert answer.status_code == 422
        assert "không lưu được" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        "[" * 200_000,
        '{"kind":"practice","seed":' + "9" * 5000 + "}",
        '{"kind":"practice","seed":"\\ud800"}',
        '{"kind":"practice","\\ud800":1}',
        '{"kind":"practice","seed":"một hạt"}',
    ],
    ids=["too deep", "too long a number", "half a letter", "half a letter as a name", "no word"],
)
def test_a_body_that_no_program_of_ours_writes_is_refused(
    app: Flask, cast: Cast, body: str
) -> None:
    client = app.test_client()
    client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    answer = client.put(
        f"/api/v1/attempts/{cast['k1']}", data=body, content_type="application/json", headers=ORIGIN
    )
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("origin", ["http://[", "http://evil.example:99999999", "//", "null"])
def test_an_origin_that_cannot_be_read_is_not_ours(app: Flask, cast: Cast, origin: str) -> None:
    client = app.test_client()
    client.set_cookie("theme", "light")
    assert client.post("/giao-dien", headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize(
    "referrer",
    [
        "http://[",
        "http://localhost//evil.example/x",
        "http://localhost/\\evil.example",
        "http://evil.example/x",
    ],
)
def test_the_way_back_never_leaves_the_service(app: Flask, cast: Cast, referrer: str) -> None:
    answer = app.test_client().post("/giao-dien", headers={"Referer": referrer, **ORIGIN})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("kind", ["cohorts", "people", "certificates"])
def test_a_page_beyond_all_counting_is_refused(app: Flask, cast: Cast, kind: str) -> None:
    answer = staff(app, cast, "oanh").get(f"/api/v1/{kind}?page=9223372036854775808")
    assert answer.status_code == 422


def test_first_wrong_passwords_at_the_same_instant_are_all_counted(app: Flask, cast: Cast) -> None:
    seen: list[int] = []

    def miss() -> None:
        form = {"login": "khongco", "password": "sai"}
        seen.append(app.test_client().post("/dang-nhap", data=form, headers=ORIGIN).status_code)

    threads = [threading.Thread(target=miss) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [401] * 4


def test_values_of_a_statement_are_in_no_error(database: Database, cast: Cast) -> None:
    with database.read() as session, pytest.raises(Exception, match="khong_co_bang") as caught:
        session.execute(text("SELECT * FROM khong_co_bang WHERE ten = :ten"), {"ten": "CANARY"})
    assert "CANARY" not in str(caught.value)


def test_one_connection_is_enough_for_every_request(
    tmp_path: Path, app: Flask, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where SQLite is old there is one connection: a request must never wait for a second one."""
    if not settings.is_sqlite:
        settings = Settings(data_dir=tmp_path, database_url=settings.database_url)
    monkeypatch.setattr(db, "SAFE_SQLITE", (99, 0, 0))
    monkeypatch.setitem(db._UNSAFE_POOL, "pool_timeout", 2)
    narrow = Database(settings)
    app.extensions["lms.db"] = narrow
    device = app.test_client()
    bearer = {"Authorization": f"Bearer {cast.device_credentials['k1_may']}"}
    try:
        for url in ("/api/v1/tablet", "/api/v1/sync/time", "/api/v1/sync/have"):
            assert device.get(url, headers=bearer).status_code == 200
        for name, url in (
            ("oanh", "/dan-cu"),
            ("trang", "/hom-nay"),
            ("an", "/nhat-ky"),
            ("oanh", "/lop-hoc"),
        ):
            assert staff(app, cast, name).get(url).status_code == 200
        learner = app.test_client()
        learner.set_cookie("lms_learner", cast.learner_tokens["lan"])
        assert learner.get("/hoc").status_code == 200
        assert learner.post("/goi-thay", headers=ORIGIN).status_code == 303
    finally:
        narrow.close()


def test_who_is_overtaken_by_somebody_else_is_told_so_and_nothing_is_saved(app: Flask) -> None:
    with app.test_request_context("/lop-hoc"):
        answer = web.answer_overtaken(IntegrityError("INSERT", None, Exception()))
    assert answer.status_code == 409
    assert "vừa sửa đúng chỗ này" in answer.get_data(as_text=True)
