"""From checked fields to a plan: years resolved, readings applied, everything checked together."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from lms.core.i18n import _
from lms.indicators.plan_counted import (
    TARGET_NAMES,
    check_counted,
    counted_of,
    refusal,
    roles_of,
    target_of,
)
from lms.indicators.plan_fields import NOT_SET
from lms.indicators.rules.deadlines import DueKind, Period
from lms.indicators.rules.plan import (
    MAIN_READING,
    Indicator,
    Plan,
    Reading,
    Variant,
    YearRule,
)
from lms.indicators.rules.vocabulary import Letterhead, Level, Subject

NO_NUMBER = "–"
RESERVED = frozenset({"ban-chot", "chot-so-lieu", "moi", "phien-ban", "so-lieu", "so-sanh", "sua"})
"""Words that stand for a page in the addresses of plans: nothing else can be opened under them."""


def derived_code(no: str) -> str:
    """A code out of the plan's own number: "1 (a)" is 1-a, "đ" is dd, "V.4đ" is v.4dd."""
    plain = unicodedata.normalize("NFD", no.lower().replace("đ", "dd"))
    ascii_only = "".join(ch for ch in plain if not unicodedata.combining(ch))
    return re.sub(r"[^a-z0-9.]+", "-", ascii_only).strip("-.")


def indicator_of(data: dict[str, Any], years: tuple[int, ...]) -> Indicator:
    """One indicator with its rule of every year and its readings."""
    rules = _rules_of(data, years)
    contradictions = _readings_of(data, "contradictions", "contradiction", rules)
    others = _readings_of(data, "other_readings", "reading", rules)
    first = [reading.code for reading in contradictions]
    _refuse_repeats(("contradictions",), first, before=[MAIN_READING])
    second = [reading.code for reading in others]
    _refuse_repeats(("other_readings",), second, before=[MAIN_READING, *first])
    names = ("code", "no", "title", "where")
    return Indicator(
        **{name: data[name] for name in names},
        years=rules,
        official_title=data.get("official_title"),
        starts=data.get("starts"),
        roles=roles_of(data),
        readings=(*contradictions, *others),
        notes=data["notes"],
    )


def _rules_of(data: Mapping[str, Any], years: tuple[int, ...]) -> dict[int, YearRule]:
    """A rule for every year of the plan; missing and foreign years are refused."""
    targets = data["targets"]
    if targets == NOT_SET:
        return {year: YearRule(counted_of(data), None) for year in years}
    for year in years:
        if year not in targets:
            raise refusal(
                ("targets",),
                _(
                    "thiếu năm %(year)s, hãy thêm mức phải đạt hoặc viết “%(year)s: không quy định”",
                    year=year,
                ),
            )
    for year in targets:
        if year not in years:
            wrong = _("năm này không có trong years của kế hoạch, hãy bỏ đi hoặc thêm vào years")
            raise refusal(("targets", year), wrong)
    return {year: _rule_of(data, year) for year in years}


def _rule_of(data: Mapping[str, Any], year: int) -> YearRule:
    """The rule of one year: the indicator's fields with the year's own laid over them."""
    own = data["targets"][year]
    said = {name: value for name, value in own.items() if value is not None}
    laid = {name: value for name, value in said.items() if name not in TARGET_NAMES}
    try:
        counted = counted_of({**data, **laid})
    except ValidationError as error:
        raise _placed(error, ("targets", year), laid) from None
    return YearRule(counted, target_of(said, counted, at=("targets", year)), own.get("where"))


def _placed(
    error: ValidationError, at: tuple[str | int, ...], own: Mapping[str, Any]
) -> ValidationError:
    """The refusal at the year or variant when it wrote the field, else at the indicator."""
    messages: Any = error.messages
    if isinstance(messages, dict) and messages.keys() & own.keys():
        for key in reversed(at):
            messages = {key: messages}
    return ValidationError(messages)


def _readings_of(
    data: Mapping[str, Any], name: str, kind: str, rules: Mapping[int, YearRule]
) -> list[Reading]:
    """Contradictions or other readings; a variant must fit every year it speaks of."""
    found = []
    for place, one in enumerate(data[name]):
        at = (name, place)
        strange = next((year for year in one["years"] if year not in rules), None)
        if strange is not None:
            raise refusal((*at, "years"), _("có năm ngoài kế hoạch, hãy bỏ năm %(y)s", y=strange))
        years = one["years"] or tuple(rules)
        variant = None
        if "variant" in one:
            variant = _variant_of(one["variant"], [rules[year] for year in years], (*at, "variant"))
        code = one.get("code") or f"{kind}-{place + 1}"
        found.append(Reading(code, kind, one["where"], one["text"], one["years"], variant))
    return found


