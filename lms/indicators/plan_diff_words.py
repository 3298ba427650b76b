"""What stands in a plan, in the words of its people: for the list of changes and for the editor.

Two different things never read the same: where our words would, `plain_words` adds the codes.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum

from lms.core.i18n import _
from lms.core.text import day
from lms.indicators import wording
from lms.indicators.definition import programme_name
from lms.indicators.rules.arithmetic import decimal_text
from lms.indicators.rules.deadlines import Due, DueKind
from lms.indicators.rules.plan import NO_POPULATION, Measure, Population, Target, Variant
from lms.indicators.rules.vocabulary import (
    CountedOf,
    MeasureKind,
    Operator,
    Subject,
    TargetUnit,
    Window,
)
from lms.people.models import UNIT_KINDS

NOTHING = "–"
SIGNS = {Operator.MORE_THAN: ">", Operator.AT_LEAST: "≥"}


def target_words(target: Target | None) -> str:
    """'> 90%', 'phấn đấu ≥ 85%', '≥ 3', 'mỗi đối tượng', or that nothing is asked."""
    if target is None:
        return _("không quy định")
    asked = f"{SIGNS[target.operator]} {decimal_text(target.value)}"
    if target.unit is TargetUnit.PERCENT:
        asked += "%"
    elif target.unit is TargetUnit.EACH:
        all_of_them = (target.operator, target.value) == (Operator.AT_LEAST, Decimal(100))
        asked = _("mỗi đối tượng") if all_of_them else _("mỗi đơn vị %(asked)s", asked=asked)
    return " ".join(word for word in (target.word, asked) if word)


def population_words(population: Population) -> str:
    """A population by our own name for it."""
    if population == NO_POPULATION:
        return _("không theo đối tượng")
    return wording.population_name(population)


def measure_words(measure: Measure) -> str:
    """What makes somebody count, in a few words."""
    label = measure.label or ""
    if measure.kind is MeasureKind.TRAINED:
        share = decimal_text(measure.share) if measure.share is not None else NOTHING
        return _("dự từ %(share)s%% số buổi của lớp", share=share)
    if measure.kind is MeasureKind.HAS_AT_LEAST:
        return _at_least_words(measure)
    if measure.kind is MeasureKind.COUNT:
        said = _("đếm số lượng: %(label)s", label=label)
        kind = UNIT_KINDS.get(measure.posted_at or "", "")
        return said + (_(" (người được bố trí ở: %(kind)s)", kind=kind) if kind else "")
    plain = measure_kinds()[measure.kind.value]
    return f"{plain}: {label}" if label else plain


def _at_least_words(measure: Measure) -> str:
    if measure.of is CountedOf.MENTEES:
        return _("kèm ít nhất %(k)s người", k=measure.k)
    return _("có ít nhất %(k)s thành viên đạt", k=measure.k)


def measure_kinds() -> dict[str, str]:
    """Every way to measure, by its code."""
    return {
        "attained": _("có kết quả đạt được chấp nhận"),
        "trained": _("được tập huấn: dự đủ số buổi của một lớp"),
        "confirmed": _("được xác nhận trên VNeID"),
        "declared": _("số do đơn vị khác đếm, nhập kèm nguồn"),
        "supported": _("được hỗ trợ, số do đơn vị khác đếm"),
        "count": _("đếm số lượng: lớp, mô hình, người được bố trí"),
        "has_at_least": _("có ít nhất mấy thành viên đạt, hoặc kèm ít nhất mấy người"),
    }


def window_words(window: Window) -> str:
    """The stretch of time in which something counts."""
    return {
        Window.EVER: _("từ trước đến ngày chốt"),
        Window.YEAR: _("từ đầu năm"),
        Window.QUARTER: _("từ đầu quý"),
        Window.WEEK: _("từ đầu tuần"),
    }[window]


def subject_words(subject: Subject) -> str:
    """What is counted one by one."""
    return {
        Subject.PERSON: _("người"),
        Subject.HOUSEHOLD: _("hộ"),
        Subject.UNIT: _("đơn vị"),
        Subject.TEAM: _("tổ"),
        Subject.THING: _("số lượng việc hoặc vật"),
    }[subject]


def level_words(level: object) -> str:
    """A level, or that the plan names none."""
    return wording.level_name(str(level)) if level else _("không ghi (tính cơ bản)")


def programmes_words(codes: Iterable[str] | None) -> str:
    """The programmes a plan names, or that those of the population count."""
    if codes is None:
        return _("theo đối tượng")
    return ", ".join(programme_name(code) for code in codes)


def proofs_words(codes: Iterable[str] | None) -> str:
    """The proofs a plan names, or the usual ones."""
    if codes is None:
        return _("như thường lệ")
    return ", ".join(wording.proof_name(code) for code in codes)


def due_words(due: Due) -> str:
    """A deadline as plans write it; `parse_due` reads every one of them back."""
    return {
        DueKind.NOT_SET: _("không quy định"),
        DueKind.DAY_OF_LAST_MONTH: _("ngày %(d)s tháng cuối kỳ", d=due.day),
        DueKind.BEFORE: _("trước %(d)s/%(m)s", d=due.day, m=due.month),
        DueKind.ON: _("ngày %(d)s/%(m)s", d=due.day, m=due.month),
    }[due.kind]


def variant_words(variant: Variant | None) -> str:
    """What a reading changes, or that it is only printed."""
    if variant is None:
        return _("chỉ ghi lại, không tính")
    parts = [
        (_("mức"), target_words(variant.target) if variant.target or variant.no_target else ""),
        (_("đếm theo"), subject_words(variant.subject) if variant.subject else ""),
        (_("đối tượng"), population_words(variant.population) if variant.population else ""),
        (_("cách đo"), measure_words(variant.measure) if variant.measure else ""),
        (_("mức đạt"), level_words(variant.level) if variant.level else ""),
    ]
    return "; ".join(f"{name}: {said}" for name, said in parts if said)


def texts_words(texts: Iterable[object]) -> str:
    """A list of texts in one line, or that it is empty."""
    return "; ".join(map(str, texts)) or NOTHING


def text_words(text: object) -> str:
    """A text in quotation marks, or that there is none."""
    return f"“{text}”" if text else NOTHING


def day_words(value: date | None) -> str:
    """A day, or that none is written."""
    return day(value) or NOTHING


def plain_words(value: object) -> str:
    """The bare codes of a value, to tell apart what reads the same."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Population):
        return value.key
    if isinstance(value, Measure):
        own = (getattr(value, name) for name in Measure.__slots__)
        return " ".join(plain_words(one) for one in own if one is not None)
    if isinstance(value, tuple):
        return "; ".join(plain_words(one) for one in value)
    return str(value)
