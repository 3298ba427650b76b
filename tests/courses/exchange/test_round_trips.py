"""Out and in again: what is written is read back, and what is read can be written."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from courses import rules
from courses.canonical import dumps
from courses.exchange import Imported, Loss, read, to_yaml, write_gift, write_moodle
from courses.exchange.plain_text import tidy
from courses.item_reading import read_items
from courses.reader import Reader
from tests.courses import made_up
from tests.courses.exchange.golden import COMMON, FILES
from tests.factories.activities import every_kind

pytestmark = pytest.mark.pure

LOADED = every_kind()
PICTURES = {medium.name: LOADED.media[medium.sha256] for medium in LOADED.version.media}
EITHER = ("gift", "moodle")


def written(form: str, items: list[rules.Item]) -> tuple[bytes, tuple[Loss, ...]]:
    """The items in one of the formats."""
    return write_gift(items) if form == "gift" else write_moodle(items, PICTURES)


def back(form: str, content: bytes) -> Imported:
    """The file read again."""
    return read("a.gift" if form == "gift" else "a.xml", content)


def loaded(imported: Imported) -> list[rules.Item]:
    """The items as the loader reads them from the YAML, explanations that are missing filled in."""
    items = [item | {"explanation": item["explanation"] or "-"} for item in imported.items]
    if not items:
        return []
    reader = Reader({"items/a.yaml": to_yaml(items, COMMON)})
    found = read_items(reader, "items/a.yaml")
    assert reader.problems == []
    return [item for item in found if item]


def asked(item: rules.Item, form: str) -> dict[str, Any]:
    """What of a question a format carries, without ids that are made from texts."""
    told: dict[str, Any] = {
        "id": item.id, "kind": item.kind, "difficulty": item.difficulty, "prompt": tidy(item.prompt),
        "explanation": tidy(item.explanation), "steps": [tidy(step.text) for step in item.sequence],
        "options": sorted((tidy(option.text), option.right) for option in item.options),
        "pairs": sorted((tidy(pair.left), tidy(pair.right)) for pair in item.pairs),
        "decoys": sorted(tidy(decoy.text) for decoy in item.decoys),
    }  # fmt: skip
    if item.number:
        told["number"] = (Decimal(item.number.value), Decimal(item.number.tolerance))
    if form == "moodle":
        told["hints"] = [tidy(hint) for hint in item.hints]
        told["unit"] = tidy(item.number.unit) if item.number else ""
        told["picture"] = item.illustration.alt if item.illustration else ""
    return told


@pytest.mark.parametrize("form", EITHER)
def test_every_kind_that_a_format_holds_comes_back_and_the_others_are_told(form: str) -> None:
    items = list(LOADED.version.items)
    content, losses = written(form, items)
    missing = {loss.where.removeprefix("câu ") for loss in losses if loss.whole}
    lost_kinds = {"spot", "simulation", "order"} if form == "gift" else {"spot", "simulation"}
    assert missing == {item.id for item in items if item.kind in lost_kinds}
    kept = [asked(item, form) for item in items if item.id not in missing]
    assert [asked(item, form) for item in loaded(back(form, content))] == kept


def test_gift_tells_each_part_that_it_cannot_hold() -> None:
    items = {item.kind: item for item in LOADED.version.items}
    picture = rules.Illustration("man-hinh.svg", "Màn hình")
    _content, losses = write_gift(
        [replace(items["number"], illustration=picture), items["multiple"]]
    )
    assert [(loss.where, loss.message, loss.whole) for loss in losses[1:]] == [
        ("câu number-practice-2", "GIFT không có gợi ý: 1 gợi ý không ghi.", False),
        ("câu number-practice-2", "GIFT không có hình: hình man-hinh.svg không ghi.", False),
        ("câu number-practice-2", "GIFT không có đơn vị: “đồng” không ghi.", False),
        ("câu multiple-practice-2", "GIFT không có gợi ý: 1 gợi ý không ghi.", False),
        (
            "câu multiple-practice-2",
            "Moodle chấm từng phần; ở đây chọn đúng hết mới được điểm.",
            False,
        ),
    ]
    assert losses[0].where == "cả tệp"


def test_gift_tells_of_a_left_side_with_an_arrow() -> None:
    item = next(item for item in LOADED.version.items if item.kind == "match")
    pairs = (replace(item.pairs[0], left="a -> b"), *item.pairs[1:])
    content, losses = write_gift([replace(item, pairs=pairs)])
    assert content == b""
    assert losses[1].whole


def test_a_drawing_goes_out_and_comes_back() -> None:
    item = next(item for item in LOADED.version.items if item.kind == "single")
    shown = replace(
        item, illustration=rules.Illustration("man-hinh.svg", 'Một "màn hình" <có> chữ & dấu')
    )
    content, losses = write_moodle([shown], PICTURES)
    imported = back("moodle", content)
    assert [loss.where for loss in losses] == ["cả tệp"]
    assert asked(loaded(imported)[0], "moodle") == asked(shown, "moodle")
    assert imported.media == PICTURES


def test_a_drawing_that_is_not_at_hand_is_told() -> None:
    item = next(item for item in LOADED.version.items if item.kind == "single")
    shown = replace(item, illustration=rules.Illustration("khong-co.svg", "Hình"))
    _content, losses = write_moodle([shown], PICTURES)
    assert [loss.message for loss in losses[1:]] == ["Không có tệp hình khong-co.svg để ghi kèm."]


@pytest.mark.parametrize("form", EITHER)
@pytest.mark.parametrize("name", ["du-goc.gift", "du-goc.xml", "danh-sach.txt"])
def test_foreign_files_stay_the_same_once_they_are_here(name: str, form: str) -> None:
    first = loaded(read(name, (FILES / name).read_bytes()))
    kept = [item for item in first if form == "moodle" or item.kind != "order"]
    again = loaded(back(form, written(form, first)[0]))
    assert [asked(item, form) for item in again] == [
        asked(item, form) | ({"picture": ""} if form == "moodle" and item.illustration else {})
        for item in kept
    ]
    third = loaded(back(form, written(form, again)[0]))
    assert third == again


def test_the_shipped_library_comes_back_from_moodle_xml() -> None:
    from courses.loader import shipped_programmes

    items = [item for programme in shipped_programmes() for item in programme.version.items]
    bare = [
        replace(item, illustration=None)
        for item in items
        if item.kind not in ("spot", "simulation")
    ][:150]
    unique = list({item.id: item for item in bare}.values())
    again = back("moodle", write_moodle(unique)[0])
    assert [asked(item, "moodle") for item in loaded(again)] == [
        asked(item, "moodle") for item in unique
    ]
    assert not any(loss.whole for loss in again.losses)


def readable(item: rules.Item) -> bool:
    """Whether the texts stay apart and within their bounds once invisible characters are gone."""
    if {"\ufffe", "\uffff"} & set(dumps(asked(item, "moodle") | {"number": ""})):
        return False  # XML has no such characters.
    told = asked(item, "moodle")
    sides = (
        [text for text, _right in told["options"]]
        + told["steps"]
        + [text for pair in told["pairs"] for text in pair]
    )
    texts = [*sides, *told["decoys"]]
    alone = len({text.casefold() for text in texts}) == len(texts)
    return alone and all(
        [*texts, *told["hints"], told["prompt"], told["explanation"], told["unit"] or "-"]
    )


@pytest.mark.parametrize("form", EITHER)
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_written_is_read_back(form: str, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["single", "multiple", "match", "number", "order"]))
    item = data.draw(made_up.items("la-1", kind, "an-toan"))
    assume(readable(item))
    content, losses = written(form, [item])
    if any(loss.whole for loss in losses):
        assert form == "gift"
        assert kind == "order" or any("->" in pair.left for pair in item.pairs)
        return
    imported = back(form, content)
    assert [asked(one, form) for one in loaded(imported)] == [asked(item, form)], imported.losses
