"""Clients of the cast: a learner at a tablet, a trainer, an officer, over real HTTP calls."""

from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from assessments import rules
from tests.assessments.tablet import VERSION, right, wrong
from tests.cast import Cast

ORIGIN = {"Origin": "http://localhost"}


def learner(app: Flask, cast: Cast, name: str) -> FlaskClient:
    """A client with the learner's cookie."""
    client = app.test_client()
    client.set_cookie("lms_learner", cast.learner_tokens[name])
    return client


def staff(app: Flask, cast: Cast, name: str) -> FlaskClient:
    """A client with the staff member's cookie."""
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens[name])
    return client


def post(client: FlaskClient, path: str, **form: Any) -> Any:
    """A form post of the same site."""
    return client.post(path, data=form, headers=ORIGIN)


def put(client: FlaskClient, path: str, body: dict[str, Any]) -> Any:
    """A JSON call of the same site."""
    return client.put(path, json=body, headers=ORIGIN)


def answers_to(questions: list[dict[str, Any]], mistakes: int = 0) -> list[dict[str, Any]]:
    """Answers to the questions of an attempt, the first `mistakes` wrong."""
    return [
        {"item": one["id"], "response": wrong(one["id"]) if n < mistakes else right(one["id"])}
        for n, one in enumerate(questions)
    ]


def keys_of_the_test() -> list[str]:
    """Texts that only somebody who knows the certifying key could write."""
    items = [item for item in VERSION.items if item.certifying]
    return [item.explanation for item in items] + ['"right"', "answer--right", "answer--wrong"]


def seeded(attempt: UUID) -> tuple[str, ...]:
    """The items of a form drawn by this seed."""
    blueprint = VERSION.blueprint("practice", "basic")
    return rules.draw_form(VERSION, blueprint, str(attempt)).item_ids
