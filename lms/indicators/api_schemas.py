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
