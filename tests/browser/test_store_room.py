"""When room ends, what may go goes in its order, and never is anything called saved that is not."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import TABLET, Visit, Visitor, World
from tests.browser.store_page import StorePage, on_page, open_store, stored

pytestmark = pytest.mark.browser

WEEK = 7 * 24 * 3600 * 1000
SMALL = 900_000
FILL = """async () => {
  // Answers until one is not saved; what was called saved, in order.
  const saved = [];
  for (;;) {
    const drafts = Array.from({ length: 5 }, () => ({ ...act }));
    const ids = () => drafts.map((draft) => draft.id);
    try {
      await store.write(drafts);
      saved.push(...ids());
    } catch (error) {
      return { saved, last: ids(), why: error.name };
    }
  }
}"""
ROOM = "import('/assets/x/offline/js/store/room.js')"


def quota(visitor: Visitor, size: int) -> None:
    """How much this origin may keep, from the first write on: a browser asks once in half a minute only."""
    line = visitor.context.new_cdp_session(visitor.page)
    line.send("Storage.overrideQuotaForOrigin", {"origin": visitor.address, "quotaSize": size})


def parts(store: StorePage) -> list[str]:
    """The names of what is kept beside the events."""
    return sorted(store.js("db.ask('parts', (all) => all.getAllKeys())"))


def kept(store: StorePage) -> list[dict[str, Any]]:
    """The rows of the events."""
    return list(store.js("db.ask('events', (all) => all.getAll())"))


def test_a_full_tablet_drops_what_can_come_again_and_says_honestly_what_is_not_saved(
    visit: Visit, world: World
) -> None:
    tablet = visit(TABLET)
    tablet.expected |= {404}
    quota(tablet, SMALL)
    store = open_store(tablet, world)
    store.until("store.hasParts(['ballast']).then((all) => all.size === 1)")
    for name, kind in (("hinh", "media"), ("bai", "part"), ("ban", "mirror")):
        body = "Array.from(crypto.getRandomValues(new Uint8Array(60000))).join('').slice(0, 60000)"
        store.js(f"store.keepPart('{name}', {body}, '{kind}')")
    order: list[list[str]] = [parts(store)]
    tablet.page.on("console", lambda said: order.append(json.loads(said.text)))
    store.js("""() => {
      const drop = IDBObjectStore.prototype.delete;
      IDBObjectStore.prototype.delete = function (key) {
        if (this.name === 'parts') console.log(JSON.stringify([key]));
        return drop.call(this, key);
      };
    }""")
    found = store.js(FILL)
    assert found["why"] == "NotSaved"
    assert order == [["bai", "ballast", "ban", "hinh"], ["ballast"], ["hinh"], ["bai"], ["ban"]]
    assert [json.loads(row["text"])["id"] for row in kept(store)] == found["saved"]
    assert store.state(found["saved"]) == "device"
    assert store.state(found["last"]) == "unsaved"
    counts = store.counts()
    assert (counts["full"], counts["unsaved"], counts["device"]) == (True, 5, len(found["saved"]))
    # Sending still works, and makes the room that is missing.
    store.js("store.startSender()")
    store.until("store.counts().device === 0")
    store.js("store.retryUnsaved()")
    store.drained()
    assert not store.counts()["full"]
    assert stored(world).keys() == {*found["saved"], *found["last"]}


def test_confirmed_events_make_room_before_the_mirror_does(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.expected |= {404}
    store = open_store(tablet, world, sending=True)
    store.write(3)
    store.drained()
    store.until("store.counts().commune === 3")
    for name, kind in (("hinh", "media"), ("bai", "part"), ("ban", "mirror")):
        store.js(f"store.keepPart('{name}', 'x', '{kind}')")
    store.js("window.room = null")
    steps = []
    for _step in range(6):
        more = store.js(f"{ROOM}.then((m) => m.makeRoom())")
        steps.append((more, parts(store), len(kept(store))))
    without = [one for one in steps if "ballast" not in one[1]]
    assert without[-5:] == [
        (True, ["bai", "ban"], 3), (True, ["bai", "ban"], 0), (True, ["ban"], 0), (True, [], 0),
        (False, [], 0),
    ]  # fmt: skip


def test_what_waits_is_never_dropped_to_make_room(visit: Visit, world: World) -> None:
    store = open_store(visit(), world)
    store.write(4)
    for _step in range(6):
        store.js(f"{ROOM}.then((m) => m.makeRoom())")
    assert len(kept(store)) == 4


def test_only_what_the_commune_confirmed_a_week_ago_by_its_own_clock_is_purged(
    visit: Visit, world: World
) -> None:
    tablet = visit()
    tablet.expected |= {404}
    store = open_store(tablet, world, sending=True)
    store.write(3)
    store.drained()
    store.until("store.counts().commune === 3")
    store.page.reload()
    tablet.context.route("**/sync/**", lambda route: route.abort())
    store = on_page(store.page, world)
    store.js("ask(2)")
    settled = kept(store)[0]["settled"]
    store.js("() => { Date.now = () => 4e12; }")
    purge = f"(time) => {ROOM}.then((m) => m.purge(time))"
    store.js(purge, settled + WEEK - 1)
    assert len(kept(store)) == 5
    assert len(store.js("store.counts().made")) == 2
    store.js(purge, settled + WEEK + 3600_000)
    assert [row["state"] for row in kept(store)] == ["device", "device"]
    store.until("Object.keys(store.counts().made).length === 1")


def test_the_last_act_of_an_attempt_stays_for_whoever_goes_on_with_it(
    visit: Visit, world: World
) -> None:
    tablet = visit()
    tablet.expected |= {404}
    store = open_store(tablet, world, sending=True)
    attempt = store.js("store.newId()")
    acts = store.ids(3, attempt=attempt)
    store.drained()
    store.until("store.counts().commune === 3")
    settled = kept(store)[0]["settled"]
    store.js(f"(time) => {ROOM}.then((m) => m.purge(time))", settled + WEEK + 3600_000)
    assert [row["id"] for row in kept(store)] == acts[-1:]
    store.js(f"{ROOM}.then((m) => m.makeRoom())")
    store.js(f"{ROOM}.then((m) => m.makeRoom())")
    assert [row["id"] for row in kept(store)] == acts[-1:]


def test_the_rescue_file_holds_what_the_commune_has_not_confirmed(
    visit: Visit, world: World
) -> None:
    tablet = visit()
    tablet.expected |= {404}
    store = open_store(tablet, world, sending=True)
    store.write(2)
    store.drained()
    store.until("store.counts().commune === 2")
    held = store.ids(1, type="strange.thing")
    store.until("store.counts().held === 1")
    tablet.context.route("**/sync/**", lambda route: route.abort())
    waiting = store.ids(2)
    store.js("""() => {
      const add = IDBObjectStore.prototype.add;
      IDBObjectStore.prototype.add = function (...values) {
        const request = add.apply(this, values);
        Promise.resolve().then(() => this.transaction.abort());
        return request;
      };
    }""")
    unsaved = {**store.js("act"), "id": store.js("store.newId()")}
    assert store.js("draft => store.write([draft]).catch((e) => e.name)", unsaved) == "NotSaved"
    name, text = store.js("store.rescueFile().then(async (f) => [f.name, await f.blob.text()])")
    assert name == "cuu-ho-Máy-07.jsonl"
    header, *texts = [json.loads(line) for line in text.splitlines()]
    assert header["format"] == "lop-hoc-so-rescue"
    assert header["device"] == str(world.cast["k1_may"])
    assert [event["id"] for event in texts] == [*held, *waiting, unsaved["id"]]
    assert [event["seq"] for event in texts] == [2, 3, 4, 5]


def corner(page: Page) -> str:
    """What the corner of the frame says."""
    return page.locator(".store-corner").inner_text().replace("\n", " ")


def test_the_corner_says_where_the_newest_act_is_and_what_to_do(visit: Visit, world: World) -> None:
    tablet = visit(TABLET)
    tablet.expected |= {401, 404}
    store = open_store(tablet, world)
    store.js("import('/assets/x/offline/js/base/router.js').then((m) => { window.go = m.go; })")
    store.js("import('/assets/x/offline/js/base/frame.js').then((m) => m.show({ title: 'Bài' }))")
    assert store.page.locator(".store-corner").get_attribute("role") == "status"
    assert corner(store.page) == ""
    store.write()
    assert corner(store.page) == "Đã lưu trên máy"
    store.write(2)
    assert corner(store.page) == "Đã lưu trên máy Còn 3 việc chưa gửi"
    store.js("store.startSender()")
    store.until("store.counts().commune === 3")
    assert corner(store.page) == "Đã về xã"
    store.js("""() => {
      const add = IDBObjectStore.prototype.add;
      IDBObjectStore.prototype.add = function (...values) {
        const request = add.apply(this, values);
        if (window.failing) Promise.resolve().then(() => this.transaction.abort());
        return request;
      };
      window.failing = true;
    }""")
    assert store.js("ask(1).catch((error) => error.name)") == "NotSaved"
    assert corner(store.page).startswith("Chưa lưu 1 việc. Bài vẫn còn trên màn hình.")
    store.js("window.failing = false")
    store.page.get_by_role("button", name="Lưu lại").click()
    store.until("store.counts().commune === 4")
    assert corner(store.page) == "Đã về xã"


def test_the_page_of_the_store_counts_and_sends_and_gives_the_rescue_file(
    visit: Visit, world: World
) -> None:
    tablet = visit(TABLET)
    tablet.expected |= {404}
    store = open_store(tablet, world)
    store.js("import('/assets/x/offline/js/base/router.js').then((m) => m.go('store'))")
    page = store.page
    assert "Mọi việc đã làm trên máy này đã về xã." in page.locator("main").inner_text()
    store.write(3)
    store.write(1, type="strange.thing")
    page.locator(".store-row", has_text="Trên máy, chưa gửi").locator("dd", has_text="4").wait_for()
    with page.expect_download() as made:
        page.get_by_role("button", name="Tải tệp cứu hộ").click()
    assert made.value.suggested_filename == "cuu-ho-Máy-07.jsonl"
    store.js("store.startSender()")
    page.get_by_role("button", name="Gửi ngay").click()
    page.locator(".store-row", has_text="Đã về xã").locator("dd", has_text="3").wait_for()
    page.get_by_text("1 việc: phiên bản của xã chưa đọc được").wait_for()
