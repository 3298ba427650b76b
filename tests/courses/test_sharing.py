"""A module that several programmes teach is written once and speaks to each group in its own way."""

from pathlib import Path

import pytest

from courses.loader import load_files, load_folder
from courses.problems import ContentError
from courses.sharing import shared_modules, with_shared
from tests.factories.activities import PICTURE, every_kind_files

pytestmark = pytest.mark.pure

LESSON = """---
title: An toàn
minutes: 5
skills: [chung]
sources: [kinh nghiệm lớp học]
reviewed_on: 2026-11-21
take_home: ["{Bạn} gọi lại số quen."]
---
# Dừng một nhịp

![Một khung vuông](khung.svg)

Ai giục {bạn} thì {bạn} dừng lại.
"""
SHARED = {
    "an-toan-chung": {
        "module.yaml": "title: An toàn\nsummary: Chung.\nlessons: [dung-mot-nhip]\n".encode(),
        "dung-mot-nhip.md": LESSON.encode(),
        "media/khung.svg": PICTURE.encode(),
    }
}


def files(address: str = "cô chú") -> dict[str, bytes]:
    own = every_kind_files()
    head = own["programme.yaml"].decode().replace("modules: [mot]", "modules: [mot, an-toan-chung]")
    own["programme.yaml"] = head.replace("address: cô chú", f"address: {address}").encode()
    return own


@pytest.mark.parametrize(("address", "said"), [("bác", "Bác gọi"), ("anh chị", "Anh chị gọi")])
def test_the_shared_lesson_speaks_to_each_group_in_its_form_of_address(
    address: str, said: str
) -> None:
    version = load_files(with_shared(files(address), SHARED)).version
    lesson = version.lesson("dung-mot-nhip")
    assert lesson.take_home[0].startswith(said)
    assert lesson.screens[0].body == f"Ai giục {address} thì {address} dừng lại."
    assert version.medium("khung.svg")


def test_a_module_of_its_own_comes_before_a_shared_one() -> None:
    own = files()
    own["modules/an-toan-chung/module.yaml"] = b"title: X\nsummary: Y\nlessons: [bai-rieng]\n"
    assert "modules/an-toan-chung/dung-mot-nhip.md" not in with_shared(own, SHARED)


def test_two_different_files_of_one_name_are_refused() -> None:
    own = files()
    own["media/khung.svg"] = b"<svg/>"
    with pytest.raises(ContentError) as refused:
        with_shared(own, SHARED)
    assert refused.value.problems[0].file == "media/khung.svg"


def test_a_head_that_cannot_be_read_is_left_to_the_loader() -> None:
    for head in (b"\xff", b"[]", b"modules: 3", b""):
        assert with_shared({"programme.yaml": head}, SHARED) == {"programme.yaml": head}


def test_shared_modules_lie_in_a_folder_beside_the_programmes(tmp_path: Path) -> None:
    for path, body in SHARED["an-toan-chung"].items():
        target = tmp_path / "_chung" / "an-toan-chung" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    for path, body in files().items():
        target = tmp_path / "moi-kieu" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
    shared = shared_modules(tmp_path)
    assert shared == SHARED
    assert len(load_folder(tmp_path / "moi-kieu", shared).version.modules) == 2
    assert shared_modules(tmp_path / "moi-kieu") == {}
