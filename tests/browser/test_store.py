"""What the tablet calls saved is saved: durability, emptied databases, a killed page, hashes and ids."""

import hashlib
import json
import re
from contextlib import suppress
from random import Random

import pytest
from playwright.sync_api import Error, Page

from tests.browser.conftest import Visit, World
from tests.browser.player import SECURE
from tests.browser.store_page import StorePage, alone, on_page, open_store, stored

pytestmark = pytest.mark.browser

HANG = """async (milliseconds) => {
  // Another transaction on the same rows that does not end: the next one has to wait for it.
  const other = await new Promise((resolve) => {
    const request = indexedDB.open('lop-hoc-so');
    request.onsuccess = () => resolve(request.result);
  });
  const tx = other.transaction(['events'], 'readwrite');
  const end = performance.now() + milliseconds;
  window.hung = new Promise((resolve) => { tx.oncomplete = () => { other.close(); resolve(); }; });
  const again = () => {
    if (performance.now() < end) tx.objectStore('events').get(1).onsuccess = again;
  };
  again();
}"""
ABORT = """(times) => {
  // The system undoes the next transactions after they were asked for, as a failing disk does.
  const add = IDBObjectStore.prototype.add;
  let left = times;
  IDBObjectStore.prototype.add = function (...values) {
    const request = add.apply(this, values);
    if (left > 0) {
      left -= 1;
      this.transaction.abort();
    }
    return request;
  };
}"""
TRY = """async (n) => {
  const drafts = Array.from({ length: n }, () => ({ ...act }));
  window.drafts = drafts;
  const said = store.write(drafts).then(() => 'saved', (error) => error.name);
  window.during = store.stateOf(drafts.map((draft) => draft.id));
  return said;
}"""


def texts_of(store: StorePage) -> list[str]:
    """Every event text that the database holds, in the order of writing."""
    return list(
        store.js("db.ask('events', (all) => all.getAll()).then((r) => r.map((o) => o.text))")
    )


def test_an_act_is_saved_sent_and_confirmed(visit: Visit, world: World) -> None:
    tablet = visit()
    store = open_store(tablet, world)
    tablet.expected.add(404)
    assert store.opened == {"ok": True, "emptied": False}
    ids = store.ids(3)
    assert store.state(ids) == "device"
    assert store.counts()["device"] == 3
    assert stored(world) == {}
    store.js("store.startSender()")
    store.until("store.counts().commune === 3")
    assert store.state(ids) == "commune"
    assert stored(world) == {json.loads(text)["id"]: text for text in texts_of(store)}


def test_an_event_holds_the_envelope_and_counts_within_its_epoch(
    visit: Visit, world: World
) -> None:
    store = open_store(visit(), world)
    store.write(2, attempt="0192f0c1-2345-7abc-8def-0123456789ab", segment="luot-1")
    store.write(1, payload={"câu": "Ễ Ộ Ậ 🎋"})
    one, two, three = (json.loads(text) for text in texts_of(store))
    assert list(one) == ["v", "id", "device", "epoch", "seq", "class", "learner", "attempt",
                         "segment", "parent", "content", "type", "payload", "at", "offset", "mono",
                         "app"]  # fmt: skip
    assert [e["seq"] for e in (one, two, three)] == [0, 1, 2]
    assert one["epoch"] == two["epoch"] == three["epoch"]
    assert store.counts()["made"] == {one["epoch"]: 3}
    assert three["payload"] == {"câu": "Ễ Ộ Ậ 🎋"}
    found = store.js("a => store.eventsOf({ attempt: a })", one["attempt"])
    assert [(e["id"], e["seq"], e["state"]) for e in found] == [
        (one["id"], 0, "device"), (two["id"], 1, "device"),
    ]  # fmt: skip


def test_an_aborted_write_is_not_saved_and_keeps_its_ids_for_the_next_try(
    visit: Visit, world: World
) -> None:
    store = open_store(visit(), world)
    store.js(ABORT, 1)
    assert store.js(TRY, 2) == "NotSaved"
    assert store.js("window.during") == "saving"
    ids = store.js("drafts.map((draft) => draft.id)")
    assert store.state(ids) == "unsaved"
    assert store.counts()["unsaved"] == 2
    assert texts_of(store) == []
    assert store.js("store.sayLeaving()").startswith("Còn 2 việc")
    # The same call again, with the same drafts: the same ids, once.
    store.js("store.write(drafts)")
    assert [json.loads(text)["id"] for text in texts_of(store)] == ids
    assert store.state(ids) == "device"
    assert store.js("store.sayLeaving()") == ""


