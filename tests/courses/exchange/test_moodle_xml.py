"""Corners of Moodle XML, one at a time."""

from base64 import b64encode
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from courses.exchange import Imported, read, write_moodle
from tests.factories.activities import PICTURE, every_kind

pytestmark = pytest.mark.pure

THREE = "".join(
    f'<answer fraction="{share}"><text>{text}</text></answer>'
    for text, share in (("a", 100), ("b", 0), ("c", 0))
)
WHY = "<generalfeedback><text>vì</text></generalfeedback>"


def quiz(inside: str, kind: str = "multichoice") -> Imported:
    """A file with one question."""
    return read("a.xml", f'<quiz><question type="{kind}">{inside}</question></quiz>'.encode())


def one(inside: str, kind: str = "multichoice") -> tuple[dict[str, Any], list[str]]:
    """The only item, and what is told of it."""
    imported = quiz(inside, kind)
    assert len(imported.items) == 1, imported.losses
    return imported.items[0], [loss.message for loss in imported.losses]


def asked(prompt: str, form: str = "html", files: str = "") -> str:
    """A prompt."""
    return f'<questiontext format="{form}"><text><![CDATA[{prompt}]]></text>{files}</questiontext>{WHY}'


def test_a_single_choice_is_single_when_the_file_does_not_say() -> None:
    item, told = one(asked("Một?") + THREE)
    assert item["options"] == [{"right": "a"}, {"wrong": "b"}, {"wrong": "c"}]
    assert told == []


def test_paragraphs_and_lists_stay_as_lines() -> None:
    item, _told = one(asked("<div>Một</div><ul><li>hai</li><li>ba</li></ul>bốn<br/>năm") + THREE)
    assert item["prompt"] == "Một\n- hai\n- ba\nbốn\nnăm"


@pytest.mark.parametrize(
    ("form", "prompt"),
    [
        ("plain_text", "<b>a</b> &amp; b"),
        ("html", "a & b"),
        ("moodle_auto_format", "a & b"),
        ("markdown", "<b>a</b> & b"),
    ],
)
def test_each_format_is_read_by_its_own_rules(form: str, prompt: str) -> None:
    assert one(asked("<b>a</b> &amp; b", form) + THREE)[0]["prompt"] == prompt


def test_a_fraction_with_many_digits_counts() -> None:
    parts = "".join(f'<answer fraction="33.33333"><text>{n}</text></answer>' for n in "abc")
    item, told = one(
        asked("Ba?")
        + "<single>false</single>"
        + parts
        + '<answer fraction="-50"><text>d</text></answer>'
    )
    assert item["kind"] == "multiple"
    assert told == [
        "Điểm từng phần (33,33%, 33,33%, 33,33%, -50%) không giữ: ở đây chọn đúng hết mới được điểm."
    ]


def test_two_full_answers_of_a_single_choice_are_told() -> None:
    answers = THREE + '<answer fraction="100"><text>d</text></answer>'
    (loss,) = quiz(asked("Một?") + answers).losses
    assert loss.whole
    assert "hai đáp án trọn điểm" in loss.message


def test_a_fraction_that_is_no_number_names_its_line() -> None:
    (loss,) = quiz(asked("Một?") + '\n\n<answer fraction="đúng"><text>a</text></answer>').losses
    assert loss.message.startswith("Dòng 3: không đọc được điểm")


def file(name: str, content: bytes) -> str:
    """An attached file."""
    return f'<file name="{name}" path="/" encoding="base64">{b64encode(content).decode()}</file>'


