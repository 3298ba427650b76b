"""The staff's page of all questions: who may open it, what it shows, and the same on paper."""

import re
from uuid import UUID

import pytest
from flask import Flask

from assessments.paper import on_paper
from assessments.preview_pages import Wanted, chance_words
from courses import actions as courses
from lms.core.db import Database
from lms.core.guard import system
from tests.assessments.people import learner, staff
from tests.cast import Cast
from tests.factories.activities import BANKS, KIND_NAMES, every_kind

LOADED = every_kind()
VERSION = LOADED.version


def published(database: Database, cast: Cast) -> str:
    """The address of the page for a version with every kind in every bank."""
    with database.write() as session:
        courses.publish(session, VERSION, LOADED.media)
    return f"/chuong-trinh/{VERSION.id}/cau-hoi"


@pytest.mark.db
@pytest.mark.parametrize("name", ["oanh", "an"])
def test_officers_see_every_question_with_its_key(
    app: Flask, database: Database, cast: Cast, name: str
) -> None:
    page = staff(app, cast, name).get(published(database, cast))
    assert page.status_code == 200
    assert page.text.count('class="seen"') == len(VERSION.items) == 42
    assert all(f'id="{item.id}"' in page.text for item in VERSION.items)
    for item in VERSION.items:
        assert item.explanation in page.text
    assert "Ở màn “Chuyển tiền”: gõ “45000” vào ô “Số tiền”" in page.text
    assert page.text.count("Đoán mò mà đúng") == 42


@pytest.mark.db
@pytest.mark.parametrize("name", ["trang", "tuan", "bao", "tinh"])
def test_trainers_and_readers_may_not_see_keys(
    app: Flask, database: Database, cast: Cast, name: str
) -> None:
    page = staff(app, cast, name).get(published(database, cast))
    assert page.status_code == 403
    assert VERSION.item("single-certifying-1").explanation not in page.text


@pytest.mark.db
def test_learners_and_strangers_may_not_see_keys(
    app: Flask, database: Database, cast: Cast
) -> None:
    path = published(database, cast)
    assert learner(app, cast, "lan").get(path).status_code == 403
    assert app.test_client().get(path).status_code in (302, 303, 401)


@pytest.mark.db
def test_another_communes_own_programme_is_not_there(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.write() as session:
        own = courses.publish_own(session, system(cast["KHA"]), LOADED)
    path = f"/chuong-trinh/{own}/cau-hoi"
    assert staff(app, cast, "oanh").get(path).status_code == 404
    assert staff(app, cast, "xa_oanh").get(path).status_code == 200


@pytest.mark.db
def test_a_version_that_is_not_there_is_said_so(app: Flask, cast: Cast) -> None:
    page = staff(app, cast, "oanh").get(f"/chuong-trinh/{UUID(int=7)}/cau-hoi")
    assert page.status_code == 404


@pytest.mark.db
def test_the_page_is_inert_and_filtered(app: Flask, database: Database, cast: Cast) -> None:
    client, path = staff(app, cast, "oanh"), published(database, cast)
    page = client.get(f"{path}?skill=chung&bank=measuring&kind=simulation").text
    found = re.findall(r'<article class="seen" id="([^"]+)"', page)
    assert found == ["simulation-measuring-1", "simulation-measuring-2"]
    shown = re.findall(r"<fieldset class=\"seen__learner\" disabled>.*?</article>", page, re.S)
    assert len(shown) == 2
    assert 'method="post"' not in "".join(shown)
    assert "Không có câu nào như vậy" in client.get(f"{path}?kind=khong-co").text


@pytest.mark.db
def test_on_paper_no_question_tells_its_key_before_the_last_pages(
    app: Flask, database: Database, cast: Cast
) -> None:
    page = staff(app, cast, "oanh").get(published(database, cast) + "?in=1&bank=certifying").text
    sheets, key = page.split("print-break", 1)
    assert sheets.count('class="paper"') == 14
    for item in VERSION.items:
        assert item.explanation not in sheets
        assert not any(hint in sheets for hint in item.hints)
    assert "Tin giả" not in sheets
    assert "kết thúc" not in sheets
    assert "sang màn" not in sheets
    assert "45.000 đồng</strong>" in key
    assert "45.000 đồng" not in re.sub(r'<h3 class="paper__prompt">.*?</h3>', "", sheets)


@pytest.mark.pure
@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("kind", KIND_NAMES)
def test_the_key_speaks_in_the_signs_of_the_paper(kind: str, bank: str) -> None:
    item = VERSION.item(f"{kind}-{bank}-1")
    one = on_paper(VERSION, item, 1)
    shape = {
        "single": r"[A-D]", "multiple": r"[A-D], [A-D]", "order": r"[1-4](, [1-4]){3}",
        "match": r"1 – [A-D]; 2 – [A-D]; 3 – [A-D]", "spot": r"2, 4", "number": r"45\.000 đồng",
        "simulation": r"B, C, E",
    }  # fmt: skip
    assert re.fullmatch(shape[kind], one.key), one.key
    assert one.words
    assert one.question.given == ()
    assert one.question.explanation == ""
    assert bool(one.sheets) == (kind == "simulation")


@pytest.mark.pure
def test_the_letter_of_a_choice_stands_before_the_right_card() -> None:
    item = VERSION.item("single-certifying-1")
    one = on_paper(VERSION, item, 1)
    assert one.question.cards["ABCD".index(one.key)].label == "Xác nhận giao dịch"


@pytest.mark.pure
def test_the_numbers_of_an_order_belong_to_the_printed_steps() -> None:
    item = VERSION.item("order-certifying-1")
    one = on_paper(VERSION, item, 1)
    shown = (step.text for step in one.question.view.shown)  # type: ignore[attr-defined]  # Its view.
    places = dict(zip(shown, one.key.split(", "), strict=True))
    right = ("Quét mã QR", "Nhập số tiền", "Xem tên người nhận", "Xác nhận")
    assert [places[step] for step in right] == ["1", "2", "3", "4"]


@pytest.mark.pure
def test_the_chance_of_guessing_is_written_as_people_write_it() -> None:
    said = {kind: chance_words(VERSION.item(f"{kind}-practice-1")) for kind in KIND_NAMES}
    assert said["single"] == "25%"
    assert said["spot"] == "10%"
    assert said["order"] == "4,2%"
    assert said["number"] == "dưới 0,1%"


@pytest.mark.pure
def test_no_wish_wants_everything() -> None:
    assert all(Wanted().fits(item) for item in VERSION.items)
