"""The player in the engines of old tablets: Chromium 92 and 106, from the way in to the next person.

`python soak/soak_old_chromium.py [folder for pictures]` fetches both with `npm pack` into a temporary folder
(nothing of them stays), and walks through the player by tapping: class code, PIN, a lesson with practice of
every kind, the certifying test with a line that breaks in the middle, handing in, "Người tiếp theo". Once where
the browser trusts the name and has a worker, with a reload while the line is cut, and once on plain http. Each
view is measured: nothing too small, too close or wider than the screen. It ends with an error when something is
lost, a script fails or a view does not fit; Chrome 95 has to work, 106 is supported.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from lms.ledger.models import Event
from tests.assessments.kinds import right
from tests.browser.conftest import NAMES, Served, Visitor, World
from tests.browser.crowd import crowd, same
from tests.browser.learning import (
    KINDS,
    answers,
    arrived,
    at_question,
    attempts,
    begin_test,
    heading,
    kept,
    main,
    press,
    respond,
    until,
    work,
)
from tests.browser.line import Line, line_to
from tests.browser.player import NEXT_PERSON, next_person, open_player, sign_in
from tests.browser.test_learner_pages import BESIDE, GAPS
from tests.browser.test_player_learning import open_lesson, screen
from tests.browser.test_player_look import CLIPPED, TARGETS

ENGINES = {
    "92": "chrome-aws-lambda@10.1.0",
    "106": "@sparticuz/chrome-aws-lambda@17.1.3",
}
"""Major version → the npm package that carries that Chromium for Linux."""
UNPACK = """
const { createReadStream, createWriteStream } = require('fs');
const [, from, to] = process.argv;
require('stream').pipeline(createReadStream(from), require('zlib').createBrotliDecompress(),
  createWriteStream(to), (error) => { if (error) throw error; });
"""
SEES = """(() => {
  // What drives the browser asks for this; browsers know it since 105. The page's own world stays as it is.
  const sees = function () { return this.getClientRects().length > 0 || this.tagName === 'OPTION'; };
  if (!Element.prototype.checkVisibility) Element.prototype.checkVisibility = sees;
})()"""
WORLD = "__playwright_utility_world"


# The engines


def engine(folder: Path, package: str) -> Path:
    """Fetch and unpack one Chromium; the program."""
    folder.mkdir()
    packed = subprocess.run(  # noqa: S603 - npm, with a package that we name.
        [_program("npm"), "pack", "--silent", package],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if packed.returncode:
        sys.exit(f"Không lấy được {package} bằng npm pack:\n{packed.stderr}")
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    parts = folder / "package" / "bin"
    for name in ("swiftshader.tar", "aws.tar", "chromium"):
        _unpack(parts / f"{name}.br", folder / name)
    for name in ("swiftshader.tar", "aws.tar"):
        with tarfile.open(folder / name) as archive:
            archive.extractall(folder, filter="data")
    (folder / "chromium").chmod(0o755)
    shutil.rmtree(folder / "package")
    return folder / "chromium"


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        sys.exit(f"Cần có {name} (Debian: apt-get install nodejs npm) để lấy Chromium 92 và 106.")
    return found


def _unpack(packed: Path, to: Path) -> None:
    """Node brings the decompression that these packages need."""
    subprocess.run([_program("node"), "-e", UNPACK, str(packed), str(to)], check=True)  # noqa: S603


def _libraries(program: Path) -> dict[str, str]:
    """The environment in which it runs: its own libraries where this machine lacks some."""
    told = subprocess.run(  # noqa: S603 - a program of the system about a file that we made.
        [_program("ldd"), str(program)], capture_output=True, text=True, check=False
    ).stdout
    libraries = str(program.parent / "lib") if "not found" in told else ""
    return dict(os.environ) | {"LD_LIBRARY_PATH": libraries}


def launch(playwright: Playwright, program: Path) -> Browser:
    """Start it; both names of the service lead to this machine."""
    return playwright.chromium.launch(
        executable_path=str(program),
        env=_libraries(program),
        args=[f"--host-resolver-rules={NAMES}", "--no-sandbox", "--disable-gpu", "--no-zygote"],
    )


def _teach_driver(page: Page) -> None:
    """Give the driver's own world of every document what engines before 105 do not know."""
    line = page.context.new_cdp_session(page)

    def teach(told: dict[str, Any]) -> None:
        if told["context"]["name"].startswith(WORLD):
            asked = {"expression": SEES, "contextId": told["context"]["id"]}
            with suppress(Error):
                line.send("Runtime.evaluate", asked)

    line.on("Runtime.executionContextCreated", teach)
    line.send("Runtime.enable")


