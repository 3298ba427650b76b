"""Fields of the forms of visits and pairs, read as people fill them in."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import request

from lms.core import clock, web
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.people.rules.identity import Problem
from lms.people.rules.identity import day as read_day
from lms.people.visiting import NewVisit

Errors = dict[str, str]


def text(name: str, most: int = 2000) -> str:
    """What was typed in a field of the form."""
    return request.form.get(name, "").strip()[:most]


def day(name: str) -> date | None:
    """A day as a browser sends it or a person writes it; blank is None."""
    typed = text(name, 40)
    found = read_day(typed, clock.today())
    if isinstance(found, Problem):
        message = _("Không hiểu ngày “%(typed)s”. Hãy ghi ngày/tháng/năm.", typed=typed)
        raise Invalid(message, fields={name: [message]})
    return found


def today_or(name: str) -> date:
    """The day typed; blank is today."""
    return day(name) or clock.today()


def key(name: str) -> UUID | None:
    """An id of a hidden field or a choice; blank is None."""
    typed = text(name, 40)
    return web.uuid_field(typed, name) if typed else None


def asked_unit() -> UUID | None:
    """The unit of the address (`don-vi`); nothing is every unit."""
    typed = request.values.get("don-vi", "")[:40]
    return web.uuid_field(typed, "don-vi") if typed else None


def page_number() -> int:
    """The page of the list that the address asks for, from 1 on."""
    return min(100_000, max(1, request.values.get("trang", 1, type=int)))


def visit_form(
    household_id: UUID | None = None, person_id: UUID | None = None
) -> NewVisit:  # fmt: skip
    """The visit that a form describes, to one of the two."""
    return NewVisit(
        id=key("id") or uuid7(), visited_on=today_or("visited_on"),
        purpose=text("purpose") or "invite", outcome=text("outcome"), household_id=household_id,
        person_id=person_id, helper_id=key("helper_id"), note=text("note"), next_on=day("next_on"),
    )  # fmt: skip


def attempt(save: Callable[[], Any]) -> Errors:
    """Do it; what is refused comes back as (field → what to do), nothing when it went well."""
    try:
        save()
    except Invalid as error:
        return {name: _sentence(why) for name, why in error.fields.items()} or {
            "form": error.message
        }
    return {}


def _sentence(why: Any) -> str:
    return " ".join(str(one) for one in why) if isinstance(why, list | tuple) else str(why)
