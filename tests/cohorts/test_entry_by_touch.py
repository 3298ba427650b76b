"""The learner's way in on a tablet and on a small phone, by touch, with and without scripts."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

from tests.cast import PIN, Cast

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
SIZES = {"tablet": (800, 1280), "phone": (360, 640)}


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright, once for the module."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def address(app: Flask, cast: Cast) -> Iterator[str]:
    """The app behind a real server on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def on_tablet(chromium: Browser, address: str, cast: Cast, size: str, *, scripts: bool) -> Page:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        has_touch=True, is_mobile=True, java_script_enabled=scripts,
    )  # fmt: skip
    credential = cast.device_credentials["k1_may"]
    context.add_cookies([{"name": "lms_device", "value": credential, "url": address}])
    page = context.new_page()
    page.goto(f"{address}/vao-lop?kieu=trang")
    return page


def enter_class(page: Page) -> None:
    page.fill("#f-code", "k1 abcd")
    page.tap("button[form=code-form]")
    page.wait_for_url("**/vao-lop/ten")


@pytest.mark.parametrize("size", SIZES)
def test_a_learner_taps_through_to_the_lessons(
    chromium: Browser, address: str, cast: Cast, size: str
) -> None:
    page = on_tablet(chromium, address, cast, size, scripts=True)
    enter_class(page)
    tiles = [tile.bounding_box() for tile in page.query_selector_all(".person-tile")]
    assert all(box is not None and box["height"] >= 88 and box["width"] >= 88 for box in tiles)
    page.tap("text=Lan N.")
    page.wait_for_url("**/vao-lop/pin/*")
    # Every key is in view without moving the page, above the main button, and large enough.
    dock = page.locator(".learner-dock").bounding_box()
    assert dock is not None
    for key in page.query_selector_all(".pin__key"):
        box = key.bounding_box()
        assert box is not None
        assert box["height"] >= 56
        assert box["y"] + box["height"] <= dock["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for digit in PIN:
        page.tap(f'button[data-digit="{digit}"]')
    page.tap("button[form=pin-form]")
    page.wait_for_url("**/hoc")
    page.tap("text=Người tiếp theo")
    page.wait_for_url("**/vao-lop/ten")
    page.go_back()
    page.wait_for_load_state()
    assert "Xin chào" not in page.content()
    page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_the_way_in_works_without_scripts(
    chromium: Browser, address: str, cast: Cast, size: str
) -> None:
    page = on_tablet(chromium, address, cast, size, scripts=False)
    enter_class(page)
    page.tap("text=Hùng T.")
    page.wait_for_url("**/vao-lop/pin/*")
    page.fill("#f-pin", "0000")
    page.tap("button[form=pin-form]")
    page.wait_for_selector("text=Mã số chưa đúng")
    page.fill("#f-pin", PIN)
    page.tap("button[form=pin-form]")
    page.wait_for_url("**/hoc")
    page.context.close()
