"""A class that a tablet carries to where no network is: taken whole, held for days, told once."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from lms.cohorts import carry, claims, rules
from lms.cohorts.cards import pack_digest
from lms.cohorts.models import Attendance
from lms.core import clock
from lms.core.keys import Keys
from lms.ledger.models import Event
from lms.ledger.projector import project_pending
from lms.ledger.reading import stored_event
from tests.browser.carried import Carried, carry_class, damage_pack, trang
from tests.browser.conftest import TEN_PAST_NINE, Visit, Visitor, World
from tests.browser.player import (
    FACES,
    MAIN_BUTTON,
    NEXT_PERSON,
    choose,
    enter_class,
    next_person,
    open_player,
    type_digits,
)
from tests.offline.carried import proofs

pytestmark = pytest.mark.browser

READY = "Máy này đã sẵn sàng mang đi: 3 học viên, 3 bài"
HELD = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
"""The morning of the meeting without network."""
BACK = HELD + timedelta(days=5)


@pytest.fixture
def carried(world: World, keys: Keys) -> Carried:
    """Class K1 as Trang carried it away."""
    return carry_class(world, keys)


def arrive(visit: Visit, world: World, *, secure: bool = True, **options: Any) -> Visitor:
    """A tablet of the commune before it knows the class; its clock is right."""
    visitor = open_player(visit, world, secure=secure, code="", **options)
    visitor.context.clock.set_system_time(TEN_PAST_NINE)
    visitor.page.reload()
    return visitor


def take_class(visit: Visit, world: World, *, secure: bool = True) -> Visitor:
    """A tablet that has taken the class, content and all."""
    visitor = arrive(visit, world, secure=secure)
    enter_class(visitor.page)
    expect(visitor.page.get_by_text(READY)).to_be_visible()
    return visitor


def drive_away(visitor: Visitor, at: datetime = HELD) -> Page:
    """No service answers any more; another day, the tablet is started again by its worker."""
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    visitor.context.set_offline(True)
    start_again(visitor, at)
    return visitor.page


def start_again(visitor: Visitor, at: datetime) -> None:
    """The tablet is switched on at this moment, as its own clock has it."""
    visitor.context.clock.set_system_time(at)
    visitor.page.reload()


def show_card(page: Page, number: str, name: str = "") -> None:
    """By its ten digits, with or without tapping one's drawing before."""
    if name:
        choose(page, name)
    else:
        page.locator(MAIN_BUTTON, has_text="Dùng thẻ").tap()
    enter_card(page, number)


def enter_card(page: Page, number: str) -> None:
    """On the keys of the card's view."""
    type_digits(page, number)
    page.locator(MAIN_BUTTON).tap()


def door(page: Page, words: str) -> None:
    """One of the large buttons of the trainer's corner."""
    page.locator(".door", has_text=re.compile(words)).tap()


def open_meeting(page: Page, carried: Carried) -> None:
    """The trainer's card, then the meeting of the day; the corner stays open."""
    show_card(page, carried.numbers["trang"])
    door(page, "Mở buổi 2, ngày 22/11")
    expect(page.get_by_role("heading", name="Buổi 2, ngày 22/11")).to_be_visible()


def mark(row: Locator, result: str) -> None:
    """Tap one of the answers of a row; it is seen to be chosen before anything else is tapped."""
    pill = row.locator(f".pill--{result} input")
    pill.tap()
    expect(pill).to_be_checked()


def leave_corner(page: Page) -> None:
    """The tablet goes back to the class."""
    page.locator(MAIN_BUTTON, has_text="Xong").tap()
    page.locator(FACES).wait_for()


def learn_lesson(page: Page) -> None:
    """The lesson that is proposed, to its end."""
    page.locator(MAIN_BUTTON, has_text="Học bài").tap()
    for _screen in range(3):
        expect(page.get_by_role("heading", name=re.compile("Màn"))).to_be_visible()
        before = page.get_by_role("heading", level=1).first.inner_text()
        page.locator(MAIN_BUTTON).tap()
        expect(page.get_by_role("heading", level=1).first).not_to_have_text(before)
    page.locator(MAIN_BUTTON, has_text="Học xong").tap()
    expect(page.get_by_text("Đã lưu trên máy")).to_be_visible()


