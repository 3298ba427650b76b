"""The forms of a plan say what its file says, no more and no less; what cannot be is refused there."""

from copy import deepcopy
from random import Random
from typing import Any

import pytest
from flask import Flask, render_template_string

from lms.indicators import editor_deeds as deeds
from lms.indicators.editor_fields import MeasureBoxes, cleaned
from lms.indicators.editor_nodes import boxes_of, stray_levels
from lms.indicators.editor_sheet import outline, part_sheet
from lms.indicators.editor_words import option_words
from lms.indicators.editor_yaml import written
from lms.indicators.plan_build import RESERVED
from lms.indicators.plan_file import checked, shipped_plans
from lms.indicators.plan_text import read
from lms.indicators.rules.plan import Plan
from tests.indicators.form_reader import Form
from tests.indicators.plan_making import plan_data

pytestmark = pytest.mark.pure

Data = dict[str, Any]
SHIPPED = {code: read(text, code).data for code, text in shipped_plans().items()}
NOBODY = frozenset[str]()
PAGE = (
    '{% import "indicators/_plan_edit_fields.html" as f with context %}'
    "<form>{{ f.nodes(sheet.nodes) }}</form>"
)


def parts_of(data: Data) -> list[tuple[str, int]]:
    """Every page of a plan's editor."""
    lists = [(part, len(data.get(one.field, []))) for part, one in deeds.PARTS.items() if one.field]
    return [("chung", 0), *((part, n) for part, count in lists for n in range(count))]


def plan_of(data: Data) -> Plan:
    plan, faults = checked(data)
    assert plan is not None, faults
    return plan


def opened(data: Data, part: str, place: int) -> dict[str, tuple[str, ...]]:
    """What stands in the boxes of one page."""
    one = deeds.section(data, part, place)
    assert one is not None
    return boxes_of(deeds.PARTS[part].nodes, one, years=deeds.years_of(data))


def all_saved(data: Data) -> Data:
    """The plan after every page was opened and saved."""
    for part, place in parts_of(data):
        data = deeds.saved(data, part, place, opened(data, part, place), NOBODY)
    return data


# --- a round trip -------------------------------------------------------------------------------


@pytest.mark.parametrize("code", SHIPPED)
def test_a_plan_saved_as_it_was_opened_is_the_same_to_the_letter(code: str) -> None:
    data = SHIPPED[code]
    assert all_saved(deepcopy(data)) == data
    assert plan_of(read(written(data), code).data) == plan_of(data)


def test_every_plan_that_can_be_written_comes_back_equal_from_its_forms() -> None:
    die = Random(11)
    for _each in range(10):
        data, plan = plan_data(die)
        assert plan_of(all_saved(deepcopy(data))) == plan
        assert read(written(data), "x").data == data


def test_what_a_browser_sends_back_is_what_the_boxes_held(built_app: Flask) -> None:
    die = Random(2)
    some = [*SHIPPED.values(), plan_data(die)[0], plan_data(die)[0]]
    with built_app.test_request_context("/"):
        context = {"words": option_words(), "params": MeasureBoxes.params}
        for data in some:
            parts = parts_of(data)
            for part, place in {*parts[:2], die.choice(parts), parts[-1]}:
                form = part_sheet(data, part, place)
                sent = Form(render_template_string(PAGE, sheet=form, **context)).fields
                typed = {name: cleaned(sent.getlist(name)) for name in sent}
                assert deeds.section(
                    deeds.saved(data, part, place, typed, NOBODY), part, place
                ) == deeds.section(data, part, place)


# --- what is typed ------------------------------------------------------------------------------


def typed(changes: dict[str, str], place: int = 2) -> Data:
    """Hùng Châu with these boxes of one indicator as somebody typed them."""
    data = deepcopy(SHIPPED["hung-chau"])
    boxes = opened(data, "chi-tieu", place) | {n: cleaned([t]) for n, t in changes.items()}
    return deeds.saved(data, "chi-tieu", place, boxes, NOBODY)


@pytest.mark.parametrize(
    ("box", "text", "value"),
    [
        ("targets.2025.value", "85,5", "≥ 85,5%"),
        ("targets.2025.value", "85.50", "≥ 85,5%"),
        ("targets.2025.operator", ">", "> 80%"),
        ("targets.2025.set", "none", "không quy định"),
        ("targets.2025.word", "  phấn   đấu ", "phấn đấu ≥ 80%"),
    ],
)
def test_a_target_is_read_as_it_is_typed(box: str, text: str, value: str) -> None:
    assert f"2025: {value};" in outline(typed({box: text})).indicators[2].gist


