"""What a plan counts and how much it asks: built from fields, and refused when it cannot be.

Each refusal is a ValidationError whose keys are the path inside the mapping it speaks of, so that
`lms.indicators.plan_file` can name the line.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from lms.core.i18n import _
from lms.indicators.plan_fields import NOT_SET
from lms.indicators.rules.plan import NO_POPULATION, Counted, Measure, Population, Roles, Target
from lms.indicators.rules.vocabulary import (
    NOT_PERSONS,
    SUBJECT_MEASURES,
    SUBJECT_POPULATIONS,
    CountedOf,
    Level,
    MeasureKind,
    Operator,
    Subject,
    TargetUnit,
    Window,
)

HUNDRED = Decimal(100)
ROLE_NAMES = ("lead", "done_by", "guides", "coordinates")
TARGET_NAMES = ("operator", "value", "unit", "word")


def refusal(path: Iterable[str | int], message: str) -> ValidationError:
    """A refusal of the field at that path."""
    nested: Any = [message]
    for key in reversed(tuple(path)):
        nested = {key: nested}
    return ValidationError(nested)


def roles_of(data: Mapping[str, Any]) -> Roles:
    """The units named in the fields lead, done_by, guides and coordinates."""
    return Roles(**{name: tuple(data.get(name, ())) for name in ROLE_NAMES})


# --- what is counted ------------------------------------------------------------------------------


def counted_of(data: Mapping[str, Any]) -> Counted:
    """What is counted, from the fields of an indicator, a year laid over it, or a commitment."""
    measure, subject = data.get("measure"), data.get("subject")
    if measure is None:
        raise refusal(("measure",), _("thiếu trường này, hãy thêm vào"))
    population = data.get("population") or _without_population(measure, subject)
    counted = Counted(
        subject=Subject(subject) if subject else default_subject(population, measure),
        population=population,
        measure=measure,
        level=Level(data["level"]) if data.get("level") else None,
        window=Window(data.get("window") or Window.EVER),
        programmes=data.get("programmes"),
        accepts=data.get("accepts"),
    )
    check_counted(counted)
    return counted


def _without_population(measure: Measure, subject: str | None) -> Population:
    """Only a number of things may be about nobody."""
    if measure.kind is MeasureKind.COUNT and subject in (None, Subject.THING.value):
        return NO_POPULATION
    raise refusal(("population",), _("thiếu trường này, hãy thêm vào"))


def default_subject(population: Population, measure: Measure) -> Subject:
    """Households, teams and units are their own subject; a count counts things; else persons."""
    for subject, populations in SUBJECT_POPULATIONS.items():
        if population.code in populations:
            return subject
    return Subject.THING if measure.kind is MeasureKind.COUNT else Subject.PERSON


def check_counted(counted: Counted) -> None:
    """Refuse subjects, populations, measures, levels and proofs that do not go together."""
    checks: tuple[Callable[[Counted], None], ...] = (
        _check_population,
        _check_measure,
        _check_level,
        _check_accepts,
    )
    for check in checks:
        check(counted)


def _check_population(counted: Counted) -> None:
    codes = {part.code for part in counted.population.parts}
    allowed = SUBJECT_POPULATIONS.get(counted.subject)
    if allowed is not None and not codes <= allowed:
        raise refusal(
            ("population",),
            _(
                "subject là “%(subject)s” thì đối tượng phải là: %(codes)s, hãy sửa một trong hai",
                subject=counted.subject.value,
                codes=", ".join(sorted(allowed)),
            ),
        )
    posted = counted.measure.posted_at is not None
    if posted and (counted.population == NO_POPULATION or codes & NOT_PERSONS):
        wrong = _("posted_at đếm người, hãy viết population là một nhóm người (ví dụ: ambassadors)")
        raise refusal(("population",), wrong)
    if counted.subject is Subject.PERSON and codes & NOT_PERSONS:
        raise refusal(
            ("subject",),
            _("đối tượng này không phải là người, hãy đổi population hoặc viết đúng subject"),
        )


def _check_measure(counted: Counted) -> None:
    kind, subject = counted.measure.kind, counted.subject
    if kind not in SUBJECT_MEASURES[subject]:
        raise refusal(
            ("measure",),
            _(
                "không đo “%(kind)s” được với subject “%(subject)s”, hãy dùng: %(kinds)s",
                kind=kind.value,
                subject=subject.value,
                kinds=", ".join(sorted(SUBJECT_MEASURES[subject])),
            ),
        )
    members = counted.measure.of is CountedOf.ATTAINED_MEMBERS
    if kind is MeasureKind.HAS_AT_LEAST and members is not (subject is Subject.HOUSEHOLD):
        raise refusal(
            ("measure", "has_at_least", "of"),
            _("hộ gia đình dùng attained_members, người hướng dẫn dùng mentees, hãy sửa lại"),
        )


def _proves_attainment(counted: Counted) -> bool:
    measure = counted.measure
    members = measure.of is CountedOf.ATTAINED_MEMBERS
    return measure.kind is MeasureKind.ATTAINED or members


def _check_level(counted: Counted) -> None:
    if counted.level is not None and not _proves_attainment(counted):
        raise refusal(("level",), _("chỉ cách đo attained mới có mức đạt, hãy bỏ trường này"))


def _check_accepts(counted: Counted) -> None:
    if counted.accepts is not None and not _proves_attainment(counted):
        raise refusal(("accepts",), _("chỉ cách đo attained mới có accepts, hãy bỏ trường này"))
    if counted.accepts == () or counted.programmes == ():
        name = "accepts" if counted.accepts == () else "programmes"
        raise refusal((name,), _("danh sách này đang trống, hãy điền hoặc bỏ trường này"))


# --- targets --------------------------------------------------------------------------------------


def target_of(
    data: Mapping[str, Any], counted: Counted | None, at: tuple[str | int, ...] = ()
) -> Target | None:
    """The target in these fields, or None for “không quy định”. Raises with the field's path."""
    if data.get("value") == NOT_SET:
        extra = next((name for name in ("operator", "unit", "word") if name in data), None)
        if extra:
            wrong = _("đã viết “không quy định” thì không có trường này, hãy bỏ đi")
            raise refusal((*at, extra), wrong)
        return None
    counts = counted is not None and counted.measure.kind is MeasureKind.COUNT
    unit = TargetUnit(data.get("unit") or (TargetUnit.COUNT if counts else TargetUnit.PERCENT))
    value = data.get("value")
    if unit is TargetUnit.EACH and not counts:
        value = HUNDRED if value is None else value
    if value is None:
        wrong = _("thiếu mức phải đạt, hãy viết một số hoặc “không quy định”")
        raise refusal((*at, "value"), wrong)
    if "operator" not in data and unit is not TargetUnit.EACH:
        raise refusal((*at, "operator"), _('thiếu dấu so sánh, hãy viết ">" (trên) hoặc ">="'))
    operator = Operator(data.get("operator") or Operator.AT_LEAST)
    target = Target(operator, value, unit, data.get("word"))
    check_target(target, counted, at)
    return target


