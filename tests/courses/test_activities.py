"""What the kinds of questions do: what is right, what a tablet sees, what an author must mend."""

from dataclasses import replace
from fractions import Fraction

import pytest

from courses.activities import KINDS, public_item
from courses.activities.numbers import read_number
from courses.activities.simulation import walk
from courses.loader import load_files
from courses.problems import ContentError
from courses.rules import Item
from tests.factories.activities import BANKS, KIND_NAMES, every_kind, every_kind_files

pytestmark = pytest.mark.pure

VERSION = every_kind().version


def item(kind: str, bank: str = "practice") -> Item:
    return VERSION.item(f"{kind}-{bank}-1")


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("kind", KIND_NAMES)
def test_the_key_of_every_kind_is_right_and_nothing_is_not(kind: str, bank: str) -> None:
    asked, told = item(kind, bank), KINDS[kind]
    assert told.points(asked, told.key(asked)) == 1
    assert told.fits(asked, told.key(asked))
    assert told.points(asked, ()) == 0
    assert told.fits(asked, ())
    assert not told.fits(asked, ("lạ=lùng", "lạ"))
    assert 0 < told.guess(asked) < 1


def test_the_chances_of_a_guesser_are_exact() -> None:
    chances = {kind: KINDS[kind].guess(item(kind, "certifying")) for kind in KIND_NAMES}
    assert chances["single"] == Fraction(1, 4)
    assert chances["multiple"] == Fraction(1, 6)
    assert chances["order"] == Fraction(1, 24)
    assert chances["match"] == Fraction(1, 24)
    assert chances["spot"] == Fraction(1, 10)
    assert chances["number"] == Fraction(1, 100000)
    assert chances["simulation"] < Fraction(1, 100000)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("45000", "45000"), ("45.000", "45000"), ("45 000", "45000"), ("1.250.000", "1250000"),
        ("12,5", "12.5"), ("12.5", "12.5"), ("1.250,75", "1250.75"), ("0.500", "0.500"),
        ("-3", "-3"), ("45k", None), ("4.50.00", None), ("", None), ("1,2,3", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_written_here(typed: str, number: str | None) -> None:
    read = read_number(typed)
    assert (None if read is None else str(read)) == number


def named(asked: Item, text: str) -> str:
    assert asked.simulation is not None
    return next(part.id for part in asked.simulation.all_parts if text in (part.text, part.label))


def test_in_practice_a_wrong_field_keeps_one_on_the_screen_until_it_is_mended() -> None:
    asked = item("simulation")
    field, on = named(asked, "Số tiền"), named(asked, "Tiếp tục")
    begun = [named(asked, "Quét mã QR"), f"{field}=4500", on]
    stuck = walk(asked, begun)
    assert (stuck.screen.title, stuck.stayed) == ("Chuyển tiền", (field,))
    done = walk(asked, [*begun, f"{field}=45.000", on, named(asked, "Xác nhận")])
    assert done.done


def test_in_a_test_a_wrong_field_leads_on_and_costs_the_point_at_the_end() -> None:
    asked = item("simulation", "certifying")
    field, on = named(asked, "Số tiền"), named(asked, "Tiếp tục")
    log = [named(asked, "Quét mã QR"), f"{field}=4500", on, named(asked, "Xác nhận")]
    ended = walk(asked, log)
    assert (ended.ended, ended.done) == ("goal", False)


def test_too_many_taps_and_traps_end_the_work() -> None:
    asked = item("simulation")
    trap = walk(asked, [named(asked, "Mở tin nhắn trúng thưởng"), named(asked, "Quét mã QR")])
    assert (trap.ended, trap.done) == ("trap", False)
    round_and_round = [named(asked, "Quét mã QR"), named(asked, "Quay lại")] * 10
    assert walk(asked, round_and_round).ended == "lost"
    assert not walk(asked, [named(asked, "Xác nhận")]).possible


@pytest.mark.parametrize("bank", ["certifying", "measuring"])
def test_what_a_tablet_sees_of_a_secret_question_tells_no_key(bank: str) -> None:
    for kind in KIND_NAMES:
        told = repr(public_item(item(kind, bank)))
        for word in ("right':", "danger", "expects", "needs", "otherwise", "trap", "goal", "45000"):
            assert word not in told
    screens = public_item(item("simulation", bank))["simulation"]["screens"]  # type: ignore[index]  # JSON.
    ends = [screen for screen in screens if screen["end"]]
    assert len(ends) == 2
    assert {(e["title"], str(e["parts"]), e["end"]) for e in ends} == {("", "[]", "done")}


def test_the_steps_of_an_order_do_not_stand_in_their_order() -> None:
    told = public_item(item("order", "certifying"))
    asked = item("order", "certifying")
    assert {step["id"] for step in told["steps"]} == {step.id for step in asked.sequence}  # type: ignore[attr-defined, index]  # JSON.
    assert told == public_item(replace(asked, sequence=asked.sequence[::-1]))


CHANGES = [
    ("Nhập số tiền, Xem tên người nhận, Xác nhận]", "Hai]", "từ 3 đến 7 bước"),
    ("decoys: [Máy tính bỏ túi]", "decoys: [VNeID]", "trùng với vế phải"),
    ("at: [6, 1, 5, 3]", "at: [3, 1, 5, 3]", "chồng lên"),
    ("at: [6, 1, 5, 3]", "at: [6, 9, 5, 3]", "ra ngoài hình"),
    ("at: [6, 1, 5, 3]", "at: [6, 1, 5, 2]", "nhỏ quá"),
    ('value: "45000"', "value: 45.000.000", "viết trơn"),
    ("start: trang-chu", "start: khong-co", "start"),
    ("to: xem-lai, needs", "to: dau-do, needs", "màn hình không có"),
    ("end: goal", "end: trap", "end: goal"),
    ("needs: [so-tien]", "needs: [khac]", "ô không có"),
    ('expects: ["45000"], number', "number", "expects"),
    ("kind: order", "kind: single", "không dùng trường"),
    ("{right: Xác nhận giao dịch}", "{wrong: Xác nhận giao dịch}", "Thiếu đáp án đúng"),
    ("{wrong: Nạp tiền}", "{right: Nạp tiền}", "hai đáp án đúng"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), CHANGES)
def test_a_faulty_question_is_refused_with_file_and_line(old: str, new: str, said: str) -> None:
    files, path = every_kind_files(), "items/certifying-1.yaml"
    text = files[path].decode()
    assert text.count(old) == 1
    files[path] = text.replace(old, new).encode()
    with pytest.raises(ContentError) as refused:
        load_files(files)
    found = [problem for problem in refused.value.problems if said in problem.message]
    assert found, refused.value.problems
    assert found[0].file == path
    assert found[0].line > 1


def test_a_circle_without_an_exit_is_refused_at_its_own_line() -> None:
    files, path = every_kind_files(), "items/practice-1.yaml"
    circle = (
        "        - id: vong\n          title: Vòng\n"
        "          parts: [{button: {id: q1, text: Mãi, to: vong-2}}]\n"
        "        - id: vong-2\n          title: Vòng hai\n"
        "          parts: [{button: {id: q2, text: Mãi, to: vong}}]\n"
    )
    text = files[path].decode().replace("to: mat-tien", "to: vong")
    text = text.replace("        - id: mat-tien", circle + "        - id: mat-tien")
    files[path] = text.encode()
    with pytest.raises(ContentError) as refused:
        load_files(files)
    lines = [text.splitlines()[problem.line - 1].strip() for problem in refused.value.problems]
    assert lines == ["- id: vong", "- id: vong-2", "- id: mat-tien"]
