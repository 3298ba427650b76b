"""Doing what a person at a browser does with passwords, for tests of accounts."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core.guard import Actor
from lms.core.policy import Role
from tests.cast import PASSWORD, Cast

ORIGIN = {"Origin": "http://localhost"}
NEW = "con ga gay ba lan"


def try_in(
    client: FlaskClient, login: str, password: str = PASSWORD, **options: Any
) -> TestResponse:
    """Send the sign-in form."""
    form = {"login": login, "password": password}
    return client.post("/dang-nhap", data=form, headers=ORIGIN, **options)


def admin(cast: Cast) -> Actor:
    """The administrator of TBT."""
    return Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"])


def set_password(
    client: FlaskClient, token: str, password: str = NEW, again: str | None = None
) -> TestResponse:
    """Send the form of a one-time link."""
    form = {"password": password, "again": password if again is None else again}
    return client.post(f"/mat-khau/{token}", data=form, headers=ORIGIN)
