"""A class without network, in every look: within reach of thumbs and screen readers, on small screens too."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from lms.core.keys import Keys
from tests.browser.carried import carry_class
from tests.browser.conftest import Visit, World
from tests.browser.player import MAIN_BUTTON
from tests.browser.test_carried_class import Carried, door, drive_away, open_meeting, take_class
from tests.browser.test_player_look import judged

pytestmark = pytest.mark.browser
DOORS = ("Điểm danh", "Xem làm việc thực hành", "Đưa máy cho học viên quên thẻ")


def corner(page: Page, carried: Carried) -> Iterator[str]:
    """Every view of the trainer's corner and of the way in by cards."""
    page.locator(MAIN_BUTTON, has_text="Dùng thẻ").wait_for()
    yield "carried faces"
    page.locator(MAIN_BUTTON, has_text="Dùng thẻ").tap()
    page.locator(".pin__keys").wait_for()
    yield "card"
    page.get_by_role("button", name="Quay lại").first.tap()
    open_meeting(page, carried)
    yield "corner"
    for words in DOORS:
        door(page, words)
        page.get_by_role("button", name="Quay lại").first.wait_for()
        yield words
        page.get_by_role("button", name="Quay lại").first.tap()
        page.locator(".door").first.wait_for()
    door(page, "Kết thúc buổi học")
    page.get_by_role("button", name="Quay lại").first.wait_for()
    yield "closing"


@pytest.mark.long
def test_every_view_of_a_carried_class_is_within_reach_in_every_look(
    visit: Visit, world: World, keys: Keys
) -> None:
    carried = carry_class(world, keys)
    page = drive_away(take_class(visit, world))
    wrong, seen = [], 0
    for where in corner(page, carried):
        seen += 1
        page.evaluate(AXE_SCRIPT)
        wrong += judged(page, where)
    assert seen == 7
    assert wrong == []
