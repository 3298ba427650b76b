"""From a tap on a tablet to the officer's figure, by the screens alone, with scripts and without."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from lms.core.ids import uuid7
from lms.ledger.actions import project_pending
from tests.browser.conftest import PLAN, TABLET, Visit, Visitor, World
from tests.browser.steps import (
    SCRIPTS,
    enrol_tablet,
    follow,
    press,
    sign_in_learner,
    sign_in_staff,
    take_lesson,
    take_test,
)
from tests.contract import furnish

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium(whole_chromium: Browser) -> Browser:
    """Only the whole browser shows the certificate itself."""
    return whole_chromium


FIGURE = f"/ke-hoach/{PLAN}/nguoi-dan"


def hung_is_tested_already(world: World) -> None:
    """Somebody is in the figure before the story begins."""
    cast, commune = world.cast, world.cast["TBT"]
    where = {"class_id": cast["k1_buoi"], "learner_id": cast["hv_hung"]}
    with world.database.write() as session:
        furnish._sit(session, commune, uuid7(), cast["k1_thi"], where)
    project_pending(world.database, commune)


def figure_of(officer: Visitor) -> int | None:
    """How many people the adults' figure counts, as its page says; None while nothing is known."""
    said = officer.go(FIGURE).locator("main").inner_text()
    found = re.search(r"(\d+) trên (\d+) người", said)
    return int(found[1]) if found else None


def download(page: Page, words: str) -> bytes:
    """The file behind a link."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=words).click()
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize("scripts", SCRIPTS)
def test_what_a_learner_does_is_in_the_officers_figure(
    visit: Visit, world: World, scripts: bool
) -> None:
    tablet = visit(TABLET, has_touch=True, java_script_enabled=scripts)
    trainer = visit(java_script_enabled=scripts)
    officer = visit(java_script_enabled=scripts)
    sign_in_staff(officer, "oanh")
    sign_in_staff(trainer, "trang")

    hung_is_tested_already(world)
    before = figure_of(officer)
    assert before == 1

    enrol_tablet(tablet)
    sign_in_learner(tablet)
    assert take_lesson(tablet.page) == 4
    tablet.go("/hoc")
    take_test(tablet.page, right=11)
    assert "Chúc mừng! Đã đạt bài kiểm tra" in tablet.page.locator("main").inner_text()
    assert "Đúng 11 trong 12 câu." in tablet.page.locator("main").inner_text()

    class_page = f"/lop-hoc/{world.cast['k1']}"
    row = trainer.go(class_page).locator("#roster tr", has_text="Nguyễn Thị Lan")
    assert "Đạt, có giám sát" in row.inner_text()
    assert "11/12 câu" in row.inner_text()
    row.locator("summary", has_text="Ghi").click()
    with trainer.page.expect_navigation():
        row.get_by_role("button", name="Làm được").click()

    page = trainer.go(class_page)
    follow(page, "Cấp giấy chứng nhận")
    press(page, "Cấp cho 1 người đủ điều kiện")
    assert "Đã cấp 1 giấy chứng nhận." in page.locator("main").inner_text()
    follow(page, "Xem giấy")
    follow(page, "Mở giấy A4")
    paper = trainer.fetch(page.url)
    assert "Nguyễn Thị Lan" in PdfReader(io.BytesIO(paper)).pages[0].extract_text()

    assert figure_of(officer) == before + 1
    row = officer.go(FIGURE + "?state=in").locator("#danh-sach tr", has_text="Nguyễn Thị Lan")
    assert "làm được việc thật" in row.inner_text()

    page = officer.go(f"/ke-hoach/{PLAN}")
    annex = zipfile.ZipFile(io.BytesIO(download(page, "Tải Excel")))
    assert "xl/workbook.xml" in annex.namelist()
