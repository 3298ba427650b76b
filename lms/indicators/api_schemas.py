"""JSON names of the indicator operations."""

import marshmallow as ma

from lms.core.api import In, Out
from lms.indicators.people_lists import STATES


class PlanOut(Out):
    """A plan the commune works with."""

    code = ma.fields.String()
    title = ma.fields.String()
    place = ma.fields.String()
    years = ma.fields.List(ma.fields.Integer())
    sha256 = ma.fields.String(metadata={"description": "SHA-256 of the plan file's text."})
    indicators = ma.fields.List(ma.fields.String(), metadata={"description": "Codes in order."})


class PeriodIn(In):
    """Which year and which cut-off; by default the next deadline's cut-off or today."""

    year = ma.fields.Integer(validate=ma.validate.Range(2020, 2100))
    as_of = ma.fields.Date()


class ReportOut(Out):
    """A report: figures with exact strings, the definitions, the hash and the audit checkpoint."""

    schema = ma.fields.String()
    commune = ma.fields.Dict()
    report = ma.fields.Dict()
    breakdown = ma.fields.Dict(
        metadata={"description": "Each figure by group and by month, by the figure's code."}
    )
    sha256 = ma.fields.String()
    audit = ma.fields.Dict()


class PeopleIn(PeriodIn):
    """People in the figure (`in`) or not yet in it (`missing`)."""

    state = ma.fields.String(
        load_default="in",
        validate=ma.validate.OneOf(STATES, error="Hãy ghi in (đã đạt) hoặc missing (chưa đạt)."),
    )


class ListedOut(Out):
    """One subject of a figure and the evidence that counted."""

    id = ma.fields.UUID()
    name = ma.fields.String()
    born = ma.fields.String()
    sex = ma.fields.String()
    unit = ma.fields.String()
    evidence = ma.fields.List(ma.fields.String())


class StandingOut(Out):
    """A commune in a sum: when it was last counted, and whether that is still true."""

    code = ma.fields.String(metadata={"description": "The commune's short code."})
    title = ma.fields.String()
    counted_at = ma.fields.String(allow_none=True)
    is_current = ma.fields.Boolean()


class SumOut(Out):
    """One figure over the communes that know it; the others are in neither number."""

    figure = ma.fields.String()
    reading = ma.fields.String()
    numerator = ma.fields.Integer(allow_none=True)
    denominator = ma.fields.Integer(allow_none=True)
    rate = ma.fields.String(allow_none=True)
    communes = ma.fields.Integer()
    without = ma.fields.Integer()


class SumsOut(Out):
    """The communes that read a plan the same way, and their sums; never averages."""

    plan_sha256 = ma.fields.String()
    choices = ma.fields.Dict()
    as_of = ma.fields.String(allow_none=True)
    counted_at = ma.fields.String(
        allow_none=True, metadata={"description": "The earliest count that is in a sum."}
    )
    recounting = ma.fields.Integer(
        metadata={"description": "Communes with changes since their last count."}
    )
    communes = ma.fields.List(ma.fields.Nested(StandingOut))
    sums = ma.fields.List(ma.fields.Nested(SumOut))
