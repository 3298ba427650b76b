"""The shipped plans of Sông Công and Việt Trì say what the plans say.

The tables are written out by hand from our reading of the plans, never from the files.
"""

from datetime import date

import pytest

from lms.indicators.rules.deadlines import DueKind, Period
from lms.indicators.rules.vocabulary import (
    Subject,
    Window,
)
from tests.indicators.plan_tables import (
    FROM_PRIMARY,
    MARKET,
    SECONDARY,
    SECONDARY_AND_TERTIARY,
    by_code,
    readings,
    shipped,
    table,
    variants,
)

pytestmark = pytest.mark.pure


# --- Sông Công ------------------------------------------------------------------------------------


def test_song_cong_2026() -> None:
    assert table(shipped("song-cong"), 2026) == {
        "1": ("public_sector", "attained", ">= 100", "proficient"),
        "2": (FROM_PRIMARY, "attained", ">= 100", ""),
        "3": ("adults", "attained", ">= 100", "proficient"),
        "4": ("adults", "confirmed", "phấn đấu > 90", ""),
        "5": ("workers", "attained", ">= 100", "proficient"),
        "6": ("digital_teams", "attained", ">= 100", "proficient"),
        "7a": ("ward_officials", "trained", ">= 100", ""),
        "7b": ("ambassadors", "trained", ">= 80", ""),
        "8": ("learners", "attained", ">= 60", ""),
        "9": ("none", "count pilot-model", ">= 1 things", ""),
    }


def test_song_cong_places_lead_and_other_readings() -> None:
    plan = shipped("song-cong")
    assert [i.where for i in plan.indicators] == [
        "III.1", "III.2", "III.3", "III.4", "III.5", "III.6", "III.7", "III.7", "III.8", "III.9",
    ]  # fmt: skip
    assert (plan.lead, plan.lead_where) == (("Ban Xây dựng Đảng",), "VI.1")
    assert readings(plan) == {
        "6": [("reading", "III.6", ())],
        "8": [("reading", "III.8", ())],
    }
    assert variants(by_code(plan, "6"), 2026)[0][0] == "digital_team"
    assert variants(by_code(plan, "8"), 2026)[0][0] == "residents"
    assert by_code(plan, "6").years[2026].counted.subject is Subject.TEAM
    assert by_code(plan, "8").years[2026].counted.programmes == ("ai-mot-cong-cu",)
    for no in ("7a", "7b"):
        assert by_code(plan, no).years[2026].counted.programmes == ("ai-hanh-chinh",)


def test_song_cong_commitments_and_deadlines() -> None:
    plan = shipped("song-cong")
    assert [c.where for c in plan.commitments] == [
        "IV.5.4c", "IV.5.4d", "IV.5.4đ", "IV.6.2", "IV.6.3", "IV.6.4", "IV.5.4a", "IV.5.4e",
        "IV.6.1", "IV.5.1a", "IV.1.2",
    ]  # fmt: skip
    assert [c.target for c in plan.commitments] == [None] * 11
    assert [(r.period, r.due.kind, r.due.day, r.due.month) for r in plan.reports] == [
        (Period.HALF_YEAR, DueKind.BEFORE, 15, 5),
        (Period.YEAR, DueKind.BEFORE, 15, 11),
    ]


# --- Việt Trì -------------------------------------------------------------------------------------


TASKS = {
    "v.1a": ("public_units", "count training-course", ">= 1 each", ""),
    "v.4a": ("residential_units", "count community-class", ">= 1 each", ""),
    "v.4c": ("elderly", "count elderly-class", "none", ""),
    "v.4d-i": ("disabled", "count disabled-class", "none", ""),
    "v.4d-ii": ("disabled", "count accessible-page", "none", ""),
    "v.4dd": ("poor", "supported digital-support", ">= 100", ""),
    "v.5": ("digital_team", "trained", ">= 100", ""),
    "vi.1-i": ("mentors", "has_at_least(5) mentees", ">= 100 each", ""),
    "vi.1-ii": ("ambassadors", "count posted-helper", ">= 1 things", ""),
    "vi.2": ("households", "has_at_least(1) attained_members", ">= 100 each", ""),
    "vi.3": (MARKET, "attained", "none", ""),
    "vi.4": ("citizens_16", "declared digital-identity", ">= 100", ""),
}