@pytest.mark.parametrize(
    ("changes", "box", "said"),
    [
        ({"targets.2025.value": "185"}, "targets.2025.value", "không quá 100"),
        ({"targets.2025.value": "1.000"}, "targets.2025.value", "ở đây cần một số"),
        ({"targets.2025.value": "tám"}, "targets.2025.value", "ở đây cần một số"),
        ({"targets.2025.value": ""}, "targets.2025.value", "thiếu mức phải đạt"),
        ({"targets.2025.operator": ""}, "targets.2025.operator", "thiếu dấu so sánh"),
        ({"targets.2025.set": "", "targets.2025.level": ""}, "targets", "thiếu năm 2025"),
        ({"population": "households"}, "measure", "không đo “attained” được với subject"),
        ({"population": "bịa"}, "population", "không có đối tượng “bịa”"),
        ({"population": ""}, "population", "thiếu trường này"),
        ({"measure": "bịa"}, "measure", "không có “bịa”"),
        ({"measure": "trained"}, "measure.trained.share", "thiếu trường này"),
        (
            {"measure": "trained", "measure.trained.share": "120"},
            "measure.trained.share",
            "tỷ lệ buổi học phải lớn hơn 0 và không quá 100",
        ),
        ({"measure": "declared"}, "measure.declared.label", "thiếu trường này"),
        ({"title": "<script>" * 200}, "title", "đoạn này dài quá 1.000 ký tự"),
        ({"title": ""}, "title", "thiếu trường này"),
        ({"starts": "13/2025"}, "starts", "hãy viết tháng/năm như 9/2025"),
        ({"programmes": "khong-co"}, "programmes", "không có “khong-co”"),
        ({"accepts": "attended"}, "accepts", "không phải là bằng chứng đạt"),
        ({"lead": "Công an\nCông an"}, "lead", "danh sách này có mục lặp lại"),
    ],
)
def test_what_cannot_be_is_told_at_its_box_in_the_words_of_the_check(
    changes: dict[str, str], box: str, said: str
) -> None:
    data = typed(changes)
    found = part_sheet(data, "chi-tieu", 2)
    assert said in found.wrong(box), found.errors
    told = [message for _path, message in checked(data)[1]]
    assert {m for said in found.errors.values() for m in said} == set(told)
    assert read(written(data), "x").data == data


def test_a_wrong_title_hides_no_wrong_target() -> None:
    wrong = {"title": "", "starts": "x", "targets.2025.value": "185"}
    found = part_sheet(typed(wrong), "chi-tieu", 2).errors
    assert set(found) == {*wrong}


def test_two_indicators_cannot_bear_one_number() -> None:
    data = typed({"no": "a"})
    assert "“a” đã dùng ở phía trên" in part_sheet(data, "chi-tieu", 2).wrong("no")


def test_a_measure_named_in_words_gets_a_code_of_its_own() -> None:
    data = typed({"measure": "declared", "measure.declared.label": "Có điện thoại thông minh"})
    what = {"label": "Có điện thoại thông minh", "what": "co-dien-thoai-thong-minh"}
    assert data["indicators"][2]["measure"] == {"declared": what}


def test_school_levels_without_anybody_of_school_are_not_taken() -> None:
    nodes, boxes = deeds.PARTS["chi-tieu"].nodes, opened(SHIPPED["hung-chau"], "chi-tieu", 2)
    assert [*stray_levels(nodes, {**boxes, "population.levels": ("primary",)})] == ["population"]
    assert [*stray_levels(nodes, boxes)] == []


@pytest.mark.parametrize(
    ("boxes", "due"),
    [
        ({"due": "not_set"}, "không quy định"),
        ({"due": "last_month", "due.last_month.day": "10"}, "ngày 10 tháng cuối kỳ"),
        ({"due": "before", "due.before.day": "15", "due.before.month": "5"}, "trước 15/5"),
        ({"due": "on", "due.on.day": "20", "due.on.month": "6"}, "ngày 20/6"),
        ({"due": "on", "due.on.day": "xx"}, "ngày xx/"),
    ],
)
def test_a_deadline_is_a_choice_and_its_numbers(boxes: dict[str, str], due: str) -> None:
    data = deepcopy(SHIPPED["song-cong"])
    own = opened(data, "bao-cao", 0) | {name: (text,) for name, text in boxes.items()}
    made = deeds.saved(data, "bao-cao", 0, own, NOBODY)
    assert made["reports"][0]["due"] == due
    assert deeds.saved(made, "bao-cao", 0, opened(made, "bao-cao", 0), NOBODY) == made
    assert bool(part_sheet(made, "bao-cao", 0).wrong("due")) == ("xx" in due)


