"""Criteria as plain data, from a form or a file, into the record that is judged by; every fault by field."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.text import clean
from lms.indicators import plan_text
from lms.indicators.editor_yaml import written
from lms.indicators.plan_text import PlanError
from lms.people.rules.identity import Problem
from lms.people.rules.identity import day as read_day
from lms.reports.commend_measuring import PERSON_GROUPS, UNIT_GROUPS
from lms.reports.commend_rules import (
    ASKED,
    OF_PLANS,
    OF_RESULTS,
    PERCENT,
    PLAIN,
    POINTS,
    RATES,
    WHOLE,
    Condition,
    Criteria,
    Kind,
    Span,
    Subject,
    is_proven,
)

SCHEMA = "tieu-chi-khen-thuong/1"
MOST_CONDITIONS = 8
MOST_TEXT = {"name": 200, "award": 200, "remark": 1000}
PROOFS = ("test_passed", "test_supervised", "task_observed")
"""What counts as proven; a word about oneself does not."""
LEVELS = ("basic", "proficient")
FIELDS = {
    "schema",
    "name",
    "subject",
    "group",
    "from",
    "to",
    "conditions",
    "order",
    "award",
    "remark",
}
CONDITION_FIELDS = {
    "kind", "least", "programmes", "level", "proof", "span", "plan", "indicator", "since",
}  # fmt: skip

Data = Mapping[str, Any]


class Faults(dict[str, list[str]]):
    """Messages by field; a condition's field is named `conditions.2.least`."""

    def add(self, name: str, words: str) -> None:
        """One more message of a field."""
        self.setdefault(name, []).append(words)


def criteria_of(data: Data, today: date) -> Criteria:
    """The criteria; Invalid with every fault by field, nothing half read."""
    faults = Faults()
    found = _criteria(data, today, faults)
    if faults or found is None:
        raise Invalid(
            _("Tiêu chí chưa lưu được. Hãy sửa các chỗ được chỉ ra."), fields=dict(faults)
        )
    return found


def _criteria(data: Data, today: date, faults: Faults) -> Criteria | None:
    _refuse_unknown(data, FIELDS, "", faults)
    name = _text(data, "name", faults)
    if not name:
        faults.add("name", _("Hãy đặt tên cho danh sách, ví dụ “Đại sứ số tiêu biểu năm 2026”."))
    subject = _one_of(data, "subject", list(Subject), _("đối tượng"), faults)
    starts, ends = _day(data, "from", today, faults), _day(data, "to", today, faults)
    if starts and ends and starts > ends:
        faults.add("to", _("Ngày cuối kỳ phải sau ngày đầu kỳ."))
    group = _group(data, subject, faults)
    conditions = _conditions(data.get("conditions"), subject, faults)
    order = _order(data, conditions, faults)
    award, remark = _text(data, "award", faults), _text(data, "remark", faults)
    if faults or subject is None or starts is None or ends is None:
        return None
    return Criteria(
        name, Subject(subject), starts, ends, tuple(conditions), group, order, award, remark
    )


def _refuse_unknown(data: Data, known: set[str], at: str, faults: Faults) -> None:
    for name in sorted(set(map(str, data)) - known):
        faults.add(
            at + name, _("Không có mục “%(name)s”. Hãy xóa hoặc sửa tên mục.", name=name[:40])
        )


def _text(data: Data, name: str, faults: Faults) -> str:
    words, most = clean(str(data.get(name) or "")), MOST_TEXT[name]
    if len(words) > most:
        faults.add(name, _("Dài quá %(n)s chữ. Hãy viết gọn lại.", n=most))
    return words


def _one_of(
    data: Data, name: str, offered: Sequence[str], what: str, faults: Faults, at: str = ""
) -> str | None:
    value = str(data.get(name) or "")
    if value in offered:
        return value
    faults.add(at + name, _("Hãy chọn %(what)s trong danh sách có sẵn.", what=what))
    return None


