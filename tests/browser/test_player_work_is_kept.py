"""What can go wrong while somebody works in the player, and that nothing of the work is lost by it."""

from typing import Any

import pytest

from assessments.models import Attempt
from tests.assessments.kinds import right
from tests.browser.conftest import Visit, Visitor, World
from tests.browser.learning import (
    KINDS,
    answers,
    arrived,
    at_question,
    attempts,
    begin_test,
    final,
    heading,
    items_of,
    kept,
    main,
    press,
    reload,
    respond,
    sit,
    sorted_answers,
    teach,
    until,
    work,
)
from tests.browser.player import MAIN_BUTTON, open_player, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def lan(visit: Visit, world: World) -> Visitor:
    """Bà Lan on her own page; the class learns every kind of question and is in a sitting."""
    teach(world)
    return sit(visit, world)


def test_a_test_that_is_cut_off_in_the_middle_loses_nothing(lan: Visitor, world: World) -> None:
    page = lan.page
    begin_test(page)
    given = work(page, 1, 3)
    lan.context.set_offline(True)
    given |= work(page, 4)
    heading(page, f"Đã trả lời hết {KINDS} câu")
    main(page, "Nộp bài")
    heading(page, "Đã nộp bài")
    assert "Kết quả báo sau" in page.inner_text("#main")
    assert [one.state for one in attempts(world)] == ["open"]
    lan.context.set_offline(False)
    heading(page, "Chúc mừng! Đã đạt bài kiểm tra")
    held = final(page, world, "certifying")
    assert (held.passed, held.points) == (True, KINDS)
    assert held.sitting_id is not None
    assert sorted_answers(answers(world, held)) == sorted_answers(given)
    arrived(page, world)
    taps = [event for event in kept(page) if event["type"] == "answer.given"]
    assert len(taps) > KINDS, "each tap of a test is an event"


def test_a_reload_leads_back_to_the_very_question_with_what_was_tapped(
    lan: Visitor, world: World
) -> None:
    page = lan.page
    begin_test(page)
    given = work(page, 1, 2)
    item = at_question(page, 3, KINDS)
    respond(page, item, right(item))
    until(page, lambda: kept(page)[-1]["payload"].get("item") == item.id)
    page.wait_for_timeout(300)
    reload(page)
    assert at_question(page, 3, KINDS) == item
    main(page, "Câu tiếp theo")
    given |= {item.id: right(item)} | work(page, 4)
    main(page, "Nộp bài")
    # On plain http the page that was left may still hold the right to send for half a minute.
    heading(page, "Chúc mừng!", seconds=45)
    held = final(page, world, "certifying")
    assert held.points == KINDS
    assert sorted_answers(answers(world, held)) == sorted_answers(given)
    segments = {event["segment"] for event in kept(page) if event["attempt"]}
    assert len(segments) == 2, "a reload begins a new turn"


FIRST_OF_ALL = (
    "addEventListener('pagehide', () => window.parting && window.parting(), { capture: true })"
)
TAP_WHILE_GOING = """() => {
  const boxes = [...document.querySelectorAll('label.answer input[type=checkbox]')].slice(0, 2);
  window.parting = () => boxes.forEach((box) => box.click());
}"""


def test_taps_in_the_very_moment_in_which_the_page_goes_are_kept(lan: Visitor) -> None:
    page = lan.page
    page.add_init_script(FIRST_OF_ALL)
    reload(page)
    begin_test(page)
    number = 1
    at_question(page, number, KINDS)
    while not page.locator("label.answer input[type=checkbox]").count():
        main(page, "Câu tiếp theo")
        number += 1
        at_question(page, number, KINDS)
    page.evaluate(TAP_WHILE_GOING)
    reload(page)
    at_question(page, number, KINDS)
    assert page.locator("label.answer input:checked").count() == 2
    own = [one for one in kept(page) if one["type"] == "answer.given"]
    assert len(own) == 2, "each tap is an act"
    numbers = [one["seq"] for one in kept(page) if one["epoch"] == own[0]["epoch"]]
    assert numbers == list(range(len(numbers))), "it took the next number of its visit"
    assert page.evaluate("localStorage.getItem('lop-hoc-so.parting')") is None


def test_another_tablet_goes_on_where_the_first_one_was(
    visit: Visit, lan: Visitor, world: World
) -> None:
    begin_test(lan.page)
    given = work(lan.page, 1, 4)
    arrived(lan.page, world)
    second = sit(visit, world, "k2_may")
    main(second.page, "Làm tiếp bài kiểm tra")
    given |= work(second.page, 5)
    main(second.page, "Nộp bài")
    heading(second.page, "Chúc mừng!")
    held = final(second.page, world, "certifying")
    assert (held.points, held.trail["forked"]) == (KINDS, False)
    assert sorted_answers(answers(world, held)) == sorted_answers(given)


def test_two_tablets_at_once_keep_both_lines_and_count_a_whole_one(
    visit: Visit, lan: Visitor, world: World
) -> None:
    begin_test(lan.page)
    work(lan.page, 1, 2)
    arrived(lan.page, world)
    second = sit(visit, world, "k2_may")
    main(second.page, "Làm tiếp bài kiểm tra")
    work(lan.page, 3)
    work(second.page, 3)
    main(second.page, "Nộp bài")
    arrived(second.page, world)
    main(lan.page, "Nộp bài")
    for tablet in (lan, second):
        arrived(tablet.page, world)
        tablet.page.locator("#main h1", has_text="Chúc mừng!").wait_for()
    held = final(lan.page, world, "certifying")
    assert (held.trail["forked"], held.trail["complete"]) == (True, True)
    assert held.points == KINDS
    assert {item.id for item in items_of(held)} == set(answers(world, held))


