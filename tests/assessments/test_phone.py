"""The simulated phone on a page: what a tap adds to the log, what each end shows, what a secret one hides."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from assessments.shown.phone import PHONE, Phone, storyboard
from courses.activities import KINDS
from courses.activities.kind import LONGEST_TOKEN, MOST_TOKENS
from courses.activities.simulation import walk
from courses.activity_parts import Simulation
from courses.rules import Item
from tests.factories.activities import every_kind

pytestmark = pytest.mark.pure

VERSION = every_kind().version
OPEN = VERSION.item("simulation-practice-1")
SECRET = VERSION.item("simulation-certifying-1")
RIGHT = ("Quét mã QR", "Số tiền=45000", "Tiếp tục", "Xác nhận")


def plan_of(item: Item) -> Simulation:
    assert item.simulation is not None
    return item.simulation


def log_of(item: Item, *words: str) -> tuple[str, ...]:
    """The log of these buttons and "field=text" by the words that stand on the phone."""
    return tuple(_token(item, one) for one in words)


def _token(item: Item, words: str) -> str:
    name, mark, text = words.partition("=")
    found = (part.id for part in plan_of(item).all_parts if name in (part.text, part.label))
    return next(found, name) + mark + text


def look(item: Item, *words: str, reveal: bool = False) -> Phone:
    shown = PHONE.view(item, (), log_of(item, *words), reveal)
    assert isinstance(shown, Phone)
    return shown


def act(item: Item, before: tuple[str, ...], act: str, amount: str | None = None) -> object:
    """The log, in words, after this act with this text in the amount's field."""
    sent = MultiDict({"act": act})
    if amount is not None:
        sent["f:" + _token(item, "Số tiền")] = amount
    after = PHONE.acted(item, log_of(item, *before), sent)
    assert after is not None
    return _words(item, after)


def _words(item: Item, log: tuple[str, ...]) -> tuple[str, ...]:
    said = {part.id: part.text or part.label for part in plan_of(item).all_parts if part.id}
    split = (token.partition("=") for token in log)
    return tuple(said.get(name, name) + mark + text for name, mark, text in split)


def tapped(
    item: Item, before: tuple[str, ...], button: str, amount: str | None = None
) -> tuple[str, ...]:
    found = act(item, before, "tap:" + _token(item, button), amount)
    assert isinstance(found, tuple)
    return found


def test_the_right_way_by_taps_is_the_key() -> None:
    log = tapped(OPEN, (), "Quét mã QR")
    log = tapped(OPEN, log, "Tiếp tục", " 45000 ")
    log = tapped(OPEN, log, "Xác nhận")
    assert log == RIGHT
    assert log_of(OPEN, *log) == KINDS["simulation"].key(OPEN)
    assert look(OPEN, *log).end == "goal"
    assert not look(OPEN, *log).can_restart


def test_a_button_that_is_not_on_the_screen_changes_nothing() -> None:
    assert tapped(OPEN, (), "Xác nhận") == ()
    assert tapped(OPEN, ("Quét mã QR",), "khong-co") == ("Quét mã QR",)
    assert act(OPEN, ("Quét mã QR",), "tap") == ("Quét mã QR",)
    assert act(OPEN, ("Quét mã QR",), "pick:x") == ("Quét mã QR",)


def test_without_a_button_nothing_was_acted() -> None:
    assert PHONE.acted(OPEN, (), MultiDict({"f:x": "45000"})) is None


def test_only_a_changed_field_is_written_down() -> None:
    log = tapped(OPEN, ("Quét mã QR",), "Tiếp tục", "450")
    assert log == ("Quét mã QR", "Số tiền=450", "Tiếp tục")
    assert tapped(OPEN, log, "Tiếp tục", "450") == (*log, "Tiếp tục")
    assert tapped(OPEN, log, "Tiếp tục", "45.000")[-2:] == ("Số tiền=45.000", "Tiếp tục")
    assert tapped(OPEN, ("Quét mã QR",), "Tiếp tục", "  ") == ("Quét mã QR", "Tiếp tục")


def test_enter_in_a_field_keeps_what_was_typed_and_taps_nothing() -> None:
    assert act(OPEN, ("Quét mã QR",), "type", "45") == ("Quét mã QR", "Số tiền=45")
    corrected = act(OPEN, ("Quét mã QR", "Số tiền=45"), "type", "45000")
    assert corrected == ("Quét mã QR", "Số tiền=45000")


def test_what_is_typed_is_cut_to_a_length_that_can_be_kept() -> None:
    log = tapped(OPEN, ("Quét mã QR",), "Tiếp tục", "9" * 500)
    assert log[1] == "Số tiền=" + "9" * 60
    assert KINDS["simulation"].fits(OPEN, log_of(OPEN, *log))


