"""What every learner page shows around its content, and the way back of a form."""

from typing import Any

from flask import Flask, url_for

from lms.cohorts import pictures, queries
from lms.cohorts.models import Enrolment
from lms.core import web
from lms.core.guard import Actor, actor
from lms.core.policy import Role
from lms.core.text import short_name
from lms.people.models import Person

NOBODY = {"learner": None, "help_url": None, "help_called": False, "next_person_url": None}


def init_app(app: Flask) -> None:
    """Give the templates their surroundings."""
    app.context_processor(around_learner)


def around_learner() -> dict[str, Any]:
    """learner, help_url, help_called and next_person_url for `core/shell_learner.html`."""
    who = actor()
    return _around(who) if who.role is Role.LEARNER else NOBODY


def _around(who: Actor) -> dict[str, Any]:
    session = web.session()
    row = session.get_one(Enrolment, (who.commune, who.key))
    person = session.get_one(Person, (who.commune, row.person_id))
    calls = queries.help_calls(session, who.commune, who.extra["class_session"], row.id)
    return {
        "learner": {
            "name": short_name(person.full_name),
            "picture": row.picture,
            "colour": row.colour,
            "spoken": pictures.spoken(row.picture, row.colour),
        },
        "help_url": url_for("cohorts.call_help"),
        "help_called": bool(calls),
        "next_person_url": url_for("cohorts.next_person"),
    }