def check_target(target: Target, counted: Counted | None, at: tuple[str | int, ...]) -> None:
    """Refuse what cannot be reached or does not belong to what is counted."""
    message = _wrong_value(target, counted)
    if message:
        raise refusal((*at, "value"), message)
    kind = counted.measure.kind if counted else None
    subject = counted.subject if counted else None
    units = kind is MeasureKind.COUNT and subject is Subject.UNIT
    if units and target.unit is not TargetUnit.EACH:
        raise refusal((*at, "unit"), _("đếm theo từng đơn vị thì viết unit: each, hãy sửa lại"))
    things = kind is MeasureKind.COUNT and subject is not Subject.UNIT
    if things and target.unit is not TargetUnit.COUNT:
        raise refusal((*at, "unit"), _("đếm số lượng thì viết unit: count, hãy sửa lại"))


def _wrong_value(target: Target, counted: Counted | None) -> str | None:
    counts = counted is not None and counted.measure.kind is MeasureKind.COUNT
    if target.unit is TargetUnit.COUNT or counts:
        whole = target.value == target.value.to_integral_value()
        return None if whole and target.value >= 1 else _("hãy viết một số nguyên từ 1 trở lên")
    if target.unit is TargetUnit.EACH:
        return None if target.value == HUNDRED else _("“mỗi” nghĩa là 100, hãy viết 100 hoặc bỏ đi")
    if not 0 < target.value <= HUNDRED:
        return _("tỷ lệ phải lớn hơn 0 và không quá 100, hãy sửa lại")
    if target.operator is Operator.MORE_THAN and target.value == HUNDRED:
        return _('không thể đòi “trên 100”, hãy viết operator: ">="')
    return None
