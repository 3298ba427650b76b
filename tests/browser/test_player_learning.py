"""Learning in the player: lessons, practice, tests; what was done is what the service holds afterwards."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.assessments.kinds import right, wrong
from tests.assessments.measuring import no_sitting
from tests.browser.conftest import Visit, Visitor, World
from tests.browser.learning import (
    KINDS,
    answers,
    arrived,
    at_question,
    final,
    heading,
    kept,
    main,
    press,
    progress,
    reload,
    respond,
    sit,
    sorted_answers,
    teach,
    until,
    work,
)
from tests.browser.player import MAIN_BUTTON
from tests.browser.player import kept as everything_kept
from tests.browser.test_learner_pages import BESIDE, GAPS, TARGETS
from tests.browser.test_reachable_by_all import RUN

pytestmark = pytest.mark.browser
LESSON = "Bài thử"


@pytest.fixture
def lan(visit: Visit, world: World) -> Visitor:
    """Bà Lan on her own page; the class learns every kind of question and is in a sitting."""
    teach(world)
    return sit(visit, world)


@pytest.fixture
def lan_learning(visit: Visit, world: World) -> Visitor:
    """The same on a day without a test."""
    teach(world)
    no_sitting(world.database, world.cast)
    return sit(visit, world)


def open_lesson(page: Page) -> None:
    """From one's own page to the first screen of the only lesson."""
    page.get_by_role("button", name=LESSON).tap()
    page.locator("#main .where").wait_for()


def screen(page: Page, number: int) -> Any:
    """Wait for a screen of the lesson; the question on it."""
    return at_question(page, number, KINDS + 1)


def learn(page: Page) -> None:
    """All screens of the lesson, each question right, and the lines to take home."""
    for number in range(1, KINDS + 1):
        item = screen(page, number)
        respond(page, item, right(item))
        if item.kind != "simulation":
            main(page, "Trả lời")
        page.get_by_text("Đúng rồi!").wait_for()
        main(page, "Tiếp tục")
    main(page, "Đã học xong bài này")
    heading(page, "Hay lắm! Đã học xong một bài")