# The walk


class Unbroken(list[str]):
    """Troubles, without what a browser says of a line that broke."""

    def append(self, trouble: str) -> None:
        """One more, if it is one."""
        if "ERR_" not in trouble and "Failed to fetch" not in trouble:
            super().append(trouble)


@dataclass
class Walk:
    """One learner's way through the player in one engine."""

    browser: Browser
    world: World
    line: Line
    name: str
    tablet: str
    is_secure: bool
    pictures: Path | None
    views: int = 0
    wrong: list[str] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)
    visitor: Visitor = field(init=False)

    @property
    def page(self) -> Page:
        """The tablet's only tab."""
        return self.visitor.page

    def go(self) -> None:
        """The whole way."""
        self.enter()
        self.learn()
        self.be_tested()
        self.hand_over()
        self.wrong += self.visitor.troubles

    def visit(self, size: dict[str, int], **options: Any) -> Visitor:
        """A browser of its own cookies."""
        context = self.browser.new_context(viewport=size, locale="vi-VN", **options)  # type: ignore[arg-type]  # Two numbers.
        visitor = Visitor(context, context.new_page(), self.world.address)
        visitor.troubles = Unbroken()
        visitor.watch(visitor.page)
        visitor.page.set_default_timeout(60_000)
        _teach_driver(visitor.page)
        return visitor

    def see(self, name: str) -> None:
        """Measure what stands there, and keep a picture of it."""
        self.views += 1
        for width, height in ((360, 640), (800, 1280)):
            self.page.set_viewport_size({"width": width, "height": height})
            found = self.page.evaluate(TARGETS, 56) + self.page.evaluate(CLIPPED)
            found += self.page.evaluate(GAPS)
            found += ["wider than the screen"] if self.page.evaluate(BESIDE) > 0 else []
            self.wrong += [f"{name} at {width}: {one}" for one in found]
            if self.pictures:
                place = self.pictures / f"{self.browser.version.split('.')[0]}-{name}-{width}.png"
                self.page.screenshot(path=place, full_page=True)

    def enter(self) -> None:
        """Class code, drawing and name, four digits."""
        behind = replace(self.world, served=Served(self.line.port))
        self.visitor = open_player(self.visit, behind, self.tablet, secure=self.is_secure)
        self.see("faces")
        self.page.locator(".person-tile", has_text=re.compile(re.escape(self.name))).tap()
        self.page.locator(".pin__keys").wait_for()
        self.see("pin")
        press(self.page, "Không phải tôi")
        sign_in(self.page, self.name)
        self.page.get_by_role("heading", name="Xin chào").wait_for()
        self.see("home")

    def learn(self) -> None:
        """A lesson with a question of every kind, each answered right."""
        open_lesson(self.page)
        for number in range(1, KINDS + 1):
            item = screen(self.page, number)
            self.see(f"lesson-{item.kind}")
            respond(self.page, item, right(item))
            if item.kind != "simulation":
                main(self.page, "Trả lời")
            self.page.get_by_text("Đúng rồi!").wait_for()
            self.see(f"lesson-{item.kind}-right")
            main(self.page, "Tiếp tục")
        main(self.page, "Đã học xong bài này")
        heading(self.page, "Hay lắm! Đã học xong một bài")
        self.see("learned")
        press(self.page, "Về trang của tôi")

    def be_tested(self) -> None:
        """The certifying test; the line is cut in the middle, and the tablet starts anew where it can."""
        begin_test(self.page)
        for number in (1, 2, 3):
            self._answer(number)
        self.line.cut()
        self._answer(4)
        if self.is_secure:
            self.page.reload()
            self.page.get_by_role("button", name="Đúng là tôi").tap()
            self.page.locator(NEXT_PERSON).wait_for()
            # Where one was is kept beside the work: a reload in that very moment leads one question back.
            where = self.page.locator("#main .progress", has_text=re.compile("[45] trong 7"))
            if where.inner_text().find("4 trong 7") >= 0:
                main(self.page, "Câu tiếp theo")
        self._answer(5)
        self.line.mend()
        self.given |= work(self.page, 6, KINDS)
        heading(self.page, f"Đã trả lời hết {KINDS} câu")
        self.see("review")
        main(self.page, "Nộp bài")
        heading(self.page, "Chúc mừng! Đã đạt bài kiểm tra", 60)
        self.see("result")
        self._compare()

    def _answer(self, number: int) -> None:
        item = at_question(self.page, number, KINDS)
        respond(self.page, item, right(item))
        self.given[item.id] = right(item)
        self.see(f"test-{item.kind}")
        main(self.page, "Câu tiếp theo")

    def _compare(self) -> None:
        """What was tapped is what the service counts; all that this tablet holds has arrived."""
        arrived(self.page, self.world)
        mine = {event["attempt"] for event in kept(self.page)}
        [attempt] = [one for one in attempts(self.world, "certifying") if str(one.id) in mine]
        counted = answers(self.world, attempt)
        for item, tapped in self.given.items():
            if not same(item.split("-", maxsplit=1)[0], counted.get(item, []), tapped):
                self.wrong.append(f"{item} counts {counted.get(item)}, tapped {tapped}")
        if len(self.given) != KINDS or attempt.points != KINDS:
            self.wrong.append(f"{len(self.given)} questions, {attempt.points} points")

    def hand_over(self) -> None:
        """The next person finds nothing of this one."""
        next_person(self.page)
        if "Xin chào" in self.page.inner_text("#app"):
            self.wrong.append("the next person sees the one before")
        ended: Callable[[], bool] = lambda: "turn.ended" in {one["type"] for one in kept(self.page)}  # noqa: E731
        until(self.page, ended)
        arrived(self.page, self.world)


