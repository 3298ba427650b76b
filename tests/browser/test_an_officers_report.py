"""From a closed period to the two files that an officer sends: closing, words, Word and PDF, by its buttons."""

import re
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from lms.core.guard import system
from lms.indicators import actions as indicators
from tests.browser.conftest import Visit, World
from tests.browser.steps import press, sign_in_staff
from tests.browser.test_reachable_by_all import BESIDE

pytestmark = pytest.mark.browser
SMALL_PLAN = "hung-chau"
DIFFICULTY = "Đường truyền ở nhà văn hóa thôn còn chập chờn vào buổi tối."


def the_next(page: Page, words: str) -> None:
    """A link that leads on, whatever else stands in its name."""
    with page.expect_navigation():
        page.get_by_role("link", name=words).first.click()


def test_an_officer_closes_a_period_writes_the_words_and_takes_both_files(
    visit: Visit, world: World
) -> None:
    with world.database.write() as session:
        indicators.adopt_shipped(session, system(world.cast["TBT"]), SMALL_PLAN)
    visitor = visit({"width": 360, "height": 640})
    page = visitor.page
    sign_in_staff(visitor, "oanh")
    visitor.go(f"/ke-hoach/{SMALL_PLAN}/chot-so-lieu")
    page.locator("#f-in_spite").fill("Các đơn vị gửi số muộn.")
    press(page, "Chốt kỳ này")

    the_next(page, "Báo cáo gửi cấp trên")
    the_next(page, "Viết lời báo cáo")
    press(page, "Viết sẵn kết quả từ số liệu")
    expect(page.locator("#f-results")).to_have_value(re.compile(r"\{ngày chốt\}"))
    page.locator("#f-difficulties").fill(DIFFICULTY)
    press(page, "Lưu lời báo cáo")
    expect(page.locator("#ban-in")).to_contain_text("Tính đến hết ngày 20/11/2026")
    assert page.evaluate(BESIDE) == 0
    the_next(page, "Tiếp: lập báo cáo")
    press(page, "Lập báo cáo")
    expect(page.locator("#bao-cao-1")).to_contain_text("Đúng với lời và mẫu hiện nay")
    assert page.evaluate(BESIDE) == 0

    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải Word").click()
    with ZipFile(taken.value.path()) as docx:
        assert DIFFICULTY in docx.read("word/document.xml").decode()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải PDF").click()
    assert taken.value.path().read_bytes().startswith(b"%PDF-")
