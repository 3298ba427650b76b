"""The shape of a plan file: every field, and the objects it becomes.

Shape is checked here; what a year, a variant and a whole plan must satisfy together is in
`lms.indicators.plan_build`. docs/indicators.md explains each field to the people who write plans.
"""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load

from lms.core.i18n import _
from lms.indicators.plan_annex import AnnexSchema, check_annexes
from lms.indicators.plan_build import derived_code, plan_of
from lms.indicators.plan_counted import counted_of, roles_of, target_of
from lms.indicators.plan_fields import (
    ByYear,
    Choice,
    DayMonth,
    DueField,
    Exact,
    Many,
    MonthYear,
    PlanField,
    PlanFileSchema,
    PopulationField,
    Slug,
    TargetValue,
    Text,
    Whole,
    YesNo,
    child,
    children,
)
from lms.indicators.rules.deadlines import Period, ReportDuty
from lms.indicators.rules.plan import Commitment, Measure, Place, Plan
from lms.indicators.rules.vocabulary import (
    CLASS_RUNGS,
    OUTSIDE_FACTS,
    POPULATIONS,
    PROGRAMMES,
    PROOFS,
    UNIT_KINDS,
    CountedOf,
    Letterhead,
    Level,
    MeasureKind,
    Operator,
    Subject,
    TargetUnit,
    Window,
)

HUNDRED = Decimal(100)


class Proof(Choice):
    """A proof that may count; the class rungs (đã dự, đã học) never do."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if value in CLASS_RUNGS:
            raise ValidationError(
                _("“đã dự” và “đã học” không phải là bằng chứng đạt, hãy bỏ khỏi accepts")
            )
        return super()._deserialize(value, *args, **kwargs)


class TrainedParams(PlanFileSchema):
    share = Exact(required=True)
    """Percent of a course's sessions that must be attended."""


class DeclaredParams(PlanFileSchema):
    what = Slug(required=True)
    """The code under which another body's figure is entered."""
    label = Text(required=True)
    """What is declared, in Vietnamese."""


class CountParams(DeclaredParams):
    posted_at = Choice(UNIT_KINDS)
    """Count persons of the population whose membership is in a unit of this kind."""


class AtLeastParams(PlanFileSchema):
    k = Whole(1, 1000, required=True)
    """The least number."""
    of = Choice([of.value for of in CountedOf], required=True)
    """What is counted of each subject."""


MEASURE_PARAMS: dict[MeasureKind, type[PlanFileSchema] | None] = {
    MeasureKind.ATTAINED: None,
    MeasureKind.TRAINED: TrainedParams,
    MeasureKind.CONFIRMED: None,
    MeasureKind.DECLARED: DeclaredParams,
    MeasureKind.SUPPORTED: DeclaredParams,
    MeasureKind.COUNT: CountParams,
    MeasureKind.HAS_AT_LEAST: AtLeastParams,
}


class MeasureField(PlanField):
    """A measure: its code alone, or its code with the numbers it needs."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Measure:
        written = {value: {}} if isinstance(value, str) else value
        if not isinstance(written, dict) or len(written) != 1:
            raise ValidationError(
                _("hãy viết một cách đo, như “attained” hoặc “trained: {share: 80}”")
            )
        (code, params), *_rest = written.items()
        kind = MeasureKind(Choice([kind.value for kind in MeasureKind]).deserialize(code))
        schema = MEASURE_PARAMS[kind]
        if schema is None:
            if params:
                raise ValidationError(_("cách đo này không có tham số, hãy chỉ viết mã của nó"))
            return Measure(kind)
        return self._with(kind, schema, params)

    def _with(self, kind: MeasureKind, schema: type[PlanFileSchema], params: Any) -> Measure:
        try:
            loaded = schema().load(params or {})
        except ValidationError as error:
            raise ValidationError({kind.value: error.messages}) from None
        if "of" in loaded:
            loaded["of"] = CountedOf(loaded["of"])
        if "share" in loaded and not 0 < loaded["share"] <= HUNDRED:
            wrong = _("tỷ lệ buổi học phải lớn hơn 0 và không quá 100, hãy sửa lại")
            raise ValidationError({kind.value: {"share": [wrong]}})
        return Measure(kind, **loaded)


class CountedFields(PlanFileSchema):
    """What decides who is counted; a year or a variant may say it differently."""

    subject = Choice([subject.value for subject in Subject])
    population = PopulationField()
    measure = MeasureField()
    level = Choice([level.value for level in Level])
    programmes = Many(Choice(PROGRAMMES), load_default=None)
    accepts = Many(Proof([*PROOFS, *OUTSIDE_FACTS]), load_default=None)


class TargetFields(PlanFileSchema):
    """How much is asked."""

    operator = Choice([operator.value for operator in Operator])
    value = TargetValue()
    unit = Choice([unit.value for unit in TargetUnit])
    word = Text()


class YearSchema(CountedFields, TargetFields):
    """One year of an indicator: its target, and what that year says differently."""

    where = Text()


class VariantSchema(TargetFields):
    """What another reading changes."""

    subject = Choice([subject.value for subject in Subject])
    population = PopulationField()
    measure = MeasureField()
    level = Choice([level.value for level in Level])


class ReadingSchema(PlanFileSchema):
    """A contradiction or another reading, kept and shown."""

    code = Slug()
    where = Text(required=True)
    text = Text(required=True)
    years = Many(Whole(2020, 2100))
    variant = child(VariantSchema)


class RoleFields(PlanFileSchema):
    """Units by what the plan asks of them."""

    lead = Many(Text())
    done_by = Many(Text())
    guides = Many(Text())
    coordinates = Many(Text())


class IndicatorSchema(CountedFields, RoleFields):
    """One line of the plan."""

    code = Slug()
    no = Text(numbers=True, required=True)
    title = Text(required=True)
    official_title = Text()
    where = Text(required=True)
    window = Choice([window.value for window in Window])
    targets = ByYear(YearSchema, required=True)
    starts = MonthYear()
    contradictions = children(ReadingSchema)
    other_readings = children(ReadingSchema)
    notes = Many(Text())

    @post_load
    def keep(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Years are resolved when the plan's years are known, in `PlanSchema`."""
        return {**data, "code": data.get("code") or derived_code(data["no"])}


