"""The published reading measure, worked out by hand on small texts."""

import pytest

from courses.loader import shipped_programmes
from courses.reading_level import HARDEST, Reading, lesson_level, read_level
from courses.rules import GROUPS

pytestmark = pytest.mark.pure


def test_letters_words_and_sentences_are_counted_as_printed() -> None:
    """Bà(2) Lan(3) bấm(3) nút(3). Máy(3) kêu(3)! : six words, seventeen letters, two sentences."""
    assert read_level(["Bà Lan bấm nút. Máy kêu!"]) == Reading(17, 6, 2)


def test_the_level_is_the_formula() -> None:
    """RL = 2 * 68/20 + 0.2 * 20/1 - 6 = 6.8 + 4 - 6."""
    assert Reading(letters=68, words=20, sentences=1).level == pytest.approx(4.8)


def test_markdown_is_no_text_and_each_entry_of_a_list_is_a_sentence() -> None:
    assert read_level(["Nhớ:\n\n- **Dừng** lại\n- Hỏi\n\n> Gọi lại"]) == read_level(
        ["Nhớ. Dừng lại. Hỏi. Gọi lại."]
    )


def test_a_number_or_an_address_is_one_word() -> None:
    assert read_level(["Trả 45.000 đồng ở dichvucong.gov.vn nhé."]).words == 6
    assert read_level(["Trả 45.000 đồng ở dichvucong.gov.vn nhé."]).sentences == 1


def test_nothing_reads_at_no_level() -> None:
    assert read_level([]).level == 0
    assert read_level(["— …"]).level == 0


def test_longer_words_and_sentences_read_harder() -> None:
    easy = read_level(["Bà Lan mở máy. Bà xem tin. Bà gọi con."])
    hard = read_level(["Nguyên tắc thực hiện trong phạm vi trách nhiệm quản lý của chính quyền."])
    assert easy.level < hard.level


def test_every_group_has_a_bound_and_the_shipped_lessons_keep_it() -> None:
    assert set(HARDEST) == set(GROUPS)
    for loaded in shipped_programmes():
        for lesson in loaded.version.lessons:
            assert 0 < lesson_level(lesson).level <= HARDEST[loaded.version.programme.group]
