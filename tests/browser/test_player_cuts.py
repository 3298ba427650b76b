"""The four moments in which the leading peer loses answers. Here nothing is noticed, and nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, Route

from assessments.models import Attempt
from courses.rules import Item
from tests.assessments.kinds import right
from tests.browser.conftest import TABLET, Served, Visit, Visitor, World
from tests.browser.learning import (
    answers,
    arrived,
    at_question,
    attempts,
    heading,
    main,
    respond,
    teach,
    until,
)
from tests.browser.line import Line, line_to
from tests.browser.player import NEXT_PERSON, open_player, sign_in

pytestmark = pytest.mark.browser
KINDS = 7
Given = dict[str, list[str]]


@pytest.fixture
def line(world: World) -> Iterator[Line]:
    """The only way from the tablets to the service."""
    teach(world)
    with line_to(world.served.port) as found:
        yield found


TRUSTED = pytest.param("trusted name", marks=pytest.mark.long)


@pytest.fixture(params=["plain http", "trusted name"])
def lan(request: pytest.FixtureRequest, visit: Visit, world: World, line: Line) -> Visitor:
    """Bà Lan in the middle of a test, behind that line: with a worker (tier 2) and without (tier 0)."""
    secure = request.param == "trusted name"
    visitor = open_player(visit, replace(world, served=Served(line.port)), secure=secure)
    # A broken line is what these tests are about.
    visitor.troubles = Unbroken()
    sign_in(visitor.page)
    main(visitor.page, "Làm bài kiểm tra")
    main(visitor.page, "Bắt đầu kiểm tra")
    return visitor


class Unbroken(list[str]):
    """Troubles, without what a browser says of a line that broke."""

    def append(self, trouble: str) -> None:
        if "ERR_" not in trouble and "Failed to fetch" not in trouble:
            super().append(trouble)


def answer(page: Page, number: int) -> tuple[Item, list[str]]:
    """Tap the right answer of the question that is shown."""
    item = at_question(page, number, KINDS)
    respond(page, item, right(item))
    return item, right(item)


def work(page: Page, first: int, last: int) -> Given:
    """Answer questions and press Next after each."""
    given = {}
    for number in range(first, last + 1):
        item, response = answer(page, number)
        given[item.id] = response
        main(page, "Xem lại rồi nộp" if number == KINDS else "Câu tiếp theo")
    return given


def held(page: Page, world: World) -> Attempt:
    """The test, once the service has all of it."""
    found: Attempt = until(
        page,
        lambda: next((a for a in attempts(world, "certifying") if a.state == "final"), None),
        60,
    )
    return found


def finish(page: Page, world: World, given: Given) -> None:
    """Hand in; everything that was tapped is what the service counts."""
    heading(page, f"Đã trả lời hết {KINDS} câu")
    main(page, "Nộp bài")
    attempt = held(page, world)
    kept = answers(world, attempt)
    assert {item: sorted(r) for item, r in kept.items()} == {
        item: sorted(r) for item, r in given.items()
    }
    assert (attempt.points, attempt.trail["forked"]) == (KINDS, False)
    arrived(page, world)


def come_back(page: Page) -> None:
    """The player asks whether it is still the same person."""
    page.get_by_role("button", name="Đúng là tôi").tap()
    page.locator(NEXT_PERSON).wait_for()


@pytest.mark.parametrize("lan", ["trusted name"], indirect=True)
def test_a_cut_of_four_seconds_while_pressing_next_is_not_even_noticed(
    lan: Visitor, world: World, line: Line
) -> None:
    given = work(lan.page, 1, 2)
    item, response = answer(lan.page, 3)
    line.cut()
    main(lan.page, "Câu tiếp theo")
    given |= {item.id: response} | work(lan.page, 4, 5)
    lan.page.wait_for_timeout(4000)
    line.mend()
    finish(lan.page, world, given | work(lan.page, 6, KINDS))


@pytest.mark.long
@pytest.mark.parametrize("lan", ["plain http"], indirect=True)
def test_a_long_cut_changes_nothing_of_the_test(lan: Visitor, world: World, line: Line) -> None:
    given = work(lan.page, 1, 1)
    line.cut()
    given |= work(lan.page, 2, 4)
    lan.page.wait_for_timeout(10_000)
    given |= work(lan.page, 5, 6)
    # What the screen says is true: kept here, not yet with the commune.
    assert "Đã lưu trên máy" in lan.page.inner_text("#app")
    assert "Đã về xã" not in lan.page.inner_text("#app")
    line.mend()
    finish(lan.page, world, given | work(lan.page, KINDS, KINDS))


@pytest.mark.parametrize("lan", ["trusted name"], indirect=True)
def test_a_reload_while_cut_comes_back_to_the_very_question(
    lan: Visitor, world: World, line: Line
) -> None:
    page = lan.page
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    given = work(page, 1, 2)
    line.cut()
    item, response = answer(page, 3)
    page.reload()
    come_back(page)
    assert at_question(page, 3, KINDS).id == item.id
    given[item.id] = response
    main(page, "Câu tiếp theo")
    given |= work(page, 4, 4)
    line.mend()
    finish(page, world, given | work(page, 5, KINDS))


@pytest.mark.parametrize("lan", ["plain http"], indirect=True)
def test_without_a_worker_a_reload_while_cut_waits_for_the_line_and_loses_nothing(
    lan: Visitor, world: World, line: Line
) -> None:
    page = lan.page
    given = work(page, 1, 2)
    line.cut()
    given |= work(page, 3, 4)
    with pytest.raises(Exception, match="ERR_"):
        page.reload()
    # The browser puts its own page there, a moment later.
    page.wait_for_timeout(500)
    line.mend()
    page.goto(lan.address + "/may-hoc")
    come_back(page)
    finish(page, world, given | work(page, 5, KINDS))


@pytest.mark.parametrize("lan", ["plain http", TRUSTED], indirect=True)
def test_an_option_that_is_tapped_before_the_tab_closes_is_kept(lan: Visitor, world: World) -> None:
    given = work(lan.page, 1, 2)
    item, response = answer(lan.page, 3)
    lan.page.wait_for_timeout(100)
    lan.page.close()
    lan.page = lan.context.new_page()
    lan.watch(lan.page)
    lan.page.set_viewport_size(TABLET)  # type: ignore[arg-type]  # A plain dict of two numbers.
    lan.go("/may-hoc")
    come_back(lan.page)
    assert at_question(lan.page, 3, KINDS).id == item.id
    given[item.id] = response
    main(lan.page, "Câu tiếp theo")
    finish(lan.page, world, given | work(lan.page, 4, KINDS))


@pytest.mark.long
def test_a_player_that_did_not_come_is_asked_for_again(visit: Visit, world: World) -> None:
    visitor = visit(TABLET, has_touch=True)
    visitor.troubles = Unbroken()
    visitor.be("lms_device", world.cast.device_credentials["k1_may"])
    lost: list[str] = []

    def once(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.abort()

    visitor.context.route("**/offline/player.js", once)
    visitor.go("/may-hoc")
    visitor.page.get_by_text("Đang mở lớp…").wait_for()
    visitor.page.locator("#f-code").wait_for(timeout=45_000)
    assert len(lost) == 1
