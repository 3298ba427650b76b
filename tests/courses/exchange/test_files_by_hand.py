"""Files written by hand to the formats' documentation, against what they must become."""

import pytest

from courses.exchange import Imported, read
from tests.courses.exchange.golden import FILES, expected, told

pytestmark = pytest.mark.pure

NAMES = ("du-goc.gift", "du-goc.xml", "danh-sach.txt")


def taken(name: str, content: bytes | None = None) -> Imported:
    """The kept file, or the same with other bytes."""
    return read(name, (FILES / name).read_bytes() if content is None else content)


@pytest.mark.parametrize("name", NAMES)
def test_every_item_and_every_loss_is_as_it_was_checked_by_eye(name: str) -> None:
    assert told(taken(name)) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_from_windows_gives_the_same(name: str) -> None:
    content = (FILES / name).read_bytes().removeprefix(b"\xef\xbb\xbf")
    other = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")
    assert told(taken(name, other)) == expected(name)


@pytest.mark.parametrize("name", ["du-goc.gift", "danh-sach.txt"])
def test_a_file_from_notepad_in_utf_16_gives_the_same(name: str) -> None:
    content = (FILES / name).read_text(encoding="utf-8").encode("utf-16")
    assert told(taken(name, content)) == expected(name)


def test_the_content_decides_more_than_the_name() -> None:
    gift, xml = ((FILES / name).read_bytes() for name in ("du-goc.gift", "du-goc.xml"))
    assert told(read("cau-hoi.txt", gift)) == expected("du-goc.gift")
    assert told(read("cau-hoi.txt", xml)) == expected("du-goc.xml")


def test_the_same_file_gives_the_same_ids() -> None:
    first, second = taken("danh-sach.txt"), taken("danh-sach.txt")
    assert [item["id"] for item in first.items] == [item["id"] for item in second.items]


def test_the_drawing_of_a_prompt_comes_along() -> None:
    imported = taken("du-goc.xml")
    assert imported.items[0]["illustration"] == {"media": "khoa.svg", "alt": "Chiếc chìa khóa"}
    assert imported.media["khoa.svg"].startswith(b"<svg")


def test_every_item_says_where_it_came_from() -> None:
    imported = taken("du-goc.gift")
    assert len(imported.places) == len(imported.items) == 14
    assert imported.places[0] == "câu 1, dòng 7"
    assert not imported.is_whole
