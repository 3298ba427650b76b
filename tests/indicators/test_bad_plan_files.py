"""A wrong plan file is refused in Vietnamese: the line, the field, and what to do."""

import pytest

from lms.indicators.plan_file import PlanError, load_plan
from lms.indicators.plan_text import Problem, read

pytestmark = pytest.mark.pure

GOOD = """\
code: xa-thu
title: Bình dân học vụ số xã Thử
place: {kind: xã, name: Thử, province: Thử}
letterhead: ubnd
years: [2025, 2026]
indicators:
  - no: 1
    title: Người dân có kỹ năng số
    where: "II.1"
    population: adults
    measure: attained
    targets:
      2025: {operator: ">", value: 85, level: basic}
      2026: {operator: ">=", value: 100, level: proficient}
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(PlanError) as caught:
        load_plan(text, "thu.yaml")
    return caught.value.problems


def only(old: str, new: str) -> str:
    """The one message that a plan with this change gets."""
    assert old in GOOD
    (found,) = problems(GOOD.replace(old, new))
    return str(found)


def test_the_good_plan_is_read() -> None:
    plan = load_plan(GOOD, "thu.yaml")
    assert [i.no for i in plan.indicators] == ["1"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    measure: attained",
            "    mesure: attained\n    measure: attained",
            (
                "dòng 11, indicators[0].mesure: mẫu kế hoạch không có trường này, "
                "hãy sửa thành “measure”"
            ),
        ),
        (
            "value: 85,",
            "value: 185,",
            (
                "dòng 13, indicators[0].targets.2025.value: "
                "tỷ lệ phải lớn hơn 0 và không quá 100, hãy sửa lại"
            ),
        ),
        (
            'operator: ">=", value: 100',
            'operator: ">", value: 100',
            (
                "dòng 14, indicators[0].targets.2026.value: không thể đòi “trên 100”, "
                'hãy viết operator: ">="'
            ),
        ),
        (
            "value: 85,",
            'value: "85%",',
            (
                "dòng 13, indicators[0].targets.2025.value: ở đây cần một số, "
                "hãy viết như 95 hoặc 85.5 (dùng dấu chấm, bỏ dấu phần trăm)"
            ),
        ),
        (
            "population: adults",
            "population: adult",
            "dòng 10, indicators[0].population: không có đối tượng “adult”, hãy sửa thành “adults”",
        ),
        (
            "population: adults",
            "population: {students: [primary, mam-non]}",
            (
                "dòng 10, indicators[0].population: cấp học chưa đúng hoặc lặp lại, "
                "hãy dùng một trong: primary, lower_secondary, upper_secondary, tertiary"
            ),
        ),
        (
            '      2025: {operator: ">", value: 85, level: basic}\n',
            "",
            (
                "dòng 12, indicators[0].targets: thiếu năm 2025, "
                "hãy thêm mức phải đạt hoặc viết “2025: không quy định”"
            ),
        ),
        (
            "years: [2025, 2026]",
            "years: [2026]",
            (
                "dòng 13, indicators[0].targets.2025: năm này không có trong years của kế hoạch, "
                "hãy bỏ đi hoặc thêm vào years"
            ),
        ),
        (
            'operator: ">", value: 85',
            'operator: "=>", value: 85',
            "dòng 13, indicators[0].targets.2025.operator: không có “=>”, hãy dùng một trong: >, >=",
        ),
        (
            'operator: ">", value: 85',
            "value: 85",
            (
                "dòng 13, indicators[0].targets.2025.operator: thiếu dấu so sánh, "
                'hãy viết ">" (trên) hoặc ">="'
            ),
        ),
        (
            'operator: ">", value: 85,',
            'operator: ">",',
            (
                "dòng 13, indicators[0].targets.2025.value: thiếu mức phải đạt, "
                "hãy viết một số hoặc “không quy định”"
            ),
        ),
        (
            "measure: attained",
            "measure: trained",
            "dòng 11, indicators[0].measure.trained.share: thiếu trường này, hãy thêm vào",
        ),
        (
            "measure: attained",
            "measure: {trained: {share: 120}}",
            (
                "dòng 11, indicators[0].measure.trained.share: "
                "tỷ lệ buổi học phải lớn hơn 0 và không quá 100, hãy sửa lại"
            ),
        ),
        (
            "measure: attained",
            "measure: attained\n    accepts: [attended, test_passed]",
            (
                "dòng 12, indicators[0].accepts[0]: “đã dự” và “đã học” không phải là bằng chứng đạt, "
                "hãy bỏ khỏi accepts"
            ),
        ),
        (
            "measure: attained",
            "measure: attained\n    programmes: [can-boo]",
            "dòng 12, indicators[0].programmes[0]: không có “can-boo”, hãy sửa thành “can-bo”",
        ),
        (
            "population: adults",
            "population: households",
            (
                "dòng 11, indicators[0].measure: không đo “attained” được với subject “household”, "
                "hãy dùng: declared, has_at_least, supported"
            ),
        ),
        (
            "population: adults",
            "subject: team\n    population: adults",
            (
                "dòng 11, indicators[0].population: subject là “team” thì đối tượng phải là: "
                "digital_teams, hãy sửa một trong hai"
            ),
        ),
        (
            "    title: Người dân có kỹ năng số\n",
            "",
            "dòng 7, indicators[0].title: thiếu trường này, hãy thêm vào",
        ),
        (
            "letterhead: ubnd",
            "letterhead: ubmt",
            "dòng 4, letterhead: không có “ubmt”, hãy dùng một trong: ubnd, dang",
        ),
        (
            "code: xa-thu",
            "code: Xã Thử",
            (
                "dòng 1, code: mã “Xã Thử” chưa đúng, hãy dùng chữ thường không dấu, chữ số, "
                "dấu gạch nối (ví dụ: thuan-an)"
            ),
        ),
        (
            "title: Bình dân học vụ số xã Thử",
            "title:",
            "dòng 2, title: trường này để trống, hãy điền hoặc bỏ dòng này",
        ),
        (
            "letterhead: ubnd",
            (
                "letterhead: ubnd\nreports:\n  - {code: q, title: Quý, where: V, period: quarter, "
                "due: cuối quý}"
            ),
            (
                "dòng 6, reports[0].due: không hiểu thời hạn này, hãy viết như "
                "“ngày 10 tháng cuối quý”, “trước 15/5”, “ngày 20/6” hoặc “không quy định”"
            ),
        ),
        (
            "letterhead: ubnd",
            (
                "letterhead: ubnd\nreports:\n  - {code: q, title: Quý, where: V, period: quarter, "
                "due: trước 15/5}"
            ),
            (
                "dòng 6, reports[0].due: báo cáo quý thì viết như “ngày 10 tháng cuối quý”, "
                "hãy sửa lại"
            ),
        ),
        (
            "measure: attained",
            "measure: attained\n    contradictions:\n      - {where: PL, text: Khác, years: [2030]}",
            (
                "dòng 13, indicators[0].contradictions[0].years: "
                "có năm ngoài kế hoạch, hãy bỏ năm 2030"
            ),
        ),
        (
            "measure: attained",
            (
                "measure: attained\n    other_readings:\n      - {where: PL, text: Khác, "
                "variant: {population: households}}"
            ),
            (
                "dòng 13, indicators[0].other_readings[0].variant.subject: "
                "đối tượng này không phải là người, hãy đổi population hoặc viết đúng subject"
            ),
        ),
        (
            "population: adults",
            "population: [adults]",
            (
                "dòng 10, indicators[0].population: hãy viết một mã đối tượng (ví dụ: adults), "
                "hoặc “students: [primary, …]”, hoặc “any_of: [traders, farmers]”"
            ),
        ),
        (
            "    measure: attained\n",
            "    measure: {count: {what: lop, label: lớp}}\n    subject: thing\n",
            (
                "dòng 14, indicators[0].targets.2025.level: "
                "chỉ cách đo attained mới có mức đạt, hãy bỏ trường này"
            ),
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_line_and_what_to_do(
    old: str, new: str, message: str
) -> None:
    assert only(old, new) == message


def test_the_same_number_twice_is_refused_at_the_second() -> None:
    (found,) = problems(GOOD + GOOD[GOOD.index("  - no: 1") :])
    assert (found.line, found.field) == (15, "indicators[1].no")
    assert found.message == "“1” đã dùng ở phía trên, hãy đặt khác đi"


def test_every_wrong_is_told_in_the_order_of_the_file() -> None:
    wrong = GOOD.replace("ubnd", "x").replace("adults", "y").replace('">"', '"?"')
    assert [problem.line for problem in problems(wrong)] == [4, 10, 13]


def test_a_plan_without_indicators_is_refused() -> None:
    (found,) = problems(GOOD[: GOOD.index("indicators:")])
    assert found.message == "kế hoạch chưa có chỉ tiêu nào, hãy thêm ít nhất một"


def test_a_key_written_twice_is_refused() -> None:
    (found,) = problems(GOOD.replace("title: Người", "title: Cũ\n    title: Người"))
    assert str(found) == ("dòng 9, indicators[0].title: trường này viết hai lần, hãy giữ một lần")


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (BOMB, 1, "không dùng neo (&) và bí danh (*) trong tệp kế hoạch, hãy viết lại đầy đủ"),
        ("code: !!python/name:os.system x", 1, "không dùng thẻ (!) trong tệp kế hoạch, "),
        ("a: 1\n---\nb: 2\n", 2, "tệp có nhiều tài liệu (---), hãy để mỗi kế hoạch một tệp"),
        ("a: " + "[" * 2000, 1, "các mục lồng nhau quá sâu, hãy xem lại khoảng thụt đầu dòng"),
        ("code: x\n  title: y\n", 2, "không đọc được cấu trúc YAML, hãy xem lại dấu hai chấm, "),
        ("code: x\n\ttitle: y\n", 2, "dòng này thụt vào bằng phím Tab, hãy dùng dấu cách"),
        ("code: x\x07\n", None, "tệp có ký tự không đọc được, hãy lưu lại tệp ở dạng UTF-8"),
        ("", 1, "tệp chưa có nội dung kế hoạch, hãy viết các trường như “code: …”"),
        ("- a\n- b\n", 1, "tệp chưa có nội dung kế hoạch, hãy viết các trường như “code: …”"),
        ("# x\n" * 140_000, None, "tệp lớn hơn 512 KB, hãy chỉ để nội dung kế hoạch trong tệp"),
        ("{[a]: 1}", 1, "tên trường này không đọc được, hãy viết một từ hoặc một năm"),
    ],
)
def test_yaml_that_a_plan_never_needs_is_refused(text: str, line: int | None, message: str) -> None:
    found = problems(text)[0]
    assert found.line == line
    assert found.message.startswith(message)


def test_scalars_are_read_as_they_are_written() -> None:
    data = read("no: 4.10\nyes: on\nx: 010\ny: 85.5\nz: '5'\nt: 9/2025\nb: true\n", "x").data
    assert {key: str(value) for key, value in data.items()} == {
        "no": "4.10",
        "yes": "on",
        "x": "010",
        "y": "85.5",
        "z": "5",
        "t": "9/2025",
        "b": "True",
    }


def test_the_error_carries_its_file_name_and_fields_for_the_page() -> None:
    with pytest.raises(PlanError) as caught:
        load_plan(GOOD.replace("ubnd", "x"), "thu.yaml")
    assert str(caught.value).startswith("thu.yaml: dòng 4, letterhead: ")
    assert list(caught.value.fields) == ["letterhead"]
