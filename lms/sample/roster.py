"""A fictional commune of about 3,000 people, written as the register file an officer would have.

Every name is put together by a seeded generator; citizen IDs begin with 000, a province code that does
not exist; nobody has a phone number. The same seed gives the same people on every machine.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

SEED = "xã mẫu An Phúc Khê"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
          "Đinh", "Phan", "Trịnh", "Mai", "Tạ", "Hà", "Cao")  # fmt: skip
FAMILY_WEIGHTS = (38, 12, 10, 8, 6, 5, 4, 4, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1)
MIDDLE = {"nam": ("Văn", "Hữu", "Đức", "Công", "Quang", "Minh", "Xuân", "Đình", "Thanh", "Ngọc"),
          "nu": ("Thị", "Thị", "Thị", "Ngọc", "Thu", "Thanh", "Minh", "Kim", "Bích", "Hồng")}  # fmt: skip
GIVEN = {
    "nam": ("An", "Bình", "Cường", "Dũng", "Đạt", "Đông", "Hải", "Hiếu", "Hòa", "Hùng", "Huy", "Khánh",
            "Kiên", "Lâm", "Long", "Lực", "Mạnh", "Nam", "Nghĩa", "Phong", "Phúc", "Quân", "Quý", "Sơn", "Tâm",
            "Thắng", "Thịnh", "Tiến", "Toàn", "Trung", "Tuấn", "Việt", "Vinh", "Ước"),
    "nu": ("Anh", "Bích", "Chi", "Dung", "Đào", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Huệ", "Hương", "Lan",
           "Liên", "Linh", "Loan", "Mai", "Nga", "Ngân", "Nguyệt", "Nhung", "Oanh", "Phương", "Thảo", "Thoa",
           "Quỳnh", "Thu", "Thủy", "Trang", "Tuyết", "Vân", "Xuân", "Yến", "Ánh"),
}  # fmt: skip


class Dice:
    """Reproducible chance: SHA-256 of seed and counter, equal on every Python version."""

    def __init__(self, seed: str) -> None:
        self.seed, self.count = seed, 0

    def below(self, n: int) -> int:
        """A whole number from 0 to n − 1."""
        self.count += 1
        digest = hashlib.sha256(f"{self.seed}:{self.count}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % n

    def chance(self, percent: int) -> bool:
        """True in `percent` of a hundred cases."""
        return self.below(100) < percent

    def pick(self, options: Sequence[str]) -> str:
        """One of the options, all alike."""
        return options[self.below(len(options))]

    def weighted(self, options: Sequence[str], weights: Sequence[int]) -> str:
        """One of the options by weight."""
        at = self.below(sum(weights))
        for option, weight in zip(options, weights, strict=True):
            if at < weight:
                return option
            at -= weight
        raise AssertionError("The weights cover every number below their sum.")


@dataclass(frozen=True)
class SampleUnit:
    """A unit of the sample commune; `homes` is the number of its households."""

    code: str
    name: str
    kind: str
    homes: int = 0
    is_urban: bool = False
    serves: str = ""
    """Code of the village a digital team serves."""


VILLAGES = (
    SampleUnit("thon-dong", "Thôn Đông", "thon", 121),
    SampleUnit("thon-doai", "Thôn Đoài", "thon", 108),
    SampleUnit("thon-ben-tre", "Thôn Bến Tre Xanh", "thon", 94),
    SampleUnit("thon-go-sen", "Thôn Gò Sen", "thon", 132),
    SampleUnit("thon-cau-may", "Thôn Cầu Mây", "thon", 83),
    SampleUnit("tdp-1", "Tổ dân phố 1", "to_dan_pho", 137, is_urban=True),
    SampleUnit("tdp-2", "Tổ dân phố 2", "to_dan_pho", 116, is_urban=True),
    SampleUnit("tdp-3", "Tổ dân phố 3", "to_dan_pho", 103, is_urban=True),
)
UNITS = (
    *VILLAGES,
    SampleUnit("tieu-hoc", "Trường Tiểu học An Phúc Khê", "truong"),
    SampleUnit("thcs", "Trường THCS An Phúc Khê", "truong"),
    SampleUnit("thpt", "Trường THPT An Phúc Khê", "truong"),
    SampleUnit("ubnd", "Văn phòng HĐND và UBND xã", "co_quan"),
    SampleUnit("vhxh", "Phòng Văn hóa - Xã hội", "co_quan"),
    SampleUnit("kinh-te", "Phòng Kinh tế", "co_quan"),
    SampleUnit("tram-y-te", "Trạm Y tế xã", "tram_y_te"),
    SampleUnit("hcc", "Trung tâm Phục vụ hành chính công xã", "trung_tam_hcc"),
    SampleUnit("may-khe", "Công ty May Suối Khê", "doanh_nghiep"),
    SampleUnit("htx-rau", "Hợp tác xã Rau Gò Sen", "hop_tac_xa"),
    *(
        SampleUnit(f"to-cns-{n}", f"Tổ công nghệ số {v.name}", "to_cong_nghe_so", serves=v.code)
        for n, v in enumerate(VILLAGES, 1)
    ),
)
UNIT_NAMES = {unit.code: unit.name for unit in UNITS}


@dataclass
class Villager:
    """One fictional person, as a row of the register."""

    name: str
    sex: str
    born: date | None
    year: int
    unit: str
    home: str
    citizen_id: str = ""
    temporary: bool = False
    groups: list[tuple[str, str, str]] = field(default_factory=list)
    """(membership kind, unit code, student level)."""


def people(today: date) -> list[Villager]:
    """The commune's people on this day, in the order of their homes."""
    dice = Dice(SEED)
    villagers = [
        v
        for unit in VILLAGES
        for n in range(1, unit.homes + 1)
        for v in _home(dice, unit, n, today)
    ]
    for number, villager in enumerate(villagers, 1):
        _groups(dice, villager, today)
        if dice.chance(45) and today.year - villager.year >= 15:
            villager.citizen_id = f"000{number:09d}"
    _posts(villagers, today)
    return villagers