def test_what_is_not_saved_goes_before_what_comes_after_it(visit: Visit, world: World) -> None:
    store = open_store(visit(), world)
    store.js(ABORT, 1)
    assert store.js(TRY, 1) == "NotSaved"
    first = store.js("drafts[0].id")
    [second] = store.ids()
    events = [json.loads(text) for text in texts_of(store)]
    assert [(e["id"], e["seq"]) for e in events] == [(first, 0), (second, 1)]


def test_after_three_seconds_it_says_not_saved_and_a_late_commit_is_no_second_event(
    visit: Visit, world: World
) -> None:
    store = open_store(visit(), world)
    store.js(HANG, 4500)
    begun = store.js("performance.now()")
    assert store.js(TRY, 1) == "NotSaved"
    assert 2900 < store.js("performance.now()") - begun < 4000
    assert store.state(store.js("drafts.map((draft) => draft.id)")) == "unsaved"
    store.js("window.hung")
    store.js("store.retryUnsaved()")
    [event] = [json.loads(text) for text in texts_of(store)]
    assert event["id"] == store.js("drafts[0].id")
    assert store.counts()["unsaved"] == 0


def test_the_same_id_is_one_event_also_after_a_reload(visit: Visit, world: World) -> None:
    store = open_store(visit(), world)
    key = store.js("store.newId()")
    store.write(1, id=key)
    store.write(1, id=key)
    store.page.reload()
    store = on_page(store.page, world)
    store.write(1, id=key)
    [other] = store.write(1)
    assert len(texts_of(store)) == 2
    assert other["seq"] == 0


def test_a_database_that_the_system_closes_is_opened_again(visit: Visit, world: World) -> None:
    store = open_store(visit(), world)
    [one] = store.write()
    store.js("db.database().then((db) => db.close())")
    [two] = store.write()
    assert (two["epoch"], two["seq"]) == (one["epoch"], 1)
    assert store.counts()["device"] == 2


def test_a_newer_release_in_another_tab_is_no_hindrance(visit: Visit, world: World) -> None:
    store = open_store(visit(), world)
    store.write()
    store.js("""() => new Promise((resolve) => {
      const request = indexedDB.open('lop-hoc-so', 99);
      request.onupgradeneeded = () => request.result.createObjectStore('later');
      request.onsuccess = () => { request.result.close(); resolve(); };
    })""")
    store.write()
    assert store.counts()["device"] == 2


def test_a_deleted_database_is_noticed_and_said_until_somebody_has_seen_it(
    visit: Visit, world: World
) -> None:
    store = open_store(visit(), world)
    store.write()
    gone = "new Promise((done) => { indexedDB.deleteDatabase('lop-hoc-so').onsuccess = done; })"
    store.js(f"{gone}.then(() => 1)")
    store.write()
    store.until("store.counts().emptied")
    assert store.js("store.storeState().emptied")
    store.page.reload()
    store = on_page(store.page, world)
    assert store.opened == {"ok": True, "emptied": True}
    store.js("import('/assets/x/offline/js/store/report.js').then((m) => m.seenEmptied())")
    store.js(f"{gone}.then(() => 1)")
    store.page.reload()
    assert on_page(store.page, world).opened["emptied"]


def test_a_store_emptied_with_its_mark_is_known_from_what_the_service_holds(
    visit: Visit, world: World
) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world, sending=True)
    store.write()
    store.drained()
    store.page.wait_for_timeout(300)
    assert not store.counts()["emptied"]
    store.js("""new Promise((done) => {
      localStorage.clear();
      indexedDB.deleteDatabase('lop-hoc-so').onsuccess = () => done(1);
    })""")
    store.page.reload()
    store = on_page(store.page, world, sending=True)
    assert not store.opened["emptied"]
    store.until("store.counts().emptied")


