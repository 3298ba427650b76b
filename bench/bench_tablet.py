"""What a tablet loads and how long it waits: 400 kb/s, 400 ms, a processor six times slower; in one run
with a bare page of one line behind the same line, which is the floor that no page can go below.

Requests and bytes are those that the browser counts on the wire (headers included, bodies compressed).
Usable means: the view is drawn and its first button answers. `BENCH_SAMPLE` names a prepared sample.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench_start import free_port, status
from common import ROOT
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

KILOBITS, LATENCY, SLOWER = 400, 400, 6
BARE = """
from flask import Flask
app = Flask("bare")
PAGE = "<!doctype html><title>b</title><main><button id=b>Vào</button></main>"
app.get("/")(lambda: PAGE)
if __name__ == "__main__":
    import os
    from granian import Granian
    Granian("bare:app", address="127.0.0.1", port=int(os.environ["LMS_PORT"]), interface="wsgi",
            workers=1, blocking_threads=4, log_level="warning").serve()
"""
LOOK = """
(() => {
  const wanted = %s;
  const look = () => {
    const found = document.querySelector(wanted);
    if (found && !window.usableAt) window.usableAt = performance.now();
    if (!window.usableAt) setTimeout(look, 20);
  };
  look();
})()
"""


@dataclass
class Wire:
    """What went over the line since the last `begin`."""

    requests: list[str] = field(default_factory=list)
    bytes: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Count anew."""
        self.requests, self.bytes, self.by_kind, self.kinds, self.urls = [], 0, {}, {}, {}

    def watch(self, devtools: CDPSession) -> None:
        """Count what this page asks for; what the browser or the worker kept is no request."""
        devtools.on("Network.requestWillBeSent", self._asked)
        devtools.on("Network.responseReceived", self._answered)
        devtools.on("Network.loadingFinished", self._done)

    def _asked(self, told: dict[str, Any]) -> None:
        self.kinds[told["requestId"]] = told.get("type", "Other")
        asked = urlsplit(told["request"]["url"])
        self.urls[told["requestId"]] = f"{told['request']['method']} {asked.path}"

    def _answered(self, told: dict[str, Any]) -> None:
        answer = told["response"]
        if answer.get("fromDiskCache") or answer.get("fromServiceWorker"):
            self.kinds.pop(told["requestId"], None)

    def _done(self, told: dict[str, Any]) -> None:
        kind = self.kinds.get(told["requestId"])
        if kind and told["encodedDataLength"]:
            self.requests.append(self.urls[told["requestId"]])
            self.bytes += int(told["encodedDataLength"])
            self.by_kind[kind] = self.by_kind.get(kind, 0) + int(told["encodedDataLength"])


@dataclass
class Visit:
    """One load of a page: seconds until it is usable, requests and kilobytes until then, and in all."""

    seconds: float
    requests: int
    kilobytes: float
    kinds: dict[str, int]
    all_requests: int = 0
    all_kilobytes: float = 0
    asked: list[str] = field(default_factory=list)


def slow(page: Page) -> tuple[CDPSession, Wire]:
    """The old tablet on the hall's line."""
    devtools, wire = page.context.new_cdp_session(page), Wire()
    devtools.send("Network.enable")
    rate = KILOBITS * 1000 / 8
    devtools.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": LATENCY, "downloadThroughput": rate, "uploadThroughput": rate,
    })  # fmt: skip
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    wire.watch(devtools)
    return devtools, wire


def load(page: Page, wire: Wire, address: str, wanted: str) -> Visit:
    """Open an address and wait until what is wanted is there; then until the line is quiet."""
    wire.begin()
    page.goto(address, wait_until="commit")
    page.evaluate(LOOK % json.dumps(wanted))
    page.wait_for_selector(wanted, timeout=120_000)
    seconds = float(page.evaluate("window.usableAt || performance.now()")) / 1000
    found = Visit(seconds, len(wire.requests), wire.bytes / 1024, dict(wire.by_kind))
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)
    found.all_requests, found.all_kilobytes = len(wire.requests), wire.bytes / 1024
    return found


def tablet(context: BrowserContext, address: str) -> None:
    """Make this browser a tablet of the sample commune, as its button does."""
    parts = re.match(r"http://([^:]+):(\d+)", address)
    assert parts
    line = HTTPConnection(parts[1], int(parts[2]), timeout=10)
    line.request("POST", "/vao-lop/may-thu", headers={"Origin": address, "Content-Length": "0"})
    cookies = [v for k, v in line.getresponse().getheaders() if k.lower() == "set-cookie"]
    name, _equals, value = cookies[0].partition(";")[0].partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address}])