def _day(data: Data, name: str, today: date, faults: Faults) -> date | None:
    value = data.get(name)
    if type(value) is date:
        return value
    found = read_day(str(value or ""), today)
    if isinstance(found, date):
        return found
    said = _("Hãy ghi ngày.") if found is None or not value else _(
        "Không hiểu ngày “%(typed)s”. Hãy ghi ngày/tháng/năm.", typed=str(value)[:40]
    )  # fmt: skip
    assert found is None or isinstance(found, Problem)  # noqa: S101 - nothing else is returned.
    faults.add(name, said)
    return None


def _group(data: Data, subject: str | None, faults: Faults) -> str:
    group = str(data.get("group") or "")
    offered: Iterable[str] = ()
    if subject == Subject.PERSON:
        offered = PERSON_GROUPS
    elif subject == Subject.UNIT:
        offered = UNIT_GROUPS
        group = group or "residential"
    if group and group not in offered:
        faults.add("group", _("Nhóm này không dùng được cho đối tượng đã chọn. Hãy chọn lại."))
    return group


def _order(data: Data, conditions: Sequence[Condition], faults: Faults) -> int:
    order = _whole(data.get("order") or 0)
    if order is None or not 0 <= order <= len(conditions):
        faults.add("order", _("Không có điều kiện này. Hãy chọn lại cách sắp xếp."))
    elif order and conditions[order - 1].kind not in RATES:
        faults.add(
            "order",
            _("Chỉ xếp được theo điều kiện là tỷ lệ: số đếm làm đơn vị đông luôn đứng trước. "
              "Hãy xếp theo tên hoặc chọn điều kiện là tỷ lệ."),
        )  # fmt: skip
    return order or 0


# --- conditions ---------------------------------------------------------------------------------


def _conditions(given: Any, subject: str | None, faults: Faults) -> list[Condition]:
    rows = given if isinstance(given, list) else []
    if not rows:
        faults.add("conditions", _("Hãy thêm ít nhất một điều kiện."))
    if len(rows) > MOST_CONDITIONS:
        faults.add("conditions", _("Nhiều nhất %(n)s điều kiện.", n=MOST_CONDITIONS))
    before = len(faults)
    found = [_condition(row, n, subject, faults) for n, row in enumerate(rows[:MOST_CONDITIONS], 1)]
    whole = [one for one in found if one is not None]
    if whole and len(faults) == before and not is_proven(whole):
        faults.add(
            "conditions",
            _("Dự học chưa phải là kết quả. Hãy thêm một điều kiện về kết quả đã chứng minh."),
        )
    return whole


def _condition(row: Any, n: int, subject: str | None, faults: Faults) -> Condition | None:
    at = f"conditions.{n}."
    if not isinstance(row, Mapping):
        faults.add(f"conditions.{n}", _("Điều kiện phải gồm các mục kind, least, …"))
        return None
    _refuse_unknown(row, CONDITION_FIELDS, at, faults)
    offered = [str(kind) for kind in ASKED[Subject(subject)]] if subject else [str(k) for k in Kind]
    name = _one_of(row, "kind", offered, _("loại điều kiện"), faults, at)
    if name is None:
        return None
    kind = Kind(name)
    span = _one_of(
        {"span": Span.PERIOD, **row}, "span", list(Span), _("khoảng thời gian"), faults, at
    )
    return Condition(
        kind=kind, least=_least(row, kind, at, faults), span=Span(span or Span.PERIOD),
        **_of_results(row, kind, at, faults), **_of_plan(row, kind, at, faults),
    )  # fmt: skip


def _of_results(row: Data, kind: Kind, at: str, faults: Faults) -> dict[str, Any]:
    """Which results are accepted."""
    given = row.get("programmes") or []
    codes = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    programmes = tuple(dict.fromkeys(clean(str(code))[:80] for code in codes if str(code).strip()))
    if kind not in OF_RESULTS:
        return {"programmes": programmes}
    level = _one_of({"level": "basic", **row}, "level", LEVELS, _("mức"), faults, at)
    proof = _one_of(
        {"proof": "test_passed", **row}, "proof", PROOFS, _("cách chứng minh"), faults, at
    )
    return {"programmes": programmes, "level": level or "basic", "proof": proof or PROOFS[0]}


