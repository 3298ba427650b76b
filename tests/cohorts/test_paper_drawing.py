"""Our drawings on paper: path data read as SVG says, and every drawing that we ship."""

from importlib.resources import files
from math import isclose
from pathlib import Path

import pytest

import courses
from lms.cohorts.paper.cards import GROUNDS
from lms.cohorts.paper.drawing import read
from lms.cohorts.paper.outline import steps
from lms.cohorts.paper.sheet import Sheet, lines_of, printable, width_of
from lms.cohorts.pictures import colours, drawings

pytestmark = pytest.mark.pure

LIBRARY = Path(courses.__file__).parent / "library"
EVERY_LETTER = (
    "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
    "fjwzčĕŏŭñƀĭ"
)


@pytest.mark.parametrize(
    ("data", "same"),
    [
        ("M1 2L3 4", "m1,2 2,2"),
        ("M0 0H5V6z", "m0 0h5v6Z"),
        ("M0 0 5 0 5 5", "M0 0L5 0L5 5"),
        ("m1 1 1 0-1 1z", "M1 1L2 1L1 2Z"),
        ("M0 0C1 1 2 1 3 0S5-1 6 0", "M0 0c1 1 2 1 3 0s2-1 3 0"),
        ("M0 0Q1 2 2 0T4 0", "M0 0q1 2 2 0t2 0"),
        ("M0 0a1 1 0 012 0", "M0 0A1,1 0 0 1 2 0"),
        ("M.5.5l.5-.5", "M0.5 0.5L1 0"),
    ],
)
def test_a_path_may_be_written_in_many_ways(data: str, same: str) -> None:
    one, other = steps(data), steps(same)
    assert [kind for kind, _n in one] == [kind for kind, _n in other]
    for (_k, a), (_l, b) in zip(one, other, strict=True):
        assert all(isclose(x, y, abs_tol=1e-9) for x, y in zip(a, b, strict=True))


def test_an_arc_ends_where_it_says_and_stays_on_its_circle() -> None:
    for kind, numbers in steps("M10 0A10 10 0 1 1 0 -10")[1:]:
        assert kind == "c"
        assert isclose(numbers[-2] ** 2 + numbers[-1] ** 2, 100, rel_tol=1e-9)
    assert steps("M10 0A10 10 0 1 1 0 -10")[-1][1][-2:] == pytest.approx((0, -10))


@pytest.mark.parametrize("data", ["5 5", "M1", "M1 2L", "M0 0 x", "M0 0z5", "M0 0A1 1 0 2 0 3 3"])
def test_what_is_no_path_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r"path data|number is missing"):
        steps(data)


def test_every_drawing_that_we_ship_can_be_drawn() -> None:
    folder = files("lms.core").joinpath("static/core/img/pictures")
    pictures = [folder.joinpath(f"{name}.svg").read_bytes() for name in drawings()]
    media = [path.read_bytes() for path in sorted(LIBRARY.rglob("*.svg"))]
    assert len(media) > 100
    sheet = Sheet("Hình")
    assert all(read(content).shapes for content in media)
    for n, content in enumerate([*pictures, *media[::9]]):
        sheet.picture(0, 0, 50, f"h{n}", content)
    assert sheet.done().startswith(b"%PDF-")


def test_every_vietnamese_letter_prints_and_what_does_not_is_put_otherwise() -> None:
    assert printable(EVERY_LETTER) == EVERY_LETTER
    assert printable(EVERY_LETTER.upper()) == EVERY_LETTER.upper()
    assert printable("✔ 😀\u200b") == "✓ ?"


def test_every_letter_of_the_shipped_programmes_prints() -> None:
    texts = (path.read_text(encoding="utf-8") for path in LIBRARY.rglob("*.[ym]*"))
    letters = "".join(sorted({letter for text in texts for letter in text if letter.isprintable()}))
    assert len(letters) > 150
    assert printable(letters) == letters


def test_lines_hold_all_the_words_and_none_is_too_wide() -> None:
    words = "Công Tằng Tôn Nữ Phương Hoàng Thị Ngọc Diễm Quỳnh Hương Giang " + "x" * 80
    lines = lines_of(words, 120, 11, bold=True)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(width_of(line, 11, bold=True) <= 120 for line in lines)


def test_the_grounds_of_the_cards_are_those_of_the_screen() -> None:
    css = files("lms.core").joinpath("static/core/css/tokens.css").read_text(encoding="utf-8")
    assert set(GROUNDS) == set(colours())
    for name, colour in GROUNDS.items():
        assert f"--ground-{name}: {colour};" in css
