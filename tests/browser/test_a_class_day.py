"""A whole day of a class with three roles at once: its trainer, its learners at a tablet, an officer."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.class_day import Hand, bring_people, come_in, make_class, pins
from tests.browser.conftest import TABLET, Visit, World
from tests.browser.steps import sign_in_staff, take_lesson, take_test

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}
MAN = "Nguyễn Thị Mận"


def rungs(page: Page) -> list[int]:
    """How many people stand on each rung, as the report of the class says."""
    rows = page.locator("#bac table tbody tr").all()
    last = [row.inner_text().splitlines()[-1] for row in rows]
    return [int(re.findall(r"\d+", words)[0]) for words in last]


def observe(board: Hand, name: str) -> None:
    """Everything that a trainer looks for, seen and tapped on the phone."""
    tasks = board.page.get_by_role("navigation", name="Bài thực hành").locator("a")
    for task in tasks.all_inner_texts() or [""]:
        if task:
            board.follow(task)
        board.press("Làm được", within=board.page.locator(".watch__one", has_text=name))


def end(trainer: Hand, class_page: str) -> None:
    """End the meeting, then the class; what is missing stays written."""
    trainer.page.goto(f"{class_page}/bang")
    trainer.open("Việc trong buổi học")
    trainer.press("Kết thúc buổi học")
    trainer.page.goto(f"{class_page}/ket-thuc")
    lacking = trainer.page.locator(".lacking")
    expect(lacking).to_contain_text("Trần Văn Sửu")
    expect(lacking).not_to_contain_text(MAN)
    trainer.press("Vẫn kết thúc lớp")
    expect(trainer.page.locator("main")).to_contain_text("Lúc kết thúc còn thiếu")


@pytest.mark.long
def test_a_class_is_made_taught_tested_and_ended_in_one_day(visit: Visit, world: World) -> None:
    at_desk, in_hand, office = visit(), visit(PHONE, has_touch=True), visit()
    tablet = visit(TABLET, has_touch=True)
    tablet.be("lms_device", world.cast.device_credentials["k1_may"])
    for visitor, login in ((at_desk, "trang"), (in_hand, "trang"), (office, "oanh")):
        sign_in_staff(visitor, login)
    trainer, board, officer = Hand(at_desk.page), Hand(in_hand.page), Hand(office.page)

    # The trainer makes the class, brings the people and prints the cards.
    at_desk.go("/lop-hoc")
    class_page = make_class(trainer, "Thôn Đông", "Nhà văn hóa thôn Đông")
    bring_people(trainer, "Thôn Đông")
    expect(trainer.page.locator("main")).to_contain_text("Lớp đang có 4 học viên")
    cards = pins(trainer)

    # The class is opened; the board in the trainer's pocket follows a learner at a tablet.
    trainer.page.goto(class_page)
    trainer.press("Mở lớp bây giờ")
    code = trainer.page.locator(".class-code").inner_text()
    come_in(tablet.page, tablet.address, code, "Mận", cards[MAN])
    take_lesson(tablet.page)
    board.page.goto(f"{class_page}/bang")
    expect(board.page.locator("#ca-lop .live-row", has_text=MAN)).to_contain_text("xong bài 1")

    # Everybody is here; one is tested under the trainer's eyes and shows the real thing.
    board.page.goto(f"{class_page}/diem-danh")
    board.press("Còn lại có mặt cả")
    trainer.page.goto(f"{class_page}/kiem-tra")
    trainer.press("Mở kiểm tra")
    tablet.go("/hoc")
    take_test(tablet.page, right=11)
    expect(tablet.page.locator("main")).to_contain_text("Đã đạt bài kiểm tra")
    board.page.goto(f"{class_page}/quan-sat")
    observe(board, MAN)
    trainer.page.reload()
    trainer.press("Kết thúc kiểm tra")

    # The officer sees the same class, rung by rung, and gives the paper.
    officer.page.goto(f"{class_page}/ket-qua")
    assert rungs(officer.page) == [4, 4, 0, 1, 1, 1, 1, 0]
    officer.go("Giấy chứng nhận")
    officer.press("Cấp cho 1 người đủ điều kiện")
    expect(officer.page.locator("main")).to_contain_text("Đã cấp 1 giấy chứng nhận")

    end(trainer, class_page)
    tablet.expected.add(401)
    tablet.go("/hoc")
    expect(tablet.page.locator("main")).not_to_contain_text(MAN)