def walk_in(page: Page, wire: Wire, code: str, name: str, pin: str) -> Visit:
    """From the code to the first question of a quiz or test: everything that was asked for on the way."""
    page.fill("#f-code", code)
    page.click("#main-action")
    page.locator(".person-tile", has_text=name).first.click(timeout=60_000)
    for digit in pin:
        page.locator(f'.pin__key[data-digit="{digit}"]').click(timeout=60_000)
    page.click("#main-action")
    page.locator(".next-person").wait_for(timeout=60_000)
    page.locator("#main h1").filter(has_text="Xin chào").wait_for(timeout=60_000)
    page.get_by_role("button", name=re.compile("Làm thử hoặc|Mở phần|Làm bài")).first.click()
    page.get_by_role(
        "button", name=re.compile("Làm thử trước|Bắt đầu làm thử|Làm thử đề mới")
    ).first.click(timeout=60_000)
    page.locator(".answers__question, .phone-task").first.wait_for(timeout=60_000)
    return Visit(0, len(wire.requests), wire.bytes / 1024, dict(wire.by_kind), asked=wire.requests)


def bare_floor(browser: Browser, folder: Path) -> Visit:
    """The same line and processor in front of one line of text."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "bare.py"], cwd=folder, stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(folder), "LMS_PORT": str(port)},
    )  # fmt: skip
    try:
        while status(port, "/") != 200:
            assert process.poll() is None, "The bare server ended by itself."
        page = browser.new_context().new_page()
        _devtools, wire = slow(page)
        found = load(page, wire, f"http://127.0.0.1:{port}/", "#b")
        page.context.close()
        return found
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def sample(folder: Path) -> Iterator[tuple[str, str]]:
    """The service on a prepared sample: its address and what it told where to click."""
    data = {"LMS_DATA_DIR": str(folder / "mau")}
    if prepared := os.environ.get("BENCH_SAMPLE"):
        # A copy: whoever learns in it would begin elsewhere the next time.
        shutil.copytree(prepared, folder / "mau")
    subprocess.run(
        [sys.executable, "-m", "lms", "sample", "create"], check=True, cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), **data},
    )  # fmt: skip
    words = folder / "told.txt"
    with words.open("w") as out:
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "lms", "sample", "serve"], cwd=folder, stdout=out,
            env={**os.environ, "PYTHONPATH": str(ROOT), "LMS_PORT": str(port), **data},
        )  # fmt: skip
        try:
            while status(port, "/may-hoc") != 200:
                assert process.poll() is None, "The service ended by itself."
            yield f"http://127.0.0.1:{port}", words.read_text()
        finally:
            process.terminate()
            process.wait(timeout=30)


def show(what: str, found: float, goal: float, unit: str, peer: str = "") -> None:
    """One line: ours, the goal, the share of it, and the peer's figure where we know one."""
    word = "kept" if found <= goal else "NOT KEPT"
    print(f"{what:<52} {found:8.1f} {unit:<8} goal {goal:>6.1f}   {found / goal:5.0%}  {word}"
          f"{f'   peer {peer}' if peer else ''}")  # fmt: skip


def main() -> None:
    """Cold, warm, and the way to the first question; beside a bare page."""
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as name, sync_playwright() as playwright:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE, encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        floor = bare_floor(browser, folder)
        with sample(folder) as (address, told):
            context = browser.new_context(viewport={"width": 800, "height": 1280})
            tablet(context, address)
            page = context.new_page()
            _devtools, wire = slow(page)
            cold = load(page, wire, f"{address}/may-hoc", "#f-code, .entry-faces .person-tile")
            warm = load(page, wire, f"{address}/may-hoc", "#f-code, .entry-faces .person-tile")
            context.close()
            context = browser.new_context(viewport={"width": 800, "height": 1280})
            tablet(context, address)
            page = context.new_page()
            _devtools, wire = slow(page)
            page.goto(f"{address}/may-hoc")
            page.wait_for_selector("#f-code", timeout=120_000)
            found = re.search(r"mã lớp (\w+), chọn “(.+?)”.*?PIN (\d+)", told)
            assert found
            walked = walk_in(page, wire, *found.groups())
            context.close()
        browser.close()
    tell(floor, cold, warm, walked)


def tell(floor: Visit, cold: Visit, warm: Visit, walked: Visit) -> None:
    """The table."""
    first, again = cold.seconds / floor.seconds, warm.seconds / floor.seconds
    print(
        f"a bare page of one line: {floor.seconds:.1f} s; first page {first:.1f}×, again {again:.1f}×"
    )
    scripts = cold.kinds.get("Script", 0) / 1024
    show("first page: kilobytes until usable", cold.kilobytes, 60, "KB")
    show("first page: scripts until usable", scripts, 40, "KB")
    show("first page: seconds until usable", cold.seconds, 3, "s", "31 s on slow 3G")
    show("whole shell, once the line is quiet", cold.all_kilobytes, 150, "KB")
    show("again: seconds until usable", warm.seconds, 1, "s", "12 s")
    show("again: kilobytes", warm.kilobytes, 60, "KB")
    show("sign-in, home and first question, cold: requests", walked.requests, 12, "", "43")
    show("sign-in, home and first question, cold: kilobytes", walked.kilobytes, 110, "KB", "4,5 MB")
    print(f"requests until usable: cold {cold.requests}, again {warm.requests}; "
          f"by kind on the way to the first question: {walked.kinds}")  # fmt: skip
    print("asked for on that way:", *walked.asked, sep="\n  ")


if __name__ == "__main__":
    main()
