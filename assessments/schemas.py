"""What comes in and goes out as JSON. Keys of certifying items have no field here, before or after."""

from typing import Any

import marshmallow as ma
from marshmallow.validate import Length, OneOf, Regexp

from assessments.actions import AttemptWork
from assessments.models import Attempt
from assessments.moments import COURSE, MOMENTS
from assessments.rules.gain import ENOUGH, TaskChange
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
    module = ma.fields.String(
        load_default="", validate=Length(max=80), metadata={"description": "quiz of a module"}
    )
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
    moment = ma.fields.String(load_default=COURSE, validate=OneOf(MOMENTS))


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


class ChangeFigure(Out):
    """A mean change of people measured twice. Under 20 of them only `n` is told."""

    code = ma.fields.String(metadata={"description": "ok or not_enough"})
    n = ma.fields.Integer(metadata={"description": "people measured twice"})
    before = ma.fields.Float(metadata={"description": "mean of the first form, per cent"})
    after = ma.fields.Float(metadata={"description": "mean of the second form, per cent"})
    gain = ma.fields.Float(metadata={"description": "mean change, percentage points"})
    low = ma.fields.Float(metadata={"description": "lower end of the 95 % interval of the gain"})
    high = ma.fields.Float(metadata={"description": "upper end"})
    full_before = ma.fields.Float(
        metadata={"description": "per cent at the maximum already at first"}
    )

    @ma.post_dump
    def _only_what_is_told(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        if data["code"] == "ok":
            return {name: round(v, 2) if isinstance(v, float) else v for name, v in data.items()}
        return {"code": data["code"], "n": data["n"]}


class DropOutOut(Out):
    """How many people were measured twice, once or never."""

    both = ma.fields.Integer()
    first_only = ma.fields.Integer()
    second_only = ma.fields.Integer()
    neither = ma.fields.Integer()
    still_learning = ma.fields.Integer(
        metadata={"description": "of first_only: their class is still running"}
    )


class SkillChangeOut(Out):
    """The change of one skill."""

    title = ma.fields.Function(lambda row: row[0])
    change = ma.fields.Function(lambda row: ChangeFigure().dump(row[1]))


def _told(change: TaskChange, count: int) -> int | None:
    return count if change.code == ENOUGH else None


class TaskChangeOut(Out):
    """How many of the people seen at a task both times could do it; null under 20 of them."""

    title = ma.fields.Function(lambda row: row[0])
    code = ma.fields.Function(lambda row: row[1].code)
    n = ma.fields.Function(lambda row: row[1].n)
    could_before = ma.fields.Function(lambda row: _told(row[1], row[1].could_before))
    can_after = ma.fields.Function(lambda row: _told(row[1], row[1].can_after))


class RepeatOut(Out):
    """From the exit form to the repeat after 30 or 90 days."""

    kind = ma.fields.String(metadata={"description": "after30 or after90"})
    change = ma.fields.Nested(ChangeFigure)
    people = ma.fields.Nested(DropOutOut, attribute="lost")


class ChangeOut(Out):
    """What a class changed from entry to exit; `measured` is false when its programme cannot tell."""

    measured = ma.fields.Boolean()
    change = ma.fields.Nested(ChangeFigure, attribute="row.change")
    people = ma.fields.Nested(DropOutOut, attribute="row.lost")
    skills = ma.fields.List(ma.fields.Nested(SkillChangeOut))
    tasks = ma.fields.List(ma.fields.Nested(TaskChangeOut))
    repeats = ma.fields.List(ma.fields.Nested(RepeatOut))


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
