"""A clicker leads through a lesson on the wall, and Enter through the fields of a sheet."""

import pytest
from playwright.sync_api import expect

from tests.assessments.kinds import teach
from tests.browser.conftest import Visit, Visitor, World
from tests.browser.steps import press

pytestmark = pytest.mark.browser


def _keys(trang: Visitor, *keys: str) -> list[str]:
    """The ends of the addresses that the keys lead to."""
    found = []
    for key in keys:
        with trang.page.expect_navigation():
            trang.page.keyboard.press(key)
        found.append(trang.page.url.rpartition("/")[2])
    return found


def test_a_clicker_shows_a_lesson_and_enter_never_sends_half_a_sheet(
    visit: Visit, world: World
) -> None:
    teach(world.database, world.cast)
    trang = visit({"width": 1366, "height": 768})
    trang.be("lms_staff", world.cast.staff_tokens["trang"])
    here = f"/lop-hoc/{world.cast['k1']}"
    page = trang.go(f"{here}/trinh-chieu/bai/1")
    led = _keys(trang, "PageDown", "ArrowRight", "PageDown", "PageUp", "ArrowLeft", "PageUp")
    assert led == ["1?buoc=hoi", "1?buoc=dap-an", "2", "1?buoc=dap-an", "1?buoc=hoi", "1"]
    expect(page.locator("#dap-an")).to_have_count(0)
    trang.go(f"{here}/giay-in")
    press(page, "Làm phiếu cho cả lớp")
    page.get_by_role("link", name="Nhập bài").first.click()
    first = page.locator(".paper-grid__input").first
    expect(first).to_be_focused()
    first.press_sequentially("a")
    with_one = page.url
    page.keyboard.press("Enter")
    expect(page.locator(".paper-grid input").nth(1)).to_be_focused()
    assert page.url == with_one
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
