"""For every endpoint: who may not, and that no key of a certifying item leaves the service."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assessments.questions import ask
from assessments.rules import draw_form
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.assessments.people import answers_to, learner, post, put, staff
from tests.assessments.tablet import VERSION, Tablet, deliver, right
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db

STAFF = ("trang", "tuan", "oanh", "an", "bao", "tinh")


def _learner_calls(attempt: UUID) -> list[tuple[str, str]]:
    path = f"/hoc/kiem-tra/{attempt}"
    return [
        ("GET", "/hoc"), ("GET", "/hoc/bai/b1/1"), ("POST", "/hoc/bai/b1/1"),
        ("GET", "/hoc/bai/b1/xong"), ("GET", "/hoc/kiem-tra"), ("POST", "/hoc/kiem-tra"),
        ("GET", path), ("GET", f"{path}/1"), ("POST", f"{path}/1"), ("GET", f"{path}/nop"),
        ("POST", f"{path}/nop"), ("GET", f"/api/v1/attempts/{attempt}"),
        ("PUT", f"/api/v1/attempts/{attempt}"),
    ]  # fmt: skip


def _call(client: FlaskClient, method: str, path: str) -> Any:
    headers = {"Origin": "http://localhost"}
    if method == "PUT":
        return client.put(path, json={"kind": "practice"}, headers=headers)
    return client.open(path, method=method, headers=headers)


def _begun(app: Flask, cast: Cast, name: str = "lan") -> UUID:
    attempt = uuid7()
    started = put(learner(app, cast, name), f"/api/v1/attempts/{attempt}", {"kind": "certifying"})
    assert started.status_code == 200, started.text
    return attempt


def test_nobody_but_learners_opens_a_learners_page(app: Flask, cast: Cast) -> None:
    attempt = _begun(app, cast)
    for method, path in _learner_calls(attempt):
        assert _call(app.test_client(), method, path).status_code == 401, path
        for name in STAFF:
            assert _call(staff(app, cast, name), method, path).status_code == 403, (name, path)
        device = {"Authorization": f"Bearer {cast.device_credentials['k1_may']}"}
        assert app.test_client().open(path, method=method, headers=device).status_code == 403


@pytest.mark.parametrize("name", ["hung", "mai", "xa_lan"])
def test_no_other_learner_reaches_an_attempt(app: Flask, cast: Cast, name: str) -> None:
    attempt = _begun(app, cast)
    other = learner(app, cast, name)
    for method, path in _learner_calls(attempt):
        if str(attempt) not in path or (name == "xa_lan" and method == "PUT"):
            continue
        answer = _call(other, method, path)
        assert answer.status_code == 404, (method, path)
        assert str(cast["hv_lan"]) not in answer.text


def test_an_attempt_of_the_same_id_in_another_commune_is_its_own(app: Flask, cast: Cast) -> None:
    attempt = _begun(app, cast)
    foreign = put(learner(app, cast, "xa_lan"), f"/api/v1/attempts/{attempt}", {"kind": "practice"})
    assert foreign.status_code == 200
    own = learner(app, cast, "lan").get(f"/api/v1/attempts/{attempt}")
    assert own.json["kind"] == "certifying"


def test_only_a_trainer_of_the_class_observes(app: Flask, cast: Cast) -> None:
    path = f"/api/v1/enrolments/{cast['hv_lan']}/tasks/goi-video"
    body = {"result": "can_do"}
    assert put(app.test_client(), path, body).status_code == 401
    for name, status in (("tuan", 403), ("oanh", 403), ("an", 403), ("bao", 403), ("tinh", 403),
                         ("xa_trang", 404)):  # fmt: skip
        assert put(staff(app, cast, name), path, body).status_code == status, name
    assert put(learner(app, cast, "lan"), path, body).status_code == 403
    trang = staff(app, cast, "trang")
    assert put(trang, path, {"result": "perfect"}).status_code == 422
    assert put(trang, path.replace("goi-video", "bay"), body).status_code == 404
    assert put(trang, path.replace(str(cast["hv_lan"]), str(uuid7())), body).status_code == 404


def test_results_of_a_class_are_for_its_trainer_and_the_office(app: Flask, cast: Cast) -> None:
    path = f"/api/v1/cohorts/{cast['k1']}/results"
    expected = {"trang": 200, "oanh": 200, "an": 200, "tuan": 403, "bao": 403, "tinh": 403,
                "xa_trang": 404, "xa_oanh": 404}  # fmt: skip
    for name, status in expected.items():
        assert staff(app, cast, name).get(path).status_code == status, name
    assert learner(app, cast, "lan").get(path).status_code == 403
    assert app.test_client().get(path).status_code == 401


def test_strange_lessons_screens_and_questions_are_missing(app: Flask, cast: Cast) -> None:
    lan = learner(app, cast, "lan")
    path = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="practice").location
    for address in ("/hoc/bai/khong-co/1", "/hoc/bai/b1/0", "/hoc/bai/b1/5",
                    "/hoc/bai/khong-co/xong", f"{path}/0", f"{path}/13",
                    f"/hoc/kiem-tra/{uuid7()}"):  # fmt: skip
        assert lan.get(address).status_code == 404, address
    assert post(lan, "/hoc/bai/b1/9").status_code == 404
    assert post(lan, "/hoc/kiem-tra", attempt="khong-phai-ma", kind="practice").status_code == 422
    assert post(lan, f"{path}/1", choice="phuong-an-la", go="next").status_code == 422


def _bodies_of_a_test(app: Flask, cast: Cast, mistakes: int) -> Iterator[str]:
    """Every body a learner sees from the first question of the test to its result."""
    lan = learner(app, cast, "lan")
    begun = post(lan, "/hoc/kiem-tra", attempt=str(uuid7()), kind="certifying")
    path, api = begun.location, begun.location.replace("/hoc/kiem-tra", "/api/v1/attempts")
    questions = lan.get(api).json["questions"]
    for n, one in enumerate(answers_to(questions, mistakes), 1):
        yield lan.get(f"{path}/{n}").text
        yield lan.get(api).text
        post(lan, f"{path}/{n}", choice=one["response"], go="next")
        yield lan.get(f"{path}/{n}").text
    yield lan.get(f"{path}/nop").text
    post(lan, f"{path}/nop")
    yield lan.get(path).text
    yield lan.get(api).text
    yield lan.get("/hoc").text
    yield lan.get("/hoc/kiem-tra").text


@pytest.mark.long_on_postgresql
@pytest.mark.parametrize("mistakes", [0, 12])
def test_no_key_of_the_test_is_in_any_body_before_or_after(
    app: Flask, cast: Cast, mistakes: int
) -> None:
    told = ("answer--right", "answer--wrong", "Vì cách này an toàn", '"right"', '"correct"')
    bodies = list(_bodies_of_a_test(app, cast, mistakes))
    assert len(bodies) > 36
    for body in bodies:
        assert not [word for word in told if word in body]


@pytest.mark.pure
def test_a_question_of_the_test_is_never_shown_with_its_key() -> None:
    form = draw_form(VERSION, VERSION.blueprint("certifying", "basic"), "x")
    for number, asked in enumerate(form.items, 1):
        given = {asked.item.id: tuple(right(asked.item.id))}
        shown = ask(form, number, given)
        assert (shown.correct, shown.explanation, shown.hint) == (None, "", "")
        assert {card.state for card in shown.cards} == {""}


def test_staff_see_programmes_and_anybody_a_picture(app: Flask, cast: Cast) -> None:
    version = cast["version"]
    for path in ("/chuong-trinh", f"/chuong-trinh/{version}", f"/chuong-trinh/{version}/b1"):
        assert app.test_client().get(path).status_code == 401
        assert learner(app, cast, "lan").get(path).status_code == 403
        assert staff(app, cast, "tinh").get(path).status_code == 403
        for name in ("trang", "bao", "oanh", "an"):
            page = staff(app, cast, name).get(path)
            assert page.status_code == 200
    assert staff(app, cast, "trang").get(f"/chuong-trinh/{version}/la").status_code == 404
    assert app.test_client().get("/hinh/" + "0" * 64).status_code == 404
    for path in ("/api/v1/programmes", f"/api/v1/programmes/{version}"):
        assert app.test_client().get(path).status_code == 401
        assert staff(app, cast, "bao").get(path).status_code == 403
        body = staff(app, cast, "trang").get(path)
        assert "options" not in body.text


def test_a_picture_may_be_kept_for_ever_and_runs_nothing(
    app: Flask, database: Database, cast: Cast
) -> None:
    from courses.models import MediaRow

    with database.write() as session:
        session.add(MediaRow(sha256="ab" * 32, media_type="image/svg+xml", body=b"<svg/>"))
    answer = app.test_client().get("/hinh/" + "ab" * 32)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.content_type == "image/svg+xml"


def test_the_page_goes_on_where_a_tablet_left_off(
    app: Flask, database: Database, cast: Cast
) -> None:
    with clock.frozen(OPENED + timedelta(days=31)):
        tablet = Tablet(cast).start()
        for item in tablet.items[:6]:
            tablet.answer(item, right(item))
        deliver(database, cast, tablet.texts)
        lan = learner(app, cast, "lan")
        path = f"/hoc/kiem-tra/{tablet.attempt}"
        assert lan.get(path).location == f"{path}/7"
        for number, item in enumerate(tablet.items[6:], 7):
            post(lan, f"{path}/{number}", choice=right(item), go="next")
        post(lan, f"{path}/nop")
        held = lan.get(f"/api/v1/attempts/{tablet.attempt}").json
    assert (held["state"], held["points"]) == ("final", 12)
