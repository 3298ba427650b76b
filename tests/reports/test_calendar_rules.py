"""The calendar of duties: order, delays, days of the commune's own, never an invented date. Pure."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from icalendar import Calendar

from lms.reports.calendar_ics import calendar_bytes, etag_of
from lms.reports.calendar_rules import Board, Duty, Phase, Step, board
from lms.reports.unit_link_actions import default_until
from lms.reports.unit_link_rows import OwnRow

pytestmark = pytest.mark.pure
TODAY = date(2026, 11, 22)
COMMUNE = UUID(int=7)


def duty(last: date | None = date(2026, 12, 10), **changes: object) -> Duty:
    plain = Duty(
        plan="dien-sanh", plan_title="Kế hoạch", report="quy", title="Báo cáo quý IV/2026",
        starts=date(2026, 10, 1), ends=date(2026, 12, 31), last_day=last,
        as_of=None if last is None else date(2026, 12, 9), own_day=None, sender=(),
        receiver=("Phòng Văn hóa-Xã hội",), since=date(2025, 9, 1),
        changed=datetime(2026, 1, 2, tzinfo=UTC),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]  # The names are those of Duty.


def names(found: Board) -> dict[str, list[str]]:
    return {part: [d.report for d in getattr(found, part)] for part in ("late", "coming", "past")}


@pytest.mark.parametrize(
    ("one", "part"),
    [
        (duty(), "coming"),
        (duty(last=TODAY), "coming"),
        (duty(last=date(2026, 11, 21)), "late"),
        (duty(last=date(2026, 11, 21), step=Step.CLOSED), "past"),
        (duty(last=date(2026, 11, 21), step=Step.PROPOSED), "late"),
        (duty(last=date(2026, 11, 21), since=date(2026, 11, 22)), "past"),
        (duty(last=date(2026, 7, 1)), "past"),
        (duty(last=None), "coming"),
        (duty(last=None, ends=date(2026, 9, 30)), "past"),
        (duty(last=None, own_day=date(2026, 11, 20)), "late"),
        (duty(last=None, ends=date(2026, 9, 30), own_day=date(2026, 11, 30)), "coming"),
        (duty(last=date(2027, 11, 22)), "coming"),
        (duty(last=date(2027, 11, 23)), "nowhere yet"),
    ],
)
def test_a_duty_is_late_coming_or_past(one: Duty, part: str) -> None:
    found = names(board([one], TODAY))
    assert [name for name, rows in found.items() if rows] == ([part] if part in found else [])


def test_duties_stand_in_the_order_of_their_days_and_those_without_a_day_behind() -> None:
    rows = [
        duty(last=None, report="khong-ngay"), duty(last=date(2026, 12, 31), report="co-ngay"),
        duty(report="som"), duty(last=date(2027, 3, 10), report="xa", starts=date(2027, 1, 1)),
    ]  # fmt: skip
    found = board(rows, TODAY)
    assert names(found)["coming"] == ["som", "co-ngay", "khong-ngay", "xa"]
    assert found.next is rows[2]


@pytest.mark.parametrize(
    ("today", "phase"),
    [
        (date(2026, 9, 30), Phase.LATER), (date(2026, 10, 1), Phase.RUNNING),
        (date(2026, 12, 8), Phase.RUNNING), (date(2026, 12, 9), Phase.NOW), (date(2026, 12, 10), Phase.NOW),
        (date(2026, 12, 11), Phase.PAST),
    ],
)  # fmt: skip
def test_closing_may_begin_on_the_cut_off_day(today: date, phase: Phase) -> None:
    assert duty().phase(today) is phase


def events(*rows: Duty) -> list[object]:
    return Calendar.from_ical(
        calendar_bytes(rows, COMMUNE, "xã Mẫu", "https://x.vn/bao-cao")
    ).events


def test_a_day_is_an_all_day_event_whose_name_stays_the_same_whatever_becomes_of_the_duty() -> None:
    (first,) = events(duty())
    (closed,) = events(duty(step=Step.CLOSED, changed=datetime(2026, 12, 9, tzinfo=UTC)))
    assert first["dtstart"].dt == date(2026, 12, 10)
    assert first["dtstart"].params["VALUE"] == "DATE"
    assert str(first["summary"]) == "Hạn: Báo cáo quý IV/2026"
    assert str(closed["summary"]) == "Đã chốt: Báo cáo quý IV/2026"
    assert first["uid"] == closed["uid"]
    assert (len(first.walk("VALARM")), len(closed.walk("VALARM"))) == (3, 0)


def test_no_date_is_made_up_and_the_communes_own_is_said_to_be_its_own() -> None:
    assert events(duty(last=None)) == []
    (own,) = events(duty(last=None, own_day=date(2026, 12, 20)))
    assert own["dtstart"].dt == date(2026, 12, 20)
    assert "do xã tự đặt" in str(own["description"])


def test_lines_are_folded_at_75_bytes_and_never_within_a_letter() -> None:
    long = (
        "Báo cáo kết quả thực hiện phong trào Bình dân học vụ số của Ủy ban nhân dân phường; " * 3
    )
    content = calendar_bytes([duty(title=long)], COMMUNE, "xã Mẫu", "")
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() is not None for line in lines)
    (event,) = Calendar.from_ical(content).events
    assert str(event["summary"]) == f"Hạn: {long}"


def test_the_same_duties_are_the_same_bytes() -> None:
    made = {etag_of(calendar_bytes([duty()], COMMUNE, "xã Mẫu", "")) for _ in range(2)}
    other = etag_of(calendar_bytes([duty(last=date(2026, 12, 11))], COMMUNE, "xã Mẫu", ""))
    assert len(made) == 1
    assert other not in made


@pytest.mark.parametrize(
    ("one", "until"),
    [
        (None, date(2026, 12, 22)), (duty(last=None), date(2026, 12, 22)),
        (duty(), date(2026, 12, 24)), (duty(last=date(2026, 11, 1)), date(2026, 11, 29)),
    ],
)  # fmt: skip
def test_a_link_ends_some_days_after_the_last_day(one: Duty | None, until: date) -> None:
    assert default_until(one, TODAY) == until


@pytest.mark.parametrize(
    ("numerator", "population", "through_link", "exact"),
    [
        (418, 672, "62,2% (418 trên 672)", "62,2% (418 trên 672)"),
        (9, 672, "dưới 10 trên 672", "1,3% (9 trên 672)"),
        (3, 4, "dưới 10 trong số dưới 10", "75,0% (3 trên 4)"),
        (0, 40, "0% (0 trên 40)", "0% (0 trên 40)"),
        (668, 672, "chưa đạt: dưới 10 trên 672", "99,4% (668 trên 672)"),
        (672, 672, "100% (672 trên 672)", "100% (672 trên 672)"),
        (2, None, "dưới 10", "2"),
        (5, 3, "dưới 10 trên dưới 10, cần kiểm tra lại", "5 trên 3, cần kiểm tra lại"),
        (0, 0, "chưa có ai trong danh sách", "chưa có ai trong danh sách"),
    ],
)
def test_small_counts_are_not_shown_to_whoever_holds_a_link(
    numerator: int, population: int | None, through_link: str, exact: str
) -> None:
    row = OwnRow("Kế hoạch", "1", "Chỉ tiêu", "người dân", "100%", numerator, population)
    assert row.text(exact=False) == through_link
    assert row.text(exact=True) == exact
