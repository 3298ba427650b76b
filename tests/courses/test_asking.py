"""Questions as people type them, and answers from the lessons alone."""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from courses.asking import words
from courses.asking.answering import answer
from courses.asking.index import Index, Passage, build
from courses.asking.lexicon import lexicon
from courses.asking.passages import passages_of, said
from courses.asking.ranking import read
from courses.loader import load_folder
from courses.rules import ProgrammeVersion

pytestmark = pytest.mark.pure
KNOWN = {"chuyen": 9, "khoan": 7, "mat": 5, "khau": 5, "video": 3, "ho": 4, "so": 4, "gi": 2}
DEVELOPMENT = Path(__file__).parent.parent / "golden" / "assistant" / "development.toml"
ELDERLY = "nguoi-cao-tuoi"


@cache
def elderly() -> ProgrammeVersion:
    """One whole programme of the library."""
    return load_folder(files("courses") / "library" / ELDERLY).version


@cache
def index() -> Index:
    return build(passages_of(elderly()), lexicon())


@pytest.mark.parametrize(
    ("word", "full", "bare"),
    [
        ("hòa", "hoa.f", "hoa"), ("hoà", "hoa.f", "hoa"), ("mã", "ma.r", "ma"), ("mả", "ma.r", "ma"),
        ("đường", "đương.f", "duong"), ("khẩu", "khâu.r", "khau"), ("2024", "2024", "2024"),
    ],
)  # fmt: skip
def test_a_syllable_has_a_full_and_a_bare_form(word: str, full: str, bare: str) -> None:
    assert words.full_form(word) == full
    assert words.bare_form(full) == bare


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("chuyeenr khoarn", ["chuyen", "khoan"]), ("chuye63n khoa3n", ["chuyen", "khoan"]),
        ("maatj khaaur", ["mat", "khau"]), ("vidio", ["video"]), ("hồ xơ", ["ho", "so"]), ("xyzt", ["xyzt"]),
    ],
)  # fmt: skip
def test_half_typed_and_misspelled_syllables_are_read(typed: str, read_as: list[str]) -> None:
    assert [word.bare for word in words.read_question(typed, KNOWN)] == read_as


def test_a_question_is_read_no_further_than_anybody_asks() -> None:
    assert len(words.read_question("ho " * 5000, KNOWN)) == words.LONGEST // 3


@pytest.mark.parametrize(
    ("typed", "lesson"),
    [
        ("lỡ đọc mã OTP cho người ta rồi", "tin-la-va-ma-otp"),
        ("lo doc ma otp cho nguoi ta roi", "tin-la-va-ma-otp"),
        ("tui nhìn chữ trong máy hổng rõ", "man-hinh-chu-to"),
        ("ddawtj lichj khams", "dat-lich-kham"),
        ("CCCD trong điện thoại", "vneid-giu-gi"),
    ],
)
def test_a_question_is_answered_from_the_lesson_about_it(typed: str, lesson: str) -> None:
    found = answer(index(), lexicon(), typed)
    assert found.answer is not None
    assert found.answer.key == f"{ELDERLY}/{lesson}"


def test_what_has_happened_is_answered_by_what_to_do() -> None:
    found = answer(index(), lexicon(), "tôi lỡ bấm vào đường liên kết lạ, mất tiền rồi")
    assert found.happened
    assert found.answer is not None
    assert found.answer.title == "Nếu lỡ làm theo rồi"


@pytest.mark.parametrize(
    "typed", ["", "???", "xin chào", "giá vàng hôm nay", "asdf qwer", "a" * 5000]
)
def test_what_no_lesson_is_about_is_refused(typed: str) -> None:
    assert answer(index(), lexicon(), typed).answer is None


def test_most_questions_of_development_go_well() -> None:
    rows = tomllib.loads(DEVELOPMENT.read_text(encoding="utf-8"))["questions"]
    asked = [row for row in rows if row["of"] == ELDERLY]
    well = 0
    for row in asked:
        found = answer(index(), lexicon(), row["q"]).answer
        well += (found.key.split("/")[1] in row["in"]) if found else not row["in"]
    assert well >= 0.85 * len(asked)


def test_no_key_no_hint_and_no_question_of_a_test_is_ever_shown_or_searched() -> None:
    lessons = {f"{ELDERLY}/{one.code}": one for one in elderly().lessons}
    for passage in index().passages:
        screens = lessons[passage.key].screens
        if not passage.is_review:
            assert passage.say == said(screens[passage.screen - 1])
    shown = "\n".join(f"{p.title}\n{p.say}" for p in index().passages)
    searched = shown + "\n".join(p.prompt for p in index().passages)
    for item in elderly().items:
        assert not item.secret or item.prompt not in searched
        assert not any(hint in shown for hint in item.hints)


def test_the_same_lessons_give_the_same_index() -> None:
    again = build(passages_of(elderly()), lexicon())
    assert (again.words, again.groups, again.heads) == (
        index().words,
        index().groups,
        index().heads,
    )


def test_only_the_lessons_of_the_level_are_searched() -> None:
    keys = {passage.key for passage in passages_of(elderly(), "basic")}
    assert keys == {f"{ELDERLY}/{lesson.code}" for lesson in elderly().lessons_at("basic")}


def test_a_word_in_the_heading_counts_more_than_in_the_text() -> None:
    head = Passage("a/1", "Ví", "", 1, "Sạc pin", "Việc này làm buổi tối.")
    text = Passage("a/2", "Ví", "", 1, "Buổi tối", "Việc này là sạc pin.")
    small = build([text, head], lexicon())
    found = answer(small, lexicon(), "sạc pin")
    assert found.answer == head
    assert read(small, lexicon(), "sạc pin").units
