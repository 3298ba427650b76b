"""JSON names of the operations for other systems; those of DHIS2 are spelled as it spells them."""

import marshmallow as ma

from lms.core.api import In, Out

CURSOR = 400
"""Characters of a cursor at most."""


class CommuneIn(In):
    """Which commune; a client of one commune need not say."""

    commune = ma.fields.String(
        load_default="",
        validate=ma.validate.Length(max=20),
        metadata={"description": "Short code."},
    )


class ChangedIn(CommuneIn):
    """From where on: the `next` of the last call, or nothing for everything."""

    changed_since = ma.fields.String(load_default="", validate=ma.validate.Length(max=CURSOR))
    limit = ma.fields.Integer(load_default=200, validate=ma.validate.Range(1, 1000))


class CountsIn(ChangedIn):
    """Closed periods of all plans, or of one."""

    plan = ma.fields.String(load_default="", validate=ma.validate.Length(max=80))
    limit = ma.fields.Integer(load_default=20, validate=ma.validate.Range(1, 100))


class DayIn(CommuneIn):
    """One plan on one day, by default today."""

    plan = ma.fields.String(required=True, validate=ma.validate.Length(1, 80))
    as_of = ma.fields.Date()


class Dhis2In(DayIn):
    """A closing by its number; without it the day, counted now. `level` is whose figures."""

    closing = ma.fields.Integer(validate=ma.validate.Range(1, 1_000_000))
    level = ma.fields.String(
        load_default="commune",
        validate=ma.validate.OneOf(("commune", "unit"), error="Hãy ghi commune hoặc unit."),
    )


class FeedCommuneOut(Out):
    """A commune that this client may read."""

    code = ma.fields.String()
    name = ma.fields.String()
    province = ma.fields.String()
    is_sample = ma.fields.Boolean()


class FeedUnitOut(Out):
    """A unit; `part_of` is the unit that took it over."""

    id = ma.fields.UUID()
    code = ma.fields.String()
    name = ma.fields.String()
    kind = ma.fields.String()
    opened_on = ma.fields.Date(allow_none=True)
    closed_on = ma.fields.Date(allow_none=True)
    part_of = ma.fields.UUID(allow_none=True)


class FeedIndicatorOut(Out):
    """An indicator by its code; `no` is its number in the plan's own text."""

    code = ma.fields.String()
    no = ma.fields.String()
    title = ma.fields.String()


class FeedPlanOut(Out):
    """A plan the commune works with."""

    code = ma.fields.String()
    title = ma.fields.String()
    place = ma.fields.String()
    years = ma.fields.List(ma.fields.Integer())
    sha256 = ma.fields.String()
    indicators = ma.fields.List(ma.fields.Nested(FeedIndicatorOut))


class FeedUnitPartOut(Out):
    """A unit's part of a figure; without id and code it is 'không rõ / ngoài xã'."""

    id = ma.fields.UUID(allow_none=True)
    code = ma.fields.String(allow_none=True)
    name = ma.fields.String(allow_none=True)
    numerator = ma.fields.Integer()
    denominator = ma.fields.Integer(allow_none=True)
    register_size = ma.fields.Integer(allow_none=True)


class FeedFigureOut(Out):
    """One figure: whole numbers; `rate` is truncated to one decimal, as it is printed."""

    indicator = ma.fields.String()
    no = ma.fields.String()
    is_commitment = ma.fields.Boolean()
    title = ma.fields.String()
    reading = ma.fields.String(allow_none=True)
    subject = ma.fields.String()
    measure = ma.fields.String()
    level = ma.fields.String(allow_none=True)
    window = ma.fields.String(allow_none=True)
    state = ma.fields.String(metadata={"description": "ok, no_target, no_denominator or no_data."})
    numerator = ma.fields.Integer(allow_none=True)
    denominator = ma.fields.Integer(allow_none=True)
    known_by = ma.fields.String(allow_none=True)
    declared_on = ma.fields.String(allow_none=True)
    official = ma.fields.Boolean(allow_none=True)
    register_size = ma.fields.Integer(allow_none=True)
    rate = ma.fields.String(allow_none=True)
    met = ma.fields.Boolean(allow_none=True)
    exceeds = ma.fields.Boolean()
    target = ma.fields.Dict(allow_none=True)
    units = ma.fields.List(ma.fields.Nested(FeedUnitPartOut))


