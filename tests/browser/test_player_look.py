"""The player to look at, to listen to and to keep: every view in each look, a voice, updates, home screen."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize, expect

from lms.offline import pages
from tests.browser.conftest import Visit, Visitor, World
from tests.browser.player import (
    CODE,
    FACES,
    MAIN_BUTTON,
    NEXT_PERSON,
    choose,
    enter_class,
    enter_digits,
    heading,
    next_person,
    open_player,
    sign_in,
)
from tests.browser.test_learner_pages import BESIDE, GAPS

pytestmark = pytest.mark.browser

RUN = "() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
TARGETS = """(least) =>
  [...document.querySelectorAll('a[href], button, input:not([type=file]), select, summary, label.answer')]
  .filter(e => e.matches('label.answer') || !e.closest('label.answer'))
  .map(e => ({e, r: e.getBoundingClientRect(), need: e.matches('label.answer') && least > 44 ? 88 : least}))
  .filter(({e, r}) => r.width && r.height && getComputedStyle(e).visibility !== 'hidden')
  .filter(({r, need}) => r.height < need || r.width < Math.min(need, 56))
  .map(({e, r}) => `${e.outerHTML.slice(0, 90)}: ${Math.round(r.width)} × ${Math.round(r.height)}`)
"""
CLIPPED = """() => [...document.querySelectorAll('#app *')]
  .filter(e => e.children.length === 0 && e.textContent.trim() && !e.closest('.hide-visually'))
  .filter(e => e.scrollHeight > e.clientHeight + 2 && getComputedStyle(e).overflowY === 'hidden')
  .map(e => e.outerHTML.slice(0, 90))
