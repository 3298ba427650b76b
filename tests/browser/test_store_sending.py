"""The tablet's sender before the real service: one at a time, in batches, and nothing is deleted."""

import json
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Route
from sqlalchemy import delete, func, select, update

from lms.cohorts.models import ClassSession, Cohort, Device
from lms.core import clock
from lms.core.settings import Settings
from lms.ledger import generation
from lms.ledger.actions import accept
from lms.ledger.models import Batch, Event, Quarantined
from tests.browser.conftest import Visit, World
from tests.browser.player import SECURE
from tests.browser.store_page import StorePage, device_of, on_page, open_store, stored

pytestmark = pytest.mark.browser

BATCHES = "**/api/v1/sync/batches"


def sent(route: Route) -> list[dict[str, Any]]:
    """The events of a request."""
    return [json.loads(text) for text in json.loads(route.request.post_data or "{}")["events"]]


def watched(context: BrowserContext) -> list[list[dict[str, Any]]]:
    """The batches that a browser sends; they go through."""
    batches: list[list[dict[str, Any]]] = []

    def note(route: Route) -> None:
        batches.append(sent(route))
        route.continue_()

    context.route(BATCHES, note)
    return batches


def quarantine(world: World) -> dict[str, int]:
    """Reason → how many bodies the service keeps raw."""
    with world.database.read() as session:
        rows = session.execute(
            select(Quarantined.reason, func.count()).group_by(Quarantined.reason)
        )
        return {row[0]: row[1] for row in rows}


def test_a_batch_holds_at_most_a_hundred_events_oldest_first(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world)
    ids = store.ids(230)
    batches = watched(tablet.context)
    store.js("store.startSender()")
    store.until("store.counts().commune === 230")
    assert [len(batch) for batch in batches] == [100, 100, 30]
    assert [event["id"] for batch in batches for event in batch] == ids
    assert stored(world).keys() == set(ids)


def test_a_batch_holds_at_most_64_kb_of_text_in_utf_8(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world)
    # An answer of three bytes a letter: counted in letters, four would seem to fit into one batch.
    answer = {"item": "cau-1", "response": ["Ễ" * 7000]}
    store.write(5, type="answer.given", payload=answer, attempt=store.js("store.newId()"))
    batches = watched(tablet.context)
    store.js("store.startSender()")
    store.until("store.counts().device === 0")
    assert [len(batch) for batch in batches] == [3, 2]
    assert "too_large" not in quarantine(world)


def test_every_fate_of_an_event_is_kept_apart_and_a_bad_one_stops_no_other(
    visit: Visit, world: World
) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world)
    key = store.js("store.newId()")
    good = store.ids(2)
    unknown = store.ids(1, type="strange.thing")
    other_class = store.ids(1, **{"class": str(world.cast["xa_k1_buoi"])})
    unreadable = store.ids(1, payload={"name": "?"})
    conflict = store.ids(1, id=key)
    late = store.ids(2)
    text = (
        stored_text(store, conflict[0])
        .replace("help.asked", "help.asked ")
        .replace("asked ", "asked")
    )
    with world.database.write() as session:
        accept(session, world.cast["TBT"], device_of(world), [text + " "], clock.now())
    store.js("store.startSender()")
    store.until("store.counts().device === 0")
    assert store.counts()["commune"] == 4
    assert store.counts()["held"] == 4
    assert store.state(good + late) == "commune"
    for held in (unknown, other_class, unreadable, conflict):
        assert store.state(held) == "device"
    assert quarantine(world) == {
        "unknown_type": 1,
        "unknown_class": 1,
        "unreadable": 1,
        "conflict": 1,
    }
    assert reasons(store) == ["conflict", "unknown_class", "unknown_type", "unreadable"]


def stored_text(store: StorePage, key: str) -> str:
    """The text of an event on the tablet."""
    code = "key => db.ask('events', (all) => all.index('id').get(key)).then((row) => row.text)"
    return str(store.js(code, key))


def reasons(store: StorePage) -> list[str]:
    """Why events are held, sorted."""
    code = "db.ask('events', (all) => all.getAll()).then((r) => r.map((o) => o.reason).filter(Boolean))"
    return sorted(store.js(code))


def test_what_is_held_is_offered_again_at_the_next_start(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world, sending=True)
    # The class arrives later: until then the service keeps the event raw.
    later = "0192f0c1-2345-7abc-8def-0123456789ab"
    ids = store.ids(1, **{"class": later})
    store.until("store.counts().held === 1")
    with world.database.write() as session:
        cohort = session.get_one(Cohort, (world.cast["TBT"], world.cast["k1"]))
        session.add(ClassSession(commune_id=cohort.commune_id, cohort_id=cohort.id, id=UUID(later), number=2,
                                 planned_on=cohort.starts_on))  # fmt: skip
    store.page.reload()
    store = on_page(store.page, world, sending=True)
    store.until("store.counts().commune === 1")
    assert stored(world).keys() == set(ids)


