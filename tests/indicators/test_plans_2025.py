"""The shipped plans of Diên Sanh and Hùng Châu say what the plans say.

The tables are written out by hand from our reading of the plans, never from the files.
"""

from datetime import date

import pytest

from lms.indicators.rules.deadlines import DueKind, Period
from lms.indicators.rules.vocabulary import (
    Subject,
)
from tests.indicators.plan_tables import (
    FROM_PRIMARY,
    MARKET,
    SECONDARY_AND_TERTIARY,
    ask,
    by_code,
    shipped,
    table,
)

pytestmark = pytest.mark.pure


# --- Diên Sanh ------------------------------------------------------------------------------------


def test_dien_sanh_sets_no_share_for_the_four_groups() -> None:
    plan = shipped("dien-sanh")
    assert table(plan, 2025) == {
        "can-bo": ("public_sector", "attained", "none", ""),
        "hoc-sinh": ("students", "attained", "none", ""),
        "nguoi-dan": ("adults", "attained", "none", ""),
        "nguoi-lao-dong": ("workers", "attained", "none", ""),
        "2.2": ("students", "attained", "none", ""),
        "3.1": ("any_of[public_sector,digital_team,residents]", "count class-held", "none", ""),
        "3.2": ("workers", "count worker-class-held", "none", ""),
        "4.1": ("digital_teams", "trained", "none", ""),
        "4.3": ("ambassadors", "count posted-ambassador", ">= 1 things", ""),
        "4.4": ("households", "has_at_least(1) attained_members", ">= 100 each", "basic"),
        "4.5": (MARKET, "attained", "none", ""),
        "3.6": ("citizens_16", "declared digital-identity", ">= 100", ""),
    }


def test_dien_sanh_units_places_and_starts() -> None:
    plan = shipped("dien-sanh")
    assert [(i.no, i.where, i.roles.lead, i.starts) for i in plan.indicators] == [
        ("–", "–", (), None),
        ("–", "–", (), None),
        ("–", "–", (), None),
        ("–", "–", (), None),
        ("2.2", "III.2.2", ("các đơn vị trường học",), None),
        ("3.1", "III.3.1", ("Phòng Văn hóa-Xã hội",), None),
        ("3.2", "III.3.2", ("Phòng Kinh tế",), date(2025, 10, 1)),
        ("4.1", "III.4.1", ("Ban Chỉ đạo",), None),
        ("4.3", "III.4.3", ("Phòng Văn hoá-Xã hội",), date(2025, 9, 1)),
        ("4.4", "III.4.4", ("Phòng Văn hoá-Xã hội",), date(2025, 9, 1)),
        ("4.5", "III.4.5", ("Phòng Kinh tế",), date(2025, 9, 1)),
        ("3.6", "III “3.6”", ("Công an xã",), date(2025, 9, 1)),
    ]
    assert [len(i.roles.coordinates) for i in plan.indicators] == [
        0, 0, 0, 0, 1, 5, 2, 3, 2, 4, 2, 2,
    ]  # fmt: skip


def test_dien_sanh_counts_those_posted_at_the_one_stop_centre() -> None:
    counted = by_code(shipped("dien-sanh"), "4.3").years[2025].counted
    assert (counted.subject, counted.measure.posted_at) == (Subject.THING, "trung_tam_hcc")
    assert by_code(shipped("dien-sanh"), "4.5").years[2025].counted.programmes == (
        "tieu-thuong-4t",
    )


def test_dien_sanh_keeps_its_targets_after_2025_and_reports_on_the_tenth() -> None:
    plan = shipped("dien-sanh")
    rule = by_code(plan, "4.4").rule_for(2027, open_ended=plan.open_ended)
    assert ask(rule.target) == ">= 100 each"
    (report,) = plan.reports
    assert (report.where, report.period, report.due.day) == ("V.4", Period.QUARTER, 10)
    assert report.receiver == ("Phòng Văn hóa-Xã hội",)


# --- Hùng Châu ------------------------------------------------------------------------------------


def test_hung_chau_both_years() -> None:
    plan = shipped("hung-chau")
    assert table(plan, 2025) == {
        "a": ("public_sector", "attained", ">= 80", "basic"),
        "b": (SECONDARY_AND_TERTIARY, "attained", ">= 80", ""),
        "c": ("adults", "attained", ">= 80", "basic"),
        "d": ("adults", "confirmed", "phấn đấu >= 40", ""),
        "dd": ("workers", "attained", ">= 80", "basic"),
    }
    assert table(plan, 2026) == {
        "a": ("public_sector", "attained", ">= 100", "proficient"),
        "b": (FROM_PRIMARY, "attained", ">= 100", ""),
        "c": ("adults", "attained", ">= 100", "proficient"),
        "d": ("adults", "confirmed", "phấn đấu > 60", ""),
        "dd": ("workers", "attained", ">= 100", "proficient"),
    }


def test_hung_chau_names_no_lead_no_day_and_keeps_its_numbering() -> None:
    plan = shipped("hung-chau")
    assert [(i.no, i.where) for i in plan.indicators] == [
        ("a", "III.1a, III.2a"),
        ("b", "III.1b, III.2b"),
        ("c", "III.1c, III.2c"),
        ("d", "III.1d, III.2d"),
        ("đ", "III.1đ, III.2đ"),
    ]
    assert {i.roles.lead for i in plan.indicators} == {()}
    assert [r.due.kind for r in plan.reports] == [DueKind.NOT_SET]
    assert any("danh mục nhiệm vụ kèm theo" in note for note in plan.notes)