def test_viet_tri_both_years() -> None:
    plan = shipped("viet-tri")
    assert table(plan, 2025) == {
        "1-a": ("public_sector", "attained", ">= 95", "basic"),
        "2-b": (SECONDARY_AND_TERTIARY, "attained", ">= 100", ""),
        "3-c": ("adults", "attained", ">= 80", "basic"),
        "4-d": ("adults", "confirmed", ">= 50", ""),
        "5-e": ("workers", "attained", ">= 80", "basic"),
        **TASKS,
    }
    assert table(plan, 2026) == {
        "1-a": ("public_sector", "attained", ">= 100", "proficient"),
        "2-b": (FROM_PRIMARY, "attained", ">= 100", ""),
        "3-c": ("adults", "attained", ">= 100", "proficient"),
        "4-d": ("adults", "confirmed", ">= 70", ""),
        "5-e": ("workers", "attained", ">= 100", "proficient"),
        **TASKS,
    }


def test_viet_tri_windows_and_leads_of_the_tasks() -> None:
    plan = shipped("viet-tri")
    windows = {
        i.code: i.years[2026].counted.window
        for i in plan.indicators
        if i.years[2026].counted.window is not Window.EVER
    }
    assert windows == {"v.1a": Window.YEAR, "v.4a": Window.WEEK, "v.5": Window.YEAR}
    culture, areas = "Phòng Văn hóa - Xã hội", "các khu dân cư"
    centre = "Trung tâm Phục vụ hành chính công"
    leads = {i.code: i.roles.lead for i in plan.indicators if i.roles.lead}
    assert leads == {
        "v.1a": ("các đơn vị",),
        "v.4a": (culture, areas),
        "v.4c": ("Tổ công nghệ số cộng đồng và phản ứng nhanh", "Trạm y tế"),
        "v.4d-i": (culture,),
        "v.4d-ii": (culture,),
        "v.4dd": (culture, areas),
        "v.5": ("Công an phường",),
        "vi.1-i": (centre,),
        "vi.1-ii": (centre,),
        "vi.2": (culture, areas),
        "vi.3": ("Phòng Kinh tế, Hạ tầng và Đô thị", "các hợp tác xã"),
        "vi.4": ("Công an phường",),
    }


def test_viet_tri_roles_of_the_five_targets() -> None:
    plan = shipped("viet-tri")
    culture = "Phòng Văn hóa - Xã hội"
    economy = "Phòng Kinh tế, Hạ tầng và Đô thị"
    offices = "các cơ quan nhà nước trên địa bàn phường"
    found = [
        (i.no, i.where, i.roles.done_by, i.roles.guides, i.roles.coordinates)
        for i in plan.indicators[:5]
    ]
    assert found == [
        (
            "1 (a)",
            "II; Phụ lục I, STT 1",
            (offices,),
            (culture,),
            ("Công an phường", "Văn phòng UBND"),
        ),
        (
            "2 (b)",
            "II; Phụ lục I, STT 2",
            ("các trường tiểu học, THCS", "các khu dân cư"),
            (culture,),
            ("Công an phường",),
        ),
        (
            "3 (c)",
            "II; Phụ lục I, STT 3",
            ("Phòng Văn hóa - Xã hội và các khu dân cư",),
            (culture,),
            ("Công an tỉnh",),
        ),
        (
            "4 (d)",
            "II; Phụ lục I, STT 4",
            (offices,),
            ("Công an phường",),
            ("các phòng, ban, đơn vị, trường học, trạm y tế trực thuộc UBND phường",),
        ),
        (
            "5 (e)",
            "II; Phụ lục I, STT 5",
            (economy, "các khu dân cư"),
            (economy,),
            ("các đơn vị liên quan",),
        ),
    ]


def test_viet_tri_contradictions_page_and_reports() -> None:
    plan = shipped("viet-tri")
    assert readings(plan) == {
        "1-a": [("contradiction", "Phụ lục I, STT 1", (2026,))],
        "2-b": [("contradiction", "Phụ lục I, STT 2", (2025,))],
        "3-c": [("contradiction", "Phụ lục I, STT 3", (2026,))],
        "5-e": [("contradiction", "Phụ lục I, STT 5", (2026,))],
    }
    assert variants(by_code(plan, "2-b"), 2025) == [(SECONDARY, "attained", ">= 100", "")]
    assert variants(by_code(plan, "3-c"), 2026) == [("adults", "attained", ">= 100", "basic")]
    page = plan.commitments[0]
    assert (page.where, page.due) == ("Phụ lục II, I.1", date(2025, 11, 1))
    assert [(r.period, r.due.kind) for r in plan.reports] == [
        (Period.QUARTER, DueKind.NOT_SET),
        (Period.HALF_YEAR, DueKind.NOT_SET),
        (Period.YEAR, DueKind.NOT_SET),
    ]
