"""How figures are said in Vietnamese."""

from datetime import date
from decimal import Decimal

import pytest

from lms.indicators.rules.facts import Settings
from lms.indicators.rules.figure import State
from lms.indicators.rules.plan import Population, Target
from lms.indicators.rules.vocabulary import (
    LADDER,
    OUTSIDE_FACTS,
    POPULATIONS,
    Operator,
    TargetUnit,
)
from lms.indicators.wording import (
    missing_text,
    needed_text,
    population_name,
    population_text,
    proof_name,
    state_text,
    target_text,
)
from tests.indicators.village import Village, at_least, counted, more_than, population

pytestmark = pytest.mark.pure


def test_the_three_silences_have_their_own_words() -> None:
    assert state_text(State.NO_DATA) == "chưa có số liệu"
    assert state_text(State.NO_DENOMINATOR) == "thiếu mẫu số"
    assert state_text(State.NO_TARGET) == "kế hoạch không quy định"


def test_targets_are_said_as_plans_write_them() -> None:
    striving = Target(Operator.MORE_THAN, Decimal("85.5"), TargetUnit.PERCENT, "phấn đấu")
    assert target_text(striving) == "phấn đấu trên 85,5%"
    assert target_text(at_least(95)) == "95%"
    assert target_text(more_than(95)) == "trên 95%"
    assert target_text(at_least(1, TargetUnit.COUNT)) == "tối thiểu 1"
    assert target_text(at_least(100, TargetUnit.EACH)) == "tất cả"
    assert target_text(None) == "kế hoạch không quy định"


def test_those_missing_and_those_needed_have_two_sentences() -> None:
    assert missing_text(1312) == "còn 1.312 chưa đạt"
    assert needed_text(41) == "cần thêm 41 để đạt chỉ tiêu"
    assert missing_text(None) == needed_text(None) == "–"


def test_every_population_and_rung_has_a_name() -> None:
    assert all(population_name(Population(code)) for code in POPULATIONS)
    assert all(proof_name(code) for code in (*LADDER, *OUTSIDE_FACTS))
    union = Population("any_of", any_of=(population("traders"), population("farmers")))
    assert population_name(union) == "tiểu thương hoặc nông dân"
    levels = population("students", "primary", "lower_secondary")
    assert population_name(levels) == "học sinh, sinh viên (tiểu học, THCS)"
    names = {"digital_team": "Tổ chuyển đổi số cộng đồng"}
    assert population_name(population("digital_team"), names) == (
        "thành viên Tổ chuyển đổi số cộng đồng"
    )


def test_how_a_population_is_known_is_said_in_one_line() -> None:
    village = Village().person("an", 1990).person("binh", 2008).person("chi", None)
    rule, day = counted("adults"), date(2026, 6, 1)
    assert population_text(village.figure(rule, as_of=day).population) == (
        "đếm từ danh sách đã nhập: 1; 1 người chỉ có năm sinh (tính như sinh ngày 31/12); "
        "1 người chưa tính vì thiếu ngày sinh; 1 người chưa rõ năm sinh"
    )
    village = Village().person("an").declares(20500, official=False)
    assert population_text(village.figure(rule).population) == (
        "số khai báo: 20.500 (nguồn: Công an xã, ngày 01/01/2026, ước tính); danh sách đã nhập có 1"
    )
    wanted = Settings(denominators={"adults": "declared"})
    blank = Village().person("an").figure(rule, settings=wanted)
    assert population_text(blank.population) == "thiếu mẫu số"