# --- codes stay ---------------------------------------------------------------------------------


def test_an_indicator_with_history_keeps_its_code_under_another_number() -> None:
    data = deepcopy(SHIPPED["hung-chau"])
    boxes = {**opened(data, "chi-tieu", 4), "no": ("e",)}
    known = frozenset({"a", "b", "c", "d", "dd"})
    assert deeds.saved(data, "chi-tieu", 4, boxes, known)["indicators"][4]["code"] == "dd"
    fresh = deeds.saved(data, "chi-tieu", 4, boxes, known, fresh=True)
    assert "code" not in fresh["indicators"][4]
    again = deeds.saved(data, "chi-tieu", 4, {**boxes, "no": ("đ",)}, known, fresh=True)
    assert again["indicators"][4]["code"] == "dd-2"


def test_a_new_part_gets_a_code_that_nobody_ever_had() -> None:
    data = deeds.added(deepcopy(SHIPPED["hung-chau"]), "chi-tieu")
    boxes = {**opened(data, "chi-tieu", 5), "no": ("–",), "title": ("Lớp cho người già",)}
    made = deeds.saved(data, "chi-tieu", 5, boxes, frozenset({"lop-cho-nguoi-gia"}))
    assert made["indicators"][5]["code"] == "lop-cho-nguoi-gia-2"
    data = deeds.added(deepcopy(SHIPPED["hung-chau"]), "nhiem-vu")
    place = len(data["commitments"]) - 1
    boxes = {**opened(data, "nhiem-vu", place), "title": ("Sửa",)}
    made = deeds.saved(data, "nhiem-vu", place, boxes, NOBODY)
    assert made["commitments"][place]["code"] == "sua-2"


def test_readings_keep_their_codes_when_rows_move_and_go() -> None:
    data = deepcopy(SHIPPED["hung-chau"])
    for text in ("một", "hai", "ba"):
        data = deeds.with_row(data, "chi-tieu", 0, "them", "other_readings", 0)
        data["indicators"][0]["other_readings"][-1] |= {"where": "IV", "text": text}
    codes = [reading.code for reading in plan_of(data).indicators[0].readings]
    assert codes == ["reading-1", "reading-2", "reading-3"]
    data = deeds.with_row(data, "chi-tieu", 0, "len", "other_readings", 1)
    data = deeds.with_row(data, "chi-tieu", 0, "bo", "other_readings", 1)
    kept = plan_of(data).indicators[0].readings
    assert [(r.code, r.text) for r in kept] == [("reading-2", "hai"), ("reading-3", "ba")]
    data = deeds.with_row(data, "chi-tieu", 0, "them", "other_readings", 0)
    assert data["indicators"][0]["other_readings"][-1]["code"] == "reading-3-2"


# --- years --------------------------------------------------------------------------------------


def test_a_new_year_is_written_into_every_indicator_that_lacks_it_and_taken_out_again() -> None:
    data = {**deepcopy(SHIPPED["viet-tri"]), "years": [2025, 2026, 2027]}
    assert deeds.loose_years(data) == ([2027], [])
    assert outline(data).plan is None
    copied = plan_of(deeds.filled(data, 2027, copied=True))
    assert all(one.years[2027] == one.years[2026] for one in copied.indicators)
    silent = plan_of(deeds.filled(data, 2027, copied=False))
    assert all(one.years[2027].target is None for one in silent.indicators)
    later = {**deeds.filled(data, 2027, copied=True), "years": [2026, 2027]}
    assert deeds.loose_years(later) == ([], [2025])
    assert plan_of(deeds.without_year(later, 2025)).years == (2026, 2027)


def test_no_code_is_the_address_of_a_page(built_app: Flask) -> None:
    rules = [rule.rule.split("/") for rule in built_app.url_map.iter_rules()]
    own = {steps[3] for steps in rules if steps[1:3] == ["ke-hoach", "<code>"] and steps[3:]}
    top = {steps[2] for steps in rules if steps[1] == "ke-hoach" and steps[2:]}
    assert {step for step in own | top if step.isascii() and step.replace("-", "").isalpha()} <= (
        RESERVED
    )