"""
LOOKS = [
    ("simple", "light", 56),
    ("simple", "contrast", 56),
    ("compact", "light", 44),
    ("compact", "contrast", 44),
]


def views(tablet: Visitor) -> Iterator[str]:
    """Every view of the way in, one after the other; the tablet is known and stands in no class yet."""
    page = tablet.page
    page.locator(CODE).wait_for()
    yield "code"
    page.fill(CODE, "SAIMAS")
    page.locator(MAIN_BUTTON).click()
    page.locator(".field__error").wait_for()
    yield "code refused"
    enter_class(page)
    yield "faces"
    page.get_by_role("button", name="Vào bằng thẻ").click()
    enter_digits(page, "482719")
    page.locator(".field__error").wait_for()
    yield "card refused"
    page.get_by_role("button", name="Quay lại").click()
    page.locator(FACES).wait_for()
    choose(page)
    enter_digits(page, "0000")
    page.locator(".field__error").wait_for()
    yield "pin refused"
    enter_digits(page, "4827")
    page.locator(NEXT_PERSON).wait_for()
    yield "home"
    page.locator(".entry-tool").first.click()
    heading(page, "Cỡ chữ và màu")
    yield "settings"
    page.reload()
    page.locator(".entry-resume").wait_for()
    yield "resume"


def judged(page: Page, where: str) -> list[str]:
    """What is wrong with the view that stands there, in each look and at three widths."""
    wrong = []
    for mode, theme, least in LOOKS:
        look = {"mode": mode, "theme": theme}
        page.evaluate("(look) => Object.assign(document.documentElement.dataset, look)", look)
        for width in (800, 360, 320):
            page.set_viewport_size(ViewportSize(width=width, height=800))
            told = f"{where} {mode} {theme} {width}"
            wrong += [
                f"{told}: {one}" for one in page.evaluate(TARGETS, least) + page.evaluate(CLIPPED)
            ]
            wrong += [
                f"{told}: {gap} px apart"
                for gap in (page.evaluate(GAPS) if mode == "simple" else [])
            ]
            wrong += [f"{told}: too wide"] if page.evaluate(BESIDE) > 0 else []
        found = page.evaluate(RUN)
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        wrong += [
            f"{where} {theme}: {one['id']} {node['target']}"
            for one in serious
            for node in one["nodes"]
        ]
    page.evaluate(
        "() => Object.assign(document.documentElement.dataset, {mode: 'simple', theme: 'light'})"
    )
    page.set_viewport_size(ViewportSize(width=800, height=1280))
    return wrong


@pytest.mark.long
def test_every_view_of_the_way_in_is_within_reach_in_every_look(visit: Visit, world: World) -> None:
    tablet = open_player(visit, world, code="")
    tablet.expected = {422}
    wrong, seen = [], 0
    for where in views(tablet):
        seen += 1
        tablet.page.evaluate(AXE_SCRIPT)
        wrong += judged(tablet.page, where)
    assert seen == 8
    assert wrong == []
    assert tablet.page.evaluate(TARGETS, 400) != [], (
        "Were the measure blind, this test would pass for nothing."
    )


def test_a_page_whose_script_does_not_come_offers_two_ways_on(visit: Visit, world: World) -> None:
    visitor = visit({"width": 360, "height": 640}, has_touch=True)
    visitor.context.route("**/offline/player.js", lambda route: route.abort())
    page = visitor.go("/may-hoc")
    offered = page.get_by_role("link", name="Tải lại trang")
    expect(offered).to_be_hidden()
    expect(offered).to_be_visible()
    page.evaluate(AXE_SCRIPT)
    assert judged(page, "nothing came") == []
    page.get_by_role("link", name="Mở trang thường").tap()
    heading(page, "Máy này chưa là máy của lớp")
    visitor.troubles = [one for one in visitor.troubles if "ERR_FAILED" not in one]


STRANGE: list[tuple[str, dict[str, Any], str]] = [
    ("/may-hoc", {}, "Máy này chưa là máy của lớp"),
    ("/may-hoc#lop=TBT-K1ABCD", {}, "Vào lớp bằng điện thoại của mình"),
    ("/may-hoc#nha", {}, "Mã học ở nhà"),
    (
        "/may-hoc",
        {"user_agent": "Mozilla/5.0 (iPhone) AppleWebKit Mobile Zalo iOS/1"},
        "Hãy mở bằng Chrome",
    ),
]


@pytest.mark.parametrize(("path", "options", "words"), STRANGE)
def test_views_for_strange_machines_are_within_reach_too(
    visit: Visit, world: World, path: str, options: dict[str, Any], words: str
) -> None:
    stranger = visit({"width": 360, "height": 640}, has_touch=True, **options)
    stranger.expected = {401}
    page = stranger.go(path)
    heading(page, words)
    page.evaluate(AXE_SCRIPT)
    assert judged(page, words) == []


def test_the_question_whether_anybody_is_there_is_within_reach(visit: Visit, world: World) -> None:
    tablet = open_player(visit, world, code="")
    page = tablet.page
    page.clock.install()
    tablet.go("/may-hoc")
    enter_class(page)
    sign_in(page)
    page.clock.run_for(200_000)
    page.get_by_role("dialog").wait_for()
    page.clock.resume()
    page.evaluate(AXE_SCRIPT)
    assert judged(page, "idle") == []


# A voice.

VOICE = """(lang, local) => {
  window.spoken = [];
  const voice = { lang, localService: local, name: 'Giọng thử', voiceURI: 'thu', default: true };
  let running = null;
  const machine = new EventTarget();
  machine.getVoices = () => [voice];
  machine.speak = (part) => {
    running = part;
    window.spoken.push({ text: part.text, lang: part.lang, local: part.voice === voice });
    setTimeout(() => { if (running === part) part.onend(); }, window.pace || 30);
  };
  machine.cancel = () => { if (running) window.spoken.push({ text: '(im)' }); running = null; };
  Object.defineProperty(window, 'speechSynthesis', { value: machine });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}"""


def with_voice(visit: Visit, world: World, lang: str = "vi-VN", local: str = "true") -> Page:
    """A tablet with a voice, at the settings: two questions with two answers each."""
    tablet = open_player(visit, world, code="")
    tablet.page.add_init_script(f"({VOICE})('{lang}', {local})")
    tablet.go("/may-hoc")
    enter_class(tablet.page)
    sign_in(tablet.page)
    return tablet.page


LAY = """() => {
  // A question with its answers, marked to be read as questions are.
  const answer = (words) => `<label class="answer" data-say="${words}"><input type="radio" name="q">
    <span class="answer__mark"></span><span class="answer__text">${words}</span></label>`;
  const answers = ['Có', 'Không'].map(answer).join('');
  document.querySelector('#main').innerHTML =
    `<h1 data-say="">Câu hỏi?</h1><div class="answers__list">${answers}</div>`;
}"""
SPOKEN = "() => window.spoken.filter((one) => one.text !== '(im)').map((one) => one.text)"


def test_a_local_vietnamese_voice_reads_the_question_then_its_answers(
    visit: Visit, world: World
) -> None:
    page = with_voice(visit, world)
    page.evaluate(LAY)
    page.evaluate("() => { window.spoken.length = 0; }")
    page.get_by_role("button", name="Nghe", exact=True).tap()
    page.wait_for_timeout(400)
    assert page.evaluate(SPOKEN) == ["Câu hỏi?", "Có", "Không"]
    assert page.evaluate(
        "() => window.spoken.filter((one) => one.lang).every((one) => one.lang === 'vi-VN' && one.local)"
    )
    page.get_by_role("button", name="Nghe: Không").tap()
    page.wait_for_timeout(100)
    assert page.evaluate(SPOKEN)[-1] == "Không"
    assert page.locator("input:checked").count() == 0
    assert page.evaluate(TARGETS, 56) == []
    assert page.evaluate(GAPS) == []


def test_leaving_a_view_ends_the_reading(visit: Visit, world: World) -> None:
    page = with_voice(visit, world)
    page.evaluate(LAY)
    page.evaluate("window.pace = 1500")
    page.get_by_role("button", name="Nghe", exact=True).tap()
    next_person(page)
    said = page.evaluate(SPOKEN)
    page.wait_for_timeout(1700)
    assert page.evaluate(SPOKEN) == said
    assert "Không" not in said


def test_a_long_text_is_cut_at_its_sentences(visit: Visit, world: World) -> None:
    page = open_player(visit, world, code="").page
    cut: Callable[[str], list[str]] = lambda text: page.evaluate(  # noqa: E731
        "async (text) => (await import('/assets/x/offline/js/entry/voice.js')).speechParts(text)",
        text,
    )
    long = "Bác mở ứng dụng ngân hàng rồi bấm nút quét mã. " * 12
    assert all(len(part) < 180 and part.endswith(".") for part in cut(long))
    assert " ".join(cut(long)) == long.strip()
    assert all(len(part) < 180 for part in cut("chữ " * 200))
    assert "".join(cut("x" * 500)) == "x" * 500
    assert cut("Có.") == ["Có."]
    assert cut(" ") == []


@pytest.mark.parametrize(("lang", "local"), [("vi-VN", "false"), ("en-US", "true")])
def test_without_a_local_vietnamese_voice_there_is_no_button(
    visit: Visit, world: World, lang: str, local: str
) -> None:
    page = with_voice(visit, world, lang, local)
    page.evaluate(LAY)
    page.wait_for_timeout(200)
    assert page.locator(".entry-listen, .entry-speaker").count() == 0


# Kept on the machine.

CONTROLLED = "() => navigator.serviceWorker.controller !== null"


def test_a_new_release_takes_over_at_the_faces_and_never_in_a_turn(
    visit: Visit, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = open_player(visit, world, secure=True)
    page = tablet.page
    page.wait_for_function(CONTROLLED)
    sign_in(page)
    page.evaluate("() => { window.before = true; }")
    monkeypatch.setattr(pages, "SHELL", (*pages.SHELL, "core/img/icon-192.png"))
    page.evaluate("async () => { await (await navigator.serviceWorker.ready).update(); }")
    waiting = "async () => (await navigator.serviceWorker.ready).waiting !== null"
    page.wait_for_timeout(1500)
    assert page.evaluate(waiting)
    page.locator(MAIN_BUTTON).tap()
    page.wait_for_timeout(500)
    assert page.evaluate("() => window.before === true")
    page.locator(NEXT_PERSON).tap()
    page.wait_for_function("() => window.before === undefined")
    page.locator(FACES).wait_for()
    page.wait_for_timeout(500)
    assert not page.evaluate(waiting)


def test_the_player_opens_without_network_where_a_worker_keeps_it(
    visit: Visit, world: World
) -> None:
    tablet = open_player(visit, world, secure=True)
    tablet.page.wait_for_function(CONTROLLED)
    tablet.context.set_offline(True)
    tablet.page.reload()
    heading(tablet.page, "Chưa có mạng")
    expect(tablet.page.locator("#main")).to_contain_text("Bài đã làm vẫn còn đủ")


def test_the_home_screen_is_offered_to_trainers_where_the_browser_can(
    visit: Visit, world: World
) -> None:
    page = open_player(visit, world, code="").page
    offer = page.locator(".entry-install")
    expect(offer).to_have_count(1)
    expect(offer).to_be_hidden()
    page.evaluate("""() => {
      const event = new Event('beforeinstallprompt', { cancelable: true });
      event.prompt = () => { window.asked = true; };
      window.dispatchEvent(event);
      window.held = event.defaultPrevented;
    }""")
    expect(offer).to_have_text("Đặt lên màn hình chính")
    offer.tap()
    assert page.evaluate("() => window.asked && window.held")
    expect(offer).to_have_count(0)
