"""Words for groups, school levels and kinds of residence, as lists of communes write them."""

import re

from lms.people.rules.identity import Problem
from lms.people.rules.letters import bare

_GROUPS = (
    ("digital_team", ("to cong nghe so", "tcnscd", "thanh vien to cong nghe so cong dong")),
    ("ambassador", ("dai su so",)),
    ("mentor", ("nguoi kem cap",)),
    ("ward_official", ("can bo phuong", "can bo xa", "cong chuc xa", "cong chuc phuong")),
    ("public_sector", ("can bo", "cong chuc", "vien chuc", "giao vien", "khu vuc cong", "cbcc", "cbccvc",
                       "can bo cong chuc vien chuc", "nguoi lao dong khu vuc cong")),
    ("student", ("hoc sinh", "sinh vien", "hoc sinh sinh vien", "hs", "sv")),
    ("worker", ("nguoi lao dong", "lao dong", "cong nhan", "nguoi lao dong trong doanh nghiep")),
    ("trader", ("tieu thuong", "ho kinh doanh", "buon ban", "tieu thuong cho")),
    ("farmer", ("nong dan", "hoi vien nong dan")),
    ("poor", ("ho ngheo", "ho can ngheo", "can ngheo", "ngheo", "hoan canh dac biet",
              "hoan canh kho khan")),
    ("disabled", ("nguoi khuyet tat", "khuyet tat")),
)  # fmt: skip
_DERIVED = {
    "nguoi dan", "dan cu", "cu dan", "nguoi cao tuoi", "cao tuoi", "nguoi truong thanh", "cong dan",
    "khac", "khong", "0",
}  # fmt: skip
"""Groups that follow from age and residence; a list may say them, nothing is stored."""
_BY_WORD = {word: kind for kind, words in _GROUPS for word in words}
_BETWEEN = re.compile(r"[;,/+&\n]")


def kinds(text: str) -> tuple[str, ...] | Problem:
    """Membership kinds of a cell such as 'Học sinh; hộ nghèo'; a Problem names the unknown one."""
    whole = _plain(text)
    if whole in _BY_WORD:
        return (_BY_WORD[whole],)
    found: list[str] = []
    for part in _BETWEEN.split(text):
        kind = _BY_WORD.get(_plain(part))
        if kind is None and _plain(part) and _plain(part) not in _DERIVED:
            return Problem("group_unknown", part.strip()[:40])
        found += [kind] if kind and kind not in found else []
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", bare(text)).split())


_LEVELS = {
    **dict.fromkeys(("tieu hoc", "cap 1", "cap i", "1", "th"), "primary"),
    **dict.fromkeys(("thcs", "trung hoc co so", "cap 2", "cap ii", "2"), "lower_secondary"),
    **dict.fromkeys(("thpt", "trung hoc pho thong", "cap 3", "cap iii", "3"), "upper_secondary"),
    **dict.fromkeys(("dai hoc", "cao dang", "trung cap", "sinh vien", "sau dai hoc"), "tertiary"),
}
_GRADE = re.compile(r"lop ([0-9]{1,2})[a-z]?[0-9]?")


def level(text: str) -> str | Problem | None:
    """A school level from its name or from a grade ('lớp 7A'); empty is None."""
    plain = _plain(text)
    if not plain:
        return None
    grade = _GRADE.fullmatch(plain)
    if grade and 1 <= int(grade[1]) <= 12:
        return "primary" if int(grade[1]) <= 5 else (
            "lower_secondary" if int(grade[1]) <= 9 else "upper_secondary")  # fmt: skip
    return _LEVELS.get(plain) or Problem("level_unknown", text[:30])


def level_of_group(text: str) -> str | None:
    """'Sinh viên' alone tells the level; 'học sinh' does not."""
    plain = _plain(text)
    return "tertiary" if "sinh vien" in plain and "hoc sinh" not in plain else None


_RESIDENCES = {
    **dict.fromkeys(("thuong tru", "tt", "ho khau thuong tru"), "thuong_tru"),
    **dict.fromkeys(("tam tru", "tam tru dai han", "kt3"), "tam_tru"),
}


def residence(text: str) -> str | Problem | None:
    """'thuong_tru' or 'tam_tru'; empty is None."""
    plain = _plain(text)
    return (_RESIDENCES.get(plain) or Problem("residence_unknown", text[:30])) if plain else None


_PLACES = {
    "student": {"truong"},
    "public_sector": {"co_quan", "truong", "tram_y_te", "trung_tam_hcc", "khac"},
    "ward_official": {"co_quan", "trung_tam_hcc"},
    "worker": {"doanh_nghiep", "hop_tac_xa", "khac"},
    "trader": {"doanh_nghiep", "hop_tac_xa", "khac"},
    "farmer": {"hop_tac_xa"},
    "digital_team": {"to_cong_nghe_so"},
}


def belongs_at(kind: str, unit_kind: str) -> bool:
    """Whether a membership of this kind is held at a unit of that kind (a pupil at a school)."""
    return unit_kind in _PLACES.get(kind, ())


def kind_by_place(unit_kind: str, level: str | None) -> str | None:
    """The membership that a workplace alone tells; None where it could be two (a school without a level)."""
    if unit_kind == "truong":
        return "student" if level else None
    return {
        "co_quan": "public_sector",
        "tram_y_te": "public_sector",
        "trung_tam_hcc": "public_sector",
        "doanh_nghiep": "worker",
        "hop_tac_xa": "worker",
        "to_cong_nghe_so": "digital_team",
    }.get(unit_kind)
