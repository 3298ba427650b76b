"""The sample commune's classes over the last months, relative to the day it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lms.sample.roster import UNIT_NAMES, Dice, Villager

RESIDENTS, OFFICIALS = "nguoi-dan", "can-bo"
ELDERS, TRADERS, WORKERS, PUPILS = (
    "nguoi-cao-tuoi", "tieu-thuong-4t", "nguoi-lao-dong", "hoc-sinh-thcs",
)  # fmt: skip
NAMES = {
    RESIDENTS: "Kỹ năng số", OFFICIALS: "Kỹ năng số cho cán bộ", ELDERS: "Kỹ năng số cho người cao tuổi",
    TRADERS: "Chợ số 4T", WORKERS: "Kỹ năng số cho người lao động", PUPILS: "Kỹ năng số cho học sinh",
}  # fmt: skip


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
        return f"{NAMES[self.programme]}, {UNIT_NAMES[self.unit]}"


CLASSES = (
    SampleClass("ND01", RESIDENTS, "thon-dong", "Nhà văn hóa thôn Đông", 150, 30, "trang"),
    SampleClass("CB01", OFFICIALS, "ubnd", "Hội trường UBND xã", 131, 26, "tuan"),
    SampleClass("HS01", PUPILS, "thcs", "Phòng tin học", 127, 26, "tuan"),
    SampleClass("ND02", RESIDENTS, "thon-doai", "Nhà văn hóa thôn Đoài", 120, 28, "trang"),
    SampleClass("CT01", ELDERS, "thon-doai", "Nhà văn hóa thôn Đoài", 108, 20, "trang"),
    SampleClass("ND03", RESIDENTS, "tdp-1", "Nhà sinh hoạt tổ dân phố 1", 101, 32, "tuan"),
    SampleClass("LD01", WORKERS, "may-khe", "Nhà ăn công ty", 92, 22, "tuan"),
    SampleClass("ND04", RESIDENTS, "tdp-2", "Nhà sinh hoạt tổ dân phố 2", 83, 30, "trang"),
    SampleClass("TT01", TRADERS, "tdp-1", "Nhà sinh hoạt tổ dân phố 1", 74, 20, "trang"),
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
    places = {(kind, unit) for kind, unit, _level in villager.groups}
    age = today.year - villager.year
    home = villager.unit == course.unit and "public_sector" not in groups
    return {
        OFFICIALS: "public_sector" in groups,
        PUPILS: ("student", course.unit) in places,
        WORKERS: ("worker", course.unit) in places,
        TRADERS: "trader" in groups,
        ELDERS: home and age >= 61,
        RESIDENTS: home and 19 <= age <= 78,
    }[course.programme]
