"""Questions in words for staff: kinds, banks and forms by their Vietnamese names, and keys as read."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from courses.activities import KINDS
from courses.activities.wording import said
from courses.rules import Item
from lms.core.i18n import _, lazy

KIND_NAMES: Mapping[str, LazyString] = {
    "single": lazy("Chọn một"),
    "multiple": lazy("Chọn nhiều"),
    "order": lazy("Sắp thứ tự"),
    "match": lazy("Ghép đôi"),
    "spot": lazy("Tìm trên hình"),
    "number": lazy("Điền số"),
    "simulation": lazy("Điện thoại mô phỏng"),
}
BANK_NAMES: Mapping[str, LazyString] = {
    "practice": lazy("Câu luyện"),
    "certifying": lazy("Câu thi"),
    "measuring": lazy("Câu đo đầu vào, đầu ra"),
}
LEVEL_NAMES: Mapping[str, LazyString] = {
    "basic": lazy("Cơ bản"),
    "proficient": lazy("Sử dụng tốt"),
}
FORM_NAMES: Mapping[str, LazyString] = {
    "practice": lazy("Đề luyện"),
    "certifying": lazy("Đề thi"),
    "entry": lazy("Đề đầu vào"),
    "exit": lazy("Đề đầu ra"),
    "after30": lazy("Đề nhắc lại sau 30 ngày"),
    "after90": lazy("Đề nhắc lại sau 90 ngày"),
}


def key_words(item: Item) -> str:
    """One right response as a person would read it."""
    words = said(item, KINDS[item.kind].key(item))
    unit = item.number.unit if item.number else ""
    return f"{words} {unit}".strip()


def wrong_words(item: Item) -> tuple[str, ...]:
    """What may be chosen and is wrong: options, decoys, harmless places."""
    options = [option.text for option in item.options if not option.right]
    decoys = [decoy.text for decoy in item.decoys]
    return (*options, *decoys, *(spot.label for spot in item.spots if not spot.danger))


def about(item: Item) -> str:
    """Its kind and how hard it is, in one line."""
    return _(
        "%(kind)s · độ khó %(difficulty)s", kind=KIND_NAMES[item.kind], difficulty=item.difficulty
    )