def answer_all(page: Page, count: int = 12) -> None:
    """Every question of a test with its right answer; ends before handing in."""
    for number in range(1, count + 1):
        expect(page.locator(".progress__words strong")).to_have_text(f"{number} trong {count}")
        page.locator("label.answer", has_text="Cách 0").locator("input").tap()
        page.locator(MAIN_BUTTON).tap()


def sent_events(world: World) -> list[Any]:
    """What the service holds of the tablet."""
    with world.database.read() as session:
        rows = session.scalars(select(Event).where(Event.device_id == world.cast["k1_may"])).all()
        return [stored_event(row) for row in rows]


def kept_names(page: Page) -> str:
    """Everything the tablet's store holds outside the outbox and the content, as one text."""
    return str(
        page.evaluate(
            """async () => {
              const done = (asked) => new Promise((go, no) => {
                asked.onsuccess = () => go(asked.result);
                asked.onerror = no;
              });
              const found = [];
              for (const { name } of await indexedDB.databases()) {
                const database = await done(indexedDB.open(name));
                for (const store of database.objectStoreNames) {
                  if (['events', 'parts'].includes(store)) continue;
                  found.push(await done(database.transaction(store).objectStore(store).getAll()));
                }
                database.close();
              }
              return JSON.stringify(found);
            }"""
        )
    )


def test_the_card_digest_of_a_tablet_is_that_of_the_service(visit: Visit, world: World) -> None:
    """Four thousand rounds, and the tablet goes on answering meanwhile; misread numbers are told."""
    page = open_player(visit, world, code="", secure=True).page
    typed = [f"{number:010d}" for number in range(4827193400, 4827193500)]
    digest, ticks, numbers, scanned = page.evaluate(
        """async (typed) => {
          const { cardNumber, packDigest } = await import('/assets/x/offline/js/trainer/digest.js');
          let ticks = 0;
          const timer = setInterval(() => { ticks += 1; }, 1);
          const digest = await packDigest('muoi', typed[5], 4000);
          clearInterval(timer);
          return [digest, ticks, typed.map(cardNumber), cardNumber('4827 1934 05') + cardNumber('482719340')];
        }""",
        typed,
    )
    assert digest == pack_digest("muoi", typed[5])
    assert ticks > 5
    assert numbers == [one if rules.is_card(one) else "" for one in typed]
    assert scanned in ("", "4827193405")


def test_days_without_network_lose_nothing_and_count_once_the_trainer_confirms(
    visit: Visit, world: World, carried: Carried
) -> None:
    """Three learners and a walk-in study and are tested; five days later everything drains."""
    visitor = take_class(visit, world)
    page = drive_away(visitor)
    expect(page.get_by_text("Buổi học chưa mở ở máy này")).to_be_visible()
    open_meeting(page, carried)
    door(page, "Điểm danh")
    mark(page.locator(".mark-row", has_text="Lan N."), "absent")
    mark(page.locator(".mark-row", has_text="Lan N."), "present")
    mark(page.locator(".mark-row", has_text="Mai L."), "present")
    page.locator(".learner-back").tap()
    door(page, "Mở kiểm tra có giám sát")
    expect(page.locator(".door", has_text="Kết thúc kiểm tra")).to_be_visible()
    door(page, "Xem làm việc thực hành")
    choose(page, "Lan N.")
    expect(page.get_by_text("Mở ứng dụng")).to_be_visible()
    mark(page.locator(".corner__task"), "can_do")
    leave_corner(page)
    _lan_is_tested(page, carried)
    _hung_learns(page, carried)
    _mai_has_no_card(page, carried)
    _somebody_walks_in(page, carried)
    _close(page, carried)
    _everything_drains(visitor, world, carried)
    _confirmed_work_counts(world, carried)


def _lan_is_tested(page: Page, carried: Carried) -> None:
    show_card(page, carried.numbers["lan"], "Lan N.")
    page.locator(MAIN_BUTTON, has_text="Làm bài kiểm tra").tap()
    page.locator(MAIN_BUTTON, has_text="Bắt đầu kiểm tra").tap()
    answer_all(page)
    page.locator(MAIN_BUTTON, has_text="Nộp bài").tap()
    expect(page.get_by_text(re.compile("báo sau|chờ kết quả", re.IGNORECASE)).first).to_be_visible()
    next_person(page)


