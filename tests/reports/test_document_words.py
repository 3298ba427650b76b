"""The words of a report: what braces say, what is refused with its line, what a first draft may say."""

import pytest

from lms.core.text import clean
from lms.indicators.plan_file import shipped_plans
from lms.reports import document_texts as texts
from lms.reports import document_words as words
from lms.reports.document_letterhead import problems as head_problems
from lms.reports.document_paper import paper
from tests.reports.papers import letter, restated, source

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("{chỉ tiêu 1 (a): tỷ lệ}", "33,3%"),
        ("{CHỈ TIÊU  1 (A) : Tỷ Lệ}", "33,3%"),
        ("{chi tieu 1 (a): ty le}", "33,3%"),
        ("{chỉ tiêu 1 (a): tử số}/{chỉ tiêu 1 (a): mẫu số}", "1/3"),
        ("{chỉ tiêu 3 (c): kết quả}", "5 trên 10 người, tỷ lệ 50,0%"),
        ("{chỉ tiêu 3 (c): đánh giá}", "chưa đạt, cần thêm 5 người"),
        ("{chỉ tiêu 3 (c): còn chưa đạt}", "còn 5 người chưa đạt"),
        ("{chỉ tiêu 3 (c): cần thêm}", "cần thêm 5 người"),
        ("{chỉ tiêu 2 (b): tỷ lệ}", "chưa có số liệu"),
        ("{chỉ tiêu V.4c: mức giao}", "kế hoạch không quy định"),
        ("đến {ngày chốt}", "đến 15/11/2026"),
    ],
)  # fmt: skip
def test_braces_are_filled_from_the_frozen_figures(typed: str, printed: str) -> None:
    figures = source().figures
    assert words.problems(typed, figures) == []
    assert words.filled(typed, figures) == printed


def test_a_number_with_a_mark_is_another_one_than_without() -> None:
    """Hùng Châu numbers its lines …, d, đ: one was printed for the other."""
    figures = source("hung-chau").figures
    lines = {line["no"]: line for line in figures.lines if line["no"] in ("d", "đ")}
    assert len(lines) == 2
    for no, line in lines.items():
        assert words.name_of(line, figures.lines) == no
        for typed in (no, no.upper(), line["code"]):
            assert words.filled(f"{{chỉ tiêu {typed}: tên}}", figures) == line["title"]


@pytest.mark.parametrize(
    ("typed", "line", "said"),
    [
        ("Tốt.\n{chỉ tiêu 99: tỷ lệ}", 2, "không có chỉ tiêu “99”"),
        ("{chỉ tiêu 1 (a): phần trăm}", 1, "không có mục “phần trăm”"),
        ("{tỷ lệ}", 1, "{chỉ tiêu 1: tỷ lệ}"),
        ("a\nb\n{ngày chốt", 3, "lẻ"),
        ("thừa }", 1, "lẻ"),
    ],
)
def test_what_nobody_understands_is_named_with_its_line(typed: str, line: int, said: str) -> None:
    (problem,) = words.problems(typed, source().figures)
    assert (problem.line, said in problem.text) == (line, True)
    assert f"Dòng {line}: " in str(problem)


def test_letters_paper_cannot_show_and_long_texts_are_refused() -> None:
    typed = texts.tidied({"results": "Vui\nlắm 🎉", "subject": "x" * 301})
    found = texts.problems(typed, source().figures)
    assert "Dòng 2" in found["results"][0]
    assert "🎉" in found["results"][0]
    assert "301" in found["subject"][0]


@pytest.mark.parametrize("code", sorted(shipped_plans()))
def test_a_first_draft_is_whole_sentences_of_every_indicator(code: str) -> None:
    made = source(code)
    figures = made.figures
    draft = words.draft(figures)
    assert words.problems(draft, figures) == []
    lines = words.paragraphs(words.filled(draft, figures))
    own = [line for line in figures.lines if not line["is_commitment"]]
    assert len(lines) == len(figures.lines) + 1 + (len(own) < len(figures.lines))
    assert all(line[-1] in ".:" and "{" not in line and ".." not in line for line in lines)
    for line in figures.lines:
        assert any(line["title"] in told for told in lines)
    assert not any(word in " ".join(lines) for word in ("None", "do ", "vì ", "nguyên nhân"))


def test_a_number_the_plan_uses_twice_is_no_name() -> None:
    lines = [
        {"no": "–", "code": "mot", "title": "a"}, {"no": "3", "code": "ba", "title": "b"},
        {"no": "3", "code": "bon", "title": "c"}, {"no": "4 (b)", "code": "4-b", "title": "d"},
    ]  # fmt: skip
    assert [words.name_of(line, lines) for line in lines] == ["mot", "ba", "bon", "4 (b)"]


def test_headings_without_words_are_left_out_and_the_rest_numbered_through() -> None:
    told = paper(source(next_tasks="Mở lớp."), 2026)
    assert [one["heading"] for one in told["sections"]] == [
        "I. KẾT QUẢ THỰC HIỆN",
        "II. NHIỆM VỤ KỲ TỚI",
    ]


def test_a_restatement_is_named_and_the_figures_stay() -> None:
    made = source()
    before, after = paper(made, 2026), paper(restated(made), 2026)
    assert before["annex"]["rows"] == after["annex"]["rows"]
    assert "điều chỉnh lần 1 ngày 01/12/2026: Ba bài về muộn." in after["annex"]["notes"][0]


def test_a_report_to_somebody_says_so_and_its_copies_begin_with_them() -> None:
    head = letter(addressees=("UBND tỉnh", "- Sở A;"), recipients=("Lưu: VT.",))
    assert head.address_lines == ("Kính gửi:", "- UBND tỉnh;", "- Sở A.")
    assert head.recipient_lines == ("- Như trên;", "- Lưu: VT.")
    assert letter(addressees=()).recipient_lines == ("- Lưu: VT.",)
    own = paper(source(addressees="Sở Thử\nSở Hai"), 2026)
    assert own["addressees"][1] == "- Sở Thử;"


def test_a_letterhead_without_what_paper_needs_says_what_to_write() -> None:
    found = head_problems(letter(agency=(), position="", place="🎉", annex="x"))
    assert set(found) == {"agency", "position", "place", "annex"}
    assert all(clean(str(word)).endswith((".", "”.")) for word in found.values())


def test_what_only_one_of_two_officers_changed_is_put_together() -> None:
    read = dict.fromkeys(words.FIELDS, "cũ")
    marks = {name: texts.mark(text) for name, text in read.items()}
    mine = {**read, "results": "của tôi", "proposals": "tôi"}
    theirs = {**read, "difficulties": "của họ", "proposals": "họ"}
    found = texts.merged(mine, theirs, marks)
    assert found["results"].offered == "của tôi"
    assert found["difficulties"].offered == "của họ"
    assert [name for name, one in found.items() if one.differs] == ["proposals"]
    assert (found["proposals"].mine, found["proposals"].theirs) == ("tôi", "họ")
