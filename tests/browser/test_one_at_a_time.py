"""One person at a time sits at a tablet, and no other site makes its browser do anything."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from lms.people.account_models import StaffSession
from tests.browser.conftest import ELSEWHERE, HOST, TABLET, Served, Visit, World, serve
from tests.browser.steps import follow, press, sign_in_learner, sign_in_staff, tap_main

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium(whole_chromium: Browser) -> Browser:
    """What Back shows is the business of the whole browser."""
    return whole_chromium


@pytest.fixture
def other_site(world: World) -> Iterator[Served]:
    """A page of somebody else's, which posts a form to the service as soon as it is opened."""

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        target = f"{world.address}{environ['PATH_INFO']}"
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        form = f'<form method="post" action="{target}"><button>Nhận quà</button></form>'
        return [f"<!doctype html><title>Quà</title>{form}".encode()]

    yield from serve(answer)


def press_elsewhere(page: Page, site: Served, host: str, path: str) -> int:
    """Press the button of the other site's page; the status that the service answers."""
    page.goto(site.at(host) + path)
    with page.expect_navigation() as waiting:
        page.get_by_role("button").click()
    answer = waiting.value
    assert answer is not None
    return answer.status


@pytest.mark.parametrize("host", [ELSEWHERE, HOST], ids=["another name", "another port"])
def test_a_form_of_another_site_is_refused_and_changes_nothing(
    visit: Visit, world: World, other_site: Served, host: str
) -> None:
    trainer = visit()
    sign_in_staff(trainer, "trang")
    trainer.expected = {403, 404}
    assert press_elsewhere(trainer.page, other_site, host, "/dang-xuat") == 403
    assert "đến từ một trang khác" in trainer.page.locator("main").inner_text()
    with world.database.read() as session:
        ended = session.scalars(select(StaffSession.revoked_at)).all()
    assert set(ended) == {None}
    assert trainer.go("/hom-nay").locator("h1").inner_text() == "Lớp K1"


def back(page: Page) -> str:
    """Press Back as a person does; the words that can be seen when the page has come to rest."""
    page.evaluate("history.back()")
    page.wait_for_timeout(600)
    page.wait_for_load_state()
    return page.locator("body").inner_text()


def test_back_shows_nothing_of_the_last_learner(visit: Visit, world: World) -> None:
    tablet = visit(TABLET, has_touch=True)
    tablet.be("lms_device", world.cast.device_credentials["k1_may"])
    sign_in_learner(tablet)
    follow(tablet.page, "Làm bài kiểm tra")
    tap_main(tablet.page)
    question = tablet.page.url
    press(tablet.page, "Người tiếp theo")
    assert tablet.page.url.endswith("/vao-lop/ten")

    tablet.expected = {401}
    seen = [back(tablet.page) for _ in range(4)]
    assert "Bạn chưa đăng nhập" in seen[0]
    for words in seen:
        assert "Câu 1 về" not in words
        assert "Xin chào" not in words
        assert "Gọi thầy/cô" not in words
    tablet.page.goto(question)
    assert "Bạn chưa đăng nhập" in tablet.page.locator("h1").inner_text()


def test_the_next_learner_finds_a_page_of_their_own(visit: Visit, world: World) -> None:
    tablet = visit(TABLET, has_touch=True)
    tablet.be("lms_device", world.cast.device_credentials["k1_may"])
    sign_in_learner(tablet)
    tap_main(tablet.page)
    press(tablet.page, "Người tiếp theo")
    sign_in_learner(tablet, name="Hùng T.", code="")
    words = tablet.page.locator("body").inner_text()
    assert "Xin chào, Hùng T.!" in words
    assert "Lan" not in words
    assert "Đang làm dở" not in words


def test_a_learner_signing_in_ends_the_trainers_session_of_that_browser(
    visit: Visit, world: World
) -> None:
    tablet = visit(TABLET, has_touch=True)
    tablet.be("lms_device", world.cast.device_credentials["k1_may"])
    sign_in_staff(tablet, "trang")
    sign_in_learner(tablet)
    tablet.expected = {401, 403}
    assert "Bạn" in tablet.go("/hom-nay").locator("h1").inner_text()
    names = {cookie["name"] for cookie in tablet.context.cookies()}
    assert "lms_staff" not in names


def test_the_watch_sees_what_the_content_policy_refuses(visit: Visit) -> None:
    """Were it blind, every other test here would pass for nothing."""
    visitor = visit()
    visitor.go("/")
    visitor.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))"
    )
    assert any("Content Security Policy" in said for said in visitor.troubles)
    visitor.troubles.clear()