def _hung_learns(page: Page, carried: Carried) -> None:
    show_card(page, carried.numbers["hung"])
    page.locator(NEXT_PERSON).wait_for()
    expect(page.locator(".learner-top__name")).to_have_text("Hùng T.")
    page.get_by_role("button", name=re.compile("Bài b1")).tap()
    page.reload()  # The tablet is switched off and on in the middle.
    page.locator(MAIN_BUTTON).tap()
    page.locator(NEXT_PERSON).wait_for()
    next_person(page)


def _mai_has_no_card(page: Page, carried: Carried) -> None:
    show_card(page, carried.numbers["trang"])
    door(page, "Đưa máy cho học viên quên thẻ")
    choose(page, "Mai L.")
    page.locator(NEXT_PERSON).wait_for()
    expect(page.locator(".learner-top__name")).to_have_text("Mai L.")
    next_person(page)


def _somebody_walks_in(page: Page, carried: Carried) -> None:
    expect(page.locator(FACES)).not_to_contain_text("Thẻ khách")
    show_card(page, carried.numbers["khach"])
    page.locator(NEXT_PERSON).wait_for()
    learn_lesson(page)
    next_person(page)
    expect(page.locator(FACES)).to_contain_text("Thẻ khách 01")


def _close(page: Page, carried: Carried) -> None:
    show_card(page, carried.numbers["trang"])
    door(page, "Kết thúc buổi học")
    expect(page.get_by_text("2 người chưa điểm danh: Hùng T., Thẻ khách 01")).to_be_visible()
    expect(page.get_by_text("Buổi kiểm tra đang mở")).to_be_visible()
    page.locator(MAIN_BUTTON, has_text="Kết thúc buổi học").tap()
    page.get_by_role("button", name="Xóa khi đã gửi xong").tap()
    expect(page.get_by_text("Buổi học chưa mở ở máy này")).to_be_visible()


def _everything_drains(visitor: Visitor, world: World, carried: Carried) -> None:
    page = visitor.page
    assert sent_events(world) == []
    with clock.frozen(BACK):
        visitor.context.clock.set_system_time(BACK)
        visitor.context.set_offline(False)
        start_again(visitor, BACK)
        for _second in range(120):
            if any(one.type == "session.closed" for one in sent_events(world)):
                break
            page.wait_for_timeout(500)
    events = sent_events(world)
    made = page.evaluate(
        """async () => {
          const store = await import('/assets/x/offline/js/store/index.js');
          await store.openStore();
          return store.counts();
        }"""
    )
    assert made["unsaved"] + made["device"] == 0
    assert sum(made["made"].values()) == len(events) == len({one.id for one in events})
    kinds = [one.type for one in events]
    assert kinds.count("session.opened") == kinds.count("session.closed") == 1
    assert kinds.count("answer.given") == 12
    # The service has it all a moment before the tablet knows, and only then are the names dropped.
    for _moment in range(600):
        if "Lan N." not in kept_names(page):
            break
        page.wait_for_timeout(100)
    assert "Lan N." not in kept_names(page)
    seen = [one.payload["result"] for one in events if one.type == "task.observed"]
    assert seen == ["can_do"]


def _confirmed_work_counts(world: World, carried: Carried) -> None:
    cast, database = world.cast, world.database
    with clock.frozen(BACK):
        project_pending(database, cast["TBT"])
        assert proofs(database, cast) == {"test_passed"}
        with database.write() as session:
            claims.decide(session, trang(world), carried.session, [cast["hv_lan"]], "confirmed")
        project_pending(database, cast["TBT"])
    assert proofs(database, cast) == {"test_passed", "test_supervised", "task_observed"}
    with database.read() as session:
        marks = session.scalars(
            select(Attendance).where(Attendance.class_session_id == carried.session)
        )
        states = {mark.enrolment_id: mark.state for mark in marks}
    assert states == {cast["hv_lan"]: "present", cast["hv_mai"]: "present"}


