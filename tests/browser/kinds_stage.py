"""One question of the tablet on an otherwise empty player: drawn, tapped, read."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from courses.activities import public_item
from courses.rules import Item
from lms.app import create_app
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.settings import Settings
from lms.offline.content import practice_item
from tests.assessments.kinds import VERSION, right, wrong
from tests.browser.conftest import TABLET, Served, Visitor, serve

MODULES = "/assets/x/offline/js"
PICTURE = "/assets/x/core/img/scenes/classroom.svg"
DRAW = f"""
async ([item, told]) => {{
  const {{ KINDS }} = await import('{MODULES}/kinds/index.js');
  const {{ show, mainButton }} = await import('{MODULES}/base/frame.js');
  const kind = KINDS[item.kind], heard = [];
  const stage = {{ heard, pressed: 0 }};
  const onChange = (tokens, {{ act }}) => heard.push([tokens, act]);
  const usual = {{ media: () => '{PICTURE}', address: 'cô chú', onChange }};
  const box = kind.draw(item, Object.assign(usual, told));
  stage.tokens = () => kind.read(box);
  stage.points = () => kind.points(item, kind.read(box));
  window.stage = stage;
  show({{
    title: 'Câu hỏi', content: [box], main: mainButton('Trả lời', () => {{ stage.pressed += 1; }}),
  }});
}}
"""


@contextmanager
def empty_service(template: Path, keys: Keys, place: Path) -> Iterator[Served]:
    """A service without a commune: the player's document and its modules are all that is asked of it."""
    shutil.copy(template, place / "lms.db")
    settings = Settings(data_dir=place, database_url=f"sqlite:///{place / 'lms.db'}")
    database = Database(settings)
    try:
        yield from serve(create_app(settings, database=database, keys=keys))
    finally:
        database.close()


def open_bare(page: Page, address: str) -> None:
    """The player's document with its words; nothing runs in it but what a test imports."""
    page.route("**/offline/player.js", lambda route: route.fulfill(content_type="text/javascript"))
    page.goto(f"{address}/may-hoc")


def on_tablet(item: Item) -> dict[str, Any]:
    """The question as a tablet gets it: with its key in practice, else without."""
    if item.secret:
        return public_item(item) | {"difficulty": item.difficulty}
    return practice_item(item)


class Stage:
    """A page that shows one question at a time."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def draw(self, item: Item, **told: Any) -> None:
        """Show it; `told` as in kinds/index.js."""
        self.page.evaluate(DRAW, [on_tablet(item), told])

    @property
    def tokens(self) -> list[str]:
        """The response as it stands."""
        return list(self.page.evaluate("stage.tokens()"))

    @property
    def points(self) -> int | None:
        """What it is worth; None where the key is not on the tablet."""
        points: int | None = self.page.evaluate("stage.points()")
        return points

    @property
    def heard(self) -> list[list[Any]]:
        """[tokens, what was done] of each change that was told."""
        return list(self.page.evaluate("stage.heard"))

    @property
    def said(self) -> str:
        """All words in the middle."""
        return self.page.locator("main").inner_text()


@contextmanager
def bare_tablet(browser: Browser, template: Path, keys: Keys, place: Path) -> Iterator[Visitor]:
    """A tablet with the bare player open; nothing may go wrong on it."""
    with empty_service(template, keys, place) as served:
        context = browser.new_context(viewport=TABLET, has_touch=True, locale="vi-VN")
        visitor = Visitor(context, context.new_page(), served.at())
        visitor.watch(visitor.page)
        open_bare(visitor.page, visitor.address)
        yield visitor
        context.close()
    assert visitor.troubles == []


def practised(kind: str) -> Item:
    """The practice question of this kind."""
    return VERSION.item(f"{kind}-practice-1")


def states(item: Item) -> list[tuple[str, dict[str, Any]]]:
    """(query of the lesson's page, how the tablet is told the same)."""
    good, bad = right(item), wrong(item)
    part = good[:1] if item.kind in ("order", "match") else good[:-1]

    def query(tokens: list[str], **more: str) -> str:
        return "&".join([f"chon={one}" for one in tokens] + [f"{k}={v}" for k, v in more.items()])

    return [
        ("", {}),
        (query(part, dang="1", vua="stay"), {"given": part}),
        (query(bad), {"given": bad, "tried": bad}),
        (query(bad, xem="1"), {"given": bad, "reveal": True}),
        (query(good), {"given": good, "reveal": True}),
        (query([], xem="1"), {"reveal": True}),
        *((query(log), {"given": log}) for log in phone_logs(item)),
    ]


def phone_logs(item: Item) -> list[list[str]]:
    """On a phone: a wrong amount that keeps the tap from leading on, and a walk of too many taps."""
    if item.kind != "simulation":
        return []
    scan, amount, on, confirm = right(item)
    stayed = [scan, f"{amount.partition('=')[0]}=4500", on]
    circle = [scan, hotspot(item, "Quay lại")] * 20
    return [stayed, [*stayed, amount, on], [scan, amount, on, confirm], circle]


def hotspot(item: Item, words: str) -> str:
    """The id of what reads so on the phone."""
    assert item.simulation is not None
    return next(part.id for part in item.simulation.all_parts if part.text == words)
