"""Find the danger on a picture: where the places lie, and what is told only when it is explained."""

import re
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from assessments.shown.picture import PICTURE, Place
from courses.activities import KINDS
from courses.activity_parts import GRID_COLUMNS, GRID_ROWS
from courses.rules import Item
from tests.factories.activities import every_kind

pytestmark = pytest.mark.pure

VERSION = every_kind().version
OPEN = VERSION.item("spot-practice-1")
SECRET = VERSION.item("spot-certifying-1")
SHEET = Path(__file__).parents[2] / "assessments/static/assessments/css/picture.css"


def look(item: Item, *given: str, reveal: bool = False) -> tuple[Place, ...]:
    shown = PICTURE.view(item, KINDS["spot"].parts(item), given, reveal)
    assert isinstance(shown, tuple)
    return shown


def id_of(item: Item, label: str) -> str:
    return next(spot.id for spot in item.spots if spot.label == label)


def test_places_are_numbered_as_one_reads_and_lie_where_the_author_put_them() -> None:
    places = look(OPEN)
    assert [one.number for one in places] == [1, 2, 3, 4, 5]
    assert [one.label for one in places] == [
        "Giờ nhận tin", "Đường dẫn lạ trong tin", "Tên người nhận tin",
        "Lời giục chuyển tiền ngay", "Nút quay lại",
    ]  # fmt: skip
    assert places[1].place == "at-c6 at-w5 at-r1 at-h3"


def test_what_is_chosen_is_kept_and_told_neither_right_nor_wrong() -> None:
    harmless = id_of(OPEN, "Nút quay lại")
    places = look(OPEN, harmless)
    assert [one.id for one in places if one.chosen] == [harmless]
    assert {one.state for one in places} == {""}


def test_explained_every_danger_and_every_wrong_tap_is_marked() -> None:
    found, harmless = id_of(OPEN, "Đường dẫn lạ trong tin"), id_of(OPEN, "Nút quay lại")
    states = {one.label: one.state for one in look(OPEN, found, harmless, reveal=True)}
    assert states == {
        "Giờ nhận tin": "",
        "Đường dẫn lạ trong tin": "right",
        "Tên người nhận tin": "",
        "Lời giục chuyển tiền ngay": "missed",
        "Nút quay lại": "wrong",
    }


def test_a_secret_picture_is_never_explained() -> None:
    assert {one.state for one in look(SECRET, SECRET.spots[0].id, reveal=True)} == {""}


def test_the_dangers_in_words() -> None:
    assert PICTURE.right_words(OPEN) == ("Đường dẫn lạ trong tin", "Lời giục chuyển tiền ngay")


def test_the_picture_needs_no_working_button() -> None:
    assert PICTURE.acted(OPEN, (), MultiDict({"act": "pick:x"})) is None
    assert not PICTURE.saves_each_act


def test_every_place_that_an_author_may_give_has_its_squares_in_the_style_sheet() -> None:
    known = set(re.findall(r"\.(at-[cwrh]\d+)", SHEET.read_text(encoding="utf-8")))
    columns, rows, least = GRID_COLUMNS, GRID_ROWS, 3
    needed = {f"at-c{n}" for n in range(1, columns - least + 2)}
    needed |= {f"at-w{n}" for n in range(least, columns + 1)}
    needed |= {f"at-r{n}" for n in range(1, rows - least + 2)}
    needed |= {f"at-h{n}" for n in range(least, rows + 1)}
    assert known == needed