def test_a_wrong_amount_in_practice_stays_and_says_which_field() -> None:
    shown = look(OPEN, "Quét mã QR", "Số tiền=450", "Tiếp tục")
    assert shown.title == "Chuyển tiền"
    assert shown.wrong_labels == ["Số tiền"]
    assert list(shown.typed.values()) == ["450"]
    assert not shown.end


def test_a_wrong_amount_in_a_test_leads_on_without_a_word() -> None:
    shown = look(SECRET, "Quét mã QR", "Số tiền=450", "Tiếp tục")
    assert shown.title == "Xem lại"
    assert shown.wrong_labels == []


TRAP = "Mở tin nhắn trúng thưởng"


def test_a_trap_in_practice_explains_and_may_be_begun_anew() -> None:
    shown = look(OPEN, TRAP)
    assert (shown.end, shown.title) == ("trap", "Tin giả")
    assert shown.why == OPEN.explanation
    assert shown.can_restart
    assert act(OPEN, (TRAP,), "restart") == ()


def test_an_explanation_that_stands_above_is_not_said_twice() -> None:
    assert look(OPEN, TRAP, reveal=True).why == ""


WANDERING = ("Quét mã QR", "Quay lại") * 6


def test_every_end_of_a_test_looks_the_same() -> None:
    ends = [(TRAP,), RIGHT, ("Quét mã QR", "Tiếp tục", "Xác nhận"), WANDERING]
    assert all(walk(SECRET, log_of(SECRET, *log)).ended for log in ends)
    shown = [look(SECRET, *log) for log in ends]
    assert all(one == shown[0] for one in shown)
    assert shown[0].parts == ()
    assert shown[0].end == "kept"
    assert not shown[0].why


def test_a_test_cannot_be_begun_anew() -> None:
    assert act(SECRET, (TRAP,), "restart") == (TRAP,)
    assert not look(SECRET, TRAP).can_restart
    assert not look(SECRET, "Quét mã QR").can_restart


def test_nothing_is_added_after_an_end() -> None:
    assert tapped(SECRET, (TRAP,), "Quét mã QR") == (TRAP,)
    assert act(SECRET, (TRAP,), "type", "1") == (TRAP,)


def test_a_log_that_this_phone_cannot_have_made_is_as_none() -> None:
    assert look(OPEN, "khong-co").title == "Ngân hàng của tôi"
    assert tapped(OPEN, ("khong-co",), "Quét mã QR") == ("Quét mã QR",)


def test_too_many_taps_in_practice_end_kindly() -> None:
    shown = look(OPEN, *WANDERING)
    assert shown.end == "lost"
    assert shown.can_restart


def test_the_right_way_in_words() -> None:
    assert PHONE.right_words(OPEN) == (
        "Ở màn “Ngân hàng của tôi”: bấm “Quét mã QR”.",
        "Ở màn “Chuyển tiền”: gõ “45000” vào ô “Số tiền”, rồi bấm “Tiếp tục”.",
        "Ở màn “Xem lại”: bấm “Xác nhận”.",
    )
    assert PHONE.right_words(VERSION.item("single-practice-1")) == ()


def test_a_storyboard_numbers_screens_from_the_start_and_tells_no_end() -> None:
    plan = plan_of(SECRET)
    sheets = storyboard(replace(plan, screens=plan.screens[::-1]))
    assert sheets[0].screen.id == plan.start
    assert [sheet.number for sheet in sheets] == [1, 2, 3]
    assert not any(sheet.screen.end for sheet in sheets)
    assert sorted(sheets[0].letters.values()) == list("ABCDEF")
    leads = {part: sheets[0].leads[_token(SECRET, part)] for part in (TRAP, "Xác nhận", "Hủy")}
    assert leads == {TRAP: 0, "Xác nhận": 0, "Hủy": 1}


BUTTONS = [part.text for part in plan_of(OPEN).all_parts if part.to]
WORDS = st.sampled_from([*BUTTONS, "Số tiền", "x", "", "="])


@given(
    secret=st.booleans(),
    steps=st.lists(st.tuples(WORDS, st.text(max_size=90)), max_size=60),
)
def test_whatever_is_sent_the_log_stays_one_that_fits(
    secret: bool, steps: list[tuple[str, str]]
) -> None:
    item = SECRET if secret else OPEN
    log: tuple[str, ...] = ()
    for button, amount in steps:
        log = tapped(item, log, button, amount)
        tokens = log_of(item, *log)
        assert len(tokens) <= MOST_TOKENS
        assert all(len(token) <= LONGEST_TOKEN for token in tokens)
        assert KINDS["simulation"].fits(item, tokens)
        PHONE.view(item, (), tokens, False)