def test_a_lesson_is_learned_from_its_first_screen_to_its_last_without_network(
    lan_learning: Visitor, world: World
) -> None:
    page = lan_learning.page
    assert "Chưa học" in page.inner_text("#main")
    open_lesson(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(BROUGHT)
    lan_learning.context.set_offline(True)
    learn(page)
    pictures = page.evaluate(
        "() => [...document.images].filter(i => !i.naturalWidth).map(i => i.src)"
    )
    assert pictures == []
    press(page, "Về trang của tôi")
    heading(page, "Xin chào")
    assert "1 trong 1" in page.inner_text("#main")
    assert progress(world) == {}
    ask_in_the_hall(page)
    lan_learning.context.set_offline(False)
    arrived(page, world)
    assert until(page, lambda: progress(world)) == {"bai": (KINDS, True)}


BROUGHT = """() => performance.getEntriesByType('resource')
  .some((one) => one.name.endsWith('/offline/ask.js') && one.responseEnd > 0)"""
"""The last thing that is brought in time."""


def ask_in_the_hall(page: Page) -> None:
    """A question needs no network, and nothing that this browser keeps holds it."""
    press(page, "Hỏi bài")
    heading(page, "Mời cô chú hỏi")
    page.fill("#ask", "giá vàng của bà Canari hôm nay")
    main(page, "Hỏi")
    heading(page, "Tôi chưa có bài về việc này.")
    assert "Canari" in page.inner_text("#main")
    assert "Canari" not in everything_kept(page)
    page.locator("main .learner-back").tap()
    heading(page, "Mời cô chú hỏi")
    press(page, "Trang của tôi")
    heading(page, "Xin chào")


def test_a_lesson_that_was_only_opened_is_not_learned(lan_learning: Visitor, world: World) -> None:
    page = lan_learning.page
    open_lesson(page)
    for number in (1, 2):
        if screen(page, number).kind != "simulation":
            page.get_by_role("button", name="Bỏ qua câu này").tap()
        else:
            main(page, "Bỏ qua câu này")
    screen(page, 3)
    press(page, "Quay lại")
    screen(page, 2)
    page.go_back()
    screen(page, 3)
    page.go_forward()
    screen(page, 2)
    press(page, "Quay lại")
    press(page, "Trang của tôi")
    heading(page, "Xin chào")
    assert "Đã xem 2 trong 7 màn, chưa học xong" in page.inner_text("#main")
    arrived(page, world)
    assert until(page, lambda: progress(world)) == {"bai": (2, False)}


def test_a_question_in_a_lesson_helps_and_keeps_what_was_tapped(lan_learning: Visitor) -> None:
    page = lan_learning.page
    open_lesson(page)
    item = screen(page, 1)
    main(page, "Trả lời")
    page.get_by_text("Mời chọn câu trả lời trước").wait_for()
    respond(page, item, wrong(item))
    main(page, "Trả lời")
    page.get_by_text(item.hints[0]).wait_for()
    reload(page)
    screen(page, 1)
    assert item.hints[0] in page.inner_text("#main")
    press(page, "Xem đáp án")
    page.get_by_text(item.explanation).wait_for()
    main(page, "Tiếp tục")
    screen(page, 2)


def test_practice_is_tried_hinted_at_explained_and_marked_on_the_tablet(
    lan: Visitor, world: World
) -> None:
    page = lan.page
    page.get_by_role("button", name="Làm thử hoặc làm bài kiểm tra").tap()
    press(page, "Làm thử trước")
    at_question(page, 1, KINDS)
    page.wait_for_load_state("networkidle")
    lan.context.set_offline(True)
    for number in range(1, KINDS + 1):
        item = at_question(page, number, KINDS)
        if number == 1 or item.kind == "simulation":
            _fail_then_skip(page, item)
        else:
            respond(page, item, right(item))
            main(page, "Trả lời")
            page.get_by_text("Đúng rồi!").wait_for()
            main(page, "Xem lại rồi nộp" if number == KINDS else "Câu tiếp theo")
    main(page, "Nộp bài")
    page.locator("#main h1", has_text="Làm thử: đúng").wait_for()
    said = page.locator("#main h1").inner_text()
    lan.context.set_offline(False)
    arrived(page, world)
    held = final(page, world, "practice")
    assert said == f"Làm thử: đúng {held.points} trong {held.max_points} câu"
    assert held.points in (KINDS - 1, KINDS - 2)


def _fail_then_skip(page: Page, item: Any) -> None:
    """A wrong try is hinted at, and may be left."""
    respond(page, item, wrong(item))
    if item.kind != "simulation":
        main(page, "Trả lời")
        page.get_by_text("Chưa đúng, không sao cả.").first.wait_for()
        press(page, "Bỏ qua câu này")
        return
    page.get_by_text("Chưa đúng, không sao cả.").first.wait_for()
    page.locator(MAIN_BUTTON).tap()


def test_the_quiz_of_a_module_is_drawn_on_the_tablet_as_the_service_draws_it(
    lan_learning: Visitor, world: World
) -> None:
    page = lan_learning.page
    open_lesson(page)
    learn(page)
    main(page, "Ôn nhanh 3 câu")
    for number in range(1, 4):
        item = at_question(page, number, 3)
        respond(page, item, right(item))
        if item.kind != "simulation":
            main(page, "Trả lời")
        page.get_by_text("Đúng rồi!").wait_for()
        main(page, "Xem lại rồi nộp" if number == 3 else "Câu tiếp theo")
    main(page, "Nộp bài")
    heading(page, "Làm thử: đúng 3 trong 3 câu")
    arrived(page, world)
    held = final(page, world, "practice")
    assert (held.points, held.max_points, held.form["module"]) == (3, 3, "mot")


def test_a_measuring_form_is_thanked_for_and_says_nothing_of_its_key(
    lan_learning: Visitor, world: World
) -> None:
    page = lan_learning.page
    main(page, f"Làm {KINDS} câu này")
    given = work(page)
    main(page, "Nộp bài")
    heading(page, "Cảm ơn cô chú đã làm xong")
    held = final(page, world, "entry")
    assert sorted_answers(answers(world, held)) == sorted_answers(given)
    page.get_by_text("Phần này không chấm điểm.").wait_for()
    press(page, "Trang của tôi")
    heading(page, "Xin chào")
    assert "Vài câu đầu vào" not in page.locator(".next-step").inner_text()


def test_a_call_for_help_works_without_network_and_arrives_later(
    lan: Visitor, world: World
) -> None:
    page = lan.page
    lan.context.set_offline(True)
    press(page, "Gọi thầy/cô")
    page.get_by_role("button", name="Đã gọi thầy/cô").wait_for()
    page.get_by_text("Mời giơ tay để thầy cô thấy nhé.").wait_for()
    lan.context.set_offline(False)
    arrived(page, world)
    assert [event["type"] for event in kept(page)].count("help.asked") == 1


def looked_at(page: Page, view: str) -> list[str]:
    """What is too small, too close, too wide or out of reach on this view, on a tablet and on a phone."""
    wrong = []
    for width, height in ((800, 1280), (360, 640), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        found = [*page.evaluate(TARGETS), *page.evaluate(GAPS)]
        beside = page.evaluate(BESIDE)
        wrong += [f"{view} at {width}: {one}" for one in found + ([beside] if beside > 0 else [])]
    page.evaluate(AXE_SCRIPT)
    bad = [one for one in page.evaluate(RUN) if one["impact"] in ("serious", "critical")]
    page.set_viewport_size({"width": 800, "height": 1280})
    return wrong + [f"{view}: {one['id']} {one['nodes'][0]['html']}" for one in bad]


@pytest.mark.long
def test_every_view_is_for_thumbs_small_screens_and_screen_readers(lan: Visitor) -> None:
    page = lan.page
    found = looked_at(page, "home")
    page.get_by_role("button", name="Xem cô chú đã làm được những gì").tap()
    heading(page, "Cô chú sắp làm được")
    found += looked_at(page, "able")
    press(page, "Trang của tôi")
    press(page, "Hỏi bài")
    heading(page, "Mời cô chú hỏi")
    found += looked_at(page, "ask")
    page.fill("#ask", "giá vàng hôm nay")
    main(page, "Hỏi")
    heading(page, "Tôi chưa có bài")
    found += looked_at(page, "asked")
    page.locator("main .learner-back").tap()
    heading(page, "Mời cô chú hỏi")
    press(page, "Trang của tôi")
    open_lesson(page)
    respond(page, item := screen(page, 1), wrong(item))
    main(page, "Trả lời")
    page.get_by_text(item.hints[0]).wait_for()
    found += looked_at(page, "lesson")
    press(page, "Trang của tôi")
    main(page, "Làm bài kiểm tra")
    heading(page, "Bài kiểm tra")
    found += looked_at(page, "tests")
    press(page, "Làm thử trước")
    for number in range(1, KINDS + 1):
        item = at_question(page, number, KINDS)
        found += looked_at(page, f"question {item.kind}")
        page.locator(MAIN_BUTTON).tap()
    heading(page, f"Còn {KINDS} câu chưa trả lời")
    found += looked_at(page, "review")
    main(page, "Nộp bài")
    heading(page, "Làm thử: đúng 0")
    found += looked_at(page, "result")
    assert found == []
