"""The sample commune's classes over the last months, relative to the day it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lms.sample.roster import UNIT_NAMES, Dice, Villager

RESIDENTS, OFFICIALS = "nguoi-dan", "can-bo"


@dataclass(frozen=True)
class SampleClass:
    """One class: `starts` is in days before the sample's day; sessions follow every `gap` days."""

    code: str
    programme: str
    unit: str
    place: str
    starts: int
    size: int
    trainer: str
    sessions: int = 4
    gap: int = 3

    def days(self, today: date) -> list[date]:
        """The planned days, some of which may still lie ahead."""
        first = today - timedelta(days=self.starts)
        return [first + timedelta(days=self.gap * n) for n in range(self.sessions)]

    @property
    def name(self) -> str:
        """The class's name on screen and paper."""
        kind = "Kỹ năng số cho cán bộ" if self.programme == OFFICIALS else "Kỹ năng số"
        return f"{kind}, {UNIT_NAMES[self.unit]}"


CLASSES = (
    SampleClass("ND01", RESIDENTS, "thon-dong", "Nhà văn hóa thôn Đông", 150, 30, "trang"),
    SampleClass("CB01", OFFICIALS, "ubnd", "Hội trường UBND xã", 131, 26, "tuan"),
    SampleClass("ND02", RESIDENTS, "thon-doai", "Nhà văn hóa thôn Đoài", 120, 28, "trang"),
    SampleClass("ND03", RESIDENTS, "tdp-1", "Nhà sinh hoạt tổ dân phố 1", 101, 32, "tuan"),
    SampleClass("ND04", RESIDENTS, "tdp-2", "Nhà sinh hoạt tổ dân phố 2", 83, 30, "trang"),
    SampleClass("CB02", OFFICIALS, "vhxh", "Hội trường UBND xã", 66, 24, "tuan"),
    SampleClass("ND05", RESIDENTS, "thon-go-sen", "Nhà văn hóa thôn Gò Sen", 58, 30, "trang"),
    SampleClass("ND06", RESIDENTS, "thon-ben-tre", "Nhà văn hóa thôn Bến Tre Xanh", 37, 26, "tuan"),
    SampleClass("ND07", RESIDENTS, "tdp-3", "Nhà sinh hoạt tổ dân phố 3", 23, 28, "trang"),
    SampleClass("ND08", RESIDENTS, "thon-cau-may", "Nhà văn hóa thôn Cầu Mây", 9, 24, "trang"),
    SampleClass("CB03", OFFICIALS, "kinh-te", "Hội trường UBND xã", 4, 12, "tuan"),
)
"""The last session of ND08 is today: open, in a proctored sitting, ready to be tried."""


def learners(villagers: Sequence[Villager], today: date) -> dict[str, list[int]]:
    """Class code → indexes of its learners in the roster; nobody is in two classes."""
    taken: set[int] = set()
    chosen: dict[str, list[int]] = {}
    for course in CLASSES:
        fit = [n for n, v in enumerate(villagers) if n not in taken and _fits(course, v, today)]
        dice = Dice(f"lớp {course.code}")
        picked = sorted(fit, key=lambda n, d=dice: d.below(10_000))[: course.size]  # type: ignore[misc]  # The dice of this class are bound on purpose.
        chosen[course.code] = sorted(picked)
        taken.update(picked)
    return chosen


def _fits(course: SampleClass, villager: Villager, today: date) -> bool:
    groups = {kind for kind, _unit, _level in villager.groups}
    if course.programme == OFFICIALS:
        return "public_sector" in groups
    age = today.year - villager.year
    return villager.unit == course.unit and 19 <= age <= 78 and "public_sector" not in groups