def _of_plan(row: Data, kind: Kind, at: str, faults: Faults) -> dict[str, Any]:
    """Which figure of which plan, and since which closing."""
    if kind not in OF_PLANS:
        return {}
    plan, indicator = str(row.get("plan") or "")[:80], str(row.get("indicator") or "")[:80]
    if not plan or not indicator:
        faults.add(at + "indicator", _("Hãy chọn một chỉ tiêu của kế hoạch."))
    since = _whole(row.get("since") or 0) or 0
    if kind is Kind.INDICATOR_GAIN and since < 1:
        faults.add(at + "since", _("Hãy ghi số của bản chốt dùng làm mốc so sánh, ví dụ 1."))
    return {"plan": plan, "indicator": indicator, "since": since}


def _least(row: Data, kind: Kind, at: str, faults: Faults) -> Fraction:
    """The number, share or points from which the condition is met."""
    if kind in PLAIN:
        return Fraction(100) if kind is Kind.HOME_ADULTS else Fraction(1)
    value = _number(row.get("least"))
    if value is None:
        faults.add(at + "least", _("Hãy ghi một số, ví dụ 5 hoặc 87,5."))
        return Fraction(1)
    if kind in WHOLE and (value.denominator != 1 or not 1 <= value <= 10_000):
        faults.add(at + "least", _("Hãy ghi một số nguyên từ 1 trở lên."))
    elif kind in PERCENT | POINTS and not 0 < value <= 100:
        faults.add(at + "least", _("Hãy ghi một số lớn hơn 0 và không quá 100."))
    return value


def _number(value: Any) -> Fraction | None:
    """A number as people write it: 87,5 or 87.5 or 87,5%."""
    words = str(value if value is not None else "").strip().rstrip("% ").replace(",", ".")
    if not words or len(words) > 12 or words.count(".") > 1 or not words.replace(".", "").isdigit():
        return None
    plain = words.strip(".")
    return Fraction(plain) if plain.isascii() and plain else None


def _whole(value: Any) -> int | None:
    words = str(value).strip()
    return int(words) if words.isascii() and words.isdigit() and len(words) < 9 else None


# --- back to data -------------------------------------------------------------------------------


def data_of(criteria: Criteria) -> dict[str, Any]:
    """Criteria as they are kept: JSON values only."""
    return {
        "schema": SCHEMA,
        "name": criteria.name,
        "subject": criteria.subject.value,
        "group": criteria.group,
        "from": criteria.starts.isoformat(),
        "to": criteria.ends.isoformat(),
        "conditions": [_condition_data(one) for one in criteria.conditions],
        "order": criteria.order,
        "award": criteria.award,
        "remark": criteria.remark,
    }


def _condition_data(one: Condition) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": one.kind.value}
    if one.kind not in PLAIN:
        data["least"] = number_of(one.least)
    if one.kind in OF_PLANS:
        data |= {"plan": one.plan, "indicator": one.indicator}
        return data | ({"since": one.since} if one.kind is Kind.INDICATOR_GAIN else {})
    data["programmes"] = list(one.programmes)
    if one.kind in OF_RESULTS:
        data |= {"level": one.level, "proof": one.proof}
    return data | {"span": one.span.value}


def number_of(value: Fraction) -> str:
    """The number as it was written, in exact decimals: '87.5'."""
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return format(whole.normalize(), "f")


def yaml_of(criteria: Criteria) -> str:
    """The file that `from_yaml` reads back as the same criteria."""
    return written(data_of(criteria))


def from_yaml(text: str, today: date) -> Criteria:
    """Criteria from a file's text; Invalid says the line or the field."""
    try:
        data = plan_text.read(text, _("tệp")).data
    except PlanError as error:
        words = [str(problem) for problem in error.problems]
        raise Invalid(
            _("Không đọc được tệp. Hãy sửa rồi gửi lại."), fields={"file": words}
        ) from None
    if data.get("schema") != SCHEMA:
        words = [_("Đây không phải tệp tiêu chí khen thưởng của Lớp Học Số.")]
        raise Invalid(words[0], fields={"file": words})
    return criteria_of(data, today)
