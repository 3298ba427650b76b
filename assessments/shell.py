"""What every learner page shows around its content: who sits here, help, the next person."""

from typing import Any

from flask import render_template

from assessments.queries import Desk


def page(template: str, desk: Desk, **values: Any) -> str:
    """A learner's page, with its surroundings."""
    return render_template(template, desk=desk, address=desk.address, **_around(desk), **values)


def _around(desk: Desk) -> dict[str, Any]:
    return {
        "learner": {
            "name": desk.name,
            "picture": desk.enrolment.picture,
            "colour": desk.enrolment.colour,
        },
        "help_url": None,
        "help_called": False,
        "next_person_url": None,
    }
