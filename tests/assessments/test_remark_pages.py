"""The page that has a faulty question marked again: chosen, shown, decided; for officers only."""

import pytest
from flask import Flask

from lms.core.db import Database
from lms.core.ids import uuid7
from tests.assessments.people import learner, post, staff
from tests.assessments.tablet import VERSION, deliver, whole, wrong
from tests.cast import Cast

pytestmark = pytest.mark.db

REASON = "Hai phương án đều đúng, cả lớp cùng thấy."


def address(item: str) -> str:
    return f"/chuong-trinh/{VERSION.id}/cau-hoi/{item}/cham-lai"


def test_an_officer_sees_what_people_answered_then_the_effect_then_decides(
    app: Flask, database: Database, cast: Cast
) -> None:
    tablet = whole(cast, mistakes=3)
    deliver(database, cast, tablet.texts)
    item, officer = tablet.items[0], staff(app, cast, "oanh")
    first = officer.get(address(item)).text
    assert "(1 lượt trả lời)" in first
    value = f'["{wrong(item)[0]}"]'
    effect = officer.get(address(item), query_string={"nhan": value}).text
    assert "Từ chưa đạt thành đạt" in effect
    form = {"key": str(uuid7()), "nhan": value, "reason": REASON}
    for _twice in range(2):
        assert post(officer, address(item), **form).status_code == 303
    after = officer.get(address(item)).text
    assert after.count(REASON) == 1
    assert "nhận thêm" in after


def test_a_decision_without_reason_or_choice_is_refused_in_words(app: Flask, cast: Cast) -> None:
    officer, item = staff(app, cast, "oanh"), whole(cast).items[0]
    for form in ({}, {"cho": "moi-nguoi", "reason": "ngắn"}, {"nhan": "không phải JSON"}):
        answer = post(officer, address(item), key=str(uuid7()), **form)
        assert answer.status_code == 422
        assert "Hãy" in answer.text


def test_who_may_not_have_a_question_marked_again(app: Flask, cast: Cast) -> None:
    item = whole(cast).items[0]
    for client in (staff(app, cast, "trang"), learner(app, cast, "lan"), app.test_client()):
        assert client.get(address(item)).status_code in (401, 403, 404)
        answer = post(client, address(item), key=str(uuid7()), cho="moi-nguoi", reason=REASON)
        assert answer.status_code in (401, 403, 404)
    practice = next(one.id for one in VERSION.items if not one.secret)
    assert staff(app, cast, "oanh").get(address(practice)).status_code == 404
