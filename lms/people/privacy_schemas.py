"""Forms of requests, consents and representatives."""

from typing import Any

import marshmallow as ma

from lms.core.api import In
from lms.core.i18n import _
from lms.people.rules.privacy import ASKERS, FORMS, KINDS, PURPOSES, RECOGNISED, RELATIONS


def _of(words: tuple[str, ...], **more: Any) -> ma.fields.String:
    wrong = _("Hãy chọn một trong các mục.")
    return ma.fields.String(
        validate=ma.validate.OneOf(words, error=wrong), error_messages={"required": wrong}, **more
    )


def _day() -> ma.fields.Date:
    wrong = _("Hãy chọn ngày.")
    return ma.fields.Date(required=True, error_messages={"invalid": wrong, "required": wrong})


class RequestIn(In):
    """A request as an officer takes it in."""

    key = ma.fields.UUID(required=True)
    kind = _of(KINDS, required=True)
    received_on = _day()
    asked_by = _of(ASKERS, required=True)
    recognised = _of(RECOGNISED, required=True)
    purpose = _of((*PURPOSES, ""), load_default="")
    detail = ma.fields.String(load_default="")


class StepIn(In):
    """A step of a request: which state was seen, and the words that go with it."""

    revision = ma.fields.Integer(required=True)
    words = ma.fields.String(load_default="")
    sure = ma.fields.String(load_default="")


class ConsentIn(In):
    """A consent."""

    purpose = _of(PURPOSES, required=True)
    given_on = _day()
    given_by = _of(ASKERS, required=True)
    form = _of(FORMS, required=True)


class WithdrawalIn(In):
    """A consent taken back."""

    purpose = _of(PURPOSES, required=True)
    given_by = _of(ASKERS, required=True)
    form = _of(FORMS, required=True)


class RepresentativeIn(In):
    """Who acts for somebody."""

    key = ma.fields.UUID(required=True)
    full_name = ma.fields.String(required=True)
    relation = _of(RELATIONS, required=True)


class BreachIn(In):
    """What is known of a breach; everything may be blank."""

    found_at = ma.fields.String(load_default="", validate=ma.validate.Length(max=100))
    happened = ma.fields.String(load_default="", validate=ma.validate.Length(max=2000))
    whose = ma.fields.String(load_default="", validate=ma.validate.Length(max=500))
    what = ma.fields.String(load_default="", validate=ma.validate.Length(max=500))
    done = ma.fields.String(load_default="", validate=ma.validate.Length(max=2000))
