"""The live board in a trainer's hand: it follows the class by itself and leaves the trainer alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.assessments.tablet import Tablet, deliver
from tests.browser.conftest import TEN_PAST_NINE, Visit, World
from tests.browser.steps import sign_in_staff

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 640}


def learns(world: World, screen: int) -> None:
    """Lan looks at a screen of her lesson."""
    tablet = Tablet(world.cast, at=TEN_PAST_NINE, epoch=f"e{screen}")
    tablet.write("activity.opened", {"lesson": "b1", "screen": screen}, attempt=None)
    deliver(world.database, world.cast, tablet.texts, now=TEN_PAST_NINE)


def look(page: Page) -> int:
    """Let the board ask now, as it does when a trainer takes the phone out of the pocket."""
    with page.expect_response(lambda answer: "phan=1" in answer.url) as asked:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    return asked.value.status


def test_the_board_follows_the_class_and_keeps_focus_and_open_panels(
    visit: Visit, world: World
) -> None:
    trainer = visit(PHONE)
    sign_in_staff(trainer, "trang")
    page = trainer.go(f"/lop-hoc/{world.cast['k1']}/bang")
    assert look(page) == 304
    row = page.locator(f"#hv-{world.cast['hv_lan']}")
    more = row.locator("details")
    more.locator("summary").click()
    button = more.get_by_role("button", name="Có mặt")
    button.focus()
    learns(world, 2)
    assert look(page) == 200
    expect(row).to_contain_text("màn 2/")
    assert button.evaluate("element => element === document.activeElement")
    assert more.evaluate("element => element.open")
    assert look(page) == 304
    # A tap does its work without leaving the page.
    button.click()
    expect(row.get_by_role("button", name="Có mặt")).to_have_count(0)
    assert page.url.endswith("/bang")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