def test_a_class_that_came_damaged_is_not_taken(
    visit: Visit, world: World, carried: Carried
) -> None:
    """One letter of a name is another: nothing of it is kept, and the trainer is told what to do."""
    visitor = arrive(visit, world)
    damage_pack(visitor.page, carried.text)
    enter_class(visitor.page)
    expect(visitor.page.get_by_text("Dữ liệu nhận về bị hỏng")).to_be_visible()
    assert "Hùng T." not in kept_names(visitor.page)
    visitor.page.unroute("**/api/v1/packs/current")
    visitor.page.get_by_role("button", name="Tải lớp về máy này").tap()
    expect(visitor.page.get_by_text(READY)).to_be_visible()


def test_half_a_class_is_never_called_ready(visit: Visit, world: World, carried: Carried) -> None:
    """The network goes while the lessons come; a start without network finds no class; later it goes on."""
    visitor = arrive(visit, world)
    visitor.page.route(re.compile("/parts/"), lambda route: route.abort())
    enter_class(visitor.page)
    expect(visitor.page.get_by_text("Chưa mang lớp đi được")).to_be_visible()
    page = drive_away(visitor)
    expect(page.get_by_text("Chưa có mạng")).to_be_visible()
    expect(page.get_by_text("sẵn sàng mang đi")).to_have_count(0)
    page.unroute_all()
    visitor.context.set_offline(False)
    page.reload()
    expect(page.get_by_text(READY)).to_be_visible()


