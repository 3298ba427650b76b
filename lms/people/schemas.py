"""What comes in by forms and what goes out by the API; the only place that knows these names."""

from typing import Any

import marshmallow as ma
from flask import request
from marshmallow import validate

from lms.core.api import In, Out
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.people.account_models import STAFF_ROLES
from lms.people.models import MEMBERSHIP_KINDS
from lms.people.rules.identity import LONGEST_NAME


def form(schema: type[In]) -> dict[str, Any]:
    """The request's form (of a page that only looks: its query) by its schema.

    Invalid names every unknown, missing or wrong field.
    """
    given = request.args if request.method == "GET" else request.form
    try:
        return dict(schema().load(given.to_dict()))
    except ma.ValidationError as error:
        raise Invalid(
            _("Có chỗ chưa đúng. Hãy sửa rồi gửi lại."), fields=dict(error.messages_dict)
        ) from error


class SignInIn(In):
    """A login and its password."""

    login = ma.fields.String(required=True)
    password = ma.fields.String(required=True)


class SeatIn(In):
    """The role to act in."""

    grant = ma.fields.UUID(required=True)


class PasswordIn(In):
    """A new password, twice."""

    password = ma.fields.String(required=True)
    again = ma.fields.String(required=True)


class NewPasswordIn(PasswordIn):
    """A new password in place of the one in use."""

    old = ma.fields.String(required=True)


class OldPasswordIn(In):
    """The password in use, before something that must not be done from a browser left open."""

    old = ma.fields.String(required=True)


class CodeIn(In):
    """A code of the second step, or a recovery code."""

    code = ma.fields.String(required=True)


class ProofIn(In):
    """A fresh proof, with where the person was going and the form that was on its way there."""

    toi = ma.fields.String(load_default="")
    tu = ma.fields.String(load_default="")
    posted = ma.fields.Boolean(load_default=False)
    carried = ma.fields.String(load_default="")
    old = ma.fields.String(load_default="")
    code = ma.fields.String(load_default="")


class OwnSessionIn(In):
    """One of one's own sessions."""

    session = ma.fields.UUID(required=True)


class GrantIn(In):
    """A role that an account holds."""

    grant = ma.fields.UUID(required=True)


class TwoStepsIn(In):
    """Whether the commune asks for a second step."""

    asked = ma.fields.Boolean(load_default=False)


class RoleIn(In):
    """A role, and the unit of a unit reporter."""

    role = ma.fields.String(required=True, validate=validate.OneOf(tuple(STAFF_ROLES)))
    unit = ma.fields.String(load_default="")


class AccountIn(RoleIn):
    """A new account."""

    login = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class WelcomeIn(RoleIn):
    """Somebody with an account in another commune."""

    joining_login = ma.fields.String(required=True)
    joining_name = ma.fields.String(required=True)


class LinkIn(In):
    """Two records of one person."""

    duplicate = ma.fields.UUID(required=True)
    survivor = ma.fields.UUID(required=True)
    reason = ma.fields.String(required=True)


class UndoLinkIn(In):
    """A merge that is taken back, from the review of pairs or from a person's page."""

    reviewing = ma.fields.Boolean(load_default=False)


class DistinctIn(In):
    """Two records of two people."""

    one = ma.fields.UUID(required=True)
    other = ma.fields.UUID(required=True)


class ApplyIn(In):
    """Whether faulty rows are left out."""

    skip_errors = ma.fields.Boolean(load_default=False)


class UploadIn(In):
    """A pasted list instead of a file, and the village of rows that name none."""

    text = ma.fields.String(load_default="")
    home = ma.fields.String(load_default="")


class UnitChangeIn(In):
    """A unit gets another name, or becomes part of another one, from a day on."""

    kind = ma.fields.String(required=True, validate=validate.OneOf(("rename", "merge")))
    day = ma.fields.Date(required=True)
    document = ma.fields.String(required=True)
    name = ma.fields.String(load_default="")
    into = ma.fields.UUID(load_default=None, allow_none=True)


# The API


class PeopleQueryIn(In):
    """Which people."""

    q = ma.fields.String(
        load_default="", validate=validate.Length(max=LONGEST_NAME),
        metadata={"description": "Words of the name, with or without marks."},
    )  # fmt: skip
    unit = ma.fields.UUID(load_default=None, allow_none=True)
    group = ma.fields.String(
        load_default="", validate=validate.OneOf(("", *MEMBERSHIP_KINDS)),
        metadata={"description": "A kind of membership."},
    )  # fmt: skip


class PersonLineOut(Out):
    """One person in a list."""

    id = ma.fields.UUID()
    full_name = ma.fields.String()
    birth_date = ma.fields.Date(allow_none=True)
    birth_year = ma.fields.Integer(allow_none=True)
    sex = ma.fields.String(allow_none=True)
    unit = ma.fields.String()
    household = ma.fields.String()
    groups = ma.fields.List(ma.fields.String())


class StayOut(Out):
    """A home; `to_date` is the first day out."""

    unit = ma.fields.String()
    household = ma.fields.String()
    kind = ma.fields.String()
    from_date = ma.fields.Date(allow_none=True)
    to_date = ma.fields.Date(allow_none=True)


class BelongingOut(Out):
    """A membership; `to_date` is the first day out."""

    kind = ma.fields.String()
    unit = ma.fields.String()
    level = ma.fields.String(allow_none=True)
    from_date = ma.fields.Date(allow_none=True)
    to_date = ma.fields.Date(allow_none=True)


class PersonOut(Out):
    """One person in full; citizen IDs never leave by the API."""

    id = ma.fields.UUID(attribute="person.id")
    full_name = ma.fields.String(attribute="person.full_name")
    birth_date = ma.fields.Date(attribute="person.birth_date", allow_none=True)
    birth_year = ma.fields.Integer(attribute="person.birth_year", allow_none=True)
    sex = ma.fields.String(attribute="person.sex", allow_none=True)
    phone = ma.fields.String(attribute="person.phone", allow_none=True)
    residences = ma.fields.List(ma.fields.Nested(StayOut), attribute="stays")
    memberships = ma.fields.List(ma.fields.Nested(BelongingOut), attribute="belongings")


class UnitOut(Out):
    """A unit of the commune."""

    id = ma.fields.UUID()
    code = ma.fields.String()
    name = ma.fields.String()
    kind = ma.fields.String()
    is_urban = ma.fields.Boolean()
