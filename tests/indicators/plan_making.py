"""Plans of every shape, the same for the same seed: what a commune may yet write."""

from random import Random
from typing import Any

from marshmallow import ValidationError

from lms.indicators.rules.plan import Plan
from lms.indicators.rules.vocabulary import (
    OUTSIDE_FACTS,
    POPULATIONS,
    PROGRAMMES,
    PROOFS,
    STUDENT_LEVELS,
    UNIT_KINDS,
)
from lms.indicators.schemas import PlanSchema

WORDS = (
    "Tổ công nghệ số: cộng đồng",
    "không quy định",
    "- gạch đầu dòng",
    "“ngoặc” & <b>đậm</b>",
    '> 95% "trên"',
    "2025",
    "4.10",
    "null",
    "yes",
    "# không phải chú thích",
    "đ, Đ, 'nháy đơn'",
    "*sao* !thẻ &neo",
    "một đoạn dài " * 12,
)


def plan_data(die: Random) -> tuple[dict[str, Any], Plan]:
    """A plan file as plain data that is read without a fault, and the plan it is."""
    while True:
        data = _plan(die)
        try:
            return data, PlanSchema().load(data)
        except ValidationError:
            continue


def _plan(die: Random) -> dict[str, Any]:
    years = sorted(die.sample(range(2024, 2029), die.randint(1, 3)))
    made: dict[str, Any] = {
        "code": "xa-thu",
        "title": _text(die),
        "place": {"kind": die.choice(["xã", "phường", "đặc khu"]), "name": "Thử", "province": "A"},
        "letterhead": die.choice(["ubnd", "dang"]),
        "years": years if len(years) > 1 else die.choice([years, years[0]]),
        "indicators": _good(die, years, die.randint(1, 3)),
    }
    _maybe(die, made, "official_title", _text)
    _maybe(die, made, "open_ended", lambda d: d.random() < 0.5)
    _maybe(die, made, "lead", _texts)
    _maybe(die, made, "lead_where", _text)
    _maybe(die, made, "names", lambda d: {code: _text(d) for code in d.sample([*POPULATIONS], 2)})
    _maybe(die, made, "notes", _texts)
    _maybe(die, made, "commitments", _commitments)
    _maybe(die, made, "reports", _reports)
    return made


