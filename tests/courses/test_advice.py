"""Advice points at what the loader accepts and a good lesson should not have."""

from fractions import Fraction

import pytest

from courses.advice import advise, check_files
from courses.loader import load_files
from tests.courses.sample import FILES, files, spoilt

pytestmark = pytest.mark.pure

LESSON, ITEMS = "modules/mot/bai.md", "items/cau-hoi.yaml"


def told(file: str, old: str, new: str) -> set[str]:
    return {advice.message for advice in advise(load_files(spoilt(file, old, new)).version)}


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (LESSON, "Xin chào", "xin chào, " * 40 + "Xin chào", "dài quá 60 chữ"),
        (LESSON, "Xin chào", "một hai ba " * 12 + "Xin chào", "câu dài quá 32 chữ"),
        (LESSON, "{practice: luyen}", "Hết.", "chưa có câu luyện"),
        (LESSON, "skills: [qr, otp]", "skills: [qr]", "Chưa có bài học nào dạy"),
        (ITEMS, "Giờ trong ngày", "Tất cả các đáp án trên", "tất cả các ý trên"),
        (ITEMS, "Tên người nhận", "Tên người nhận và số tiền phải trả", "dài hơn hẳn"),
        (ITEMS, "Tên người nhận", "Tên người nhận ấy", "thường dài nhất"),
        (ITEMS, "Tên người nhận", "Tên", "thường ngắn nhất"),
    ],
)
def test_what_reads_badly_or_tells_the_key_is_pointed_at(
    file: str, old: str, new: str, message: str
) -> None:
    found = told(file, old, new)
    assert any(message in one for one in found), found


def test_a_bank_without_a_second_form_is_pointed_at() -> None:
    assert any("hai đề khác nhau" in one for one in told(ITEMS, "Màu của mã", "Màu mã QR ấy"))


# What `check_files` says, with file and line


ALIKE_ITEM = """\
  - id: them
    {flag}
    prompt: {prompt}
    options:
      - right: {right}
      - wrong: Màu của tờ giấy
      - wrong: Số người đứng chờ
    explanation: Vì thế.
"""
FORM = """\
  - kind: {kind}
    level: basic
    rows:
      - {{skill: qr, count: {count}}}
"""


def with_item(
    right: str, prompt: str = "Câu hỏi thêm là gì?", flag: str = "certifying: true"
) -> dict[str, bytes]:
    text = FILES[ITEMS] + ALIKE_ITEM.format(
        flag=flag or "hints: [Nghĩ kỹ.]", prompt=prompt, right=right
    )
    return files() | {ITEMS: text.encode()}


def line(content: dict[str, bytes], file: str, start: str) -> int:
    """The line of a file that begins so."""
    lines = content[file].decode().splitlines()
    return next(number for number, text in enumerate(lines, 1) if text.strip().startswith(start))


def said(content: dict[str, bytes], what: str) -> set[tuple[str, int]]:
    """File and line of the advice that says this."""
    checked = check_files(content)
    assert checked.version is not None
    return {(one.file, one.line) for one in checked.advice if what in one.message}


def test_the_same_question_in_practice_and_in_the_test_is_a_leaked_key() -> None:
    content = with_item("Xem tên người nhận", "Trước khi trả tiền, xem gì?", flag="")
    assert said(content, "gần như câu luyện “them”") == {(ITEMS, line(content, ITEMS, "- id: thi"))}


def test_marks_and_capitals_do_not_make_another_question() -> None:
    content = with_item("Xem tên người nhận", "TRUOC KHI TRA TIEN, XEM GI?")
    assert said(content, "gần như câu “them”") | said(content, "gần như câu “thi”")


def test_questions_that_measure_may_be_parallel_but_not_the_same() -> None:
    def twin(right: str) -> bytes:
        one = ALIKE_ITEM.format(
            flag="measuring: true", prompt="Xem gì trước?", right="Tên người nhận"
        )
        other = one.replace("id: them", "id: sinh-doi").replace("Tên người nhận", right)
        return (FILES[ITEMS] + one + other).encode()

    assert not said(files() | {ITEMS: twin("Số tiền phải trả")}, "gần như")
    assert said(files() | {ITEMS: twin("Tên người nhận")}, "gần như")


LONG = "Nhìn thật kỹ tên của người sẽ nhận số tiền ấy"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LESSON, "Mình thử nhé.", f"{LONG}."),
        (LESSON, "Xem tên người nhận.", f"Nhớ {LONG.lower()}."),
        (ITEMS, "Chỉ đưa mã của mình.", f"{LONG}, rồi mới bấm."),
        (ITEMS, "Nhận tiền có cần quét mã không?", f"Có cần {LONG.lower()} không?"),
    ],
    ids=["screen", "take-home", "explanation", "prompt"],
)
def test_a_right_answer_that_can_be_read_elsewhere_is_pointed_at(
    file: str, old: str, new: str
) -> None:
    content = with_item(LONG)
    assert not said(content, "y nguyên")
    told = content[file].decode()
    assert old in told
    content[file] = told.replace(old, new, 1).encode()
    assert said(content, "y nguyên") == {(ITEMS, line(content, ITEMS, "- id: them"))}


