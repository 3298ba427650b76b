"""Corners of GIFT, one at a time."""

from typing import Any

import pytest

from courses.exchange import Loss, read

pytestmark = pytest.mark.pure

NO_EXPLANATION = "Cần bổ sung lời giải thích: trường explanation đang để trống."


def one(text: str) -> tuple[dict[str, Any], list[str]]:
    """The only item of a file, and what is told of it."""
    imported = read("a.gift", text.encode())
    assert len(imported.items) == 1, imported.losses
    return imported.items[0], [loss.message for loss in imported.losses]


def lost(text: str) -> Loss:
    """The only loss of a file without items."""
    imported = read("a.gift", text.encode())
    assert imported.items == ()
    (loss,) = imported.losses
    assert loss.whole
    return loss


def test_blank_lines_part_questions_and_spaces_count_as_blank() -> None:
    assert len(read("a.gift", b"Mot?{=a ~b ~c}\n  \t\nHai?{=a ~b ~c}").items) == 2


def test_answers_may_stand_on_one_line_or_on_many() -> None:
    assert one("Một?{=a~b~c}")[0]["options"] == one("Một?\n{\n=a\n\t~b\n~c\n}")[0]["options"]


def test_a_comment_inside_a_question_is_no_part_of_it() -> None:
    item, _told = one("Một?{=a\n// không phải phương án ~x\n~b ~c}")
    assert item["options"] == [{"right": "a"}, {"wrong": "b"}, {"wrong": "c"}]


def test_a_category_above_a_question_without_a_blank_line_is_no_prompt() -> None:
    item, told = one("$CATEGORY: A/B\nMột?{=a ~b ~c}")
    assert item["prompt"] == "Một?"
    assert told[0].startswith("Mục “A/B” không giữ")


@pytest.mark.parametrize("answer", ["T", "TRUE", "F", "FALSE", "TRUE#sai#đúng", "F####giải thích"])
def test_true_or_false_is_told_as_too_easy_to_guess(answer: str) -> None:
    assert "đúng hay sai" in lost(f"Một?{{{answer}}}").message


@pytest.mark.parametrize("answer", ["=chữ", "chữ", "=a =b", "=%50%a"])
def test_short_answers_are_told(answer: str) -> None:
    assert "Câu điền chữ chưa có" in lost(f"Một?{{{answer}}}").message


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("#5", {"value": "5"}),
        ("#-5:0.5", {"value": "-5", "tolerance": "0.5"}),
        ("#1..5", {"value": "3", "tolerance": "2"}),
        ("#-1.5..1.5", {"value": "0", "tolerance": "1.5"}),
        ("#=2,5", {"value": "2.5"}),
        ("# = 1e3 : 1e1", {"value": "1000", "tolerance": "10"}),
        ("#=%100%7#đúng", {"value": "7"}),
    ],
)
def test_numbers_with_bounds_and_ranges(answer: str, number: dict[str, str]) -> None:
    assert one(f"Mấy?{{{answer}}}")[0]["number"] == number


@pytest.mark.parametrize(
    "answer", ["#", "#abc", "#1:x", "#5..1", "#=1 =2", "#=%50%1", "#1..", "#٣", "#nan"]
)
def test_numbers_that_are_none_are_told(answer: str) -> None:
    assert lost(f"Mấy?{{{answer}}}").whole


def test_two_numbers_with_the_full_mark_are_told() -> None:
    assert "đúng một đáp số trọn điểm, tệp này có 2" in lost("Mấy?{#=1 =2}").message


def test_one_right_answer_with_a_weight_is_a_single_choice() -> None:
    item, told = one("Một?{~%100%a ~b ~c ####vì}")
    assert "kind" not in item
    assert told == []


def test_a_weight_on_a_right_answer_is_no_part_of_its_words() -> None:
    item, told = one("Một?{=%100%a ~%-33.33333%b ~%0%c ####vì}")
    assert item["options"] == [{"right": "a"}, {"wrong": "b"}, {"wrong": "c"}]
    assert told == ["Điểm trừ -33,33% của “b” không giữ."]


