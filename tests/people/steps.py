"""Doing what a person with a telephone does at sign-in, for tests of the second step."""

import re

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.people import totp
from lms.people.totp import STEP
from tests.people.door import ORIGIN


def code_of(secret: str, steps: int = 0) -> str:
    """What the telephone shows now, or some steps away."""
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // STEP + steps)


def switch_on(database: Database, keys: Keys, who: Actor) -> tuple[str, list[str]]:
    """Set the second step up with an older code: (secret, recovery codes)."""
    with database.write() as session:
        totp.prepare(session, keys, who.key)
        secret = totp.secret_to_show(session, keys, who.key)
        assert secret is not None
        return secret, totp.confirm(session, keys, who, code_of(secret, -1))


def secret_on(page: str) -> str:
    """The secret that a page shows to be typed by hand."""
    found = re.search(r'one-time-link"[^>]*>([A-Z2-7 ]+)<', page)
    assert found is not None
    return found.group(1).replace(" ", "")


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<li>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</li>", page)


def send_code(client: FlaskClient, code: str, where: str = "/dang-nhap/ma") -> TestResponse:
    """Type a code on a page."""
    return client.post(where, data={"code": code}, headers=ORIGIN)
