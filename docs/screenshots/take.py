"""Take the README's pictures again, from a running sample commune of this very folder and port.

    export LMS_DATA_DIR=… LMS_PORT=8950     # a folder where no sample is yet
    lms sample serve &
    PYTHONPATH=. python docs/screenshots/take.py

A few learners sign in, one calls for help, two are tested, so that the trainer's page shows a class at work.
"""

import io
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select

from certificates import files
from certificates.models import Certificate
from courses import queries as courses
from courses.models import ProgrammeVersionRow
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
LEARNERS, PLAN = 9, "dien-sanh"
MAIN = ".learner-dock__main button, .learner-dock__main a"


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


def class_of_today(database: Database, settings: Settings) -> tuple[str, list[tuple[str, str]]]:
    """The open class's code, and the first learners' ids and PINs."""
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
        return str(meeting.code), [(str(row.id), printed_pin(keys, row)) for row in rows]


def tap(page: Page) -> None:
    """The main button and the page after it."""
    with page.expect_navigation():
        page.locator(MAIN).first.tap()


def sit_down(browser: Browser, base: str, code: str, learner: tuple[str, str]) -> Page:
    """A learner at a tablet of their own, signed in."""
    context: BrowserContext = browser.new_context(viewport=TABLET, has_touch=True, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{base}/vao-lop?kieu=trang")
    with page.expect_navigation():
        page.get_by_role("button", name="Dùng thử máy này").tap()
    page.fill("[name=code]", code)
    tap(page)
    page.goto(f"{base}/vao-lop/pin/{learner[0]}")
    page.evaluate("pin => { document.querySelector('[name=pin]').value = pin }", learner[1])
    tap(page)
    return page


def keys_of(database: Database) -> dict[str, set[str]]:
    """Question → the texts of its right answers."""
    with database.read() as session:
        rows = session.scalars(select(ProgrammeVersionRow)).all()
        versions = [courses.version(session, row.id) for row in rows]
    items = [item for version in versions for item in version.items]
    return {item.prompt: {one.text for one in item.options if one.right} for item in items}


def be_tested(page: Page, keys: dict[str, set[str]], answers: int) -> None:
    """Begin the certifying test and answer so many questions rightly; all of them: hand in."""
    tap(page)
    tap(page)
    for _ in range(answers):
        right = keys[page.locator(".answers__question").inner_text()]
        for card in page.locator("label.answer").all():
            if card.locator(".answer__text").inner_text() in right:
                card.tap()
        tap(page)
    if "/nop" in page.url:
        tap(page)


def at_work(
    browser: Browser,
    base: str,
    code: str,
    learners: list[tuple[str, str]],
    keys: dict[str, set[str]],
) -> None:
    """The class while it meets, and the learner's picture."""
    for number, learner in enumerate(learners):
        page = sit_down(browser, base, code, learner)
        if number in (0, 3):
            be_tested(page, keys, 12)
        elif number == 1:
            with page.expect_navigation():
                page.locator(".learner-top__help button").tap()
        elif number == 2:
            be_tested(page, keys, 3)
            page.locator("label.answer").nth(1).tap()
            keep("learner.png", page.screenshot())
        page.context.close()


def staff(browser: Browser, base: str, login: str, path: str) -> bytes:
    """A page of a member of staff, as it is seen without scrolling."""
    page = browser.new_page(viewport=LAPTOP, locale="vi-VN")
    page.goto(f"{base}/dang-nhap")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Đăng nhập").click()
    page.goto(base + path)
    return page.screenshot()


def certificate(database: Database) -> bytes:
    """The newest certificate of the sample as poppler draws it."""
    with database.read() as session, tempfile.TemporaryDirectory() as folder:
        row = session.scalars(select(Certificate).order_by(Certificate.id.desc()).limit(1)).one()
        Path(folder, "a.pdf").write_bytes(files.file(session, row))
        subprocess.run(  # noqa: S603 - poppler draws a file that the service itself made.
            [
                shutil.which("pdftoppm") or "pdftoppm",
                "-r",
                "100",
                "-png",
                "-singlefile",
                "a.pdf",
                "a",
            ],
            cwd=folder,
            check=True,
        )
        return Path(folder, "a.png").read_bytes()


def main() -> None:
    """Four pictures."""
    settings = Settings.from_environment()
    base, database = f"http://127.0.0.1:{settings.port}", Database(settings)
    code, learners = class_of_today(database, settings)
    program = shutil.which("chromium") or os.environ.get("CHROMIUM", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        at_work(browser, base, code, learners, keys_of(database))
        keep("trainer.png", staff(browser, base, "trang", "/hom-nay"))
        keep("officer.png", staff(browser, base, "oanh", f"/ke-hoach/{PLAN}"))
        browser.close()
    keep("certificate.png", certificate(database))
    database.close()


if __name__ == "__main__":
    main()