def _variant_of(data: dict[str, Any], rules: list[YearRule], at: tuple[str | int, ...]) -> Variant:
    """What a reading changes, checked against every year it speaks of."""
    if not data:
        raise refusal(at, _("variant đang trống, hãy viết điều khác đi hoặc bỏ variant"))
    has_target = any(name in data for name in TARGET_NAMES)
    shape = Variant(
        subject=Subject(data["subject"]) if "subject" in data else None,
        population=data.get("population"),
        measure=data.get("measure"),
        level=Level(data["level"]) if "level" in data else None,
    )
    for rule in rules:
        try:
            check_counted(shape.apply(rule).counted)
        except ValidationError as error:
            raise _placed(error, at, error.messages_dict) from None
    first = shape.apply(rules[0]).counted
    target = target_of(data, first, at) if has_target else None
    return replace(shape, target=target, no_target=has_target and target is None)


# --- the whole plan -------------------------------------------------------------------------------


def plan_of(data: dict[str, Any]) -> Plan:
    """The plan; everything wrong in its indicators is told together."""
    years, wrong, built = tuple(sorted(data["years"])), {}, []
    for place, one in enumerate(data["indicators"]):
        try:
            built.append(indicator_of(one, years))
        except ValidationError as error:
            wrong[place] = error.messages
    if wrong:
        raise ValidationError({"indicators": wrong})
    plan = Plan(
        **{name: data[name] for name in ("code", "title", "place", "open_ended", "lead")},
        letterhead=Letterhead(data["letterhead"]),
        years=years,
        indicators=tuple(built),
        official_title=data.get("official_title"),
        lead_where=data.get("lead_where"),
        names=data["names"],
        commitments=tuple(data["commitments"]),
        reports=tuple(data["reports"]),
        notes=data["notes"],
    )
    _check_plan(plan)
    return plan


def _check_plan(plan: Plan) -> None:
    """Numbers and codes once each, and deadlines that fit their period."""
    _refuse_reserved(plan)
    if not plan.indicators:
        raise refusal(("indicators",), _("kế hoạch chưa có chỉ tiêu nào, hãy thêm ít nhất một"))
    numbers = [item.no if item.no != NO_NUMBER else item.code for item in plan.indicators]
    _refuse_repeats(("indicators",), numbers, name="no")
    codes = [item.code for item in plan.indicators]
    _refuse_repeats(("indicators",), codes)
    _refuse_repeats(("commitments",), [item.code for item in plan.commitments], before=codes)
    _refuse_repeats(("reports",), [item.code for item in plan.reports])
    for place, duty in enumerate(plan.reports):
        quarterly = duty.period is Period.QUARTER
        if quarterly and duty.due.kind in (DueKind.BEFORE, DueKind.ON):
            wrong = _("báo cáo quý thì viết như “ngày 10 tháng cuối quý”, hãy sửa lại")
            raise refusal(("reports", place, "due"), wrong)


def _refuse_reserved(plan: Plan) -> None:
    """Codes that are the address of a page."""
    named: list[tuple[tuple[str | int, ...], str]] = [((), plan.code)]
    named += [(("indicators", n), one.code) for n, one in enumerate(plan.indicators)]
    named += [(("commitments", n), one.code) for n, one in enumerate(plan.commitments)]
    for path, code in named:
        if code in RESERVED:
            wrong = _("mã “%(code)s” là tên một trang của phần mềm, hãy đặt khác đi", code=code)
            raise refusal((*path, "code"), wrong)


def _refuse_repeats(
    path: tuple[str, ...], words: list[str], *, before: Sequence[str] = (), name: str = "code"
) -> None:
    """A word used before is refused at its own place in the list."""
    seen = set(before)
    for place, word in enumerate(words):
        if word in seen:
            wrong = _("“%(word)s” đã dùng ở phía trên, hãy đặt khác đi", word=word)
            raise refusal((*path, place, name), wrong)
        seen.add(word)
