"""JSON of classes: the only place that knows its names. Learners appear by pseudonym."""

import marshmallow as ma

from lms.cohorts import rules
from lms.core.api import In, Out


class CohortOut(Out):
    """A class."""

    id = ma.fields.UUID()
    code = ma.fields.String()
    name = ma.fields.String()
    programme = ma.fields.String(attribute="programme_code")
    version_id = ma.fields.UUID()
    level = ma.fields.String(metadata={"description": "basic or proficient"})
    unit_id = ma.fields.UUID()
    place = ma.fields.String()
    starts_on = ma.fields.Date()
    ends_on = ma.fields.Date(allow_none=True)
    closed_at = ma.fields.AwareDateTime(allow_none=True)


class EnrolmentOut(Out):
    """A learner of a class; `id` is the pseudonym that every event carries."""

    id = ma.fields.UUID()
    person_id = ma.fields.UUID()
    picture = ma.fields.String()
    colour = ma.fields.String()
    enrolled_on = ma.fields.Date()
    withdrawn_on = ma.fields.Date(allow_none=True)


class LearnerSessionIn(In):
    """A learner signs in on the calling tablet."""

    class_code = ma.fields.String(required=True, validate=ma.validate.Length(max=40))
    enrolment_id = ma.fields.UUID(required=True)
    pin = ma.fields.String(required=True, validate=ma.validate.Length(equal=rules.PIN_LENGTH))


class LearnerSessionOut(Out):
    """Who is signed in; the session itself travels in the cookie `lms_learner`."""

    enrolment_id = ma.fields.UUID()
    class_session_id = ma.fields.UUID()
