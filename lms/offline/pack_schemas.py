"""JSON of a carried class, for the API's description; the pack itself is written once and kept as text."""

import marshmallow as ma

from lms.core.api import Out


class PackMeetingOut(Out):
    """A meeting that may be held without network; `sitting` is the test that may be held in it."""

    session = ma.fields.UUID()
    sitting = ma.fields.UUID()
    number = ma.fields.Integer()
    planned_on = ma.fields.Date()


class PackFormOut(Out):
    """A form drawn beforehand. `questions` hold no key."""

    seed = ma.fields.String()
    items = ma.fields.List(
        ma.fields.Raw(), metadata={"description": "[item id, [option id, …]] in the form's order"}
    )
    questions = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Dict())
    sitting_needed = ma.fields.Boolean()


class PackPersonOut(Out):
    """A face. `card` is the slow digest of the ten digits on the card, with the pack's salt."""

    id = ma.fields.UUID()
    picture = ma.fields.String()
    colour = ma.fields.String()
    spoken = ma.fields.String()
    card = ma.fields.String()


class PackLearnerOut(PackPersonOut):
    """A learner of the class: given name and an initial, the desk, and the forms that may be begun."""

    name = ma.fields.String()
    desk = ma.fields.Dict()
    forms = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Nested(PackFormOut))


class PackSpareOut(PackPersonOut):
    """A card for somebody who walks in."""

    label = ma.fields.String()


class PackTrainerOut(Out):
    """Who opens the trainer's corner."""

    account = ma.fields.UUID()
    name = ma.fields.String()
    card = ma.fields.String()


class PackOut(Out):
    """A class as it is carried to where no network is."""

    format = ma.fields.Integer()
    id = ma.fields.UUID()
    commune = ma.fields.UUID()
    cohort = ma.fields.UUID()
    class_name = ma.fields.String()
    place = ma.fields.String()
    content = ma.fields.String()
    level = ma.fields.String()
    made_at = ma.fields.AwareDateTime()
    valid_until = ma.fields.AwareDateTime()
    salt = ma.fields.String()
    rounds = ma.fields.Integer()
    roster = ma.fields.String(
        metadata={"description": "digest of who was in the class and with which card"}
    )
    meetings = ma.fields.List(ma.fields.Nested(PackMeetingOut))
    learners = ma.fields.List(ma.fields.Nested(PackLearnerOut))
    spares = ma.fields.List(ma.fields.Nested(PackSpareOut))
    trainers = ma.fields.List(ma.fields.Nested(PackTrainerOut))
