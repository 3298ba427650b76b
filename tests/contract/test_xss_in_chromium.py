"""What people wrote, opened in a real Chromium without our CSP: a page of each part of the product.

All pages as all roles are opened in `soak/soak_security.py`.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.conftest import serve, whole_program
from tests.contract.furnished import Furnished
from tests.contract.test_every_route import Asked, addresses, plant
from tests.contract.xss_live import ARGS, LIVE, open_all

pytestmark = pytest.mark.browser
FAMILIES = (
    "people.person", "people.duplicate_pairs", "privacy.one", "board.class_page", "results.of_class",
    "certificates.one", "commend.kept_page", "courses.draft_page", "public.page", "assessments.home",
)  # fmt: skip
"""A page of each part, with lists, forms, tables and drawings in which people's words stand."""


def _families(furnished: Furnished) -> Iterator[Asked]:
    yield from (one for one in addresses(furnished) if one.rule.endpoint in FAMILIES)


def test_nothing_that_somebody_wrote_runs_in_a_browser(
    furnished: Furnished, record_property: Callable[[str, object], None]
) -> None:
    furnished.reset()
    fields = plant(furnished, LIVE, joined=True)
    served = serve(furnished.app)
    address = next(served).at("127.0.0.1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=whole_program(), args=ARGS)
        # The way to notice it works: the same payload, written where it may run.
        page = browser.new_page(bypass_csp=True)
        page.set_content(LIVE[0])
        assert page.evaluate("window.__x") == 1
        met = open_all(browser, furnished, address, _families(furnished))
        browser.close()
    served.close()
    furnished.reset()
    assert met.wrong == []
    assert met.pages == len(FAMILIES)
    assert met.shown > met.pages - 3
    record_property("count: XSS payloads x fields in Chromium, executed 0", len(LIVE) * fields)
    record_property("count: XSS pages opened in Chromium", met.pages)