def _home(dice: Dice, unit: SampleUnit, number: int, today: date) -> Iterator[Villager]:
    family = dice.weighted(FAMILY, FAMILY_WEIGHTS)
    home = f"{unit.code.upper()}-{number:03d}"
    head = 28 + dice.below(50)
    ages = [
        ("nam", family, head),
        ("nu", dice.weighted(FAMILY, FAMILY_WEIGHTS), max(21, head - dice.below(6))),
    ]
    if head > 62:
        ages = ages[dice.below(2) :] if dice.chance(30) else ages
    if 27 < head < 56:
        ages += [
            (dice.pick(("nam", "nu")), family, max(0, head - 23 - 4 * n - dice.below(3)))
            for n in range(1 + dice.below(3))
        ]
    if dice.chance(28) and head < 60:
        ages.append(("nu", dice.weighted(FAMILY, FAMILY_WEIGHTS), head + 23 + dice.below(8)))
    if dice.chance(22) and 48 < head < 75:
        ages.append((dice.pick(("nam", "nu")), family, head - 24))
    for sex, surname, age in ages:
        yield _villager(dice, sex, surname, min(max(age, 1), 97), unit, home, today)


def _villager(
    dice: Dice, sex: str, family: str, age: int, unit: SampleUnit, home: str, today: date
) -> Villager:
    name = f"{family} {dice.pick(MIDDLE[sex])} {dice.pick(GIVEN[sex])}"
    year = today.year - age
    born = date(year, 1 + dice.below(12), 1 + dice.below(28))
    born = born if born < today else date(year - 1, born.month, born.day)
    year_only = age > 55 and dice.chance(25)
    return Villager(
        name, sex, None if year_only else born, born.year, unit.code, home, temporary=dice.chance(4)
    )


LEVELS = (
    (6, 10, "tieu-hoc", "primary"),
    (11, 14, "thcs", "lower_secondary"),
    (15, 17, "thpt", "upper_secondary"),
)


def _groups(dice: Dice, villager: Villager, today: date) -> None:
    age = today.year - villager.year
    for youngest, oldest, school, level in LEVELS:
        if youngest <= age <= oldest:
            villager.groups.append(("student", school, level))
    if 20 <= age <= 59:
        roll = dice.below(100)
        if roll < 13:
            villager.groups.append(("worker", dice.pick(("may-khe", "may-khe", "htx-rau")), ""))
        elif roll < 20:
            villager.groups.append(("trader", "", ""))
        elif roll < 42 and not villager.unit.startswith("tdp"):
            villager.groups.append(("farmer", "", ""))
    if age >= 60 and dice.chance(3):
        villager.groups.append(("disabled", "", ""))
    if dice.chance(2):
        villager.groups.append(("poor", "", ""))


def _posts(villagers: list[Villager], today: date) -> None:
    """Officials, teams and ambassadors: adults without another group, spread over the villages."""
    free = [v for v in villagers if not v.groups and 23 <= today.year - v.year <= 55]
    offices = ("ubnd", "vhxh", "kinh-te", "tram-y-te", "tieu-hoc", "thcs", "thpt")
    for number, villager in enumerate(free[:: max(1, len(free) // 64)][:64]):
        office = offices[number % len(offices)]
        villager.groups.append(("public_sector", office, ""))
        if office in ("ubnd", "vhxh", "kinh-te"):
            villager.groups.append(("ward_official", office, ""))
    for team, village in enumerate(VILLAGES, 1):
        local = [v for v in villagers if v.unit == village.code and 20 <= today.year - v.year <= 50]
        for villager in local[7:42:7]:
            villager.groups.append(("digital_team", f"to-cns-{team}", ""))
        for villager in local[10:13]:
            # Two of the villages send their ambassadors to the one-stop centre.
            villager.groups.append(("ambassador", "hcc" if team <= 2 else "", ""))


HEADINGS = (
    "Số hộ",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Số định danh",
    "Thôn, tổ dân phố",
    "Cư trú",
)
SEX = {"nam": "Nam", "nu": "Nữ"}


def as_csv(villagers: Sequence[Villager]) -> bytes:
    """The register file (UTF-8 csv) that the real import reads."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for v in villagers:
        born = v.born.strftime("%d/%m/%Y") if v.born else str(v.year)
        kept = "tạm trú" if v.temporary else "thường trú"
        writer.writerow((v.home, v.name, born, SEX[v.sex], v.citizen_id, UNIT_NAMES[v.unit], kept))
    return out.getvalue().encode("utf-8-sig")
