"""The five shipped plan files say what our reading of the plans says.

The tables are written out by hand from that reading; nothing here is taken from the files.
"""

from datetime import date

import pytest

from lms.indicators.plan_file import load_plan, shipped_plans
from lms.indicators.rules.deadlines import DueKind, Period
from lms.indicators.rules.plan import Counted, Indicator, Plan, Target, YearRule
from lms.indicators.rules.vocabulary import (
    ADULT_PROGRAMMES,
    GROUP_PROGRAMMES,
    CountedOf,
    MeasureKind,
    Subject,
    TargetUnit,
    Window,
)

pytestmark = pytest.mark.pure

SECONDARY = "students(lower_secondary,upper_secondary)"
FROM_PRIMARY = "students(primary,lower_secondary,upper_secondary)"
SECONDARY_AND_TERTIARY = "students(lower_secondary,upper_secondary,tertiary)"
MARKET = "any_of[traders,farmers,residents]"


def shipped(code: str) -> Plan:
    return load_plan(shipped_plans()[code], f"{code}.yaml")


def ask(target: Target | None) -> str:
    """A target as the tables write it."""
    if target is None:
        return "none"
    word = f"{target.word} " if target.word else ""
    unit = {TargetUnit.PERCENT: "", TargetUnit.COUNT: " things", TargetUnit.EACH: " each"}
    return f"{word}{target.operator} {target.value}{unit[target.unit]}"


def how(counted: Counted) -> str:
    """A measure as the tables write it."""
    measure = counted.measure
    if measure.kind is MeasureKind.HAS_AT_LEAST:
        return f"has_at_least({measure.k}) {measure.of}"
    what = f" {measure.what}" if measure.what else ""
    return f"{measure.kind}{what}"


def line(rule: YearRule) -> tuple[str, str, str, str]:
    """Population, measure, target and level of one year."""
    counted = rule.counted
    return counted.population.key, how(counted), ask(rule.target), str(counted.level or "")


def table(plan: Plan, year: int) -> dict[str, tuple[str, str, str, str]]:
    return {item.code: line(item.years[year]) for item in plan.indicators}


def by_code(plan: Plan, code: str) -> Indicator:
    return next(item for item in plan.indicators if item.code == code)


def readings(plan: Plan) -> dict[str, list[tuple[str, str, tuple[int, ...]]]]:
    """Kind, place and years of every other reading, by indicator."""
    return {
        item.code: [(r.kind, r.where, r.years) for r in item.readings]
        for item in plan.indicators
        if item.readings
    }


def test_the_five_plans_ship_with_the_package() -> None:
    assert list(shipped_plans()) == [
        "dien-sanh",
        "hung-chau",
        "song-cong",
        "thuan-an",
        "viet-tri",
    ]
    for code in shipped_plans():
        assert shipped(code).code == code


@pytest.mark.parametrize(
    ("code", "place", "letterhead", "years"),
    [
        ("thuan-an", ("xã", "Thuận An", "Hà Nội"), "ubnd", (2025, 2026)),
        ("dien-sanh", ("xã", "Diên Sanh", "Quảng Trị"), "ubnd", (2025,)),
        ("song-cong", ("phường", "Sông Công", "Thái Nguyên"), "dang", (2026,)),
        ("hung-chau", ("xã", "Hùng Châu", "Nghệ An"), "ubnd", (2025, 2026)),
        ("viet-tri", ("phường", "Việt Trì", "Phú Thọ"), "ubnd", (2025, 2026)),
    ],
)
def test_place_letterhead_and_years(
    code: str, place: tuple[str, str, str], letterhead: str, years: tuple[int, ...]
) -> None:
    plan = shipped(code)
    assert (plan.place.kind, plan.place.name, plan.place.province) == place
    assert plan.letterhead == letterhead
    assert plan.years == years
    assert plan.open_ended is (code == "dien-sanh")


# --- Thuận An -------------------------------------------------------------------------------------


def test_thuan_an_2025() -> None:
    assert table(shipped("thuan-an"), 2025) == {
        "1": ("public_sector", "attained", "> 95", "basic"),
        "2": (SECONDARY, "attained", ">= 100", ""),
        "3": ("adults", "attained", "> 85", "basic"),
        "4": ("adults", "declared smartphone", "phấn đấu >= 85", ""),
        "5": ("urban_adults", "declared payment-account", "> 50", ""),
        "6": ("workers", "attained", ">= 80", "basic"),
    }


def test_thuan_an_2026() -> None:
    assert table(shipped("thuan-an"), 2026) == {
        "1": ("public_sector", "attained", ">= 100", "proficient"),
        "2": (FROM_PRIMARY, "attained", ">= 100", ""),
        "3": ("adults", "attained", ">= 100", "proficient"),
        "4": ("adults", "declared smartphone", "phấn đấu > 85", ""),
        "5": ("urban_adults", "declared payment-account", ">= 50", ""),
        "6": ("workers", "attained", ">= 100", "proficient"),
    }


