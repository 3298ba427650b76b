"""The same content has one canonical text, one hash and one id."""

import dataclasses
import json
import random
import unicodedata
from pathlib import Path

import pytest

from courses.canonical import CanonicalError, digest
from courses.loader import load_files, load_folder
from courses.rules import (
    FORMAT,
    ProgrammeVersion,
    UnknownContent,
    canonical,
    from_canonical,
    implied_levels,
)
from tests.courses.sample import FILES, ITEMS, LESSON, files, spoilt

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def version() -> ProgrammeVersion:
    return load_files(files()).version


def test_a_version_survives_its_canonical_json(version: ProgrammeVersion) -> None:
    text = canonical(version)
    assert from_canonical(text) == version
    assert version.content_hash == digest(text)
    assert canonical(from_canonical(text)) == text


def test_the_order_of_files_does_not_change_the_hash(version: ProgrammeVersion) -> None:
    shuffled = list(files().items())
    random.Random(7).shuffle(shuffled)
    assert load_files(dict(shuffled)).version == version


def test_moving_a_question_to_another_file_does_not_change_the_hash(
    version: ProgrammeVersion,
) -> None:
    head, items = ITEMS.split("items:\n")
    first, rest = items.split("  - id: luyen")
    parted = files() | {
        "items/cau-hoi.yaml": f"{head}items:\n  - id: luyen{rest}".encode(),
        "items/a.yaml": f"{head}items:\n{first}".encode(),
    }
    assert load_files(parted).version == version


def test_line_endings_byte_marks_and_decomposed_letters_do_not_change_the_hash(
    version: ProgrammeVersion,
) -> None:
    windows = {
        name: ("﻿" if name.endswith(".md") else "").encode()
        + unicodedata.normalize("NFD", text).replace("\n", "\r\n").encode()
        for name, text in FILES.items()
    }
    assert load_files(windows).version == version


def test_a_folder_reads_as_its_files_do(version: ProgrammeVersion, tmp_path: Path) -> None:
    for name, content in files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    (tmp_path / ".DS_Store").write_bytes(b"left by a file manager")
    loaded = load_folder(tmp_path)
    assert loaded.version == version
    assert digest(loaded.canonical) == version.content_hash


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("modules/mot/bai.md", "Xin chào", "Kính chào"),
        ("items/cau-hoi.yaml", "difficulty: 1", "difficulty: 2"),
        ("media/phone.svg", "M0 0h4", "M0 0h5"),
        ("programme.yaml", "share: 75", "share: 80"),
        ("tasks/quet-ma.yaml", "must: false", "must: true"),
    ],
)
def test_any_change_of_content_is_a_new_version(
    version: ProgrammeVersion, file: str, old: str, new: str
) -> None:
    changed = load_files(spoilt(file, old, new)).version
    assert changed.content_hash != version.content_hash
    assert changed.id != version.id


def test_the_id_is_a_uuid5_of_the_hash(version: ProgrammeVersion) -> None:
    assert version.id.version == 5
    assert version.id == from_canonical(canonical(version)).id


def test_media_are_kept_by_their_hash() -> None:
    loaded = load_files(files())
    (medium,) = loaded.version.media
    assert loaded.media[medium.sha256] == FILES["media/phone.svg"].encode()
    assert medium.size == len(FILES["media/phone.svg"].encode())


def test_option_names_do_not_tell_the_order_they_were_written_in(version: ProgrammeVersion) -> None:
    right, wrong = "      - right: Tên người nhận\n", "      - wrong: Màu của mã\n"
    swapped = load_files(spoilt("items/cau-hoi.yaml", right + wrong, wrong + right)).version
    assert swapped == version


@pytest.mark.parametrize(
    "change",
    [
        {"format": FORMAT + 1},
        {"items": "none"},
        {"surprise": 1},
        {"modules": [{"code": "x"}]},
        {"pass_rules": [{"level": "basic", "share": True}]},
    ],
)
def test_a_text_of_another_shape_is_refused(
    version: ProgrammeVersion, change: dict[str, object]
) -> None:
    damaged = json.dumps(json.loads(canonical(version)) | change)
    with pytest.raises(CanonicalError):
        from_canonical(damaged)


def test_a_damaged_text_is_refused() -> None:
    with pytest.raises(CanonicalError):
        from_canonical("{")


def test_fields_with_their_default_are_left_out_so_that_the_format_can_grow(
    version: ProgrammeVersion,
) -> None:
    item = next(i for i in json.loads(canonical(version))["items"] if i["id"] == "luyen")
    assert "hints" not in item
    assert "certifying" not in item


def test_a_version_cannot_be_changed(version: ProgrammeVersion) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        version.programme.title = "khác"  # type: ignore[misc]  # It is the refusal that is tested.


def test_parts_are_found_by_their_names(version: ProgrammeVersion) -> None:
    assert version.lesson("bai").title == "Bài một"
    assert version.item("thi").right_options
    assert version.blueprint("certifying", "basic").count == 2
    assert version.pass_rule("basic").tries == 3
    assert [task.id for task in version.tasks("basic")] == ["quet-ma"]
    assert version.tasks("proficient") == ()
    with pytest.raises(UnknownContent):
        version.lesson("không có")


def test_screens_hold_markdown_and_know_their_drawing_and_practice() -> None:
    lesson = load_files(files()).version.lesson("bai")
    assert LESSON.count("\n---\n") == 2
    first, second = lesson.screens
    assert first.body == "Xin chào **cô chú**."
    assert first.illustration is not None
    assert first.illustration.alt == "Một chiếc điện thoại"
    assert second.practice == "luyen"


def test_proficient_implies_basic() -> None:
    assert implied_levels("proficient") == ("basic", "proficient")
    assert implied_levels("basic") == ("basic",)
