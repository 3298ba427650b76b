"""What the columns and cells of a list from outside say, and what becomes of each row. Pure tables."""

from datetime import date
from uuid import UUID

import pytest

from lms.indicators import outside_columns as columns
from lms.indicators.outside_columns import Usual
from lms.indicators.outside_fates import (
    Decisions,
    Match,
    Standing,
    counted,
    seal_of,
    settled,
    to_write,
)
from lms.people.rules.headings import Columns
from lms.people.rules.identity import Cell, Problem
from lms.people.rules.register import Alike
from lms.people.rules.roster import Entry

pytestmark = pytest.mark.pure
TODAY = date(2026, 11, 22)
DAY = date(2026, 3, 12)
LAN, HUNG = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Ngày xác nhận trên VNeID", "on"),
        ("NGÀY HOÀN THÀNH", "on"),
        ("Thoi gian xac nhan", "on"),
        ("Ngày", "on"),
        ("Ngày sinh", None),
        ("Ngày tháng năm sinh", None),
        ("Tên khóa học", "programme"),
        ("Mức độ đạt", "level"),
        ("Kết quả", "result"),
        ("Trạng thái", "result"),
        ("Ghi chú", None),
        ("", None),
    ],
)
def test_a_heading_says_what_such_a_list_adds(heading: str, field: str | None) -> None:
    assert columns.own_meaning(heading) == field


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        ("", "passed"), ("Đạt", "passed"), ("ĐẠT", "passed"), ("x", "passed"), (1, "passed"),
        ("Đã hoàn thành", "passed"), ("Giỏi", "passed"), ("Đã xác nhận", "passed"), ("Đ", "passed"),
        ("Không đạt", "failed"), ("Chưa hoàn thành", "failed"), ("chưa xác nhận", "failed"),
        ("Trượt", "failed"), ("K", "failed"), ("8,5 điểm", "unclear"), (7.5, "unclear"),
        ("đang học", "unclear"),
    ],
)  # fmt: skip
def test_nobody_counts_whom_the_list_calls_failed_or_does_not_call_clearly(
    cell: Cell, verdict: str
) -> None:
    read = columns.result_of(cell)
    shown = "unclear" if isinstance(read, Problem) else "failed" if read else "passed"
    assert shown == verdict


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("Cơ bản", "basic"), ("sử dụng được", "basic"), ("Sử dụng tốt", "proficient"),
        ("NÂNG CAO", "proficient"), ("proficient", "proficient"), ("", None), ("lớp 5", "level_unknown"),
    ],
)  # fmt: skip
def test_a_level_is_read_as_people_write_it(cell: Cell, level: str | None) -> None:
    read = columns.level_of(cell)
    assert (read.code if isinstance(read, Problem) else read) == level


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("12/03/2026", DAY), ("2026-03-12", DAY), ("08:15 12/03/2026", DAY), ("12/03/2026 08:15:07", DAY),
        (DAY, DAY), ("", date(2026, 10, 1)), ("23/11/2026", "on_future"), ("31/12/1999", "on_old"),
        ("2024", "day_needed"), ("hôm qua", "day_unreadable"),
    ],
)  # fmt: skip
def test_the_day_of_a_row_counts_before_that_of_the_list(cell: Cell, said: object) -> None:
    row = columns.said(
        [cell], {"on": 0}, Usual(date(2026, 10, 1)), "vneid_confirmed", TODAY, {}
    )  # fmt: skip
    assert (row.faults[0][1].code if row.faults else row.on) == said


@pytest.mark.parametrize(
    ("kind", "cell", "usual", "said"),
    [
        ("vneid_confirmed", "Người dân", None, None),
        ("external_certificate", "Người dân", None, "nguoi-dan"),
        ("external_certificate", "nguoi-dan", None, "nguoi-dan"),
        ("external_certificate", "", "can-bo", "can-bo"),
        ("external_certificate", "", None, "programme_missing"),
        ("prior_record", "Lớp làm bánh", "can-bo", "programme_unknown"),
    ],
)
def test_only_a_confirmation_may_name_no_programme(
    kind: str, cell: str, usual: str | None, said: str | None
) -> None:
    names = columns.programme_names({"nguoi-dan": "Người dân"})
    row = columns.said([cell], {"programme": 0}, Usual(DAY, usual), kind, TODAY, names)
    assert (row.faults[0][1].code if row.faults else row.programme) == said


