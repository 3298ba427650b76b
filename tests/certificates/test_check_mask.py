"""A name as strangers see it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.masking import masked

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Nguyễn Thị Lan", "N. T. Lan"),
        ("Bùi Ái", "B. Ái"),
        ("Đặng Thị Ơ̆", "Đ. T. Ơ̆"),
        ("Ơ̆m Lan", "Ơ̆. Lan"),
        ("Lan", "L…"),
        ("Y", "…"),
        ("", "…"),
        ("  ", "…"),
        ("Y Moan", "Y. M…"),
        ("Y A", "Y. …"),
        ("H'Hen Niê", "H. Niê"),
        ("Lan / Hùng", "L. Hùng"),
        ("Nguyễn Thị Lan/Hùng", "N. T. L. Hùng"),
        ("Nguyễn Thị Lan (Hoa)", "N. T. L. Hoa"),
        ("Nguyễn Thị Lan và Trần Văn Hùng", "N. T. L. v. T. V. Hùng"),
        ("-", "…"),
        ("123", "…"),
        ("Lan 2", "L…"),
        ("Nguyễn  Thị\u200b Lan", "N. T. Lan"),
    ],
)
def test_a_name_is_masked(name: str, seen: str) -> None:
    assert masked(name) == seen


@given(st.lists(st.text("aăbcđeghyƯƠ", min_size=1, max_size=6), min_size=1, max_size=9))
def test_no_whole_name_is_ever_shown(words: list[str]) -> None:
    seen = masked(" ".join(words)).replace(".", "").split()
    assert len(seen) == len(words)
    assert seen != words


@given(st.text(max_size=200))
def test_nothing_typed_as_a_name_breaks_the_mask(name: str) -> None:
    assert masked(name)
