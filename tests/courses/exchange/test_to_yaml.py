"""The items file that an author goes on with."""

from datetime import date

import pytest

from courses.exchange import read, to_yaml, yaml_files
from courses.loader import load_files
from courses.problems import ContentError
from tests.courses.exchange.golden import COMMON, FILES
from tests.factories.activities import every_kind_files

pytestmark = pytest.mark.pure


def folder(body: bytes, name: str = "items/moi.yaml") -> dict[str, bytes]:
    """A programme with one more items file."""
    return every_kind_files() | {name: body}


def test_what_was_imported_loads_in_a_programme() -> None:
    items = [
        item
        for item in read("a.gift", (FILES / "du-goc.gift").read_bytes()).items
        if item["explanation"]
    ]
    version = load_files(folder(to_yaml(items, COMMON | {"certifying": True}))).version
    found = version.item("otp-la-gi")
    assert (found.skill, found.difficulty, found.certifying) == ("chung", 1, True)
    assert (found.reviewed_on, version.item("hai-viec").difficulty) == (date(2026, 11, 21), 2)


def test_a_missing_explanation_leads_the_author_to_its_line() -> None:
    body = to_yaml(read("a.gift", b"Mot?{=a ~b ~c}\n\nHai?{=a ~b ~c ####vi}").items, COMMON)
    line = next(
        n
        for n, text in enumerate(body.decode().split("\n"), 1)
        if "# Cần bổ sung lời giải thích." in text
    )
    with pytest.raises(ContentError) as caught:
        load_files(folder(body))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("items/moi.yaml", line)
    assert "explanation" in problem.message


def test_a_missing_review_date_is_one_line_to_fill_in() -> None:
    body = to_yaml(read("a.gift", b"Mot?{=a ~b ~c ####vi}").items, COMMON | {"reviewed_on": ""})
    with pytest.raises(ContentError) as caught:
        load_files(folder(body))
    (problem,) = caught.value.problems
    assert body.decode().split("\n")[problem.line - 1].startswith('reviewed_on: ""  # Cần ghi ngày')


def test_words_that_yaml_would_take_for_something_else_stay_words() -> None:
    odd = "Một?{=no ~012 ~&a ~*b ~\\# x ~null ####'x'\\: \"y\" - \\{z\\}}"
    body = to_yaml(read("a.gift", odd.encode()).items, COMMON)
    item = next(item for item in load_files(folder(body)).version.items if item.prompt == "Một?")
    assert {option.text for option in item.options} == {"no", "012", "&a", "*b", "# x", "null"}
    assert item.explanation == "'x': \"y\" - {z}"


def test_many_questions_need_several_files() -> None:
    text = "\n\n".join(f"Câu số {n}?{{=a ~b ~c ####vì}}" for n in range(450))
    items = read("a.gift", text.encode()).items
    assert len(items) == 450
    with pytest.raises(ContentError) as caught:
        to_yaml(items, COMMON)
    assert "450 câu" in str(caught.value)
    files = yaml_files(items, COMMON, "moi")
    assert list(files) == [
        "items/moi.yaml",
        "items/moi-2.yaml",
        "items/moi-3.yaml",
        "items/moi-4.yaml",
    ]
    version = load_files(every_kind_files() | files).version
    assert len(version.items) == 42 + 450
