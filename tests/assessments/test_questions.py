"""Every kind of question on its page: no key before its time, tries, hints, nothing lost."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select

from assessments.models import Answer
from assessments.questions import ask, wrong_ones
from assessments.rules import Form, FormItem
from assessments.shown import VIEWS
from assessments.shown.taps import Taps
from courses.activities import KINDS
from courses.rules import Item
from lms.core.db import Database
from tests.assessments.kinds import (
    FORMS,
    VERSION,
    begin,
    do,
    form_of,
    number_of,
    right,
    second_wrong,
    teach,
    wrong,
)
from tests.assessments.people import learner, post
from tests.cast import Cast

TOLD = (
    "Đúng rồi!", "Chưa đúng", "Xem đáp án", "Thứ tự đúng", "Nối đúng là", "Số đúng", "answer--right",
    "answer--wrong", "__one--right", "__one--wrong", "pair--right", "pair--wrong", "fill--", "Nguy hiểm",
    "spots__mark--", "spots__label--", "máy tập.", "Xong rồi!", "Đã chuyển tiền", "Tin giả", "Làm lại từ đầu",
)  # fmt: skip


def _secrets(item: Item) -> list[str]:
    words = [item.explanation, *item.hints, *(TOLD if item.secret else ())]
    return words + (["45000", "45.000"] if item.kind == "number" else [])


@pytest.fixture
def lan(app: Flask, database: Database, cast: Cast) -> Any:
    teach(database, cast)
    return learner(app, cast, "lan")


def _answers(database: Database) -> dict[str, Answer]:
    with database.read() as session:
        return {row.item_id: row for row in session.scalars(select(Answer))}


@pytest.mark.db
@pytest.mark.parametrize("well", [True, False], ids=["right", "wrong"])
def test_a_test_tells_nothing_of_its_keys_whatever_is_answered(
    lan: Any, database: Database, well: bool
) -> None:
    path = begin(lan, "certifying")
    form = form_of(database)
    for number, asked in enumerate(form.items, 1):
        response = right(asked.item) if well else wrong(asked.item)
        bodies = [lan.get(f"{path}/{number}").text]
        assert do(lan, f"{path}/{number}", asked.item, response).status_code == 303
        bodies.append(lan.get(f"{path}/{number}").text)
        for body in bodies:
            typed = body.replace(f'value="{response[0]}"', "")
            assert [word for word in _secrets(asked.item) if word in typed] == [], asked.item.id
    bodies = [lan.get(f"{path}/nop").text]
    assert "Đã trả lời hết 7 câu" in bodies[0]
    post(lan, f"{path}/nop")
    bodies.append(lan.get(path).text)
    for asked in form.items:
        assert [body for body in bodies if asked.item.explanation in body] == []
    assert ("Đúng 7 trong 7 câu" if well else "Đúng 0 trong 7 câu") in bodies[1]


def _other_key(item: Item) -> Item:
    """The same question to look at, with another answer."""
    if item.kind in ("single", "multiple"):
        flags = [option.right for option in item.options]
        turned = zip(item.options, flags[1:] + flags[:1], strict=True)
        return replace(item, options=tuple(replace(o, right=flag) for o, flag in turned))
    if item.kind == "order":
        return replace(item, sequence=item.sequence[::-1])
    if item.kind == "match":
        partners = [(pair.right_id, pair.right) for pair in item.pairs]
        turned_pairs = zip(item.pairs, partners[1:] + partners[:1], strict=True)
        pairs = (replace(p, right_id=key, right=text) for p, (key, text) in turned_pairs)
        return replace(item, pairs=tuple(pairs))
    if item.kind == "spot":
        return replace(item, spots=tuple(replace(s, danger=not s.danger) for s in item.spots))
    if item.kind == "number":
        assert item.number is not None
        return replace(item, number=replace(item.number, value="44000"))
    assert item.simulation is not None
    ends = {"goal": "trap", "trap": "goal", "": ""}
    screens = tuple(replace(s, end=ends[s.end]) for s in item.simulation.screens)
    return replace(item, simulation=replace(item.simulation, screens=screens))


@pytest.mark.pure
@pytest.mark.parametrize("form", ["certifying", "entry"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_question_looks_the_same_whatever_its_key_is(kind: str, form: str) -> None:
    drawn = FORMS[form]
    number = number_of(drawn, kind)
    asked = drawn.items[number - 1]
    other = FormItem(_other_key(asked.item), asked.options)
    assert KINDS[kind].key(other.item) != KINDS[kind].key(asked.item)
    twin = replace(drawn, items=tuple(other if one is asked else one for one in drawn.items))
    for response in ((), tuple(right(asked.item)), tuple(wrong(asked.item))):
        given = {asked.item.id: response}
        shown = ask(drawn, number, given, {asked.item.id: 5})
        assert shown == ask(twin, number, given, {asked.item.id: 5})
        assert (shown.correct, shown.explained, shown.hint, shown.right_words) == (
            None, False, "", ()
        )  # fmt: skip
        assert shown.tries_left is None


@pytest.mark.pure
def test_mistakes_are_listed_with_what_is_right_in_practice_only() -> None:
    for name, form in FORMS.items():
        given = {asked.item.id: tuple(wrong(asked.item)) for asked in form.items}
        found = wrong_ones(form, given)
        assert [one.kind for one in found] == (list(KINDS) if name == "practice" else [])
        assert all(one.right_words and one.explanation for one in found)
    words = {one.kind: one.right_words for one in wrong_ones(FORMS["practice"], _all_wrong())}
    assert words["order"][0] == "1. Quét mã QR"
    assert "Gọi video → Ứng dụng nhắn tin" in words["match"]
    assert words["number"] == ("45.000 đồng",)
    assert words["single"] == ("Xác nhận giao dịch",)


def _all_wrong() -> dict[str, tuple[str, ...]]:
    return {asked.item.id: tuple(wrong(asked.item)) for asked in FORMS["practice"].items}


@pytest.mark.db
@pytest.mark.parametrize("kind", KINDS)
def test_practice_hints_after_the_first_try_and_explains_after_the_second(
    lan: Any, database: Database, kind: str
) -> None:
    path = begin(lan, "practice")
    form = form_of(database)
    number = number_of(form, kind)
    item, here = form.items[number - 1].item, f"{path}/{number}"
    assert do(lan, here, item, wrong(item)).location == here
    page = lan.get(here).text
    assert item.hints[0] in page
    assert "Đúng rồi!" not in page
    assert (item.explanation in page) == (kind == "simulation"), "a trap says why at once"
    if kind == "simulation":
        post(lan, here, act="restart")
        assert item.hints[0] in lan.get(here).text
    assert do(lan, here, item, second_wrong(item)).status_code == 303
    page = lan.get(here).text
    assert item.explanation in page
    assert "Đúng rồi!" not in page
    do(lan, here, item, right(item))
    assert _answers(database)[item.id].tries == 2
    assert not _answers(database)[item.id].correct


@pytest.mark.db
def test_every_kind_is_marked_right_when_it_is(lan: Any, database: Database) -> None:
    path = begin(lan, "practice")
    form = form_of(database)
    for number, asked in enumerate(form.items, 1):
        do(lan, f"{path}/{number}", asked.item, right(asked.item))
        page = lan.get(f"{path}/{number}").text
        assert "Đúng rồi!" in page
        assert asked.item.explanation in page
    post(lan, f"{path}/nop")
    assert "Làm thử: đúng 7 trong 7 câu" in lan.get(path).text


@pytest.mark.db
def test_a_practice_result_lists_what_would_have_been_right_in_every_kind(
    lan: Any, database: Database
) -> None:
    path = begin(lan, "practice")
    form = form_of(database)
    for number, asked in enumerate(form.items, 1):
        do(lan, f"{path}/{number}", asked.item, wrong(asked.item))
    post(lan, f"{path}/nop")
    page = lan.get(path).text
    for asked in form.items:
        assert asked.item.explanation in page
        assert str(escape("; ".join(VIEWS[asked.item.kind].right_words(asked.item)))) in page


def _tap(client: Any, address: str, act: str, choice: list[str], **more: str) -> tuple[str, Taps]:
    """Press a working button; the address that it leads to, and the taps in it."""
    from urllib.parse import parse_qs, urlsplit

    target = post(
        client, address.split("?", maxsplit=1)[0], act=act, choice=choice, **more
    ).location
    query = parse_qs(urlsplit(target).query)
    return target, Taps(tuple(query.get("choice", ())), query.get("vua", [""])[0])


@pytest.mark.db
def test_steps_are_put_and_taken_back_tap_by_tap_and_kept_only_when_sent(
    lan: Any, database: Database
) -> None:
    path = begin(lan, "certifying")
    form = form_of(database)
    number = number_of(form, "order")
    item, here = form.items[number - 1].item, f"{path}/{number}"
    first, second, *_rest = right(item)
    target, taps = _tap(lan, here, f"pick:{first}", [])
    assert taps == Taps((first,), f"pick:{first}")
    target, taps = _tap(lan, here, f"pick:{second}", [first])
    page = lan.get(target).text
    assert "Bước 2: Nhập số tiền" in page
    assert page.count("autofocus") == 1
    assert _answers(database) == {}
    _, taps = _tap(lan, here, f"drop:{first}", [first, second])
    assert taps.tokens == (second,)
    _, taps = _tap(lan, here, f"pick:{second}", [second])
    assert taps.tokens == (second,)
    do(lan, here, item, [first, second], go="back")
    assert _answers(database)[item.id].response == [first, second]
    assert "còn dở" in lan.get(f"{path}/nop").text
    assert 'class="placed__number">2</span>' in lan.get(here).text
    post(lan, here, whole="1", go="next")
    assert _answers(database)[item.id].response == []
    assert "</svg>còn dở" not in lan.get(f"{path}/nop").text
    post(lan, f"{path}/nop")
    assert "Đúng 0 trong 7 câu" in lan.get(path).text


@pytest.mark.db
def test_pairs_are_joined_and_come_apart_tap_by_tap(lan: Any, database: Database) -> None:
    path = begin(lan, "practice")
    form = form_of(database)
    number = number_of(form, "match")
    item, here = form.items[number - 1].item, f"{path}/{number}"
    left, partner = right(item)[0].split("=")
    other, _partner = right(item)[1].split("=")
    target, taps = _tap(lan, here, f"hold:{other}", [])
    assert taps == Taps((), f"hold:{other}")
    assert f'name="held" value="{other}"' in lan.get(target).text
    target, taps = _tap(lan, here, f"pick:{partner}", [], held=left)
    assert taps == Taps((f"{left}={partner}",), f"pick:{left}={partner}")
    page = lan.get(target).text
    assert "Đã nối:" in page
    assert page.count("autofocus") == 1
    _, taps = _tap(lan, here, f"pick:{partner}", [f"{left}={partner}"], held=other)
    assert taps.tokens == (f"{left}={partner}",), "a partner that is taken is not taken twice"
    _, taps = _tap(lan, here, f"drop:{left}", [f"{left}={partner}"])
    assert taps.tokens == ()
    answer = do(lan, here, item, [f"{left}={partner}"])
    assert "Còn 2 ý chưa nối." in lan.get(answer.location).text
    assert _answers(database) == {}, "half an answer is no try"


@pytest.mark.db
@pytest.mark.parametrize("kind", ["practice", "certifying"])
def test_what_is_no_number_is_kept_in_the_box_and_not_saved(
    lan: Any, database: Database, kind: str
) -> None:
    path = begin(lan, kind)
    form = form_of(database)
    number = number_of(form, "number")
    item, here = form.items[number - 1].item, f"{path}/{number}"
    answer = do(lan, here, item, ["bốn lăm nghìn"])
    page = lan.get(answer.location).text
    assert 'value="bốn lăm nghìn"' in page
    assert "chưa đọc được thành số" in page
    assert _answers(database) == {}
    do(lan, here, item, [" 45 000 "])
    assert _answers(database)[item.id].response == ["45 000"]
    assert _answers(database)[item.id].correct is True


@pytest.mark.db
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "simulation"])
def test_an_answer_that_the_question_does_not_have_is_refused(
    lan: Any, database: Database, kind: str
) -> None:
    path = begin(lan, "certifying")
    form = form_of(database)
    here = f"{path}/{number_of(form, kind)}"
    bad = ["9" * 30] if kind == "number" else ["khong-co", "khong=co"]
    assert post(lan, here, choice=bad, whole="1", go="next").status_code == 422
    for act in ("pick:khong-co", "drop:khong-co", "hold:khong-co", "tap:khong-co", "là", ""):
        target = post(lan, here, choice=bad, act=act).location
        assert lan.get(target).status_code == 200
    assert _answers(database) == {}


@pytest.mark.db
def test_a_phone_of_a_test_knows_no_way_back(lan: Any, database: Database) -> None:
    path = begin(lan, "certifying")
    form = form_of(database)
    number = number_of(form, "simulation")
    item, here = form.items[number - 1].item, f"{path}/{number}"
    do(lan, here, item, wrong(item))
    assert _answers(database)[item.id].response == wrong(item)
    for act in ("restart", f"tap:{right(item)[0]}", "type"):
        post(lan, here, act=act, choice=[])
        post(lan, here, choice=right(item), go="next")
        assert _answers(database)[item.id].response == wrong(item)


LESSON = "/hoc/bai/bai"


def _screen(kind: str) -> str:
    return f"{LESSON}/{list(KINDS).index(kind) + 1}"


@pytest.mark.db
@pytest.mark.parametrize("kind", KINDS)
def test_a_lesson_lets_one_try_until_it_is_right_and_shows_the_answer_when_asked(
    lan: Any, kind: str
) -> None:
    item, here = VERSION.item(f"{kind}-practice-1"), _screen(kind)
    fresh = lan.get(here).text
    assert not [word for word in (*item.hints, "Chưa đúng", "Đúng rồi!") if word in fresh]
    tried = lan.get(here, query_string={"chon": wrong(item)}).text
    assert item.hints[0] in tried
    assert "Xem đáp án" in tried
    told = lan.get(here, query_string={"chon": wrong(item), "xem": 1}).text
    assert item.explanation in told
    assert "Đúng rồi!" not in told
    found = lan.get(here, query_string={"chon": right(item), "sai": 1}).text
    assert "Đúng rồi!" in found
    assert item.explanation in found
    assert lan.get(here, query_string={"chon": ["khong-co"]}).status_code == 200
    assert lan.get(here, query_string={"xem": 1}).status_code == 200


@pytest.mark.db
def test_taps_in_a_lesson_travel_in_its_address_and_keep_the_hint(lan: Any) -> None:
    item, here = VERSION.item("order-practice-1"), _screen("order")
    first, second, *_rest = right(item)
    query = {"act": f"pick:{second}", "chon": [first], "sai": 1}
    target = lan.get(here, query_string=query).location
    page = lan.get(target).text
    assert "Bước 2: Nhập số tiền" in page
    assert item.hints[0] in page
    sent = lan.get(here, query_string={"chon": [first, second]}).text
    assert "Còn 2 bước chưa xếp." in sent
    assert "Chưa đúng" not in sent


@pytest.mark.pure
def test_every_kind_of_question_has_its_view() -> None:
    assert VIEWS.keys() == KINDS.keys()


@pytest.mark.pure
def test_a_form_that_is_secret_hides_the_key_of_any_item() -> None:
    form = FORMS["practice"]
    exam: Form = replace(form, kind="certifying")
    given = {asked.item.id: tuple(right(asked.item)) for asked in form.items}
    for number in range(1, 8):
        shown = ask(exam, number, given)
        assert (shown.correct, shown.explanation, shown.right_words) == (None, "", ())
