"""Advice points at what the loader accepts and a good lesson should not have."""

import pytest

from courses.advice import advise
from courses.loader import load_files
from tests.courses.sample import spoilt

pytestmark = pytest.mark.pure

LESSON, ITEMS = "modules/mot/bai.md", "items/cau-hoi.yaml"


def told(file: str, old: str, new: str) -> set[str]:
    return {advice.message for advice in advise(load_files(spoilt(file, old, new)).version)}


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (LESSON, "Xin chào", "xin chào, " * 40 + "Xin chào", "dài quá 60 chữ"),
        (LESSON, "Xin chào", "một hai ba " * 12 + "Xin chào", "câu dài quá 32 chữ"),
        (LESSON, "{practice: luyen}", "Hết.", "chưa có câu luyện"),
        (LESSON, "skills: [qr, otp]", "skills: [qr]", "Chưa có bài học nào dạy"),
        (ITEMS, "Giờ trong ngày", "Tất cả các đáp án trên", "tất cả các ý trên"),
        (ITEMS, "Tên người nhận", "Tên người nhận và số tiền phải trả", "dài hơn hẳn"),
        (ITEMS, "Tên người nhận", "Tên người nhận ấy", "thường dài nhất"),
        (ITEMS, "Tên người nhận", "Tên", "thường ngắn nhất"),
    ],
)
def test_what_reads_badly_or_tells_the_key_is_pointed_at(
    file: str, old: str, new: str, message: str
) -> None:
    found = told(file, old, new)
    assert any(message in one for one in found), found


def test_a_bank_without_a_second_form_is_pointed_at() -> None:
    assert any("hai đề khác nhau" in one for one in told(ITEMS, "Màu của mã", "Màu mã QR ấy"))
