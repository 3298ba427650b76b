"""What all five shipped plans have, and the plan of Thuận An.

The tables are written out by hand from our reading of the plans, never from the files.
"""

import pytest

from lms.indicators.plan_file import shipped_plans
from lms.indicators.rules.deadlines import DueKind
from lms.indicators.rules.vocabulary import (
    ADULT_PROGRAMMES,
    GROUP_PROGRAMMES,
    CountedOf,
    MeasureKind,
)
from tests.indicators.plan_tables import (
    FROM_PRIMARY,
    SECONDARY,
    by_code,
    readings,
    shipped,
    table,
    variants,
)

pytestmark = pytest.mark.pure


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