class CommitmentSchema(CountedFields, RoleFields):
    """A promise without a year; with a population and a measure it is counted all the same."""

    code = Slug(required=True)
    where = Text(required=True)
    title = Text(required=True)
    window = Choice([window.value for window in Window])
    target = child(TargetFields)
    due = MonthYear()
    yearly_on = DayMonth()
    notes = Many(Text())

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Commitment:
        """A commitment, with what is counted when the file says so."""
        counted = counted_of(data) if "population" in data or "measure" in data else None
        if counted is None and "target" in data:
            wrong = _("muốn có mức phải đạt thì cần population và measure, hãy thêm hoặc bỏ target")
            raise ValidationError({"target": [wrong]})
        target = target_of(data["target"], counted, at=("target",)) if "target" in data else None
        return Commitment(
            code=data["code"],
            where=data["where"],
            title=data["title"],
            counted=counted,
            target=target,
            roles=roles_of(data),
            due=data.get("due"),
            yearly_on=data.get("yearly_on"),
            notes=data["notes"],
        )


class ReportSchema(PlanFileSchema):
    """A report the plan asks for."""

    code = Slug(required=True)
    title = Text(required=True)
    where = Text(required=True)
    period = Choice([period.value for period in Period], required=True)
    due = DueField(required=True)
    sender = Many(Text())
    receiver = Many(Text())
    notes = Many(Text())

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> ReportDuty:
        """A report duty."""
        return ReportDuty(**{**data, "period": Period(data["period"])})


class PlaceSchema(PlanFileSchema):
    """The commune a plan belongs to."""

    kind = Choice(["xã", "phường", "đặc khu"], required=True)
    name = Text(required=True)
    province = Text(required=True)

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Place:
        """A place."""
        return Place(**data)


class Names(PlanField):
    """The plan's own name for a population, by the population's code."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise ValidationError(_("hãy viết từng dòng “mã đối tượng: tên gọi trong kế hoạch”"))
        code, name = Choice(POPULATIONS), Text()
        return {
            str(code.deserialize(key)): str(name.deserialize(word)) for key, word in value.items()
        }


class PlanSchema(PlanFileSchema):
    """A whole plan file."""

    code = Slug(required=True)
    title = Text(required=True)
    official_title = Text()
    place = child(PlaceSchema, required=True)
    letterhead = Choice([head.value for head in Letterhead], required=True)
    years = Many(Whole(2020, 2100), required=True)
    open_ended = YesNo(load_default=False)
    lead = Many(Text())
    lead_where = Text()
    names = Names(load_default=dict)
    indicators = children(IndicatorSchema)
    commitments = children(CommitmentSchema)
    reports = children(ReportSchema)
    annexes = children(AnnexSchema)
    notes = Many(Text())

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Plan:
        """The plan, with everything checked that needs the plan's years."""
        check_annexes(data["annexes"])
        return plan_of(data)
