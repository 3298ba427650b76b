"""What people do at a browser, written once: every step is a tap or a form, with scripts and without."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.cast import PASSWORD, PIN

MAIN = ".learner-dock__main button, .learner-dock__main a"
KEYS = ".pin__keys"
ENTRY, PLAIN = "/vao-lop", "?kieu=trang"
"""With scripts the way in leads to the player, unless somebody asks for the plain pages."""
SCRIPTS = [
    pytest.param(True, id="with scripts", marks=pytest.mark.long),
    pytest.param(False, id="without scripts"),
]
"""The plain pages are for browsers without scripts; with scripts people learn in the player."""


def tap_main(page: Page) -> None:
    """The one main button, always in the same place, and the page it leads to."""
    with page.expect_navigation():
        page.locator(MAIN).first.tap()


def follow(page: Page, words: str) -> None:
    """A link by its exact words, and the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("link", name=words, exact=True).click()


def press(page: Page, words: str) -> None:
    """A button by its exact words, and the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def sign_in_staff(visitor: Visitor, login: str) -> None:
    """Login and password by the form."""
    page = visitor.go("/dang-nhap")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    press(page, "Đăng nhập")


def enrol_tablet(visitor: Visitor, login: str = "trang") -> None:
    """A trainer makes this browser a tablet of the commune, then signs out."""
    sign_in_staff(visitor, login)
    page = visitor.go("/may")
    press(page, "Đăng ký máy này")
    page.locator(".user-menu summary").click()
    press(page, "Đăng xuất")


def sign_in_learner(visitor: Visitor, code: str = "K1ABCD", name: str = "Lan N.") -> None:
    """Class code, picture, PIN on the plain pages; without a code the tablet stands in the class already."""
    page = visitor.go(f"{ENTRY}{PLAIN}")
    if code:
        page.fill("[name=code]", code)
        tap_main(page)
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile(re.escape(name))).tap()
    type_pin(page, PIN)
    tap_main(page)


def type_pin(page: Page, pin: str) -> None:
    """On the page's own keys; without scripts they are not there and the tablet's keyboard is."""
    if page.locator(KEYS).is_visible():
        for digit in pin:
            page.locator(f'[data-digit="{digit}"]').tap()
    else:
        page.fill("[name=pin]", pin)


def take_lesson(page: Page) -> int:
    """Go through one lesson to its end; returns the number of screens."""
    with page.expect_navigation():
        page.locator(".way__link").first.tap()
    screens = 0
    while not page.url.endswith("/xong"):
        screens += 1
        assert screens < 30, page.url
        tap_main(page)
    return screens


def take_test(page: Page, right: int = 12) -> None:
    """The certifying test from the learner's own page: `right` right answers, the others wrong."""
    follow(page, "Làm bài kiểm tra")
    tap_main(page)
    asked = 0
    while page.locator(".answers").count():
        label = "Cách 0" if asked < right else "Cách 1"
        page.locator("label.answer", has_text=label).tap()
        asked += 1
        tap_main(page)
    assert asked == 12
    tap_main(page)
