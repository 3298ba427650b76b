"""The shape of content files: field names, types and bounds, with Vietnamese messages.

Content arrives as text (see courses.reading); the fields here give it types.  Meaning across files
is checked in courses.checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from courses import rules
from courses.activities import KINDS
from courses.activity_parts import ENDS, GRID_COLUMNS
from lms.core.i18n import _

_FIGURES = re.compile(r"-?[0-9]+")
_CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_MAPPING = _("Chỗ này phải là các dòng “tên: giá trị”.")


_Words = dict[str, str | list[Any] | dict[Any, Any]]


def _said(invalid: str) -> _Words:
    return {
        "required": _("Thiếu trường này."),
        "null": _("Trường này để trống."),
        "invalid": invalid,
        "type": invalid,
    }


_WORDS = _said(_("Chỗ này phải là chữ."))


class Text(fields.String):
    """Words of at most `longest` characters, never empty."""

    def __init__(self, longest: int = 400, **kwargs: Any) -> None:
        message = _("Cần viết từ 1 đến %(longest)s ký tự.", longest=longest)
        bound = validate.Length(min=1, max=longest, error=message)
        super().__init__(validate=bound, error_messages=_WORDS, **kwargs)


class Code(fields.String):
    """A short name of lower-case ASCII letters, digits and hyphens."""

    def __init__(self, **kwargs: Any) -> None:
        message = _("Mã chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối.")
        bounds = [validate.Regexp(_CODE, error=message), validate.Length(max=60, error=message)]
        super().__init__(validate=bounds, error_messages=_WORDS, **kwargs)


class Choice(fields.String):
    """One word of a fixed list."""

    def __init__(self, choices: Iterable[str], **kwargs: Any) -> None:
        told = tuple(choices)
        message = _("Giá trị phải là một trong: %(choices)s.", choices=", ".join(told))
        bound = validate.OneOf(told, error=message)
        super().__init__(validate=bound, error_messages=_WORDS, **kwargs)


class Whole(fields.Integer):
    """A whole number from `low` to `high`, in plain figures: Python would read 1_0 and ١٠ as well."""

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        message = _("Số phải từ %(low)s đến %(high)s.", low=low, high=high)
        bound = validate.Range(min=low, max=high, error=message)
        words = _said(_("Chỗ này phải là số nguyên."))
        words["too_large"] = message
        super().__init__(validate=bound, error_messages=words, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, str) and not _FIGURES.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Flag(fields.Boolean):
    """`true` or `false`."""

    def __init__(self, **kwargs: Any) -> None:
        words = _said(_("Chỗ này chỉ nhận true hoặc false."))
        super().__init__(truthy={"true"}, falsy={"false"}, error_messages=words, **kwargs)


class Day(fields.Date):
    """A day as YYYY-MM-DD."""

    def __init__(self, **kwargs: Any) -> None:
        message = _("Ngày phải viết dạng năm-tháng-ngày, ví dụ 2026-11-21.")
        words = _said(message)
        words["format"] = message
        super().__init__(format="%Y-%m-%d", error_messages=words, **kwargs)


class Listed(fields.List[Any]):
    """A list of `low` to `high` values of one type."""

    def __init__(
        self, inner: fields.Field[Any], low: int = 1, high: int = 40, **kwargs: Any
    ) -> None:
        message = _("Danh sách phải có từ %(low)s đến %(high)s mục.", low=low, high=high)
        bound = validate.Length(min=low, max=high, error=message)
        words = _said(_("Chỗ này phải là danh sách, mỗi mục một dòng bắt đầu bằng “- ”."))
        super().__init__(inner, validate=bound, error_messages=words, **kwargs)


class Shape(Schema):
    """A mapping of known fields; unknown ones are refused, so that a typing slip is seen."""

    error_messages = {  # noqa: RUF012 - marshmallow declares it as a plain attribute.
        "unknown": _("Không có trường này. Hãy xem lại tên trường."),
        "type": _MAPPING,
    }


class Part(fields.Nested):
    """A mapping inside a mapping."""

    def __init__(self, shape: type[Shape], **kwargs: Any) -> None:
        super().__init__(shape, error_messages=_said(_MAPPING), **kwargs)


class FrameworkIn(Shape):
    code = Code(required=True)
    version = Text(20, required=True)
    status = Text(120, load_default=rules.NOT_MATCHED)


class LevelIn(Shape):
    code = Choice(rules.LEVELS, required=True)
    title = Text(60, required=True)
    hours = Whole(1, 200, required=True)


class SkillIn(Shape):
    code = Code(required=True)
    title = Text(120, required=True)
    framework = Listed(Text(40), load_default=())


class BlueprintRowIn(Shape):
    skill = Code(required=True)
    count = Whole(1, 40, required=True)
    difficulty = Listed(Whole(1, 3), high=3, load_default=())


class BlueprintIn(Shape):
    kind = Choice(rules.FORM_KINDS, required=True)
    level = Choice(rules.LEVELS, required=True)
    rows = Listed(Part(BlueprintRowIn), required=True)
    tasks = Listed(Code(), high=rules.MOST_MEASURING_TASKS, load_default=())
    module = Code(load_default="")


class SkillBarIn(Shape):
    skill = Code(required=True)
    share = Whole(1, 100, required=True)


class CertificateRuleIn(Shape):
    proof = Choice(rules.PROOFS, load_default="test_supervised")
    tasks = Flag(load_default=True)


class PassRuleIn(Shape):
    level = Choice(rules.LEVELS, required=True)
    share = Whole(1, 100, required=True)
    must_pass = Listed(Part(SkillBarIn), load_default=())
    required_tasks = Listed(Code(), load_default=())
    tries = Whole(1, 10, load_default=3)
    wait_hours = Whole(0, 720, load_default=24)
    certificate = Part(CertificateRuleIn, load_default=None)
    accommodations = Listed(Choice(rules.ACCOMMODATIONS), load_default=())


class ProgrammeIn(Shape):
    """programme.yaml"""

    format = Whole(rules.FORMAT, rules.FORMAT, required=True)
    code = Code(required=True)
    title = Text(120, required=True)
    summary = Text(400, required=True)
    group = Choice(rules.GROUPS, required=True)
    address = Text(40, required=True)
    edition = Text(20, required=True)
    counts_as = Choice(rules.COUNTED_PROGRAMMES, load_default="")
    framework = Part(FrameworkIn, required=True)
    levels = Listed(Part(LevelIn), high=2, required=True)
    skills = Listed(Part(SkillIn), required=True)
    modules = Listed(Code(), required=True)
    blueprints = Listed(Part(BlueprintIn), required=True)
    pass_rules = Listed(Part(PassRuleIn), high=2, required=True)


class ModuleIn(Shape):
    """modules/<code>/module.yaml"""

    level = Choice(rules.LEVELS, load_default="basic")
    title = Text(120, required=True)
    summary = Text(400, required=True)
    lessons = Listed(Code(), required=True)


class LessonIn(Shape):
    """The front matter of modules/<module>/<lesson>.md"""

    title = Text(120, required=True)
    minutes = Whole(1, 60, required=True)
    skills = Listed(Code(), required=True)
    sources = Listed(Text(), required=True)
    reviewed_on = Day(required=True)
    take_home = Listed(Text(160), high=6, required=True)


class OptionIn(Shape):
    """`right: …` or `wrong: …`."""

    right = Text(300)
    wrong = Text(300)


class IllustrationIn(Shape):
    media = Text(80, required=True)
    alt = Text(300, required=True)


class PairIn(Shape):
    """`left` belongs to `right`."""

    left = Text(120, required=True)
    right = Text(120, required=True)


class SpotIn(Shape):
    """`danger: …` or `harmless: …`, and its place: [column, row, columns, rows]."""

    danger = Text(120)
    harmless = Text(120)
    at = Listed(Whole(1, GRID_COLUMNS), low=4, high=4, required=True)


class NumberIn(Shape):
    value = Text(24, required=True)
    tolerance = Text(24, load_default="0")
    unit = Text(20, load_default="")


class MessageIn(Shape):
    """A message in the simulated phone: who sends it, what it says."""

    label = Text(60, required=True, data_key="from")
    text = Text(300, required=True)


class HotspotIn(Shape):
    """A thing to tap: where it leads, which fields it needs, where it leads when they are wrong."""

    id = Code(required=True)
    text = Text(80, required=True)
    to = Code(required=True)
    otherwise = Code()
    needs = Listed(Code(), high=6, load_default=())


class FieldIn(Shape):
    """A thing to type into; `expects` are the right texts."""

    id = Code(required=True)
    label = Text(60, required=True)
    expects = Listed(Text(60), high=6, load_default=())
    number = Flag(load_default=False)


class PictureIn(Shape):
    media = Text(80, required=True)
    label = Text(300, required=True, data_key="alt")


class ScreenPartIn(Shape):
    """One thing on the simulated screen: exactly one of these."""

    text = Text(300)
    notice = Text(300)
    message = Part(MessageIn)
    picture = Part(PictureIn)
    button = Part(HotspotIn)
    row = Part(HotspotIn)
    field = Part(FieldIn)


class PhoneScreenIn(Shape):
    id = Code(required=True)
    title = Text(60, required=True)
    parts = Listed(Part(ScreenPartIn), high=12, required=True)
    end = Choice(ENDS[1:], load_default="")


class SimulationIn(Shape):
    """A phone to be used; without `most`, three times the shortest way is allowed."""

    start = Code(required=True)
    most = Whole(1, 40, load_default=None)
    screens = Listed(Part(PhoneScreenIn), low=2, high=20, required=True)


class ItemIn(Shape):
    """One entry of items/*.yaml, after the file's common fields have been filled in."""

    id = Code(required=True)
    kind = Choice(KINDS, load_default="single")
    skill = Code(required=True)
    difficulty = Whole(1, 3, required=True)
    level = Choice(rules.LEVELS, required=True)
    prompt = Text(required=True)
    options = Listed(Part(OptionIn), high=10, load_default=())
    sequence = Listed(Text(120), high=10, load_default=())
    pairs = Listed(Part(PairIn), high=10, load_default=())
    decoys = Listed(Text(120), high=8, load_default=())
    spots = Listed(Part(SpotIn), high=12, load_default=())
    number = Part(NumberIn, load_default=None)
    simulation = Part(SimulationIn, load_default=None)
    explanation = Text(600, required=True)
    hints = Listed(Text(200), high=3, load_default=())
    source = Text(required=True)
    reviewed_on = Day(required=True)
    certifying = Flag(load_default=False)
    measuring = Flag(load_default=False)
    illustration = Part(IllustrationIn, load_default=None)


ITEM_COMMON_FIELDS = (
    "kind", "skill", "difficulty", "level", "source", "reviewed_on", "certifying", "measuring",
)  # fmt: skip
KIND_PARTS = {
    "single": ("options",),
    "multiple": ("options",),
    "order": ("sequence",),
    "match": ("pairs", "decoys"),
    "spot": ("spots",),
    "number": ("number",),
    "simulation": ("simulation",),
}
"""The fields of ItemIn that hold the parts of each kind."""


class ItemFileIn(Shape):
    """items/*.yaml: common fields for the whole file, then the items."""

    kind = Choice(KINDS)
    skill = Code()
    difficulty = Whole(1, 3)
    level = Choice(rules.LEVELS)
    source = Text()
    reviewed_on = Day()
    certifying = Flag()
    measuring = Flag()
    items = Listed(fields.Raw(), high=200, required=True)


class StepIn(Shape):
    text = Text(200, required=True)
    must = Flag(load_default=True)


class TaskIn(Shape):
    """tasks/<id>.yaml"""

    title = Text(120, required=True)
    level = Choice(rules.LEVELS, required=True)
    skill = Code(required=True)
    prompt = Text(600, required=True)
    prepare = Text(600, required=True)
    steps = Listed(Part(StepIn), low=2, high=12, required=True)
    source = Text(required=True)
    reviewed_on = Day(required=True)


def messages(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    """Flatten marshmallow's nested messages to (path, sentence) pairs."""
    return list(_flat(error.messages, ()))


def _flat(node: Any, path: tuple[str | int, ...]) -> Any:
    if isinstance(node, dict):
        for key, part in node.items():
            yield from _flat(part, path if key == "_schema" else (*path, key))
        return
    for sentence in node if isinstance(node, list) else [node]:
        yield path, str(sentence)