class FeedClosingOut(Out):
    """By which closing a period is told, and by which restatement of it (0: the closing itself)."""

    id = ma.fields.UUID()
    number = ma.fields.Integer()
    restatement = ma.fields.Integer()
    sha256 = ma.fields.String()
    closed_at = ma.fields.AwareDateTime()
    published_at = ma.fields.AwareDateTime()


class FeedPeriodOut(Out):
    """Which period; the cut-off counts its whole day."""

    report = ma.fields.String()
    title = ma.fields.String()
    starts = ma.fields.Date()
    ends = ma.fields.Date()
    as_of = ma.fields.Date()


class FeedCountsOut(Out):
    """A plan's figures of a period. `gone` alone beside the id: the period is no longer told."""

    id = ma.fields.String()
    state = ma.fields.String(
        metadata={"description": "closed, or present: not approved by anybody."}
    )
    gone = ma.fields.String()
    commune = ma.fields.String()
    plan = ma.fields.String()
    note = ma.fields.String()
    closing = ma.fields.Nested(FeedClosingOut, allow_none=True)
    period = ma.fields.Nested(FeedPeriodOut)
    figures = ma.fields.List(ma.fields.Nested(FeedFigureOut))


class PageOut(Out):
    """`next` is kept by the caller; while `more` is true there is more to fetch at once."""

    next = ma.fields.String()
    more = ma.fields.Boolean()


class CountsPageOut(PageOut):
    """Closed periods that changed."""

    items = ma.fields.List(ma.fields.Nested(FeedCountsOut))


class FeedAttainmentOut(Out):
    """A result. `gone` alone beside the id: delete it (erased at the person's wish, or withdrawn)."""

    id = ma.fields.UUID()
    gone = ma.fields.String(metadata={"description": "erased or removed."})
    person = ma.fields.UUID(metadata={"description": "Pseudonym, after merges."})
    full_name = ma.fields.String(metadata={"description": "Only where granted."})
    born = ma.fields.String(allow_none=True, metadata={"description": "Only where granted."})
    programme = ma.fields.String()
    content = ma.fields.String()
    level = ma.fields.String()
    proof = ma.fields.String()
    occurred_on = ma.fields.Date()
    revoked_on = ma.fields.Date(allow_none=True)


class AttainmentsPageOut(PageOut):
    """Results that changed."""

    items = ma.fields.List(ma.fields.Nested(FeedAttainmentOut))


class FeedCertificateOut(Out):
    """A certificate. `gone` alone beside the id: delete it."""

    id = ma.fields.UUID()
    gone = ma.fields.String(metadata={"description": "erased or removed."})
    person = ma.fields.UUID(metadata={"description": "Pseudonym, after merges."})
    full_name = ma.fields.String(metadata={"description": "Only where granted."})
    born = ma.fields.String(allow_none=True, metadata={"description": "Only where granted."})
    number = ma.fields.String()
    programme = ma.fields.String()
    level = ma.fields.String()
    attainment = ma.fields.UUID()
    issued_on = ma.fields.Date()
    status = ma.fields.String(metadata={"description": "valid, replaced, revoked or duplicate."})
    status_on = ma.fields.Date(allow_none=True)
    replaces = ma.fields.UUID(allow_none=True)


class CertificatesPageOut(PageOut):
    """Certificates that changed."""

    items = ma.fields.List(ma.fields.Nested(FeedCertificateOut))


class DataValueOut(Out):
    """One number for DHIS2; never a percentage."""

    dataElement = ma.fields.String()  # noqa: N815
    period = ma.fields.String()
    orgUnit = ma.fields.String()  # noqa: N815
    categoryOptionCombo = ma.fields.String()  # noqa: N815
    attributeOptionCombo = ma.fields.String()  # noqa: N815
    value = ma.fields.String()


class DataValueSetOut(Out):
    """A DHIS2 data value set; ids are codes (import with idScheme=code)."""

    dataSet = ma.fields.String()  # noqa: N815
    period = ma.fields.String()
    orgUnit = ma.fields.String()  # noqa: N815
    attributeOptionCombo = ma.fields.String()  # noqa: N815
    dataValues = ma.fields.List(ma.fields.Nested(DataValueOut))  # noqa: N815
