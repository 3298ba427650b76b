"""The one operation by which another system sends: completions of its own course (events:write)."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import marshmallow as ma

from lms.core import clock, web
from lms.core.api import ApiBlueprint, In, Out
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Policy, Reach, Role, allow
from lms.core.text import clean
from lms.indicators.outside_columns import day_problem
from lms.indicators.outside_matching import problem_words
from lms.indicators.sent_intake import BATCH, Answer, Sent, Unread, take
from lms.indicators.sent_models import RESULTS
from lms.people import machines
from lms.people.machine_use import tell

blueprint = ApiBlueprint(
    "machine_api", __name__, url_prefix="/machine", description="Hệ thống khác gửi tới"
)
SENDING = Policy({Role.MACHINE: Reach.COMMUNE}, machines.EVENTS)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
NUMBER = re.compile(r"\d{9,}")
"""What may be a citizen ID or a telephone number; a course has neither in its name."""


class CompletionIn(In):
    """One person's completion of a course of the sending system."""

    id = ma.fields.UUID(
        required=True,
        metadata={"description": "Made by the sender; the same id is the same completion."},
    )
    person = ma.fields.UUID(
        required=True, metadata={"description": "Pseudonym of the feeds of results."}
    )
    course = ma.fields.String(
        required=True,
        metadata={"description": "Code of the course: 1 to 40 letters, digits, dots, - or _."},
    )
    title = ma.fields.String(
        required=True, metadata={"description": "Its title, 3 to 120 characters, nobody's name."}
    )
    completed_on = ma.fields.Date(required=True)
    result = ma.fields.String(
        validate=ma.validate.OneOf(
            RESULTS, error="Hãy ghi completed, passed hoặc excellent, hoặc bỏ trường này."
        )
    )


class _OneByOne(ma.fields.Nested):
    """Described like what it nests, and not read here: a bad item refuses itself alone."""

    def deserialize(
        self, value: Any, attr: str | None = None, data: Any = None, **_more: Any
    ) -> Any:
        return value


class CompletionsIn(In):
    """A batch."""

    completions = ma.fields.List(
        _OneByOne(CompletionIn),
        required=True,
        validate=ma.validate.Length(1, BATCH, error=f"Mỗi lần gửi từ 1 đến {BATCH} dòng."),
    )


class CompletionAnswerOut(Out):
    """What became of one item; `id` is null where none could be read."""

    row = ma.fields.Integer(metadata={"description": "From 1, in the order sent."})
    id = ma.fields.UUID(allow_none=True)
    state = ma.fields.String(metadata={"description": "stored, duplicate or refused."})
    code = ma.fields.String(
        metadata={"description": "Why refused: unreadable, other, person or full; else empty."}
    )
    reason = ma.fields.String()


class CompletionsOut(Out):
    """Every item's answer. What is stored counts only after an officer of the commune confirmed it."""

    stored = ma.fields.Integer()
    duplicate = ma.fields.Integer()
    refused = ma.fields.Integer()
    completions = ma.fields.List(ma.fields.Nested(CompletionAnswerOut))


@blueprint.post("/completions")
@blueprint.arguments(CompletionsIn)
@blueprint.response(200, CompletionsOut)
@allow(SENDING)
def completions(sent: dict[str, Any]) -> dict[str, Any]:
    """Send up to 100 completions of the sender's own courses; an officer looks at them before they count."""
    answers = take(web.session(), actor(), [read_one(one) for one in sent["completions"]])
    counts = _counts(answers)
    tell(counts["stored"])
    return {**counts, "completions": answers}


def _counts(answers: list[Answer]) -> dict[str, int]:
    states = [one.state for one in answers]
    return {state: states.count(state) for state in ("stored", "duplicate", "refused")}


# --- reading one item ---------------------------------------------------------------------------


def read_one(raw: Any) -> Sent | Unread:
    """An item as it was sent, read; or why it cannot be, in words that name the field."""
    try:
        told = CompletionIn().load(raw)
    except ma.ValidationError as wrong:
        return Unread(_id_of(raw), _said(wrong.messages_dict))
    course, title, on = told["course"].strip(), clean(told["title"]), told["completed_on"]
    problems = _problems(course, title)
    odd = day_problem(on, clock.today())
    if odd:
        problems["completed_on"] = [problem_words(odd.code, odd.value)]
    if problems:
        return Unread(told["id"], _said(problems))
    return Sent(told["id"], told["person"], course, title, on, told.get("result", ""))


def _problems(course: str, title: str) -> dict[str, list[str]]:
    problems = {}
    if not CODE.fullmatch(course) or NUMBER.search(course):
        problems["course"] = [_("Mã khóa gồm 1–40 chữ cái không dấu, chữ số, dấu chấm, - hoặc _.")]
    if not 3 <= len(title) <= 120 or NUMBER.search(title):
        problems["title"] = [
            _("Tên khóa dài 3–120 chữ cái, không có số định danh hay số điện thoại.")
        ]
    return problems


def _id_of(raw: Any) -> UUID | None:
    try:
        return UUID(str(raw["id"]))
    except (KeyError, TypeError, ValueError):
        return None


def _said(problems: Mapping[str, Any]) -> str:
    """'completed_on: … course: …'; what is wrong with the item as a whole has no field."""
    parts = []
    for name, why in problems.items():
        words = " ".join(str(one) for one in why) if isinstance(why, list) else str(why)
        parts.append(words if name == "_schema" else f"{name}: {words}")
    return " ".join(parts)[:500]