def test_a_browser_that_keeps_nothing_says_so(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.page.add_init_script("delete window.indexedDB; window.indexedDB = undefined;"
                                "IDBFactory.prototype.open = () => { throw new Error('shut'); };")  # fmt: skip
    store = open_store(tablet, world)
    assert store.opened["ok"] is False
    assert store.js(TRY, 1) == "NotSaved"


def test_snapshots_are_part_of_the_transaction_and_parts_and_meta_are_kept(
    visit: Visit, world: World
) -> None:
    store = open_store(visit(), world)
    store.js("store.write([{ ...act }], [['turn:1', { seen: 3 }], ['turn:2', 'x'], ['desk', [1]]])")
    assert store.js("store.snapshot('turn:1')") == {"seen": 3}
    assert store.js("store.snapshotKeys('turn:')") == ["turn:1", "turn:2"]
    store.js("store.write([], [['turn:1', null]])")
    assert store.js("store.snapshot('turn:1')") is None
    store.js("store.setMeta('pack', { id: 7 })")
    assert store.js("store.meta('pack')") == {"id": 7}
    store.js("store.setMeta('pack', null)")
    assert store.js("store.meta('pack')") is None
    store.js("store.keepPart('aa', 'chữ', 'part')")
    store.js("store.keepPart('bb', new Blob(['hình']), 'media')")
    assert store.js("store.part('aa')") == "chữ"
    assert store.js("store.part('bb').then((blob) => blob.text())") == "hình"
    assert store.js("store.hasParts(['aa', 'bb', 'cc']).then((all) => [...all])") == ["aa", "bb"]
    store.js("store.dropParts(['aa'])")
    assert store.js("store.part('aa')") is None


def test_a_snapshot_of_a_failed_write_never_overwrites_a_newer_one(
    visit: Visit, world: World
) -> None:
    store = open_store(visit(), world)
    store.js(ABORT, 1)
    assert store.js("store.write([{ ...act }], [['k', 1]]).catch((e) => e.name)") == "NotSaved"
    assert store.js("store.snapshot('k')") == 1
    store.js("store.keepSnapshot('k', 2)")
    assert store.js("store.snapshot('k')") == 2


@pytest.mark.parametrize("after", [0, 2, 5, 9, 14, 30])
def test_a_page_killed_while_it_writes_loses_nothing_that_it_called_saved(
    visit: Visit, world: World, after: int
) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world)
    shown: list[str] = []
    tablet.page.on("console", lambda said: shown.append(said.text) if said.type == "log" else None)
    store.js("""() => {
      window.tap = () => store.write([{ ...act }]).then(([event]) => { console.log(event.id); tap(); });
      for (let n = 0; n < 4; n += 1) tap();
    }""")
    store.page.wait_for_timeout(after)
    crash(tablet.page)
    page = tablet.context.new_page()
    tablet.watch(page)
    page.goto(world.address + "/may-hoc")
    again = on_page(page, world, sending=True)
    assert not again.opened["emptied"]
    again.drained()
    assert set(shown) <= stored(world).keys()


def crash(page: Page) -> None:
    """End the page's process in the middle of whatever it does."""
    with page.expect_event("crash"), suppress(Error):
        page.goto("chrome://crash", timeout=2000)


def test_hashes_are_those_of_everybody_else(visit: Visit, world: World) -> None:
    store = open_store(visit(), world)
    dice = Random(20261121)
    letters = 'aàáạăắâấđễộự ỲỹỄ0\n"\\\u0000🎋𝕏龍\u0301'
    texts = ["".join(dice.choices(letters, k=n)) for n in (*range(70), 119, 120, 500, 5000)]
    assert store.js("texts => texts.map(store.sha256)", texts) == [
        hashlib.sha256(text.encode()).hexdigest() for text in texts
    ]
    assert (
        store.js("store.sha256(new Uint8Array([0, 255, 7]))")
        == hashlib.sha256(b"\0\xff\7").hexdigest()
    )


def test_ids_are_uuids_of_the_seventh_version_whatever_the_clock_says(
    visit: Visit, world: World
) -> None:
    store = open_store(visit(), world)
    code = "Array.from({ length: 300 }, store.newId)"
    pattern = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    for clock in ("Date.now()", "-5", "8.64e15"):
        ids = store.js(f"(() => {{ const n = {clock}; Date.now = () => n; return {code}; }})()")
        assert len(set(ids)) == 300
        assert all(re.fullmatch(pattern, one) for one in ids)


@pytest.mark.parametrize("secure", [False, True])
def test_plain_http_and_https_keep_alike(visit: Visit, world: World, secure: bool) -> None:
    tablet = visit()
    tablet.expected.add(404)
    if secure:
        tablet.address = world.served.at(SECURE)
    alone(tablet.context)
    store = open_store(tablet, world, sending=True)
    assert store.js("isSecureContext") is secure
    store.write(5)
    store.until("store.counts().commune === 5")
    assert (store.js("store.storeState().quota") is not None) is secure
