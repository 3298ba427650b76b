"""The report as a whole: how many indicators are met, what is due next, how to read the figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.rules.figure import PlanReport, State
from lms.indicators.rules.plan import Plan
from lms.indicators.sheet import Line
from lms.indicators.wording import put_in_names


@dataclass(frozen=True, slots=True)
class Headline:
    """How many indicators are met, not met, without a target, without a figure, and to be checked.

    A numerator above its denominator (`doubtful`) is neither met nor unmet.
    """

    met: int
    unmet: int
    no_target: int
    unknown: int
    doubtful: int = 0

    @property
    def total(self) -> int:
        """All indicators."""
        return self.met + self.unmet + self.no_target + self.unknown + self.doubtful


def headline(lines: Sequence[Line]) -> Headline:
    """The plan at a glance."""
    every = [line.figure.outcome for line in lines]
    states = [one for one in every if not (one.exceeds and one.state is State.OK)]
    return Headline(
        met=sum(1 for one in states if one.state is State.OK and one.met),
        unmet=sum(1 for one in states if one.state is State.OK and not one.met),
        no_target=sum(1 for one in states if one.state is State.NO_TARGET),
        unknown=sum(1 for o in states if o.state in (State.NO_DATA, State.NO_DENOMINATOR)),
        doubtful=len(every) - len(states),
    )


def next_deadline(report: PlanReport, today: date) -> tuple[str, date] | None:
    """The next report that is due: its title and its last day."""
    coming = (e for e in report.calendar if e.last_day is not None and e.last_day >= today)
    found = next(coming, None)
    return (found.title, found.last_day) if found and found.last_day else None


def deadline_text(report: PlanReport, today: date) -> str:
    """The next report and its last day; or that this year's are past, or that none is written."""
    coming = next_deadline(report, today)
    if coming:
        return _("%(title)s: hạn %(day)s", title=coming[0], day=day(coming[1]))
    if any(entry.last_day for entry in report.calendar):
        return _("các hạn báo cáo của năm %(year)s đã qua", year=report.year)
    return _("kế hoạch không ghi ngày báo cáo")


def place_text(plan: Plan) -> str:
    """'phường Việt Trì, Phú Thọ'."""
    return f"{plan.place.kind} {plan.place.name}, {plan.place.province}"


def plan_title(plan: Plan) -> str:
    """The official title where there is one, else our short wording."""
    return plan.official_title or plan.title


def setting_notes(report: PlanReport) -> list[str]:
    """What the commune chose; printed with every export."""
    settings, names = report.settings, put_in_names(report.plan)
    temporary = _("Người tạm trú được tính là cư dân của xã.")
    without = _("Người tạm trú không được tính là cư dân của xã.")
    notes = [temporary if settings.count_temporary else without]
    notes += [
        _(
            "Mẫu số của “%(name)s”: %(how)s.",
            name=names.get(key, key),
            how=_(_DENOMINATOR_WORDS[how]),
        )
        for key, how in sorted(settings.denominators.items())
    ]
    return notes


_DENOMINATOR_WORDS = {"register": "đếm từ danh sách đã nhập", "declared": "số khai báo"}


def standing_notes() -> list[str]:
    """How to read the figures, in five sentences."""
    return [
        _("Mỗi người chỉ được đếm một lần trong mỗi chỉ tiêu, dù học nhiều lớp."),
        _("Tỷ lệ được cắt bớt chứ không làm tròn lên: 99,96% ghi là 99,9%."),
        _("“Trên 95%” chưa đạt khi bằng đúng 95,0%."),
        _(
            "“Còn … chưa đạt” là đối tượng trừ số đã đạt; “cần thêm …” là số còn thiếu so với mức giao."
        ),
        _("“Đã dự” và “đã học” chỉ để tham khảo, không phải là đạt."),
    ]
