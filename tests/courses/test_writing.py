"""A version goes back to the author's folder, and reading the folder gives the same content."""

import hashlib
from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from courses import rules
from courses.activities.simulation import walk
from courses.activity_parts import Simulation
from courses.drawings import MEDIA_TYPE
from courses.loader import LoadedProgramme, load_files, shipped_programmes
from courses.problems import ContentError
from courses.reading import read_yaml
from courses.rules import Media
from courses.writing import write_files
from courses.yaml_text import WIDTH, write_yaml
from tests.courses.made_up import MadeUp, texts, versions
from tests.courses.sample import DRAWING
from tests.factories.activities import every_kind
from tests.factories.content import small_version

pytestmark = pytest.mark.pure

BLOB = DRAWING.encode()
SHA = hashlib.sha256(BLOB).hexdigest()
PICTURE = Media("hinh.svg", SHA, MEDIA_TYPE, len(BLOB))
LOADED = [*shipped_programmes(), every_kind()]
loaded = pytest.mark.parametrize("loaded", LOADED, ids=[one.version.code for one in LOADED])


@loaded
def test_what_is_written_loads_as_the_same_content(loaded: LoadedProgramme) -> None:
    again = load_files(write_files(loaded.version, loaded.media))
    assert again.version == loaded.version
    assert again.media == loaded.media


def test_a_version_that_was_never_a_folder_becomes_one() -> None:
    version = small_version()
    assert load_files(write_files(version, {})).version == version


def test_a_page_that_begins_with_a_byte_order_mark_keeps_it() -> None:
    first = small_version().modules[0]
    lesson = replace(first.lessons[0], guide="\ufeffChuẩn bị")
    module = replace(first, lessons=(lesson, *first.lessons[1:]))
    version = replace(small_version(), modules=(module,))
    assert load_files(write_files(version, {})).version.modules == (module,)


@settings(max_examples=40, deadline=None)
@given(versions(PICTURE))
def test_whatever_an_author_may_write_is_kept(made: MadeUp) -> None:
    assert load_files(write_files(made.version, {SHA: BLOB})).version == made.version


@given(st.dictionaries(st.sampled_from("abc"), st.one_of(texts(400), st.lists(texts()))))
def test_any_text_is_written_as_yaml_that_means_the_text(data: dict[str, object]) -> None:
    if data:
        written = write_yaml(data)
        assert read_yaml("x.yaml", written).data == data
        assert yaml.safe_load(written) == data


@loaded
def test_the_files_are_pleasant_to_read(loaded: LoadedProgramme) -> None:
    for path, body in write_files(loaded.version, loaded.media).items():
        text = body.decode()
        if path.startswith("media/"):
            continue
        assert "\\u" not in text.lower(), path
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        if path.endswith(".yaml"):
            assert max(map(len, text.splitlines())) <= WIDTH + 25, path
            assert not set("&*") & {line.strip()[:1] for line in text.splitlines()}, path


def test_questions_lie_together_by_skill_and_bank_with_the_right_option_first() -> None:
    files = write_files(small_version(), {})
    assert {path for path in files if path.startswith("items/")} == {
        f"items/{skill}-{bank}.yaml"
        for skill in ("tim-kiem", "an-toan", "thanh-toan")
        for bank in ("luyen", "thi", "do")
    }
    told = yaml.safe_load(files["items/an-toan-thi.yaml"])
    assert list(told) == ["skill", "level", "certifying", "source", "reviewed_on", "items"]
    assert [list(option) for option in told["items"][0]["options"]] == [
        ["right"], ["wrong"], ["wrong"], ["wrong"],
    ]  # fmt: skip


def test_a_large_bank_is_parted_into_files_that_the_reader_takes() -> None:
    small = small_version()
    many = [replace(small.item("an-toan-l1"), id=f"them-{n:03}", options=()) for n in range(250)]
    version = rules.freeze(
        programme=small.programme, modules=small.modules, items=[*small.items, *many],
        observed_tasks=small.observed_tasks, blueprints=small.blueprints,
        pass_rules=small.pass_rules, media=(),
    )  # fmt: skip
    paths = [path for path in write_files(version, {}) if path.startswith("items/an-toan-luyen")]
    assert paths == [f"items/an-toan-luyen{n}.yaml" for n in ("", "-2", "-3")]


def test_a_missing_drawing_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        write_files(every_kind().version, {})


# Names of a simulated phone


def spoilt(old: str, new: str) -> dict[str, bytes]:
    """The files of the programme of all kinds, written back, with one place changed."""
    files = write_files(every_kind().version, every_kind().media)
    text = files["items/chung-luyen.yaml"].decode()
    assert old in text
    return files | {"items/chung-luyen.yaml": text.replace(old, new, 1).encode()}


def plan_of(files: dict[str, bytes]) -> Simulation:
    simulation = load_files(files).version.item("simulation-practice-1").simulation
    assert simulation is not None
    return simulation


def test_an_edited_phone_keeps_the_names_that_answers_were_given_under() -> None:
    before = every_kind().version.item("simulation-practice-1")
    assert before.simulation is not None
    after = plan_of(spoilt("title: Chuyển tiền", "title: Chuyển tiền mới"))
    assert [s.id for s in after.screens] == [s.id for s in before.simulation.screens]
    tapped = before.simulation.screens[0].hotspots[1].id
    item = load_files(spoilt("title: Chuyển tiền", "title: Mới")).version.item(before.id)
    assert walk(item, [tapped]).screen.title == "Mới"


def test_a_screen_cannot_take_the_name_of_another_screen() -> None:
    """`trang-chu` is read as the very name that the written file holds, so it is there twice."""
    simulation = every_kind().version.item("simulation-practice-1").simulation
    assert simulation is not None
    lost = simulation.screens[-1].id
    files = spoilt(f"- id: {lost}\n", "- id: trang-chu\n")
    with pytest.raises(ContentError) as refused:
        load_files(files)
    assert any("dùng hai lần" in problem.message for problem in refused.value.problems)


def test_a_button_with_the_letters_of_a_screen_is_given_a_name_of_its_own() -> None:
    simulation = every_kind().version.item("simulation-practice-1").simulation
    assert simulation is not None
    tapped = simulation.screens[0].hotspots[0].id
    after = plan_of(spoilt(f"id: {tapped},", f"id: {simulation.start},"))
    assert after.screens[0].hotspots[0].id.startswith("h")
    assert after.screens[0].hotspots[0].id[1:] != simulation.start[1:]
