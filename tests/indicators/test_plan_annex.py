"""The plan's own tables: in its words and order, checked, and never in the way of a change."""

import pytest

from lms.indicators.plan_annex import annex_remarks, annexes_in, laid_out
from lms.indicators.plan_diff import differences
from lms.indicators.plan_file import PlanError, load_plan, shipped_plans

pytestmark = pytest.mark.pure
VIET_TRI = shipped_plans()["viet-tri"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("shows: target, year: 2025", "shows: target", "annexes[0].columns[2].year"),
        ("{shows: no, heading: STT}", "{shows: ban, heading: STT}", "không có “ban”"),
        ("heading: Năm 2026", "heading: [Một, Hai, Ba]", "nhiều nhất hai tầng"),
        ("name: Phụ lục II", "name: phụ lục i", "tên phụ lục đã dùng"),
        ("name: Phụ lục II", "name: Phụ lục 2/3", "dấu [ ]"),
        ("of: 2-b", "of: 1-a", "đã đứng ở một dòng"),
        ("          ket-qua: Mô", "          ketqua: Mô", "không có cột “ketqua”"),
        ("- of: v.1a", '- heading: "x"\n        of: v.1a', "hoặc nêu mã chỉ tiêu"),
    ],
)
def test_a_wrong_table_is_refused_at_its_place(old: str, new: str, said: str) -> None:
    text = VIET_TRI.replace('ket-qua: "Mô', "ket-qua: Mô")
    assert old in text
    with pytest.raises(PlanError) as error:
        load_plan(text.replace(old, new, 1), "x")
    assert said in str(error.value)


@pytest.mark.parametrize("code", list(shipped_plans()))
def test_no_line_of_a_plan_falls_off_its_tables(code: str) -> None:
    text = shipped_plans()[code]
    plan, own = load_plan(text, code), annexes_in(text, code)
    named = [line for annex in laid_out(plan, own) for line in annex.codes]
    counted = [one.code for one in plan.commitments if one.counted is not None]
    assert sorted(named) == sorted([*(one.code for one in plan.indicators), *counted])
    assert annex_remarks(plan, own) == []


def test_a_change_in_a_form_leaves_out_what_no_longer_fits_and_says_so() -> None:
    text = VIET_TRI.replace(
        '2025: {operator: ">=", value: 50}', '2025: {operator: ">=", value: 55}'
    )
    text = text.replace("no: VI.4", "no: VI.9")
    plan, own = load_plan(text, "x"), annexes_in(text, "x")
    first, second = annex_remarks(plan, own)
    assert "“4-d” ghi năm 2025 là 50%" in first
    assert "bỏ dòng “vi.4”" in second
    assert laid_out(plan, own)[-1].rows[-1].of == "vi.9"


def test_another_table_is_a_change_though_it_counts_the_same() -> None:
    text = VIET_TRI.replace("heading: Đơn vị phối hợp", "heading: Phối hợp")
    old, new = load_plan(VIET_TRI, "a"), load_plan(text, "b")
    assert old == new
    assert differences(old, new) == ()
    (found,) = differences(old, new, (annexes_in(VIET_TRI, "a"), annexes_in(text, "b")))
    assert (found.name, found.label) == ("Phụ lục I", "các cột")
