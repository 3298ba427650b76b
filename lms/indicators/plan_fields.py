"""The kinds of field a plan file has, each refusing in Vietnamese and saying what to do.

Choices, populations and measures are written by their code; docs/indicators.md lists them.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema

from lms.core.i18n import _
from lms.indicators.rules.deadlines import Due, parse_due
from lms.indicators.rules.plan import Population
from lms.indicators.rules.vocabulary import POPULATIONS, STUDENT_LEVELS

NOT_SET = "không quy định"
MAX_TEXT = 1000
SHORT = 2
"""Words this short resemble everything: "=>" is as near to ">" as to ">="."""

_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_DAY_MONTH = re.compile(r"(\d{1,2})/(\d{1,2})")
_MONTH_YEAR = re.compile(r"(?:(\d{1,2})/)?(\d{1,2})/(\d{4})")


def required() -> dict[str, str]:
    """Messages of a field that must be there and must not be empty."""
    return {
        "required": _("thiếu trường này, hãy thêm vào"),
        "null": _("trường này để trống, hãy điền hoặc bỏ dòng này"),
    }


def closest(word: object, known: Collection[str]) -> str:
    """What the writer probably meant, else all that may be written."""
    near = get_close_matches(str(word), list(known), n=1)
    if near and len(str(word)) > SHORT:
        return _("hãy sửa thành “%(word)s”", word=near[0])
    return _("hãy dùng một trong: %(words)s", words=", ".join(known))


class PlanFileSchema(Schema):
    """A mapping of the plan file: fields it does not know are refused, with what was meant."""

    class Meta:
        unknown = EXCLUDE

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["type"] = _(
            "ở đây cần một nhóm trường, hãy viết từng dòng “tên: nội dung”"
        )

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_unknown(self, data: Any, original: Any, **kwargs: Any) -> None:
        """Unknown fields are refused here, so that the message can name the closest one."""
        if not isinstance(original, Mapping):
            return
        strange = [key for key in original if key not in self.fields]
        if strange:
            raise ValidationError({str(key): [self._unknown(key)] for key in strange})

    def _unknown(self, key: object) -> str:
        return _("mẫu kế hoạch không có trường này, %(fix)s", fix=closest(key, list(self.fields)))


class PlanField(fields.Field[Any]):
    """A field whose refusals are Vietnamese sentences."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {**required(), **kwargs.pop("error_messages", {})}
        super().__init__(error_messages=messages, **kwargs)


