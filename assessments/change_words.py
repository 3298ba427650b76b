"""The measured change in words: for pages, drawings that are read aloud, and the csv file."""

from collections.abc import Sequence

from assessments.change import Report, Row
from assessments.rules.gain import MIN_PAIRS, Change, DropOut, TaskChange
from lms.core.i18n import _
from lms.core.text import number

LEFT, RIGHT = -25.0, 75.0
"""The ends of the drawn scale, in percentage points; what lies beyond is drawn at the end."""


def decimal(value: float) -> str:
    """One decimal with a comma: 30.24 is '30,2'; −0.04 is '0,0'."""
    text = f"{abs(value):.1f}".replace(".", ",")
    return f"−{text}" if value < 0 and text != "0,0" else text


def signed(value: float) -> str:
    """The same with a sign: '+30,2'."""
    text = decimal(value)
    return text if text[0] == "−" or text == "0,0" else f"+{text}"


def interval(change: Change) -> str:
    """'từ 25,1 đến 35,3'."""
    return _("từ %(low)s đến %(high)s", low=decimal(change.low), high=decimal(change.high))


def not_enough(n: int) -> str:
    """Why no figure is shown."""
    return _(
        "Chưa đủ dữ liệu: mới có %(n)s người làm đủ cả hai lần, cần ít nhất %(least)s.",
        n=number(n),
        least=MIN_PAIRS,
    )


def sentence(change: Change) -> str:
    """The change as one sentence."""
    if not change.is_told:
        return not_enough(change.n)
    words = {
        "up": _("tăng %(gain)s điểm phần trăm", gain=decimal(change.gain)),
        "down": _("giảm %(gain)s điểm phần trăm", gain=decimal(-change.gain)),
        "unclear": _("thay đổi %(gain)s điểm phần trăm, chưa rõ tăng hay giảm",
                     gain=signed(change.gain)),
    }  # fmt: skip
    told = {
        "words": words[change.direction],
        "interval": interval(change),
        "before": decimal(change.before),
        "after": decimal(change.after),
        "n": number(change.n),
    }
    return _(
        "%(words)s (khoảng 95%%: %(interval)s); đầu %(before)s%%, cuối %(after)s%%, %(n)s người",
        **told,
    )


def ceiling(change: Change) -> str:
    """How many could not get better on these forms."""
    return _(
        "%(share)s%% số người đã đúng hết ngay lần đầu nên không thể tăng thêm; con số vì thế thấp hơn thật.",
        share=decimal(change.full_before),
    )


def lost(drop: DropOut) -> str:
    """Who was not measured twice."""
    words = _(
        "Trong %(all)s người: %(both)s làm cả đầu khóa và cuối khóa, %(first)s chỉ làm đầu khóa, "
        "%(second)s chỉ làm cuối khóa, %(neither)s chưa làm lần nào.",
        all=number(drop.people),
        both=number(drop.both),
        first=number(drop.first_only),
        second=number(drop.second_only),
        neither=number(drop.neither),
    )
    if not drop.still_learning:
        return words
    learning = _("%(n)s người mới làm đầu khóa vẫn đang học.", n=number(drop.still_learning))
    return f"{words} {learning}"


def came_again(drop: DropOut) -> str:
    """How many came to the repeat."""
    return _(
        "%(both)s trong %(all)s người đã làm cuối khóa có làm lần nhắc lại.",
        both=number(drop.both),
        all=number(drop.people),
    )


def task(change: TaskChange) -> str:
    """How many could do a task before and after."""
    if change.code != "ok":
        return not_enough(change.n)
    return _(
        "Trước khóa %(before)s, sau khóa %(after)s trong %(n)s người tự làm được.",
        before=number(change.could_before),
        after=number(change.can_after),
        n=number(change.n),
    )


def place(points: float) -> str:
    """Where on the drawn scale, in per cent of its width."""
    inside = min(max(points, LEFT), RIGHT)
    return f"{(inside - LEFT) / (RIGHT - LEFT) * 100:.2f}"


def width(low: float, high: float) -> str:
    """How wide on the drawn scale, in per cent; never invisible."""
    return f"{max(float(place(high)) - float(place(low)), 0.4):.2f}"


def kinds() -> dict[str, str]:
    """Kind of rows → the heading of its table."""
    return {
        "programme": _("Theo chương trình"),
        "group": _("Theo nhóm đối tượng của chương trình"),
        "class": _("Theo lớp"),
        "home": _("Theo nơi ở của học viên"),
        "host": _("Theo đơn vị mở lớp"),
        "all": _("Tất cả"),
    }


def csv_rows(report: Report) -> list[list[str]]:
    """The report as a table: points as decimals, empty where there is not enough data."""
    head = [
        _("Bảng"), _("Tên"), _("Số người có cả hai lần"), _("Đầu khóa (%)"), _("Cuối khóa (%)"),
        _("Thay đổi (điểm phần trăm)"), _("Khoảng 95% từ"), _("Khoảng 95% đến"),
        _("Đúng hết ngay lần đầu (%)"), _("Chỉ làm đầu khóa"), _("Trong đó đang học"),
        _("Chỉ làm cuối khóa"), _("Chưa làm lần nào"), _("Ghi chú"),
    ]  # fmt: skip
    tables: list[tuple[str, Sequence[Row]]] = [("all", [report.whole.row]), *report.tables]
    names = kinds()
    return [head, *([names[kind], *_cells(row)] for kind, rows in tables for row in rows)]


def _cells(row: Row) -> list[str]:
    told, drop = row.change, row.lost
    figures = (told.before, told.after, told.gain, told.low, told.high, told.full_before)
    counts = (drop.first_only, drop.still_learning, drop.second_only, drop.neither)
    return [
        row.label,
        str(told.n),
        *(f"{value:.1f}" if told.is_told else "" for value in figures),
        *(str(count) for count in counts),
        "" if told.is_told else _("chưa đủ dữ liệu"),
    ]
