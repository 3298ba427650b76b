"""Modules lead to a level and may have a quiz; lessons may have a page for the trainer."""

import pytest

from courses.loader import load_files
from courses.problems import ContentError
from courses.writing import write_files
from tests.factories.activities import every_kind_files

pytestmark = pytest.mark.pure

GUIDE = "modules/mot/bai.huong-dan.md"
QUIZ = (
    "  - {kind: practice, level: basic, module: mot, rows: [{skill: chung, count: 3}]}\npass_rules:"
)


def files(**changed: str) -> dict[str, bytes]:
    own = every_kind_files()
    own["programme.yaml"] = own["programme.yaml"].replace(b"pass_rules:", QUIZ.encode())
    own[GUIDE] = "# Chuẩn bị\n\nMỗi bàn một máy.\n".encode()
    return own


def problems(content: dict[str, bytes]) -> list[str]:
    with pytest.raises(ContentError) as refused:
        load_files(content)
    return [str(problem) for problem in refused.value.problems]


def test_a_quiz_is_a_practice_form_of_one_module() -> None:
    version = load_files(files()).version
    assert version.blueprint("practice", "basic", "mot").count == 3
    assert version.blueprint("practice").count == 7
    assert version.blueprint("practice", "basic", "mot").code == "practice/basic/mot"


def test_the_page_for_the_trainer_goes_with_its_lesson_and_is_written_back() -> None:
    loaded = load_files(files())
    assert loaded.version.lesson("bai").guide == "# Chuẩn bị\n\nMỗi bàn một máy."
    again = load_files(write_files(loaded.version, loaded.media))
    assert again.version.content_hash == loaded.version.content_hash


def test_a_page_for_the_trainer_is_one_page_of_words() -> None:
    own = files()
    own[GUIDE] = "# Hình\n\n![x](y.svg)\n".encode()
    assert problems(own)[0].startswith(f"{GUIDE}:3: ")
    own[GUIDE] = b"x" * 3501
    assert "một trang giấy" in problems(own)[0]


def test_a_quiz_names_a_module_of_its_level_and_is_practice() -> None:
    own = files()
    own["programme.yaml"] = own["programme.yaml"].replace(b"module: mot", b"module: hai")
    assert "hai" in problems(own)[0]
    own = files()
    own["programme.yaml"] = own["programme.yaml"].replace(
        b"{kind: practice, level: basic, module", b"{kind: certifying, level: basic, module"
    )
    assert any("practice" in one for one in problems(own))


def test_a_class_learns_the_modules_of_its_level() -> None:
    own = files()
    own["modules/mot/module.yaml"] += b"level: proficient\n"
    found = problems(own)
    assert any("modules/mot" in one or "programme.yaml" in one for one in found)
    version = load_files(files()).version
    assert version.lessons_at("basic") == version.lessons
    assert version.lessons_at("proficient") == ()
