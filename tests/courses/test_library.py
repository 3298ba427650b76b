"""The shipped programmes: complete, sourced, warm in one voice, and light."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import pytest

from courses.activities import KINDS
from courses.advice import advise
from courses.canonical import to_plain
from courses.drawings import MAX_BYTES
from courses.loader import LoadedProgramme, shipped_programmes
from courses.rules import (
    COUNTED_PROGRAMMES,
    GROUPS,
    MEASURING_KINDS,
    NOT_MATCHED,
    ProgrammeVersion,
    from_canonical,
)

pytestmark = pytest.mark.pure

SHIPPED = shipped_programmes()
programmes = pytest.mark.parametrize("loaded", SHIPPED, ids=[one.version.code for one in SHIPPED])
OTHER_VOICES = {
    "cô chú": ("anh chị", "quý vị", "các bạn"),
    "anh chị": ("cô chú", "quý vị", "các bạn"),
    "bác": ("cô chú", "anh chị", "quý vị", "các bạn"),
    # Pupils speak of their brothers, sisters, uncles and friends.
    "em": ("quý vị", "quý khách"),
}
SMALL = {"ai-mot-cong-cu", "ai-hanh-chinh", "to-cong-nghe-so"}
"""Programmes of one module or two."""
# Words that would make a service or a product of somebody's the one to use.
BRANDS = re.compile(
    r"\b(zalo|facebook|messenger|tiktok|youtube|google|gemini|chatgpt|copilot|momo|vnpay|zalopay|"
    r"viettel|vinaphone|mobifone|vietcombank|vietinbank|agribank|bidv|techcombank|iphone|samsung|"
    r"android|shopee|lazada|vgca)\b",
    re.I,
)
NUMBERS_THAT_LOOK_LIKE_PHONES = re.compile(r"\b(0\d{8,10}|1[89]00\s?\d{4,6}|11[3-5])\b")


def texts(version: ProgrammeVersion) -> Iterator[str]:
    """Every text of a version."""

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for part in value.values():
                yield from walk(part)
        elif isinstance(value, list):
            for part in value:
                yield from walk(part)

    yield from walk(to_plain(version))


def test_every_programme_that_plans_name_is_shipped() -> None:
    counted = {one.version.programme.counts_as or one.version.code for one in SHIPPED}
    assert counted == set(COUNTED_PROGRAMMES)
    groups = {one.version.programme.group for one in SHIPPED if one.version.code not in SMALL}
    assert groups == set(GROUPS)


@programmes
def test_a_group_s_programme_is_full(loaded: LoadedProgramme) -> None:
    version = loaded.version
    wanted = {"basic": 4, "proficient": 2}
    if version.code in SMALL:
        return
    for level in version.programme.levels:
        modules = version.modules_at(level.code)
        assert len(modules) >= wanted[level.code]
        assert all(len(module.lessons) >= 3 for module in modules)
        assert version.tasks(level.code)
    assert len(version.items) >= 60
    assert sum(item.level == "proficient" for item in version.items) >= 24


@programmes
def test_every_lesson_has_a_page_for_the_trainer_and_every_module_a_quiz(
    loaded: LoadedProgramme,
) -> None:
    version = loaded.version
    assert [x.code for x in version.lessons if not x.guide] == []
    quizzes = {plan.module for plan in version.blueprints}
    assert [m.code for m in version.modules if m.code not in quizzes] == []


def test_the_library_practises_by_doing() -> None:
    practised = {
        (item.prompt, item.hash)
        for one in SHIPPED
        for item in one.version.items
        if item.kind == "simulation" and not item.secret
    }
    assert len(practised) >= 25


@programmes
def test_every_slot_of_a_test_has_three_alternatives(loaded: LoadedProgramme) -> None:
    version = loaded.version
    for plan in version.blueprints:
        if plan.kind == "certifying":
            for row in plan.rows:
                assert len(version.pool(plan.kind, plan.level, row)) >= 3 * row.count


@programmes
def test_a_lesson_is_light(loaded: LoadedProgramme) -> None:
    sizes = {medium.name: medium.size for medium in loaded.version.media}
    for lesson in loaded.version.lessons:
        shown = {screen.illustration.media for screen in lesson.screens if screen.illustration}
        assert sum(sizes[name] for name in shown) <= 2 * 1024 * 1024
    assert sum(sizes.values()) + len(loaded.canonical.encode()) <= 25 * 1024 * 1024


@programmes
def test_a_programme_is_whole(loaded: LoadedProgramme) -> None:
    version = loaded.version
    assert len(version.lessons) >= (3 if version.code in SMALL else 12)
    assert all(6 <= len(lesson.screens) <= 8 for lesson in version.lessons)
    assert len(version.items) >= 24
    assert len(version.tasks("basic")) >= 1
    assert len(version.media) >= 3
    assert 10 <= version.blueprint("certifying", "basic").count <= 12
    assert version.programme.framework.status == NOT_MATCHED


@programmes
def test_there_is_no_advice_for_it(loaded: LoadedProgramme) -> None:
    assert advise(loaded.version) == ()


@programmes
def test_everything_taught_or_asked_has_a_source_and_a_day_of_review(
    loaded: LoadedProgramme,
) -> None:
    version = loaded.version
    reviewed = [x.reviewed_on for x in (*version.lessons, *version.items, *version.observed_tasks)]
    assert min(reviewed) >= date(2026, 11, 21)
    assert all(lesson.sources for lesson in version.lessons)
    assert all(thing.source for thing in (*version.items, *version.observed_tasks))


@programmes
def test_it_keeps_one_form_of_address(loaded: LoadedProgramme) -> None:
    address = loaded.version.programme.address
    for text in texts(loaded.version):
        assert not any(voice in text.casefold() for voice in OTHER_VOICES[address]), text


@programmes
def test_it_favours_no_brand_and_gives_no_phone_numbers(loaded: LoadedProgramme) -> None:
    for text in texts(loaded.version):
        assert not BRANDS.search(text), text
        assert not NUMBERS_THAT_LOOK_LIKE_PHONES.search(text), text


@programmes
def test_drawings_are_light_and_every_one_has_words(loaded: LoadedProgramme) -> None:
    version = loaded.version
    pictures = [s.illustration for x in version.lessons for s in x.screens if s.illustration]
    pictures += [item.illustration for item in version.items if item.illustration]
    assert {picture.media for picture in pictures} == {medium.name for medium in version.media}
    assert all(len(picture.alt) >= 15 for picture in pictures)
    assert all(medium.size <= MAX_BYTES for medium in version.media)
    assert {medium.sha256 for medium in version.media} == set(loaded.media)


def test_the_drawings_are_of_one_hand() -> None:
    drawings = [blob.decode() for one in SHIPPED for blob in one.media.values()]
    heads = {drawing.split("\n")[0] for drawing in drawings}
    assert len(heads) == 1
    accents = {c for drawing in drawings for c in re.findall(r'"(#[0-9a-f]{6})"', drawing)}
    assert len(accents - {"#ffffff", "#1b2628"}) == 1


@programmes
def test_every_letter_is_composed_and_belongs_to_the_page(loaded: LoadedProgramme) -> None:
    for text in texts(loaded.version):
        assert unicodedata.is_normalized("NFC", text)
        strange = {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cn", "Mn"}}
        assert strange <= {"\n"}, text


def test_the_files_themselves_are_in_nfc_with_plain_line_ends() -> None:
    for file in (files("courses") / "library").rglob("*"):  # type: ignore[attr-defined]  # A real folder here.
        if file.is_file():
            text = file.read_bytes().decode()
            assert unicodedata.is_normalized("NFC", text), file
            assert "\r" not in text, file


@programmes
def test_every_certifying_skill_has_three_alternatives(loaded: LoadedProgramme) -> None:
    version = loaded.version
    plan = version.blueprint("certifying", "basic")
    assert all(len(version.pool(plan.kind, plan.level, row)) >= 3 for row in plan.rows)


@programmes
def test_every_measuring_question_has_two_more_of_its_kind_and_difficulty(
    loaded: LoadedProgramme,
) -> None:
    version = loaded.version
    plans = [p for p in version.blueprints if p.kind in MEASURING_KINDS and p.level == "basic"]
    if version.code in SMALL:
        rows = [row for plan in plans for row in plan.rows]
        assert all(len(version.pool("entry", "basic", row)) >= 2 * row.count for row in rows)
        return
    assert {plan.kind for plan in plans} == set(MEASURING_KINDS)
    assert {plan.rows for plan in plans} == {plans[0].rows}
    assert 8 <= plans[0].count <= 12
    for row in plans[0].rows:
        slot = version.pool("entry", "basic", row)
        assert len(slot) >= 3 * row.count
        assert len({item.kind for item in slot}) == 1, row


@programmes
def test_every_kind_of_question_is_practised_and_most_are_met_in_a_lesson(
    loaded: LoadedProgramme,
) -> None:
    version = loaded.version
    practised = Counter(item.kind for item in version.items if not item.secret)
    # A programme of one or two modules need not draw a picture for each of the seven.
    least, kinds = (1, 5) if version.code in SMALL else (2, len(KINDS))
    assert sum(practised[kind] >= least for kind in KINDS) >= kinds
    shown = [s.practice for x in version.lessons for s in x.screens if s.practice]
    assert len({version.item(name).kind for name in shown}) >= (3 if version.code in SMALL else 5)


@programmes
def test_practice_in_lessons_never_shows_a_certifying_question(loaded: LoadedProgramme) -> None:
    version = loaded.version
    shown = [s.practice for x in version.lessons for s in x.screens if s.practice]
    assert len(shown) >= len(version.lessons)
    assert not any(version.item(name).certifying for name in shown)


@programmes
def test_it_reads_back_from_its_canonical_json(loaded: LoadedProgramme) -> None:
    assert from_canonical(loaded.canonical) == loaded.version
