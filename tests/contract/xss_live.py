"""Payloads that would show themselves in a real browser, and pages opened with them: also without our CSP.

With the CSP nothing inline runs whatever a page holds. So the pages are opened with the CSP switched off:
what is tried is the escaping alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Dialog, Page
from playwright.sync_api import Error as PlaywrightError

from lms.core.policy import Role
from tests.contract.furnished import Furnished
from tests.contract.matrix import WHO
from tests.contract.test_every_route import Asked

LIVE = (
    "<script>window.__x=1</script>",
    '<img src=a17 onerror="window.__x=1">',
    '"><svg onload=window.__x=1>',
    "'><img src=a17 onerror=alert(1)>",
    "</textarea><script>window.__x=1</script>",
    "</title><script>window.__x=1</script>",
    "</script><script>window.__x=1</script>",
    "</option></select><script>window.__x=1</script>",
    "<details open ontoggle=window.__x=1>",
    '" autofocus onfocus="window.__x=1',
    "' autofocus onfocus='alert(1)",
    '<iframe srcdoc="<script>parent.__x=1</script>"></iframe>',
    "[a17](javascript:window.__x=1)",
    "--><script>window.__x=1</script>",
)
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
STAFF, LEARNER = "lms_staff", "lms_learner"


def is_file(asked: Asked) -> bool:
    """Whether the address gives a file, which a browser would save, or is not for people."""
    ends = (".pdf", ".csv", ".xlsx", ".json", ".zip", ".yaml", ".ics", ".docx", ".png", ".svg", ".jwt",
            "<ext>", "<kind>", "kind>", "doc_kind>", "/tai", "/xuat", "<look>", "<picture>")  # fmt: skip
    starts = ("/api/", "/oauth/", "/assets/", "/metrics", "/health", "/ready", "/sw.js", "/hinh/")
    wrong_role = asked.role in (Role.DEVICE, Role.MACHINE)
    return asked.rule.rule.endswith(ends) or asked.url.startswith(starts) or wrong_role


@dataclass
class Opened:
    """What the browser met."""

    pages: int = 0
    shown: int = 0
    """Pages on which a payload was to be read as text."""
    wrong: list[str] = field(default_factory=list)


def window(browser: Browser, furnished: Furnished, address: str, role: Role, met: Opened) -> Page:
    """A browser window of this role, in a profile of its own."""
    cast, context = furnished.cast, browser.new_context(bypass_csp=True)
    if role is not Role.ANONYMOUS:
        name = STAFF if role in WHO else LEARNER
        token = cast.staff_tokens[WHO[role]] if role in WHO else cast.learner_tokens["lan"]
        context.add_cookies([{"name": name, "value": token, "url": address}])
    page = context.new_page()

    def told(dialog: Dialog) -> None:
        met.wrong.append(f"{page.url}: a dialog opened")
        dialog.dismiss()

    page.on("dialog", told)
    return page


def open_all(
    browser: Browser, furnished: Furnished, address: str, pages: Iterable[Asked]
) -> Opened:
    """Open each page as its role; nothing of what people wrote may run."""
    met, windows = Opened(), dict[Role, Page]()
    for asked in pages:
        if asked.role not in windows:
            windows[asked.role] = window(browser, furnished, address, asked.role, met)
        page = windows[asked.role]
        try:
            page.goto(address + asked.url, wait_until="load")
        except PlaywrightError as error:
            # What the browser saves is no page.
            if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
                continue
            raise
        met.pages += 1
        met.shown += "__x" in page.evaluate("document.documentElement.textContent")
        if page.evaluate("window.__x") is not None:
            met.wrong.append(f"{asked.url} as {asked.role}: a script ran")
    return met