def events(world: World) -> int:
    """How many the service holds."""
    with world.database.read() as session:
        return session.query(Event).count()


def walked(playwright: Playwright, program: Path, pictures: Path | None) -> list[str]:
    """Both walks in one engine, on a service of its own; what went wrong."""
    wrong: list[str] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        crowd(Path(folder), 2) as held,
        line_to(held.world.served.port) as line,
    ):
        browser = launch(playwright, program)
        for name, tablet, secure in (("Lan N.", "may_0", True), ("Hùng T.", "may_1", False)):
            began = time.monotonic()
            walk = Walk(browser, held.world, line, name, tablet, secure, pictures)
            walk.go()
            wrong += walk.wrong
            print(f"Chromium {browser.version}, {'with' if secure else 'without'} a worker: "
                  f"{walk.views} views, {len(walk.given)} answers of a test compared, "
                  f"{events(held.world)} events held, {len(walk.wrong)} wrong, "
                  f"{time.monotonic() - began:.0f} s", flush=True)  # fmt: skip
        browser.close()
    return wrong


def run() -> None:
    """Both engines."""
    pictures = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    for name in ("npm", "node"):
        _program(name)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for version, package in ENGINES.items():
            program = engine(Path(folder) / version, package)
            found = walked(playwright, program, pictures)
            wrong += [f"Chromium {version}: {one}" for one in found]
    for one in wrong[:60]:
        print(f"  {one}")
    if wrong:
        sys.exit("Trình duyệt cũ chưa chạy đúng.")


if __name__ == "__main__":
    run()
