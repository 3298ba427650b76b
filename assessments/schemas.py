"""What comes in and goes out as JSON. Keys of certifying items have no field here, before or after."""

from typing import Any

import marshmallow as ma
from marshmallow.validate import Length, OneOf, Regexp

from assessments.actions import AttemptWork
from assessments.models import Attempt
from courses.activities.kind import MOST_TOKENS
from courses.rules import FORM_KINDS, LEVELS, TASK_VERDICTS
from lms.core.api import In, Out
from lms.core.i18n import lazy

NAME = Length(min=1, max=80)


class AnswerIn(In):
    """One answer; an empty response takes an earlier one back."""

    item = ma.fields.String(required=True, validate=NAME)
    response = ma.fields.List(
        ma.fields.String(validate=NAME), required=True, validate=Length(max=MOST_TOKENS)
    )


class AttemptIn(In):
    """All that a page or tablet holds of an attempt; the same again changes nothing."""

    kind = ma.fields.String(required=True, validate=OneOf(FORM_KINDS))
    level = ma.fields.String(validate=OneOf(LEVELS))
    seed = ma.fields.String(validate=Regexp(r"\A[0-9A-Za-z._-]{1,80}\Z"))
    answers = ma.fields.List(
        ma.fields.Nested(AnswerIn), load_default=list, validate=Length(max=200)
    )
    submit = ma.fields.Boolean(load_default=False)

    @ma.validates_schema
    def _each_item_once(self, data: dict[str, Any], **_: object) -> None:
        items = [answer["item"] for answer in data.get("answers", [])]
        if len(set(items)) < len(items):
            raise ma.ValidationError(
                str(lazy("Mỗi câu hỏi chỉ gửi một câu trả lời.")), field_name="answers"
            )

    @ma.validates_schema
    def _seed_for_practice_only(self, data: dict[str, Any], **_: object) -> None:
        if data.get("kind") != "practice" and "seed" in data:
            raise ma.ValidationError(
                str(lazy("Đề này do máy chủ chọn; hãy bỏ trường này.")), field_name="seed"
            )

    @ma.post_load
    def _work(self, data: dict[str, Any], **_: object) -> AttemptWork:
        answers = {one["item"]: tuple(one["response"]) for one in data.pop("answers")}
        return AttemptWork(answers=answers, **data)


class SkillOut(Out):
    """Points of one skill."""

    skill = ma.fields.String()
    points = ma.fields.Integer()
    max = ma.fields.Integer()


class AttemptOut(Out):
    """An attempt: its questions without keys, the answers that count and, once final, the mark."""

    id = ma.fields.UUID()
    kind = ma.fields.String(attribute="purpose")
    level = ma.fields.String()
    state = ma.fields.String(metadata={"description": "open, provisional, final or refused"})
    refusal = ma.fields.String(allow_none=True)
    supervised = ma.fields.Boolean()
    started_at = ma.fields.AwareDateTime()
    submitted_at = ma.fields.AwareDateTime(allow_none=True)
    content = ma.fields.String(metadata={"description": "hash of the pinned content"})
    questions = ma.fields.List(ma.fields.Dict())
    answers = ma.fields.List(ma.fields.Dict())
    points = ma.fields.Integer(allow_none=True)
    max_points = ma.fields.Integer(allow_none=True)
    passed = ma.fields.Boolean(allow_none=True)
    skills = ma.fields.List(ma.fields.Nested(SkillOut))


class ObservationIn(In):
    """What the trainer saw."""

    result = ma.fields.String(required=True, validate=OneOf(TASK_VERDICTS))


class ObservationOut(Out):
    """The newest observation of a task."""

    enrolment = ma.fields.UUID(attribute="enrolment_id")
    task = ma.fields.String()
    result = ma.fields.String()
    occurred_at = ma.fields.AwareDateTime()


class ResultOut(Out):
    """What one learner of a class has reached; names stay on the pages."""

    enrolment = ma.fields.UUID()
    lessons_done = ma.fields.Integer()
    lessons = ma.fields.Integer()
    tries = ma.fields.Integer(metadata={"description": "certifying attempts that count"})
    best_points = ma.fields.Integer(allow_none=True)
    max_points = ma.fields.Integer(allow_none=True)
    proofs = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Date())
    tasks = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())


def attempt_out(attempt: Attempt, questions: list[Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The plain values of AttemptOut."""
    named = ("id", "purpose", "level", "state", "refusal", "started_at", "submitted_at")
    skills: Any = (attempt.mark or {}).get("skills", {})
    return {
        **{name: getattr(attempt, name) for name in named},
        "supervised": attempt.sitting_id is not None,
        "content": attempt.form["content"],
        "questions": questions,
        "answers": [{"item": item, "response": list(r)} for item, r in sorted(answers.items())],
        **{name: getattr(attempt, name) for name in ("points", "max_points", "passed")},
        "skills": [{"skill": s, "points": p, "max": m} for s, (p, m) in sorted(skills.items())],
    }
