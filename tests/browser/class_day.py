"""A class from its first form to its last paper, tap by tap, as its trainer and its learners go through it.

Every click and every key is counted, so that the same walk tells how long a newcomer needs (bench_class_day).
"""

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.browser.steps import tap_main, type_pin

PEOPLE = (
    "1\tNguyễn Thị Mận\t1958\tNữ",
    "2\tTrần Văn Sửu\t1961\tNam",
    "3\tLê Thị Gấm\t12/03/1970\tNữ",
)
"""As they are copied from a sheet of a village."""
HEADING = "STT\tHọ và tên\tNăm sinh\tGiới tính"


@dataclass
class Hand:
    """Somebody's hand at one page; it counts what it does."""

    page: Page
    clicks: int = 0
    keys: int = 0
    pages: list[str] = field(default_factory=list)

    def press(self, words: str, *, within: Locator | None = None) -> None:
        """A button by its exact words, and the page it leads to."""
        self._go((within or self.page).get_by_role("button", name=words, exact=True).first)

    def follow(self, words: str) -> None:
        """A link by its exact words, and the page it leads to."""
        self._go(self.page.get_by_role("link", name=words, exact=True).first)

    def _go(self, where: Locator) -> None:
        self.clicks += 1
        with self.page.expect_navigation():
            where.click()
        self.pages.append(self.page.title())

    def open(self, words: str) -> None:
        """Something folded."""
        self.clicks += 1
        self.page.locator("summary", has_text=words).first.click()

    def write(self, name: str, words: str, *, pasted: bool = False) -> None:
        """Into the field of this name; what is pasted costs two keys."""
        self.clicks += 1
        self.keys += 2 if pasted else len(words)
        self.page.fill(f"[name={name}]", words)

    def choose(self, name: str, label: str | re.Pattern[str]) -> None:
        """One of a list."""
        self.clicks += 2
        options = self.page.locator(f'select[name={name}]:visible option:not([value=""])').filter(
            has_text=label
        )
        value = options.first.get_attribute("value")
        self.page.select_option(f"select[name={name}]:visible", value)

    def tick(self, words: str) -> None:
        """One of several."""
        self.clicks += 1
        self.page.get_by_label(words, exact=True).check()

    def go(self, words: str) -> None:
        """A part of the class by its tab."""
        self._go(self.page.locator(".tabs").get_by_role("link", name=words, exact=True))


ANY = re.compile(".")


def make_class(hand: Hand, unit: str, place: str, programme: re.Pattern[str] = ANY) -> str:
    """A class of four meetings, the first of them today, from the list of classes; gives its address."""
    hand.follow("Tạo lớp")
    hand.choose("version", programme)
    hand.choose("unit_id", unit)
    hand.write("place", place)
    hand.write("count", "4")
    hand.press("Tạo lớp")
    found = re.match(r".*/lop-hoc/[0-9a-f-]{36}", hand.page.url)
    assert found is not None, hand.page.url
    return found[0]


def bring_people(hand: Hand, home: str) -> None:
    """Three by a list, then one at the door."""
    # A new class that meets another one of its trainer shows its timetable first.
    if hand.page.url.endswith("/lich"):
        hand.go("Học viên")
    hand.follow("Tệp hoặc dán danh sách")
    hand.open("dán danh sách")
    hand.write("text", "\n".join([HEADING, *PEOPLE]), pasted=True)
    hand.choose("home", home)
    hand.press("Xem trước")
    hand.press("Thêm 3 người vào lớp")
    hand.follow("Người mới đến")
    hand.write("name", "Phạm Thị Ổi")
    hand.write("born", "1966")
    hand.tick("Nữ")
    hand.press("Thêm vào lớp")


def pins(hand: Hand) -> dict[str, str]:
    """Name → the PIN on the card, as the trainer prints them."""
    hand.go("Giấy in")
    hand.follow("Mở trang thẻ")
    hand.press("Làm thẻ cho 4 người")
    cards = hand.page.locator(".login-card").all()
    return {
        card.locator(".login-card__name").inner_text(): card.locator(
            ".login-card__pin"
        ).inner_text()
        for card in cards
    }


def come_in(page: Page, address: str, code: str, name: str, pin: str) -> None:
    """A learner at a tablet, on the plain pages: code, picture and name, PIN."""
    page.goto(f"{address}/vao-lop?kieu=trang")
    if page.locator("[name=code]").count():
        page.fill("[name=code]", code)
        tap_main(page)
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile(re.escape(name))).tap()
    type_pin(page, pin)
    tap_main(page)
