"""Figures of questions and forms in words: what each means, and what an author may do about it."""

from dataclasses import dataclass
from fractions import Fraction

from assessments.rules.choosing import JOINT
from assessments.rules.statistics import LEAST_PEOPLE, ChoiceFigures, Figures
from assessments.rules.statistics.reliability import WANTED_ALPHA
from courses.activities.wording import said
from courses.rules import Item
from lms.core.i18n import _
from lms.core.text import number


@dataclass(frozen=True)
class FlagWords:
    """A flag as a badge, what it means, what to do. `state` is a colour of core/components.html."""

    label: str
    state: str
    meaning: str
    advice: str


def flag_words() -> dict[str, FlagWords]:
    """Flag → its words, the gravest first; `assessments.rules.statistics.items.FLAGS` names them."""
    return {
        "key_suspect": FlagWords(
            _("Xem lại đáp án"),
            "error",
            _("Nhóm làm bài tốt nhất chọn một câu trả lời sai nhiều hơn chọn đáp án."),
            _(
                "Đọc lại câu hỏi và đáp án trước tiên: đáp án có thể ghi nhầm, hoặc có hai ý cùng đúng."
            ),
        ),
        "negative": FlagWords(
            _("Ngược chiều"),
            "error",
            _("Người làm tốt các câu khác lại hay sai câu này."),
            _(
                "Tìm chỗ gây hiểu lầm: câu phủ định hai lần, chữ “luôn”, “không bao giờ”, tình huống lạ."
            ),
        ),
        "weak": FlagWords(
            _("Ít phân biệt"),
            "warning",
            _("Người đã vững và người chưa vững trả lời câu này gần như nhau."),
            _(
                "Xem câu có mơ hồ không, hay hỏi việc ngoài bài; viết lại cho rõ một tình huống thật."
            ),
        ),
        "too_hard": FlagWords(
            _("Quá khó"),
            "warning",
            _("Rất ít người đúng, hoặc số người đúng không hơn đoán mò."),
            _("Kiểm tra đáp án; nếu đáp án đúng thì dạy kỹ hơn phần này, hoặc hỏi dễ hơn một bậc."),
        ),
        "too_easy": FlagWords(
            _("Ai cũng đúng"),
            "info",
            _("Câu này ai cũng đúng: nó không cho biết ai đã vững, ai chưa."),
            _(
                "Giữ lại một hai câu cho học viên yên tâm; các câu khác nên đổi sang tình huống khó hơn."
            ),
        ),
        "dead": FlagWords(
            _("Có phương án bỏ không"),
            "info",
            _("Có phương án sai mà dưới 5% số người chọn, nên câu này dễ đoán hơn mình tưởng."),
            _("Thay phương án ấy bằng một nhầm lẫn mà học viên thật sự hay mắc."),
        ),
    }


def form_title(kind: str, level: str) -> str:
    """The form as authors call it."""
    kinds = {
        "practice": _("Bài luyện"),
        "certifying": _("Bài kiểm tra"),
        "entry": _("Đầu khóa"),
        "exit": _("Cuối khóa"),
        "after30": _("Sau 30 ngày"),
        "after90": _("Sau 90 ngày"),
    }
    return kinds[kind] if level == "basic" else _("%(form)s (nâng cao)", form=kinds[kind])


def too_few(n: int) -> str:
    """What stands where a figure would be chance."""
    return _("chưa đủ dữ liệu (n = %(n)s, cần %(least)s)", n=number(n), least=LEAST_PEOPLE)


def percent(share: float) -> str:
    """'84%'. Never 0% or 100% unless it is exactly so."""
    whole = round(100 * share)
    if 0 < share < 1:
        whole = min(99, max(1, whole))
    return f"{whole}%"


def decimal(value: float | None, places: int = 2) -> str:
    """'0,32', '−0,05'; a dash where there is none."""
    if value is None:
        return "–"
    text = f"{abs(value):.{places}f}".replace(".", ",")
    return f"−{text}" if value < 0 and float(f"{value:.{places}f}") else text


def per_mille(chance: Fraction) -> str:
    """'4,2 phần nghìn'; a chance that is not nothing is never shown as 0."""
    if 0 < chance < Fraction(1, 10_000):
        return _("dưới 0,1 phần nghìn")
    return _("%(n)s phần nghìn", n=decimal(float(chance * 1000), 1))


def reliability_word(alpha: float) -> str:
    """The reliability in a word."""
    if alpha >= WANTED_ALPHA:
        return _("đủ tin cậy cho một bài kiểm tra được làm lại")
    if alpha >= 0.5:
        return _("tạm được; thêm câu phân biệt tốt thì tin cậy hơn")
    return _("thấp; đừng dựa vào vài điểm chênh nhau")


def guide(found: Figures | None) -> list[FlagWords]:
    """The words of an item's flags."""
    words = flag_words()
    return [words[flag] for flag in found.flags] if found else []


def choice_text(item: Item, row: ChoiceFigures) -> str:
    """What was chosen, as a person would read it."""
    return key_text(item, row.choice.key)


def key_text(item: Item, key: str) -> str:
    """The same of `assessments.rules.choosing.Choice.key`; '' is no answer."""
    if not key:
        return _("Không trả lời")
    if item.kind == "simulation":
        return _ends()[key]
    if item.kind == "number" and item.number:
        return f"{key} {item.number.unit}".strip()
    return said(item, key.split(JOINT) if item.kind == "order" else [key])


def _ends() -> dict[str, str]:
    return {
        "goal": _("Làm xong việc"),
        "late": _("Đến nơi nhưng nhập sai"),
        "trap": _("Bấm vào chỗ lừa đảo"),
        "lost": _("Bấm quá nhiều lần"),
        "open": _("Dừng giữa chừng"),
    }
