"""Take the README's pictures again, from a running sample commune of this very folder and port.

    export LMS_DATA_DIR=… LMS_PORT=8950     # a folder where no sample is yet
    lms sample serve &
    PYTHONPATH=. python docs/screenshots/take.py

A few learners sign in at tablets of their own, one calls for help, one is tested, so that the trainer's page
shows a class at work.
"""

import io
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from re import Pattern
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select

from certificates import files, forms
from certificates.models import Certificate
from lms.cohorts.actions import printed_pin
from lms.cohorts.models import ClassSession, Enrolment
from lms.core.db import Database
from lms.core.keys import load_keys
from lms.core.settings import Settings
from lms.people.models import Person
from lms.sample.create import PASSWORD

HERE = Path(__file__).parent
MOST = 200 * 1024
TABLET, LAPTOP = {"width": 800, "height": 1280}, {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
LEARNERS, PLAN, REPORTED = 6, "dien-sanh", "viet-tri"
MAIN = "#main-action"


def keep(name: str, picture: bytes) -> None:
    """Write a palette PNG of at most 200 KB."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    colours = 256
    while True:
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST or colours == 16:
            break
        colours //= 2
    (HERE / name).write_bytes(out.getvalue())
    print(f"{name}: {out.tell() // 1024} KB, {colours} colours")


def class_of_today(
    database: Database, settings: Settings
) -> tuple[str, list[tuple[str, str, str]]]:
    """The open class's code, and the first learners' ids, PINs and places among the faces."""
    keys = load_keys(settings.keys)
    with database.read() as session:
        meeting = session.scalars(
            select(ClassSession).where(
                ClassSession.code.is_not(None), ClassSession.closed_at.is_(None)
            )
        ).first()
        if meeting is None:
            raise SystemExit("No class of the sample is open today: make the sample again.")
        rows = session.scalars(
            select(Enrolment)
            .join(
                Person,
                (Person.commune_id == Enrolment.commune_id) & (Person.id == Enrolment.person_id),
            )
            .where(Enrolment.cohort_id == meeting.cohort_id)
            .order_by(Person.sort_key)
            .limit(LEARNERS)
        ).all()
        pins = [(str(row.id), printed_pin(keys, row), str(n)) for n, row in enumerate(rows)]
        return str(meeting.code), pins


def sit_down(browser: Browser, base: str, code: str, learner: tuple[str, str, str]) -> Page:
    """A learner at a tablet of their own, in the player, on their own page."""
    context: BrowserContext = browser.new_context(viewport=TABLET, has_touch=True, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{base}/may-hoc")
    page.get_by_role("button", name="Dùng thử máy này").tap()
    page.locator("#f-code").fill(code)
    page.locator(MAIN).tap()
    page.locator(".entry-faces").wait_for()
    names = page.locator(".entry-faces .person-tile")
    if learner[2] == "0":
        keep("faces.png", page.screenshot())
    names.nth(int(learner[2])).tap()
    for digit in learner[1]:
        page.locator(f'.pin__key[data-digit="{digit}"]').tap()
    page.locator(MAIN).tap()
    page.locator("#main h1", has_text="Xin chào").wait_for()
    return page


def be_tested(page: Page, questions: int) -> None:
    """Begin the certifying test and tap something on so many questions."""
    for words in ("Làm bài kiểm tra", "Bắt đầu kiểm tra"):
        page.locator(MAIN, has_text=words).tap()
    for number in range(1, questions + 1):
        page.locator(".progress__words strong", has_text=f"{number} trong").wait_for()
        for choice in page.locator("label.answer, .tap").all()[:1]:
            choice.tap()
        if number < questions:
            page.locator(MAIN).tap()


def at_work(browser: Browser, base: str, code: str, learners: list[tuple[str, str, str]]) -> None:
    """The class while it meets, and the learner's pictures."""
    for number, learner in enumerate(learners):
        page = sit_down(browser, base, code, learner)
        if number == 1:
            page.locator(".call").tap()
        elif number == 2:
            be_tested(page, 2)
            page.locator(".sync, .store-status, [role=status]").first.wait_for(state="attached")
            page.wait_for_timeout(1500)
            keep("learner.png", page.screenshot())
        page.wait_for_timeout(500)


def signed_in(browser: Browser, base: str, login: str) -> Page:
    """A member of staff at a laptop."""
    page = browser.new_page(viewport=LAPTOP, locale="vi-VN")
    page.goto(f"{base}/dang-nhap")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Đăng nhập").click()
    return page


def staff(browser: Browser, base: str, login: str, path: str) -> bytes:
    """A page of a member of staff, as it is seen without scrolling."""
    page = signed_in(browser, base, login)
    page.goto(base + path)
    return page.screenshot()


def pressed(page: Page, role: Literal["link", "button"], words: str | Pattern[str]) -> None:
    """The page that a link or a button leads to."""
    with page.expect_navigation():
        page.get_by_role(role, name=words).first.click()


def reports(browser: Browser, base: str) -> None:
    """What is due, and the paper of the newest closing, made by the buttons an officer presses."""
    keep("reports.png", staff(browser, base, "oanh", "/bao-cao"))
    page = signed_in(browser, base, "oanh")
    page.goto(f"{base}/ke-hoach/{REPORTED}/chot-so-lieu")
    pressed(page, "link", re.compile("^Số "))
    pressed(page, "link", "Báo cáo gửi cấp trên")
    pressed(page, "link", re.compile("lời báo cáo"))
    pressed(page, "button", "Viết sẵn kết quả từ số liệu")
    pressed(page, "button", "Lưu lời báo cáo")
    pressed(page, "link", "Tiếp: lập báo cáo")
    pressed(page, "button", "Lập báo cáo")
    link = page.get_by_role("link", name="Tải PDF").first.get_attribute("href")
    keep("report-paper.png", drawn(page.request.get(f"{base}{link}").body()))


def public(browser: Browser, base: str) -> None:
    """The commune's open page as somebody on the way sees it on a phone."""
    page = browser.new_page(viewport=PHONE, locale="vi-VN", device_scale_factor=2)
    page.goto(f"{base}/xa/mau")
    keep("public.png", page.screenshot())


def drawn(pdf: bytes, page: int = 1) -> bytes:
    """A page of a file as poppler draws it."""
    number = str(page)
    command = [shutil.which("pdftoppm") or "pdftoppm", "-r", "100", "-png", "-singlefile"]
    command += ["-f", number, "-l", number, "a.pdf", "a"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.pdf").write_bytes(pdf)
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - it draws a file that the service made.
        return Path(folder, "a.png").read_bytes()


def papers(database: Database) -> None:
    """Front, back and slip of the newest certificate of the sample."""
    with database.read() as session:
        row = session.scalars(select(Certificate).order_by(Certificate.id.desc()).limit(1)).one()
        file, slip = files.file(session, row), forms.slip(session, row)
    keep("certificate.png", drawn(file))
    keep("certificate-back.png", drawn(file, 2))
    keep("certificate-slip.png", drawn(slip))


def main() -> None:
    """The pictures of the README and of the tour that a service can be asked for."""
    settings = Settings.from_environment()
    base, database = f"http://127.0.0.1:{settings.port}", Database(settings)
    code, learners = class_of_today(database, settings)
    program = shutil.which("chromium") or os.environ.get("CHROMIUM", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        at_work(browser, base, code, learners)
        keep("trainer.png", staff(browser, base, "trang", "/hom-nay"))
        keep("officer.png", staff(browser, base, "oanh", f"/ke-hoach/{PLAN}"))
        reports(browser, base)
        public(browser, base)
        browser.close()
    papers(database)
    database.close()


if __name__ == "__main__":
    main()
