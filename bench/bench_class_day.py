"""From an empty database to a finished class, with a stopwatch: what the people in charge click and type.

`python bench/bench_class_day.py [folder]` makes a commune by `lms init`, starts the service, and walks it
in a real Chromium: the administrator invites a trainer, the trainer makes a class, brings four people by a
list and at the door, prints cards, opens the class, lets a tablet in, marks attendance, holds a supervised
test that all four take at the tablet, observes every task, gives the certificates and ends the class.
Screenshots go to the folder.

The time is the keystroke-level model of Card, Moran and Newell (1983) over the very clicks and keys: 1.35 s
to think, 1.1 s to point and 0.2 s to press for a click, 0.28 s for a key, and beside it two and a half times
as much for somebody who sees the pages for the first time. The ceiling is fifteen minutes.
"""

import io
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import zxingcpp
from bench_start import free_port, status
from common import ROOT
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from courses.loader import shipped_programmes
from courses.rules import Item
from tests.assessments.kinds import right
from tests.browser import learning
from tests.browser.class_day import Hand, bring_people, make_class, pins
from tests.browser.learning import begin_test, heading, main, respond
from tests.browser.player import enter_class, next_person, sign_in

UNITS = "ma,ten,loai,do_thi\nthon-dong,Thôn Đông,thon,\nthon-doai,Thôn Đoài,thon,\n"
PASSWORD = "con-tram-den-bo-ao"  # noqa: S105 - of a commune that lives for a minute.
THINK, POINT, PRESS, KEY, NEWCOMER = 1.35, 1.1, 0.2, 0.28, 2.5
CEILING = 15 * 60
PROGRAMME = "nguoi-dan"


def lms(folder: Path, *words: str, port: int = 0) -> list[str]:
    """The order of a command, in an environment of its own."""
    os.environ.update({"LMS_DATA_DIR": str(folder / "du-lieu"), "LMS_PORT": str(port)})
    return [sys.executable, "-m", "lms", *words]


@contextmanager
def service(folder: Path) -> Iterator[tuple[str, str]]:
    """A commune of this moment, served: (its address, the administrator's one-time link)."""
    port = free_port()
    (folder / "don-vi.csv").write_text(UNITS, encoding="utf-8")
    order = lms(folder, "init", "--kind", "xa", "--name", "Tân Bình Thượng", "--province", "Tỉnh Mẫu",
                "--code", "TBT", "--units", str(folder / "don-vi.csv"), "--admin-login", "binhan",
                "--admin-name", "Đỗ Bình An", port=port)  # fmt: skip
    said = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    link = re.search(r"/mat-khau/\S+", said)
    assert link is not None, said
    running = subprocess.Popen(lms(folder, "serve", "--quiet", port=port), cwd=ROOT)
    try:
        end = time.monotonic() + 60
        while status(port, "/dang-nhap") != 200 and time.monotonic() < end:
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", link[0]
    finally:
        running.terminate()
        running.wait()


def new_page(browser: Browser, width: int, height: int) -> Page:
    """Somebody's own browser."""
    touch = width < 1000
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="vi-VN", has_touch=touch
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def begin(hand: Hand, link: str, login: str) -> None:
    """Set a password by the one-time link and sign in with it."""
    hand.page.goto(link)
    hand.write("password", PASSWORD)
    hand.write("again", PASSWORD)
    hand.press("Đặt mật khẩu")
    hand.write("login", login)
    hand.write("password", PASSWORD)
    hand.press("Đăng nhập")


def invite(hand: Hand) -> str:
    """An account for the trainer; gives its link."""
    hand.follow("Tài khoản")
    hand.write("name", "Nguyễn Thu Trang")
    hand.write("login", "trang")
    hand.choose("role", re.compile("giảng viên", re.IGNORECASE))
    hand.press("Tạo tài khoản")
    return hand.page.locator(".one-time-link").inner_text().strip()


def let_in(trainer: Hand, tablet: Page) -> None:
    """The trainer shows a QR code; the tablet opens what it says and is let in."""
    trainer.press("Đăng ký máy bằng QR")
    shown = Image.open(io.BytesIO(trainer.page.locator(".class-qr svg").first.screenshot()))
    tablet.goto(zxingcpp.read_barcodes(shown)[0].text)
    tablet.get_by_role("button", name="Đăng ký máy này").tap()
    tablet.wait_for_load_state()


def at_question(page: Page, number: int, total: int) -> Item:
    """The item that a screen of the test asks, by its words."""
    page.locator("#main .progress", has_text=f"{number} trong {total}").wait_for()
    words = page.locator(learning.QUESTION).first.inner_text().strip()
    return next(item for item in programme().items if item.prompt.strip() == words)


def programme() -> learning.ProgrammeVersion:
    """What the class learns."""
    return next(one.version for one in shipped_programmes() if one.version.code == PROGRAMME)


