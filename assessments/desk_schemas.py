"""The learner's desk as JSON. There is no field for a name, and none for the key of a question."""

import marshmallow as ma

from lms.core.api import Out


def _code(words: str) -> ma.fields.String:
    return ma.fields.String(metadata={"description": words})


def _key(*, can_be_null: bool = False) -> ma.fields.String:
    """An id. The desk is plain JSON already: a class pack carries the very same."""
    return ma.fields.String(allow_none=can_be_null, metadata={"format": "uuid"})


def _at(*, can_be_null: bool = False) -> ma.fields.String:
    return ma.fields.String(allow_none=can_be_null, metadata={"format": "date-time"})


class LessonSeenOut(Out):
    """How far a lesson is learned."""

    seen = ma.fields.Integer(metadata={"description": "the furthest screen looked at"})
    done = ma.fields.Boolean()


class DeskResultOut(Out):
    """The mark of an attempt that is handed in; `skills`: code → [points, max]."""

    points = ma.fields.Integer(allow_none=True)
    max = ma.fields.Integer(allow_none=True)
    passed = ma.fields.Boolean(allow_none=True)
    skills = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.List(ma.fields.Integer()),
        metadata={"description": "skill → [points, max]"},
    )  # fmt: skip


class DeskAttemptOut(Out):
    """An attempt to go on with, or the newest of its form that was handed in."""

    id = _key()
    kind = ma.fields.String()
    module = _code("of a quiz; else empty")
    level = ma.fields.String()
    content = _code("hash of the content it is pinned to")
    state = _code("open, provisional, final or refused")
    started_at = _at()
    submitted_at = _at(can_be_null=True)
    seed = ma.fields.String()
    items = ma.fields.List(
        ma.fields.Raw(), metadata={"description": "[item, [its parts in the order shown]]"}
    )
    answers = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.List(ma.fields.String()),
        metadata={"description": "item → response; an empty one was taken back"},
    )  # fmt: skip
    tries = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Integer(),
        metadata={"description": "practice item → finished tries"},
    )  # fmt: skip
    last = _key()
    events = ma.fields.List(_key(), metadata={"description": "what `answers` already holds"})
    sitting = _key(can_be_null=True)
    questions = ma.fields.Dict(
        metadata={"description": "of an open secret form: item → question without its key"}
    )
    result = ma.fields.Nested(DeskResultOut, allow_none=True)


class LastTryOut(Out):
    """The newest test that was handed in and counts."""

    points = ma.fields.Integer(allow_none=True)
    max = ma.fields.Integer(allow_none=True)
    passed = ma.fields.Boolean(allow_none=True)


class ExamOut(Out):
    """The test as it stands now."""

    code = _code("ok, open, reached, no_tries or wait")
    tries_left = ma.fields.Integer()
    not_before = _at(can_be_null=True)
    sitting = _key(can_be_null=True)
    can_begin = ma.fields.Boolean()
    open_attempt = _key(can_be_null=True)
    words = _code("why it cannot begin; empty when it can")
    share = ma.fields.Integer(metadata={"description": "per cent of all points to pass"})
    count = ma.fields.Integer()
    last = ma.fields.Nested(LastTryOut, allow_none=True)


class MeasuringOut(Out):
    """A form that measures a change, as it stands now."""

    kind = ma.fields.String()
    title = ma.fields.String()
    count = ma.fields.Integer()
    can_begin = ma.fields.Boolean()
    goes_on = ma.fields.Boolean()
    is_done = ma.fields.Boolean()
    attempt = _key(can_be_null=True)
    words = _code("why it cannot be filled in; empty when it can")


class DeskTaskOut(Out):
    """A task that the class's level asks for, and what was seen last."""

    id = ma.fields.String()
    title = ma.fields.String()
    result = ma.fields.String(allow_none=True)


class DrawnOut(Out):
    """Items of earlier forms, repeats included, so that the next form differs."""

    practice = ma.fields.List(ma.fields.String())


class DeskOut(Out):
    """All that a tablet has to know of a learner to go on, with or without network."""

    enrolment = _key()
    cohort = _key()
    class_session = _key(can_be_null=True)
    content = _code("hash of what the class learns")
    level = ma.fields.String()
    server_time = ma.fields.Integer(metadata={"description": "milliseconds since 1970, UTC"})
    address = _code("how the programme addresses the learner")
    lessons = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Nested(LessonSeenOut))
    attempts = ma.fields.List(ma.fields.Nested(DeskAttemptOut))
    exam = ma.fields.Nested(ExamOut, allow_none=True)
    measuring = ma.fields.List(ma.fields.Nested(MeasuringOut))
    step = ma.fields.String(
        allow_none=True, metadata={"description": "the measuring form to propose first"}
    )
    tasks = ma.fields.List(ma.fields.Nested(DeskTaskOut))
    proofs = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    drawn = ma.fields.Nested(DrawnOut)