def _good(die: Random, years: list[int], count: int) -> list[dict[str, Any]]:
    """Indicators that can be read each by itself: most that chance makes cannot."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        one = _indicator(die, years, len(found) + 1)
        head = {"code": "x", "title": "x", "letterhead": "ubnd", "years": years}
        place = {"kind": "xã", "name": "x", "province": "x"}
        if not PlanSchema().validate({**head, "place": place, "indicators": [one]}):
            try:
                PlanSchema().load({**head, "place": place, "indicators": [one]})
            except ValidationError:
                continue
            found.append(one)
    return found


def _indicator(die: Random, years: list[int], number: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "no": die.choice([number, f"{number}.1", f"V.{number}đ"]),
        "title": _text(die),
        "where": _text(die),
        **_counted(die),
    }
    targets = {year: _year(die) for year in years}
    made["targets"] = "không quy định" if die.random() < 0.2 else targets
    for name in ("official_title",):
        _maybe(die, made, name, _text)
    for name in ("lead", "done_by", "guides", "coordinates", "notes"):
        _maybe(die, made, name, _texts)
    _maybe(die, made, "window", lambda d: d.choice(["ever", "year", "quarter", "week"]))
    _maybe(die, made, "starts", lambda d: d.choice(["9/2025", "15/9/2025", "01/2026"]))
    for name in ("contradictions", "other_readings"):
        _maybe(die, made, name, lambda d: [_reading(d, years)], 0.3)
    return made


def _year(die: Random) -> Any:
    if die.random() < 0.2:
        return "không quy định"
    made: dict[str, Any] = die.choice(
        [
            {"operator": ">=", "value": 85},
            {"operator": ">", "value": 85},
            {"unit": "each"},
            {"operator": ">=", "value": 1, "unit": "each"},
            {"operator": ">=", "value": 3, "unit": "count"},
            {"value": "không quy định"},
            {"operator": ">=", "value": 50, "word": "phấn đấu"},
        ]
    ).copy()
    _maybe(die, made, "where", _text, 0.2)
    for name, value in _counted(die).items():
        if die.random() < 0.15:
            made[name] = value
    return made


def _reading(die: Random, years: list[int]) -> dict[str, Any]:
    made: dict[str, Any] = {"where": _text(die), "text": _text(die)}
    _maybe(die, made, "code", lambda d: "doc-khac")
    _maybe(die, made, "years", lambda d: [d.choice(years)])
    variant = {k: v for k, v in _counted(die).items() if k in ("population", "measure", "level")}
    some = {name: value for name, value in variant.items() if die.random() < 0.4}
    if die.random() < 0.4:
        some |= {"operator": ">=", "value": 40}
    if some and die.random() < 0.7:
        made["variant"] = some
    return made


def _counted(die: Random) -> dict[str, Any]:
    measure = _measure(die)
    made: dict[str, Any] = {"population": _population(die), "measure": measure}
    _maybe(die, made, "level", lambda d: d.choice(["basic", "proficient"]), 0.4)
    _maybe(die, made, "programmes", lambda d: d.sample([*PROGRAMMES], d.randint(1, 3)), 0.3)
    proofs = [*PROOFS, *OUTSIDE_FACTS]
    _maybe(die, made, "accepts", lambda d: d.sample(proofs, d.randint(1, 4)), 0.3)
    return made


def _measure(die: Random) -> Any:
    what = {"what": die.choice(["smartphone", "lop-hoc", "4.10"]), "label": _text(die)}
    kind = die.choice(["thon", "trung_tam_hcc", *UNIT_KINDS])
    return die.choice(
        [
            "attained",
            "attained",
            "confirmed",
            {"attained": {}},
            {"trained": {"share": die.choice([80, 100])}},
            {"declared": what},
            {"supported": what},
            {"count": what},
            {"count": {**what, "posted_at": kind}},
            {"has_at_least": {"k": die.randint(1, 9), "of": "attained_members"}},
            {"has_at_least": {"k": die.randint(1, 9), "of": "mentees"}},
        ]
    )


def _population(die: Random) -> Any:
    levels = die.sample([*STUDENT_LEVELS], die.randint(1, 4))
    parts: list[Any] = die.sample([*POPULATIONS], 3)
    return die.choice(
        [
            die.choice([*POPULATIONS]),
            {"students": levels},
            {"any_of": parts},
            {"any_of": [{"students": levels}, parts[0]]},
            {"any_of": [{"students": ["primary"]}, {"students": ["tertiary"]}, "traders"]},
        ]
    )


def _commitments(die: Random) -> list[dict[str, Any]]:
    made: dict[str, Any] = {"code": "ngay-hoi", "where": _text(die), "title": _text(die)}
    _maybe(die, made, "yearly_on", lambda d: "10/10")
    _maybe(die, made, "due", lambda d: "11/2025")
    _maybe(die, made, "lead", _texts)
    if die.random() < 0.4:
        members = {"has_at_least": {"k": 1, "of": "attained_members"}}
        made |= {"population": "households", "measure": members, "target": {"unit": "each"}}
    return [made, {"code": "khac", "where": "V", "title": "Việc khác"}][: die.randint(1, 2)]


def _reports(die: Random) -> list[dict[str, Any]]:
    dues = ["trước 15/5", "ngày 20/6", "không quy định", "ngày 10 tháng cuối kỳ"]
    made: dict[str, Any] = {"code": "nam", "title": _text(die), "where": "V", "period": "year"}
    made["due"] = die.choice(dues)
    _maybe(die, made, "sender", _texts)
    quarter = {"code": "quy", "title": "Báo cáo quý", "where": "V", "period": "quarter"}
    return [made, {**quarter, "due": "Ngày 10 tháng cuối quý"}]


def _text(die: Random) -> str:
    return die.choice(WORDS)


def _texts(die: Random) -> Any:
    return die.choice([_text(die), die.sample(WORDS, 2)])


def _maybe(die: Random, made: dict[str, Any], name: str, make: Any, chance: float = 0.5) -> None:
    if die.random() < chance:
        made[name] = make(die)
