"""What a figure means, in plain Vietnamese: whom it counts, what must be true, since when."""

from lms.core.i18n import _
from lms.indicators import wording
from lms.indicators.rules.arithmetic import decimal_text, number_text
from lms.indicators.rules.plan import Counted
from lms.indicators.rules.vocabulary import (
    Basis,
    CountedOf,
    MeasureKind,
    Operator,
    Subject,
    TargetUnit,
    Window,
)
from lms.indicators.sheet import Line


def definition(line: Line) -> list[tuple[str, str]]:
    """(question, answer) pairs for the page of one figure."""
    counted = line.figure.counted
    rows = [
        (_("Đếm ai"), _whom(line)),
        (_("Thế nào là đạt"), _each(line) or measure_text(counted)),
        (_("Khoảng thời gian"), _span(counted)),
        (_("Mẫu số"), line.population_line),
        (_("Mức giao"), line.target_text),
        (_("Chỗ ghi trong kế hoạch"), line.where),
        (_("Đơn vị chủ trì"), line.leads),
        (_("Phối hợp"), line.helpers),
    ]
    return [(question, answer[:1].upper() + answer[1:]) for question, answer in rows if answer]


def _each(line: Line) -> str:
    """What every single unit must reach, where things are counted unit by unit."""
    target, counted = line.target, line.figure.counted
    if target is None or counted.measure.kind is not MeasureKind.COUNT:
        return ""
    if target.unit is not TargetUnit.EACH or counted.subject is not Subject.UNIT:
        return ""
    return _(
        "đơn vị có %(least)s %(n)s %(label)s đã ghi nhận",
        least=_("trên") if target.operator is Operator.MORE_THAN else _("ít nhất"),
        n=decimal_text(target.value), label=counted.measure.label or "",
    )  # fmt: skip


def _whom(line: Line) -> str:
    basis = {
        Basis.RESIDENCE: _("theo nơi cư trú trong ngày chốt"),
        Basis.MEMBERSHIP: _("theo danh sách của cơ quan, trường, tổ trong ngày chốt"),
        Basis.CLASS: _("theo danh sách lớp trong năm"),
        Basis.UNIT: _("theo danh sách đơn vị trong ngày chốt"),
        Basis.UNION: _("ai thuộc nhiều nhóm cũng chỉ tính một lần"),
        Basis.NONE: "",
    }[line.figure.counted.population.basis]
    return ", ".join(part for part in (line.population, basis) if part)


def measure_text(counted: Counted) -> str:
    """What must be true to be counted."""
    kind = counted.measure.kind
    if kind is MeasureKind.ATTAINED:
        rule, is_team = _attained(counted), counted.subject is Subject.TEAM
        return (
            _("mọi thành viên đang hoạt động của tổ đều %(rule)s", rule=rule) if is_team else rule
        )
    if kind is MeasureKind.HAS_AT_LEAST:
        return _at_least(counted)
    if kind is MeasureKind.TRAINED:
        return _(
            "đã dự ít nhất %(share)s%% số buổi của một lớp thuộc chương trình %(programmes)s",
            share=decimal_text(counted.measure.share) if counted.measure.share else "0",
            programmes=_programmes(counted),
        )
    if kind is MeasureKind.CONFIRMED:
        return _("có tên trong danh sách xác nhận trên VNeID mà xã đã nhập, kèm văn bản và ngày")
    label = counted.measure.label or ""
    if kind is MeasureKind.COUNT:
        return _("đếm số %(label)s đã ghi nhận", label=label)
    return _("%(label)s: số do đơn vị khác đếm, nhập kèm nguồn và ngày", label=label)


def _attained(counted: Counted) -> str:
    return _(
        "có kết quả từ mức %(level)s trở lên của chương trình %(programmes)s, bằng một trong các "
        "cách: %(proofs)s",
        level=wording.level_name(counted.asked_level.value),
        programmes=_programmes(counted),
        proofs=", ".join(wording.proof_name(proof) for proof in counted.counted_proofs),
    )


def _at_least(counted: Counted) -> str:
    least = number_text(counted.measure.k or 1)
    if counted.measure.of is CountedOf.MENTEES:
        return _("đang kèm cặp ít nhất %(n)s người", n=least)
    return _("có ít nhất %(n)s thành viên %(rule)s", n=least, rule=_attained(counted))


def _programmes(counted: Counted) -> str:
    return "; ".join(programme_name(code) for code in counted.counted_programmes)


def programme_name(code: str) -> str:
    """A programme in words; a code that is not ours stays as it is."""
    names = {
        "can-bo": _("Cán bộ, công chức, viên chức"),
        "hoc-sinh": _("Học sinh, sinh viên"),
        "nguoi-lao-dong": _("Người lao động"),
        "nguoi-dan": _("Người dân"),
        "nguoi-cao-tuoi": _("Người cao tuổi"),
        "tieu-thuong-4t": _("Tiểu thương 4T"),
        "ai-mot-cong-cu": _("Một công cụ AI"),
        "ai-hanh-chinh": _("AI trong công việc hành chính"),
        "to-cong-nghe-so": _("Tổ công nghệ số cộng đồng"),
    }
    return names.get(code, code)


def _span(counted: Counted) -> str:
    if counted.measure.kind is MeasureKind.DECLARED:
        return _("số mới nhất có đến hết ngày chốt")
    return _window(counted.window)


def _window(window: Window) -> str:
    return {
        Window.EVER: _("từ trước đến hết ngày chốt"),
        Window.YEAR: _("từ đầu năm đến hết ngày chốt"),
        Window.QUARTER: _("từ đầu quý đến hết ngày chốt"),
        Window.WEEK: _("từ thứ Hai của tuần đến hết ngày chốt"),
    }[window]