def test_a_left_side_that_is_only_a_picture_is_no_decoy() -> None:
    text = r'[html]Ghép{=<img src\="a.png" alt\="cây"> -> a =b -> c =d -> e}'
    assert "vế trái chỉ gồm hình" in lost(text).message


def test_escapes_stand_for_themselves() -> None:
    item, _told = one(r"Một \{\~\=\#\:\} \\ \n hai \x{=\=a ~\#b ~\\c}")
    assert item["prompt"] == "Một {~=#:} \\\nhai \\x"
    assert item["options"] == [{"right": "=a"}, {"wrong": "#b"}, {"wrong": "\\c"}]


def test_a_line_end_of_the_file_is_a_blank_and_an_escaped_one_a_line() -> None:
    assert one("Một\nhai\\nba{=a ~b ~c}")[0]["prompt"] == "Một hai\nba"


def test_a_default_text_is_read_as_html_only_where_it_looks_so() -> None:
    assert one("a < b hay <b>a</b> &amp; c?{=a ~b ~c}")[0]["prompt"] == "a < b hay a & c?"
    assert one("a < b & c > d?{=a ~b ~c}")[0]["prompt"] == "a < b & c > d?"
    assert one("[plain]<b>a</b>?{=a ~b ~c}")[0]["prompt"] == "<b>a</b>?"


def test_an_unknown_word_in_brackets_is_text() -> None:
    assert one("[Chú ý] Một?{=[1] ~[2] ~[3]}")[0]["prompt"] == "[Chú ý] Một?"


def test_pictures_links_and_scripts_are_told() -> None:
    prompt = (
        '<p>Một?<img src="https://x.vn/a.png" alt="cái cây"><script>alert(1)</script>'
        "<table><tr><td>x</td></tr></table></p>"
    )
    item, told = one(f"[html]{prompt}{{=a ~b ~c ####vì}}")
    assert item["prompt"] == "Một?\nx"
    assert told == [
        "Phần nhúng <script> không giữ.",
        "Hình “cái cây” không giữ: tệp hình không nằm trong tệp câu hỏi.",
    ]


@pytest.mark.parametrize(
    "text", ["Một?{=a ~b ~c", "Một?=a}", "}Một?{", "Một?{=a {~b} ~c}", "Một?{=a ~b} hay {=c ~d}"]
)
def test_braces_that_do_not_fit_are_told(text: str) -> None:
    assert "{" in lost(text).message


def test_a_pair_without_an_arrow_is_told() -> None:
    assert lost("Ghép{=a -> b =c =d -> e}").message == "Cặp ghép “c” thiếu dấu ->."


def test_the_ordering_extension_is_told_with_a_way_out() -> None:
    assert "Moodle XML" in lost("Xếp{>3 ALL ABSOLUTE\na\nb\nc}").message


def test_a_long_title_gives_a_short_id_and_keeps_ids_apart() -> None:
    text = f"::{'dài ' * 40}::Một?{{=a ~b ~c}}\n\n" * 3
    ids = [item["id"] for item in read("a.gift", text.encode()).items]
    assert len(set(ids)) == 3
    assert max(map(len, ids)) <= 60


def test_an_explanation_that_is_too_long_stays_for_the_author_to_cut() -> None:
    item, told = one(f"Một?{{=a ~b ~c ####{'dài ' * 200}}}")
    assert len(item["explanation"]) == 799
    assert told == ["Lời giải thích dài quá 600 ký tự: hãy rút gọn ở trường explanation."]


def test_a_prompt_that_is_too_long_is_told() -> None:
    assert "từ 1 đến 400 ký tự" in lost(f"{'dài ' * 200}{{=a ~b ~c}}").message


def test_a_missing_explanation_is_told_and_nothing_is_made_up() -> None:
    item, told = one("Một?{=a ~b ~c}")
    assert (item["explanation"], told) == ("", [NO_EXPLANATION])