def take_test(page: Page, name: str, pin: str) -> None:
    """One learner at the tablet: in, the test, right in everything, out."""
    sign_in(page, name, pin)
    begin_test(page)
    total = programme().blueprint("certifying", "basic").count
    for number in range(1, total + 1):
        item = at_question(page, number, total)
        respond(page, item, right(item))
        main(page, "Xem lại rồi nộp" if number == total else "Câu tiếp theo")
    main(page, "Nộp bài")
    heading(page, "Chúc mừng")
    next_person(page)


def walk(browser: Browser, address: str, link: str, shots: Path | None) -> dict[str, Hand]:
    """The whole day; what each of the two clicked and typed."""
    administrator = Hand(new_page(browser, 1366, 768))
    begin(administrator, address + link, "binhan")
    trainer = Hand(new_page(browser, 1366, 768))
    begin(trainer, invite(administrator), "trang")

    trainer.follow("Lớp học")
    here = make_class(trainer, "Thôn Đông", "Nhà văn hóa thôn Đông", re.compile("cho người dân"))
    bring_people(trainer, "Thôn Đông")
    look(trainer.page, shots, "class-learners")
    cards = pins(trainer)
    look(trainer.page, shots, "class-cards")
    trainer.follow("Hôm nay")
    trainer.press("Mở lớp bây giờ")
    code = trainer.page.locator(".class-code").inner_text()
    tablet = new_page(browser, 800, 1280)
    let_in(trainer, tablet)
    trainer.follow("Hôm nay")
    trainer.follow("Điểm danh")
    trainer.press("Còn lại có mặt cả")
    look(trainer.page, shots, "class-attendance")
    trainer.follow("Hôm nay")
    trainer.follow("Kiểm tra có giám sát")
    trainer.press("Mở kiểm tra")
    tablet.goto(address + "/may-hoc")
    enter_class(tablet, code)
    for number, (name, pin) in enumerate(cards.items()):
        take_test(tablet, shown_name(name), pin)
        if number == 2:
            trainer.page.goto(here + "/bang")
            look(trainer.page, shots, "class-board")
            trainer.page.goto(here + "/kiem-tra")
    trainer.page.reload()
    trainer.press("Kết thúc kiểm tra")
    trainer.follow("Hôm nay")
    trainer.follow("Quan sát bài thực hành")
    observe_all(trainer, list(cards))
    look(trainer.page, shots, "class-observing")
    finish(trainer, here, shots)
    return {"administrator": administrator, "trainer": trainer}


def shown_name(name: str) -> str:
    """As the tablet shows it: the given name and the first letter of the family name."""
    words = name.split()
    return f"{words[-1]} {words[0][0]}."


def observe_all(trainer: Hand, names: list[str]) -> None:
    """Every task, every learner: làm được."""
    tasks = trainer.page.get_by_role("navigation", name="Bài thực hành").locator("a")
    for task in tasks.all_inner_texts() or [""]:
        if task:
            trainer.follow(task)
        for name in names:
            trainer.press("Làm được", within=trainer.page.locator(".watch__one", has_text=name))


def finish(trainer: Hand, here: str, shots: Path | None) -> None:
    """Certificates, the end of the meeting, the end of the class."""
    trainer.follow("Hôm nay")
    trainer.press("Kết thúc buổi học")
    trainer.page.goto(here)
    trainer.go("Giấy chứng nhận")
    trainer.press("Cấp cho 4 người đủ điều kiện")
    trainer.page.goto(here + "/ket-qua")
    look(trainer.page, shots, "class-results")
    trainer.page.goto(here + "/ket-thuc")
    look(trainer.page, shots, "class-end")
    trainer.press("Vẫn kết thúc lớp")


def look(page: Page, shots: Path | None, name: str) -> None:
    """A screenshot of what is to be seen without scrolling."""
    if shots is not None:
        page.screenshot(path=shots / f"{name}.png")


def seconds(hand: Hand) -> float:
    """What the clicks and keys take somebody who knows the way."""
    return hand.clicks * (THINK + POINT + PRESS) + hand.keys * KEY


def main_walk() -> None:
    """Walk, then print clicks, keys and the time that they take."""
    shots = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as folder, service(Path(folder)) as (address, link):
        began = time.perf_counter()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            hands = walk(browser, address, link, shots)
            browser.close()
        machine = time.perf_counter() - began
    known = sum(seconds(hand) for hand in hands.values())
    for role, hand in hands.items():
        print(f"{role:14} {hand.clicks:4} clicks {hand.keys:4} keys {len(hand.pages):4} pages")
    print(f"somebody who knows the way {known / 60:5.1f} min, {known / CEILING:4.0%} of 15 minutes")
    new = known * NEWCOMER
    print(f"somebody who is new here   {new / 60:5.1f} min, {new / CEILING:4.0%} of 15 minutes")
    print(f"the machine's own walk, learners included: {machine:.0f} s")
    if new > CEILING:
        sys.exit("A newcomer needs more than fifteen minutes.")


if __name__ == "__main__":
    main_walk()