class Text(PlanField):
    """A line of text; with `numbers`, a bare number is text too (an indicator's `no`)."""

    def __init__(self, *, numbers: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.numbers = numbers

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if self.numbers and type(value) in (int, Decimal):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            raise ValidationError(_("ở đây cần chữ, hãy viết trong dấu nháy kép"))
        if len(value) > MAX_TEXT:
            raise ValidationError(_("đoạn này dài quá 1.000 ký tự, hãy viết ngắn lại"))
        return " ".join(value.split())


class Slug(Text):
    """A short code: small letters without marks, digits, dots and hyphens."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        if not _SLUG.fullmatch(text) or len(text) > 60:
            raise ValidationError(
                _(
                    "mã “%(code)s” chưa đúng, hãy dùng chữ thường không dấu, chữ số, "
                    "dấu gạch nối (ví dụ: thuan-an)",
                    code=text[:60],
                )
            )
        return text


class Choice(PlanField):
    """One of a short list of words."""

    def __init__(self, choices: Collection[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = tuple(choices)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if value not in self.choices:
            fix = closest(value, self.choices)
            raise ValidationError(_("không có “%(word)s”, %(fix)s", word=str(value)[:60], fix=fix))
        return value


class YesNo(PlanField):
    """true or false."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(_("hãy viết true (có) hoặc false (không)"))
        return value


class Whole(PlanField):
    """A whole number between two bounds."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise ValidationError(
                _(
                    "hãy viết một số nguyên từ %(least)s đến %(most)s",
                    least=self.least,
                    most=self.most,
                )
            )
        return value


class Exact(PlanField):
    """An exact number as it is written: 95 or 85.5, without a percent sign or quotes."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Decimal:
        if type(value) not in (int, Decimal):
            raise ValidationError(
                _("ở đây cần một số, hãy viết như 95 hoặc 85.5 (dùng dấu chấm, bỏ dấu phần trăm)")
            )
        return Decimal(value)


class TargetValue(Exact):
    """A number, or the words “không quy định” where the plan names none (then None)."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and value.strip().lower() == NOT_SET:
            return NOT_SET
        return super()._deserialize(value, *args, **kwargs)


class Many(PlanField):
    """A list of one kind of field; a single value stands for a list of one."""

    def __init__(self, item: PlanField, **kwargs: Any) -> None:
        if not kwargs.get("required"):
            kwargs.setdefault("load_default", ())
        super().__init__(**kwargs)
        self.item = item

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        values = value if isinstance(value, list) else [value]
        found, wrong = [], {}
        for place, one in enumerate(values):
            try:
                found.append(self.item.deserialize(one))
            except ValidationError as error:
                wrong[place] = error.messages
        if wrong:
            raise ValidationError(wrong if isinstance(value, list) else wrong[0])
        if len(set(map(str, found))) < len(found):
            raise ValidationError(_("danh sách này có mục lặp lại, hãy bỏ bớt"))
        return tuple(found)


def children(schema: type[Schema], **kwargs: Any) -> fields.Nested:
    """A list of mappings."""
    return child(schema, many=True, load_default=list, **kwargs)


def child(schema: type[Schema], **kwargs: Any) -> fields.Nested:
    """One mapping."""
    wrong = _("ở đây cần một danh sách, hãy viết mỗi mục sau dấu gạch đầu dòng")
    return fields.Nested(schema, error_messages={**required(), "type": wrong}, **kwargs)


class ByYear(PlanField):
    """A mapping from years to one schema; the words “không quy định” may stand for all of it."""

    def __init__(self, schema: type[Schema], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schema_class = schema

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and value.strip().lower() == NOT_SET:
            return NOT_SET
        if not isinstance(value, Mapping) or not value:
            raise ValidationError(
                _("hãy viết từng năm (2025: …), hoặc viết “không quy định” nếu kế hoạch không ghi")
            )
        found, wrong = {}, {}
        for year, one in value.items():
            try:
                found[_year(year)] = self._of_year(one)
            except ValidationError as error:
                wrong[year] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return found

    def _of_year(self, one: Any) -> Any:
        silent = isinstance(one, str) and one.strip().lower() == NOT_SET
        return self.schema_class().load({"value": NOT_SET} if silent else one)


def _year(value: Any) -> int:
    if type(value) is not int or not 2020 <= value <= 2100:
        raise ValidationError(_("tên mục ở đây phải là một năm, hãy viết như 2026"))
    return value


class PopulationField(PlanField):
    """A population: its code, `students: [cấp học]`, or `any_of: [nhiều đối tượng]`."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Population:
        if isinstance(value, str):
            return self._plain(value)
        if isinstance(value, Mapping) and len(value) == 1:
            (code, parts), *_rest = value.items()
            if isinstance(parts, list) and parts:
                if code == "students":
                    return self._students(parts)
                if code == "any_of":
                    return self._union(parts)
        raise ValidationError(
            _(
                "hãy viết một mã đối tượng (ví dụ: adults), hoặc “students: [primary, …]”, "
                "hoặc “any_of: [traders, farmers]”"
            )
        )

    def _plain(self, code: str) -> Population:
        if code not in POPULATIONS:
            fix = closest(code, POPULATIONS)
            raise ValidationError(
                _("không có đối tượng “%(code)s”, %(fix)s", code=code[:60], fix=fix)
            )
        return Population(code)

    def _students(self, levels: list[Any]) -> Population:
        wrong = [level for level in levels if level not in STUDENT_LEVELS]
        if wrong or len(set(levels)) < len(levels):
            fix = closest(wrong[0] if wrong else "", STUDENT_LEVELS)
            raise ValidationError(_("cấp học chưa đúng hoặc lặp lại, %(fix)s", fix=fix))
        return Population("students", tuple(lv for lv in STUDENT_LEVELS if lv in levels))

    def _union(self, parts: list[Any]) -> Population:
        found = tuple(self._deserialize(part) for part in parts)
        if len(found) < 2 or len(set(found)) < len(found) or any(part.any_of for part in found):
            raise ValidationError(_("any_of cần từ hai đối tượng khác nhau, hãy xem lại danh sách"))
        return Population("any_of", any_of=found)


class MonthYear(PlanField):
    """A month or a day: 9/2025 is 1/9/2025."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> date:
        match = _MONTH_YEAR.fullmatch(value) if isinstance(value, str) else None
        try:
            if match:
                return date(int(match[3]), int(match[2]), int(match[1] or 1))
        except ValueError:
            pass
        raise ValidationError(_("hãy viết tháng/năm như 9/2025 hoặc ngày/tháng/năm như 15/9/2025"))


class DayMonth(PlanField):
    """A day that comes back every year: 10/10."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        match = _DAY_MONTH.fullmatch(value) if isinstance(value, str) else None
        due = parse_due(f"ngày {value}") if match else None
        if match is None or due is None:
            raise ValidationError(_("hãy viết ngày/tháng như 10/10"))
        return f"{int(match[1]):02}/{int(match[2]):02}"


class DueField(PlanField):
    """A deadline in the words of the plans."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Due:
        due = parse_due(value) if isinstance(value, str) else None
        if due is None:
            raise ValidationError(
                _(
                    "không hiểu thời hạn này, hãy viết như “ngày 10 tháng cuối quý”, "
                    "“trước 15/5”, “ngày 20/6” hoặc “không quy định”"
                )
            )
        return due