def test_an_event_too_large_for_the_service_is_held_and_stops_no_other(
    visit: Visit, world: World
) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world)
    first = store.ids(2)
    store.write(1, payload={"a": "x" * 70_000})
    last = store.ids(2)
    store.js("store.startSender()")
    store.until("store.counts().device === 0")
    assert (store.counts()["commune"], store.counts()["held"]) == (4, 1)
    assert reasons(store) == ["too_large"]
    assert stored(world).keys() == {*first, *last}


def test_an_event_that_breaks_the_service_goes_after_the_others(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.expected |= {404, 500}
    store = open_store(tablet, world)
    ids = store.ids(6)

    def break_down(route: Route) -> None:
        if ids[2] in (route.request.post_data or ""):
            route.fulfill(status=500, body="")
        else:
            route.continue_()

    tablet.context.route(BATCHES, break_down)
    store.js("Math.random = () => 0.01")
    store.js("store.startSender()")
    store.until("store.counts().commune === 5")
    assert store.counts()["device"] == 1
    tablet.context.unroute(BATCHES)
    store.drained()
    assert stored(world).keys() == set(ids)


def test_a_box_that_took_it_is_not_the_commune(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world)

    def box(route: Route) -> None:
        fates = [{"index": n, "id": event["id"], "fate": "stored", "reason": None}
                 for n, event in enumerate(sent(route))]  # fmt: skip
        route.fulfill(json={"store_generation": None, "server_time": 1795140600000,
                            "events": fates, "confirmed": []})  # fmt: skip

    tablet.context.route(BATCHES, box)
    ids = store.ids(2)
    store.js("store.startSender()")
    store.until("store.counts().box === 2")
    assert store.state(ids) == "box"
    tablet.context.unroute(BATCHES)
    store.js("store.kick()")
    store.until("store.counts().commune === 2")


def test_a_revoked_tablet_says_so_and_keeps_everything(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.expected |= {401, 404}
    store = open_store(tablet, world)
    ids = store.ids(3)
    revoke(world, clock.now())
    store.js("store.startSender()")
    store.until("store.counts().refused")
    assert store.counts()["device"] == 3
    assert stored(world) == {}
    revoke(world, None)
    store.drained()
    assert not store.counts()["refused"]
    assert stored(world).keys() == set(ids)


def revoke(world: World, when: Any) -> None:
    """Take the tablet's credential away, or give it back."""
    with world.database.write() as session:
        session.execute(update(Device).where(Device.id == device_of(world)).values(revoked_at=when))


@pytest.mark.parametrize("how", ["none", "portal", "empty", "gateway", "half"])
def test_what_is_no_answer_of_the_service_changes_nothing(
    visit: Visit, world: World, how: str
) -> None:
    tablet = visit()
    tablet.expected |= {404, 502}
    store = open_store(tablet, world)
    ids = store.ids(2)
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(how)
        if how == "none":
            route.abort()
        elif how == "portal":
            route.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi nhà văn hóa</h1>")
        elif how == "empty":
            route.fulfill(status=200, json={"events": [], "confirmed": ids, "store_generation": None,
                                            "server_time": 1})  # fmt: skip
        elif how == "gateway":
            route.fulfill(status=502, body="")
        else:
            route.fulfill(
                status=200, content_type="application/json", body='{"events": [{"index": 0,'
            )

    tablet.context.route(BATCHES, answer)
    store.js("store.startSender()")
    end = time.monotonic() + 5
    while not asked and time.monotonic() < end:
        store.page.wait_for_timeout(50)
    store.page.wait_for_timeout(200)
    assert asked
    assert store.state(ids) == "device"
    tablet.context.unroute(BATCHES)
    store.drained()
    assert stored(world).keys() == set(ids)


def test_a_service_that_asks_for_patience_gets_it(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.expected |= {404, 503}
    store = open_store(tablet, world)
    store.write(1)
    times: list[float] = []

    def busy(route: Route) -> None:
        times.append(time.monotonic())
        if len(times) == 1:
            route.fulfill(status=503, headers={"Retry-After": "3"}, body="")
        else:
            route.continue_()

    tablet.context.route(BATCHES, busy)
    store.js("store.startSender()")
    store.page.wait_for_timeout(500)
    store.js("store.kick()")
    store.write(1)
    store.until("store.counts().commune === 2")
    assert times[1] - times[0] >= 2.9


def test_waiting_grows_with_full_jitter(visit: Visit, world: World) -> None:
    tablet = visit()
    tablet.expected |= {404}
    tablet.page.add_init_script("""
      window.waits = []; const real = window.setTimeout;
      Math.random = () => 0.5;
      window.setTimeout = (fn, wait, ...more) => {
        if (fn.name === 'senderRound' && wait > 1) { waits.push(Math.round(wait / 1000)); wait = 1; }
        return real(fn, wait, ...more);
      };
    """)
    store = open_store(tablet, world)
    tablet.context.route(BATCHES, lambda route: route.abort())
    store.write(1)
    # The wait is measured by the page's own clock, which does not run as fast: let it seem over.
    store.js("store.startSender()")
    store.until("waits.length >= 11")
    assert store.js("waits.slice(0, 11)") == [1, 2, 4, 8, 16, 32, 64, 128, 150, 150, 150]


@pytest.mark.parametrize("secure", [False, True], ids=["lease", "lock"])
def test_two_tabs_are_one_sender(visit: Visit, world: World, secure: bool) -> None:
    tablet = visit()
    tablet.expected.add(404)
    if secure:
        tablet.address = world.served.at(SECURE)
    one = open_store(tablet, world)
    page = tablet.context.new_page()
    tablet.watch(page)
    page.goto(tablet.address + "/may-hoc")
    two = on_page(page, world)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    tablet.context.route(BATCHES, hold)
    ids = one.ids(3) + two.ids(3)
    one.js("store.startSender()")
    two.js("store.startSender()")
    one.page.wait_for_timeout(1500)
    assert len(held) == 1
    batches = [sent(held[0])]
    held[0].continue_()
    end = time.monotonic() + 60
    while len(stored(world)) < 6 and time.monotonic() < end:
        one.page.wait_for_timeout(100)
        for route in held[len(batches) :]:
            batches.append(sent(route))
            route.continue_()
    assert sorted(event["id"] for batch in batches for event in batch) == sorted(ids)
    for store in (one, two):
        store.until("store.counts().commune === 6")
    # The tab that did not send knows it too.
    assert one.state(ids[:3]) == two.state(ids[3:]) == "commune"


def test_a_lease_of_a_dead_tab_lapses_and_one_from_the_far_future_counts_for_nothing(
    visit: Visit, world: World
) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world)
    lease = """(ahead) => db.change('meta', (meta) => {
      meta.put({ holder: 'x', until: Date.now() + ahead }, 'sender');
    })"""
    store.js(lease, 2500)
    store.write(1)
    store.js("Math.random = () => 0")
    store.js("store.startSender()")
    store.page.wait_for_timeout(1500)
    assert stored(world) == {}
    store.until("store.counts().commune === 1")
    store.js(lease, 10**11)
    store.write(1)
    store.until("store.counts().commune === 2")


def test_a_restored_service_is_offered_everything_again(
    visit: Visit, world: World, tmp_path: Path
) -> None:
    tablet = visit()
    tablet.expected.add(404)
    store = open_store(tablet, world, sending=True)
    ids = store.ids(150)
    store.until("store.counts().commune === 150")
    with world.database.write() as session:
        session.execute(delete(Event))
        session.execute(delete(Batch))
    generation.renew(world.database, Settings(data_dir=tmp_path), "khôi phục")
    ids += store.ids(1)
    store.until("store.counts().commune === 151 && store.counts().device === 0")
    assert stored(world).keys() == set(ids)


def test_years_of_clock_change_nothing_but_what_is_said_of_the_clock(
    visit: Visit, world: World
) -> None:
    tablet = visit()
    tablet.expected.add(404)
    tablet.page.add_init_script("""
      window.skew = -15 * 365 * 86400000; const real = Date.now.bind(Date);
      Date.now = () => real() + window.skew;
    """)
    store = open_store(tablet, world, sending=True)
    [early] = store.ids(1)
    store.until("store.counts().commune === 1")
    [measured] = store.ids(1)
    store.js("() => { window.skew = 40 * 365 * 86400000; }")
    late = store.ids(2)
    store.until("store.counts().commune === 4")
    texts = {key: json.loads(text) for key, text in stored(world).items()}
    assert texts.keys() == {early, measured, *late}
    told = texts[measured]["at"] + texts[measured]["offset"]
    assert abs(told - clock.now().timestamp() * 1000) < 60_000
    assert [texts[key]["seq"] for key in (early, measured, *late)] == [0, 1, 2, 3]
    # Nothing is purged because a clock jumped: forty years are not seven days of the service.
    assert store.js("db.ask('events', (all) => all.count())") == 4


def test_the_tablet_reports_what_it_made_and_learns_of_a_restored_service_without_an_act(
    visit: Visit, world: World, tmp_path: Path
) -> None:
    generation.check(world.database, Settings(data_dir=tmp_path))
    store = open_store(visit(), world, sending=True)
    ids = store.ids(3)
    store.drained()
    report = reported(store, world, {"unsent": 0, "emptied": False})
    assert report["made"] == store.counts()["made"]
    with world.database.write() as session:
        session.execute(delete(Event))
        session.execute(delete(Batch))
    generation.renew(world.database, Settings(data_dir=tmp_path), "khôi phục")
    store.js("window.dispatchEvent(new Event('online'))")
    end = time.monotonic() + 60
    while len(stored(world)) < 3 and time.monotonic() < end:
        store.page.wait_for_timeout(100)
    assert stored(world).keys() == set(ids)


def reported(store: StorePage, world: World, wanted: dict[str, Any]) -> dict[str, Any]:
    """The tablet's report, once it says what is wanted."""
    end = time.monotonic() + 60
    while True:
        with world.database.read() as session:
            device = session.get_one(Device, (world.cast["TBT"], device_of(world)))
            report = dict(device.report or {})
        if wanted.items() <= report.items():
            return report
        assert time.monotonic() < end, report
        store.page.wait_for_timeout(100)