def test_thuan_an_units_and_places() -> None:
    plan = shipped("thuan-an")
    culture = "Phòng Văn hóa - Xã hội"
    assert [(i.no, i.roles.lead, i.roles.coordinates, i.where) for i in plan.indicators] == [
        ("1", (culture,), ("các phòng, ban thuộc xã",), "II.1, II.2; Phụ lục, STT 1"),
        (
            "2",
            ("các trường THCS trên địa bàn xã",),
            (culture,),
            "II.1, II.2; Phụ lục, STT 2; V.7",
        ),
        (
            "3",
            (culture,),
            ("Tổ chuyển đổi số các thôn, tổ dân phố",),
            "II.1, II.2; Phụ lục, STT 3",
        ),
        ("4", (culture,), ("các thôn, tổ dân phố",), "II.1, II.2; Phụ lục, STT 4"),
        ("5", (culture,), ("Công an xã", "các thôn, tổ dân phố"), "II.1; Phụ lục, STT 5"),
        ("6", ("Phòng Kinh tế",), ("các doanh nghiệp, hợp tác xã",), "II.1, II.2; Phụ lục, STT 6"),
    ]


def test_thuan_an_contradictions_are_all_kept() -> None:
    plan = shipped("thuan-an")
    both: tuple[int, ...] = ()
    assert readings(plan) == {
        "1": [
            ("contradiction", "Phụ lục, STT 1", (2025,)),
            ("contradiction", "Phụ lục, STT 1", (2026,)),
        ],
        "2": [("contradiction", "Phụ lục, STT 2", (2026,)), ("contradiction", "V.7", both)],
        "3": [("contradiction", "Phụ lục, STT 3", (2026,))],
        "5": [("contradiction", "Phụ lục, STT 5", (2025,)), ("contradiction", "II.2", (2026,))],
        "6": [
            ("contradiction", "Phụ lục, STT 6", both),
            ("contradiction", "Phụ lục, STT 6", (2026,)),
        ],
    }


def variants(indicator: Indicator, year: int) -> list[tuple[str, str, str, str]]:
    """The lines that the computable readings give in one year."""
    rule = indicator.years[year]
    return [
        line(r.variant.apply(rule))
        for r in indicator.readings
        if r.variant is not None and r.computable_in(year)
    ]


def test_thuan_an_contradictions_can_be_computed() -> None:
    plan = shipped("thuan-an")
    officials = "public_sector"
    assert variants(by_code(plan, "1"), 2025) == [(officials, "attained", ">= 95", "basic")]
    assert variants(by_code(plan, "1"), 2026) == [(officials, "attained", ">= 100", "basic")]
    assert variants(by_code(plan, "2"), 2025) == [(FROM_PRIMARY, "attained", ">= 100", "")]
    assert variants(by_code(plan, "2"), 2026) == [
        (SECONDARY, "attained", ">= 100", ""),
        (FROM_PRIMARY, "attained", ">= 100", ""),
    ]
    account = ("urban_adults", "declared payment-account")
    assert variants(by_code(plan, "5"), 2025) == [(*account, ">= 50", "")]
    assert variants(by_code(plan, "5"), 2026) == [(*account, "none", "")]
    assert variants(by_code(plan, "6"), 2026) == [("workers", "attained", ">= 100", "basic")]
    assert variants(by_code(plan, "6"), 2025) == []


def test_thuan_an_commitments_and_reports() -> None:
    plan = shipped("thuan-an")
    assert [(c.where, c.roles.lead) for c in plan.commitments] == [
        ("III.5; V.1", ("Phòng Văn hóa - Xã hội",)),
        ("III.5; V.3", ("Phòng Kinh tế",)),
        ("III.3.2", ()),
        ("III.1", ()),
    ]
    family = plan.commitments[0]
    assert family.counted is not None
    assert family.counted.measure.of is CountedOf.ATTAINED_MEMBERS
    (report,) = plan.reports
    assert (report.where, report.due.kind) == ("V.7", DueKind.NOT_SET)


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


# --- what they share ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", list(shipped_plans()))
def test_the_digital_learning_day_is_in_every_plan(code: str) -> None:
    assert [c.yearly_on for c in shipped(code).commitments if c.yearly_on] == ["10/10"]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("thuan-an", False),
        ("dien-sanh", False),
        ("song-cong", True),
        ("hung-chau", True),
        ("viet-tri", True),
    ],
)
def test_three_plans_want_change_to_be_measured(code: str, wanted: bool) -> None:
    said = any("sự thay đổi căn bản về năng lực số" in note for note in shipped(code).notes)
    assert said is wanted


@pytest.mark.parametrize("code", list(shipped_plans()))
def test_no_outside_fact_counts_in_a_shipped_plan_unless_it_is_a_confirmation(code: str) -> None:
    for item in shipped(code).indicators:
        for rule in item.years.values():
            proofs = rule.counted.counted_proofs
            confirmed = rule.counted.measure.kind is MeasureKind.CONFIRMED
            assert ("vneid_confirmed" in proofs) is confirmed
            assert "self_declared" not in proofs


def test_programmes_by_group() -> None:
    plan = shipped("thuan-an")
    named = {i.code: i.years[2026].counted.counted_programmes for i in plan.indicators}
    assert named["1"] == ("can-bo",)
    assert named["2"] == ("hoc-sinh",)
    assert named["3"] == ADULT_PROGRAMMES
    assert named["6"] == ("nguoi-lao-dong",)
    family = plan.commitments[0].counted
    assert family is not None
    assert family.counted_programmes == GROUP_PROGRAMMES
