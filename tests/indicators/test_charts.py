"""Drawings of figures: axes start at 0, bars are as long as their share, nothing rests on colour."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import lms.indicators
from lms.indicators.charts.bars import Part, bars
from lms.indicators.charts.course import Ahead, growth
from lms.indicators.charts.scale import count_scale, percent, share_scale
from lms.indicators.growth_view import month_ends
from lms.indicators.unit_lines import natural

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("most", "ends"),
    [(0, "100%"), (100, "100%"), (51, "100%"), (13, "15%"), (2, "2%"), (50, "60%")],
)
def test_an_axis_of_shares_starts_at_nought_and_ends_round(most: int, ends: str) -> None:
    ticks = share_scale([Fraction(most), None]).ticks
    assert ticks[0].text == "0%"
    assert ticks[0].place == "0%"
    assert ticks[-1].text == ends
    assert ticks[-1].place == "100%"


@pytest.mark.parametrize("most", [1, 3, 4, 5, 9, 40, 41, 999, 30_500])
def test_an_axis_of_numbers_reaches_the_largest_with_whole_steps(most: int) -> None:
    scale = count_scale([most])
    assert most <= scale.top <= most + scale.step
    assert scale.step.denominator == 1
    assert 2 <= len(scale.ticks) <= 5


def test_numbers_of_an_axis_are_written_the_vietnamese_way() -> None:
    assert [tick.text for tick in count_scale([30_500]).ticks] == [
        "0",
        "10.000",
        "20.000",
        "30.000",
        "40.000",
    ]


def test_bars_stand_in_the_order_given_and_are_as_long_as_their_share() -> None:
    parts = [
        Part("Thôn Đông", Fraction(195, 2), "97,5%", met=True),
        Part("Thôn Tây", Fraction(0), "0%", met=False),
        Part("Thôn Một Cái Tên Thật Là Dài Không Ai Nhớ", None, "–"),
    ]
    made = bars(parts, Fraction(95), "mức giao trên 95%")
    assert [bar.width for bar in made.bars] == ["97.5%", "0%", "0"]
    assert [bar.kind for bar in made.bars] == ["met", "unmet", "none"]
    assert made.bars[2].name.endswith("…")
    assert made.target == "95%"
    assert made.target_right
    assert [bar.y for bar in made.bars] == sorted(bar.y for bar in made.bars)
    assert made.height > made.foot


def test_a_bar_never_leaves_its_axis_even_when_there_are_more_than_there_should_be() -> None:
    assert bars([Part("Thôn Đông", Fraction(130), "130,0%")]).bars[0].width == "100%"


def test_a_year_grows_from_left_to_right_with_target_deadlines_and_forecast() -> None:
    values = [(day, Fraction(n * 5)) for n, day in enumerate(month_ends(date(2026, 6, 30)))]
    made = growth(
        values, share_scale([Fraction(80)]), target=Fraction(80), target_text="mức giao 80%",
        last_text="30,0%", deadlines=[(date(2026, 12, 10), "10/12")],
        ahead=Ahead(date(2026, 12, 9), Fraction(40), Fraction(55)),
    )  # fmt: skip
    across = [float(point.split(",")[0]) for point in made.line.split(" ")]
    assert across == sorted(across)
    assert across[0] == 0
    assert made.points[0].y == made.top + made.plot
    assert made.marks[0].on_left
    assert made.last_on_left
    assert len(made.ahead.split(" ")) == 3
    assert made.target_y == made.top + round(made.plot * 0.2)
    assert [month.text for month in made.months] == [str(n) for n in range(1, 13)]


def test_a_leap_year_ends_at_its_end() -> None:
    made = growth([(date(2024, 12, 31), Fraction(10))], share_scale([Fraction(10)]))
    assert made.last.x == "100%"


@pytest.mark.parametrize(("place", "text"), [(0.0, "0%"), (12.5, "12.5%"), (100.0, "100%")])
def test_a_place_is_written_for_svg_with_a_point(place: float, text: str) -> None:
    assert percent(place) == text


def test_units_are_put_in_order_as_people_count_them() -> None:
    names = ["Tổ dân phố 10", "Thôn Đông", "Tổ dân phố 2", "Thôn Bàng"]
    assert sorted(names, key=natural) == ["Thôn Bàng", "Thôn Đông", "Tổ dân phố 2", "Tổ dân phố 10"]


def test_no_drawing_or_page_of_figures_carries_a_style_of_its_own() -> None:
    folder = Path(lms.indicators.__file__).parent / "templates" / "indicators"
    for name in ("_charts", "_people", "figure", "plan", "why", "people_of_unit", "plan_of_unit"):
        text = (folder / f"{name}.html").read_text(encoding="utf-8")
        assert " style=" not in text, name
        assert "<style" not in text, name
