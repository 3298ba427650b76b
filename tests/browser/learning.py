"""Learning in the player (/may-hoc), tap by tap, and what the service made of it."""

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select

from assessments.models import Answer, Attempt, LessonProgress
from assessments.rules import form_from_plain
from courses import actions as courses_actions
from courses.rules import Blueprint, BlueprintRow, Item, ProgrammeVersion, freeze
from lms.cohorts.models import Cohort
from lms.ledger.models import Event, Quarantined
from tests.assessments.kinds import LOADED, right
from tests.assessments.kinds import VERSION as EVERY_KIND
from tests.browser.conftest import Visit, Visitor, World
from tests.browser.player import MAIN_BUTTON, open_player, sign_in

QUESTION = "#main .answers__question"
KINDS = 7
"""Questions in a form: one of every kind."""
KEPT = """
() => new Promise((done, failed) => {
  const asked = indexedDB.open(%s);
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction('events').objectStore('events').getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.map((row) => row.text)); };
  };
})
"""


def with_quiz() -> ProgrammeVersion:
    """Every kind of question in lesson, practice, test and forms; its module closes with a quiz."""
    version = EVERY_KIND
    quiz = Blueprint("practice", "basic", (BlueprintRow("chung", 3),), module="mot")
    return freeze(
        programme=version.programme, modules=version.modules, items=version.items,
        observed_tasks=version.observed_tasks, blueprints=[*version.blueprints, quiz],
        pass_rules=version.pass_rules, media=version.media,
    )  # fmt: skip


VERSION = with_quiz()
BY_PROMPT = {item.prompt: item for item in VERSION.items}


def teach(world: World) -> None:
    """Class K1 learns it from now on."""
    with world.database.write() as session:
        courses_actions.publish(session, VERSION, LOADED.media)
        session.flush()
        cohort = session.scalars(select(Cohort).where(Cohort.id == world.cast["k1"])).one()
        cohort.version_id, cohort.programme_code = VERSION.id, VERSION.code


def sit(
    visit: Visit, world: World, tablet: str = "k1_may", name: str = "Lan N.", **more: Any
) -> Visitor:
    """A learner on their own page of the player."""
    visitor = open_player(visit, world, tablet, **more)
    sign_in(visitor.page, name)
    visitor.page.get_by_role("heading", name="Xin chào").wait_for()
    return visitor


def main(page: Page, words: str) -> None:
    """Tap the main button, which says this."""
    page.locator(MAIN_BUTTON, has_text=words).tap()


def press(page: Page, words: str) -> None:
    """Tap a button by its exact words."""
    page.get_by_role("button", name=words, exact=True).first.tap()


def heading(page: Page, words: str, seconds: int = 10) -> None:
    """Wait for the view whose first heading says this."""
    page.locator("#main h1", has_text=words).first.wait_for(timeout=seconds * 1000)


def at_question(page: Page, number: int, total: int) -> Item:
    """Wait for a question; the item that it asks."""
    page.locator("#main .progress", has_text=f"{number} trong {total}").wait_for()
    return BY_PROMPT[page.locator(QUESTION).first.inner_text().strip()]


def respond(page: Page, item: Item, response: list[str]) -> None:
    """Do what the response says, tap by tap; nothing is sent by it."""
    for token in response:
        _touch(page, item.kind, token)


def _touch(page: Page, kind: str, token: str) -> None:
    name, _mark, text = token.partition("=")
    if kind in ("single", "multiple"):
        page.locator(f'label.answer:has(input[value="{token}"])').tap()
    elif kind == "spot":
        place = page.locator(f'.spots__input[value="{token}"]').get_attribute("id")
        page.locator(f'label[for="{place}"]').tap()
    elif kind == "number":
        page.locator(".fill__box").fill(token)
    elif kind == "order":
        page.locator(f'[name=act][value="pick:{token}"]').tap()
    elif kind == "match":
        page.locator(f'[name=act][value="hold:{name}"]').tap()
        page.locator(f'[name=act][value="pick:{text}"]').tap()
    elif text:
        page.locator(f'.phone__input[data-id="{name}"]').fill(text)
    else:
        page.locator(f'[name=act][value="tap:{name}"]').tap()


def kept(page: Page) -> list[dict[str, Any]]:
    """Every act that this tablet holds, as it was written."""
    return [json.loads(text) for text in page.evaluate(KEPT % json.dumps("lop-hoc-so"))]


def until(page: Page, true: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something at the service; what it gave."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it did not come"
        page.wait_for_timeout(100)
    return found


def arrived(page: Page, world: World) -> None:
    """Wait until the service holds every act of this tablet, and could read all of them."""
    wanted = {event["id"] for event in kept(page)}
    assert wanted

    def held() -> bool:
        with world.database.read() as session:
            return wanted <= {str(key) for key in session.scalars(select(Event.id))}

    until(page, held)
    with world.database.read() as session:
        assert session.scalars(select(Quarantined.reason)).all() == []


def attempts(world: World, kind: str = "") -> list[Attempt]:
    """The attempts that the service projected, the oldest first."""
    with world.database.read() as session:
        rows = session.scalars(select(Attempt).order_by(Attempt.started_at, Attempt.id)).all()
        return [row for row in rows if kind in ("", row.purpose)]


def answers(world: World, attempt: Attempt) -> dict[str, list[str]]:
    """Item → the response that counts."""
    query = select(Answer).where(Answer.attempt_id == attempt.id)
    with world.database.read() as session:
        return {row.item_id: list(row.response) for row in session.scalars(query)}


def progress(world: World) -> dict[str, tuple[int, bool]]:
    """Lesson → screens seen, finished."""
    with world.database.read() as session:
        rows = session.scalars(select(LessonProgress)).all()
        return {row.lesson: (row.screens_seen, row.finished_at is not None) for row in rows}


def items_of(attempt: Attempt, version: ProgrammeVersion = VERSION) -> list[Item]:
    """What the attempt asks, in its order."""
    return [asked.item for asked in form_from_plain(version, attempt.form).items]


def work(page: Page, first: int = 1, last: int = KINDS, total: int = KINDS) -> dict[str, list[str]]:
    """Questions of a test or form, each answered right; what was answered."""
    given = {}
    for number in range(first, last + 1):
        item = at_question(page, number, total)
        respond(page, item, right(item))
        given[item.id] = right(item)
        main(page, "Xem lại rồi nộp" if number == total else "Câu tiếp theo")
    return given


def begin_test(page: Page) -> None:
    """From one's own page into the test."""
    main(page, "Làm bài kiểm tra")
    main(page, "Bắt đầu kiểm tra")


def final(page: Page, world: World, kind: str) -> Attempt:
    """The attempt of this kind, once it is handed in and all is held."""

    def found() -> Attempt | None:
        return next((one for one in attempts(world, kind) if one.state == "final"), None)

    held: Attempt = until(page, found)
    return held


def sorted_answers(given: dict[str, list[str]]) -> dict[str, list[str]]:
    """Choices have no order."""
    return {
        item: response if item.split("-")[0] in ("order", "simulation") else sorted(response)
        for item, response in given.items()
    }


def reload(page: Page) -> None:
    """The tablet starts anew; the same person says so."""
    page.reload()
    page.locator(MAIN_BUTTON, has_text="Đúng").or_(page.locator(".entry-resume")).first.wait_for()
    page.locator(MAIN_BUTTON).tap()
    page.locator(".next-person").wait_for()