def test_a_wrong_card_lets_nobody_in_and_five_make_the_tablet_wait(
    visit: Visit, world: World, carried: Carried
) -> None:
    """A stranger's card, a neighbour's card, a misread number; the trainer's own card opens still."""
    page = drive_away(take_class(visit, world))
    open_meeting(page, carried)
    leave_corner(page)
    stranger = rules.draw_card(lambda n: n // 3)
    show_card(page, carried.numbers["lan"][:9] + str((int(carried.numbers["lan"][9]) + 1) % 10))
    expect(page.get_by_text("Số thẻ chưa đúng")).to_be_visible()
    for _try in range(4):
        enter_card(page, stranger)
        expect(page.locator(".field__error")).to_contain_text("Thẻ này không vào được ở đây")
    page.locator(".learner-back").tap()
    show_card(page, carried.numbers["hung"], "Lan N.")
    expect(page.locator(".field__error")).to_contain_text("đợi 60 giây")
    page.reload()  # Switching off and on is no way round.
    show_card(page, carried.numbers["lan"], "Lan N.")
    expect(page.locator(".field__error")).to_contain_text(re.compile("đợi [3-6][0-9] giây"))
    enter_card(page, carried.numbers["trang"])
    expect(page.get_by_text("Góc của thầy cô: Trang")).to_be_visible()
    leave_corner(page)
    show_card(page, carried.numbers["lan"], "Lan N.")
    page.locator(NEXT_PERSON).wait_for()


def test_a_carried_class_ends_after_two_weeks_and_no_clock_prolongs_it(
    visit: Visit, world: World, carried: Carried
) -> None:
    """Years back works, and so does the last day; what was seen once is not forgotten; then names go."""
    visitor = take_class(visit, world)
    page = drive_away(visitor, datetime(2015, 1, 1, tzinfo=UTC))
    expect(page.get_by_text("Lớp K1")).to_be_visible()
    start_again(visitor, TEN_PAST_NINE + timedelta(days=13, hours=23))
    open_meeting(page, carried)
    leave_corner(page)
    start_again(visitor, datetime(2041, 1, 1, tzinfo=UTC))
    expect(page.get_by_text("Đồng hồ của máy có lẽ chạy sai")).to_be_visible()
    start_again(visitor, TEN_PAST_NINE + timedelta(days=13))
    page.locator(FACES).wait_for()
    start_again(visitor, TEN_PAST_NINE + timedelta(days=15))
    expect(page.get_by_text(re.compile("Lớp mang đi đã hết hạn"))).to_be_visible()
    expect(page.get_by_text("Lan N.")).to_have_count(0)
    assert "Lan N." not in kept_names(page)
    start_again(visitor, TEN_PAST_NINE)
    expect(page.get_by_text(re.compile("Lớp mang đi đã hết hạn"))).to_be_visible()


def test_the_corner_shuts_itself_and_shows_no_number(
    visit: Visit, world: World, carried: Carried
) -> None:
    """Two minutes without a touch; Back finds nothing of it."""
    visitor = take_class(visit, world)
    page = drive_away(visitor)
    open_meeting(page, carried)
    door(page, "Điểm danh")
    text = page.content()
    assert not [one for one in carried.numbers.values() if one in text]
    page.clock.fast_forward(110_000)
    page.locator(".pill--present input").first.tap()
    page.clock.fast_forward(110_000)
    expect(page.get_by_role("heading", name="Điểm danh")).to_be_visible()
    page.clock.fast_forward(11_000)
    page.locator(FACES).wait_for()
    page.go_back()
    expect(page.get_by_text("Góc của thầy cô")).to_have_count(0)


def test_a_class_that_was_taken_back_leaves_the_tablet(
    visit: Visit, world: World, carried: Carried
) -> None:
    """The trainer takes the pack back; the next time the tablet asks, names and cards go."""
    visitor = take_class(visit, world)
    page = visitor.page
    assert "Lan N." in kept_names(page)
    with world.database.write() as session:
        carry.take_back(session, trang(world), world.cast["k1"])
    page.reload()
    page.locator(FACES).wait_for()
    expect(page.get_by_text("sẵn sàng mang đi")).to_have_count(0)
    assert "Lan N." not in kept_names(page)


def test_names_that_were_taken_off_a_tablet_come_back_only_when_asked_for(
    visit: Visit, world: World, carried: Carried
) -> None:
    """The class can still be carried, so the service goes on telling of it; the trainer took the names off."""
    page = take_class(visit, world).page
    page.evaluate(
        "import('/assets/x/offline/js/trainer/carry.js').then((carry) => carry.dropPack('closed'))"
    )
    with page.expect_response("**/api/v1/tablet"):
        page.reload()
    load = page.get_by_role("button", name="Tải lớp về máy này")
    expect(load).to_be_visible()
    page.evaluate("import('/assets/x/offline/js/entry/ways.js').then((ways) => ways.askTablet())")
    assert "Lan N." not in kept_names(page)
    load.tap()
    expect(page.get_by_text(READY)).to_be_visible()
    assert "Lan N." in kept_names(page)


def test_the_trainer_marks_and_observes_at_the_tablet_with_network_too(
    visit: Visit, world: World, carried: Carried
) -> None:
    """The same corner by the same card; the board opens tests and ends the class."""
    page = take_class(visit, world).page
    page.get_by_role("button", name="Vào bằng thẻ").tap()
    enter_card(page, carried.numbers["trang"])
    expect(page.locator(".door")).to_have_count(2)
    door(page, "Điểm danh")
    page.locator(".mark-row", has_text="Hùng T.").locator(".pill--excused input").tap()
    leave_corner(page)
    for _try in range(100):
        events = [one for one in sent_events(world) if one.type == "attendance.marked"]
        if events:
            break
        page.wait_for_timeout(300)
    assert [(one.class_id, one.learner_id) for one in events] == [
        (world.cast["k1_buoi"], world.cast["hv_hung"])
    ]


def test_a_class_goes_on_from_its_cards_over_plain_http_when_the_line_goes(
    visit: Visit, world: World, carried: Carried
) -> None:
    """No worker there: the page is open and stays open. The meeting of the board is gone on with."""
    visitor = take_class(visit, world, secure=False)
    page = visitor.page
    assert page.evaluate("!navigator.serviceWorker && !crypto.subtle")
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Vào bằng thẻ").tap()
    page.locator(".learner-back").tap()
    expect(page.get_by_text("Lớp K1 · buổi 1")).to_be_visible()
    show_card(page, carried.numbers["khach"])
    page.locator(NEXT_PERSON).wait_for()
    learn_lesson(page)
    next_person(page)
    visitor.context.set_offline(False)
    for _try in range(140):
        if [one for one in sent_events(world) if one.type == "turn.ended"]:
            break
        page.wait_for_timeout(300)
    kinds = [one.type for one in sent_events(world)]
    assert kinds.count("activity.finished") == kinds.count("turn.ended") == 1