def test_a_right_answer_that_repeats_the_prompt_is_an_echo() -> None:
    echo = with_item("Kiểm tra tên người nhận", "Ai cũng phải kiểm tra tên người nhận khi nào?")
    assert said(echo, "nhắc lại lời câu hỏi")
    assert not said(with_item("Khi sắp bấm trả", "Phải kiểm tra tên khi nào?"), "nhắc lại")


def test_a_picture_with_hardly_a_word_is_pointed_at() -> None:
    content = spoilt(LESSON, "Một chiếc điện thoại", "Máy")
    assert said(content, "Lời tả hình “Máy”") == {(LESSON, line(content, LESSON, "# Màn một"))}


def test_a_lesson_that_reads_too_hard_for_its_group_is_pointed_at_with_its_level() -> None:
    hard = (
        "Nguyên tắc trên được thực hiện thống nhất trong phạm vi trách nhiệm quản lý nhà nước "
        "của chính quyền địa phương. " * 2
    )
    content = spoilt(LESSON, "Mình thử nhé.", hard)
    assert said(content, "Bài khó đọc: mức ") == {(LESSON, 2)}
    assert check_files(files()).figures is not None


def test_a_skill_without_practice_or_test_questions_is_pointed_at() -> None:
    content = files()
    at = {("programme.yaml", line(content, "programme.yaml", "- {code: otp"))}
    assert said(content, "Chưa có câu luyện nào") == at
    added = spoilt(
        "programme.yaml", "  - {code: otp", "  - {code: moi, title: Mới}\n  - {code: otp"
    )
    at = {("programme.yaml", line(added, "programme.yaml", "- {code: moi"))}
    assert said(added, "Chưa có câu thi nào") == at
    assert at <= said(added, "Chưa có bài học nào dạy")
    kept = spoilt("programme.yaml", "      - {skill: otp, count: 1}\n", "")
    kept["programme.yaml"] = kept["programme.yaml"].replace(
        b"    must_pass: [{skill: otp, share: 60}]\n", b""
    )
    assert said(kept, "Không đề thi nào hỏi")


def test_a_form_before_the_course_asks_eight_to_twelve_of_a_bank_that_gives_two() -> None:
    plan = FORM.format(kind="entry", count=1)
    content = spoilt("programme.yaml", "pass_rules:", f"{plan}pass_rules:")
    item = ALIKE_ITEM.format(flag="measuring: true", prompt="Đo điều gì?", right="Tên người bán")
    content[ITEMS] += item.encode()
    at = line(content, "programme.yaml", "- kind: entry")
    assert said(content, "từ 8 đến 12 câu") == {("programme.yaml", at)}
    assert said(content, "đầu vào và đầu ra hỏi câu khác nhau")
    assert said(content, "Chưa có câu đo đầu vào, đầu ra nào")


def test_a_skill_that_is_tested_much_and_taught_little_is_pointed_at() -> None:
    more = with_item("Tên người bán")
    more["programme.yaml"] = more["programme.yaml"].replace(
        b"{skill: qr, count: 1}", b"{skill: qr, count: 2}"
    )
    assert not said(more, "% đề thi")
    more[LESSON] = more[LESSON].replace(b"skills: [qr, otp]", b"skills: [otp]")
    other = (
        FILES[LESSON]
        .replace("skills: [qr, otp]", "skills: [qr]")
        .replace("minutes: 8", "minutes: 1")
    )
    other = other.replace("# Màn một", "# Màn khác").replace("{practice: luyen}", "Hết.")
    more["modules/mot/hai.md"] = other.encode()
    more["modules/mot/module.yaml"] = more["modules/mot/module.yaml"].replace(
        b"[bai]", b"[bai, hai]"
    )
    (message,) = {one.message for one in check_files(more).advice if "67% đề thi" in one.message}
    assert "chỉ 11% thời gian học" in message
    assert said(more, "chiếm 89% thời gian học mà chỉ 33% đề thi")


def test_a_test_that_guessing_passes_is_a_problem_at_its_form() -> None:
    content = files()
    checked = check_files(content)
    (problem,) = checked.problems
    assert (problem.file, problem.line) == (
        "programme.yaml", line(content, "programme.yaml", "- kind: certifying"),
    )  # fmt: skip
    assert "dễ đoán" in problem.message
    assert checked.figures is not None
    assert checked.figures.chances["basic"] == 1 - (1 - Fraction(1, 18)) ** 3


def test_what_cannot_be_read_has_problems_and_no_figures() -> None:
    checked = check_files({"programme.yaml": b"format: 1"})
    assert checked.problems
    assert (checked.version, checked.figures, checked.advice) == (None, None, ())
