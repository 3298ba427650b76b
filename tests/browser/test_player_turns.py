"""A learner's turn at a shared tablet: it ends in one tap, and nothing of it stays for the next one."""

import re

import pytest
from playwright.sync_api import Page, expect

from lms.cohorts.models import LearnerSession
from lms.core import clock
from tests.browser.conftest import Visit, Visitor, World
from tests.browser.player import (
    FACES,
    MAIN_BUTTON,
    NEXT_PERSON,
    enter_class,
    heading,
    kept,
    next_person,
    open_player,
    sign_in,
    turns,
)

pytestmark = pytest.mark.browser

MINUTE = 60_000


# The next person.


def test_nothing_of_a_learner_stays_for_the_next_one(visit: Visit, world: World) -> None:
    tablet = open_player(visit, world)
    page = tablet.page
    sign_in(page)
    page.locator(MAIN_BUTTON).tap()
    page.wait_for_timeout(500)
    assert "Lan" in kept(page)
    next_person(page)
    heading(page, "Chạm vào hình và tên của mình")
    assert "Lan" not in kept(page)
    sign_in(page, "Hùng T.")
    for look in (lambda: None, page.go_back, page.go_forward, page.reload):
        look()
        page.wait_for_timeout(400)
        assert "Lan" not in page.content()
        assert "Lan" not in kept(page)
    with world.database.read() as session:
        open_ = session.query(LearnerSession).filter(LearnerSession.ended_at.is_(None))
        mine = open_.filter(LearnerSession.device_id == world.cast["k1_may"])
        last = mine.order_by(LearnerSession.started_at.desc()).first()
        assert last is not None
        assert last.enrolment_id == world.cast["hv_hung"]


def test_back_shows_nothing_of_the_last_learner(visit: Visit, world: World) -> None:
    page = open_player(visit, world).page
    sign_in(page)
    hello = "Xin chào, Lan"
    expect(page.locator("h1")).to_contain_text(hello)
    page.locator(".entry-tool").first.tap()
    heading(page, "Cỡ chữ và màu")
    next_person(page)
    for _ in range(4):
        page.evaluate("history.back()")
        page.wait_for_timeout(400)
        if "/may-hoc" not in page.url:
            break
        words = page.locator("body").inner_text()
        assert hello not in words
        assert "Gọi thầy/cô" not in words


def test_the_events_of_a_turn_arrive_and_the_session_ends_on_the_service(
    visit: Visit, world: World
) -> None:
    tablet = open_player(visit, world)
    sign_in(tablet.page)
    next_person(tablet.page)
    tablet.page.wait_for_timeout(1500)
    assert turns(world)[:2] == [("turn.began", "pin"), ("turn.ended", "")]
    assert "lms_learner" not in {cookie["name"] for cookie in tablet.context.cookies()}


def test_leaving_without_network_is_made_up_for_before_the_next_comes_in(
    visit: Visit, world: World
) -> None:
    tablet = open_player(visit, world)
    page = tablet.page
    sign_in(page)
    tablet.context.set_offline(True)
    page.locator(NEXT_PERSON).tap()
    heading(page, "Chưa có mạng")
    assert "Lan" not in page.content()
    tablet.context.set_offline(False)
    page.locator(MAIN_BUTTON).tap()
    page.locator(FACES).wait_for()
    assert "lms_learner" not in {cookie["name"] for cookie in tablet.context.cookies()}
    sign_in(page, "Hùng T.")


# A restart in the middle.


def test_a_reload_asks_whether_it_is_still_the_same_person(visit: Visit, world: World) -> None:
    page = open_player(visit, world).page
    sign_in(page)
    page.reload()
    heading(page, "Có phải Lan N. đang học ở máy này?")
    page.locator(MAIN_BUTTON).tap()
    expect(page.locator(".learner-top__name")).to_have_text("Lan N.")
    page.reload()
    page.get_by_role("button", name="Người khác").tap()
    page.locator(FACES).wait_for()
    assert "Lan" not in kept(page)
    page.reload()
    page.locator(FACES).wait_for()


def test_a_turn_that_the_service_ended_is_not_offered_again(visit: Visit, world: World) -> None:
    page = open_player(visit, world).page
    sign_in(page)
    with world.database.write() as session:
        session.query(LearnerSession).update({"ended_at": clock.now()})
    page.reload()
    page.locator(FACES).wait_for()
    assert "Lan" not in kept(page)


# Nobody there.


def idle_tablet(visit: Visit, world: World) -> Page:
    """A tablet whose clock the test turns."""
    tablet = open_player(visit, world, code="")
    tablet.page.clock.install()
    tablet.go("/may-hoc")
    enter_class(tablet.page)
    sign_in(tablet.page)
    return tablet.page


def test_after_three_minutes_it_asks_and_a_minute_later_stands_at_the_faces(
    visit: Visit, world: World
) -> None:
    page = idle_tablet(visit, world)
    page.clock.run_for(2 * MINUTE + 50_000)
    assert page.locator("dialog").count() == 0
    page.clock.run_for(20_000)
    expect(page.get_by_role("dialog")).to_contain_text("Còn ai ở đây không?")
    page.get_by_role("button", name="Tôi vẫn ở đây").tap()
    expect(page.locator("dialog")).to_have_count(0)
    page.clock.run_for(3 * MINUTE + 10_000)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.clock.run_for(MINUTE + 10_000)
    page.locator(FACES).wait_for()
    assert page.locator("dialog").count() == 0


def test_a_test_that_counts_is_never_interrupted(visit: Visit, world: World) -> None:
    page = idle_tablet(visit, world)
    page.locator(MAIN_BUTTON).tap()
    page.get_by_role("button", name=re.compile("Bắt đầu|Làm bài")).first.tap()
    page.locator("label.answer").first.wait_for()
    page.clock.run_for(6 * MINUTE)
    assert page.locator("dialog").count() == 0
    expect(page.locator("label.answer").first).to_be_visible()


def sign_in_and_look(tablet: Visitor) -> Page:
    """A learner who chose another look."""
    page = tablet.page
    sign_in(page)
    page.locator(".entry-tool").first.tap()
    page.check("input[value=compact]")
    page.check("input[value=contrast]")
    return page


def test_the_look_lasts_as_long_as_the_turn(visit: Visit, world: World) -> None:
    page = sign_in_and_look(open_player(visit, world))
    look = "() => Object.values({ ...document.documentElement.dataset }).join(' ')"
    page.locator(MAIN_BUTTON).tap()
    heading(page, "Xin chào, Lan N.")
    assert "compact" in page.evaluate(look)
    assert "contrast" in page.evaluate(look)
    page.reload()
    page.locator(MAIN_BUTTON).tap()
    page.locator(NEXT_PERSON).wait_for()
    assert "compact" in page.evaluate(look)
    next_person(page)
    assert "simple" in page.evaluate(look)
    assert "light" in page.evaluate(look)
