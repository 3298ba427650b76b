"""What decides who is in a figure, in words: how it is measured and what counts."""

from lms.core.i18n import _
from lms.indicators.rules.plan import Counted
from lms.indicators.rules.vocabulary import MeasureKind, Window
from lms.indicators.wording import level_name, proof_name


def measure_words(counted: Counted) -> str:
    """'kết quả học đạt; tính: đạt bài kiểm tra, …'."""
    name = _kinds()[counted.measure.kind]
    more = [counted.measure.label or ""]
    if counted.measure.kind in (MeasureKind.ATTAINED, MeasureKind.CONFIRMED):
        proofs = ", ".join(proof_name(code) for code in counted.counted_proofs)
        more.append(_("tính: %(proofs)s", proofs=proofs))
    if counted.window is not Window.EVER:
        more.append(_windows()[counted.window])
    return "; ".join([name, *filter(None, more)])


def level_words(counted: Counted) -> str:
    """The level, where the measure has one."""
    has = counted.measure.kind in (MeasureKind.ATTAINED, MeasureKind.HAS_AT_LEAST)
    return level_name(counted.asked_level.value) if has else ""


def _kinds() -> dict[MeasureKind, str]:
    return {
        MeasureKind.ATTAINED: _("có kết quả đạt"),
        MeasureKind.TRAINED: _("được tập huấn"),
        MeasureKind.CONFIRMED: _("được xác nhận trên VNeID"),
        MeasureKind.DECLARED: _("số khai báo của cơ quan khác"),
        MeasureKind.SUPPORTED: _("được hỗ trợ, theo số khai báo"),
        MeasureKind.COUNT: _("số lượng"),
        MeasureKind.HAS_AT_LEAST: _("có đủ người đạt"),
    }


def _windows() -> dict[Window, str]:
    return {
        Window.YEAR: _("trong năm"),
        Window.QUARTER: _("trong quý"),
        Window.WEEK: _("trong tuần"),
    }