@pytest.mark.parametrize(
    ("files", "tag", "said"),
    [
        (file("a.svg", b"<svg/>"), '<img src="@@PLUGINFILE@@/a.svg" alt="x">',
         "Hình “x” không giữ: Hình phải là thẻ svg"),
        (file("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script/></svg>'),
         '<img src="@@PLUGINFILE@@/a.svg" alt="x">', "thẻ không được dùng: script"),
        (file("a.png", b"\x89PNG"), '<img src="@@PLUGINFILE@@/a.png" alt="x">', "Tệp không phải hình SVG"),
        (file("a.svg", PICTURE.encode()), '<img src="@@PLUGINFILE@@/a.svg">', "thiếu lời tả hình"),
        (file("a.svg", PICTURE.encode()), "", "Tệp “a.svg” không giữ: đề bài không dùng tới."),
        ('<file name="a.svg" encoding="base64">???</file>', "", "Tệp “a.svg” không giữ: nội dung hỏng."),
        ("", '<img src="https://x.vn/a.svg" alt="x">', "tệp hình không nằm trong tệp câu hỏi"),
    ],
)  # fmt: skip
def test_files_that_may_not_come_along_are_told(files: str, tag: str, said: str) -> None:
    item, told = one(asked(f"<p>Một?{tag}</p>", files=files) + THREE)
    assert "illustration" not in item
    assert said in told[0]


def test_a_second_picture_is_told() -> None:
    files = file("a.svg", PICTURE.encode())
    tag = '<img src="@@PLUGINFILE@@/a.svg" alt="x">'
    item, told = one(asked(f"Một?{tag}{tag}", files=files) + THREE)
    assert item["illustration"] == {"media": "a.svg", "alt": "x"}
    assert told == ["Hình “x” không giữ: mỗi câu chỉ có một hình."]


def test_two_drawings_of_one_name_are_kept_apart() -> None:
    def question(number: int, drawing: str) -> str:
        prompt = asked(
            f'{number}?<img src="@@PLUGINFILE@@/a.svg" alt="x">',
            files=file("a.svg", drawing.encode()),
        )
        return (
            f'<question type="multichoice">{prompt}<idnumber>q{number}</idnumber>{THREE}</question>'
        )

    other = PICTURE.replace('x="10"', 'x="20"')
    imported = read(
        "a.xml",
        f"<quiz>{question(1, PICTURE)}{question(2, other)}{question(3, PICTURE)}</quiz>".encode(),
    )
    assert [item["illustration"]["media"] for item in imported.items] == [
        "a.svg",
        "q2.svg",
        "a.svg",
    ]
    assert imported.media == {"a.svg": PICTURE.encode(), "q2.svg": other.encode()}


def test_hints_beyond_three_and_long_ones_are_told() -> None:
    hints = "".join(
        f"<hint><text>{text}</text></hint>" for text in ["một", "hai " * 80, "ba", "bốn", "năm"]
    )
    item, told = one(asked("Một?") + THREE + hints)
    assert item["hints"] == ["một", "ba", "bốn"]
    assert told[0].endswith("dài quá 200 ký tự.")
    assert told[1] == "Gợi ý “năm” không giữ: mỗi câu có nhiều nhất ba gợi ý."


def test_steps_follow_their_places_and_not_the_file() -> None:
    steps = "".join(f'<answer fraction="{n}"><text>bước {n}</text></answer>' for n in (3, 1, 2))
    item, told = one(asked("Xếp?") + steps, "ordering")
    assert item["sequence"] == ["bước 1", "bước 2", "bước 3"]
    assert told == []


def test_something_that_is_no_question_is_told() -> None:
    imported = read("a.xml", b"<quiz>\n<course/></quiz>")
    assert [(loss.where, loss.whole) for loss in imported.losses] == [("dòng 2", False)]


def test_what_is_written_has_the_fields_of_the_documentation() -> None:
    loaded = every_kind()
    pictures = {medium.name: loaded.media[medium.sha256] for medium in loaded.version.media}
    body, _losses = write_moodle(loaded.version.items, pictures)
    root = fromstring(body)
    assert root.tag == "quiz"
    types = {node.get("type") for node in root}
    assert types == {"multichoice", "matching", "numerical", "ordering"}
    for node in root:
        for field in (
            "name/text",
            "questiontext/text",
            "generalfeedback/text",
            "defaultgrade",
            "penalty",
            "hidden",
        ):
            assert node.findtext(field), field
    several = next(node for node in root if node.findtext("single") == "false")
    shares = sorted(float(answer.get("fraction", "")) for answer in several.iter("answer"))
    assert shares == [-100, -100, 50, 50]
    decoys = [node for node in root.iter("subquestion") if not node.findtext("text")]
    assert decoys[0].findtext("answer/text") == "Máy tính bỏ túi"
