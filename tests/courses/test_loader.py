"""A wrong folder is refused with file, line and a Vietnamese sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.activities import KINDS, public_item
from courses.loader import load_files
from courses.problems import ContentError, Problem
from courses.schemas import KIND_PARTS
from tests.courses.sample import DRAWING, FILES, files, spoilt

pytestmark = pytest.mark.pure

ITEMS, LESSON, PROGRAMME = "items/cau-hoi.yaml", "modules/mot/bai.md", "programme.yaml"


def problems(content: dict[str, bytes]) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as refused:
        load_files(content)
    return refused.value.problems


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "told"),
    [
        (ITEMS, "right: Tên người", "wrong: Tên người", "id: thi\n", "Thiếu đáp án đúng"),
        (ITEMS, "wrong: Màu của", "right: Màu của", "id: thi\n", "hai đáp án đúng"),
        (ITEMS, "right: Chỉ dùng", "wrong: Chỉ dùng", "id: thi-otp", "ít nhất hai đáp án đúng"),
        (ITEMS, "Màu của mã", "Tên người nhận", "id: thi\n", "hai phương án giống nhau"),
        (ITEMS, "id: luyen", "id: thi", "id: luyen", "đã dùng ở items/cau-hoi.yaml:7"),
        (ITEMS, "skill: qr", "skill: khac", "id: thi\n", "“khac” không có trong programme.yaml"),
        (ITEMS, "source: kinh nghiệm lớp học\n", "", "id: thi\n", "source: Thiếu trường này"),
        (ITEMS, "reviewed_on: 2026-11-21\n", "", "id: thi\n", "reviewed_on: Thiếu trường này"),
        (ITEMS, "2026-11-21", "21/11/2026", "reviewed_on", "năm-tháng-ngày"),
        (ITEMS, "difficulty: 1", "difficulty: dễ", "difficulty", "số nguyên"),
        (ITEMS, "difficulty: 1", "difficulty: 4", "difficulty", "từ 1 đến 3"),
        (ITEMS, "kind: multiple", "kind: doan", "kind: multiple", "single, multiple"),
        (ITEMS, "certifying: true", "certifying: có", "certifying: có", "true hoặc false"),
        (ITEMS, "prompt: Trước", "promt: Trước", "prompt: Trước", "Không có trường này"),
        (ITEMS, "difficulty: 1", "difficulty: 1\ndifficulty: 2", "difficulty: 2", "hai lần"),
        (ITEMS, "level: basic", "level: &a basic", "level: basic", "bí danh YAML"),
        (ITEMS, "level: basic", "level: !!str basic", "level: basic", "thẻ YAML"),
        (ITEMS, "level: basic", "level: [basic", "skill: qr", "YAML viết sai"),
        (LESSON, "![Một chiếc điện thoại]", "![]", "phone.svg", "thiếu lời tả"),
        (LESSON, "(phone.svg)", "(may.svg)", "# Màn một", "Không có hình “may.svg”"),
        (LESSON, "{practice: luyen}", "{practice: xa}", "# Màn hai", "Không có câu hỏi “xa”"),
        (LESSON, "{practice: luyen}", "{practice: thi}", "# Màn hai", "là câu thi"),
        (LESSON, "# Màn hai", "Màn hai", "# Màn hai", "Màn hình phải mở đầu"),
        (LESSON, "Xin chào", "<b>Xin</b> chào", "# Màn một", "không dùng thẻ HTML"),
        (LESSON, "sources: [kinh nghiệm lớp học]\n", "", "title: Bài", "sources: Thiếu trường này"),
        (LESSON, "skills: [qr, otp]", "skills: [qr, lạ]", "skills:", "không dấu"),
        (PROGRAMME, "count: 1", "count: 3", "kind: certifying", "ngân hàng chỉ có 1 câu"),
        (PROGRAMME, "[quet-ma]", "[xa-la]", "level: basic\n    share", "Không có bài thực hành"),
        (PROGRAMME, "{skill: otp, count: 1}", "{skill: qr, count: 1}", "kind: certifying", "khác hẳn độ khó"),
        (PROGRAMME, "kind: certifying", "kind: practice", "code: basic", "chưa có cấu trúc đề thi"),
        (PROGRAMME, "group: residents", "group: ai-cung", "group", "residents"),
        (PROGRAMME, "share: 75", "share: 175", "share: 75", "từ 1 đến 100"),
        ("tasks/quet-ma.yaml", "  - {text: Xem tên, must: false}\n", "", "steps", "từ 2 đến 12"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_file_and_line(
    file: str, old: str, new: str, at: str, told: str
) -> None:
    content = spoilt(file, old, new)
    found = problems(content)
    matching = [problem for problem in found if told in problem.message]
    assert matching, "\n".join(map(str, found))
    text = content[file].decode()
    where = (text if at in text else FILES[file]).split(at)[0].count("\n") + 1
    assert (file, where) in {(problem.file, problem.line) for problem in matching}


def test_all_mistakes_of_a_reading_are_told_at_once() -> None:
    content = spoilt(ITEMS, "difficulty: 1", "difficulty: dễ")
    content |= {LESSON: FILES[LESSON].replace("# Màn hai", "Màn hai").encode()}
    assert {problem.file for problem in problems(content)} == {ITEMS, LESSON}


def test_a_missing_file_is_named_where_it_is_called_for() -> None:
    content = files()
    del content[LESSON]
    (found,) = problems(content)
    assert (found.file, found.message) == (
        "modules/mot/module.yaml",
        "Thiếu tệp modules/mot/bai.md.",
    )


def test_a_file_that_nothing_names_is_refused() -> None:
    (found,) = problems(files() | {"modules/mot/cu.md": b"x"})
    assert str(found) == "modules/mot/cu.md: Tệp này không được nhắc tới trong chương trình."


def test_a_drawing_that_nobody_uses_is_refused() -> None:
    (found,) = problems(files() | {"media/thua.svg": DRAWING.encode()})
    assert "không được dùng ở đâu" in found.message


def test_a_file_in_another_encoding_is_refused_with_its_line() -> None:
    text = FILES["modules/mot/module.yaml"].encode("utf-16")
    (found,) = problems(files() | {"modules/mot/module.yaml": text})
    assert (found.line, "UTF-8" in found.message) == (1, True)


def test_a_yaml_bomb_is_refused_before_it_is_built() -> None:
    bomb = "a: &a [x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(9))
    (found,) = problems(files() | {ITEMS: bomb.encode()})
    assert (found.file, found.line) == (ITEMS, 1)


def test_deeply_nested_and_oversized_files_are_refused() -> None:
    (deep,) = problems(files() | {ITEMS: ("[" * 60 + "]" * 60).encode()})
    assert "quá sâu" in deep.message
    (large,) = problems(files() | {ITEMS: b"x" * 300_000})
    assert "256 KB" in large.message


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("</svg>", "<script>x()</script></svg>", "script"),
        ("<path ", '<path onclick="x()" ', "onclick"),
        ("<path ", '<path style="fill:red" ', "style"),
        ("<path ", '<image href="https://example.org/a.png"/><path ', "image"),
        ("<path ", '<a href="x"/><path ', "không được dùng: a."),
        ("<path ", '<text x="1">chữ</text><path ', "text"),
        ("<path ", '<path stroke="red" d="M0 0"/><path ', "mã màu"),
        ("<path ", '<path fill="#b23a2e" d="M0 0"/><path ', "một màu nhấn"),
        (' viewBox="0 0 10 10"', "", "viewBox"),
        ("<svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg', "DTD"),
        ("</svg>", "", "không phải hình SVG"),
        ("</svg>", " " * 16_000 + "</svg>", "15 KB"),
    ],
)
def test_a_drawing_that_is_more_than_a_drawing_is_refused(old: str, new: str, told: str) -> None:
    drawing = DRAWING.replace(old, new, 1)
    if "stroke=" in new:
        drawing = drawing.replace(' stroke="currentColor"', "")
    found = problems(files() | {"media/phone.svg": drawing.encode()})
    assert any(told in problem.message for problem in found), found
    assert {problem.file for problem in found} == {"media/phone.svg"}


@given(junk=st.binary(max_size=200), file=st.sampled_from(sorted(FILES)))
def test_any_bytes_end_in_problems_and_never_in_a_crash(junk: bytes, file: str) -> None:
    with pytest.raises(ContentError) as refused:
        load_files(files() | {file: junk})
    assert refused.value.problems


def test_a_public_item_holds_nothing_of_its_key() -> None:
    version = load_files(files()).version
    for item in version.items:
        told = public_item(item)
        assert set(told) == {"id", "kind", "skill", "prompt", "illustration", "options"}
        options = told["options"]
        assert isinstance(options, list)
        assert [set(option) for option in options] == [{"id", "text"}] * len(item.options)
        assert [option["id"] for option in options] == sorted(o.id for o in item.options)


def test_every_kind_has_fields_of_its_own() -> None:
    assert set(KINDS) == set(KIND_PARTS)