@pytest.mark.long
def test_work_on_two_tablets_is_joined_when_one_of_them_goes_on(
    visit: Visit, lan: Visitor, world: World
) -> None:
    begin_test(lan.page)
    given = work(lan.page, 1, 2)
    arrived(lan.page, world)
    lan.context.set_offline(True)
    given |= work(lan.page, 3, 3)
    second = sit(visit, world, "k2_may")
    main(second.page, "Làm tiếp bài kiểm tra")
    at_question(second.page, 3, KINDS)
    second.page.locator(MAIN_BUTTON).tap()
    given |= work(second.page, 4, 5)
    arrived(second.page, world)
    lan.context.set_offline(False)
    arrived(lan.page, world)
    reload(lan.page)
    press(lan.page, "Câu trước")
    at_question(lan.page, 3, KINDS)
    press(lan.page, "Câu trước")
    for number in range(2, 6):
        at_question(lan.page, number, KINDS)
        main(lan.page, "Câu tiếp theo")
    given |= work(lan.page, 6)
    heading(lan.page, f"Đã trả lời hết {KINDS} câu")
    main(lan.page, "Nộp bài")
    heading(lan.page, "Chúc mừng!", seconds=45)
    held = final(lan.page, world, "certifying")
    assert held.points == KINDS
    assert sorted_answers(answers(world, held)) == sorted_answers(given)


STORE_FULL = """
() => {
  const real = IDBDatabase.prototype.transaction;
  window.mend = () => { IDBDatabase.prototype.transaction = real; };
  IDBDatabase.prototype.transaction = function (names, mode, ...rest) {
    if (mode === 'readwrite') throw new DOMException('full', 'QuotaExceededError');
    return real.call(this, names, mode, ...rest);
  };
}
"""


def test_what_could_not_be_saved_is_said_and_saved_by_the_next_tap(
    lan: Visitor, world: World
) -> None:
    page = lan.page
    begin_test(page)
    given = work(page, 1, 1)
    item = at_question(page, 2, KINDS)
    page.evaluate(STORE_FULL)
    respond(page, item, right(item))
    page.locator(".learn-told", has_text="Chưa lưu, bấm lại").wait_for()
    main(page, "Câu tiếp theo")
    page.wait_for_timeout(300)
    assert at_question(page, 2, KINDS) == item
    page.evaluate("() => window.mend()")
    main(page, "Câu tiếp theo")
    given |= {item.id: right(item)} | work(page, 3)
    main(page, "Nộp bài")
    heading(page, "Chúc mừng!")
    held = final(page, world, "certifying")
    assert sorted_answers(answers(world, held)) == sorted_answers(given)


@pytest.mark.parametrize(
    ("seed", "taps"),
    [(1, 100), *(pytest.param(n, 250, marks=pytest.mark.long) for n in range(1, 6))],
)
def test_a_child_who_taps_everything_breaks_nothing(
    lan: Visitor, world: World, seed: int, taps: int
) -> None:
    page = lan.page
    begin_test(page)
    at_question(page, 1, KINDS)
    page.evaluate(RANDOM_TAPS, [seed, taps])
    arrived(page, world)
    page.reload()
    page.locator(f"{MAIN_BUTTON}, .entry-faces").first.wait_for()
    state = [
        (one.state, sorted_answers(answers(world, one))) for one in attempts(world, "certifying")
    ]
    assert len(state) == 1
    assert state[0][1] == sorted_answers(_newest(kept(page), attempts(world, "certifying")[0]))
    assert "unsaved" not in page.inner_text("#app")


RANDOM_TAPS = """
([seed, taps]) => new Promise((done) => {
  let n = seed * 7919;
  const next = (most) => { n = (n * 48271) % 2147483647; return n % most; };
  const barred = '.next-person, .entry-tool';
  let left = taps;
  const one = () => {
    const all = [...document.querySelectorAll('#app button, #app input, #app label.answer, #app summary')]
      .filter((e) => e.getClientRects().length && !e.matches(barred) && !e.disabled);
    const hit = all[next(all.length)];
    if (hit && hit.type === 'text') {
      hit.value += String(next(10));
      hit.dispatchEvent(new Event('input', { bubbles: true }));
    } else if (next(12) === 0) history.back();
    else if (hit) hit.click();
    left -= 1;
    if (left) setTimeout(one, next(40));
    else setTimeout(done, 3500);
  };
  one();
})
"""


def _newest(events: list[dict[str, Any]], attempt: Attempt) -> dict[str, list[str]]:
    """The last answer to each question of the attempt before it was handed in, as the tablet wrote them."""
    found: dict[str, list[str]] = {}
    for event in events:
        if event["attempt"] == str(attempt.id):
            if event["type"] == "attempt.submitted":
                break
            if event["type"] == "answer.given":
                found[event["payload"]["item"]] = event["payload"]["response"]
    return found


def test_the_next_learner_finds_nothing_and_the_work_of_the_last_one_stays(
    visit: Visit, world: World
) -> None:
    teach(world)
    lan = open_player(visit, world)
    sign_in(lan.page)
    begin_test(lan.page)
    work(lan.page, 1, 2)
    lan.page.locator(".next-person").tap()
    lan.page.locator(".entry-faces").wait_for()
    sign_in(lan.page, "Hùng T.")
    heading(lan.page, "Xin chào, Hùng T.!")
    assert "Làm tiếp" not in lan.page.inner_text("#main")
    lan.page.go_back()
    assert "Lan N." not in lan.page.inner_text("#main")
    arrived(lan.page, world)
    assert len(answers(world, attempts(world, "certifying")[0])) == 2
