"""Passwords that are refused and why, and the words about where one is signed in."""

import pytest

from lms.people.passwords import common
from lms.people.rules import browsers
from lms.people.rules.guessable import problem

pytestmark = pytest.mark.pure

OWN = ("quan.tri", "Nguyễn Thị Lan", "xã Tân Bình Thượng", "Tân Bình Thượng", "TBT")
REFUSED = {
    "ngắn quá": "password_short",
    "x1 " * 67: "password_long",
    "matkhau123": "password_common",
    "Mật Khẩu@2026": "password_common",
    "P@ssw0rd123": "password_common",
    "qwertyuiop123": "password_common",
    "1qaz2wsx3edc": "password_common",
    "dragon2026!!": "password_common",
    "monkeymonkey": "password_common",
    "Việt Nam 12345": "password_common",
    "anhyeuem12345": "password_common",
    "1234567890": "password_common",
    "aaaaaaaaaaaa": "password_simple",
    "abcdefghijkl": "password_simple",
    "zyxwvutsrqpo": "password_simple",
    "hoasenhoasen": "password_simple",
    "vbnmasdfqwer": "password_simple",
    "15/08/1990.": "password_digits",
    "0987 612 453": "password_digits",
    "quan.tri123": "password_own",
    "nguyenlan1990": "password_own",
    "Lan@15081990": "password_own",
    "tanbinhthuong2026": "password_own",
    "TBT 123 tbt 456": "password_own",
}
TAKEN = ("con ga gay ba lan", "hoa sen nở bên hồ", "mưa rơi trên mái", "mèo mướp béo", "7 con vịt bơi",
         "Lan và đàn gà con", "correct horse battery")  # fmt: skip


@pytest.mark.parametrize(("password", "code"), REFUSED.items())
def test_a_password_that_a_stranger_would_try_is_refused(password: str, code: str) -> None:
    assert problem(password, OWN, common()) == code


@pytest.mark.parametrize("password", TAKEN)
def test_a_few_words_are_taken_without_capitals_digits_or_signs(password: str) -> None:
    assert problem(password, OWN, common()) is None


def test_every_common_password_of_the_list_is_refused() -> None:
    long_ones = [one for one in common() if len(one) >= 10]
    assert len(long_ones) > 1000
    assert [one for one in long_ones if problem(one, OWN, common()) is None] == []


def test_a_browser_is_named_roughly_and_an_address_in_part() -> None:
    windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0 Safari/537.36"
    assert browsers.kind(windows) == "Chrome, Windows"
    assert (
        browsers.kind("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Safari/604.1") == "Safari, iPhone"
    )
    assert browsers.kind("curl/8.0") == ""
    assert browsers.rough("203.0.113.77") == "203.0.113.x"
    assert browsers.rough("2001:db8:12:3456::7") == "2001:db8:12:x"
    assert browsers.rough("nowhere") == ""
