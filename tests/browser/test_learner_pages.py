"""Learner pages on small and old screens: targets for thumbs, nothing beside the screen, little to load."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import TABLET, Visit, Visitor, World
from tests.browser.steps import press, sign_in_learner, tap_main

pytestmark = pytest.mark.browser

TARGETS = """
() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, label.answer')]
  .filter(e => !e.matches('.skip') && (e.matches('label.answer') || !e.closest('label.answer')))
  .map(e => ({e, r: e.getBoundingClientRect(), least: e.matches('label.answer') ? 88 : 56}))
  .filter(({e, r}) => r.width && r.height && getComputedStyle(e).visibility !== 'hidden')
  .filter(({r, least}) => r.height < least || r.width < 56)
  .map(({e, r}) => `${e.outerHTML.slice(0, 90)}: ${Math.round(r.width)} × ${Math.round(r.height)}`)
"""
GAPS = """
() => { const tops = [...document.querySelectorAll('label.answer')].map(e => e.getBoundingClientRect());
  return tops.slice(1).map((r, i) => r.top - tops[i].bottom).filter(gap => gap < 16) }
"""
BESIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def learner_pages(tablet: Visitor) -> Iterator[str]:
    """Every kind of page that a learner meets, one after the other."""
    page = tablet.page
    yield tablet.go("/vao-lop?doi=1").url
    sign_in = tablet.go("/vao-lop/ten")
    yield sign_in.url
    with page.expect_navigation():
        page.get_by_role("link", name="Lan N.").tap()
    yield page.url
    sign_in_learner(tablet, code="")
    yield page.url
    for path in ("/hoc/bai/b1/1", "/hoc/bai/b1/4", "/hoc/bai/b1/xong", "/hoc/kiem-tra"):
        yield tablet.go(path).url
    yield from _test(page)


def _test(page: Page) -> Iterator[str]:
    tap_main(page)
    yield page.url
    question = page.url
    page.locator("label.answer").first.tap()
    tap_main(page)
    page.goto(question.rsplit("/", 1)[0] + "/nop")
    yield page.url
    tap_main(page)
    yield page.url


def test_every_target_is_large_enough_and_nothing_lies_beside_the_screen(
    visit: Visit, world: World
) -> None:
    tablet = visit(TABLET, has_touch=True)
    tablet.be("lms_device", world.cast.device_credentials["k1_may"])
    sign_in_learner(tablet)
    press(tablet.page, "Người tiếp theo")
    wrong, seen = [], 0
    for url in learner_pages(tablet):
        seen += 1
        for width in (800, 360, 320):
            tablet.page.set_viewport_size({"width": width, "height": 800})
            where = f"{url.removeprefix(world.address)} at {width}"
            wrong += [f"{where}: {one}" for one in tablet.page.evaluate(TARGETS)]
            wrong += [f"{where}: answers {gap} px apart" for gap in tablet.page.evaluate(GAPS)]
            beside = tablet.page.evaluate(BESIDE)
            wrong += [f"{where}: {beside} px too wide"] if beside > 0 else []
        tablet.page.set_viewport_size(TABLET)
    assert seen == 11
    assert wrong == []


@dataclass
class Wire:
    """What a browser fetched, as the network saw it."""

    requests: int = 0
    bytes: int = 0
    kinds: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    """Requests that the browser answered from its own memory."""

    def watch(self, page: Page) -> None:
        """Count by the browser's own network log, headers and all."""
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestServedFromCache", self._held)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)

    def _held(self, event: dict) -> None:  # type: ignore[type-arg]  # The protocol's own shape.
        self.held.add(event["requestId"])

    def _answered(self, event: dict) -> None:  # type: ignore[type-arg]  # The protocol's own shape.
        if event["requestId"] in self.held or event["response"].get("fromDiskCache"):
            return
        self.requests += 1
        self.kinds.append(f"{event['type']} {event['response']['url'].rsplit('/', 1)[-1]}")

    def _finished(self, event: dict) -> None:  # type: ignore[type-arg]  # The protocol's own shape.
        self.bytes += int(event["encodedDataLength"])


def test_the_first_page_is_small_and_asks_for_little(visit: Visit, world: World) -> None:
    tablet = visit(TABLET, has_touch=True)
    tablet.be("lms_device", world.cast.device_credentials["k1_may"])
    wire = Wire()
    wire.watch(tablet.page)
    tablet.go("/vao-lop?kieu=trang").wait_for_load_state("networkidle")
    assert wire.requests <= 12, wire.kinds
    assert wire.bytes <= 60 * 1024, (wire.bytes, wire.kinds)


def test_signing_in_cold_until_the_first_question_is_small(visit: Visit, world: World) -> None:
    tablet = visit(TABLET, has_touch=True)
    tablet.be("lms_device", world.cast.device_credentials["k1_may"])
    wire = Wire()
    wire.watch(tablet.page)
    sign_in_learner(tablet)
    tap_main(tablet.page)
    tap_main(tablet.page)
    tablet.page.wait_for_load_state("networkidle")
    assert tablet.page.locator("label.answer").count() == 4
    assert wire.bytes <= 110 * 1024, (wire.bytes, wire.kinds)