def test_when_a_card_was_issued_is_no_day_of_a_result() -> None:
    labels = {0: "Họ và tên", 1: "Số CCCD", 2: "Ngày cấp", 3: "Lớp", 4: "Ngày cấp"}
    heads = Columns(1, 2, {"name": 0, "citizen_id": 1, "level": 3}, (0,), labels)
    assert "on" not in columns.found(heads, "vneid_confirmed")
    assert columns.found(heads, "external_certificate")["on"] == 4
    assert columns.found(heads, "vneid_confirmed") == {"name": 0, "citizen_id": 1}


def test_columns_that_an_officer_names_replace_those_of_the_headings() -> None:
    heads = Columns(1, 2, {}, (), {0: "Công dân", 1: "NS"})
    assert not columns.has_names(columns.told(heads, columns.found(heads, "vneid_confirmed")))
    told = columns.told(heads, {"name": 0, "birth_year": 1, "on": 2})
    assert columns.has_names(told)
    assert (told.names, dict(told.at)) == ((0,), {"name": 0, "birth_year": 1})


# --- what becomes of the rows -------------------------------------------------------------------


def match(row: int, person: UUID | None = None, doubt: UUID | None = None, on: date = DAY,
          name: str = "Lan") -> Match:  # fmt: skip
    alike = (Alike(doubt, name, 1958, ("name_same",)),) if doubt else ()
    return Match(0, row, name, Entry(row, name), on, None, None, person, alike)


def fates(
    matches: list[Match], decisions: Decisions | None = None, standing: Standing = frozenset()
) -> list[str]:
    return [row.fate for row in settled(matches, decisions or {}, standing)]


def test_every_row_has_one_fate_and_the_counts_add_up() -> None:
    rows = [
        match(2, LAN), match(3, LAN), match(4, doubt=HUNG), match(5, name="Ai"), match(6, name="Ai"),
        match(7, LAN, on=date(2026, 4, 1)), Match(0, 8, "Lỗi", state="error"),
    ]  # fmt: skip
    done = settled(rows, {}, frozenset())
    assert [row.fate for row in done] == [
        "sure", "repeated", "doubtful", "unknown", "repeated", "sure", "error",
    ]  # fmt: skip
    assert (done[1].like_row, done[5].like_row) == (2, 2)
    assert sum(counted(done).values()) == len(rows)
    assert to_write(done) == [(LAN, DAY, None, None), (LAN, date(2026, 4, 1), None, None)]


def test_a_decision_makes_a_row_sure_unknown_or_the_same_as_another() -> None:
    rows = [match(2, LAN), match(3, doubt=HUNG)]
    assert fates(rows, {(0, 3): HUNG}) == ["sure", "sure"]
    assert fates(rows, {(0, 3): None}) == ["sure", "unknown"]
    assert fates(rows, {(0, 3): LAN}) == ["sure", "repeated"]
    assert fates(rows, {(0, 2): HUNG}) == ["sure", "doubtful"]


def test_what_stands_of_the_list_is_not_written_again() -> None:
    assert fates([match(2, LAN), match(3, HUNG)], {}, frozenset({(LAN, DAY, None, None)})) == [
        "known", "sure",
    ]  # fmt: skip


def test_two_records_of_one_person_are_one_row() -> None:
    rows = settled([match(2, LAN), match(3, HUNG)], {}, frozenset(), lambda key: LAN)
    assert [row.fate for row in rows] == ["sure", "repeated"]


def test_the_seal_of_the_fates_changes_with_any_of_them() -> None:
    rows = [match(2, LAN), match(3, doubt=HUNG)]
    plain = seal_of(settled(rows, {}, frozenset()))
    assert plain == seal_of(settled(rows, {}, frozenset()))
    assert plain != seal_of(settled(rows, {(0, 3): HUNG}, frozenset()))
